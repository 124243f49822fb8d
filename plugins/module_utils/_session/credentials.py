# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the one way to log in from everything that options, variables, the environment and files say."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._errors import AmbiguousCredentialsError, MissingCredentialsError, OptionError
from .._models import ApiKey, Credentials, ExistingToken, LoginRequest, Passcode, Password
from .._settings import Context, CredentialSettings, LoginParameters

DEFAULT_FILE = "~/.rackspace_cloud_credentials"
FILE_SECTION = "rackspace_cloud"

_WAYS = ("api_key", "password", "token", "passcode")

_HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as the variables rax_username and rax_api_key of lookups, as the environment variables "
    f"RAX_USERNAME and RAX_API_KEY, or in the credentials file {DEFAULT_FILE} (section [{FILE_SECTION}])."
)


def resolve_login(settings: CredentialSettings, parameters: LoginParameters, context: Context) -> LoginRequest:
    """Return the login that the settings describe, completed from the credentials file.

    Raises MissingCredentialsError or AmbiguousCredentialsError unless exactly one way to log in is given, and
    OptionError for a value that cannot be sent.
    """
    given = _read(settings, context)
    _refuse_two_ways(given)
    # Only a username tells whose passcode it is.
    if not given.values["token"] and (given.values["username"] or not given.values["passcode"]):
        given = _complete_from_file(given, settings.credentials_file, context)
        _refuse_two_ways(given)
    if given.values["tenant_id"] and given.values["tenant_name"]:
        raise OptionError("tenant_id and tenant_name are mutually exclusive. Give one of them.")
    return LoginRequest(
        credentials=_credentials(given),
        tenant_id=given.values["tenant_id"],
        tenant_name=given.values["tenant_name"],
        apply_rcn_roles=parameters.apply_rcn_roles,
        include_accessible_domains=parameters.include_accessible_domains,
        include_endpoints=parameters.include_endpoints,
        scope=parameters.scope,
    )


def given_token(settings: CredentialSettings, context: Context) -> str | None:
    """Return the token in the settings as it is. A tenant given with it only matters for logins."""
    given = _read(settings, context)
    _refuse_two_ways(given)
    return given.values["token"]


class _Given(NamedTuple):
    """The values that are known, and where each came from."""

    values: Mapping[str, str | None]
    sources: Mapping[str, str]

    def source(self, name: str) -> str:
        return self.sources.get(name, f"the option {name}")


def _read(settings: CredentialSettings, context: Context) -> _Given:
    values = settings._asdict()
    del values["credentials_file"]
    return _Given({name: clean(value, name) for name, value in values.items()}, context.sources)


def clean(value: Any, name: str) -> str | None:
    """Return a value as a plain string without surrounding blanks, or None if it is empty. Passwords keep blanks.

    Raises OptionError, naming the option, for a value that no request can carry.
    """
    if value is None:
        return None
    text = str(value)
    if name != "password":
        text = text.strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(f"{name} is not valid UTF-8. Check how it was written.") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise OptionError(f"{name} contains a line break or control character. Check how it was copied.")
    return text or None


def _refuse_two_ways(given: _Given) -> None:
    ways = [name for name in _WAYS if given.values[name]]
    if len(ways) > 1:
        named = " and ".join(f"{name} ({given.source(name)})" for name in ways)
        raise AmbiguousCredentialsError(f"There is more than one way to log in: {named}. Remove all but one.")


def _credentials(given: _Given) -> Credentials:
    values = given.values
    if values["token"]:
        if not values["tenant_id"] and not values["tenant_name"]:
            raise MissingCredentialsError(
                "A token alone does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
                "or use the module rackspace.identity.rax_token_info to see what the token is valid for."
            )
        return ExistingToken(values["token"])
    if values["passcode"] or values["session_id"]:
        return _second_step(values["session_id"], values["passcode"])
    way = next((name for name in ("api_key", "password") if values[name]), None)
    username = values["username"]
    if way is None:
        lead = f"The credentials of {username} are missing." if username else "There are no credentials."
        raise MissingCredentialsError(f"{lead} {_HOW_TO}")
    if not username:
        raise MissingCredentialsError(
            f"{way} ({given.source(way)}) needs a username. Give the option username, "
            "or set the environment variable RAX_USERNAME."
        )
    secret = values[way] or ""
    return ApiKey(username, secret) if way == "api_key" else Password(username, secret)


def _second_step(session_id: str | None, passcode: str | None) -> Passcode:
    if not session_id or not passcode:
        missing, there = ("passcode", "session_id") if session_id else ("session_id", "passcode")
        raise MissingCredentialsError(
            f"{there} needs {missing}. The first step returns the session_id with on_mfa=challenge, and the owner of "
            "the account receives the passcode for it."
        )
    return Passcode(session_id, passcode)


def _complete_from_file(given: _Given, path: str | None, context: Context) -> _Given:
    """Fill in what is missing from the credentials file, unless the file belongs to another user."""
    name = os.path.expanduser(str(path or DEFAULT_FILE))
    if not path and not os.path.exists(name):
        return given
    # Imported here: most logins need no file.
    from . import credentials_file

    username = given.values["username"]
    has_secret = any(given.values[way] for way in ("api_key", "password", "passcode"))
    try:
        mode, values = credentials_file.read(name, FILE_SECTION, _HOW_TO)
    except MissingCredentialsError:
        if path or not username or not has_secret:
            raise
        # This file was not asked for and is not needed.
        return given
    contents = {key: clean(value, key) for key, value in values.items()}
    # The service compares usernames without regard to case.
    if username and contents["username"] and contents["username"].casefold() != username.casefold():
        if has_secret:
            return given
        text = f"The credentials of {username} are missing: the credentials file {name} is for {contents['username']}."
        raise MissingCredentialsError(f"{text} {_HOW_TO}")
    source = f"the credentials file {name}"
    missing = {key for key in ("username", "tenant_id") if not given.values[key]}
    if given.values["tenant_name"]:
        missing.discard("tenant_id")
    if not has_secret:
        missing |= {"api_key", "password"}
    filled = {key: contents[key] for key in sorted(missing) if contents[key]}
    if filled and mode & (stat.S_IRWXG | stat.S_IRWXO):
        context.warn(f"Users other than its owner can access the credentials file {name}; chmod 600 it.")
    return _Given({**given.values, **filled}, {**given.sources, **dict.fromkeys(filled, source)})
