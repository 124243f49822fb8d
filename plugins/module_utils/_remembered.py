# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of one login: its token while that lives, or for a short time that it was refused."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any, Sequence

from ansible_collections.rackspace.identity.plugins.module_utils._cache import Document, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service, ServiceEndpoint
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    Fault,
    MfaRequiredError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, ApiKey, Login, Password, Token
from ansible_collections.rackspace.identity.plugins.module_utils._options import SCOPES
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError

REFUSAL_SECONDS = 30
REFUSALS = frozenset({"unauthorized", "user_disabled", "mfa_required"})
"""Answers that would be the same if asked again at once; asking many times can lock the account."""

_CLOCK_SET_BACK_SECONDS = 60
_FORGET_SECONDS = 5.0


class RememberedLogin:
    """The place of one login in the cache. Another secret, user, tenant, service or question is another place."""

    def __init__(self, cache: TokenCache, url: str, login: Login) -> None:
        """url is the service's, with the version of the API. Raises CacheUnusableError."""
        self._cache, self._url, self._login = cache, url, login
        self._salt = cache.salt()
        self._secret = _hash(self._salt, login)
        self._name = self._name_of(login)
        # A token that lives is not lost because a new one is refused.
        self._name_of_refusal = self._name_of(login, "refusal")

    def lock(self, patience: float) -> AbstractContextManager[None]:
        """Hold the right to log in, or go on without it after patience seconds. Raises CacheUnusableError."""
        return self._cache.lock(self._name, patience)

    def identity(self) -> tuple[int, ...] | None:
        """What tells that which is remembered now from all that was before; None for nothing. No file is read."""
        return self._cache.identity(self._name)

    def access(self, now: datetime, min_ttl: float | None) -> Access | None:
        """The access, where its token lives for min_ttl seconds more; None: whatever its life.

        Raises CacheUnusableError.
        """
        access = _access(self._cache.read(self._name), now)
        if access and min_ttl is not None and access.token.lasts_until < now.timestamp() + max(min_ttl, 0):
            return None
        return access

    def tokens(self, now: datetime) -> list[str]:
        """Every token that is remembered of this login, whatever else was asked for with it."""
        found = (_access(self._cache.read(self._name_of(login)), now) for login in _whatever_was_asked(self._login))
        alive = [one.token.id for one in found if one and one.token.lasts_until >= now.timestamp()]
        return list(dict.fromkeys(alive))

    def watch(self, identity: tuple[int, ...] | None, access: Access, min_ttl: float) -> Callable[[], bool]:
        """Tells whether an access that was read is still what is remembered, and good; without a read.

        identity: of what was remembered before it was read.
        """
        last = access.token.lasts_until - max(min_ttl, 0)
        return lambda: identity is not None and time.time() <= last and self.identity() == identity

    def refusal(self, now: datetime) -> ServiceError | None:
        """The error that this login has just ended with. Raises CacheUnusableError."""
        document = self._cache.read(self._name_of_refusal)
        if not document:
            return None
        age = now.timestamp() - document.head["stored"]
        return _error(document.head["refusal"]) if -1 <= age < REFUSAL_SECONDS else None

    def keep(self, access: Access, now: datetime) -> None:
        """Remember an access. Raises CacheUnusableError."""
        head = {
            "stored": now.timestamp(),
            "token": access.token._asdict(),
            "user": access.user,
            "services": [(service.type, service.name) for service in access.services],
            "extra": access.extra,
        }
        lines = [json.dumps(list(service.endpoints)).encode() for service in access.services]
        self._cache.write(self._name, Document(head, lines))
        self._cache.forget(self._name_of_refusal)

    def keep_refusal(self, error: ServiceError, now: datetime) -> None:
        """Remember that the service said no. Raises CacheUnusableError."""
        document = Document({"stored": now.timestamp(), "refusal": error.as_result()})
        self._cache.write(self._name_of_refusal, document)

    def forget(self, token: str) -> None:
        """Remove a token, where it is remembered here."""
        _forget(self._cache, self._name, token)

    def _name_of(self, login: Login, kind: str = "access") -> str:
        username = login.credentials.username if isinstance(login.credentials, (ApiKey, Password)) else None
        # Only the hash of the secret may stand here.
        parts = [kind, self._url, type(login.credentials).__name__, username, *login[1:], self._secret]
        return _digest(self._salt, json.dumps(parts).encode())


def forget_token(cache: TokenCache, token: str) -> None:
    """Remove a token from every place that remembers it."""
    for name in cache.names():
        # What cannot be read is not used either.
        with suppress(CacheUnusableError):
            _forget(cache, name, token)


def _forget(cache: TokenCache, name: str, token: str) -> None:
    if _holds(cache.read(name), token):
        # Another process may be about to replace it by a new one, which is not to be removed.
        with cache.lock(name, _FORGET_SECONDS):
            if _holds(cache.read(name), token):
                cache.forget(name)


class _KeptEndpoints(Sequence[ServiceEndpoint]):
    """The endpoints in one line of a document, decoded when somebody looks at them first."""

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


def _access(document: Document | None, now: datetime) -> Access | None:
    if not document or "token" not in document.head:
        return None
    kept = document.head
    if kept["stored"] > now.timestamp() + _CLOCK_SET_BACK_SECONDS:
        # It was stored in the future: the clock was set back, and nothing in it can be relied on.
        return None
    return Access(
        token=Token(**kept["token"]),
        user=kept["user"],
        services=tuple(
            Service(kind, name, _KeptEndpoints(line)) for (kind, name), line in zip(kept["services"], document.lines)
        ),
        extra=kept["extra"],
    )


def _whatever_was_asked(login: Login) -> Iterator[Login]:
    """The same login, with every combination of what a login can ask for beside a token."""
    flags = (False, True)
    for scope in (None, *SCOPES):
        for rcn_roles, domains, endpoints in itertools.product(flags, flags, flags):
            yield login._replace(
                scope=scope,
                apply_rcn_roles=rcn_roles,
                include_accessible_domains=domains,
                include_endpoints=endpoints,
            )


def _holds(document: Document | None, token: str) -> bool:
    return document is not None and "token" in document.head and document.head["token"]["id"] == token


def _hash(salt: bytes, login: Login) -> str:
    """The secret, so that it cannot be had back: slowly for a password, which could be guessed."""
    secret = "".join(login.credentials.secrets).encode()
    if isinstance(login.credentials, Password):
        try:
            return hashlib.scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
        except (AttributeError, TypeError, ValueError):
            # Some systems' OpenSSL has none, or does not allow it.
            raise CacheUnusableError("this Python has no scrypt to protect the password with") from None
    return _digest(salt, secret)


def _digest(key: bytes, content: bytes) -> str:
    try:
        return hashlib.blake2b(content, key=key, digest_size=32).hexdigest()
    except (AttributeError, TypeError, ValueError):
        # Some systems have none but those of FIPS, which take longer to get ready in each process.
        import hmac

        return hmac.digest(key, content, "sha256").hex()


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
