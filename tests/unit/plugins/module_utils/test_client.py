# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: the requests it sends, and what it makes of every answer."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from urllib3.exceptions import ReadTimeoutError

from ansible_collections.rackspace.identity.plugins.module_utils._challenge import Challenge
from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    InvalidResponseError,
    MfaRequiredError,
    OptionError,
    ServiceError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Credentials,
    Login,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.logins import (
    API_KEY,
    AS_PASSCODE,
    AS_PASSWORD,
    PASSCODE,
    PASSWORD,
    TOKEN,
    URL,
    log_in,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.models import a_tenant, a_user
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    changed_login,
    full_access,
    sample,
    sample_bytes,
)

TOKEN_IS_BAD = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."


@pytest.mark.parametrize(
    ("login", "body"),
    [
        (Login(PASSWORD), "request_password"),
        (Login(API_KEY), "request_api_key"),
        (Login(API_KEY, tenant_id="1100111"), "request_api_key_with_tenant"),
        (Login(TOKEN, tenant_id="1100111"), "request_token_with_tenant"),
        (Login(PASSWORD, scope="setup-mfa"), "request_to_set_up_mfa"),
        (Login(Passcode("secretsession", "123456")), "request_passcode"),
    ],
)
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_requests_are_those_of_the_documents(wire: FakeWire, login: Login, body: str, wire_format: str) -> None:
    wire.answer(200, body=sample_bytes("login", wire_format))
    log_in(login, wire_format=wire_format)
    sent = wire.only
    assert (sent.method, sent.url) == ("POST", f"{URL}/tokens")
    assert (sent.json if wire_format == "json" else sent.document) == sample(body)
    assert sent.headers["Content-Type"] == f"application/{wire_format}"
    assert sent.headers["Accept"] == f"application/{wire_format}"
    assert "X-Auth-Token" not in sent.headers
    assert "Authorization" not in sent.headers


def test_tenant_name_stands_beside_the_credentials(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    log_in(Login(TOKEN, tenant_name="My Project"))
    assert wire.only.json == {"auth": {"token": {"id": TOKEN.token}, "tenantName": "My Project"}}


def test_body_holds_every_character(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    log_in(Login(Password("J\u00f6rg", 'p"\\\u00e4\u20ac \U0001f511')))
    assert wire.only.body is not None
    assert wire.only.body.isascii()
    assert wire.only.json == {
        "auth": {"passwordCredentials": {"username": "J\u00f6rg", "password": 'p"\\\u00e4\u20ac \U0001f511'}}
    }


@pytest.mark.parametrize(
    ("login", "query"),
    [
        (Login(API_KEY), ""),
        (Login(API_KEY, apply_rcn_roles=True), "?apply_rcn_roles=true"),
        (Login(PASSWORD, include_accessible_domains=True), "?include_accessible_domains=true"),
        (Login(API_KEY, include_endpoints=False), "?include_endpoints=false"),
        (
            Login(API_KEY, apply_rcn_roles=True, include_accessible_domains=True, include_endpoints=False),
            "?apply_rcn_roles=true&include_accessible_domains=true&include_endpoints=false",
        ),
        (Login(TOKEN, tenant_id="1", apply_rcn_roles=True, include_endpoints=False), "?apply_rcn_roles=true"),
        (Login(PASSCODE, apply_rcn_roles=True, include_endpoints=False), "?apply_rcn_roles=true"),
        (Login(PASSWORD, scope="setup-mfa", apply_rcn_roles=True), "?apply_rcn_roles=true"),
    ],
)
def test_query(wire: FakeWire, login: Login, query: str) -> None:
    wire.answer(200, sample("login"))
    log_in(login)
    assert wire.only.url == f"{URL}/tokens{query}"


@pytest.mark.parametrize(("credentials", "way"), [(TOKEN, "with a token"), (PASSCODE, "with a passcode")])
def test_login_that_knows_no_accessible_domains(wire: FakeWire, credentials: Credentials, way: str) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(Login(credentials, tenant_id="1", include_accessible_domains=True))
    assert str(caught.value) == (f"include_accessible_domains is not available when logging in {way}. Use an API key.")
    assert wire.sent == []


@pytest.mark.parametrize("status", [200, 203])
def test_successful_login(wire: FakeWire, status: int) -> None:
    wire.answer(status, sample("login"))
    access = log_in(Login(API_KEY))
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert access.user["name"] == "yourUserName"
    assert len({one["service_name"] for one in access.endpoints}) == 19


@pytest.mark.parametrize("status", [200, 203])
def test_successful_login_in_xml(wire: FakeWire, status: int) -> None:
    wire.answer(status, body=sample_bytes("login", "xml"), headers=[("Content-Type", "application/xml;charset=UTF-8")])
    assert log_in(Login(API_KEY), wire_format="xml") == full_access()


@pytest.mark.parametrize("name", ["login_to_set_up_mfa", "login_to_set_up_mfa_wrapped"])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_to_set_up_mfa(wire: FakeWire, name: str, wire_format: str) -> None:
    wire.answer(200, body=sample_bytes(name, wire_format))
    access = log_in(Login(PASSWORD, scope="setup-mfa"), wire_format=wire_format)
    assert access.token.id == "449f04aca3594ce38e5b0b18fce6b"
    assert (access.token.tenant, access.endpoints, access.user) == (None, [], a_user())


# The second step of a multi-factor login.


@pytest.mark.parametrize(
    ("login", "beside"),
    [
        (Login(PASSCODE), {}),
        (Login(PASSCODE, tenant_id="123456"), {"tenantId": "123456"}),
        (Login(PASSCODE, tenant_name="My Project"), {"tenantName": "My Project"}),
    ],
)
def test_second_step(wire: FakeWire, login: Login, beside: dict[str, str]) -> None:
    wire.answer(200, sample("login_with_passcode"))
    access = log_in(login)
    assert access.token.authenticated_by == ["PASSCODE", "PASSWORD"]
    sent = wire.only
    assert sent.json == {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "1411594"}, **beside}}
    assert sent.headers["X-SessionId"] == "secretsession"
    assert "secretsession" not in str(sent.json)
    assert "X-Auth-Token" not in sent.headers


@pytest.mark.parametrize("login", [Login(API_KEY), Login(PASSWORD), Login(TOKEN, tenant_id="1")])
def test_no_session_in_other_logins(wire: FakeWire, login: Login) -> None:
    wire.answer(200, sample("login"))
    log_in(login)
    assert "X-SessionId" not in wire.only.headers


@pytest.mark.parametrize(
    ("status", "document", "kind", "text"),
    [
        (
            401,
            {"unauthorized": {"message": "no 1411594 in secretsession"}},
            "unauthorized",
            (
                "401 unauthorized. The passcode is wrong, or its session has ended (after about five minutes, or once "
                "used): begin again with on_mfa=challenge. Too many wrong passcodes lock the account."
            ),
        ),
        (
            403,
            {"forbidden": {"message": "no"}},
            "forbidden",
            "403 forbidden. The account may be locked after too many wrong passcodes; ask the account administrator.",
        ),
        (
            403,
            {"userDisabled": {"message": "no"}},
            "user_disabled",
            "403 userDisabled. The user is disabled; ask the account administrator.",
        ),
        (500, None, "service_fault", "500. The service has a fault of its own; try again later."),
    ],
)
def test_second_step_that_is_refused(wire: FakeWire, status: int, document: Any, kind: str, text: str) -> None:
    wire.answer(status, document)
    error = refusal(Login(PASSCODE))
    assert error.kind == kind
    assert str(error) == f"{AS_PASSCODE} {text}"
    if document and status == 401:
        assert error.fault.message == "no ******** in ********"


@pytest.mark.parametrize(
    ("in_body", "in_header", "tenant"),
    [
        (None, "5830345", a_tenant("5830345", None)),
        (None, None, None),
        ({"id": "123456", "name": "x"}, "5830345", a_tenant("123456", "x")),
    ],
)
def test_tenant_of_the_header_stands_in(wire: FakeWire, in_body: Any, in_header: str | None, tenant: object) -> None:
    token = {"id": "t", "expires": "2030-01-01T00:00:00Z", "tenant": in_body}
    wire.answer(200, changed_login(token=token), headers=[("X-Tenant-Id", in_header)] if in_header else [])
    assert log_in(Login(API_KEY)).token.tenant == tenant


@pytest.mark.parametrize(
    ("login", "status", "text"),
    [
        (
            Login(PASSWORD),
            401,
            f"{AS_PASSWORD} 401. Check username and password.",
        ),
        (
            Login(TOKEN, tenant_id="1"),
            401,
            f"Logging in with a token failed: identity.example.com answered 401. {TOKEN_IS_BAD}",
        ),
        (
            Login(TOKEN, tenant_id="1"),
            404,
            f"Logging in with a token failed: identity.example.com answered 404. {TOKEN_IS_BAD}",
        ),
    ],
)
def test_way_out_fits_the_login(wire: FakeWire, login: Login, status: int, text: str) -> None:
    wire.answer(status)
    assert str(refusal(login)) == text


@pytest.mark.parametrize(
    "headers",
    [
        ["OS-MF sessionId='secretsession', factor='PASSCODE'"],
        ['Keystone uri="https://identity.example.com"', "OS-MF sessionId='secretsession', factor='PASSCODE'"],
        ["OS-MF factor='PASSCODE', sessionId='secretsession'", 'Keystone uri="https://identity.example.com"'],
    ],
)
def test_second_factor_is_asked_for(wire: FakeWire, headers: list[str]) -> None:
    wire.answer(
        401,
        {"unauthorized": {"code": 401, "message": "Session secretsession: additional credentials required"}},
        headers=[("WWW-Authenticate", header) for header in headers],
    )
    error = refusal(Login(PASSWORD))
    assert error.kind == "mfa_required"
    assert str(error) == (
        f"{AS_PASSWORD} 401 unauthorized. "
        "The account asks for a second factor: log in with an API key, which needs none, or run rax_identity_token "
        "with on_mfa=challenge, and again with the session_id that it returns and the passcode."
    )
    assert error.fault.message == "Session ********: additional credentials required"
    assert "secretsession" not in repr((error.as_result(), error.__dict__))
    assert isinstance(error, MfaRequiredError)
    assert error.challenge == Challenge("secretsession", "PASSCODE")


def test_other_challenges_are_none(wire: FakeWire) -> None:
    wire.answer(401, headers=[("WWW-Authenticate", 'Keystone uri="https://identity.example.com"')])
    assert refusal(Login(PASSWORD)).kind == "unauthorized"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_and_passcode_are_not_sent_again(wire: FakeWire, credentials: Credentials, status: int) -> None:
    wire.answer(status)
    with pytest.raises(ServiceError):
        IdentityClient(URL, Connection(retries=4)).log_in(Login(credentials))
    assert len(wire.sent) == 1


@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_and_passcode_are_not_sent_again_after_no_answer(wire: FakeWire, credentials: Credentials) -> None:
    wire.fail(requests.exceptions.ReadTimeout(ReadTimeoutError(None, "/", "x")))
    with pytest.raises(TransportError) as caught:
        IdentityClient(URL, Connection(retries=4)).log_in(Login(credentials))
    assert caught.value.kind == "timeout"
    assert len(wire.sent) == 1


@pytest.mark.parametrize("login", [Login(API_KEY), Login(TOKEN, tenant_id="1")])
def test_api_key_and_token_are_sent_again(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, login: Login) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    wire.answer(503, headers=[("Retry-After", "0")])
    wire.answer(200, sample("login"))
    assert IdentityClient(URL, Connection(retries=4)).log_in(login).token.id
    assert wire.sent[0] == wire.sent[1]


def test_password_refused_by_the_rate_limit_is_sent_again(wire: FakeWire) -> None:
    wire.answer(413, headers=[("Retry-After", "0")])
    wire.answer(429, headers=[("Retry-After", "0")])
    wire.answer(200, sample("login"))
    assert IdentityClient(URL, Connection(retries=4)).log_in(Login(PASSWORD)).token.id


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is not JSON"),
        (b"<html>Hello</html>", "the answer is not JSON"),
        (sample_bytes("login")[:-9], "the answer is not JSON"),
        (b"[]", "the answer is not an object"),
        (b"{}", "access.token is not an object"),
        (b'{"access": {"token": {"id": "secretid"}}}', "access.token.expires is missing"),
    ],
)
def test_answer_that_is_none(wire: FakeWire, body: bytes, reason: str) -> None:
    wire.answer(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        log_in(Login(API_KEY))
    assert (caught.value.kind, caught.value.status) == ("invalid_response", 200)
    assert str(caught.value) == (
        f"identity.example.com did not answer like an identity service: {reason}. Check identity_url and proxy."
    )
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("media_type", ["text/html", "text/html; charset=utf-8", "application/xml"])
def test_answer_that_says_it_is_something_else(wire: FakeWire, media_type: str) -> None:
    wire.answer(200, body=sample_bytes("login"), headers=[("Content-Type", media_type)])
    with pytest.raises(InvalidResponseError, match="the answer is not JSON"):
        log_in(Login(API_KEY))


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "application/xmlx"])
def test_answer_in_another_format_than_xml(wire: FakeWire, media_type: str) -> None:
    wire.answer(200, body=sample_bytes("login", "xml"), headers=[("Content-Type", media_type)])
    with pytest.raises(InvalidResponseError, match="the answer is not XML"):
        log_in(Login(API_KEY), wire_format="xml")


@pytest.mark.parametrize("media_type", [None, "text/xml", "application/xml; charset=UTF-8", "application/atom+XML"])
def test_answer_that_says_it_is_xml_or_nothing(wire: FakeWire, media_type: str | None) -> None:
    headers = [] if media_type is None else [("Content-Type", media_type)]
    wire.answer(200, body=sample_bytes("login", "xml"), headers=headers)
    assert log_in(Login(API_KEY), wire_format="xml").user["name"] == "yourUserName"


@pytest.mark.parametrize("media_type", [None, "", "application/json; charset=utf-8", "Application/Vnd.X+JSON"])
def test_answer_that_says_it_is_json_or_nothing(wire: FakeWire, media_type: str | None) -> None:
    wire.answer(200, body=sample_bytes("login"), headers=[] if media_type is None else [("Content-Type", media_type)])
    assert log_in(Login(API_KEY)).user["name"] == "yourUserName"


def test_default_service(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    log_in(Login(API_KEY), "https://identity.api.rackspacecloud.com/v2.0")
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
