# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog in its two shapes: services with their endpoints, and the flat list of endpoints that users see.

An endpoint of a service holds only what the service says about it. In the flat list it has every key, null where the
service says nothing, and the name and type of its service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._models import Endpoint, Service, ServiceEndpoint, Version

_NO_VERSION: Version = {"id": None, "info": None, "list": None}


def flatten_endpoint(service: Service, endpoint: ServiceEndpoint) -> Endpoint:
    """Return an endpoint of a service as users see it."""
    shape: Endpoint = {
        "service_name": service.name,
        "service_type": service.type,
        "region": endpoint.get("region"),
        "tenant_id": endpoint.get("tenant_id"),
        "public_url": endpoint.get("public_url"),
        "internal_url": endpoint.get("internal_url"),
        "admin_url": endpoint.get("admin_url"),
        "version": {**_NO_VERSION, **endpoint.get("version", _NO_VERSION)},
        "v1_default": endpoint.get("v1_default"),
    }
    if endpoint.get("extra"):
        shape["extra"] = endpoint["extra"]
    return shape


def flatten(services: Iterable[Service]) -> list[Endpoint]:
    """Return all endpoints of these services as users see them."""
    return [flatten_endpoint(service, endpoint) for service in services for endpoint in service.endpoints]


def group_by_service(endpoints: Iterable[Mapping[str, Any]]) -> tuple[Service, ...]:
    """Return the services that these flat endpoints belong to."""
    groups: dict[tuple[str | None, str | None], list[Any]] = {}
    for endpoint in endpoints:
        groups.setdefault((endpoint["service_type"], endpoint["service_name"]), []).append(endpoint)
    return tuple(Service(service_type, name, members) for (service_type, name), members in groups.items())


def sort_services(services: Iterable[Service]) -> tuple[Service, ...]:
    """Sort services and their endpoints, and drop duplicates: the service sends them in any order."""
    groups: dict[tuple[str | None, str | None], dict[tuple[str, ...], ServiceEndpoint]] = {}
    for service in services:
        members = groups.setdefault((service.type, service.name), {})
        for endpoint in service.endpoints:
            members.setdefault(endpoint_key(endpoint), endpoint)
    return tuple(
        Service(service_type, name, [endpoint for _key, endpoint in sorted(members.items(), key=lambda item: item[0])])
        for (service_type, name), members in sorted(groups.items(), key=lambda item: [text or "" for text in item[0]])
        if members
    )


def endpoint_key(endpoint: ServiceEndpoint) -> tuple[str, ...]:
    """Return what distinguishes an endpoint from the others of its service."""
    return (
        endpoint.get("region") or "",
        endpoint.get("tenant_id") or "",
        endpoint.get("version", _NO_VERSION).get("id") or "",
        endpoint.get("public_url") or "",
        endpoint.get("internal_url") or "",
        endpoint.get("admin_url") or "",
    )
