# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations 6 to 9: validating and revoking tokens, and listing endpoints."""

from __future__ import annotations

import pytest

from identity_service.accounts import DEMO, GROUP_FIRST, GROUP_RCN, GROUP_SECOND
from identity_service.tests.api_client import TOKENS, ApiClient, access, refused


def alive(api: ApiClient, token: str) -> bool:
    return bool(api.control("POST", "tokens/check", {"id": token})["alive"])


def test_the_own_token_is_validated_with_pin_and_without_catalog(api: ApiClient) -> None:
    login = access(api.api_key())
    token = login["token"]["id"]
    payload = access(api.get(token, token))
    assert payload["token"] == login["token"]
    assert payload["user"] == login["user"]
    assert payload["user"]["RAX-AUTH:phonePin"] == "914737"
    assert "serviceCatalog" not in payload


def test_the_pin_is_only_shown_to_the_token_itself(api: ApiClient) -> None:
    first, second, admin = api.token(), api.token(), api.token("demoadmin")
    for caller in (second, admin):
        user = access(api.get(first, caller))["user"]
        assert "RAX-AUTH:phonePin" not in user
        assert user["RAX-AUTH:phonePinState"] == "ACTIVE"


def test_pin_states(api: ApiClient) -> None:
    locked, none = api.token("demouser"), api.token("demoadmin")
    assert access(api.get(locked, locked))["user"]["RAX-AUTH:phonePinState"] == "LOCKED"
    user = access(api.get(none, none))["user"]
    assert user["RAX-AUTH:phonePinState"] == "INACTIVE"
    assert "RAX-AUTH:phonePin" not in user


@pytest.mark.parametrize(
    ("caller", "subject", "allowed"),
    [
        ("demouser", "demouser", True),
        ("demouser", "demoauthor", False),
        ("demoadmin", "demouser", True),
        ("demoauthor", "demoadmin", True),
        ("otheradmin", "demouser", False),
        ("demoadmin", "racker", False),
        ("racker", "demouser", False),
        ("identityadmin", "demouser", True),
        ("identityadmin", "racker", True),
    ],
)
def test_who_may_access_whose_token(api: ApiClient, caller: str, subject: str, allowed: bool) -> None:
    auth_token = api.control("POST", "tokens", {"user": caller})["id"]
    subject_token = api.control("POST", "tokens", {"user": subject})["id"]
    responses = [
        api.get(subject_token, auth_token),
        api.get(f"{subject_token}/endpoints", auth_token),
        api.delete(subject_token, auth_token),
    ]
    if allowed:
        assert [response.status_code for response in responses] == [200, 200, 204]
    else:
        for response in responses:
            refused(response, 403, "forbidden")
    assert alive(api, subject_token) is not allowed


@pytest.mark.parametrize("caller", ["demouser", "demoadmin", "identityadmin"])
def test_a_token_that_does_not_exist_is_not_found(api: ApiClient, caller: str) -> None:
    token = api.token(caller)
    refused(api.get("no-such-token", token), 404, "itemNotFound")
    refused(api.get("no-such-token/endpoints", token), 404, "itemNotFound")
    refused(api.delete("no-such-token", token), 404, "itemNotFound")


def test_an_expired_token_is_not_found(api: ApiClient) -> None:
    api.set(token_lifetime=60)
    old = api.token()
    api.control("POST", "clock", {"forward": 59})
    assert alive(api, old)
    fresh = api.token()
    api.control("POST", "clock", {"forward": 1.5})
    refused(api.get(old, fresh), 404, "itemNotFound")
    refused(api.get(old, old), 401, "unauthorized")


@pytest.mark.parametrize("caller", [None, "no-such-token"])
def test_a_call_without_a_valid_token_is_unauthorized(api: ApiClient, caller: str | None) -> None:
    subject = api.token()
    for response in (
        api.get(subject, caller),
        api.get(f"{subject}/endpoints", caller),
        api.delete("", caller),
        api.delete(subject, caller),
    ):
        refused(response, 401, "unauthorized")
    assert alive(api, subject)


@pytest.mark.parametrize(
    ("tenant", "query", "status"),
    [
        (DEMO.mosso, f"?belongsTo={DEMO.mosso}", 200),
        (DEMO.mosso, f"?belongsTo={DEMO.nast}", 200),
        (DEMO.nast, f"?belongsTo={DEMO.nast}", 200),
        (DEMO.nast, f"?belongsTo={DEMO.mosso}", 401),
        (DEMO.mosso, f"?belongsTo={GROUP_FIRST.mosso}", 401),
    ],
)
def test_belongs_to(api: ApiClient, tenant: str, query: str, status: int) -> None:
    token = api.token(tenantId=tenant)
    response = api.get(token + query, token)
    if status == 200:
        access(response)
    else:
        refused(response, status, "unauthorized")


def test_belongs_to_a_group_tenant_only_with_group_roles(api: ApiClient) -> None:
    token = api.token("groupuser")
    refused(api.get(f"{token}?belongsTo={GROUP_RCN.mosso}", token), 401, "unauthorized")
    payload = access(api.get(f"{token}?belongsTo={GROUP_RCN.mosso}&apply_rcn_roles=true", token))
    assert "rcn:reader" in {role["name"] for role in payload["user"]["roles"]}


def test_validation_returns_accessible_domains_on_request(api: ApiClient) -> None:
    token = api.token("groupuser")
    assert "RAX-AUTH:accessibleDomains" not in access(api.get(token, token))["user"]
    user = access(api.get(f"{token}?include_accessible_domains=true", token))["user"]
    assert user["RAX-AUTH:accessibleDomains"] == [{"id": "345678"}, {"id": "456789"}]


def test_an_impersonation_token_names_the_impersonator(api: ApiClient) -> None:
    token = api.control("POST", "tokens", {"user": "demouser", "impersonator": "racker"})["id"]
    payload = access(api.get(token, api.token("identityadmin")))
    assert payload["user"]["name"] == "demouser"
    assert payload["RAX-AUTH:impersonator"]["id"] == "rackerSSOUsername"
    assert payload["RAX-AUTH:impersonator"]["roles"][0]["name"] == "Racker"
    assert "RAX-AUTH:authenticatedBy" not in payload["token"]


def test_a_racker_token_has_neither_tenant_nor_name(api: ApiClient) -> None:
    token = api.control("POST", "tokens", {"user": "racker"})["id"]
    payload = access(api.get(token, token))
    assert "tenant" not in payload["token"]
    assert "name" not in payload["user"]
    assert api.get(f"{token}/endpoints", token).get_json()["endpoints"] == []


def test_revoking_the_own_token(api: ApiClient) -> None:
    token, other = api.token(), api.token()
    response = api.delete("", token)
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert not alive(api, token)
    assert alive(api, other)
    refused(api.delete("", token), 401, "unauthorized")
    refused(api.get(token, other), 404, "itemNotFound")


def test_revoking_the_own_token_by_its_id(api: ApiClient) -> None:
    token = api.token("demouser")
    assert api.delete(token, token).status_code == 204
    assert not alive(api, token)


def test_a_service_that_responds_with_not_found_and_does_not_revoke(api: ApiClient) -> None:
    api.set(revoke_own_missing=True)
    token = api.token()
    refused(api.delete("", token), 404, "itemNotFound")
    assert alive(api, token)
    assert api.delete(token, token).status_code == 204


def test_endpoints_are_a_flat_list(api: ApiClient) -> None:
    token = api.token()
    response = api.get(f"{token}/endpoints", token)
    assert response.status_code == 200
    body = response.get_json()
    assert set(body) == {"endpoints", "endpoints_links"}
    assert body["endpoints_links"] == []
    rows = body["endpoints"]
    assert [row["id"] for row in rows] == list(range(1, 60))
    compute = next(row for row in rows if row["name"] == "cloudServersOpenStack" and row["region"] == "DFW")
    assert compute["type"] == "compute"
    assert compute["publicURL"] == "https://dfw.servers.api.rackspacecloud.com/v2/123456"
    assert compute["versionId"] == "2"
    dns = next(row for row in rows if row["type"] == "rax:dns")
    assert "region" not in dns


def test_endpoints_follow_the_tenant_and_keep_their_ids(api: ApiClient) -> None:
    everything = api.token("groupuser")
    narrow = api.token("groupuser", tenantId=GROUP_SECOND.nast)
    all_rows = {row["id"]: row for row in api.get(f"{everything}/endpoints", everything).get_json()["endpoints"]}
    rows = api.get(f"{narrow}/endpoints", narrow).get_json()["endpoints"]
    assert {row["tenantId"] for row in rows} == {GROUP_SECOND.nast}
    assert all(all_rows[row["id"]] == row for row in rows)


def test_endpoints_with_group_roles(api: ApiClient) -> None:
    token = api.token("groupuser")
    without = api.get(f"{token}/endpoints", token).get_json()["endpoints"]
    with_rcn = api.get(f"{token}/endpoints?apply_rcn_roles=true", token).get_json()["endpoints"]
    assert (len(without), len(with_rcn)) == (118, 177)
    assert [row for row in with_rcn if row["tenantId"] not in GROUP_RCN.tenants()] == without


def test_a_quoted_token_in_the_path_is_the_same_token(api: ApiClient) -> None:
    token = api.token()
    quoted = "".join(f"%{ord(character):02X}" for character in token)
    assert api.client.get(f"{TOKENS}/{quoted}", headers={"X-Auth-Token": token}).status_code == 200
