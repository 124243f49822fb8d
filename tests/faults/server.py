# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on raw sockets that misbehaves as it is told: an identity service, a proxy, or neither.

What it does is data: a behaviour is a function that gets an exchange, which is one request and the connection that it
came over, and that writes whatever it likes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SERVICE = "/v1/account"
"""The path of the endpoint of a service."""

FILE = b"0123456789abcdef" * 128
"""What is sent to it and received from it."""

FIXTURES = Path(__file__).resolve().parents[1] / "unit" / "fixtures"

_DRIP_SECONDS = 0.04
_PATIENCE_SECONDS = 15.0
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Good:
    """The response that a request deserves."""

    status: str
    media_type: str
    body: bytes
    headers: tuple[str, ...] = ()

    def head(self, *headers: str, length: int | None = None) -> bytes:
        """Return the status line and headers; length is the Content-Length if that is to be wrong."""
        own = [f"Content-Type: {self.media_type}"] if self.media_type else []
        own.append(f"Content-Length: {len(self.body) if length is None else length}")
        return head(self.status, *own, *self.headers, *headers)

    @property
    def whole(self) -> bytes:
        """Return all of it."""
        return self.head() + self.body


@dataclass
class Exchange:
    """One request, and the connection to respond over; number counts the requests of this server from 0."""

    connection: socket.socket
    request: bytes
    number: int
    ended: threading.Event = field(repr=False)

    @property
    def good(self) -> Good:
        """Return the response of a service that works."""
        return good_response(self.request)

    def send(self, data: bytes) -> None:
        """Send data; raises OSError once the client has hung up."""
        self.connection.sendall(data)

    def drip(self, data: bytes) -> None:
        """Send data byte by byte, too slowly for any timeout."""
        for byte in data:
            if self.ended.is_set():
                return
            self.connection.sendall(bytes([byte]))
            time.sleep(_DRIP_SECONDS)

    def flood(self, piece: bytes, megabytes: int = 1100) -> None:
        """Send a piece again and again, as fast as the client takes it."""
        block = piece * max(1, 65536 // len(piece))
        if self.request.startswith(f"GET {SERVICE}/file".encode()):
            # A file may be as long as it likes, and this one is written.
            megabytes = min(megabytes, 8)
        for _number in range(megabytes * 1024**2 // len(block)):
            if self.ended.is_set():
                return
            self.connection.sendall(block)

    def wait(self) -> None:
        """Wait until the client hangs up or the server ends."""
        self.connection.settimeout(_PATIENCE_SECONDS)
        while not self.ended.is_set() and self.connection.recv(65536):
            pass

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Exchange], None]


def head(status: str, *headers: str) -> bytes:
    """Return a status line and headers."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]).encode("latin-1")


def good_response(request: bytes) -> Good:
    """Return the response that a request deserves, in the format that it asks for."""
    line = request.partition(b"\r\n")[0].decode("latin-1")
    method, target = line.split(" ")[:2] if line.count(" ") >= 2 else ("GET", "/")
    wire_format = "xml" if b"application/xml" in request else "json"
    target = re.sub(r"^https?://[^/]*", "", target)
    path = target.partition("?")[0]
    if path.startswith(SERVICE):
        return _good_service_response(method, target[len(SERVICE) :], request.partition(b"\r\n\r\n")[2])
    if method == "DELETE":
        return Good("204 No Content", "", b"")
    name = "identity_v11/login" if path.startswith("/v1.1") else "identity_v2/login"
    if method == "GET":
        name = "identity_v2/endpoints" if path.endswith("/endpoints") else "identity_v2/validated"
    body = (FIXTURES / f"{name}.{wire_format}").read_bytes()
    return Good("200 OK", f"application/{wire_format}", body)


def _good_service_response(method: str, below: str, body: bytes) -> Good:
    """Return the response of a service behind the catalog: to a list in two pages, a file, or a thing."""
    if below.startswith("/file"):
        if method == "GET":
            return Good("200 OK", "application/octet-stream", FILE, (f"ETag: {md5(FILE)}",))
        return Good("201 Created", "", b"", (f"ETag: {md5(body)}",))
    payload: object = {"thing": {"id": 1, "name": "a thing"}}
    if below.startswith("/pages?marker="):
        payload = {"items": [{"id": 2}]}
    elif below.startswith("/pages"):
        payload = {"items": [{"id": 1}], "next": f"{SERVICE}/pages?marker=1"}
    return Good("202 Accepted" if method == "POST" else "200 OK", "application/json", json.dumps(payload).encode())


def md5(data: bytes) -> str:
    """Return what an ETag of Cloud Files says."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def well(exchange: Exchange) -> None:
    """Respond as a service that works."""
    exchange.send(exchange.good.whole)


class FaultServer:
    """Serves connections with one behaviour, and keeps the requests it got.

    behave: for each request. on_connect: in place of reading a request. on_tunnel: for a CONNECT, which otherwise
    opens a tunnel to this very server. tls: of the connection; tunnel_tls: of what is inside a tunnel.
    """

    def __init__(
        self,
        behave: Behaviour = well,
        *,
        on_connect: Behaviour | None = None,
        on_tunnel: Behaviour | None = None,
        tls: ssl.SSLContext | None = None,
        tunnel_tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[bytes] = []
        self.tunnels: list[bytes] = []
        self.connections = 0
        self._behave, self._on_connect, self._on_tunnel = behave, on_connect, on_tunnel
        self._tls, self._tunnel_tls = tls, tunnel_tls
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._open: set[socket.socket] = set()
        self._threads[0].start()

    def close(self) -> None:
        """End the server and all that it is doing."""
        self._ended.set()
        # Closing alone does not wake a thread that waits in accept() or recv().
        for sock in (self._socket, *list(self._open)):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_PATIENCE_SECONDS)
            self._open.add(connection)
            thread = threading.Thread(target=self._connection, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _connection(self, plain: socket.socket) -> None:
        connection = plain
        with contextlib.suppress(OSError, ValueError):
            if self._on_connect:
                self._on_connect(Exchange(connection, b"", 0, self._ended))
            else:
                connection = self._wrap(connection, self._tls)
                self._requests(connection)
        self._open.discard(plain)
        for sock in (connection, plain):
            with contextlib.suppress(OSError):
                sock.close()

    def _wrap(self, connection: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
        if tls is None:
            return connection
        if isinstance(connection, ssl.SSLSocket):
            raise ValueError("TLS inside TLS")
        wrapped = tls.wrap_socket(connection, server_side=True)
        self._open.add(wrapped)
        return wrapped

    def _requests(self, connection: socket.socket) -> None:
        request = read_request(connection)
        if request.startswith(b"CONNECT "):
            self.tunnels.append(request)
            exchange = Exchange(connection, request, len(self.tunnels) - 1, self._ended)
            if self._on_tunnel:
                self._on_tunnel(exchange)
                return
            exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            # Wrapping takes the socket over: it ends with this block.
            with self._wrap(connection, self._tunnel_tls) as inner:
                self._respond(inner, read_request(inner))
        else:
            self._respond(connection, request)

    def _respond(self, connection: socket.socket, request: bytes) -> None:
        if request:
            self.requests.append(request)
            self._behave(Exchange(connection, request, len(self.requests) - 1, self._ended))


def read_request(connection: socket.socket) -> bytes:
    """Return one request, head and body, or nothing if the client hung up first."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    start = data.index(b"\r\n\r\n") + 4
    length = _LENGTH.search(data[:start])
    while len(data) < start + (int(length.group(1)) if length else 0):
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    return data


@contextlib.contextmanager
def serving(server: FaultServer) -> Iterator[FaultServer]:
    """End a server with the block."""
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """Return a port of 127.0.0.1 that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def relay(port: int, *, drips: bool) -> Behaviour:
    """Return what a proxy does that opens a tunnel to another server, and that may pass its bytes on one by one."""

    def behave(exchange: Exchange) -> None:
        client = exchange.connection
        exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        # In one thread: OpenSSL does not let one thread read a connection while another writes to it.
        with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS) as service:
            while ready := select.select([client, service], [], [], _PATIENCE_SECONDS)[0]:
                if service in ready:
                    data = service.recv(65536)
                    (exchange.drip if drips else exchange.send)(data)
                else:
                    # One TLS record is at most 16 KiB, so none of it stays behind unseen by select.
                    data = client.recv(65536)
                    service.sendall(data)
                if not data:
                    return

    return behave


class DeafHost:
    """A port, of every address of this machine, that neither accepts nor refuses connections: its queue is full."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("0.0.0.0", 0))
        self._listener.listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._callers = []
        for _number in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", self.port))
            self._callers.append(caller)

    def close(self) -> None:
        """Free the port."""
        for sock in (*self._callers, self._listener):
            sock.close()
