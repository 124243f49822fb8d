# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CDN of Cloud Files: which containers are public, and how long the CDN keeps their objects."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from cloud_services.problems import Problem, bad_request
from cloud_services.service import CloudService

_LEAST_TTL, _MOST_TTL = 900, 31_536_000


class FilesCdn(CloudService):
    """The CDN in one region. Everything is said in headers, and whether the container exists is not its concern."""

    key = "files_cdn"
    service_name = "cloudFilesCDN"
    service_type = "rax:object-cdn"

    def reset(self) -> None:
        """Forget all containers."""
        super().reset()
        self._containers: dict[tuple[str, str], dict[str, str]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on containers."""
        self.route(app, "/v1/<tenant>/<container>", HEAD=self.show, PUT=self.enable, POST=self.change)

    def refuse_tenant(self) -> Problem:
        """Create a 401, as for a token that is not valid."""
        return self.refuse_token()

    def _given(self) -> dict[str, str]:
        enabled, ttl = request.headers.get("X-Cdn-Enabled"), request.headers.get("X-Ttl")
        if enabled is not None and enabled.lower() not in ("true", "false"):
            raise bad_request("X-Cdn-Enabled must be True or False.")
        if ttl is not None and not (ttl.isdecimal() and _LEAST_TTL <= int(ttl) <= _MOST_TTL):
            raise bad_request(f"X-Ttl must be from {_LEAST_TTL} to {_MOST_TTL}.")
        given = {} if enabled is None else {"X-Cdn-Enabled": enabled.title()}
        return given if ttl is None else {**given, "X-Ttl": ttl}

    def _respond(self, tenant: str, container: str, status: int) -> Response:
        name = hashlib.sha256(f"{tenant}/{container}".encode()).hexdigest()[:20]
        places = {
            "X-Cdn-Uri": f"http://{name}.r1.cf1.rackcdn.com",
            "X-Cdn-Ssl-Uri": f"https://{name}.ssl.cf1.rackcdn.com",
            "X-Cdn-Streaming-Uri": f"http://{name}.r1.stream.cf1.rackcdn.com",
            "X-Cdn-Ios-Uri": f"http://{name}.iosr.cf1.rackcdn.com",
        }
        return self.respond(None, status, {**self._containers[tenant, container], **places})

    def _find(self, tenant: str, container: str) -> dict[str, str]:
        found = self._containers.get((tenant, container))
        if found is None:
            raise Problem(404, "The resource could not be found.")
        return found

    def show(self, tenant: str, container: str) -> Response:
        """Show whether a container is public, and where."""
        self._find(tenant, container)
        return self._respond(tenant, container, 204)

    def enable(self, tenant: str, container: str) -> Response:
        """Make a container public, unless the headers say otherwise."""
        before = self._containers.get((tenant, container), {"X-Ttl": "259200"})
        self._containers[tenant, container] = {**before, "X-Cdn-Enabled": "True", **self._given()}
        return self._respond(tenant, container, 202)

    def change(self, tenant: str, container: str) -> Response:
        """Change a container that was public once."""
        self._find(tenant, container).update(self._given())
        return self._respond(tenant, container, 202)
