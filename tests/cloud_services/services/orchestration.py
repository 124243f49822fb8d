# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Orchestration v1: stacks, and resources whose list knows no marker."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from cloud_services.problems import Problem
from cloud_services.service import CloudService
from cloud_services.waiting import Wait

_TYPES = {404: "EntityNotFound", 409: "StackExists", 401: "HTTPUnauthorized", 403: "Forbidden"}
_RESOURCES = 3


@dataclass
class Stack:
    """A stack. While it waits, it is being created."""

    id: str
    name: str
    created: str
    wait: Wait | None
    status: str = "CREATE_IN_PROGRESS"


class Orchestration(CloudService):
    """Cloud Orchestration in one region."""

    key = "orchestration"
    service_name = "cloudOrchestration"
    service_type = "orchestration"
    page_most = 1000

    def reset(self) -> None:
        """Remove all stacks."""
        super().reset()
        self._stacks: dict[str, dict[str, Stack]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on stacks and resources."""
        base = "/v1/<tenant>/stacks"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, f"{base}/<name>", GET=self.show)
        self.route(app, f"{base}/<name>/<stack_id>", GET=self.show, DELETE=self.delete)
        self.route(app, f"{base}/<name>/<stack_id>/resources", GET=self.list_resources)

    def error(self, problem: Problem) -> Response:
        """Write a problem with an explanation and an error."""
        message = self.message_of(problem)
        body = {
            "explanation": "The resource could not be found." if problem.status == 404 else message,
            "code": problem.status,
            "error": {"message": message, "traceback": None, "type": _TYPES.get(problem.status, "HTTPBadRequest")},
            "title": problem.fault,
        }
        return self.respond(body, problem.status, problem.headers)

    def settle(self) -> None:
        """End the creations whose time has come."""
        for stacks in self._stacks.values():
            for stack in stacks.values():
                if stack.wait is not None and stack.wait.over(self.now()):
                    stack.wait = None
                    stack.status = "CREATE_FAILED" if stack.name.startswith("fail") else "CREATE_COMPLETE"

    def _shown(self, tenant: str, stack: Stack) -> dict[str, Any]:
        href = self.link(f"/v1/{tenant}/stacks/{stack.name}/{stack.id}")
        return {
            "id": stack.id,
            "stack_name": stack.name,
            "stack_status": stack.status,
            "stack_status_reason": "",
            "creation_time": stack.created,
            "updated_time": None,
            "links": [{"rel": "self", "href": href}],
        }

    def index(self, tenant: str) -> Response:
        """List stacks. There is no sign of a next page."""
        values = self.query("limit", "marker", "status", "name", "sort_keys", "sort_dir")
        stacks = [self._shown(tenant, stack) for stack in self._stacks.get(tenant, {}).values()]
        page = self.page_after(stacks, lambda stack: str(stack["id"]), values)
        return self.respond({"stacks": page.items})

    def create(self, tenant: str) -> Response:
        """Start to create a stack."""
        values = self.json_body()
        name = self.member(values, "stack_name", str)
        stacks = self._stacks.setdefault(tenant, {})
        if not values.get("template") and not values.get("template_url"):
            raise Problem(400, "No template specified")
        if name in stacks:
            raise Problem(409, f"The Stack ({name}) already exists.")
        settings = self.parts.settings
        wait = Wait(self.now(), settings.build_seconds, settings.build_polls)
        stacks[name] = Stack(str(uuid.uuid4()), name, self.timestamp(), wait)
        links = self._shown(tenant, stacks[name])["links"]
        return self.respond({"stack": {"id": stacks[name].id, "links": links}}, 201)

    def _find(self, tenant: str, name: str, stack_id: str | None) -> Stack:
        found = self._stacks.get(tenant, {}).get(name)
        if found is None or stack_id not in (None, found.id):
            raise Problem(404, f"The Stack ({name}) could not be found.")
        return found

    def show(self, tenant: str, name: str, stack_id: str | None = None) -> Response:
        """Show a stack. Its name alone is redirected to the URL with its ID."""
        stack = self._find(tenant, name, stack_id)
        if stack_id is None:
            return self.respond({}, 302, {"Location": self.link(f"{request.path}/{stack.id}")})
        if stack.wait is not None:
            stack.wait.ask()
            self.settle()
        return self.respond({"stack": self._shown(tenant, stack)})

    def delete(self, tenant: str, name: str, stack_id: str) -> Response:
        """Delete a stack."""
        del self._stacks[tenant][self._find(tenant, name, stack_id).name]
        return self.respond(None, 204)

    def list_resources(self, tenant: str, name: str, stack_id: str) -> Response:
        """List the resources of a stack, all of them whatever marker the request has."""
        self._find(tenant, name, stack_id)
        rows = [
            {"resource_name": f"server_{number}", "resource_status": "CREATE_COMPLETE"} for number in range(_RESOURCES)
        ]
        return self.respond({"resources": rows})

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many stacks: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("orchestration needs count")
        stacks = self._stacks.setdefault(tenant, {})
        for number in range(count):
            name = f"stack-{number:05}"
            stacks[name] = Stack(str(uuid.uuid4()), name, self.timestamp(), None, "CREATE_COMPLETE")
        return count
