# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Databases 1.0: instances, their databases and their users."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response

from cloud_services.problems import Problem
from cloud_services.service import CloudService
from cloud_services.waiting import Wait


@dataclass
class Instance:
    """An instance. While it waits, it is being built."""

    id: str
    tenant: str
    values: dict[str, Any]
    created: str
    wait: Wait | None
    databases: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)


class Databases(CloudService):
    """Cloud Databases in one region."""

    key = "databases"
    service_name = "cloudDatabases"
    service_type = "rax:database"
    regions = ("DFW",)
    page_default = 20
    page_most = 20

    def reset(self) -> None:
        """Remove all instances."""
        super().reset()
        self._instances: dict[str, Instance] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on instances, databases and users."""
        base = "/v1.0/<tenant>/instances"
        one = f"{base}/<instance_id>"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, one, GET=self.show, DELETE=self.delete)
        self.route(app, f"{one}/databases", GET=self.list_databases, POST=self.add_databases)
        self.route(app, f"{one}/databases/<name>", DELETE=self.delete_database)
        self.route(app, f"{one}/users", GET=self.list_users, POST=self.add_users)
        self.route(app, f"{one}/users/<name>", GET=self.show_user, DELETE=self.delete_user)

    def settle(self) -> None:
        """End the builds whose time has come."""
        for instance in self._instances.values():
            if instance.wait is not None and instance.wait.over(self.now()):
                instance.wait = None

    def _summary(self, instance: Instance) -> dict[str, Any]:
        ready = "FAILED" if str(instance.values["name"]).startswith("fail") else "ACTIVE"
        return {
            "id": instance.id,
            "name": instance.values["name"],
            "status": "BUILD" if instance.wait is not None else ready,
            "flavor": {"id": str(instance.values["flavorRef"]).rpartition("/")[2]},
            "volume": {"size": instance.values["volume"]["size"]},
            "datastore": instance.values.get("datastore", {"type": "mysql", "version": "5.6"}),
        }

    def _details(self, instance: Instance) -> dict[str, Any]:
        host = f"{instance.id.replace('-', '')}.rackspaceclouddb.com"
        return {**self._summary(instance), "hostname": host, "created": instance.created, "updated": instance.created}

    def _listed(self, key: str, rows: list[dict[str, Any]], marker: str) -> Response:
        page = self.page_after(rows, lambda row: str(row[marker]), self.query("limit", "marker"))
        payload: dict[str, Any] = {key: page.items}
        if self.wants_next(page):
            query = [("limit", page.limit), ("marker", page.items[-1][marker])]
            payload["links"] = [{"rel": "next", "href": self.next_link(query)}]
        return self.respond(payload)

    # Instances

    def index(self, tenant: str) -> Response:
        """List instances."""
        rows = [self._summary(row) for row in self._instances.values() if row.tenant == tenant]
        return self._listed("instances", rows, "id")

    def create(self, tenant: str) -> Response:
        """Start to build an instance. There is no header that says where it is."""
        values = self.member(self.json_body(), "instance", dict)
        self.member(values, "name", str)
        self.member(self.member(values, "volume", dict), "size", int)
        if not isinstance(values.get("flavorRef"), (str, int)):
            raise Problem(400, "Required element/key - flavorRef was not specified")
        settings = self.parts.settings
        wait = Wait(self.now(), settings.build_seconds, settings.build_polls)
        instance = Instance(str(uuid.uuid4()), tenant, values, self.timestamp(), wait)
        self._instances[instance.id] = instance
        return self.respond({"instance": self._details(instance)})

    def _find(self, tenant: str, instance_id: str) -> Instance:
        found = self._instances.get(instance_id)
        if found is None or found.tenant != tenant:
            raise Problem(404, "The resource could not be found.")
        return found

    def _built(self, tenant: str, instance_id: str) -> Instance:
        """Return an instance to change; respond with 422 while it is being built."""
        instance = self._find(tenant, instance_id)
        if instance.wait is not None:
            instance.wait.ask()
            self.settle()
        if instance.wait is not None:
            raise Problem(422, "Instance is not ready. (BUILD)")
        return instance

    def show(self, tenant: str, instance_id: str) -> Response:
        """Show an instance."""
        instance = self._find(tenant, instance_id)
        if instance.wait is not None:
            instance.wait.ask()
            self.settle()
        return self.respond({"instance": self._details(instance)})

    def delete(self, tenant: str, instance_id: str) -> Response:
        """Delete an instance."""
        del self._instances[self._built(tenant, instance_id).id]
        return self.respond(None, 202)

    # Databases and users

    def _rows(self, key: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.member(self.json_body(), key, list)
        for row in rows:
            self.member(row, "name", str)
        return rows

    def list_databases(self, tenant: str, instance_id: str) -> Response:
        """List databases, with their names alone."""
        names = sorted(self._built(tenant, instance_id).databases)
        return self._listed("databases", [{"name": name} for name in names], "name")

    def add_databases(self, tenant: str, instance_id: str) -> Response:
        """Add several databases."""
        instance, rows = self._built(tenant, instance_id), self._rows("databases")
        instance.databases.update((row["name"], row) for row in rows)
        return self.respond(None, 202)

    def delete_database(self, tenant: str, instance_id: str, name: str) -> Response:
        """Delete a database."""
        if self._built(tenant, instance_id).databases.pop(name, None) is None:
            raise Problem(404, f"Database {name} cannot be found on the instance.")
        return self.respond(None, 202)

    def _user(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a user as it is shown: without its password."""
        return {"name": values["name"], "host": values.get("host", "%"), "databases": values.get("databases", [])}

    def list_users(self, tenant: str, instance_id: str) -> Response:
        """List users."""
        users = self._built(tenant, instance_id).users
        return self._listed("users", [self._user(users[name]) for name in sorted(users)], "name")

    def add_users(self, tenant: str, instance_id: str) -> Response:
        """Add several users."""
        instance, rows = self._built(tenant, instance_id), self._rows("users")
        for row in rows:
            self.member(row, "password", str)
            if row["name"] in instance.users:
                raise Problem(400, f"User with the name {row['name']} already exists.")
        instance.users.update((row["name"], row) for row in rows)
        return self.respond(None, 202)

    def show_user(self, tenant: str, instance_id: str, name: str) -> Response:
        """Show a user."""
        found = self._built(tenant, instance_id).users.get(name)
        if found is None:
            raise Problem(404, f"User {name} cannot be found on the instance.")
        return self.respond({"user": self._user(found)})

    def delete_user(self, tenant: str, instance_id: str, name: str) -> Response:
        """Delete a user."""
        if self._built(tenant, instance_id).users.pop(name, None) is None:
            raise Problem(404, f"User {name} cannot be found on the instance.")
        return self.respond(None, 202)
