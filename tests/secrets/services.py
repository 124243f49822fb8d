# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The identity services of this test: one that behaves, and one for each way to repeat the secrets of a request.

Beside those that let anyone in are the services of the catalog, which repeat tokens too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .discover import ROOT

# How the services but one repeat secrets, and with which status.
ECHOES = {"fault": 400, "html": 500, "headers": 401, "members": 200}
# How the services of their catalogs repeat the token of a request.
ECHOING_REGION = "IAD"
"""The region in which the services of the catalog repeat the token of a request in an error."""
# How they repeat it, beside which identity service.
_OF_CATALOG: dict[str, dict[str, Any]] = {"good": {"region": ECHOING_REGION, "status": 403}, "members": {"status": 200}}
CATALOG_OF = {name: f"the catalog of {name}" for name in _OF_CATALOG}
"""What the services of a catalog are called, by the name of the identity service."""
_START_SECONDS = 30.0


class Service:
    """A running service."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._root = url.rpartition("/")[0]
        self.address = urlsplit(url).netloc

    def control(self, path: str, body: Any, method: str = "POST") -> Any:
        """Send a control request and return the response."""
        request = urllib.request.Request(f"{self._root}/_control/{path}", json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)

    def requests(self) -> int:
        """Return how many requests the service has had."""
        return self._counter("total")

    def logins(self) -> int:
        """Return how many of them were logins, each step of one counted."""
        return self._counter("logins")

    def _counter(self, name: str) -> int:
        with urllib.request.urlopen(f"{self._root}/_control/counters", timeout=20) as response:
            count: int = json.load(response)[name]
        return count

    def token(self, user: str) -> str:
        """Return a new token of a user."""
        token: str = self.control("tokens", {"user": user})["id"]
        return token

    def session(self, user: str, password: str) -> str:
        """Begin a login with a second factor and return the ID of its session."""
        body = {"auth": {"passwordCredentials": {"username": user, "password": password}}}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(f"{self.url}/tokens", json.dumps(body).encode(), headers)
        try:
            urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as refusal:
            return refusal.headers["WWW-Authenticate"].split("'")[1]
        raise AssertionError(f"{user} was not asked for a second factor")


@contextmanager
def running(directory: Path) -> Iterator[dict[str, Service]]:
    """Run the services, and give them by the name of their fault; the one that behaves is `good`."""
    names = ("good", *ECHOES)
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(process("identity_service", directory / f"{name}.url"))
        services = {name: Service(wait_for_url(directory / f"{name}.url")) for name in names}
        for service in services.values():
            # Sessions are begun before the plays are.
            service.control("settings", {"mfa_session_lifetime": 3600}, "PATCH")
        for form, status in ECHOES.items():
            services[form].control("faults", {"kind": "echo", "form": form, "status": status, "times": None})
        for name, echo in _OF_CATALOG.items():
            url_file = directory / f"{name}.catalog"
            stack.enter_context(process("cloud_services", url_file, "--identity-url", services[name].url))
            services[CATALOG_OF[name]] = Service(f"{json.loads(wait_for_url(url_file))['control']}/_control")
            services[CATALOG_OF[name]].control("faults", {"kind": "echo", "times": None, **echo})
        yield services


@contextmanager
def process(service: str, url_file: Path, *options: str) -> Iterator[None]:
    """Run a service, which writes its URL to a file."""
    command = [sys.executable, str(ROOT / "tests" / service), "--url-file", str(url_file), *options]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for_url(url_file: Path) -> str:
    """Return the URL of a service as soon as it runs."""
    limit = time.monotonic() + _START_SECONDS
    while time.monotonic() < limit:
        if url_file.is_file() and (url := url_file.read_text(encoding="utf-8").strip()):
            return url
        time.sleep(0.05)
    raise AssertionError("a service did not start")
