# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Complete a login with what a credentials file says, or an entry of clouds.yaml, or a profile of rack."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from .._errors import IdentityError, MissingCredentialsError
from .._settings import Source
from .credential_values import clean
from .given_credentials import DEFAULT_FILE, HOW_TO, FileService, Given

if TYPE_CHECKING:
    from .credentials_file import FileContent


def complete(given: Given, way: str | None) -> Given:
    """Fill in what this way to log in lacks. Raises MissingCredentialsError, and what reading the file raises."""
    return _complete_second_step(given) if way == "passcode" else _complete_from_file(given, way)


def is_usable_hint(cloud: str | None, directory: str) -> bool:
    """Return whether what the environment variable of OpenStack names is an entry for Rackspace."""
    if not cloud:
        return False
    try:
        _read_hint(cloud, directory)
    except IdentityError:
        return False
    return True


def _complete_second_step(given: Given) -> Given:
    """Take the tenant and the service from the credentials file, as the first step of its user did: it is one login."""
    values = given.values
    is_tenant_known = values["tenant_id"] or values["tenant_name"]
    # What only hints at an entry was not needed for the first step.
    cloud = None if given.context.source("cloud").is_hint else values["cloud"]
    if not cloud and not given.path and (not values["username"] or is_tenant_known):
        return given
    try:
        return _complete_from_file(given._replace(values={**values, "cloud": cloud}), "passcode")
    except IdentityError:
        # It is not needed.
        return given


def _complete_from_file(given: Given, way: str | None) -> Given:
    """Fill in what is missing from the credentials file, unless the file belongs to another user."""
    given.check("username", "cloud")
    try:
        content = _read_file(given)
    except _HintNotUsable as error:
        return given._replace(note=f" {error}")
    # A file without entries says nothing about the service of a second step, and may be that of another user.
    if content is None or (way == "passcode" and not given.values["username"] and not content.entry):
        return given
    given = given._replace(files=_deciding_files(given, content))
    source = Source.credentials_file(content.path, content.entry)
    in_file = given.context._replace(sources={**given.context.sources, **dict.fromkeys(content.values, source)})
    unused = ("api_key", "password") if way else ()
    contents = {key: value if key in unused else clean(value, key, in_file) for key, value in content.values.items()}
    if not way and contents["username"] and given.is_farther_than_file("username"):
        given = given._replace(values={**given.values, "username": None})
    username = given.values["username"]
    # The service compares usernames without regard to case.
    if username and contents["username"] and contents["username"].casefold() != username.casefold():
        named = f"{username} ({given.context.source('username').words})"
        text = f"The credentials of {named} are missing: {source.words} is for {contents['username']}."
        raise MissingCredentialsError(f"{text} {HOW_TO}")
    missing = {"username"} if not username else set()
    if not given.values["tenant_id"] and not given.values["tenant_name"]:
        missing |= {"tenant_id", "tenant_name"}
    has_secret = contents["api_key"] or contents["password"]
    if not way:
        missing |= {"api_key", "password"}
        if not has_secret:
            raise MissingCredentialsError(f"{content.nothing_secret} {HOW_TO}")
    if content.entry and way in (None, "passcode"):
        service = FileService(
            source, contents.get("identity_url"), contents.get("default_region"), content.is_rackspace
        )
        given = given._replace(service=service)
    filled = {key: value for key, value in sorted(contents.items()) if key in missing and value}
    if filled and has_secret and content.secret_mode & (stat.S_IRWXG | stat.S_IRWXO):
        given.context.warn(
            f"Users other than its owner can access the credentials file {content.secret_path}; chmod 600 it."
        )
    sources = {**given.context.sources, **dict.fromkeys(filled, source)}
    return given._replace(values={**given.values, **filled}, context=given.context._replace(sources=sources))


def files_that_describe_a_login(cloud: str | None, directory: str) -> list[str]:
    """Return the paths of the files that are used without being named, whether they are there or not."""
    usual = [os.path.expanduser(DEFAULT_FILE)]
    if not cloud:
        return usual
    from . import cloud_places

    return [*usual, *cloud_places.paths(directory)]


def _deciding_files(given: Given, content: FileContent) -> list[str]:
    """Return the paths of all files that, by what they say or by being missing, make this content the one to use."""
    nearer = [] if given.path else files_that_describe_a_login(given.values["cloud"], given.context.directory)
    if not content.entry:
        return [*nearer, content.path]
    from . import clouds_file

    return [*nearer, content.path, *clouds_file.secure_paths(content.path)]


class _HintNotUsable(Exception):
    """The environment variable of OpenStack does not name credentials for Rackspace; the text says why."""


def _read_file(given: Given) -> FileContent | None:
    """Return what the credentials file says, or None without one.

    Raises _HintNotUsable, and what reading the file raises.
    """
    # Imported here, as the other: actions import this file before they know whether a file is needed.
    from . import credentials_file

    cloud, source = given.values["cloud"], given.context.source("cloud")
    if cloud and not given.path and not source.is_hint:
        from . import cloud_places

        return cloud_places.find(cloud, source.words, given.context.directory, HOW_TO)
    name = os.path.expanduser(str(given.path or DEFAULT_FILE))
    if given.path or os.path.exists(name):
        if "\n" in name:
            # What is in the file must not be shown, as the path would be.
            named = given.context.named("credentials_file")
            raise MissingCredentialsError(f"{named} must be the path of a file, not what is in it.")
        named_by = given.context.source("credentials_file")
        how_to = f"It was named by {named_by.words}. {HOW_TO}" if given.path else HOW_TO
        return credentials_file.read(name, how_to, cloud, source.words, is_hint=source.is_hint)
    if not cloud:
        return None
    try:
        return _read_hint(cloud, given.context.directory)
    except IdentityError as error:
        raise _HintNotUsable(f"Not used: {cloud} ({source.words}). {error}") from None


def _read_hint(cloud: str, directory: str) -> FileContent:
    """Return what the environment variable of OpenStack names. Raises IdentityError unless that is for Rackspace."""
    from . import cloud_places

    content = cloud_places.find(cloud, "the environment variable OS_CLOUD", directory, HOW_TO)
    if not content.is_rackspace:
        words = Source.credentials_file(content.path, content.entry).words
        raise MissingCredentialsError(f"{words[0].upper()}{words[1:]} does not say that it is for Rackspace.")
    return content
