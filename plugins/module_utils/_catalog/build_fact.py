# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the fact rax_identity, which a login leaves behind for later tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._models import Access, Endpoint


def build_fact(
    access: Access,
    identity_url: str,
    username: str | None,
    endpoints: Sequence[Endpoint],
    *,
    has_tenant: bool,
    is_filtered: bool,
) -> dict[str, Any]:
    """Return the fact for a login, without its token and its reference.

    username: as given, for a service that does not name the user. has_tenant: whether a tenant was asked for.
    endpoints: what the filters of the task, if any, left of the catalog.
    """
    tenant = access.token.tenant
    return {
        "identity_url": identity_url,
        "username": access.user["name"] or username,
        "user_id": access.user["id"],
        "tenant_id": tenant["id"] if tenant else None,
        "default_region": access.user["default_region"],
        "expires": access.token.expires,
        "roles": [role["name"] for role in access.user["roles"]],
        "endpoints": endpoints,
        "complete": bool(endpoints) and not is_filtered and not (has_tenant and _is_limited_to_tenant(access)),
    }


def _is_limited_to_tenant(access: Access) -> bool:
    """Return whether the service left out the endpoints of other tenants, as it does for a login to some tenants."""
    tenant = access.token.tenant
    return tenant is not None and all(
        endpoint.get("tenant_id") == tenant["id"] for service in access.services for endpoint in service.endpoints
    )
