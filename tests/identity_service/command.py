# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start the service, print its URL, and exit cleanly on SIGTERM and SIGINT."""

from __future__ import annotations

import argparse
import os
import signal
import ssl
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from identity_service.journal import Journal
from identity_service.parts import Parts
from identity_service.server import start_server, tls_context
from identity_service.settings import Settings
from identity_service.store import Store
from identity_service.web import create_app

_POLL_SECONDS = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal arrives, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    stop = stop_on_signals()
    try:
        settings = Settings().changed({"token_lifetime": options.token_lifetime})
        tls = read_tls(options)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    url_file = Path(options.url_file) if options.url_file else None
    if url_file:
        # A file left by an earlier run would send waiting clients to a dead port.
        url_file.unlink(missing_ok=True)
    app = create_app(Parts(Store(settings), Journal(to_stderr=options.log_requests)))
    server = start_server(app, options.host, options.port, tls)
    worker = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    worker.start()
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"{'https' if tls else 'http'}://{host}:{server.port}/v2.0"
    if url_file:
        write_whole(url_file, f"{url}\n")
    print(f"Identity service: {url}", flush=True)
    stop.wait()
    server.shutdown()
    worker.join()
    if url_file:
        url_file.unlink(missing_ok=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="identity_service", description="An identity service for demos and tests.")
    parser.add_argument(
        "--token-lifetime", type=float, default=86400, metavar="SECONDS", help="how long tokens are valid (%(default)s)"
    )
    add_options(
        parser,
        port="port to listen on; 0 picks a free one (%(default)s)",
        url_file="write the base URL to this file when the service is ready",
    )
    return parser


def add_options(parser: argparse.ArgumentParser, *, port: str, url_file: str) -> None:
    """Add the options of all services, two of which mean something else for each."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help=port)
    parser.add_argument("--certfile", metavar="FILE", help="certificate chain (PEM); enables TLS")
    parser.add_argument("--keyfile", metavar="FILE", help="key of the certificate (PEM), if not in the same file")
    parser.add_argument("--url-file", metavar="FILE", help=url_file)
    parser.add_argument("--log-requests", action="store_true", help="log one line per request to standard error")


def read_tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    """Create the server context that the options ask for. Raises ValueError or OSError, which says what is wrong."""
    if options.keyfile and not options.certfile:
        raise ValueError("--keyfile needs --certfile")
    return tls_context(options.certfile, options.keyfile) if options.certfile else None


def stop_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def write_whole(path: Path, text: str) -> None:
    """Write a file so that readers see either all of it or nothing."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
