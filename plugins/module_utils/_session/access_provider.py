# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the token to use: a cached one, or one from a login that everyone who asks at the same time shares."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from .. import _clock
from .._errors import IdentityError, ServiceError
from .._identity_url import service_url
from .._models import Access, LoginRequest, Passcode
from .._settings import CacheSettings, Context, Settings
from .cached_login import REFUSALS, CachedLogin, forget_token
from .credentials import resolve_login
from .private_files import CacheUnusableError
from .token_cache import TokenCache

# What a login may take beyond its waits and timeouts before others stop waiting for it.
_EXTRA_PATIENCE_SECONDS = 5.0


class LoginResult(NamedTuple):
    """A login: what was asked for, where, what came back, and whether it came from the cache.

    is_current: for a cached login, tells whether it would still be the result.
    """

    identity_url: str
    request: LoginRequest
    access: Access
    cached: bool = False
    is_current: Callable[[], bool] | None = None


class AccessProvider:
    """Provides access for one set of settings, and knows where it is cached.

    Every method raises the kinds of IdentityError that a login can end with.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings, self._context = settings, context
        self._request = resolve_login(settings.credentials, settings.login, context)
        self._url = service_url(settings.connection.identity_url, settings.connection.api_version)
        self._entry = self._cached_login()

    def get_access(self, rejected_token: str | None = None) -> LoginResult:
        """Return a cached access, or that of a new login; with the setting renew, always a new one.

        rejected_token: a token that the service no longer accepts.
        """
        renew = self._settings.login.renew
        before = self._entry.fingerprint() if self._entry else None
        cached = None if renew else self._find(before, rejected_token)
        if cached:
            return cached
        entry = self._entry
        if not entry:
            return self._log_in(None)
        connection = self._settings.connection
        patience = connection.retry_max_wait + 2 * connection.timeout + _EXTRA_PATIENCE_SECONDS
        try:
            with entry.lock(patience):
                # The previous holder of the lock may just have logged in for us: that token is good whatever its life.
                fingerprint = entry.fingerprint()
                is_new = fingerprint != before
                cached = None if renew else self._find(fingerprint, rejected_token, is_new=is_new)
                return cached or self._log_in(entry)
        except CacheUnusableError as error:
            self._disable_cache(error)
            return self._log_in(None)

    def cached_tokens(self) -> list[str]:
        """Return the tokens in the cache, however short their life and whatever parameters they were asked for with."""
        try:
            return self._entry.tokens(_clock.now()) if self._entry else []
        except CacheUnusableError as error:
            self._disable_cache(error)
            return []

    def replace_token(self, token: str) -> str:
        """Return a token in place of a cached one that the service rejects."""
        try:
            return self.get_access(rejected_token=token).access.token.id
        except IdentityError:
            self.forget_token(token)
            raise

    def forget_token(self, token: str) -> None:
        """Remove a token of this login from the cache."""
        entry = self._entry
        if entry:
            _warn_on_failure(lambda: entry.forget_token(token), self._context)

    def _find(
        self, fingerprint: tuple[int, ...] | None, rejected_token: str | None, *, is_new: bool = False
    ) -> LoginResult | None:
        """Return the cached access, raise the cached refusal, or return None if there is nothing to rely on.

        fingerprint: of the cache entry. is_new: the entry was written while we were waiting.
        """
        if not self._entry:
            return None
        now, min_ttl = _clock.now(), self._settings.cache.min_ttl
        try:
            access = self._entry.read_access(now, None if is_new else min_ttl)
            access = None if access and access.token.id == rejected_token else access
            refusal = None if access or not self._caches_refusals else self._entry.read_refusal(now)
        except CacheUnusableError as error:
            self._disable_cache(error)
            return None
        if refusal:
            raise refusal
        if not access:
            return None
        is_current = self._entry.watch(fingerprint, access, min_ttl)
        return LoginResult(self._url, self._request, access, cached=True, is_current=is_current)

    @property
    def _caches_refusals(self) -> bool:
        # The session of a challenge is good for one login only.
        return self._settings.login.on_mfa != "challenge"

    def _log_in(self, entry: CachedLogin | None) -> LoginResult:
        """Log in, and cache the outcome."""
        from .._api import factory

        connection = self._settings.connection
        try:
            with factory.open_client(factory.CLIENTS[connection.api_version], connection, self._context) as client:
                access = client.log_in(self._request)
        except ServiceError as error:
            refusal = error
            if entry and error.kind in REFUSALS and self._caches_refusals:
                _warn_on_failure(lambda: entry.store_refusal(refusal, _clock.now()), self._context)
            raise
        if entry:
            _warn_on_failure(lambda: entry.store_access(access, _clock.now()), self._context)
        return LoginResult(self._url, self._request, access)

    def _cached_login(self) -> CachedLogin | None:
        # A passcode is good for one login, so nothing could be found with it again.
        is_passcode = isinstance(self._request.credentials, Passcode)
        cache = None if is_passcode else _open_cache(self._settings.cache, self._context)
        try:
            return CachedLogin(cache, self._url, self._request) if cache else None
        except CacheUnusableError as error:
            self._disable_cache(error)
            return None

    def _disable_cache(self, error: CacheUnusableError) -> None:
        self._entry = None
        _warn_of_unusable_cache(error, self._context)


def forget_everywhere(settings: CacheSettings, context: Context, token: str) -> None:
    """Remove a token from the cache, whichever login it belongs to."""
    cache = _open_cache(settings, context)
    if cache:
        _warn_on_failure(lambda: forget_token(cache, token), context)


def _open_cache(settings: CacheSettings, context: Context) -> TokenCache | None:
    if not settings.cache:
        return None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    directory = os.path.expanduser(settings.cache_dir or os.path.join(base, "rackspace.identity"))
    try:
        if directory.startswith("~"):
            raise CacheUnusableError(f"{directory} is not in a home directory that this system knows")
        return TokenCache(os.path.abspath(directory))
    except CacheUnusableError as error:
        _warn_of_unusable_cache(error, context)
        return None


def _warn_on_failure(action: Callable[[], None], context: Context) -> None:
    try:
        action()
    except CacheUnusableError as error:
        _warn_of_unusable_cache(error, context)


def _warn_of_unusable_cache(error: CacheUnusableError, context: Context) -> None:
    context.warn(f"Tokens are not cached: {error}. Every task logs in; set cache_dir to a directory of your own.")
