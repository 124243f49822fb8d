# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operation 4: the second step of a login."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from identity_service.accounts import DEMO
from identity_service.multifactor import totp
from identity_service.tests.api_client import ApiClient, access, refused

SESSION = re.compile(r"OS-MF sessionId='([^']+)', factor='([A-Z]+)'")


def challenge(response: TestResponse) -> tuple[str, str]:
    message = refused(response, 401, "unauthorized")
    assert message == "Additional authentication credentials required"
    found = SESSION.search(", ".join(response.headers.getlist("WWW-Authenticate")))
    assert found
    return found[1], found[2]


def answer_challenge(api: ApiClient, session: str, passcode: str, query: str = "", **beside: str) -> TestResponse:
    auth = {"RAX-AUTH:passcodeCredentials": {"passcode": passcode}, **beside}
    return api.auth(auth, query, {"X-SessionId": session})


def passcode_of(api: ApiClient, session: str) -> str:
    return str(api.control("POST", "passcode", {"session_id": session})["passcode"])


def messages(api: ApiClient) -> int:
    return int(api.control("GET", "counters")["text_messages"])


def wrong(passcode: str) -> str:
    return "1" + passcode if passcode.startswith("0") else "0" + passcode


def test_text_message_login(api: ApiClient) -> None:
    session, factor = challenge(api.password("mfaTestUser"))
    assert factor == "PASSCODE"
    assert messages(api) == 1
    got = access(answer_challenge(api, session, passcode_of(api, session)))
    assert got["token"]["RAX-AUTH:authenticatedBy"] == ["PASSCODE", "PASSWORD"]
    assert "tenant" not in got["token"]
    assert got["serviceCatalog"] == []
    assert got["user"]["RAX-AUTH:federated"] is False
    assert got["user"]["name"] == "mfaTestUser"
    assert (api.count("login_password"), api.count("login_passcode")) == (1, 1)


def test_authenticator_login_sends_no_message(api: ApiClient) -> None:
    session, factor = challenge(api.password("mfaAppUser"))
    assert factor == "OTPPASSCODE"
    got = access(answer_challenge(api, session, passcode_of(api, session)))
    assert got["token"]["RAX-AUTH:authenticatedBy"] == ["OTPPASSCODE", "PASSWORD"]
    assert messages(api) == 0


@pytest.mark.parametrize(("now", "digits"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_totp_agrees_with_rfc_6238(now: int, digits: str) -> None:
    assert totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", now) == digits


def test_an_old_authenticator_code_is_rejected(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaAppUser"))
    old = passcode_of(api, session)
    api.control("POST", "clock", {"forward": 90})
    refused(answer_challenge(api, session, old), 401, "unauthorized")
    access(answer_challenge(api, session, passcode_of(api, session)))


def test_an_authenticator_code_works_once(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaAppUser"))
    code = passcode_of(api, session)
    access(answer_challenge(api, session, code))
    session, _factor = challenge(api.password("mfaAppUser"))
    refused(answer_challenge(api, session, code), 401, "unauthorized")
    api.control("POST", "clock", {"forward": 30})
    access(answer_challenge(api, session, passcode_of(api, session)))


def test_repeating_the_tenant_gives_tenant_and_catalog(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaTestUser", tenantId=DEMO.nast))
    got = access(answer_challenge(api, session, passcode_of(api, session), tenantId=DEMO.nast))
    assert got["token"]["tenant"]["id"] == DEMO.nast
    assert {service["name"] for service in got["serviceCatalog"]} == {"cloudFiles", "cloudFilesCDN"}


def test_an_unknown_tenant_causes_neither_message_nor_session(api: ApiClient) -> None:
    refused(api.password("mfaTestUser", tenantId="999999"), 401, "unauthorized")
    assert messages(api) == 0
    session, _factor = challenge(api.password("mfaTestUser"))
    refused(answer_challenge(api, session, passcode_of(api, session), tenantId="999999"), 401, "unauthorized")
    access(answer_challenge(api, session, passcode_of(api, session)))


def test_after_success_a_scoped_token_or_the_endpoints_can_be_requested(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaTestUser"))
    token = access(answer_challenge(api, session, passcode_of(api, session), "?apply_rcn_roles=true"))["token"]["id"]
    assert len(api.get(f"{token}/endpoints", token).get_json()["endpoints"]) == 59
    scoped = access(api.auth({"token": {"id": token}, "tenantId": DEMO.mosso}))
    assert len(scoped["serviceCatalog"]) == 19


def test_api_keys_and_wrong_passwords_are_not_challenged(api: ApiClient) -> None:
    access(api.api_key("mfaTestUser"))
    response = api.auth({"passwordCredentials": {"username": "mfaTestUser", "password": "wrong"}})
    refused(response, 401, "unauthorized")
    assert "WWW-Authenticate" not in response.headers
    assert messages(api) == 0


def test_only_a_success_closes_a_session(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaTestUser"))
    passcode = passcode_of(api, session)
    response = answer_challenge(api, session, wrong(passcode))
    refused(response, 401, "unauthorized")
    assert "WWW-Authenticate" not in response.headers
    access(answer_challenge(api, session, passcode))
    refused(answer_challenge(api, session, passcode), 401, "unauthorized")


@pytest.mark.parametrize(("lifetime", "forward"), [(None, 300), (10, 10)])
def test_a_session_expires(api: ApiClient, lifetime: float | None, forward: float) -> None:
    if lifetime is not None:
        api.set(mfa_session_lifetime=lifetime)
    session, _factor = challenge(api.password("mfaTestUser"))
    passcode = passcode_of(api, session)
    api.control("POST", "clock", {"forward": forward})
    refused(answer_challenge(api, session, passcode), 401, "unauthorized")


def test_unknown_and_missing_sessions_are_unauthorized(api: ApiClient) -> None:
    refused(answer_challenge(api, "no-such-session", "1234567"), 401, "unauthorized")
    refused(api.auth({"RAX-AUTH:passcodeCredentials": {"passcode": "1234567"}}), 401, "unauthorized")


@pytest.mark.parametrize(("code", "fault"), [(403, "forbidden"), (401, "unauthorized")])
def test_five_wrong_passcodes_lock_the_user(api: ApiClient, code: int, fault: str) -> None:
    api.set(mfa_locked_code=code)
    session, _factor = challenge(api.password("mfaTestUser"))
    passcode = passcode_of(api, session)
    for _attempt in range(5):
        refused(answer_challenge(api, session, wrong(passcode)), 401, "unauthorized")
    assert "locked" in refused(answer_challenge(api, session, passcode), code, fault)
    assert "locked" in refused(api.password("mfaTestUser"), code, fault)
    assert messages(api) == 1
    access(api.api_key("mfaTestUser"))
    api.control("POST", "reset")
    challenge(api.password("mfaTestUser"))


def test_a_success_resets_the_wrong_passcodes(api: ApiClient) -> None:
    for _round in range(2):
        session, _factor = challenge(api.password("mfaTestUser"))
        passcode = passcode_of(api, session)
        for _attempt in range(4):
            refused(answer_challenge(api, session, wrong(passcode)), 401, "unauthorized")
        access(answer_challenge(api, session, passcode))


def test_a_bypass_code_works_once(api: ApiClient) -> None:
    first, _factor = challenge(api.password("mfaTestUser"))
    access(answer_challenge(api, first, "20000001"))
    second, _factor = challenge(api.password("mfaTestUser"))
    refused(answer_challenge(api, second, "20000001"), 401, "unauthorized")
    access(answer_challenge(api, second, "20000002"))


def test_a_user_disabled_between_the_steps(api: ApiClient) -> None:
    session, _factor = challenge(api.password("mfaTestUser"))
    passcode = passcode_of(api, session)
    api.control("POST", "users", {"user": "mfaTestUser", "enabled": False})
    refused(answer_challenge(api, session, passcode), 403, "userDisabled")


OTHERS = ['Keystone uri="https://identity.example.com"', 'Basic realm="a, b"']


@pytest.mark.parametrize(
    ("position", "joined", "expected"),
    [
        (0, False, ["OS-MF", "Keystone", "Basic"]),
        (1, False, ["Keystone", "OS-MF", "Basic"]),
        (9, False, ["Keystone", "Basic", "OS-MF"]),
        (2, True, ["Keystone"]),
        (0, True, ["OS-MF"]),
    ],
)
def test_other_challenges_are_in_the_requested_position(
    api: ApiClient, position: int, joined: bool, expected: list[str]
) -> None:
    settings: dict[str, Any] = {"mfa_challenge_position": position, "mfa_challenges_joined": joined}
    api.set(mfa_extra_challenges=OTHERS, **settings)
    response = api.password("mfaTestUser")
    challenge(response)
    headers = response.headers.getlist("WWW-Authenticate")
    assert [header.split()[0] for header in headers] == expected
    assert all(other in ", ".join(headers) for other in OTHERS)
