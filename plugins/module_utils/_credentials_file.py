# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials file of other Rackspace tools: INI, with one section."""

from __future__ import annotations

import configparser
import os
import stat

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError

_KEYS = ("username", "api_key", "password", "tenant_id")


def read(name: str, section: str, how_to: str) -> tuple[int, dict[str, str | None]]:
    """The mode of a credentials file, and its values: username, api_key, password and tenant_id, None where missing.

    how_to: what to do without the file. Raises MissingCredentialsError where it cannot be used.
    """
    # Raw: a "%" in an API key is a "%".
    parser = configparser.RawConfigParser()
    form = f"It must have a section [{section}] with lines like username = NAME and api_key = KEY."
    try:
        with open(name, encoding="utf-8-sig") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            parser.read_file(stream)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise MissingCredentialsError(f"The credentials file {name} cannot be used: {reason}. {how_to}") from None
    except (configparser.Error, UnicodeDecodeError):
        # The exception's own text shows the line, and the line may be the API key.
        raise MissingCredentialsError(f"The credentials file {name} is no INI file. {form}") from None
    if not parser.has_section(section):
        raise MissingCredentialsError(f"The credentials file {name} has no section [{section}]. {form}")
    return mode, {key: parser.get(section, key, fallback=None) for key in _KEYS}
