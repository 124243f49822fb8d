# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of the lookup rax_endpoint: one login for all terms, facts of hosts, and what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    IdentityError,
    MissingCredentialsError,
    NoEndpointError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import endpoint, identity_token, token
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    changed_login,
    full_catalog,
    sample,
    sample_bytes,
)

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
FILES_HKG = f"https://storage101.hkg1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
FACT = {
    "identity_url": "https://identity.api.rackspacecloud.com/v2.0",
    "username": "u",
    "tenant_id": "123456",
    "default_region": "HKG",
    "roles": [],
    "expires": "2015-06-05T16:24:57Z",
    "endpoints": full_catalog(),
    "complete": True,
}


@pytest.fixture(autouse=True)
def now(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 12, 0, 0, tzinfo=timezone.utc)


def run(*terms: str, fact: object = None, **given: Any) -> tuple[list[Any], Callable[[], bool] | None]:
    """Return the result of a lookup, and the function that tells whether it would still be the result."""
    options = complete(SHARED + ENDPOINT_CHOICE, {"username": "u", "api_key": "secretkey", "retries": 0, **given})
    return endpoint.run(terms, options, Context(fact=fact))


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


@pytest.mark.parametrize(
    "given", [{"type": " object-store "}, {"region": "DFW "}, {"name": " cloudFiles"}, {"tenant": f"{FILES_TENANT} "}]
)
def test_blanks_do_not_count(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(200, sample("login"))
    assert look_up(**{"type": "object-store", "region": "DFW", **given}) == [FILES_DFW]


def test_name_of_a_service_given_as_its_type(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert failure(NoEndpointError, "cloudFiles").startswith(
        "The catalog has no service of type cloudFiles. cloudFiles is the name of a service: use name=. Types: "
    )


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


# The region to prefer.


@pytest.mark.parametrize("region", ["HKG", "hkg", " HKG "])
def test_default_region_comes_before_the_users_own(wire: FakeWire, region: str) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", "rax:dns", default_region=region) == [FILES_HKG, DNS]


@pytest.mark.parametrize("region", ["", "  ", None])
def test_empty_default_region_is_none(wire: FakeWire, region: str | None) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", default_region=region) == [FILES_DFW]


def test_region_of_the_task_comes_before_the_default_region(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", default_region="HKG", region="DFW") == [FILES_DFW]


def test_default_region_serves_a_login_that_has_none(wire: FakeWire) -> None:
    wire.respond(200, changed_login(user={"id": "1"}))
    assert look_up("object-store", default_region="HKG") == [FILES_HKG]


def test_default_region_where_the_service_is_not(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert failure(AmbiguousEndpointError, "object-store", default_region="ORD") == (
        "The service type object-store has several endpoints. Say which with region=: DFW, HKG, IAD, SYD."
    )


# The fact of a host.


def log_in(wire: FakeWire, payload: Any = None, **given: Any) -> dict[str, Any]:
    """Run the module, and return the fact that it leaves."""
    wire.respond(200, payload or sample("login"))
    options = complete(identity_token.OPTIONS, {"username": "u", "api_key": "secretkey", **given})
    fact: dict[str, Any] = identity_token.run(options, Context())["ansible_facts"]["rax_identity"]
    wire.sent.clear()
    return fact


NO_CREDENTIALS: dict[str, Any] = {"username": None, "api_key": None}
AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."
CANNOT = "No credentials were given, and the fact rax_identity of this host cannot stand in for them: it"


def test_fact_where_there_are_no_credentials(wire: FakeWire) -> None:
    fact = log_in(wire)
    assert look_up("object-store", "rax:dns", fact=fact, **NO_CREDENTIALS) == [FILES_DFW, DNS]
    assert wire.sent == []


def test_fact_and_the_default_region(wire: FakeWire) -> None:
    fact = log_in(wire)
    assert look_up("object-store", fact=fact, **NO_CREDENTIALS, default_region="HKG") == [FILES_HKG]
    assert wire.sent == []


def test_fact_that_filters_left_incomplete_means_the_whole_catalog_of_its_login(wire: FakeWire) -> None:
    fact = log_in(wire, service_type=["object-store"])
    assert fact["complete"] is False
    assert look_up("rax:dns", fact=fact, **NO_CREDENTIALS) == [DNS]
    assert failure(NoEndpointError, "nonsense", fact=fact, **NO_CREDENTIALS).startswith(
        "The catalog has no service of type nonsense."
    )
    assert wire.sent == []


@pytest.mark.parametrize(
    "fact",
    [
        FACT,
        {**FACT, "login_ref": None},
        {**FACT, "login_ref": f"{'a' * 64}.{'b' * 64}"},
        {},
        {"identity_url": "http://elsewhere.example.com/v2.0"},
        None,
        "text",
    ],
)
def test_credentials_come_before_any_fact(wire: FakeWire, fact: object) -> None:
    wire.respond(200, sample("login"))
    assert look_up("object-store", fact=fact) == [FILES_DFW]
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"


def elsewhere() -> Any:
    """Return endpoints that a managed host would like a token to be sent to."""
    changed = full_catalog()
    for one in changed:
        one["public_url"] = "http://elsewhere.example.com/"
    return changed


@pytest.mark.parametrize("given", [{}, NO_CREDENTIALS])
def test_fact_that_a_host_made_never_decides_where_a_token_goes(wire: FakeWire, given: dict[str, Any]) -> None:
    fact = {**FACT, "endpoints": elsewhere(), "login_ref": f"{'a' * 64}.{'b' * 64}"}
    if given:
        assert failure(MissingCredentialsError, "object-store", fact=fact, **given) == (
            f"{CANNOT} was not written by a login with this token cache, or was changed since (login_ref). {AGAIN}"
        )
    else:
        wire.respond(200, sample("login"))
        assert look_up("object-store", fact=fact) == [FILES_DFW]


def test_endpoints_that_a_host_put_into_a_fact_are_refused(wire: FakeWire) -> None:
    fact = log_in(wire)
    assert failure(
        MissingCredentialsError, "object-store", fact={**fact, "endpoints": elsewhere()}, **NO_CREDENTIALS
    ) == (f"{CANNOT} was not written by a login with this token cache, or was changed since (login_ref). {AGAIN}")


def test_fact_without_a_reference_is_an_error(wire: FakeWire) -> None:
    assert failure(MissingCredentialsError, "object-store", fact=FACT, **NO_CREDENTIALS) == (
        f"{CANNOT} does not refer to a cached login (login_ref). {AGAIN}"
    )
    # on_missing covers only services that do not exist.
    failure(MissingCredentialsError, "object-store", fact=FACT, **NO_CREDENTIALS, on_missing="empty")


def test_fact_of_another_account_is_not_mixed_with_the_credentials(wire: FakeWire) -> None:
    fact = log_in(wire, username="a")
    theirs = sample("login")
    theirs["access"]["token"]["id"] = "token of b"
    for service in theirs["access"]["serviceCatalog"]:
        for one in service["endpoints"]:
            one["publicURL"] = "https://b.example.com/"
    wire.respond(200, theirs)
    given = {"username": "b", "api_key": "another"}
    assert look_up("object-store", region="DFW", fact=fact, **given) == ["https://b.example.com/"]
    assert token.run((), complete(SHARED, given), Context(fact=fact))[0] == ["token of b"]
    assert len(wire.sent) == 1


def test_fact_of_a_login_that_has_ended_is_an_error(wire: FakeWire, clock: FakeClock) -> None:
    fact = log_in(wire)
    clock.time = datetime(2015, 6, 5, 16, 24, 58, tzinfo=timezone.utc)
    text = failure(MissingCredentialsError, "object-store", fact=fact, **NO_CREDENTIALS)
    assert text == f"{CANNOT} belongs to a login that has ended. {AGAIN}"


def test_neither_credentials_nor_a_fact(wire: FakeWire) -> None:
    text = failure(MissingCredentialsError, "object-store", **NO_CREDENTIALS)
    assert text.startswith("No credentials were given. Give one of: ")


def test_result_is_current_as_long_as_the_cached_login(wire: FakeWire, clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 16, 24, 56, tzinfo=timezone.utc)
    fact = log_in(wire, issued("first", clock.time + timedelta(seconds=400)), username="other")
    wire.respond(200, issued("second", clock.time + timedelta(seconds=400)))
    # Only asking again can tell whether a new login is current.
    assert run("rax:dns") == ([DNS], None)
    from_cache, login_is_current = run("rax:dns")
    from_fact, fact_is_current = run("rax:dns", fact=fact, **NO_CREDENTIALS)
    assert from_cache == from_fact == [DNS]
    assert login_is_current
    assert fact_is_current
    assert login_is_current() and fact_is_current()
    clock.move(seconds=101)
    # With credentials there can be a new token; with a fact there is none.
    assert not login_is_current() and fact_is_current()
    clock.move(seconds=299)
    assert not fact_is_current()


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
