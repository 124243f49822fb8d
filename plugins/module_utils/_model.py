# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the identity service talks about: logins, tokens, users, endpoints.

The shapes are those of the "Authentication Tokens" reference of the Identity API 2.0, with snake_case names.
Attributes that the collection does not know are kept under `extra` of the object they came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, TypedDict, Union

from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time, parse_time


@dataclass(frozen=True)
class ApiKey:
    """Log in with a username and an API key."""

    username: str
    api_key: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.api_key,)


@dataclass(frozen=True)
class Password:
    """Log in with a username and a password; accounts with multi-factor authentication answer with a challenge."""

    username: str
    password: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.password,)


@dataclass(frozen=True)
class ExistingToken:
    """Exchange a token for one of a given tenant."""

    token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.token,)


@dataclass(frozen=True)
class Passcode:
    """The second step of a multi-factor login: the passcode for the session that the first step began."""

    session_id: str = field(repr=False)
    passcode: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.session_id, self.passcode)


Credentials = Union[ApiKey, Password, ExistingToken, Passcode]


@dataclass(frozen=True)
class Login:
    """Everything that one login request says. At most one of tenant_id and tenant_name is set.

    scope: `setup-mfa` for a token that can do nothing but set multi-factor authentication up.
    """

    credentials: Credentials
    tenant_id: str | None = None
    tenant_name: str | None = None
    apply_rcn_roles: bool = False
    include_accessible_domains: bool = False
    include_endpoints: bool = True
    scope: str | None = None


@dataclass(frozen=True)
class Challenge:
    """Multi-factor authentication asks for a second step: where to continue, and with what (`PASSCODE`)."""

    session_id: str = field(repr=False)
    factor: str | None = None


@dataclass(frozen=True)
class Tenant:
    """An account, or a part of one; its id is a number, or `MossoCloudFS_<uuid>` for Cloud Files."""

    id: str | None
    name: str | None

    def as_dict(self) -> dict[str, Any]:
        """The tenant as users see it."""
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True)
class Token:
    """A token; `expires` is an aware datetime in UTC."""

    id: str = field(repr=False)
    expires: datetime
    tenant: Tenant | None = None
    authenticated_by: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Token:
        """The token that as_dict made this of."""
        tenant = Tenant(**shape["tenant"])
        return cls(
            id=shape["id"],
            expires=parse_time(shape["expires"]),
            tenant=tenant if tenant.id or tenant.name else None,
            authenticated_by=tuple(shape["authenticated_by"]),
            extra=shape.get("extra", {}),
        )

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """The token as users see it; expires_in is in whole seconds after now, 0 for an expired token."""
        return _with_extra(
            {
                "id": self.id,
                "expires": format_time(self.expires),
                "expires_in": max(0, int((self.expires - now).total_seconds())),
                "tenant": (self.tenant or Tenant(None, None)).as_dict(),
                "authenticated_by": list(self.authenticated_by),
            },
            self.extra,
        )


@dataclass(frozen=True)
class Role:
    """A role of a user, for all tenants or for one."""

    id: str | None
    name: str | None
    description: str | None = None
    tenant_id: str | None = None
    service_id: str | None = None
    propagate: bool | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The role as users see it."""
        return _with_extra(
            {
                "id": self.id,
                "name": self.name,
                "description": self.description,
                "tenant_id": self.tenant_id,
                "service_id": self.service_id,
                "propagate": self.propagate,
            },
            self.extra,
        )


@dataclass(frozen=True)
class User:
    """The user a token belongs to. The support PIN is a secret that nobody here needs: it is never kept."""

    id: str | None = None
    name: str | None = None
    default_region: str | None = None
    domain_id: str | None = None
    federated: bool | None = None
    roles: tuple[Role, ...] = ()
    accessible_domains: tuple[str, ...] = ()
    phone_pin_state: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> User:
        """The user that as_dict made this of."""
        roles = tuple(Role(**role) for role in shape["roles"])
        return cls(**{**shape, "roles": roles, "accessible_domains": tuple(shape["accessible_domains"])})

    def as_dict(self) -> dict[str, Any]:
        """The user as users see it."""
        return _with_extra(
            {
                "id": self.id,
                "name": self.name,
                "default_region": self.default_region,
                "domain_id": self.domain_id,
                "federated": self.federated,
                "roles": [role.as_dict() for role in self.roles],
                "accessible_domains": list(self.accessible_domains),
                "phone_pin_state": self.phone_pin_state,
            },
            self.extra,
        )


class Version(TypedDict):
    """The version of a service's API at an endpoint, and the URLs that describe it."""

    id: str | None
    info: str | None
    list: str | None


class _Endpoint(TypedDict):
    service_name: str | None
    service_type: str | None
    region: str | None
    tenant_id: str | None
    public_url: str | None
    internal_url: str | None
    admin_url: str | None
    version: Version
    v1_default: bool | None


class Endpoint(_Endpoint, total=False):
    """One endpoint of one service. A plain dictionary, unlike the rest: facts and results hold the same thing."""

    extra: dict[str, Any]


ENDPOINT_KEYS = frozenset(_Endpoint.__annotations__)
"""What every endpoint has."""


@dataclass(frozen=True)
class Access:
    """The answer to a login or a validation: the token, its user, and the catalog as a flat, sorted list.

    impersonator: who uses the token in the user's place.
    """

    token: Token
    user: User
    endpoints: tuple[Endpoint, ...] = ()
    impersonator: User | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def sorted_endpoints(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The endpoints in an order of our own: the service sends them in any."""
    return tuple(sorted(endpoints, key=_sort_key))


def _sort_key(endpoint: Endpoint) -> tuple[str, ...]:
    return (
        endpoint["service_type"] or "",
        endpoint["service_name"] or "",
        endpoint["region"] or "",
        endpoint["tenant_id"] or "",
        endpoint["version"]["id"] or "",
        endpoint["public_url"] or "",
    )


def _with_extra(shape: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "extra": extra} if extra else shape


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(timezone.utc)
