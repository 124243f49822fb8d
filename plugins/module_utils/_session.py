# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and with which token: a remembered one, or one of a login that all who ask at once share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.rackspace.identity.plugins.module_utils._address import service_url
from ansible_collections.rackspace.identity.plugins.module_utils._cache import CacheUnusableError, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import own_token, resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login, Passcode, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._remembered import (
    REFUSALS,
    RememberedLogin,
    forget_token,
)

if TYPE_CHECKING:
    from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient

_Answer = TypeVar("_Answer")

# The slack that a login has beside its waits and timeouts, before others stop waiting for it.
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Session:
    """A login: what was asked for, where, what came back, and whether it was remembered from an earlier one.

    still_good: for a remembered one, tells whether it would be the answer now, too.
    """

    identity_url: str
    login: Login
    access: Access
    cached: bool = False
    still_good: Callable[[], bool] | None = None


def log_in(options: Mapping[str, Any], context: Context) -> Session:
    """An access for the shared options and the query parameters of a login, remembered or new.

    Raises every kind of IdentityError.
    """
    return _Logins(options, context).get(renew=bool(options.get("renew", False)))


class Caller:
    """Somebody who asks the service about tokens: a client, and the token to ask with."""

    def __init__(
        self,
        client: IdentityClient,
        token: str,
        renew: Callable[[str], str] | None = None,
        forget: Callable[[str], None] | None = None,
    ) -> None:
        """renew gives a new token for one that the service refuses; None where there is no way to one.

        forget removes a token from where it is remembered; None where that is nowhere.
        """
        self.client = client
        self.token = token
        self._renew = renew
        self._forget = forget

    def ask(self, question: Callable[[str], _Answer]) -> _Answer:
        """What the service answers to a question asked with the token; a remembered token that it refuses is renewed.

        Once only: the second refusal is the caller's.
        """
        try:
            return question(self.token)
        except ServiceError as error:
            if error.kind != "unauthorized" or self._renew is None:
                raise
        self.token, self._renew = self._renew(self.token), None
        return question(self.token)

    def drop(self) -> None:
        """See to it that nobody else works with the token: the service does not know it any more."""
        if self._forget:
            self._forget(self.token)


@contextmanager
def caller(options: Mapping[str, Any], context: Context, subject: str | None = None) -> Iterator[Caller]:
    """Somebody who can ask about the token subject: with the token in the options as it is, or with that of a login.

    Where there is neither, the subject asks about itself. Raises every kind of IdentityError.
    """
    _refuse_v11(options)
    token = own_token(options, context)
    renew: Callable[[str], str] | None = None
    forget: Callable[[str], None] | None = None
    if token is None:
        try:
            logins = _Logins(options, context)
            session = logins.get()
            token, forget = session.access.token.id, logins.forget
            renew = logins.replace if session.cached else None
        except MissingCredentialsError:
            if subject is None or _has_begun(options):
                raise
            token = subject
    with _client(options, context) as client:
        yield Caller(client, token, renew, forget)


@contextmanager
def remembered_caller(options: Mapping[str, Any], context: Context) -> Iterator[Caller | None]:
    """Somebody who asks with a token that is there already: in the options or remembered; None where there is none."""
    _refuse_v11(options)
    token = own_token(options, context)
    if token is None:
        try:
            access = _Logins(options, context).remembered()
        except MissingCredentialsError:
            if _has_begun(options):
                raise
            access = None
        token = access.token.id if access else None
    if token is None:
        yield None
        return
    with _client(options, context) as client:
        yield Caller(client, token)


def forget(options: Mapping[str, Any], context: Context, token: str) -> None:
    """Remove a token from the cache, wherever it is remembered."""
    cache = _cache(options, context)
    if cache:
        _without_failing(lambda: forget_token(cache, token), context)


@contextmanager
def _client(options: Mapping[str, Any], context: Context) -> Iterator[IdentityClient]:
    from ansible_collections.rackspace.identity.plugins.module_utils import _client, _connect

    with _connect.connected(_client.IdentityClient, options, context) as client:
        yield client


class _Logins:
    """The logins that one set of options means, and the place where they are remembered."""

    def __init__(self, options: Mapping[str, Any], context: Context) -> None:
        self._options, self._context = options, context
        self._login = resolve_login(options, context)
        self._url = service_url(str(options["identity_url"]), options["api_version"])
        self._place = self._remembered_login()

    def get(self, *, renew: bool = False) -> Session:
        """A remembered access, or a new one; with renew always a new one."""
        before = self._place.identity() if self._place else None
        found = None if renew else self._recall()
        if found:
            return found
        place = self._place
        if not place:
            return self._fresh()
        waits = self._options["retry_max_wait"] + 2 * self._options["timeout"] + _PATIENCE_SECONDS
        try:
            with place.lock(waits):
                # Who held the lock before may have done it for us, just now: good whatever the life of the token.
                is_new = place.identity() != before
                return (None if renew else self._recall(is_new=is_new)) or self._fresh(place)
        except CacheUnusableError as error:
            self._do_without(error)
            return self._fresh()

    def remembered(self) -> Access | None:
        """The remembered access, however short its token is to live."""
        try:
            return self._place.access(utc_now(), 0) if self._place else None
        except CacheUnusableError as error:
            self._do_without(error)
            return None

    def replace(self, token: str) -> str:
        """A token in place of a remembered one that the service refuses."""
        self.forget(token)
        return self.get().access.token.id

    def forget(self, token: str) -> None:
        """Remove the token from the place where it is remembered."""
        place = self._place
        if place:
            _without_failing(lambda: place.forget(token), self._context)

    def _recall(self, *, is_new: bool = False) -> Session | None:
        """What is remembered: an access, or an error to end with. None where there is nothing to rely on.

        is_new: it was not there when we began to ask for it.
        """
        if not self._place:
            return None
        now = utc_now()
        try:
            access = self._place.access(now, None if is_new else self._options["min_ttl"])
            refusal = None if access or self._options.get("on_mfa") == "challenge" else self._place.refusal(now)
        except CacheUnusableError as error:
            self._do_without(error)
            return None
        if refusal:
            raise refusal
        if not access:
            return None
        still_good = self._place.watch(access, self._options["min_ttl"])
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
    folder = options["cache_dir"] or os.path.join(base, "rackspace.identity")
    try:
        return TokenCache(os.path.abspath(os.path.expanduser(folder)))
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


def _has_begun(options: Mapping[str, Any]) -> bool:
    """Whether somebody began to say who is asking, who is then told what is missing."""
    return any(options[name] for name in ("credentials_file", "passcode", "session_id"))


def _refuse_v11(options: Mapping[str, Any]) -> None:
    if options["api_version"] == "v1.1":
        raise OptionError("The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens.")
