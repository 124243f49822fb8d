# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the credentials file of other Rackspace tools: INI, with one section."""

from __future__ import annotations

import configparser
import os
import re
import stat

from .._errors import MissingCredentialsError

_KEYS = ("username", "api_key", "password", "tenant_id")
_VAULT = b"$ANSIBLE_VAULT;"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_COMMENT = re.compile(r"(?:^|\s)[;#].*$")


def read(name: str, section: str, how_to: str) -> tuple[int, dict[str, str | None]]:
    """Return the mode of a credentials file, and its username, api_key, password and tenant_id (None if missing).

    how_to: the way out without the file, for the message. Raises MissingCredentialsError, which says what is wrong and
    where, if the file cannot be used.
    """
    mode, content = _read_bytes(name, how_to)
    parser = _parse(name, section, _decode(name, content))
    values = {key: parser.get(section, key, fallback=None) for key in _KEYS}
    for key in ("username", "api_key", "tenant_id"):
        # The parser keeps them, since a password may contain anything.
        values[key] = _COMMENT.sub("", values[key] or "") or None
    if not any(values.values()):
        raise _unusable(name, _nothing_in(parser.options(section), section), section)
    return mode, values


def _nothing_in(found: list[str], section: str) -> str:
    """Return what is wrong with a section that gives none of the keys a value."""
    empty = [key for key in _KEYS if key in found]
    if empty:
        return f"has {', '.join(empty)} without a value in its section [{section}]"
    if not found:
        return f"has nothing in its section [{section}]"
    return f"has none of {', '.join(_KEYS)} in its section [{section}], only {', '.join(found)}"


def _read_bytes(name: str, how_to: str) -> tuple[int, bytes]:
    # For a null character in the name, which is all that open() finds wrong with a name itself.
    reason = "its name contains a null character"
    try:
        with open(name, "rb") as stream:
            return stat.S_IMODE(os.fstat(stream.fileno()).st_mode), stream.read(1024 * 1024)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except ValueError:
        pass
    shown = name if name.isprintable() else ascii(name)
    raise MissingCredentialsError(f"The credentials file {shown} cannot be used: {reason}. {how_to}") from None


def _decode(name: str, content: bytes) -> str:
    if content.startswith(_VAULT):
        raise MissingCredentialsError(
            f"The credentials file {name} is encrypted with Ansible Vault, which only Ansible itself can read. Put the "
            "credentials into vaulted variables such as rax_api_key instead."
        )
    if content.startswith(_UTF_16) or b"\0" in content:
        problem = "is not UTF-8; it may be UTF-16. Save it as UTF-8."
        raise MissingCredentialsError(f"The credentials file {name} {problem}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    raise MissingCredentialsError(f"The credentials file {name} is not UTF-8 in line {line}. Save it as UTF-8.")


def _parse(name: str, section: str, text: str) -> configparser.RawConfigParser:
    # Raw: a "%" in an API key is a "%". The exceptions' own texts show the line, which may be the API key.
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.DuplicateOptionError as error:
        problem = f"has {error.option} twice, again in line {error.lineno}"
    except configparser.DuplicateSectionError as error:
        problem = f"has the section [{error.section}] twice, again in line {error.lineno}"
    except configparser.MissingSectionHeaderError as error:
        problem = f"has a value before any section, in line {error.lineno}"
    except configparser.ParsingError as error:
        problem = f"is not an INI file, in line {error.errors[0][0]}" if error.errors else "is not an INI file"
    except configparser.Error:
        problem = "is not an INI file"
    else:
        if parser.has_section(section):
            return parser
        problem = f"has no section [{section}]"
    raise _unusable(name, problem, section) from None


def _unusable(name: str, problem: str, section: str) -> MissingCredentialsError:
    form = f"It must have a section [{section}] with lines like username = NAME and api_key = KEY."
    return MissingCredentialsError(f"The credentials file {name} {problem}. {form}")
