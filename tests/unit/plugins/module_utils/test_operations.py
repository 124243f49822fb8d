# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login operations by the tables of the documents: each status in both formats, and what else they list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from ansible_collections.rackspace.identity.plugins.module_utils._challenge import Challenge
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Login
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.encoder import RAX_AUTH, V20
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.logins import (
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
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import full_access, sample_bytes

BOTH = pytest.mark.parametrize("wire_format", ["json", "xml"])
AS_TOKEN = "Logging in with a token failed: identity.example.com answered"

WITH_PASSWORD = Login(PASSWORD)
WITH_API_KEY = Login(API_KEY)
WITH_TOKEN = Login(TOKEN, tenant_id="1100111")
WITH_PASSCODE = Login(PASSCODE)
TO_SET_UP = Login(PASSWORD, scope="setup-mfa")
EVERY = [WITH_PASSWORD, WITH_API_KEY, WITH_TOKEN, WITH_PASSCODE, TO_SET_UP]

# The way out for each status and fault, for every login that has no better one.
WAYS_OUT = {
    (400, "badRequest"): (
        "bad_request",
        "The service found the request wrong; compare the options with its words in error.message.",
    ),
    (403, "userDisabled"): ("user_disabled", "The user is disabled; ask the account administrator."),
    (403, "forbidden"): ("forbidden", "This user may not do that; ask the account administrator."),
    (500, "identityFault"): ("service_fault", "The service has a fault of its own; try again later."),
}
CHECK_PASSWORD = "Check username and password."
CHECK_API_KEY = "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings."
CHECK_TOKEN = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."
CHECK_PASSCODE = (
    "The passcode is wrong, or its session has ended (after about five minutes, or once used): begin again with "
    "on_mfa=challenge. Too many wrong passcodes lock the account."
)
SET_UP = (
    "The account must set up multi-factor authentication first: in the Cloud Control Panel, or with a token that "
    "scope=setup-mfa gives for it. An API key logs in without it."
)


def documented(login: Login, begin: str, way_out_of_401: str, *others: tuple[int, str]) -> list[Any]:
    """The statuses that the table of an operation lists, with the kind and the message of each."""
    cases: list[Any] = [(login, 401, "unauthorized", "unauthorized", f"{begin} 401 unauthorized. {way_out_of_401}")]
    for status, fault in others:
        kind, way_out = WAYS_OUT[status, fault]
        cases.append((login, status, fault, kind, f"{begin} {status} {fault}. {way_out}"))
    return cases


def words(fault: str, status: int, message: str, wire_format: str) -> bytes:
    """A fault as the service writes it."""
    if wire_format == "json":
        return json.dumps({fault: {"code": status, "message": message}}).encode()
    return f'<{fault} xmlns="{V20}" code="{status}"><message>{message}</message></{fault}>'.encode()


# Status codes.


@BOTH
@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("login", EVERY)
def test_success_of_every_login(wire: FakeWire, login: Login, status: int, wire_format: str) -> None:
    wire.answer(status, body=sample_bytes("login", wire_format))
    assert log_in(login, wire_format=wire_format) == full_access()


@BOTH
@pytest.mark.parametrize(
    ("login", "status", "fault", "kind", "text"),
    documented(WITH_PASSWORD, AS_PASSWORD, CHECK_PASSWORD, *WAYS_OUT)
    + documented(WITH_API_KEY, AS_API_KEY, CHECK_API_KEY, *WAYS_OUT)
    + documented(WITH_TOKEN, AS_TOKEN, CHECK_TOKEN, (400, "badRequest"), (500, "identityFault"))
    + [(WITH_TOKEN, 404, "itemNotFound", "not_found", f"{AS_TOKEN} 404 itemNotFound. {CHECK_TOKEN}")]
    + documented(WITH_PASSCODE, AS_PASSCODE, CHECK_PASSCODE, (403, "userDisabled"), (500, "identityFault"))
    + documented(TO_SET_UP, AS_PASSWORD, CHECK_PASSWORD, *WAYS_OUT),
)
def test_every_status_of_every_login(
    wire: FakeWire, login: Login, status: int, fault: str, kind: str, text: str, wire_format: str
) -> None:
    wire.answer(status, body=words(fault, status, "no", wire_format))
    error = refusal(login, wire_format)
    assert (error.kind, error.status, error.fault.name, error.fault.message) == (kind, status, fault, "no")
    assert str(error) == text


@BOTH
@pytest.mark.parametrize(
    ("login", "begin"), [(WITH_PASSWORD, AS_PASSWORD), (WITH_API_KEY, AS_API_KEY), (TO_SET_UP, AS_PASSWORD)]
)
def test_factor_that_is_not_set_up(wire: FakeWire, login: Login, begin: str, wire_format: str) -> None:
    wire.answer(403, body=words("forbidden", 403, "User must setup multi-factor", wire_format))
    error = refusal(login, wire_format)
    assert error.kind == "mfa_not_set_up"
    assert str(error) == f"{begin} 403 forbidden. {SET_UP}"


@BOTH
@pytest.mark.parametrize("login", [WITH_PASSWORD, TO_SET_UP])
def test_challenge(wire: FakeWire, login: Login, wire_format: str) -> None:
    wire.answer(
        401,
        body=words("unauthorized", 401, "Additional authentication credentials required.", wire_format),
        headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")],
    )
    error = refusal(login, wire_format)
    assert isinstance(error, MfaRequiredError)
    assert (error.kind, error.challenge) == ("mfa_required", Challenge("secretsession", "PASSCODE"))
    assert error.fault.message == "Additional authentication credentials required."


# Headers.


@BOTH
def test_session_stands_in_the_header(wire: FakeWire, wire_format: str) -> None:
    wire.answer(200, body=sample_bytes("login_with_passcode", wire_format))
    log_in(WITH_PASSCODE, wire_format=wire_format)
    assert wire.only.headers["X-SessionId"] == "secretsession"
    assert b"secretsession" not in (wire.only.body or b"")


@BOTH
def test_headers_that_nobody_reads(wire: FakeWire, wire_format: str) -> None:
    body = sample_bytes("login", wire_format)
    wire.answer(
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


@pytest.mark.parametrize(
    ("login", "attributes"),
    [
        (Login(API_KEY, tenant_name="My Project"), {"tenantName": "My Project"}),
        (Login(API_KEY, tenant_id="1100111"), {"tenantId": "1100111"}),
        (Login(PASSCODE, tenant_id="1100111"), {"tenantId": "1100111"}),
        (TO_SET_UP, {f"{{{RAX_AUTH}}}scope": "SETUP-MFA"}),
        (WITH_PASSWORD, {}),
    ],
)
def test_attributes_beside_the_credentials_in_xml(wire: FakeWire, login: Login, attributes: dict[str, str]) -> None:
    wire.answer(200, body=sample_bytes("login", "xml"))
    log_in(login, wire_format="xml")
    root = fromstring(wire.only.body)
    assert root.tag == f"{{{V20}}}auth"
    assert root.attrib == attributes
    (credentials,) = root
    assert not {"tenantId", "tenantName"} & set(credentials.attrib)


@BOTH
@pytest.mark.parametrize("state", ["ACTIVE", "INACTIVE", "LOCKED"])
def test_state_of_the_support_pin(wire: FakeWire, state: str, wire_format: str) -> None:
    body = sample_bytes("login_with_token", wire_format)
    assert body.count(b"ACTIVE") == 1
    wire.answer(200, body=body.replace(b"ACTIVE", state.encode()))
    user = log_in(WITH_TOKEN, wire_format=wire_format).user
    assert user["phone_pin_state"] == state
    assert "extra" not in user
