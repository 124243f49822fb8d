# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The payloads of the Identity API 1.1, written after the "Auth 1.1" client guide, Examples 3.1 to 3.4.

It only knows usernames with API keys, says nothing about the user, and lists endpoints by the name of their service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._catalog.services import sort_services
from .._errors import DecodeError
from .._models import Access, ApiKey, Service, ServiceEndpoint, unknown_user
from . import payload_fields as fields
from . import payloads

TYPE_OF_NAME = {
    "autoscale": "rax:autoscale",
    "cloudBackup": "rax:backup",
    "cloudBigData": "rax:bigdata",
    "cloudBlockStorage": "volume",
    "cloudDatabases": "rax:database",
    "cloudDNS": "rax:dns",
    "cloudFeeds": "rax:feeds",
    "cloudFiles": "object-store",
    "cloudFilesCDN": "rax:object-cdn",
    "cloudImages": "image",
    "cloudLoadBalancers": "rax:load-balancer",
    "cloudMetrics": "rax:cloudmetrics",
    "cloudMonitoring": "rax:monitor",
    "cloudNetworks": "network",
    "cloudOrchestration": "orchestration",
    "cloudQueues": "rax:queues",
    "cloudServers": "compute",
    "cloudServersOpenStack": "compute",
    "rackCDN": "rax:cdn",
}
"""The type that the catalog of version 2.0 gives each service; 1.1 only has names, and they never change."""


def login_payload(credentials: ApiKey) -> dict[str, Any]:
    """Return the body of POST /v1.1/auth."""
    return {"credentials": {"username": credentials.username, "key": credentials.api_key}}


def read_access(payload: Mapping[str, Any]) -> Access:
    """Read the response to a login. Raises DecodeError for anything else."""
    auth = payload.get("auth")
    if not isinstance(auth, dict):
        raise DecodeError("auth is missing")
    catalog = fields.object_or_empty(auth.get("serviceCatalog"))
    return Access(
        token=payloads.read_token(auth.get("token"), "auth.token"),
        user=unknown_user(),
        services=sort_services(
            Service(
                TYPE_OF_NAME.get(name),
                fields.string_or_none(name),
                [_read_endpoint(endpoint) for endpoint in fields.objects(endpoints)],
            )
            for name, endpoints in catalog.items()
        ),
        extra=fields.unknown_fields(auth, "token", "serviceCatalog"),
    )


def _read_endpoint(endpoint: Mapping[str, Any]) -> ServiceEndpoint:
    others = {key: value for key, value in endpoint.items() if key != "v1Default"}
    decoded = payloads.read_endpoint(others)
    decoded["v1_default"] = fields.boolean(endpoint, "v1Default")
    return decoded
