# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the credentials file of other Rackspace tools: INI, with one section."""

from __future__ import annotations

import configparser
import os
import stat

from .._errors import MissingCredentialsError

_KEYS = ("username", "api_key", "password", "tenant_id")


def read(name: str, section: str, how_to: str) -> tuple[int, dict[str, str | None]]:
    """Return the mode of a credentials file, and its username, api_key, password and tenant_id (None if missing).

    how_to: the way out without the file, for the message. Raises MissingCredentialsError if it cannot be used.
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
        raise MissingCredentialsError(f"The credentials file {name} is not an INI file. {form}") from None
    if not parser.has_section(section):
        raise MissingCredentialsError(f"The credentials file {name} has no section [{section}]. {form}")
    return mode, {key: parser.get(section, key, fallback=None) for key in _KEYS}
