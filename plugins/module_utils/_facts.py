# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fact rax_identity: what a login leaves behind for later tasks, and when they may rely on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._address import service_url
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    ENDPOINT_KEYS,
    ApiKey,
    Endpoint,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session import Session
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time, parse_time


@dataclass(frozen=True)
class Catalog:
    """Endpoints to choose from, and the region to prefer. still_good tells whether they would do now, too."""

    endpoints: Sequence[Endpoint]
    default_region: str | None
    still_good: Callable[[], bool] | None = None


def build(session: Session, endpoints: Sequence[Endpoint], *, filtered: bool) -> dict[str, Any]:
    """The fact for a login, without its token; endpoints are those left by the filters, if any were given."""
    access, credentials = session.access, session.login.credentials
    known_name = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
    return {
        "identity_url": session.identity_url,
        "username": access.user.name or known_name,
        "user_id": access.user.id,
        "tenant_id": access.token.tenant.id if access.token.tenant else None,
        "default_region": access.user.default_region,
        "expires": format_time(access.token.expires),
        "roles": [role.name for role in access.user.roles],
        "endpoints": list(endpoints),
        "complete": bool(endpoints) and not filtered and not _narrowed(session),
    }


def _narrowed(session: Session) -> bool:
    """Whether the service left out all but one tenant's endpoints, which it does for a login to some tenants."""
    asked = session.login.tenant_id or session.login.tenant_name
    tenant = session.access.token.tenant
    return bool(asked and tenant) and all(one["tenant_id"] == tenant.id for one in session.access.endpoints if tenant)


def usable_catalog(
    fact: object, options: Mapping[str, Any], sources: Mapping[str, str], now: datetime
) -> Catalog | None:
    """The catalog in a host's fact, where it is complete, unexpired, and of the login that the options mean.

    Only options that somebody gave (those in sources) can contradict the fact.
    """
    if not isinstance(fact, Mapping) or fact.get("complete") is not True or _contradicts(fact, options, sources):
        return None
    try:
        expires = parse_time(str(fact.get("expires")))
    except ValueError:
        return None
    if expires <= now:
        return None
    endpoints = fact.get("endpoints")
    if not isinstance(endpoints, list) or not all(is_endpoint(endpoint) for endpoint in endpoints):
        return None
    region = fact.get("default_region")
    last = expires.timestamp()
    return Catalog(endpoints, region if isinstance(region, str) else None, lambda: time.time() < last)


def is_endpoint(value: object) -> bool:
    """Whether the choice of endpoints can work with it: facts are what a host says, and it can say anything."""
    if not isinstance(value, Mapping) or not value.keys() >= ENDPOINT_KEYS or not isinstance(value["version"], Mapping):
        return False
    texts = [value[key] for key in ENDPOINT_KEYS if key not in ("version", "v1_default")]
    return all(text is None or isinstance(text, str) for text in [*texts, value["version"].get("id", 0)])


def _contradicts(fact: Mapping[str, Any], options: Mapping[str, Any], sources: Mapping[str, str]) -> bool:
    # Whose token or file it is cannot be told without a request.
    if not sources.keys().isdisjoint(("token", "passcode", "credentials_file")):
        return True
    if "username" in sources and options["username"] != fact.get("username"):
        return True
    if "identity_url" in sources and not _same_service(options["identity_url"], fact.get("identity_url")):
        return True
    tenants = [options[name] for name in ("tenant_id", "tenant_name") if name in sources]
    return any(tenant != fact.get("tenant_id") for tenant in tenants)


def _same_service(one: str, other: object) -> bool:
    return isinstance(other, str) and service_url(one, "") == service_url(other, "")
