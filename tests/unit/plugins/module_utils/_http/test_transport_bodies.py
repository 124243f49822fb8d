# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies too large to be held, in both directions; bodies that take their time; and connections that are shared."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import MagicMock

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, OptionError, Peer
from ansible_collections.rackspace.identity.plugins.module_utils._http import sessions as sessions_module
from ansible_collections.rackspace.identity.plugins.module_utils._http.connection import (
    _DeadlineReader,
    _MovingDeadline,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import (
    BodyRules,
    Request,
    Response,
    Transport,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.watch import Watch
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.forked import child
from ansible_collections.rackspace.identity.tests.unit.support.small_server import (
    Behaviour,
    http,
    one_by_one,
    raw,
    serving,
)

URL = "https://files.example.com/v1/x"
PEER = Peer("a service", "the endpoint", "path", repeat_if_cut=True)
DATA = bytes(range(256)) * 4096

pytestmark = pytest.mark.usefixtures("clock")


def transport(*, is_shared: bool = False, rules: BodyRules | None = None, **options: Any) -> Transport:
    settings = connection_settings(**{"timeout": 10.0, "retries": 0, **options})
    return Transport(settings, read_fault, PEER, rules, is_shared=is_shared)


def call(request: Request, **options: Any) -> Response:
    one = transport(**options)
    try:
        return one.call(request)
    finally:
        one.close()


def failure(request: Request, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        call(request, **options)
    return caught.value


# A body that is read while it is sent.


class Bodies:
    """Opens bodies with the same content, and remembers them."""

    def __init__(self, data: bytes = DATA) -> None:
        self.opened: list[io.BytesIO] = []
        self._data = data

    def __call__(self) -> io.BytesIO:
        self.opened.append(io.BytesIO(self._data))
        return self.opened[-1]

    @property
    def are_closed(self) -> list[bool]:
        return [body.closed for body in self.opened]


def upload(bodies: Any, url: str = URL, length: int = len(DATA)) -> Request:
    return Request("PUT", url, {"Content-Length": str(length)}, open_body=bodies)


def test_body_is_opened_for_each_try_and_closed(wire: FakeWire) -> None:
    wire.fail(requests.exceptions.ConnectionError(ConnectionResetError(104, "reset")), sent=True)
    wire.respond(503)
    wire.respond(201)
    bodies = Bodies()
    assert call(upload(bodies), retries=2).attempts == 3
    assert bodies.are_closed == [True, True, True]
    assert [sent.body for sent in wire.sent] == [DATA, DATA, DATA]
    assert {sent.headers["Content-Length"] for sent in wire.sent} == {str(len(DATA))}


def test_body_is_closed_where_its_reading_fails(wire: FakeWire) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OptionError("src became shorter")

    body = Broken()
    with pytest.raises(OptionError) as caught:
        call(upload(lambda: body), retries=2)
    assert str(caught.value) == "src became shorter"
    assert body.closed
    assert wire.sent == []


def test_body_that_cannot_be_opened(wire: FakeWire) -> None:
    def refuse() -> Any:
        raise OptionError("src cannot be read")

    assert str(failure(upload(refuse), retries=2)) == "src cannot be read"
    assert wire.sent == []


def test_bytes_of_a_body_that_is_read() -> None:
    with serving(http("201 Created")) as server:
        call(upload(Bodies(), server.url))
    head, _end, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == DATA
    assert b"transfer-encoding" not in head.lower()
    assert f"Content-Length: {len(DATA)}".encode() in head


def test_each_piece_of_a_body_has_the_whole_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    send = socket.socket.sendall

    def sendall(sock: Any, data: Any, *flags: Any) -> None:
        if sock.gettimeout() == 7.0:
            pieces.append(len(data))
            # Nothing of it is left for the next piece.
            sock.settimeout(6.0)
        send(sock, data, *flags)

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    with serving(http("201 Created")) as server:
        call(upload(Bodies(), server.url), timeout=7.0)
    assert sum(pieces[1:]) == len(DATA)
    # A slow network sends as much in time.
    assert max(pieces) <= 16 * 1024


def slow_network(monkeypatch: pytest.MonkeyPatch, clock: FakeClock, *seconds: float) -> list[int]:
    """Let the first pieces of a body take so many seconds each, and all others as many as the last of them."""
    pieces: list[int] = []
    send = socket.socket.sendall

    def sendall(sock: Any, data: Any, *flags: Any) -> None:
        send(sock, data, *flags)
        if len(data) == 16 * 1024:
            clock.move(seconds=seconds[min(len(pieces), len(seconds) - 1)])
            pieces.append(len(data))

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    return pieces


def test_upload_that_is_slow_but_steady_does_not_end(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = slow_network(monkeypatch, clock, 16.0)
    with serving(http("201 Created")) as server:
        assert call(upload(Bodies(), server.url), rules=BodyRules(min_rate=1024.0)).status == 201
    assert len(pieces) == len(DATA) // (16 * 1024)


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [
        # Each piece takes a second more than it may, and there are ten to spare.
        ((17.0,), 10),
        # However much was taken before: after a minute it is given up.
        ((0.0,) * 30 + (20.0,), 30 + 15),
    ],
)
def test_upload_that_is_taken_too_slowly(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, seconds: tuple[float, ...], taken: int
) -> None:
    pieces = slow_network(monkeypatch, clock, *seconds)
    with serving(http("201 Created")) as server:
        error = failure(upload(Bodies(), server.url), rules=BodyRules(min_rate=1024.0))
    assert error.kind == "timeout"
    assert str(error) == (
        f"{server.host} stopped taking the request for 10 seconds, or takes it too slowly. Try again later, or raise "
        "timeout."
    )
    assert len(pieces) == taken


def test_each_upload_of_a_connection_has_its_time(clock: FakeClock) -> None:
    created = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    with serving(one_by_one(created, created)) as server:
        one = transport(rules=BodyRules(min_rate=1024.0))
        for _number in range(2):
            assert one.call(upload(Bodies(), server.url)).status == 201
            clock.move(hours=1)
        one.close()
    # Both on one connection.
    assert len(server.requests) == 1


def test_upload_without_a_rate_may_take_its_time(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_network(monkeypatch, clock, 100.0)
    with serving(http("201 Created")) as server:
        assert call(upload(Bodies(), server.url)).status == 201


def test_upload_that_is_not_taken_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    set_timeout = socket.socket.settimeout

    def settimeout(self: socket.socket, seconds: float, /) -> None:
        waits.append(seconds)
        set_timeout(self, seconds)

    monkeypatch.setattr(socket.socket, "settimeout", settimeout)
    with socket.create_server(("127.0.0.1", 0), backlog=5) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        body = upload(lambda: io.BytesIO(bytes(16 * 1024**2)), url, length=16 * 1024**2)
        error = failure(body, timeout=0.3, rules=BodyRules(min_rate=1024.0))
    # However far what was taken before has moved the deadline.
    assert max(waits) == 0.3
    assert str(error) == (
        f"{url[7:]} stopped taking the request for 0.3 seconds, or takes it too slowly. Try again later, or raise "
        "timeout."
    )


def test_body_whose_reading_fails_halfway_on_the_wire() -> None:
    class Short(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if not data:
                raise OptionError("src became shorter")
            return data

    with serving(http("201 Created")) as server:
        error = failure(upload(lambda: Short(b"half"), server.url), retries=3)
    assert str(error) == "src became shorter"


# A sink that takes the body of the response.


def download(url: str, taken: bytearray, **more: Any) -> Request:
    return Request("GET", url, open_sink=lambda _status: taken.extend, **more)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_sink_takes_more_than_memory_may(is_chunked: bool) -> None:
    chunked = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in DATA[:5000])
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    behaviour = raw(head + chunked + b"0\r\n\r\n") if is_chunked else http("200 OK", DATA[:5000])
    taken = bytearray()
    with serving(behaviour) as server:
        response = call(download(server.url, taken), rules=BodyRules(max_bytes=100))
    assert (bytes(taken), response.body) == (DATA[:5000], b"")


def test_sink_that_is_not_for_this_status(wire: FakeWire) -> None:
    wire.respond(404, {"itemNotFound": {"message": "m"}})
    opened: list[int] = []
    response = call(Request("GET", URL, open_sink=opened.append))
    assert (opened, response.fault.message) == ([404], "m")


def test_what_is_not_for_the_sink_is_bounded(wire: FakeWire) -> None:
    wire.respond(404, body=DATA)
    error = failure(Request("GET", URL, open_sink=lambda _status: None), rules=BodyRules(max_bytes=1024**2 - 1))
    assert str(error) == (
        "files.example.com did not respond like a service: the response is larger than 0 MiB. Check the endpoint and "
        "proxy."
    )


def test_sink_is_opened_anew_after_a_cut_body() -> None:
    opened: list[bytearray] = []

    def open_sink(_status: int) -> Any:
        opened.append(bytearray())
        return opened[-1].extend

    with serving(http("200 OK", b"some", length=8), http("200 OK", b"somemore")) as server:
        response = call(Request("GET", server.url, open_sink=open_sink), retries=1)
    assert ([bytes(one) for one in opened], response.attempts) == ([b"some", b"somemore"], 2)


def test_cut_body_is_repeated_only_where_that_is_safe() -> None:
    with serving(http("200 OK", b"some", length=8)) as server:
        error = failure(Request("POST", server.url, repeatable=False), retries=3)
    assert (error.kind, len(server.requests)) == ("invalid_response", 1)


def test_encoded_body_is_never_decoded(wire: FakeWire) -> None:
    encoded = [("Content-Encoding", "gzip")]
    wire.respond(200, body=b"\x1f\x8b", headers=encoded)
    assert call(Request("GET", URL), rules=BodyRules(accepts_encoded=True)).body == b"\x1f\x8b"
    wire.respond(200, body=b"\x1f\x8b", headers=encoded)
    assert str(failure(Request("GET", URL))) == (
        "files.example.com did not respond like a service: the response is compressed, which was not asked for. Check "
        "the endpoint and proxy."
    )


# How long a body may take.


class Slow(io.RawIOBase):
    """A socket from which so many bytes come after so many seconds; it remembers the timeouts that were set."""

    def __init__(self, clock: FakeClock, *arrivals: tuple[float, int]) -> None:
        self.timeouts: list[float] = []
        self._clock, self._arrivals = clock, list(arrivals)

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def readinto(self, buffer: Any) -> int:
        seconds, count = self._arrivals.pop(0) if self._arrivals else (0.0, 0)
        if seconds > self.timeouts[-1]:
            raise socket.timeout("timed out")
        self._clock.move(seconds=seconds)
        return count


def seconds_until_the_end(clock: FakeClock, timeout: float, *arrivals: tuple[float, int], rate: float = 1024) -> float:
    """Return after how many seconds a reader with 30 seconds until its deadline gives up, or has read all."""
    slow: Any = Slow(clock, *arrivals)
    begin = clock.time
    deadline = _MovingDeadline(timeout, timeout, 1 / rate if rate else 0.0)
    reader = _DeadlineReader(slow, slow, deadline, 1024**4, MagicMock(spec=Watch))
    try:
        while reader.readinto(bytearray(1)):
            pass
    except socket.timeout:
        return -(clock.time - begin).total_seconds()
    return (clock.time - begin).total_seconds()


def test_body_that_drips_ends(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 30, *[(1.0, 1)] * 1000) == -30


def test_body_that_is_slow_but_steady_does_not_end(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 30, *[(1.0, 1024)] * 5000) == 5000


def test_body_without_a_rate_has_to_be_complete(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 30, *[(1.0, 10**6)] * 1000, rate=0) == -30


def test_fast_beginning_allows_no_long_silence(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 30, (1.0, 10**9), (29.0, 1), (30.5, 1)) == -30


def test_fast_beginning_allows_no_long_drip(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 30, (1.0, 10**9), *[(1.0, 1)] * 1000) == -61


def test_long_timeout_is_a_long_silence(clock: FakeClock) -> None:
    assert seconds_until_the_end(clock, 300, (1.0, 10**9), (299.0, 1)) == 300


def dripping(clock: FakeClock) -> Behaviour:
    """Respond with a byte a second, by the clock of the test."""

    def behave(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            for _number in range(2000):
                clock.move(seconds=1)
                connection.sendall(b"x")
        except OSError:
            # The client has given up.
            return

    return behave


@pytest.mark.parametrize("min_rate", [None, 1024.0])
def test_server_that_drips(clock: FakeClock, min_rate: float | None) -> None:
    with serving(dripping(clock)) as server:
        error = failure(Request("GET", server.url), rules=BodyRules(min_rate=min_rate))
    assert error.kind == "timeout"
    assert str(error) == (
        f"{server.host} received the request but did not complete its response within 10 seconds. Try again later, or "
        "raise timeout."
    )


# Connections that later transports of the process use.


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections: list[Any]

    def do_GET(self) -> None:
        self.connections.append(self.client_address)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def lasting() -> Iterator[tuple[str, list[Any]]]:
    """Run a server that keeps connections; return its URL, and the connection of each request."""
    connections: list[Any] = []
    handler = type("Handler", (_Handler,), {"connections": connections})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", connections
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    sessions: dict[Any, Any] = {}
    monkeypatch.setattr(sessions_module, "_shared_sessions", sessions)
    yield
    for session, _attempt in sessions.values():
        session.close()


def test_shared_transports_have_one_connection() -> None:
    with lasting() as (url, connections):
        for number in range(3):
            call(Request("GET", f"{url}/{number}"), is_shared=True)
        # What an attempt may take is of the transport, not of the connection.
        call(Request("GET", url), is_shared=True, timeout=5.0, retries=1)
    assert len(connections) == 4
    assert len(set(connections)) == 1


def test_transports_of_their_own_have_a_connection_each() -> None:
    with lasting() as (url, connections):
        for _number in range(2):
            call(Request("GET", url))
        call(Request("GET", url), is_shared=True)
    assert len(set(connections)) == 3


def test_connection_is_shared_by_those_alone_that_verify_alike(tmp_path: Any) -> None:
    with lasting() as (url, connections):
        for options in ({}, {"validate_certs": False}, {"ca_path": __file__}, {}, {"validate_certs": False}):
            call(Request("GET", url), is_shared=True, **options)
    assert len(connections) == 5
    assert len(set(connections)) == 3


def test_no_connection_is_shared_across_a_fork() -> None:
    with lasting() as (url, connections):
        call(Request("GET", url), is_shared=True)

        def work(tell: Any) -> None:
            for _number in range(2):
                call(Request("GET", url), is_shared=True)
            tell("done")

        with child(work) as process:
            assert process.tells() == "done"
            assert process.wait() == 0
        call(Request("GET", url), is_shared=True)
    assert len(connections) == 4
    first, second, third, last = connections
    assert (first, second) == (last, third)
    assert first != second


def test_connection_that_was_closed_meanwhile_is_made_again() -> None:
    with serving(http("200 OK", b"{}")) as server:
        for _number in range(2):
            assert call(Request("GET", server.url), is_shared=True).status == 200
    assert len(server.requests) == 2
