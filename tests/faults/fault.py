# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a fault is, and the behaviours that faults are made of."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from . import server
from .server import Behaviour, Exchange, Good, head

RESULT = "result"

LOGINS = ("api_key", "password", "passcode", "v1.1")
OTHERS = ("info", "revoke")
IDENTITY = (*LOGINS, *OTHERS)
REQUESTS = ("get", "put", "post", "download", "upload", "pages")
COLUMNS = (*IDENTITY, *REQUESTS)

# How often a request may reach the service, with one retry allowed.
NEVER, ONCE, IF_SAFE, TWICE = "never", "once", "if it is safe", "twice"
# As long as the two seconds allow that a run may wait in all: after waits of a second, or first of none.
WHILE_TIME, WHILE_TIME_AT_ONCE = "while there is time", "at once, then while there is time"
# A GET is redirected until that is enough, and all other methods never.
FOLLOWED = "followed"


@dataclass(frozen=True)
class Different:
    """What rax_request makes of a fault, where it differs.

    expect: the outcome. sends: how often the request reaches the service. but, sends_but: those of single columns.
    """

    expect: str | None = None
    but: Mapping[str, str] = field(default_factory=dict)
    sends: str | None = None
    sends_but: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One fault.

    name: unique. text: its row on the page, which several faults may share. expect: the outcome, a result or the kind
    of the error; `but` has those of single columns. sends: how often the request reaches the service. slow: it ends
    with the timeout. target: the server, or what stands in for it. by_connection: requests are not
    read, and what is counted in their place are connections. scheme: of identity_url. proxy: whether the server
    is a proxy, or where another one is. tls: the certificate of the server. of_requests: where rax_request differs.
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
    of_requests: Different = Different()

    def expected(self, column: str) -> str:
        """Return the outcome that a column of the page must have."""
        if column in REQUESTS:
            return self.of_requests.but.get(column) or self.of_requests.expect or self.expect
        return self.but.get(column, self.expect)

    def sends_in(self, column: str) -> str:
        """Return how often the request of a column reaches the service."""
        if column in REQUESTS:
            return self.of_requests.sends_but.get(column) or self.of_requests.sends or self.sends
        return self.sends


class Adder(Protocol):
    """Adds a fault to a list."""

    def __call__(
        self, group: str, name: str, text: str, expect: str, behave: Behaviour = server.well, **more: Any
    ) -> None:
        """Take the fields of the fault."""


def adder(faults: list[Fault]) -> Adder:
    """Return what adds faults to a list."""

    def add(group: str, name: str, text: str, expect: str, behave: Behaviour = server.well, **more: Any) -> None:
        faults.append(Fault(group, name, text, expect, behave, **more))

    return add


def read(exchange: Exchange) -> None:
    """Read what the client sends, whatever it is."""
    exchange.connection.recv(65536)


def read_some(exchange: Exchange) -> None:
    """Read the beginning of what the client sends."""
    exchange.connection.recv(20)


def wait_for_request(exchange: Exchange) -> None:
    """Wait until the client has sent something, and leave it unread."""
    exchange.connection.recv(1, socket.MSG_PEEK)


def raw(data: bytes) -> Behaviour:
    return lambda exchange: exchange.send(data)


def then(*steps: Behaviour) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        for step in steps:
            step(exchange)

    return behave


def reset(exchange: Exchange) -> None:
    exchange.reset()


def wait(exchange: Exchange) -> None:
    exchange.wait()


def drip(data: bytes) -> Behaviour:
    return lambda exchange: exchange.drip(data)


def for_ever(piece: bytes) -> Behaviour:
    """Send a piece again and again, slowly."""

    def behave(exchange: Exchange) -> None:
        while not exchange.ended.is_set():
            exchange.drip(piece)

    return behave


def flood(piece: bytes, megabytes: int = 1100) -> Behaviour:
    return lambda exchange: exchange.flood(piece, megabytes)


def part(share: float, *, of_body: bool = True) -> Behaviour:
    """Send the head and a part of the body, or a part of the head."""

    def behave(exchange: Exchange) -> None:
        # A response without a body could not be cut short in it.
        good = replace(exchange.good, status="200 OK", body=exchange.good.body or b'{"access": {}}')
        start = good.head()
        exchange.send(start + good.body[: int(len(good.body) * share)] if of_body else start[: int(len(start) * share)])

    return behave


def changed(change: Callable[..., bytes]) -> Behaviour:
    """Send what a function makes of the good response."""
    return lambda exchange: exchange.send(change(exchange.good))


def chunked(body: bytes, size: int = 16, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n%s\r\n" % trailer


def chunked_head(good: Good) -> bytes:
    return head(good.status, f"Content-Type: {good.media_type or 'text/plain'}", "Transfer-Encoding: chunked")


CHUNKED = head("200 OK", "Content-Type: application/json", "Transfer-Encoding: chunked")
UNTIL_CLOSE = head("200 OK", "Content-Type: application/json")


def of_length(length: int, status: str = "200 OK") -> bytes:
    return head(status, "Content-Type: application/json", f"Content-Length: {length}")


SLOW: dict[str, Any] = {"slow": True, "sends": IF_SAFE}
