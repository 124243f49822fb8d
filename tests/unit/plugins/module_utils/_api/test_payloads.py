# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Payloads to the model: the samples, what real services send beyond them, and what is not a response at all."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import (
    login_payload,
    read_access,
    read_endpoints,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    Endpoint,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
    Service,
    Token,
    User,
)
from ansible_collections.rackspace.identity.tests.unit.support.generated import (
    ALMOST,
    ANY_PAYLOAD,
    LIKELY,
)
from ansible_collections.rackspace.identity.tests.unit.support.models import (
    a_role,
    a_tenant,
    a_token,
    a_user,
)
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    FILES_TENANT,
    changed_login,
    cleaned,
    full_access,
    sample,
)

EXPIRES = datetime(2015, 6, 5, 16, 24, 57, 637000, tzinfo=timezone.utc)
TOKEN = {"id": "secretid", "expires": "2015-06-05T16:24:57.637Z"}


def is_object(payload: Any) -> bool:
    return isinstance(payload, dict)


def decode_token(**fields: Any) -> Token:
    return read_access({"access": {"token": {**TOKEN, **fields}}}).token


def read_cleaned(payload: Any) -> Access:
    """Read a payload as the client does."""
    return read_access(cleaned(payload))


def decode_user(user: Any) -> User:
    return read_access({"access": {"token": TOKEN, "user": user}}).user


def decode_endpoint(**fields: Any) -> Endpoint:
    catalog = [{"name": "cloudFiles", "type": "object-store", "endpoints": [fields]}]
    (endpoint,) = flatten(read_access({"access": {"token": TOKEN, "serviceCatalog": catalog}}).services)
    return endpoint


# The samples of the reference.


@pytest.mark.covers(
    "responses/access-token",
    "responses/access-user",
    "tokens/token-id",
    "tokens/token-tenant",
    "users-and-impersonators/user-id",
    "users-and-impersonators/user-name",
    "users-and-impersonators/user-rax-auth:defaultregion",
    "users-and-impersonators/user-rax-auth:domainid",
    "users-and-impersonators/user-roles",
    "users-and-impersonators/user-roles-id",
    "users-and-impersonators/user-roles-name",
    "users-and-impersonators/user-roles-description",
    "users-and-impersonators/user-roles-tenantid",
)
def test_login() -> None:
    access = full_access()
    assert access.token == a_token(
        "d74f592f986e4d6e995853ccf0123456", EXPIRES, a_tenant("123456", "123456"), ("APIKEY",)
    )
    assert access.user == a_user(
        id="172157",
        name="yourUserName",
        default_region="DFW",
        domain_id="123456",
        roles=[
            a_role("10000150", "checkmate", "Checkmate Access role"),
            a_role(
                "5",
                "object-store:default",
                "A Role that allows a user access to keystone Service methods",
                tenant_id=FILES_TENANT,
            ),
            a_role(
                "6",
                "compute:default",
                "A Role that allows a user access to keystone Service methods",
                tenant_id="123456",
            ),
            a_role("3", "identity:user-admin", "User Admin Role."),
        ],
    )
    assert access.extra == {}
    endpoints = flatten(access.services)
    assert endpoints == sorted(
        endpoints, key=lambda one: (one["service_type"] or "", one["service_name"] or "", one["region"] or "")
    )


@pytest.mark.covers(
    "responses/access-servicecatalog",
    "services-and-endpoints/servicecatalog-name",
    "services-and-endpoints/servicecatalog-type",
    "services-and-endpoints/servicecatalog-endpoints",
    "services-and-endpoints/endpoints-region",
    "services-and-endpoints/endpoints-tenantid",
    "services-and-endpoints/endpoints-publicurl",
    "services-and-endpoints/endpoints-internalurl",
    "services-and-endpoints/endpoints-versionid",
    "services-and-endpoints/endpoints-versioninfo",
    "services-and-endpoints/endpoints-versionlist",
)
def test_endpoints_of_the_login() -> None:
    endpoints = {(one["service_name"], one["region"]): one for one in flatten(full_access().services)}
    assert endpoints["cloudServersOpenStack", "DFW"] == {
        "service_name": "cloudServersOpenStack",
        "service_type": "compute",
        "region": "DFW",
        "tenant_id": "123456",
        "public_url": "https://dfw.servers.api.rackspacecloud.com/v2/123456",
        "internal_url": None,
        "admin_url": None,
        "version": {
            "id": "2",
            "info": "https://dfw.servers.api.rackspacecloud.com/v2",
            "list": "https://dfw.servers.api.rackspacecloud.com/",
        },
        "v1_default": None,
    }
    assert endpoints["cloudDNS", None]["region"] is None
    internal = endpoints["cloudFiles", "SYD"]["internal_url"]
    assert internal == f"https://snet-storage101.syd2.clouddrive.com/v1/{FILES_TENANT}"


@pytest.mark.covers(
    "users-and-impersonators/user-rax-auth:accessibledomains",
    "users-and-impersonators/user-rax-auth:accessibledomains-id",
)
def test_login_with_accessible_domains() -> None:
    access = read_cleaned(sample("login_with_accessible_domains"))
    assert access.user["accessible_domains"] == ["123456", "432112"]
    assert access.user["phone_pin_state"] == "ACTIVE"
    assert "extra" not in access.user
    assert {one["service_name"] for one in flatten(access.services)} == {"cloudServers", "rackCDN", "cloudFiles"}


def test_login_with_token_differs_only_in_the_pin() -> None:
    access = read_cleaned(sample("login_with_token"))
    assert access.services == full_access().services
    assert access.user["phone_pin_state"] == "ACTIVE"
    assert "914737" not in repr(access)


@pytest.mark.covers("responses/access")
def test_login_to_set_up_mfa_has_no_wrapper() -> None:
    bare = sample("login_to_set_up_mfa")
    assert "access" not in bare
    access = read_access(bare)
    assert access == read_access({"access": bare})
    assert access.token.expires == "2014-01-09T21:08:53Z"
    assert access.token.authenticated_by == ["password"]
    assert (access.user, access.services, access.extra) == (a_user(), (), {})


@pytest.mark.covers("tokens/token-rax-auth:authenticatedby", "users-and-impersonators/user-rax-auth:federated")
def test_login_with_passcode() -> None:
    access = read_access(sample("login_with_passcode"))
    assert access.token.authenticated_by == ["PASSCODE", "PASSWORD"]
    assert access.token.tenant is None
    assert access.services == ()
    assert (access.user["default_region"], access.user["federated"]) == ("IAD", False)


@pytest.mark.covers(
    "tokens/token-tenant-id", "tokens/token-tenant-name", "users-and-impersonators/user-roles-serviceid"
)
def test_validated() -> None:
    access = read_cleaned(sample("validated"))
    assert access.token.tenant == a_tenant("5830345", "5830345")
    assert access.user["roles"][1] == a_role(
        "684",
        "compute:default",
        "A Role that allows a user access to keystone Service methods",
        tenant_id="5830345",
        service_id="a45b14e394a57e3fd4e45d59ff3693ead204998b",
    )
    assert "653161" not in repr(access)


@pytest.mark.covers("responses/access-rax-auth:impersonator")
def test_impersonator() -> None:
    access = read_access(sample("validated_impersonation"))
    assert access.token.expires == "2010-11-01T08:32:15Z"
    assert access.impersonator is not None
    assert (access.impersonator["id"], access.impersonator["name"]) == ("567", "impersonator.username")
    assert [role["name"] for role in access.impersonator["roles"]] == ["Racker", "object-store:admin"]
    assert access.extra == {}


@pytest.mark.covers("tokens/token-tenant")
def test_racker() -> None:
    access = read_access(sample("validated_racker"))
    assert (access.token.tenant, access.user["name"], access.user["default_region"]) == (None, None, None)
    assert access.user["id"] == "userId"


@pytest.mark.covers(
    "request-attributes/auth-passwordcredentials",
    "request-attributes/auth-passwordcredentials-username",
    "request-attributes/auth-rax-kskey:apikeycredentials",
    "request-attributes/auth-rax-kskey:apikeycredentials-username",
    "request-attributes/auth-rax-kskey:apikeycredentials-apikey",
    "request-attributes/auth-token",
    "request-attributes/auth-token-id",
    "request-attributes/auth-rax-auth:passcodecredentials-passcode",
)
@pytest.mark.parametrize(
    ("login", "name"),
    [
        (LoginRequest(Password("demoAuthor", "myPassword01")), "request_password"),
        (LoginRequest(ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678")), "request_api_key"),
        (LoginRequest(ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678"), "1100111"), "request_api_key_with_tenant"),
        (LoginRequest(ExistingToken("x" * 32), tenant_id="1100111"), "request_token_with_tenant"),
        (LoginRequest(Password("demoAuthor", "myPassword01"), scope="setup-mfa"), "request_to_set_up_mfa"),
        (LoginRequest(Passcode("s", "123456")), "request_passcode"),
    ],
)
def test_requests(login: LoginRequest, name: str) -> None:
    assert login_payload(login) == sample(name)


@pytest.mark.covers("users-and-impersonators/user-username")
def test_user_named_by_the_other_key() -> None:
    assert decode_user({"id": "1", "username": "u"}) == a_user(id="1", name="u")
    both = decode_user({"id": "1", "username": "u", "name": "n"})
    assert (both["name"], both["extra"]) == ("n", {"username": "u"})


@pytest.mark.parametrize("value", [None, {}, ""])
def test_empty_impersonator(value: Any) -> None:
    payload = {"access": {"token": TOKEN, "RAX-AUTH:impersonator": value}}
    access = read_access(payload)
    assert (access.impersonator, access.extra) == (None, {})


# What may be missing, null, empty, or a number.


@pytest.mark.parametrize(
    "payload",
    [
        {"access": {"token": TOKEN}},
        {"token": TOKEN},
        {"access": {"token": TOKEN, "user": None, "serviceCatalog": None}},
        {"access": {"token": TOKEN, "user": {}, "serviceCatalog": []}},
        {"access": {"token": {**TOKEN, "tenant": None}, "user": {"roles": None}}},
        {"access": {"token": {**TOKEN, "tenant": {}, "RAX-AUTH:authenticatedBy": None}, "user": {"roles": []}}},
        {"access": {"token": {**TOKEN, "RAX-AUTH:authenticatedBy": []}, "user": {"name": "", "id": None}}},
        {"access": {"token": TOKEN, "user": {"RAX-AUTH:defaultRegion": "", "RAX-AUTH:accessibleDomains": None}}},
        {"access": {"token": TOKEN, "user": {"RAX-AUTH:federated": None, "RAX-AUTH:accessibleDomains": []}}},
        {"access": {"token": TOKEN, "serviceCatalog": [{"name": "x", "type": "y", "endpoints": []}]}},
        {"access": {"token": TOKEN, "serviceCatalog": [{"name": "x", "type": "y", "endpoints": None}]}},
        {"access": {"token": TOKEN, "serviceCatalog": [{"name": "x"}]}},
    ],
)
def test_nothing_but_the_token_is_required(payload: Any) -> None:
    assert read_access(payload) == Access(a_token("secretid", EXPIRES), a_user())


@pytest.mark.covers("tokens/token-id")
def test_blanks_around_strings_are_removed() -> None:
    assert decode_token(id=" \tsecretid\n").id == "secretid"
    assert decode_token(tenant={"id": " 1 ", "name": " n "}).tenant == a_tenant("1", "n")
    assert decode_user({"id": " 1 ", "RAX-AUTH:defaultRegion": " DFW "})["default_region"] == "DFW"


def test_ids_may_be_numbers() -> None:
    assert decode_token(id=12345).id == "12345"
    assert decode_token(tenant={"id": 123456}).tenant == a_tenant("123456", None)
    user = decode_user(
        {
            "id": 172157,
            "name": 7,
            "RAX-AUTH:domainId": 0,
            "roles": [{"id": 5, "tenantId": 6, "serviceId": 7}],
            "RAX-AUTH:accessibleDomains": [{"id": 8}],
        }
    )
    role = a_role("5", None, tenant_id="6", service_id="7")
    assert user == a_user(id="172157", name="7", domain_id="0", roles=[role], accessible_domains=["8"])
    assert decode_endpoint(versionId=2, tenantId=1)["version"]["id"] == "2"
    assert decode_endpoint(versionId=1.1)["version"]["id"] == "1.1"


@pytest.mark.covers(
    "users-and-impersonators/user-rax-auth:federated", "users-and-impersonators/user-roles-rax-auth:propagate"
)
@pytest.mark.parametrize(
    ("value", "boolean"),
    [(True, True), (False, False), ("true", True), ("False", False), ("TRUE", True), (None, None)],
)
def test_booleans(value: Any, boolean: bool | None) -> None:
    user = decode_user({"RAX-AUTH:federated": value, "roles": [{"id": "1", "RAX-AUTH:propagate": value}]})
    assert (user["federated"], user["roles"][0]["propagate"]) == (boolean, boolean)


@pytest.mark.covers("services-and-endpoints/endpoints-region")
@pytest.mark.parametrize("nothing", [None, ""])
def test_endpoint_without_fields(nothing: str | None) -> None:
    keys = ("region", "tenantId", "publicURL", "internalURL", "adminURL", "versionId", "versionInfo", "versionList")
    expected = {
        "service_name": "cloudFiles",
        "service_type": "object-store",
        "region": None,
        "tenant_id": None,
        "public_url": None,
        "internal_url": None,
        "admin_url": None,
        "version": {"id": None, "info": None, "list": None},
        "v1_default": None,
    }
    assert decode_endpoint(**dict.fromkeys(keys, nothing)) == expected
    assert decode_endpoint() == expected


@pytest.mark.covers("users-and-impersonators/user-rax-auth:accessibledomains")
def test_accessible_domains_as_one_object() -> None:
    # The reference shows an object with the key "id" twice, of which JSON keeps the last.
    assert decode_user({"RAX-AUTH:accessibleDomains": {"id": "432112"}})["accessible_domains"] == ["432112"]


@pytest.mark.covers("tokens/token-expires")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05.12Z", datetime(2026, 1, 2, 3, 4, 5, 120000)),
        ("2026-01-02T03:04:05.123456Z", datetime(2026, 1, 2, 3, 4, 5, 123456)),
        ("2026-01-02T03:04:05.645-06:00", datetime(2026, 1, 2, 9, 4, 5, 645000)),
        ("2026-01-02T03:04:05+0100", datetime(2026, 1, 2, 2, 4, 5)),
        (" 2026-01-02T03:04:05Z ", datetime(2026, 1, 2, 3, 4, 5)),
    ],
)
def test_expires(text: str, moment: datetime) -> None:
    token, expected = decode_token(expires=text), moment.replace(tzinfo=timezone.utc)
    # What users read has no fraction, and is never later than the truth.
    assert (token.expires, token.valid_until) == (f"{moment.replace(microsecond=0).isoformat()}Z", expected.timestamp())


# Unknown fields, and the one that is never kept.


@pytest.mark.covers("responses/what-no-document-lists")
def test_unknown_fields_are_kept_in_the_object_they_came_with() -> None:
    payload = changed_login(
        token={**TOKEN, "RAX-AUTH:issued": "2015-06-04T16:24:57Z", "audit": ["a", {"b": 1}]},
        user={
            "id": "1",
            "email": "a@example.com",
            "RAX-AUTH:sessionInactivityTimeout": "PT15M",
            "RAX-AUTH:multiFactorEnabled": True,
            "roles": [{"id": "5", "RAX-AUTH:assignment": {"x": None}}],
        },
        future=[1, 2.5, None],
    )
    payload["access"]["serviceCatalog"] = [
        {"name": "n", "type": "t", "endpoints": [{"id": 7, "publicURL": "https://x/"}]}
    ]
    access = read_access(payload)
    assert access.token.extra == {"RAX-AUTH:issued": "2015-06-04T16:24:57Z", "audit": ["a", {"b": 1}]}
    assert access.user["extra"] == {
        "email": "a@example.com",
        "RAX-AUTH:sessionInactivityTimeout": "PT15M",
        "RAX-AUTH:multiFactorEnabled": True,
    }
    assert access.user["roles"][0]["extra"] == {"RAX-AUTH:assignment": {"x": None}}
    assert flatten(access.services)[0].get("extra") == {"id": 7}
    assert access.extra == {"future": [1, 2.5, None]}


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepin")
def test_pin_is_never_kept_wherever_it_comes() -> None:
    pin = {"RAX-AUTH:phonePin": "914737"}
    access = read_cleaned(
        {
            "access": {
                **pin,
                "token": {**TOKEN, **pin, "x": [[{**pin, "y": 1}]]},
                "user": {**pin, "roles": [{"id": "1", **pin}], "z": {"deep": pin}},
                "serviceCatalog": [{"name": "n", "type": "t", "endpoints": [{**pin, "region": "DFW"}]}],
                "RAX-AUTH:impersonator": {"id": "567", **pin},
            }
        }
    )
    assert "914737" not in repr(access)
    assert access.token.extra == {"x": [[{"y": 1}]]}
    assert access.impersonator == a_user(id="567")
    assert access.extra == {}


def test_token_is_not_shown() -> None:
    assert "d74f592f986e4d6e995853ccf0123456" not in repr(full_access())


# What only informs never ends a login: a value that is not what it should be counts as missing.


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tenant": "123456"}, {"tenant": a_tenant("123456", None)}),
        ({"tenant": 123456}, {"tenant": a_tenant("123456", None)}),
        ({"tenant": ""}, {}),
        ({"tenant": []}, {}),
        ({"tenant": True}, {}),
        ({"tenant": {"id": [], "name": "n"}}, {"tenant": a_tenant(None, "n")}),
        ({"tenant": {"id": {}}}, {}),
        ({"RAX-AUTH:authenticatedBy": "APIKEY"}, {"authenticated_by": ["APIKEY"]}),
        ({"RAX-AUTH:authenticatedBy": ["APIKEY", 1, None, {}]}, {"authenticated_by": ["APIKEY", "1"]}),
        ({"RAX-AUTH:authenticatedBy": {"x": "APIKEY"}}, {}),
        ({"RAX-AUTH:authenticatedBy": True}, {}),
    ],
)
def test_odd_fields_of_a_token(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert decode_token(**fields) == a_token("secretid", EXPIRES)._replace(**expected)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        *((user, {}) for user in ("x", 5, [], ["x"], True)),
        ({"name": {}, "id": ["1"]}, {}),
        ({"roles": {}}, {"roles": [a_role(None)]}),
        ({"roles": {"id": "5"}}, {"roles": [a_role("5")]}),
        ({"roles": "admin"}, {}),
        ({"roles": ["admin", {"id": "5"}, None]}, {"roles": [a_role("5")]}),
        ({"roles": [{"id": [], "name": "n"}]}, {"roles": [a_role(None, "n")]}),
        ({"roles": [{"id": "5", "RAX-AUTH:propagate": "maybe"}]}, {"roles": [a_role("5")]}),
        ({"RAX-AUTH:federated": 1}, {}),
        ({"RAX-AUTH:federated": "maybe"}, {}),
        ({"RAX-AUTH:accessibleDomains": "1"}, {}),
        ({"RAX-AUTH:accessibleDomains": [{}, {"id": "1"}, "2", {"id": []}]}, {"accessible_domains": ["1"]}),
        ({"RAX-AUTH:defaultRegion": ["DFW"]}, {}),
        ({"RAX-AUTH:phonePinState": {}}, {}),
    ],
)
def test_odd_fields_of_a_user(user: Any, expected: dict[str, Any]) -> None:
    assert decode_user(user) == a_user(**expected)
    payload = {"access": {"token": TOKEN, "RAX-AUTH:impersonator": user}}
    assert read_access(payload).impersonator == (a_user(**expected) if user else None)


@pytest.mark.parametrize(
    ("catalog", "services"),
    [
        *((catalog, ()) for catalog in ("x", 5, True, ["x", None, 5])),
        ({"name": "n", "type": "t"}, ()),
        ([{"name": "n", "type": "t", "endpoints": "x"}], ()),
        ([{"name": "n", "type": "t", "endpoints": [None, "x"]}], ()),
        ({"name": "n", "type": "t", "endpoints": [{"region": "DFW"}]}, (Service("t", "n", [{"region": "DFW"}]),)),
        ([{"name": [], "type": {}, "endpoints": [{}]}], (Service(None, None, [{}]),)),
        (
            [{"name": "n", "type": "t", "endpoints": {"region": "DFW"}}, "x"],
            (Service("t", "n", [{"region": "DFW"}]),),
        ),
        (
            [{"name": "n", "type": "t", "endpoints": [{"region": {}, "publicURL": "https://x/", "versionId": []}]}],
            (Service("t", "n", [{"public_url": "https://x/"}]),),
        ),
    ],
)
def test_odd_catalogs(catalog: Any, services: tuple[Service, ...]) -> None:
    assert read_access({"access": {"token": TOKEN, "serviceCatalog": catalog}}).services == services


@given(LIKELY, LIKELY, LIKELY, LIKELY)
def test_whatever_informs_a_login_succeeds(tenant: Any, methods: Any, user: Any, catalog: Any) -> None:
    token = {**TOKEN, "tenant": tenant, "RAX-AUTH:authenticatedBy": methods}
    access = read_access(
        {"access": {"token": token, "user": user, "serviceCatalog": catalog, "RAX-AUTH:impersonator": user}}
    )
    assert (access.token.id, access.token.expires) == ("secretid", "2015-06-05T16:24:57Z")
    assert all(isinstance(endpoint, dict) for endpoint in flatten(access.services))


# What is not a response to a login.

NO_TOKEN = "access.token is not an object"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({}, NO_TOKEN),
        ({"access": {}}, NO_TOKEN),
        ({"access": None}, "access is not an object"),
        ({"access": ["secret"]}, "access is not an object"),
        ({"access": {"token": "secret"}}, NO_TOKEN),
        ({"access": {"token": {}}}, "access.token.expires is missing"),
        ({"access": {"token": {"expires": TOKEN["expires"]}}}, "access.token.id is missing"),
        ({"access": {"token": {**TOKEN, "id": None}}}, "access.token.id is missing"),
        ({"access": {"token": {**TOKEN, "id": "  "}}}, "access.token.id is missing"),
        ({"access": {"token": {**TOKEN, "id": ["secret"]}}}, "access.token.id is missing"),
        ({"access": {"token": {**TOKEN, "id": {"secret": 1}}}}, "access.token.id is missing"),
        ({"access": {"token": {**TOKEN, "id": True}}}, "access.token.id is missing"),
        ({"access": {"token": [TOKEN]}}, NO_TOKEN),
        ({"access": {"token": {"id": "secret"}}}, "access.token.expires is missing"),
        ({"access": {"token": {**TOKEN, "expires": "secret"}}}, "access.token.expires is not a timestamp"),
        ({"access": {"token": {**TOKEN, "expires": 5}}}, "access.token.expires is not a timestamp"),
        ({"access": {"token": {**TOKEN, "expires": {}}}}, "access.token.expires is missing"),
        (
            {"access": {"token": {**TOKEN, "expires": "9999-12-31T23:59:59-01:00"}}},
            "access.token.expires is not a timestamp",
        ),
    ],
)
def test_wrong_payloads(payload: Any, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_access(payload)
    assert str(caught.value) == message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


# The endpoints of a token.


@pytest.mark.covers(
    "the-endpoints-of-a-token-operation-9/endpoints",
    "the-endpoints-of-a-token-operation-9/endpoints-id",
    "the-endpoints-of-a-token-operation-9/endpoints-name",
    "the-endpoints-of-a-token-operation-9/endpoints-type",
)
def test_endpoints_of_a_token() -> None:
    endpoints = flatten(read_endpoints(sample("endpoints")))
    assert [one["region"] for one in endpoints] == ["East", "Global", "North", "South", "West"]
    assert {(one["service_name"], one["service_type"], one["tenant_id"]) for one in endpoints} == {
        ("Compute", "compute", "1")
    }
    # The ids only number the endpoints.
    assert [one for one in endpoints if "extra" in one] == []


def test_unknown_fields_of_a_token_s_endpoint() -> None:
    fields = {"id": 1, "name": "n", "rank": 7, "RAX-AUTH:phonePin": "914737"}
    (endpoint,) = flatten(read_endpoints(cleaned({"endpoints": [fields]})))
    assert endpoint.get("extra") == {"rank": 7}


@pytest.mark.covers("the-endpoints-of-a-token-operation-9/endpoints_links")
@pytest.mark.parametrize("payload", [{"endpoints": []}, {"endpoints": None}, {"endpoints": [], "endpoints_links": []}])
def test_token_without_endpoints(payload: Any) -> None:
    assert read_endpoints(payload) == ()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"access": {"token": TOKEN}}, "endpoints is missing"),
        ({}, "endpoints is missing"),
        ({"access": {"endpoints": []}}, "endpoints is missing"),
    ],
)
def test_wrong_endpoints_of_a_token(payload: Any, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_endpoints(payload)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("listed", "regions"),
    [
        ("x", []),
        (["x", None], []),
        ({"region": "DFW"}, ["DFW"]),
        ([{"region": []}], [None]),
        ([{"region": "DFW", "name": {}}, 5], ["DFW"]),
    ],
)
def test_odd_endpoints_of_a_token(listed: Any, regions: list[str | None]) -> None:
    assert [one["region"] for one in flatten(read_endpoints({"endpoints": listed}))] == regions


@given(st.one_of(st.dictionaries(st.text(max_size=8), ANY_PAYLOAD, max_size=4), LIKELY.filter(is_object), ALMOST))
def test_any_payload_is_read_or_refused(payload: Any) -> None:
    try:
        access = read_access(payload)
    except DecodeError:
        pass
    else:
        assert access.token.id


@given(payload=ALMOST, value=st.text(min_size=12, alphabet="qwxyz"))
def test_errors_never_show_a_value(payload: Any, value: str) -> None:
    payload["access"]["token"] = {"id": value, "expires": value}
    with pytest.raises(DecodeError) as caught:
        read_access(payload)
    assert value not in str(caught.value)
