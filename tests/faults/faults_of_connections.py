# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that are not made, lost, silent, slow, or flooded."""

from __future__ import annotations

import http

from . import server
from .fault import (
    CHUNKED,
    IDENTITY,
    IF_SAFE,
    NEVER,
    ONCE,
    RESULT,
    SLOW,
    UNTIL_CLOSE,
    Fault,
    adder,
    chunked,
    flood,
    for_ever,
    of_length,
    part,
    raw,
    read_some,
    reset,
    then,
    wait,
    wait_for_request,
)
from .server import head

FAULTS = list[Fault]()
add = adder(FAULTS)

# No connection

_G = "No connection"
add(_G, "refused", "the connection is refused", "unreachable", target="closed", sends=NEVER)
add(_G, "no such host", "the host has no address", "unreachable", target="nowhere.test", sends=NEVER)
add(_G, "DNS is down", "the name server does not respond", "unreachable", target="later.test", sends=NEVER)
add(_G, "not a host name", "the host name is too long", "unreachable", target="x" * 64 + ".test", sends=NEVER)
add(_G, "not accepted", "the connection is never accepted", "timeout", target="deaf", sends=NEVER, slow=True)
add(_G, "several addresses", "none of many addresses accepts", "timeout", target="many.test", sends=NEVER, slow=True)
add(_G, "second address", "the first of two addresses refuses", RESULT, target="two.test")

# The connection is lost

_G = "The connection is lost"
for _words, _end in (("reset", reset), ("closed", lambda exchange: None)):
    add(
        _G,
        f"{_words} at once",
        f"{_words} before the request is read",
        "unreachable",
        on_connect=then(wait_for_request, _end),
        sends=IF_SAFE,
    )
    add(
        _G,
        f"{_words} within the request",
        f"{_words} within the request",
        "unreachable",
        on_connect=then(read_some, _end),
        sends=IF_SAFE,
    )
    add(_G, f"{_words} after the request", f"{_words} after the request", "unreachable", _end, sends=IF_SAFE)
    add(
        _G,
        f"{_words} in the status line",
        f"{_words} within the status line",
        "unreachable" if _words == "reset" else "invalid_response",
        then(raw(b"HTTP/1.1 20"), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    add(
        _G,
        f"{_words} in a header",
        f"{_words} within a header",
        "unreachable" if _words == "reset" else "invalid_response",
        then(part(0.6, of_body=False), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    add(
        _G,
        f"{_words} in the body",
        f"{_words} within the body",
        "unreachable" if _words == "reset" else "invalid_response",
        then(part(0.5), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    add(
        _G,
        f"{_words} in a chunk",
        f"{_words} within a chunk",
        "invalid_response",
        then(raw(CHUNKED + b'40\r\n{"access": '), _end),
        but={} if _words == "closed" else dict.fromkeys(IDENTITY, "unreachable"),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
    add(
        _G,
        f"{_words} before the last chunk",
        f"{_words} before the last chunk",
        "unreachable" if _words == "reset" else "invalid_response",
        then(raw(CHUNKED + chunked(b'{"access": {}}')[:-5]), _end),
        sends=IF_SAFE if _words == "reset" else ONCE,
    )
add(
    _G,
    "half-closed",
    "half-closed after the request",
    "unreachable",
    then(lambda exchange: exchange.connection.shutdown(1), wait),
    sends=IF_SAFE,
)
add(
    _G,
    "half-closed in the body",
    "half-closed within the body",
    "invalid_response",
    then(part(0.5), lambda exchange: exchange.connection.shutdown(1), wait),
)
add(_G, "error cut short", "closed within the body of an error", "invalid_response", raw(of_length(99, "401 No")))
add(
    _G,
    "good, then half-closed",
    "half-closed after a good response",
    RESULT,
    then(server.well, lambda exchange: exchange.connection.shutdown(1), wait),
)

# Silence and drips

_G = "Silence and drips"
for _words, _beginning in {
    "after the request": b"",
    "within the status line": b"HTTP/1.1 2",
    "within the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "before the body": of_length(100),
    "within the body": of_length(100) + b'{"access": ',
    "within a chunk": CHUNKED + b'20\r\n{"access": ',
    "before the last chunk": CHUNKED + chunked(b"{}")[:-5],
    "before the trailers": CHUNKED + chunked(b"{}")[:-2],
    "after 100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    "within an error": of_length(100, "503 Busy") + b'{"service',
}.items():
    add(_G, f"silence {_words}", f"silence {_words}", "timeout", then(raw(_beginning), wait), **SLOW)
add(_G, "silence, then closed", "silence until the request is given up", "timeout", wait, **SLOW)
for _words, _beginning, _piece in (
    ("the status line", b"HTTP/1.1 200 O", b"K"),
    ("a header's name", b"HTTP/1.1 200 OK\r\n", b"x"),
    ("a header's value", b"HTTP/1.1 200 OK\r\nX-A: ", b"x"),
    ("headers", b"HTTP/1.1 200 OK\r\n", b"A:b\r\n"),
    ("the body", of_length(100000), b" "),
    ("a body of no length", UNTIL_CLOSE, b" "),
    ("a chunk's size", CHUNKED, b"0"),
    ("a chunk's extension", CHUNKED + b"5;", b"x"),
    ("a chunk", CHUNKED + b"fffff\r\n", b" "),
    ("chunks", CHUNKED, b"1\r\n \r\n"),
    ("trailers", CHUNKED + b"0\r\n", b"A:b\r\n"),
    ("100 Continue", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ("102 Processing", b"", b"HTTP/1.1 102 Processing\r\nA: b\r\n\r\n"),
    ("an error", of_length(100000, "503 Busy"), b" "),
):
    add(_G, f"drips {_words}", f"drips of {_words}", "timeout", then(raw(_beginning), for_ever(_piece)), **SLOW)

# Floods

_G = "Floods"
add(_G, "banner", "something before the request is sent", "invalid_response", flood(b"x"), on_connect=flood(b"x"))
add(_G, "status line", "an endless status line", "invalid_response", then(raw(b"HTTP/1.1 200 "), flood(b"x")))
add(_G, "header", "an endless header", "invalid_response", then(raw(b"HTTP/1.1 200 OK\r\nA: "), flood(b"x")))
add(_G, "headers", "endless headers", "invalid_response", then(raw(b"HTTP/1.1 200 OK\r\n"), flood(b"A: b\r\n")))
add(_G, "body", "an endless body", "invalid_response", then(raw(UNTIL_CLOSE), flood(b" ")))
add(_G, "chunk", "an endless chunk", "invalid_response", then(raw(CHUNKED + b"fffffffff\r\n"), flood(b" ")))
add(_G, "chunks", "endless chunks", "invalid_response", then(raw(CHUNKED), flood(b"1000\r\n%s\r\n" % bytes(4096))))
add(
    _G,
    "chunk extension",
    "an endless extension of a chunk",
    "invalid_response",
    then(raw(CHUNKED + b"5;"), flood(b"x")),
)
add(_G, "trailer", "an endless trailer", "invalid_response", then(raw(CHUNKED + b"0\r\nA: "), flood(b"x")))
add(_G, "trailers", "endless trailers", "invalid_response", then(raw(CHUNKED + b"0\r\n"), flood(b"A: b\r\n")))
for _number in (100, 102, 103):
    add(
        _G,
        f"{_number}s",
        f"endless {_number} {http.HTTPStatus(_number).phrase}",
        "invalid_response",
        flood(f"HTTP/1.1 {_number} Wait\r\n\r\n".encode()),
    )
add(
    _G,
    "headers of a 103",
    "a 103 Early Hints with endless headers",
    "invalid_response",
    then(raw(b"HTTP/1.1 103 Early Hints\r\n"), flood(b"A: b\r\n")),
)
add(
    _G,
    "redirect",
    "a redirect with an endless body",
    "invalid_response",
    then(raw(head("302 Found", "Location: http://elsewhere.test/")), flood(b" ")),
)
for _status in ("401 Unauthorized", "500 Internal Server Error"):
    add(
        _G,
        f"error {_status[:3]}",
        "an error with an endless body",
        "invalid_response",
        then(raw(head(_status, "Content-Type: application/json")), flood(b" ")),
    )
add(_G, "after the response", "more than Content-Length announces", RESULT, then(server.well, flood(b"x", 4)))
