# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the one way to log in from everything that options, variables, the environment and files say.

The nearest source that gives a way to log in, or names the credentials file, decides. Within one source, a token beats
a passcode with its session, which beats an API key or password. What the way needs beside (username, tenant) comes from
the nearest source with it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    MissingCredentialsError,
    NoCredentialsError,
    OptionError,
)
from .._models import MAX_TOKEN_BYTES, ApiKey, Credentials, ExistingToken, LoginRequest, Passcode, Password
from .._settings import Context, CredentialSettings, LoginParameters, Source

DEFAULT_FILE = "~/.rackspace_cloud_credentials"
FILE_SECTION = "rackspace_cloud"

WAYS = (("token",), ("passcode", "session_id"), ("api_key", "password"))
"""In the order in which they are taken within one source."""

_INVISIBLE = " \t\r\n\x0b\x0c\xa0\u200b\u200c\u200d\u2060\ufeff"
_QUOTES = "\"'"
_NEVER_QUOTED = frozenset({"api_key", "token", "session_id", "passcode", "totp_secret"})

_MAX_BYTES = {
    **dict.fromkeys(("api_key", "password", "passcode", "session_id", "totp_secret"), 4096),
    **dict.fromkeys(("token", "subject_token"), MAX_TOKEN_BYTES),
}

MAX_PASSCODE_PERIOD_SECONDS = 300
"""How long an authenticator application may show one passcode; 30 seconds are usual."""

SECRETS_AND_NAMES = frozenset(
    {"username", "api_key", "password", "token", "passcode", "session_id", "totp_secret", "subject_token"}
)
"""Options whose value must be a string exactly as it was written."""

_HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as variables such as rax_username and rax_api_key, as environment variables such as "
    f"RAX_USERNAME and RAX_API_KEY, or in the credentials file {DEFAULT_FILE} (section [{FILE_SECTION}])."
)


NO_CONTEXT = Context()


class ResolvedLogin(NamedTuple):
    """A login, and in words where its secret came from and what was not used; empty if that goes without saying."""

    request: LoginRequest
    origin: str = ""


class _Given(NamedTuple):
    """The values that are known, where each came from, and in words those that a nearer credentials file replaces."""

    values: Mapping[str, str | None]
    context: Context
    replaced: Sequence[str] = ()

    def named(self, name: str) -> str:
        return f"{name} ({self.context.source(name).words})"


def resolve_login(settings: CredentialSettings, parameters: LoginParameters, context: Context) -> ResolvedLogin:
    """Return the login that the settings describe, completed from the credentials file if that is needed.

    Raises NoCredentialsError if nothing describes a login, MissingCredentialsError if something is missing,
    AmbiguousCredentialsError if an API key and a password are both given, and OptionError for a value that
    cannot be sent.
    """
    given = _read(settings, context)
    way = nearest_way(given.values, context.sources)
    if not way or (way in ("api_key", "password") and not given.values["username"]):
        given = _complete_from_file(given, way, settings.credentials_file)
        way = nearest_way(given.values, given.context.sources)
    elif way == "passcode":
        given = _complete_second_step(given, settings.credentials_file)
    if given.values["tenant_id"] and given.values["tenant_name"]:
        names = " and ".join(given.named(name) for name in ("tenant_id", "tenant_name"))
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
    return ResolvedLogin(request, _origin(given, way))


def given_token(settings: CredentialSettings, context: Context) -> str | None:
    """Return the token to use as it is, if a token is the way to log in. A tenant only matters for logins."""
    given = _read(settings, context)
    if nearest_way(given.values, context.sources) != "token":
        return None
    return clean_token(given.values["token"], "token", context)


def nearest_way(values: Mapping[str, Any], sources: Mapping[str, Source]) -> str | None:
    """Return the option whose secret decides how to log in, or None if none is given.

    Raises AmbiguousCredentialsError if the nearest source gives both an API key and a password.
    """

    def distance(name: str) -> int:
        source = sources.get(name)
        return source.distance if source else 0

    given = [name for way in WAYS for name in way if values.get(name)]
    if not given:
        return None
    nearest = min(map(distance, given))
    ways = [name for name in given if distance(name) == nearest]
    if ways[:2] == ["api_key", "password"]:
        named = " and ".join(f"{name} ({(sources.get(name) or Source.option(name)).words})" for name in ways)
        raise AmbiguousCredentialsError(f"api_key and password are both given: {named}. Remove one of them.")
    return "passcode" if ways[0] == "session_id" else ways[0]


def _read(settings: CredentialSettings, context: Context) -> _Given:
    values = settings._asdict()
    path = values.pop("credentials_file")
    given = _Given({name: clean(value, name, context) for name, value in values.items()}, context)
    return _without_farther_than_file(given) if path and "credentials_file" in context.sources else given


def _without_farther_than_file(given: _Given) -> _Given:
    """Leave out how to log in where a nearer source names the credentials file that says it."""
    way = nearest_way(given.values, given.context.sources)
    if not way or not _is_farther_than_file(way, given.context):
        return given
    farther = [
        name for names in WAYS for name in names if given.values[name] and _is_farther_than_file(name, given.context)
    ]
    return given._replace(
        values={**given.values, **dict.fromkeys(farther)}, replaced=[given.named(name) for name in farther]
    )


def _is_farther_than_file(name: str, context: Context) -> bool:
    """Return whether a value comes from farther away than the name of the credentials file."""
    file = context.sources.get("credentials_file")
    return file is not None and context.source(name).distance > file.distance


def clean(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a value as a plain string without what cannot belong to it, or None if it is empty.

    That is blanks and invisible characters around it, and, with a warning, quotes around a key or token. Passwords are
    left as they are. Raises OptionError, naming the option and its source, for a value that no request can carry.
    """
    if value is None:
        return None
    text = str(value)
    if name != "password":
        text = text.strip(_INVISIBLE)
    if name in _NEVER_QUOTED and len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1].strip(_INVISIBLE)
        context.warn(f"The quotes around {name} ({context.source(name).words}) are not part of it and were left out.")
    if name == "default_region" and "," in text:
        raise OptionError(f"{name} ({context.source(name).words}) is one region, not a list.")
    if text == "USE_KEYRING":
        raise OptionError(f"{name} ({context.source(name).words}) is USE_KEYRING, but keyrings are not supported.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise OptionError(
            f"{name} ({context.source(name).words}) is not valid UTF-8. Check how it was written."
        ) from None
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        problem = f"{name} ({context.source(name).words}) contains a line break or control character."
        raise OptionError(f"{problem} Check how it was copied.")
    limit = _MAX_BYTES.get(name)
    if limit and size > limit:
        raise OptionError(
            f"{name} ({context.source(name).words}) has {size} bytes, but at most {limit} are allowed. Check "
            "what was copied."
        )
    return text or None


def clean_token(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a token as a plain string, or None if it is empty. Raises OptionError for one that cannot be a token."""
    token = clean(value, name, context)
    # They survive quoting, and would change which resource a URL names.
    if token is not None and not token.strip("."):
        raise OptionError(f"{name} ({context.source(name).words}) is not a token.")
    return token


def _credentials(given: _Given, way: str | None) -> Credentials:
    values = given.values
    if way == "token":
        if not values["tenant_id"] and not values["tenant_name"]:
            raise MissingCredentialsError(
                f"A token alone ({given.context.source('token').words}) does not log in. Give tenant_id or tenant_name "
                "with it for a token of that tenant, or use the module rackspace.identity.rax_token_info to see what "
                "the token is valid for."
            )
        return ExistingToken(clean_token(values["token"], "token", given.context) or "")
    if way == "passcode":
        return _second_step(values["session_id"], values["passcode"])
    username = values["username"]
    if way is None:
        if username:
            named = f"{username} ({given.context.source('username').words})"
            raise MissingCredentialsError(f"The credentials of {named} are missing. {_HOW_TO}")
        raise NoCredentialsError(f"No credentials were given. {_HOW_TO}")
    if not username:
        raise MissingCredentialsError(
            f"{given.named(way)} needs a username. Give the option username, "
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


def _origin(given: _Given, way: str | None) -> str:
    """Return in words where the secret came from and what was not used."""
    if way is None:
        return ""
    others = [name for names in WAYS for name in names if given.values[name] and name != way]
    if way == "passcode":
        others = [name for name in others if name != "session_id"]
    source = given.context.source(way)
    if source.distance == 0 and not others:
        return ""
    unused = [*map(given.named, others), *given.replaced]
    return f"The {way} came from {source.words}." + (f" Not used: {', '.join(unused)}." if unused else "")


def _complete_second_step(given: _Given, path: str | None) -> _Given:
    """Take the tenant from the credentials file, as the first step of the user in it did: it is the same login."""
    values = given.values
    if not values["username"] or values["tenant_id"] or values["tenant_name"]:
        return given
    try:
        return _complete_from_file(given, "passcode", path)
    except IdentityError:
        # It is not needed.
        return given


def _complete_from_file(given: _Given, way: str | None, path: str | None) -> _Given:
    """Fill in what is missing from the credentials file, unless the file belongs to another user."""
    name = os.path.expanduser(str(path or DEFAULT_FILE))
    if not path and not os.path.exists(name):
        return given
    # Imported here: most logins need no file.
    from . import credentials_file

    mode, values = credentials_file.read(name, FILE_SECTION, _HOW_TO)
    source = Source.credentials_file(name)
    in_file = given.context._replace(sources={**given.context.sources, **dict.fromkeys(values, source)})
    contents = {key: clean(value, key, in_file) for key, value in values.items()}
    if not way and contents["username"] and _is_farther_than_file("username", given.context):
        given = given._replace(values={**given.values, "username": None})
    username = given.values["username"]
    # The service compares usernames without regard to case.
    if username and contents["username"] and contents["username"].casefold() != username.casefold():
        named = f"{username} ({given.context.source('username').words})"
        text = f"The credentials of {named} are missing: {source.words} is for {contents['username']}."
        raise MissingCredentialsError(f"{text} {_HOW_TO}")
    missing = {key for key in ("username", "tenant_id") if not given.values[key]}
    if given.values["tenant_name"]:
        missing.discard("tenant_id")
    if not way:
        missing |= {"api_key", "password"}
        if not contents["api_key"] and not contents["password"]:
            problem = (
                f"The credentials file {name} contains neither api_key nor password in its section [{FILE_SECTION}]."
            )
            raise MissingCredentialsError(f"{problem} {_HOW_TO}")
    filled = {key: contents[key] for key in sorted(missing) if contents[key]}
    if filled and mode & (stat.S_IRWXG | stat.S_IRWXO):
        given.context.warn(f"Users other than its owner can access the credentials file {name}; chmod 600 it.")
    sources = {**given.context.sources, **dict.fromkeys(filled, source)}
    return given._replace(values={**given.values, **filled}, context=given.context._replace(sources=sources))
