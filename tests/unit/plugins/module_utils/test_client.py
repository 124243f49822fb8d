# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: the requests it sends, and what it makes of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient, base_url, service_url
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    KIND_OF_STATUS,
    KINDS,
    IdentityError,
    InvalidResponseError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
    Password,
    Tenant,
)
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    login_document,
    sample,
    sample_bytes,
)

URL = "https://identity.example.com/v2.0"
API_KEY = ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678")
PASSWORD = Password("demoAuthor", "myPassword01")
TOKEN = ExistingToken("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
TOKEN_IS_BAD = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."
AS_PASSWORD = "Logging in as demoAuthor with a password failed: identity.example.com answered"
AS_API_KEY = "Logging in as demoauthor with an API key failed: identity.example.com answered"


def log_in(login: Login, url: str = URL) -> Access:
    client = IdentityClient(url, Connection(retries=0))
    try:
        return client.log_in(login)
    finally:
        client.close()


def refusal(login: Login) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        log_in(login)
    error = caught.value
    for secret in ("aaaaa-bbbbb-ccccc-12345678", "myPassword01", TOKEN.token, "/tokens"):
        assert secret not in repr((error.as_result(), error.args))
    assert error.kind in KINDS
    return error


@pytest.mark.parametrize(
    ("login", "body"),
    [
        (Login(PASSWORD), "request_password"),
        (Login(API_KEY), "request_api_key"),
        (Login(API_KEY, tenant_id="1100111"), "request_api_key_with_tenant"),
        (Login(TOKEN, tenant_id="1100111"), "request_token_with_tenant"),
    ],
)
def test_requests_are_those_of_the_documents(wire: FakeWire, login: Login, body: str) -> None:
    wire.answer(200, sample("login"))
    log_in(login)
    sent = wire.only
    assert (sent.method, sent.url) == ("POST", f"{URL}/tokens")
    assert sent.json == sample(body)
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Accept"] == "application/json"
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
    ],
)
def test_query(wire: FakeWire, login: Login, query: str) -> None:
    wire.answer(200, sample("login"))
    log_in(login)
    assert wire.only.url == f"{URL}/tokens{query}"


def test_token_login_knows_no_accessible_domains(wire: FakeWire) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(Login(TOKEN, tenant_id="1", include_accessible_domains=True))
    assert str(caught.value) == (
        "include_accessible_domains is not available when logging in with a token. Log in with an API key."
    )
    assert wire.sent == []


@pytest.mark.parametrize("status", [200, 203])
def test_successful_login(wire: FakeWire, status: int) -> None:
    wire.answer(status, sample("login"))
    access = log_in(Login(API_KEY))
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert access.user.name == "yourUserName"
    assert len({one["service_name"] for one in access.endpoints}) == 19


@pytest.mark.parametrize(
    ("in_body", "in_header", "tenant"),
    [
        (None, "5830345", Tenant("5830345", None)),
        (None, None, None),
        ({"id": "123456", "name": "x"}, "5830345", Tenant("123456", "x")),
    ],
)
def test_tenant_of_the_header_stands_in(wire: FakeWire, in_body: Any, in_header: str | None, tenant: object) -> None:
    token = {"id": "t", "expires": "2030-01-01T00:00:00Z", "tenant": in_body}
    wire.answer(200, login_document(token=token), headers=[("X-Tenant-Id", in_header)] if in_header else [])
    assert log_in(Login(API_KEY)).token.tenant == tenant


STATUSES = [
    (
        400,
        "bad_request",
        "The service found the request wrong; compare the options with its words in error.message.",
    ),
    (
        401,
        "unauthorized",
        "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings.",
    ),
    (403, "forbidden", "This user may not do that; ask the account administrator."),
    (404, "not_found", "Check identity_url."),
    (405, "method_not_allowed", "Check identity_url: the service there does not know this call."),
    (406, "not_acceptable", "The service does not speak the format asked for."),
    (413, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (500, "service_fault", "The service has a fault of its own; try again later."),
    (502, "service_unavailable", "The service is not available now; try again later."),
    (503, "service_unavailable", "The service is not available now; try again later."),
    (504, "service_unavailable", "The service is not available now; try again later."),
    (201, "unexpected_status", "Check identity_url and proxy."),
    (204, "unexpected_status", "Check identity_url and proxy."),
    (409, "unexpected_status", "Check identity_url and proxy."),
    (418, "unexpected_status", "Check identity_url and proxy."),
    (501, "unexpected_status", "Check identity_url and proxy."),
]


def test_every_status_with_a_kind_is_tested() -> None:
    assert {status for status, _kind, _way_out in STATUSES} >= set(KIND_OF_STATUS)


@pytest.mark.parametrize(("status", "kind", "way_out"), STATUSES)
def test_status_decides(wire: FakeWire, status: int, kind: str, way_out: str) -> None:
    wire.answer(status, body=b"" if status == 204 else b"<html>no</html>", headers=[("Content-Type", "text/html")])
    error = refusal(Login(API_KEY))
    assert str(error) == f"{AS_API_KEY} {status}. {way_out}"
    assert error.as_result()["error"] == {
        "kind": kind,
        "status": status,
        "fault": None,
        "message": None,
        "details": None,
        "retry_after": None,
        "request_id": None,
    }


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
    ("status", "document", "kind", "fault", "message"),
    [
        (
            403,
            {"userDisabled": {"code": 403, "message": "User is disabled"}},
            "user_disabled",
            "userDisabled",
            "User is disabled",
        ),
        (
            403,
            {"forbidden": {"code": 403, "message": "User must setup multi-factor"}},
            "mfa_not_set_up",
            "forbidden",
            "User must setup multi-factor",
        ),
        (
            403,
            {"forbidden": {"message": "Error code: 'AUTH-012'; Set up MFA first"}},
            "mfa_not_set_up",
            "forbidden",
            "Error code: 'AUTH-012'; Set up MFA first",
        ),
        (403, {"forbidden": {"message": "Not authorized"}}, "forbidden", "forbidden", "Not authorized"),
        (401, {"itemNotFound": {"message": "gone"}}, "unauthorized", "itemNotFound", "gone"),
        (401, {"userDisabled": {"message": "x"}}, "unauthorized", "userDisabled", "x"),
        (404, {"unauthorized": {"message": "x"}}, "not_found", "unauthorized", "x"),
        (400, {"error": {"code": 400, "message": "m", "title": "Bad"}}, "bad_request", "error", "m"),
        (400, {"code": 400, "message": "m"}, "bad_request", None, "m"),
        (500, {"identityFault": {"message": "m"}}, "service_fault", "identityFault", "m"),
    ],
)
def test_fault_only_refines(
    wire: FakeWire, status: int, document: Any, kind: str, fault: str | None, message: str
) -> None:
    wire.answer(status, document)
    error = refusal(Login(API_KEY))
    assert (error.kind, error.status, error.fault.name, error.fault.message) == (kind, status, fault, message)
    named = f" {fault}" if fault else ""
    assert str(error).startswith(f"{AS_API_KEY} {status}{named}. ")


def test_request_id_and_details(wire: FakeWire) -> None:
    wire.answer(500, {"identityFault": {"message": "m", "details": "d"}}, headers=[("x-trans-id", "tx-1")])
    assert refusal(Login(API_KEY)).as_result() == {
        "msg": f"{AS_API_KEY} 500 identityFault. The service has a fault of its own; try again later.",
        "error": {
            "kind": "service_fault",
            "status": 500,
            "fault": "identityFault",
            "message": "m",
            "details": "d",
            "retry_after": None,
            "request_id": "tx-1",
        },
    }


@pytest.mark.parametrize(
    ("document", "headers", "seconds"),
    [(None, [("Retry-After", "3600")], 3600.0), ({"overLimit": {"retryAfter": 17.4}}, [], 17.4)],
)
def test_rate_limit_tells_how_long(
    wire: FakeWire, document: Any, headers: Iterable[tuple[str, str]], seconds: float
) -> None:
    wire.answer(413, document, headers=headers)
    error = refusal(Login(API_KEY))
    assert error.retry_after == seconds
    assert str(error).endswith(f"It asks to wait {seconds:.0f} seconds: try again then, or raise retry_max_wait.")


def test_infinite_wait_is_no_hint(wire: FakeWire) -> None:
    wire.answer(413, body=b'{"overLimit": {"retryAfter": 1e999, "retryAt": NaN}}')
    assert refusal(Login(API_KEY)).retry_after is None


@pytest.mark.parametrize(
    "document",
    [
        {"unauthorized": {"message": "no aaaaa-bbbbb-ccccc-12345678", "details": "aaaaa-bbbbb-ccccc-12345678"}},
        {"aaaaa-bbbbb-ccccc-12345678": {"message": "x"}},
        {"message": "aaaaa-bbbbb-ccccc-12345678"},
    ],
)
def test_secret_in_the_service_s_words_is_masked(wire: FakeWire, document: Any) -> None:
    wire.answer(401, document, headers=[("x-trans-id", "tx-aaaaa-bbbbb-ccccc-12345678")])
    error = refusal(Login(API_KEY))
    assert "********" in repr(error.as_result())
    assert error.request_id == "tx-********"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://evil.example.com/v2.0/tokens?t=1", "evil.example.com"),
        ("https://me:pw@evil.example.com:81/", "evil.example.com:81"),
        ("//evil.example.com/x", "evil.example.com"),
        ("/elsewhere", "another place"),
        ("http://[broken", "another place"),
        (None, "another place"),
    ],
)
def test_redirect(wire: FakeWire, location: str | None, target: str) -> None:
    wire.answer(302, headers=[("Location", location)] if location else [])
    error = refusal(Login(API_KEY))
    assert (error.kind, error.status) == ("unexpected_status", 302)
    assert str(error) == (
        f"{AS_API_KEY} 302. It points to {target}, where credentials are never sent on; set identity_url."
    )


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
        "The account asks for a second factor, and a passcode has been sent to its owner. "
        "For unattended work log in with an API key, which needs none."
    )
    assert error.fault.message == "Session ********: additional credentials required"
    assert "secretsession" not in repr((error.as_result(), error.__dict__))


def test_other_challenges_are_none(wire: FakeWire) -> None:
    wire.answer(401, headers=[("WWW-Authenticate", 'Keystone uri="https://identity.example.com"')])
    assert refusal(Login(PASSWORD)).kind == "unauthorized"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_password_is_not_sent_again(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    with pytest.raises(ServiceError):
        IdentityClient(URL, Connection(retries=4)).log_in(Login(PASSWORD))
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


@pytest.mark.parametrize("media_type", [None, "", "application/json; charset=utf-8", "Application/Vnd.X+JSON"])
def test_answer_that_says_it_is_json_or_nothing(wire: FakeWire, media_type: str | None) -> None:
    wire.answer(200, body=sample_bytes("login"), headers=[] if media_type is None else [("Content-Type", media_type)])
    assert log_in(Login(API_KEY)).user.name == "yourUserName"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://identity.example.com", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0/", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/V2.0//", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v1.1", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v1.1/", "https://identity.example.com/v2.0"),
        ("  https://identity.example.com  ", "https://identity.example.com/v2.0"),
        ("identity.example.com", "https://identity.example.com/v2.0"),
        ("identity.example.com/v2.0", "https://identity.example.com/v2.0"),
        ("localhost:5000", "https://localhost:5000/v2.0"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/v2.0"),
        ("http://[::1]:5000/v2.0", "http://[::1]:5000/v2.0"),
        ("https://identity.example.com/prefix/v2.0", "https://identity.example.com/prefix/v2.0"),
        ("https://identity.example.com/v3", "https://identity.example.com/v3/v2.0"),
        ("HTTPS://identity.example.com", "HTTPS://identity.example.com/v2.0"),
    ],
)
def test_forms_of_identity_url(given: str, url: str) -> None:
    assert service_url(given) == url
    assert base_url(given) == url[: -len("/v2.0")]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "identity_url is no http or https URL with a host."),
        ("ftp://identity.example.com", "identity_url is no http or https URL with a host."),
        ("file:///etc/passwd", "identity_url is no http or https URL with a host."),
        ("https://", "identity_url is no http or https URL with a host."),
        ("https:///v2.0", "identity_url is no http or https URL with a host."),
        ("https://host:port/", "identity_url is no http or https URL with a host."),
        ("https://host:99999/", "identity_url is no http or https URL with a host."),
        ("https://host:0/", "identity_url is no http or https URL with a host."),
        ("https://[::1/v2.0", "identity_url is no http or https URL with a host."),
        ("https://ho st/", "identity_url is no http or https URL with a host."),
        ("https://host/\nX-Evil: 1", "identity_url is no http or https URL with a host."),
        ("https://host/\x00", "identity_url is no http or https URL with a host."),
        (
            "https://me:secret@host/v2.0",
            "identity_url holds a user or password; credentials have options of their own.",
        ),
        ("https://me@host/v2.0", "identity_url holds a user or password; credentials have options of their own."),
        ("https://host/v2.0?token=secret", "identity_url holds a query or fragment."),
        ("https://host/v2.0#secret", "identity_url holds a query or fragment."),
    ],
)
def test_identity_url_that_cannot_be(given: str, problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        IdentityClient(given, Connection())
    assert str(caught.value) == f"{problem} Give something like https://identity.api.rackspacecloud.com/v2.0."


def test_default_service(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    log_in(Login(API_KEY), "https://identity.api.rackspacecloud.com/v2.0")
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"


def test_error_is_of_the_base_kind() -> None:
    error = IdentityError("x")
    assert error.as_result() == {
        "msg": "x",
        "error": {
            "kind": "bad_request",
            "status": None,
            "fault": None,
            "message": None,
            "details": None,
            "retry_after": None,
            "request_id": None,
        },
    }
