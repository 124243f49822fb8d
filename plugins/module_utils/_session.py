# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and with which token: a remembered one, or one of a login that all who ask at once share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.rackspace.identity.plugins.module_utils._address import service_url
from ansible_collections.rackspace.identity.plugins.module_utils._cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login, Passcode, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._remembered import (
    REFUSALS,
    RememberedLogin,
    forget_token,
)

# The slack that a login has beside its waits and timeouts, before others stop waiting for it.
_PATIENCE_SECONDS = 5.0


class Session(NamedTuple):
    """A login: what was asked for, where, what came back, and whether it was remembered from an earlier one.

    still_good: for a remembered one, tells whether it would be the answer now, too.
    """

    identity_url: str
    login: Login
    access: Access
    cached: bool = False
    still_good: Callable[[], bool] | None = None


def forget(options: Mapping[str, Any], context: Context, token: str) -> None:
    """Remove a token from the cache, wherever it is remembered."""
    cache = _cache(options, context)
    if cache:
        _without_failing(lambda: forget_token(cache, token), context)


def log_in(options: Mapping[str, Any], context: Context) -> Session:
    """An access for the shared options and the query parameters of a login, remembered or new.

    Raises every kind of IdentityError.
    """
    return Logins(options, context).get(renew=bool(options.get("renew", False)))


class Logins:
    """The logins that one set of options means, and the place where they are remembered."""

    def __init__(self, options: Mapping[str, Any], context: Context) -> None:
        self._options, self._context = options, context
        self._login = resolve_login(options, context)
        self._url = service_url(str(options["identity_url"]), options["api_version"])
        self._place = self._remembered_login()

    def get(self, *, renew: bool = False, refused: str | None = None) -> Session:
        """A remembered access, or a new one; with renew always a new one. refused: a token that is none any more."""
        before = self._place.identity() if self._place else None
        found = None if renew else self._recall(before, refused)
        if found:
            return found
        place = self._place
        if not place:
            return self._fresh()
        waits = self._options["retry_max_wait"] + 2 * self._options["timeout"] + _PATIENCE_SECONDS
        try:
            with place.lock(waits):
                # Who held the lock before may have done it for us, just now: good whatever the life of the token.
                identity = place.identity()
                found = None if renew else self._recall(identity, refused, is_new=identity != before)
                return found or self._fresh(place)
        except CacheUnusableError as error:
            self._do_without(error)
            return self._fresh()

    def tokens(self) -> list[str]:
        """The tokens that are remembered, however short they are to live, and whatever was asked for with them."""
        try:
            return self._place.tokens(utc_now()) if self._place else []
        except CacheUnusableError as error:
            self._do_without(error)
            return []

    def replace(self, token: str) -> str:
        """A token in place of a remembered one that the service refuses."""
        try:
            return self.get(refused=token).access.token.id
        except IdentityError:
            self.forget(token)
            raise

    def forget(self, token: str) -> None:
        """Remove the token from the place where it is remembered."""
        place = self._place
        if place:
            _without_failing(lambda: place.forget(token), self._context)

    def _recall(self, identity: tuple[int, ...] | None, refused: str | None, *, is_new: bool = False) -> Session | None:
        """What is remembered: an access, or an error to end with. None where there is nothing to rely on.

        identity: that of what is remembered. is_new: it was not there when we began to ask for it.
        """
        if not self._place:
            return None
        now = utc_now()
        try:
            access = self._place.access(now, None if is_new else self._options["min_ttl"])
            access = None if access and access.token.id == refused else access
            refusal = None if access or self._options.get("on_mfa") == "challenge" else self._place.refusal(now)
        except CacheUnusableError as error:
            self._do_without(error)
            return None
        if refusal:
            raise refusal
        if not access:
            return None
        still_good = self._place.watch(identity, access, self._options["min_ttl"])
        return Session(self._url, self._login, access, cached=True, still_good=still_good)

    def _fresh(self, place: RememberedLogin | None = None) -> Session:
        """Log in, and remember how it ended."""
        try:
            access = self._log_in()
        except ServiceError as error:
            refusal = error
            if place and error.kind in REFUSALS and self._options.get("on_mfa") != "challenge":
                _without_failing(lambda: place.keep_refusal(refusal, utc_now()), self._context)
            raise
        if place:
            _without_failing(lambda: place.keep(access, utc_now()), self._context)
        return Session(self._url, self._login, access)

    def _log_in(self) -> Access:
        from ansible_collections.rackspace.identity.plugins.module_utils import _connect

        return _connect.log_in(self._login, self._options, self._context)

    def _remembered_login(self) -> RememberedLogin | None:
        # A passcode is good for one login: nobody can come back with it.
        cache = None if isinstance(self._login.credentials, Passcode) else _cache(self._options, self._context)
        try:
            return RememberedLogin(cache, self._url, self._login) if cache else None
        except CacheUnusableError as error:
            self._do_without(error)
            return None

    def _do_without(self, error: CacheUnusableError) -> None:
        self._place = None
        _warn_of_no_cache(error, self._context)


def _cache(options: Mapping[str, Any], context: Context) -> TokenCache | None:
    if not options["cache"]:
        return None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = os.path.expanduser(options["cache_dir"] or os.path.join(base, "rackspace.identity"))
    try:
        if folder.startswith("~"):
            raise CacheUnusableError(f"{folder} is in no home that this system knows")
        return TokenCache(os.path.abspath(folder))
    except CacheUnusableError as error:
        _warn_of_no_cache(error, context)
        return None


def _without_failing(action: Callable[[], None], context: Context) -> None:
    try:
        action()
    except CacheUnusableError as error:
        _warn_of_no_cache(error, context)


def _warn_of_no_cache(error: CacheUnusableError, context: Context) -> None:
    context.warn(f"Tokens are not cached: {error}. Each task logs in anew; set cache_dir to a folder of your own.")
