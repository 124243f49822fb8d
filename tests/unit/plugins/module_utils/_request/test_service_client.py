# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to one service: where the token goes, what is followed and what is repeated, and what errors say."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import urllib3

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import METHODS
from ansible_collections.rackspace.identity.plugins.module_utils._request.service_client import MAX_JSON_BYTES
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import (
    BASE,
    HOST,
    TOKEN,
    URL,
    call,
    failure,
    service,
)

FAILED = "{method} /backups/db.dump of object-store in DFW failed: files.example.com responded with"
# urllib3 only keeps it.
POOL: Any = None
READ_TIMEOUT = requests.exceptions.ReadTimeout(urllib3.exceptions.ReadTimeoutError(POOL, "/", "Read timed out."))

# The clock keeps every wait of a test from taking time.
pytestmark = pytest.mark.usefixtures("clock")


def followed(wire: FakeWire) -> list[str]:
    """Return the URLs of the requests, each of which had the token."""
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} == {TOKEN}
    return [sent.url for sent in wire.sent]


def test_how_a_call_is_sent(wire: FakeWire) -> None:
    wire.respond(201, {"a": 1}, headers=[("X-Trans-Id", "tx1"), ("Set-Cookie", "a=b"), ("X-Storage-Token", "t")])
    reply = service().send(call("PUT", body=b"data", headers={"Accept": "application/json"}))
    assert (reply.url, reply.attempts, reply.response.status, reply.response.request_id) == (URL, 1, 201, "tx1")
    assert reply.response.headers == {"content-type": "application/json", "x-trans-id": "tx1"}
    sent = wire.only
    assert (sent.method, sent.url, sent.body) == ("PUT", URL, b"data")
    assert sent.headers == {
        "User-Agent": "rackspace.identity (Ansible collection)",
        "Accept-Encoding": "identity",
        "Accept": "application/json",
        "Connection": "keep-alive",
        "X-Auth-Token": TOKEN,
        "Content-Length": "4",
    }


# Redirects.


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        "/v1/other?a=b",
        f"https://{HOST}/v1/other?a=b",
        f"http://{HOST}/v1/other?a=b",
        "https://evil.example.org/v1/other?a=b",
        "//evil.example.org/v1/other?a=b",
        "http://127.0.0.1:9696/v1/other?a=b",
    ],
)
def test_redirect_is_followed_on_the_origin_of_the_endpoint(
    wire: FakeWire, method: str, status: int, location: str
) -> None:
    wire.respond(status, headers=[("Location", location)])
    wire.respond(200)
    reply = service().send(call(method))
    assert followed(wire) == [URL, f"https://{HOST}/v1/other?a=b"]
    assert [sent.method for sent in wire.sent] == [method, method]
    assert (reply.url, reply.attempts) == (f"https://{HOST}/v1/other?a=b", 2)


def test_redirect_is_relative_to_where_it_came_from(wire: FakeWire) -> None:
    wire.respond(302, headers=[("Location", "/v2/a/b")])
    wire.respond(302, headers=[("Location", "c")])
    wire.respond(200)
    service().send(call())
    assert followed(wire) == [URL, f"https://{HOST}/v2/a/b", f"https://{HOST}/v2/a/c"]


@pytest.mark.parametrize("location", ["/v1/caf\u00e9", "/v1/caf%C3%A9", "/v1/caf\u00c3\u00a9"])
def test_redirect_that_is_not_in_ascii(wire: FakeWire, location: str) -> None:
    # What is UTF-8 on the wire arrives as Latin-1; what is Latin-1 arrives as it is.
    wire.respond(302, headers=[("Location", location)])
    wire.respond(200)
    service().send(call())
    assert followed(wire) == [URL, f"https://{HOST}/v1/caf%C3%A9"]


def test_headers_are_utf_8(wire: FakeWire) -> None:
    wire.respond(200, headers=[("X-Object-Meta-A", "caf\u00c3\u00a9"), ("X-Object-Meta-B", "caf\u00e9")])
    headers = service().send(call()).response.headers
    assert [headers[f"x-object-meta-{name}"] for name in "ab"] == ["caf\u00e9", "caf\u00e9"]


def test_five_redirects_are_followed(wire: FakeWire) -> None:
    for number in range(5):
        wire.respond(302, headers=[("Location", f"/{number}")])
    wire.respond(200)
    assert service().send(call()).attempts == 6


def test_sixth_redirect_is_an_error(wire: FakeWire) -> None:
    for _number in range(6):
        wire.respond(302, headers=[("Location", "https://elsewhere.example.org/loop")])
    error = failure(service(), call())
    assert (error.kind, error.status, len(wire.sent)) == ("unexpected_status", 302, 6)
    assert str(error) == (
        "GET /loop of object-store in DFW failed: files.example.com responded with 302. It points to "
        "elsewhere.example.org. Only GET and HEAD follow redirects, up to 5, and only on the same host."
    )


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("GET", "HEAD")])
def test_other_methods_follow_no_redirect(wire: FakeWire, method: str) -> None:
    wire.respond(307, headers=[("Location", "https://evil.example.org/x")])
    assert str(failure(service(), call(method))) == (
        f"{FAILED.format(method=method)} 307. It points to evil.example.org. Only GET and HEAD follow redirects, up "
        "to 5, and only on the same host."
    )
    assert followed(wire) == [URL]


def test_redirect_that_is_asked_for_is_returned(wire: FakeWire) -> None:
    wire.respond(302, headers=[("Location", "https://evil.example.org/x")])
    reply = service().send(call(accepted=(302,)))
    assert (reply.response.status, reply.response.headers["location"]) == (302, "https://evil.example.org/x")
    assert followed(wire) == [URL]


@pytest.mark.parametrize("status", [300, 302, 304])
def test_redirect_to_nowhere(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    assert failure(service(), call()).kind == "unexpected_status"
    assert followed(wire) == [URL]


def test_redirect_to_no_url(wire: FakeWire) -> None:
    wire.respond(302, headers=[("Location", "https://[broken")])
    error = failure(service(), call())
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: it sent a link that is not a URL. Check the "
        "endpoint and proxy."
    )


# Statuses, and the token.


@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_find_nothing(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    assert service().find(call("HEAD")) is None


def test_find(wire: FakeWire) -> None:
    wire.respond(200, headers=[("ETag", "x")])
    reply = service().find(call("HEAD"))
    assert reply is not None
    assert reply.response.headers["etag"] == "x"


def test_find_fails_as_every_call(wire: FakeWire) -> None:
    wire.respond(403)
    with pytest.raises(ServiceError):
        service().find(call("HEAD"))


def test_rejected_token_is_replaced_once(wire: FakeWire) -> None:
    wire.respond(401)
    wire.respond(302, headers=[("Location", "/other")])
    wire.respond(200, {"said": "newtoken and more"})
    client = service(authorization=Authorization(TOKEN, lambda token: f"newtoken{token == TOKEN}"))
    assert client.send(call("GET")).attempts == 3
    # The redirect begins anew.
    assert [(sent.url, sent.headers["X-Auth-Token"]) for sent in wire.sent] == [
        (URL, TOKEN),
        (URL, "newtokenTrue"),
        (f"https://{HOST}/other", "newtokenTrue"),
    ]
    assert client.redactor().payload({"a": ["newtokenTrue", f"{TOKEN} x"]}) == {"a": ["********", f"{TOKEN} x"]}


def test_given_token_is_not_replaced(wire: FakeWire) -> None:
    wire.respond(401)
    assert str(failure(service(), call())) == (
        f"{FAILED.format(method='GET')} 401. The service does not accept the token for this; check path, service_type "
        "and region."
    )


def test_service_that_repeats_the_token(wire: FakeWire) -> None:
    wire.respond(400, {"badRequest": {"message": f"no {TOKEN}"}}, headers=[("X-Trans-Id", TOKEN)])
    error = failure(service(), call())
    assert (error.fault.message, error.request_id) == ("no ********", "********")
    wire.respond(200, headers=[("X-Echo", TOKEN)])
    assert service().send(call()).response.headers["x-echo"] == "********"


@pytest.mark.parametrize(
    ("base", "url", "path"),
    [
        (BASE, BASE, "/"),
        (BASE, f"{BASE}?format=json", "/"),
        (f"{BASE}/", f"{BASE}/a?limit=1", "/a"),
        (BASE, f"{BASE}2/a", "/v1/acct2/a"),
        (f"https://{HOST}", f"https://{HOST}/", "/"),
    ],
)
def test_path_in_messages(wire: FakeWire, base: str, url: str, path: str) -> None:
    wire.respond(405)
    assert str(failure(service(base), call(url=url))) == (
        f"GET {path} of object-store in DFW failed: {HOST} responded with 405. Check method and path."
    )


# What is repeated.


@pytest.mark.parametrize("method", METHODS)
def test_lost_response(wire: FakeWire, method: str) -> None:
    wire.fail(READ_TIMEOUT, sent=True)
    if method in ("POST", "PATCH"):
        error = failure(service(retries=2), call(method))
        assert str(error) == (
            f"{HOST} received the request but did not complete its response within 30 seconds. Try again later, or "
            "raise timeout."
        )
    else:
        wire.respond(200)
        assert service(retries=2).send(call(method)).attempts == 2


@pytest.mark.parametrize("method", METHODS)
def test_response_that_is_cut(wire: FakeWire, method: str) -> None:
    if method == "HEAD":
        # It has no body that could be cut.
        wire.respond(200, headers=[("Content-Length", "9")])
        assert service(retries=1).send(call(method)).attempts == 1
        return
    wire.respond(200, body=b"x", headers=[("Content-Length", "9")])
    if method in ("POST", "PATCH"):
        assert str(failure(service(retries=1), call(method))) == (
            f"{HOST} did not respond like the service object-store in DFW: the response was cut short. Check the "
            "endpoint and proxy."
        )
    else:
        wire.respond(200, body=b"123456789", headers=[("Content-Length", "9")])
        assert service(retries=1).send(call(method)).response.body == b"123456789"


@pytest.mark.parametrize("method", METHODS)
def test_what_was_never_sent_is_sent_again(wire: FakeWire, method: str) -> None:
    refused: Any = urllib3.exceptions.NewConnectionError(POOL, "refused")
    wire.fail(requests.exceptions.ConnectionError(refused))
    wire.respond(200)
    assert service(retries=1).send(call(method)).attempts == 2


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("status", "payload", "headers"),
    [
        (429, None, ()),
        (413, None, [("Retry-After", "5")]),
        (413, None, [("Reply-After", "2026-01-31T12:00:05Z")]),
        (413, {"overLimit": {"message": "m"}}, ()),
    ],
)
def test_rate_limit_is_waited_for(
    wire: FakeWire, clock: FakeClock, method: str, status: int, payload: Any, headers: Any
) -> None:
    wire.respond(status, payload, headers=headers)
    wire.respond(200)
    assert service(retries=1).send(call(method)).attempts == 2
    assert clock.waits == [5.0]


@pytest.mark.parametrize("method", METHODS)
def test_rate_limit_is_waited_for_while_time_is_left(wire: FakeWire, clock: FakeClock, method: str) -> None:
    for _number in range(7):
        wire.respond(429, headers=[("Retry-After", "20")])
    # However many others come before.
    assert failure(service(retries=1), call(method)).kind == "over_limit"
    assert clock.waits == [20.0] * 6
    assert len(wire.sent) == 7


def test_rate_limit_is_an_error_without_retries(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(429, headers=[("Retry-After", "1")])
    assert failure(service(retries=0), call()).kind == "over_limit"
    assert clock.waits == []


def test_request_that_is_too_large_is_not_repeated(wire: FakeWire) -> None:
    wire.respond(413, {"message": "Nodes must not exceed 25 per load balancer.", "code": 413})
    assert str(failure(service(retries=3), call("POST"))) == (
        f"{FAILED.format(method='POST')} 413: Nodes must not exceed 25 per load balancer. The request is larger than "
        "the service allows."
    )


BUSY = {"message": "Load Balancer '71' has a status of 'PENDING_UPDATE' and is immutable.", "code": 422}


def test_retry_on_goes_on_while_time_is_left(wire: FakeWire, clock: FakeClock) -> None:
    for _number in range(6):
        wire.respond(422, BUSY)
    wire.respond(202)
    # Without a limit to their number.
    assert service(retries=1).send(call("POST", retry_on={422: "pending_update"})).attempts == 7
    assert clock.waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]


def test_retry_on_ends_with_the_time(wire: FakeWire, clock: FakeClock) -> None:
    for _number in range(3):
        wire.respond(422, BUSY)
    error = failure(service(retry_max_wait=1.0), call("POST", retry_on={422: "PENDING_UPDATE"}))
    assert (error.kind, clock.waits) == ("conflict", [0.25, 0.5])


@pytest.mark.parametrize("retry_on", [{}, {409: "PENDING_UPDATE"}, {422: "DELETED"}])
def test_other_responses_are_not_repeated(wire: FakeWire, retry_on: dict[int, str]) -> None:
    wire.respond(422, BUSY)
    assert failure(service(retries=3), call("POST", retry_on=retry_on)).status == 422


def test_retry_on_looks_at_all_words_of_the_fault(wire: FakeWire) -> None:
    wire.respond(409, {"buildInProgress": {"code": 409, "message": "m", "details": "later"}})
    wire.respond(409, {"buildInProgress": {"code": 409, "message": "m", "details": "later"}})
    wire.respond(202)
    client = service()
    assert client.send(call("POST", retry_on={409: "BUILDINPROGRESS"})).attempts == 3
    wire.respond(409, {"buildInProgress": {"code": 409, "message": "m", "details": "later"}})
    wire.respond(202)
    assert client.send(call("POST", retry_on={409: "later"})).attempts == 2


# Bodies, and what cannot be reached.


def test_largest_body(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_JSON_BYTES == 32 * 1024**2
    wire.respond(200, body=bytes(MAX_JSON_BYTES + 1))
    assert str(failure(service(), call())) == (
        f"{HOST} did not respond like the service object-store in DFW: the response is larger than 32 MiB. Check the "
        "endpoint and proxy."
    )


def test_body_with_an_encoding_is_taken_as_it_is(wire: FakeWire) -> None:
    wire.respond(200, body=b"\x1f\x8b", headers=[("Content-Encoding", "gzip")])
    assert service().send(call()).response.body == b"\x1f\x8b"


def test_service_that_cannot_be_reached(wire: FakeWire) -> None:
    refused: Any = urllib3.exceptions.NewConnectionError(POOL, "refused")
    wire.fail(requests.exceptions.ConnectionError(refused))
    error = failure(service(), call())
    assert (error.kind, str(error)) == (
        "unreachable",
        f"{HOST} cannot be reached. Check the endpoint, the network and proxy.",
    )


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize(
    "exception",
    [
        READ_TIMEOUT,
        requests.exceptions.ConnectTimeout(),
        requests.exceptions.SSLError("x"),
        requests.exceptions.ProxyError("x"),
        requests.exceptions.InvalidHeader("x"),
        requests.exceptions.InvalidURL("x"),
        requests.exceptions.ChunkedEncodingError("x"),
        urllib3.exceptions.ProtocolError("x"),
        ValueError("x"),
        OSError("x"),
    ],
    ids=repr,
)
def test_no_error_speaks_of_the_identity_service(wire: FakeWire, exception: BaseException, sent: bool) -> None:
    wire.fail(exception, sent=sent)
    assert isinstance(failure(service(), call("POST")), IdentityError)


# Sinks: only the body of what was asked for goes there.


def test_body_of_a_success_goes_to_the_sink(wire: FakeWire) -> None:
    wire.respond(302, body=b"elsewhere", headers=[("Location", "/x")])
    wire.respond(200, body=b"data")
    taken, opened = bytearray(), list[int]()

    def open_sink(status: int) -> Any:
        opened.append(status)
        return taken.extend

    reply = service().send(call(open_sink=open_sink))
    assert (bytes(taken), reply.response.body, opened) == (b"data", b"", [200])


@pytest.mark.parametrize("accepted", [(), (200, 404)])
def test_body_of_an_error_is_read(wire: FakeWire, accepted: tuple[int, ...]) -> None:
    wire.respond(404, body=b"Not here.")
    client, one = service(), call(accepted=accepted, open_sink=lambda _status: pytest.fail)
    if accepted:
        assert client.send(one).response.body == b"Not here."
    else:
        assert failure(client, one).fault.message == "Not here."


def test_an_error_of_the_connection_says_where_its_options_came_from(wire: FakeWire) -> None:
    sources = {"timeout": Source.environment("RAX_TIMEOUT"), "proxy": Source.variable("rax_proxy")}
    wire.fail(READ_TIMEOUT, sent=True)
    error = failure(service(context=Context(sources), timeout=2), call())
    assert str(error).endswith(
        " within 2 seconds. Try again later, or raise timeout. The timeout came from the environment variable "
        "RAX_TIMEOUT."
    )


def test_names_in_a_path_are_not_taken_for_options(wire: FakeWire) -> None:
    sources = {"timeout": Source.environment("RAX_TIMEOUT"), "proxy": Source.variable("rax_proxy")}
    wire.respond(404)
    error = failure(service(context=Context(sources)), call(url=f"{BASE}/proxy/timeout"))
    assert "came from" not in str(error)
