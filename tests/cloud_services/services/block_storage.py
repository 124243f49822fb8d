# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Block Storage v1: volumes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response

from cloud_services.problems import Problem
from cloud_services.service import CloudService
from cloud_services.waiting import Wait


@dataclass
class Volume:
    """A volume. While it waits, it is being created."""

    id: str
    tenant: str
    values: dict[str, Any]
    created: str
    wait: Wait | None


class BlockStorage(CloudService):
    """Cloud Block Storage in one region. Lists have no pages, and do not tell the status; the list of details does."""

    key = "block_storage"
    service_name = "cloudBlockStorage"
    service_type = "volume"

    def reset(self) -> None:
        """Remove all volumes."""
        super().reset()
        self._volumes: dict[str, Volume] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on volumes."""
        base = "/v1/<tenant>/volumes"
        self.route(app, base, GET=self.index, POST=self.create)
        self.route(app, f"{base}/detail", GET=self.list_details)
        self.route(app, f"{base}/<volume_id>", GET=self.show, DELETE=self.delete)

    def settle(self) -> None:
        """End the creations whose time has come."""
        for volume in self._volumes.values():
            if volume.wait is not None and volume.wait.over(self.now()):
                volume.wait = None

    def _summary(self, volume: Volume) -> dict[str, Any]:
        attachment = self.parts.attachments.get(volume.id)
        row = {} if attachment is None else {key: attachment[key] for key in ("id", "device")}
        place = {} if attachment is None else {"volume_id": volume.id, "server_id": attachment["serverId"]}
        return {
            "display_description": None,
            "volume_type": "SATA",
            "snapshot_id": None,
            **volume.values,
            "id": volume.id,
            "attachments": [{**row, **place}] if attachment else [],
            "created_at": volume.created,
        }

    def _details(self, volume: Volume) -> dict[str, Any]:
        ready = "error" if str(volume.values["display_name"]).startswith("fail") else "available"
        if volume.id in self.parts.attachments:
            ready = "in-use"
        metadata = volume.values.get("metadata") or {}
        status = "creating" if volume.wait is not None else ready
        return {**self._summary(volume), "status": status, "metadata": metadata, "bootable": "false"}

    def _of(self, tenant: str) -> list[Volume]:
        return [volume for volume in self._volumes.values() if volume.tenant == tenant]

    def index(self, tenant: str) -> Response:
        """List volumes."""
        return self.respond({"volumes": [self._summary(volume) for volume in self._of(tenant)]})

    def list_details(self, tenant: str) -> Response:
        """List volumes with their status."""
        return self.respond({"volumes": [self._details(volume) for volume in self._of(tenant)]})

    def create(self, tenant: str) -> Response:
        """Start to create a volume. The response says where it is only with its ID."""
        values = self.member(self.json_body(), "volume", dict)
        self.member(values, "size", int)
        settings = self.parts.settings
        wait = Wait(self.now(), settings.build_seconds, settings.build_polls)
        kept = {"display_name": None, **values}
        volume = Volume(str(uuid.uuid4()), tenant, kept, self.timestamp(), wait)
        self._volumes[volume.id] = volume
        return self.respond({"volume": self._details(volume)})

    def _find(self, tenant: str, volume_id: str) -> Volume:
        found = self._volumes.get(volume_id)
        if found is None or found.tenant != tenant:
            raise Problem(404, "The resource could not be found.")
        return found

    def show(self, tenant: str, volume_id: str) -> Response:
        """Show a volume."""
        volume = self._find(tenant, volume_id)
        if volume.wait is not None:
            volume.wait.ask()
            self.settle()
        return self.respond({"volume": self._details(volume)})

    def delete(self, tenant: str, volume_id: str) -> Response:
        """Delete a volume that no server uses."""
        volume = self._find(tenant, volume_id)
        if volume.wait is not None or volume.id in self.parts.attachments:
            raise Problem(400, "Invalid volume: Volume status must be available or error.")
        del self._volumes[volume.id]
        return self.respond(None, 202)
