# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Identity API 1.1 as a document: written after the "Auth 1.1" client guide, Examples 3.1 to 3.4.

It knows usernames with API keys only, says nothing of the user, and lists endpoints by the name of their service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _document
from ansible_collections.rackspace.identity.plugins.module_utils import _fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service, ServiceEndpoint, in_order
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, ApiKey, nobody

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
"""The type that the catalog of 2.0 gives each service; 1.1 tells names only, and they never change."""


def login_document(credentials: ApiKey) -> dict[str, Any]:
    """The body of POST /v1.1/auth."""
    return {"credentials": {"username": credentials.username, "key": credentials.api_key}}


def read_access(document: Mapping[str, Any]) -> Access:
    """The answer to a login. Raises DecodeError for everything that is none."""
    auth = document.get("auth")
    if not isinstance(auth, dict):
        raise DecodeError("auth is missing")
    catalog = auth.get("serviceCatalog") or {}
    if not isinstance(catalog, dict):
        raise DecodeError("auth.serviceCatalog is not an object")
    return Access(
        token=_document.read_token(auth.get("token"), "auth.token"),
        user=nobody(),
        services=in_order(
            Service(
                TYPE_OF_NAME.get(name),
                fields.text_or_none(name),
                [_endpoint(endpoint) for endpoint in fields.as_objects(endpoints, "auth.serviceCatalog")],
            )
            for name, endpoints in catalog.items()
        ),
        extra=fields.rest(auth, "token", "serviceCatalog"),
    )


def _endpoint(endpoint: Mapping[str, Any]) -> ServiceEndpoint:
    where = "auth.serviceCatalog"
    others = {key: value for key, value in endpoint.items() if key != "v1Default"}
    decoded = _document.read_endpoint(others, where)
    decoded["v1_default"] = fields.flag(endpoint, "v1Default", where)
    return decoded
