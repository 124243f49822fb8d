# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Load Balancers 1.0: load balancers, their nodes, and the termination of TLS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from cloud_services.problems import Problem
from cloud_services.service import CloudService, Page, RateLimit
from cloud_services.waiting import Wait

MOST_NODES = 25
_CONDITIONS = ("ENABLED", "DISABLED", "DRAINING")


@dataclass
class Balancer:
    """A load balancer. While it waits, its status is one of those that change by themselves."""

    id: int
    tenant: str
    values: dict[str, Any]
    created: str
    updated: str
    status: str = "BUILD"
    wait: Wait | None = None
    nodes: dict[int, dict[str, Any]] = field(default_factory=dict)
    termination: dict[str, Any] | None = None


class LoadBalancers(CloudService):
    """Cloud Load Balancers in one region."""

    key = "load_balancers"
    service_name = "cloudLoadBalancers"
    service_type = "rax:load-balancer"
    rate_limits = (
        RateLimit("GET", "/v1.0/*", 10, 1),
        RateLimit("POST", "/v1.0/*", 5, 1),
        RateLimit("PUT", "/v1.0/*", 10, 1),
        RateLimit("DELETE", "/v1.0/*", 5, 1),
    )

    def reset(self) -> None:
        """Remove all load balancers."""
        super().reset()
        self._balancers: dict[int, Balancer] = {}
        self._last = 70

    def add_routes(self, app: Flask) -> None:
        """Add the operations on load balancers and nodes."""
        base = "/v1.0/<tenant>/loadbalancers"
        nodes = f"{base}/<int:balancer_id>/nodes"
        self.route(app, base, GET=self.index, POST=self.create, DELETE=self.delete_several)
        self.route(app, f"{base}/<int:balancer_id>", GET=self.show, PUT=self.change, DELETE=self.delete)
        self.route(app, nodes, GET=self.list_nodes, POST=self.add_nodes, DELETE=self.delete_nodes)
        self.route(
            app,
            f"{base}/<int:balancer_id>/ssltermination",
            GET=self.show_termination,
            PUT=self.set_termination,
            DELETE=self.remove_termination,
        )
        self.route(app, f"{nodes}/<int:node_id>", GET=self.show_node, PUT=self.change_node, DELETE=self.delete_node)

    def error(self, problem: Problem) -> Response:
        """Write a problem as a bare object; a 401 has no body."""
        if problem.status == 401:
            return self.respond(None, 401, problem.headers)
        body: dict[str, Any] = {"message": self.message_of(problem), "code": problem.status}
        if problem.details is not None:
            body["details"] = problem.details
        return self.respond({**problem.extra, **body}, problem.status, problem.headers)

    def refuse_tenant(self) -> Problem:
        """Create a 401, as for a token that is not valid."""
        return self.refuse_token()

    # Status

    def settle(self) -> None:
        """End the waits whose time has come."""
        for balancer in self._balancers.values():
            if balancer.wait is not None and balancer.wait.over(self.now()):
                balancer.wait = None
                name = str(balancer.values["name"])
                ready = "ERROR" if balancer.status == "BUILD" and name.startswith("fail") else "ACTIVE"
                balancer.status = "DELETED" if balancer.status == "PENDING_DELETE" else ready

    def _wait(self, balancer: Balancer, status: str) -> None:
        settings = self.parts.settings
        balancer.status = status
        balancer.updated = self.timestamp()
        balancer.wait = Wait(self.now(), settings.pending_seconds, settings.pending_polls)

    def _find(self, tenant: str, balancer_id: int) -> Balancer:
        found = self._balancers.get(balancer_id)
        if found is None or found.tenant != tenant:
            raise Problem(404, "Load balancer not found")
        return found

    def _asked(self, tenant: str, balancer_id: int) -> Balancer:
        found = self._find(tenant, balancer_id)
        if found.wait is not None:
            found.wait.ask()
            self.settle()
        return found

    def _shown(self, tenant: str, balancer_id: int) -> Balancer:
        """Return a load balancer to read from; respond with 410 if it is deleted."""
        found = self._asked(tenant, balancer_id)
        if found.status == "DELETED":
            raise Problem(410, "The load balancer is deleted.")
        return found

    def _mutable(self, tenant: str, balancer_id: int) -> Balancer:
        """Return a load balancer to change; respond with 422 if its status forbids that."""
        # Some clients repeat a change until it is accepted, so that these requests count as well.
        found = self._asked(tenant, balancer_id)
        if found.status == "DELETED":
            raise Problem(422, "The load balancer is deleted and considered immutable.")
        if found.status.startswith("PENDING"):
            words = f"Load Balancer '{found.id}' has a status of '{found.status}' and is considered immutable."
            raise Problem(422, words)
        if found.status != "ACTIVE":
            raise Problem(422, "Load balancer is not ACTIVE")
        return found

    # Load balancers

    def _summary(self, balancer: Balancer) -> dict[str, Any]:
        shown = ("name", "protocol", "port", "algorithm", "timeout")
        return {
            **{key: balancer.values[key] for key in shown},
            "id": balancer.id,
            "status": balancer.status,
            "nodeCount": len(balancer.nodes),
            "virtualIps": balancer.values["virtualIps"],
            "created": {"time": balancer.created},
            "updated": {"time": balancer.updated},
        }

    def _details(self, balancer: Balancer) -> dict[str, Any]:
        summary = self._summary(balancer)
        del summary["nodeCount"]
        return {
            **summary,
            "nodes": list(balancer.nodes.values()),
            "connectionLogging": {"enabled": False},
            "cluster": {"name": "ztm-n01.dfw1.lbaas.rackspace.net"},
        }

    def _page(self, items: list[Any], values: dict[str, str]) -> Page:
        if "offset" in values:
            return self.page_from(items, values)[0]
        return self.page_after(items, lambda item: str(item["id"]), values)

    def index(self, tenant: str) -> Response:
        """List load balancers. There is no sign of a next page."""
        values = self.query("limit", "marker", "offset", "status", "name", "nodeaddress", "changes-since")
        wanted, name, address = values.get("status"), values.get("name"), values.get("nodeaddress")
        found = [
            self._summary(balancer)
            for balancer in self._balancers.values()
            if balancer.tenant == tenant
            and (balancer.status == wanted if wanted else balancer.status != "DELETED")
            and (name is None or address is not None or balancer.values["name"] == name)
            and (address is None or any(node["address"] == address for node in balancer.nodes.values()))
        ]
        return self.respond({"loadBalancers": self._page(found, values).items})

    def create(self, tenant: str) -> Response:
        """Create a load balancer."""
        values = self.member(self.json_body(), "loadBalancer", dict)
        missing = [key for key in ("name", "protocol", "virtualIps") if not values.get(key)]
        if missing:
            raise self._invalid([f"{key} is required." for key in missing])
        nodes = self._checked_nodes(values.get("nodes", []), {})
        return self.respond({"loadBalancer": self._details(self._create(tenant, values, nodes))}, 202)

    def _create(self, tenant: str, values: dict[str, Any], nodes: list[dict[str, Any]]) -> Balancer:
        self._last += 1
        address = {"id": 400 + self._last, "address": f"206.55.130.{self._last % 255}", "ipVersion": "IPV4"}
        kept = {
            "port": 80,
            "algorithm": "RANDOM",
            "timeout": 30,
            **values,
            "virtualIps": [{**address, "type": ip.get("type", "PUBLIC")} for ip in values["virtualIps"]],
        }
        balancer = Balancer(self._last, tenant, kept, self.timestamp(), self.timestamp())
        self._balancers[balancer.id] = balancer
        self._put_nodes(balancer, nodes)
        self._wait(balancer, "BUILD")
        return balancer

    def show(self, tenant: str, balancer_id: int) -> Response:
        """Show a load balancer."""
        return self.respond({"loadBalancer": self._details(self._shown(tenant, balancer_id))})

    def change(self, tenant: str, balancer_id: int) -> Response:
        """Change a load balancer. The response has no body."""
        values = self.member(self.json_body(), "loadBalancer", dict)
        unknown = set(values) - {"name", "algorithm", "protocol", "port", "timeout", "halfClosed", "httpsRedirect"}
        if unknown or not values:
            raise self._invalid(["At least one attribute is required, and only known ones are allowed."])
        balancer = self._mutable(tenant, balancer_id)
        balancer.values.update(values)
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond(None, 202)

    def delete(self, tenant: str, balancer_id: int) -> Response:
        """Delete a load balancer. One in ERROR can be deleted too."""
        found = self._find(tenant, balancer_id)
        balancer = found if found.status == "ERROR" else self._mutable(tenant, balancer_id)
        self._wait(balancer, "PENDING_DELETE")
        return self.respond(None, 202)

    def delete_several(self, tenant: str) -> Response:
        """Delete the load balancers whose IDs the query repeats."""
        ids = request.args.getlist("id")
        known = {str(b.id): b for b in self._balancers.values() if b.tenant == tenant and b.status == "ACTIVE"}
        wrong = [text for text in ids if text not in known]
        if wrong or not ids:
            raise self._invalid([f"Must provide valid load balancers. {', '.join(wrong)} could not be found."])
        for text in ids:
            self._wait(known[text], "PENDING_DELETE")
        return self.respond(None, 202)

    def _invalid(self, messages: list[str]) -> Problem:
        extra = {"validationErrors": {"messages": messages}}
        return Problem(400, "Validation Failure", details="The object is not valid", extra=extra)

    # Nodes

    def _checked_nodes(self, rows: Any, known: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._invalid(["Nodes must be a list."])
        for row in rows:
            if not isinstance(row.get("address"), str) or not isinstance(row.get("port"), int):
                raise self._invalid(["Node ip is invalid. Please specify a valid ip."])
            if row.get("condition", "ENABLED") not in _CONDITIONS:
                raise self._invalid(["Node condition is invalid."])
        places = [(node["address"], node["port"]) for node in (*known.values(), *rows)]
        if len(places) != len(set(places)):
            words = "Duplicate nodes detected. One or more nodes already configured on load balancer."
            raise Problem(422, words)
        if len(places) > MOST_NODES:
            raise Problem(413, f"Nodes must not exceed {MOST_NODES} per load balancer.")
        return rows

    def _put_nodes(self, balancer: Balancer, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        added = []
        for row in rows:
            self._last += 1
            defaults = {"condition": "ENABLED", "status": "ONLINE", "type": "PRIMARY", "weight": 1}
            balancer.nodes[self._last] = {**defaults, **row, "id": self._last}
            added.append(balancer.nodes[self._last])
        return added

    def list_nodes(self, tenant: str, balancer_id: int) -> Response:
        """List the nodes of a load balancer. There is no sign of a next page."""
        balancer = self._shown(tenant, balancer_id)
        values = self.query("limit", "marker", "offset")
        return self.respond({"nodes": self._page(list(balancer.nodes.values()), values).items})

    def add_nodes(self, tenant: str, balancer_id: int) -> Response:
        """Add several nodes."""
        rows = self.member(self.json_body(), "nodes", list)
        balancer = self._mutable(tenant, balancer_id)
        added = self._put_nodes(balancer, self._checked_nodes(rows, balancer.nodes))
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond({"nodes": added}, 202)

    def _node(self, balancer: Balancer, node_id: int) -> dict[str, Any]:
        if node_id not in balancer.nodes:
            raise Problem(404, "Node not found")
        return balancer.nodes[node_id]

    def show_node(self, tenant: str, balancer_id: int, node_id: int) -> Response:
        """Show a node."""
        return self.respond({"node": self._node(self._shown(tenant, balancer_id), node_id)})

    def change_node(self, tenant: str, balancer_id: int, node_id: int) -> Response:
        """Change a node. The response has no body."""
        values = self.member(self.json_body(), "node", dict)
        balancer = self._mutable(tenant, balancer_id)
        node = self._node(balancer, node_id)
        if not values or set(values) - {"condition", "weight", "type"}:
            raise self._invalid(["Only condition, weight and type of a node can be changed."])
        node.update(values)
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond(None, 202)

    def delete_node(self, tenant: str, balancer_id: int, node_id: int) -> Response:
        """Delete a node."""
        balancer = self._mutable(tenant, balancer_id)
        self._node(balancer, node_id)
        del balancer.nodes[node_id]
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond(None, 202)

    def delete_nodes(self, tenant: str, balancer_id: int) -> Response:
        """Delete the nodes whose IDs the query repeats."""
        balancer = self._mutable(tenant, balancer_id)
        ids = request.args.getlist("id")
        wrong = [text for text in ids if not text.isdecimal() or int(text) not in balancer.nodes]
        if wrong or not ids:
            raise self._invalid([f"Node ids {','.join(wrong)} are not a part of your loadbalancer"])
        for text in ids:
            del balancer.nodes[int(text)]
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond(None, 202)

    # The termination of TLS, which is called that of SSL

    def show_termination(self, tenant: str, balancer_id: int) -> Response:
        """Show the termination, without the private key."""
        found = self._shown(tenant, balancer_id).termination
        if found is None:
            raise Problem(404, "SSL termination not found")
        return self._shown_termination(found)

    def _shown_termination(self, found: dict[str, Any]) -> Response:
        return self.respond({"sslTermination": {key: value for key, value in found.items() if key != "privatekey"}})

    def set_termination(self, tenant: str, balancer_id: int) -> Response:
        """Set the termination, or change some of its attributes while the certificate stays."""
        values = self.member(self.json_body(), "sslTermination", dict)
        balancer = self._mutable(tenant, balancer_id)
        certified = ("certificate", "privatekey", "securePort")
        if any(key in values for key in certified[:2]) or balancer.termination is None:
            missing = [key for key in certified if not values.get(key)]
            if missing:
                raise self._invalid([f"{key} is required." for key in missing])
            balancer.termination = {"enabled": True, "secureTrafficOnly": False, **values}
        else:
            balancer.termination.update(values)
        self._wait(balancer, "PENDING_UPDATE")
        return self._shown_termination(balancer.termination)

    def remove_termination(self, tenant: str, balancer_id: int) -> Response:
        """Remove the termination."""
        balancer = self._mutable(tenant, balancer_id)
        if balancer.termination is None:
            raise Problem(404, "SSL termination not found")
        balancer.termination = None
        self._wait(balancer, "PENDING_UPDATE")
        return self.respond(None, 200)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many load balancers that are ACTIVE: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("load_balancers need count")
        for number in range(count):
            row = {"name": f"lb-{number:05}", "protocol": "HTTP", "virtualIps": [{"type": "PUBLIC"}]}
            balancer = self._create(tenant, row, [])
            balancer.status, balancer.wait = "ACTIVE", None
        return count
