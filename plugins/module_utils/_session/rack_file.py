# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the profiles of the rack command line: INI, whose keys before any section are the default profile.

A named profile takes from the default one what it does not say itself. The one with `enabled = true` is used where none
is named.
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping, Sequence

from .._errors import MissingCredentialsError
from .credentials_file import CredentialsFile, Entries, FileContent, continued_value, parse_ini, without_comment

DEFAULT_PROFILE = "default"

_KEYS = {
    "username": "username",
    "api_key": "api-key",
    "tenant_id": "tenant-id",
    "identity_url": "auth-url",
    "default_region": "region",
}


def read_profiles(file: CredentialsFile) -> Entries:
    """Return the profiles of a file. Raises MissingCredentialsError, which says what is wrong and where."""
    # Raw: a "%" in an API key is a "%".
    parser = configparser.RawConfigParser()
    problem = parse_ini(parser, f"[{parser.default_section}]\n{file.text}", added_lines=1)
    if problem:
        raise _unusable(file, problem)
    return _Profiles(file, parser)


class _Profiles:
    """The profiles of one file."""

    def __init__(self, file: CredentialsFile, parser: configparser.RawConfigParser) -> None:
        self._file, self._parser = file, parser
        named = parser.sections()
        is_default_there = bool(parser.defaults()) and DEFAULT_PROFILE not in named
        self.names: Sequence[str] = [*([DEFAULT_PROFILE] if is_default_there else []), *named]
        enabled = [name for name in named if self._value(name, "enabled") == "true"]
        if enabled:
            # Of several, rack takes the last.
            self.default: str | None = enabled[-1]
        else:
            self.default = self.names[0] if is_default_there or len(self.names) == 1 else None

    def content(self, name: str) -> FileContent:
        """Return one of the profiles. Raises MissingCredentialsError if it cannot be used."""
        path = self._file.path
        problem = continued_value({key: self._values(name).get(key) for key in _KEYS.values()}, self._file.text)
        if problem:
            raise _unusable(self._file, problem)
        values = {option: self._value(name, key) for option, key in _KEYS.items()}
        nothing = f"The entry {name} of the credentials file {path} contains no api-key."
        return FileContent({**values, "password": None}, path, name, path, self._file.mode, nothing)

    def _values(self, profile: str) -> Mapping[str, str]:
        return self._parser[profile] if self._parser.has_section(profile) else self._parser.defaults()

    def _value(self, profile: str, key: str) -> str | None:
        value = self._values(profile).get(key) or ""
        # What holds a "#" or ";" is written in backticks.
        return (value.strip("`") if value.startswith("`") else without_comment(value)) or None


def _unusable(file: CredentialsFile, problem: str) -> MissingCredentialsError:
    form = "It must have lines like username = NAME and api-key = KEY, and a section for each further profile."
    return MissingCredentialsError(f"The credentials file {file.path} {problem}. {form}")
