# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the one way to log in from everything that options, variables, the environment and files say.

The nearest source that gives a way to log in, or names the credentials file or an entry of one, decides. Within one
source, a token beats a passcode with its session, which beats an API key or password. What the way needs beside
(username, tenant) comes from the nearest source with it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    MissingCredentialsError,
    NoCredentialsError,
    OptionError,
)
from .._models import MAX_TOKEN_BYTES, ApiKey, Credentials, ExistingToken, LoginRequest, Passcode, Password
from .._settings import Context, CredentialSettings, LoginParameters, Source
from .._text import INVISIBLE

if TYPE_CHECKING:
    from .credentials_file import FileContent

DEFAULT_FILE = "~/.rackspace_cloud_credentials"
NAME_A_FILE = ("credentials_file", "cloud")
"""Options that say where the credentials are."""

WAYS = (("token",), ("passcode", "session_id"), ("api_key", "password"))
"""In the order in which they are taken within one source."""

# What a way to log in uses. What is wrong with the others cannot fail it.
_NEEDED = {
    "token": ("token",),
    "passcode": ("passcode", "session_id"),
    "api_key": ("api_key", "username"),
    "password": ("password", "username", "totp_secret"),
}

# Also those that word processors, chats and Markdown make of them.
_QUOTES = frozenset(
    {'""', "''", "``", "\u201c\u201d", "\u2018\u2019", "\u201e\u201c", "\u201d\u201d", "\u2019\u2019", "\xab\xbb"}
)
_NEVER_QUOTED = frozenset({"api_key", "token", "subject_token", "session_id", "passcode", "totp_secret"})

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
    f"RAX_USERNAME and RAX_API_KEY, or in the credentials file {DEFAULT_FILE} (section [rackspace_cloud]). Or name an "
    "entry of clouds.yaml, or a profile of rack, with cloud."
)


NO_CONTEXT = Context()


class FileService(NamedTuple):
    """What a credentials file says about the service that its credentials are for.

    words: the file. is_rackspace: whether it is Rackspace's own, so that it may be replaced by another address of it.
    """

    words: str
    identity_url: str | None
    default_region: str | None
    is_rackspace: bool


class ResolvedLogin(NamedTuple):
    """A login, and in words where its secret came from and what was not used; empty if that goes without saying.

    service: what the file says that the secret came from. files: the paths of those that were read.
    """

    request: LoginRequest
    origin: str = ""
    service: FileService | None = None
    files: Sequence[str] = ()


class _Given(NamedTuple):
    """The values that are known, where each came from, and in words those that a nearer credentials file replaces.

    path: that of the credentials file, if it is given. service: what the file says that the secret came from. note:
    why the environment variable of OpenStack was not used. file_distance: that of what names the file, if it is given.
    files: the paths of those that were read. problems: what is wrong with values, which only matters where one is used.
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


def resolve_login(settings: CredentialSettings, parameters: LoginParameters, context: Context) -> ResolvedLogin:
    """Return the login that the settings describe, completed from the credentials file if that is needed.

    Raises NoCredentialsError if nothing describes a login, MissingCredentialsError if something is missing,
    AmbiguousCredentialsError if an API key and a password are both given, and OptionError for a value that
    cannot be sent.
    """
    given = _read(settings, context)
    way = nearest_way(given.values, context.sources)
    if not way or (way in ("api_key", "password") and not given.values["username"]):
        given = _complete_from_file(given, way)
        way = nearest_way(given.values, given.context.sources)
    elif way == "passcode":
        given = _complete_second_step(given)
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


def is_usable_hint(cloud: str | None, directory: str) -> bool:
    """Return whether what the environment variable of OpenStack names is an entry for Rackspace."""
    if not cloud:
        return False
    try:
        _read_hint(cloud, directory)
    except IdentityError:
        return False
    return True


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
    cleaned = {name: _cleaned(value, name, context) for name, value in values.items()}
    problems = {name: result for name, result in cleaned.items() if isinstance(result, OptionError)}
    if "cloud" in problems and context.source("cloud").is_hint:
        values["cloud"] = None
    # What is wrong counts as given: where it is nearest, it is what must be corrected.
    known = {name: values[name] if isinstance(result, OptionError) else result for name, result in cleaned.items()}
    given = _Given(known, context, path, problems=problems)
    named = {"credentials_file": path, "cloud": given.values["cloud"]}
    distances = [context.source(name).distance for name in NAME_A_FILE if named[name] and name in context.sources]
    return _without_farther_than_file(given._replace(file_distance=min(distances))) if distances else given


def _cleaned(value: Any, name: str, context: Context) -> str | OptionError | None:
    """Return what clean() returns, or what it raises."""
    try:
        return clean(value, name, context)
    except OptionError as problem:
        return problem


def _without_farther_than_file(given: _Given) -> _Given:
    """Leave out how to log in where a nearer source names the credentials file that says it."""
    way = nearest_way(given.values, given.context.sources)
    if not way or not given.is_farther_than_file(way):
        return given
    farther = [name for names in WAYS for name in names if given.values[name] and given.is_farther_than_file(name)]
    return given._replace(
        values={**given.values, **dict.fromkeys(farther)}, replaced=[given.context.named(name) for name in farther]
    )


def clean(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a value as a plain string without what cannot belong to it, or None if it is empty.

    That is blanks and invisible characters around it, and, with a warning, quotes around a key or token. Passwords are
    left as they are. Raises OptionError, naming the option and its source, for a value that no request can carry.
    """
    if value is None:
        return None
    text = str(value)
    if name != "password":
        text = text.strip(INVISIBLE)
    if name in _NEVER_QUOTED and _is_quoted(text):
        # Shells, files of variables and YAML each may add some of their own.
        while _is_quoted(text):
            text = text[1:-1].strip(INVISIBLE)
        context.warn(f"The quotes around {context.named(name)} are not part of it and were left out.")
    if name == "default_region" and "," in text:
        raise OptionError(f"{context.named(name)} is one region, not a list.")
    if text == "USE_KEYRING":
        raise OptionError(
            f"{context.named(name)} is USE_KEYRING, but keyrings are not read. Give what is in it, "
            "such as lookup('community.general.keyring', 'pyrax USERNAME')."
        )
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise OptionError(f"{context.named(name)} is not valid UTF-8. Check how it was written.") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        problem = f"{context.named(name)} contains a line break or control character."
        raise OptionError(f"{problem} Check how it was copied.")
    limit = _MAX_BYTES.get(name)
    if limit and size > limit:
        raise OptionError(
            f"{context.named(name)} has {size} bytes, but at most {limit} are allowed. Check what was copied."
        )
    return text or None


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES


def clean_token(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a token as a plain string, or None if it is empty. Raises OptionError for one that cannot be a token."""
    token = clean(value, name, context)
    # They survive quoting, and would change which resource a URL names.
    if token is not None and not token.strip("."):
        raise OptionError(f"{context.named(name)} is not a token.")
    return token


def _credentials(given: _Given, way: str | None) -> Credentials:
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
            raise MissingCredentialsError(f"The credentials of {named} are missing. {_HOW_TO}{given.note}")
        raise NoCredentialsError(f"No credentials were given. {_HOW_TO}{given.note}")
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


def _origin(given: _Given, way: str | None) -> str:
    """Return in words where the secret came from and what was not used."""
    if way is None:
        return ""
    source, unused = given.context.source(way), _unused(given, way)
    if source.distance == 0 and not unused:
        return ""
    return f"The {way} came from {source.words}.{unused}"


def _unused(given: _Given, way: str) -> str:
    """Return a sentence about the other secrets that are given, or nothing."""
    used = ("passcode", "session_id") if way == "passcode" else (way,)
    names = [name for names in WAYS for name in names if given.values[name] and name not in used]
    unused = [*map(given.context.named, names), *given.replaced]
    return f" Not used: {', '.join(unused)}." if unused else ""


def _complete_second_step(given: _Given) -> _Given:
    """Take the tenant and the service from the credentials file, as the first step of its user did: it is one login."""
    values = given.values
    is_tenant_known = values["tenant_id"] or values["tenant_name"]
    # What only hints at an entry was not needed for the first step.
    cloud = None if given.context.source("cloud").is_hint else values["cloud"]
    if not cloud and not given.path and (not values["username"] or is_tenant_known):
        return given
    try:
        completed = _complete_from_file(given._replace(values={**values, "cloud": cloud}), "passcode")
    except IdentityError:
        # It is not needed.
        return given
    # A file without entries says nothing about the service, and may be that of another user.
    return completed if values["username"] or completed.service else given


def _complete_from_file(given: _Given, way: str | None) -> _Given:
    """Fill in what is missing from the credentials file, unless the file belongs to another user."""
    given.check("username", "cloud")
    try:
        content = _read_file(given)
    except _HintNotUsable as error:
        return given._replace(note=f" {error}")
    if content is None:
        return given
    given = given._replace(files=(content.path, content.secret_path))
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
        raise MissingCredentialsError(f"{text} {_HOW_TO}")
    missing = {"username"} if not username else set()
    if not given.values["tenant_id"] and not given.values["tenant_name"]:
        missing |= {"tenant_id", "tenant_name"}
    has_secret = contents["api_key"] or contents["password"]
    if not way:
        missing |= {"api_key", "password"}
        if not has_secret:
            raise MissingCredentialsError(f"{content.nothing_secret} {_HOW_TO}")
    if content.entry and way in (None, "passcode"):
        service = FileService(
            source.words, contents.get("identity_url"), contents.get("default_region"), content.is_rackspace
        )
        given = given._replace(service=service)
    filled = {key: value for key, value in sorted(contents.items()) if key in missing and value}
    if filled and has_secret and content.secret_mode & (stat.S_IRWXG | stat.S_IRWXO):
        given.context.warn(
            f"Users other than its owner can access the credentials file {content.secret_path}; chmod 600 it."
        )
    sources = {**given.context.sources, **dict.fromkeys(filled, source)}
    return given._replace(values={**given.values, **filled}, context=given.context._replace(sources=sources))


class _HintNotUsable(Exception):
    """The environment variable of OpenStack does not name credentials for Rackspace; the text says why."""


def _read_file(given: _Given) -> FileContent | None:
    """Return what the credentials file says, or None without one.

    Raises _HintNotUsable, and what reading the file raises.
    """
    # Imported here, as the other: most logins need no file.
    from . import credentials_file

    cloud, source = given.values["cloud"], given.context.source("cloud")
    if cloud and not given.path and not source.is_hint:
        from . import cloud_places

        return cloud_places.find(cloud, source.words, given.context.directory, _HOW_TO)
    name = os.path.expanduser(str(given.path or DEFAULT_FILE))
    if given.path or os.path.exists(name):
        return credentials_file.read(name, _HOW_TO, cloud, is_hint=source.is_hint)
    if not cloud:
        return None
    try:
        return _read_hint(cloud, given.context.directory)
    except IdentityError as error:
        raise _HintNotUsable(f"Not used: {cloud} ({source.words}). {error}") from None


def _read_hint(cloud: str, directory: str) -> FileContent:
    """Return what the environment variable of OpenStack names. Raises IdentityError unless that is for Rackspace."""
    from . import cloud_places

    content = cloud_places.find(cloud, "the environment variable OS_CLOUD", directory, _HOW_TO)
    if not content.is_rackspace:
        words = Source.credentials_file(content.path, content.entry).words
        raise MissingCredentialsError(f"{words[0].upper()}{words[1:]} does not say that it is for Rackspace.")
    return content
