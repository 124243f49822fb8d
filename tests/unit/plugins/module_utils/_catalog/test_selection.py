# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The selection of endpoints: its five rules on the documentation's catalog, and on catalogs made to confuse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._catalog import selection
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.selection import (
    Criteria,
    criteria_from_filters,
    filter_endpoints,
    url_of,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import group_by_service
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    IdentityError,
    NoEndpointError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Endpoint
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    endpoint,
    full_catalog,
)

CATALOG = full_catalog()
TYPES = (
    "compute, image, network, object-store, orchestration, rax:autoscale, rax:backup, rax:bigdata, rax:cdn, "
    "rax:cloudmetrics, rax:database, rax:dns, rax:feeds, rax:load-balancer, rax:monitor, rax:object-cdn, rax:queues, "
    "volume"
)


def criteria(**wanted: Any) -> Criteria:
    short = {"type": "service_type", "name": "service_name"}
    return Criteria(
        **{short.get(key, key): (value,) if isinstance(value, str) else value for key, value in wanted.items()}
    )


def select_endpoint(catalog: Sequence[Endpoint], wanted: Criteria, default_region: str | None) -> Endpoint:
    return selection.select_endpoint(group_by_service(catalog), wanted, default_region)


def find_endpoints(catalog: Sequence[Endpoint], wanted: Criteria) -> list[Endpoint]:
    return selection.find_endpoints(group_by_service(catalog), wanted)


def select(default_region: str | None = None, catalog: Sequence[Endpoint] = CATALOG, **wanted: Any) -> str | None:
    interface = wanted.setdefault("interface", "public")
    return url_of(select_endpoint(catalog, criteria(**wanted), default_region), interface)


def problem(
    kind: type[IdentityError] = NoEndpointError,
    default_region: str | None = None,
    catalog: Sequence[Endpoint] = CATALOG,
    **wanted: Any,
) -> str:
    with pytest.raises(kind) as caught:
        select(default_region, catalog, **wanted)
    return str(caught.value)


def names_and_regions(endpoints: Sequence[Endpoint]) -> list[tuple[str | None, str | None]]:
    return [(one["service_name"], one["region"]) for one in endpoints]


def test_catalog_is_that_of_the_documentation() -> None:
    assert len({one["service_name"] for one in CATALOG}) == 19
    assert len(CATALOG) == 59


def test_cloud_files_in_dfw() -> None:
    url = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
    assert select(type="object-store", region="DFW") == url


# Rule 1: compared without regard to case; a name is never guessed.


@pytest.mark.parametrize("region", ["DFW", "dfw", "Dfw"])
@pytest.mark.parametrize("service_type", ["object-store", "OBJECT-STORE", "Object-Store"])
@pytest.mark.parametrize("name", ["cloudFiles", "CLOUDFILES", None])
def test_case_does_not_matter(region: str, service_type: str, name: str | None) -> None:
    others: dict[str, Any] = {"name": name} if name else {}
    found = select(type=service_type, region=region, tenant=FILES_TENANT.upper(), **others)
    assert found == f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"


@pytest.mark.parametrize("name", ["cloudFile", "Files", "cloud Files", "object-store"])
def test_names_are_not_guessed(name: str) -> None:
    assert problem(type="object-store", name=name) == (
        f"The catalog has no service of type object-store named {name}. Names: cloudFiles."
    )


def test_unknown_name_without_a_type() -> None:
    text = problem(name="nova")
    assert text.startswith("The catalog has no service named nova. Names: autoscale, cloudBackup, cloudBigData, ")
    assert text.endswith(", cloudServersOpenStack, rackCDN.")


def test_name_alone_is_enough() -> None:
    assert select(name="cloudServers") == "https://servers.api.rackspacecloud.com/v1.0/123456"


# Rule 2: no region given.


@pytest.mark.parametrize("default_region", ["DFW", "dfw"])
def test_default_region(default_region: str) -> None:
    assert select(default_region, type="volume") == "https://dfw.blockstorage.api.rackspacecloud.com/v1/123456"


def test_default_region_that_the_service_does_not_have() -> None:
    assert problem(AmbiguousEndpointError, "ORD", type="volume") == (
        "The service type volume has several endpoints. Say which with region=: DFW, HKG, IAD, SYD."
    )


@pytest.mark.parametrize("default_region", ["DFW", "ORD", None])
def test_only_region(default_region: str | None) -> None:
    found = select(default_region, type="rax:cloudmetrics")
    assert found == "https://global.metrics.api.rackspacecloud.com/v2.0/123456"


def test_several_regions_and_no_default() -> None:
    assert problem(AmbiguousEndpointError, type="object-store") == (
        "The service type object-store has several endpoints. Say which with region=: DFW, HKG, IAD, SYD."
    )


def test_region_given_wins_over_the_default() -> None:
    assert select("DFW", type="image", region="hkg") == "https://hkg.images.api.rackspacecloud.com/v2"


def test_region_given_is_not_replaced_by_the_default() -> None:
    assert problem(default_region="DFW", type="volume", region="XXX") == (
        "The service type volume has no endpoint in region XXX. Regions: DFW, HKG, IAD, SYD."
    )


# Rule 3: services without any region.


@pytest.mark.covers("services-and-endpoints/endpoints-region")
@pytest.mark.parametrize("region", ["ORD", "DFW", "XXX", None])
@pytest.mark.parametrize("default_region", ["DFW", "ORD", None])
def test_service_without_regions_matches_every_region(region: str | None, default_region: str | None) -> None:
    others: dict[str, Any] = {"region": region} if region else {}
    assert select(default_region, type="rax:dns", **others) == "https://dns.api.rackspacecloud.com/v1.0/123456"
    found = select(default_region, type="rax:monitor", **others)
    assert found == "https://monitoring.api.rackspacecloud.com/v1.0/123456"


def test_first_generation_is_not_in_ord() -> None:
    assert problem(type="compute", region="ORD") == (
        "The service type compute has no endpoint in region ORD. Regions: DFW, HKG, IAD, SYD. "
        "Without regions, and only by name=: cloudServers."
    )


@pytest.mark.parametrize("other", ["compute", "Compute", "COMPUTE"])
def test_types_that_differ_in_case_are_the_same(other: str) -> None:
    catalog = [endpoint("compute", "A", "DFW"), endpoint(other, "B")]
    assert problem(catalog=catalog, type="compute", region="ORD") == (
        "The service type compute has no endpoint in region ORD. Regions: DFW. Without regions, and only by name=: B."
    )


def test_service_with_any_region_does_not_match_every_region() -> None:
    catalog = [endpoint("compute", "A", "DFW"), endpoint("compute", "A"), endpoint("compute", "")]
    names: list[dict[str, Any]] = [{}, {"name": "A"}]
    for name in names:
        what = "The service A" if name else "The service type compute"
        assert problem(catalog=catalog, type="compute", region="ORD", **name) == (
            f"{what} has no endpoint in region ORD. Regions: DFW."
        )


def test_first_generation_by_name_matches_every_region() -> None:
    for region in ("ORD", "DFW"):
        found = select(type="compute", name="cloudServers", region=region)
        assert found == "https://servers.api.rackspacecloud.com/v1.0/123456"


@pytest.mark.parametrize("nothing", [None, ""])
def test_empty_region_counts_as_none(nothing: str | None) -> None:
    catalog = [endpoint("a", "one", nothing)]
    assert select(catalog=catalog, type="a", region="DFW") == "https://global.one.example.com/"


# Rule 4: two services of one type.


def test_two_services_with_a_region() -> None:
    found = select(type="compute", region="IAD")
    assert found == "https://iad.servers.api.rackspacecloud.com/v2/123456"


def test_two_services_with_a_default_region() -> None:
    assert select("DFW", type="compute") == "https://dfw.servers.api.rackspacecloud.com/v2/123456"


@pytest.mark.parametrize("default_region", [None, "ORD"])
def test_two_services_without_a_region(default_region: str | None) -> None:
    assert problem(AmbiguousEndpointError, default_region, type="compute") == (
        "The service type compute is offered by several services. Say which with name=: "
        "cloudServers, cloudServersOpenStack."
    )


def test_two_services_in_one_region() -> None:
    catalog = [endpoint("a", "one", "DFW"), endpoint("a", "two", "DFW")]
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a", region="DFW") == (
        "The service type a is offered by several services. Say which with name=: one, two."
    )
    assert select(catalog=catalog, type="a", region="DFW", name="two") == "https://DFW.two.example.com/"


# Rule 5: no match lists what exists.


def test_unknown_type() -> None:
    assert problem(type="nonsense") == f"The catalog has no service of type nonsense. Types: {TYPES}."


def test_unknown_region() -> None:
    assert problem(type="object-store", region="XXX") == (
        "The service type object-store has no endpoint in region XXX. Regions: DFW, HKG, IAD, SYD."
    )


def test_unknown_region_of_a_named_service() -> None:
    assert problem(name="cloudFiles", region="XXX") == (
        "The service cloudFiles has no endpoint in region XXX. Regions: DFW, HKG, IAD, SYD."
    )


def test_unknown_version() -> None:
    assert problem(type="compute", region="DFW", version="3") == (
        "The service type compute has no endpoint of version 3. Versions: 2."
    )
    assert problem(type="volume", region="DFW", version="1") == (
        "The service type volume has no endpoint of version 1. Versions: none."
    )


def test_unknown_tenant() -> None:
    assert problem(type="volume", region="DFW", tenant="1") == (
        "The service type volume has no endpoint of tenant 1. Tenants: 123456."
    )


def test_missing_interface() -> None:
    assert problem(type="volume", region="DFW", interface="internal") == (
        "The service type volume has no internal URL there. Interfaces: public."
    )
    nothing = [endpoint("a", "one", public_url=None)]
    assert problem(catalog=nothing, type="a") == "The service type a has no public URL there. Interfaces: none."


def test_empty_catalog() -> None:
    text = "The catalog of this login is empty."
    assert problem(catalog=[], type="compute").startswith(text)
    with pytest.raises(NoEndpointError, match=text):
        find_endpoints([], Criteria())


def test_kinds_of_the_errors() -> None:
    assert NoEndpointError.kind == "no_endpoint"
    assert AmbiguousEndpointError.kind == "ambiguous_endpoint"


@pytest.mark.parametrize("name", ["cloudFiles", "CLOUDFILES", " cloudFiles "])
def test_name_given_as_a_type(name: str) -> None:
    assert problem(type=name) == (
        f"The catalog has no service of type {name}. cloudFiles is the name of a service: use name=. Types: {TYPES}."
    )


@pytest.mark.parametrize("name", ["object-store", "OBJECT-STORE", " object-store "])
def test_type_given_as_a_name(name: str) -> None:
    hint = "object-store is the type of a service: use type=."
    assert problem(name=name).startswith(f"The catalog has no service named {name}. {hint} Names: autoscale, ")
    text = "The catalog has no service of type compute named compute. Names: cloudServers, cloudServersOpenStack."
    assert problem(type="compute", name="compute") == text


# Blanks, and what differs in nothing but case.


@pytest.mark.parametrize("blank", ["{} ", " {}", "\t{}\n", "\u200b{}\ufeff", "\xa0{}\u2028"])
def test_blanks_around_what_is_asked_for_do_not_count(blank: str) -> None:
    wanted = {"type": "object-store", "name": "cloudFiles", "region": "DFW", "tenant": FILES_TENANT}
    others: dict[str, Any] = {name: blank.format(value) for name, value in wanted.items()}
    found = select(**others)
    assert found == f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
    assert select(blank.format("DFW"), type="volume") == "https://dfw.blockstorage.api.rackspacecloud.com/v1/123456"


@pytest.mark.parametrize("region", ["DFW", "dfw", "Dfw"])
def test_regions_that_differ_in_case_are_the_same(region: str) -> None:
    same = [endpoint("a", "one", name, public_url="https://x/") for name in ("DFW", "dfw")]
    assert select(catalog=same, type="a", region=region) == "https://x/"
    assert select(catalog=same, type="a") == "https://x/"
    catalog = [endpoint("a", "one", name) for name in ("DFW", "dfw")]
    asked: list[dict[str, Any]] = [{"region": region}, {}]
    for wanted in asked:
        assert problem(AmbiguousEndpointError, catalog=catalog, type="a", **wanted) == (
            "The service type a has several endpoints that differ only in their URL; use all=true."
        )
    assert problem(catalog=catalog, type="a", region="ORD") == (
        "The service type a has no endpoint in region ORD. Regions: DFW."
    )
    assert len(find_endpoints(catalog, criteria(region=region))) == 2


def test_names_that_differ_in_case_are_the_same() -> None:
    same = [endpoint("a", name, "DFW", public_url="https://x/") for name in ("cloudFiles", "CloudFiles")]
    assert select(catalog=same, type="a") == "https://x/"
    catalog = [endpoint("a", "cloudFiles", "DFW"), endpoint("a", "CloudFiles", "ORD")]
    assert select(catalog=catalog, type="a", name="cloudfiles", region="ORD") == "https://ORD.CloudFiles.example.com/"
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a") == (
        "The service type a has several endpoints. Say which with region=: DFW, ORD."
    )


@pytest.mark.parametrize("default_region", [None, "DFW"])
def test_one_endpoint_with_a_region_and_one_without(default_region: str | None) -> None:
    catalog = [endpoint("a", "one"), endpoint("a", "one", "LON")]
    assert problem(AmbiguousEndpointError, default_region, catalog=catalog, type="a") == (
        "The service type a has several endpoints. Say which with region=: LON; for the one without a region, "
        "use all=true."
    )
    assert select(catalog=catalog, type="a", region="lon") == "https://LON.one.example.com/"
    assert select("LON", catalog=catalog, type="a") == "https://LON.one.example.com/"
    assert len(find_endpoints(catalog, criteria(type="a"))) == 2


# Version, tenant, interface, duplicates.


def test_version_decides() -> None:
    assert select(type="compute", version="1.0") == "https://servers.api.rackspacecloud.com/v1.0/123456"
    catalog = [
        endpoint(
            "a", "one", "DFW", version={"id": version, "info": None, "list": None}, public_url=f"https://{version}/"
        )
        for version in ("v1", "v2")
    ]
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a") == (
        "The service type a has several endpoints. Say which with version=: v1, v2."
    )
    assert select(catalog=catalog, type="a", version="V2") == "https://v2/"


def test_tenant_decides() -> None:
    catalog = [endpoint("a", "one", "DFW", tenant_id=t, public_url=f"https://{t}/") for t in ("1", "2")]
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a") == (
        "The service type a has several endpoints. Say which with tenant=: 1, 2."
    )
    assert select(catalog=catalog, type="a", tenant="2") == "https://2/"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("service_type", ("a", "A")),
        ("service_name", ("one", "One")),
        ("tenant_id", ("MossoX", "mossox")),
        ("version", ({"id": "v2", "info": None, "list": None}, {"id": "V2", "info": None, "list": None})),
        ("tenant_id", ("1", "1\u200b")),
    ],
)
def test_endpoints_that_differ_in_case_are_the_same(key: str, values: tuple[Any, Any]) -> None:
    same = [{**endpoint("a", "one", "DFW", public_url="https://x/"), key: value} for value in values]
    catalog = cast("list[Endpoint]", same)
    assert select(catalog=catalog, type="a") == "https://x/"
    assert len(find_endpoints(catalog, criteria(type="a"))) == 1


@pytest.mark.parametrize("wanted", ["DFW", "dfw\ufeff", " DFW\u200b"])
def test_blanks_around_what_the_catalog_says_do_not_count(wanted: str) -> None:
    catalog = [
        endpoint("a ", "one\u200b", region, public_url=f"https://{region[:3]}/") for region in ("DFW\u200b", "LON")
    ]
    assert select(catalog=catalog, type="a", name="one", region=wanted) == "https://DFW/"
    assert select(wanted, catalog=catalog, type="a") == "https://DFW/"
    # A region of blanks counts as missing.
    assert select(catalog=[endpoint("a", "one", " ", public_url="https://x/")], type="a", region="ORD") == "https://x/"


def test_only_the_url_differs() -> None:
    catalog = [endpoint("a", "one", "DFW", public_url=f"https://{number}/") for number in (1, 2)]
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a") == (
        "The service type a has several endpoints that differ only in their URL; use all=true."
    )


@pytest.mark.parametrize("region", [None, "DFW"])
def test_type_differs(region: str | None) -> None:
    catalog = [endpoint(kind, "one", region, public_url=f"https://{kind}/") for kind in ("a", "b")]
    wanted = {"name": "one", **({"region": region} if region else {})}
    assert problem(AmbiguousEndpointError, catalog=catalog, **wanted) == (
        "The service one has several endpoints. Say which with type=: a, b."
    )
    assert select(catalog=catalog, type="b", **wanted) == "https://b/"


def test_one_service_with_a_name_and_one_without() -> None:
    named = endpoint("a", "one")
    catalog = [named, cast(Endpoint, {**named, "service_name": None})]
    assert problem(AmbiguousEndpointError, catalog=catalog, type="a") == (
        "The service type a is offered by several services. Say which with name=: one; for the one without a name, use "
        "all=true."
    )


def test_names_and_types_that_no_service_has() -> None:
    bare = [cast(Endpoint, {**endpoint("a", "one"), "service_name": None, "service_type": None})]
    assert problem(catalog=bare, name="one") == "The catalog has no service named one. Names: none."
    assert problem(catalog=bare, type="a") == "The catalog has no service of type a. Types: none."


def test_same_endpoint_twice_counts_once() -> None:
    catalog = [endpoint("a", "one", "DFW"), endpoint("a", "one", "DFW", extra={"id": 7})]
    assert select(catalog=catalog, type="a") == "https://DFW.one.example.com/"
    assert len(find_endpoints(catalog, Criteria())) == 1


@pytest.mark.covers("services-and-endpoints/endpoints-adminurl")
def test_interfaces() -> None:
    one = endpoint("a", "one", "DFW", internal_url="https://snet/", admin_url="https://admin/")
    assert url_of(one, "public") == "https://DFW.one.example.com/"
    assert url_of(one, "internal") == "https://snet/"
    assert url_of(one, "admin") == "https://admin/"
    assert select(catalog=[one], type="a", interface="admin") == "https://admin/"
    internal = select(type="object-store", region="DFW", interface="internal")
    assert internal == f"https://snet-storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"


def test_endpoint_without_the_interface_is_left_out() -> None:
    catalog = [endpoint("a", "one", "DFW", internal_url="https://snet/"), endpoint("a", "one", "ORD")]
    assert select(catalog=catalog, type="a", interface="internal") == "https://snet/"


# Every match.


def test_empty_criteria_match_everything() -> None:
    assert find_endpoints(CATALOG, Criteria()) == CATALOG


def test_criteria_take_alternatives() -> None:
    found = find_endpoints(CATALOG, criteria(type=["volume", "IMAGE"], region=["dfw", "HKG"]))
    assert sorted(names_and_regions(found)) == [
        ("cloudBlockStorage", "DFW"),
        ("cloudBlockStorage", "HKG"),
        ("cloudImages", "DFW"),
        ("cloudImages", "HKG"),
    ]


def test_all_of_a_region_includes_services_without_regions() -> None:
    found = names_and_regions(find_endpoints(CATALOG, criteria(region="LON")))
    assert found == [("cloudNetworks", "LON"), ("cloudDNS", None), ("cloudMonitoring", None)]
    everywhere = names_and_regions(find_endpoints(CATALOG, criteria(region="DFW")))
    assert ("cloudDNS", None) in everywhere
    assert ("cloudServers", None) not in everywhere
    assert ("cloudServersOpenStack", "DFW") in everywhere


def test_all_regions_of_a_type() -> None:
    found = names_and_regions(find_endpoints(CATALOG, criteria(type="compute")))
    assert found == [
        ("cloudServers", None),
        ("cloudServersOpenStack", "DFW"),
        ("cloudServersOpenStack", "HKG"),
        ("cloudServersOpenStack", "IAD"),
        ("cloudServersOpenStack", "SYD"),
    ]


def test_interfaces_as_alternatives() -> None:
    found = find_endpoints(CATALOG, criteria(interface=["internal", "admin"]))
    assert found
    assert all(one["internal_url"] for one in found)
    assert len(find_endpoints(CATALOG, criteria(interface=["internal", "public"]))) == len(CATALOG)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"type": ["x", "y"]}, f"The catalog has no service of type x, y. Types: {TYPES}."),
        (
            {"type": "volume", "region": ["A", "B"]},
            "The service type volume has no endpoint in region A, B. Regions: DFW, HKG, IAD, SYD.",
        ),
        (
            {"type": "volume", "interface": ["internal", "admin"]},
            "The service type volume has no internal, admin URL there. Interfaces: public.",
        ),
        ({"version": "9"}, "The catalog has no endpoint of version 9. Versions: 1.0, 2."),
    ],
)
def test_criteria_that_match_nothing(wanted: dict[str, Any], text: str) -> None:
    with pytest.raises(NoEndpointError) as caught:
        find_endpoints(CATALOG, criteria(**wanted))
    assert str(caught.value) == text


# The filters of modules.


def test_criteria_from_the_filters_of_a_module() -> None:
    given = {"service_type": ["volume"], "service_name": None, "region": [], "tenant": ["1", "2"], "username": "u"}
    assert criteria_from_filters(given) == Criteria(service_type=("volume",), tenant=("1", "2"))


def test_filters_return_what_matches() -> None:
    found = filter_endpoints(group_by_service(CATALOG), criteria(type="volume", region="DFW"))
    assert names_and_regions(found) == [("cloudBlockStorage", "DFW")]


@pytest.mark.parametrize("wanted", [{"type": "nonsense"}, {"region": "XXX", "type": "volume"}, {"version": "9"}])
def test_filters_that_match_nothing_return_nothing(wanted: dict[str, str]) -> None:
    assert filter_endpoints(group_by_service(CATALOG), criteria(**wanted)) == []


# Properties.

WANTED = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES.split(", "))},
    optional={"region": st.sampled_from(["DFW", "ORD", "lon", "IAD"]), "version": st.sampled_from(["2", "1.0"])},
)
DEFAULTS = st.sampled_from([None, "DFW", "ORD", "IAD"])


def outcome(catalog: Sequence[Endpoint], wanted: dict[str, Any], default_region: str | None) -> object:
    try:
        return select_endpoint(catalog, criteria(**wanted, interface="public"), default_region)
    except IdentityError as error:
        return error.kind, str(error)


@given(wanted=WANTED, default_region=DEFAULTS, seed=st.integers(0, 1000))
def test_order_does_not_matter(wanted: dict[str, Any], default_region: str | None, seed: int) -> None:
    shuffled = list(CATALOG)
    random.Random(seed).shuffle(shuffled)
    assert outcome(shuffled, wanted, default_region) == outcome(CATALOG, wanted, default_region)


@given(
    wanted=WANTED,
    default_region=DEFAULTS,
    others=st.lists(
        st.builds(
            endpoint,
            st.sampled_from(["other", "rax:other", "computer"]),
            st.sampled_from(["one", "two"]),
            st.sampled_from(["DFW", "ORD", None, ""]),
        ),
        max_size=8,
    ),
    seed=st.integers(0, 1000),
)
def test_other_services_do_not_matter(
    wanted: dict[str, Any], default_region: str | None, others: list[Endpoint], seed: int
) -> None:
    mixed = [*CATALOG, *others]
    random.Random(seed).shuffle(mixed)
    assert outcome(mixed, wanted, default_region) == outcome(CATALOG, wanted, default_region)


@given(wanted=WANTED, default_region=DEFAULTS)
def test_selected_endpoint_matches(wanted: dict[str, Any], default_region: str | None) -> None:
    found = outcome(CATALOG, wanted, default_region)
    if isinstance(found, dict):
        assert found in find_endpoints(CATALOG, criteria(**wanted))
        assert found["service_type"] == wanted["type"]
        assert not found["region"] or "region" not in wanted or found["region"] == wanted["region"].upper()


@given(wanted=WANTED, default_region=DEFAULTS)
def test_catalog_is_not_changed(wanted: dict[str, Any], default_region: str | None) -> None:
    catalog = full_catalog()
    outcome(catalog, wanted, default_region)
    assert catalog == CATALOG
