# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Queues v1: queues, whose list has a link to the next page even on the last one."""

from __future__ import annotations

from flask import Flask, Response, request

from cloud_services.problems import Problem
from cloud_services.service import CloudService


class Queues(CloudService):
    """Cloud Queues in one region."""

    key = "queues"
    service_name = "cloudQueues"
    service_type = "rax:queues"
    page_default = 10
    page_most = 20
    natural_links = "relative"

    def reset(self) -> None:
        """Remove all queues."""
        super().reset()
        self._queues: dict[str, dict[str, dict[str, object]]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on queues."""
        self.route(app, "/v1/<tenant>/queues", GET=self.index)
        self.route(app, "/v1/<tenant>/queues/<queue>", GET=self.show, PUT=self.create, DELETE=self.delete)

    def error(self, problem: Problem) -> Response:
        """Write a problem with a code of its own."""
        body = {
            "title": problem.fault,
            "description": self.message_of(problem),
            "code": 1092,
            "link": {
                "rel": "help",
                "href": "http://docs.rackspace.com/messages/errors/1092",
                "text": "API documentation",
            },
        }
        return self.respond(body, problem.status, problem.headers)

    def _mine(self, tenant: str) -> dict[str, dict[str, object]]:
        """Return the queues of a tenant, after a check of what every request needs."""
        if "application/json" not in request.headers.get("Accept", ""):
            raise Problem(406, "This API only supports application/json: send it in the header Accept.")
        if not request.headers.get("Client-ID"):
            raise Problem(400, "The header Client-ID is required.")
        return self._queues.setdefault(tenant, {})

    def index(self, tenant: str) -> Response:
        """List queues; an empty list is a 204. The link leads on even if nothing follows."""
        queues = sorted(self._mine(tenant))
        values = self.query("limit", "marker", "detailed")
        limit = self.number(values, "limit", self.page_default, least=1)
        if limit > self.page_most:
            raise Problem(400, f"The limit is {self.page_most}.")
        limit = min(limit, self.parts.settings.page_size or limit)
        # The marker need not exist, as the link of the last page of a list may be followed later.
        marker = "" if self.parts.settings.ignore_marker else values.get("marker", "")
        names = [name for name in queues if name > marker][:limit]
        if not names:
            return self.respond(None, 204)
        following = self.next_link([("marker", names[-1]), ("limit", limit)])
        rows = [{"name": name, "href": f"{request.path}/{name}"} for name in names]
        return self.respond({"queues": rows, "links": [{"rel": "next", "href": following}]})

    def create(self, tenant: str, queue: str) -> Response:
        """Create a queue: 201, or 204 if it exists."""
        queues = self._mine(tenant)
        if len(queue) > 64:
            raise Problem(400, "Queue names are limited to 64 characters.")
        if queue in queues:
            return self.respond(None, 204)
        queues[queue] = {}
        return self.respond(None, 201, {"Location": request.path})

    def show(self, tenant: str, queue: str) -> Response:
        """Tell whether a queue exists."""
        if queue not in self._mine(tenant):
            raise Problem(404, f"Queue {queue} does not exist.")
        return self.respond(None, 204)

    def delete(self, tenant: str, queue: str) -> Response:
        """Delete a queue, whether it exists or not."""
        self._mine(tenant).pop(queue, None)
        return self.respond(None, 204)
