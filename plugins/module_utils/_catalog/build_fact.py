# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the fact rax_identity, which a login leaves behind for later tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._models import Access, ApiKey, Endpoint, LoginRequest, Password


def build_fact(
    access: Access, request: LoginRequest, identity_url: str, endpoints: Sequence[Endpoint], *, is_filtered: bool
) -> dict[str, Any]:
    """Return the fact for a login, without its token.

    endpoints: what the filters of the task, if any, left of the catalog.
    """
    credentials, tenant = request.credentials, access.token.tenant
    username = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
    return {
        "identity_url": identity_url,
        "username": access.user["name"] or username,
        "user_id": access.user["id"],
        "tenant_id": tenant["id"] if tenant else None,
        "default_region": access.user["default_region"],
        "expires": access.token.expires,
        "roles": [role["name"] for role in access.user["roles"]],
        "endpoints": endpoints,
        "complete": bool(endpoints) and not is_filtered and not _is_limited_to_tenant(access, request),
    }


def _is_limited_to_tenant(access: Access, request: LoginRequest) -> bool:
    """Return whether the service left out the endpoints of other tenants, as it does for a login to some tenants."""
    tenant = access.token.tenant
    if not tenant or not (request.tenant_id or request.tenant_name):
        return False
    return all(
        endpoint.get("tenant_id") == tenant["id"] for service in access.services for endpoint in service.endpoints
    )
