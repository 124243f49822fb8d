# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service knows: users, roles, tenants, services, tokens, and what is asked of and answered by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["sms", "app"]
LoginKind = Literal["password", "api_key", "token", "passcode"]


@dataclass(frozen=True)
class Role:
    """A role; ``tenant_id`` binds it to one tenant. ``propagate`` None leaves the attribute out."""

    id: str | None
    name: str
    description: str | None = None
    tenant_id: str | None = None
    service_id: str | None = None
    propagate: bool | None = False


@dataclass(frozen=True)
class Account:
    """A cloud account: the numeric tenant (mosso) and the tenant of its stored files (nast)."""

    mosso: str
    nast: str

    def tenants(self) -> tuple[str, str]:
        """Both tenant ids, the main one first."""
        return (self.mosso, self.nast)


@dataclass(frozen=True)
class Endpoint:
    """One address of a service."""

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
    """A service of the catalog."""

    name: str
    type: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class ListedEndpoint:
    """An endpoint as the flat list of operation 9 shows it."""

    id: int
    service_name: str
    service_type: str
    endpoint: Endpoint


@dataclass(frozen=True)
class Credentials:
    """What a user logs in with; either may be missing."""

    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Factor:
    """A second factor: passcodes by text message, or an authenticator application with a TOTP seed (base32)."""

    channel: Channel
    challenge: str
    credential: str
    seed: str | None = field(default=None, repr=False)
    bypass_codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class User:
    """A user. ``login`` is what the user types, ``name`` what answers show (none for Rackspace staff)."""

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
        """The tenants the user may name, the home tenant first."""
        accounts = self.accounts + (self.rcn_accounts if rcn else ())
        return tuple(tenant for account in accounts for tenant in account.tenants())

    def has_role(self, name: str) -> bool:
        """Whether the user holds the role of that name."""
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
    """A login as it was asked for, whatever the wire format. ``secret`` is a password, API key, token or passcode."""

    kind: LoginKind
    secret: str = field(repr=False)
    username: str = ""
    tenant_id: str | None = None
    setup_mfa: bool = False

    @property
    def operation(self) -> str:
        """The name under which this login is counted."""
        return "login_setup_mfa" if self.setup_mfa else f"login_{self.kind}"


@dataclass(frozen=True)
class View:
    """What the caller wants the answer to hold (the documents' query parameters)."""

    rcn_roles: bool = False
    accessible_domains: bool = False
    endpoints: bool = True


@dataclass(frozen=True)
class Person:
    """A user as one answer shows it; None leaves the attribute out."""

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
    """The answer to a login or a validation. ``catalog`` None leaves the catalog out."""

    token: Token
    expires: str
    issued: str | None
    user: Person | None
    catalog: tuple[Service, ...] | None = None
    impersonator: Person | None = None
    wrapped: bool = True


@dataclass(frozen=True)
class EndpointV11:
    """One address of a service as version 1.1 shows it."""

    public_url: str
    region: str | None = None
    internal_url: str | None = None
    v1_default: bool | None = None


@dataclass(frozen=True)
class ServiceV11:
    """A service of version 1.1, which knows it by its name alone."""

    name: str
    endpoints: tuple[EndpointV11, ...]


@dataclass(frozen=True)
class AuthV11:
    """The answer to a login of version 1.1."""

    token_id: str = field(repr=False)
    expires: str
    catalog: tuple[ServiceV11, ...]
