# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface: counters, the log, settings and the initial state."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from cloud_services.tests.cloud_client import TENANT, CloudClient


def test_requests_and_connections_are_counted(cloud: CloudClient) -> None:
    for _each in range(3):
        cloud.send("GET", "files")
    cloud.send("PUT", "files", "/box", region="IAD")
    requests.get(cloud.url("files"), headers={"X-Auth-Token": cloud.token}, timeout=10)
    cloud.send("GET", "dns", "/none")
    counters = cloud.control("GET", "counters")
    assert counters["requests"] == {"files": {"GET": 4, "PUT": 1}, "dns": {"GET": 1}}
    assert counters["answers"] == {"files": {"204": 4, "201": 1}, "dns": {"404": 1}}
    assert counters["connections"] == {"files": 3, "dns": 1, "total": 4}
    assert counters["total"] == 6
    cloud.control("DELETE", "counters")
    assert cloud.control("GET", "counters")["total"] == 0


def test_the_log_names_what_came(cloud: CloudClient) -> None:
    headers = {"X-Object-Meta-Color": "blue", "User-Agent": "test"}
    cloud.send(
        "PUT", "files", "/box/a", data=b"abc", params={"x": "1", "temp_url_sig": "s", "key": "k"}, headers=headers
    )
    entry = cloud.log()[-1]
    assert entry["path"].endswith("/box/a")
    assert entry["query"] == [["x", "1"], ["temp_url_sig", "s"], ["key", "{masked}"]]
    assert "x-object-meta-color" in entry["headers"]
    wanted = {"service": "files", "region": "DFW", "method": "PUT", "token": True, "content_length": 3}
    assert {name: entry[name] for name in wanted} == wanted
    assert (entry["user_agent"], entry["outcome"]) == ("test", "404")


def test_a_reset_restores_everything(cloud: CloudClient) -> None:
    cloud.send("PUT", "files", "/box")
    cloud.fill("dns", 1)
    cloud.set(page_size=1, job_seconds=9)
    cloud.add_fault(kind="reset")
    cloud.forward(100)
    cloud.control("POST", "reset")
    assert cloud.control("GET", "counters")["total"] == 0
    assert cloud.control("GET", "faults") == {"faults": []}
    assert cloud.control("GET", "clock")["forward"] == 0
    assert cloud.control("GET", "settings")["page_size"] is None
    assert cloud.send("HEAD", "files", "/box").status_code == 404
    assert cloud.send("GET", "dns", "/domains").json()["domains"] == []


def test_the_overview(cloud: CloudClient) -> None:
    overview = cloud.control("GET", "")
    assert overview["services"]["files/DFW"] == cloud.url("files").partition("/v1")[0]
    assert set(overview["settings"]) == set(cloud.control("GET", "settings"))


def test_the_services_leave_the_catalog_and_enter_it_again(cloud: CloudClient) -> None:
    local = cloud.url("dns")
    assert cloud.control("DELETE", "catalog") == {"entered": False}
    cloud.login()
    assert cloud.url("dns") == "https://dns.api.rackspacecloud.com/v1.0/123456"
    assert cloud.control("PUT", "catalog") == {"entered": True}
    cloud.login()
    assert cloud.url("dns") == local


@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("PATCH", "settings", {"x": 1}),
        ("PATCH", "settings", {"job_seconds": -1}),
        ("PATCH", "settings", {"job_polls": True}),
        ("PATCH", "settings", {"links": "x"}),
        ("PATCH", "settings", {"rate_limits": 1}),
        ("PATCH", "settings", []),
        ("POST", "clock", {}),
        ("POST", "clock", {"forward": -1}),
        ("POST", "fill", {"service": "files"}),
        ("POST", "fill", {"service": "x", "tenant": TENANT, "count": 1}),
        ("POST", "fill", {"service": "queues", "tenant": TENANT, "count": 1}),
        ("POST", "fill", {"service": "dns", "tenant": TENANT}),
    ],
)
def test_invalid_requests_are_rejected(cloud: CloudClient, method: str, name: str, body: Any) -> None:
    assert cloud.control(method, name, body, status=400)["error"]
