# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS, and proxies."""

from __future__ import annotations

from typing import Any

from .certificates import no_bundle
from .fault import (
    IF_SAFE,
    NEVER,
    ONCE,
    RESULT,
    SLOW,
    Fault,
    adder,
    flood,
    for_ever,
    of_length,
    part,
    raw,
    read,
    reset,
    then,
    wait,
)
from .server import head

FAULTS = list[Fault]()
add = adder(FAULTS)

# TLS

_G = "TLS"
_TLS: dict[str, Any] = {"scheme": "https", "sends": NEVER}
add(_G, "good", "a good certificate", RESULT, scheme="https", tls="good")
for _kind in ("expired", "not valid yet", "of another host", "self-signed", "of an unknown authority"):
    add(_G, _kind, f"a certificate that is {_kind}", "tls", tls=_kind, **_TLS)
    add(
        _G,
        f"{_kind}, not verified",
        f"a certificate that is {_kind}, with validate_certs=false",
        RESULT,
        tls=_kind,
        scheme="https",
        options={"validate_certs": False, "ca_path": None},
    )
add(_G, "too old", "nothing newer than TLS 1.1", "tls", tls="too old", **_TLS)
add(
    _G,
    "no TLS",
    "plain HTTP where TLS is expected",
    "tls",
    on_connect=then(read, raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    **_TLS,
)
add(_G, "TLS unasked", "TLS where plain HTTP is expected", "unreachable", tls="good", sends=IF_SAFE, by_connection=True)
add(
    _G,
    "ca_path",
    "a ca_path without any certificate",
    "tls",
    tls="good",
    options={"ca_path": no_bundle()},
    **_TLS,
)
add(
    _G,
    "closed",
    "closed within the handshake",
    "tls",
    on_connect=read,
    **_TLS,
)
add(
    _G,
    "reset",
    "reset within the handshake",
    "unreachable",
    on_connect=then(read, reset),
    **_TLS,
)
add(_G, "silence", "silence within the handshake", "timeout", on_connect=wait, slow=True, **_TLS)
add(
    _G,
    "drips",
    "drips of the handshake",
    "timeout",
    on_connect=then(raw(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"), for_ever(b"x")),
    slow=True,
    **_TLS,
)
add(
    _G,
    "alert",
    "an alert in the handshake",
    "tls",
    on_connect=then(read, raw(b"\x15\x03\x03\x00\x02\x02\x28")),
    **_TLS,
)
add(
    _G,
    "client certificate",
    "a certificate of the client is required",
    "unreachable",
    tls="asking for one",
    scheme="https",
    sends=NEVER,
)
add(
    _G,
    "closed later",
    "closed after the request",
    "unreachable",
    lambda exchange: None,
    tls="good",
    scheme="https",
    sends=IF_SAFE,
)
add(_G, "cut", "closed within the body", "invalid_response", part(0.5), tls="good", scheme="https")
add(
    _G,
    "drips later",
    "drips of the body",
    "timeout",
    then(raw(of_length(100000)), for_ever(b" ")),
    tls="good",
    scheme="https",
    **SLOW,
)

# Proxies

_G = "Proxies"
for _scheme in ("http", "https"):
    _through: dict[str, Any] = {"scheme": _scheme, "proxy": "server", "target": "identity.test"}
    if _scheme == "https":
        _through["tunnel_tls"] = "good"
    _way = "through a proxy" if _scheme == "http" else "through a tunnel of a proxy"
    add(_G, f"good {_scheme}", f"a good response {_way}", RESULT, **_through)
    add(
        _G,
        f"refused {_scheme}",
        "the proxy refuses the connection",
        "unreachable",
        **{**_through, "proxy": "closed"},
        sends=NEVER,
    )
    add(
        _G,
        f"no such proxy {_scheme}",
        "the proxy's host has no address",
        "unreachable",
        **{**_through, "proxy": "http://nowhere.test:3128"},
        sends=NEVER,
    )
    add(
        _G,
        f"not a proxy URL {_scheme}",
        "the proxy is not a URL",
        "bad_request",
        **{**_through, "proxy": "http://[half"},
        sends=NEVER,
    )
    add(
        _G,
        f"deaf proxy {_scheme}",
        "the proxy never accepts the connection",
        "timeout",
        **{**_through, "proxy": "deaf"},
        sends=NEVER,
        slow=True,
    )
    add(_G, f"reset {_scheme}", f"reset after the request {_way}", "unreachable", reset, **_through, sends=IF_SAFE)
    add(
        _G,
        f"closed {_scheme}",
        f"closed after the request {_way}",
        "unreachable",
        lambda exchange: None,
        **_through,
        sends=IF_SAFE,
    )
    add(_G, f"cut {_scheme}", f"closed within the response {_way}", "invalid_response", part(0.5), **_through)
    add(_G, f"silence {_scheme}", f"silence after the request {_way}", "timeout", wait, **_through, **SLOW)
    add(
        _G,
        f"drips {_scheme}",
        f"drips of the response {_way}",
        "timeout",
        then(raw(of_length(9999)), for_ever(b" ")),
        **_through,
        **SLOW,
    )
for _status, _kind in (
    ("407 Proxy Authentication Required", "unreachable"),
    ("403 Forbidden", "forbidden"),
    ("502 Bad Gateway", "service_unavailable"),
):
    add(
        _G,
        f"{_status[:3]} http",
        f"the proxy of a plain HTTP service responds with {_status[:3]}",
        _kind,
        raw(head(_status, 'Proxy-Authenticate: Basic realm="x"', "Content-Length: 0")),
        proxy="server",
        target="identity.test",
        sends=IF_SAFE if _status[:3] == "502" else ONCE,
    )
for _name, _text, _kind, _tunnel in (
    ("407", "with 407: it asks for a password", "unreachable", raw(head("407 Who", "Content-Length: 0"))),
    ("403", "with 403", "unreachable", raw(head("403 Forbidden", "Content-Length: 0"))),
    ("502", "with 502", "unreachable", raw(head("502 Bad Gateway", "Content-Length: 0"))),
    ("302", "with a redirect", "unreachable", raw(head("302 Found", "Location: http://elsewhere.test/"))),
    ("nonsense", "with what is not HTTP", "unreachable", raw(b"220 mail.test ESMTP\r\n")),
    ("nothing", "by closing", "unreachable", lambda exchange: None),
    ("reset", "with a reset", "unreachable", reset),
    ("then nothing", "and then closes", "tls", then(raw(b"HTTP/1.1 200 OK\r\n\r\n"), read)),
    (
        "then no TLS",
        "and then speaks no TLS",
        "tls",
        then(raw(b"HTTP/1.1 200 OK\r\n\r\n"), read, raw(b"what? no TLS here\r\n")),
    ),
    ("header flood", "with endless headers", "unreachable", then(raw(b"HTTP/1.1 200 OK\r\n"), flood(b"A: b\r\n"))),
    ("line flood", "with an endless status line", "unreachable", then(raw(b"HTTP/1.1 200 "), flood(b"x"))),
    ("100 flood", "with endless 100 Continue", "unreachable", flood(b"HTTP/1.1 100 Continue\r\n\r\n")),
    ("silence", "with silence", "timeout", wait),
    ("drips", "with drips", "timeout", for_ever(b"H")),
    ("header drips", "with drips of headers", "timeout", then(raw(b"HTTP/1.1 200 OK\r\n"), for_ever(b"A: b\r\n"))),
):
    add(
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
add(
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
add(_G, "proxy with TLS", "a proxy with TLS", RESULT, proxy="tls server", target="identity.test", tls="good")
add(
    _G,
    "proxy with an expired certificate",
    "a proxy with TLS and an expired certificate",
    "unreachable",
    proxy="tls server",
    target="identity.test",
    tls="expired",
    sends=NEVER,
)
add(
    _G,
    "socks",
    "a SOCKS proxy without PySocks",
    "missing_library",
    proxy="socks5://127.0.0.1:1",
    sends=NEVER,
    target="identity.test",
)
