# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Monitoring 1.0: entities with their checks and alarms, notifications, and plans for them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import partial
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
MOST_ENTITIES = 20_000


@dataclass(frozen=True)
class Kind:
    """A kind of object. prefix: of its IDs. path: below the tenant, or below an entity if it belongs to one."""

    name: str
    prefix: str
    path: str
    required: tuple[str, ...]
    # The documentation forbids null in a request, and sends it in a response.
    optional: dict[str, Any] = field(default_factory=dict)
    of_entity: bool = False


ENTITY = Kind("Entity", "en", "entities", ("label",), {"ip_addresses": None, "metadata": None, "agent_id": None})
KINDS = (
    ENTITY,
    Kind(
        "Check",
        "ch",
        "checks",
        ("type",),
        {
            **dict.fromkeys(("label", "metadata", "target_alias", "target_hostname", "target_resolver")),
            "details": {},
            "disabled": False,
            "monitoring_zones_poll": None,
            "period": 60,
            "timeout": 30,
        },
        of_entity=True,
    ),
    Kind(
        "Alarm",
        "al",
        "alarms",
        ("check_id", "notification_plan_id"),
        {"label": None, "criteria": None, "disabled": False, "metadata": None},
        of_entity=True,
    ),
    Kind("Notification", "nt", "notifications", ("label", "type", "details"), {"metadata": None}),
    Kind(
        "NotificationPlan",
        "np",
        "notification_plans",
        ("label",),
        {"critical_state": [], "warning_state": [], "ok_state": [], "metadata": None},
    ),
)


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
        """Remove everything."""
        super().reset()
        self._objects: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on each kind of object."""
        for kind in KINDS:
            base = f"/v1.0/<tenant>/{'entities/<entity_id>/' if kind.of_entity else ''}{kind.path}"
            one = f"{base}/<object_id>"
            self.route(app, base, GET=partial(self.index, kind), POST=partial(self.create, kind))
            self.route(
                app,
                one,
                GET=partial(self.show, kind),
                PUT=partial(self.change, kind),
                DELETE=partial(self.delete, kind),
            )

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

    def _of(self, kind: Kind, tenant: str, entity_id: str = "") -> dict[str, dict[str, Any]]:
        """Return the objects of a kind by their IDs; respond with 404 if they belong to an entity that is not there."""
        if entity_id:
            self._find(ENTITY, tenant, entity_id)
        return self._objects.setdefault((kind.name, tenant, entity_id), {})

    def _find(self, kind: Kind, tenant: str, object_id: str, entity_id: str = "") -> dict[str, Any]:
        found = self._of(kind, tenant, entity_id).get(object_id)
        if found is None:
            details = f'Object "{kind.name}" with key "{object_id}" does not exist'
            raise Problem(404, "Object does not exist", details=details)
        return found

    def _checked(self, kind: Kind) -> dict[str, Any]:
        values, about = self.json_body(), f"Validation error for key '{kind.name.lower()}'"
        if set(values) - {*kind.required, *kind.optional}:
            raise Problem(400, about, details="Unknown attribute.")
        if None in values.values():
            raise Problem(400, about, details="null is not a valid value")
        return values

    def index(self, kind: Kind, tenant: str, entity_id: str = "") -> Response:
        """List objects. The marker is the first item of the page that it asks for."""
        values = self.query("limit", "marker")
        most = self.parts.settings.page_size or self.page_default
        limit = self.number(values, "limit", most, least=1)
        if limit > self.page_most:
            raise Problem(400, "Specified limit is invalid", "invalidLimit", f"The limit is {self.page_most}.")
        limit = min(limit, self.parts.settings.page_size or limit)
        objects = sorted(self._of(kind, tenant, entity_id).values(), key=lambda item: str(item["id"]))
        marker = "" if self.parts.settings.ignore_marker else values.get("marker", "")
        objects = [item for item in objects if item["id"] >= marker]
        shown, rest = objects[:limit], objects[limit:]
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

    def create(self, kind: Kind, tenant: str, entity_id: str = "") -> Response:
        """Create an object, whose ID stands in headers alone."""
        values, there = self._checked(kind), self._of(kind, tenant, entity_id)
        for key in kind.required:
            if not values.get(key) or (key == "label" and not isinstance(values[key], str)):
                raise Problem(400, f"Validation error for key '{key}'", details=f"Missing required key ({key})")
        if len(there) >= MOST_ENTITIES:
            raise Problem(400, "Limit has been reached.", "limitReached")
        object_id = self._create(kind, there, values)
        # The resource itself is here, whatever style the links of lists have.
        place = f"{self.origin()}{request.path.rstrip('/')}/{object_id}"
        return self.respond(None, 201, {"Location": place, "X-Object-ID": object_id})

    def _create(self, kind: Kind, there: dict[str, dict[str, Any]], values: dict[str, Any]) -> str:
        object_id = f"{kind.prefix}{secrets.token_hex(4)}"
        moment = int(self.now() * 1000)
        defaults = {**kind.optional, **({"uri": None, "managed": False} if kind is ENTITY else {})}
        there[object_id] = {**defaults, **values, "id": object_id, "created_at": moment, "updated_at": moment}
        return object_id

    def show(self, kind: Kind, tenant: str, object_id: str, entity_id: str = "") -> Response:
        """Show an object."""
        return self.respond(self._find(kind, tenant, object_id, entity_id))

    def change(self, kind: Kind, tenant: str, object_id: str, entity_id: str = "") -> Response:
        """Change the given attributes of an object."""
        found, values = self._find(kind, tenant, object_id, entity_id), self._checked(kind)
        found.update(values, updated_at=int(self.now() * 1000))
        return self.respond(None, 204, {"Location": f"{self.origin()}{request.path}", "X-Object-ID": object_id})

    def delete(self, kind: Kind, tenant: str, object_id: str, entity_id: str = "") -> Response:
        """Delete an object; an entity goes with its checks and alarms."""
        self._find(kind, tenant, object_id, entity_id)
        del self._of(kind, tenant, entity_id)[object_id]
        for other in KINDS if kind is ENTITY else ():
            self._objects.pop((other.name, tenant, object_id), None)
        return self.respond(None, 204)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many entities: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("monitoring needs count")
        for number in range(count):
            self._create(ENTITY, self._of(ENTITY, tenant), {"label": f"entity-{number:05}"})
        return count


_COMMON = {"badRequest", "unauthorized", "forbidden", "itemNotFound", "badMethod", "overLimit", "computeFault", "fault"}
