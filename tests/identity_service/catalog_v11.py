# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service catalogs of version 1.1: the documented one, and those of version 2.0 converted to its format."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from identity_service.catalog import user_catalog
from identity_service.model import Endpoint, EndpointV11, Service, ServiceV11, User

# The services that predate version 2.0. Each has one endpoint that clients of version 1.0 were sent to.
_WITH_DEFAULT = {"cloudFiles", "cloudFilesCDN", "cloudServers"}


@lru_cache(maxsize=1)
def document_catalog() -> tuple[ServiceV11, ...]:
    """Return the catalog of the documentation in its original order. v1Default is missing where it is missing there."""
    rows = json.loads((Path(__file__).parent / "catalog_v11.json").read_text(encoding="utf-8"))
    return tuple(
        ServiceV11(
            name,
            tuple(
                EndpointV11(row["publicURL"], row.get("region"), row.get("internalURL"), row.get("v1Default"))
                for row in endpoints
            ),
        )
        for name, endpoints in rows.items()
    )


def catalog_v11(user: User) -> tuple[ServiceV11, ...]:
    """Return the catalog that version 1.1 shows to a user."""
    if user.document_catalog_v11:
        return document_catalog()
    return tuple(_converted(service, user.default_region) for service in user_catalog(user))


def _converted(service: Service, region: str | None) -> ServiceV11:
    default = _default_endpoint(service, region) if service.name in _WITH_DEFAULT else None
    return ServiceV11(
        service.name,
        tuple(
            EndpointV11(endpoint.public_url, endpoint.region, endpoint.internal_url, endpoint is default)
            for endpoint in service.endpoints
        ),
    )


def _default_endpoint(service: Service, region: str | None) -> Endpoint:
    return next((endpoint for endpoint in service.endpoints if endpoint.region == region), service.endpoints[0])
