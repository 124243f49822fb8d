# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of the service: users, logins and tokens. It does not depend on HTTP or on wire formats."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from dataclasses import replace

from identity_service import accounts
from identity_service.catalog import listed_endpoints, scoped_catalog
from identity_service.catalog_v11 import catalog_v11
from identity_service.clock import Clock
from identity_service.errors import ApiError, bad_request, forbidden, not_found, unauthorized
from identity_service.model import (
    Access,
    AuthV11,
    ListedEndpoint,
    LoginRequest,
    Person,
    ResponseOptions,
    Role,
    Service,
    Token,
    User,
)
from identity_service.multifactor import MultiFactor, not_set_up
from identity_service.origins import Origin, moved_catalog, moved_catalog_v11, moved_list
from identity_service.settings import Settings
from identity_service.timestamps import write_time

INVALID_AUTH_TOKEN = "No valid token provided. Please use the 'X-Auth-Token' header with a valid token."


def new_token_id() -> str:
    """Return an opaque ID that contains both of the unusual characters ``-`` and ``_``."""
    while True:
        token_id = f"AA{secrets.token_urlsafe(60)}"
        if "-" in token_id and "_" in token_id:
            return token_id


class Store:
    """Users, tokens, sessions, settings and time. All public methods are thread-safe."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._first_settings = settings or Settings()
        self._lock = threading.RLock()
        self.clock = Clock()
        # The services behind these keep running through a reset, so that this is not part of it.
        self.origins: tuple[Origin, ...] = ()
        self.reset()

    def reset(self) -> None:
        """Restore the initial state: no tokens, no sessions, the initial settings and the real time."""
        with self._lock:
            self._settings = self._first_settings
            self._users = {user.login.casefold(): user for user in accounts.USERS}
            self._tokens: dict[str, Token] = {}
            self._multifactor = MultiFactor()
            self.clock.reset()

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self._settings

    def change_settings(self, values: dict[str, object]) -> Settings:
        """Replace some settings. Raises ValueError, which names what is wrong, and then changes nothing."""
        with self._lock:
            self._settings = self._settings.changed(values)
            return self._settings

    @property
    def text_messages(self) -> int:
        """The number of passcodes sent by text message."""
        return self._multifactor.text_messages

    def reset_text_messages(self) -> None:
        """Reset the number of text messages."""
        with self._lock:
            self._multifactor.text_messages = 0

    # Logging in

    def login(self, request: LoginRequest, options: ResponseOptions, session_id: str | None = None) -> Access:
        """Issue a new token (operations 1 to 5). Raises an ApiError, which says why this is not possible."""
        with self._lock:
            if request.kind == "token":
                return self._login_with_token(request, options)
            if request.kind == "passcode":
                return self._login_with_passcode(request, options, session_id)
            return self._login_with_credentials(request, options)

    def _login_with_credentials(self, request: LoginRequest, options: ResponseOptions) -> Access:
        user = self._known_user(request)
        tenant = self._named_tenant(user, request.tenant_id, options)
        if request.setup_mfa:
            return self._setup_access(user, "password" if request.kind == "password" else "apikey")
        if request.kind == "password":
            self._ask_second_factor(user)
        home = user.accounts[0].mosso if user.accounts else None
        method = "PASSWORD" if request.kind == "password" else "APIKEY"
        token = self._issue(user, tenant or home, (method,))
        return self._access(token, options, pin=True, catalog=self._catalog(token, options))

    def login_v11(self, request: LoginRequest) -> AuthV11:
        """Issue a new token for an API key, with the catalog of version 1.1 (operation 10)."""
        with self._lock:
            user = self._known_user(request)
            if user.factor is not None:
                raise forbidden("Multi-factor authentication is enabled: use version 2.0 or later.")
            token = self._issue(user, user.accounts[0].mosso if user.accounts else None, ("APIKEY",))
            return AuthV11(token.id, self._timestamp(token.expires), moved_catalog_v11(catalog_v11(user), self.origins))

    def _known_user(self, request: LoginRequest) -> User:
        user = self._users.get(request.username.casefold())
        if user is None:
            raise unauthorized()
        expected = user.credentials.password if request.kind == "password" else user.credentials.api_key
        if expected is None or request.secret != expected:
            raise unauthorized()
        self._refuse_disabled(user)
        return user

    def _login_with_token(self, request: LoginRequest, options: ResponseOptions) -> Access:
        source = self._living(request.secret)
        if source is None or source.setup_mfa:
            message = "The token has expired or is no longer available."
            raise unauthorized(message) if self._settings.dead_token_login_code == 401 else not_found(message)
        tenant = self._named_tenant(source.user, request.tenant_id, options)
        # The new token expires with the old one, so that a token cannot be renewed forever.
        token = replace(source, id=new_token_id(), issued=self.clock.now(), tenant_id=tenant)
        self._tokens[token.id] = token
        return self._access(token, options, pin=True, catalog=self._catalog(token, options))

    def _login_with_passcode(self, request: LoginRequest, options: ResponseOptions, session_id: str | None) -> Access:
        if not session_id:
            raise unauthorized("The header X-SessionId is missing.")
        now = self.clock.now()
        session = self._multifactor.session(session_id, now)
        user = self._current(session.user)
        self._refuse_disabled(user)
        tenant = self._named_tenant(user, request.tenant_id, options)
        self._multifactor.redeem(session, request.secret, now, self._settings.mfa_locked_code)
        token = self._issue(user, tenant, (session.factor.credential, "PASSWORD"))
        catalog = self._catalog(token, options) if tenant else ()
        access = self._access(token, options, pin=True, catalog=catalog)
        roles = _without_propagate(user.roles + (user.rcn_roles if options.rcn_roles else ()))
        return replace(access, user=replace(access.user, federated=False, roles=roles) if access.user else None)

    def _setup_access(self, user: User, method: str) -> Access:
        if user.factor is not None:
            raise forbidden("Multi-factor authentication is already set up.")
        token = replace(self._issue(user, None, (method,)), setup_mfa=True)
        self._tokens[token.id] = token
        return Access(
            token=token,
            expires=self._timestamp(token.expires),
            issued=None,
            user=None,
            wrapped=self._settings.setup_mfa_wrapper,
        )

    def _ask_second_factor(self, user: User) -> None:
        if user.factor is not None:
            expires = self.clock.now() + self._settings.mfa_session_lifetime
            raise self._multifactor.challenge(user, user.factor, expires, self._settings.mfa_locked_code)
        if user.factor_enforced:
            raise not_set_up()

    # Existing tokens

    def validate(self, auth_token: str, subject_token: str, belongs_to: str | None, options: ResponseOptions) -> Access:
        """Return whose token it is and what it grants, without a catalog (operation 6)."""
        with self._lock:
            caller = self._caller(auth_token)
            subject = self._subject(caller, subject_token)
            if belongs_to is not None and belongs_to not in self._opened_tenants(subject, options):
                raise unauthorized("The token does not belong to that tenant.")
            return self._access(subject, options, pin=caller.id == subject.id, catalog=None)

    def revoke_own(self, auth_token: str) -> None:
        """Revoke the token that authenticates the call (operation 7)."""
        with self._lock:
            caller = self._caller(auth_token)
            if self._settings.revoke_own_missing:
                raise not_found()
            del self._tokens[caller.id]

    def revoke(self, auth_token: str, subject_token: str) -> None:
        """Revoke a token (operation 8)."""
        with self._lock:
            subject = self._subject(self._caller(auth_token), subject_token)
            del self._tokens[subject.id]

    def endpoints(self, auth_token: str, subject_token: str, options: ResponseOptions) -> tuple[ListedEndpoint, ...]:
        """Return the endpoints of a token as a flat list (operation 9)."""
        with self._lock:
            subject = self._subject(self._caller(auth_token), subject_token)
            if subject.setup_mfa:
                raise forbidden()
            listed = listed_endpoints(subject.user, subject.tenant_id, rcn=options.rcn_roles)
            return moved_list(listed, self.origins)

    # Only for the control interface

    def issue(
        self,
        login: str,
        *,
        tenant_id: str | None = None,
        impersonator: str | None = None,
        lifetime: float | None = None,
        authenticated_by: tuple[str, ...] | None = None,
    ) -> tuple[str, str]:
        """Issue a token without a login, and return it and its expiry. An impersonation token has no login method."""
        with self._lock:
            user = self._user(login)
            other = self._user(impersonator) if impersonator else None
            tenant = self._named_tenant(user, tenant_id, ResponseOptions(rcn_roles=True))
            home = user.accounts[0].mosso if user.accounts else None
            methods = authenticated_by if authenticated_by is not None else (() if other else ("PASSWORD",))
            token = replace(self._issue(user, tenant or home, methods, lifetime), impersonator=other)
            self._tokens[token.id] = token
            return token.id, self._timestamp(token.expires)

    def living_tokens(self) -> dict[str, int]:
        """Count the valid tokens by the login of the user."""
        with self._lock:
            living = (token for token in self._tokens.values() if self._living(token.id))
            return dict(sorted(Counter(token.user.login for token in living).items()))

    def inspect(self, token_id: str) -> tuple[Token | None, bool]:
        """Return the token with this ID if it was issued and not revoked, and whether it is valid."""
        with self._lock:
            return self._tokens.get(token_id), self._living(token_id) is not None

    def opened_tenants(self, token: Token) -> tuple[str, ...]:
        """Return the tenants whose data a service shows to this token."""
        with self._lock:
            return self._opened_tenants(token, ResponseOptions(rcn_roles=True))

    def expire(self, *, token_id: str | None = None, login: str | None = None) -> int:
        """Expire one token, those of a user, or all. Returns how many."""
        with self._lock:
            wanted = None if login is None else self._user(login).id
            ending = [
                token
                for token in self._tokens.values()
                if self._living(token.id) and token_id in (None, token.id) and wanted in (None, token.user.id)
            ]
            for token in ending:
                self._tokens[token.id] = replace(token, expires=self.clock.now())
            return len(ending)

    def enable(self, login: str, *, enabled: bool) -> None:
        """Enable or disable a user. The tokens of a disabled user are invalid."""
        with self._lock:
            user = self._user(login)
            self._users[login.casefold()] = replace(user, enabled=enabled)

    def passcode(self, *, session_id: str | None = None, login: str | None = None) -> tuple[str, str | None]:
        """Return the current passcode and the session, given by its ID or as the latest one of a user."""
        with self._lock:
            now = self.clock.now()
            if session_id is not None:
                session = self._multifactor.session(session_id, now)
            else:
                newest = self._multifactor.newest_session(self._user(login or ""))
                if newest is None:
                    raise not_found("The user has no session.")
                session = self._multifactor.session(newest.id, now)
            return self._multifactor.passcode(session, now), session.id

    # Helpers

    def _user(self, login: str) -> User:
        user = self._users.get(login.casefold())
        if user is None:
            raise bad_request(f"There is no user {login!r}.")
        return user

    def _current(self, user: User) -> User:
        return self._users[user.login.casefold()]

    def _refuse_disabled(self, user: User) -> None:
        if not user.enabled:
            raise ApiError("userDisabled", "User account has been disabled.")

    def _named_tenant(self, user: User, tenant_id: str | None, options: ResponseOptions) -> str | None:
        if tenant_id is not None and tenant_id not in user.tenants(rcn=options.rcn_roles):
            raise unauthorized("The user has no access to that tenant.")
        return tenant_id

    def _issue(
        self, user: User, tenant_id: str | None, methods: tuple[str, ...], lifetime: float | None = None
    ) -> Token:
        now = self.clock.now()
        ends = now + (self._settings.token_lifetime if lifetime is None else lifetime)
        token = Token(new_token_id(), user, now, ends, tenant_id, methods)
        self._tokens[token.id] = token
        return token

    def _living(self, token_id: str) -> Token | None:
        token = self._tokens.get(token_id)
        if token is None or self.clock.now() >= token.expires or not self._current(token.user).enabled:
            return None
        return token

    def _caller(self, auth_token: str) -> Token:
        caller = self._living(auth_token)
        if caller is None:
            raise unauthorized(INVALID_AUTH_TOKEN)
        return caller

    def _subject(self, caller: Token, subject_token: str) -> Token:
        subject = self._living(subject_token)
        if subject is None:
            raise not_found("Token not found.")
        if caller.id != subject.id and not self._may_touch(caller, subject):
            raise forbidden()
        return subject

    def _may_touch(self, caller: Token, subject: Token) -> bool:
        if caller.setup_mfa:
            return False
        if caller.user.id == subject.user.id or caller.user.has_role(accounts.IDENTITY_ADMIN.name):
            return True
        same_domain = caller.user.domain_id is not None and caller.user.domain_id == subject.user.domain_id
        return same_domain and caller.user.has_role(accounts.USER_ADMIN.name)

    def _opened_tenants(self, token: Token, options: ResponseOptions) -> tuple[str, ...]:
        tenants = token.user.tenants(rcn=options.rcn_roles)
        all_accounts = token.user.accounts + token.user.rcn_accounts
        if token.tenant_id is None or any(token.tenant_id == account.mosso for account in all_accounts):
            return tenants
        return (token.tenant_id,)

    def _catalog(self, token: Token, options: ResponseOptions) -> tuple[Service, ...] | None:
        if not options.endpoints:
            return None
        return moved_catalog(scoped_catalog(token.user, token.tenant_id, rcn=options.rcn_roles), self.origins)

    def _timestamp(self, seconds: float) -> str:
        return write_time(seconds, self._settings.expires_format)

    def _access(
        self, token: Token, options: ResponseOptions, *, pin: bool, catalog: tuple[Service, ...] | None
    ) -> Access:
        extra = self._settings.extra_attributes
        person = self._person(token.user, options, pin=pin)
        if token.impersonator is not None:
            person = replace(person, roles=_without_propagate(person.roles))
        return Access(
            token=token,
            expires=self._timestamp(token.expires),
            issued=self._timestamp(token.issued) if extra else None,
            user=person,
            catalog=catalog,
            impersonator=self._impersonator(token),
        )

    def _person(self, user: User, options: ResponseOptions, *, pin: bool) -> Person:
        extra = self._settings.extra_attributes
        own_domain = (user.domain_id,) if user.domain_id else ()
        return Person(
            id=user.id,
            name=user.name,
            roles=user.roles + (user.rcn_roles if options.rcn_roles else ()),
            default_region=user.default_region,
            domain_id=user.domain_id,
            accessible_domains=(user.accessible_domains or own_domain) if options.accessible_domains else None,
            phone_pin=user.phone_pin if pin else None,
            phone_pin_state=user.phone_pin_state,
            multi_factor_enabled=user.factor is not None if extra else None,
            email=f"{user.login}@{accounts.EMAIL_DOMAIN}" if extra else None,
            session_inactivity_timeout=accounts.SESSION_INACTIVITY_TIMEOUT if extra else None,
        )

    def _impersonator(self, token: Token) -> Person | None:
        other = token.impersonator
        if other is None:
            return None
        return Person(id=other.id, name=other.name or other.login, roles=_without_propagate(other.roles))


def _without_propagate(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Return the roles as documented for logins with a passcode and for impersonation tokens."""
    return tuple(replace(role, propagate=None) for role in roles)
