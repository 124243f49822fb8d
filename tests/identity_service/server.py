# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: werkzeug's threaded one, with keep-alive, TLS and no chatter."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

IDLE_SECONDS = 120


class Handler(WSGIRequestHandler):
    """One connection. Werkzeug's own handler ends each connection after one answer; this one keeps it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def run_wsgi(self) -> None:
        """Answer one request. The application has read all of its body when it answers."""
        self.environ = self.make_environ()
        chunks, status, headers = run_wsgi_app(self.server.app, self.environ)
        try:
            self._answer(chunks, status, headers)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            self.close_connection = True
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _answer(self, chunks: Iterable[bytes], status: str, headers: Headers) -> None:
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
        """The Server header of answers that do not come from the application."""
        return "identity"

    def log(self, kind: str, message: str, *args: object) -> None:
        """Say nothing: request lines hold token ids."""


def start_server(app: Flask, host: str, port: int, tls: ssl.SSLContext | None = None) -> BaseWSGIServer:
    """Bind and listen; ``serve_forever`` of the result does the work."""
    server = make_server(host, port, app, threaded=True, request_handler=Handler)
    if tls is not None:
        # The handshake is left to the connection's own thread: a client that connects and then says nothing
        # would else keep all others waiting.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = tls
    return server


def tls_context(certfile: str, keyfile: str | None) -> ssl.SSLContext:
    """A server context for that certificate chain and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certfile, keyfile)
    return context
