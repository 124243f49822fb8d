# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server of a few lines on 127.0.0.1 that speaks HTTP exactly as well or badly as a test wants."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]

_PATIENCE_SECONDS = 10.0
_TLS_HELLO = b"\x16\x03"


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> Behaviour:
    """Respond with this status and body and close; length is a Content-Length that may be wrong."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return raw("\r\n".join([*lines, *headers, "", ""]).encode() + body)


def raw(response: bytes) -> Behaviour:
    """Respond with these bytes and close."""

    def behave(connection: socket.socket) -> None:
        # A client that has read enough hangs up.
        with contextlib.suppress(OSError):
            connection.sendall(response)

    return behave


def one_by_one(*responses: bytes) -> Behaviour:
    """Respond with the first of these, and with the next to each further request on the same connection."""

    def behave(connection: socket.socket) -> None:
        for response in responses:
            connection.sendall(response)
            _read_request(connection)

    return behave


def endless(head: bytes, piece: bytes, pieces: int) -> Behaviour:
    """Respond with a head and many pieces, as long as the client reads them."""

    def behave(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(head)
            for _number in range(pieces):
                connection.sendall(piece)

    return behave


def drip(beginning: bytes, piece: bytes) -> Behaviour:
    """Respond with a beginning, and then with a piece every hundredth of a second for ten seconds."""

    def behave(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(beginning)
            for _number in range(1000):
                connection.sendall(piece)
                time.sleep(0.01)

    return behave


def stall(beginning: bytes = b"") -> Behaviour:
    """Respond with a beginning, and then nothing until the client hangs up."""

    def behave(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(beginning)
            while connection.recv(65536):
                pass

    return behave


def half_close(beginning: bytes = b"") -> Behaviour:
    """Respond with a beginning, end the response, and wait until the client hangs up."""

    def behave(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(beginning)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    return behave


def after(event: threading.Event, behaviour: Behaviour) -> Behaviour:
    """Wait for the event, then do what this behaviour does."""

    def behave(connection: socket.socket) -> None:
        if event.wait(_PATIENCE_SECONDS):
            behaviour(connection)

    return behave


def reset(beginning: bytes = b"") -> Behaviour:
    """Respond with a beginning, then reset the connection."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(beginning)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def tunnel(tls: ssl.SSLContext, behaviour: Behaviour, requests: list[bytes]) -> Behaviour:
    """Accept a CONNECT and be the server behind the proxy, which adds each request to the list."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with contextlib.suppress(OSError), tls.wrap_socket(connection, server_side=True) as inside:
            request = _read_request(inside)
            if request:
                requests.append(request)
                behaviour(inside)

    return behave


class SmallServer:
    """A server of one request per connection, each with the next behaviour; the last behaviour repeats."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._behaviours = list(behaviours)
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the server."""
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(_PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            connection.settimeout(_PATIENCE_SECONDS)
            with connection:
                self._connection(connection)

    def _connection(self, connection: socket.socket) -> None:
        if self._tls:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
            except OSError:
                return
        with connection:
            request = _read_request(connection)
            if request:
                self.requests.append(request)
                behave = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                behave(connection)


def _read_request(connection: socket.socket) -> bytes:
    """Read one request, head and body, or the beginning of a TLS handshake; empty if the client hung up first."""
    data = b""
    with contextlib.suppress(OSError):
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
            if data.startswith(_TLS_HELLO):
                return data
        head, _end, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _colon, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            piece = connection.recv(65536)
            if not piece:
                break
            body += piece
        return head + b"\r\n\r\n" + body
    return b""


@contextlib.contextmanager
def serving(*behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[SmallServer]:
    """Run a server for the length of the block."""
    server = SmallServer(*behaviours, tls=tls)
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """Return a port of 127.0.0.1 that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
