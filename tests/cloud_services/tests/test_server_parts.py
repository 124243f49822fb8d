# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to servers: key pairs, metadata, and the volumes of Block Storage."""

from __future__ import annotations

from typing import Any

from cloud_services.tests.cloud_client import CloudClient

SERVERS, VOLUMES = "servers", "block_storage"


def server(cloud: CloudClient) -> str:
    body = {"server": {"name": "web", "imageRef": "1", "flavorRef": "2"}}
    return str(cloud.send("POST", SERVERS, "/servers", json=body).json()["server"]["id"])


def volume(cloud: CloudClient, **values: Any) -> str:
    body = {"volume": {"display_name": "data", "size": 100, **values}}
    return str(cloud.send("POST", VOLUMES, "/volumes", json=body).json()["volume"]["id"])


def test_a_key_pair_has_its_private_key_only_when_it_is_made(cloud: CloudClient) -> None:
    made = cloud.send("POST", SERVERS, "/os-keypairs", json={"keypair": {"name": "made"}}).json()["keypair"]
    assert "private_key" in made
    imported = {"keypair": {"name": "mine", "public_key": "ssh-ed25519 AAAA"}}
    assert "private_key" not in cloud.send("POST", SERVERS, "/os-keypairs", json=imported).json()["keypair"]
    pairs = cloud.send("GET", SERVERS, "/os-keypairs").json()["keypairs"]
    assert [sorted(pair["keypair"]) for pair in pairs] == [["fingerprint", "name", "public_key"]] * 2
    assert cloud.send("GET", SERVERS, "/os-keypairs/mine").json()["keypair"]["public_key"] == "ssh-ed25519 AAAA"
    assert cloud.send("POST", SERVERS, "/os-keypairs", json=imported).status_code == 409
    assert [cloud.send("DELETE", SERVERS, "/os-keypairs/mine").status_code for _time in range(2)] == [202, 404]


def test_put_replaces_metadata_and_post_adds_to_it(cloud: CloudClient) -> None:
    path = f"/servers/{server(cloud)}/metadata"
    for method, given, there in [
        ("PUT", {"a": "1", "b": "2"}, {"a": "1", "b": "2"}),
        ("POST", {"b": "3"}, {"a": "1", "b": "3"}),
        ("PUT", {"c": "4"}, {"c": "4"}),
    ]:
        assert cloud.send(method, SERVERS, path, json={"metadata": given}).json() == {"metadata": there}
        assert cloud.send("GET", SERVERS, path).json() == {"metadata": there}
    assert cloud.send("PUT", SERVERS, path, json={"metadata": {"a": 1}}).status_code == 400


def test_a_volume_is_created_after_a_while(cloud: CloudClient) -> None:
    path = f"/volumes/{volume(cloud, metadata={'app': 'x'})}"
    shown = cloud.send("GET", VOLUMES, path).json()["volume"]
    assert (shown["status"], shown["metadata"], shown["attachments"]) == ("creating", {"app": "x"}, [])
    assert cloud.send("DELETE", VOLUMES, path).status_code == 400
    cloud.forward(1)
    assert cloud.send("GET", VOLUMES, path).json()["volume"]["status"] == "available"
    assert "status" not in cloud.send("GET", VOLUMES, "/volumes").json()["volumes"][0]
    assert cloud.send("GET", VOLUMES, "/volumes/detail").json()["volumes"][0]["status"] == "available"
    assert [cloud.send("DELETE", VOLUMES, path).status_code for _time in range(2)] == [202, 404]


def test_both_services_tell_of_an_attachment(cloud: CloudClient) -> None:
    server_id, volume_id = server(cloud), volume(cloud)
    cloud.forward(1)
    path = f"/servers/{server_id}/os-volume_attachments"
    body = {"volumeAttachment": {"volumeId": volume_id}}
    attached = cloud.send("POST", SERVERS, path, json=body)
    row = {"id": volume_id, "volumeId": volume_id, "serverId": server_id, "device": "/dev/xvdb"}
    assert (attached.status_code, attached.json()) == (202, {"volumeAttachment": row})
    assert cloud.send("GET", SERVERS, path).json() == {"volumeAttachments": [row]}
    assert cloud.send("GET", SERVERS, f"{path}/{volume_id}").json() == {"volumeAttachment": row}
    assert cloud.send("POST", SERVERS, path, json=body).status_code == 400
    shown = cloud.send("GET", VOLUMES, f"/volumes/{volume_id}").json()["volume"]
    assert (shown["status"], shown["attachments"][0]["server_id"]) == ("in-use", server_id)
    assert cloud.send("DELETE", VOLUMES, f"/volumes/{volume_id}").status_code == 400
    assert [cloud.send("DELETE", SERVERS, f"{path}/{volume_id}").status_code for _time in range(2)] == [202, 404]
    assert cloud.send("GET", VOLUMES, f"/volumes/{volume_id}").json()["volume"]["status"] == "available"
