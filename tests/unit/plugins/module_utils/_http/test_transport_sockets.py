# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport against real sockets: what goes wrong between two machines, and what `requests` makes of it."""

from __future__ import annotations

import contextlib
import logging
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http import transport
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import (
    MAX_RESPONSE_BYTES,
    BodyRules,
    Request,
    Response,
    Transport,
)
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.small_server import (
    Behaviour,
    closed_port,
    endless,
    http,
    raw,
    reset,
    serving,
    stall,
)

TOKEN = "AABBCCDDsecrettoken"
PATH = f"/v2.0/tokens/{TOKEN}"
WAY_OUT = "Check identity_url and proxy."

# The clock keeps every wait of a test from taking time.
pytestmark = pytest.mark.usefixtures("clock")


def call(url: str, *, repeatable: bool = True, **options: Any) -> Response:
    # The servers of these tests respond at once.
    settings = connection_settings(**{"timeout": 5.0, "retries": 0, **options})
    transport = Transport(settings, read_fault)
    try:
        return transport.call(
            Request(
                "POST",
                url + PATH,
                {"X-Auth-Token": TOKEN},
                b'{"a": "secretbody"}',
                repeatable=repeatable,
                secrets=(TOKEN,),
            )
        )
    finally:
        transport.close()


def failure(url: str, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        call(url, **options)
    error = caught.value
    assert TOKEN not in repr(error.as_result())
    assert "/v2.0/tokens" not in str(error)
    # With -vvv, Ansible shows the whole chain of an exception.
    assert error.__suppress_context__ or error.__context__ is None
    return error


@pytest.mark.covers("request-headers/host-user-agent")
def test_bytes_of_a_request() -> None:
    with serving(http("200 OK", b"{}", "X-Tenant-Id: 123456 ", "x-trans-id: tx1")) as server:
        response = call(server.url)
    assert server.requests == [
        (
            f"POST {PATH} HTTP/1.1\r\nHost: {server.host}\r\n"
            "User-Agent: rackspace.identity (Ansible collection)\r\nAccept-Encoding: identity\r\nAccept: */*\r\n"
            f"Connection: keep-alive\r\nX-Auth-Token: {TOKEN}\r\nContent-Length: 19\r\n\r\n"
            '{"a": "secretbody"}'
        ).encode()
    ]
    assert (response.status, response.body, response.tenant_id, response.request_id) == (200, b"{}", "123456", "tx1")


BEHAVIOURS = [http("200 OK", b"{}"), http("404 Not Found"), http("302 Found", b"", "Location: /x"), reset(), raw(b"\0")]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_url_with_a_token_is_not_logged(caplog: pytest.LogCaptureFixture, behaviour: Behaviour) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(behaviour) as server, contextlib.suppress(IdentityError):
        call(server.url, retries=1)
    assert server.requests
    assert TOKEN not in caplog.text
    assert "/v2.0/tokens" not in caplog.text


def test_urllib3_would_log_the_token(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise the test above would prove nothing.
    monkeypatch.setattr(transport, "unlogged", contextlib.nullcontext)
    caplog.set_level(logging.DEBUG)
    with serving(http("200 OK", b"{}")) as server:
        call(server.url)
    assert TOKEN in caplog.text


@pytest.mark.parametrize("disabled", [False, True])
def test_logger_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, disabled: bool) -> None:
    logger = logging.getLogger("urllib3.connectionpool")
    monkeypatch.setattr(logger, "disabled", disabled)
    with serving(http("200 OK", b"{}"), reset()) as server:
        call(server.url)
        assert logger.disabled is disabled
        failure(server.url)
        assert logger.disabled is disabled


@pytest.mark.covers("response-headers/location-not-in-the-documents")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(status: str) -> None:
    with serving(http("200 OK", b"{}")) as elsewhere:
        with serving(http(status, b"<html>moved</html>", f"Location: {elsewhere.url}/steal")) as server:
            response = call(server.url)
    assert len(server.requests) == 1
    assert elsewhere.requests == []
    assert response.status == int(status[:3])
    assert response.redirect_host == elsewhere.host
    assert response.body == b"<html>moved</html>"


@pytest.mark.parametrize("location", ["http://[broken", "gopher://x/", "", "/relative", "http://\u00e9vil/"])
def test_strange_redirect_targets_are_only_reported(location: str) -> None:
    with serving(http("302 Found", b"", f"Location: {location}")) as server:
        assert call(server.url).status == 302


def test_huge_redirect_is_refused_like_any_huge_response() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nConnection: close\r\n\r\n"
    with serving(endless(head, bytes(1024**2), 64)) as server:
        error = failure(server.url)
    assert error.kind == "invalid_response"


def test_netrc_is_not_used(home: Path) -> None:
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login thief password netrcsecret\n", encoding="utf-8")
    netrc.chmod(0o600)
    with serving(http("200 OK", b"{}")) as server:
        call(server.url)
    assert b"authorization" not in server.requests[0].lower()


def test_cookies_are_not_sent_back() -> None:
    with serving(http("503 Busy", b"", "Set-Cookie: a=b"), http("200 OK", b"{}")) as server:
        call(server.url, retries=1)
    assert len(server.requests) == 2
    assert b"cookie" not in server.requests[1].lower()


def test_response_in_many_chunks() -> None:
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"a": 1}') + b"0\r\n\r\n"
    with serving(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + pieces)) as server:
        assert call(server.url).body == b'{"a": 1}'


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access": '],
    ids=["nothing", "half a head", "half a body"],
)
def test_no_response_in_time(beginning: bytes) -> None:
    with serving(stall(beginning)) as server:
        error = failure(server.url, timeout=0.1)
    assert error.kind == "timeout"
    assert str(error) == (
        f"{server.host} received the request but did not complete its response within 0.1 seconds. "
        "Try again later, or raise timeout."
    )


def test_request_without_a_response_in_time_is_repeated_if_that_is_safe() -> None:
    with serving(stall(), http("200 OK", b"{}")) as server:
        assert call(server.url, timeout=0.1, retries=1).status == 200
    assert len(server.requests) == 2
    with serving(stall(), http("200 OK", b"{}")) as server:
        assert failure(server.url, timeout=0.1, retries=1, repeatable=False).kind == "timeout"
    assert len(server.requests) == 1


def test_refused_connection() -> None:
    host = f"127.0.0.1:{closed_port()}"
    error = failure(f"http://{host}")
    assert error.kind == "unreachable"
    assert str(error) == f"{host} cannot be reached: Connection refused. Check identity_url, the network and proxy."


@pytest.mark.parametrize("repeatable", [True, False])
def test_refused_connection_is_always_tried_again(clock: FakeClock, repeatable: bool) -> None:
    failure(f"http://127.0.0.1:{closed_port()}", retries=2, repeatable=repeatable)
    assert clock.waits == [0.25, 0.5]


def test_reset_before_the_response() -> None:
    with serving(reset()) as server:
        error = failure(server.url)
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The connection to {server.host} was lost before a response arrived: Connection reset by peer. "
        "The request may have been received. Try again later, or check identity_url, the network and proxy."
    )


def test_reset_within_the_response() -> None:
    with serving(reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) as server:
        error = failure(server.url, repeatable=False, retries=3)
    assert error.kind == "unreachable"
    assert len(server.requests) == 1


def test_hang_up_without_a_response() -> None:
    with serving(raw(b"")) as server:
        error = failure(server.url)
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The connection to {server.host} was lost before a response arrived. "
        "The request may have been received. Try again later, or check identity_url, the network and proxy."
    )


@pytest.mark.parametrize("greeting", [b"220 mail.example.com ESMTP\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
def test_server_that_does_not_speak_http(greeting: bytes) -> None:
    with serving(raw(greeting)) as server:
        error = failure(server.url, retries=3)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{server.host} did not respond like an identity service: the server does not speak HTTP. {WAY_OUT}"
    )
    assert len(server.requests) == 1


@pytest.mark.covers("response-headers/content-length-transfer-encoding")
@pytest.mark.parametrize(
    "response",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access": ',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"access": ',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b'HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{"unauthorized": ',
    ],
    ids=["length", "chunked", "between chunks", "error"],
)
def test_response_that_was_cut_short(response: bytes) -> None:
    with serving(raw(response)) as server:
        error = failure(server.url)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{server.host} did not respond like an identity service: the response was cut short. {WAY_OUT}"
    )


def test_chunks_without_a_size() -> None:
    with serving(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n{}\r\n")) as server:
        error = failure(server.url)
    assert error.kind == "invalid_response"


@pytest.mark.parametrize("announced", [True, False])
def test_response_of_a_gigabyte_is_refused_early(announced: bool) -> None:
    length = b"Content-Length: 1073741824\r\n" if announced else b""
    with serving(endless(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n", bytes(1024**2), 1024)) as server:
        error = failure(server.url)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{server.host} did not respond like an identity service: the response is larger than 4 MiB. {WAY_OUT}"
    )


def test_largest_response_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_RESPONSE_BYTES == 4 * 1024 * 1024
    monkeypatch.setattr(transport, "BodyRules", lambda: BodyRules(max_bytes=1024 * 1024))
    with serving(http("200 OK", bytes(1024 * 1024))) as server:
        assert len(call(server.url).body) == 1024 * 1024
    with serving(http("200 OK", bytes(1024 * 1024 + 1))) as server:
        assert "larger than 1 MiB" in str(failure(server.url))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def context_of(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_certificate_that_cannot_be_verified(clock: FakeClock, authority: trustme.CA) -> None:
    with serving(http("200 OK", b"{}"), tls=context_of(authority, "127.0.0.1")) as server:
        error = failure(server.url, retries=3)
    assert server.requests == []
    assert error.kind == "tls"
    assert str(error).startswith(f"The certificate of {server.host} cannot be verified: ")
    assert str(error).endswith(". Give the CA that signed it with ca_path, or check the host in identity_url.")
    assert clock.waits == []


def test_certificate_of_another_host(authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    with serving(http("200 OK", b"{}"), tls=context_of(authority, "example.com")) as server:
        error = failure(server.url, ca_path=str(bundle))
    assert error.kind == "tls"
    assert str(error) in {
        f"The certificate of {server.host} cannot be verified: {reason}. "
        "Give the CA that signed it with ca_path, or check the host in identity_url."
        # Python's own words, and those of urllib3 before version 2.
        for reason in (
            "IP address mismatch, certificate is not valid for '127.0.0.1'",
            "hostname '127.0.0.1' doesn't match 'example.com'",
        )
    }


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", None])
def test_ca_path_and_bundles_of_the_environment(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    if variable:
        monkeypatch.setenv(variable, str(bundle))
    options: dict[str, Any] = {} if variable else {"ca_path": str(bundle)}
    with serving(http("200 OK", b"{}"), tls=context_of(authority, "127.0.0.1")) as server:
        assert call(server.url, **options).status == 200


def test_validate_certs_false_is_not_undone_by_the_environment(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    with serving(http("200 OK", b"{}"), tls=context_of(authority, "127.0.0.1")) as server:
        assert call(server.url, validate_certs=False).status == 200


def test_bundle_without_a_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("not a certificate\n", encoding="utf-8")
    with serving(http("200 OK", b"{}"), tls=context_of(authority, "127.0.0.1")) as server:
        error = failure(server.url, ca_path=str(bundle))
    assert error.kind == "tls"
    assert str(error) == (
        f"{server.host} and this machine cannot agree on a TLS connection. "
        "Check whether identity_url should begin with https:// or http://, and what ca_path contains."
    )


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_bundle_of_the_environment_that_is_missing(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "/nonexistent/ca.pem")
    error = failure("https://127.0.0.1:9")
    assert error.kind == "bad_request"
    assert str(error) == (
        f"{variable}: the file /nonexistent/ca.pem does not exist. Correct or unset this environment variable."
    )


def test_https_to_a_plain_server() -> None:
    with serving(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        error = failure(f"https://{server.host}")
    assert error.kind == "tls"
    assert str(error) == (
        f"{server.host} and this machine cannot agree on a TLS connection. "
        "Check whether identity_url should begin with https:// or http://, and what ca_path contains."
    )


def test_proxy_gets_the_whole_url() -> None:
    with serving(http("200 OK", b"{}")) as proxy:
        response = call("http://identity.invalid", proxy=f"http://me:proxysecret@{proxy.host}")
    assert response.status == 200
    assert proxy.requests[0].startswith(f"POST http://identity.invalid{PATH} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic bWU6cHJveHlzZWNyZXQ=\r\n" in proxy.requests[0]


def test_proxy_without_a_scheme() -> None:
    with serving(http("200 OK", b"{}")) as proxy:
        assert call("http://identity.invalid", proxy=proxy.host).status == 200
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with serving(http("200 OK", b"{}")) as proxy:
        monkeypatch.setenv(name, proxy.url)
        assert call("http://identity.invalid").status == 200
    assert len(proxy.requests) == 1


def test_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(http("200 OK", b"{}")) as server, serving(http("500 No", b"")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "example.com,127.0.0.1")
        assert call(server.url).status == 200
    assert proxy.requests == []


def test_proxy_that_cannot_be_reached() -> None:
    host = f"127.0.0.1:{closed_port()}"
    error = failure("https://identity.invalid", proxy=f"http://me:proxysecret@{host}")
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The proxy http://********@{host} could not be used to reach identity.invalid: Connection refused. "
        "Check the option proxy, and the variables https_proxy and no_proxy."
    )


@pytest.mark.parametrize("url", ["http://me:proxysecret@", "me:proxysecret@"])
def test_proxy_without_a_host(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = failure("https://identity.invalid", proxy=url)
    assert error.kind == "unreachable"
    assert "could not be used to reach identity.invalid. Check the option proxy" in str(error)
    assert "proxysecret" not in str(error)
    monkeypatch.setenv("https_proxy", url)
    assert failure("https://identity.invalid").kind == "unreachable"


@pytest.mark.parametrize("url", ["socks://me:proxysecret@127.0.0.1:1080/", "htpp://me:proxysecret@127.0.0.1:1"])
@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_kind_of_proxy_of_the_environment_that_does_not_exist(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, url)
    error = failure("https://identity.invalid", retries=3)
    assert error.kind == "bad_request"
    assert str(error) == (
        "The proxy of the environment cannot be used to reach identity.invalid: it must be a URL that begins with one "
        "of http, https, socks4, socks4a, socks5, socks5h, such as http://host:port. Check the option proxy, and the "
        "variables https_proxy and no_proxy."
    )


def test_socks_proxy_of_the_environment_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setenv("all_proxy", "socks5h://me:proxysecret@127.0.0.1:1")
    assert str(failure("https://identity.invalid")) == "The Python library PySocks is missing."


@pytest.mark.parametrize("address", ["proxy.invalid:312 8", "proxy.invalid:http", "proxy.invalid:99999", "[::1"])
def test_proxy_whose_address_cannot_be_read(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = failure("https://identity.invalid", retries=3, proxy=f"http://me:proxysecret@{address}")
    assert error.kind == "bad_request"
    assert str(error) == (
        f"The proxy http://********@{address} cannot be used to reach identity.invalid: it is not a URL with a host "
        "and a port. Check the option proxy, and the variables https_proxy and no_proxy."
    )
    monkeypatch.setenv("https_proxy", f"http://me:proxysecret@{address}")
    assert str(failure("https://identity.invalid")) == str(error).replace(
        f"The proxy http://********@{address}", "The proxy of the environment"
    )


def test_proxy_of_the_environment_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://me:proxysecret@127.0.0.1:{closed_port()}")
    error = failure("https://identity.invalid")
    assert str(error) == (
        "The proxy of the environment could not be used to reach identity.invalid: Connection refused. "
        "Check the option proxy, and the variables https_proxy and no_proxy."
    )


def test_proxy_that_refuses() -> None:
    with serving(http("407 Proxy Authentication Required")) as proxy:
        error = failure("https://identity.invalid", proxy=f"http://me:proxysecret@{proxy.host}")
    assert proxy.requests[0].startswith(b"CONNECT identity.invalid:443 HTTP/1.")
    assert TOKEN.encode() not in proxy.requests[0]
    assert error.kind == "unreachable"
    assert str(error) == (
        f"The proxy http://********@{proxy.host} refused to connect to identity.invalid with 407. It asks for a user "
        "and password: include them in proxy, as in http://user:password@host:port."
    )


@pytest.mark.parametrize("is_option", [True, False])
def test_proxy_that_refuses_a_request_without_tls(monkeypatch: pytest.MonkeyPatch, is_option: bool) -> None:
    with serving(http("407 Proxy Authentication Required")) as proxy:
        url = f"http://me:proxysecret@{proxy.host}"
        monkeypatch.setenv("http_proxy", url)
        error = failure("http://identity.invalid", retries=3, **({"proxy": url} if is_option else {}))
    assert len(proxy.requests) == 1
    assert error.kind == "unreachable"
    name = f"The proxy http://********@{proxy.host}" if is_option else "The proxy of the environment"
    assert str(error) == (
        f"{name} refused to connect to identity.invalid with 407. It asks for a user and password: include them in "
        "proxy, as in http://user:password@host:port."
    )


@pytest.mark.parametrize(
    "userinfo", ["me:secret", "me:secret/secret", "me:secret@secret", "me:secret//secret", "me:secret?secret#secret"]
)
@pytest.mark.parametrize("scheme", ["http://", "https://", ""])
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_password_of_a_proxy_is_never_shown(url: str, scheme: str, userinfo: str) -> None:
    error = failure(url, proxy=f"{scheme}{userinfo}@127.0.0.1:{closed_port()}")
    assert "secret" not in repr(error.as_result())


@pytest.mark.parametrize("url", ["http://identity.invalid", "https://identity.invalid"])
@pytest.mark.parametrize(
    "userinfo", ["me:proxysecret\u20ac", "me:proxysecret%E2%82%AC", "m\u20ac:proxysecret", "me:\u0141proxysecret"]
)
def test_user_of_a_proxy_that_no_header_can_hold(url: str, userinfo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host = f"127.0.0.1:{closed_port()}"
    error = failure(url, proxy=f"http://{userinfo}@{host}", retries=4)
    assert error.kind == "bad_request"
    assert str(error) == (
        f"The proxy http://********@{host} cannot be used to reach identity.invalid: its user or password contains a "
        "character that cannot be sent in a header. Check the option proxy, and the variables https_proxy and no_proxy."
    )
    monkeypatch.setenv("all_proxy", f"http://{userinfo}@{host}")
    assert str(failure(url, retries=4)).startswith("The proxy of the environment cannot be used to reach")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
@pytest.mark.parametrize(
    "proxy", ["me:proxysecret%40127.0.0.1:1", "http://me:proxysecret%40127.0.0.1:1", "me%3Aproxysecret%40127.0.0.1"]
)
def test_password_of_a_proxy_that_is_encoded_as_a_whole_is_not_shown(url: str, proxy: str) -> None:
    error = failure(url, proxy=proxy)
    assert "proxy" in str(error)
    assert "proxysecret" not in repr(error.as_result())


@pytest.mark.parametrize("proxy", ["http://", "http://[broken", "nonsense://127.0.0.1:1"])
def test_proxy_that_is_not_a_url(proxy: str) -> None:
    error = failure("http://127.0.0.1:9", proxy=proxy)
    assert "proxy" in str(error)
    assert error.kind in {"bad_request", "unreachable"}
