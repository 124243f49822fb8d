# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the identity service talks about: logins, tokens, users. Endpoints have a room of their own, _catalog.

The shapes are those of the "Authentication Tokens" reference of the Identity API 2.0, with snake_case names.
Attributes that the collection does not know are kept under `extra` of the object they came with.

A module reads this file anew each time it runs, so the classes are cheap to make: named tuples, and where users see
the same thing, plain dictionaries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple, TypedDict, Union

from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Endpoint, Service, flattened


class ApiKey(NamedTuple):
    """Log in with a username and an API key."""

    username: str
    api_key: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.api_key,)

    def __repr__(self) -> str:
        return f"ApiKey(username={self.username!r})"


class Password(NamedTuple):
    """Log in with a username and a password; accounts with multi-factor authentication answer with a challenge."""

    username: str
    password: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.password,)

    def __repr__(self) -> str:
        return f"Password(username={self.username!r})"


class ExistingToken(NamedTuple):
    """Exchange a token for one of a given tenant."""

    token: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.token,)

    def __repr__(self) -> str:
        return "ExistingToken()"


class Passcode(NamedTuple):
    """The second step of a multi-factor login: the passcode for the session that the first step began."""

    session_id: str
    passcode: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.session_id, self.passcode)

    def __repr__(self) -> str:
        return "Passcode()"


Credentials = Union[ApiKey, Password, ExistingToken, Passcode]


class Login(NamedTuple):
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


class Tenant(TypedDict):
    """An account, or a part of one; its id is a number, or `MossoCloudFS_<uuid>` for Cloud Files."""

    id: str | None
    name: str | None


class Token(NamedTuple):
    """A token. expires is what the service says, in ISO 8601 and UTC; lasts_until the same moment by the clock of this
    machine, in seconds since 1970: the two clocks may differ.
    """

    id: str
    expires: str
    lasts_until: float
    tenant: Tenant | None = None
    authenticated_by: Sequence[str] = ()
    extra: Mapping[str, Any] = {}

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """The token as users see it; expires_in is in whole seconds after now, 0 for an expired token."""
        shape = {
            "id": self.id,
            "expires": self.expires,
            "expires_in": max(0, int(self.lasts_until - now.timestamp())),
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
    """A role of a user as users see it, for all tenants or for one."""

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
    """The user a token belongs to, as users see it. The support PIN is a secret that nobody here needs: never kept."""

    extra: dict[str, Any]


def nobody() -> User:
    """A user of whom the service says nothing."""
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


class Access(NamedTuple):
    """The answer to a login or a validation: the token, its user, and the catalog.

    impersonator: who uses the token in the user's place.
    """

    token: Token
    user: User
    services: tuple[Service, ...] = ()
    impersonator: User | None = None
    extra: Mapping[str, Any] = {}

    @property
    def endpoints(self) -> list[Endpoint]:
        """The catalog as users see it."""
        return flattened(self.services)


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(timezone.utc)
