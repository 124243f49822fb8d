# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Databases: instances, databases and users."""

from __future__ import annotations

from typing import Any

from cloud_services.tests.cloud_client import CloudClient

SERVICE = "databases"
INSTANCE = {"name": "shop", "flavorRef": 1, "volume": {"size": 2}}


def instance(cloud: CloudClient, **values: Any) -> str:
    created = cloud.send("POST", SERVICE, "/instances", json={"instance": {**INSTANCE, **values}})
    assert (created.status_code, created.json()["instance"]["status"]) == (200, "BUILD")
    assert "Location" not in created.headers
    return f"/instances/{created.json()['instance']['id']}"


def test_an_instance_is_built_after_a_while(cloud: CloudClient) -> None:
    path = instance(cloud)
    assert cloud.send("GET", SERVICE, f"{path}/databases").status_code == 422
    assert cloud.send("DELETE", SERVICE, path).status_code == 422
    cloud.forward(1)
    shown = cloud.send("GET", SERVICE, path).json()["instance"]
    assert (shown["status"], shown["flavor"], shown["volume"]) == ("ACTIVE", {"id": "1"}, {"size": 2})
    assert [cloud.send("DELETE", SERVICE, path).status_code for _time in range(2)] == [202, 404]
    incomplete = {"instance": {"name": "x", "volume": {"size": 2}}}
    assert cloud.send("POST", SERVICE, "/instances", json=incomplete).status_code == 400


def test_an_instance_can_fail(cloud: CloudClient) -> None:
    path = instance(cloud, name="fail")
    cloud.forward(1)
    assert cloud.send("GET", SERVICE, path).json()["instance"]["status"] == "FAILED"


def test_lists_have_pages_of_twenty(cloud: CloudClient) -> None:
    for number in range(21):
        instance(cloud, name=f"shop{number}")
    first = cloud.send("GET", SERVICE, "/instances").json()
    assert (len(first["instances"]), first["links"][0]["rel"]) == (20, "next")
    rest = cloud.follow("GET", first["links"][0]["href"]).json()
    assert ([row["name"] for row in rest["instances"]], "links" in rest) == (["shop20"], False)


def test_databases_and_users(cloud: CloudClient) -> None:
    path = instance(cloud)
    cloud.forward(1)
    database = {"databases": [{"name": "orders", "character_set": "utf8"}]}
    assert cloud.send("POST", SERVICE, f"{path}/databases", json=database).status_code == 202
    assert cloud.send("GET", SERVICE, f"{path}/databases").json() == {"databases": [{"name": "orders"}]}
    users = {"users": [{"name": "clerk", "password": "s3cret", "databases": [{"name": "orders"}]}]}
    assert cloud.send("POST", SERVICE, f"{path}/users", json=users).status_code == 202
    assert cloud.send("POST", SERVICE, f"{path}/users", json=users).status_code == 400
    shown = {"name": "clerk", "host": "%", "databases": [{"name": "orders"}]}
    assert cloud.send("GET", SERVICE, f"{path}/users").json() == {"users": [shown]}
    assert cloud.send("GET", SERVICE, f"{path}/users/clerk").json() == {"user": shown}
    for there in ("users/clerk", "databases/orders"):
        assert [cloud.send("DELETE", SERVICE, f"{path}/{there}").status_code for _time in range(2)] == [202, 404]
