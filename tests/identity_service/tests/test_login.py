# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations 1, 2, 3 and 5: logging in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from identity_service.accounts import DEMO, GROUP_FIRST, GROUP_RCN, GROUP_SECOND
from identity_service.tests.caller import Caller, access, refused

DOCUMENT = json.loads((Path(__file__).parent.parent / "catalog.json").read_text(encoding="utf-8"))


def tenants_of(answer: dict[str, Any]) -> set[str]:
    return {endpoint["tenantId"] for service in answer["serviceCatalog"] for endpoint in service["endpoints"]}


def test_password_login_answers_like_the_document(api: Caller) -> None:
    answer = access(api.password())
    token, user = answer["token"], answer["user"]
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


def test_the_catalog_is_the_document_s_word_for_word(api: Caller) -> None:
    catalog = access(api.api_key())["serviceCatalog"]
    assert catalog == DOCUMENT
    assert len(catalog) == 19
    assert [service["name"] for service in catalog] != sorted(service["name"] for service in catalog)


def test_api_key_login_names_its_way(api: Caller) -> None:
    assert access(api.api_key())["token"]["RAX-AUTH:authenticatedBy"] == ["APIKEY"]


def test_user_names_are_compared_without_case(api: Caller) -> None:
    response = api.auth({"passwordCredentials": {"username": "demoAuthor", "password": "myPassword01"}})
    assert access(response)["user"]["name"] == "demoauthor"


def test_each_login_gives_a_new_token_and_older_ones_live_on(api: Caller) -> None:
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
def test_wrong_credentials_are_unauthorized(api: Caller, auth: dict[str, Any]) -> None:
    response = api.auth(auth)
    refused(response, 401, "unauthorized")
    assert "WWW-Authenticate" not in response.headers


def test_a_disabled_user_is_told_so(api: Caller) -> None:
    refused(api.password("disableduser"), 403, "userDisabled")
    refused(api.api_key("disableduser"), 403, "userDisabled")


def test_a_user_without_default_region_has_no_such_key(api: Caller) -> None:
    assert "RAX-AUTH:defaultRegion" not in access(api.password("noregion"))["user"]


def test_a_racker_has_neither_tenant_nor_name(api: Caller) -> None:
    answer = access(api.password("racker"))
    assert "tenant" not in answer["token"]
    assert "name" not in answer["user"]
    assert answer["user"]["RAX-AUTH:defaultRegion"] == ""
    assert answer["serviceCatalog"] == []
    assert {"name": "dl_RackUSA"} in answer["user"]["roles"]


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_the_mosso_tenant_gives_the_full_catalog(api: Caller, key: str) -> None:
    answer = access(api.api_key(**{key: DEMO.mosso}))
    assert answer["token"]["tenant"]["id"] == DEMO.mosso
    assert len(answer["serviceCatalog"]) == 19


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_the_nast_tenant_gives_its_own_endpoints_only(api: Caller, key: str) -> None:
    answer = access(api.password(**{key: DEMO.nast}))
    assert answer["token"]["tenant"] == {"id": DEMO.nast, "name": DEMO.nast}
    assert {service["name"] for service in answer["serviceCatalog"]} == {"cloudFiles", "cloudFilesCDN"}
    assert tenants_of(answer) == {DEMO.nast}


def test_an_unknown_tenant_is_unauthorized(api: Caller) -> None:
    refused(api.password(tenantId="999999"), 401, "unauthorized")
    refused(api.api_key(tenantName=GROUP_FIRST.mosso), 401, "unauthorized")


def test_include_endpoints_false_leaves_the_catalog_out(api: Caller) -> None:
    assert "serviceCatalog" not in access(api.api_key(query="?include_endpoints=false"))
    assert "serviceCatalog" in access(api.api_key(query="?include_endpoints=true"))


def test_accessible_domains_come_when_asked_for(api: Caller) -> None:
    assert "RAX-AUTH:accessibleDomains" not in access(api.api_key())["user"]
    assert "RAX-AUTH:accessibleDomains" not in access(api.api_key(query="?include_accessible_domains=false"))["user"]
    user = access(api.api_key(query="?include_accessible_domains=true"))["user"]
    assert user["RAX-AUTH:accessibleDomains"] == [{"id": "123456"}, {"id": "432112"}]
    other = access(api.api_key("otheradmin", query="?include_accessible_domains=true"))["user"]
    assert other["RAX-AUTH:accessibleDomains"] == [{"id": "765432"}]


def test_group_roles_and_endpoints_come_when_asked_for(api: Caller) -> None:
    own = {*GROUP_FIRST.tenants(), *GROUP_SECOND.tenants()}
    without = access(api.password("groupuser"))
    assert tenants_of(without) == own
    assert "rcn:reader" not in {role["name"] for role in without["user"]["roles"]}
    with_rcn = access(api.password("groupuser", query="?apply_rcn_roles=true"))
    assert tenants_of(with_rcn) == own | set(GROUP_RCN.tenants())
    assert "rcn:reader" in {role["name"] for role in with_rcn["user"]["roles"]}


def test_a_group_tenant_opens_only_with_group_roles(api: Caller) -> None:
    refused(api.password("groupuser", tenantId=GROUP_RCN.nast), 401, "unauthorized")
    answer = access(api.password("groupuser", query="?apply_rcn_roles=true", tenantId=GROUP_RCN.nast))
    assert tenants_of(answer) == {GROUP_RCN.nast}


def test_a_second_tenant_of_the_own_domain_can_be_chosen(api: Caller) -> None:
    answer = access(api.api_key("groupuser", tenantId=GROUP_SECOND.nast))
    assert tenants_of(answer) == {GROUP_SECOND.nast}


def test_admin_urls_are_for_staff_only(api: Caller) -> None:
    def admin_urls(user: str) -> int:
        catalog = access(api.password(user))["serviceCatalog"]
        return sum("adminURL" in endpoint for service in catalog for endpoint in service["endpoints"])

    assert admin_urls("demoauthor") == 0
    assert admin_urls("identityadmin") == 59


@pytest.mark.parametrize("key", ["tenantId", "tenantName"])
def test_a_token_and_a_tenant_give_a_token_for_that_tenant(api: Caller, key: str) -> None:
    source = api.token()
    answer = access(api.auth({"token": {"id": source}, key: DEMO.nast}))
    assert answer["token"]["id"] != source
    assert answer["token"]["tenant"]["id"] == DEMO.nast
    assert answer["token"]["RAX-AUTH:authenticatedBy"] == ["APIKEY"]
    assert tenants_of(answer) == {DEMO.nast}
    assert answer["user"]["RAX-AUTH:phonePin"] == "914737"


def test_a_traded_token_ends_with_its_source(api: Caller) -> None:
    first = access(api.api_key())["token"]
    api.control("POST", "clock", {"forward": 1000})
    second = access(api.auth({"token": {"id": first["id"]}, "tenantId": DEMO.mosso}))["token"]
    assert second["expires"] == first["expires"]


def test_token_login_with_group_roles(api: Caller) -> None:
    auth = {"token": {"id": api.token("groupuser")}, "tenantId": GROUP_RCN.mosso}
    refused(api.auth(auth), 401, "unauthorized")
    answer = access(api.auth(auth, "?apply_rcn_roles=true"))
    assert set(GROUP_RCN.tenants()) <= tenants_of(answer)


def test_a_dead_token_logs_nobody_in(api: Caller) -> None:
    auth = {"token": {"id": "no-such-token"}, "tenantId": DEMO.mosso}
    refused(api.auth(auth), 404, "itemNotFound")
    api.set(dead_token_login_code=401)
    refused(api.auth(auth), 401, "unauthorized")


def test_a_token_does_not_open_a_foreign_tenant(api: Caller) -> None:
    refused(api.auth({"token": {"id": api.token()}, "tenantId": GROUP_FIRST.mosso}), 401, "unauthorized")


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_setup_scope_gives_a_bare_token(api: Caller, wrapped: bool) -> None:
    api.set(setup_mfa_wrapper=wrapped)
    response = api.password("mfaEnforced", **{"RAX-AUTH:scope": "SETUP-MFA"})
    assert response.status_code == 200
    body = response.get_json()
    answer = body["access"] if wrapped else body
    assert set(answer) == {"token"}
    assert set(answer["token"]) == {"id", "expires", "RAX-AUTH:authenticatedBy"}
    assert answer["token"]["RAX-AUTH:authenticatedBy"] == ["password"]
    assert api.count("login_setup_mfa") == 1


def test_the_setup_scope_names_the_way_of_logging_in(api: Caller) -> None:
    response = api.api_key(**{"RAX-AUTH:scope": "SETUP-MFA"})
    assert response.get_json()["token"]["RAX-AUTH:authenticatedBy"] == ["apikey"]


def test_a_setup_token_opens_nothing_else(api: Caller) -> None:
    token = api.password(**{"RAX-AUTH:scope": "SETUP-MFA"}).get_json()["token"]["id"]
    other = api.token()
    refused(api.get(other, token), 403, "forbidden")
    refused(api.get(f"{token}/endpoints", token), 403, "forbidden")
    refused(api.auth({"token": {"id": token}, "tenantId": DEMO.mosso}), 404, "itemNotFound")
    assert "tenant" not in access(api.get(token, token))["token"]


def test_the_setup_scope_is_refused_for_wrong_or_equipped_users(api: Caller) -> None:
    scope = {"RAX-AUTH:scope": "SETUP-MFA"}
    refused(api.password("mfaTestUser", **scope), 403, "forbidden")
    refused(api.password("disableduser", **scope), 403, "userDisabled")
    credentials = {"username": "mfaEnforced", "password": "wrong"}
    refused(api.auth({"passwordCredentials": credentials, **scope}), 401, "unauthorized")


def test_enforced_but_not_set_up_is_forbidden_for_passwords_only(api: Caller) -> None:
    message = refused(api.password("mfaEnforced"), 403, "forbidden")
    assert message == "User must setup multi-factor"
    access(api.api_key("mfaEnforced"))


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("milliseconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("no_fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-06:00"),
        ("microseconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    ],
)
def test_expiry_is_written_in_the_chosen_form(api: Caller, form: str, pattern: str) -> None:
    api.set(expires_format=form)
    assert re.fullmatch(pattern, access(api.api_key())["token"]["expires"])


def test_extra_attributes_and_the_tenant_header(api: Caller) -> None:
    assert "X-Tenant-Id" not in api.api_key().headers
    api.set(extra_attributes=True, tenant_header=True)
    response = api.api_key()
    answer = access(response)
    assert response.headers["X-Tenant-Id"] == DEMO.mosso
    assert "RAX-AUTH:issued" in answer["token"]
    assert answer["user"]["email"] == "demoauthor@example.com"
    assert answer["user"]["RAX-AUTH:multiFactorEnabled"] is False
    assert answer["user"]["RAX-AUTH:sessionInactivityTimeout"] == "PT12H"
