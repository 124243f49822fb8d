# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the credentials files of other tools; the content tells which tool a file belongs to.

There are three: INI with one section, of many Rackspace tools; INI with a profile in each section, of the rack command
line; and clouds.yaml of OpenStack.
"""

from __future__ import annotations

import configparser
import os
import re
import stat
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from .._errors import IdentityError, MissingCredentialsError
from .._text import INVISIBLE

FILE_SECTION = "rackspace_cloud"

_KEYS = ("username", "api_key", "password", "tenant_id")
_VAULT = b"$ANSIBLE_VAULT;"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNSEEN_BEFORE_LINE = re.compile(f"^[{''.join(one for one in INVISIBLE if not one.isspace())}]+", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|\s)[;#].*$")

NAME_OF_KEY = re.compile(r"[a-z][a-z_-]{,30}")
"""A key that may be shown. Others may be a secret that was written without its name, and has a "=" or ":" in it."""

_SECTION = re.compile(r"^\[", re.MULTILINE)
_OUR_SECTION = re.compile(rf"^\[{FILE_SECTION}\]", re.MULTILINE)
_CLOUDS = re.compile(r"^([\"']?)clouds\1\s*:|\A\s*\{", re.MULTILINE)
_CLOUDS_NAMES = (".yaml", ".yml", ".json")
_RACK_KEY = re.compile(r"^\s*(?:api-key|auth-url|tenant-id)\s*[=:]", re.MULTILINE | re.IGNORECASE)


class FileContent(NamedTuple):
    """What a credentials file says about one login.

    values: those of username, api_key, password, tenant_id, tenant_name, identity_url and default_region that it gives.
    path, entry: where, for messages. secret_path, secret_mode: the file to warn about if others can access it, and its
    mode. nothing_secret: the sentence that says that there is neither an API key nor a password. is_rackspace: whether
    it says that it is for Rackspace; the credentials of another cloud are only sent to its own identity_url.
    """

    values: dict[str, str | None]
    path: str
    entry: str
    secret_path: str
    secret_mode: int
    nothing_secret: str
    is_rackspace: bool = True

    def __repr__(self) -> str:
        return f"FileContent(path={self.path!r}, entry={self.entry!r})"


class Entries(Protocol):
    """A file with an entry for each of several logins.

    names: the entries, as users name them. default: the one to use where none is named, if there is such a one.
    """

    names: Sequence[str]
    default: str | None

    def content(self, name: str) -> FileContent:
        """Return one of the entries. Raises MissingCredentialsError and OptionError if it cannot be used."""


class CredentialsFile(NamedTuple):
    """A file as it was read."""

    path: str
    mode: int
    text: str

    def __repr__(self) -> str:
        return f"CredentialsFile(path={self.path!r})"


def read(
    name: str, how_to: str, cloud: str | None = None, source: str = "the option cloud", *, is_hint: bool = False
) -> FileContent:
    """Return what a credentials file says, in the entry that cloud names if it has several.

    how_to: the way out without the file, for the message. source: where cloud came from, in words. is_hint: the file
    may also have no such entry, or one for another cloud. Raises MissingCredentialsError, which says what is wrong and
    where, if the file cannot be used, MissingLibraryError, and OptionError for a value that is not a string.
    """
    file = read_file(name, how_to)
    entries = entries_of(file)
    if entries:
        wanted = cloud if not is_hint or _has_rackspace_entry(entries, cloud) else None
        return entries.content(_choose(entries, wanted, source, name))
    content = _read_section(file)
    if cloud and not is_hint:
        raise MissingCredentialsError(
            f"The credentials file {name} has no entry {cloud} ({source}): it has a section [{FILE_SECTION}] for one "
            "login. Leave out cloud, or name another file."
        )
    return content


def entries_of(file: CredentialsFile) -> Entries | None:
    """Return the entries of a file that has some, or None. Raises MissingCredentialsError and MissingLibraryError."""
    text = file.text
    if _OUR_SECTION.search(text):
        return None
    if _CLOUDS.search(text) or (file.path.endswith(_CLOUDS_NAMES) and not _SECTION.search(text)):
        # Imported here, as the other: a task reads at most one file.
        from .clouds_file import read_clouds

        return read_clouds(file)
    if _RACK_KEY.search(text):
        from .rack_file import read_profiles

        return read_profiles(file)
    return None


def _has_rackspace_entry(entries: Entries, name: str | None) -> bool:
    try:
        return name is not None and name in entries.names and entries.content(name).is_rackspace
    except IdentityError:
        return False


def _choose(entries: Entries, cloud: str | None, source: str, name: str) -> str:
    """Return the name of the entry to use."""
    there = ", ".join(entries.names)
    if cloud:
        if cloud in entries.names:
            return cloud
        raise MissingCredentialsError(f"The credentials file {name} has no entry {cloud} ({source}). It has {there}.")
    if entries.default is None:
        raise MissingCredentialsError(
            f"The credentials file {name} has several entries: {there}. Name one of them with cloud."
        )
    return entries.default


def _read_section(file: CredentialsFile) -> FileContent:
    name = file.path
    parser = _parse(name, file.text)
    values = {key: parser.get(FILE_SECTION, key, fallback=None) for key in _KEYS}
    problem = continued_value(values, file.text)
    if problem:
        raise _unusable(name, problem)
    for key in ("username", "api_key", "tenant_id"):
        # The parser keeps them, since a password may contain anything.
        values[key] = without_comment(values[key] or "") or None
    if not any(values.values()):
        raise _unusable(name, _nothing_in(parser.options(FILE_SECTION)))
    nothing = f"The credentials file {name} contains neither api_key nor password in its section [{FILE_SECTION}]."
    return FileContent(values, name, "", name, file.mode, nothing)


def without_comment(value: str) -> str:
    """Return the value of an INI file without the comment behind it."""
    return _COMMENT.sub("", value)


def _nothing_in(found: list[str]) -> str:
    """Return what is wrong with a section that gives none of the keys a value."""
    empty = [key for key in _KEYS if key in found]
    if empty:
        return f"has {', '.join(empty)} without a value in its section [{FILE_SECTION}]"
    if not found:
        return f"has nothing in its section [{FILE_SECTION}]"
    names = list(filter(NAME_OF_KEY.fullmatch, found))
    if len(names) < len(found):
        names.append("a value without a name")
    return f"has none of {', '.join(_KEYS)} in its section [{FILE_SECTION}], only {', '.join(names)}"


def read_file(name: str, how_to: str) -> CredentialsFile:
    """Return the text of a file, and its mode. Raises MissingCredentialsError if it cannot be read."""
    # For a null character in the name, which is all that open() finds wrong with a name itself.
    reason = "its name contains a null character"
    try:
        with open(name, "rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            return CredentialsFile(name, mode, _decode(name, stream.read(1024 * 1024)))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except ValueError:
        pass
    shown = name if name.isprintable() else ascii(name)
    raise MissingCredentialsError(f"The credentials file {shown} cannot be used: {reason}. {how_to}") from None


def _decode(name: str, content: bytes) -> str:
    at = content.find(_VAULT)
    if at >= 0:
        # All of it, or one value.
        line = content.count(b"\n", 0, at) + 1
        where = f" from line {line} on" if at else ""
        raise MissingCredentialsError(
            f"The credentials file {name} is encrypted with Ansible Vault{where}, which only Ansible itself can read. "
            "Put the credentials into vaulted variables such as rax_api_key instead."
        )
    if content.startswith(_UTF_16) or b"\0" in content:
        problem = "is not UTF-8; it may be UTF-16. Save it as UTF-8."
        raise MissingCredentialsError(f"The credentials file {name} {problem}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MissingCredentialsError(
            f"The credentials file {name} is not UTF-8 in line {line}. Save it as UTF-8."
        ) from None
    # Parsers know the line ends of Unix alone, and no mark where a file was put behind another.
    return _UNSEEN_BEFORE_LINE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _parse(name: str, text: str) -> configparser.RawConfigParser:
    # Raw: a "%" in an API key is a "%".
    parser = configparser.RawConfigParser()
    problem = parse_ini(parser, text)
    if not problem and not parser.has_section(FILE_SECTION):
        problem = f"has no section [{FILE_SECTION}]"
    if problem:
        raise _unusable(name, problem)
    return parser


def parse_ini(parser: configparser.RawConfigParser, text: str, added_lines: int = 0) -> str | None:
    """Parse an INI file, and return what is wrong with it, if anything. added_lines: those in front of the file's.

    The exceptions' own texts show the line, which may be the API key.
    """
    try:
        parser.read_string(text)
    except configparser.DuplicateOptionError as error:
        key = error.option if NAME_OF_KEY.fullmatch(error.option) else "a key"
        return f"has {key} twice, again in line {(error.lineno or 0) - added_lines}"
    except configparser.DuplicateSectionError as error:
        return f"has the section [{error.section}] twice, again in line {(error.lineno or 0) - added_lines}"
    except configparser.MissingSectionHeaderError as error:
        return f"has a value before any section, in line {error.lineno - added_lines}"
    except configparser.ParsingError as error:
        return (
            f"is not an INI file, in line {error.errors[0][0] - added_lines}" if error.errors else "is not an INI file"
        )
    except configparser.Error:
        return "is not an INI file"
    return None


def continued_value(values: Mapping[str, str | None], text: str) -> str | None:
    """Return what is wrong where an indented line of the file continues one of these values, or None."""
    for key, value in values.items():
        parts = [part for part in (value or "").split("\n") if part]
        if len(parts) > 1:
            lines = [line.strip() if line[:1].isspace() else None for line in text.split("\n")]
            return f"has an indented line {lines.index(parts[1]) + 1}, which continues the value of {key}"
    return None


def _unusable(name: str, problem: str) -> MissingCredentialsError:
    form = f"It must have a section [{FILE_SECTION}] with lines like username = NAME and api_key = KEY."
    return MissingCredentialsError(f"The credentials file {name} {problem}. {form}")
