# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: what the other end does, and what every plugin must make of it."""

from __future__ import annotations

import gzip
import http
import itertools
import json
import socket
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import server
from .certificates import no_bundle
from .server import Behaviour, Exchange, Good, head

RESULT = "result"

LOGINS = ("api_key", "password", "passcode", "v1.1")
OTHERS = ("info", "revoke")
COLUMNS = (*LOGINS, *OTHERS)

# How often a request may reach the service, with one retry allowed.
NEVER, ONCE, IF_SAFE, TWICE = "never", "once", "if it is safe", "twice"


@dataclass(frozen=True)
class Fault:
    """One fault.

    name: unique. text: its row on the page, which several faults may share. expect: the outcome, a result or the kind
    of the error; `but` has those of single columns. sends: how often the request reaches the service. slow: it ends
    with the timeout. target: the server, or what stands in for it. by_connection: requests are not
    read, and what is counted in their place are connections. scheme: of identity_url. proxy: whether the server
    is a proxy, or where another one is. tls: the certificate of the server.
    """

    group: str
    name: str
    text: str
    expect: str
    behave: Behaviour = server.well
    but: Mapping[str, str] = field(default_factory=dict)
    sends: str = ONCE
    slow: bool = False
    by_connection: bool = False
    on_connect: Behaviour | None = None
    on_tunnel: Behaviour | None = None
    target: str = "server"
    scheme: str = "http"
    proxy: str | None = None
    tls: str | None = None
    tunnel_tls: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def expected(self, column: str) -> str:
        """Return the outcome that a column of the page must have."""
        return self.but.get(column, self.expect)


_FAULTS: list[Fault] = []


def _add(group: str, name: str, text: str, expect: str, behave: Behaviour = server.well, **more: Any) -> None:
    _FAULTS.append(Fault(group, name, text, expect, behave, **more))


def _read(exchange: Exchange) -> None:
    """Read what the client sends, whatever it is."""
    exchange.connection.recv(65536)


def _read_some(exchange: Exchange) -> None:
    """Read the beginning of what the client sends."""
    exchange.connection.recv(20)


def _await(exchange: Exchange) -> None:
    """Wait until the client has sent something, and leave it unread."""
    exchange.connection.recv(1, socket.MSG_PEEK)


def _raw(data: bytes) -> Behaviour:
    return lambda exchange: exchange.send(data)


def _then(*steps: Behaviour) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        for step in steps:
            step(exchange)

    return behave


def _reset(exchange: Exchange) -> None:
    exchange.reset()


def _wait(exchange: Exchange) -> None:
    exchange.wait()


def _drip(data: bytes) -> Behaviour:
    return lambda exchange: exchange.drip(data)


def _for_ever(piece: bytes) -> Behaviour:
    """Send a piece again and again, slowly."""

    def behave(exchange: Exchange) -> None:
        while not exchange.ended.is_set():
            exchange.drip(piece)

    return behave


def _flood(piece: bytes, megabytes: int = 1100) -> Behaviour:
    return lambda exchange: exchange.flood(piece, megabytes)


def _part(share: float, *, of_body: bool = True) -> Behaviour:
    """Send the head and a part of the body, or a part of the head."""

    def behave(exchange: Exchange) -> None:
        # A response without a body could not be cut short in it.
        good = replace(exchange.good, status="200 OK", body=exchange.good.body or b'{"access": {}}')
        start = good.head()
        exchange.send(start + good.body[: int(len(good.body) * share)] if of_body else start[: int(len(start) * share)])

    return behave


def _changed(change: Callable[..., bytes]) -> Behaviour:
    """Send what a function makes of the good response."""
    return lambda exchange: exchange.send(change(exchange.good))


def chunked(body: bytes, size: int = 16, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n%s\r\n" % trailer


def _chunked_head(good: Good) -> bytes:
    return head(good.status, f"Content-Type: {good.media_type or 'text/plain'}", "Transfer-Encoding: chunked")


CHUNKED = head("200 OK", "Content-Type: application/json", "Transfer-Encoding: chunked")
UNTIL_CLOSE = head("200 OK", "Content-Type: application/json")


def _of_length(length: int, status: str = "200 OK") -> bytes:
    return head(status, "Content-Type: application/json", f"Content-Length: {length}")


# --- No connection -------------------------------------------------------------------------------------------------

_G = "No connection"
_add(_G, "refused", "the connection is refused", "unreachable", target="closed", sends=NEVER)
_add(_G, "no such host", "the host has no address", "unreachable", target="nowhere.test", sends=NEVER)
_add(_G, "DNS is down", "the name server does not respond", "unreachable", target="later.test", sends=NEVER)
_add(_G, "not a host name", "the host name is too long", "unreachable", target="x" * 64 + ".test", sends=NEVER)
_add(_G, "not accepted", "the connection is never accepted", "timeout", target="deaf", sends=NEVER, slow=True)
_add(_G, "several addresses", "none of many addresses accepts", "timeout", target="many.test", sends=NEVER, slow=True)
_add(_G, "second address", "the first of two addresses refuses", RESULT, target="two.test")

# --- The connection is lost ----------------------------------------------------------------------------------------

_G = "The connection is lost"
for _words, _end in (("reset", _reset), ("closed", lambda exchange: None)):
    _add(
        _G,
        f"{_words} at once",
        f"{_words} before the request is read",
        "unreachable",
        on_connect=_then(_await, _end),
        sends=IF_SAFE,
    )
    _add(
        _G,
        f"{_words} within the request",
        f"{_words} within the request",
        "unreachable",
        on_connect=_then(_read_some, _end),
        sends=IF_SAFE,
    )
    _add(_G, f"{_words} after the request", f"{_words} after the request", "unreachable", _end, sends=IF_SAFE)
    _add(
        _G,
        f"{_words} in the status line",
        f"{_words} within the status line",
        "unreachable" if _words == "reset" else "invalid_response",
        _then(_raw(b"HTTP/1.1 20"), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    _add(
        _G,
        f"{_words} in a header",
        f"{_words} within a header",
        "unreachable" if _words == "reset" else "invalid_response",
        _then(_part(0.6, of_body=False), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    _add(
        _G,
        f"{_words} in the body",
        f"{_words} within the body",
        "unreachable" if _words == "reset" else "invalid_response",
        _then(_part(0.5), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    _add(
        _G,
        f"{_words} in a chunk",
        f"{_words} within a chunk",
        "invalid_response",
        _then(_raw(CHUNKED + b'40\r\n{"access": '), _end),
        but={} if _words == "closed" else dict.fromkeys(COLUMNS, "unreachable"),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    _add(
        _G,
        f"{_words} before the last chunk",
        f"{_words} before the last chunk",
        "unreachable" if _words == "reset" else "invalid_response",
        _then(_raw(CHUNKED + chunked(b'{"access": {}}')[:-5]), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
_add(
    _G,
    "half-closed",
    "half-closed after the request",
    "unreachable",
    _then(lambda exchange: exchange.connection.shutdown(1), _wait),
    sends=IF_SAFE,
)
_add(
    _G,
    "half-closed in the body",
    "half-closed within the body",
    "invalid_response",
    _then(_part(0.5), lambda exchange: exchange.connection.shutdown(1), _wait),
)
_add(_G, "error cut short", "closed within the body of an error", "invalid_response", _raw(_of_length(99, "401 No")))
_add(
    _G,
    "good, then half-closed",
    "half-closed after a good response",
    RESULT,
    _then(server.well, lambda exchange: exchange.connection.shutdown(1), _wait),
)

# --- Silence and drips ---------------------------------------------------------------------------------------------

_G = "Silence and drips"
_SLOW: dict[str, Any] = {"slow": True, "sends": IF_SAFE}
for _words, _beginning in {
    "after the request": b"",
    "within the status line": b"HTTP/1.1 2",
    "within the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "before the body": _of_length(100),
    "within the body": _of_length(100) + b'{"access": ',
    "within a chunk": CHUNKED + b'20\r\n{"access": ',
    "before the last chunk": CHUNKED + chunked(b"{}")[:-5],
    "before the trailers": CHUNKED + chunked(b"{}")[:-2],
    "after 100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    "within an error": _of_length(100, "503 Busy") + b'{"service',
}.items():
    _add(_G, f"silence {_words}", f"silence {_words}", "timeout", _then(_raw(_beginning), _wait), **_SLOW)
_add(_G, "silence, then closed", "silence until the request is given up", "timeout", _wait, **_SLOW)
for _words, _beginning, _piece in (
    ("the status line", b"HTTP/1.1 200 O", b"K"),
    ("a header's name", b"HTTP/1.1 200 OK\r\n", b"x"),
    ("a header's value", b"HTTP/1.1 200 OK\r\nX-A: ", b"x"),
    ("headers", b"HTTP/1.1 200 OK\r\n", b"A:b\r\n"),
    ("the body", _of_length(100000), b" "),
    ("a body of no length", UNTIL_CLOSE, b" "),
    ("a chunk's size", CHUNKED, b"0"),
    ("a chunk's extension", CHUNKED + b"5;", b"x"),
    ("a chunk", CHUNKED + b"fffff\r\n", b" "),
    ("chunks", CHUNKED, b"1\r\n \r\n"),
    ("trailers", CHUNKED + b"0\r\n", b"A:b\r\n"),
    ("100 Continue", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ("102 Processing", b"", b"HTTP/1.1 102 Processing\r\nA: b\r\n\r\n"),
    ("an error", _of_length(100000, "503 Busy"), b" "),
):
    _add(_G, f"drips {_words}", f"drips of {_words}", "timeout", _then(_raw(_beginning), _for_ever(_piece)), **_SLOW)

# --- Floods --------------------------------------------------------------------------------------------------------

_G = "Floods"
_add(_G, "banner", "something before the request is sent", "invalid_response", _flood(b"x"), on_connect=_flood(b"x"))
_add(_G, "status line", "an endless status line", "invalid_response", _then(_raw(b"HTTP/1.1 200 "), _flood(b"x")))
_add(_G, "header", "an endless header", "invalid_response", _then(_raw(b"HTTP/1.1 200 OK\r\nA: "), _flood(b"x")))
_add(_G, "headers", "endless headers", "invalid_response", _then(_raw(b"HTTP/1.1 200 OK\r\n"), _flood(b"A: b\r\n")))
_add(_G, "body", "an endless body", "invalid_response", _then(_raw(UNTIL_CLOSE), _flood(b" ")))
_add(_G, "chunk", "an endless chunk", "invalid_response", _then(_raw(CHUNKED + b"fffffffff\r\n"), _flood(b" ")))
_add(_G, "chunks", "endless chunks", "invalid_response", _then(_raw(CHUNKED), _flood(b"1000\r\n%s\r\n" % bytes(4096))))
_add(
    _G,
    "chunk extension",
    "an endless extension of a chunk",
    "invalid_response",
    _then(_raw(CHUNKED + b"5;"), _flood(b"x")),
)
_add(_G, "trailer", "an endless trailer", "invalid_response", _then(_raw(CHUNKED + b"0\r\nA: "), _flood(b"x")))
_add(_G, "trailers", "endless trailers", "invalid_response", _then(_raw(CHUNKED + b"0\r\n"), _flood(b"A: b\r\n")))
for _number in (100, 102, 103):
    _add(
        _G,
        f"{_number}s",
        f"endless {_number} {http.HTTPStatus(_number).phrase}",
        "invalid_response",
        _flood(f"HTTP/1.1 {_number} Wait\r\n\r\n".encode()),
    )
_add(
    _G,
    "headers of a 103",
    "a 103 Early Hints with endless headers",
    "invalid_response",
    _then(_raw(b"HTTP/1.1 103 Early Hints\r\n"), _flood(b"A: b\r\n")),
)
_add(
    _G,
    "redirect",
    "a redirect with an endless body",
    "invalid_response",
    _then(_raw(head("302 Found", "Location: http://elsewhere.test/")), _flood(b" ")),
)
for _status in ("401 Unauthorized", "500 Internal Server Error"):
    _add(
        _G,
        f"error {_status[:3]}",
        "an error with an endless body",
        "invalid_response",
        _then(_raw(head(_status, "Content-Type: application/json")), _flood(b" ")),
    )
_add(_G, "after the response", "more than Content-Length announces", RESULT, _then(server.well, _flood(b"x", 4)))

# --- TLS -----------------------------------------------------------------------------------------------------------

_G = "TLS"
_TLS: dict[str, Any] = {"scheme": "https", "sends": NEVER}
_add(_G, "good", "a good certificate", RESULT, scheme="https", tls="good")
for _kind in ("expired", "not valid yet", "of another host", "self-signed", "of an unknown authority"):
    _add(_G, _kind, f"a certificate that is {_kind}", "tls", tls=_kind, **_TLS)
    _add(
        _G,
        f"{_kind}, not verified",
        f"a certificate that is {_kind}, with validate_certs=false",
        RESULT,
        tls=_kind,
        scheme="https",
        options={"validate_certs": False, "ca_path": None},
    )
_add(_G, "too old", "nothing newer than TLS 1.1", "tls", tls="too old", **_TLS)
_add(
    _G,
    "no TLS",
    "plain HTTP where TLS is expected",
    "tls",
    on_connect=_then(_read, _raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    **_TLS,
)
_add(
    _G, "TLS unasked", "TLS where plain HTTP is expected", "unreachable", tls="good", sends=IF_SAFE, by_connection=True
)
_add(
    _G,
    "ca_path",
    "a ca_path without any certificate",
    "tls",
    tls="good",
    options={"ca_path": no_bundle()},
    **_TLS,
)
_add(
    _G,
    "closed",
    "closed within the handshake",
    "tls",
    on_connect=_read,
    **_TLS,
)
_add(
    _G,
    "reset",
    "reset within the handshake",
    "unreachable",
    on_connect=_then(_read, _reset),
    **_TLS,
)
_add(_G, "silence", "silence within the handshake", "timeout", on_connect=_wait, slow=True, **_TLS)
_add(
    _G,
    "drips",
    "drips of the handshake",
    "timeout",
    on_connect=_then(_raw(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"), _for_ever(b"x")),
    slow=True,
    **_TLS,
)
_add(
    _G,
    "alert",
    "an alert in the handshake",
    "tls",
    on_connect=_then(_read, _raw(b"\x15\x03\x03\x00\x02\x02\x28")),
    **_TLS,
)
_add(
    _G,
    "client certificate",
    "a certificate of the client is required",
    "unreachable",
    tls="asking for one",
    scheme="https",
    sends=NEVER,
)
_add(
    _G,
    "closed later",
    "closed after the request",
    "unreachable",
    lambda exchange: None,
    tls="good",
    scheme="https",
    sends=IF_SAFE,
)
_add(_G, "cut", "closed within the body", "invalid_response", _part(0.5), tls="good", scheme="https")
_add(
    _G,
    "drips later",
    "drips of the body",
    "timeout",
    _then(_raw(_of_length(100000)), _for_ever(b" ")),
    tls="good",
    scheme="https",
    **_SLOW,
)

# --- Proxies -------------------------------------------------------------------------------------------------------

_G = "Proxies"
for _scheme in ("http", "https"):
    _through: dict[str, Any] = {"scheme": _scheme, "proxy": "server", "target": "identity.test"}
    if _scheme == "https":
        _through["tunnel_tls"] = "good"
    _way = "through a proxy" if _scheme == "http" else "through a tunnel of a proxy"
    _add(_G, f"good {_scheme}", f"a good response {_way}", RESULT, **_through)
    _add(
        _G,
        f"refused {_scheme}",
        "the proxy refuses the connection",
        "unreachable",
        **{**_through, "proxy": "closed"},
        sends=NEVER,
    )
    _add(
        _G,
        f"no such proxy {_scheme}",
        "the proxy's host has no address",
        "unreachable",
        **{**_through, "proxy": "http://nowhere.test:3128"},
        sends=NEVER,
    )
    _add(
        _G,
        f"not a proxy URL {_scheme}",
        "the proxy is not a URL",
        "bad_request",
        **{**_through, "proxy": "http://[half"},
        sends=NEVER,
    )
    _add(
        _G,
        f"deaf proxy {_scheme}",
        "the proxy never accepts the connection",
        "timeout",
        **{**_through, "proxy": "deaf"},
        sends=NEVER,
        slow=True,
    )
    _add(_G, f"reset {_scheme}", f"reset after the request {_way}", "unreachable", _reset, **_through, sends=IF_SAFE)
    _add(
        _G,
        f"closed {_scheme}",
        f"closed after the request {_way}",
        "unreachable",
        lambda exchange: None,
        **_through,
        sends=IF_SAFE,
    )
    _add(_G, f"cut {_scheme}", f"closed within the response {_way}", "invalid_response", _part(0.5), **_through)
    _add(_G, f"silence {_scheme}", f"silence after the request {_way}", "timeout", _wait, **_through, **_SLOW)
    _add(
        _G,
        f"drips {_scheme}",
        f"drips of the response {_way}",
        "timeout",
        _then(_raw(_of_length(9999)), _for_ever(b" ")),
        **_through,
        **_SLOW,
    )
for _status, _kind in (
    ("407 Proxy Authentication Required", "unreachable"),
    ("403 Forbidden", "forbidden"),
    ("502 Bad Gateway", "service_unavailable"),
):
    _add(
        _G,
        f"{_status[:3]} http",
        f"the proxy of a plain HTTP service responds with {_status[:3]}",
        _kind,
        _raw(head(_status, 'Proxy-Authenticate: Basic realm="x"', "Content-Length: 0")),
        proxy="server",
        target="identity.test",
        sends=IF_SAFE if _status[:3] == "502" else ONCE,
    )
for _name, _text, _kind, _tunnel in (
    ("407", "with 407: it asks for a password", "unreachable", _raw(head("407 Who", "Content-Length: 0"))),
    ("403", "with 403", "unreachable", _raw(head("403 Forbidden", "Content-Length: 0"))),
    ("502", "with 502", "unreachable", _raw(head("502 Bad Gateway", "Content-Length: 0"))),
    ("302", "with a redirect", "unreachable", _raw(head("302 Found", "Location: http://elsewhere.test/"))),
    ("nonsense", "with what is not HTTP", "unreachable", _raw(b"220 mail.test ESMTP\r\n")),
    ("nothing", "by closing", "unreachable", lambda exchange: None),
    ("reset", "with a reset", "unreachable", _reset),
    ("then nothing", "and then closes", "tls", _then(_raw(b"HTTP/1.1 200 OK\r\n\r\n"), _read)),
    (
        "then no TLS",
        "and then speaks no TLS",
        "tls",
        _then(_raw(b"HTTP/1.1 200 OK\r\n\r\n"), _read, _raw(b"what? no TLS here\r\n")),
    ),
    ("header flood", "with endless headers", "unreachable", _then(_raw(b"HTTP/1.1 200 OK\r\n"), _flood(b"A: b\r\n"))),
    ("line flood", "with an endless status line", "unreachable", _then(_raw(b"HTTP/1.1 200 "), _flood(b"x"))),
    ("100 flood", "with endless 100 Continue", "unreachable", _flood(b"HTTP/1.1 100 Continue\r\n\r\n")),
    ("silence", "with silence", "timeout", _wait),
    ("drips", "with drips", "timeout", _for_ever(b"H")),
    ("header drips", "with drips of headers", "timeout", _then(_raw(b"HTTP/1.1 200 OK\r\n"), _for_ever(b"A: b\r\n"))),
):
    _add(
        _G,
        f"CONNECT {_name}",
        f"the proxy responds to CONNECT {_text}",
        _kind,
        scheme="https",
        proxy="server",
        target="identity.test",
        on_tunnel=_tunnel,
        sends=NEVER,
        slow=_kind == "timeout",
    )
_add(
    _G,
    "expired behind",
    "a tunnel to a service with an expired certificate",
    "tls",
    scheme="https",
    proxy="server",
    target="identity.test",
    tunnel_tls="expired",
    sends=NEVER,
)
_add(_G, "proxy with TLS", "a proxy with TLS", RESULT, proxy="tls server", target="identity.test", tls="good")
_add(
    _G,
    "proxy with an expired certificate",
    "a proxy with TLS and an expired certificate",
    "unreachable",
    proxy="tls server",
    target="identity.test",
    tls="expired",
    sends=NEVER,
)
_add(
    _G,
    "socks",
    "a SOCKS proxy without PySocks",
    "missing_library",
    proxy="socks5://127.0.0.1:1",
    sends=NEVER,
    target="identity.test",
)

# --- Redirects -----------------------------------------------------------------------------------------------------

_G = "Redirects"
for _status in (
    "300 Choices",
    "301 Moved",
    "302 Found",
    "303 See Other",
    "304 Same",
    "305 Use Proxy",
    "307 Temporary",
    "308 Permanent",
    "399 Other",
):
    _add(
        _G,
        f"{_status[:3]} elsewhere",
        f"{_status[:3]} to another host",
        "unexpected_status",
        _raw(head(_status, "Location: http://identity.test:9/steal", "Content-Length: 0")),
    )
for _name, _location in {
    "itself": "/v2.0/tokens",
    "the same host with TLS": "https://127.0.0.1/v2.0/tokens",
    "nowhere": "",
    "a broken URL": "http://[broken",
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "a URL with a password": "http://user:secret@elsewhere.test/",
    "60 KB of URL": "http://" + "x" * 60000,
    "a URL that is not ASCII": "http://\u00e9vil.test/",
    "a line of a log": "http://x\tERROR\x1b[31m/",
}.items():
    _add(
        _G,
        f"307 to {_name}",
        f"307 to {_name}",
        "unexpected_status",
        _raw(head("307 Temporary", f"Location: {_location}", "Content-Length: 0")),
    )
_add(_G, "no Location", "302 without Location", "unexpected_status", _raw(head("302 Found", "Content-Length: 0")))

# --- Informational and successful statuses -------------------------------------------------------------------------

_G = "Statuses 1xx and 2xx"
for _status in ("100 Continue", "102 Processing", "103 Early Hints", "110 Other"):
    _add(
        _G,
        _status[:3],
        f"{_status} before a good response",
        RESULT,
        _changed(lambda good, status=_status: f"HTTP/1.1 {status}\r\nLink: </x>\r\n\r\n".encode() + good.whole),
    )
_add(_G, "101", "101 Switching Protocols", "unexpected_status", _raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))
_add(
    _G,
    "203",
    "203 with a good body",
    RESULT,
    _changed(lambda good: replace(good, status="203 Other" if good.body else good.status).whole),
)
for _status in ("201 Created", "202 Accepted", "205 Reset", "206 Partial", "226 Used", "299 Other"):
    _add(
        _G,
        _status[:3],
        f"{_status[:3]} with a good body",
        "unexpected_status",
        _changed(lambda good, status=_status: replace(good, status=status).whole),
    )
_add(
    _G,
    "204",
    "204 without a body",
    "unexpected_status",
    _raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    but={"revoke": RESULT},
)
_add(
    _G,
    "204 with a body",
    "204 with a body",
    "unexpected_status",
    _raw(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"),
    but={"revoke": RESULT},
)
_add(
    _G,
    "200 with a fault",
    "200 with a fault",
    "invalid_response",
    _raw(_of_length(40) + b'{"unauthorized": {"code": 401, "a": 1}}  '[:40]),
)

# --- Error statuses ------------------------------------------------------------------------------------------------

KINDS = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 413: "over_limit", 429: "over_limit", 500: "service_fault", 502: "service_unavailable",
    503: "service_unavailable", 504: "service_unavailable",
}  # fmt: skip
_STATUSES = [*KINDS, 402, 407, 408, 409, 410, 411, 412, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 431,
             451, 499, 501, 505, 506, 507, 508, 510, 511, 520, 599, 600, 999]  # fmt: skip


def _bodies(status: int) -> dict[str, tuple[str, bytes]]:
    fault = {"fault": {"code": status, "message": "What the service says.", "details": "More of it."}}
    xml = f'<fault xmlns="http://docs.openstack.org/identity/api/v2.0" code="{status}"><message>No</message></fault>'
    return {
        "JSON": ("application/json", json.dumps(fault).encode()),
        "XML": ("application/xml", xml.encode()),
        "HTML": ("text/html; charset=utf-8", b"<html><head><title>Oops</title></head><body><h1>No</h1><br></body>"),
        "no": ("", b""),
        "wrong": ("application/json", b'[{"fault": nul'),
    }


_G = "Statuses 4xx and 5xx"
for _code in sorted(_STATUSES):
    for _name, (_type, _body) in _bodies(_code).items():
        if _code not in KINDS and _name not in ("JSON", "HTML"):
            continue
        _but = {"v1.1": "not_acceptable"} if _code == 406 else {}
        if _code in (401, 404):
            _but = {"info": RESULT, "revoke": RESULT}
        _add(
            _G,
            f"{_code} {_name}",
            f"{_code} with {'JSON, XML, HTML, no or a broken body' if _code in KINDS else 'JSON or HTML'}",
            KINDS.get(_code, "unexpected_status"),
            _changed(lambda good, status=_code, type_=_type, body=_body: Good(f"{status} Words", type_, body).whole),
            but=_but,
            sends=IF_SAFE if _code in (500, 502, 503, 504) else ONCE,
        )
for _code, _header, _sends in (
    (429, "Retry-After: 1", TWICE),
    (413, "Retry-After: 1", TWICE),
    (429, "Retry-After: 3600", ONCE),
    (503, "Retry-After: 3600", ONCE),
    (429, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", TWICE),
):
    _add(
        _G,
        f"{_code} {_header}",
        f"{_code} with {_header}",
        KINDS[_code],
        _raw(head(f"{_code} Words", _header, "Content-Length: 0")),
        sends=_sends,
    )
for _name, _header in {
    "negative": "Retry-After: -5", "words": "Retry-After: soon", "huge": "Retry-After: 99999999999999999999",
    "long": "Retry-After: " + "1" * 60000, "not a number": "Retry-After: nan", "a date that is none":
    "Retry-After: Wed, 99 Xyz 99999 99:99:99 GMT", "twice": "Retry-After: 1\r\nRetry-After: 2",
}.items():  # fmt: skip
    _add(
        _G,
        f"503 Retry-After {_name}",
        "503 with a Retry-After that makes no sense",
        "service_unavailable",
        _raw(head("503 Words", _header, "Content-Length: 0")),
        sends=IF_SAFE,
    )
_add(
    _G,
    "401 challenge",
    "401 with a challenge for a second factor",
    "mfa_required",
    _raw(head("401 No", "WWW-Authenticate: Basic, OS-MF sessionId='abc', factor='PASSCODE'", "Content-Length: 0")),
)
_add(
    _G,
    "401 broken challenge",
    "401 with a challenge that is broken",
    "unauthorized",
    _raw(head("401 No", "WWW-Authenticate: OS-MF sessionId=", "Content-Length: 0")),
    but={"info": RESULT, "revoke": RESULT},
)
_add(
    _G,
    "403 disabled",
    "403 userDisabled",
    "user_disabled",
    _raw(_of_length(38, "403 No") + b'{"userDisabled": {"message": "No."}}  '),
)
for _status in (
    "000 Zero",
    "099 Low",
    "20 Short",
    "1000 Long",
    "-1 Negative",
    "2xx Words",
    "\u0662\u0660\u0660 Arabic",
):
    _add(
        _G,
        f"status {_status!a}",
        "a status that is not a number from 100 to 999",
        "invalid_response",
        _raw(f"HTTP/1.1 {_status}\r\nContent-Length: 2\r\n\r\n{{}}".encode()),
    )

# --- Heads ---------------------------------------------------------------------------------------------------------

_G = "Heads"


def _with_head(change: Callable[[Good], bytes]) -> Behaviour:
    return _changed(lambda good: change(good) + good.body)


for _name, _text, _change in (
    ("no reason", "no reason", lambda good: good.head().replace(b" OK\r", b"\r", 1)),
    ("bare line feeds", "bare line feeds", lambda good: good.head().replace(b"\r\n", b"\n")),
    ("folded header", "a folded header", lambda good: good.head("X-A: b\r\n c")),
    ("not ASCII", "a header that is not ASCII", lambda good: good.head("X-A: \u00e9\x80")),
    ("60 KB", "a header of 60 KB", lambda good: good.head("X-A: " + "b" * 60000)),
    ("cookies", "cookies", lambda good: good.head("Set-Cookie: a=b; Domain=.test", "Set-Cookie: c")),
    ("dates", "a Date that makes no sense", lambda good: good.head("Date: " + "Mon, 01 Jan 0001 00:00:00 +2359")),
    ("long date", "a Date that makes no sense", lambda good: good.head("Date: " + "1 " * 30000)),
    ("control characters", "control characters in a header", lambda good: good.head("X-A: \x00\x01\x1b[31m\x7f")),
    ("HTTP/1.0", "HTTP/1.0", lambda good: good.head().replace(b"HTTP/1.1", b"HTTP/1.0")),
    ("two equal lengths", "two equal Content-Lengths", lambda good: good.head(f"Content-Length: {len(good.body)}")),
):
    _add(_G, _name, _text, RESULT, _with_head(_change))
for _name, _text, _data in (
    ("not HTTP", "another protocol", b"220 mail.test ESMTP\r\n"),
    ("HTTP/0.9", "another protocol", b"<html>hello</html>"),
    ("HTTP/2", "another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("binary", "another protocol", bytes(range(256)) * 4),
    ("NULs", "another protocol", bytes(4096)),
    ("101 headers", "more than 100 headers", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n"),
    ("70 KB", "a header of 70 KB", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70000 + b"\r\n\r\n"),
    ("no colon", "a header without a colon", b"HTTP/1.1 200 OK\r\nContent-Length 2\r\n\r\n{}"),
):
    _add(_G, _name, _text, "invalid_response", _raw(_data))
for _name, _length in {
    "two lengths": "5\r\nContent-Length: 6", "negative": "-1", "plus": "+2", "words": "two", "decimal": "2.0",
    "hexadecimal": "0x2", "empty": "", "listed": "2, 3", "5,000 digits": "9" * 5000, "64 bits": "18446744073709551617",
}.items():  # fmt: skip
    _add(
        _G,
        f"Content-Length {_name}",
        "a Content-Length that makes no sense",
        "invalid_response",
        _raw(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {_length}\r\n\r\n{{}}".encode()),
    )

# --- Chunks --------------------------------------------------------------------------------------------------------

_G = "Chunks"
for _name, _text, _change in (
    ("good", "a good body in chunks", lambda good: _chunked_head(good) + chunked(good.body)),
    ("bytes", "a good body in chunks of one byte", lambda good: _chunked_head(good) + chunked(good.body, 1)),
    ("extensions", "extensions", lambda good: _chunked_head(good) + chunked(good.body, 99, b";a=b;c")),
    ("trailers", "trailers", lambda good: _chunked_head(good) + chunked(good.body, 99, b"", b"X-A: b\r\nC: d\r\n")),
    ("no end", "no empty line at the end", lambda good: _chunked_head(good) + chunked(good.body)[:-2]),
):
    _add(_G, _name, _text, RESULT, _changed(lambda good, change=_change: change(good) if good.body else good.whole))
for _name, _text, _data in (
    ("no size", "a size that is not a number", b"zzz\r\n{}\r\n0\r\n\r\n"),
    ("empty size", "a size that is not a number", b"\r\n{}\r\n0\r\n\r\n"),
    ("signed", "a negative size", b"-2\r\n{}\r\n0\r\n\r\n"),
    ("negative", "a negative size", b"-fffffff\r\n{}\r\n0\r\n\r\n"),
    ("64 bits", "a size beyond 64 bits", b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ("1,000 digits", "a size beyond 64 bits", b"f" * 1000 + b"\r\n{}\r\n0\r\n\r\n"),
    ("short", "a chunk shorter than its size", b"9\r\n{}\r\n0\r\n\r\n"),
    ("long", "a chunk longer than its size", b"1\r\n{}\r\n0\r\n\r\n"),
    ("only the end", "no chunk at all", b"0\r\n\r\n"),
    ("nothing", "nothing", b""),
    ("not chunked", "a body that is not chunked", b'{"access": {}}'),
):
    _add(_G, _name, _text, "invalid_response", _raw(CHUNKED + _data))
_add(
    _G,
    "length too",
    "a wrong Content-Length beside the chunks",
    RESULT,
    _changed(
        lambda good: (
            head(good.status, f"Content-Type: {good.media_type}", "Transfer-Encoding: chunked", "Content-Length: 3")
            + chunked(good.body)
            if good.body
            else good.whole
        )
    ),
)
for _name in ("gzip, chunked", "identity", "what", "chunked, chunked"):
    _add(
        _G,
        f"Transfer-Encoding {_name}",
        "another Transfer-Encoding",
        "invalid_response",
        _raw(head("200 OK", "Content-Type: application/json", f"Transfer-Encoding: {_name}") + b'2\r\n{"\r\n0\r\n\r\n'),
    )

# --- Bodies --------------------------------------------------------------------------------------------------------

_G = "Bodies"
_COMPRESSED = {
    "gzip": gzip.compress, "deflate": zlib.compress, "br": lambda body: b"\x0b" + body, "zstd": lambda body: body,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)), "what": lambda body: body,
}  # fmt: skip
for _name, _compress in _COMPRESSED.items():
    _add(_G, f"compressed {_name}", "compressed, which was not asked for", "invalid_response", _changed(
        lambda good, name=_name, compress=_compress:
        replace(good, status="200 OK", body=compress(good.body)).head(f"Content-Encoding: {name}") + compress(good.body)
    ))  # fmt: skip
_add(
    _G,
    "compressed without saying so",
    "compressed without saying so",
    "invalid_response",
    _changed(lambda good: replace(good, status="200 OK", body=gzip.compress(good.body)).whole),
)
_add(
    _G,
    "Content-Encoding identity",
    "Content-Encoding: identity",
    RESULT,
    _changed(lambda good: good.head("Content-Encoding: identity") + good.body),
)
_add(
    _G,
    "compressed error",
    "a compressed error",
    "invalid_response",
    _raw(head("503 Busy", "Content-Encoding: gzip") + gzip.compress(b"{}")),
)
for _name, _type in {
    "no type": "", "parameters": "{}; charset=UTF-8; a=\"b;c\"", "upper case": "{upper}", "suffix": "{suffix}",
}.items():  # fmt: skip
    _add(
        _G,
        f"type: {_name}",
        "Content-Type with parameters, in upper case, with a suffix, or missing",
        RESULT,
        _changed(
            lambda good, type_=_type: (
                replace(
                    good,
                    media_type=type_.format(
                        good.media_type,
                        upper=good.media_type.upper(),
                        suffix=good.media_type.replace("/", "/vnd.test+"),
                    )
                    if good.body
                    else "",
                ).whole
            )
        ),
    )
for _name in ("text/html", "text/plain", "application/octet-stream", "application/jsonp", "json", "/", "x" * 60000):
    _add(
        _G,
        f"type: {_name[:30]}",
        "a Content-Type that is not the one asked for",
        "invalid_response",
        _changed(lambda good, type_=_name: replace(good, status="200 OK", media_type=type_).whole),
    )
_add(
    _G,
    "other format",
    "the other format under its own name",
    "invalid_response",
    _changed(
        lambda good: (
            replace(good, status="200 OK", media_type="application/xml", body=b"<access/>").whole
            if good.media_type.endswith("json")
            else replace(good, status="200 OK", media_type="application/json", body=b'{"access": {}}').whole
        )
    ),
)


def _swapped(good: Good) -> bytes:
    body = b"<access/>" if good.media_type.endswith("json") else b'{"access": {}}'
    return replace(good, status="200 OK", body=body).whole


_add(_G, "swapped", "the other format under the name of the one asked for", "invalid_response", _changed(_swapped))
for _name, _text, _body in (
    ("empty", "empty", b""),
    ("blank", "empty", b" \r\n\t\n"),
    ("HTML", "HTML", b"<!DOCTYPE html><html><body><p>Log in<br></body></html>"),
    ("XHTML", "HTML", b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>"),
    ("plain text", "plain text", b"It works!"),
    ("null", "JSON that is not an object", b"null"),
    ("true", "JSON that is not an object", b"true"),
    ("number", "JSON that is not an object", b"-1.5e300"),
    ("string", "JSON that is not an object", b'"access"'),
    ("list", "JSON that is not an object", b'[{"access": {}}]'),
    ("empty object", "an object with nothing of a login", b"{}"),
    ("other object", "an object with nothing of a login", b'{"version": {"id": "v2.0"}}'),
    ("empty root", "an object with nothing of a login", b"<access/>"),
    ("cut", "cut, with a length that is right", b'{"access": {"token": {"id": "abc'),
    ("cut XML", "cut, with a length that is right", b"<access><token id='abc'"),
    ("two", "two bodies in one", b"{}{}"),
    ("two roots", "two bodies in one", b"<access/><access/>"),
    ("NULs", "NUL characters", bytes(100)),
    ("5,000 digits", "a number of 5,000 digits", b'{"access": %s}' % (b"9" * 5000)),
    ("DTD", "XML with a DTD", b"<!DOCTYPE access SYSTEM 'http://127.0.0.1:9/x.dtd'><access/>"),
    ("entity", "XML with entities", b"<!DOCTYPE a [<!ENTITY e 'x'>]><access>&e;</access>"),
    ("external entity", "XML with entities", b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"),
    ("bomb", "XML with entities", (b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'>"
     b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>]><access>&c;</access>")),
    ("undefined entity", "XML with entities", b"<access>&nbsp;</access>"),
    ("processing instruction", "XML with nothing of a login", b"<?php echo 1 ?><access/>"),
    ("no namespace", "XML with nothing of a login", b"<access><token><id>x</id></token></access>"),
    ("CDATA", "XML with nothing of a login", b"<access><![CDATA[<token id='x'/>]]></access>"),
    ("strings", "wrong types throughout", b'{"access": "x"}'),
    ("lists", "wrong types throughout", b'{"access": [], "auth": []}'),
):  # fmt: skip
    _add(
        _G,
        f"body: {_name}",
        _text,
        "invalid_response",
        _changed(lambda good, body=_body: replace(good, status="200 OK", body=body).whole),
    )

_G = "Charsets"
_add(
    _G,
    "Latin-1",
    "Latin-1 in place of UTF-8",
    "invalid_response",
    _changed(lambda good: replace(good, status="200 OK", body=(good.body or b"{}").replace(b"e", b"\xe9", 9)).whole),
)
_add(
    _G,
    "cut UTF-8",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    _changed(lambda good: replace(good, status="200 OK", body=b'{"access": "\xc3"}').whole),
)
_add(
    _G,
    "overlong UTF-8",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    _changed(lambda good: replace(good, status="200 OK", body=b'<access a="\xc0\xaf"/>').whole),
)
_add(
    _G,
    "surrogate",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    _changed(lambda good: replace(good, status="200 OK", body=b'{"access": "\xed\xa0\x80"}').whole),
)
for _name in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig"):
    _add(
        _G,
        _name,
        "UTF-16, UTF-32, or a byte order mark",
        RESULT,
        _changed(lambda good, name=_name: _recoded(good, name)),
    )


def _recoded(good: Good, encoding: str) -> bytes:
    if not good.body:
        return good.whole
    text = good.body.decode("utf-8")
    if good.media_type.endswith("xml"):
        # expat knows no UTF-32, and wants the declaration to be right or missing.
        encoding = encoding if encoding in ("utf-16", "utf-8-sig") else "utf-8"
        text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    return replace(good, body=text.strip().encode(encoding)).whole


for _name in ("idna", "punycode", "rot13", "undefined", "utf-7", "utf-32", "x" * 500):
    _add(
        _G,
        f"declared {_name[:20]}",
        "XML that declares an encoding that is not its own",
        "invalid_response",
        _changed(
            lambda good, name=_name: (
                replace(good, status="200 OK", body=f'<?xml version="1.0" encoding="{name}"?><access/>'.encode()).whole
            )
        ),
    )

FAULTS = {f"{fault.group}: {fault.name}": fault for fault in _FAULTS}
"""All faults by their full names."""

assert len(FAULTS) == len(_FAULTS), [
    name for name, group in itertools.groupby(sorted(f"{fault.group}: {fault.name}" for fault in _FAULTS))
    if len(list(group)) > 1
]  # fmt: skip


def _representatives() -> list[str]:
    """Return the first, the middle and the last fault of each group, and of each outcome in it."""
    chosen: dict[str, None] = {}
    for group in dict.fromkeys(fault.group for fault in _FAULTS):
        members = [name for name, fault in FAULTS.items() if fault.group == group]
        chosen.update(dict.fromkeys([members[0], members[len(members) // 2], members[-1]]))
        by_outcome = {FAULTS[name].expect: name for name in reversed(members)}
        chosen.update(dict.fromkeys(by_outcome.values()))
    return list(chosen)


REPRESENTATIVES = _representatives()
"""The faults that modules, actions and lookups are driven through beside the operations."""
