# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A catalog made of a flat list of endpoints, which may come from anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.catalog import (
    Catalog,
    catalog_from_endpoints,
    handed_over,
    taken_over,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, full_catalog


def with_endpoint(**changes: Any) -> list[Any]:
    """Return a list of endpoints, the first of which differs in these fields."""
    first, *others = full_catalog()
    return [{**first, **changes}, *others]


def contents(catalog: Catalog | None) -> tuple[Any, str | None]:
    assert catalog
    return flatten(catalog.services), catalog.default_region


def test_catalog_in_a_list_of_endpoints() -> None:
    assert contents(catalog_from_endpoints(full_catalog(), "DFW")) == (full_catalog(), "DFW")


def test_catalog_in_a_list_from_a_fact_cache() -> None:
    assert contents(catalog_from_endpoints(json.loads(json.dumps(full_catalog())), "DFW")) == (full_catalog(), "DFW")


@pytest.mark.parametrize("region", ["DFW", None])
def test_catalog_that_an_action_hands_over(region: str | None) -> None:
    catalog = catalog_from_endpoints(full_catalog(), region)
    assert catalog
    assert contents(taken_over(json.loads(json.dumps(handed_over(catalog))))) == (full_catalog(), region)


@pytest.mark.parametrize("value", [None, "text", [], {}, {"endpoints": None}, {"endpoints": [{}]}])
def test_nothing_that_was_handed_over(value: object) -> None:
    assert taken_over(value) is None


def test_catalog_has_the_services_of_the_login() -> None:
    catalog = catalog_from_endpoints(full_catalog(), None)
    assert catalog
    assert [(one.type, one.name) for one in catalog.services] == [
        (one.type, one.name) for one in full_access().services
    ]


def test_empty_list_is_an_empty_catalog() -> None:
    assert contents(catalog_from_endpoints([], "DFW")) == ([], "DFW")


@pytest.mark.parametrize("default_region", [None, 5, ["DFW"], {"DFW": 1}, True])
def test_default_region_that_is_not_a_string(default_region: object) -> None:
    assert contents(catalog_from_endpoints(full_catalog(), default_region)) == (full_catalog(), None)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        5,
        {},
        {"endpoints": full_catalog()},
        tuple(full_catalog()),
        ["text"],
        [None],
        [[]],
        [{}],
        [{"service_type": "compute"}],
        [*full_catalog(), "text"],
        with_endpoint(version=None),
        with_endpoint(version={}),
        with_endpoint(version="2"),
        with_endpoint(version={"id": 2}),
        with_endpoint(version={"id": ["2"]}),
        with_endpoint(region=5),
        with_endpoint(region=True),
        with_endpoint(service_type=["compute"]),
        with_endpoint(service_name={}),
        with_endpoint(tenant_id=123456),
        with_endpoint(public_url={}),
        with_endpoint(internal_url=0),
        with_endpoint(admin_url=b"https://x"),
    ],
)
def test_values_that_are_not_a_list_of_endpoints(value: object) -> None:
    assert catalog_from_endpoints(value, None) is None


@pytest.mark.parametrize("missing", ["service_name", "service_type", "region", "tenant_id", "public_url", "version"])
def test_endpoint_without_a_field(missing: str) -> None:
    first, *others = full_catalog()
    cut = {name: value for name, value in first.items() if name != missing}
    assert catalog_from_endpoints([cut, *others], None) is None


@pytest.mark.parametrize("name", ["service_name", "service_type", "region", "tenant_id", "public_url", "admin_url"])
def test_fields_may_be_null(name: str) -> None:
    assert contents(catalog_from_endpoints(with_endpoint(**{name: None}), None))[0]


def test_strings_of_ansible_are_strings() -> None:
    class AnsibleString(str):
        __slots__ = ()

    endpoints = [{**full_catalog()[0], "region": AnsibleString("DFW")}]
    assert contents(catalog_from_endpoints(endpoints, AnsibleString("ORD"))) == (endpoints, "ORD")
