# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Load Balancers: states, nodes and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_services.tests.cloud_client import CloudClient

NODE = {"address": "10.0.0.1", "port": 80, "condition": "ENABLED"}
NEW = {"name": "lb", "protocol": "HTTP", "port": 80, "virtualIps": [{"type": "PUBLIC"}], "nodes": [NODE]}
SERVICE = "load_balancers"


def create(cloud: CloudClient, **values: Any) -> str:
    """Create a load balancer and wait until it is built."""
    created = cloud.send("POST", SERVICE, "/loadbalancers", json={"loadBalancer": {**NEW, **values}})
    assert (created.status_code, created.json()["loadBalancer"]["status"]) == (202, "BUILD")
    cloud.forward(1)
    return f"/loadbalancers/{created.json()['loadBalancer']['id']}"


def status(cloud: CloudClient, path: str) -> str:
    return str(cloud.send("GET", SERVICE, path).json()["loadBalancer"]["status"])


def message(response: Any, code: int) -> str:
    assert response.status_code == code, response.text
    assert response.json()["code"] == code
    return str(response.json()["message"])


def test_changes_take_a_while(cloud: CloudClient) -> None:
    path = create(cloud)
    assert status(cloud, path) == "ACTIVE"
    changed = cloud.send("PUT", SERVICE, path, json={"loadBalancer": {"name": "new"}})
    assert (changed.status_code, changed.content) == (202, b"")
    assert status(cloud, path) == "PENDING_UPDATE"
    cloud.forward(1)
    shown = cloud.send("GET", SERVICE, path).json()["loadBalancer"]
    assert (shown["status"], shown["name"], len(shown["nodes"])) == ("ACTIVE", "new", 1)


def test_a_change_can_take_a_number_of_requests(cloud: CloudClient) -> None:
    cloud.set(pending_polls=1)
    path = create(cloud)
    assert [status(cloud, path) for _each in range(2)] == ["BUILD", "ACTIVE"]
    statuses = [cloud.send("DELETE", SERVICE, path).status_code for _each in range(2)]
    assert statuses == [202, 422]
    assert cloud.send("DELETE", SERVICE, path).json()["message"].startswith("The load balancer is deleted")


def test_the_four_422(cloud: CloudClient) -> None:
    path = create(cloud)
    nodes = {"nodes": [{**NODE, "address": "10.0.0.2"}]}
    duplicate = cloud.send("POST", SERVICE, f"{path}/nodes", json={"nodes": [NODE]})
    assert message(duplicate, 422).startswith("Duplicate nodes detected.")
    assert cloud.send("POST", SERVICE, f"{path}/nodes", json=nodes).status_code == 202
    pending = cloud.send("DELETE", SERVICE, path)
    assert message(pending, 422).endswith("has a status of 'PENDING_UPDATE' and is considered immutable.")
    cloud.forward(1)
    assert cloud.send("DELETE", SERVICE, path).status_code == 202
    assert status(cloud, path) == "PENDING_DELETE"
    cloud.forward(1)
    deleted = cloud.send("POST", SERVICE, f"{path}/nodes", json=nodes)
    assert message(deleted, 422) == "The load balancer is deleted and considered immutable."
    failed = create(cloud, name="fail")
    assert status(cloud, failed) == "ERROR"
    assert message(cloud.send("POST", SERVICE, f"{failed}/nodes", json=nodes), 422) == "Load balancer is not ACTIVE"
    assert cloud.send("DELETE", SERVICE, failed).status_code == 202


def test_a_deleted_one_is_410_and_listed_on_demand(cloud: CloudClient) -> None:
    path = create(cloud)
    cloud.send("DELETE", SERVICE, path)
    cloud.forward(1)
    message(cloud.send("GET", SERVICE, path), 410)
    message(cloud.send("GET", SERVICE, f"{path}/nodes"), 410)
    assert cloud.send("GET", SERVICE, "/loadbalancers").json() == {"loadBalancers": []}
    found = cloud.send("GET", SERVICE, "/loadbalancers", params={"status": "DELETED"}).json()["loadBalancers"]
    assert [row["status"] for row in found] == ["DELETED"]
    message(cloud.send("GET", SERVICE, "/loadbalancers/1"), 404)


def test_nodes(cloud: CloudClient) -> None:
    cloud.set(pending_seconds=0)
    path = f"{create(cloud)}/nodes"
    rows = [{"address": "10.0.0.2", "port": 80}, {"address": "10.0.0.2", "port": 81, "type": "SECONDARY"}]
    added = cloud.send("POST", SERVICE, path, json={"nodes": rows}).json()["nodes"]
    assert [(node["condition"], node["type"]) for node in added] == [("ENABLED", "PRIMARY"), ("ENABLED", "SECONDARY")]
    first = f"{path}/{added[0]['id']}"
    changed = cloud.send("PUT", SERVICE, first, json={"node": {"condition": "DRAINING"}})
    assert (changed.status_code, changed.content) == (202, b"")
    assert cloud.send("GET", SERVICE, first).json()["node"]["condition"] == "DRAINING"
    assert cloud.send("DELETE", SERVICE, first).status_code == 202
    message(cloud.send("GET", SERVICE, first), 404)
    refused = cloud.send("DELETE", SERVICE, path, params={"id": added[0]["id"]})
    assert message(refused, 400) == "Validation Failure"
    assert refused.json()["validationErrors"]["messages"]
    assert cloud.send("DELETE", SERVICE, path, params={"id": added[1]["id"]}).status_code == 202
    assert len(cloud.send("GET", SERVICE, path).json()["nodes"]) == 1


def test_a_load_balancer_has_at_most_25_nodes(cloud: CloudClient) -> None:
    path = f"{create(cloud)}/nodes"
    rows = [{"address": "10.0.0.2", "port": port} for port in range(1, 26)]
    refused = cloud.send("POST", SERVICE, path, json={"nodes": rows})
    assert message(refused, 413) == "Nodes must not exceed 25 per load balancer."


def test_messages_can_be_lists(cloud: CloudClient) -> None:
    cloud.set(message_list=True)
    assert cloud.send("GET", SERVICE, "/loadbalancers/1").json()["message"] == ["Load balancer not found"]


@pytest.mark.parametrize(
    ("inclusive", "query", "expected"),
    [
        (False, {"limit": 2}, [0, 1]),
        (False, {"limit": 2, "marker": 1}, [2, 3]),
        (True, {"limit": 2, "marker": 1}, [1, 2]),
        (False, {"limit": 2, "offset": 3}, [3, 4]),
        (False, {"marker": 4}, []),
    ],
)
def test_pages_have_no_links(cloud: CloudClient, inclusive: bool, query: dict[str, int], expected: list[int]) -> None:
    cloud.fill(SERVICE, 5)
    cloud.set(inclusive_marker=inclusive)
    ids = [row["id"] for row in cloud.send("GET", SERVICE, "/loadbalancers").json()["loadBalancers"]]
    if "marker" in query:
        query = {**query, "marker": ids[query["marker"]]}
    payload = cloud.send("GET", SERVICE, "/loadbalancers", params=query).json()
    assert list(payload) == ["loadBalancers"]
    assert [row["id"] for row in payload["loadBalancers"]] == [ids[index] for index in expected]


def test_the_rate_limit_is_wrapped(cloud: CloudClient) -> None:
    cloud.set(rate_limits=True)
    for _each in range(10):
        assert cloud.send("GET", SERVICE, "/loadbalancers").ok
    refused = cloud.send("GET", SERVICE, "/loadbalancers")
    assert (refused.status_code, refused.json()["overLimit"]["code"]) == (413, 413)
    assert refused.json()["overLimit"]["retryAfter"].endswith("Z")
    cloud.forward(2)
    assert cloud.send("GET", SERVICE, "/loadbalancers").ok


def test_the_private_key_of_the_termination_is_not_shown_again(cloud: CloudClient) -> None:
    path = f"{create(cloud)}/ssltermination"
    assert message(cloud.send("GET", SERVICE, path), 404) == "SSL termination not found"
    wanted = {"certificate": "the certificate", "privatekey": "the key", "securePort": 443}
    assert (
        "privatekey" not in cloud.send("PUT", SERVICE, path, json={"sslTermination": wanted}).json()["sslTermination"]
    )
    assert message(cloud.send("PUT", SERVICE, path, json={"sslTermination": wanted}), 422).endswith("immutable.")
    cloud.forward(1)
    shown = {"certificate": "the certificate", "securePort": 443, "enabled": True, "secureTrafficOnly": False}
    assert cloud.send("GET", SERVICE, path).json() == {"sslTermination": shown}
    assert cloud.send("PUT", SERVICE, path, json={"sslTermination": {"enabled": False}}).status_code == 200
    assert cloud.send("GET", SERVICE, path).json() == {"sslTermination": {**shown, "enabled": False}}
    cloud.forward(1)
    without_key = {"sslTermination": {"certificate": "another", "securePort": 443}}
    assert message(cloud.send("PUT", SERVICE, path, json=without_key), 400) == "Validation Failure"
    assert cloud.send("DELETE", SERVICE, path).status_code == 200
    cloud.forward(1)
    assert cloud.send("DELETE", SERVICE, path).status_code == 404
