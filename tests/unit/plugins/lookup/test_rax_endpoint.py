# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rax_endpoint, from its options to the wire."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib

from ansible_collections.rackspace.identity.plugins.filter.rax_select import FilterModule
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.tests.unit.support.caching import Task
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.lookup_run import run_lookup
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    changed_login,
    full_catalog,
    sample,
)

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
LOGIN: dict[str, Any] = {"username": "demoauthor", "api_key": "aaaaa-bbbbb-ccccc-12345678"}
CANNOT = "No credentials were given, and the fact rax_identity of this host cannot stand in for them: it"
AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."

pytestmark = pytest.mark.usefixtures("new_process")


@pytest.fixture(autouse=True)
def before_the_fact_expires(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 12, 0, 0, tzinfo=timezone.utc)


def lookup(*terms: object, variables: Mapping[str, Any] | None = None, **options: Any) -> list[Any]:
    return run_lookup("rax_endpoint", terms, options, variables=variables)


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


OMITTED = ["__omit_place_holder__0123456789"]
with contextlib.suppress(ImportError):
    # Since ansible-core 2.19.
    from ansible._internal._templating._utils import Omit

    OMITTED.append(Omit)


@pytest.mark.parametrize("omit", OMITTED, ids=["string", "object"][: len(OMITTED)])
def test_omit_is_not_given(wire: FakeWire, omit: Any) -> None:
    wire.respond(200, sample("login"))
    given = {"service_type": omit, "tenant_id": omit, "region": omit, "min_ttl": omit, "default": omit}
    assert lookup(omit, type="rax:dns", **given, **LOGIN) == [DNS]
    assert FilterModule().filters()["rax_select"](full_catalog(), type="rax:dns", region=omit, default=omit) == DNS


@pytest.mark.parametrize("omit", OMITTED, ids=["string", "object"][: len(OMITTED)])
def test_omit_in_a_list_is_not_given(wire: FakeWire, omit: Any) -> None:
    wire.respond(200, sample("login"))
    assert lookup([omit, ["rax:dns", omit]], **LOGIN) == [DNS]


def test_the_keys_and_values_of_a_dictionary_are_lists(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    types = {"rax:dns": "rax:dns"}
    assert lookup(types.keys(), types.values(), **LOGIN) == [DNS, DNS]


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


@pytest.fixture
def fact(wire: FakeWire, task: Task) -> dict[str, Any]:
    """Log in as another task of the host did, with a filter, and return the fact that this leaves."""
    wire.respond(200, sample("login"))
    result = task.run(identity_token, service_type=["compute"], identity_url="https://id.example.com")
    wire.sent.clear()
    found: dict[str, Any] = result["ansible_facts"]["rax_identity"]
    return found


def write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def of_host(fact: object, task: Task, **others: Any) -> dict[str, Any]:
    """Return the variables of a host with this fact."""
    return {"ansible_facts": {"rax_identity": fact}, "rax_cache_dir": str(task.directory), **others}


def test_the_login_that_the_fact_describes_is_used(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    # All of its catalog: the filter is only about what the fact shows.
    assert fact["complete"] is False
    assert lookup("object-store", "rax:dns", region="DFW", variables=of_host(fact, task)) == [FILES_DFW, DNS]
    assert wire.sent == []


def test_a_fact_from_a_fact_cache_is_used(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(fact))
    assert lookup("rax:dns", variables=of_host(stored, task)) == [DNS]
    assert wire.sent == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"login_ref": None}, "does not refer to a cached login (login_ref)"),
        (
            {"login_ref": "0" * 64 + "." + "0" * 64},
            "was not written by a login with this token cache, or was changed since (login_ref)",
        ),
        (
            {"endpoints": [], "complete": True},
            "was not written by a login with this token cache, or was changed since (login_ref)",
        ),
        (
            {"identity_url": "http://elsewhere/v2.0"},
            "was not written by a login with this token cache, or was changed since (login_ref)",
        ),
    ],
)
def test_a_fact_that_a_host_could_have_written_is_not_used(
    wire: FakeWire, task: Task, fact: dict[str, Any], changed: dict[str, Any], why: str
) -> None:
    text = failure(AnsibleLookupError, "rax:dns", variables=of_host({**fact, **changed}, task))
    assert text == f"{CANNOT} {why}. {AGAIN} (error.kind: missing_credentials)"
    assert wire.sent == []


def test_a_fact_whose_login_has_ended_is_not_used(
    wire: FakeWire, task: Task, fact: dict[str, Any], clock: FakeClock
) -> None:
    clock.move(days=1)
    text = failure(AnsibleLookupError, "rax:dns", variables=of_host(fact, task))
    assert text == f"{CANNOT} belongs to a login that has ended. {AGAIN} (error.kind: missing_credentials)"


@pytest.mark.parametrize("source", ["option", "variable", "environment", "file"])
def test_a_login_that_is_described_comes_before_the_fact(
    wire: FakeWire, task: Task, fact: dict[str, Any], home: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    account_b = {"username": "other", "api_key": "keysecret"}
    if source == "environment":
        for name, value in account_b.items():
            monkeypatch.setenv(f"RAX_{name.upper()}", value)
    if source == "file":
        lines = ["[rackspace_cloud]", *(f"{name} = {value}" for name, value in account_b.items())]
        (home / ".rackspace_cloud_credentials").write_text("\n".join(lines), encoding="utf-8")
        (home / ".rackspace_cloud_credentials").chmod(0o600)
    variables = {f"rax_{name}": value for name, value in account_b.items()} if source == "variable" else {}
    catalog_of_b = [{"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://b.example.com"}]}]
    wire.respond(200, changed_login(serviceCatalog=catalog_of_b))
    options = account_b if source == "option" else {}
    assert lookup("rax:dns", variables=of_host(fact, task, **variables), **options) == ["https://b.example.com"]
    assert wire.only.json["auth"]["RAX-KSKEY:apiKeyCredentials"]["username"] == "other"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"


CLOUDS = """
clouds:
  prod:
    profile: rackspace
    auth: {username: other, api_key: keysecret}
"""
SECTION = """
[rackspace_cloud]
username = other
api_key = keysecret
"""


@pytest.mark.parametrize(
    ("name", "text"), [(".rackspace_cloud_credentials", SECTION), (".config/openstack/clouds.yaml", CLOUDS)]
)
def test_a_file_that_describes_a_login_replaces_the_fact_as_soon_as_it_is_there(
    wire: FakeWire,
    task: Task,
    fact: dict[str, Any],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
) -> None:
    if name.endswith(".yaml"):
        monkeypatch.setenv("OS_CLOUD", "prod")
    variables = of_host(fact, task)
    assert lookup("rax:dns", variables=variables) == [DNS]
    write_private(home / name, text)
    catalog_of_b = [{"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://b.example.com"}]}]
    wire.respond(200, changed_login(serviceCatalog=catalog_of_b))
    assert lookup("rax:dns", variables=variables) == ["https://b.example.com"]


@pytest.mark.parametrize(
    ("cloud", "name", "text"),
    [
        ("prod", ".config/openstack/secure.yaml", "clouds: {prod: {auth: {username: third}}}"),
        ("prod", "nearer.yaml", CLOUDS.replace("other", "third")),
        # For the variable of OpenStack, which only hints at an entry.
        ("", ".rackspace_cloud_credentials", SECTION.replace("other", "third")),
    ],
)
def test_a_nearer_file_replaces_the_login_as_soon_as_it_is_there(
    wire: FakeWire, task: Task, home: Path, monkeypatch: pytest.MonkeyPatch, cloud: str, name: str, text: str
) -> None:
    monkeypatch.setenv("OS_CLOUD", "prod")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(home / "nearer.yaml"))
    write_private(home / ".config/openstack/clouds.yaml", CLOUDS)
    variables = {"rax_cache_dir": str(task.directory), "rax_cloud": cloud}
    wire.respond(200, sample("login"))
    # The second one only looks into the cache.
    assert [lookup("rax:dns", variables=variables) for _number in range(3)] == [[DNS]] * 3
    write_private(home / name, text)
    catalog_of_b = [{"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://b.example.com"}]}]
    wire.respond(200, changed_login(serviceCatalog=catalog_of_b))
    assert lookup("rax:dns", variables=variables) == ["https://b.example.com"]
    users = [sent.json["auth"]["RAX-KSKEY:apiKeyCredentials"]["username"] for sent in wire.sent]
    assert users == ["other", "third"]


def test_a_fact_does_not_complete_a_login(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    text = failure(AnsibleLookupError, "rax:dns", variables=of_host(fact, task), username="demoauthor")
    assert text.startswith("The credentials of demoauthor (the option username) are missing. ")
    assert "The fact rax_identity of this host was not used, since " in text
    assert wire.sent == []


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
    assert text.startswith("No credentials were given. Give one of: username and api_key, ")
    assert text.endswith("(error.kind: missing_credentials)")


def test_nearest_way_to_log_in_is_taken(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_PASSWORD", "secret1")
    wire.respond(401)
    variables = {"rax_token": "secret2", "rax_username": LOGIN["username"]}
    text = failure(AnsibleLookupError, "object-store", variables=variables, api_key=LOGIN["api_key"])
    assert wire.only.json == sample("request_api_key")
    assert text.endswith(
        " The api_key came from the option api_key. Not used: token (the variable rax_token), password (the "
        "environment variable RAX_PASSWORD). (error.kind: unauthorized)"
    )
    assert "secret" not in text


def test_key_and_password_side_by_side(wire: FakeWire) -> None:
    text = failure(AnsibleLookupError, "object-store", password="secret1", **LOGIN)
    assert text == (
        "api_key and password are both given: api_key (the option api_key) and password (the option password). "
        "Remove one of them. (error.kind: ambiguous_credentials)"
    )
    assert wire.sent == []


def test_two_tenants_are_named_with_their_sources(wire: FakeWire) -> None:
    text = failure(
        AnsibleOptionsError,
        "object-store",
        variables={"rax_tenant_id": "123456", "rax_tenant_name": "demo"},
        **LOGIN,
    )
    assert text == (
        "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the variable "
        "rax_tenant_id) and tenant_name (the variable rax_tenant_name). (error.kind: bad_request)"
    )
    assert wire.sent == []


@pytest.mark.parametrize("given", [{}, {"tenant_name": "demo"}])
def test_the_nearest_tenant_is_asked_for(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setenv("RAX_TENANT_NAME" if not given else "RAX_TENANT_ID", "of the environment")
    wire.respond(200, sample("login"))
    lookup("rax:dns", variables={"rax_tenant_id": "of a variable"}, **given, **LOGIN)
    tenant = {"tenantName": "demo"} if given else {"tenantId": "of a variable"}
    assert {name: value for name, value in wire.only.json["auth"].items() if name.startswith("tenant")} == tenant


def test_credentials_file_that_is_not_needed_is_not_opened(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_CREDS_FILE", "/nonexistent/creds")
    wire.respond(200, sample("login"))
    assert lookup("rax:dns", **LOGIN) == [DNS]


# Terms and blanks.


def test_a_term_that_is_a_list_stands_for_its_members(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup(["object-store", ["rax:dns"]], "rax:dns", region="DFW", **LOGIN) == [FILES_DFW, DNS, DNS]
    assert len(wire.sent) == 1


def test_a_term_that_is_a_dictionary_is_refused_and_not_shown(wire: FakeWire) -> None:
    for term in ({"id": "t0ken"}, ["object-store", [{"type": "t0ken"}]]):
        with pytest.raises(AnsibleError) as caught:
            lookup(term, **LOGIN)
        assert str(caught.value) == (
            "A term must be a string, not a dictionary. Give options as NAME=VALUE. (error.kind: bad_request)"
        )
    assert wire.sent == []


@pytest.mark.parametrize(
    ("terms", "options"),
    [
        ([" object-store\t"], {"region": " DFW "}),
        (["\u200bobject-store\ufeff"], {"region": "DFW\u200b"}),
        ([], {"type": "object-store ", "region": "DFW\n"}),
        ([], {"name": " cloudFiles ", "region": "DFW"}),
        ([], {"name": "cloudFiles", "default_region": " DFW "}),
    ],
)
def test_blanks_do_not_count(wire: FakeWire, terms: list[str], options: dict[str, Any]) -> None:
    wire.respond(200, sample("login"))
    assert lookup(*terms, **options, **LOGIN) == [FILES_DFW]


@pytest.mark.parametrize("wantlist", [True, False])
def test_a_with_loop_passes_wantlist(wire: FakeWire, wantlist: bool) -> None:
    wire.respond(200, sample("login"))
    assert lookup("rax:dns", wantlist=wantlist, **LOGIN) == [DNS]


def test_service_name_given_as_a_type(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    text = failure(AnsibleLookupError, type="cloudFiles", **LOGIN)
    assert "name=" in text
    assert text.endswith("(error.kind: no_endpoint)")


def test_default_region_comes_before_that_of_the_user(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_REGION", "IAD")
    wire.respond(200, sample("login"))
    (in_iad,) = lookup("object-store", **LOGIN)
    assert ".iad3." in in_iad
    assert lookup("object-store", variables={"rax_region": "DFW"}, **LOGIN) == [FILES_DFW]
    assert lookup("object-store", default_region="DFW", **LOGIN) == [FILES_DFW]
    assert lookup("object-store", region="DFW", **LOGIN) == [FILES_DFW]
    assert len(wire.sent) == 1


@pytest.mark.parametrize("regions", ["IAD,DFW", "all", " ALL "])
def test_default_region_is_one_region(monkeypatch: pytest.MonkeyPatch, regions: str) -> None:
    # Tools that use RAX_REGION take these. The region of the user would be another one.
    monkeypatch.setenv("RAX_REGION", regions)
    assert failure(AnsibleOptionsError, "object-store", **LOGIN) == (
        "default_region (the environment variable RAX_REGION) must be a single region, not a list and not all of them. "
        "(error.kind: bad_request)"
    )


def test_a_host_cannot_choose_where_credentials_are_sent(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", LOGIN["username"])
    monkeypatch.setenv("RAX_API_KEY", LOGIN["api_key"])
    facts = {"rax_identity_url": "http://elsewhere/v2.0", "rax_proxy": "http://elsewhere:1"}
    wire.respond(200, sample("login"))
    assert lookup("rax:dns", variables={**facts, "ansible_facts": facts}) == [DNS]
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    assert wire.only.proxies == {}


def test_no_service_is_given(wire: FakeWire) -> None:
    assert failure(AnsibleOptionsError, **LOGIN) == (
        "Say which service: with type=, for example type='object-store', or with name=. (error.kind: bad_request)"
    )


def test_wrong_password(wire: FakeWire) -> None:
    wire.respond(401, {"unauthorized": {"message": "no p4ssw0rd"}})
    text = failure(AnsibleLookupError, "object-store", username="u", password="p4ssw0rd", on_missing="empty")
    assert text == (
        "Logging in as u with a password failed: identity.api.rackspacecloud.com responded with 401 unauthorized: "
        "no ********. Check username and password. If it is an API key, as in password of the former rax modules, give "
        "it as api_key. (error.kind: unauthorized)"
    )


@pytest.mark.parametrize("is_variable", [True, False])
@pytest.mark.parametrize("name", ["tenant_id", "tenant_name"])
def test_a_refused_tenant_that_yaml_read_as_a_number_is_named(wire: FakeWire, name: str, is_variable: bool) -> None:
    # 0123456, as YAML reads it.
    given = {"variables": {f"rax_{name}": 42798}} if is_variable else {name: 42798}
    wire.respond(401, {"unauthorized": {"message": "no"}})
    text = failure(AnsibleLookupError, "object-store", **LOGIN, **given)
    hint = f"{name} was read as the number 42798: if it was written with a 0 in front, quote it."
    assert text.endswith(f" {hint} (error.kind: unauthorized)")
    # Also where the refusal is remembered.
    text = failure(AnsibleLookupError, "object-store", **LOGIN, **given)
    assert f" {hint} The service refused this login moments ago" in text
    assert len(wire.sent) == 1


def test_missing_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    assert (
        failure(AnsibleLookupError, "object-store", **LOGIN)
        == f"{missing_required_lib('requests')} (error.kind: missing_library)"
    )
