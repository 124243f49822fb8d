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
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.tests.unit.support.models import a_tenant, a_user
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, full_access, full_catalog

URL = "https://identity.example.com/v2.0"


def fact(
    access: Access | None = None, request: LoginRequest | None = None, is_filtered: bool = False
) -> dict[str, Any]:
    access = access or full_access()
    request = request or LoginRequest(ApiKey("u", "secretkey"))
    return build_fact(access, request, URL, flatten(access.services), is_filtered=is_filtered)


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
    assert "d74f592f986e4d6e995853ccf0123456" not in text
    assert "secretkey" not in text


@pytest.mark.parametrize(
    ("login", "name"),
    [(LoginRequest(ApiKey("u", "k")), "u"), (LoginRequest(ExistingToken("t"), tenant_id="1"), None)],
)
def test_user_without_a_name(login: LoginRequest, name: str | None) -> None:
    access = full_access()._replace(user=a_user(), token=full_access().token._replace(tenant=None))
    made = fact(access, login)
    assert (made["username"], made["user_id"], made["tenant_id"], made["roles"]) == (name, None, None, [])


@pytest.mark.parametrize("login", [LoginRequest(Password("u", "p")), LoginRequest(Passcode("s", "1"))])
def test_name_that_the_service_does_not_tell(login: LoginRequest) -> None:
    made = fact(full_access()._replace(user=a_user()), login)
    assert made["username"] == ("u" if isinstance(login.credentials, Password) else None)


@pytest.mark.parametrize(
    ("access", "login", "is_filtered", "complete"),
    [
        (full_access(), None, False, True),
        (full_access(), None, True, False),
        (full_access()._replace(services=()), None, False, False),
        (full_access(), LoginRequest(ApiKey("u", "k"), tenant_id="123456"), False, True),
    ],
)
def test_whether_it_is_complete(access: Access, login: LoginRequest | None, is_filtered: bool, complete: bool) -> None:
    assert fact(access, login, is_filtered)["complete"] is complete


@pytest.mark.parametrize("asked", [{"tenant_id": FILES_TENANT}, {"tenant_name": FILES_TENANT}])
def test_login_to_a_tenant_that_returns_only_its_endpoints_is_not_complete(asked: dict[str, Any]) -> None:
    access = full_access()
    narrowed = access._replace(
        token=access.token._replace(tenant=a_tenant(FILES_TENANT, FILES_TENANT)),
        services=group_by_service(one for one in full_catalog() if one["tenant_id"] == FILES_TENANT),
    )
    assert fact(narrowed, LoginRequest(ApiKey("u", "k"), **asked))["complete"] is False
    assert fact(narrowed)["complete"] is True
