# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The samples of the API's documentation, corrected where they do not parse, and models made from them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, cast

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, Endpoint

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

FILES_TENANT = "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"


def sample_bytes(name: str, wire_format: str = "json", version: str = "v2") -> bytes:
    """Return the bytes of a sample."""
    return (FIXTURES / f"identity_{version}" / f"{name}.{wire_format}").read_bytes()


def sample(name: str, version: str = "v2") -> Any:
    """Return a sample, decoded; each caller gets a copy."""
    return json.loads(sample_bytes(name, version=version))


def cleaned(payload: Any, *secrets: str) -> Any:
    """Return a payload as the client reads it: without the support PIN and these secrets."""
    return Redactor(secrets).payload(payload)


def changed_login(**changes: Any) -> Any:
    """Return the complete response to a login, with other fields in `access`."""
    payload = sample("login")
    payload["access"].update(changes)
    return payload


def full_access() -> Access:
    """Return the complete response to a login: 19 services."""
    return read_access(sample("login"))


def full_catalog() -> list[Endpoint]:
    """Return its endpoints, to change at will."""
    return copy.deepcopy(flatten(full_access().services))


def endpoint(service_type: str, name: str, region: str | None = None, **others: Any) -> Endpoint:
    """Return an endpoint with a public URL of its own."""
    made: Endpoint = {
        "service_name": name,
        "service_type": service_type,
        "region": region,
        "tenant_id": "123456",
        "public_url": f"https://{region or 'global'}.{name}.example.com/",
        "internal_url": None,
        "admin_url": None,
        "version": {"id": None, "info": None, "list": None},
        "v1_default": None,
    }
    return cast(Endpoint, {**made, **others})
