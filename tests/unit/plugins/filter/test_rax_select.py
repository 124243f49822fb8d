# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter rax_select: the choice of the lookup rax_endpoint, from endpoints that are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.rackspace.identity.plugins.filter.rax_select import FilterModule
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.catalog import Catalog
from ansible_collections.rackspace.identity.plugins.module_utils._operations import endpoint as endpoint_operation
from ansible_collections.rackspace.identity.plugins.plugin_utils import _memo
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    endpoint,
    full_catalog,
)
from ansible_collections.rackspace.identity.tests.unit.support.templating import trust_as_template

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
FILES_IAD = f"https://storage101.iad3.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
FACT = {"default_region": "IAD", "endpoints": full_catalog()}
NOT_ENDPOINTS = (
    "rax_select: The input is not a list of endpoints. Give the endpoints that rax_identity_token returns, or the fact "
    "rax_identity. (error.kind: bad_request)"
)


def select(value: object, **given: Any) -> Any:
    return FilterModule().filters()["rax_select"](value, **given)


def failure(value: object, **given: Any) -> str:
    with pytest.raises(AnsibleFilterError) as caught:
        select(value, **given)
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_it_is_the_only_filter() -> None:
    assert list(FilterModule().filters()) == ["rax_select"]


def test_it_never_sends_anything(wire: FakeWire) -> None:
    assert select(full_catalog(), type="rax:dns") == DNS
    assert wire.sent == []


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"type": "object-store", "region": "DFW"}, FILES_DFW),
        ({"type": "OBJECT-STORE", "region": "dfw"}, FILES_DFW),
        ({"service_type": "object-store", "region": "DFW"}, FILES_DFW),
        ({"name": "cloudFiles", "region": "DFW"}, FILES_DFW),
        ({"service_name": "cloudfiles", "region": "DFW", "tenant": FILES_TENANT}, FILES_DFW),
        ({"type": "rax:dns"}, DNS),
        ({"type": "rax:dns", "region": "SYD"}, DNS),
        (
            {"type": "compute", "region": "DFW", "version": "2"},
            "https://dfw.servers.api.rackspacecloud.com/v2/123456",
        ),
        (
            {"type": "object-store", "region": "DFW", "interface": "internal"},
            f"https://snet-storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}",
        ),
        ({"type": "object-store", "region": "DFW", "all": "no", "detail": False, "on_missing": "error"}, FILES_DFW),
        ({"type": "object-store", "region": "DFW", "name": None, "version": None, "default": None}, FILES_DFW),
    ],
)
def test_returns_one_url(given: dict[str, Any], url: str) -> None:
    assert select(full_catalog(), **given) == url
    assert select(FACT, **given) == url


def test_default_region_comes_from_the_fact() -> None:
    assert select(FACT, type="object-store") == FILES_IAD
    assert select({**FACT, "default_region": "dfw"}, type="object-store") == FILES_DFW


@pytest.mark.parametrize("region", [None, "", "XXX", 5, ["DFW"]])
def test_fact_without_a_default_region(region: object) -> None:
    assert failure({**FACT, "default_region": region}, type="object-store") == (
        "rax_select: The service type object-store has several endpoints. Say which with region=: DFW, HKG, IAD, SYD. "
        "(error.kind: ambiguous_endpoint)"
    )


def test_list_has_no_default_region() -> None:
    assert failure(full_catalog(), type="object-store").endswith("(error.kind: ambiguous_endpoint)")


def test_only_region_of_a_service() -> None:
    assert select(full_catalog(), type="rax:cdn") == "https://global.cdn.api.rackspacecloud.com/v1.0/123456"


def test_detail_returns_the_endpoint() -> None:
    found = select(full_catalog(), type="object-store", region="DFW", detail=True)
    assert (found["service_name"], found["region"], found["public_url"]) == ("cloudFiles", "DFW", FILES_DFW)
    assert set(found) == set(endpoint("t", "n"))


@pytest.mark.parametrize("all_", [True, "yes", 1, "True"])
def test_all_returns_every_match(all_: object) -> None:
    found = select(full_catalog(), type="object-store", all=all_, detail=True)
    assert [match["region"] for match in found] == ["DFW", "HKG", "IAD", "SYD"]
    assert select(full_catalog(), type="rax:dns", all=all_) == [DNS]


def test_all_without_a_type_is_the_whole_catalog() -> None:
    assert len(select(FACT, all=True)) == 59


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ({"on_missing": "empty"}, ""),
        ({"on_missing": "empty", "all": True}, []),
        ({"on_missing": "default", "default": "none"}, "none"),
        ({"on_missing": "default", "default": {"a": 1}}, {"a": 1}),
        ({"on_missing": "default", "default": "none", "all": True}, ["none"]),
        ({"on_missing": "default"}, None),
    ],
)
@pytest.mark.parametrize("value", [full_catalog(), FACT, [], {"endpoints": []}])
def test_no_match_that_is_not_an_error(value: object, given: dict[str, Any], result: object) -> None:
    assert select(value, type="rax:nonsense", **given) == result


@pytest.mark.parametrize(
    ("value", "given", "text"),
    [
        (
            full_catalog(),
            {"type": "object-store", "region": "XXX"},
            (
                "The service type object-store has no endpoint in region XXX. Regions: DFW, HKG, IAD, SYD. "
                "(error.kind: no_endpoint)"
            ),
        ),
        (
            [],
            {"type": "object-store"},
            (
                "The catalog of this login is empty. Log in with an API key, with a tenant_id that has services, and "
                "not with include_endpoints=false. (error.kind: no_endpoint)"
            ),
        ),
        (
            [endpoint("compute", "one"), endpoint("compute", "two")],
            {"type": "compute", "on_missing": "empty"},
            (
                "The service type compute is offered by several services. Say which with name=: one, two. "
                "(error.kind: ambiguous_endpoint)"
            ),
        ),
        (
            full_catalog(),
            {},
            "Say which service: with type=, for example type='object-store', or with name=. (error.kind: bad_request)",
        ),
        (
            full_catalog(),
            {"type": "compute", "default": "x"},
            "default= requires on_missing='default'. (error.kind: bad_request)",
        ),
        (
            full_catalog(),
            {"regoin": "DFW"},
            (
                "Unknown option regoin. Options: all, default, detail, interface, name, on_missing, region, tenant, "
                "type, version. (error.kind: bad_request)"
            ),
        ),
        (
            full_catalog(),
            {"type": "compute", "service_type": "compute"},
            "type is given twice, once under another name. (error.kind: bad_request)",
        ),
        (
            full_catalog(),
            {"type": "compute", "interface": "secret"},
            "interface must be one of public, internal, admin. (error.kind: bad_request)",
        ),
        (
            full_catalog(),
            {"type": "compute", "on_missing": "ignore"},
            "on_missing must be one of error, empty, default. (error.kind: bad_request)",
        ),
        (full_catalog(), {"type": ["compute"]}, "type must be a string. (error.kind: bad_request)"),
        (full_catalog(), {"type": "x", "region": {"a": 1}}, "region must be a string. (error.kind: bad_request)"),
        (full_catalog(), {"type": "x", "version": ("2",)}, "version must be a string. (error.kind: bad_request)"),
        (full_catalog(), {"type": "x", "all": "ture"}, "all must be true or false. (error.kind: bad_request)"),
        (full_catalog(), {"type": "x", "detail": "2"}, "detail must be true or false. (error.kind: bad_request)"),
    ],
)
def test_messages(value: object, given: dict[str, Any], text: str) -> None:
    assert failure(value, **given) == f"rax_select: {text}"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "string",
        5,
        {},
        {"endpoints": None},
        {"endpoints": "string"},
        {"endpoints": {"a": 1}},
        ["string"],
        [{"service_type": "compute"}],
        [{**full_catalog()[0], "region": 5}],
        [{**full_catalog()[0], "version": None}],
    ],
)
def test_input_that_is_not_a_list_of_endpoints(value: object) -> None:
    assert failure(value, type="compute") == NOT_ENDPOINTS


# The same choice again.


@pytest.fixture
def choices(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Record the service types that were searched for, in a process that has stored nothing yet."""
    made: list[object] = []
    choose = endpoint_operation.choose

    def counted(catalog: Catalog, service_type: str | None, options: Mapping[str, Any]) -> list[Any]:
        made.append(service_type)
        return choose(catalog, service_type, options)

    monkeypatch.setattr(_memo, "_results", {})
    monkeypatch.setattr(_memo, "_inputs", set())
    monkeypatch.setattr(endpoint_operation, "choose", counted)
    return made


@pytest.mark.parametrize("value", [full_catalog(), FACT])
def test_the_same_choice_is_made_once(choices: list[object], value: object) -> None:
    assert [select(value, type="rax:dns") for _time in range(100)] == [DNS] * 100
    assert choices == ["rax:dns"]


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ({"on_missing": "empty"}, ""),
        ({"on_missing": "empty", "all": True}, []),
        ({"on_missing": "default"}, None),
        ({"on_missing": "default", "default": "none"}, "none"),
    ],
)
def test_no_match_is_stored_too(choices: list[object], given: dict[str, Any], result: object) -> None:
    endpoints = full_catalog()
    assert [select(endpoints, type="rax:nonsense", **given) for _time in range(3)] == [result] * 3
    assert choices == ["rax:nonsense"]


def test_another_list_is_another_choice(choices: list[object]) -> None:
    for _time in range(20):
        # The next list can get the id() of one that is gone.
        for url in ("https://one.example.com", "https://other.example.com"):
            assert select([endpoint("rax:dns", "d", public_url=url)], type="rax:dns") == url
    assert len(choices) == 40


def test_equal_lists_are_two_inputs(choices: list[object]) -> None:
    one, other = full_catalog(), full_catalog()
    assert select(one, type="rax:dns") == select(other, type="rax:dns") == DNS
    assert len(choices) == 2


def test_other_options_are_another_choice(choices: list[object]) -> None:
    endpoints = full_catalog()
    for _time in range(2):
        assert select(endpoints, type="object-store", region="DFW") == FILES_DFW
        assert select(endpoints, type="object-store", region="IAD") == FILES_IAD
        assert select(endpoints, type="rax:dns") == DNS
        assert select(endpoints, type="rax:dns", all=True) == [DNS]
    assert len(choices) == 4


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, 1.0), ("1", 1)])
def test_equal_defaults_of_different_types_are_different_choices(
    choices: list[object], one: object, other: object
) -> None:
    endpoints = full_catalog()
    for default in (one, other, one, other):
        assert repr(select(endpoints, type="x", on_missing="default", default=default)) == repr(default)
    assert len(choices) == 2


def test_choices_with_unhashable_defaults_are_made_each_time(choices: list[object]) -> None:
    endpoints = full_catalog()
    for default in ({"a": 1}, {"a": 2}, [1], [2], {"a": 1}):
        assert select(endpoints, type="x", on_missing="default", default=default) == default
    assert len(choices) == 5
    assert _memo._results == {}


def test_errors_are_not_stored(choices: list[object]) -> None:
    endpoints = full_catalog()
    for _time in range(2):
        assert failure(endpoints, type="rax:nonsense").endswith("(error.kind: no_endpoint)")
        assert failure(endpoints, type="compute", all="ture").endswith("(error.kind: bad_request)")
    assert choices == ["rax:nonsense"] * 2
    assert _memo._results == {}


def test_changing_a_result_does_not_change_the_next(choices: list[object]) -> None:
    endpoints = full_catalog()
    for _time in range(3):
        found = select(endpoints, type="rax:dns", all=True)
        assert found == [DNS]
        found.append("more")
    assert len(choices) == 1


def test_a_loop_of_a_template_chooses_once(choices: list[object]) -> None:
    templar = Templar(DataLoader(), variables={"fact": FACT})
    call = "{{ mine | rackspace.identity.rax_select(type='rax:dns') }}"
    # Before ansible-core 2.19 each mention of a variable in a template is another copy of it.
    template = "{% set mine = fact %}{% for number in range(50) %}" + call + " {% endfor %}"
    assert templar.template(trust_as_template(template)).split() == [DNS] * 50
    assert len(choices) == 1


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("endpoints | rackspace.identity.rax_select(type='object-store', region='DFW')", FILES_DFW),
        ("fact | rackspace.identity.rax_select(type='object-store')", FILES_IAD),
        ("(fact | rackspace.identity.rax_select(type='rax:dns', detail=true)).service_name", "cloudDNS"),
        ("fact | rackspace.identity.rax_select(name='cloudFiles', all=true) | first", FILES_DFW),
    ],
)
def test_works_in_a_template(expression: str, result: object) -> None:
    templar = Templar(DataLoader(), variables={"endpoints": full_catalog(), "fact": FACT})
    assert templar.template(trust_as_template(f"{{{{ {expression} }}}}")) == result
