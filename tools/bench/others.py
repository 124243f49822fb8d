# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection is compared with: a stand-in for the servers of other collections, and of a large catalog.

It knows one response to each request and checks nothing: the time that is measured is the client's.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_EXPIRES = "2099-01-01T00:00:00.000Z"
_PER_SERVICE = 20
_OTHERS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_LARGE_USER = re.compile(rb'"username": ?"endpoints-(\d+)"')


def user_with(endpoints: int) -> str:
    """Return the name of the user whose catalog holds that many endpoints."""
    return f"endpoints-{endpoints}"


def access(endpoints: int) -> dict[str, Any]:
    """Return the response of version 2.0 to a login, with so many endpoints in services of twenty regions each."""
    services = [
        {
            "name": f"service{first}",
            "type": f"type-{first // _PER_SERVICE}",
            "endpoints": [_endpoint(first, region) for region in range(min(_PER_SERVICE, endpoints - first))],
        }
        for first in range(0, endpoints, _PER_SERVICE)
    ]
    return {
        "access": {
            "token": {"id": "stand-in-token", "expires": _EXPIRES, "tenant": {"id": "123456", "name": "123456"}},
            "user": {"id": "1", "name": user_with(endpoints), "RAX-AUTH:defaultRegion": "R01", "roles": []},
            "serviceCatalog": services,
        }
    }


def _endpoint(service: int, region: int) -> dict[str, str]:
    return {
        "region": f"R{region:02}",
        "tenantId": "123456",
        "publicURL": f"https://r{region:02}.service{service}.example.com/v1/123456",
        "internalURL": f"https://snet-r{region:02}.service{service}.example.com/v1/123456",
    }


def respond(method: str, path: str, body: bytes, url: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the response to a request; `url` is the server's own."""
    if (method, path) == ("POST", "/v2.0/tokens"):
        wanted = _LARGE_USER.search(body)
        return 200, {}, json.dumps(access(int(wanted.group(1)) if wanted else 1)).encode()
    # Vault takes both, and Keystone is asked with and without the last slash.
    known = _OTHERS.get(f"{method.replace('PUT', 'POST')} {path.rstrip('/') or '/'}")
    if known is None:
        return 404, {}, json.dumps({"error": f"The stand-in does not know {method} {path}."}).encode()
    return known["status"], known.get("headers", {}), json.dumps(known["json"]).replace("{url}", url).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the body of a response waits for the client to acknowledge its head.
    wbufsize = -1

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, content = respond(self.command, self.path, body, f"http://{self.headers['Host']}")
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def standing_in() -> Iterator[str]:
    """Run the stand-in on a free port of this machine and give its URL, without a path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
