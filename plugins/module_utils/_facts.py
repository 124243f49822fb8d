# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fact rax_identity: what a login leaves behind for later tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Endpoint
from ansible_collections.rackspace.identity.plugins.module_utils._model import ApiKey, Password
from ansible_collections.rackspace.identity.plugins.module_utils._session import Session


def build(session: Session, endpoints: Sequence[Endpoint], *, filtered: bool) -> dict[str, Any]:
    """The fact for a login, without its token; endpoints are those left by the filters, if any were given."""
    access, credentials = session.access, session.login.credentials
    known_name = credentials.username if isinstance(credentials, (ApiKey, Password)) else None
    tenant = access.token.tenant
    return {
        "identity_url": session.identity_url,
        "username": access.user["name"] or known_name,
        "user_id": access.user["id"],
        "tenant_id": tenant["id"] if tenant else None,
        "default_region": access.user["default_region"],
        "expires": access.token.expires,
        "roles": [role["name"] for role in access.user["roles"]],
        "endpoints": endpoints,
        "complete": bool(endpoints) and not filtered and not _narrowed(session),
    }


def _narrowed(session: Session) -> bool:
    """Whether the service left out all but one tenant's endpoints, which it does for a login to some tenants."""
    tenant = session.access.token.tenant
    if not tenant or not (session.login.tenant_id or session.login.tenant_name):
        return False
    return all(
        endpoint.get("tenant_id") == tenant["id"]
        for service in session.access.services
        for endpoint in service.endpoints
    )
