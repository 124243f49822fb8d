# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests through a SOCKS proxy: as bounded as all others, and as careful with what was sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Request, Response, Transport
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.small_server import drip, http, raw, serving

BODY = b'{"a": 1}'
REFUSED, GRANTED, UNKNOWN_ACCOUNT = b"\x05\x05", b"\x05\x00", b"\x01\x01"


class Proxy:
    """A SOCKS5 proxy for one connection at a time, which connects to a port of this machine whatever is asked for."""

    def __init__(self, target: int, reply: bytes = GRANTED) -> None:
        self.names: list[bytes] = []
        self._target, self._reply = target, reply
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"socks5h://me:s3cret@127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            with client, suppress(OSError):
                client.settimeout(10)
                self._connection(client)

    def _connection(self, client: socket.socket) -> None:
        client.recv(64)
        client.sendall(b"\x05\x02")
        client.recv(64)
        if self._reply == UNKNOWN_ACCOUNT:
            client.sendall(UNKNOWN_ACCOUNT)
            return
        client.sendall(b"\x01\x00")
        asked = client.recv(300)
        is_name = asked[3] == 3
        self.names.append(asked[5 : 5 + asked[4]] if is_name else socket.inet_ntoa(asked[4:8]).encode())
        client.sendall(self._reply + b"\x00\x01\x7f\x00\x00\x01\x00\x00")
        if self._reply != GRANTED:
            return
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            sent = b""
            while not sent.endswith(BODY):
                sent += client.recv(65536)
            server.sendall(sent)
            while piece := server.recv(65536):
                client.sendall(piece)


@contextmanager
def proxied(target: int, reply: bytes = GRANTED) -> Iterator[Proxy]:
    proxy = Proxy(target, reply)
    try:
        yield proxy
    finally:
        proxy.close()


def call(proxy: Proxy, timeout: float = 5.0, retries: int = 0) -> Response:
    transport = Transport(connection_settings(proxy=proxy.url, timeout=timeout, retries=retries), read_fault)
    try:
        return transport.call(Request("POST", "http://identity.test/v2.0/tokens", body=BODY, repeatable=False))
    finally:
        transport.close()


def failure(proxy: Proxy, timeout: float = 5.0) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        call(proxy, timeout, retries=3)
    assert "s3cret" not in str(caught.value)
    return caught.value


def test_the_proxy_resolves_the_name() -> None:
    with serving(http("200 OK", b"{}")) as server, proxied(server.port) as proxy:
        assert call(proxy).status == 200
        assert proxy.names == [b"identity.test"]
        assert b"Host: identity.test" in server.requests[0]


def test_response_has_a_timeout_of_its_own_beside_that_of_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = Proxy._connection

    def connect_later(proxy: Proxy, client: socket.socket) -> None:
        time.sleep(0.6)
        connect(proxy, client)

    def respond_later(connection: socket.socket) -> None:
        time.sleep(0.6)
        http("200 OK", b"{}")(connection)

    monkeypatch.setattr(Proxy, "_connection", connect_later)
    with serving(respond_later) as server, proxied(server.port) as proxy:
        assert call(proxy, timeout=1.0).status == 200


def test_name_is_resolved_here_where_the_proxy_shall_not(monkeypatch: pytest.MonkeyPatch) -> None:
    original = socket.getaddrinfo

    def resolve(host: Any, *how: Any, **more: Any) -> list[Any]:
        found = original("192.0.2.7" if host == "identity.test" else host, *how, **more)
        return list(found)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with serving(http("200 OK", b"{}")) as server, proxied(server.port) as proxy:
        proxy.url = proxy.url.replace("socks5h", "socks5")
        assert call(proxy).status == 200
        assert proxy.names == [b"192.0.2.7"]
        assert b"Host: identity.test" in server.requests[0]


def test_proxy_that_knows_ipv4_alone_gets_such_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def resolve(_host: object, port: int, family: int, *_how: object) -> list[Any]:
        found: list[Any] = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::7", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port)),
        ]
        return [address for address in found if family in (address[0], socket.AF_UNSPEC)]

    def connect(_proxy: Proxy, client: socket.socket) -> None:
        asked.append(client.recv(64))
        client.sendall(b"\x00\x5a" + bytes(6))
        sent = b""
        while not sent.endswith(BODY):
            sent += client.recv(65536)
        http("200 OK", b"{}")(client)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(Proxy, "_connection", connect)
    with proxied(0) as proxy:
        proxy.url = proxy.url.replace("socks5h", "socks4")
        assert call(proxy).status == 200
    assert asked == [b"\x04\x01\x00\x50\xc0\x00\x02\x07me\x00"]


@pytest.mark.parametrize("proxy", ["socks5h://slow.test:1080", "socks5://127.0.0.1:1", "socks4://127.0.0.1:1"])
def test_timeout_is_for_name_servers_too(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    released = threading.Event()

    def hang(*_how: object, **_more: object) -> list[object]:
        released.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = monotonic()
    with pytest.raises(IdentityError) as caught:
        Transport(connection_settings(proxy=proxy, timeout=0.2, retries=0), read_fault).call(
            Request("GET", "http://identity.test/v2.0/tokens")
        )
    seconds = monotonic() - started
    # Else a program would wait for the name servers before it ends.
    assert all(thread.daemon for thread in threading.enumerate() if "ask" in thread.name)
    released.set()
    assert (caught.value.kind, seconds < 4) == ("timeout", True)


def test_response_through_the_proxy_must_be_complete_in_time() -> None:
    with serving(drip(b"HTTP/1.1 200 ", b"O")) as server, proxied(server.port) as proxy:
        error = failure(proxy, timeout=1.0)
        assert error.kind == "timeout"
        assert len(server.requests) == 1


def test_handshake_must_be_done_in_time() -> None:
    # A byte every hundredth of a second: never silent, and never done.
    with serving(drip(b"\x05", b"\x02\x01\x00\x05\x00\x00\x03\xff")) as server:
        started = monotonic()
        settings = connection_settings(proxy=f"socks5h://me:s3cret@{server.host}", timeout=0.3, retries=0)
        with pytest.raises(IdentityError) as caught:
            Transport(settings, read_fault).call(Request("GET", "http://identity.test/v2.0/tokens"))
        assert monotonic() - started < 5
    assert caught.value.kind == "timeout"
    assert str(caught.value) == (
        f"identity.test through the proxy socks5h://********@{server.host} did not accept a connection within 0.3 "
        "seconds. Check identity_url, the network and proxy, or raise timeout."
    )


def test_proxy_must_be_connected_to_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float | None] = []

    def connect(self: socket.socket, _address: object, /) -> None:
        waits.append(self.gettimeout())
        raise socket.timeout("timed out")

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    settings = connection_settings(proxy="socks5h://127.0.0.1:1080", timeout=7.0, retries=0)
    with pytest.raises(IdentityError) as caught:
        Transport(settings, read_fault).call(Request("GET", "http://identity.test/v2.0/tokens"))
    assert caught.value.kind == "timeout"
    assert len(waits) == 1
    assert waits[0]
    assert 0 < waits[0] <= 7


@pytest.mark.parametrize(
    ("host", "family", "address"),
    [
        ("192.0.2.1", socket.AF_INET, "192.0.2.1"),
        ("[2001:db8::1]", socket.AF_INET6, "2001:db8::1"),
    ],
)
def test_proxy_may_have_an_address_of_either_kind(
    monkeypatch: pytest.MonkeyPatch, host: str, family: int, address: str
) -> None:
    reached: list[tuple[int, object]] = []

    def connect(self: socket.socket, to: object, /) -> None:
        reached.append((self.family, to))
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    settings = connection_settings(proxy=f"socks5h://{host}:1080", retries=0)
    with pytest.raises(IdentityError) as caught:
        Transport(settings, read_fault).call(Request("GET", "http://identity.test/v2.0/tokens"))
    assert caught.value.kind == "unreachable"
    assert reached == [(family, (address, 1080))]


def test_proxy_without_an_address() -> None:
    settings = connection_settings(proxy="socks5h://nowhere.invalid:1080", retries=0)
    with pytest.raises(IdentityError) as caught:
        Transport(settings, read_fault).call(Request("GET", "http://identity.test/v2.0/tokens"))
    assert caught.value.kind == "unreachable"


def test_lost_connection_is_not_taken_for_one_that_was_never_made() -> None:
    with serving(raw(b"")) as server, proxied(server.port) as proxy:
        error = failure(proxy)
        assert "The request may have been received." in str(error)
        assert len(server.requests) == 1


def test_proxy_that_refuses(clock: object) -> None:
    with serving(raw(b"")) as server, proxied(server.port, REFUSED) as proxy:
        error = failure(proxy)
        assert error.kind == "unreachable"
        assert str(error).startswith("identity.test through the proxy socks5h://********@127.0.0.1:")
        assert server.requests == []
        assert len(proxy.names) == 4


def test_proxy_that_asks_for_another_account(clock: object) -> None:
    with serving(raw(b"")) as server, proxied(server.port, UNKNOWN_ACCOUNT) as proxy:
        error = failure(proxy)
        assert str(error) == (
            f"The proxy {proxy.url.replace('me:s3cret', '********')} refused to connect to identity.test. It asks for "
            "a user and password: include them in proxy, as in http://user:password@host:port."
        )
        assert server.requests == []
