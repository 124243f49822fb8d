# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of version 1.1: one request by header, a second one by extension, and everything it cannot do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    InvalidResponseError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, ApiKey, LoginRequest
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.encoder import V11
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.logins import PASSCODE, PASSWORD, TOKEN
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

URL = "https://identity.example.com/v1.1"
API_KEY = ApiKey("hub_cap", "a86850deb2742ec3cb41518e26aa2d89")
CONTENT_TYPES = {"json": "application/json", "xml": "application/xml"}
FAILED = "Logging in as hub_cap with an API key failed: identity.example.com responded with"
BOTH = pytest.mark.parametrize("wire_format", ["json", "xml"])


def log_in(login: LoginRequest, wire_format: str = "json", retries: int = 0) -> Access:
    client = IdentityClientV11(
        connection_settings(identity_url="https://identity.example.com/v2.0", wire_format=wire_format, retries=retries)
    )
    try:
        return client.log_in(login)
    finally:
        client.close()


def refusal(wire_format: str = "json") -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        log_in(LoginRequest(API_KEY), wire_format)
    error = caught.value
    assert API_KEY.api_key not in repr((error.as_result(), error.args))
    # Only what was not found is named; a login's URL holds no secret.
    assert error.status == 404 or "/auth" not in str(error)
    return error


def respond(wire: FakeWire, wire_format: str, status: int = 200) -> None:
    """Prepare the response of the client guide, in this wire format."""
    body = sample_bytes("login", wire_format, "v11")
    wire.respond(status, body=body, headers=[("Content-Type", f"{CONTENT_TYPES[wire_format]}; charset=UTF-8")])


@pytest.mark.covers(
    "operations/10/post-v1-1-auth",
    "request-headers/accept",
    "request-headers/content-type/1-to-5-10",
    "version-1-1-operation-10/auth-token-id",
    "status-codes/10/200-203",
)
@BOTH
@pytest.mark.parametrize("status", [200, 203])
def test_login_by_header(wire: FakeWire, wire_format: str, status: int) -> None:
    respond(wire, wire_format, status)
    access = log_in(LoginRequest(API_KEY), wire_format)
    assert access.token.id == "aaaaa-bbbb-cccc-ddddd"
    assert len(flatten(access.services)) == 12
    sent = wire.only
    assert (sent.method, sent.url) == ("POST", f"{URL}/auth")
    assert sent.headers["Accept"] == sent.headers["Content-Type"] == CONTENT_TYPES[wire_format]
    assert "Authorization" not in sent.headers
    assert "X-Auth-Token" not in sent.headers


@pytest.mark.covers("request-attributes/credentials-username-1-1", "request-attributes/credentials-key-1-1")
def test_request_in_json(wire: FakeWire) -> None:
    respond(wire, "json")
    log_in(LoginRequest(API_KEY))
    assert wire.only.json == sample("request_api_key", "v11")


@pytest.mark.covers("request-attributes/credentials-username-1-1", "request-attributes/credentials-key-1-1")
def test_request_in_xml(wire: FakeWire) -> None:
    respond(wire, "xml")
    log_in(LoginRequest(API_KEY), "xml")
    assert wire.only.xml == sample("request_api_key", "v11")


@pytest.mark.covers("operations/10/post-v1-1-auth-json-post-v1-1-auth-xml")
@BOTH
def test_service_that_ignores_the_header_is_asked_by_extension(wire: FakeWire, wire_format: str) -> None:
    respond(wire, "xml" if wire_format == "json" else "json")
    respond(wire, wire_format)
    assert log_in(LoginRequest(API_KEY), wire_format).token.id == "aaaaa-bbbb-cccc-ddddd"
    first, second = wire.sent
    assert (first.method, first.url) == ("POST", f"{URL}/auth")
    assert (second.method, second.url) == ("POST", f"{URL}/auth.{wire_format}")
    assert (first.body, first.headers) == (second.body, second.headers)


@pytest.mark.covers("operations/10/post-v1-1-auth-json-post-v1-1-auth-xml", "status-codes/10/406-not-in-the-documents")
@BOTH
def test_service_that_rejects_the_header_is_asked_by_extension(wire: FakeWire, wire_format: str) -> None:
    wire.respond(406)
    respond(wire, wire_format)
    assert log_in(LoginRequest(API_KEY), wire_format).token.id == "aaaaa-bbbb-cccc-ddddd"
    assert [sent.url for sent in wire.sent] == [f"{URL}/auth", f"{URL}/auth.{wire_format}"]


@pytest.mark.covers("status-codes/10/406-not-in-the-documents")
def test_extension_is_tried_once(wire: FakeWire) -> None:
    wire.respond(406)
    wire.respond(406)
    error = refusal()
    assert (error.kind, error.status) == ("not_acceptable", 406)
    assert str(error) == f"{FAILED} 406. The service does not support the requested format; check wire_format."


@pytest.mark.covers("response-headers/content-type")
def test_another_media_type_by_extension_too(wire: FakeWire) -> None:
    respond(wire, "xml")
    respond(wire, "xml")
    with pytest.raises(InvalidResponseError) as caught:
        log_in(LoginRequest(API_KEY))
    assert str(caught.value) == (
        "identity.example.com did not respond like an identity service: the response is not JSON. "
        "Check identity_url and proxy."
    )


def test_response_without_a_media_type_is_not_asked_for_again(wire: FakeWire) -> None:
    wire.respond(200, body=sample_bytes("login", "json", "v11"))
    assert log_in(LoginRequest(API_KEY)).token.id == "aaaaa-bbbb-cccc-ddddd"


@pytest.mark.covers("version-1-1-operation-10/the-key-of-each-list-in-auth-servicecatalog")
def test_service_types_are_derived_from_names(wire: FakeWire) -> None:
    respond(wire, "json")
    types = {one["service_name"]: one["service_type"] for one in flatten(log_in(LoginRequest(API_KEY)).services)}
    assert (types["cloudFiles"], types["cloudDNS"]) == ("object-store", "rax:dns")


@pytest.mark.covers(
    "status-codes/10/400", "status-codes/10/401", "status-codes/10/403", "status-codes/10/500", "status-codes/10/503"
)
@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
        (
            400,
            "bad_request",
            "The service rejected the request; compare the options with error.message.",
        ),
        (
            401,
            "unauthorized",
            (
                "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings, and "
                "is not the password."
            ),
        ),
        (
            403,
            "forbidden",
            "Accounts with multi-factor authentication need version 2.0 of the API: api_version=v2.0.",
        ),
        (404, "not_found", f"{URL}/auth was requested; check identity_url."),
        (405, "method_not_allowed", "Check identity_url: the service there does not support this call."),
        (413, "over_limit", "The request is larger than the service allows."),
        (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
        (500, "service_fault", "The service has an internal error; try again later."),
        (503, "service_unavailable", "The service is not available at the moment; try again later."),
        (
            302,
            "unexpected_status",
            "It points to another place, to which credentials are never forwarded; set identity_url.",
        ),
    ],
)
@BOTH
def test_status_decides_the_kind(wire: FakeWire, wire_format: str, status: int, kind: str, way_out: str) -> None:
    wire.respond(status)
    error = refusal(wire_format)
    assert (error.kind, error.status) == (kind, status)
    assert str(error) == f"{FAILED} {status}. {way_out}"


@pytest.mark.covers("faults/message", "status-codes/10/401")
@pytest.mark.parametrize(
    "body",
    [
        b'{"unauthorized": {"code": 401, "message": "no a86850deb2742ec3cb41518e26aa2d89"}}',
        (
            b'<unauthorized xmlns="http://docs.rackspacecloud.com/auth/api/v1.1" code="401">'
            b"<message>no a86850deb2742ec3cb41518e26aa2d89</message></unauthorized>"
        ),
    ],
)
@BOTH
def test_fault_in_either_media_type(wire: FakeWire, wire_format: str, body: bytes) -> None:
    wire.respond(401, body=body)
    error = refusal(wire_format)
    assert (error.fault.name, error.fault.message) == ("unauthorized", "no ********")
    assert str(error) == (
        f"{FAILED} 401 unauthorized: no ********. Check username and api_key; the key is shown in the Cloud Control "
        "Panel under Account Settings, and is not the password."
    )


@pytest.mark.covers("request-attributes/everything-else-with-1-1")
@pytest.mark.parametrize(
    ("login", "message"),
    [
        (
            LoginRequest(PASSWORD),
            "api_version is v1.1, which cannot log in with a password, only with username and api_key. Use v2.0.",
        ),
        (
            LoginRequest(TOKEN, tenant_id="1"),
            "api_version is v1.1, which cannot log in with a token, only with username and api_key. Use v2.0.",
        ),
        (
            LoginRequest(PASSCODE),
            "api_version is v1.1, which cannot log in with a passcode, only with username and api_key. Use v2.0.",
        ),
        (
            LoginRequest(API_KEY, tenant_id="1"),
            "api_version is v1.1, which does not support tenant_id. Use v2.0.",
        ),
        (
            LoginRequest(API_KEY, tenant_name="n"),
            "api_version is v1.1, which does not support tenant_name. Use v2.0.",
        ),
        (
            LoginRequest(API_KEY, scope="setup-mfa"),
            "api_version is v1.1, which does not support scope. Use v2.0.",
        ),
        (
            LoginRequest(API_KEY, apply_rcn_roles=True, include_accessible_domains=True),
            "api_version is v1.1, which does not support apply_rcn_roles, include_accessible_domains. Use v2.0.",
        ),
    ],
)
def test_what_version_11_cannot_do(wire: FakeWire, login: LoginRequest, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(login)
    assert (str(caught.value), caught.value.kind) == (message, "bad_request")
    assert wire.sent == []


def test_login_without_endpoints_sends_the_same_request(wire: FakeWire) -> None:
    respond(wire, "json")
    assert log_in(LoginRequest(API_KEY, include_endpoints=False)).token.id
    assert wire.only.url == f"{URL}/auth"


def test_login_is_sent_again(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(503, headers=[("Retry-After", "0")])
    respond(wire, "json")
    assert log_in(LoginRequest(API_KEY), retries=1).token.id
    assert wire.sent[0] == wire.sent[1]


@pytest.mark.covers("status-codes/all/2xx-with-an-invalid-body")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the response is not JSON"),
        (b"{}", "access.token is not an object"),
        (b'{"auth": {"token": {"id": "secretid"}}}', "auth.token.expires is missing"),
    ],
)
def test_response_that_is_invalid(wire: FakeWire, body: bytes, reason: Any) -> None:
    wire.respond(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        log_in(LoginRequest(API_KEY))
    assert str(caught.value) == (
        f"identity.example.com did not respond like an identity service: {reason}. Check identity_url and proxy."
    )


@BOTH
def test_secret_and_support_pin_are_removed(wire: FakeWire, wire_format: str) -> None:
    key = API_KEY.api_key
    payload = {
        "auth": {
            "token": {"id": "t", "expires": "2030-01-01T00:00:00Z", "echo": key, "phonePin": "914737"},
            "serviceCatalog": {"cloudFiles": [{"publicURL": f"https://x/{key}", "supportPin": "914737", "echo": key}]},
        }
    }
    as_xml = (
        f'<auth xmlns="{V11}"><token id="t" expires="2030-01-01T00:00:00Z" echo="{key}" phonePin="914737"/>'
        f'<serviceCatalog><service name="cloudFiles"><endpoint publicURL="https://x/{key}" supportPin="914737" '
        f'echo="{key}"/></service></serviceCatalog></auth>'
    )
    wire.respond(200, body=json.dumps(payload).encode() if wire_format == "json" else as_xml.encode())
    access = log_in(LoginRequest(API_KEY), wire_format)
    assert access.token.extra == {"echo": "********"}
    (endpoint,) = flatten(access.services)
    assert (endpoint["public_url"], endpoint["extra"]) == ("https://x/********", {"echo": "********"})


def test_token_that_contains_the_secret_is_refused(wire: FakeWire) -> None:
    wire.respond(200, {"auth": {"token": {"id": API_KEY.api_key, "expires": "2030-01-01T00:00:00Z"}}})
    with pytest.raises(InvalidResponseError, match="the token contains the secret that it was issued for"):
        log_in(LoginRequest(API_KEY))
