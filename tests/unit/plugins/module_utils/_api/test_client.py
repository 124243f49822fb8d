# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: the requests it sends, and what it makes of every response."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import escape

import pytest
import requests
from urllib3.exceptions import ReadTimeoutError

from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    InvalidResponseError,
    MfaRequiredError,
    OptionError,
    ServiceError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Credentials,
    LoginRequest,
    MfaChallenge,
    Passcode,
    Password,
    Service,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.encoder import V20
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.logins import (
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
from ansible_collections.rackspace.identity.tests.unit.support.models import a_role, a_tenant, a_token, a_user
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    changed_login,
    full_access,
    sample,
    sample_bytes,
)

EXCHANGE_REJECTED = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."

# The pool that failed, which urllib3 only keeps.
POOL: Any = None


@pytest.mark.covers(
    "operations/1",
    "operations/2",
    "operations/3",
    "request-headers/accept",
    "request-headers/content-type/1-to-5-10",
    "request-attributes/auth",
    "request-attributes/auth-passwordcredentials-tenantid-auth-passwordcredentials-t",
    "request-attributes/auth-rax-kskey:apikeycredentials-tenantid-auth-rax-kskey:api",
    "request-attributes/auth-tenantid",
    "request-attributes/auth-token",
)
@pytest.mark.parametrize(
    ("login", "body"),
    [
        (LoginRequest(PASSWORD), "request_password"),
        (LoginRequest(API_KEY), "request_api_key"),
        (LoginRequest(API_KEY, tenant_id="1100111"), "request_api_key_with_tenant"),
        (LoginRequest(TOKEN, tenant_id="1100111"), "request_token_with_tenant"),
        (LoginRequest(PASSWORD, scope="setup-mfa"), "request_to_set_up_mfa"),
        (LoginRequest(Passcode("secretsession", "123456")), "request_passcode"),
    ],
)
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_requests_are_those_of_the_reference(wire: FakeWire, login: LoginRequest, body: str, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format))
    log_in(login, wire_format=wire_format)
    sent = wire.only
    assert (sent.method, sent.url) == ("POST", f"{URL}/tokens")
    assert (sent.json if wire_format == "json" else sent.xml) == sample(body)
    assert sent.headers["Content-Type"] == f"application/{wire_format}"
    assert sent.headers["Accept"] == f"application/{wire_format}"
    assert "X-Auth-Token" not in sent.headers
    assert "Authorization" not in sent.headers


@pytest.mark.covers("request-attributes/auth-tenantname")
def test_tenant_name_stands_beside_the_credentials(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    log_in(LoginRequest(TOKEN, tenant_name="My Project"))
    assert wire.only.json == {"auth": {"token": {"id": TOKEN.token}, "tenantName": "My Project"}}


@pytest.mark.covers("request-attributes/auth-passwordcredentials-password")
def test_body_can_hold_every_character(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    log_in(LoginRequest(Password("J\u00f6rg", 'p"\\\u00e4\u20ac \U0001f511')))
    assert wire.only.body is not None
    assert wire.only.body.isascii()
    assert wire.only.json == {
        "auth": {"passwordCredentials": {"username": "J\u00f6rg", "password": 'p"\\\u00e4\u20ac \U0001f511'}}
    }


@pytest.mark.covers(
    "parameters-in-urls/apply_rcn_roles/1-to-5",
    "parameters-in-urls/include_accessible_domains/1-2-5",
    "parameters-in-urls/include_endpoints",
)
@pytest.mark.parametrize(
    ("login", "query"),
    [
        (LoginRequest(API_KEY), ""),
        (LoginRequest(API_KEY, apply_rcn_roles=True), "?apply_rcn_roles=true"),
        (LoginRequest(PASSWORD, include_accessible_domains=True), "?include_accessible_domains=true"),
        (LoginRequest(API_KEY, include_endpoints=False), "?include_endpoints=false"),
        (
            LoginRequest(API_KEY, apply_rcn_roles=True, include_accessible_domains=True, include_endpoints=False),
            "?apply_rcn_roles=true&include_accessible_domains=true&include_endpoints=false",
        ),
        (LoginRequest(TOKEN, tenant_id="1", apply_rcn_roles=True, include_endpoints=False), "?apply_rcn_roles=true"),
        (LoginRequest(PASSCODE, apply_rcn_roles=True, include_endpoints=False), "?apply_rcn_roles=true"),
        (LoginRequest(PASSWORD, scope="setup-mfa", apply_rcn_roles=True), "?apply_rcn_roles=true"),
    ],
)
def test_query(wire: FakeWire, login: LoginRequest, query: str) -> None:
    wire.respond(200, sample("login"))
    log_in(login)
    assert wire.only.url == f"{URL}/tokens{query}"


@pytest.mark.covers("parameters-in-urls/include_accessible_domains/1-2-5")
@pytest.mark.parametrize(("credentials", "way"), [(TOKEN, "with a token"), (PASSCODE, "with a passcode")])
def test_login_that_does_not_support_accessible_domains(wire: FakeWire, credentials: Credentials, way: str) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(LoginRequest(credentials, tenant_id="1", include_accessible_domains=True))
    assert str(caught.value) == (f"include_accessible_domains is not available when logging in {way}. Use an API key.")
    assert wire.sent == []


@pytest.mark.parametrize("status", [200, 203])
def test_successful_login(wire: FakeWire, status: int) -> None:
    wire.respond(status, sample("login"))
    access = log_in(LoginRequest(API_KEY))
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert access.user["name"] == "yourUserName"
    assert len({one["service_name"] for one in flatten(access.services)}) == 19


@pytest.mark.parametrize("status", [200, 203])
def test_successful_login_in_xml(wire: FakeWire, status: int) -> None:
    wire.respond(status, body=sample_bytes("login", "xml"), headers=[("Content-Type", "application/xml;charset=UTF-8")])
    assert log_in(LoginRequest(API_KEY), wire_format="xml") == full_access()


@pytest.mark.covers("operations/5", "responses/access")
@pytest.mark.parametrize("name", ["login_to_set_up_mfa", "login_to_set_up_mfa_wrapped"])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_to_set_up_mfa(wire: FakeWire, name: str, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes(name, wire_format))
    access = log_in(LoginRequest(PASSWORD, scope="setup-mfa"), wire_format=wire_format)
    assert access.token.id == "449f04aca3594ce38e5b0b18fce6b"
    assert (access.token.tenant, access.services, access.user) == (None, (), a_user())


# The second step of a multi-factor login.


@pytest.mark.covers(
    "operations/4",
    "request-attributes/auth-rax-auth:passcodecredentials",
    "request-attributes/auth-rax-auth:passcodecredentials-passcode",
)
@pytest.mark.parametrize(
    ("login", "beside"),
    [
        (LoginRequest(PASSCODE), {}),
        (LoginRequest(PASSCODE, tenant_id="123456"), {"tenantId": "123456"}),
        (LoginRequest(PASSCODE, tenant_name="My Project"), {"tenantName": "My Project"}),
    ],
)
def test_second_step(wire: FakeWire, login: LoginRequest, beside: dict[str, str]) -> None:
    wire.respond(200, sample("login_with_passcode"))
    access = log_in(login)
    assert access.token.authenticated_by == ["PASSCODE", "PASSWORD"]
    sent = wire.only
    assert sent.json == {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "1411594"}, **beside}}
    assert sent.headers["X-SessionId"] == "secretsession"
    assert "secretsession" not in str(sent.json)
    assert "X-Auth-Token" not in sent.headers


@pytest.mark.covers("request-headers/x-sessionid")
@pytest.mark.parametrize("login", [LoginRequest(API_KEY), LoginRequest(PASSWORD), LoginRequest(TOKEN, tenant_id="1")])
def test_other_logins_send_no_session(wire: FakeWire, login: LoginRequest) -> None:
    wire.respond(200, sample("login"))
    log_in(login)
    assert "X-SessionId" not in wire.only.headers


@pytest.mark.covers(
    "status-codes/4/401", "status-codes/4/403-userdisabled", "status-codes/4/403-forbidden", "status-codes/4/500"
)
@pytest.mark.parametrize(
    ("status", "payload", "kind", "message"),
    [
        (
            401,
            {"unauthorized": {"message": "no 1411594 in secretsession"}},
            "unauthorized",
            (
                "401 unauthorized: no ******** in ********. The passcode is wrong, or its session has ended (after "
                "about five minutes, or once used): begin again with on_mfa=challenge. Too many wrong passcodes lock "
                "the account."
            ),
        ),
        (
            403,
            {"forbidden": {"message": "no"}},
            "forbidden",
            (
                "403 forbidden: no. The account may be locked after too many wrong passcodes; "
                "ask the account administrator."
            ),
        ),
        (
            403,
            {"userDisabled": {"message": "no"}},
            "user_disabled",
            "403 userDisabled: no. The user is disabled; ask the account administrator.",
        ),
        (500, None, "service_fault", "500. The service has an internal error; try again later."),
    ],
)
def test_rejected_second_step(wire: FakeWire, status: int, payload: Any, kind: str, message: str) -> None:
    wire.respond(status, payload)
    error = refusal(LoginRequest(PASSCODE))
    assert error.kind == kind
    assert str(error) == f"{AS_PASSCODE} {message}"
    if payload and status == 401:
        assert error.fault.message == "no ******** in ********"


@pytest.mark.covers("response-headers/x-tenant-id-not-in-the-documents")
@pytest.mark.parametrize(
    ("in_body", "in_header", "tenant"),
    [
        (None, "5830345", a_tenant("5830345", None)),
        (None, None, None),
        ({"id": "123456", "name": "x"}, "5830345", a_tenant("123456", "x")),
    ],
)
def test_tenant_of_the_header_is_used_if_the_body_has_none(
    wire: FakeWire, in_body: Any, in_header: str | None, tenant: object
) -> None:
    token = {"id": "t", "expires": "2030-01-01T00:00:00Z", "tenant": in_body}
    wire.respond(200, changed_login(token=token), headers=[("X-Tenant-Id", in_header)] if in_header else [])
    assert log_in(LoginRequest(API_KEY)).token.tenant == tenant


@pytest.mark.parametrize(
    ("login", "status", "message"),
    [
        (
            LoginRequest(PASSWORD),
            401,
            (
                f"{AS_PASSWORD} 401. Check username and password. If it is an API key, as in password of the former "
                "rax modules, give it as api_key."
            ),
        ),
        (
            LoginRequest(TOKEN, tenant_id="1"),
            401,
            (
                "Logging in with a token to tenant 1 failed: identity.example.com responded with 401. "
                f"{EXCHANGE_REJECTED} Check that the user has access to tenant 1."
            ),
        ),
        (
            LoginRequest(TOKEN, tenant_id="1"),
            404,
            (
                "Logging in with a token to tenant 1 failed: identity.example.com responded with 404. "
                f"{EXCHANGE_REJECTED}"
            ),
        ),
        (
            LoginRequest(PASSWORD),
            404,
            f"{AS_PASSWORD} 404. {URL}/tokens was requested; check identity_url.",
        ),
        (
            LoginRequest(PASSCODE),
            404,
            f"{AS_PASSCODE} 404. {URL}/tokens was requested; check identity_url.",
        ),
    ],
)
def test_way_out_depends_on_the_credentials(wire: FakeWire, login: LoginRequest, status: int, message: str) -> None:
    wire.respond(status)
    assert str(refusal(login)) == message


@pytest.mark.parametrize(
    ("login", "subject", "way_out"),
    [
        (
            LoginRequest(API_KEY, tenant_id="123456"),
            "Logging in as demoauthor with an API key to tenant 123456",
            (
                "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings, and "
                "is not the password. Check that the user has access to tenant 123456."
            ),
        ),
        (
            LoginRequest(PASSWORD, tenant_name="My Project"),
            "Logging in as demoAuthor with a password to tenant My Project",
            (
                "Check username and password. If it is an API key, as in password of the former rax modules, give it "
                "as api_key. Check that the user has access to tenant My Project."
            ),
        ),
        (
            LoginRequest(PASSCODE, tenant_id="123456"),
            "Logging in with a passcode to tenant 123456",
            (
                "The passcode is wrong, or its session has ended (after about five minutes, or once used): "
                "begin again with on_mfa=challenge. Too many wrong passcodes lock the account. "
                "Check that the user has access to tenant 123456."
            ),
        ),
    ],
)
def test_wrong_tenant_is_named(wire: FakeWire, login: LoginRequest, subject: str, way_out: str) -> None:
    wire.respond(401, {"unauthorized": {"code": 401, "message": "No access to this tenant."}})
    error = refusal(login)
    assert error.kind == "unauthorized"
    assert str(error) == (
        f"{subject} failed: identity.example.com responded with 401 unauthorized: No access to this tenant. {way_out}"
    )


@pytest.mark.parametrize(
    "headers",
    [
        ["OS-MF sessionId='secretsession', factor='PASSCODE'"],
        ['Keystone uri="https://identity.example.com"', "OS-MF sessionId='secretsession', factor='PASSCODE'"],
        ["OS-MF factor='PASSCODE', sessionId='secretsession'", 'Keystone uri="https://identity.example.com"'],
    ],
)
def test_challenge_of_a_login(wire: FakeWire, headers: list[str]) -> None:
    wire.respond(
        401,
        {"unauthorized": {"code": 401, "message": "Session secretsession: additional credentials required"}},
        headers=[("WWW-Authenticate", header) for header in headers],
    )
    error = refusal(LoginRequest(PASSWORD))
    assert error.kind == "mfa_required"
    assert str(error) == (
        f"{AS_PASSWORD} 401 unauthorized: Session ********: additional credentials required. "
        "The account asks for a second factor: log in with an API key, which needs none, or run rax_identity_token "
        "with on_mfa=challenge, and again with the session_id that it returns and the passcode."
    )
    assert error.fault.message == "Session ********: additional credentials required"
    assert "secretsession" not in repr((error.as_result(), error.__dict__))
    assert isinstance(error, MfaRequiredError)
    assert error.challenge == MfaChallenge("secretsession", "PASSCODE")


def test_other_challenges_are_ignored(wire: FakeWire) -> None:
    wire.respond(401, headers=[("WWW-Authenticate", 'Keystone uri="https://identity.example.com"')])
    assert refusal(LoginRequest(PASSWORD)).kind == "unauthorized"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_and_passcode_are_not_sent_again(wire: FakeWire, credentials: Credentials, status: int) -> None:
    wire.respond(status)
    with pytest.raises(ServiceError):
        IdentityClient(connection_settings(identity_url=URL, retries=4)).log_in(LoginRequest(credentials))
    assert len(wire.sent) == 1


@pytest.mark.parametrize("credentials", [PASSWORD, PASSCODE])
def test_password_and_passcode_are_not_sent_again_without_a_response(wire: FakeWire, credentials: Credentials) -> None:
    wire.fail(requests.exceptions.ReadTimeout(ReadTimeoutError(POOL, "/", "x")), sent=True)
    with pytest.raises(TransportError) as caught:
        IdentityClient(connection_settings(identity_url=URL, retries=4)).log_in(LoginRequest(credentials))
    assert caught.value.kind == "timeout"
    assert len(wire.sent) == 1


@pytest.mark.parametrize("login", [LoginRequest(API_KEY), LoginRequest(TOKEN, tenant_id="1")])
def test_api_key_and_token_are_sent_again(wire: FakeWire, clock: FakeClock, login: LoginRequest) -> None:
    wire.respond(503, headers=[("Retry-After", "0")])
    wire.respond(200, sample("login"))
    assert IdentityClient(connection_settings(identity_url=URL, retries=4)).log_in(login).token.id
    assert wire.sent[0] == wire.sent[1]


def test_password_is_sent_again_after_a_rate_limit(wire: FakeWire) -> None:
    wire.respond(413, headers=[("Retry-After", "0")])
    wire.respond(429, headers=[("Retry-After", "0")])
    wire.respond(200, sample("login"))
    assert IdentityClient(connection_settings(identity_url=URL, retries=4)).log_in(LoginRequest(PASSWORD)).token.id


@pytest.mark.covers("status-codes/all/2xx-with-an-invalid-body")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the response is not JSON"),
        (b"<html>Hello</html>", "the response is not JSON"),
        (sample_bytes("login")[:-9], "the response is not JSON"),
        (b"[]", "the response is not an object"),
        (b"{}", "access.token is not an object"),
        (b'{"access": {"token": {"id": "secretid"}}}', "access.token.expires is missing"),
    ],
)
def test_response_that_is_invalid(wire: FakeWire, body: bytes, reason: str) -> None:
    wire.respond(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        log_in(LoginRequest(API_KEY))
    assert (caught.value.kind, caught.value.status) == ("invalid_response", 200)
    assert str(caught.value) == (
        f"identity.example.com did not respond like an identity service: {reason}. Check identity_url and proxy."
    )
    assert caught.value.__suppress_context__


@pytest.mark.covers("response-headers/content-type")
@pytest.mark.parametrize("media_type", ["text/html", "text/html; charset=utf-8", "application/xml"])
def test_response_of_another_media_type_than_json(wire: FakeWire, media_type: str) -> None:
    wire.respond(200, body=sample_bytes("login"), headers=[("Content-Type", media_type)])
    with pytest.raises(InvalidResponseError, match="the response is not JSON"):
        log_in(LoginRequest(API_KEY))


@pytest.mark.covers("response-headers/content-type")
@pytest.mark.parametrize("media_type", ["text/html", "application/json", "application/xmlx"])
def test_response_of_another_media_type_than_xml(wire: FakeWire, media_type: str) -> None:
    wire.respond(200, body=sample_bytes("login", "xml"), headers=[("Content-Type", media_type)])
    with pytest.raises(InvalidResponseError, match="the response is not XML"):
        log_in(LoginRequest(API_KEY), wire_format="xml")


@pytest.mark.parametrize("media_type", [None, "text/xml", "application/xml; charset=UTF-8", "application/atom+XML"])
def test_response_that_is_called_xml_or_nothing(wire: FakeWire, media_type: str | None) -> None:
    headers = [] if media_type is None else [("Content-Type", media_type)]
    wire.respond(200, body=sample_bytes("login", "xml"), headers=headers)
    assert log_in(LoginRequest(API_KEY), wire_format="xml").user["name"] == "yourUserName"


@pytest.mark.parametrize("media_type", [None, "", "application/json; charset=utf-8", "Application/Vnd.X+JSON"])
def test_response_that_is_called_json_or_nothing(wire: FakeWire, media_type: str | None) -> None:
    wire.respond(200, body=sample_bytes("login"), headers=[] if media_type is None else [("Content-Type", media_type)])
    assert log_in(LoginRequest(API_KEY)).user["name"] == "yourUserName"


@pytest.mark.covers("parameters-in-urls/the-address-of-the-service")
def test_default_service(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    log_in(LoginRequest(API_KEY), "https://identity.api.rackspacecloud.com/v2.0")
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"


# Nothing of the response shows what was sent, except for the token itself.

KEY = API_KEY.api_key
FORMS = [
    KEY,
    KEY.replace("-", "%2D"),
    "".join(f"%{byte:02x}" for byte in KEY.encode()),
    "".join(f"%25{byte:02x}" for byte in KEY.encode()),
    "".join(f"&#{byte};" for byte in KEY.encode()),
    "".join(f"\\u{byte:04x}" for byte in KEY.encode()),
    KEY.encode().hex(),
    KEY.encode().hex().upper(),
    base64.b64encode(KEY.encode()).decode(),
    base64.urlsafe_b64encode(KEY.encode()).decode().rstrip("="),
]


@pytest.mark.covers("responses/what-no-document-lists")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_secret_is_cut_out_of_what_is_unknown(wire: FakeWire, wire_format: str, form: str) -> None:
    payload = changed_login(echo={"a": form, "b": [f"x {form} y"]}, serviceCatalog=[])
    payload["access"]["token"].update(echo=form)
    payload["access"]["user"].update(email=form, roles=[{"id": "5", "echo": form}])
    as_xml = (
        f'<access xmlns="{V20}" echo="{escape(form)}">'
        f'<token id="d74f592f986e4d6e995853ccf0123456" expires="2030-01-01T00:00:00Z" echo="{escape(form)}"/>'
        f'<user email="{escape(form)}"><roles><role id="5" echo="{escape(form)}"/></roles></user></access>'
    )
    wire.respond(200, body=json.dumps(payload).encode() if wire_format == "json" else as_xml.encode())
    access = log_in(LoginRequest(API_KEY), wire_format=wire_format)
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert access.token.extra == {"echo": MASK}
    assert access.user["extra"] == {"email": MASK}
    assert access.user["roles"] == [a_role("5", extra={"echo": MASK})]
    assert access.extra == ({"echo": {"a": MASK, "b": [f"x {MASK} y"]}} if wire_format == "json" else {"echo": MASK})


def test_password_of_the_proxy_is_cut_out_too(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:proxy%40secret@p:1")
    payload = changed_login(serviceCatalog=[])
    payload["access"]["user"].update(email="proxy@secret", name="proxy%40secret")
    wire.respond(200, payload)
    access = log_in(LoginRequest(API_KEY))
    assert (access.user["name"], access.user["extra"]) == (MASK, {"email": MASK})


@pytest.mark.parametrize("form", FORMS)
def test_secret_is_cut_out_of_what_is_known(wire: FakeWire, form: str) -> None:
    payload = changed_login(user={"id": form, "name": form, "RAX-AUTH:defaultRegion": form})
    payload["access"]["serviceCatalog"] = [
        {"name": "n", "type": "t", "endpoints": [{"publicURL": f"https://example.com/{form}", "echo": form}]}
    ]
    wire.respond(200, payload)
    access = log_in(LoginRequest(API_KEY))
    assert access.user == a_user(id=MASK, name=MASK, default_region=MASK)
    assert access.services == (
        Service("t", "n", [{"public_url": f"https://example.com/{MASK}", "extra": {"echo": MASK}}]),
    )


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepin")
@pytest.mark.parametrize("name", ["phonePin", "phone_pin", "RAX-AUTH:phonePin", "supportPIN", "RAX-AUTH:pin"])
@pytest.mark.parametrize("credentials", [API_KEY, PASSWORD, TOKEN, PASSCODE])
def test_support_pin_is_removed_wherever_it_comes(wire: FakeWire, credentials: Credentials, name: str) -> None:
    payload = changed_login(
        user={"id": "1", name: "914737", "roles": [{"id": "5", name: "914737", "x": {"y": [{name: ["914737"]}]}}]},
        more={"deep": [[{name: {"value": "914737"}, "kept": 1}]]},
    )
    payload["access"][name] = payload["access"]["token"][name] = 914737
    wire.respond(200, payload)
    access = log_in(LoginRequest(credentials, tenant_id="1"))
    assert "914737" not in repr((access, access.token._asdict()))
    assert access.user == a_user(id="1", roles=[a_role("5", extra={"x": {"y": [{}]}})])
    assert access.token.extra == {}
    assert access.extra == {"more": {"deep": [[{"kept": 1}]]}}


def test_token_of_any_length_is_refused(wire: FakeWire) -> None:
    for size in (8192, 8193):
        wire.respond(200, changed_login(token={"id": "x" * size, "expires": "2030-01-01T00:00:00Z"}))
    assert log_in(LoginRequest(API_KEY)).token.id == "x" * 8192
    with pytest.raises(InvalidResponseError, match=r"access\.token\.id has more than 8192 characters"):
        log_in(LoginRequest(API_KEY))


@pytest.mark.parametrize("token_id", ["tok0123456789abcdef", "t0k"])
def test_token_is_returned_only_as_the_id_of_the_token(wire: FakeWire, token_id: str) -> None:
    whole = {"echo": [token_id, token_id.upper()]}
    part = {"part": f"/v2.0/tokens/{token_id}"} if len(token_id) >= 8 else {}
    payload = changed_login(more={**whole, **part})
    payload["access"]["token"] = {"id": token_id, "expires": "2030-01-01T00:00:00Z", **whole}
    wire.respond(200, payload)
    access = log_in(LoginRequest(API_KEY))
    assert access.token.id == token_id
    assert token_id not in repr((access.user, access.services, access.extra, access.token.extra))


@pytest.mark.parametrize("credentials", [API_KEY, PASSWORD, PASSCODE])
def test_token_that_contains_the_secret_is_refused(wire: FakeWire, credentials: Credentials) -> None:
    secret = credentials.secrets[0]
    wire.respond(200, changed_login(token={"id": f"x{secret}y", "expires": "2030-01-01T00:00:00Z"}))
    with pytest.raises(InvalidResponseError) as caught:
        log_in(LoginRequest(credentials))
    assert secret not in repr(caught.value.as_result())
    assert str(caught.value) == (
        "identity.example.com did not respond like an identity service: the token contains the secret that it was "
        "issued for. Check identity_url and proxy."
    )


def test_token_of_another_tenant_may_be_the_same(wire: FakeWire) -> None:
    wire.respond(200, changed_login(token={"id": TOKEN.token, "expires": "2030-01-01T00:00:00Z"}))
    assert log_in(LoginRequest(TOKEN, tenant_id="1")).token.id == TOKEN.token


@pytest.mark.parametrize(
    "token", ["%41%42%43", "&#65;&amp;", "\\u0041", "a/b+c==", "4142434445464748", "caf\u00e9", "gAAAA-_x"]
)
def test_token_is_returned_exactly(wire: FakeWire, token: str) -> None:
    wire.respond(200, changed_login(token={"id": token, "expires": "2030-01-01T00:00:00Z"}))
    assert log_in(LoginRequest(Password("u", "ABCDEFGH"))).token.id == token


def test_request_id_of_an_invalid_response_is_masked(wire: FakeWire) -> None:
    wire.respond(200, body=b"<html>", headers=[("X-Openstack-Request-Id", f"req-{KEY}\x9b2J")])
    with pytest.raises(InvalidResponseError) as caught:
        log_in(LoginRequest(API_KEY))
    assert caught.value.request_id == f"req-{MASK} 2J"
    assert KEY not in repr((caught.value.as_result(), caught.value.__dict__))


def test_lone_surrogates_are_replaced(wire: FakeWire) -> None:
    body = json.dumps(changed_login(user={"id": "1", "name": "a\ud800b", "x": ["\udfff"]})).encode()
    wire.respond(200, body=body)
    assert log_in(LoginRequest(API_KEY)).user == a_user(id="1", name="a\ufffdb", extra={"x": ["\ufffd"]})


# What only informs never ends a login.


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"RAX-AUTH:authenticatedBy": "APIKEY"}, {"authenticated_by": ["APIKEY"], "tenant": None}),
        ({"tenant": "123456"}, {"tenant": a_tenant("123456", None)}),
        ({"tenant": ["123456"], "RAX-AUTH:authenticatedBy": 5}, {"authenticated_by": ["5"]}),
    ],
)
def test_odd_fields_of_a_token(wire: FakeWire, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    wire.respond(200, changed_login(token={"id": "t", "expires": "2030-01-01T00:00:00Z", **fields}))
    token = log_in(LoginRequest(API_KEY)).token
    assert token == a_token("t", datetime(2030, 1, 1, tzinfo=timezone.utc))._replace(**expected)


# What no header can hold.


@pytest.mark.covers("request-headers/x-sessionid")
@pytest.mark.parametrize(
    "session_id", ["secret\u20ac", "\u0101", "secret\U0001f511", "secret\nX-Evil: 1", " secret", "\x80"]
)
def test_session_that_no_header_can_hold_is_named(wire: FakeWire, session_id: str) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(LoginRequest(Passcode(session_id, "123456")))
    assert caught.value.kind == "bad_request"
    assert str(caught.value) == (
        "session_id contains a character that cannot be sent in the header X-SessionId. Check how it was copied."
    )
    assert wire.sent == []
