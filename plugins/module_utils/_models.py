# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of the Identity API: logins, tokens, users, services and their endpoints.

Their shapes are those of the "Authentication Tokens" reference of the Identity API 2.0, with snake_case names.
Attributes that the collection does not know are kept in `extra`, in the object they came with.

A module compiles this file each time it runs, so the classes are cheap to create: named tuples, and where users see
the same thing, plain dictionaries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, Union

MAX_TOKEN_BYTES = 8192
"""The longest token: real ones have a few hundred bytes, and many servers take no longer header."""


class ApiKey(NamedTuple):
    """Log in with a username and an API key."""

    username: str
    api_key: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown."""
        return (self.api_key,)

    def __repr__(self) -> str:
        return f"ApiKey(username={self.username!r})"


class Password(NamedTuple):
    """Log in with a username and a password. Accounts with multi-factor authentication respond with a challenge."""

    username: str
    password: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown."""
        return (self.password,)

    def __repr__(self) -> str:
        return f"Password(username={self.username!r})"


class ExistingToken(NamedTuple):
    """Exchange a token for one of a given tenant."""

    token: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown."""
        return (self.token,)

    def __repr__(self) -> str:
        return "ExistingToken()"


class Passcode(NamedTuple):
    """Take the second step of a multi-factor login: the passcode for the session that the first step started."""

    session_id: str
    passcode: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown."""
        return (self.session_id, self.passcode)

    def __repr__(self) -> str:
        return "Passcode()"


Credentials = Union[ApiKey, Password, ExistingToken, Passcode]


class LoginRequest(NamedTuple):
    """Everything that one login request says. At most one of tenant_id and tenant_name is set.

    scope: `setup-mfa` for a token that can only set up multi-factor authentication.
    """

    credentials: Credentials
    tenant_id: str | None = None
    tenant_name: str | None = None
    apply_rcn_roles: bool = False
    include_accessible_domains: bool = False
    include_endpoints: bool = True
    scope: str | None = None


class MfaChallenge(NamedTuple):
    """Multi-factor authentication asks for a second step: in which session, and with what (`PASSCODE`).

    clock_skew: how many seconds the service's clock is ahead of this machine's.
    """

    session_id: str
    factor: str | None = None
    clock_skew: float = 0.0

    def __repr__(self) -> str:
        return f"MfaChallenge(factor={self.factor!r})"


class Tenant(TypedDict):
    """An account, or a part of one; its id is a number, or `MossoCloudFS_<uuid>` for Cloud Files."""

    id: str | None
    name: str | None


class Token(NamedTuple):
    """A token: whoever has it is the user.

    expires: the service's time, as users read it. valid_until: the same moment on the clock of this machine, in
    seconds since 1970, since the two clocks may differ.
    """

    id: str
    expires: str
    valid_until: float
    tenant: Tenant | None = None
    authenticated_by: Sequence[str] = ()
    extra: Mapping[str, Any] = {}

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """Return the token as users see it; expires_in is in whole seconds from now, 0 for an expired token."""
        shape = {
            "id": self.id,
            "expires": self.expires,
            "expires_in": max(0, int(self.valid_until - now.timestamp())),
            "tenant": self.tenant or {"id": None, "name": None},
            "authenticated_by": list(self.authenticated_by),
        }
        return {**shape, "extra": self.extra} if self.extra else shape

    def __repr__(self) -> str:
        return f"Token(expires={self.expires!r}, tenant={self.tenant!r})"


class _Role(TypedDict):
    id: str | None
    name: str | None
    description: str | None
    tenant_id: str | None
    service_id: str | None
    propagate: bool | None


class Role(_Role, total=False):
    """A role of a user, for all tenants or for one, as users see it."""

    extra: dict[str, Any]


class _User(TypedDict):
    id: str | None
    name: str | None
    default_region: str | None
    domain_id: str | None
    federated: bool | None
    roles: list[Role]
    accessible_domains: list[str]
    phone_pin_state: str | None


class User(_User, total=False):
    """The user that a token belongs to, as users see it. The support PIN is a secret and never kept."""

    extra: dict[str, Any]


def unknown_user() -> User:
    """Return a user about whom the service says nothing."""
    return {
        "id": None,
        "name": None,
        "default_region": None,
        "domain_id": None,
        "federated": None,
        "roles": [],
        "accessible_domains": [],
        "phone_pin_state": None,
    }


class Version(TypedDict):
    """The version of a service's API at an endpoint, and the URLs that describe it."""

    id: str | None
    info: str | None
    list: str | None


class ServiceEndpoint(TypedDict, total=False):
    """One endpoint of a service; whatever the service does not say about it is null or missing."""

    region: str | None
    tenant_id: str | None
    public_url: str | None
    internal_url: str | None
    admin_url: str | None
    version: Version
    v1_default: bool | None
    extra: dict[str, Any]


class Service(NamedTuple):
    """One service and its endpoints."""

    type: str | None
    name: str | None
    endpoints: Sequence[ServiceEndpoint]


class Endpoint(ServiceEndpoint):
    """One endpoint with every key, as users see it in results and facts."""

    service_name: str | None
    service_type: str | None


class Access(NamedTuple):
    """The response to a login or a validation: the token, its user, and the catalog.

    impersonator: the user who is using the token in its owner's place.
    """

    token: Token
    user: User
    services: tuple[Service, ...] = ()
    impersonator: User | None = None
    extra: Mapping[str, Any] = {}
