# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what is used of the cache for one login: its token while it is valid, or a recent refusal."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple, Sequence

from .. import _clock
from .._errors import Fault, MfaRequiredError, ServiceError
from .._models import (
    Access,
    ApiKey,
    LoginRequest,
    Passcode,
    Password,
    Service,
    ServiceEndpoint,
    Token,
    User,
    unknown_user,
)
from .._options import SCOPES
from .private_files import CacheUnusableError
from .token_cache import CacheEntry, TokenCache, keyed_digest

REFUSAL_SECONDS = 30
REFUSALS = frozenset({"unauthorized", "user_disabled", "mfa_required"})
"""Errors that asking again at once would only repeat; asking many times can lock the account."""

_CLOCK_SET_BACK_SECONDS = 60
_STRINGS_OF_USER: Sequence[Literal["id", "name", "default_region"]] = ("id", "name", "default_region")
_REMOVE_SECONDS = 5.0


class CachedAccess(NamedTuple):
    """An access, and when it was asked for, as seconds since 1970. shared: its name in the store behind the cache."""

    access: Access
    stored: float
    shared: str | None = None


class CachedLogin:
    """The cache entries of one login. Another secret, user, tenant, service or parameter makes another login.

    A login never serves one that verifies the certificate of the service in another way, or with other CAs. A second
    step has the entry of the login whose first step it completes, so that everyone with that password finds its token.
    """

    def __init__(self, cache: TokenCache, url: str, request: LoginRequest, *, verify: bool | str) -> None:
        """url is the service's, with the version of the API. verify: as in ConnectionSettings.

        Raises CacheUnusableError.
        """
        self._cache, self._url, self._request, self._verify = cache, url, request, verify
        self._salt = cache.salt()
        self._secret = _hash_secret(self._salt, request)
        self.name = self._first_step_name() or self._entry_name(request)
        # Separate: a token that is still valid is not lost because a new one is refused.
        self._refusal_name = self._entry_name(request, "refusal")

    def lock(self, patience: float) -> AbstractContextManager[None]:
        """Hold the right to log in, or take it over from one who has it for more than patience seconds.

        Raises CacheUnusableError.
        """
        return self._cache.lock(self.name, patience, take_over=True)

    def fingerprint(self) -> tuple[int, ...] | None:
        """Return what distinguishes the current entry from any earlier one, or None. No file is read."""
        return self._cache.fingerprint(self.name)

    def read_access(self, now: datetime, min_ttl: float | None) -> CachedAccess | None:
        """Return the access if its token lives for min_ttl seconds more; with None, whatever its remaining life.

        Raises CacheUnusableError.
        """
        cached = decode_access(self._cache.read(self.name), now)
        return cached if cached and (min_ttl is None or lives_for(cached.access, now, min_ttl)) else None

    def tokens(self, now: datetime) -> list[str]:
        """Return every cached token of this login, whatever parameters it was asked for with."""
        names = [self.name, *map(self._entry_name, _all_parameters(self._request))]
        # Including those from before the clock was set back: they are still valid.
        found = (decode_access(self._cache.read(name), None) for name in dict.fromkeys(names))
        tokens = [cached.access.token.id for cached in found if cached and lives_for(cached.access, now, 0)]
        return list(dict.fromkeys(tokens))

    def watch(self, fingerprint: tuple[int, ...] | None, access: Access, min_ttl: float) -> Callable[[], bool]:
        """Return a function that tells, without reading a file, whether an access is still the one to use.

        fingerprint: taken before the access was read.
        """
        last = access.token.valid_until - max(min_ttl, 0)
        return lambda: (
            fingerprint is not None and _clock.now().timestamp() <= last and self.fingerprint() == fingerprint
        )

    def read_refusal(self, now: datetime) -> ServiceError | None:
        """Return the error that this login has just ended with, or None. Raises CacheUnusableError."""
        entry = self._cache.read(self._refusal_name)
        if not entry:
            return None
        try:
            age = now.timestamp() - entry.head["stored"]
            return _decode_error(entry.head["refusal"]) if -1 <= age < REFUSAL_SECONDS else None
        except (KeyError, TypeError, ValueError):
            return None

    def store_access(self, access: Access, now: datetime, shared: str | None = None) -> None:
        """Cache an access. shared: as in CachedAccess. Raises CacheUnusableError."""
        cached = CachedAccess(access, now.timestamp(), shared)
        self._cache.write(self.name, encode_access(cached, self._verify))
        self._cache.remove(self._refusal_name)

    def store_refusal(self, error: ServiceError, now: datetime) -> None:
        """Cache that the service refused this login. Raises CacheUnusableError."""
        entry = CacheEntry({"stored": now.timestamp(), "refusal": error.as_result()})
        self._cache.write(self._refusal_name, entry)

    def store_first_step(self, session_id: str, now: datetime) -> None:
        """Cache which login a session of multi-factor authentication belongs to. Raises CacheUnusableError."""
        head = {"stored": now.timestamp(), "login": self.name, "parameters": list(self._request[1:])}
        self._cache.write(self._session_name(session_id), CacheEntry(head))

    def _first_step_name(self) -> str | None:
        """Return the name of the login whose first step started the session of this one, if it asks for the same."""
        credentials = self._request.credentials
        if not isinstance(credentials, Passcode):
            return None
        entry = self._cache.read(self._session_name(credentials.session_id))
        if not entry or entry.head.get("parameters") != list(self._request[1:]):
            return None
        name = entry.head.get("login")
        return name if isinstance(name, str) else None

    def _session_name(self, session_id: str) -> str:
        parts = ["session", self._url, self._verify, session_id]
        return keyed_digest(self._salt, json.dumps(parts).encode())

    def forget_token(self, token: str, shared: set[str]) -> None:
        """Remove a token if it is the cached one. shared: as for the function below. Raises CacheUnusableError."""
        _remove_from(lambda: [self.name], self._cache, token, shared)

    def remember_ended(self, token: str, now: datetime) -> None:
        """Note that a token has ended, for the store may go on to have it. Raises CacheUnusableError."""
        remember_ended(self._cache, token, now)

    def has_ended(self, token: str) -> bool:
        """Return whether a token is known to have ended. Raises CacheUnusableError."""
        return self._cache.read(_ended_name(self._cache, token)) is not None

    def _entry_name(self, request: LoginRequest, kind: str = "access") -> str:
        credentials = request.credentials
        username = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
        # The secret itself must not be part of it, only its hash.
        parts = [kind, self._url, self._verify, type(credentials).__name__, username, *request[1:], self._secret]
        return keyed_digest(self._salt, json.dumps(parts).encode())


def read_entry(cache: TokenCache, name: str, now: datetime) -> tuple[CachedAccess | None, bool | str]:
    """Return the access in the entry of this name, and how its login verified the certificate of the service.

    Raises CacheUnusableError.
    """
    entry = cache.read(name)
    return decode_access(entry, now), _verified(entry)


def _verified(entry: CacheEntry | None) -> bool | str:
    verified = entry.head.get("verified") if entry else None
    return verified if isinstance(verified, (bool, str)) else False


def forget_token(cache: TokenCache, token: str, shared: set[str]) -> None:
    """Remove a token from every entry that holds it.

    shared: takes its names in the store behind the cache; if an entry cannot be removed, those of all that are left
    behind. Raises CacheUnusableError for such an entry, and if the entries cannot be listed.
    """
    _remove_from(cache.names, cache, token, shared)


def _remove_from(names: Callable[[], Sequence[str]], cache: TokenCache, token: str, shared: set[str]) -> None:
    """Remove the entries of these names that hold a token. Raises CacheUnusableError for one that cannot be removed."""
    try:
        with ExitStack() as others:
            for name in names():
                # Whatever happens to one, the others are removed, too.
                others.callback(_remove_if_token, cache, name, token, shared)
    except CacheUnusableError:
        # Rather than that it is used once more. No file tells afterwards what the others have in the store.
        with suppress(CacheUnusableError):
            for name in cache.names():
                with suppress(CacheUnusableError):
                    _note_name_in_store(cache.read(name), shared)
        cache.abandon()
        raise


def remember_ended(cache: TokenCache, token: str, now: datetime) -> None:
    """Note that a token has ended, for the store may go on to have it. Raises CacheUnusableError."""
    cache.write(_ended_name(cache, token), CacheEntry({"stored": now.timestamp()}))


def _ended_name(cache: TokenCache, token: str) -> str:
    return keyed_digest(cache.salt(), json.dumps(["ended", token]).encode())


def _remove_if_token(cache: TokenCache, name: str, token: str, shared: set[str]) -> None:
    """Remove an entry if it holds this token, and take note of its name in the store. Raises CacheUnusableError."""
    try:
        entry = cache.read(name)
    except CacheUnusableError:
        # It may hold the token, and would be used again as soon as it can be read.
        cache.remove(name)
        return
    if not entry or not _has_token(entry, token):
        return
    _note_name_in_store(entry, shared)
    with ExitStack() as held:
        # Another process may be about to replace it with a new one, which must stay. But it must go even where files
        # cannot be locked.
        with suppress(CacheUnusableError):
            held.enter_context(cache.lock(name, _REMOVE_SECONDS))
        if _has_token(cache.read(name), token):
            cache.remove(name)


def _note_name_in_store(entry: CacheEntry | None, shared: set[str]) -> None:
    name = entry.head.get("shared") if entry else None
    if isinstance(name, str):
        shared.add(name)


# The class of collections.abc takes no [] in Python 3.8.
class _CachedEndpoints(Sequence[ServiceEndpoint]):
    """The endpoints in one line of an entry, decoded when they are first looked at: few of a large catalog are."""

    def __init__(self, line: bytes) -> None:
        self._line = line

    @cached_property
    def _all(self) -> list[ServiceEndpoint]:
        endpoints: list[ServiceEndpoint] = json.loads(self._line)
        return endpoints

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def __iter__(self) -> Iterator[ServiceEndpoint]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def encode_access(cached: CachedAccess, verified: bool | str) -> CacheEntry:
    """Return the entry of an access. verified: as in ConnectionSettings.verify."""
    access = cached.access
    head = {
        "stored": cached.stored,
        "verified": verified,
        "token": access.token._asdict(),
        "user": access.user,
        "services": [(service.type, service.name) for service in access.services],
        "extra": access.extra,
        "shared": cached.shared,
    }
    return CacheEntry(head, [json.dumps(list(service.endpoints)).encode() for service in access.services])


def decode_access(entry: CacheEntry | None, now: datetime | None) -> CachedAccess | None:
    """Return the access in an entry, or None; without a time, also in one that seems to be from the future."""
    if not entry or "token" not in entry.head:
        return None
    try:
        return _cached_access(entry, now)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        # Another version wrote it, or it is not ours.
        return None


def _cached_access(entry: CacheEntry, now: datetime | None) -> CachedAccess | None:
    head = entry.head
    if head["stored"] > (now.timestamp() + _CLOCK_SET_BACK_SECONDS if now else math.inf):
        # Stored in the future: the clock was set back, and nothing in the entry can be relied on.
        return None
    token = Token(**head["token"])
    user: User = {**unknown_user(), **head["user"]}
    if not _is_ours(token, user) or len(head["services"]) != len(entry.lines):
        return None
    access = Access(
        token=token,
        user=user,
        services=tuple(
            Service(_string_or_null(service_type), _string_or_null(name), _CachedEndpoints(line))
            for (service_type, name), line in zip(head["services"], entry.lines)
        ),
        extra=dict(head["extra"]),
    )
    return CachedAccess(access, head["stored"], _string_or_null(head.get("shared")))


def lives_for(access: Access, now: datetime, seconds: float) -> bool:
    """Return whether the token of an access is valid for so many seconds more."""
    return access.token.valid_until >= now.timestamp() + max(seconds, 0)


def _string_or_null(value: str | None) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _is_ours(token: Token, user: User) -> bool:
    """Return whether everything that is looked at later has the type that it has here."""
    return (
        isinstance(token.id, str)
        and isinstance(token.expires, str)
        and isinstance(token.valid_until, float)
        and math.isfinite(token.valid_until)
        and (token.tenant is None or {"id", "name"} <= token.tenant.keys())
        and isinstance(token.authenticated_by, list)
        and isinstance(token.extra, dict)
        and all(user[name] is None or isinstance(user[name], str) for name in _STRINGS_OF_USER)
        and isinstance(user["roles"], list)
        and all(isinstance(role, dict) and "name" in role for role in user["roles"])
    )


def _all_parameters(request: LoginRequest) -> Iterator[LoginRequest]:
    """Yield the same login with every combination of what it can ask for beside a token."""
    flags = (False, True)
    for scope in (None, *SCOPES):
        for rcn_roles, domains, endpoints in itertools.product(flags, flags, flags):
            yield request._replace(
                scope=scope,
                apply_rcn_roles=rcn_roles,
                include_accessible_domains=domains,
                include_endpoints=endpoints,
            )


def _has_token(entry: CacheEntry | None, token: str) -> bool:
    held = entry.head.get("token") if entry else None
    return isinstance(held, dict) and held.get("id") == token


def _hash_secret(salt: bytes, request: LoginRequest) -> str:
    """Hash the secret irreversibly: slowly for a password, which could be guessed."""
    secret = "".join(request.credentials.secrets).encode()
    if isinstance(request.credentials, Password):
        try:
            return hashlib.scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
        except (AttributeError, TypeError, ValueError):
            # Some systems' OpenSSL lacks it, or does not allow it.
            raise CacheUnusableError("this Python lacks scrypt, which protects the password") from None
    return keyed_digest(salt, secret)


def _decode_error(result: dict[str, Any]) -> ServiceError:
    error = result["error"]
    error_class = MfaRequiredError if error["kind"] == "mfa_required" else ServiceError
    return error_class(
        result["msg"],
        kind=error["kind"],
        status=error["status"],
        fault=Fault(error["fault"], error["message"], error["details"]),
        retry_after=error["retry_after"],
        request_id=error["request_id"],
    )
