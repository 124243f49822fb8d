# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of the lookup rax_endpoint: one login for all terms, none with a fact, and what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    IdentityError,
    NoEndpointError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import endpoint
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    changed_login,
    full_catalog,
    sample,
    sample_bytes,
)

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
FACT = {
    "identity_url": "https://identity.api.rackspacecloud.com/v2.0",
    "username": "u",
    "tenant_id": "123456",
    "default_region": "HKG",
    "expires": "2015-06-05T16:24:57Z",
    "endpoints": full_catalog(),
    "complete": True,
}


@pytest.fixture(autouse=True)
def now(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 12, 0, 0, tzinfo=timezone.utc)


def run(
    *terms: str, fact: object = None, sources: Any = None, **given: Any
) -> tuple[list[Any], Callable[[], bool] | None]:
    """Return the result of a lookup, and the function that tells whether it would still be the result."""
    defaults = {option.name: option.default for option in SHARED + ENDPOINT_CHOICE}
    options = {**defaults, "username": "u", "api_key": "secretkey", "retries": 0, **given}
    return endpoint.run(terms, options, Context(sources or {}), fact)


def look_up(*terms: str, **given: Any) -> list[Any]:
    values, _is_current = run(*terms, **given)
    return values


def failure(kind: type[IdentityError], *terms: str, **given: Any) -> str:
    with pytest.raises(kind) as caught:
        look_up(*terms, **given)
    return str(caught.value)


@pytest.mark.covers("operations/none-of-them")
def test_one_url(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert look_up(type="object-store", region="DFW") == [FILES_DFW]
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    credentials = {"username": "u", "apiKey": "secretkey"}
    assert wire.only.json == {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}


def test_several_terms_with_one_login(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", "rax:dns", "volume", region="dfw") == [
        FILES_DFW,
        DNS,
        "https://dfw.blockstorage.api.rackspacecloud.com/v1/123456",
    ]
    assert len(wire.sent) == 1


@pytest.mark.covers("users-and-impersonators/user-rax-auth:defaultregion")
def test_default_region_of_the_user(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store") == [FILES_DFW]


def test_compute_without_any_region(wire: FakeWire) -> None:
    wire.respond(200, changed_login(user={"id": "1"}))
    assert failure(AmbiguousEndpointError, "compute") == (
        "The service type compute is offered by several services. Say which with name=: "
        "cloudServers, cloudServersOpenStack."
    )


def test_first_generation_is_not_in_ord(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert failure(NoEndpointError, "compute", region="ORD") == (
        "The service type compute has no endpoint in region ORD. Regions: DFW, HKG, IAD, SYD. "
        "Without regions, and only by name=: cloudServers."
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": "cloudServers"}, "https://servers.api.rackspacecloud.com/v1.0/123456"),
        ({"type": "compute", "version": "1.0"}, "https://servers.api.rackspacecloud.com/v1.0/123456"),
        ({"type": "object-store", "tenant": FILES_TENANT}, FILES_DFW),
        (
            {"type": "object-store", "interface": "internal"},
            f"https://snet-storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}",
        ),
        ({"type": "rax:dns", "region": ""}, DNS),
    ],
)
def test_each_option(wire: FakeWire, given: dict[str, Any], found: str) -> None:
    wire.respond(200, sample("login"))
    assert look_up(**given) == [found]


def test_detail(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    (found,) = look_up("object-store", detail=True)
    assert (found["service_name"], found["region"], found["public_url"]) == ("cloudFiles", "DFW", FILES_DFW)


def test_all(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert [url.partition(".")[0] for url in look_up("image", all=True)] == [
        "https://dfw",
        "https://hkg",
        "https://iad",
        "https://syd",
    ]


def test_all_of_several_terms(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    found = look_up("rax:dns", "rax:bigdata", all=True, detail=True)
    assert [(one["service_type"], one["region"]) for one in found] == [
        ("rax:dns", None),
        ("rax:bigdata", "DFW"),
        ("rax:bigdata", "IAD"),
    ]


def test_whole_catalog(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert look_up(all=True, detail=True) == full_catalog()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"on_missing": "empty"}, [FILES_DFW, DNS]),
        ({"on_missing": "default"}, [FILES_DFW, None, DNS]),
        ({"on_missing": "default", "default": "none"}, [FILES_DFW, "none", DNS]),
        ({"on_missing": "default", "default": {"a": 1}}, [FILES_DFW, {"a": 1}, DNS]),
        ({"on_missing": "default", "default": 0, "all": True, "region": "DFW"}, [FILES_DFW, 0, DNS]),
    ],
)
def test_on_missing(wire: FakeWire, given: dict[str, Any], found: list[Any]) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", "nonsense", "rax:dns", **given) == found


@pytest.mark.parametrize("given", [{"region": "XXX"}, {"version": "9"}, {"tenant": "9"}, {"interface": "admin"}])
def test_on_missing_covers_every_kind_of_missing(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", on_missing="empty", **given) == []


def test_on_missing_with_an_empty_catalog(wire: FakeWire) -> None:
    wire.respond(200, changed_login(serviceCatalog=[]))
    assert look_up("object-store", on_missing="default", default="x") == ["x"]


def test_on_missing_does_not_cover_ambiguity(wire: FakeWire) -> None:
    wire.respond(200, changed_login(user={"id": "1"}))
    failure(AmbiguousEndpointError, "compute", on_missing="empty")


@pytest.mark.parametrize("on_missing", ["empty", "default", "error"])
def test_failed_login_is_always_an_error(wire: FakeWire, on_missing: str) -> None:
    wire.respond(404)
    failure(ServiceError, "compute", on_missing=on_missing)


@pytest.mark.parametrize(
    ("terms", "given", "text"),
    [
        ((), {}, "Say which service: with type=, for example type='object-store', or with name=."),
        (
            ("compute",),
            {"type": "image"},
            "Service types are given both as terms and with type=. Use one of the two.",
        ),
        (("compute",), {"default": "x"}, "default= requires on_missing='default'."),
        (
            ("compute",),
            {"default": "x", "on_missing": "empty"},
            "default= requires on_missing='default'.",
        ),
    ],
)
def test_options_that_cannot_be_used(wire: FakeWire, terms: tuple[str, ...], given: dict[str, Any], text: str) -> None:
    assert failure(OptionError, *terms, **given) == text
    assert wire.sent == []


def test_fact_instead_of_a_login(wire: FakeWire) -> None:
    hkg = f"https://storage101.hkg1.clouddrive.com/v1/{FILES_TENANT}"
    assert look_up("object-store", "rax:dns", fact=FACT) == [hkg, DNS]
    assert wire.sent == []


def test_fact_needs_no_credentials(wire: FakeWire) -> None:
    assert look_up("rax:dns", fact=FACT, username=None, api_key=None) == [DNS]
    assert wire.sent == []


def test_result_is_current_as_long_as_the_cached_login_or_the_fact(wire: FakeWire, clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 16, 24, 56, tzinfo=timezone.utc)
    wire.respond(200, issued("first", clock.time + timedelta(seconds=400)))
    # Only asking again can tell whether a new login is current.
    assert run("rax:dns") == ([DNS], None)
    from_cache, login_is_current = run("rax:dns")
    from_fact, fact_is_current = run("rax:dns", fact=FACT)
    assert from_cache == from_fact == [DNS]
    assert login_is_current
    assert fact_is_current
    assert login_is_current() and fact_is_current()
    clock.move(seconds=1)
    assert login_is_current() and not fact_is_current()
    clock.move(seconds=100)
    assert not login_is_current()


def test_service_that_a_complete_fact_lacks_does_not_exist(wire: FakeWire) -> None:
    assert failure(NoEndpointError, "nonsense", fact=FACT).startswith("The catalog has no service of type nonsense.")
    assert wire.sent == []


@pytest.mark.parametrize(
    ("fact", "sources"),
    [
        ({**FACT, "complete": False}, {}),
        ({**FACT, "expires": "2015-06-05T11:59:59Z"}, {}),
        ({**FACT, "username": "other"}, {"username": "the option username"}),
        ({}, {}),
        (None, {}),
    ],
)
def test_fact_that_does_not_help(wire: FakeWire, fact: object, sources: dict[str, str]) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", fact=fact, sources=sources) == [FILES_DFW]
    assert len(wire.sent) == 1


# Version 1.1, and XML.


@pytest.mark.covers("version-1-1-operation-10/the-key-of-each-list-in-auth-servicecatalog")
@pytest.mark.parametrize("wire_format", ["json", "xml"])
@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"type": "object-store", "region": "ORD"}, "https://otherstorage.clouddrive.com/v1/RackCloudFS_demo"),
        ({"type": "rax:dns"}, "https://dns.api.rackspacecloud.com/v1.0/12345"),
        # A region decides between the two generations of one type.
        ({"type": "compute", "region": "DFW"}, "https://dfw.servers.api.rackspacecloud.com/v2/322781"),
        ({"name": "cloudServers"}, "https://servers.api.rackspacecloud.com/v1.0/322781"),
    ],
)
def test_service_types_of_version_1_1(wire: FakeWire, wire_format: str, given: dict[str, str], url: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format, "v11"))
    assert look_up(api_version="v1.1", wire_format=wire_format, **given) == [url]
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"


def test_version_1_1_has_no_default_region(wire: FakeWire) -> None:
    wire.respond(200, body=sample_bytes("login", "json", "v11"))
    assert failure(AmbiguousEndpointError, "object-store", api_version="v1.1") == (
        "The service type object-store has several endpoints. Say which with region=: DFW, ORD."
    )


def test_catalog_in_xml(wire: FakeWire) -> None:
    wire.respond(200, body=sample_bytes("login", "xml"))
    assert look_up("object-store", "rax:dns", wire_format="xml") == [FILES_DFW, DNS]
