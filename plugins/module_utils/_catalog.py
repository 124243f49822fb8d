# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog: services with their endpoints, and the flat list of endpoints that users see.

An endpoint of a service holds only what the service says of it. In the flat list it has every key, null where nothing
is said, and its service's name and type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict


class Version(TypedDict):
    """The version of a service's API at an endpoint, and the URLs that describe it."""

    id: str | None
    info: str | None
    list: str | None


class ServiceEndpoint(TypedDict, total=False):
    """One endpoint of a service; what the service does not say of it is null or missing."""

    region: str | None
    tenant_id: str | None
    public_url: str | None
    internal_url: str | None
    admin_url: str | None
    version: Version
    v1_default: bool | None
    extra: dict[str, Any]


class Service(NamedTuple):
    """One service. Its endpoints may be decoded no sooner than somebody looks at them: a catalog can be large."""

    type: str | None
    name: str | None
    endpoints: Sequence[ServiceEndpoint]


class Endpoint(ServiceEndpoint):
    """One endpoint as users see it, in results and in facts: with every key."""

    service_name: str | None
    service_type: str | None


_NO_VERSION: Version = {"id": None, "info": None, "list": None}


def flat(service: Service, endpoint: ServiceEndpoint) -> Endpoint:
    """An endpoint of a service as users see it."""
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


def flattened(services: Iterable[Service]) -> list[Endpoint]:
    """All endpoints of these services as users see them."""
    return [flat(service, endpoint) for service in services for endpoint in service.endpoints]


def services_of(endpoints: Iterable[Mapping[str, Any]]) -> tuple[Service, ...]:
    """The services that endpoints belong to, each of which has the name and the type of its own."""
    found: dict[tuple[str | None, str | None], list[Any]] = {}
    for endpoint in endpoints:
        found.setdefault((endpoint["service_type"], endpoint["service_name"]), []).append(endpoint)
    return tuple(Service(kind, name, its_own) for (kind, name), its_own in found.items())


def in_order(services: Iterable[Service]) -> tuple[Service, ...]:
    """The services, and the endpoints of each, in an order of our own and each once: they are sent in any."""
    found: dict[tuple[str | None, str | None], dict[tuple[str, ...], ServiceEndpoint]] = {}
    for service in services:
        its_own = found.setdefault((service.type, service.name), {})
        for endpoint in service.endpoints:
            its_own.setdefault(place(endpoint), endpoint)
    return tuple(
        Service(kind, name, [endpoint for _place, endpoint in sorted(endpoints.items(), key=lambda item: item[0])])
        for (kind, name), endpoints in sorted(found.items(), key=lambda item: [text or "" for text in item[0]])
        if endpoints
    )


def place(endpoint: ServiceEndpoint) -> tuple[str, ...]:
    """What tells an endpoint of a service from its others."""
    return (
        endpoint.get("region") or "",
        endpoint.get("tenant_id") or "",
        endpoint.get("version", _NO_VERSION).get("id") or "",
        endpoint.get("public_url") or "",
        endpoint.get("internal_url") or "",
        endpoint.get("admin_url") or "",
    )
