# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud DNS: domains, records and jobs."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_services.tests.cloud_client import CloudClient

EXAMPLE = {"name": "example.com", "emailAddress": "admin@example.com", "ttl": 600}
WWW = {"type": "A", "name": "www.example.com", "data": "192.0.2.1"}


def done(cloud: CloudClient, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """Send a change and return its job when it is over."""
    job = cloud.send(method, "dns", path, json=body)
    assert job.status_code == 202, job.text
    assert job.json()["status"] == "RUNNING"
    cloud.forward(1)
    details: dict[str, Any] = cloud.follow("GET", job.json()["callbackUrl"], params={"showDetails": "true"}).json()
    return details


def new_domain(cloud: CloudClient, **values: Any) -> int:
    job = done(cloud, "POST", "/domains", {"domains": [{**EXAMPLE, **values}]})
    assert job["status"] == "COMPLETED"
    return int(job["response"]["domains"][0]["id"])


def test_a_domain_is_created_by_a_job(cloud: CloudClient) -> None:
    sent = cloud.send("POST", "dns", "/domains", json={"domains": [EXAMPLE]})
    job = sent.json()
    assert sent.status_code == 202
    assert (job["status"], job["verb"], job["requestUrl"]) == ("RUNNING", "POST", cloud.url("dns", "/domains"))
    assert job["callbackUrl"] == cloud.url("dns", f"/status/{job['jobId']}")
    assert cloud.send("GET", "dns", "/domains").json() == {"domains": [], "totalEntries": 0}
    cloud.forward(1)
    plain = cloud.follow("GET", job["callbackUrl"]).json()
    assert plain["status"] == "COMPLETED"
    assert "response" not in plain
    details = cloud.follow("GET", job["callbackUrl"], params={"showDetails": "true"}).json()
    created = details["response"]["domains"][0]
    assert (created["name"], created["ttl"], created["recordsList"]["totalEntries"]) == ("example.com", 600, 2)
    assert cloud.send("GET", "dns", f"/domains/{created['id']}").json() == created


def test_a_job_can_take_a_number_of_requests_and_respond_with_202(cloud: CloudClient) -> None:
    cloud.set(job_polls=2, job_status=202, job_first_status="INITIALIZED")
    job = cloud.send("POST", "dns", "/domains", json={"domains": [EXAMPLE]}).json()
    assert job["status"] == "INITIALIZED"
    responses = [cloud.follow("GET", job["callbackUrl"]) for _each in range(3)]
    assert [response.status_code for response in responses] == [202, 202, 200]
    assert [response.json()["status"] for response in responses] == ["RUNNING", "RUNNING", "COMPLETED"]


def test_a_job_is_kept_for_a_day(cloud: CloudClient) -> None:
    job = cloud.send("POST", "dns", "/domains", json={"domains": [EXAMPLE]}).json()
    cloud.forward(24 * 3600)
    assert cloud.follow("GET", job["callbackUrl"]).status_code == 404


def test_what_is_wrong_with_a_domain_is_said_at_once(cloud: CloudClient) -> None:
    bad = cloud.send("POST", "dns", "/domains", json={"domains": [{"name": "x", "ttl": 1}]})
    assert (bad.status_code, bad.json()["code"]) == (400, 400)
    assert len(bad.json()["validationErrors"]["messages"]) == 3
    assert cloud.send("POST", "dns", "/domains", data=b"{", headers={"Content-Type": "text/plain"}).status_code == 415


def test_jobs_that_end_in_an_error(cloud: CloudClient) -> None:
    domain = new_domain(cloud)
    again = done(cloud, "POST", "/domains", {"domains": [EXAMPLE]})
    assert (again["status"], again["error"]["code"]) == ("ERROR", 409)
    assert again["error"]["message"] == "Domain already exists"
    failing = done(cloud, "POST", "/domains", {"domains": [{**EXAMPLE, "name": "fail.example.org"}]})
    assert (failing["status"], failing["error"]["code"]) == ("ERROR", 500)
    missing = done(cloud, "DELETE", f"/domains?id={domain}&id=99")
    assert missing["status"] == "ERROR"
    assert [fault["code"] for fault in missing["error"]["failedItems"]["faults"]] == [404]
    assert cloud.send("GET", "dns", f"/domains/{domain}").status_code == 404


def test_records(cloud: CloudClient) -> None:
    path = f"/domains/{new_domain(cloud)}/records"
    mail = {"type": "MX", "name": "example.com", "data": "mail.example.com", "priority": 5}
    added = done(cloud, "POST", path, {"records": [WWW, mail]})["response"]["records"]
    assert [record["type"] for record in added] == ["A", "MX"]
    www = added[0]["id"]
    assert www.startswith("A-")
    assert done(cloud, "PUT", f"{path}/{www}", {"data": "192.0.2.2", "ttl": 900})["status"] == "COMPLETED"
    shown = cloud.send("GET", "dns", f"{path}/{www}").json()
    assert (shown["data"], shown["ttl"]) == ("192.0.2.2", 900)
    found = cloud.send("GET", "dns", path, params={"type": "MX"}).json()
    assert (found["totalEntries"], found["records"][0]["priority"]) == (1, 5)
    duplicate = done(cloud, "POST", path, {"records": [mail]})
    assert (duplicate["status"], duplicate["error"]["code"]) == ("ERROR", 409)
    assert done(cloud, "DELETE", f"{path}/{www}")["status"] == "COMPLETED"
    assert cloud.send("GET", "dns", f"{path}/{www}").status_code == 404
    several = {"records": [{"id": added[1]["id"], "priority": 7}]}
    assert done(cloud, "PUT", path, several)["status"] == "COMPLETED"
    assert done(cloud, "DELETE", f"{path}?id={added[1]['id']}&id=A-1")["error"]["failedItems"]["faults"]
    assert cloud.send("POST", "dns", path, json={"records": [{"type": "A"}]}).status_code == 400


def test_changes_of_domains(cloud: CloudClient) -> None:
    parent = new_domain(cloud)
    child = new_domain(cloud, name="sub.example.com")
    assert done(cloud, "PUT", f"/domains/{parent}", {"comment": "mine"})["status"] == "COMPLETED"
    shown = cloud.send("GET", "dns", f"/domains/{parent}", params={"showSubdomains": "true"}).json()
    assert (shown["comment"], shown["subdomains"]["totalEntries"]) == ("mine", 1)
    several = {"domains": [{"id": parent, "ttl": 900}, {"id": child, "ttl": 900}]}
    assert done(cloud, "PUT", "/domains", several)["status"] == "COMPLETED"
    assert done(cloud, "DELETE", f"/domains/{parent}?deleteSubdomains=true")["status"] == "COMPLETED"
    assert cloud.send("GET", "dns", "/domains").json()["totalEntries"] == 0


def test_pages(cloud: CloudClient) -> None:
    cloud.fill("dns", 101)
    first = cloud.send("GET", "dns", "/domains").json()
    assert (len(first["domains"]), first["totalEntries"]) == (100, 101)
    assert first["links"] == [{"rel": "next", "href": cloud.url("dns", "/domains?limit=100&offset=100")}]
    second = cloud.follow("GET", first["links"][0]["href"]).json()
    assert len(second["domains"]) == 1
    assert second["links"] == [{"rel": "previous", "href": cloud.url("dns", "/domains?limit=100&offset=0")}]
    named = cloud.send("GET", "dns", "/domains", params={"name": "domain-00007.example.com"}).json()
    assert (named["totalEntries"], "links" in named) == (1, False)


def test_a_call_has_at_most_100_entities(cloud: CloudClient) -> None:
    domains = [{**EXAMPLE, "name": f"d{number}.example.com"} for number in range(101)]
    assert cloud.send("POST", "dns", "/domains", json={"domains": domains}).status_code == 413


@pytest.mark.parametrize(("method", "count"), [("GET", 60), ("POST", 20), ("DELETE", 10)])
def test_rate_limits(cloud: CloudClient, method: str, count: int) -> None:
    cloud.set(rate_limits=True)
    body: dict[str, Any] | None = {"domains": []} if method == "POST" else None
    for _each in range(count):
        assert cloud.send(method, "dns", "/domains", json=body).status_code != 413 or method == "DELETE"
    refused = cloud.send(method, "dns", "/domains", json=body)
    assert refused.status_code == 413
    assert refused.headers["Reply-After"] == refused.json()["overLimit"]["retryAfter"]
    cloud.forward(61)
    assert "overLimit" not in cloud.send(method, "dns", "/domains", json=body).json()


def test_ptr_records_belong_to_the_url_of_a_device(cloud: CloudClient) -> None:
    link = {"content": "", "href": cloud.url("servers", "/servers/1"), "rel": "cloudServersOpenStack"}
    place, query = "/rdns/cloudServersOpenStack", {"href": link["href"]}
    assert cloud.send("GET", "dns", place, params=query).status_code == 404
    pointers = [{"name": "example.com", "type": "PTR", "data": f"192.0.2.{number}"} for number in (7, 8)]
    job = done(cloud, "POST", "/rdns", {"recordsList": {"records": pointers}, "link": link})
    assert [record["id"] for record in job["response"]["records"]] == ["PTR-1", "PTR-2"]
    changed = [{**pointers[0], "id": "PTR-1", "name": "www.example.com", "ttl": 300}]
    assert done(cloud, "PUT", "/rdns", {"recordsList": {"records": changed}, "link": link})["status"] == "COMPLETED"
    listed = cloud.send("GET", "dns", place, params=query).json()
    assert listed["link"] == link
    assert [record["name"] for record in listed["recordsList"]["records"]] == ["www.example.com", "example.com"]
    assert cloud.send("DELETE", "dns", place, params={**query, "ip": "192.0.2.7"}).status_code == 202
    cloud.forward(1)
    assert len(cloud.send("GET", "dns", place, params=query).json()["recordsList"]["records"]) == 1
    assert cloud.send("DELETE", "dns", place, params=query).status_code == 202
    cloud.forward(1)
    assert cloud.send("GET", "dns", place, params=query).status_code == 404


@pytest.mark.parametrize("wrong", [{"type": "A"}, {"data": ""}, {"ttl": 299}])
def test_ptr_records_are_checked(cloud: CloudClient, wrong: dict[str, Any]) -> None:
    link = {"href": cloud.url("servers", "/servers/1"), "rel": "cloudServersOpenStack"}
    record = {"name": "example.com", "type": "PTR", "data": "192.0.2.7", **wrong}
    body = {"recordsList": {"records": [record]}, "link": link}
    assert cloud.send("POST", "dns", "/rdns", json=body).status_code == 400
    other = {**body, "link": {**link, "href": "https://elsewhere.example/servers/1"}}
    assert cloud.send("POST", "dns", "/rdns", json=other).status_code == 400
