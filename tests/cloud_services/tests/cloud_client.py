# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for these tests: requests as documented, with every part open to change."""

from __future__ import annotations

from typing import Any

import requests
from identity_service.accounts import USERS

USER = "demoauthor"
TENANT = "123456"
FILE_TENANT = "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"
API_KEY = next(user.credentials.api_key for user in USERS if user.login == USER)
CATALOG_NAMES = {
    "files": "cloudFiles",
    "files_cdn": "cloudFilesCDN",
    "dns": "cloudDNS",
    "load_balancers": "cloudLoadBalancers",
    "servers": "cloudServersOpenStack",
    "first_servers": "cloudServers",
    "block_storage": "cloudBlockStorage",
    "databases": "cloudDatabases",
    "autoscale": "autoscale",
    "monitoring": "cloudMonitoring",
    "images": "cloudImages",
    "networks": "cloudNetworks",
    "queues": "cloudQueues",
    "orchestration": "cloudOrchestration",
}
WITHOUT_REGIONS = ("dns", "first_servers", "monitoring")
TIMEOUT = 10


class CloudClient:
    """A user of the services, who has logged in."""

    def __init__(self, identity_url: str, control_url: str, verify: str | None = None) -> None:
        self.session = requests.Session()
        self.session.verify = verify or True
        self.session.trust_env = False
        self.identity_url = identity_url
        self.control_url = control_url
        self.login()

    def login(self) -> None:
        """Log in and read the catalog."""
        credentials = {"username": USER, "apiKey": API_KEY}
        body = {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}
        access = self.session.post(f"{self.identity_url}/tokens", json=body, timeout=TIMEOUT).json()["access"]
        self.token = str(access["token"]["id"])
        self.catalog = {
            (service["name"], endpoint.get("region")): str(endpoint["publicURL"])
            for service in access["serviceCatalog"]
            for endpoint in service["endpoints"]
        }

    def url(self, service: str, path: str = "", region: str = "DFW") -> str:
        """Return the URL of a path below an endpoint."""
        return self.catalog[CATALOG_NAMES[service], None if service in WITHOUT_REGIONS else region] + path

    def send(
        self,
        method: str,
        service: str,
        path: str = "",
        *,
        region: str = "DFW",
        token: str | None = "",
        headers: dict[str, str] | None = None,
        **rest: Any,
    ) -> requests.Response:
        """Send a request to a service, with the token of the login if no other is given."""
        return self.follow(method, self.url(service, path, region), token=token, headers=headers, **rest)

    def follow(
        self,
        method: str,
        url: str,
        *,
        token: str | None = "",
        headers: dict[str, str] | None = None,
        **rest: Any,
    ) -> requests.Response:
        """Send a request to a URL."""
        given = {} if token is None else {"X-Auth-Token": token or self.token}
        rest.setdefault("allow_redirects", False)
        return self.session.request(method, url, headers={**given, **(headers or {})}, timeout=TIMEOUT, **rest)

    def control(self, method: str, name: str, body: Any = None, status: int = 200) -> Any:
        """Send a control request and return the JSON response."""
        response = self.session.request(method, f"{self.control_url}/{name}", json=body, timeout=TIMEOUT)
        assert response.status_code == status, response.text
        return response.json()

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.control("PATCH", "settings", settings)

    def add_fault(self, **fault: Any) -> None:
        """Add a fault."""
        self.control("POST", "faults", fault)

    def forward(self, seconds: float) -> None:
        """Move the clock of the services forward."""
        self.control("POST", "clock", {"forward": seconds})

    def fill(self, service: str, count: int, **values: Any) -> None:
        """Create many resources."""
        tenant = FILE_TENANT if service == "files" else TENANT
        self.control("POST", "fill", {"service": service, "tenant": tenant, "count": count, "region": None, **values})

    def identity_control(self, method: str, name: str, body: Any = None) -> Any:
        """Send a control request to the identity service."""
        url = f"{self.identity_url.removesuffix('/v2.0')}/_control/{name}"
        return self.session.request(method, url, json=body, timeout=TIMEOUT).json()

    def log(self) -> list[dict[str, Any]]:
        """Return the log of the requests."""
        entries: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return entries
