# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small services: Images, Networks, Queues, Orchestration, and the CDN of Files."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pytest

from cloud_services.services.images import PATCH_TYPE
from cloud_services.tests.cloud_client import CloudClient

QUEUE_HEADERS = {"Client-ID": "3381af92-2b9e-11e3-b191-71861300734c", "Accept": "application/json"}


def test_the_next_page_of_images_is_relative_to_the_host(cloud: CloudClient) -> None:
    url = cloud.url("images", "/images?limit=2")
    first = cloud.follow("GET", url).json()
    assert first["next"] == f"/v2/images?limit=2&marker={first['images'][-1]['id']}"
    second = cloud.follow("GET", urljoin(url, first["next"])).json()
    assert (len(second["images"]), "next" in second) == (1, False)


def test_an_image_is_changed_with_a_patch(cloud: CloudClient) -> None:
    image = cloud.send("GET", "images", "/images").json()["images"][0]
    path = f"/images/{image['id']}"
    patch = json.dumps([{"op": "replace", "path": "/name", "value": "new"}, {"op": "add", "path": "/os", "value": "x"}])
    assert (
        cloud.send("PATCH", "images", path, data=patch, headers={"Content-Type": "application/json"}).status_code == 415
    )
    changed = cloud.send("PATCH", "images", path, data=patch, headers={"Content-Type": PATCH_TYPE})
    assert (changed.status_code, changed.json()["name"], changed.json()["os"]) == (200, "new", "x")
    remove = json.dumps([{"op": "remove", "path": "/none"}])
    assert cloud.send("PATCH", "images", path, data=remove, headers={"Content-Type": PATCH_TYPE}).status_code == 409


def test_the_links_of_networks_lead_elsewhere(cloud: CloudClient) -> None:
    payload = cloud.send("GET", "networks", "/networks", params={"limit": 1}).json()
    href = payload["networks_links"][0]["href"]
    assert href == "http://127.0.0.1:9696/v2.0/networks?limit=1&marker=00000000-0000-0000-0000-000000000000"
    cloud.set(escaped_links=True, links="same")
    payload = cloud.send("GET", "networks", "/networks", params={"limit": 1}).json()
    assert payload["networks_links"][0]["href"].startswith(cloud.url("networks", "/networks?limit=1&amp;marker="))


def test_an_error_of_networks_is_an_object_or_a_text(cloud: CloudClient) -> None:
    error = cloud.send("GET", "networks", "/networks/x").json()["NeutronError"]
    assert error == {"type": "NetworkNotFound", "message": "Network x could not be found.", "detail": ""}
    cloud.set(neutron_error="text")
    assert cloud.send("GET", "networks", "/networks/x").json() == {"NeutronError": "Network x could not be found."}


def test_a_network(cloud: CloudClient) -> None:
    created = cloud.send("POST", "networks", "/networks", json={"network": {"name": "mine"}})
    assert created.status_code == 201
    path = f"/networks/{created.json()['network']['id']}"
    assert cloud.send("GET", "networks", path).json()["network"]["name"] == "mine"
    assert cloud.send("DELETE", "networks", path).status_code == 204


def test_queues_need_two_headers(cloud: CloudClient) -> None:
    without_client = cloud.send("GET", "queues", "/queues", headers={"Accept": "application/json"})
    assert without_client.status_code == 400
    assert sorted(without_client.json()) == ["code", "description", "link", "title"]
    assert cloud.send("GET", "queues", "/queues", headers={**QUEUE_HEADERS, "Accept": "*/*"}).status_code == 406


def test_the_last_page_of_queues_has_a_link_too(cloud: CloudClient) -> None:
    assert cloud.send("GET", "queues", "/queues", headers=QUEUE_HEADERS).status_code == 204
    for status in (201, 204):
        assert cloud.send("PUT", "queues", "/queues/one", headers=QUEUE_HEADERS).status_code == status
    url = cloud.url("queues", "/queues")
    payload = cloud.follow("GET", url, headers=QUEUE_HEADERS).json()
    assert [queue["name"] for queue in payload["queues"]] == ["one"]
    href = payload["links"][0]["href"]
    assert href == "/v1/123456/queues?marker=one&limit=10"
    assert cloud.follow("GET", urljoin(url, href), headers=QUEUE_HEADERS).status_code == 204


def test_stacks(cloud: CloudClient) -> None:
    created = cloud.send("POST", "orchestration", "/stacks", json={"stack_name": "a", "template": {"x": 1}})
    assert created.status_code == 201
    place = created.json()["stack"]["links"][0]["href"]
    assert cloud.follow("GET", place).json()["stack"]["stack_status"] == "CREATE_IN_PROGRESS"
    cloud.forward(1)
    assert cloud.follow("GET", place).json()["stack"]["stack_status"] == "CREATE_COMPLETE"
    short = cloud.send("GET", "orchestration", "/stacks/a")
    assert (short.status_code, short.headers["Location"]) == (302, place)
    error = cloud.send("GET", "orchestration", "/stacks/b/c").json()
    assert (error["code"], error["error"]["type"]) == (404, "EntityNotFound")
    assert sorted(error) == ["code", "error", "explanation", "title"]


@pytest.mark.parametrize("ignored", [False, True])
def test_a_list_of_stacks_can_ignore_the_marker(cloud: CloudClient, ignored: bool) -> None:
    cloud.fill("orchestration", 3)
    cloud.set(ignore_marker=ignored)
    first = cloud.send("GET", "orchestration", "/stacks", params={"limit": 2}).json()["stacks"]
    query = {"limit": 2, "marker": first[-1]["id"]}
    second = cloud.send("GET", "orchestration", "/stacks", params=query).json()["stacks"]
    assert (second == first) is ignored


def test_a_subnet_belongs_to_a_network(cloud: CloudClient) -> None:
    body = {"network": {"name": "mine"}}
    network = cloud.send("POST", "networks", "/networks", json=body).json()["network"]["id"]
    subnet = {"network_id": network, "ip_version": 4, "cidr": "192.168.3.0/24"}
    created = cloud.send("POST", "networks", "/subnets", json={"subnet": subnet})
    assert created.status_code == 201
    listed = cloud.send("GET", "networks", "/subnets", params={"cidr": "192.168.3.0/24"}).json()["subnets"]
    assert [row["id"] for row in listed] == [created.json()["subnet"]["id"]]
    assert cloud.send("GET", "networks", "/subnets", params={"cidr": "10.0.0.0/8"}).json() == {"subnets": []}
    shown = cloud.send("GET", "networks", f"/networks/{network}").json()["network"]
    assert shown["subnets"] == [created.json()["subnet"]["id"]]
    without_version = {"subnet": {"network_id": network, "cidr": "10.0.0.0/8"}}
    assert cloud.send("POST", "networks", "/subnets", json=without_version).status_code == 400
    assert cloud.send("POST", "networks", "/subnets", json={"subnet": {**subnet, "network_id": "x"}}).status_code == 404


def test_a_container_becomes_public_in_the_cdn(cloud: CloudClient) -> None:
    assert cloud.send("HEAD", "files_cdn", "/site").status_code == 404
    assert cloud.send("POST", "files_cdn", "/site", headers={"X-Cdn-Enabled": "False"}).status_code == 404
    public = cloud.send("PUT", "files_cdn", "/site", headers={"X-Ttl": "900"})
    assert (public.status_code, public.headers["X-Cdn-Enabled"], public.headers["X-Ttl"]) == (202, "True", "900")
    assert public.headers["X-Cdn-Ssl-Uri"].startswith("https://")
    assert cloud.send("POST", "files_cdn", "/site", headers={"X-Cdn-Enabled": "false"}).status_code == 202
    assert cloud.send("HEAD", "files_cdn", "/site").headers["X-Cdn-Enabled"] == "False"
    for wrong in ({"X-Ttl": "1"}, {"X-Ttl": "long"}, {"X-Cdn-Enabled": "yes"}):
        assert cloud.send("PUT", "files_cdn", "/site", headers=wrong).status_code == 400
