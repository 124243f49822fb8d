# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model as the identity service would write it: the decoder's opposite, for tests alone."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Endpoint, Role, User


def encode(access: Access) -> bytes:
    """The answer to a login that means this access."""
    token = access.token
    document: dict[str, Any] = {
        "token": {
            **token.extra,
            "id": token.id,
            "expires": token.expires.isoformat(),
            "RAX-AUTH:authenticatedBy": list(token.authenticated_by),
        },
        "user": _user(access.user),
        "serviceCatalog": [
            {
                "name": endpoint["service_name"],
                "type": endpoint["service_type"],
                "endpoints": [_endpoint(endpoint)],
            }
            for endpoint in access.endpoints
        ],
    }
    if token.tenant:
        document["token"]["tenant"] = {"id": token.tenant.id, "name": token.tenant.name}
    return json.dumps({"access": {**access.extra, **document}}).encode()


def _user(user: User) -> dict[str, Any]:
    return {
        **user.extra,
        "id": user.id,
        "name": user.name,
        "roles": [_role(role) for role in user.roles],
        "RAX-AUTH:defaultRegion": user.default_region,
        "RAX-AUTH:domainId": user.domain_id,
        "RAX-AUTH:federated": user.federated,
        "RAX-AUTH:phonePinState": user.phone_pin_state,
        "RAX-AUTH:accessibleDomains": [{"id": domain} for domain in user.accessible_domains],
    }


def _role(role: Role) -> dict[str, Any]:
    return {
        **role.extra,
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "tenantId": role.tenant_id,
        "serviceId": role.service_id,
        "RAX-AUTH:propagate": role.propagate,
    }


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {
        **endpoint.get("extra", {}),
        "region": endpoint["region"],
        "tenantId": endpoint["tenant_id"],
        "publicURL": endpoint["public_url"],
        "internalURL": endpoint["internal_url"],
        "adminURL": endpoint["admin_url"],
        "versionId": endpoint["version"]["id"],
        "versionInfo": endpoint["version"]["info"],
        "versionList": endpoint["version"]["list"],
    }
