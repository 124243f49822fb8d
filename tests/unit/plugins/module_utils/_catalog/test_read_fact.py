# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fact rax_identity, read back: when a lookup may rely on it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.build_fact import build_fact
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.read_fact import (
    Catalog,
    catalog_from_endpoints,
    catalog_from_fact,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, full_catalog

URL = "https://identity.example.com/v2.0"
EXPIRES = datetime(2015, 6, 5, 16, 24, 57, tzinfo=timezone.utc)
NOW = EXPIRES - timedelta(hours=1)
DEFAULTS = {
    "username": "yourUserName",
    "identity_url": "https://identity.example.com",
    "tenant_id": None,
    "tenant_name": None,
    "token": None,
    "credentials_file": None,
}


def fact(**changes: Any) -> dict[str, Any]:
    request = LoginRequest(ApiKey("u", "secretkey"))
    return {**build_fact(full_access(), request, URL, full_catalog(), is_filtered=False), **changes}


def fact_with_endpoint(**changes: Any) -> dict[str, Any]:
    return fact(endpoints=[{**full_catalog()[0], **changes}])


def read(value: object, now: datetime = NOW, **given: Any) -> Catalog | None:
    return catalog_from_fact(value, {**DEFAULTS, **given}, dict.fromkeys(given, "the option"), now)


def contents(catalog: Catalog | None) -> tuple[Any, str | None]:
    assert catalog
    assert catalog.is_current
    return flatten(catalog.services), catalog.default_region


def test_catalog_in_a_fact() -> None:
    assert contents(read(fact())) == (full_catalog(), "DFW")


def test_catalog_in_a_fact_from_a_fact_cache() -> None:
    assert contents(read(json.loads(json.dumps(fact())))) == (full_catalog(), "DFW")


@pytest.mark.parametrize(
    "given",
    [
        {"username": "yourUserName"},
        {"identity_url": "https://identity.example.com"},
        {"identity_url": "https://identity.example.com/v2.0/"},
        # Another version of its API does not make it another service, or another catalog.
        {"identity_url": "https://identity.example.com/v1.1"},
        {"api_version": "v1.1"},
        {"wire_format": "xml"},
        {"tenant_id": "123456"},
        {"tenant_name": "123456"},
        {"api_key": "k"},
        {"timeout": 1.0},
    ],
)
def test_options_that_agree(given: dict[str, Any]) -> None:
    assert read(fact(), **given) is not None


@pytest.mark.parametrize(
    "given",
    [
        {"username": "other"},
        {"username": "yourusername"},
        {"identity_url": "https://lon.identity.example.com"},
        {"identity_url": "http://identity.example.com"},
        {"identity_url": "https://identity.example.com/prefix/v2.0"},
        {"identity_url": "https://identity.example.com:5000/v2.0"},
        {"passcode": "1"},
        {"tenant_id": "7"},
        {"tenant_name": "other"},
        {"token": "t"},
        {"credentials_file": "/x"},
    ],
)
def test_options_that_contradict(given: dict[str, Any]) -> None:
    assert read(fact(), **given) is None


@pytest.mark.parametrize("url", ["https://identity.example.com/v1.1", "https://identity.example.com"])
def test_fact_of_another_version_of_the_same_service(url: str) -> None:
    assert read(fact(identity_url=url), identity_url="https://identity.example.com/v2.0") is not None


@pytest.mark.parametrize("url", [None, 5, ["https://identity.example.com/v2.0"]])
def test_fact_without_a_service(url: object) -> None:
    assert read(fact(identity_url=url), identity_url="https://identity.example.com/v2.0") is None


def test_defaults_contradict_nothing() -> None:
    options = {**DEFAULTS, "username": "other", "identity_url": "https://other.example.com", "tenant_id": "7"}
    assert catalog_from_fact(fact(), options, {}, NOW) is not None


@pytest.mark.parametrize("url", ["ftp://x", "https://", "https://u:p@x", "http://[", " "])
def test_impossible_identity_url_in_the_fact_is_not_an_error_of_the_user(url: str) -> None:
    assert read(fact(identity_url=url), identity_url="https://identity.example.com") is None


def test_impossible_identity_url_in_the_options_is_an_error() -> None:
    with pytest.raises(OptionError):
        read(fact(), identity_url="ftp://x")


@pytest.mark.parametrize(
    ("now", "is_usable"),
    [(EXPIRES - timedelta(seconds=1), True), (EXPIRES, False), (EXPIRES + timedelta(days=1), False)],
)
def test_expiry(now: datetime, is_usable: bool) -> None:
    assert (read(fact(), now) is not None) is is_usable


def test_catalog_is_current_until_the_fact_expires(clock: FakeClock) -> None:
    catalog = read(fact())
    assert catalog
    assert catalog.is_current
    clock.time = EXPIRES - timedelta(seconds=1)
    assert catalog.is_current()
    clock.time = EXPIRES
    assert not catalog.is_current()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [],
        {},
        fact(complete=False),
        fact(complete="yes"),
        fact(expires=None),
        fact(expires="soon"),
        fact(expires=1433521497),
        fact(expires="9999-12-31T23:59:59-01:00"),
        fact(endpoints=None),
        fact(endpoints={}),
        fact(endpoints=["text"]),
        fact(endpoints=[{"service_type": "compute"}]),
        fact_with_endpoint(version=None),
        fact_with_endpoint(version={}),
        fact_with_endpoint(version={"id": 2}),
        fact_with_endpoint(region=5),
        fact_with_endpoint(service_type=["compute"]),
        fact_with_endpoint(public_url={}),
    ],
)
def test_values_that_are_not_such_a_fact(value: object) -> None:
    assert read(value) is None


def test_default_region_that_is_not_a_string() -> None:
    assert contents(read(fact(default_region=5))) == (full_catalog(), None)


# A list of endpoints.


def test_catalog_in_a_list_of_endpoints() -> None:
    catalog = catalog_from_endpoints(full_catalog(), "DFW")
    assert catalog
    assert (flatten(catalog.services), catalog.default_region, catalog.is_current) == (full_catalog(), "DFW", None)


@pytest.mark.parametrize("value", [None, "text", {}, ["text"], [{"service_type": "compute"}], tuple(full_catalog())])
def test_values_that_are_not_a_list_of_endpoints(value: object) -> None:
    assert catalog_from_endpoints(value, None) is None


def test_strings_of_ansible_are_strings() -> None:
    class AnsibleString(str):
        __slots__ = ()

    endpoints = [{**full_catalog()[0], "region": AnsibleString("DFW")}]
    assert catalog_from_endpoints(endpoints, None) is not None
