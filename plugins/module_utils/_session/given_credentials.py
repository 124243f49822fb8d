# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect what options, variables and the environment say about logging in, and which of it is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._errors import AmbiguousCredentialsError, OptionError
from .._settings import Context, CredentialSettings, Source
from .credential_values import clean

DEFAULT_FILE = "~/.rackspace_cloud_credentials"
NAME_A_FILE = ("credentials_file", "cloud")
"""Options that say where the credentials are."""

WAYS = (("token",), ("passcode", "session_id"), ("api_key", "password"))
"""In the order in which they are taken within one source."""

HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as variables such as rax_username and rax_api_key, as environment variables such as "
    f"RAX_USERNAME and RAX_API_KEY, or in the credentials file {DEFAULT_FILE} (section [rackspace_cloud]). Or name an "
    "entry of clouds.yaml, or a profile of rack, with cloud."
)


class FileService(NamedTuple):
    """What a credentials file says about the service that its credentials are for.

    source: the file. is_rackspace: whether it is Rackspace's own, so that it may be replaced by another address of it.
    """

    source: Source
    identity_url: str | None
    default_region: str | None
    is_rackspace: bool


class Given(NamedTuple):
    """The values that are known, where each came from, and in words those that a nearer credentials file replaces.

    path: that of the credentials file, if it is given. service: what the file says that the secret came from. note:
    why the environment variable of OpenStack was not used. file_distance: that of what names the file, if it is given.
    files: the paths of those that decide what the login is, whether they are there or not. problems: what is wrong with
    values, which only matters where one is used.
    """

    values: Mapping[str, str | None]
    context: Context
    path: str | None
    replaced: Sequence[str] = ()
    service: FileService | None = None
    note: str = ""
    file_distance: int | None = None
    files: Sequence[str] = ()
    problems: Mapping[str, OptionError] = {}

    def check(self, *names: str) -> None:
        """Raise what is wrong with these values, if anything is."""
        for name in names:
            if self.values[name] and name in self.problems:
                raise self.problems[name]

    def is_farther_than_file(self, name: str) -> bool:
        """Return whether a value comes from farther away than what names the credentials file."""
        return self.file_distance is not None and self.context.source(name).distance > self.file_distance


def nearest_way(
    values: Mapping[str, Any], sources: Mapping[str, Source], file_distance: int | None = None
) -> str | None:
    """Return the option whose secret decides how to log in, or None if none does.

    file_distance: that of what names the credentials file, if it is given; it decides where all secrets are farther.
    Raises AmbiguousCredentialsError if the nearest source gives both an API key and a password.
    """

    def distance(name: str) -> int:
        source = sources.get(name)
        return source.distance if source else 0

    given = [name for way in WAYS for name in way if values.get(name)]
    if not given:
        return None
    nearest = min(map(distance, given))
    if file_distance is not None and nearest > file_distance:
        return None
    ways = [name for name in given if distance(name) == nearest]
    if ways[:2] == ["api_key", "password"]:
        named = " and ".join(f"{name} ({(sources.get(name) or Source.option(name)).words})" for name in ways)
        raise AmbiguousCredentialsError(f"api_key and password are both given: {named}. Remove one of them.")
    return "passcode" if ways[0] == "session_id" else ways[0]


def read_given(settings: CredentialSettings, context: Context) -> Given:
    """Return what the settings say, without what a nearer credentials file replaces."""
    values = settings._asdict()
    path = values.pop("credentials_file")
    cleaned = {name: _cleaned(value, name, context) for name, value in values.items()}
    problems = {name: result for name, result in cleaned.items() if isinstance(result, OptionError)}
    if "cloud" in problems and context.source("cloud").is_hint:
        values["cloud"] = None
    # What is wrong counts as given: where it is nearest, it is what must be corrected.
    known = {name: values[name] if isinstance(result, OptionError) else result for name, result in cleaned.items()}
    given = Given(known, context, path, problems=problems)
    named = {"credentials_file": path, "cloud": given.values["cloud"]}
    distances = [context.source(name).distance for name in NAME_A_FILE if named[name] and name in context.sources]
    return _without_farther_than_file(given._replace(file_distance=min(distances))) if distances else given


def _cleaned(value: Any, name: str, context: Context) -> str | OptionError | None:
    """Return what clean() returns, or what it raises."""
    try:
        return clean(value, name, context)
    except OptionError as problem:
        return problem


def _without_farther_than_file(given: Given) -> Given:
    """Leave out how to log in where a nearer source names the credentials file that says it."""
    if nearest_way(given.values, given.context.sources, given.file_distance):
        return given
    farther = [name for names in WAYS for name in names if given.values[name]]
    return given._replace(
        values={**given.values, **dict.fromkeys(farther)}, replaced=[given.context.named(name) for name in farther]
    )
