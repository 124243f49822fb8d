# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to servers of the next generation: key pairs, metadata and attached volumes."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from cloud_services.problems import Problem

if TYPE_CHECKING:
    from cloud_services.services.servers import Servers


class ServerParts:
    """The operations on key pairs, metadata and volume attachments."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def add_routes(self, app: Flask) -> None:
        """Add these operations."""
        route, pairs, server = self._servers.route, "/v2/<tenant>/os-keypairs", "/v2/<tenant>/servers/<server_id>"
        route(app, pairs, GET=self.list_pairs, POST=self.create_pair)
        route(app, f"{pairs}/<name>", GET=self.show_pair, DELETE=self.delete_pair)
        route(app, f"{server}/metadata", GET=self.metadata, PUT=self.set_metadata, POST=self.update_metadata)
        route(app, f"{server}/os-volume_attachments", GET=self.list_volumes, POST=self.attach)
        route(app, f"{server}/os-volume_attachments/<volume_id>", GET=self.show_volume, DELETE=self.detach)

    # Key pairs

    def _pairs(self, tenant: str) -> dict[str, dict[str, Any]]:
        return self._servers.key_pairs.setdefault(tenant, {})

    def list_pairs(self, tenant: str) -> Response:
        """List key pairs, each wrapped once more."""
        pairs = self._pairs(tenant).values()
        return self._servers.respond({"keypairs": [{"keypair": pair} for pair in pairs]})

    def create_pair(self, tenant: str) -> Response:
        """Import a public key, or create a pair; its private key is only in this response."""
        servers, pairs = self._servers, self._pairs(tenant)
        values = servers.member(servers.json_body(), "keypair", dict)
        name = servers.member(values, "name", str)
        if name in pairs:
            raise Problem(409, f"Key pair '{name}' already exists.")
        public_key = values.get("public_key") or f"ssh-rsa {secrets.token_urlsafe(48)} Generated"
        digest = hashlib.md5(public_key.encode(), usedforsecurity=False).hexdigest()
        fingerprint = ":".join(digest[at : at + 2] for at in range(0, 32, 2))
        pairs[name] = {"name": name, "public_key": public_key, "fingerprint": fingerprint}
        private = {} if values.get("public_key") else {"private_key": "-----BEGIN RSA PRIVATE KEY-----\n"}
        return servers.respond({"keypair": {**pairs[name], **private, "user_id": "172157"}})

    def _pair(self, tenant: str, name: str) -> dict[str, Any]:
        found = self._pairs(tenant).get(name)
        if found is None:
            raise Problem(404, f"Keypair {name} not found for user 172157")
        return found

    def show_pair(self, tenant: str, name: str) -> Response:
        """Show a key pair."""
        return self._servers.respond({"keypair": self._pair(tenant, name)})

    def delete_pair(self, tenant: str, name: str) -> Response:
        """Delete a key pair."""
        self._pair(tenant, name)
        del self._pairs(tenant)[name]
        return self._servers.respond(None, 202)

    # Metadata

    def metadata(self, tenant: str, server_id: str) -> Response:
        """Show the metadata of a server."""
        return self._servers.respond({"metadata": self._servers.find(tenant, server_id).metadata})

    def _given(self) -> dict[str, str]:
        values: dict[str, str] = self._servers.member(self._servers.json_body(), "metadata", dict)
        if not all(isinstance(value, str) for value in values.values()):
            raise Problem(400, "Invalid input for field/attribute metadata: values must be strings.")
        return values

    def set_metadata(self, tenant: str, server_id: str) -> Response:
        """Replace all metadata of a server."""
        self._servers.find(tenant, server_id).metadata = self._given()
        return self.metadata(tenant, server_id)

    def update_metadata(self, tenant: str, server_id: str) -> Response:
        """Set some metadata of a server."""
        self._servers.find(tenant, server_id).metadata.update(self._given())
        return self.metadata(tenant, server_id)

    # Volumes

    def _attached(self, tenant: str, server_id: str) -> list[dict[str, Any]]:
        self._servers.find(tenant, server_id)
        return [row for row in self._servers.parts.attachments.values() if row["serverId"] == server_id]

    def list_volumes(self, tenant: str, server_id: str) -> Response:
        """List the volumes that are attached to a server."""
        return self._servers.respond({"volumeAttachments": self._attached(tenant, server_id)})

    def attach(self, tenant: str, server_id: str) -> Response:
        """Attach a volume, at a device of its own if none is named."""
        servers, taken = self._servers, self._attached(tenant, server_id)
        values = servers.member(servers.json_body(), "volumeAttachment", dict)
        volume_id = servers.member(values, "volumeId", str)
        if volume_id in servers.parts.attachments:
            raise Problem(400, f"Invalid volume: Volume {volume_id} is attached already.")
        device = values.get("device") or f"/dev/xvd{'bcdefghij'[len(taken)]}"
        row = {"id": volume_id, "volumeId": volume_id, "serverId": server_id, "device": device}
        servers.parts.attachments[volume_id] = row
        return servers.respond({"volumeAttachment": row}, 202)

    def _volume(self, tenant: str, server_id: str, volume_id: str) -> dict[str, Any]:
        found = next((row for row in self._attached(tenant, server_id) if row["volumeId"] == volume_id), None)
        if found is None:
            raise Problem(404, f"volume_id not found: {volume_id}")
        return found

    def show_volume(self, tenant: str, server_id: str, volume_id: str) -> Response:
        """Show an attachment."""
        return self._servers.respond({"volumeAttachment": self._volume(tenant, server_id, volume_id)})

    def detach(self, tenant: str, server_id: str, volume_id: str) -> Response:
        """Detach a volume."""
        self._volume(tenant, server_id, volume_id)
        del self._servers.parts.attachments[volume_id]
        return self._servers.respond(None, 202)
