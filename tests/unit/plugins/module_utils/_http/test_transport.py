# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport on a wire without a network: what is given to `requests`, and what is tried again."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
import requests
import urllib3

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    Fault,
    IdentityError,
    InvalidResponseError,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import (
    Request,
    Response,
    Transport,
    host_of,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import MfaChallenge
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

URL = "https://identity.example.com/v2.0/tokens/secrettoken"
CHALLENGE = "OS-MF sessionId='secretsession', factor='PASSCODE'"

# The pool or connection that failed, which urllib3 only keeps.
POOL: Any = None

# The clock keeps every wait of a test from taking time.
pytestmark = pytest.mark.usefixtures("clock")


def call(
    *, repeatable: bool = True, method: str = "POST", secrets: Sequence[str] = ("secrettoken",), **options: Any
) -> Response:
    transport = Transport(connection_settings(**options), read_fault)
    try:
        headers = {"X-Auth-Token": "secrettoken"}
        return transport.call(Request(method, URL, headers, b"{}", repeatable=repeatable, secrets=secrets))
    finally:
        transport.close()


@pytest.mark.covers("request-headers/host-user-agent")
def test_how_a_request_is_sent(wire: FakeWire) -> None:
    wire.respond(200, {})
    call()
    sent = wire.only
    assert (sent.method, sent.url, sent.body) == ("POST", URL, b"{}")
    assert sent.headers == {
        "User-Agent": "rackspace.identity (Ansible collection)",
        "Accept-Encoding": "identity",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "X-Auth-Token": "secrettoken",
        "Content-Length": "2",
    }
    assert sent.timeout == (30.0, 30.0)
    assert sent.verify is True
    assert sent.proxies == {}


def test_options_reach_the_adapter(wire: FakeWire) -> None:
    wire.respond(200, {})
    call(ca_path=__file__, proxy="http://me:secret@proxy:3128", timeout=1.5)
    assert wire.only.verify == __file__
    assert wire.only.timeout == (1.5, 1.5)
    assert wire.only.proxies == dict.fromkeys(("http", "https"), "http://me:secret@proxy:3128")


@pytest.mark.parametrize(
    ("variables", "options", "verify"),
    [
        ({}, {"validate_certs": False}, False),
        ({"REQUESTS_CA_BUNDLE": __file__}, {}, __file__),
        ({"CURL_CA_BUNDLE": __file__}, {}, __file__),
        ({"REQUESTS_CA_BUNDLE": __file__, "CURL_CA_BUNDLE": sys.executable}, {}, __file__),
        ({"REQUESTS_CA_BUNDLE": __file__}, {"ca_path": sys.executable}, sys.executable),
        ({"REQUESTS_CA_BUNDLE": __file__}, {"validate_certs": False}, False),
        ({"REQUESTS_CA_BUNDLE": "/nonexistent"}, {"validate_certs": False, "ca_path": "/nonexistent"}, False),
        ({"SSL_CERT_FILE": __file__}, {}, __file__),
        ({"REQUESTS_CA_BUNDLE": __file__, "SSL_CERT_FILE": sys.executable}, {}, __file__),
        ({"CURL_CA_BUNDLE": __file__, "SSL_CERT_FILE": sys.executable}, {}, __file__),
        ({"SSL_CERT_FILE": __file__}, {"ca_path": sys.executable}, sys.executable),
        ({"SSL_CERT_FILE": __file__}, {"validate_certs": False}, False),
        ({"REQUESTS_CA_BUNDLE": "", "SSL_CERT_FILE": ""}, {}, True),
    ],
)
def test_which_certificates_verify_the_server(
    wire: FakeWire,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    options: dict[str, Any],
    verify: object,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    wire.respond(200, {})
    call(**options)
    assert wire.only.verify == verify


@pytest.mark.covers("response-headers/x-openstack-request-id-x-trans-id-not-in-the-documents")
def test_what_is_read_from_a_response(wire: FakeWire) -> None:
    wire.respond(
        401,
        body=b'{"unauthorized": {"code": 401, "message": "no"}}',
        headers=[
            ("Content-Type", "Application/JSON; charset=utf-8"),
            ("WWW-Authenticate", 'Keystone uri="https://identity.example.com"'),
            ("WWW-Authenticate", CHALLENGE),
            ("X-Tenant-Id", " 123456 "),
            ("Retry-After", "7"),
            ("X-Openstack-Request-Id", "req-1"),
            ("x-trans-id", "tx-1"),
            ("Location", "https://me:pw@elsewhere.example.com:81/v2.0?x=y"),
        ],
    )
    response = call()
    assert response == Response(
        status=401,
        body=b'{"unauthorized": {"code": 401, "message": "no"}}',
        media_type="application/json",
        request_id="req-1",
        retry_after=7.0,
        challenge=MfaChallenge("secretsession", "PASSCODE"),
        tenant_id="123456",
        redirect_host="elsewhere.example.com:81",
        fault=Fault("unauthorized", "no"),
        headers={
            "content-type": "Application/JSON; charset=utf-8",
            "x-tenant-id": " 123456 ",
            "retry-after": "7",
            "x-openstack-request-id": "req-1",
            "x-trans-id": "tx-1",
            "location": "https://me:pw@elsewhere.example.com:81/v2.0?x=y",
        },
    )


@pytest.mark.parametrize(
    "form", ["secrettoken", "%73ecrettoken", "&#115;ecrettoken", "c2VjcmV0dG9rZW4=", "c2VjcmV0dG9rZW4"]
)
@pytest.mark.parametrize("status", [200, 204, 302, 401, 500])
def test_secret_of_the_request_is_masked_in_every_response(wire: FakeWire, status: int, form: str) -> None:
    fault = {"fault secrettoken": {"message": f"m {form}", "details": f"d {form}"}}
    headers = [
        ("X-Openstack-Request-Id", f"req-{form}"),
        ("X-Tenant-Id", form),
        ("Location", f"https://secrettoken.example.com/{form}"),
    ]
    wire.respond(status, fault, headers=headers)
    response = call(retries=0)
    assert (response.request_id, response.redirect_host) == (f"req-{MASK}", f"{MASK}.example.com")
    assert response.tenant_id == MASK
    if status >= 400:
        assert response.fault == Fault(f"fault {MASK}", f"m {MASK}", f"d {MASK}")
    assert form not in repr(response)


def test_secret_in_the_factor_of_a_challenge_is_masked(wire: FakeWire) -> None:
    challenge = "OS-MF sessionId='secretsession', factor='secrettoken of secretsession'"
    wire.respond(401, {}, headers=[("WWW-Authenticate", challenge)])
    assert call().challenge == MfaChallenge("secretsession", f"{MASK} of {MASK}")


def test_session_that_holds_a_secret_is_not_a_challenge(wire: FakeWire) -> None:
    # It is returned as it came.
    wire.respond(401, {}, headers=[("WWW-Authenticate", "OS-MF sessionId='x-secrettoken', factor='PASSCODE'")])
    assert call().challenge is None


def test_session_of_a_challenge_is_masked_too(wire: FakeWire) -> None:
    headers = [("WWW-Authenticate", CHALLENGE), ("x-trans-id", "tx-secretsession"), ("Location", "//secretsession/")]
    wire.respond(401, {"unauthorized": {"message": "secretsession"}}, headers=headers)
    response = call()
    assert (response.request_id, response.redirect_host) == (f"tx-{MASK}", MASK)
    assert response.fault == Fault("unauthorized", MASK)


def test_response_without_headers_and_body(wire: FakeWire) -> None:
    wire.respond(204, headers=[("X-Tenant-Id", "  "), ("x-trans-id", "tx-1")])
    assert call() == Response(204, b"", request_id="tx-1", headers={"x-tenant-id": "  ", "x-trans-id": "tx-1"})


def test_successes_have_no_fault_and_no_challenge(wire: FakeWire) -> None:
    wire.respond(200, {"unauthorized": {"message": "no"}}, headers=[("WWW-Authenticate", CHALLENGE)])
    response = call()
    assert (response.fault, response.challenge) == (Fault(), None)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
def test_compressed_response_is_refused(wire: FakeWire, encoding: str) -> None:
    wire.respond(200, body=b"\x1f\x8b", headers=[("Content-Encoding", encoding)])
    with pytest.raises(IdentityError) as caught:
        call()
    assert caught.value.kind == "invalid_response"
    assert str(caught.value) == (
        "identity.example.com did not respond like an identity service: "
        "the response is compressed, which was not asked for. Check identity_url and proxy."
    )


@pytest.mark.parametrize("encoding", ["Identity", "identity ", "", "identity, identity", ", identity"])
def test_encoding_identity_is_not_compressed(wire: FakeWire, encoding: str) -> None:
    wire.respond(200, {}, headers=[("Content-Encoding", encoding)])
    assert call().body == b"{}"


@pytest.mark.covers("response-headers/content-length-transfer-encoding")
def test_response_shorter_than_announced(wire: FakeWire) -> None:
    wire.respond(200, body=b"{}", headers=[("Content-Length", "3")])
    with pytest.raises(IdentityError, match="the response was cut short"):
        call()


def test_response_to_head_has_no_body(wire: FakeWire) -> None:
    wire.respond(200, headers=[("Content-Length", "3")])
    assert call(method="HEAD").status == 200


@pytest.mark.parametrize(
    ("status", "repeatable", "again"),
    [
        (413, True, False),
        (413, False, False),
        (429, True, True),
        (429, False, True),
        *((status, True, True) for status in (500, 502, 503, 504)),
        *((status, False, False) for status in (500, 502, 503, 504)),
        *((status, True, False) for status in (200, 204, 301, 400, 401, 403, 404, 405, 406, 409, 501, 505)),
    ],
)
def test_what_is_tried_again(wire: FakeWire, status: int, repeatable: bool, again: bool) -> None:
    wire.respond(status)
    if again:
        wire.respond(200, {})
    response = call(repeatable=repeatable)
    assert response.status == (200 if again else status)
    assert len(wire.sent) == 1 + again
    assert wire.sent[0] == wire.sent[-1]


@pytest.mark.covers("response-headers/retry-after-not-in-the-documents")
@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize(
    ("payload", "headers", "again"),
    [
        ({"overLimit": {"code": 413}}, [], True),
        ({"OverLimit": {"code": 413}}, [], True),
        (None, [("Retry-After", "3")], True),
        (None, [("Retry-After", "0")], True),
        ({"requestTooLarge": {"retryAfter": 3}}, [], True),
        # Sent again, it would be as large.
        ({"requestTooLarge": {"code": 413}}, [], False),
        (None, [("Retry-After", "soon")], False),
        (None, [], False),
    ],
)
def test_413_is_a_rate_limit_only_if_it_says_so(
    wire: FakeWire, payload: object, headers: Iterable[tuple[str, str]], again: bool, repeatable: bool
) -> None:
    wire.respond(413, payload, headers=headers)
    if again:
        wire.respond(200, {})
    assert call(repeatable=repeatable).status == (200 if again else 413)
    assert len(wire.sent) == 1 + again


@pytest.mark.parametrize(
    ("response", "is_rate_limited"),
    [
        (Response(413, b""), False),
        (Response(413, b"", retry_after=0.0), True),
        (Response(413, b"", fault=Fault("overLimit")), True),
        (Response(413, b"", fault=Fault("OVERLIMIT")), True),
        (Response(413, b"", fault=Fault("badRequest")), False),
        (Response(429, b""), True),
        (Response(503, b"", retry_after=1.0), False),
        (Response(200, b""), False),
    ],
)
def test_which_responses_are_rate_limited(response: Response, is_rate_limited: bool) -> None:
    assert response.is_rate_limited is is_rate_limited


def test_last_response_counts(wire: FakeWire, clock: FakeClock) -> None:
    for number in range(3):
        wire.respond(503, headers=[("x-trans-id", f"tx-{number}")])
    response = call(retries=2)
    assert (response.status, response.request_id) == (503, "tx-2")
    assert clock.waits == [0.25, 0.5]


def test_no_retries(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(429)
    assert call(retries=0).status == 429
    assert clock.waits == []


def test_wait_of_exactly_what_is_allowed(wire: FakeWire, clock: FakeClock) -> None:
    clock.jitter = 1.0
    wire.respond(413, headers=[("Retry-After", "60")])
    wire.respond(200, {})
    assert call().status == 200
    assert clock.waits == [61.0]


def test_longer_wait_than_allowed_ends_at_once(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(413, headers=[("Retry-After", "61")])
    response = call()
    assert (response.status, response.retry_after) == (413, 61.0)
    assert clock.waits == []


@pytest.mark.parametrize(
    ("headers", "body"), [([("Retry-After", "0918273")], b""), ([], b'{"overLimit": {"retryAfter": 918273}}')]
)
def test_secret_instead_of_a_wait(
    wire: FakeWire, clock: FakeClock, headers: list[tuple[str, str]], body: bytes
) -> None:
    wire.respond(503, body=body, headers=[*headers, ("Content-Type", "application/json")])
    response = call(retries=0, secrets=("918273",))
    assert (response.status, response.retry_after) == (503, None)


def test_retry_max_wait_allows_a_longer_wait(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(413, headers=[("Retry-After", "61")])
    wire.respond(200, {})
    assert call(retry_max_wait=100.0).status == 200
    assert clock.waits == [61.0]


@pytest.mark.covers("response-headers/retry-after-not-in-the-documents")
@pytest.mark.parametrize(
    ("payload", "headers", "seconds"),
    [
        ({"overLimit": {"retryAfter": 12}}, [], 12.0),
        ({"overLimit": {"retryAfter": "12"}}, [], 12.0),
        ({"overLimit": {"retryAfter": 12}}, [("Retry-After", "3")], 3.0),
        ({"overLimit": {"retryAfter": 12}}, [("Retry-After", "3"), ("Retry-After", "60")], 60.0),
        ({"overLimit": {"retryAfter": 1e308}}, [], 5.0),
        ({"overLimit": {"retryAfter": 12}}, [("Retry-After", "0")], 0.0),
        ({"overLimit": {"retryAfter": 12}}, [("Retry-After", "soon")], 12.0),
        ({"overLimit": {"code": 413}}, [], 5.0),
        ({"overLimit": {"retryAt": "2026-01-31T12:00:30Z"}}, [], 30.0),
        ({"overLimit": {"retryAt": "2026-01-31T12:00:30UTC"}}, [], 30.0),
        ({"retryAfter": "2026-01-31T14:00:30+02:00"}, [], 30.0),
        ({"overLimit": {"retryAt": "2012-11-14T21:51:28UTC"}}, [], 0.0),
        (None, [("Retry-After", "Sat, 31 Jan 2026 12:00:30 GMT")], 30.0),
        (None, [("Retry-After", "Fri, 31 Jan 2020 12:00:30 GMT")], 0.0),
        # The service's clock is an hour ahead, or behind.
        (None, [("Date", "Sat, 31 Jan 2026 13:00:00 GMT"), ("Retry-After", "Sat, 31 Jan 2026 13:00:10 GMT")], 10.0),
        (None, [("Date", "Sat, 31 Jan 2026 11:00:00 GMT"), ("Retry-After", "Sat, 31 Jan 2026 11:00:10 GMT")], 10.0),
        (
            {"overLimit": {"retryAt": "2026-01-31T13:00:10Z"}},
            [("Date", "Sat, 31 Jan 2026 13:00:00 GMT")],
            10.0,
        ),
    ],
)
def test_how_long_the_service_asks_to_wait(
    wire: FakeWire,
    clock: FakeClock,
    payload: object,
    headers: Iterable[tuple[str, str]],
    seconds: float,
) -> None:
    wire.respond(413, payload, headers=headers)
    wire.respond(200, {})
    assert call().status == 200
    assert clock.waits == [seconds]


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (None, 0.0),
        ("", 0.0),
        ("yesterday", 0.0),
        ("Sat, 31 Jan 2026 12:00:29 GMT", 0.0),
        ("Sat, 31 Jan 2026 11:59:31 GMT", 0.0),
        ("Sat, 31 Jan 2026 12:00:30 GMT", 30.0),
        ("Sat, 31 Jan 2026 11:59:30 GMT", -30.0),
        ("Sat, 31 Jan 2026 13:00:00 GMT", 3600.0),
        ("Sun, 01 Feb 2026 12:00:00 GMT", 86400.0),
        ("Fri, 30 Jan 2026 12:00:00 GMT", -86400.0),
        # A clock is never that wrong.
        ("Sun, 01 Feb 2026 12:00:01 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 0.0),
    ],
)
def test_clock_of_the_service(wire: FakeWire, date: str | None, seconds: float) -> None:
    wire.respond(200, {}, headers=[] if date is None else [("Date", date)])
    assert call().clock_skew == seconds


def test_host_without_an_address(wire: FakeWire) -> None:
    resolution = socket.gaierror(-2, "Name or service not known")
    lower = urllib3.exceptions.NewConnectionError(POOL, f"{URL}: failed to resolve")
    lower.__cause__ = resolution
    for _try in range(2):
        wire.fail(requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, URL, lower)))
    with pytest.raises(IdentityError) as caught:
        call(retries=1, repeatable=False)
    assert caught.value.kind == "unreachable"
    assert str(caught.value) == (
        "identity.example.com cannot be reached: Name or service not known. Check identity_url, the network and proxy."
    )


def test_no_connection_in_time(wire: FakeWire) -> None:
    for _try in range(2):
        wire.fail(requests.ConnectTimeout(urllib3.exceptions.ConnectTimeoutError(POOL, f"{URL} timed out")))
    with pytest.raises(IdentityError) as caught:
        call(retries=1, repeatable=False, timeout=2.5, proxy="http://me:secret@proxy:1")
    assert caught.value.kind == "timeout"
    assert str(caught.value) == (
        "identity.example.com through the proxy http://********@proxy:1 did not accept a connection within "
        "2.5 seconds. Check identity_url, the network and proxy, or raise timeout."
    )


@pytest.mark.parametrize(
    "exception",
    [
        requests.exceptions.InvalidURL(URL),
        requests.exceptions.InvalidSchema(URL),
        requests.exceptions.InvalidHeader(URL),
        urllib3.exceptions.LocationParseError(URL),
        ValueError(URL),
        UnicodeError(URL),
    ],
)
def test_every_other_failure_before_sending_is_blamed_on_the_options(wire: FakeWire, exception: Exception) -> None:
    wire.fail(exception)
    with pytest.raises(OptionError) as caught:
        call()
    assert caught.value.kind == "bad_request"
    assert str(caught.value) == (
        "No request can be made to identity.example.com. "
        "Check identity_url, which must look like https://host/v2.0, and proxy."
    )


@pytest.mark.parametrize("exception", [requests.exceptions.InvalidHeader(URL), ValueError(URL), UnicodeError(URL)])
def test_every_other_failure_after_sending_is_blamed_on_the_response(wire: FakeWire, exception: Exception) -> None:
    wire.fail(exception, sent=True)
    with pytest.raises(InvalidResponseError) as caught:
        call()
    assert caught.value.kind == "invalid_response"
    assert str(caught.value) == (
        "identity.example.com did not respond like an identity service: the server does not speak HTTP. "
        "Check identity_url and proxy."
    )
    assert len(wire.sent) == 1


def refused() -> requests.RequestException:
    """Return what `requests` raises for a connection through a proxy that was lost, before or after sending."""
    lost = urllib3.exceptions.ProxyError(f"Cannot connect to proxy {URL}", ConnectionResetError(104, "Reset by peer"))
    return requests.exceptions.ProxyError(urllib3.exceptions.MaxRetryError(POOL, URL, lost))


def test_connection_through_a_proxy_that_is_lost_after_sending_is_not_used_again(wire: FakeWire) -> None:
    wire.fail(refused(), sent=True)
    with pytest.raises(IdentityError) as caught:
        call(repeatable=False, proxy="http://me:secret@proxy:1")
    assert len(wire.sent) == 1
    assert caught.value.kind == "unreachable"
    assert str(caught.value) == (
        "The connection to identity.example.com through the proxy http://********@proxy:1 was lost before a response "
        "arrived: Reset by peer. The request may have been received. Try again later, or check identity_url, the "
        "network and proxy."
    )


def test_proxy_that_does_not_connect_in_time(wire: FakeWire) -> None:
    late = urllib3.exceptions.ProxyError(f"Cannot connect to proxy {URL}", socket.timeout("timed out"))
    wire.fail(requests.exceptions.ProxyError(urllib3.exceptions.MaxRetryError(POOL, URL, late)))
    with pytest.raises(IdentityError) as caught:
        call(retries=0, proxy="http://me:secret@proxy:1")
    assert caught.value.kind == "timeout"
    assert str(caught.value) == (
        "identity.example.com through the proxy http://********@proxy:1 did not accept a connection within 30 seconds. "
        "Check identity_url, the network and proxy, or raise timeout."
    )


def test_proxy_that_fails_before_sending_is_used_again(wire: FakeWire) -> None:
    wire.fail(refused())
    wire.respond(200, {})
    assert call(repeatable=False, proxy="http://proxy:1").status == 200
    assert len(wire.sent) == 2


def test_each_attempt_counts_anew_what_was_sent(wire: FakeWire) -> None:
    wire.fail(refused(), sent=True)
    wire.fail(refused(), sent=False)
    with pytest.raises(IdentityError, match=r"^The proxy http://proxy:1 could not be used"):
        call(proxy="http://proxy:1", retries=1)


def test_bugs_are_not_hidden(wire: FakeWire) -> None:
    wire.fail(TypeError("a bug"))
    with pytest.raises(TypeError):
        call()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0.0}, "timeout (the option timeout) must be more than 0 and at most 86400 seconds, not 0."),
        ({"timeout": -1.5}, "timeout (the option timeout) must be more than 0 and at most 86400 seconds, not -1.5."),
        (
            {"timeout": float("inf")},
            "timeout (the option timeout) must be more than 0 and at most 86400 seconds, not inf.",
        ),
        (
            {"timeout": float("nan")},
            "timeout (the option timeout) must be more than 0 and at most 86400 seconds, not nan.",
        ),
        ({"retries": -1}, "retries (the option retries) must be from 0 to 1000, not -1."),
        ({"retries": 10**400}, f"retries (the option retries) must be from 0 to 1000, not 1{'0' * 400}."),
        (
            {"retry_max_wait": -0.5},
            "retry_max_wait (the option retry_max_wait) must be from 0 to 86400 seconds, not -0.5.",
        ),
        (
            {"retry_max_wait": 86401.0},
            "retry_max_wait (the option retry_max_wait) must be from 0 to 86400 seconds, not 86401.",
        ),
        (
            {"retry_max_wait": float("inf")},
            "retry_max_wait (the option retry_max_wait) must be from 0 to 86400 seconds, not inf.",
        ),
        (
            {"retry_max_wait": float("nan")},
            "retry_max_wait (the option retry_max_wait) must be from 0 to 86400 seconds, not nan.",
        ),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        Transport(connection_settings(**options), read_fault)
    assert str(caught.value) == message
    assert caught.value.kind == "bad_request"


@pytest.mark.parametrize("source", [Source.option("ca_path"), Source.environment("RAX_CA_PATH")])
def test_file_of_cas_that_does_not_exist_is_named_with_its_source(source: Source) -> None:
    with pytest.raises(OptionError) as caught:
        Transport(connection_settings(ca_path="/no"), read_fault, context=Context(sources={"ca_path": source}))
    assert str(caught.value) == (
        f"ca_path ({source.words}): the file /no does not exist. Give the path of a PEM file with CA certificates."
    )
    assert caught.value.kind == "bad_request"


def test_missing_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingLibraryError) as caught:
        call()
    assert caught.value.library == "requests"
    assert str(caught.value) == "The Python library requests is missing."


def test_closed_transport_can_be_used_again(wire: FakeWire) -> None:
    transport = Transport(connection_settings(), read_fault)
    transport.close()
    for _call in range(2):
        wire.respond(200, {})
        assert transport.call(Request("GET", URL)).status == 200
        transport.close()


def test_representations_hold_no_secret() -> None:
    request = Request("GET", URL, {"X-Auth-Token": "secrettoken"}, b"secretbody", secrets=("othersecret",))
    assert "X-Auth" not in repr(request)
    assert "secretbody" not in repr(request)
    assert "othersecret" not in repr(request)
    assert "secretproxy" not in repr(connection_settings(proxy="http://me:secretproxy@proxy"))
    assert "secret" not in repr(Response(401, b"secret", challenge=MfaChallenge("secret", "PASSCODE")))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (URL, "identity.example.com"),
        ("http://[::1]:5000/v2.0", "[::1]:5000"),
        ("http://me:secret@host:80/x", "host:80"),
        ("no url", ""),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host
