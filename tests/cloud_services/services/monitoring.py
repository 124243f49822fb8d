# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Monitoring 1.0: entities."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, request

from cloud_services.problems import Problem
from cloud_services.service import CloudService, RateLimit

_TYPES = {
    400: "badRequest",
    401: "unauthorizedError",
    403: "forbiddenError",
    404: "notFoundError",
    405: "badMethod",
    413: "requestTooLargeError",
    429: "rateLimitReached",
    500: "internalError",
    503: "serviceUnavailable",
}
_KEYS = {"label", "ip_addresses", "metadata", "agent_id"}
MOST_ENTITIES = 20_000


class Monitoring(CloudService):
    """Cloud Monitoring, which has no regions."""

    key = "monitoring"
    service_name = "cloudMonitoring"
    service_type = "rax:monitor"
    regions = (None,)
    page_most = 1000
    # The sample of the documentation has a link to another host.
    natural_links = "foreign"
    rate_limits = (RateLimit("GET", "/v1.0/*", 500, 60), RateLimit("POST", "/v1.0/*", 500, 60))

    def reset(self) -> None:
        """Remove all entities."""
        super().reset()
        self._entities: dict[str, dict[str, dict[str, Any]]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on entities."""
        base = "/v1.0/<tenant>/entities"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, f"{base}/<entity_id>", GET=self.show, PUT=self.change, DELETE=self.delete)

    def error(self, problem: Problem) -> Response:
        """Write a problem; its code is a text."""
        body = {
            "type": _TYPES.get(problem.status, "badRequest") if problem.fault in _COMMON else problem.fault,
            "code": str(problem.status),
            "message": self.message_of(problem),
            "details": problem.details or "",
            "txnId": f".rh-{secrets.token_hex(4)}.h-dfw1-maas-prod-api0.r-{secrets.token_hex(4)}",
        }
        return self.respond({**body, **problem.extra}, problem.status, problem.headers)

    def too_many(self, _moment: float) -> Response:
        """Create a 429, which does not say when to ask again."""
        return self.error(Problem(429, "Rate limit has been reached. Please wait before trying again."))

    def _of(self, tenant: str) -> dict[str, dict[str, Any]]:
        return self._entities.setdefault(tenant, {})

    def _find(self, tenant: str, entity_id: str) -> dict[str, Any]:
        found = self._of(tenant).get(entity_id)
        if found is None:
            details = f'Object "Entity" with key "{entity_id}" does not exist'
            raise Problem(404, "Object does not exist", details=details)
        return found

    def _checked(self) -> dict[str, Any]:
        values = self.json_body()
        if set(values) - _KEYS:
            raise Problem(400, "Validation error for key 'entity'", details="Unknown attribute.")
        if any(not isinstance(value, (str, dict)) for value in values.values()):
            raise Problem(400, "Validation error for key 'entity'", details="null is not a valid value")
        return values

    def index(self, tenant: str) -> Response:
        """List entities. The marker is the first item of the page that it asks for."""
        values = self.query("limit", "marker")
        most = self.parts.settings.page_size or self.page_default
        limit = self.number(values, "limit", most, least=1)
        if limit > self.page_most:
            raise Problem(400, "Specified limit is invalid", "invalidLimit", f"The limit is {self.page_most}.")
        limit = min(limit, self.parts.settings.page_size or limit)
        entities = sorted(self._of(tenant).values(), key=lambda entity: str(entity["id"]))
        marker = "" if self.parts.settings.ignore_marker else values.get("marker", "")
        entities = [entity for entity in entities if entity["id"] >= marker]
        shown, rest = entities[:limit], entities[limit:]
        if self.parts.settings.next_on_last_page and not rest:
            rest = shown[-1:]
        following = rest[0]["id"] if rest else None
        query = [("limit", limit), ("marker", following)]
        metadata = {
            "count": len(shown),
            "limit": limit,
            "marker": values.get("marker"),
            "next_marker": following,
            "next_href": self.next_link(query) if following else None,
        }
        return self.respond({"values": shown, "metadata": metadata})

    def create(self, tenant: str) -> Response:
        """Create an entity, whose ID stands in headers alone."""
        values = self._checked()
        if not isinstance(values.get("label"), str) or not values["label"]:
            raise Problem(400, "Validation error for key 'label'", details="Missing required key (label)")
        if len(self._of(tenant)) >= MOST_ENTITIES:
            raise Problem(400, "Limit has been reached.", "limitReached")
        entity_id = self._create(tenant, values)
        # The resource itself is here, whatever style the links of lists have.
        place = f"{self.origin()}{request.path.rstrip('/')}/{entity_id}"
        return self.respond(None, 201, {"Location": place, "X-Object-ID": entity_id})

    def _create(self, tenant: str, values: dict[str, Any]) -> str:
        entity_id = f"en{secrets.token_hex(4)}"
        moment = int(self.now() * 1000)
        # The documentation forbids null in a request, and sends it in a response.
        defaults = {"ip_addresses": None, "metadata": None, "agent_id": None, "uri": None, "managed": False}
        entity = {**defaults, **values, "id": entity_id, "created_at": moment, "updated_at": moment}
        self._of(tenant)[entity_id] = entity
        return entity_id

    def show(self, tenant: str, entity_id: str) -> Response:
        """Show an entity."""
        return self.respond(self._find(tenant, entity_id))

    def change(self, tenant: str, entity_id: str) -> Response:
        """Change the given attributes of an entity."""
        entity, values = self._find(tenant, entity_id), self._checked()
        entity.update(values, updated_at=int(self.now() * 1000))
        return self.respond(None, 204, {"Location": f"{self.origin()}{request.path}", "X-Object-ID": entity_id})

    def delete(self, tenant: str, entity_id: str) -> Response:
        """Delete an entity."""
        self._find(tenant, entity_id)
        del self._of(tenant)[entity_id]
        return self.respond(None, 204)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many entities: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("monitoring needs count")
        for number in range(count):
            self._create(tenant, {"label": f"entity-{number:05}"})
        return count


_COMMON = {"badRequest", "unauthorized", "forbidden", "itemNotFound", "badMethod", "overLimit", "computeFault", "fault"}
