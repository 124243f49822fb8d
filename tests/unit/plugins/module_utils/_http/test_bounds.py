# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What bounds a call on the wire: all addresses of a host, all parts of a response, and the proxy's certificate."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http import reach
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import (
    BodyRules,
    Request,
    Response,
    Transport,
)
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.small_server import (
    closed_port,
    endless,
    http,
    raw,
    serving,
    stall,
)

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def call(
    url: str,
    *,
    method: str = "POST",
    secrets: tuple[str, ...] = (),
    open_sink: Any = None,
    rules: BodyRules | None = None,
    **options: Any,
) -> Response:
    settings = connection_settings(**{"timeout": 10.0, "retries": 0, **options})
    transport = Transport(settings, read_fault, rules=rules)
    try:
        request = Request(method, f"{url}/v2.0/tokens", body=b"{}", secrets=secrets, open_sink=open_sink)
        return transport.call(request)
    finally:
        transport.close()


def failure(url: str, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        call(url, **options)
    return caught.value


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (CHUNKED + b"0\r\n", b"A: b\r\n"),
        (CHUNKED + b"0\r\nA: ", b"b"),
        (CHUNKED + b"5;", b"x"),
        (CHUNKED, b"1\r\n \r\n"),
    ],
    ids=["100s", "103s", "trailers", "one trailer", "one extension", "tiny chunks"],
)
def test_everything_around_a_body_ends(head: bytes, piece: bytes) -> None:
    with serving(endless(head, piece * 20_000, 2_000)) as server:
        error = failure(server.url, retries=2)
    assert error.kind == "invalid_response"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (CHUNKED + b"5;", b"x"),
        (CHUNKED + b"0\r\nA: ", b"b"),
        *((CHUNKED + zero + b"\r\n", b"A: b\r\n") for zero in (b"0", b"+0", b"-0", b"0x0", b"0_0", b" 0 ;a=b")),
    ],
)
def test_everything_around_a_file_ends_however_long_a_file_may_be(head: bytes, piece: bytes) -> None:
    taken = bytearray()
    with serving(endless(head, piece * 20_000, 500)) as server:
        error = failure(server.url, open_sink=lambda _status: taken.extend, rules=BodyRules(min_rate=1024))
    assert (error.kind, bytes(taken)) == ("invalid_response", b"")


@pytest.mark.parametrize("length", [1, 7, 999])
def test_chunks_say_themselves_where_they_end(length: int) -> None:
    head = CHUNKED.replace(b"Transfer", b"Content-Length: %d\r\nTransfer" % length)
    with serving(raw(head + b'7\r\n{"a":1}\r\n0\r\n\r\n')) as server:
        assert call(server.url).body == b'{"a":1}'


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_response_without_a_body_may_announce_one(status: str) -> None:
    with serving(http(status, length=2)) as server:
        assert call(server.url).status == int(status[:3])


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
@pytest.mark.parametrize("rest", [b"", b"0\r\n\r\n"], ids=["no chunk", "last chunk"])
def test_response_without_a_body_may_name_the_coding_of_one(status: str, rest: bytes) -> None:
    head = CHUNKED.replace(b"200 OK", status.encode())
    with serving(stall(head + rest), http("200 OK", b"{}")) as server:
        shared = Transport(connection_settings(timeout=1.0, retries=0), read_fault, is_shared=True)
        first, second = (shared.call(Request("GET", server.url)) for _number in range(2))
    assert (first.status, first.body) == (int(status[:3]), b"")
    # What may follow the first one is not taken for the beginning of the second.
    assert (second.status, second.body) == (200, b"{}")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("status", ["202 Accepted", "204 No Content", "304 Not Modified", "404 Not Found"])
def test_response_without_a_body_is_not_compressed(status: str, chunked: bool) -> None:
    size, end = (b"Transfer-Encoding: chunked", b"0\r\n\r\n") if chunked else (b"Content-Length: 0", b"")
    head = b"HTTP/1.1 %s\r\nContent-Encoding: gzip\r\n%s\r\n\r\n" % (status.encode(), size)
    with serving(raw(head + end)) as server:
        response = call(server.url)
    assert (response.status, response.body) == (int(status[:3]), b"")


def test_response_to_head_is_not_compressed() -> None:
    with serving(http("200 OK", b"", "Content-Encoding: gzip", length=20)) as server:
        assert call(server.url, method="HEAD").status == 200


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every name resolve to these addresses."""
    found: list[str] = []

    def resolve(_host: Any, port: Any, *_args: Any, **_kwargs: Any) -> list[Any]:
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    original = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: (resolve if str(host).endswith(".test") else original)(host, *args, **kwargs),
    )
    return found


@pytest.mark.parametrize(
    ("sockaddr", "address"),
    [
        (("fe80::1", 443, 0, 7), "fe80::1%7"),
        (("fe80::1%eth0", 443, 0, 7), "fe80::1%eth0"),
        (("2001:db8::1", 443, 0, 0), "2001:db8::1"),
        (("192.0.2.1", 443), "192.0.2.1"),
    ],
)
def test_address_of_a_link_keeps_its_zone(
    monkeypatch: pytest.MonkeyPatch, sockaddr: tuple[Any, ...], address: str
) -> None:
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", sockaddr)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: found)
    assert reach.look_up("printer.test", 443, socket.AF_UNSPEC, _clock.monotonic() + 5) == [address]


@pytest.mark.parametrize("host", ["[2001:db8::1]", "2001:db8::1"])
def test_address_in_place_of_a_name_is_not_looked_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # With brackets, as urllib3 passes that of a SOCKS proxy.
    monkeypatch.delattr(socket, "getaddrinfo")
    assert reach.look_up(host, 1080, socket.AF_UNSPEC, _clock.monotonic() + 5) == ["2001:db8::1"]


def test_timeout_is_for_all_addresses_of_a_host(addresses: list[str]) -> None:
    addresses += [f"127.0.0.{number}" for number in range(1, 41)]
    with socket.socket() as deaf:
        deaf.bind(("0.0.0.0", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        callers = [socket.socket() for _number in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        start = time.monotonic()
        error = failure(f"http://many.test:{port}", timeout=0.2)
        seconds = time.monotonic() - start
        for caller in callers:
            caller.close()
    assert str(error).startswith(f"many.test:{port} did not accept a connection within 0.2 seconds.")
    assert seconds < 4


def test_next_address_is_tried_where_one_refuses(addresses: list[str]) -> None:
    addresses += ["127.0.0.99", "127.0.0.1"]
    with serving(http("200 OK", b"{}")) as server:
        assert call(f"http://two.test:{server.port}").status == 200


def test_certificate_and_header_are_for_the_name_of_the_host(addresses: list[str], tmp_path: Path) -> None:
    addresses += ["127.0.0.99", "127.0.0.1"]
    authority, bundle, tls = trustme.CA(), tmp_path / "ca.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(bundle)
    authority.issue_cert("two.test").configure_cert(tls)
    with serving(http("200 OK", b"{}"), tls=tls) as server:
        assert call(f"https://two.test:{server.port}", ca_path=str(bundle)).status == 200
    assert f"\r\nHost: two.test:{server.port}\r\n".encode() in server.requests[0]


def test_last_reason_is_shown_where_all_addresses_refuse(addresses: list[str]) -> None:
    addresses += ["127.0.0.98", "127.0.0.99"]
    error = failure(f"http://two.test:{closed_port()}")
    assert ": Connection refused." in str(error)


@pytest.mark.usefixtures("addresses")
def test_host_without_an_address() -> None:
    assert str(failure("http://none.test")) == (
        "none.test cannot be reached: Name or service not known. Check identity_url, the network and proxy."
    )


@pytest.mark.parametrize("host", [f"{'a' * 64}.test", "identity..test"])
def test_host_that_name_servers_cannot_be_asked_for(host: str) -> None:
    assert str(failure(f"http://{host}")) == f"{host} cannot be reached. Check identity_url, the network and proxy."


@pytest.mark.parametrize("url", ["http://slow.test", "https://slow.test"])
@pytest.mark.parametrize("proxy", [None, "http://slow.test:3128"])
def test_timeout_is_for_name_servers_too(monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None) -> None:
    released = threading.Event()

    def hang(*_args: Any, **_kwargs: Any) -> list[Any]:
        released.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    error = failure(url, timeout=0.2, proxy=proxy)
    seconds = time.monotonic() - start
    released.set()
    assert (error.kind, seconds < 4) == ("timeout", True)
    assert "did not accept a connection within 0.2 seconds." in str(error)


def test_certificate_of_a_proxy_is_verified_on_the_way_to_plain_http() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(http("200 OK", b"{}"), tls=context) as server:
        error = failure("http://identity.test", proxy=server.url)
        assert error.kind in ("tls", "unreachable")
        assert server.requests == []
        assert call("http://identity.test", proxy=server.url, validate_certs=False).status == 200


SECRET = "pr0xy s3cret/word"


@pytest.mark.parametrize("form", [SECRET, "pr0xy%20s3cret%2Fword"])
def test_password_of_a_proxy_is_not_shown(form: str) -> None:
    body = b'{"fault": {"message": "%s"}}' % form.encode()
    with serving(http("403 No", body, f"X-Openstack-Request-Id: {form}")) as server:
        response = call("http://identity.test", proxy=f"http://user:pr0xy%20s3cret%2Fword@{server.host}")
    assert (response.fault.message, response.request_id) == ("********", "********")


def test_secret_in_a_redirect_is_not_shown_in_part() -> None:
    with serving(http("302 Found", b"", f"Location: http://{SECRET}.test/")) as server:
        response = call(server.url, secrets=(SECRET,))
    assert response.redirect_host == "********.test"


def test_secret_in_the_header_of_the_tenant_is_not_returned() -> None:
    with serving(http("200 OK", b"{}", f"X-Tenant-Id: {SECRET}")) as server:
        assert call(server.url, secrets=(SECRET,)).tenant_id == "********"


def test_challenge_whose_session_holds_a_secret_is_none() -> None:
    header = f'WWW-Authenticate: OS-MF sessionId="a{SECRET}", factor="PASSCODE"'
    with serving(http("401 No", b"", header)) as server:
        assert call(server.url, secrets=(SECRET,)).challenge is None


def test_junk_is_no_lost_connection() -> None:
    with serving(raw(CHUNKED + b"5;" + b"x" * 200_000)) as server:
        assert failure(server.url).kind == "invalid_response"
