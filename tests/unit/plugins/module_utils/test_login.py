# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_identity_token: the shape of its result, its facts and its filters."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _login
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CATALOG_FILTERS,
    FACTS,
    LOGIN,
    LOGIN_PARAMETERS,
    Context,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    full_catalog,
    login_document,
    sample,
)

NOW = datetime(2015, 6, 5, 15, 24, 58, tzinfo=timezone.utc)
TOKEN = "d74f592f986e4d6e995853ccf0123456"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_login, "utc_now", lambda: NOW)


def run(wire: FakeWire, document: Any = None, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    wire.answer(200, document or sample("login"))
    defaults = {option.name: option.default for option in LOGIN + LOGIN_PARAMETERS + FACTS + CATALOG_FILTERS}
    options = {**defaults, "username": "u", "api_key": "secretkey", **given}
    return _login.run(options, Context(check_mode=check_mode))


def test_result(wire: FakeWire) -> None:
    result = run(wire)
    user = result.pop("user")
    assert result.pop("endpoints") == full_catalog()
    assert result.pop("ansible_facts")["rax_identity"]["username"] == "yourUserName"
    assert result == {
        "changed": True,
        "cached": False,
        "mfa": None,
        "token": {
            "id": TOKEN,
            "expires": "2015-06-05T16:24:57Z",
            "expires_in": 3599,
            "tenant": {"id": "123456", "name": "123456"},
            "authenticated_by": ["APIKEY"],
        },
    }
    assert user.pop("roles")[1] == {
        "id": "5",
        "name": "object-store:default",
        "description": "A Role that allows a user access to keystone Service methods",
        "tenant_id": "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f",
        "service_id": None,
        "propagate": None,
    }
    assert user == {
        "id": "172157",
        "name": "yourUserName",
        "default_region": "DFW",
        "domain_id": "123456",
        "federated": None,
        "accessible_domains": [],
        "phone_pin_state": None,
    }


def test_result_of_a_login_that_says_nothing(wire: FakeWire) -> None:
    result = run(wire, {"access": {"token": {"id": "t", "expires": "2015-06-05T15:24:57Z"}}}, facts="none")
    assert result == {
        "changed": True,
        "cached": False,
        "token": {
            "id": "t",
            "expires": "2015-06-05T15:24:57Z",
            "expires_in": 0,
            "tenant": {"id": None, "name": None},
            "authenticated_by": [],
        },
        "user": {
            "id": None,
            "name": None,
            "default_region": None,
            "domain_id": None,
            "federated": None,
            "roles": [],
            "accessible_domains": [],
            "phone_pin_state": None,
        },
        "endpoints": [],
        "mfa": None,
    }


def test_check_mode_logs_in_too(wire: FakeWire) -> None:
    assert run(wire, check_mode=True)["token"]["id"] == TOKEN
    assert len(wire.sent) == 1


def test_unknown_members_and_no_pin(wire: FakeWire) -> None:
    document = sample("login_with_token")
    document["access"]["token"]["RAX-AUTH:issued"] = "2015-06-04T16:24:57Z"
    document["access"]["user"]["email"] = "a@example.com"
    document["access"]["future"] = 1
    result = run(wire, document)
    assert result["token"]["extra"] == {"RAX-AUTH:issued": "2015-06-04T16:24:57Z"}
    assert result["user"]["extra"] == {"email": "a@example.com"}
    assert result["user"]["phone_pin_state"] == "ACTIVE"
    assert result["extra"] == {"future": 1}
    assert "914737" not in json.dumps(result)


def test_facts_metadata(wire: FakeWire) -> None:
    result = run(wire)
    facts = result["ansible_facts"]["rax_identity"]
    assert set(facts) == {
        "identity_url",
        "username",
        "user_id",
        "tenant_id",
        "default_region",
        "expires",
        "roles",
        "endpoints",
        "complete",
    }
    assert facts["complete"] is True
    assert TOKEN not in json.dumps(facts)


def test_facts_all(wire: FakeWire) -> None:
    assert run(wire, facts="all")["ansible_facts"]["rax_identity"]["token_id"] == TOKEN


def test_facts_none(wire: FakeWire) -> None:
    assert "ansible_facts" not in run(wire, facts="none")


def names(result: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(one["service_name"], one["region"]) for one in result["endpoints"]}


def test_filters(wire: FakeWire) -> None:
    result = run(wire, service_type=["object-store", "RAX:DNS"], region=["dfw"])
    assert names(result) == {("cloudFiles", "DFW"), ("cloudDNS", None)}
    facts = result["ansible_facts"]["rax_identity"]
    assert facts["endpoints"] == result["endpoints"]
    assert facts["complete"] is False


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"service_name": ["cloudservers"]}, {("cloudServers", None)}),
        ({"service_type": ["compute"], "version": ["1.0"]}, {("cloudServers", None)}),
        ({"service_type": ["rax:cdn"], "interface": ["internal"]}, {("rackCDN", "DFW")}),
        ({"service_type": ["rax:cdn"], "tenant": ["123456"]}, {("rackCDN", "DFW")}),
        ({"service_type": ["nonsense"]}, set()),
        ({"region": ["DFW"], "service_type": ["compute"]}, {("cloudServersOpenStack", "DFW")}),
    ],
)
def test_each_filter(wire: FakeWire, given: dict[str, Any], left: set[tuple[str, str | None]]) -> None:
    result = run(wire, **given)
    assert names(result) == left
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


def test_empty_filters_are_none(wire: FakeWire) -> None:
    result = run(wire, service_type=[], region=None)
    assert len(result["endpoints"]) == 59
    assert result["ansible_facts"]["rax_identity"]["complete"] is True


@pytest.mark.parametrize("catalog", [None, []])
def test_no_endpoints_asked_for(wire: FakeWire, catalog: Any) -> None:
    result = run(wire, login_document(serviceCatalog=catalog), include_endpoints=False)
    assert wire.only.url.endswith("/tokens?include_endpoints=false")
    assert result["endpoints"] == []
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


def test_no_endpoints_even_where_the_service_sends_them(wire: FakeWire) -> None:
    result = run(wire, include_endpoints=False)
    assert result["endpoints"] == []
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


def test_failure_leaves_no_result(wire: FakeWire) -> None:
    wire.answer(401)
    with pytest.raises(ServiceError):
        run(wire)
    # The answer of a success, which nobody has asked for.
    assert len(wire.pending) == 1
    wire.pending.clear()
