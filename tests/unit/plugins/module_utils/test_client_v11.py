# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of version 1.1: one request by header, a second one by extension, and everything it cannot do."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    InvalidResponseError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, ApiKey, Login
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.logins import PASSCODE, PASSWORD, TOKEN
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample, sample_bytes

URL = "https://identity.example.com/v1.1"
API_KEY = ApiKey("hub_cap", "a86850deb2742ec3cb41518e26aa2d89")
MEDIA_TYPES = {"json": "application/json", "xml": "application/xml"}
FAILED = "Logging in as hub_cap with an API key failed: identity.example.com answered"
BOTH = pytest.mark.parametrize("wire_format", ["json", "xml"])


def log_in(login: Login, wire_format: str = "json", retries: int = 0) -> Access:
    client = IdentityClientV11("https://identity.example.com/v2.0", Connection(retries=retries), wire_format)
    try:
        return client.log_in(login)
    finally:
        client.close()


def refusal(wire_format: str = "json") -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        log_in(Login(API_KEY), wire_format)
    for secret in (*API_KEY.secrets, "/auth"):
        assert secret not in repr((caught.value.as_result(), caught.value.args))
    return caught.value


def answer(wire: FakeWire, wire_format: str, status: int = 200) -> None:
    """The guide's answer in this format."""
    body = sample_bytes("login", wire_format, "v11")
    wire.answer(status, body=body, headers=[("Content-Type", f"{MEDIA_TYPES[wire_format]}; charset=UTF-8")])


@BOTH
@pytest.mark.parametrize("status", [200, 203])
def test_login_by_header(wire: FakeWire, wire_format: str, status: int) -> None:
    answer(wire, wire_format, status)
    access = log_in(Login(API_KEY), wire_format)
    assert access.token.id == "aaaaa-bbbb-cccc-ddddd"
    assert len(access.endpoints) == 12
    sent = wire.only
    assert (sent.method, sent.url) == ("POST", f"{URL}/auth")
    assert sent.headers["Accept"] == sent.headers["Content-Type"] == MEDIA_TYPES[wire_format]
    assert "Authorization" not in sent.headers
    assert "X-Auth-Token" not in sent.headers


def test_request_in_json(wire: FakeWire) -> None:
    answer(wire, "json")
    log_in(Login(API_KEY))
    assert wire.only.json == sample("request_api_key", "v11")


def test_request_in_xml(wire: FakeWire) -> None:
    answer(wire, "xml")
    log_in(Login(API_KEY), "xml")
    assert wire.only.document == sample("request_api_key", "v11")


@BOTH
def test_service_that_does_not_heed_the_header_is_asked_by_extension(wire: FakeWire, wire_format: str) -> None:
    answer(wire, "xml" if wire_format == "json" else "json")
    answer(wire, wire_format)
    assert log_in(Login(API_KEY), wire_format).token.id == "aaaaa-bbbb-cccc-ddddd"
    first, second = wire.sent
    assert (first.method, first.url) == ("POST", f"{URL}/auth")
    assert (second.method, second.url) == ("POST", f"{URL}/auth.{wire_format}")
    assert (first.body, first.headers) == (second.body, second.headers)


@BOTH
def test_service_that_accepts_no_header_is_asked_by_extension(wire: FakeWire, wire_format: str) -> None:
    wire.answer(406)
    answer(wire, wire_format)
    assert log_in(Login(API_KEY), wire_format).token.id == "aaaaa-bbbb-cccc-ddddd"
    assert [sent.url for sent in wire.sent] == [f"{URL}/auth", f"{URL}/auth.{wire_format}"]


def test_extension_is_tried_once(wire: FakeWire) -> None:
    wire.answer(406)
    wire.answer(406)
    error = refusal()
    assert (error.kind, error.status) == ("not_acceptable", 406)
    assert str(error) == f"{FAILED} 406. The service does not speak the format asked for; check wire_format."


def test_another_format_by_extension_too(wire: FakeWire) -> None:
    answer(wire, "xml")
    answer(wire, "xml")
    with pytest.raises(InvalidResponseError) as caught:
        log_in(Login(API_KEY))
    assert str(caught.value) == (
        "identity.example.com did not answer like an identity service: the answer is not JSON. "
        "Check identity_url and proxy."
    )


def test_answer_without_a_type_is_not_asked_for_again(wire: FakeWire) -> None:
    wire.answer(200, body=sample_bytes("login", "json", "v11"))
    assert log_in(Login(API_KEY)).token.id == "aaaaa-bbbb-cccc-ddddd"


def test_types_are_derived(wire: FakeWire) -> None:
    answer(wire, "json")
    types = {one["service_name"]: one["service_type"] for one in log_in(Login(API_KEY)).endpoints}
    assert (types["cloudFiles"], types["cloudDNS"]) == ("object-store", "rax:dns")


@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
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
        (
            403,
            "forbidden",
            "Accounts with multi-factor authentication need version 2.0 of the API: api_version=v2.0.",
        ),
        (404, "not_found", "Check identity_url."),
        (405, "method_not_allowed", "Check identity_url: the service there does not know this call."),
        (413, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
        (500, "service_fault", "The service has a fault of its own; try again later."),
        (503, "service_unavailable", "The service is not available now; try again later."),
        (
            302,
            "unexpected_status",
            "It points to another place, where credentials are never sent on; set identity_url.",
        ),
    ],
)
@BOTH
def test_status_decides(wire: FakeWire, wire_format: str, status: int, kind: str, way_out: str) -> None:
    wire.answer(status)
    error = refusal(wire_format)
    assert (error.kind, error.status) == (kind, status)
    assert str(error) == f"{FAILED} {status}. {way_out}"


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
def test_fault_in_either_format(wire: FakeWire, wire_format: str, body: bytes) -> None:
    wire.answer(401, body=body)
    error = refusal(wire_format)
    assert (error.fault.name, error.fault.message) == ("unauthorized", "no ********")
    assert str(error).startswith(f"{FAILED} 401 unauthorized. ")


@pytest.mark.parametrize(
    ("login", "text"),
    [
        (
            Login(PASSWORD),
            "The Identity API 1.1 cannot log in with a password, only with username and api_key. Use api_version=v2.0.",
        ),
        (
            Login(TOKEN, tenant_id="1"),
            "The Identity API 1.1 cannot log in with a token, only with username and api_key. Use api_version=v2.0.",
        ),
        (
            Login(PASSCODE),
            "The Identity API 1.1 cannot log in with a passcode, only with username and api_key. Use api_version=v2.0.",
        ),
        (Login(API_KEY, tenant_id="1"), "The Identity API 1.1 does not know tenant_id. Use api_version=v2.0."),
        (Login(API_KEY, tenant_name="n"), "The Identity API 1.1 does not know tenant_name. Use api_version=v2.0."),
        (Login(API_KEY, scope="setup-mfa"), "The Identity API 1.1 does not know scope. Use api_version=v2.0."),
        (
            Login(API_KEY, apply_rcn_roles=True, include_accessible_domains=True),
            "The Identity API 1.1 does not know apply_rcn_roles, include_accessible_domains. Use api_version=v2.0.",
        ),
    ],
)
def test_what_it_cannot_do(wire: FakeWire, login: Login, text: str) -> None:
    with pytest.raises(OptionError) as caught:
        log_in(login)
    assert (str(caught.value), caught.value.kind) == (text, "bad_request")
    assert wire.sent == []


def test_it_does_without_endpoints_by_leaving_them_out(wire: FakeWire) -> None:
    answer(wire, "json")
    assert log_in(Login(API_KEY, include_endpoints=False)).token.id
    assert wire.only.url == f"{URL}/auth"


def test_it_is_sent_again(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    wire.answer(503, headers=[("Retry-After", "0")])
    answer(wire, "json")
    assert log_in(Login(API_KEY), retries=1).token.id
    assert wire.sent[0] == wire.sent[1]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is not JSON"),
        (b"{}", "auth is missing"),
        (b'{"auth": {"token": {"id": "secretid"}}}', "auth.token.expires is missing"),
    ],
)
def test_answer_that_is_none(wire: FakeWire, body: bytes, reason: Any) -> None:
    wire.answer(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        log_in(Login(API_KEY))
    assert str(caught.value) == (
        f"identity.example.com did not answer like an identity service: {reason}. Check identity_url and proxy."
    )
