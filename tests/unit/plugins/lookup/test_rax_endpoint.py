# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rax_endpoint, from its options to the wire."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    full_catalog,
    sample,
)

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
LOGIN: dict[str, Any] = {"username": "demoauthor", "api_key": "aaaaa-bbbbb-ccccc-12345678"}
FACT = {
    "identity_url": "https://identity.api.rackspacecloud.com/v2.0",
    "username": "demoauthor",
    "tenant_id": "123456",
    "default_region": "DFW",
    "expires": "2015-06-05T16:24:57Z",
    "endpoints": full_catalog(),
    "complete": True,
}


@pytest.fixture(autouse=True)
def before_the_fact_expires(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 12, 0, 0, tzinfo=timezone.utc)


def lookup(*terms: object, variables: Mapping[str, Any] | None = None, **options: Any) -> list[Any]:
    loader = DataLoader()
    templar = Templar(loader, variables=variables or {})
    plugin = lookup_loader.get("rackspace.identity.rax_endpoint", loader=loader, templar=templar)
    return list(plugin.run(list(terms), variables, **options))


def failure(kind: type[AnsibleError], *terms: object, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        lookup(*terms, **options)
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_returns_one_url(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup(type="object-store", region="DFW", **LOGIN) == [FILES_DFW]
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    assert wire.only.json == sample("request_api_key")


def test_terms_are_service_types(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup("object-store", "rax:dns", region="dfw", **LOGIN) == [FILES_DFW, DNS]
    assert len(wire.sent) == 1


def test_login_from_variables(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup("rax:dns", variables={f"rax_{name}": value for name, value in LOGIN.items()}) == [DNS]
    assert wire.only.json == sample("request_api_key")


def test_login_from_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LOGIN.items():
        monkeypatch.setenv(f"RAX_{name.upper()}", value)
    wire.respond(200, sample("login"))
    assert lookup("rax:dns") == [DNS]
    assert wire.only.json == sample("request_api_key")


@pytest.mark.parametrize("options", [{}, LOGIN, {"identity_url": "https://identity.api.rackspacecloud.com"}])
def test_fact_of_the_same_login_is_used(wire: FakeWire, options: dict[str, str]) -> None:
    variables = {"ansible_facts": {"rax_identity": FACT}}
    assert lookup("object-store", "rax:dns", variables=variables, **options) == [FILES_DFW, DNS]
    assert wire.sent == []


def test_fact_of_another_login_is_not_used(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    variables = {"ansible_facts": {"rax_identity": {**FACT, "username": "other"}}}
    assert lookup("rax:dns", variables=variables, **LOGIN) == [DNS]
    assert len(wire.sent) == 1


@pytest.mark.parametrize("variables", [{}, {"ansible_facts": None}, {"ansible_facts": {}}])
def test_without_a_fact_it_logs_in(wire: FakeWire, variables: dict[str, Any]) -> None:
    wire.respond(200, sample("login"))
    assert lookup("rax:dns", variables=variables, **LOGIN) == [DNS]


def test_unknown_region(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert failure(AnsibleLookupError, "object-store", region="XXX", **LOGIN) == (
        "The service type object-store has no endpoint in region XXX. Regions: DFW, HKG, IAD, SYD. "
        "(error.kind: no_endpoint)"
    )


def test_no_credentials(wire: FakeWire) -> None:
    text = failure(AnsibleLookupError, "object-store")
    assert text.startswith("There are no credentials. Give one of: username and api_key, ")
    assert text.endswith("(error.kind: missing_credentials)")


def test_more_than_one_way_to_log_in(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_PASSWORD", "secret1")
    text = failure(AnsibleLookupError, "object-store", variables={"rax_token": "secret2"}, api_key="secret3")
    assert text == (
        "There is more than one way to log in: api_key (the option api_key) and password (the environment variable "
        "RAX_PASSWORD) and token (the variable rax_token). Remove all but one. (error.kind: ambiguous_credentials)"
    )


def test_no_service_is_given(wire: FakeWire) -> None:
    assert failure(AnsibleOptionsError, **LOGIN) == (
        "Say which service: with type=, for example type='object-store', or with name=. (error.kind: bad_request)"
    )


def test_wrong_password(wire: FakeWire) -> None:
    wire.respond(401, {"unauthorized": {"message": "no p4ssw0rd"}})
    text = failure(AnsibleLookupError, "object-store", username="u", password="p4ssw0rd", on_missing="empty")
    assert text == (
        "Logging in as u with a password failed: identity.api.rackspacecloud.com responded with 401 unauthorized. "
        "Check username and password. (error.kind: unauthorized)"
    )


def test_missing_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    assert failure(AnsibleLookupError, "object-store", **LOGIN) == missing_required_lib("requests")
