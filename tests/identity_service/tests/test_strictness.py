# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a careful client would not send is rejected, with a message that says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from identity_service.tests.api_client import TOKENS, ApiClient, access, refused

PASSWORD = {"username": "demoauthor", "password": "myPassword01"}
API_KEY = {"username": "demoauthor", "apiKey": "aaaaa-bbbbb-ccccc-12345678"}
GOOD = {"auth": {"passwordCredentials": PASSWORD}}


@pytest.mark.parametrize("content_type", ["text/plain", "text/xml", "application/x-www-form-urlencoded", ""])
def test_a_wrong_content_type_is_a_bad_request(api: ApiClient, content_type: str) -> None:
    assert "Content-Type" in refused(api.post(GOOD, headers={"Content-Type": content_type}), 400, "badRequest")


def test_a_missing_content_type_is_a_bad_request(api: ApiClient) -> None:
    response = api.client.post(TOKENS, data=json.dumps(GOOD))
    assert "Content-Type" in refused(response, 400, "badRequest")


def test_only_utf_8_is_accepted(api: ApiClient) -> None:
    access(api.post(GOOD, headers={"Content-Type": "application/json; charset=UTF-8"}))
    refused(api.post(GOOD, headers={"Content-Type": "application/json; charset=latin-1"}), 400, "badRequest")


@pytest.mark.parametrize("accept", ["text/xml", "text/html, text/plain;q=0.5", "application/json;q=0"])
def test_an_accept_header_without_a_known_type_is_not_acceptable(api: ApiClient, accept: str) -> None:
    token = api.token()
    refused(api.post(GOOD, headers={"Accept": accept}), 406, "notAcceptable")
    for response in (
        api.get(token, token, Accept=accept),
        api.get(f"{token}/endpoints", token, Accept=accept),
        api.delete("", token, Accept=accept),
        api.delete(token, token, Accept=accept),
    ):
        refused(response, 406, "notAcceptable")
    access(api.get(token, token))


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, application/json;q=0.1"])
def test_an_accept_header_with_json_is_fine(api: ApiClient, accept: str) -> None:
    access(api.post(GOOD, headers={"Accept": accept}))


BAD_AUTH: list[tuple[Any, str]] = [
    ({}, "exactly one"),
    ([], "object"),
    (None, "object"),
    ({"passwordCredentials": PASSWORD, "RAX-KSKEY:apiKeyCredentials": API_KEY}, "exactly one"),
    ({"passwordCredentials": PASSWORD, "unknown": 1}, "unknown key"),
    ({"APIKeyCredentials": API_KEY}, "unknown key"),
    ({"passwordCredentials": {**PASSWORD, "domain": "x"}}, "unknown key"),
    ({"RAX-KSKEY:apiKeyCredentials": {**API_KEY, "password": "x"}}, "unknown key"),
    ({"passwordCredentials": {**PASSWORD, "tenantId": "123456"}}, "tenantId is inside passwordCredentials"),
    ({"RAX-KSKEY:apiKeyCredentials": {**API_KEY, "tenantName": "1"}}, "tenantName is inside RAX-KSKEY"),
    ({"passwordCredentials": PASSWORD, "tenantId": "1", "tenantName": "1"}, "both tenantId and tenantName"),
    ({"passwordCredentials": PASSWORD, "tenantId": ""}, "auth.tenantId"),
    ({"passwordCredentials": PASSWORD, "tenantId": 123456}, "auth.tenantId"),
    ({"passwordCredentials": PASSWORD, "tenantName": None}, "auth.tenantName"),
    ({"passwordCredentials": {"password": "x"}}, "passwordCredentials.username"),
    ({"passwordCredentials": {"username": "demoauthor"}}, "passwordCredentials.password"),
    ({"passwordCredentials": {"username": "", "password": "x"}}, "passwordCredentials.username"),
    ({"passwordCredentials": {"username": "demoauthor", "password": 1}}, "passwordCredentials.password"),
    ({"passwordCredentials": "demoauthor"}, "object"),
    ({"RAX-KSKEY:apiKeyCredentials": {"username": "demoauthor"}}, "apiKey"),
    ({"token": {"id": "x"}}, "tenantId or auth.tenantName"),
    ({"token": {}, "tenantId": "1"}, "token.id"),
    ({"token": {"id": "x", "extra": 1}, "tenantId": "1"}, "unknown key"),
    ({"RAX-AUTH:passcodeCredentials": {}}, "passcode"),
    ({"RAX-AUTH:passcodeCredentials": {"passcode": 123456}}, "passcode"),
    ({"RAX-AUTH:scope": "OTHER", "passwordCredentials": PASSWORD}, "SETUP-MFA"),
    ({"RAX-AUTH:scope": "SETUP-MFA", "token": {"id": "x"}, "tenantId": "1"}, "password or an API key"),
]


@pytest.mark.parametrize(("auth", "expected"), BAD_AUTH)
def test_a_malformed_auth_object_is_a_bad_request(api: ApiClient, auth: Any, expected: str) -> None:
    assert expected in refused(api.auth(auth), 400, "badRequest")
    assert api.control("GET", "tokens")["total"] == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "well-formed"),
        (b"{", "well-formed"),
        (b"\xff\xfe", "well-formed"),
        (b'{"auth": NaN}', "well-formed"),
        (b"[" * 20000, "well-formed"),
        (b"[]", "object"),
        (b"{}", "auth must be an object"),
        (json.dumps({**GOOD, "more": 1}).encode(), "unknown key"),
        (b'{"auth": {"passwordCredentials": {"username": "a", "username": "b", "password": "c"}}}', "duplicate"),
        (b'{"auth": {}, "auth": {}}', "duplicate"),
    ],
)
def test_a_malformed_body_is_a_bad_request(api: ApiClient, body: bytes, expected: str) -> None:
    assert expected in refused(api.post(body), 400, "badRequest")


def test_messages_never_quote_what_was_sent(api: ApiClient) -> None:
    for auth in ({"my-secret": 1}, {"passwordCredentials": {**PASSWORD, "my-secret": 1}}):
        assert "my-secret" not in refused(api.auth(auth), 400, "badRequest")
    assert "my-secret" not in refused(api.password(query="?my-secret=1"), 400, "badRequest")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?unknown=true", "Unknown query parameter"),
        ("?belongsTo=123456", "Unknown query parameter"),
        ("?apply_rcn_roles=True", "true or false"),
        ("?apply_rcn_roles=1", "true or false"),
        ("?include_endpoints=", "true or false"),
        ("?include_accessible_domains=yes", "true or false"),
        ("?apply_rcn_roles=true&apply_rcn_roles=true", "repeated"),
        ("?apply_rcn_roles", "malformed"),
        ("?username=demoauthor", "Credentials"),
        ("?password=x", "Credentials"),
        ("?apiKey=x", "Credentials"),
        ("?X-Auth-Token=x", "Credentials"),
    ],
)
def test_a_wrong_query_is_a_bad_request(api: ApiClient, query: str, expected: str) -> None:
    assert expected in refused(api.password(query=query), 400, "badRequest")


@pytest.mark.parametrize("parameter", ["include_endpoints", "include_accessible_domains"])
def test_token_and_passcode_logins_take_group_roles_only(api: ApiClient, parameter: str) -> None:
    query = f"?{parameter}=true"
    refused(api.auth({"token": {"id": "x"}, "tenantId": "1"}, query), 400, "badRequest")
    refused(api.auth({"RAX-AUTH:passcodeCredentials": {"passcode": "1"}}, query), 400, "badRequest")


def test_queries_of_the_other_operations(api: ApiClient) -> None:
    token = api.token()
    for response in (
        api.get(f"{token}?include_endpoints=true", token),
        api.get(f"{token}?belongsTo=", token),
        api.get(f"{token}?apply_rcn_roles=0", token),
        api.get(f"{token}/endpoints?belongsTo=123456", token),
        api.delete("?apply_rcn_roles=true", token),
        api.delete(f"{token}?apply_rcn_roles=true", token),
    ):
        refused(response, 400, "badRequest")
    access(api.get(token, token))


def test_an_unexpected_body_is_a_bad_request(api: ApiClient) -> None:
    token = api.token()
    for method, path in (
        ("GET", f"{TOKENS}/{token}"),
        ("GET", f"{TOKENS}/{token}/endpoints"),
        ("DELETE", f"{TOKENS}/{token}"),
        ("DELETE", TOKENS),
    ):
        response = api.client.open(path, method=method, data=b"{}", headers={"X-Auth-Token": token})
        assert "body" in refused(response, 400, "badRequest")
    access(api.get(token, token))


def test_credentials_in_headers_made_from_a_url_are_a_bad_request(api: ApiClient) -> None:
    refused(api.post(GOOD, headers={"Authorization": "Basic ZGVtbzpkZW1v"}), 400, "badRequest")
    refused(api.post(GOOD, headers={"Host": "user:secret@localhost"}), 400, "badRequest")


def test_a_session_without_a_passcode_is_a_bad_request(api: ApiClient) -> None:
    refused(api.post(GOOD, headers={"X-SessionId": "x"}), 400, "badRequest")


def test_the_size_limit(api: ApiClient) -> None:
    body = json.dumps(GOOD).encode()
    access(api.post(body + b" " * (64 * 1024 - len(body))))
    refused(api.post(body + b" " * (64 * 1024 - len(body) + 1)), 413, "overLimit")
    refused(api.post(body + b" " * 1_000_000), 413, "overLimit")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", TOKENS, "DELETE, POST"),
        ("PUT", TOKENS, "DELETE, POST"),
        ("PATCH", TOKENS, "DELETE, POST"),
        ("OPTIONS", TOKENS, "DELETE, POST"),
        ("STRANGE", TOKENS, "DELETE, POST"),
        ("POST", f"{TOKENS}/abc", "DELETE, GET"),
        ("POST", f"{TOKENS}/abc/endpoints", "GET"),
        ("DELETE", f"{TOKENS}/abc/endpoints", "GET"),
    ],
)
def test_a_wrong_method_gets_the_allowed_ones(api: ApiClient, method: str, path: str, allow: str) -> None:
    response = api.client.open(path, method=method)
    refused(response, 405, "badMethod")
    assert response.headers["Allow"] == allow


@pytest.mark.parametrize(("path", "allow"), [(TOKENS, "DELETE, POST"), (f"{TOKENS}/abc", "DELETE, GET")])
def test_head_is_not_allowed(api: ApiClient, path: str, allow: str) -> None:
    response = api.client.head(path)
    assert (response.status_code, response.data) == (405, b"")
    assert response.headers["Allow"].split(", ") == allow.split(", ")


@pytest.mark.parametrize(
    "path", ["/", "/v2.0", "/v2.0/", "/v2.0/tokens/", "/v2.0//tokens", "/v3/auth", "/v2.0/tokens/a/b", "/v2.0/Tokens"]
)
def test_an_unknown_path_is_not_found(api: ApiClient, path: str) -> None:
    refused(api.client.post(path, json=GOOD), 404, "itemNotFound")
    assert api.count("unknown") == 1


def test_every_response_has_its_headers(api: ApiClient) -> None:
    token = api.token()
    responses = [
        api.password(),
        api.password("disableduser"),
        api.get(token, token),
        api.delete("", token),
        api.client.get("/nowhere"),
        api.client.head(TOKENS),
        api.client.get("/_control/counters"),
    ]
    assert len({response.headers["x-trans-id"] for response in responses}) == len(responses)
    for response in responses:
        assert response.headers["Vary"] == "Accept, Accept-Encoding, X-Auth-Token"
        assert response.headers["Server"] == "identity"


def test_an_unexpected_error_is_a_fault_without_details(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyError("my-secret")

    monkeypatch.setattr("identity_service.store.Store.login", broken)
    assert "my-secret" not in refused(api.password(), 500, "identityFault")
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert "my-secret" not in said
