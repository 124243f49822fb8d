# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the token to use: a cached one, or one from a login that everyone who asks at the same time shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import _clock
from .._errors import MfaRequiredError, MissingCredentialsError, NoCredentialsError, OptionError, ServiceError
from .._identity_url import service_url
from .._models import Access, ExistingToken, Password
from .._settings import DETAILED, ConnectionSettings, Context, Settings
from .cached_login import REFUSAL_SECONDS, REFUSALS, CachedLogin
from .caching import has_ended, open_cache, remove_everywhere, warn_if_not_cached, warn_of_unusable_cache
from .credential_values import MAX_PASSCODE_PERIOD_SECONDS, clean
from .credentials import resolve_login
from .given_credentials import FileService
from .login_result import LoginResult, tell_login
from .private_files import CacheUnusableError, watch

if TYPE_CHECKING:
    from .fact_access import FactAccess
    from .second_factor import LoginClient
    from .shared_login import SharedLogin

# What a login may take beyond its waits and timeouts before others stop waiting for it.
_EXTRA_PATIENCE_SECONDS = 5.0

REMEMBERED = (
    f"The service refused this login moments ago, which is remembered for {REFUSAL_SECONDS} seconds; "
    "rax_identity_token with renew=true asks again."
)


FACT_NOT_USED = (
    "The fact rax_identity of this host was not used, since it only stands in where nothing describes a login, not "
    "even in part."
)
FACT_NEVER_USED = (
    "The fact rax_identity of this host was not used, since this module always logs in itself. Other tasks, and "
    "lookups, can continue the login of a fact without credentials."
)


class AccessProvider:
    """Provides access for one set of settings, and knows where it is cached.

    Every method raises the kinds of IdentityError that a login can end with.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        """Resolve the login. Raises OptionError and MissingCredentialsError; NoCredentialsError if nothing is given."""
        self._settings, self.context = settings, context
        self._request, self._origin, service, files = resolve_login(settings.credentials, settings.login, context)
        self._are_files_current = watch(files)
        self.connection = _connection_to(service, settings.connection, context) if service else settings.connection
        if service and self.connection is not settings.connection:
            url_of_file = {"identity_url": service.source}
            self.context = context._replace(sources={**context.sources, **url_of_file})
        self._default_region = service.default_region if service else None
        self._url = service_url(
            self.connection.identity_url, self.connection.api_version, context.named("identity_url")
        )
        self._cache = open_cache(settings.cache, context)
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
            return self._find_shared(None, rejected_token) or self._log_in(None)
        try:
            with entry.lock(self._max_login_seconds + _EXTRA_PATIENCE_SECONDS):
                # The previous holder of the lock may just have logged in for us: that token is good whatever its life.
                fingerprint = entry.fingerprint()
                is_new = fingerprint != before
                cached = None if renew else self._find(fingerprint, rejected_token, is_new=is_new)
                return cached or self._find_shared(entry, rejected_token) or self._log_in(entry)
        except CacheUnusableError as error:
            self._disable_cache(error)
            return self._find_shared(None, rejected_token) or self._log_in(None)

    def cached_tokens(self) -> list[str]:
        """Return the tokens in the cache, however short their life and whatever parameters they were asked for with.

        Where it has none, that of the store behind it.
        """
        try:
            tokens = self._entry.tokens(_clock.now()) if self._entry else []
        except CacheUnusableError as error:
            self._disable_cache(error)
            tokens = []
        shared = None if tokens else self._find_shared(self._entry, None, min_ttl=0)
        return [shared.access.token.id] if shared else tokens

    def replace_token(self, token: str) -> str:
        """Return a token in place of a cached one that the service rejects."""
        return self.replace_login(token).access.token.id

    def replace_login(self, token: str) -> LoginResult:
        """Return a login in place of a cached one whose token the service rejects."""
        try:
            return self.get_access(rejected_token=token)
        finally:
            # Also where the new one could not be cached in its place.
            self.forget_token(token)

    def forget_token(self, token: str) -> None:
        """Remove a token of this login from the cache."""
        entry = self._entry
        if entry:
            remove_everywhere(
                lambda shared: entry.forget_token(token, shared),
                lambda: entry.remember_ended(token, _clock.now()),
                self._settings,
                self.context,
            )
        else:
            self.forget_in_store(token)

    def forget_in_store(self, token: str) -> None:
        """Remove a token of this login from the store behind the cache where no file tells its name there."""
        if not self._entry and self._shared:
            self._shared.forget_token(token, _clock.now())

    @cached_property
    def _shared(self) -> SharedLogin | None:
        settings = self._settings.cache
        if not settings.cache or not settings.cache_plugin:
            return None
        # Imported here: it takes long to load, and is needed only where no file has a token.
        from .shared_login import open_shared_login

        connection = self.connection
        return open_shared_login(
            settings, connection.timeout, self._url, self._request, connection.verify, self.context
        )

    def _find_shared(
        self, entry: CachedLogin | None, rejected_token: str | None, *, min_ttl: float | None = None
    ) -> LoginResult | None:
        """Return the access in the store behind the cache, and cache it, or return None if it has none to rely on."""
        shared = None if self._settings.login.renew else self._shared
        seconds = self._settings.cache.min_ttl if min_ttl is None else min_ttl
        cached = shared.read_access(_clock.now(), seconds) if shared else None
        if not cached or cached.access.token.id == rejected_token or has_ended(entry, cached.access.token.id):
            return None
        access, made = cached.access, datetime.fromtimestamp(cached.stored, timezone.utc)
        self._tell("Using the shared login", access)
        if entry:
            warn_if_not_cached(lambda: entry.store_access(access, made, cached.shared), self.context)
        return self._result(access)._replace(cached=True, stored=cached.stored)

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
            cached = self._entry.read_access(now, None if is_new else min_ttl)
            cached = None if cached and cached.access.token.id == rejected_token else cached
            refusal = None if cached else self._entry.read_refusal(now)
        except CacheUnusableError as error:
            self._disable_cache(error)
            return None
        if refusal and self._is_remembered(refusal):
            raise refusal.with_hint(self._origin).with_hint(REMEMBERED)
        if not cached:
            return None
        is_token_current = self._entry.watch(fingerprint, cached.access, min_ttl)
        self._tell("Using the cached login", cached.access)
        return self._result(cached.access)._replace(
            cached=True, stored=cached.stored, is_current=lambda: is_token_current() and self._are_files_current()
        )

    def _is_remembered(self, refusal: ServiceError) -> bool:
        # The session of a challenge is good for one login only.
        is_asked_for = refusal.kind == "mfa_required" and (
            self._answers_second_factor or self._settings.login.on_mfa == "challenge"
        )
        return refusal.kind in REFUSALS and not is_asked_for

    @property
    def _answers_second_factor(self) -> bool:
        return bool(self._settings.credentials.totp_secret) and isinstance(self._request.credentials, Password)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no response may show, whatever its request carried. Tokens are the business of each call."""
        credentials, totp_secret = self._request.credentials, self._settings.credentials.totp_secret
        secrets = () if isinstance(credentials, ExistingToken) else credentials.secrets
        if not totp_secret or not self._answers_second_factor:
            return secrets
        # Imported here: hardly any login needs it.
        from . import second_factor

        return (*secrets, *second_factor.secrets_in(totp_secret))

    @property
    def _max_login_seconds(self) -> float:
        seconds = self.connection.max_call_seconds
        if self._answers_second_factor:
            # The first step, and two passcodes with the wait between them.
            seconds = 3 * seconds + MAX_PASSCODE_PERIOD_SECONDS
        # The store behind the cache is opened, asked, and told.
        return seconds + 3 * self.connection.timeout if self._settings.cache.cache_plugin else seconds

    def _authenticate(self, client: LoginClient) -> tuple[Access, bool]:
        """Return the access, and whether the secret of an authenticator application was needed for it."""
        if not self._answers_second_factor:
            return client.log_in(self._request), False
        # Imported here: hardly any login needs it.
        from . import second_factor

        secret = clean(self._settings.credentials.totp_secret, "totp_secret", self.context)
        authenticator = second_factor.Authenticator(secret or "", self.context)
        return second_factor.log_in(client, self._request, authenticator, self.context)

    def _log_in(self, entry: CachedLogin | None) -> LoginResult:
        """Log in, and cache the outcome."""
        from .._api import factory

        version = self.connection.api_version
        try:
            with factory.open_client(factory.CLIENTS[version], self.connection, self.context, self.secrets) as client:
                access, is_answered = self._authenticate(client)
        except ServiceError as error:
            refusal = error
            if entry:
                # Without the origin, which is another for another task with the same login.
                warn_if_not_cached(lambda: self._store_refusal(entry, refusal), self.context)
            if refusal.kind == "unauthorized" and self._shared:
                self._shared.remove()
            raise refusal.with_hint(self._origin) from None
        self._tell("Logged in", access)
        made, shared = _clock.now(), self._shared
        if entry:
            name = shared.name if shared else None
            warn_if_not_cached(lambda: entry.store_access(access, made, name), self.context)
        if shared:
            shared.store_access(access, made)
        result = self._result(access)
        return result._replace(stored=made.timestamp(), is_second_step=result.is_second_step or is_answered)

    def _tell(self, what: str, access: Access) -> None:
        tell_login(self.context, what, self._url, access)
        if self._origin:
            self.context.tell(DETAILED, self._origin)

    def _store_refusal(self, entry: CachedLogin, refusal: ServiceError) -> None:
        if self._is_remembered(refusal):
            entry.store_refusal(refusal, _clock.now())
        if isinstance(refusal, MfaRequiredError) and refusal.challenge:
            entry.store_first_step(refusal.challenge.session_id, _clock.now())

    def _result(self, access: Access) -> LoginResult:
        request = self._request
        return LoginResult(
            self._url,
            access,
            username=getattr(request.credentials, "username", None),
            has_tenant=bool(request.tenant_id or request.tenant_name),
            is_second_step=hasattr(request.credentials, "passcode"),
            default_region=self._default_region,
            make_reference=self._make_reference,
        )

    def _make_reference(self, fact: Mapping[str, Any]) -> str | None:
        from .login_ref import make_reference

        if not self._cache or not self._entry or not self._entry.fingerprint():
            return None
        try:
            return make_reference(self._cache, self._entry.name, fact)
        except CacheUnusableError:
            return None

    def _cached_login(self) -> CachedLogin | None:
        try:
            if not self._cache:
                return None
            return CachedLogin(self._cache, self._url, self._request, verify=self.connection.verify)
        except CacheUnusableError as error:
            self._disable_cache(error)
            return None

    def _disable_cache(self, error: CacheUnusableError) -> None:
        self._entry = None
        warn_of_unusable_cache(error, self.context)


def _connection_to(service: FileService, connection: ConnectionSettings, context: Context) -> ConnectionSettings:
    """Return the connection to the service that the file with the credentials names, unless another one is given.

    Raises OptionError for a URL that cannot be used, and where the other one could be anyone else's.
    """
    url, given = service.identity_url, context.sources.get("identity_url")
    if not url:
        return connection
    try:
        root = service_url(url, "")
    except OptionError as error:
        raise OptionError(f"{error} It came from {service.source.words}.") from None
    # The rack command line takes the file's before the variable, too.
    if given is None or given.is_of_rack:
        return connection._replace(identity_url=url)
    if not service.is_rackspace and service_url(connection.identity_url, "", context.named("identity_url")) != root:
        raise OptionError(
            f"identity_url ({given.words}) is not the auth_url of {service.source.words}, and its credentials are not "
            "sent anywhere else. Leave out identity_url, or name another entry."
        )
    return connection


def open_provider(settings: Settings, context: Context) -> AccessProvider | FactAccess:
    """Return what provides access: the login that the settings describe, or if none is, that of the host's fact.

    Raises MissingCredentialsError if neither can.
    """
    try:
        return AccessProvider(settings, context)
    except NoCredentialsError:
        if context.fact is None:
            raise
        from .fact_access import FactAccess

        return FactAccess(settings, context, context.fact)
    except MissingCredentialsError as error:
        if context.fact is None:
            raise
        raise MissingCredentialsError(f"{error} {FACT_NOT_USED}") from None
