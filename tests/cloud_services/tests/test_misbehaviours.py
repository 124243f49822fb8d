# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults and links on demand."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from cloud_services.tests.cloud_client import CloudClient

BIG = b"0123456789" * 100_000


def href(cloud: CloudClient, style: str) -> str:
    cloud.set(links=style)
    payload = cloud.send("GET", "servers", "/servers", params={"limit": 1}).json()
    return str(payload["servers_links"][0]["href"])


def test_the_styles_of_links(cloud: CloudClient) -> None:
    cloud.fill("servers", 2)
    host = cloud.url("servers").split("/")[2]
    assert href(cloud, "same").startswith(f"http://{host}/v2/123456/servers?")
    assert href(cloud, "http").startswith(f"http://{host}/v2/")
    assert href(cloud, "relative").startswith("/v2/123456/servers?limit=1&marker=")
    elsewhere = cloud.control("GET", "")["services"]["elsewhere"]
    assert href(cloud, "foreign").startswith(f"{elsewhere}/v2/")
    job = cloud.send("POST", "dns", "/domains", json={"domains": [{"name": "a.b", "emailAddress": "a@b"}]}).json()
    assert job["callbackUrl"].startswith(f"{elsewhere}/v1.0/123456/status/")


def test_the_last_page_can_have_a_link(cloud: CloudClient) -> None:
    cloud.fill("servers", 1)
    cloud.fill("dns", 1)
    cloud.fill("monitoring", 1)
    cloud.set(next_on_last_page=True, links="same")
    payload = cloud.send("GET", "servers", "/servers").json()
    empty = cloud.follow("GET", payload["servers_links"][0]["href"]).json()
    assert empty == {"servers": []}
    assert cloud.send("GET", "dns", "/domains").json()["links"][0]["rel"] == "next"
    assert cloud.send("GET", "monitoring", "/entities").json()["metadata"]["next_href"]


def test_a_marker_that_is_ignored_gives_the_first_page_again(cloud: CloudClient) -> None:
    cloud.fill("servers", 3)
    cloud.set(ignore_marker=True)
    pages = [
        cloud.send("GET", "servers", "/servers", params={"limit": 2, **marker}).json()["servers"]
        for marker in ({}, {"marker": "x"})
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("servers", {"overLimit": {"code": 413, "message": "Slow", "retryAt": "soon"}}),
        ("dns", {"code": 413, "message": "Slow", "retryAt": "soon"}),
        ("load_balancers", {"code": 413, "message": "Slow", "retryAt": "soon"}),
    ],
)
def test_a_fault_has_the_shape_of_its_service(cloud: CloudClient, service: str, expected: dict[str, Any]) -> None:
    fault = {"kind": "fault", "status": 413, "message": "Slow", "retry_at": "soon", "retry_after": 7}
    cloud.add_fault(**fault)
    got = cloud.send("GET", service, "/x")
    assert (got.status_code, got.headers["Retry-After"], got.json()) == (413, "7", expected)
    cloud.add_fault(kind="fault", status=413, over_limit=True, reply_after=5, body_retry_after=5)
    wrapped = cloud.send("GET", service, "/x")
    assert wrapped.headers["Reply-After"] == wrapped.json()["overLimit"]["retryAfter"]


def test_a_message_can_be_a_list(cloud: CloudClient) -> None:
    cloud.add_fault(kind="fault", status=400, message=["a", "b"], service="load_balancers")
    assert cloud.send("GET", "load_balancers", "/loadbalancers").json()["message"] == ["a", "b"]


def test_a_fault_is_used_where_and_as_often_as_it_says(cloud: CloudClient) -> None:
    cloud.add_fault(
        kind="empty", status=503, service="files", region="IAD", method="PUT", path="*/box", times=2, skip=1
    )
    assert cloud.send("PUT", "files", "/box").status_code == 201
    statuses = [cloud.send("PUT", "files", "/box", region="IAD").status_code for _each in range(4)]
    assert statuses == [201, 503, 503, 202]
    assert cloud.send("GET", "files", "/box", region="IAD").status_code == 204


def received_until_cut(response: requests.Response) -> bytes:
    """Return what came of a body before the connection ended too early."""
    received = b""
    try:
        for chunk in response.iter_content(10):
            received += chunk
    except requests.exceptions.ChunkedEncodingError:
        return received
    pytest.fail("The body is complete.")


@pytest.mark.parametrize("body", [BIG, BIG[:1000]], ids=["large", "small"])
@pytest.mark.parametrize("size", [None, 100])
def test_a_download_can_be_cut(cloud: CloudClient, body: bytes, size: int | None) -> None:
    cloud.send("PUT", "files", "/box")
    cloud.send("PUT", "files", "/box/a", data=body)
    cloud.add_fault(kind="truncated", method="GET", bytes=size)
    response = cloud.send("GET", "files", "/box/a", stream=True)
    assert response.headers["Content-Length"] == str(len(body))
    assert received_until_cut(response) == body[: len(body) // 2 if size is None else size]
    assert cloud.log()[-1]["outcome"] == "truncated"


def test_an_etag_can_be_wrong(cloud: CloudClient) -> None:
    cloud.send("PUT", "files", "/box")
    cloud.add_fault(kind="etag", method="PUT", path="*/a", times=1)
    assert cloud.send("PUT", "files", "/box/a", data=b"a").headers["ETag"] == "0" * 32
    assert cloud.send("HEAD", "files", "/box/a").headers["ETag"] == "0cc175b9c0f1b6a831c399e269772661"


@pytest.mark.parametrize("place", ["{elsewhere}{path}{query}", "{origin}{path}{query}"])
def test_redirects(cloud: CloudClient, place: str) -> None:
    cloud.add_fault(kind="redirect", location=place, status=307)
    response = cloud.send("GET", "servers", "/servers", params={"limit": 1})
    assert response.status_code == 307
    there = cloud.follow("GET", response.headers["Location"], token=None)
    entry = cloud.log()[-1]
    assert (entry["path"], entry["query"], entry["token"]) == ("/v2/123456/servers", [["limit", "1"]], False)
    if "elsewhere" in place:
        assert there.json() == {"elsewhere": "/v2/123456/servers"}
        assert entry["service"] == "elsewhere"


def test_a_reset_and_a_connection_that_goes_on(cloud: CloudClient) -> None:
    cloud.add_fault(kind="reset")
    with pytest.raises(requests.ConnectionError):
        cloud.send("PUT", "files", "/box")
    assert cloud.send("HEAD", "files", "/box").status_code == 404


def test_any_response(cloud: CloudClient) -> None:
    cloud.add_fault(kind="raw", status=299, body='{"next": "{origin}/x"}', headers={"X-Odd": "{path}"})
    response = cloud.send("GET", "dns", "/domains")
    assert (response.status_code, response.headers["X-Odd"]) == (299, "/v1.0/123456/domains")
    assert response.json() == {"next": f"{cloud.url('dns').partition('/v1.0')[0]}/x"}
    cloud.add_fault(kind="html")
    assert cloud.send("GET", "dns", "/domains").status_code == 502
    cloud.add_fault(kind="status", status=203)
    assert cloud.send("GET", "dns", "/domains").status_code == 203
    cloud.add_fault(kind="content_type", content_type="text/odd")
    assert cloud.send("GET", "dns", "/domains").headers["Content-Type"] == "text/odd"
    cloud.add_fault(kind="huge", bytes=100_000)
    assert len(cloud.send("GET", "dns", "/domains").content) == 100_000


def test_the_token_comes_back_on_demand_and_stays_out_of_the_log(cloud: CloudClient) -> None:
    cloud.add_fault(kind="echo")
    response = cloud.send("GET", "dns", "/domains")
    assert (response.status_code, cloud.token in response.json()["message"]) == (401, True)
    assert cloud.token not in str(cloud.log())


def test_slow_responses(cloud: CloudClient) -> None:
    cloud.add_fault(kind="slow", seconds=0.2)
    cloud.add_fault(kind="drip", seconds=0.01, bytes=10)
    begun = time.monotonic()
    assert cloud.send("GET", "dns", "/domains").ok
    assert time.monotonic() - begun >= 0.2
    assert cloud.send("GET", "dns", "/domains").json() == {"domains": [], "totalEntries": 0}


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "x"},
        {"kind": "fault"},
        {"kind": "fault", "status": 400, "x": 1},
        {"kind": "empty", "times": 0},
        {"kind": "empty", "path": 1},
        {"kind": "raw", "body": "a", "body_base64": "YQ=="},
        {"kind": "raw", "headers": {"a": "b\r\n"}},
    ],
)
def test_invalid_faults_are_rejected(cloud: CloudClient, fault: dict[str, Any]) -> None:
    cloud.control("POST", "faults", fault, status=400)
    assert cloud.control("GET", "faults") == {"faults": []}


def test_a_limit_for_gets_holds_for_each_service_and_region(cloud: CloudClient) -> None:
    cloud.set(get_limit=2, get_limit_seconds=30)
    for region in ("DFW", "IAD"):
        for _each in range(2):
            assert cloud.send("GET", "servers", "/servers", region=region).status_code == 200
        refused = cloud.send("GET", "servers", "/servers", region=region)
        assert refused.status_code == 413
        assert refused.headers["Retry-After"] == "30"
        assert list(refused.json()) == ["overLimit"]
    assert cloud.send("GET", "images", "/images").status_code == 200
    assert cloud.send("POST", "servers", "/servers", json={}).status_code == 400
    cloud.forward(30)
    assert cloud.send("GET", "servers", "/servers").status_code == 200


def test_the_log_tells_when_a_request_arrived(cloud: CloudClient) -> None:
    cloud.send("GET", "servers", "/servers")
    cloud.forward(60)
    cloud.send("GET", "servers", "/servers")
    first, second = (entry["time"] for entry in cloud.log())
    assert 60 <= second - first < 120
