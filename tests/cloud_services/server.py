# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: that of the identity service, and what large bodies need beside it."""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from identity_service.server import Handler as BaseHandler
from werkzeug.datastructures import Headers

HANDLER = "cloud_services.handler"
_NUMBERS = itertools.count(1)
_CHUNK = 1024 * 1024
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class FileBody:
    """A part of a file, which the server sends after the headers without a copy in this process."""

    file: IO[bytes]
    offset: int
    size: int


class Handler(BaseHandler):
    """One connection. The application finds it in the environment of a request under HANDLER."""

    def setup(self) -> None:
        """Give the connection a number."""
        super().setup()
        self.number = next(_NUMBERS)
        self.file_body: FileBody | None = None
        self.unread_body = False

    def make_environ(self) -> dict[str, Any]:
        """Add this connection to the environment of the request."""
        self.file_body = None
        self.unread_body = False
        environ: dict[str, Any] = super().make_environ()
        environ[HANDLER] = self
        return environ

    def respond(self, chunks: Iterable[bytes], status: str, headers: Headers) -> None:
        """Send the response, and the part of a file that belongs to it."""
        super().respond(chunks, status, headers)
        body = self.file_body
        if body is not None and self.command != "HEAD":
            self._send_file(body)
        if self.unread_body:
            self._linger()

    def _send_file(self, body: FileBody) -> None:
        if not isinstance(self.connection, ssl.SSLSocket):
            self.connection.sendfile(body.file, body.offset, body.size)
            return
        # Several connections may send the same file: its position is not used.
        position, end = body.offset, body.offset + body.size
        while position < end:
            data = os.pread(body.file.fileno(), min(_CHUNK, end - position), position)
            self.connection.sendall(data)
            position += len(data)

    def _linger(self) -> None:
        """Read some of what a client still sends: closing at once could destroy the response on its way."""
        self.close_connection = True
        limit = time.monotonic() + _LINGER_SECONDS
        count = 0
        if not isinstance(self.connection, ssl.SSLSocket):
            self.connection.shutdown(socket.SHUT_WR)
        while count < _LINGER_BYTES and (left := limit - time.monotonic()) > 0:
            self.connection.settimeout(left)
            try:
                data = self.connection.recv(_CHUNK)
            except OSError:
                return
            if not data:
                return
            count += len(data)

    def version_string(self) -> str:
        """Return the Server header of responses that do not come from the application."""
        return "cloud"
