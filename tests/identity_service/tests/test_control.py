# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface: counters, log, settings, tokens and clock."""

from __future__ import annotations

import threading
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from identity_service.accounts import DEMO, USERS
from identity_service.journal import OPERATIONS
from identity_service.parts import Parts
from identity_service.tests.api_client import SECRETS, TOKENS, ApiClient, access, refused
from identity_service.web import create_app


def counters(api: ApiClient) -> dict[str, Any]:
    payload = api.control("GET", "counters")
    assert isinstance(payload, dict)
    return payload


def every_operation(api: ApiClient) -> None:
    token = api.token()
    api.password()
    api.auth({"token": {"id": token}, "tenantId": DEMO.mosso})
    api.auth({"RAX-AUTH:passcodeCredentials": {"passcode": "1"}})
    api.password(**{"RAX-AUTH:scope": "SETUP-MFA"})
    api.client.post("/v1.1/auth", json={"credentials": {"username": "hub_cap", "key": "wrong"}})
    api.post(b"nonsense")
    api.get(token, token)
    api.get(f"{token}/endpoints", token)
    api.delete(token, token)
    api.delete("", token)
    api.client.put(TOKENS)


def test_every_operation_is_counted_once(api: ApiClient) -> None:
    every_operation(api)
    payload = counters(api)
    assert payload["requests"] == dict.fromkeys(OPERATIONS, 1)
    assert payload["logins"] == 7
    assert payload["total"] == len(OPERATIONS)
    assert payload["text_messages"] == 0
    assert payload["answers"]["login_api_key"] == {"200": 1}
    assert payload["answers"]["revoke_own"] == {"401": 1}
    assert payload["answers"]["unknown"] == {"405": 1}


def test_rejected_logins_count_as_their_operation(api: ApiClient) -> None:
    api.auth({"passwordCredentials": {"username": "demoauthor", "unknown": 1}})
    api.auth({"passwordCredentials": {"username": "demoauthor", "password": "wrong"}})
    assert counters(api)["answers"]["login_password"] == {"400": 1, "401": 1}


@pytest.mark.parametrize("name", ["counters", "requests"])
def test_counters_can_be_reset_without_affecting_tokens(api: ApiClient, name: str) -> None:
    every_operation(api)
    api.password("mfaTestUser")
    token = api.token()
    api.control("DELETE", name)
    payload = counters(api)
    assert (payload["total"], payload["text_messages"], payload["answers"]) == (0, 0, {})
    assert api.control("GET", "requests") == {"requests": []}
    access(api.get(token, token))


def test_counters_are_exact_under_threads(parts: Parts) -> None:
    app = create_app(parts)

    def work() -> None:
        caller = ApiClient(app.test_client())
        for _round in range(20):
            caller.api_key()

    threads = [threading.Thread(target=work) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    api = ApiClient(app.test_client())
    assert counters(api)["answers"] == {"login_api_key": {"200": 160}}
    assert api.control("GET", "tokens") == {"living": {"demoauthor": 160}, "total": 160}


def test_the_log_describes_requests_without_secrets(api: ApiClient) -> None:
    token = api.token()
    api.get(f"{token}?belongsTo=123456", token, **{"User-Agent": "test/1"})
    api.client.get(f"/v2.0/somewhere/{token}?password=my-secret&{token}")
    api.client.get(f"/v2.0/tokens?apiKey={SECRETS['demoauthor'].api_key}")
    entries = api.control("GET", "requests")["requests"]
    login, validation, strange, query = entries
    assert (login["method"], login["path"], login["operation"]) == ("POST", TOKENS, "login_api_key")
    assert (login["content_type"], login["accept"]) == ("application/json", "application/json")
    assert {"content-type", "accept"} <= set(login["headers"])
    assert validation["path"] == "/v2.0/tokens/{tokenId}"
    assert validation["query"] == [["belongsTo", "123456"]]
    assert "x-auth-token" in validation["headers"]
    assert (validation["user_agent"], validation["outcome"]) == ("test/1", "200")
    assert strange["path"] == "/v2.0/{tokenId}/{tokenId}"
    assert strange["query"] == [["{malformed}", "{masked}"]]
    assert query["query"] == [["{unknown}", "{masked}"]]
    text = str(entries)
    assert token not in text
    assert "my-secret" not in text
    assert str(SECRETS["demoauthor"].api_key) not in text


def test_the_log_contains_the_request_id_of_the_response(api: ApiClient) -> None:
    response = api.password("disableduser")
    (entry,) = api.control("GET", "requests")["requests"]
    assert entry["request_id"] == response.headers["x-trans-id"]
    assert entry["outcome"] == "403"


def test_reset_restores_the_initial_state(api: ApiClient) -> None:
    token = api.token()
    api.set(expires_format="offset", token_lifetime=5)
    api.add_fault(kind="html")
    api.control("POST", "clock", {"forward": 99})
    api.control("POST", "users", {"user": "demouser", "enabled": False})
    api.control("POST", "reset")
    assert api.control("GET", "tokens") == {"living": {}, "total": 0}
    assert api.control("GET", "settings")["token_lifetime"] == 86400
    assert api.control("GET", "faults") == {"faults": []}
    assert api.control("GET", "clock")["forward"] == 0
    assert counters(api)["total"] == 0
    refused(api.get(token, token), 401, "unauthorized")
    access(api.password("demouser"))


def test_the_overview_lists_operations_faults_and_settings(api: ApiClient) -> None:
    overview = api.control("GET", "")
    assert overview["operations"] == list(OPERATIONS)
    assert set(overview["settings"]) == set(api.control("GET", "settings"))
    assert "reset" in overview["faults"]


@pytest.mark.parametrize(
    "settings",
    [
        {"unknown": 1},
        {"token_lifetime": -1},
        {"token_lifetime": True},
        {"token_lifetime": "60"},
        {"mfa_session_lifetime": None},
        {"mfa_extra_challenges": "Keystone"},
        {"mfa_extra_challenges": [1]},
        {"mfa_challenge_position": -1},
        {"mfa_challenges_joined": 1},
        {"mfa_locked_code": 404},
        {"setup_mfa_wrapper": "yes"},
        {"expires_format": "unix"},
        {"dead_token_login_code": 500},
        {"xml_user_name": "login"},
        {"xml_identity_prefix": "a:b"},
        {"xml_identity_prefix": "rax-auth"},
        {"xml_rax_auth_prefix": ""},
        {"xml_rax_auth_prefix": "xmlns"},
        {"xml_v11_prefix": 1},
        [],
    ],
)
def test_invalid_settings_are_rejected_and_change_nothing(api: ApiClient, settings: Any) -> None:
    before = api.control("GET", "settings")
    if isinstance(settings, dict):
        settings = {"extra_attributes": True, **settings}
    assert api.control("PATCH", "settings", settings, status=400)["error"]
    assert api.control("GET", "settings") == before


def test_a_token_can_be_issued_for_any_user(api: ApiClient) -> None:
    for user in USERS:
        issued = api.control("POST", "tokens", {"user": user.login})
        check = api.control("POST", "tokens/check", {"id": issued["id"]})
        assert check["alive"] is user.enabled
        assert check["user"] == user.login


def test_an_issued_token_has_the_requested_values(api: ApiClient) -> None:
    body = {"user": "demouser", "tenant": DEMO.nast, "lifetime": 60, "authenticated_by": ["FEDERATED"]}
    issued = api.control("POST", "tokens", body)
    payload = access(api.get(issued["id"], issued["id"]))
    assert payload["token"] == {
        "id": issued["id"],
        "expires": issued["expires"],
        "tenant": {"id": DEMO.nast, "name": DEMO.nast},
        "RAX-AUTH:authenticatedBy": ["FEDERATED"],
    }
    api.control("POST", "clock", {"forward": 60})
    assert not api.control("POST", "tokens/check", {"id": issued["id"]})["alive"]


def test_every_response_has_the_time_of_the_service(api: ApiClient) -> None:
    for forward in (0, 7200):
        api.control("POST", "clock", {"forward": forward})
        for response in (api.api_key(), api.get("nonsense", api.token()), api.get("nonsense")):
            ahead = parsedate_to_datetime(response.headers["Date"]) - datetime.now(timezone.utc)
            assert abs(ahead.total_seconds() - forward) < 60


def test_tokens_can_be_expired(api: ApiClient) -> None:
    one, two, other = api.token(), api.token(), api.token("demouser")
    assert api.control("GET", "tokens")["living"] == {"demoauthor": 2, "demouser": 1}
    assert api.control("POST", "tokens/expire", {"id": one}) == {"expired": 1}
    refused(api.get(one, two), 404, "itemNotFound")
    assert api.control("POST", "tokens/expire", {"id": one}) == {"expired": 0}
    assert api.control("POST", "tokens/expire", {"user": "demoauthor"}) == {"expired": 1}
    access(api.get(other, other))
    assert api.control("POST", "tokens/expire") == {"expired": 1}
    assert api.control("GET", "tokens")["total"] == 0


def test_check_tells_revoked_from_valid_tokens(api: ApiClient) -> None:
    token = api.token()
    assert api.control("POST", "tokens/check", {"id": token})["alive"] is True
    api.delete("", token)
    assert api.control("POST", "tokens/check", {"id": token}) == {"alive": False, "known": False}


def test_the_tokens_of_a_disabled_user_are_invalid_until_enabled(api: ApiClient) -> None:
    token = api.token("demouser")
    api.control("POST", "users", {"user": "demouser", "enabled": False})
    refused(api.get(token, token), 401, "unauthorized")
    refused(api.api_key("demouser"), 403, "userDisabled")
    api.control("POST", "users", {"user": "demouser", "enabled": True})
    access(api.get(token, token))


def test_the_passcode_of_the_latest_session_of_a_user(api: ApiClient) -> None:
    assert api.control("POST", "passcode", {"user": "mfaTestUser"}, status=404)["error"]
    api.password("mfaTestUser")
    first = api.control("POST", "passcode", {"user": "mfaTestUser"})
    api.password("mfaTestUser")
    second = api.control("POST", "passcode", {"user": "mfaTestUser"})
    assert first["session_id"] != second["session_id"]
    assert api.control("POST", "passcode", {"session_id": first["session_id"]}) == first


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("tokens", {}, 400),
        ("tokens", {"user": "nobody"}, 400),
        ("tokens", {"user": "demouser", "tenant": "999999"}, 401),
        ("tokens", {"user": "demouser", "impersonator": "nobody"}, 400),
        ("tokens", {"user": "demouser", "lifetime": "long"}, 400),
        ("tokens", {"user": "demouser", "authenticated_by": [1]}, 400),
        ("tokens", {"user": "demouser", "more": 1}, 400),
        ("tokens/check", {}, 400),
        ("tokens/check", {"id": 1}, 400),
        ("tokens/expire", {"user": "nobody"}, 400),
        ("passcode", {}, 400),
        ("passcode", {"user": "mfaTestUser", "session_id": "x"}, 400),
        ("passcode", {"session_id": "x"}, 401),
        ("users", {"user": "demouser"}, 400),
        ("users", {"user": "demouser", "enabled": 0}, 400),
        ("clock", {}, 400),
        ("clock", {"forward": -1}, 400),
        ("clock", {"forward": True}, 400),
        ("clock", [], 400),
    ],
)
def test_invalid_control_requests_are_rejected(api: ApiClient, name: str, body: Any, status: int) -> None:
    assert api.control("POST", name, body, status=status)["error"]


def test_an_unknown_control_path_is_not_found(api: ApiClient) -> None:
    assert api.client.get("/_control/nothing").status_code == 404
    assert counters(api)["total"] == 0
