# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of one login: its token while that lives, or for a short time that it was refused."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._cache import CacheUnusableError, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    Fault,
    MfaRequiredError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    ENDPOINT_KEYS,
    Access,
    ApiKey,
    Login,
    Password,
    Token,
    User,
)
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time, parse_time

REFUSAL_SECONDS = 30
REFUSALS = frozenset({"unauthorized", "user_disabled", "mfa_required"})
"""Answers that would be the same if asked again at once; asking many times can lock the account."""


class RememberedLogin:
    """The place of one login in the cache. Another secret, user, tenant, service or question is another place."""

    def __init__(self, cache: TokenCache, url: str, login: Login) -> None:
        """url is the service's, with the version of the API. Raises CacheUnusableError."""
        self._cache = cache
        self._name = _name(cache.salt(), url, login)

    @contextmanager
    def lock(self, patience: float) -> Iterator[None]:
        """Hold the right to log in, or go on without it after patience seconds. Raises CacheUnusableError."""
        with self._cache.lock(self._name, patience):
            yield

    def identity(self) -> tuple[int, ...] | None:
        """What tells that which is remembered now from all that was before; None for nothing. No file is read."""
        return self._cache.identity(self._name)

    def access(self, now: datetime, min_ttl: float | None) -> Access | None:
        """The access, where its token lives for min_ttl seconds more; None: whatever its life.

        Raises CacheUnusableError.
        """
        document = self._cache.read(self._name)
        try:
            if not document or "token" not in document or parse_time(document["stored"]) > now + timedelta(minutes=1):
                # Stored in the future: the clock was set back, and nothing in it can be relied on.
                return None
            last = parse_time(document["usable_until"])
            if min_ttl is not None and last < now + timedelta(seconds=max(min_ttl, 0)):
                return None
            access = Access(
                token=Token.from_dict(document["token"]),
                user=User.from_dict(document["user"]),
                endpoints=tuple(document["endpoints"]),
                extra=document["extra"],
            )
            return access if _is_whole(access) else None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return None

    def watch(self, access: Access, min_ttl: float) -> Callable[[], bool]:
        """Tells whether an access that has just been read is still what is remembered, and good; without a read."""
        identity = self.identity()
        last = access.token.expires.timestamp() - max(min_ttl, 0)
        return lambda: identity is not None and time.time() <= last and self.identity() == identity

    def refusal(self, now: datetime) -> ServiceError | None:
        """The error that this login has just ended with. Raises CacheUnusableError."""
        document = self._cache.read(self._name)
        try:
            if not document or "refusal" not in document:
                return None
            age = (now - parse_time(document["stored"])).total_seconds()
            return _error(document["refusal"]) if -1 <= age < REFUSAL_SECONDS else None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return None

    def keep(self, access: Access, now: datetime) -> None:
        """Remember an access. Raises CacheUnusableError."""
        self._cache.write(
            self._name,
            {
                "stored": format_time(now),
                "usable_until": format_time(access.token.expires),
                "token": access.token.as_dict(now),
                "user": access.user.as_dict(),
                "endpoints": list(access.endpoints),
                "extra": access.extra,
            },
        )

    def keep_refusal(self, error: ServiceError, now: datetime) -> None:
        """Remember that the service said no. Raises CacheUnusableError."""
        self._cache.write(self._name, {"stored": format_time(now), "refusal": error.as_result()})

    def forget(self, token: str | None = None) -> None:
        """Remove what is remembered; with a token, only where it is that one: another process may have renewed it."""
        if token is None or _holds(self._cache.read(self._name), token):
            self._cache.forget(self._name)


def forget_token(cache: TokenCache, token: str) -> None:
    """Remove a token from every place that remembers it."""
    for name in cache.names():
        # What cannot be read is not used either.
        with suppress(CacheUnusableError):
            if _holds(cache.read(name), token):
                cache.forget(name)


def _is_whole(access: Access) -> bool:
    """Whether it has what everything else relies on: another version may have written it."""
    return isinstance(access.token.id, str) and all(endpoint.keys() >= ENDPOINT_KEYS for endpoint in access.endpoints)


def _holds(document: dict[str, Any] | None, token: str) -> bool:
    remembered = (document or {}).get("token")
    return isinstance(remembered, dict) and remembered.get("id") == token


def _name(salt: bytes, url: str, login: Login) -> str:
    credentials = login.credentials
    username = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
    parts = [
        url,
        type(credentials).__name__,
        username,
        _hash(salt, login),
        login.tenant_id,
        login.tenant_name,
        login.scope,
        login.apply_rcn_roles,
        login.include_accessible_domains,
        login.include_endpoints,
    ]
    return hashlib.blake2b(json.dumps(parts).encode(), key=salt, digest_size=32).hexdigest()


def _hash(salt: bytes, login: Login) -> str:
    """The secret, so that it cannot be had back: slowly for a password, which could be guessed."""
    secret = "\0".join(login.credentials.secrets).encode()
    if isinstance(login.credentials, Password):
        try:
            return hashlib.scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
        except (AttributeError, ValueError):
            # Some systems' OpenSSL has none, or does not allow it.
            raise CacheUnusableError("this Python has no scrypt to protect the password with") from None
    return hashlib.blake2b(secret, key=salt, digest_size=32).hexdigest()


def _error(result: dict[str, Any]) -> ServiceError:
    error = result["error"]
    problem = MfaRequiredError if error["kind"] == "mfa_required" else ServiceError
    return problem(
        result["msg"],
        kind=error["kind"],
        status=error["status"],
        fault=Fault(error["fault"], error["message"], error["details"]),
        retry_after=error["retry_after"],
        request_id=error["request_id"],
    )
