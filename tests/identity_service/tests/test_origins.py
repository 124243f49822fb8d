# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that run locally: every catalog points to them, and nothing else in it changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from identity_service.tests.api_client import SECRETS, ApiClient, access

FILES = {"type": "object-store", "region": "DFW", "origin": "http://127.0.0.1:4001"}
OLD_SERVERS = {"type": "compute", "name": "cloudServers", "origin": "http://127.0.0.1:4002"}
PATH = "/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"


def urls(catalog: list[dict[str, Any]]) -> dict[tuple[str, str | None], str]:
    return {(s["name"], e.get("region")): e["publicURL"] for s in catalog for e in s["endpoints"]}


def in_version_11(api: ApiClient, user: str) -> dict[tuple[str, str | None], str]:
    body = json.dumps({"credentials": {"username": user, "key": SECRETS[user].api_key}})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    catalog = api.client.post("/v1.1/auth", data=body, headers=headers).get_json()["auth"]["serviceCatalog"]
    return urls([{"name": name, "endpoints": endpoints} for name, endpoints in catalog.items()])


def test_every_catalog_shows_the_local_origins(api: ApiClient) -> None:
    before = access(api.api_key())["serviceCatalog"]
    assert api.control("PUT", "endpoints", {"endpoints": [FILES, OLD_SERVERS]})["endpoints"][0]["region"] == "DFW"
    after = access(api.api_key())["serviceCatalog"]
    changed = {key: url for key, url in urls(after).items() if urls(before)[key] != url}
    assert changed == {
        ("cloudFiles", "DFW"): f"http://127.0.0.1:4001{PATH}",
        ("cloudServers", None): "http://127.0.0.1:4002/v1.0/123456",
    }
    token = api.token()
    rows = api.get(f"{token}/endpoints", token).get_json()["endpoints"]
    assert f"http://127.0.0.1:4001{PATH}" in [row["publicURL"] for row in rows]
    assert in_version_11(api, "demoauthor")["cloudFiles", "DFW"] == f"http://127.0.0.1:4001{PATH}"
    assert in_version_11(api, "hub_cap")["cloudFiles", "DFW"] == "http://127.0.0.1:4001/v1/RackCloudFS_demo"


def test_they_survive_a_reset_and_can_be_removed(api: ApiClient) -> None:
    before = access(api.api_key())["serviceCatalog"]
    api.control("PUT", "endpoints", {"endpoints": [FILES]})
    api.control("POST", "reset")
    assert len(api.control("GET", "endpoints")["endpoints"]) == 1
    assert access(api.api_key())["serviceCatalog"] != before
    assert api.control("DELETE", "endpoints") == {"endpoints": []}
    assert access(api.api_key())["serviceCatalog"] == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"endpoints": {}},
        {"endpoints": ["x"]},
        {"endpoints": [{"type": "compute"}]},
        {"endpoints": [{**FILES, "port": 1}]},
        {"endpoints": [{**FILES, "origin": "http://127.0.0.1:1/v1"}]},
        {"endpoints": [{**FILES, "region": 1}]},
    ],
)
def test_invalid_endpoints_are_rejected(api: ApiClient, body: dict[str, Any]) -> None:
    api.control("PUT", "endpoints", body, status=400)
    assert api.control("GET", "endpoints") == {"endpoints": []}


def test_a_check_names_the_tenants_of_a_token(api: ApiClient) -> None:
    file_tenant = "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"
    whole = api.control("POST", "tokens/check", {"id": api.token()})
    assert whole["tenants"] == ["123456", file_tenant]
    narrow = api.control("POST", "tokens", {"user": "demoauthor", "tenant": file_tenant})
    assert api.control("POST", "tokens/check", {"id": narrow["id"]})["tenants"] == [file_tenant]
