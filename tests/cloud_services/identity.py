# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said to the identity service: whose token it is, and where the services are."""

from __future__ import annotations

import http.client
import json
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT = 10.0


@dataclass(frozen=True)
class Access:
    """The user of a valid token and the tenants that it grants access to, the tenant of the token first."""

    user: str
    tenants: tuple[str, ...]


class IdentityClient:
    """A client of the control interface of the identity service. Its connections are kept and shared by threads."""

    def __init__(self, url: str, ca_file: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("--identity-url must be the URL of the identity service, with http or https")
        self._host, self._port = parts.hostname, parts.port
        self._tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "https" else None
        self.entered = False
        self._idle: deque[http.client.HTTPConnection] = deque()

    def check(self, token: str) -> Access | None:
        """Return what a token grants access to, or None if it is not valid at this moment."""
        known = self._call("POST", "tokens/check", {"id": token})
        if not known["alive"]:
            return None
        first = known["tenant"]
        tenants = sorted(known["tenants"], key=lambda tenant: bool(tenant != first))
        return Access(known["user"], tuple(tenants))

    def enter(self, endpoints: list[dict[str, Any]]) -> None:
        """Enter endpoints in the catalog."""
        self._call("PUT", "endpoints", {"endpoints": endpoints})
        self.entered = True

    def remove(self) -> None:
        """Return to the documented catalog."""
        self._call("DELETE", "endpoints", None)
        self.entered = False

    def _call(self, method: str, name: str, body: Any) -> Any:
        data = None if body is None else json.dumps(body).encode()
        try:
            connection, is_new = self._idle.pop(), False
        except IndexError:
            connection, is_new = self._connect(), True
        try:
            return self._exchange(connection, method, name, data)
        except (OSError, http.client.HTTPException):
            connection.close()
            if is_new:
                raise
        # An idle connection may have been closed by the other side.
        return self._exchange(self._connect(), method, name, data)

    def _connect(self) -> http.client.HTTPConnection:
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT)

    def _exchange(self, connection: http.client.HTTPConnection, method: str, name: str, data: bytes | None) -> Any:
        connection.request(method, f"/_control/{name}", data, {"Content-Type": "application/json"} if data else {})
        response = connection.getresponse()
        payload = response.read()
        self._idle.append(connection)
        if response.status != 200:
            raise ConnectionError(f"the identity service responded with {response.status}")
        return json.loads(payload)
