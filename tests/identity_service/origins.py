# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local origins of services: where the catalogs point to instead of the documented hosts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from identity_service.catalog import document_catalog
from identity_service.model import Endpoint, ListedEndpoint, Service, ServiceV11


@dataclass(frozen=True)
class Origin:
    """The scheme and host of a service in a region. Without a name, it is that of all services of the type."""

    type: str
    origin: str
    name: str | None = None
    region: str | None = None

    def covers(self, name: str, service_type: str | None, region: str | None) -> bool:
        """Tell whether an endpoint is at this origin."""
        return self.type == service_type and self.name in (None, name) and self.region == region

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that describes it."""
        return asdict(self)


def read_origin(value: Any) -> Origin:
    """Parse the JSON object of an origin. Raises ValueError, which says what is wrong."""
    if not isinstance(value, dict) or set(value) - {"type", "name", "region", "origin"}:
        raise ValueError("an endpoint must be an object with type, origin, and optionally name and region")
    for key, optional in (("type", False), ("origin", False), ("name", True), ("region", True)):
        if not (isinstance(value.get(key), str) or (optional and value.get(key) is None)):
            raise ValueError(f"{key} must be a string")
    parts = urlsplit(value["origin"])
    if parts.scheme not in ("http", "https") or value["origin"] != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("origin must be a scheme and a host, such as http://127.0.0.1:8080")
    return Origin(value["type"], value["origin"], value.get("name"), value.get("region"))


def _moved(url: str, name: str, service_type: str | None, region: str | None, origins: tuple[Origin, ...]) -> str:
    for origin in origins:
        if origin.covers(name, service_type, region):
            parts = urlsplit(url)
            return origin.origin + url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    return url


def moved_catalog(services: tuple[Service, ...], origins: tuple[Origin, ...]) -> tuple[Service, ...]:
    """Return a catalog of version 2.0 with the public URLs at these origins."""
    return tuple(
        replace(
            service,
            endpoints=tuple(_moved_endpoint(e, service.name, service.type, origins) for e in service.endpoints),
        )
        for service in services
    )


def _moved_endpoint(endpoint: Endpoint, name: str, service_type: str, origins: tuple[Origin, ...]) -> Endpoint:
    return replace(endpoint, public_url=_moved(endpoint.public_url, name, service_type, endpoint.region, origins))


def moved_list(listed: tuple[ListedEndpoint, ...], origins: tuple[Origin, ...]) -> tuple[ListedEndpoint, ...]:
    """Return the flat list of endpoints with the public URLs at these origins."""
    return tuple(
        replace(row, endpoint=_moved_endpoint(row.endpoint, row.service_name, row.service_type, origins))
        for row in listed
    )


def moved_catalog_v11(services: tuple[ServiceV11, ...], origins: tuple[Origin, ...]) -> tuple[ServiceV11, ...]:
    """Return a catalog of version 1.1, whose services have no type, with the public URLs at these origins."""
    types = {service.name: service.type for service in document_catalog()}
    return tuple(
        replace(
            service,
            endpoints=tuple(
                replace(e, public_url=_moved(e.public_url, service.name, types.get(service.name), e.region, origins))
                for e in service.endpoints
            ),
        )
        for service in services
    )
