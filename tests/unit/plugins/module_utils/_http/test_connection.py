# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to servers and proxies that are slow, hostile or lost: when they end, and whether a request was sent."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import trustme

from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http import connection
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import (
    MAX_RESPONSE_BYTES,
    Request,
    Response,
    Transport,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, Credentials, LoginRequest
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.logins import API_KEY, PASSCODE, PASSWORD
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample_bytes
from ansible_collections.rackspace.identity.tests.unit.support.small_server import (
    Behaviour,
    closed_port,
    drip,
    endless,
    half_close,
    http,
    raw,
    reset,
    serving,
    stall,
    tunnel,
)

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HANDSHAKE = b"\x16\x03\x03\x40\x00"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"
BEHIND_PROXY = "https://identity.invalid"
LOGGED_IN = http("200 OK", sample_bytes("login"), "Content-Type: application/json")


def call(url: str, **options: Any) -> Response:
    transport = Transport(connection_settings(**{"timeout": 5.0, "retries": 0, **options}), read_fault)
    try:
        return transport.call(Request("POST", f"{url}/v2.0/tokens", {}, b"{}", repeatable=False))
    finally:
        transport.close()


def slow_handshake(client: socket.socket) -> None:
    """Accept a CONNECT, and be a server behind the proxy whose TLS handshake never ends."""
    client.sendall(TUNNEL)
    client.recv(65536)
    drip(HANDSHAKE, b"\x02")(client)


def failure(url: str, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        call(url, **options)
    return caught.value


# Slow servers. Each of these goes on for ten seconds, and would go on for ever.


@pytest.mark.parametrize(
    "behaviour",
    [
        drip(b"HTTP/1.1 200 ", b"O"),
        drip(OK + b"X-Slow: ", b"a"),
        drip(OK, b"X: y\r\n"),
        drip(OK + b"\r\n", b"a"),
        drip(OK + b"Content-Length: 1000000\r\n\r\n", b"a"),
        drip(CHUNKED, b"0"),
        drip(CHUNKED, b"1\r\na\r\n"),
        drip(CHUNKED + b"fffff\r\n", b"a"),
        drip(CHUNKED + b"1;", b"a"),
        drip(CHUNKED + b"0\r\n", b"X: y\r\n"),
        drip(b"", CONTINUE),
        drip(b"HTTP/1.1 100 Continue\r\nX: ", b"a"),
        drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        stall(),
        stall(OK),
        stall(CONTINUE),
        stall(CHUNKED + b"5\r\nab"),
    ],
    ids=[
        "status line",
        "header",
        "headers",
        "body until the end",
        "body",
        "size of a chunk",
        "chunks",
        "chunk",
        "chunk extension",
        "trailers",
        "100 Continue",
        "header of 100 Continue",
        "102 Processing",
        "nothing",
        "nothing after the status line",
        "nothing after 100 Continue",
        "nothing within a chunk",
    ],
)
def test_response_must_be_complete_in_time(behaviour: Behaviour) -> None:
    with serving(behaviour) as server:
        started = monotonic()
        error = failure(server.url, timeout=0.3, retries=4)
        assert monotonic() - started < 5
    assert error.kind == "timeout"
    assert str(error) == (
        f"{server.host} received the request but did not complete its response within 0.3 seconds. "
        "Try again later, or raise timeout."
    )
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        drip(b"HTTP/1.1 200 ", b"O"),
        drip(OK + b"X-Slow: ", b"a"),
        drip(b"", CONTINUE),
        slow_handshake,
        stall(),
        stall(TUNNEL),
    ],
    ids=["status line", "header", "100 Continue", "TLS handshake", "nothing", "nothing after CONNECT"],
)
def test_proxy_must_connect_in_time(behaviour: Behaviour) -> None:
    with serving(behaviour) as proxy:
        started = monotonic()
        error = failure(BEHIND_PROXY, timeout=0.3, proxy=proxy.url)
        assert monotonic() - started < 5
    assert error.kind == "timeout"
    assert str(error) == (
        f"identity.invalid through the proxy {proxy.url} did not accept a connection within 0.3 seconds. "
        "Check identity_url, the network and proxy, or raise timeout."
    )


def test_tls_handshake_must_be_done_in_time() -> None:
    with serving(drip(HANDSHAKE, b"\x02")) as server:
        started = monotonic()
        error = failure(f"https://{server.host}", timeout=0.3)
        assert monotonic() - started < 5
    assert error.kind == "timeout"
    assert str(error) == (
        f"{server.host} did not accept a connection within 0.3 seconds. "
        "Check identity_url, the network and proxy, or raise timeout."
    )


def test_response_that_is_slow_and_in_time() -> None:
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"a": 1}')
    with serving(drip(CHUNKED + pieces, b"0\r\n\r\n")) as server:
        assert call(server.url, timeout=5.0).body == b'{"a": 1}'


# What is not a response.


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints", "199 Unknown"])
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("headers", ["", "Link: </style.css>\r\nX: y\r\n"])
def test_informational_responses_before_the_response(status: str, times: int, headers: str) -> None:
    before = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() * times
    with serving(raw(before + OK + b"Content-Length: 2\r\nX-Tenant-Id: 1\r\n\r\n{}")) as server:
        response = call(server.url)
    assert (response.status, response.body, response.tenant_id) == (200, b"{}", "1")
    assert len(server.requests) == 1


def test_switch_to_another_protocol_is_the_response() -> None:
    # The server waits for what the client never sends.
    with serving(stall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")) as server:
        assert call(server.url).status == 101


def test_informational_response_of_a_proxy() -> None:
    with serving(raw(CONTINUE + b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 403 No\r\n\r\n")) as proxy:
        error = failure(BEHIND_PROXY, proxy=proxy.url)
    assert str(error) == (
        f"The proxy {proxy.url} refused to connect to identity.invalid with 403. "
        "Check the option proxy, and the variables https_proxy and no_proxy."
    )


@pytest.mark.covers("response-headers/content-length-transfer-encoding")
@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: 2, 3\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: \xb2\r\n\r\n{}", "the server does not speak HTTP"),
        (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", "the server does not speak HTTP"),
        (CHUNKED + b"2\r\n{}\r\n-1\r\n", "the server does not speak HTTP"),
        (CHUNKED + b"-" + b"f" * 5000 + b"\r\n{}", "the server does not speak HTTP"),
        (CHUNKED + b"f" * 5000 + b"\r\n{}", "the response was cut short"),
        (CHUNKED + b"2\r\n{}", "the response was cut short"),
        (OK + b"X: y\r\n" * 200 + b"\r\n{}", "the server does not speak HTTP"),
        (OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n{}", "the server does not speak HTTP"),
        (b"HTTP/1.1 103 Hints\r\n" + b"X: y\r\n" * 2000 + b"\r\n" + OK, "the server does not speak HTTP"),
        (b"HTTP/1.1 000 Nothing\r\n\r\n", "the server does not speak HTTP"),
        (b"\x00\x00\x12\x04" + bytes(100), "the server does not speak HTTP"),
        (CHUNKED + b"2\r\n{}\r\n0;a=b\r\n" + b"X: y\r\n" * 1001, "the server does not speak HTTP"),
        (OK + b"X: y\r\nContent-Le", "the response was cut short"),
        (OK + b"X: y\r\n", "the response was cut short"),
        (OK, "the response was cut short"),
        (OK + b"Content-Length 2\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: +2\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: \r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Content-Length: 2 bytes\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n{}", "the server does not speak HTTP"),
        (OK + b"Transfer-Encoding: chunked \r\n\r\n-2\r\n{}\r\n0\r\n\r\n", "the server does not speak HTTP"),
        (OK + b"X: y" + b" " * 70_000 + b"\r\n\r\n{}", "the server does not speak HTTP"),
    ],
    ids=[
        "length of 5000 digits",
        "two lengths",
        "list of lengths",
        "length that is not a number",
        "negative size of a chunk",
        "negative size of a later chunk",
        "negative size of 5000 digits",
        "huge size of a chunk",
        "no chunk after the first",
        "many headers",
        "long header",
        "many informational headers",
        "status 0",
        "HTTP/2",
        "many trailers",
        "cut in a header",
        "cut after a header",
        "cut after the status line",
        "header without a colon",
        "length with a sign",
        "empty length",
        "length with a unit",
        "unknown transfer encoding",
        "negative size of a chunk behind a blank",
        "long blanks behind a header",
    ],
)
def test_response_that_is_not_http(response: bytes, reason: str) -> None:
    with serving(raw(response)) as server:
        error = failure(server.url, retries=4)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{server.host} did not respond like an identity service: {reason}. Check identity_url and proxy."
    )
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "headers",
    [
        b"Transfer-Encoding: chunked \r\n",
        b"transfer-encoding:\tCHUNKED \t \r\nContent-Encoding: identity\t\r\n",
        b"Transfer-Encoding: chunked \r\nX: y\r\n \t\r\n",
        b"Transfer-Encoding: chunked \n",
    ],
    ids=["blank", "tabs", "continued with blanks", "line feed alone"],
)
def test_blanks_behind_a_header_do_not_count(headers: bytes) -> None:
    tenant = b"X-Tenant-Id: 1 \t\r\n"
    with serving(raw(OK + headers + tenant + b"\r\n2 \r\n{}\r\n0\r\n\r\n")) as server:
        response = call(server.url)
    assert (response.body, response.tenant_id) == (b"{}", "1")


def test_blank_behind_a_length_does_not_count() -> None:
    with serving(raw(OK + b"Content-Length: 2 \r\n\r\n{}")) as server:
        assert call(server.url).body == b"{}"


@pytest.mark.parametrize("number", [0, 1, 999])
def test_trailers_are_dropped(number: int) -> None:
    with serving(raw(CHUNKED + b"2\r\n{}\r\n00\r\n" + b"X: y\r\n" * number + b"\r\n")) as server:
        assert call(server.url).body == b"{}"


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (CHUNKED + b"1;", b"a" * 1024**2),
        (CHUNKED + b"0\r\n", b"X: " + b"a" * 1024**2),
        (CHUNKED + b"0\r\n", b"X: y\r\n" * 2**18),
        (CHUNKED, (b"1;" + b"a" * 50_000 + b"\r\n \r\n") * 20),
    ],
    ids=["chunk extension", "trailer", "trailers", "chunk extensions"],
)
def test_response_with_a_gigabyte_beside_the_body(monkeypatch: pytest.MonkeyPatch, head: bytes, piece: bytes) -> None:
    assert connection._MAX_BYTES_AROUND < MAX_RESPONSE_BYTES
    monkeypatch.setattr(connection, "_MAX_BYTES_AROUND", -3 * 1024**2)
    with serving(endless(head, piece, 1024)) as server:
        error = failure(server.url, timeout=30.0)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{server.host} did not respond like an identity service: the server does not speak HTTP. "
        "Check identity_url and proxy."
    )


# Whether a request was sent decides whether it is sent again: a password sends its owner a text message.


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Route:
    """A way to a server: directly, through a plain proxy, or through CONNECT. requests: what reached the server."""

    def __init__(self, name: str, authority: trustme.CA, directory: Path) -> None:
        self.name = name
        self.requests: list[bytes] = []
        self._bundle = directory / "ca.pem"
        authority.cert_pem.write_to_path(self._bundle)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("identity.invalid").configure_cert(self._tls)

    def target(self, host: str, proxy: str) -> str:
        """Return what errors call the server at the end of the route."""
        return host if self.name == "direct" else f"identity.invalid through the proxy {proxy}"

    def log_in(self, credentials: Credentials, *behaviours: Behaviour, timeout: float = 5.0) -> tuple[Any, str]:
        """Log in at a server with these behaviours; return the access or error, and what errors call the server."""
        if self.name == "connect":
            behaviours = tuple(tunnel(self._tls, behaviour, self.requests) for behaviour in behaviours)
        with serving(*behaviours) as server:
            options = {
                "direct": {"identity_url": server.url},
                "proxy": {"identity_url": "http://identity.invalid", "proxy": server.url},
                "connect": {"identity_url": BEHIND_PROXY, "proxy": server.url, "ca_path": str(self._bundle)},
            }[self.name]
            outcome = log_in(credentials, timeout=timeout, **options)
        if self.name != "connect":
            self.requests = server.requests
        return outcome, self.target(server.host, server.url)


def log_in(credentials: Credentials, **options: Any) -> Access | IdentityError:
    """Log in with four retries; return the access or the error."""
    client = IdentityClient(connection_settings(retries=4, **options))
    try:
        return client.log_in(LoginRequest(credentials))
    except IdentityError as error:
        return error
    finally:
        client.close()


@pytest.fixture(params=["direct", "proxy", "connect"])
def route(request: pytest.FixtureRequest, authority: trustme.CA, tmp_path: Path, clock: FakeClock) -> Route:
    return Route(request.param, authority, tmp_path)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (reset(), ": Connection reset by peer"),
        (raw(b""), ""),
        (half_close(), ""),
        (reset(b"HTTP/1.1 2"), ": Connection reset by peer"),
        (half_close(CONTINUE), ""),
    ],
    ids=["reset", "closed", "half-closed", "reset within the status line", "half-closed after 100 Continue"],
)
@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_is_sent_once_if_the_connection_is_lost(
    route: Route, credentials: Credentials, behaviour: Behaviour, reason: str
) -> None:
    error, target = route.log_in(credentials, behaviour)
    assert len(route.requests) == 1
    if reason and route.name == "connect":
        # Within TLS, some versions of OpenSSL take a reset for the end of the response.
        assert error.kind in ("unreachable", "invalid_response")
        return
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The connection to {target} was lost before a response arrived{reason}. The request may have been received. "
        "Try again later, or check identity_url, the network and proxy."
    )


@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_is_sent_once_if_no_response_arrives_in_time(route: Route, credentials: Credentials) -> None:
    error, target = route.log_in(credentials, stall(), timeout=0.3)
    assert len(route.requests) == 1
    assert error.kind == "timeout"
    assert str(error) == (
        f"{target} received the request but did not complete its response within 0.3 seconds. "
        "Try again later, or raise timeout."
    )


def test_password_is_sent_once_if_the_response_is_cut_short(route: Route) -> None:
    error, _target = route.log_in(PASSWORD, raw(OK + b"Content-Length: 100\r\n\r\n{"))
    assert len(route.requests) == 1
    assert error.kind == "invalid_response"


def test_api_key_is_sent_again_if_the_connection_is_lost(route: Route, clock: FakeClock) -> None:
    access, _target = route.log_in(API_KEY, reset(), half_close(), raw(b""), LOGGED_IN)
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert len(route.requests) == 4
    assert len(set(route.requests)) == 1
    assert clock.waits == [0.25, 0.5, 1.0]


def test_password_is_sent_again_after_a_connection_that_was_refused(clock: FakeClock) -> None:
    host = f"127.0.0.1:{closed_port()}"
    error = log_in(PASSWORD, identity_url=f"http://{host}")
    assert clock.waits == [0.25, 0.5, 1.0, 2.0]
    assert isinstance(error, IdentityError)
    assert error.kind == "unreachable"
    assert str(error) == f"{host} cannot be reached: Connection refused. Check identity_url, the network and proxy."


@pytest.mark.parametrize("url", ["http://identity.invalid", "https://identity.invalid"])
def test_password_is_sent_again_after_a_proxy_that_was_refused(clock: FakeClock, url: str) -> None:
    proxy = f"http://127.0.0.1:{closed_port()}"
    error = log_in(PASSWORD, identity_url=url, proxy=proxy)
    assert clock.waits == [0.25, 0.5, 1.0, 2.0]
    assert isinstance(error, IdentityError)
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The proxy {proxy} could not be used to reach identity.invalid: Connection refused. "
        "Check the option proxy, and the variables https_proxy and no_proxy."
    )


@pytest.mark.parametrize(
    "refusal",
    [http("503 Busy"), http("407 No"), raw(b""), reset(), half_close(b"HTTP/1.1 2"), raw(b"220 mail\r\n")],
    ids=["503", "407", "closed", "reset", "cut short", "not HTTP"],
)
def test_password_is_sent_after_a_proxy_that_refused_to_connect(
    authority: trustme.CA, tmp_path: Path, clock: FakeClock, refusal: Behaviour
) -> None:
    route = Route("connect", authority, tmp_path)
    requests: list[bytes] = []
    accepted = tunnel(route._tls, LOGGED_IN, requests)
    with serving(refusal, refusal, accepted) as proxy:
        access = log_in(PASSWORD, identity_url=BEHIND_PROXY, proxy=proxy.url, ca_path=str(route._bundle))
    assert isinstance(access, Access)
    assert [request.split(b" ")[0] for request in proxy.requests] == [b"CONNECT"] * 3
    assert len(requests) == 1
    assert clock.waits == [0.25, 0.5]


def test_password_is_sent_after_a_proxy_that_refused_to_connect_once_more(
    authority: trustme.CA, tmp_path: Path, clock: FakeClock
) -> None:
    route = Route("connect", authority, tmp_path)
    requests: list[bytes] = []
    accepted = tunnel(route._tls, LOGGED_IN, requests)
    with serving(accepted, http("503 Busy"), accepted) as proxy:
        options = {"proxy": proxy.url, "ca_path": str(route._bundle), "retries": 1}
        transport = Transport(connection_settings(**options), read_fault)
        for _number in range(2):
            transport.call(Request("POST", f"{BEHIND_PROXY}/v2.0/tokens", {}, b"{}", repeatable=False))
        transport.close()
    assert len(requests) == 2
    assert clock.waits == [0.25]


@pytest.mark.parametrize(
    ("status", "way_out"),
    [
        ("403 Forbidden", "Check the option proxy, and the variables https_proxy and no_proxy."),
        ("502 Bad Gateway", "Check the option proxy, and the variables https_proxy and no_proxy."),
        (
            "407 Proxy Authentication Required",
            "It asks for a user and password: include them in proxy, as in http://user:password@host:port.",
        ),
    ],
)
def test_proxy_that_refuses_to_connect_is_named_with_its_status(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, status: str, way_out: str
) -> None:
    with serving(http(status, b"<html>no</html>")) as proxy:
        error = failure(BEHIND_PROXY, proxy=f"http://me:secret@{proxy.host}")
        monkeypatch.setenv("https_proxy", proxy.url)
        of_environment = failure(BEHIND_PROXY)
    assert (error.kind, of_environment.kind) == ("unreachable", "unreachable")
    refused = f"refused to connect to identity.invalid with {status[:3]}. {way_out}"
    assert str(error) == f"The proxy http://********@{proxy.host} {refused}"
    assert str(of_environment) == f"The proxy of the environment {refused}"
