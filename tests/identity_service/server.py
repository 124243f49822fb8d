# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: the threaded server of Werkzeug, with keep-alive and TLS, and without logging."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

IDLE_SECONDS = 120


class Handler(WSGIRequestHandler):
    """One connection. Unlike Werkzeug's own handler, it stays open after a response."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def run_wsgi(self) -> None:
        """Respond to one request. The application reads the whole body before it responds."""
        self.environ = self.make_environ()
        chunks, status, headers = run_wsgi_app(self.server.app, self.environ)
        try:
            self.respond(chunks, status, headers)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            self.close_connection = True
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def respond(self, chunks: Iterable[bytes], status: str, headers: Headers) -> None:
        code, _blank, reason = status.partition(" ")
        bodiless = self.command == "HEAD" or code in ("204", "304")
        chunked = not bodiless and "Content-Length" not in headers
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        started = False
        for data in chunks:
            if not started:
                self._start(int(code), reason, headers)
                started = True
            if data and not bodiless:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data) if chunked else data)
        if not started:
            self._start(int(code), reason, headers)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _start(self, code: int, reason: str, headers: Headers) -> None:
        self.send_response_only(code, reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def version_string(self) -> str:
        """Return the Server header of responses that do not come from the application."""
        return "identity"

    def log(self, kind: str, message: str, *args: object) -> None:
        """Log nothing, since request lines contain token IDs."""


def start_server(
    app: Flask, host: str, port: int, tls: ssl.SSLContext | None = None, handler: type[Handler] = Handler
) -> BaseWSGIServer:
    """Bind and listen. Call ``serve_forever`` of the result to serve requests."""
    server = make_server(host, port, app, threaded=True, request_handler=handler)
    if tls is not None:
        # The handshake is left to the thread of the connection: otherwise, a client that connects and then stays
        # silent would block all others.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = tls
    return server


def tls_context(certfile: str, keyfile: str | None) -> ssl.SSLContext:
    """Create a server context for a certificate chain and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certfile, keyfile)
    return context
