# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fact rax_identity: what it says about a login."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.build_fact import build_fact
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten, group_by_service
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access
from ansible_collections.rackspace.identity.tests.unit.support.models import a_tenant, a_user
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, full_access, full_catalog

URL = "https://identity.example.com/v2.0"


def fact(
    access: Access | None = None, username: str | None = "u", *, has_tenant: bool = False, is_filtered: bool = False
) -> dict[str, Any]:
    access = access or full_access()
    endpoints = flatten(access.services)
    return build_fact(access, URL, username, endpoints, has_tenant=has_tenant, is_filtered=is_filtered)


def test_what_it_says() -> None:
    assert fact() == {
        "identity_url": URL,
        "username": "yourUserName",
        "user_id": "172157",
        "tenant_id": "123456",
        "default_region": "DFW",
        "expires": "2015-06-05T16:24:57Z",
        "roles": ["checkmate", "object-store:default", "compute:default", "identity:user-admin"],
        "endpoints": full_catalog(),
        "complete": True,
    }


def test_it_holds_no_secret() -> None:
    text = json.dumps(fact())
    assert full_access().token.id == "d74f592f986e4d6e995853ccf0123456"
    assert full_access().token.id not in text


@pytest.mark.parametrize("username", ["u", None])
def test_user_without_a_name(username: str | None) -> None:
    access = full_access()._replace(user=a_user(), token=full_access().token._replace(tenant=None))
    made = fact(access, username)
    assert (made["username"], made["user_id"], made["tenant_id"], made["roles"]) == (username, None, None, [])


@pytest.mark.parametrize("username", ["u", "YOURUSERNAME", None])
def test_name_that_the_service_tells_comes_first(username: str | None) -> None:
    assert fact(username=username)["username"] == "yourUserName"


@pytest.mark.parametrize(
    ("access", "has_tenant", "is_filtered", "complete"),
    [
        (full_access(), False, False, True),
        (full_access(), False, True, False),
        (full_access()._replace(services=()), False, False, False),
        (full_access(), True, False, True),
        (full_access(), True, True, False),
    ],
)
def test_whether_it_is_complete(access: Access, has_tenant: bool, is_filtered: bool, complete: bool) -> None:
    assert fact(access, has_tenant=has_tenant, is_filtered=is_filtered)["complete"] is complete


def test_endpoints_are_those_that_the_filters_left() -> None:
    left = full_catalog()[:2]
    made = build_fact(full_access(), URL, "u", left, has_tenant=False, is_filtered=True)
    assert (made["endpoints"], made["complete"]) == (left, False)


def test_login_to_a_tenant_that_returns_only_its_endpoints_is_not_complete() -> None:
    access = full_access()
    narrowed = access._replace(
        token=access.token._replace(tenant=a_tenant(FILES_TENANT, FILES_TENANT)),
        services=group_by_service(one for one in full_catalog() if one["tenant_id"] == FILES_TENANT),
    )
    assert fact(narrowed, has_tenant=True)["complete"] is False
    assert fact(narrowed)["complete"] is True
