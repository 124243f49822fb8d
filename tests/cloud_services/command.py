# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start the services, enter them in the catalog, and exit cleanly on SIGTERM and SIGINT."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import selectors
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from identity_service.command import add_options, read_tls, stop_on_signals, write_whole
from identity_service.server import start_server
from werkzeug.serving import BaseWSGIServer

from cloud_services.control import PREFIX, catalog_entries, create_control_app
from cloud_services.identity import IdentityClient
from cloud_services.journal import Journal
from cloud_services.parts import Parts
from cloud_services.server import Handler
from cloud_services.service import ELSEWHERE, CloudService
from cloud_services.services.autoscale import Autoscale
from cloud_services.services.block_storage import BlockStorage
from cloud_services.services.databases import Databases
from cloud_services.services.dns import Dns
from cloud_services.services.elsewhere import Elsewhere
from cloud_services.services.files import Files
from cloud_services.services.files_cdn import FilesCdn
from cloud_services.services.images import Images
from cloud_services.services.load_balancers import LoadBalancers
from cloud_services.services.monitoring import Monitoring
from cloud_services.services.networks import Networks
from cloud_services.services.orchestration import Orchestration
from cloud_services.services.queues import Queues
from cloud_services.services.servers import FirstServers, Servers
from cloud_services.web import create_app

CONTROL = "control"
KINDS: tuple[type[CloudService], ...] = (
    Files,
    FilesCdn,
    Dns,
    LoadBalancers,
    Servers,
    FirstServers,
    BlockStorage,
    Databases,
    Autoscale,
    Monitoring,
    Images,
    Networks,
    Queues,
    Orchestration,
    Elsewhere,
)


class Ports:
    """All servers of the process, one for each service and region and one for the control interface."""

    def __init__(self, parts: Parts, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._parts = parts
        self._host = host
        self._tls = tls
        self._servers: list[BaseWSGIServer] = []
        # One thread waits for connections to all of them: each by itself would have to look several times a second
        # whether it should end.
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._end, self._told_to_end = socket.socketpair()
        self.services = [kind(parts, region) for kind in KINDS for region in kind.regions]

    def open(self, control_port: int = 0) -> None:
        """Listen on all ports, and note their origins."""
        self._open(CONTROL, create_control_app(self._parts, self.services), control_port)
        for service in self.services:
            self._open(service.port_name, create_app(self._parts, service), 0)
        # A name as well as a port that differ, so that a client cannot take one origin for the other.
        if self._host == "127.0.0.1":
            self._parts.origins[ELSEWHERE] = self._parts.origins[ELSEWHERE].replace("127.0.0.1", "localhost")
        self._thread.start()

    def _open(self, name: str, app: Flask, port: int) -> None:
        server = start_server(app, self._host, port, self._tls, Handler)
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._parts.origins[name] = f"{'https' if self._tls else 'http'}://{host}:{server.port}"
        self._servers.append(server)

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._told_to_end, selectors.EVENT_READ)
            for server in self._servers:
                selector.register(server, selectors.EVENT_READ, server)
            while True:
                for key, _events in selector.select():
                    if key.data is None:
                        return
                    key.data.handle_request()

    def close(self) -> None:
        """Stop listening."""
        self._end.close()
        self._thread.join()
        self._told_to_end.close()
        for server in self._servers:
            server.socket.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal arrives, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    stop = stop_on_signals()
    try:
        tls = read_tls(options)
        identity = IdentityClient(options.identity_url, options.identity_ca)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    url_file = Path(options.url_file) if options.url_file else None
    if url_file:
        # A file left by an earlier run would send waiting clients to dead ports.
        url_file.unlink(missing_ok=True)
    parts = Parts(identity, Journal(to_stderr=options.log_requests))
    ports = Ports(parts, options.host, tls)
    ports.open(options.port)
    if not options.unlisted:
        try:
            identity.enter(catalog_entries(parts, ports.services))
        except (OSError, http.client.HTTPException) as error:
            parser.error(f"the identity service cannot be reached: {error}")
    if url_file:
        write_whole(url_file, f"{json.dumps(parts.origins, indent=2)}\n")
    print(f"Cloud services: {parts.origins[CONTROL]}{PREFIX}", flush=True)
    stop.wait()
    if identity.entered:
        # The identity service may have ended before.
        with contextlib.suppress(OSError, http.client.HTTPException):
            identity.remove()
    ports.close()
    if url_file:
        url_file.unlink(missing_ok=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cloud_services", description="Cloud services for demos and tests.")
    parser.add_argument("--identity-url", required=True, metavar="URL", help="URL of the identity service")
    parser.add_argument("--identity-ca", metavar="FILE", help="certificate authority (PEM) of the identity service")
    parser.add_argument(
        "--unlisted", action="store_true", help="stay out of the catalog until the control interface is told otherwise"
    )
    add_options(
        parser,
        port="port of the control interface; 0 picks a free one",
        url_file="write all origins to this file, as JSON, when ready",
    )
    return parser
