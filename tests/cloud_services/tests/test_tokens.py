# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: every service asks the identity service about every token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from cloud_services.tests.cloud_client import FILE_TENANT, CloudClient

PATHS = {
    "files": "",
    "dns": "/domains",
    "load_balancers": "/loadbalancers",
    "servers": "/servers",
    "first_servers": "/servers",
    "monitoring": "/entities",
    "images": "/images",
    "networks": "/networks",
    "orchestration": "/stacks",
}


@pytest.mark.parametrize("service", PATHS)
def test_a_service_accepts_a_token_until_it_ends(cloud: CloudClient, service: str) -> None:
    path = PATHS[service]
    assert cloud.send("GET", service, path).ok
    assert cloud.send("GET", service, path, token=None).status_code == 401
    assert cloud.send("GET", service, path, token="nonsense").status_code == 401
    cloud.identity_control("POST", "tokens/expire", {"id": cloud.token})
    assert cloud.send("GET", service, path).status_code == 401
    cloud.login()
    assert cloud.send("GET", service, path).ok


def test_the_shape_of_a_401(cloud: CloudClient) -> None:
    files = cloud.send("GET", "files", token="x")
    assert files.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert files.text.startswith("<html><h1>Unauthorized</h1><p>")
    assert cloud.send("GET", "load_balancers", "/loadbalancers", token="x").content == b""
    assert cloud.send("GET", "dns", "/domains", token="x").json() == {"message": "Unauthorized", "code": 401}
    assert cloud.send("GET", "servers", "/servers", token="x").json()["unauthorized"]["code"] == 401
    assert cloud.send("GET", "monitoring", "/entities", token="x").json()["code"] == "401"


@pytest.mark.parametrize(
    ("service", "status"),
    [("files", 401), ("dns", 401), ("load_balancers", 401), ("servers", 403), ("monitoring", 403)],
)
def test_a_tenant_of_others_is_refused(cloud: CloudClient, service: str, status: int) -> None:
    other = cloud.identity_control("POST", "tokens", {"user": "otheradmin"})["id"]
    assert cloud.send("GET", service, PATHS[service], token=other).status_code == status


def test_a_token_for_the_file_tenant_opens_files_alone(cloud: CloudClient) -> None:
    narrow = cloud.identity_control("POST", "tokens", {"user": "demoauthor", "tenant": FILE_TENANT})["id"]
    assert cloud.send("GET", "files", token=narrow).status_code == 204
    assert cloud.send("GET", "dns", "/domains", token=narrow).status_code == 401


def test_the_checks_are_no_requests_of_a_user(cloud: CloudClient) -> None:
    cloud.identity_control("DELETE", "counters")
    cloud.send("GET", "files")
    assert cloud.identity_control("GET", "counters")["total"] == 0


@pytest.mark.parametrize("service", ["files", "servers"])
def test_regions_hold_their_own_data(cloud: CloudClient, service: str) -> None:
    assert cloud.url(service) != cloud.url(service, region="IAD")
    if service == "files":
        cloud.send("PUT", "files", "/here")
        assert cloud.send("HEAD", "files", "/here").status_code == 204
        assert cloud.send("HEAD", "files", "/here", region="IAD").status_code == 404
    else:
        cloud.fill("servers", 1, region="IAD")
        assert cloud.send("GET", "servers", "/servers").json()["servers"] == []
        assert len(cloud.send("GET", "servers", "/servers", region="IAD").json()["servers"]) == 1


def test_regions_without_a_service_keep_the_documented_host(cloud: CloudClient) -> None:
    assert cloud.url("files", region="HKG") == f"https://storage101.hkg1.clouddrive.com/v1/{FILE_TENANT}"


def test_many_threads_at_once(cloud: CloudClient) -> None:
    url = cloud.url("files", "/box")
    cloud.send("PUT", "files", "/box")

    def work(number: int) -> int:
        headers = {"X-Auth-Token": cloud.token}
        with requests.Session() as session:
            sent = session.put(f"{url}/{number}", data=b"x" * 100_000, headers=headers, timeout=10)
            got = session.get(f"{url}/{number}", headers=headers, timeout=10)
            return len(got.content) if sent.status_code == 201 else 0

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(work, range(40))) == [100_000] * 40
    assert cloud.send("HEAD", "files", "/box").headers["X-Container-Object-Count"] == "40"


def test_credentials_do_not_belong_in_the_url(cloud: CloudClient) -> None:
    assert cloud.send("GET", "files", params={"token": cloud.token}).status_code == 400
    assert cloud.send("GET", "files", headers={"Authorization": "Basic eDp5"}).status_code == 400
    assert cloud.token not in str(cloud.log())
