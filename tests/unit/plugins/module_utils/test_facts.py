# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fact rax_identity: what it says, and when a lookup may rely on it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _usable_facts
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import flattened, services_of
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._facts import build
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session import Session
from ansible_collections.rackspace.identity.plugins.module_utils._usable_facts import Catalog, usable_catalog
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.models import a_tenant, a_user
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import SetClock
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    FILES_TENANT,
    full_access,
    full_catalog,
)

URL = "https://identity.example.com/v2.0"
EXPIRES = datetime(2015, 6, 5, 16, 24, 57, tzinfo=timezone.utc)
NOW = EXPIRES - timedelta(hours=1)
GIVEN = {
    "username": "yourUserName",
    "identity_url": "https://identity.example.com",
    "tenant_id": None,
    "tenant_name": None,
    "token": None,
    "credentials_file": None,
}


def fact(access: Access | None = None, login: Login | None = None, filtered: bool = False) -> dict[str, Any]:
    access = access or full_access()
    session = Session(URL, login or Login(ApiKey("u", "secretkey")), access)
    return build(session, access.endpoints, filtered=filtered)


def usable(value: object, now: datetime = NOW, **given: Any) -> Catalog | None:
    return usable_catalog(value, {**GIVEN, **given}, dict.fromkeys(given, "the option"), now)


def contents(catalog: Catalog | None) -> tuple[Any, str | None]:
    assert catalog
    assert catalog.still_good
    return flattened(catalog.services), catalog.default_region


def test_what_it_says() -> None:
    assert fact() == {
        "identity_url": URL,
        "username": "yourUserName",
        "user_id": "172157",
        "tenant_id": "123456",
        "default_region": "DFW",
        "expires": "2015-06-05T16:24:57Z",
        "roles": ["checkmate", "object-store:default", "compute:default", "identity:user-admin"],
        "endpoints": full_catalog(),
        "complete": True,
    }


def test_no_secret_in_it() -> None:
    text = json.dumps(fact())
    assert "d74f592f986e4d6e995853ccf0123456" not in text
    assert "secretkey" not in text


@pytest.mark.parametrize(
    ("login", "name"),
    [(Login(ApiKey("u", "k")), "u"), (Login(ExistingToken("t"), tenant_id="1"), None)],
)
def test_user_without_a_name(login: Login, name: str | None) -> None:
    access = full_access()._replace(user=a_user(), token=full_access().token._replace(tenant=None))
    made = fact(access, login)
    assert (made["username"], made["user_id"], made["tenant_id"], made["roles"]) == (name, None, None, [])


@pytest.mark.parametrize(
    ("access", "login", "filtered", "complete"),
    [
        (full_access(), None, False, True),
        (full_access(), None, True, False),
        (full_access()._replace(services=()), None, False, False),
        (full_access(), Login(ApiKey("u", "k"), tenant_id="123456"), False, True),
    ],
)
def test_complete(access: Access, login: Login | None, filtered: bool, complete: bool) -> None:
    assert fact(access, login, filtered)["complete"] is complete


@pytest.mark.parametrize("asked", [{"tenant_id": FILES_TENANT}, {"tenant_name": FILES_TENANT}])
def test_login_to_a_tenant_whose_endpoints_are_all_that_is_left(asked: dict[str, str]) -> None:
    access = full_access()
    narrowed = access._replace(
        token=access.token._replace(tenant=a_tenant(FILES_TENANT, FILES_TENANT)),
        services=services_of(one for one in access.endpoints if one["tenant_id"] == FILES_TENANT),
    )
    assert fact(narrowed, Login(ApiKey("u", "k"), **asked))["complete"] is False
    assert fact(narrowed)["complete"] is True


def test_reusable() -> None:
    assert contents(usable(fact())) == (full_catalog(), "DFW")


def test_reusable_after_a_fact_cache() -> None:
    assert contents(usable(json.loads(json.dumps(fact())))) == (full_catalog(), "DFW")


@pytest.mark.parametrize(
    "given",
    [
        {"username": "yourUserName"},
        {"identity_url": "https://identity.example.com"},
        {"identity_url": "https://identity.example.com/v2.0/"},
        # Which version of its API speaks makes no other service, and no other catalog.
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
    assert usable(fact(), **given) is not None


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
    assert usable(fact(), **given) is None


@pytest.mark.parametrize("url", ["https://identity.example.com/v1.1", "https://identity.example.com"])
def test_fact_of_another_version_of_the_same_service(url: str) -> None:
    assert usable(broken(identity_url=url), identity_url="https://identity.example.com/v2.0") is not None


@pytest.mark.parametrize("url", [None, 5, ["https://identity.example.com/v2.0"]])
def test_fact_of_no_service(url: object) -> None:
    assert usable(broken(identity_url=url), identity_url="https://identity.example.com/v2.0") is None


@pytest.mark.parametrize("login", [Login(Password("u", "p")), Login(Passcode("s", "1"))])
def test_name_that_the_service_does_not_tell(login: Login) -> None:
    made = fact(full_access()._replace(user=a_user()), login)
    assert made["username"] == ("u" if isinstance(login.credentials, Password) else None)


def test_defaults_contradict_nothing() -> None:
    options = {**GIVEN, "username": "other", "identity_url": "https://other.example.com", "tenant_id": "7"}
    assert usable_catalog(fact(), options, {}, NOW) is not None


@pytest.mark.parametrize("url", ["ftp://x", "https://", "https://u:p@x", "http://[", " "])
def test_impossible_identity_url_of_the_fact_is_nobody_s_fault(url: str) -> None:
    assert usable(broken(identity_url=url), identity_url="https://identity.example.com") is None


def test_impossible_identity_url_is_said() -> None:
    with pytest.raises(OptionError):
        usable(fact(), identity_url="ftp://x")


@pytest.mark.parametrize(
    ("now", "is_usable"),
    [(EXPIRES - timedelta(seconds=1), True), (EXPIRES, False), (EXPIRES + timedelta(days=1), False)],
)
def test_expiry(now: datetime, is_usable: bool) -> None:
    assert (usable(fact(), now) is not None) is is_usable


def test_good_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SetClock(monkeypatch)
    monkeypatch.setattr(_usable_facts, "time", clock)
    catalog = usable(fact())
    assert catalog
    assert catalog.still_good
    clock.now = EXPIRES - timedelta(seconds=1)
    assert catalog.still_good()
    clock.now = EXPIRES
    assert not catalog.still_good()


def broken(**changes: Any) -> dict[str, Any]:
    return {**fact(), **changes}


def broken_endpoint(**changes: Any) -> dict[str, Any]:
    return broken(endpoints=[{**full_catalog()[0], **changes}])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [],
        {},
        broken(complete=False),
        broken(complete="yes"),
        broken(expires=None),
        broken(expires="soon"),
        broken(expires=1433521497),
        broken(expires="9999-12-31T23:59:59-01:00"),
        broken(endpoints=None),
        broken(endpoints={}),
        broken(endpoints=["text"]),
        broken(endpoints=[{"service_type": "compute"}]),
        broken_endpoint(version=None),
        broken_endpoint(version={}),
        broken_endpoint(version={"id": 2}),
        broken_endpoint(region=5),
        broken_endpoint(service_type=["compute"]),
        broken_endpoint(public_url={}),
    ],
)
def test_what_is_no_such_fact(value: object) -> None:
    assert usable(value) is None


def test_default_region_that_is_no_text() -> None:
    assert contents(usable(broken(default_region=5))) == (full_catalog(), None)
