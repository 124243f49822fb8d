# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The payloads of the Identity API 1.1: the client guide's sample, and what is not a response at all."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads_v11 import (
    TYPE_OF_NAME,
    login_payload,
    read_access,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, ApiKey
from ansible_collections.rackspace.identity.tests.unit.support.models import a_token, a_user
from ansible_collections.rackspace.identity.tests.unit.support.samples import cleaned, full_catalog, sample

TOKEN = {"id": "secretid", "expires": "2012-04-12T13:15:52.000-05:00"}
EXPIRES = datetime(2012, 4, 12, 18, 15, 52, tzinfo=timezone.utc)


def decode(catalog: Any, **fields: Any) -> Access:
    return read_access({"auth": {"token": TOKEN, "serviceCatalog": catalog, **fields}})


@pytest.mark.covers("request-attributes/credentials-1-1")
def test_request() -> None:
    assert login_payload(ApiKey("hub_cap", "a86850deb2742ec3cb41518e26aa2d89")) == sample("request_api_key", "v11")


@pytest.mark.covers(
    "version-1-1-operation-10/auth",
    "version-1-1-operation-10/auth-token-id",
    "version-1-1-operation-10/auth-token-expires",
    "version-1-1-operation-10/auth-servicecatalog",
    "version-1-1-operation-10/region",
    "version-1-1-operation-10/publicurl",
    "version-1-1-operation-10/internalurl",
)
def test_login() -> None:
    access = read_access(sample("login", "v11"))
    assert access.token == a_token("aaaaa-bbbb-cccc-ddddd", EXPIRES)
    assert (access.user, access.extra, access.impersonator) == (a_user(), {}, None)
    listed = flatten(access.services)
    endpoints = {(one["service_name"], one["region"]): one for one in listed}
    assert len(endpoints) == len(listed) == 12
    assert endpoints["cloudFiles", "DFW"] == {
        "service_name": "cloudFiles",
        "service_type": "object-store",
        "region": "DFW",
        "tenant_id": None,
        "public_url": "https://storage.clouddrive.com/v1/RackCloudFS_demo",
        "internal_url": "https://storage-snet.clouddrive.com/v1/RackCloudFS_demo",
        "admin_url": None,
        "version": {"id": None, "info": None, "list": None},
        "v1_default": True,
    }
    assert {key: one["v1_default"] for key, one in endpoints.items()} == {
        ("cloudDatabases", "DFW"): False,
        ("cloudDatabases", "ORD"): False,
        ("cloudDNS", None): False,
        ("cloudFiles", "DFW"): True,
        ("cloudFiles", "ORD"): None,
        ("cloudFilesCDN", "DFW"): True,
        ("cloudFilesCDN", "ORD"): None,
        ("cloudLoadBalancers", "DFW"): False,
        ("cloudLoadBalancers", "ORD"): False,
        ("cloudMonitoring", None): False,
        ("cloudServers", None): True,
        ("cloudServersOpenStack", "DFW"): False,
    }


@pytest.mark.covers("version-1-1-operation-10/the-key-of-each-list-in-auth-servicecatalog")
def test_types_are_those_of_version_20() -> None:
    in_20 = {one["service_name"]: one["service_type"] for one in full_catalog()}
    assert in_20 == TYPE_OF_NAME
    for one in flatten(read_access(sample("login", "v11")).services):
        assert one["service_type"] == in_20[one["service_name"]]


def test_service_with_an_unknown_name() -> None:
    (endpoint,) = flatten(decode({"cloudFuture": [{"region": "DFW", "publicURL": "https://x/"}]}).services)
    assert (endpoint["service_name"], endpoint["service_type"]) == ("cloudFuture", None)


@pytest.mark.parametrize("value", ["secret", 1, {}, []])
def test_odd_default_endpoint(value: Any) -> None:
    endpoint = {"region": value, "v1Default": value, "publicURL": "https://x/"}
    (found,) = flatten(decode({"cloudFiles": endpoint}).services)
    assert (found["public_url"], found["v1_default"]) == ("https://x/", None)
    assert found["region"] == (str(value) if value in ("secret", 1) else None)


@pytest.mark.covers("version-1-1-operation-10/v1default")
@pytest.mark.parametrize(
    ("value", "boolean"), [(True, True), (False, False), ("true", True), ("FALSE", False), (None, None)]
)
def test_default_endpoint(value: Any, boolean: bool | None) -> None:
    (endpoint,) = flatten(decode({"cloudFiles": [{"v1Default": value}]}).services)
    assert endpoint["v1_default"] is boolean
    assert "extra" not in endpoint


@pytest.mark.parametrize(
    "catalog",
    [None, {}, [], "", {"cloudFiles": []}, {"cloudFiles": None}]
    + [["x"], "x", 5, {"cloudFiles": "x"}, {"cloudFiles": ["x", None, 5]}, {"": []}],
)
def test_nothing_but_the_token_is_required(catalog: Any) -> None:
    assert decode(catalog) == Access(a_token("secretid", EXPIRES), a_user())
    assert read_access({"auth": {"token": TOKEN}}) == Access(a_token("secretid", EXPIRES), a_user())


def test_unknown_fields_are_kept() -> None:
    catalog = {"cloudFiles": [{"rank": 7, "RAX-AUTH:phonePin": "914737"}]}
    access = read_access(cleaned({"auth": {"token": TOKEN, "serviceCatalog": catalog, "future": {"a": 1}}}))
    assert flatten(access.services)[0].get("extra") == {"rank": 7}
    assert access.extra == {"future": {"a": 1}}


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({}, "auth is missing"),
        ({"auth": None}, "auth is missing"),
        ({"auth": "secret"}, "auth is missing"),
        ({"access": {"token": TOKEN}}, "auth is missing"),
        ({"auth": {}}, "auth.token is not an object"),
        ({"auth": {"token": "secret"}}, "auth.token is not an object"),
        ({"auth": {"token": {"id": "secret"}}}, "auth.token.expires is missing"),
        ({"auth": {"token": {"expires": "2012-04-12T13:15:52Z"}}}, "auth.token.id is missing"),
    ],
)
def test_wrong_payloads(payload: Any, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_access(payload)
    assert str(caught.value) == message
