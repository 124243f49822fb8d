# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Networks v2.0: networks, in lists whose links point to another host, and subnets. The URL has no tenant."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, Response, g

from cloud_services.problems import Problem
from cloud_services.service import CloudService

_TYPES = {400: "HTTPBadRequest", 401: "HTTPUnauthorized", 404: "NetworkNotFound", 413: "OverQuota", 500: "HTTPInternal"}
_PUBLIC = ("00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111")


class Networks(CloudService):
    """Cloud Networks in one region."""

    key = "networks"
    service_name = "cloudNetworks"
    service_type = "network"
    page_most = 1000
    # The documented sample.
    natural_links = "http://127.0.0.1:9696"

    def reset(self) -> None:
        """Remove all networks but the two that everyone has."""
        super().reset()
        self._networks: dict[str, list[dict[str, Any]]] = {}
        self._subnets: dict[str, list[dict[str, Any]]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on networks."""
        self.route(app, "/v2.0/networks", GET=self.index, POST=self.create)
        self.route(app, "/v2.0/networks/<network_id>", GET=self.show, DELETE=self.delete)
        self.route(app, "/v2.0/subnets", GET=self.list_subnets, POST=self.create_subnet)

    def error(self, problem: Problem) -> Response:
        """Write a problem as NeutronError, which is an object or a text."""
        message = self.message_of(problem)
        kind = _TYPES.get(problem.status, "HTTPError")
        described = {"type": kind, "message": message, "detail": problem.details or ""}
        payload = {"NeutronError": message if self.parts.settings.neutron_error == "text" else described}
        return self.respond(payload, problem.status, problem.headers)

    def _mine(self) -> list[dict[str, Any]]:
        if g.tenant not in self._networks:
            self._networks[g.tenant] = [
                self._network(*pair) for pair in zip(_PUBLIC, ("public", "private"), strict=True)
            ]
        return self._networks[g.tenant]

    def _network(self, network_id: str, name: str) -> dict[str, Any]:
        network = {"id": network_id, "name": name, "tenant_id": g.tenant, "status": "ACTIVE", "subnets": []}
        return {**network, "admin_state_up": True, "shared": network_id in _PUBLIC}

    def index(self) -> Response:
        """List networks."""
        values = self.query("limit", "marker", "page_reverse")
        page = self.page_after(self._mine(), lambda network: str(network["id"]), values)
        payload: dict[str, Any] = {"networks": page.items}
        if self.wants_next(page):
            query = [("limit", page.limit), ("marker", page.items[-1]["id"])]
            payload["networks_links"] = [{"rel": "next", "href": self.next_link(query)}]
        return self.respond(payload)

    def create(self) -> Response:
        """Create a network."""
        values = self.member(self.json_body(), "network", dict)
        network = self._network(str(uuid.uuid4()), self.member(values, "name", str))
        self._mine().append(network)
        return self.respond({"network": network}, 201)

    def _find(self, network_id: str) -> dict[str, Any]:
        found = next((network for network in self._mine() if network["id"] == network_id), None)
        if found is None:
            raise Problem(404, f"Network {network_id} could not be found.")
        return found

    def show(self, network_id: str) -> Response:
        """Show a network."""
        return self.respond({"network": self._find(network_id)})

    def delete(self, network_id: str) -> Response:
        """Delete a network."""
        self._mine().remove(self._find(network_id))
        return self.respond(None, 204)

    def list_subnets(self) -> Response:
        """List the subnets of the networks of a tenant."""
        values = self.query("network_id", "name", "cidr")
        subnets = self._subnets.get(g.tenant, [])
        return self.respond({"subnets": [row for row in subnets if values.items() <= row.items()]})

    def create_subnet(self) -> Response:
        """Create a subnet of a network."""
        values = self.member(self.json_body(), "subnet", dict)
        network = self._find(self.member(values, "network_id", str))
        if values.get("ip_version") not in (4, 6):
            raise Problem(400, "Failed to parse request. Required attribute 'ip_version' not specified")
        subnet = {"name": "", **values, "cidr": self.member(values, "cidr", str), "id": str(uuid.uuid4())}
        network["subnets"].append(subnet["id"])
        self._subnets.setdefault(g.tenant, []).append({**subnet, "tenant_id": g.tenant})
        return self.respond({"subnet": subnet}, 201)
