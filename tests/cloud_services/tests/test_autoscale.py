# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Autoscale: groups and policies."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_services.tests.cloud_client import CloudClient

SERVICE = "autoscale"
CONFIG = {"name": "shop", "cooldown": 60, "minEntities": 1, "maxEntities": 4, "metadata": {}}
LAUNCH = {"type": "launch_server", "args": {"server": {"flavorRef": "2", "imageRef": "1"}}}
UP = {"name": "up", "type": "webhook", "change": 1, "cooldown": 60}


def group(cloud: CloudClient) -> str:
    body = {"groupConfiguration": CONFIG, "launchConfiguration": LAUNCH, "scalingPolicies": []}
    created = cloud.send("POST", SERVICE, "/groups", json=body)
    group_id = created.json()["group"]["id"]
    assert created.status_code == 201
    assert created.headers["Location"] == cloud.url(SERVICE, f"/groups/{group_id}/")
    return f"/groups/{group_id}"


def test_a_group(cloud: CloudClient) -> None:
    path = group(cloud)
    listed = cloud.send("GET", SERVICE, "/groups").json()
    assert ([row["state"]["name"] for row in listed["groups"]], listed["groups_links"]) == (["shop"], [])
    assert cloud.send("GET", SERVICE, path).json()["group"]["groupConfiguration"] == CONFIG
    for part, key, there in [
        ("config", "groupConfiguration", {**CONFIG, "maxEntities": 9}),
        ("launch", "launchConfiguration", {**LAUNCH, "args": {"server": {"flavorRef": "3"}}}),
    ]:
        assert cloud.send("PUT", SERVICE, f"{path}/{part}", json=there).status_code == 204
        assert cloud.send("GET", SERVICE, f"{path}/{part}").json() == {key: there}
    forced = f"{path}?force=true"
    assert [cloud.send("DELETE", SERVICE, forced).status_code for _time in range(2)] == [204, 404]


def test_a_group_with_servers_is_only_deleted_by_force(cloud: CloudClient) -> None:
    path = group(cloud)
    refused = cloud.send("DELETE", SERVICE, path)
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "GroupNotEmptyError")
    assert cloud.send("PUT", SERVICE, f"{path}/config", json={**CONFIG, "minEntities": 0}).status_code == 204
    assert cloud.send("DELETE", SERVICE, path).status_code == 204


def test_the_policies_of_a_group(cloud: CloudClient) -> None:
    path = f"{group(cloud)}/policies"
    created = cloud.send("POST", SERVICE, path, json=[UP, {**UP, "name": "also"}])
    assert created.status_code == 201
    assert [row["name"] for row in created.json()["policies"]] == ["up", "also"]
    one = f"{path}/{created.json()['policies'][0]['id']}"
    assert cloud.send("PUT", SERVICE, one, json={**UP, "change": 2}).status_code == 204
    assert cloud.send("GET", SERVICE, one).json()["policy"]["change"] == 2
    assert [cloud.send("DELETE", SERVICE, one).status_code for _time in range(2)] == [204, 404]
    assert [row["name"] for row in cloud.send("GET", SERVICE, path).json()["policies"]] == ["also"]


@pytest.mark.parametrize(
    "wrong", [UP, [{**UP, "changePercent": 5}], [{**UP, "args": {}}], [{**UP, "type": "schedule"}]]
)
def test_policies_are_checked(cloud: CloudClient, wrong: Any) -> None:
    refused = cloud.send("POST", SERVICE, f"{group(cloud)}/policies", json=wrong)
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "ValidationError")


def test_a_page_has_at_most_a_hundred_groups(cloud: CloudClient) -> None:
    assert cloud.send("GET", SERVICE, "/groups", params={"limit": 101}).status_code == 413
