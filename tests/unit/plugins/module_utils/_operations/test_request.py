# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_request: which login, which endpoint, what is sent there, and what the result says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    KINDS,
    AmbiguousEndpointError,
    IdentityError,
    InvalidResponseError,
    MissingCredentialsError,
    NoEndpointError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import request
from ansible_collections.rackspace.identity.plugins.module_utils._options import METHODS
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, Task, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, sample

IDENTITY = "https://identity.api.rackspacecloud.com/v2.0"
FILES_HOST = "storage101.dfw1.clouddrive.com"
FILES = f"https://{FILES_HOST}/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
NOT_SENT = (
    "and the token is not sent there. Correct that, or set it to an empty string if another endpoint is on this host."
)
SPECIAL = "which has a special meaning in a URL."
OWN_TOKEN: dict[str, Any] = {"username": None, "api_key": None, "token": "own", "service_type": "compute"}
NEVER_SENT: dict[str, Any] = dict.fromkeys(
    ("status", "headers", "json", "content", "pages", "attempts", "waited", "dest", "size", "checksum", "request_id")
)

pytestmark = pytest.mark.usefixtures("clock")


class Requests:
    """Tasks that send requests to Cloud Files in DFW, unless told otherwise."""

    def __init__(self, wire: FakeWire, task: Task) -> None:
        self.wire, self.task = wire, task

    def log_in(self, payload: Any = None, **given: Any) -> None:
        """Prepare the response to the login of the next task."""
        self.wire.respond(200, payload or issued(**given))

    def run(self, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        return self.task.run(request, check_mode, **{"service_type": "object-store", "retries": 0, **given})

    def failure(self, kind: type[IdentityError], check_mode: bool = False, **given: Any) -> IdentityError:
        with pytest.raises(kind) as caught:
            self.run(check_mode, **given)
        error = caught.value
        assert error.kind in KINDS
        for secret in ("first", "second", API_KEY):
            assert secret not in json.dumps(error.as_result())
        return error

    def sent(self) -> list[tuple[str, str, str | None]]:
        """Return the method, the URL and the token of each request but logins."""
        return [
            (one.method, one.url, one.headers.get("X-Auth-Token"))
            for one in self.wire.sent
            if one.url != f"{IDENTITY}/tokens"
        ]


@pytest.fixture
def tasks(wire: FakeWire, task: Task) -> Requests:
    return Requests(wire, task)


def test_login_and_request(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, [{"name": "backups"}], headers=[("X-Trans-Id", "tx1"), ("Set-Cookie", "a=b")])
    assert tasks.run(query={"format": "json"}) == {
        "changed": False,
        "status": 200,
        "url": f"{FILES}?format=json",
        "headers": {"content-type": "application/json", "x-trans-id": "tx1"},
        "json": [{"name": "backups"}],
        "content": None,
        "pages": 1,
        "attempts": 1,
        "waited": None,
        "dest": None,
        "size": 21,
        "checksum": None,
        "request_id": "tx1",
        "elapsed": 0.0,
    }
    assert tasks.sent() == [("GET", f"{FILES}?format=json", "first")]


def test_login_is_shared(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(204)
    wire.respond(204)
    tasks.run()
    assert tasks.run(path="other")["status"] == 204
    assert tasks.sent() == [("GET", FILES, "first"), ("GET", f"{FILES}/other", "first")]


def test_body_headers_and_query_reach_the_service(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(202, {"id": 1})
    result = tasks.run(
        method="POST",
        path=["a b", "c/d"],
        query={"x": [1, True]},
        headers={"Client-ID": "me"},
        body={"node": {"port": 80}},
    )
    sent = wire.sent[1]
    assert (sent.method, sent.url) == ("POST", f"{FILES}/a%20b/c%2Fd?x=1&x=true")
    assert (sent.json, sent.headers["Client-ID"]) == ({"node": {"port": 80}}, "me")
    assert (sent.headers["Accept"], sent.headers["Content-Type"]) == ("application/json", "application/json")
    assert (result["changed"], result["status"], result["json"]) == (True, 202, {"id": 1})


def test_how_long_it_took(tasks: Requests, wire: FakeWire, clock: FakeClock) -> None:
    tasks.log_in()
    wire.respond(429, headers=[("Retry-After", "7")])
    wire.respond(204)
    result = tasks.run(retries=1)
    assert (result["elapsed"], result["attempts"]) == (7.0, 2)


# Which endpoint.


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, FILES),
        ({"region": "dfw"}, FILES),
        ({"interface": "internal"}, f"https://snet-{FILES_HOST}/v1/{FILES_TENANT}"),
        ({"region": "SYD"}, f"https://storage101.syd2.clouddrive.com/v1/{FILES_TENANT}"),
        ({"default_region": "SYD"}, f"https://storage101.syd2.clouddrive.com/v1/{FILES_TENANT}"),
        ({"default_region": "SYD", "region": "DFW"}, FILES),
        ({"service_type": "rax:dns", "region": "ORD"}, DNS),
        ({"service_type": None, "service_name": "cloudDNS"}, DNS),
        ({"service_type": "compute"}, "https://dfw.servers.api.rackspacecloud.com/v2/123456"),
        (
            {"service_type": "compute", "service_name": "cloudServers"},
            "https://servers.api.rackspacecloud.com/v1.0/123456",
        ),
        ({"tenant": FILES_TENANT}, FILES),
    ],
)
def test_endpoints(tasks: Requests, wire: FakeWire, given: dict[str, Any], url: str) -> None:
    tasks.log_in()
    wire.respond(204)
    assert tasks.run(**given)["url"] == url
    assert tasks.sent() == [("GET", url, "first")]


@pytest.mark.parametrize(
    ("given", "kind", "beginning"),
    [
        ({"service_type": "nonsense"}, NoEndpointError, "The catalog has no service of type nonsense. Types: "),
        (
            {"region": "LON"},
            NoEndpointError,
            "The service type object-store has no endpoint in region LON. Regions: DFW, HKG, IAD, SYD.",
        ),
        ({"tenant": "1"}, NoEndpointError, "The service type object-store has no endpoint of tenant 1. Tenants: "),
        ({"interface": "admin"}, NoEndpointError, "The service type object-store has no admin URL there."),
        (
            {"service_type": "compute", "default_region": "LON"},
            AmbiguousEndpointError,
            "The service type compute is offered by several services. Say which with name=: ",
        ),
    ],
)
def test_no_endpoint(tasks: Requests, given: dict[str, Any], kind: type[IdentityError], beginning: str) -> None:
    tasks.log_in()
    assert str(tasks.failure(kind, **given)).startswith(beginning)
    assert tasks.sent() == []


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"url": f"{DNS}/status/7", "service_type": "rax:dns"}, f"{DNS}/status/7"),
        # A service without regions.
        ({"url": f"{DNS}/status/7", "region": "ORD"}, f"{DNS}/status/7"),
        ({"url": f"{FILES}/x", "service_type": "object-store", "region": "dfw"}, f"{FILES}/x"),
        ({"url": f"{FILES}/x", "service_type": " ", "default_region": "SYD"}, f"{FILES}/x"),
        ({"url": FILES.replace("https://", "https://snet-")}, FILES.replace("https://", "https://snet-")),
        ({"url": FILES, "interface": "internal"}, FILES.replace("https://", "https://snet-")),
        ({"url": "http://dns.api.rackspacecloud.com/v1.0/123456/status/7"}, f"{DNS}/status/7"),
        ({"url": f"{DNS}/status/7?showDetails=true"}, f"{DNS}/status/7?showDetails=true"),
        ({"url": f"{DNS}/status/7", "query": {"showDetails": True}}, f"{DNS}/status/7?showDetails=true"),
        ({"url": f"{DNS}/domains?limit=1", "query": {"offset": 2}}, f"{DNS}/domains?limit=1&offset=2"),
        ({"url": f"{FILES}/...?prefix=../a"}, f"{FILES}/...?prefix=../a"),
    ],
)
def test_link_of_an_earlier_response(tasks: Requests, wire: FakeWire, given: dict[str, Any], url: str) -> None:
    tasks.log_in()
    wire.respond(204)
    assert tasks.run(**{"service_type": None, **given})["url"] == url
    assert tasks.sent() == [("GET", url, "first")]


def test_link_to_the_internal_address_of_an_endpoint_that_has_no_public_one(tasks: Requests, wire: FakeWire) -> None:
    payload = issued("first")
    for service in payload["access"]["serviceCatalog"]:
        for endpoint in service["endpoints"] if service["type"] == "object-store" else ():
            del endpoint["publicURL"]
    tasks.log_in(payload)
    wire.respond(204)
    url = f"{FILES.replace('https://', 'https://snet-')}/x"
    assert tasks.run(url=url, service_type="object-store")["url"] == url


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/v1.0/123456", "http://127.0.0.1:9696/", f"{DNS.replace('com/', 'com:8443/')}/x"]
)
def test_link_to_another_host(tasks: Requests, url: str) -> None:
    tasks.log_in()
    text = str(tasks.failure(OptionError, url=url, service_type=None))
    assert "which is not a host of the catalog, and the token is not sent there. Give service_type " in text
    assert tasks.sent() == []


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        (
            {"service_type": "object-store"},
            OptionError,
            (
                "url points to dns.api.rackspacecloud.com, which is not the host of an endpoint selected by "
                f"service_type, {NOT_SENT}"
            ),
        ),
        (
            {"service_name": "cloudFiles", "region": "SYD", "url": FILES},
            OptionError,
            (
                f"url points to {FILES_HOST}, which is not the host of an endpoint selected by "
                f"service_name and region, {NOT_SENT}"
            ),
        ),
        (
            {"service_type": "object-store", "region": "LON"},
            NoEndpointError,
            "The service type object-store has no endpoint in region LON. Regions: DFW, HKG, IAD, SYD.",
        ),
        (
            {"interface": "admin"},
            NoEndpointError,
            "The catalog has no admin URL of rax:dns. Choose another interface.",
        ),
    ],
)
def test_link_to_another_endpoint_than_the_options_choose(
    tasks: Requests, given: dict[str, Any], kind: type[IdentityError], text: str
) -> None:
    tasks.log_in()
    assert str(tasks.failure(kind, **{"url": f"{DNS}/status/7", "service_type": None, **given})) == text
    assert tasks.sent() == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"url": DNS, "path": "x"}, "path and url are mutually exclusive: give one of the two."),
        ({"url": DNS, "path": []}, "path and url are mutually exclusive: give one of the two."),
        ({"url": f"{DNS}/\ud800"}, "url is not valid UTF-8. Check how it was written."),
        ({"url": "/v1/\udc80", "service_type": "rax:dns"}, "url is not valid UTF-8. Check how it was written."),
        (
            {"service_type": None},
            "Say which service: with service_type, for example object-store, or with service_name.",
        ),
        (
            {"service_type": ""},
            "Say which service: with service_type, for example object-store, or with service_name.",
        ),
        ({"path": "a/../b"}, "path must not contain the segment '..', which has a special meaning in a URL."),
        # A name in a URL that a play puts together may be one: DELETE would mean all of the account.
        *(
            ({"url": url, "method": "DELETE"}, f"url must not contain the segment {segment!r}, {SPECIAL}")
            for url, segment in (
                (f"{FILES}/backups/..", ".."),
                (f"{FILES}/backups/../?prefix=a", ".."),
                (f"{FILES}/backups/%2e%2E#a", ".."),
                (f" {FILES}/backups/.\n", "."),
                (f"{FILES}/backups/.\t./other", ".."),
                (f"{FILES}/backups/%2e\r\n./other", ".."),
                ("/v1/acct/backups/..", ".."),
            )
        ),
        (
            {"query": {"a": {}}},
            "query: a must be a string, a number, true, false, or a list of these.",
        ),
        ({"headers": {"x-auth-token": "x"}}, "headers: x-auth-token is set by the module itself. Leave it out."),
        ({"method": "GET", "body": "x"}, "body cannot be sent with GET: a service ignores the body of a GET."),
        ({"src": "/x", "dest": "/x", "method": "POST"}, "src and dest are mutually exclusive: give one of the two."),
        ({"status_code": [0]}, "status_code: 0 is not the status of a response. Use 200 to 599."),
    ],
)
def test_options_are_checked_before_the_login(
    tasks: Requests, wire: FakeWire, given: dict[str, Any], text: str
) -> None:
    assert str(tasks.failure(OptionError, **given)) == text
    assert wire.sent == []


# What changed, and check mode.


@pytest.mark.parametrize(
    ("method", "status", "accepted", "changed"),
    [
        *((method, 200, None, method not in ("GET", "HEAD")) for method in METHODS),
        ("DELETE", 404, [204, 404], False),
        ("DELETE", 410, [204, 410], False),
        ("DELETE", 409, [204, 409], True),
        ("PUT", 404, [404], True),
        ("GET", 404, [404], False),
    ],
)
def test_what_changed(
    tasks: Requests, wire: FakeWire, method: str, status: int, accepted: list[int] | None, changed: bool
) -> None:
    tasks.log_in()
    wire.respond(status)
    result = tasks.run(method=method, status_code=accepted)
    assert (result["changed"], result["status"]) == (changed, status)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_check_mode_reads(tasks: Requests, wire: FakeWire, method: str) -> None:
    tasks.log_in()
    wire.respond(200, headers=[("X-Account-Container-Count", "3")])
    result = tasks.run(check_mode=True, method=method)
    assert (result["changed"], result["status"]) == (False, 200)
    assert tasks.sent() == [(method, FILES, "first")]


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("GET", "HEAD")])
def test_check_mode_changes_nothing(tasks: Requests, method: str) -> None:
    tasks.log_in()
    result = tasks.run(check_mode=True, method=method, path="x")
    assert result == {**NEVER_SENT, "changed": True, "url": f"{FILES}/x", "elapsed": 0.0}
    assert tasks.sent() == []


@pytest.mark.parametrize("status", [404, 409, 500])
def test_status_that_is_not_accepted(tasks: Requests, wire: FakeWire, status: int) -> None:
    tasks.log_in()
    wire.respond(status)
    assert tasks.failure(ServiceError, method="DELETE").status == status
    wire.respond(200)
    error = tasks.failure(ServiceError, method="DELETE", status_code=[204])
    assert str(error) == (
        f"DELETE / of object-store in DFW failed: {FILES_HOST} responded with 200. If this status is a success here, "
        "add it to status_code."
    )


def test_file_is_sent(tasks: Requests, wire: FakeWire, tmp_path: Path) -> None:
    source = tmp_path / "db.dump"
    source.write_bytes(b"data")
    tasks.log_in()
    wire.respond(404)
    wire.respond(201)
    result = tasks.run(method="PUT", path=["backups", "db 100%.dump"], src=str(source))
    url = f"{FILES}/backups/db%20100%25.dump"
    assert tasks.sent() == [("HEAD", url, "first"), ("PUT", url, "first")]
    assert (result["changed"], result["size"], result["checksum"]) == (True, 4, "8d777f385d3dfec8815d20f7496026dc")


def test_file_is_received(tasks: Requests, wire: FakeWire, tmp_path: Path) -> None:
    tasks.log_in()
    wire.respond(200, body=b"data")
    placed: list[str | None] = []

    def place(new: str | None, _path: str) -> bool:
        placed.append(None if new is None else Path(new).read_text())
        return True

    given = {"username": "u", "api_key": API_KEY, "cache": False, "service_type": "object-store", "path": "a/b"}
    options = complete(request.OPTIONS, {**given, "dest": str(tmp_path)})
    result = request.run(options, Context(place_file=place))
    assert (result["dest"], result["json"], placed) == (str(tmp_path / "b"), None, ["data"])
    assert wire.sent[1].headers["Accept"] == "*/*"


# Errors speak of the service.


@pytest.mark.parametrize(
    ("status", "payload", "text"),
    [
        (
            401,
            None,
            "401. The service does not accept the token for this; check path, service_type and region.",
        ),
        (
            404,
            {"itemNotFound": {"code": 404, "message": "No such thing"}},
            "404 itemNotFound: No such thing. Check path; service_type, service_name and region choose the endpoint.",
        ),
        (503, None, "503. The service is not available at the moment; try again later."),
    ],
)
def test_errors_of_the_service(tasks: Requests, wire: FakeWire, status: int, payload: Any, text: str) -> None:
    tasks.log_in()
    wire.respond(status, payload)
    error = tasks.failure(ServiceError, path="a/b", query={"x": "y"})
    assert str(error) == f"GET /a/b of object-store in DFW failed: {FILES_HOST} responded with {text}"


def test_response_that_is_not_what_it_says(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, body=b"<html>", headers=[("Content-Type", "application/json")])
    assert str(tasks.failure(InvalidResponseError)) == (
        f"{FILES_HOST} did not respond like the service object-store in DFW: the response claims to be "
        "JSON but is not. Check the endpoint and proxy."
    )


def test_body_that_is_not_text_is_warned_of(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, body=b"\x89PNG\r\n\x1a\n\xff")
    assert tasks.run()["content"] is None
    assert tasks.task.warnings == [
        "The response is not text and was left out of the result. Save it to a file with dest."
    ]


def test_login_that_fails(tasks: Requests, wire: FakeWire) -> None:
    wire.respond(401)
    assert str(tasks.failure(ServiceError)).startswith("Logging in as demoauthor with an API key failed: ")


# A given token, and none.


def test_given_token_lists_its_endpoints(tasks: Requests, wire: FakeWire) -> None:
    wire.respond(200, sample("endpoints"))
    wire.respond(204)
    given: dict[str, Any] = {**OWN_TOKEN, "region": "North"}
    assert tasks.run(**given)["status"] == 204
    assert tasks.sent() == [
        ("GET", f"{IDENTITY}/tokens/own/endpoints", "own"),
        ("GET", "https://compute.north.public.com/v1", "own"),
    ]


def test_default_region_with_a_given_token(tasks: Requests, wire: FakeWire) -> None:
    given = OWN_TOKEN
    wire.respond(200, sample("endpoints"))
    wire.respond(204)
    tasks.run(**given, default_region="south")
    wire.respond(200, sample("endpoints"))
    text = str(tasks.failure(AmbiguousEndpointError, **given))
    assert text.startswith("The service type compute has several endpoints. Say which with region=: ")


def test_endpoints_that_only_their_url_tells_apart(tasks: Requests, wire: FakeWire) -> None:
    listed = {
        "endpoints": [{"type": "compute", "name": "n", "publicURL": f"https://{one}.example.com/v1"} for one in "ab"]
    }
    wire.respond(200, listed)
    assert str(tasks.failure(AmbiguousEndpointError, **OWN_TOKEN)) == (
        "The service type compute has several endpoints that differ only in their URL; use url with the whole URL."
    )
    wire.respond(200, listed)
    wire.respond(204)
    assert tasks.run(**OWN_TOKEN, path=None, url="https://b.example.com/v1/x")["url"] == "https://b.example.com/v1/x"


def test_given_token_with_a_tenant_logs_in(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(204)
    tasks.run(username=None, api_key=None, token="own", tenant_id="123456")
    assert wire.sent[0].json == {"auth": {"token": {"id": "own"}, "tenantId": "123456"}}
    assert tasks.sent() == [("GET", FILES, "first")]


def test_given_token_is_never_replaced(tasks: Requests, wire: FakeWire) -> None:
    wire.respond(200, sample("endpoints"))
    wire.respond(401)
    given: dict[str, Any] = {**OWN_TOKEN, "region": "North"}
    assert tasks.failure(ServiceError, **given).kind == "unauthorized"


def test_no_credentials(tasks: Requests, wire: FakeWire) -> None:
    text = str(tasks.failure(MissingCredentialsError, username=None, api_key=None))
    assert text.startswith("No credentials were given. ")
    assert wire.sent == []


# Pages, waits, and what is there already.

WWW = {"name": "www", "type": "A", "data": "192.0.2.1"}
ADD_RECORD: dict[str, Any] = {
    "service_type": "rax:dns",
    "method": "POST",
    "path": "domains/1/records",
    "body": {"records": [WWW]},
    "unless": {"query": {"name": "www"}},
    "wait": {},
}
RECORDS = f"{DNS}/domains/1/records"


def with_diff(tasks: Requests, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    """Return the result of a task with --diff."""
    login = {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(tasks.task.directory), "retries": 0}
    return request.run(complete(request.OPTIONS, {**login, **given}), Context(check_mode=check_mode, diff=True))


def test_task_that_runs_twice_changes_once(tasks: Requests, wire: FakeWire, clock: FakeClock) -> None:
    tasks.log_in()
    wire.respond(404)
    wire.respond(202, {"status": "RUNNING", "callbackUrl": "http://other.example.org/v1.0/123456/status/7"})
    wire.respond(200, {"status": "RUNNING"})
    wire.respond(200, {"status": "COMPLETED", "response": {"records": [WWW]}})
    first = tasks.run(**ADD_RECORD)
    assert (first["changed"], first["status"], first["waited"], first["elapsed"]) == (True, 202, 2, 5.0)
    assert first["json"]["response"] == {"records": [WWW]}
    wire.respond(200, {"records": [{"id": "A-1", **WWW}], "totalEntries": 1})
    second = tasks.run(**ADD_RECORD)
    assert (second["changed"], second["status"], second["waited"], second["pages"]) == (False, 200, None, 1)
    assert second["json"] == {"records": [{"id": "A-1", **WWW}], "totalEntries": 1}
    assert [(method, url) for method, url, _token in tasks.sent()] == [
        ("GET", f"{RECORDS}?name=www"),
        ("POST", RECORDS),
        ("GET", f"{DNS}/status/7?showDetails=true"),
        ("GET", f"{DNS}/status/7?showDetails=true"),
        ("GET", f"{RECORDS}?name=www"),
    ]
    assert wire.sent[2].json == {"records": [WWW]}


@pytest.mark.parametrize("is_there", [False, True])
def test_check_mode_looks_and_predicts(tasks: Requests, wire: FakeWire, is_there: bool) -> None:
    tasks.log_in()
    wire.respond(200, {"records": [WWW] if is_there else []})
    result = tasks.run(check_mode=True, **ADD_RECORD)
    assert (result["changed"], result["status"], result["waited"]) == (not is_there, 200 if is_there else None, None)
    assert [method for method, _url, _token in tasks.sent()] == ["GET"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_difference(tasks: Requests, wire: FakeWire, check_mode: bool) -> None:
    given: dict[str, Any] = {
        "service_type": "compute",
        "method": "PUT",
        "path": "servers/1",
        "body": {"server": {"name": "new", "adminPass": "s3cret"}},
        "unless": {},
    }
    tasks.log_in()
    wire.respond(200, {"server": {"id": "1", "name": "old", "adminPass": None}})
    if not check_mode:
        wire.respond(200, {"server": {"name": "new"}})
    result = with_diff(tasks, check_mode, **given)
    assert (result["changed"], result["diff"]) == (
        True,
        {
            "before": {"server": {"name": "old", "adminPass": None}},
            "after": {"server": {"name": "new", "adminPass": "********"}},
        },
    )


def test_no_difference(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, {"records": [WWW]})
    assert "diff" not in with_diff(tasks, **ADD_RECORD)
    wire.respond(204)
    assert "diff" not in with_diff(tasks, service_type="object-store", method="PUT", path="a")


def test_deleted_and_gone(tasks: Requests, wire: FakeWire, clock: FakeClock) -> None:
    given: dict[str, Any] = {"method": "DELETE", "path": "x", "status_code": [204, 404], "wait": {"gone": True}}
    tasks.log_in()
    wire.respond(204)
    wire.respond(200, {"server": {}})
    wire.respond(404)
    first = tasks.run(**given)
    assert (first["changed"], first["status"], first["waited"], clock.waits) == (True, 204, 2, [5])
    wire.respond(404)
    second = tasks.run(**given)
    assert (second["changed"], second["status"], second["waited"]) == (False, 404, None)


def test_nothing_is_waited_for_in_check_mode(tasks: Requests) -> None:
    tasks.log_in()
    assert tasks.run(check_mode=True, method="DELETE", path="x", wait={"gone": True})["waited"] is None
    assert tasks.sent() == []


def test_reading_may_wait_in_check_mode(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, {"status": "BUILD"})
    wire.respond(200, {"status": "ACTIVE"})
    result = tasks.run(check_mode=True, path="x", wait={"key": "status", "values": ["ACTIVE"]})
    assert (result["changed"], result["waited"], result["json"]) == (False, 1, {"status": "ACTIVE"})


def test_list_in_pages(tasks: Requests, wire: FakeWire) -> None:
    tasks.log_in()
    wire.respond(200, [{"name": "a"}])
    wire.respond(200, [{"name": "b"}])
    wire.respond(204)
    result = tasks.run(paginate="auto", query={"limit": 1})
    assert (result["json"], result["pages"], result["attempts"]) == ([{"name": "a"}, {"name": "b"}], 3, 3)
    assert (result["changed"], result["waited"]) == (False, None)
    assert tasks.sent()[2] == ("GET", f"{FILES}?limit=1&marker=b", "first")


@pytest.mark.parametrize("given", [{"paginate": "auto"}, {"method": "PUT", "unless": {"find": {"name": "z"}}}])
def test_too_many_items(tasks: Requests, wire: FakeWire, given: dict[str, Any]) -> None:
    tasks.log_in()
    wire.respond(200, [{"name": "a"}, {"name": "b"}])
    error = tasks.failure(IdentityError, max_items=1, **given)
    assert (error.kind, len(tasks.sent())) == ("too_many_items", 1)


def test_tokens_that_die_during_a_long_wait(tasks: Requests, wire: FakeWire, clock: FakeClock) -> None:
    ends = clock.time + timedelta(hours=1)
    tasks.log_in(expires=ends)
    wire.respond(202)
    wire.respond(200, {"status": "BUILD"})
    for token in ("second", "third"):
        wire.respond(401)
        tasks.log_in(token=token, expires=ends)
        wire.respond(200, {"status": "BUILD"})
    wire.respond(200, {"status": "ACTIVE"})
    wait = {"key": "status", "values": ["ACTIVE"], "interval": 3600, "timeout": 86400}
    assert tasks.run(method="PUT", path="x", wait=wait)["waited"] == 4
    assert [token for _method, _url, token in tasks.sent()] == [
        *("first", "first", "first", "second", "second", "third", "third")
    ]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"wait": {"key": "a"}}, "wait: key and values belong together: give both, or neither."),
        ({"method": "PUT", "unless": {}}, "unless: say what must be there, with contains, find or body."),
        ({"unless": {"find": {"a": 1}}}, "unless needs a method that changes something, not GET."),
        (
            {"paginate": "auto", "method": "PUT"},
            "paginate needs method=GET and no dest: the pages are combined in the result.",
        ),
        ({"max_items": 0}, "max_items must be 1 or more, not 0."),
    ],
)
def test_these_options_are_checked_before_the_login(
    tasks: Requests, wire: FakeWire, given: dict[str, Any], text: str
) -> None:
    assert str(tasks.failure(OptionError, **given)) == text
    assert wire.sent == []
