# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is cached for one login: its token while that lives, or for a short time that the service refused it."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any, Sequence

from .. import _clock
from .._errors import Fault, MfaRequiredError, ServiceError
from .._models import Access, ApiKey, LoginRequest, Password, Service, ServiceEndpoint, Token
from .._options import SCOPES
from .private_files import CacheUnusableError
from .token_cache import CacheEntry, TokenCache

REFUSAL_SECONDS = 30
REFUSALS = frozenset({"unauthorized", "user_disabled", "mfa_required"})
"""Errors that asking again at once would only repeat; asking many times can lock the account."""

_CLOCK_SET_BACK_SECONDS = 60
_REMOVE_SECONDS = 5.0


class CachedLogin:
    """The cache entries of one login. Another secret, user, tenant, service or parameter makes another login."""

    def __init__(self, cache: TokenCache, url: str, request: LoginRequest) -> None:
        """url is the service's, with the version of the API. Raises CacheUnusableError."""
        self._cache, self._url, self._request = cache, url, request
        self._salt = cache.salt()
        self._secret = _hash_secret(self._salt, request)
        self._name = self._entry_name(request)
        # Separate: a token that is still valid is not lost because a new one is refused.
        self._refusal_name = self._entry_name(request, "refusal")

    def lock(self, patience: float) -> AbstractContextManager[None]:
        """Hold the right to log in, or go on without it after patience seconds. Raises CacheUnusableError."""
        return self._cache.lock(self._name, patience)

    def fingerprint(self) -> tuple[int, ...] | None:
        """Return what distinguishes the current entry from any earlier one, or None. No file is read."""
        return self._cache.fingerprint(self._name)

    def read_access(self, now: datetime, min_ttl: float | None) -> Access | None:
        """Return the access if its token lives for min_ttl seconds more; with None, whatever its remaining life.

        Raises CacheUnusableError.
        """
        access = _decode_access(self._cache.read(self._name), now)
        if access and min_ttl is not None and access.token.valid_until < now.timestamp() + max(min_ttl, 0):
            return None
        return access

    def tokens(self, now: datetime) -> list[str]:
        """Return every cached token of this login, whatever parameters it was asked for with."""
        entries = (self._cache.read(self._entry_name(request)) for request in _all_parameters(self._request))
        found = (_decode_access(entry, now) for entry in entries)
        tokens = [access.token.id for access in found if access and access.token.valid_until >= now.timestamp()]
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
        age = now.timestamp() - entry.head["stored"]
        return _decode_error(entry.head["refusal"]) if -1 <= age < REFUSAL_SECONDS else None

    def store_access(self, access: Access, now: datetime) -> None:
        """Cache an access. Raises CacheUnusableError."""
        head = {
            "stored": now.timestamp(),
            "token": access.token._asdict(),
            "user": access.user,
            "services": [(service.type, service.name) for service in access.services],
            "extra": access.extra,
        }
        lines = [json.dumps(list(service.endpoints)).encode() for service in access.services]
        self._cache.write(self._name, CacheEntry(head, lines))
        self._cache.remove(self._refusal_name)

    def store_refusal(self, error: ServiceError, now: datetime) -> None:
        """Cache that the service refused this login. Raises CacheUnusableError."""
        entry = CacheEntry({"stored": now.timestamp(), "refusal": error.as_result()})
        self._cache.write(self._refusal_name, entry)

    def forget_token(self, token: str) -> None:
        """Remove a token if it is the cached one."""
        _remove_if_token(self._cache, self._name, token)

    def _entry_name(self, request: LoginRequest, kind: str = "access") -> str:
        credentials = request.credentials
        username = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
        # The secret itself must not be part of it, only its hash.
        parts = [kind, self._url, type(credentials).__name__, username, *request[1:], self._secret]
        return _digest(self._salt, json.dumps(parts).encode())


def forget_token(cache: TokenCache, token: str) -> None:
    """Remove a token from every entry that holds it."""
    for name in cache.names():
        # What cannot be read is not used either.
        with suppress(CacheUnusableError):
            _remove_if_token(cache, name, token)


def _remove_if_token(cache: TokenCache, name: str, token: str) -> None:
    if _has_token(cache.read(name), token):
        # Another process may be about to replace it with a new one, which must stay.
        with cache.lock(name, _REMOVE_SECONDS):
            if _has_token(cache.read(name), token):
                cache.remove(name)


class _LazyEndpoints(Sequence[ServiceEndpoint]):
    """The endpoints in one line of an entry, decoded when they are first looked at."""

    def __init__(self, line: bytes) -> None:
        self._line = line
        self._decoded: list[ServiceEndpoint] | None = None

    def _all(self) -> list[ServiceEndpoint]:
        if self._decoded is None:
            self._decoded = json.loads(self._line)
        return self._decoded

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __iter__(self) -> Iterator[ServiceEndpoint]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _decode_access(entry: CacheEntry | None, now: datetime) -> Access | None:
    if not entry or "token" not in entry.head:
        return None
    head = entry.head
    if head["stored"] > now.timestamp() + _CLOCK_SET_BACK_SECONDS:
        # Stored in the future: the clock was set back, and nothing in the entry can be relied on.
        return None
    return Access(
        token=Token(**head["token"]),
        user=head["user"],
        services=tuple(
            Service(service_type, name, _LazyEndpoints(line))
            for (service_type, name), line in zip(head["services"], entry.lines)
        ),
        extra=head["extra"],
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
    return entry is not None and "token" in entry.head and entry.head["token"]["id"] == token


def _hash_secret(salt: bytes, request: LoginRequest) -> str:
    """Hash the secret irreversibly: slowly for a password, which could be guessed."""
    secret = "".join(request.credentials.secrets).encode()
    if isinstance(request.credentials, Password):
        try:
            return hashlib.scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
        except (AttributeError, TypeError, ValueError):
            # Some systems' OpenSSL lacks it, or does not allow it.
            raise CacheUnusableError("this Python has no scrypt to protect the password with") from None
    return _digest(salt, secret)


def _digest(key: bytes, content: bytes) -> str:
    try:
        return hashlib.blake2b(content, key=key, digest_size=32).hexdigest()
    except (AttributeError, TypeError, ValueError):
        # Some systems only have FIPS digests, which take longer to load in each process.
        import hmac

        return hmac.digest(key, content, "sha256").hex()


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
