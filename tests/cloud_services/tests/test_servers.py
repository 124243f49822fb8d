# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Servers in both generations."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_services.tests.cloud_client import CloudClient

NEXT = {"name": "web", "imageRef": "3afe97b2", "flavorRef": "2", "metadata": {"role": "web"}}
FIRST = {"name": "web", "imageId": 2, "flavorId": 1}
BOTH = [("servers", NEXT, 204), ("first_servers", FIRST, 202)]


def create(cloud: CloudClient, service: str, values: dict[str, Any]) -> dict[str, Any]:
    created = cloud.send("POST", service, "/servers", json={"server": values})
    assert created.status_code == 202, created.text
    server: dict[str, Any] = created.json()["server"]
    assert len(server["adminPass"]) >= 12
    return server


@pytest.mark.parametrize(("service", "values", "deleted"), BOTH)
def test_the_life_of_a_server(cloud: CloudClient, service: str, values: dict[str, Any], deleted: int) -> None:
    path = f"/servers/{create(cloud, service, values)['id']}"
    cloud.forward(0.25)
    shown = cloud.send("GET", service, path).json()["server"]
    assert shown["status"] == "BUILD"
    assert 0 < shown["progress"] < 100
    refused = cloud.send("POST", service, f"{path}/action", json={"reboot": {"type": "SOFT"}})
    assert (refused.status_code, refused.json()["buildInProgress"]["code"]) == (409, 409)
    cloud.forward(1)
    shown = cloud.send("GET", service, path).json()["server"]
    assert (shown["status"], shown["progress"], shown["name"]) == ("ACTIVE", 100, "web")
    assert "adminPass" not in shown
    assert cloud.send("POST", service, f"{path}/action", json={"reboot": {"type": "SOFT"}}).status_code == 202
    assert cloud.send("DELETE", service, path).status_code == deleted
    gone = cloud.send("GET", service, path)
    assert gone.status_code == 404
    assert gone.json() == {"itemNotFound": {"code": 404, "message": "Instance could not be found"}}


def test_the_response_to_a_create_has_a_location_and_links(cloud: CloudClient) -> None:
    created = cloud.send("POST", "servers", "/servers", json={"server": NEXT})
    server = created.json()["server"]
    assert sorted(server) == ["OS-DCF:diskConfig", "adminPass", "id", "links"]
    place = cloud.url("servers", f"/servers/{server['id']}")
    assert created.headers["Location"] == place
    assert [link["rel"] for link in server["links"]] == ["self", "bookmark"]
    assert server["links"][0]["href"] == place


def test_a_build_can_take_a_number_of_requests(cloud: CloudClient) -> None:
    cloud.set(build_polls=2)
    path = f"/servers/{create(cloud, 'servers', NEXT)['id']}"
    states = [cloud.send("GET", "servers", path).json()["server"]["status"] for _each in range(3)]
    assert states == ["BUILD", "BUILD", "ACTIVE"]


def test_a_build_that_fails(cloud: CloudClient) -> None:
    path = f"/servers/{create(cloud, 'servers', {**NEXT, 'name': 'fail'})['id']}"
    cloud.forward(1)
    server = cloud.send("GET", "servers", path).json()["server"]
    assert (server["status"], server["fault"]["code"]) == ("ERROR", 404)
    assert server["fault"]["message"] == "Could not find image 3afe97b2"


def test_pages_of_the_next_generation_have_links(cloud: CloudClient) -> None:
    cloud.fill("servers", 5)
    found: list[str] = []
    url: str | None = cloud.url("servers", "/servers/detail?limit=2&status=ACTIVE")
    while url:
        payload = cloud.follow("GET", url).json()
        found += [server["name"] for server in payload["servers"]]
        url = payload["servers_links"][0]["href"] if "servers_links" in payload else None
    assert found == [f"server-{number:05}" for number in range(5)]


def test_pages_of_the_first_generation_have_none(cloud: CloudClient) -> None:
    cloud.fill("first_servers", 5)
    payload = cloud.send("GET", "first_servers", "/servers", params={"limit": 2, "offset": 1}).json()
    assert list(payload) == ["servers"]
    assert [server["name"] for server in payload["servers"]] == ["server-00001", "server-00002"]


def test_what_is_missing_is_said(cloud: CloudClient) -> None:
    refused = cloud.send("POST", "servers", "/servers", json={"server": {"name": "x"}})
    assert refused.json() == {"badRequest": {"code": 400, "message": "Invalid imageRef provided."}}


def test_the_rate_limit(cloud: CloudClient) -> None:
    cloud.set(rate_limits=True)
    for _each in range(100):
        assert cloud.send("POST", "servers", "/servers", json={}).status_code == 400
    refused = cloud.send("POST", "servers", "/servers", json={})
    assert refused.status_code == 413
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["overLimit"]["retryAt"].endswith("Z")
