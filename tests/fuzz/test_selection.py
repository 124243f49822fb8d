# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The choice of endpoints against a slow and obvious model of its five rules."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.selection import (
    Criteria,
    find_endpoints,
    select_endpoint,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import group_by_service
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    NoEndpointError,
)

TYPES = st.sampled_from(["compute", "Compute", "object-store", "rax:dns"])
NAMES = st.sampled_from(["cloudServers", "cloudServersOpenStack", "cloudFiles", "CloudFiles", "cloudDNS"])
REGIONS = st.sampled_from([None, "DFW", "dfw", "ORD"])
VERSIONS = st.sampled_from([None, "1", "2"])
TENANTS = st.sampled_from([None, "123456", "nast"])
URLS = st.sampled_from([None, "https://a.example.com", "https://b.example.com"])

ENDPOINTS = st.builds(
    lambda service_type, name, region, tenant, version, public, internal: {
        "service_type": service_type,
        "service_name": name,
        "region": region,
        "tenant_id": tenant,
        "public_url": public,
        "internal_url": internal,
        "admin_url": None,
        "version": {"id": version, "info": None, "list": None},
        "v1_default": None,
    },
    TYPES,
    NAMES,
    REGIONS,
    TENANTS,
    VERSIONS,
    URLS,
    URLS,
)


def one(values: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[str, ...]]:
    """Return criteria for one value or none."""
    return values.map(lambda value: (value,) if value else ())


CRITERIA = st.builds(
    Criteria,
    one(st.none() | TYPES),
    one(st.none() | NAMES),
    one(st.sampled_from([None, "DFW", " ord ", "SYD"])),
    one(VERSIONS),
    one(TENANTS),
    one(st.sampled_from([None, "public", "internal", "admin"])),
)


def same(value: str | None, wanted: tuple[str, ...]) -> bool:
    """Return whether a value is wanted: without criteria all are, and case and blanks around it do not count."""
    return not wanted or any((value or "").casefold() == text.strip().casefold() for text in wanted)


def matches(endpoints: list[dict[str, Any]], criteria: Any) -> list[dict[str, Any]]:
    """Return what the rules let through, one rule after the other."""
    # Rule 1: compared without regard to case.
    left = [
        endpoint
        for endpoint in endpoints
        if same(endpoint["service_type"], criteria.service_type)
        and same(endpoint["service_name"], criteria.service_name)
    ]
    if criteria.region:
        # Rule 3: a service without any regional endpoint answers for every region, unless another one of its type has
        # regions.
        types_with_regions = {endpoint["service_type"].casefold() for endpoint in left if endpoint["region"]}
        left = [
            endpoint
            for endpoint in left
            if same(endpoint["region"], criteria.region)
            or endpoint["service_type"].casefold() not in types_with_regions
        ]
    left = [endpoint for endpoint in left if same(endpoint["version"]["id"], criteria.version)]
    left = [endpoint for endpoint in left if same(endpoint["tenant_id"], criteria.tenant)]
    if criteria.interface:
        left = [endpoint for endpoint in left if any(endpoint[f"{name}_url"] for name in criteria.interface)]
    return left


def identity(endpoint: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes two endpoints the same."""
    return (
        *(str(endpoint[name] or "").casefold() for name in ("service_type", "service_name", "region")),
        *(endpoint[name] for name in ("tenant_id", "public_url", "internal_url", "admin_url")),
        endpoint["version"]["id"],
    )


@given(st.lists(ENDPOINTS, max_size=8), CRITERIA)
def test_all_matches_are_those_of_the_model(endpoints: list[dict[str, Any]], criteria: Any) -> None:
    expected = {identity(endpoint) for endpoint in matches(endpoints, criteria)}
    try:
        found = find_endpoints(group_by_service(endpoints), criteria)
    except NoEndpointError:
        assert not expected
    else:
        assert {identity(dict(endpoint)) for endpoint in found} == expected
        assert len(found) == len(expected)


@given(st.lists(ENDPOINTS, max_size=8), CRITERIA, st.sampled_from([None, "DFW", "ord", "SYD"]))
def test_the_choice_is_that_of_the_model(
    endpoints: list[dict[str, Any]], criteria: Any, default_region: str | None
) -> None:
    # The interface is looked at last: where an endpoint is does not depend on its URLs.
    left = matches(endpoints, criteria._replace(interface=()))
    if not criteria.region and default_region:
        # Rule 2: the default region, where the service has an endpoint there.
        left = [endpoint for endpoint in left if same(endpoint["region"], (default_region,))] or left
    if criteria.interface:
        left = [endpoint for endpoint in left if any(endpoint[f"{name}_url"] for name in criteria.interface)]
    expected = {identity(endpoint) for endpoint in left}
    try:
        found = select_endpoint(group_by_service(endpoints), criteria, default_region)
    except NoEndpointError:
        # Rule 5: no match is an error.
        assert not expected
    except AmbiguousEndpointError:
        # Rules 2 and 4: several are an error.
        assert len(expected) > 1
    else:
        assert expected == {identity(dict(found))}
