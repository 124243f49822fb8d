# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two shapes of the catalog: services with their endpoints, and the flat list that users see."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import (
    endpoint_key,
    flatten,
    flatten_endpoint,
    group_by_service,
    sort_services,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Service, ServiceEndpoint
from ansible_collections.rackspace.identity.tests.unit.support.samples import endpoint, full_access, full_catalog

DFW: ServiceEndpoint = {"region": "DFW", "public_url": "https://dfw/"}
ORD: ServiceEndpoint = {"region": "ORD", "public_url": "https://ord/"}


def test_flat_endpoint_has_every_key() -> None:
    assert flatten_endpoint(Service("compute", "servers", [DFW]), DFW) == {
        "service_name": "servers",
        "service_type": "compute",
        "region": "DFW",
        "tenant_id": None,
        "public_url": "https://dfw/",
        "internal_url": None,
        "admin_url": None,
        "version": {"id": None, "info": None, "list": None},
        "v1_default": None,
    }


def test_flat_endpoint_keeps_what_the_collection_does_not_know() -> None:
    assert flatten_endpoint(Service("a", "one", ()), {"extra": {"id": 7}})["extra"] == {"id": 7}
    assert "extra" not in flatten_endpoint(Service("a", "one", ()), {"extra": {}})


def test_grouping_undoes_flattening() -> None:
    assert flatten(group_by_service(full_catalog())) == full_catalog() == flatten(full_access().services)


def test_grouping_tells_services_apart_by_type_and_name() -> None:
    flat = [endpoint("a", "one", "DFW"), endpoint("a", "two"), endpoint("b", "one"), endpoint("a", "one", "ORD")]
    services = group_by_service(flat)
    assert [(one.type, one.name, len(one.endpoints)) for one in services] == [
        ("a", "one", 2),
        ("a", "two", 1),
        ("b", "one", 1),
    ]


def test_services_and_endpoints_are_sorted() -> None:
    unsorted = [Service("b", "two", [ORD, DFW]), Service("a", None, [DFW]), Service(None, "x", [ORD])]
    assert sort_services(unsorted) == (
        Service(None, "x", [ORD]),
        Service("a", None, [DFW]),
        Service("b", "two", [DFW, ORD]),
    )


def test_parts_of_one_service_are_joined_without_duplicates() -> None:
    again: ServiceEndpoint = {**DFW, "extra": {"id": 7}}
    assert sort_services([Service("a", "one", [ORD]), Service("a", "one", [DFW, again])]) == (
        Service("a", "one", [DFW, ORD]),
    )


def test_service_without_endpoints_is_left_out() -> None:
    assert sort_services([Service("a", "one", [])]) == ()


def test_key_of_an_endpoint() -> None:
    one = endpoint("a", "one", "DFW", internal_url="https://snet/", admin_url="https://admin/")
    one["version"] = {"id": "2", "info": "https://info/", "list": None}
    assert endpoint_key(one) == (
        "DFW",
        "123456",
        "2",
        "https://DFW.one.example.com/",
        "https://snet/",
        "https://admin/",
    )
    assert endpoint_key({}) == ("",) * 6
