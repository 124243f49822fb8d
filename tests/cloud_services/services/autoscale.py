# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Autoscale 1.0: scaling groups and their policies. No servers come of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, request
from identity_service.errors import ApiError
from identity_service.representations import strict_json

from cloud_services.problems import Problem, bad_request
from cloud_services.service import CloudService

_TYPES = {400: "ValidationError", 401: "Unauthorized", 403: "GroupNotEmptyError", 404: "NoSuchScalingGroupError"}
_CHANGES = ("change", "changePercent", "desiredCapacity")


@dataclass
class Group:
    """A scaling group."""

    id: str
    tenant: str
    config: dict[str, Any]
    launch: dict[str, Any]
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)


class Autoscale(CloudService):
    """Autoscale in one region."""

    key = "autoscale"
    service_name = "autoscale"
    service_type = "rax:autoscale"

    def reset(self) -> None:
        """Remove all groups."""
        super().reset()
        self._groups: dict[str, Group] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on groups and policies."""
        base = "/v1.0/<tenant>/groups"
        one = f"{base}/<group_id>"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, one, GET=self.show, DELETE=self.delete)
        self.route(app, f"{one}/config", GET=self.show_config, PUT=self.set_config)
        self.route(app, f"{one}/launch", GET=self.show_launch, PUT=self.set_launch)
        self.route(app, f"{one}/policies", GET=self.list_policies, POST=self.add_policies)
        self.route(app, f"{one}/policies/<policy_id>", GET=self.show_policy, PUT=self.change_policy, DELETE=self.remove)

    def error(self, problem: Problem) -> Response:
        """Write a problem as an error with a type."""
        body = {
            "type": _TYPES.get(problem.status, "InternalError"),
            "code": problem.status,
            "message": self.message_of(problem),
            "details": problem.details or "",
        }
        return self.respond({"error": body}, problem.status, problem.headers)

    def _links(self, path: str) -> list[dict[str, str]]:
        return [{"rel": "self", "href": self.link(f"{path}/")}]

    def _listed(self, key: str, rows: list[dict[str, Any]]) -> Response:
        values = self.query("limit", "marker")
        if self.limited(values) > self.page_most:
            raise Problem(413, f"The limit is {self.page_most}.")
        page = self.page_after(rows, lambda row: str(row["id"]), values)
        links = []
        if self.wants_next(page):
            query = [("limit", page.limit), ("marker", page.items[-1]["id"])]
            links = [{"rel": "next", "href": self.next_link(query)}]
        return self.respond({key: page.items, f"{key}_links": links})

    # Groups

    def _state(self, group: Group) -> dict[str, Any]:
        wanted = group.config["minEntities"]
        state = {"active": [], "activeCapacity": 0, "desiredCapacity": wanted, "pendingCapacity": 0}
        return {**state, "paused": False, "name": group.config["name"]}

    def _summary(self, group: Group) -> dict[str, Any]:
        path = f"/v1.0/{group.tenant}/groups/{group.id}"
        return {"id": group.id, "links": self._links(path), "state": self._state(group)}

    def _whole(self, group: Group) -> dict[str, Any]:
        return {
            **self._summary(group),
            "groupConfiguration": group.config,
            "launchConfiguration": group.launch,
            "scalingPolicies": list(group.policies.values()),
            "scalingPolicies_links": [],
        }

    def index(self, tenant: str) -> Response:
        """List groups with their state."""
        return self._listed("groups", [self._summary(row) for row in self._groups.values() if row.tenant == tenant])

    def _config(self, values: dict[str, Any]) -> dict[str, Any]:
        self.member(values, "name", str)
        for key in ("cooldown", "minEntities"):
            self.member(values, key, int)
        return {"metadata": {}, "maxEntities": 1000, **values}

    def _launch(self, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("type") != "launch_server":
            raise bad_request("type must be launch_server.")
        self.member(self.member(values, "args", dict), "server", dict)
        return values

    def create(self, tenant: str) -> Response:
        """Create a group, with its policies."""
        values = self.json_body()
        config = self._config(self.member(values, "groupConfiguration", dict))
        launch = self._launch(self.member(values, "launchConfiguration", dict))
        group = Group(str(uuid.uuid4()), tenant, config, launch)
        self._groups[group.id] = group
        self._add(group, values.get("scalingPolicies", []))
        place = self._summary(group)["links"][0]["href"]
        return self.respond({"group": self._whole(group)}, 201, {"Location": place})

    def _find(self, tenant: str, group_id: str) -> Group:
        found = self._groups.get(group_id)
        if found is None or found.tenant != tenant:
            raise Problem(404, f"No such scaling group {group_id} for tenant {tenant}")
        return found

    def show(self, tenant: str, group_id: str) -> Response:
        """Show a group."""
        return self.respond({"group": self._whole(self._find(tenant, group_id))})

    def delete(self, tenant: str, group_id: str) -> Response:
        """Delete a group; with `force`, also one that has servers."""
        values = self.query("force")
        group = self._find(tenant, group_id)
        # No servers come of a group here, so the number that it must have stands for them.
        if group.config["minEntities"] and values.get("force", "false").lower() != "true":
            raise Problem(403, f"Group {group_id} for tenant {tenant} is not empty")
        del self._groups[group.id]
        return self.respond(None, 204)

    def show_config(self, tenant: str, group_id: str) -> Response:
        """Show the configuration of a group."""
        return self.respond({"groupConfiguration": self._find(tenant, group_id).config})

    def set_config(self, tenant: str, group_id: str) -> Response:
        """Replace the configuration of a group."""
        self._find(tenant, group_id).config = self._config(self.json_body())
        return self.respond(None, 204)

    def show_launch(self, tenant: str, group_id: str) -> Response:
        """Show how the servers of a group are launched."""
        return self.respond({"launchConfiguration": self._find(tenant, group_id).launch})

    def set_launch(self, tenant: str, group_id: str) -> Response:
        """Replace how the servers of a group are launched."""
        self._find(tenant, group_id).launch = self._launch(self.json_body())
        return self.respond(None, 204)

    # Policies

    def _add(self, group: Group, rows: Any) -> list[dict[str, Any]]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise bad_request("Policies must be a list.")
        for row in rows:
            self._check(row)
        added = []
        for row in rows:
            policy_id = str(uuid.uuid4())
            path = f"/v1.0/{group.tenant}/groups/{group.id}/policies/{policy_id}"
            group.policies[policy_id] = {**row, "id": policy_id, "links": self._links(path)}
            added.append(group.policies[policy_id])
        return added

    def _check(self, row: dict[str, Any]) -> None:
        for key in ("name", "type"):
            self.member(row, key, str)
        if sum(key in row for key in _CHANGES) != 1:
            raise bad_request(f"A policy has one of {', '.join(_CHANGES)}.")
        if (row["type"] == "schedule") != ("args" in row):
            raise bad_request("A policy has args if, and only if, its type is schedule.")

    def list_policies(self, tenant: str, group_id: str) -> Response:
        """List the policies of a group."""
        return self._listed("policies", list(self._find(tenant, group_id).policies.values()))

    def add_policies(self, tenant: str, group_id: str) -> Response:
        """Add several policies; the body is a list."""
        group = self._find(tenant, group_id)
        if request.mimetype != "application/json":
            raise Problem(415, "The Content-Type must be application/json.")
        try:
            rows = strict_json.parse(g.data)
        except ApiError as error:
            raise bad_request(error.message) from None
        return self.respond({"policies": self._add(group, rows)}, 201)

    def _policy(self, tenant: str, group_id: str, policy_id: str) -> dict[str, Any]:
        found = self._find(tenant, group_id).policies.get(policy_id)
        if found is None:
            raise Problem(404, f"No such scaling policy {policy_id} for group {group_id}")
        return found

    def show_policy(self, tenant: str, group_id: str, policy_id: str) -> Response:
        """Show a policy."""
        return self.respond({"policy": self._policy(tenant, group_id, policy_id)})

    def change_policy(self, tenant: str, group_id: str, policy_id: str) -> Response:
        """Replace a policy."""
        found, values = self._policy(tenant, group_id, policy_id), self.json_body()
        self._check(values)
        kept = {key: found[key] for key in ("id", "links")}
        found.clear()
        found.update({**values, **kept})
        return self.respond(None, 204)

    def remove(self, tenant: str, group_id: str, policy_id: str) -> Response:
        """Remove a policy."""
        self._policy(tenant, group_id, policy_id)
        del self._find(tenant, group_id).policies[policy_id]
        return self.respond(None, 204)
