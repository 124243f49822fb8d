# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations 1, 2, 3 and 5: logins."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from identity_service.accounts import DEMO, GROUP_FIRST, GROUP_RCN, GROUP_SECOND
from identity_service.tests.api_client import ApiClient, access, refused

DOCUMENT = json.loads((Path(__file__).parent.parent / "catalog.json").read_text(encoding="utf-8"))


def tenants_of(payload: dict[str, Any]) -> set[str]:
    return {endpoint["tenantId"] for service in payload["serviceCatalog"] for endpoint in service["endpoints"]}


def test_a_password_login_gets_the_documented_response(api: ApiClient) -> None:
    payload = access(api.password())
    token, user = payload["token"], payload["user"]
    assert token["tenant"] == {"id": "123456", "name": "123456"}
    assert token["RAX-AUTH:authenticatedBy"] == ["PASSWORD"]
    assert set(token) == {"id", "expires", "tenant", "RAX-AUTH:authenticatedBy"}
    assert (user["id"], user["name"]) == ("172157", "demoauthor")
    assert (user["RAX-AUTH:defaultRegion"], user["RAX-AUTH:domainId"]) == ("DFW", "123456")
    assert (user["RAX-AUTH:phonePin"], user["RAX-AUTH:phonePinState"]) == ("914737", "ACTIVE")
    assert [role["name"] for role in user["roles"]] == [
        "checkmate",
        "object-store:default",
        "compute:default",
        "identity:user-admin",
    ]
    assert user["roles"][1]["tenantId"] == DEMO.nast


def test_the_catalog_is_the_documented_one_word_for_word(api: ApiClient) -> None:
    catalog = access(api.api_key())["serviceCatalog"]
    assert catalog == DOCUMENT
    assert len(catalog) == 19
    assert [service["name"] for service in catalog] != sorted(service["name"] for service in catalog)


def test_an_api_key_login_names_its_method(api: ApiClient) -> None:
    assert access(api.api_key())["token"]["RAX-AUTH:authenticatedBy"] == ["APIKEY"]


def test_user_names_are_compared_without_case(api: ApiClient) -> None:
    response = api.auth({"passwordCredentials": {"username": "demoAuthor", "password": "myPassword01"}})
    assert access(response)["user"]["name"] == "demoauthor"


def test_each_login_issues_a_new_token_and_older_ones_remain_valid(api: ApiClient) -> None:
    first, second = api.token(), api.token()
    assert first != second
    assert {"-", "_"} <= set(first)
    assert len(first) <= 255
    assert access(api.get(first, second))["token"]["id"] == first


@pytest.mark.parametrize(
    "auth",
    [
        {"passwordCredentials": {"username": "demoauthor", "password": "wrong"}},
        {"passwordCredentials": {"username": "nobody", "password": "myPassword01"}},
        {"passwordCredentials": {"username": "demoauthor", "password": "aaaaa-bbbbb-ccccc-12345678"}},
        {"RAX-KSKEY:apiKeyCredentials": {"username": "demoauthor", "apiKey": "wrong"}},
        {"RAX-KSKEY:apiKeyCredentials": {"username": "demoauthor", "apiKey": "myPassword01"}},
        {"RAX-KSKEY:apiKeyCredentials": {"username": "racker", "apiKey": "anything"}},
        {"passwordCredentials": {"username": "disableduser", "password": "wrong"}},
    ],
)
def test_wrong_credentials_are_unauthorized(api: ApiClient, auth: dict[str, Any]) -> None:
    response = api.auth(auth)
    refused(response, 401, "unauthorized")
    assert "WWW-Authenticate" not in response.headers


def test_a_disabled_user_gets_user_disabled(api: ApiClient) -> None:
    refused(api.password("disableduser"), 403, "userDisabled")
    refused(api.api_key("disableduser"), 403, "userDisabled")


def test_a_user_without_default_region_has_no_such_key(api: ApiClient) -> None:
    assert "RAX-AUTH:defaultRegion" not in access(api.password("noregion"))["user"]


def test_a_racker_has_neither_tenant_nor_name(api: ApiClient) -> None:
    payload = access(api.password("racker"))
    assert "tenant" not in payload["token"]
    assert "name" not in payload["user"]
    assert payload["user"]["RAX-AUTH:defaultRegion"] == ""
    assert payload["serviceCatalog"] == []
    assert {"name": "dl_RackUSA"} in payload["user"]["roles"]


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_the_mosso_tenant_gives_the_full_catalog(api: ApiClient, key: str) -> None:
    payload = access(api.api_key(**{key: DEMO.mosso}))
    assert payload["token"]["tenant"]["id"] == DEMO.mosso
    assert len(payload["serviceCatalog"]) == 19


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_the_nast_tenant_only_gives_its_own_endpoints(api: ApiClient, key: str) -> None:
    payload = access(api.password(**{key: DEMO.nast}))
    assert payload["token"]["tenant"] == {"id": DEMO.nast, "name": DEMO.nast}
    assert {service["name"] for service in payload["serviceCatalog"]} == {"cloudFiles", "cloudFilesCDN"}
    assert tenants_of(payload) == {DEMO.nast}


def test_an_unknown_tenant_is_unauthorized(api: ApiClient) -> None:
    refused(api.password(tenantId="999999"), 401, "unauthorized")
    refused(api.api_key(tenantName=GROUP_FIRST.mosso), 401, "unauthorized")


def test_include_endpoints_false_leaves_out_the_catalog(api: ApiClient) -> None:
    assert "serviceCatalog" not in access(api.api_key(query="?include_endpoints=false"))
    assert "serviceCatalog" in access(api.api_key(query="?include_endpoints=true"))


def test_accessible_domains_are_returned_on_request(api: ApiClient) -> None:
    assert "RAX-AUTH:accessibleDomains" not in access(api.api_key())["user"]
    assert "RAX-AUTH:accessibleDomains" not in access(api.api_key(query="?include_accessible_domains=false"))["user"]
    user = access(api.api_key(query="?include_accessible_domains=true"))["user"]
    assert user["RAX-AUTH:accessibleDomains"] == [{"id": "123456"}, {"id": "432112"}]
    other = access(api.api_key("otheradmin", query="?include_accessible_domains=true"))["user"]
    assert other["RAX-AUTH:accessibleDomains"] == [{"id": "765432"}]


def test_group_roles_and_endpoints_are_returned_on_request(api: ApiClient) -> None:
    own = {*GROUP_FIRST.tenants(), *GROUP_SECOND.tenants()}
    without = access(api.password("groupuser"))
    assert tenants_of(without) == own
    assert "rcn:reader" not in {role["name"] for role in without["user"]["roles"]}
    with_rcn = access(api.password("groupuser", query="?apply_rcn_roles=true"))
    assert tenants_of(with_rcn) == own | set(GROUP_RCN.tenants())
    assert "rcn:reader" in {role["name"] for role in with_rcn["user"]["roles"]}


def test_a_group_tenant_requires_group_roles(api: ApiClient) -> None:
    refused(api.password("groupuser", tenantId=GROUP_RCN.nast), 401, "unauthorized")
    payload = access(api.password("groupuser", query="?apply_rcn_roles=true", tenantId=GROUP_RCN.nast))
    assert tenants_of(payload) == {GROUP_RCN.nast}


def test_a_second_tenant_of_the_same_domain_can_be_chosen(api: ApiClient) -> None:
    payload = access(api.api_key("groupuser", tenantId=GROUP_SECOND.nast))
    assert tenants_of(payload) == {GROUP_SECOND.nast}


def test_only_staff_gets_admin_urls(api: ApiClient) -> None:
    def admin_urls(user: str) -> int:
        catalog = access(api.password(user))["serviceCatalog"]
        return sum("adminURL" in endpoint for service in catalog for endpoint in service["endpoints"])

    assert admin_urls("demoauthor") == 0
    assert admin_urls("identityadmin") == 59


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_a_token_and_a_tenant_give_a_token_for_that_tenant(api: ApiClient, key: str) -> None:
    source = api.token()
    payload = access(api.auth({"token": {"id": source}, key: DEMO.nast}))
    assert payload["token"]["id"] != source
    assert payload["token"]["tenant"]["id"] == DEMO.nast
    assert payload["token"]["RAX-AUTH:authenticatedBy"] == ["APIKEY"]
    assert tenants_of(payload) == {DEMO.nast}
    assert payload["user"]["RAX-AUTH:phonePin"] == "914737"


def test_an_exchanged_token_expires_with_its_source(api: ApiClient) -> None:
    first = access(api.api_key())["token"]
    api.control("POST", "clock", {"forward": 1000})
    second = access(api.auth({"token": {"id": first["id"]}, "tenantId": DEMO.mosso}))["token"]
    assert second["expires"] == first["expires"]


def test_token_login_with_group_roles(api: ApiClient) -> None:
    auth = {"token": {"id": api.token("groupuser")}, "tenantId": GROUP_RCN.mosso}
    refused(api.auth(auth), 401, "unauthorized")
    payload = access(api.auth(auth, "?apply_rcn_roles=true"))
    assert set(GROUP_RCN.tenants()) <= tenants_of(payload)


def test_an_invalid_token_cannot_log_in(api: ApiClient) -> None:
    auth = {"token": {"id": "no-such-token"}, "tenantId": DEMO.mosso}
    refused(api.auth(auth), 404, "itemNotFound")
    api.set(dead_token_login_code=401)
    refused(api.auth(auth), 401, "unauthorized")


def test_a_token_does_not_grant_access_to_another_tenant(api: ApiClient) -> None:
    refused(api.auth({"token": {"id": api.token()}, "tenantId": GROUP_FIRST.mosso}), 401, "unauthorized")


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_setup_scope_gives_a_bare_token(api: ApiClient, wrapped: bool) -> None:
    api.set(setup_mfa_wrapper=wrapped)
    response = api.password("mfaEnforced", **{"RAX-AUTH:scope": "SETUP-MFA"})
    assert response.status_code == 200
    body = response.get_json()
    payload = body["access"] if wrapped else body
    assert set(payload) == {"token"}
    assert set(payload["token"]) == {"id", "expires", "RAX-AUTH:authenticatedBy"}
    assert payload["token"]["RAX-AUTH:authenticatedBy"] == ["password"]
    assert api.count("login_setup_mfa") == 1


def test_the_setup_scope_names_the_login_method(api: ApiClient) -> None:
    response = api.api_key(**{"RAX-AUTH:scope": "SETUP-MFA"})
    assert response.get_json()["token"]["RAX-AUTH:authenticatedBy"] == ["apikey"]


def test_a_setup_token_grants_nothing_else(api: ApiClient) -> None:
    token = api.password(**{"RAX-AUTH:scope": "SETUP-MFA"}).get_json()["token"]["id"]
    other = api.token()
    refused(api.get(other, token), 403, "forbidden")
    refused(api.get(f"{token}/endpoints", token), 403, "forbidden")
    refused(api.auth({"token": {"id": token}, "tenantId": DEMO.mosso}), 404, "itemNotFound")
    assert "tenant" not in access(api.get(token, token))["token"]


def test_the_setup_scope_is_rejected_for_wrong_users_and_those_with_a_factor(api: ApiClient) -> None:
    scope = {"RAX-AUTH:scope": "SETUP-MFA"}
    refused(api.password("mfaTestUser", **scope), 403, "forbidden")
    refused(api.password("disableduser", **scope), 403, "userDisabled")
    credentials = {"username": "mfaEnforced", "password": "wrong"}
    refused(api.auth({"passwordCredentials": credentials, **scope}), 401, "unauthorized")


def test_enforced_but_not_set_up_is_forbidden_for_passwords_only(api: ApiClient) -> None:
    message = refused(api.password("mfaEnforced"), 403, "forbidden")
    assert message == "User must setup multi-factor"
    access(api.api_key("mfaEnforced"))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("milliseconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("no_fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-06:00"),
        ("microseconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    ],
)
def test_the_expiry_has_the_chosen_format(api: ApiClient, name: str, pattern: str) -> None:
    api.set(expires_format=name)
    assert re.fullmatch(pattern, access(api.api_key())["token"]["expires"])


def test_extra_attributes_and_the_tenant_header(api: ApiClient) -> None:
    assert "X-Tenant-Id" not in api.api_key().headers
    api.set(extra_attributes=True, tenant_header=True)
    response = api.api_key()
    payload = access(response)
    assert response.headers["X-Tenant-Id"] == DEMO.mosso
    assert "RAX-AUTH:issued" in payload["token"]
    assert payload["user"]["email"] == "demoauthor@example.com"
    assert payload["user"]["RAX-AUTH:multiFactorEnabled"] is False
    assert payload["user"]["RAX-AUTH:sessionInactivityTimeout"] == "PT12H"
