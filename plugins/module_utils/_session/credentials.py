# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the one way to log in from everything that options, variables, the environment and files say.

The nearest source that gives a way to log in, or names the credentials file or an entry of one, decides. Within one
source, a token beats a passcode with its session, which beats an API key or password. What the way needs beside
(username, tenant) comes from the nearest source with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._errors import MissingCredentialsError, NoCredentialsError, OptionError
from .._models import ApiKey, Credentials, ExistingToken, LoginRequest, Passcode, Password
from .._settings import TENANTS, Context, CredentialSettings, LoginParameters
from .credential_values import clean_token
from .given_credentials import HOW_TO, WAYS, FileService, Given, nearest_way, read_given

# What a way to log in uses. What is wrong with the others cannot fail it.
_NEEDED = {
    "token": ("token",),
    "passcode": ("passcode", "session_id"),
    "api_key": ("api_key", "username"),
    "password": ("password", "username", "totp_secret"),
}


class ResolvedLogin(NamedTuple):
    """A login, and in words where its secret and tenant came from and what was not used.

    origin: empty if that goes without saying. service: what the file says that the secret came from. files: as in
    Given.
    """

    request: LoginRequest
    origin: str = ""
    service: FileService | None = None
    files: Sequence[str] = ()


def resolve_login(settings: CredentialSettings, parameters: LoginParameters, context: Context) -> ResolvedLogin:
    """Return the login that the settings describe, completed from the credentials file if that is needed.

    Raises NoCredentialsError if nothing describes a login, MissingCredentialsError if something is missing,
    AmbiguousCredentialsError if an API key and a password are both given, and OptionError for a value that
    cannot be sent.
    """
    given = read_given(settings, context)
    way = nearest_way(given.values, context.sources)
    if way != "token" and (way in (None, "passcode") or not given.values["username"]):
        # Imported here: most logins need no file.
        from .credentials_completion import complete

        given = complete(given, way)
        way = nearest_way(given.values, given.context.sources)
    given.check(*_NEEDED.get(way or "", ()), "tenant_id", "tenant_name")
    if given.values["tenant_id"] and given.values["tenant_name"]:
        names = " and ".join(given.context.named(name) for name in ("tenant_id", "tenant_name"))
        raise OptionError(f"tenant_id and tenant_name are mutually exclusive, and both are given: {names}.")
    request = LoginRequest(
        credentials=_credentials(given, way),
        tenant_id=given.values["tenant_id"],
        tenant_name=given.values["tenant_name"],
        apply_rcn_roles=parameters.apply_rcn_roles,
        include_accessible_domains=parameters.include_accessible_domains,
        include_endpoints=parameters.include_endpoints,
        scope=parameters.scope,
    )
    return ResolvedLogin(request, _origin(given, way), given.service, given.files)


def given_token(settings: CredentialSettings, context: Context) -> str | None:
    """Return the token to use as it is, if a token is the way to log in. A tenant only matters for logins."""
    given = read_given(settings, context)
    if nearest_way(given.values, context.sources) != "token":
        return None
    return clean_token(given.values["token"], "token", context)


def _credentials(given: Given, way: str | None) -> Credentials:
    values = given.values
    if way == "token":
        if not values["tenant_id"] and not values["tenant_name"]:
            raise MissingCredentialsError(
                f"A token alone ({given.context.source('token').words}) does not log in. Give tenant_id or tenant_name "
                "with it for a token of that tenant, or use the module rackspace.identity.rax_token_info to see what "
                f"the token is valid for.{_unused(given, way)}"
            )
        return ExistingToken(clean_token(values["token"], "token", given.context) or "")
    if way == "passcode":
        return _second_step(values["session_id"], values["passcode"], _unused(given, way))
    username = values["username"]
    if way is None:
        if username:
            named = f"{username} ({given.context.source('username').words})"
            raise MissingCredentialsError(f"The credentials of {named} are missing. {HOW_TO}{given.note}")
        raise NoCredentialsError(f"No credentials were given. {HOW_TO}{given.note}")
    if not username:
        raise MissingCredentialsError(
            f"{given.context.named(way)} needs a username. Give the option username, "
            f"or set the environment variable RAX_USERNAME.{_unused(given, way)}"
        )
    secret = values[way] or ""
    return ApiKey(username, secret) if way == "api_key" else Password(username, secret)


def _second_step(session_id: str | None, passcode: str | None, unused: str) -> Passcode:
    if not session_id or not passcode:
        missing, there = ("passcode", "session_id") if session_id else ("session_id", "passcode")
        raise MissingCredentialsError(
            f"{there} needs {missing}. The first step returns the session_id with on_mfa=challenge, and the owner of "
            f"the account receives the passcode for it.{unused}"
        )
    return Passcode(session_id, passcode)


def _origin(given: Given, way: str | None) -> str:
    """Return in words where the secret and the tenant came from, and what was not used."""
    if way is None:
        return ""
    source, unused = given.context.source, _unused(given, way)
    names = [way] if source(way).distance or unused else []
    names += [name for name in TENANTS if given.values[name] and source(name).distance]
    return " ".join(f"The {name} came from {source(name).words}." for name in names) + unused


def _unused(given: Given, way: str) -> str:
    """Return a sentence about the other secrets that are given, or nothing."""
    used = ("passcode", "session_id") if way == "passcode" else (way,)
    names = [name for names in WAYS for name in names if given.values[name] and name not in used]
    unused = [*map(given.context.named, names), *given.replaced]
    return f" Not used: {', '.join(unused)}." if unused else ""
