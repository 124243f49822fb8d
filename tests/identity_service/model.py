# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data model: users, roles, tenants, services, tokens, requests and responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["sms", "app"]
LoginKind = Literal["password", "api_key", "token", "passcode"]


@dataclass(frozen=True)
class Role:
    """A role, limited to one tenant by ``tenant_id``. If ``propagate`` is None, the attribute is left out."""

    id: str | None
    name: str
    description: str | None = None
    tenant_id: str | None = None
    service_id: str | None = None
    propagate: bool | None = False


@dataclass(frozen=True)
class Account:
    """A cloud account: its numeric tenant (mosso) and its file tenant (nast)."""

    mosso: str
    nast: str

    def tenants(self) -> tuple[str, str]:
        """Return both tenant IDs, the main one first."""
        return (self.mosso, self.nast)


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of a service."""

    public_url: str
    tenant_id: str
    region: str | None = None
    internal_url: str | None = None
    admin_url: str | None = None
    version_id: str | None = None
    version_info: str | None = None
    version_list: str | None = None


@dataclass(frozen=True)
class Service:
    """A service in the catalog."""

    name: str
    type: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class ListedEndpoint:
    """An endpoint in the flat list of operation 9."""

    id: int
    service_name: str
    service_type: str
    endpoint: Endpoint


@dataclass(frozen=True)
class Credentials:
    """The credentials of a user; either may be missing."""

    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Factor:
    """A second factor: passcodes by text message, or an authenticator application with a base32 TOTP seed."""

    channel: Channel
    challenge: str
    credential: str
    seed: str | None = field(default=None, repr=False)
    bypass_codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class User:
    """A user. ``login`` is what the user types, ``name`` what responses show (None for Rackspace staff)."""

    id: str
    login: str
    credentials: Credentials
    name: str | None
    domain_id: str | None
    default_region: str | None
    roles: tuple[Role, ...]
    accounts: tuple[Account, ...] = ()
    rcn_accounts: tuple[Account, ...] = ()
    rcn_roles: tuple[Role, ...] = ()
    accessible_domains: tuple[str, ...] = ()
    enabled: bool = True
    factor: Factor | None = None
    factor_enforced: bool = False
    phone_pin: str | None = field(default=None, repr=False)
    phone_pin_state: str = "INACTIVE"
    sees_admin_urls: bool = False
    document_catalog_v11: bool = False

    def tenants(self, *, rcn: bool = False) -> tuple[str, ...]:
        """Return the tenants that the user can log in to, the home tenant first."""
        accounts = self.accounts + (self.rcn_accounts if rcn else ())
        return tuple(tenant for account in accounts for tenant in account.tenants())

    def has_role(self, name: str) -> bool:
        """Tell whether the user has the role."""
        return any(role.name == name for role in self.roles)


@dataclass(frozen=True)
class Token:
    """An issued token; times are seconds since the epoch."""

    id: str = field(repr=False)
    user: User
    issued: float
    expires: float
    tenant_id: str | None = None
    authenticated_by: tuple[str, ...] = ()
    impersonator: User | None = None
    setup_mfa: bool = False


@dataclass(frozen=True)
class LoginRequest:
    """A login request in any wire format. ``secret`` is a password, API key, token or passcode."""

    kind: LoginKind
    secret: str = field(repr=False)
    username: str = ""
    tenant_id: str | None = None
    setup_mfa: bool = False

    @property
    def operation(self) -> str:
        """The operation that this login is counted as."""
        return "login_setup_mfa" if self.setup_mfa else f"login_{self.kind}"


@dataclass(frozen=True)
class ResponseOptions:
    """What the response is to contain (the documented query parameters)."""

    rcn_roles: bool = False
    accessible_domains: bool = False
    endpoints: bool = True


@dataclass(frozen=True)
class Person:
    """A user in a response; attributes that are None are left out."""

    id: str
    name: str | None
    roles: tuple[Role, ...]
    default_region: str | None = None
    domain_id: str | None = None
    accessible_domains: tuple[str, ...] | None = None
    phone_pin: str | None = field(default=None, repr=False)
    phone_pin_state: str | None = None
    federated: bool | None = None
    multi_factor_enabled: bool | None = None
    email: str | None = None
    session_inactivity_timeout: str | None = None


@dataclass(frozen=True)
class Access:
    """The response to a login or a validation. If ``catalog`` is None, it is left out."""

    token: Token
    expires: str
    issued: str | None
    user: Person | None
    catalog: tuple[Service, ...] | None = None
    impersonator: Person | None = None
    wrapped: bool = True


@dataclass(frozen=True)
class EndpointV11:
    """One endpoint of a service in version 1.1."""

    public_url: str
    region: str | None = None
    internal_url: str | None = None
    v1_default: bool | None = None


@dataclass(frozen=True)
class ServiceV11:
    """A service in version 1.1, which only has a name."""

    name: str
    endpoints: tuple[EndpointV11, ...]


@dataclass(frozen=True)
class AuthV11:
    """The response to a login of version 1.1."""

    token_id: str = field(repr=False)
    expires: str
    catalog: tuple[ServiceV11, ...]
