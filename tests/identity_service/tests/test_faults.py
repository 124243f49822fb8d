# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: the queue, and what a client sees."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from identity_service.errors import FAULT_CODES
from identity_service.parts import Parts
from identity_service.tests.api_client import TOKENS, ApiClient, access, refused
from identity_service.web import create_app

LOGIN = json.dumps({"auth": {"passwordCredentials": {"username": "demoauthor", "password": "myPassword01"}}})


def login(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    connection.request("POST", TOKENS, LOGIN, {"Content-Type": "application/json"})
    return connection.getresponse()


@pytest.fixture
def connection(port: int) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        yield connection


@pytest.mark.parametrize(("fault", "status"), FAULT_CODES.items())
def test_every_documented_fault(api: ApiClient, fault: str, status: int) -> None:
    api.add_fault(kind="fault", status=status, fault=fault, message="Because.", details="Of that.")
    response = api.password()
    assert refused(response, status, fault) == "Because."
    assert response.get_json()[fault]["details"] == "Of that."
    access(api.password())


def test_the_status_decides_the_fault_name(api: ApiClient) -> None:
    api.add_fault(kind="fault", status=413)
    api.add_fault(kind="fault", status=429)
    refused(api.password(), 413, "overLimit")
    refused(api.password(), 429, "identityFault")


def test_every_form_of_retry_after(api: ApiClient) -> None:
    api.add_fault(kind="fault", status=413, retry_after=2)
    api.add_fault(kind="fault", status=503, retry_after_date=30)
    api.add_fault(kind="fault", status=413, retry_at=30)
    api.add_fault(kind="fault", status=413, retry_at="2012-11-14T21:51:28UTC", body_retry_after=7)
    assert api.password().headers["Retry-After"] == "2"
    when = parsedate_to_datetime(api.password().headers["Retry-After"]).timestamp()
    assert 25 < when - time.time() < 35
    response = api.password()
    assert "Retry-After" not in response.headers
    assert response.get_json()["overLimit"]["retryAt"].endswith("Z")
    fault = api.password().get_json()["overLimit"]
    assert (fault["retryAt"], fault["retryAfter"]) == ("2012-11-14T21:51:28UTC", 7)


def test_faults_wait_for_their_operation(api: ApiClient) -> None:
    api.add_fault(kind="html", operation="validate")
    api.add_fault(kind="empty", operation="login", status=500)
    token = api.control("POST", "tokens", {"user": "demoauthor"})["id"]
    assert api.get(f"{token}/endpoints", token).status_code == 200
    response = api.api_key()
    assert (response.status_code, response.data) == (500, b"")
    response = api.get(token, token)
    assert (response.status_code, response.mimetype) == (502, "text/html")
    access(api.get(token, token))


def test_faults_affect_unknown_paths_but_not_the_control_interface(api: ApiClient) -> None:
    api.add_fault(kind="html")
    api.control("GET", "counters")
    assert api.client.get("/nowhere").status_code == 502


def test_a_fault_occurs_as_often_as_requested_after_skipping(api: ApiClient) -> None:
    api.add_fault(kind="fault", status=503, times=2, skip=1)
    assert [api.password().status_code for _attempt in range(4)] == [200, 503, 503, 200]
    api.add_fault(kind="fault", status=503, times=None)
    assert {api.password().status_code for _attempt in range(5)} == {503}
    assert len(api.control("GET", "faults")["faults"]) == 1
    api.control("DELETE", "faults")
    access(api.password())


def test_faults_are_used_in_order_and_pending_ones_are_listed(api: ApiClient) -> None:
    faults = [{"kind": "fault", "status": 503, "times": 2}, {"kind": "redirect", "location": "https://example.com/"}]
    api.control("POST", "faults", faults)
    api.password()
    left = api.control("GET", "faults")["faults"]
    assert left[0] == {"kind": "fault", "operation": "*", "times": 1, "skip": 0, "status": 503}
    api.control("DELETE", "faults")
    api.control("POST", "faults", left)
    assert [api.password().status_code for _attempt in range(3)] == [503, 302, 200]


def test_a_fault_is_counted_and_logged(api: ApiClient) -> None:
    api.add_fault(kind="fault", status=503)
    api.password()
    (entry,) = api.control("GET", "requests")["requests"]
    assert (entry["fault"], entry["outcome"]) == ("fault", "503")
    assert api.count("login_password") == 1
    assert api.control("GET", "tokens")["total"] == 0


def test_faults_are_used_exactly_as_often_as_requested_under_threads(parts: Parts) -> None:
    app = create_app(parts)
    ApiClient(app.test_client()).add_fault(kind="fault", status=503, times=50)
    statuses: list[int] = []

    def work() -> None:
        caller = ApiClient(app.test_client())
        statuses.extend(caller.api_key().status_code for _round in range(20))

    threads = [threading.Thread(target=work) for _thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(503), statuses.count(200)) == (50, 70)


@pytest.mark.parametrize(
    "fault",
    [
        "html",
        {},
        {"kind": "unknown"},
        {"kind": "html", "operation": "nothing"},
        {"kind": "html", "times": 0},
        {"kind": "html", "times": True},
        {"kind": "html", "skip": -1},
        {"kind": "html", "seconds": 1},
        {"kind": "html", "status": 99},
        {"kind": "html", "status": "502"},
        {"kind": "fault"},
        {"kind": "fault", "status": 503, "message": 1},
        {"kind": "fault", "status": 503, "retry_after": []},
        {"kind": "fault", "status": 503, "retry_after_date": "soon"},
        {"kind": "slow"},
        {"kind": "slow", "seconds": -1},
        {"kind": "drip", "seconds": 1, "bytes": 0},
        {"kind": "huge"},
        {"kind": "huge", "bytes": 10, "content_length": 1},
        {"kind": "redirect"},
        {"kind": "raw", "headers": {"A": 1}},
        {"kind": "raw", "headers": {"A": "b\nC: d"}},
        {"kind": "raw", "body": 1},
        {"kind": "raw", "body_base64": "*"},
        {"kind": "raw", "body_base64": 1},
        {"kind": "raw", "body": "", "body_base64": ""},
        {"kind": "status"},
        {"kind": "status", "status": 600},
    ],
)
def test_invalid_faults_are_rejected_as_a_whole(api: ApiClient, fault: Any) -> None:
    assert api.control("POST", "faults", [{"kind": "html"}, fault], status=400)["error"]
    assert api.control("GET", "faults") == {"faults": []}


def test_another_content_type(api: ApiClient) -> None:
    api.add_fault(kind="content_type")
    response = api.password()
    assert response.content_type == "text/plain"
    assert json.loads(response.data)["access"]["user"]["name"] == "demoauthor"


def test_the_real_response_with_another_status(api: ApiClient) -> None:
    api.add_fault(kind="status", status=203)
    response = api.password()
    assert response.status_code == 203
    token = response.get_json()["access"]["token"]["id"]
    assert api.control("POST", "tokens/check", {"id": token})["alive"]
    assert api.control("GET", "counters")["answers"] == {"login_password": {"203": 1}}


def test_a_redirect_keeps_its_location(api: ApiClient) -> None:
    api.add_fault(kind="redirect", location="/v2.0/elsewhere", status=307)
    response = api.password()
    assert (response.status_code, response.headers["Location"]) == (307, "/v2.0/elsewhere")


def test_a_raw_response_is_exactly_what_was_requested(api: ApiClient) -> None:
    api.add_fault(kind="raw", status=418, body="<x/>", headers={"Content-Type": "application/xml", "X-More": "1"})
    response = api.password()
    assert (response.status_code, response.data) == (418, b"<x/>")
    assert (response.content_type, response.headers["X-More"]) == ("application/xml", "1")
    api.add_fault(kind="raw", body_base64="//4A")
    assert api.password().data == b"\xff\xfe\x00"
    api.add_fault(kind="raw", body="{}")
    assert "Content-Type" not in api.password().headers


@pytest.mark.parametrize("known_length", [True, False])
def test_a_huge_response(api: ApiClient, connection: http.client.HTTPConnection, known_length: bool) -> None:
    api.add_fault(kind="huge", bytes=3_000_000, content_length=known_length)
    response = login(connection)
    assert (response.getheader("Content-Length") is not None) is known_length
    assert (response.getheader("Transfer-Encoding") == "chunked") is not known_length
    body = response.read()
    assert len(body) == 3_000_000
    assert set(json.loads(body)["access"]) == {"padding"}
    assert login(connection).status == 200


def test_a_huge_response_in_xml(api: ApiClient) -> None:
    api.add_fault(kind="huge", bytes=100_000)
    response = api.post(json.loads(LOGIN), headers={"Accept": "application/xml"})
    assert (len(response.data), response.content_type) == (100_000, "application/xml")
    assert list(ElementTree.fromstring(response.data).attrib) == ["padding"]


def test_a_truncated_response_closes_the_connection(api: ApiClient, connection: http.client.HTTPConnection) -> None:
    api.add_fault(kind="truncated")
    response = login(connection)
    with pytest.raises(http.client.IncompleteRead) as raised:
        response.read()
    assert len(raised.value.partial) > 1000
    assert api.control("GET", "counters")["answers"] == {"login_password": {"truncated": 1}}


def test_a_reset_connection(api: ApiClient, port: int) -> None:
    api.add_fault(kind="reset")
    reset = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(reset), pytest.raises(ConnectionResetError):
        login(reset)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as second:
        assert login(second).status == 200
    assert api.control("GET", "counters")["answers"] == {"login_password": {"reset": 1, "200": 1}}
    assert api.control("GET", "tokens")["total"] == 1


def test_a_slow_response(api: ApiClient, connection: http.client.HTTPConnection) -> None:
    api.add_fault(kind="slow", seconds=0.3)
    begun = time.monotonic()
    assert login(connection).status == 200
    assert time.monotonic() - begun >= 0.3


def test_a_dripping_response(api: ApiClient, port: int) -> None:
    api.add_fault(kind="drip", bytes=4000, seconds=0.1)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        head = f"POST {TOKENS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
        line.sendall(f"{head}Content-Length: {len(LOGIN)}\r\n\r\n{LOGIN}".encode())
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
    assert len(pieces) >= 3
    body = b"".join(pieces).partition(b"\r\n\r\n")[2]
    assert json.loads(body)["access"]["user"]["name"] == "demoauthor"


def test_a_connection_serves_many_requests(api: ApiClient, connection: http.client.HTTPConnection) -> None:
    connection.connect()
    line = connection.sock
    for _round in range(3):
        response = login(connection)
        assert response.status == 200
        response.read()
        connection.request("GET", "/nowhere")
        assert connection.getresponse().read()
        connection.request("POST", TOKENS, b" " * 200_000, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (413, True)
    assert connection.sock is line
    assert api.count("login_password") == 3
