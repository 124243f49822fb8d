# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that keep a deadline for the whole response, and know whether the request was sent.

The timeout of a socket starts anew with every byte, so a server that drips one byte a second is never late for it. Here
every read gets only what is left until the deadline, from the first byte of the status line to the last of the body,
informational responses included. Where a body may take its time, as a large file does, every byte of it moves the
deadline, but by so little that a server that drips gains nothing, and never so far that one that falls silent does.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
from collections.abc import Mapping
from email.errors import MissingHeaderBodySeparatorDefect
from typing import TYPE_CHECKING, Any

from .. import _clock
from .reach import addresses, connect_through_socks, seconds_left
from .watch import Watch

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter

    _Connection = http.client.HTTPConnection
else:
    _Connection = object

_LENGTH = re.compile("[0-9]+")
_MAX_HEADER_LINES = 1000
# As http.client itself has it for a header.
_MAX_LINE_BYTES = 65536
_MAX_INFORMATIONAL = 100
# All that a response may take beyond its body, which has a limit of its own: trailers, the sizes of chunks.
_MAX_BYTES_AROUND = 2 * 1024 * 1024
# However much arrived before: a body that slows down is given up after so long.
_MAX_SECONDS_AHEAD = 60.0
# What a slow network sends within the timeout.
_PIECE_BYTES = 16 * 1024
# What is read at once; urllib3 itself takes 16 KiB.
_BLOCK_BYTES = 256 * 1024


class Attempt:
    """One attempt to send a request: how long connecting, and then the response, may take; and whether it was sent.

    max_bytes: how long the body of the response may be. min_rate: the bytes per second that a body must arrive with
    once the timeout is over; None if it must be complete by then.
    """

    def __init__(self, timeout: float) -> None:
        """Take the timeout in seconds."""
        self.timeout = timeout
        self.sent = False
        self.max_bytes = 0
        self.min_rate: float | None = None

    def deadline(self) -> float:
        """Return the time on the monotonic clock at which what starts now must be done."""
        return _clock.monotonic() + self.timeout


class SlowPeerError(socket.timeout):
    """The other end stopped taking the request, or takes it too slowly."""


class _MovingDeadline:
    """A deadline that every byte moves, by seconds_per_byte. timeout: how long there may be silence until then."""

    def __init__(self, deadline: float, timeout: float, seconds_per_byte: float = 0.0) -> None:
        self._deadline, self._timeout = deadline, timeout
        self.seconds_per_byte = seconds_per_byte

    def seconds_left(self) -> float:
        """Return how long to wait for the next byte. Raises socket.timeout after the deadline."""
        return min(self._timeout, seconds_left(self._deadline))

    def move(self, count: int) -> None:
        """Take note of so many bytes."""
        if count and self.seconds_per_byte:
            furthest = _clock.monotonic() + max(self._timeout, _MAX_SECONDS_AHEAD)
            self._deadline = min(self._deadline + count * self.seconds_per_byte, furthest)


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket until the deadline, and not without end."""

    def __init__(self, raw: Any, sock: socket.socket, deadline: _MovingDeadline, max_bytes: int, watch: Watch) -> None:
        self._raw, self._sock, self.deadline, self._watch = raw, sock, deadline, watch
        self._bytes_left = max_bytes + _MAX_BYTES_AROUND
        self.is_at_end = False

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(self.deadline.seconds_left())
        with self._watch.in_time():
            count = self._raw.readinto(buffer)
        self._bytes_left -= count or 0
        self.is_at_end = not count
        self.deadline.move(count or 0)
        if self._bytes_left < 0:
            raise http.client.HTTPException("the response is too long")
        return count

    def close(self) -> None:
        self._watch.stop()
        self._raw.close()
        super().close()


class _Buffer(io.BufferedReader):
    """The buffer of a response.

    It leaves out the blanks behind the value of a header, which do not count (RFC 9110, 5.5): for http.client they do,
    and it would not know `chunked` again. It refuses trailers without end: urllib3 reads them line by line and drops
    them.
    """

    is_chunked = False
    _trailers: int | None = None

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return a line: of the head, with the size of a chunk, or of the trailers."""
        if not self.is_chunked:
            return _without_blanks_behind(super().readline(size))
        # urllib3 asks for all of it, and where a body may have any length, so might the line.
        line = super().readline(_MAX_LINE_BYTES + 1)
        if len(line) > _MAX_LINE_BYTES:
            raise http.client.HTTPException("a line around a chunk is too long")
        if self._trailers is not None:
            self._trailers += 1
            if self._trailers > _MAX_HEADER_LINES:
                raise http.client.HTTPException("too many trailers")
            return line
        if not line:
            # urllib3 does not distinguish it from an invalid chunk.
            raise http.client.IncompleteRead(b"")
        size = _size_of_chunk(line)
        if size is not None and size < 0:
            # urllib3 would read all that follows, and fails with an OverflowError where the number is too large.
            raise http.client.HTTPException("a negative size of a chunk")
        if size == 0:
            self._trailers = 0
        return line


def _without_blanks_behind(line: bytes) -> bytes:
    """Return a line of a head without the blanks at its end.

    One of blanks alone goes on with the header before it, and an empty one would end the head. One that was cut says
    by its length that it was.
    """
    content = line.rstrip(b"\r\n")
    kept = content.rstrip(b" \t")
    return kept + line[len(content) :] if kept and line.endswith(b"\n") else line


def _size_of_chunk(line: bytes) -> int | None:
    """Return the size of a chunk that a line says, as urllib3 reads it: +0, 0x0 and 0_0 too; None if it says none."""
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        return None


class _DeadlineResponse(http.client.HTTPResponse):
    """A response that must be complete by the deadline; informational responses before it are read and dropped."""

    def __init__(self, sock: socket.socket, *args: Any, deadline: float, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        buffered: Any = self.fp
        moving = _MovingDeadline(deadline, attempt.timeout)
        watch = Watch(sock, moving.seconds_left)
        self._reader = _DeadlineReader(buffered.detach(), sock, moving, attempt.max_bytes, watch)
        self._min_rate = attempt.min_rate
        self._buffer = _Buffer(self._reader, _BLOCK_BYTES if attempt.min_rate else io.DEFAULT_BUFFER_SIZE)
        self.fp = self._buffer

    def begin(self) -> None:
        """Read the status line and the headers, and refuse headers that do not say where the body ends."""
        super().begin()
        if self._reader.is_at_end:
            # http.client itself takes what is there for all of them, and the body for one without a length.
            raise http.client.IncompleteRead(b"")
        if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in self.headers.defects):
            raise http.client.HTTPException("a header without a colon")
        lengths = [] if self.chunked else self.headers.get_all("Content-Length", [])
        if not all(_LENGTH.fullmatch(length) for length in lengths):
            raise http.client.HTTPException("a Content-Length that is not a number")
        if not self.chunked and "Transfer-Encoding" in self.headers:
            raise http.client.HTTPException("an unknown Transfer-Encoding")
        self._buffer.is_chunked = bool(self.chunked)
        if self._min_rate:
            self._reader.deadline.seconds_per_byte = 1 / self._min_rate

    def _read_status(self) -> tuple[str, int, str]:
        # http.client itself only skips 100 Continue, which leaves 102 Processing and 103 Early Hints.
        base: Any = super()
        for _number in range(_MAX_INFORMATIONAL):
            version, status, reason = base._read_status()
            if status < 100 or status >= 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            self._skip_headers()
        raise http.client.HTTPException("too many informational responses")

    def _skip_headers(self) -> None:
        for _number in range(_MAX_HEADER_LINES):
            if self.fp.readline(_MAX_LINE_BYTES + 1) in (b"\r\n", b"\n", b""):
                return
        raise http.client.HTTPException("too many headers in an informational response")


class _BoundedConnection(_Connection):
    """The part that both kinds of connections, with and without TLS, add to those of urllib3."""

    attempt: Attempt
    _deadline = 0.0
    _sending: _MovingDeadline | None = None
    _connecting: contextlib.ExitStack
    _is_ready = False

    def connect(self) -> None:
        """Connect, to the proxy and through it included, within the timeout."""
        self._is_ready, self._sending = False, None
        self._deadline = self.attempt.deadline()
        connection: Any = self
        connection.response_class = self._response
        connection.blocksize = _BLOCK_BYTES
        with contextlib.ExitStack() as self._connecting:
            super().connect()
        self._is_ready = True

    def _new_conn(self) -> socket.socket:
        sock = self._open_socket()
        watch = Watch(sock, lambda: seconds_left(self._deadline))
        self._connecting.callback(watch.stop)
        self._connecting.enter_context(watch.in_time())
        return sock

    def _open_socket(self) -> socket.socket:
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

        connection: Any = self
        name = connection._dns_host
        if hasattr(connection, "_socks_options"):
            sock = connect_through_socks(connection, self._deadline)
            sock.settimeout(seconds_left(self._deadline))
            return sock
        try:
            # urllib3 itself would give each address of the host the whole timeout.
            *first, last = addresses(connection, self._deadline)
            for address in first:
                with contextlib.suppress(ConnectTimeoutError, NewConnectionError):
                    return self._connect_to(address)
            return self._connect_to(last)
        finally:
            connection._dns_host = name

    def _connect_to(self, address: str) -> socket.socket:
        base: Any = super()
        connection: Any = self
        connection._dns_host, connection.timeout = address, seconds_left(self._deadline)
        sock: socket.socket = base._new_conn()
        # What follows, TLS included, has the rest of the time.
        sock.settimeout(seconds_left(self._deadline))
        return sock

    def _connect_tls_proxy(self, *args: Any, **kwargs: Any) -> Any:
        # For TLS inside this TLS, urllib3 reads record by record, each of which would get the whole timeout.
        base: Any = super()
        sock = base._connect_tls_proxy(*args, **kwargs)
        receive = sock.recv

        def recv(*how: Any) -> bytes:
            sock.settimeout(seconds_left(self._deadline))
            data: bytes = receive(*how)
            return data

        sock.recv = recv
        return sock

    def send(self, data: Any) -> None:
        """Send data; what goes to a proxy before the connection is ready is not the request."""
        if self.sock is None and self.auto_open:
            self.connect()
        if not self._is_ready:
            super().send(data)
            return
        self.attempt.sent = True
        try:
            for start in range(0, len(data), _PIECE_BYTES):
                piece = data[start : start + _PIECE_BYTES]
                # For each piece, and not what the last response of this connection left.
                self.sock.settimeout(self._sending.seconds_left() if self._sending else self.attempt.timeout)
                super().send(piece)
                if self._sending:
                    self._sending.move(len(piece))
        except socket.timeout:
            raise SlowPeerError("timed out") from None
        if self.attempt.min_rate and not self._sending:
            # The headers are sent, and the body begins.
            self._sending = _MovingDeadline(self.attempt.deadline(), self.attempt.timeout, 1 / self.attempt.min_rate)

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        """Read the response, for which the time starts now."""
        self._deadline, self._sending = self.attempt.deadline(), None
        return super().getresponse(*args, **kwargs)

    def _response(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        """Make the response of a request, or of a proxy that was asked to connect."""
        return _DeadlineResponse(sock, *args, deadline=self._deadline, attempt=self.attempt, **kwargs)


def bounded_adapter(attempt: Attempt) -> HTTPAdapter:
    """Return an adapter for `requests` whose connections report to, and are bounded by, this attempt."""
    from requests.adapters import HTTPAdapter
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def bounded(pools: Mapping[str, Any]) -> dict[str, Any]:
        """Return pools whose connections are those of these pools, and bounded."""
        made = {}
        for scheme, pool in pools.items():
            connection = type("_Connection", (_BoundedConnection, pool.ConnectionCls), {"attempt": attempt})
            made[scheme] = type("_Pool", (pool,), {"ConnectionCls": connection})
        return made

    plain_pools = bounded({"http": HTTPConnectionPool, "https": HTTPSConnectionPool})

    class BoundedAdapter(HTTPAdapter):
        attempt: Attempt

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            # requests itself looks at the URL alone, and would take any certificate of a proxy on the way to http://.
            base: Any = super()
            base.cert_verify(conn, "https://" if conn.scheme == "https" else url, verify, cert)

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = plain_pools

        def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
            is_new = proxy not in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **kwargs)
            if is_new:
                # Those for SOCKS are others.
                manager.pool_classes_by_scheme = bounded(manager.pool_classes_by_scheme)
            return manager

    adapter = BoundedAdapter()
    adapter.attempt = attempt
    return adapter
