# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Servers, the first and the next generation."""

from __future__ import annotations

import hashlib
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import Flask, Response

from cloud_services.problems import Problem
from cloud_services.service import CloudService, RateLimit
from cloud_services.services.server_parts import ServerParts
from cloud_services.waiting import Wait


@dataclass
class Server:
    """A server. While it waits, it is being built."""

    id: str
    tenant: str
    values: dict[str, Any]
    created: str
    updated: str
    wait: Wait | None
    status: str = "BUILD"
    progress: int = 0
    fault: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class ServersBase(CloudService, ABC):
    """What both generations have in common."""

    service_type = "compute"
    page_default = 1000
    page_most = 1000
    version: ClassVar[str]
    delete_status: ClassVar[int] = 204
    image_key: ClassVar[str] = "imageRef"
    flavor_key: ClassVar[str] = "flavorRef"

    def reset(self) -> None:
        """Remove all servers."""
        super().reset()
        self._servers: dict[str, Server] = {}
        self._last = 1233

    def add_routes(self, app: Flask) -> None:
        """Add the operations on servers."""
        base = f"/{self.version}/<tenant>/servers"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, f"{base}/detail", GET=self.list_details)
        self.route(app, f"{base}/<server_id>", GET=self.show, PUT=self.change, DELETE=self.delete)
        self.route(app, f"{base}/<server_id>/action", POST=self.act)

    def too_many(self, moment: float) -> Response:
        """Create the 413, with the moment in the body and the seconds in the header."""
        response = super().too_many(moment)
        payload = response.get_json()["overLimit"]
        payload["retryAt"] = payload.pop("retryAfter")
        headers = {"Retry-After": str(max(1, round(moment - self.now())))}
        return self.respond({"overLimit": payload}, 413, headers)

    def settle(self) -> None:
        """End the builds whose time has come."""
        for server in self._servers.values():
            if server.wait is None:
                continue
            if not server.wait.over(self.now()):
                server.progress = server.wait.percent(self.now())
                continue
            server.wait = None
            server.updated = self.timestamp()
            if str(server.values["name"]).startswith("fail"):
                message = f"Could not find image {server.values[self.image_key]}"
                server.fault = {"code": 404, "created": server.updated, "message": message, "details": "Fault details"}
                server.status = "ERROR"
            else:
                server.status, server.progress = "ACTIVE", 100

    @abstractmethod
    def new_id(self) -> Any:
        """Return an ID for a new server."""

    @abstractmethod
    def summary(self, server: Server) -> dict[str, Any]:
        """Return a server as lists show it."""

    @abstractmethod
    def details(self, server: Server) -> dict[str, Any]:
        """Return a server as it is shown alone."""

    @abstractmethod
    def created(self, server: Server, password: str) -> Response:
        """Create the response to a new server."""

    def _of(self, tenant: str) -> list[Server]:
        return [server for server in self._servers.values() if server.tenant == tenant]

    def find(self, tenant: str, server_id: str) -> Server:
        """Return a server; respond with 404 if it does not exist."""
        found = self._servers.get(server_id)
        if found is None or found.tenant != tenant:
            raise Problem(404, "Instance could not be found")
        return found

    def _listed(self, tenant: str, *, details: bool) -> Response:
        values = self.query("limit", "marker", "offset", "name", "status", "image", "flavor", "changes-since")
        servers = self._of(tenant)
        for key in ("name", "status"):
            if key in values:
                servers = [s for s in servers if (s.values["name"] if key == "name" else s.status) == values[key]]
        if "offset" in values:
            page = self.page_from(servers, values)[0]
        else:
            page = self.page_after(servers, lambda server: str(server.id), values)
        payload: dict[str, Any] = {"servers": [self.details(s) if details else self.summary(s) for s in page.items]}
        if self.wants_next(page):
            rest = [(name, value) for name, value in values.items() if name not in ("limit", "marker", "offset")]
            query = [*rest, ("limit", page.limit), ("marker", page.items[-1].id)]
            payload["servers_links"] = [{"rel": "next", "href": self.next_link(query)}]
        return self.respond(payload)

    def index(self, tenant: str) -> Response:
        """List the names of servers."""
        return self._listed(tenant, details=False)

    def list_details(self, tenant: str) -> Response:
        """List servers with their details."""
        return self._listed(tenant, details=True)

    def create(self, tenant: str) -> Response:
        """Start to build a server."""
        values = self.member(self.json_body(), "server", dict)
        self.member(values, "name", str)
        for key in (self.image_key, self.flavor_key):
            if not isinstance(values.get(key), (str, int)):
                raise Problem(400, f"Invalid {key} provided.")
        return self.created(self._create(tenant, values), secrets.token_urlsafe(9))

    def _create(self, tenant: str, values: dict[str, Any]) -> Server:
        settings = self.parts.settings
        wait = Wait(self.now(), settings.build_seconds, settings.build_polls)
        server = Server(str(self.new_id()), tenant, values, self.timestamp(), self.timestamp(), wait)
        server.metadata = dict(values.get("metadata") or {})
        self._servers[server.id] = server
        return server

    def show(self, tenant: str, server_id: str) -> Response:
        """Show a server."""
        return self.respond({"server": self.details(self._asked(tenant, server_id))})

    def _asked(self, tenant: str, server_id: str) -> Server:
        server = self.find(tenant, server_id)
        if server.wait is not None:
            server.wait.ask()
            self.settle()
        return server

    def change(self, tenant: str, server_id: str) -> Response:
        """Change the name of a server."""
        server = self.find(tenant, server_id)
        values = self.member(self.json_body(), "server", dict)
        server.values["name"] = self.member(values, "name", str)
        server.updated = self.timestamp()
        return self.respond({"server": self.details(server)})

    def delete(self, tenant: str, server_id: str) -> Response:
        """Delete a server."""
        del self._servers[self.find(tenant, server_id).id]
        return self.respond(None, self.delete_status)

    def act(self, tenant: str, server_id: str) -> Response:
        """Carry out an action, which changes nothing here; respond with 409 while the server is being built."""
        server = self._asked(tenant, server_id)
        if len(self.json_body()) != 1:
            raise Problem(400, "There must be one action.")
        if server.status == "BUILD":
            raise Problem(409, "Cannot carry out the action while the server is being built.", "buildInProgress")
        return self.respond(None, 202)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many servers that are ACTIVE: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError(f"{self.key} need count")
        for number in range(count):
            row = {"name": f"server-{number:05}", self.image_key: "1", self.flavor_key: "2"}
            server = self._create(tenant, row)
            server.status, server.progress, server.wait = "ACTIVE", 100, None
        return count


class Servers(ServersBase):
    """The next generation: OpenStack, in regions."""

    key = "servers"
    service_name = "cloudServersOpenStack"
    version = "v2"
    # The samples of the documentation have links with http.
    natural_links = "http"
    rate_limits = (RateLimit("POST", "/v2/*", 100, 60),)

    def reset(self) -> None:
        """Remove all servers and key pairs."""
        super().reset()
        self.key_pairs: dict[str, dict[str, dict[str, Any]]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add what only this generation has, too."""
        super().add_routes(app)
        ServerParts(self).add_routes(app)

    def new_id(self) -> Any:
        """Return a UUID."""
        text = secrets.token_hex(16)
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def _links(self, server: Server) -> list[dict[str, str]]:
        path = f"{server.tenant}/servers/{server.id}"
        return [
            {"rel": "self", "href": self.link(f"/v2/{path}")},
            {"rel": "bookmark", "href": self.link(f"/{path}")},
        ]

    def summary(self, server: Server) -> dict[str, Any]:
        """Return a server as lists show it."""
        return {"id": server.id, "name": server.values["name"], "links": self._links(server)}

    def details(self, server: Server) -> dict[str, Any]:
        """Return a server as it is shown alone."""
        fault = {} if server.fault is None else {"fault": server.fault}
        is_built = server.status == "ACTIVE"
        return {
            **self.summary(server),
            "tenant_id": server.tenant,
            "status": server.status,
            "progress": server.progress,
            "created": server.created,
            "updated": server.updated,
            "metadata": server.metadata,
            "image": {"id": server.values["imageRef"]},
            "flavor": {"id": server.values["flavorRef"]},
            "hostId": hashlib.sha256(server.id.encode()).hexdigest()[:56],
            "addresses": {"public": [{"addr": "198.101.241.238", "version": 4}]} if is_built else {},
            "accessIPv4": "198.101.241.238" if is_built else "",
            "OS-DCF:diskConfig": server.values.get("OS-DCF:diskConfig", "AUTO"),
            **fault,
        }

    def created(self, server: Server, password: str) -> Response:
        """Create the response to a new server: little more than its place and its password."""
        links = self._links(server)
        shown = {"id": server.id, "links": links, "adminPass": password, "OS-DCF:diskConfig": "AUTO"}
        return self.respond({"server": shown}, 202, {"Location": links[0]["href"]})


class FirstServers(ServersBase):
    """The first generation, without regions: numbers as IDs, no links, and the whole server as soon as it is made."""

    key = "first_servers"
    service_name = "cloudServers"
    regions = (None,)
    version = "v1.0"
    delete_status = 202
    image_key = "imageId"
    flavor_key = "flavorId"
    rate_limits = (
        RateLimit("POST", "/v1.0/*/servers", 25, 86400),
        RateLimit("POST", "/v1.0/*", 10, 60),
        RateLimit("PUT", "/v1.0/*", 10, 60),
        RateLimit("DELETE", "/v1.0/*", 100, 60),
    )

    def new_id(self) -> Any:
        """Return the next number."""
        self._last += 1
        return self._last

    def wants_next(self, _page: Any) -> bool:
        """Never add a link: this generation has an offset only."""
        return False

    def summary(self, server: Server) -> dict[str, Any]:
        """Return a server as lists show it."""
        return {"id": int(server.id), "name": server.values["name"]}

    def details(self, server: Server) -> dict[str, Any]:
        """Return a server as it is shown alone."""
        return {
            **self.summary(server),
            "imageId": server.values["imageId"],
            "flavorId": server.values["flavorId"],
            "hostId": hashlib.sha256(server.id.encode()).hexdigest()[:32],
            "status": server.status,
            "progress": server.progress,
            "addresses": {"public": ["67.23.10.132"], "private": ["10.176.42.16"]},
            "metadata": server.metadata,
        }

    def created(self, server: Server, password: str) -> Response:
        """Create the response to a new server."""
        return self.respond({"server": {**self.details(server), "adminPass": password}}, 202)

    def change(self, tenant: str, server_id: str) -> Response:
        """Change the name of a server. The response has no body."""
        super().change(tenant, server_id)
        return self.respond(None, 204)
