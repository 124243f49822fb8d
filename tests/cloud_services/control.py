# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface for tests, on a port of its own. It speaks JSON and is described in the README."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from identity_service.control_base import ControlBase, Routes, as_json
from identity_service.representations import strict_json

from cloud_services.faults import KINDS, read_fault
from cloud_services.parts import Parts
from cloud_services.service import CloudService
from cloud_services.settings import Settings

PREFIX = "/_control"


def catalog_entries(parts: Parts, services: list[CloudService]) -> list[dict[str, Any]]:
    """Return what the identity service is told about the services."""
    return [
        {
            "type": service.service_type,
            "name": service.service_name,
            "region": service.region,
            "origin": parts.origins[service.port_name],
        }
        for service in services
        if service.service_type is not None
    ]


def create_control_app(parts: Parts, services: list[CloudService]) -> Flask:
    """Create the control interface as a WSGI application."""
    app = Flask("cloud_services_control", static_folder=None)
    control = _Control(parts, services)
    routes: Routes = (
        *control.shared_routes(),
        ("/fill", "POST", control.fill),
        ("/catalog", "GET", control.catalog),
        ("/catalog", "PUT", control.enter_catalog),
        ("/catalog", "DELETE", control.leave_catalog),
    )
    for path, method, view in routes:
        app.add_url_rule(f"{PREFIX}{path}", f"{method}_{path}", as_json(view), methods=[method])
    return app


def _body() -> Any:
    data = request.get_data()
    return strict_json.parse(data) if data else {}


def _object() -> dict[str, Any]:
    values = _body()
    if not isinstance(values, dict):
        raise ValueError("the request body must be an object")
    return values


class _Control(ControlBase):
    def __init__(self, parts: Parts, services: list[CloudService]) -> None:
        super().__init__(parts.faults, parts.clock, read_fault, _body)
        self._parts = parts
        self._services = services

    def overview(self) -> Any:
        """List the services with their origins, the faults and the settings."""
        return {"services": self._parts.origins, "faults": list(KINDS), "settings": list(Settings().as_dict())}

    def reset(self) -> Any:
        """Restore the initial state."""
        self._parts.reset()
        for service in self._services:
            with service.lock:
                service.reset()
        return {}

    def counters(self) -> Any:
        """Count requests, responses and connections."""
        return self._parts.journal.counters()

    def clear_requests(self) -> Any:
        """Reset the counters and clear the log."""
        self._parts.journal.reset()
        return {}

    def requests(self) -> Any:
        """Return the log of the latest requests."""
        return {"requests": self._parts.journal.entries()}

    def settings(self) -> Any:
        """Return all settings."""
        return self._parts.settings.as_dict()

    def change_settings(self) -> Any:
        """Change some settings."""
        return self._parts.change_settings(_object()).as_dict()

    def fill(self) -> Any:
        """Create many resources at once, in the given region or in all of them."""
        values = _object()
        key, region, tenant = values.pop("service", None), values.pop("region", None), values.pop("tenant", None)
        if not isinstance(tenant, str):
            raise ValueError("tenant must be a string")
        found = [s for s in self._services if s.key == key and region in (None, s.region)]
        if not found:
            raise ValueError(f"service must be one of: {', '.join(sorted({s.key for s in self._services}))}")
        created = 0
        for service in found:
            with service.lock:
                created += service.fill(tenant, values)
        return {"created": created}

    def catalog(self) -> Any:
        """Tell whether the services entered the catalog of the identity service."""
        return {"entered": self._parts.identity.entered}

    def enter_catalog(self) -> Any:
        """Enter the services in the catalog of the identity service."""
        self._parts.identity.enter(catalog_entries(self._parts, self._services))
        return self.catalog()

    def leave_catalog(self) -> Any:
        """Return to the documented catalog."""
        self._parts.identity.remove()
        return self.catalog()
