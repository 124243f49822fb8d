# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login operations by the tables of the documentation: each status in both wire formats, and the rest of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError
from ansible_collections.rackspace.identity.plugins.module_utils._models import LoginRequest, MfaChallenge
from ansible_collections.rackspace.identity.tests.unit.support.encoder import RAX_AUTH, V20
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.logins import (
    API_KEY,
    AS_API_KEY,
    AS_PASSCODE,
    AS_PASSWORD,
    PASSCODE,
    PASSWORD,
    TOKEN,
    log_in,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, sample_bytes

BOTH = pytest.mark.parametrize("wire_format", ["json", "xml"])
AS_TOKEN = "Logging in with a token to tenant 1100111 failed: identity.example.com responded with"

WITH_PASSWORD = LoginRequest(PASSWORD)
WITH_API_KEY = LoginRequest(API_KEY)
WITH_TOKEN = LoginRequest(TOKEN, tenant_id="1100111")
WITH_PASSCODE = LoginRequest(PASSCODE)
TO_SET_UP = LoginRequest(PASSWORD, scope="setup-mfa")
EVERY = [WITH_PASSWORD, WITH_API_KEY, WITH_TOKEN, WITH_PASSCODE, TO_SET_UP]

# The way out for each status and fault, for every login that has no better one.
WAYS_OUT = {
    (400, "badRequest"): (
        "bad_request",
        "The service rejected the request; compare the options with error.message.",
    ),
    (403, "userDisabled"): ("user_disabled", "The user is disabled; ask the account administrator."),
    (403, "forbidden"): ("forbidden", "This user may not do that; ask the account administrator."),
    (500, "identityFault"): ("service_fault", "The service has an internal error; try again later."),
}
CHECK_PASSWORD = (
    "Check username and password. If it is an API key, as in password of the former rax modules, give it as api_key."
)
CHECK_API_KEY = (
    "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings, and is not the "
    "password."
)
CHECK_TENANT = "Check that the user has access to tenant 1100111."
CHECK_TOKEN = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."
CHECK_PASSCODE = (
    "The passcode is wrong, or its session has ended (after about five minutes, or once used): begin again with "
    "on_mfa=challenge. Too many wrong passcodes lock the account."
)
SET_UP = (
    "The account must set up multi-factor authentication first: in the Cloud Control Panel, or with a token from "
    "scope=setup-mfa. An API key logs in without it."
)


def documented(login: LoginRequest, lead: str, way_out_of_401: str, *others: tuple[int, str]) -> list[Any]:
    """Return the statuses that the table of an operation lists, with the kind and the message of each."""
    cases: list[Any] = [(login, 401, "unauthorized", "unauthorized", f"{lead} 401 unauthorized: no. {way_out_of_401}")]
    for status, fault in others:
        kind, way_out = WAYS_OUT[status, fault]
        cases.append((login, status, fault, kind, f"{lead} {status} {fault}: no. {way_out}"))
    return cases


def fault_body(fault: str, status: int, message: str, wire_format: str) -> bytes:
    """Return a fault as the service writes it."""
    if wire_format == "json":
        return json.dumps({fault: {"code": status, "message": message}}).encode()
    return f'<{fault} xmlns="{V20}" code="{status}"><message>{message}</message></{fault}>'.encode()


# Status codes.


@pytest.mark.covers(
    "status-codes/1-2/200-203", "status-codes/3/200-203", "status-codes/4/200-203", "status-codes/5/200-203"
)
@BOTH
@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("login", EVERY)
def test_success_of_every_login(wire: FakeWire, login: LoginRequest, status: int, wire_format: str) -> None:
    wire.respond(status, body=sample_bytes("login", wire_format))
    assert log_in(login, wire_format=wire_format) == full_access()


@pytest.mark.covers(
    "status-codes/1-2/400",
    "status-codes/1-2/401",
    "status-codes/1-2/403-userdisabled",
    "status-codes/1-2/403-forbidden",
    "status-codes/1-2/500",
    "status-codes/3/400",
    "status-codes/3/401",
    "status-codes/3/404",
    "status-codes/3/500",
    "status-codes/4/401",
    "status-codes/4/403-userdisabled",
    "status-codes/4/500",
    "status-codes/5/400",
    "status-codes/5/401",
    "status-codes/5/403-userdisabled",
    "status-codes/5/403-forbidden",
    "status-codes/5/500",
)
@BOTH
@pytest.mark.parametrize(
    ("login", "status", "fault", "kind", "text"),
    documented(WITH_PASSWORD, AS_PASSWORD, CHECK_PASSWORD, *WAYS_OUT)
    + documented(WITH_API_KEY, AS_API_KEY, CHECK_API_KEY, *WAYS_OUT)
    + documented(WITH_TOKEN, AS_TOKEN, f"{CHECK_TOKEN} {CHECK_TENANT}", (400, "badRequest"), (500, "identityFault"))
    + [(WITH_TOKEN, 404, "itemNotFound", "not_found", f"{AS_TOKEN} 404 itemNotFound: no. {CHECK_TOKEN}")]
    + documented(WITH_PASSCODE, AS_PASSCODE, CHECK_PASSCODE, (403, "userDisabled"), (500, "identityFault"))
    + documented(TO_SET_UP, AS_PASSWORD, CHECK_PASSWORD, *WAYS_OUT),
)
def test_every_status_of_every_login(
    wire: FakeWire, login: LoginRequest, status: int, fault: str, kind: str, text: str, wire_format: str
) -> None:
    wire.respond(status, body=fault_body(fault, status, "no", wire_format))
    error = refusal(login, wire_format)
    assert (error.kind, error.status, error.fault.name, error.fault.message) == (kind, status, fault, "no")
    assert str(error) == text


@BOTH
@pytest.mark.parametrize(
    ("login", "lead", "way_out"),
    [
        (WITH_PASSWORD._replace(tenant_id="1100111"), "Logging in as demoAuthor with a password", CHECK_PASSWORD),
        (WITH_API_KEY._replace(tenant_name="1100111"), "Logging in as demoauthor with an API key", CHECK_API_KEY),
        (WITH_PASSCODE._replace(tenant_id="1100111"), "Logging in with a passcode", CHECK_PASSCODE),
    ],
)
def test_tenant_that_was_asked_for_is_named(
    wire: FakeWire, login: LoginRequest, lead: str, way_out: str, wire_format: str
) -> None:
    wire.respond(401, body=fault_body("unauthorized", 401, "Not in this tenant.", wire_format))
    assert str(refusal(login, wire_format)) == (
        f"{lead} to tenant 1100111 failed: identity.example.com responded with 401 unauthorized: Not in this tenant. "
        f"{way_out} {CHECK_TENANT}"
    )


@pytest.mark.covers(
    "status-codes/1-2/403-multi-factor-authentication-not-set-up",
    "status-codes/5/403-multi-factor-authentication-not-set-up",
)
@BOTH
@pytest.mark.parametrize(
    ("login", "lead"), [(WITH_PASSWORD, AS_PASSWORD), (WITH_API_KEY, AS_API_KEY), (TO_SET_UP, AS_PASSWORD)]
)
def test_second_factor_that_is_not_set_up(wire: FakeWire, login: LoginRequest, lead: str, wire_format: str) -> None:
    wire.respond(403, body=fault_body("forbidden", 403, "User must setup multi-factor", wire_format))
    error = refusal(login, wire_format)
    assert error.kind == "mfa_not_set_up"
    assert str(error) == f"{lead} 403 forbidden: User must setup multi-factor. {SET_UP}"


@pytest.mark.covers(
    "response-headers/www-authenticate-os-mf",
    "status-codes/1-2/401-with-a-challenge",
    "status-codes/5/401-with-a-challenge",
)
@BOTH
@pytest.mark.parametrize("login", [WITH_PASSWORD, TO_SET_UP])
def test_challenge(wire: FakeWire, login: LoginRequest, wire_format: str) -> None:
    wire.respond(
        401,
        body=fault_body("unauthorized", 401, "Additional authentication credentials required.", wire_format),
        headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")],
    )
    error = refusal(login, wire_format)
    assert isinstance(error, MfaRequiredError)
    assert (error.kind, error.challenge) == ("mfa_required", MfaChallenge("secretsession", "PASSCODE"))
    assert error.fault.message == "Additional authentication credentials required."


# Headers.


@pytest.mark.covers("request-headers/x-sessionid")
@BOTH
def test_session_id_is_in_the_header(wire: FakeWire, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login_with_passcode", wire_format))
    log_in(WITH_PASSCODE, wire_format=wire_format)
    assert wire.only.headers["X-SessionId"] == "secretsession"
    assert b"secretsession" not in (wire.only.body or b"")


@pytest.mark.covers(
    "response-headers/x-account-object-count-x-account-bytes-used-x-account-contai",
    "response-headers/vary-server",
)
@BOTH
def test_headers_that_are_not_read(wire: FakeWire, wire_format: str) -> None:
    body = sample_bytes("login", wire_format)
    wire.respond(
        200,
        body=body,
        headers=[
            ("Content-Type", f"application/{wire_format}"),
            ("Content-Length", str(len(body))),
            ("Vary", "Accept, Accept-Encoding, X-Auth-Token"),
            ("Server", "Jetty(6.1.25)"),
            ("Accept-Ranges", "bytes"),
            ("X-Timestamp", "1345588196.72805"),
            ("X-Account-Object-Count", "0"),
            ("X-Account-Bytes-Used", "0"),
            ("X-Account-Container-Count", "3"),
            ("X-Account-Storage-Policy-Policy-0-Object-Count", "0"),
            ("X-Account-Storage-Policy-Policy-0-Bytes-Used", "0"),
            ("X-Account-Meta-Temp-Url-Key", "e1f97840118eafc550d45dbd8e530c11"),
        ],
    )
    assert log_in(WITH_API_KEY, wire_format=wire_format) == full_access()


# Attributes.


@pytest.mark.covers(
    "request-attributes/auth-rax-auth:scope",
    "request-attributes/auth-passwordcredentials-tenantid-auth-passwordcredentials-t",
    "request-attributes/auth-rax-kskey:apikeycredentials-tenantid-auth-rax-kskey:api",
    "request-attributes/auth-tenantid",
    "request-attributes/auth-tenantname",
)
@pytest.mark.parametrize(
    ("login", "attributes"),
    [
        (LoginRequest(API_KEY, tenant_name="My Project"), {"tenantName": "My Project"}),
        (LoginRequest(API_KEY, tenant_id="1100111"), {"tenantId": "1100111"}),
        (LoginRequest(PASSCODE, tenant_id="1100111"), {"tenantId": "1100111"}),
        (TO_SET_UP, {f"{{{RAX_AUTH}}}scope": "SETUP-MFA"}),
        (WITH_PASSWORD, {}),
    ],
)
def test_attributes_next_to_the_credentials_in_xml(
    wire: FakeWire, login: LoginRequest, attributes: dict[str, str]
) -> None:
    wire.respond(200, body=sample_bytes("login", "xml"))
    log_in(login, wire_format="xml")
    root = fromstring(wire.only.body or b"")
    assert root.tag == f"{{{V20}}}auth"
    assert root.attrib == attributes
    (credentials,) = root
    assert not {"tenantId", "tenantName"} & set(credentials.attrib)


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepinstate")
@BOTH
@pytest.mark.parametrize("state", ["ACTIVE", "INACTIVE", "LOCKED"])
def test_state_of_the_support_pin(wire: FakeWire, state: str, wire_format: str) -> None:
    body = sample_bytes("login_with_token", wire_format)
    assert body.count(b"ACTIVE") == 1
    wire.respond(200, body=body.replace(b"ACTIVE", state.encode()))
    user = log_in(WITH_TOKEN, wire_format=wire_format).user
    assert user["phone_pin_state"] == state
    assert "extra" not in user
