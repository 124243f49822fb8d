# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client's calls about tokens: validate, list endpoints, revoke; with tokens in URLs, and in no error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    InvalidResponseError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

URL = "https://identity.example.com/v2.0"
AUTH_TOKEN = "authsecret"
SUBJECT_TOKEN = "subjectsecret"
Call = Callable[[IdentityClient], Any]


@pytest.fixture
def client() -> Iterator[IdentityClient]:
    made = IdentityClient(connection_settings(identity_url=URL, retries=0))
    yield made
    made.close()


def validate_token(client: IdentityClient) -> Any:
    return client.validate_token(SUBJECT_TOKEN, auth_token=AUTH_TOKEN)


def list_endpoints(client: IdentityClient) -> Any:
    return client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN)


def revoke_token(client: IdentityClient) -> None:
    client.revoke_token(SUBJECT_TOKEN, auth_token=AUTH_TOKEN)


def revoke_own_token(client: IdentityClient) -> None:
    client.revoke_own_token(AUTH_TOKEN)


EVERY = [validate_token, list_endpoints, revoke_token, revoke_own_token]
TARGETS: dict[Call, tuple[str, str]] = {
    validate_token: ("GET", f"/tokens/{SUBJECT_TOKEN}"),
    list_endpoints: ("GET", f"/tokens/{SUBJECT_TOKEN}/endpoints"),
    revoke_token: ("DELETE", f"/tokens/{SUBJECT_TOKEN}"),
    revoke_own_token: ("DELETE", "/tokens"),
}
DOING: dict[Call, str] = {
    validate_token: "Validating a token",
    list_endpoints: "Listing the endpoints of a token",
    revoke_token: "Revoking a token",
    revoke_own_token: "Revoking a token",
}
MAY: dict[Call, str] = {
    validate_token: "validate",
    list_endpoints: "look at",
    revoke_token: "revoke",
    revoke_own_token: "revoke",
}


def refusal(call: Call, client: IdentityClient) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call(client)
    for secret in (AUTH_TOKEN, SUBJECT_TOKEN, "/tokens"):
        assert secret not in repr((caught.value.as_result(), caught.value.args))
    return caught.value


# Requests.


@pytest.mark.covers(
    "parameters-in-urls/tokenid", "request-headers/content-type/6-to-9", "request-headers/x-auth-token/6-to-9"
)
@pytest.mark.parametrize("call", EVERY)
def test_request(wire: FakeWire, client: IdentityClient, call: Call) -> None:
    wire.respond(418)
    refusal(call, client)
    method, path = TARGETS[call]
    sent = wire.only
    assert (sent.method, sent.url) == (method, f"{URL}{path}")
    assert sent.headers["X-Auth-Token"] == AUTH_TOKEN
    assert sent.headers["Accept"] == "application/json"
    assert sent.body is None
    assert "Content-Type" not in sent.headers
    assert "Authorization" not in sent.headers


@pytest.mark.covers("parameters-in-urls/tokenid")
@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("AAD_x-y.z~1", "AAD_x-y.z~1"),
        ("a/b", "a%2Fb"),
        ("../tenants", "..%2Ftenants"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c%d", "a%20b%2Bc%25d"),
        ("a:b@c;d=e&f", "a%3Ab%40c%3Bd%3De%26f"),
        ("\u00e4\u20ac", "%C3%A4%E2%82%AC"),
        ("x" * 255, "x" * 255),
    ],
)
def test_odd_tokens_are_quoted(wire: FakeWire, client: IdentityClient, token: str, path: str) -> None:
    wire.respond(404)
    wire.respond(404)
    wire.respond(404)
    calls: list[Callable[..., Any]] = [client.validate_token, client.list_endpoints, client.revoke_token]
    for call in calls:
        with pytest.raises(ServiceError) as caught:
            call(token, auth_token=AUTH_TOKEN)
        assert token not in str(caught.value)
    assert [sent.url for sent in wire.sent] == [
        f"{URL}/tokens/{path}",
        f"{URL}/tokens/{path}/endpoints",
        f"{URL}/tokens/{path}",
    ]


@pytest.mark.covers(
    "parameters-in-urls/apply_rcn_roles/6",
    "parameters-in-urls/include_accessible_domains/6",
    "parameters-in-urls/belongsto",
)
@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        ({}, ""),
        ({"belongs_to": "123456"}, "?belongsTo=123456"),
        ({"belongs_to": "a b&c=d/\u00e4"}, "?belongsTo=a+b%26c%3Dd%2F%C3%A4"),
        ({"belongs_to": ""}, ""),
        ({"apply_rcn_roles": True}, "?apply_rcn_roles=true"),
        ({"include_accessible_domains": True}, "?include_accessible_domains=true"),
        (
            {"belongs_to": "1", "apply_rcn_roles": True, "include_accessible_domains": True},
            "?belongsTo=1&apply_rcn_roles=true&include_accessible_domains=true",
        ),
    ],
)
def test_query_of_a_validation(wire: FakeWire, client: IdentityClient, parameters: dict[str, Any], query: str) -> None:
    wire.respond(200, sample("validated"))
    client.validate_token(SUBJECT_TOKEN, auth_token=AUTH_TOKEN, **parameters)
    assert wire.only.url == f"{URL}/tokens/{SUBJECT_TOKEN}{query}"


@pytest.mark.covers("parameters-in-urls/apply_rcn_roles/9")
@pytest.mark.parametrize(("parameters", "query"), [({}, ""), ({"apply_rcn_roles": True}, "?apply_rcn_roles=true")])
def test_query_of_a_list_of_endpoints(
    wire: FakeWire, client: IdentityClient, parameters: dict[str, Any], query: str
) -> None:
    wire.respond(200, sample("endpoints"))
    client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN, **parameters)
    assert wire.only.url == f"{URL}/tokens/{SUBJECT_TOKEN}/endpoints{query}"


@pytest.mark.covers("request-headers/accept")
@pytest.mark.parametrize("call", EVERY)
def test_request_for_xml(wire: FakeWire, call: Call) -> None:
    wire.respond(418)
    client = IdentityClient(connection_settings(identity_url=URL, wire_format="xml", retries=0))
    refusal(call, client)
    assert wire.only.headers["Accept"] == "application/xml"


@pytest.mark.parametrize("call", EVERY)
def test_every_call_is_sent_again(wire: FakeWire, clock: FakeClock, call: Call) -> None:
    wire.respond(503, headers=[("Retry-After", "0")])
    wire.respond(418)
    refusal(call, IdentityClient(connection_settings(identity_url=URL, retries=1)))
    assert wire.sent[0] == wire.sent[1]


# Responses.


@pytest.mark.covers("operations/6", "status-codes/6/200-203")
@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_validation(wire: FakeWire, status: int, wire_format: str) -> None:
    wire.respond(status, body=sample_bytes("validated", wire_format))
    access = IdentityClient(connection_settings(identity_url=URL, wire_format=wire_format)).validate_token(
        SUBJECT_TOKEN, auth_token=AUTH_TOKEN
    )
    assert access.token.tenant is not None
    assert (access.token.tenant["id"], access.user["name"], access.services) == ("5830345", "accountUserName", ())
    assert "653161" not in repr(access)


@pytest.mark.covers(
    "operations/9",
    "services-and-endpoints/endpoints-internalurl",
    "services-and-endpoints/endpoints-adminurl",
    "the-endpoints-of-a-token-operation-9/endpoints",
    "the-endpoints-of-a-token-operation-9/endpoints-id",
    "the-endpoints-of-a-token-operation-9/endpoints-name",
    "the-endpoints-of-a-token-operation-9/endpoints-type",
    "status-codes/9/200",
)
@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_list_of_endpoints(wire: FakeWire, status: int, wire_format: str) -> None:
    wire.respond(status, body=sample_bytes("endpoints", wire_format))
    found = flatten(
        IdentityClient(connection_settings(identity_url=URL, wire_format=wire_format)).list_endpoints(
            SUBJECT_TOKEN, auth_token=AUTH_TOKEN
        )
    )
    assert [one["region"] for one in found] == ["East", "Global", "North", "South", "West"]
    assert found[0] == {
        "service_name": "Compute",
        "service_type": "compute",
        "region": "East",
        "tenant_id": "1",
        "public_url": "https://compute.north.public.com/v1",
        "internal_url": "https://compute.north.internal.com/v1",
        "admin_url": "https://compute.north.internal.com/v1",
        "version": {
            "id": "1",
            "info": "https://compute.north.public.com/v1/",
            "list": "https://compute.north.public.com/",
        },
        "v1_default": None,
    }


@pytest.mark.parametrize("payload", [{"endpoints": []}, {"endpoints": [], "endpoints_links": []}, {"endpoints": None}])
def test_empty_list_of_endpoints(wire: FakeWire, client: IdentityClient, payload: Any) -> None:
    wire.respond(200, payload)
    assert client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN) == ()


@pytest.mark.covers("status-codes/7/204", "status-codes/8/204")
@pytest.mark.parametrize("call", [revoke_token, revoke_own_token])
def test_revocation(wire: FakeWire, client: IdentityClient, call: Call) -> None:
    wire.respond(204)
    assert call(client) is None
    assert (wire.only.method, wire.only.url) == ("DELETE", f"{URL}{TARGETS[call][1]}")


@pytest.mark.covers("status-codes/7/any-other-2xx", "status-codes/8/any-other-2xx")
@pytest.mark.parametrize("status", [200, 202, 203])
@pytest.mark.parametrize("call", [revoke_token, revoke_own_token])
def test_only_204_means_that_a_token_is_revoked(
    wire: FakeWire, client: IdentityClient, call: Call, status: int
) -> None:
    wire.respond(status)
    error = refusal(call, client)
    assert (error.kind, error.status) == ("unexpected_status", status)
    assert str(error) == (
        f"Revoking a token failed: identity.example.com responded with {status}. Check identity_url and proxy."
    )


UNKNOWN_TOKEN = "The token has expired, was revoked, or never existed; or the service does not let anyone {} it."
STATUSES = [
    (
        400,
        "bad_request",
        "The service rejected the request; compare the options with error.message.",
    ),
    (401, "unauthorized", "The token that authorizes the call has expired or was revoked; log in again."),
    (
        403,
        "forbidden",
        (
            "Everyone may {} their own token; only user administrators of the same account and identity "
            "administrators may do so with those of others."
        ),
    ),
    (404, "not_found", UNKNOWN_TOKEN),
    (405, "method_not_allowed", "Check identity_url: the service there does not support this call."),
    (406, "not_acceptable", "The service does not support the requested format; check wire_format."),
    (413, "over_limit", "The request is larger than the service allows."),
    (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (500, "service_fault", "The service has an internal error; try again later."),
    (503, "service_unavailable", "The service is not available at the moment; try again later."),
    (
        302,
        "unexpected_status",
        "It points to another place, to which credentials are never forwarded; set identity_url.",
    ),
    (418, "unexpected_status", "Check identity_url and proxy."),
]


@pytest.mark.covers(
    "status-codes/6/400",
    "status-codes/6/401",
    "status-codes/6/403",
    "status-codes/6/404",
    "status-codes/6/405",
    "status-codes/6/413",
    "status-codes/6/503",
    "status-codes/7/400",
    "status-codes/7/401",
    "status-codes/7/403",
    "status-codes/7/405",
    "status-codes/7/413",
    "status-codes/7/503",
    "status-codes/8/400",
    "status-codes/8/401",
    "status-codes/8/403",
    "status-codes/8/405",
    "status-codes/8/413",
    "status-codes/8/503",
    "status-codes/9/401",
    "status-codes/9/403",
    "status-codes/9/404",
    "status-codes/9/405",
    "status-codes/9/406",
    "status-codes/9/413",
    "status-codes/9/503",
    "status-codes/all/any-other",
)
@pytest.mark.parametrize(("status", "kind", "way_out"), STATUSES)
@pytest.mark.parametrize("call", EVERY)
def test_status_decides_the_kind(
    wire: FakeWire, client: IdentityClient, call: Call, status: int, kind: str, way_out: str
) -> None:
    wire.respond(status)
    error = refusal(call, client)
    assert (error.kind, error.status) == (kind, status)
    way_out = way_out.format(MAY[call])
    assert str(error) == f"{DOING[call]} failed: identity.example.com responded with {status}. {way_out}"


@pytest.mark.covers("faults/message")
@pytest.mark.parametrize("call", EVERY)
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_both_tokens_are_masked_in_the_service_s_words(wire: FakeWire, call: Call, wire_format: str) -> None:
    words = f"{AUTH_TOKEN} may not GET /v2.0/tokens/{SUBJECT_TOKEN if call is not revoke_own_token else AUTH_TOKEN}"
    bodies = {
        "json": json.dumps({"forbidden": {"code": 403, "message": words, "details": words}}),
        "xml": f'<forbidden code="403"><message>{words}</message><details>{words}</details></forbidden>',
    }
    wire.respond(403, body=bodies[wire_format].encode(), headers=[("x-trans-id", f"tx-{AUTH_TOKEN}")])
    client = IdentityClient(connection_settings(identity_url=URL, wire_format=wire_format, retries=0))
    with pytest.raises(ServiceError) as caught:
        call(client)
    error = caught.value
    assert error.fault.name == "forbidden"
    assert error.fault.message == error.fault.details == "******** may not GET /v2.0/tokens/********"
    assert error.request_id == "tx-********"
    assert AUTH_TOKEN not in repr((error.as_result(), error.__dict__))
    assert SUBJECT_TOKEN not in repr((error.as_result(), error.__dict__))


def test_redirect_to_a_url_with_the_token_is_masked(wire: FakeWire, client: IdentityClient) -> None:
    wire.respond(301, headers=[("Location", f"https://{SUBJECT_TOKEN}.example.com/v2.0/tokens/{SUBJECT_TOKEN}")])
    assert str(refusal(validate_token, client)) == (
        "Validating a token failed: identity.example.com responded with 301. It points to ********.example.com, to "
        "which credentials are never forwarded; set identity_url."
    )


@pytest.mark.covers("status-codes/all/2xx-with-an-invalid-body")
@pytest.mark.parametrize("call", [validate_token, list_endpoints])
@pytest.mark.parametrize(
    ("wire_format", "body", "reason"),
    [
        ("json", b"", "the response is not JSON"),
        ("json", b"<access/>", "the response is not JSON"),
        ("json", b"[]", "the response is not an object"),
        ("xml", b"", "the response is not XML, or contains a DTD or entities"),
        ("xml", b"{}", "the response is not XML, or contains a DTD or entities"),
        ("xml", b"<!DOCTYPE a []><access/>", "the response is not XML, or contains a DTD or entities"),
    ],
)
def test_response_that_is_invalid(wire: FakeWire, call: Call, wire_format: str, body: bytes, reason: str) -> None:
    wire.respond(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        call(IdentityClient(connection_settings(identity_url=URL, wire_format=wire_format)))
    assert (caught.value.kind, caught.value.status) == ("invalid_response", 200)
    assert str(caught.value) == (
        f"identity.example.com did not respond like an identity service: {reason}. Check identity_url and proxy."
    )


@pytest.mark.parametrize("payload", [{}, {"access": {}}, sample("validated")])
def test_response_without_a_list_of_endpoints(wire: FakeWire, client: IdentityClient, payload: Any) -> None:
    wire.respond(200, payload)
    with pytest.raises(InvalidResponseError, match="endpoints is missing"):
        client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN)


@pytest.mark.covers("responses/what-no-document-lists")
@pytest.mark.parametrize("form", ["{}", "%73%65{}", "x{}y"])
@pytest.mark.parametrize("secret", [AUTH_TOKEN, SUBJECT_TOKEN])
def test_both_tokens_are_cut_out_of_what_is_unknown(
    wire: FakeWire, client: IdentityClient, secret: str, form: str
) -> None:
    shown, masked = form.format(secret), form.format("********")
    payload = sample("validated")
    payload["access"]["user"]["echo"] = payload["access"]["echo"] = shown
    payload["access"]["token"].update(id=SUBJECT_TOKEN, echo=[shown])
    wire.respond(200, payload)
    access = client.validate_token(SUBJECT_TOKEN, auth_token=AUTH_TOKEN)
    # The token itself is what was asked about.
    assert access.token.id == SUBJECT_TOKEN
    assert (access.token.extra, access.user["extra"], access.extra) == (
        {"echo": [masked]},
        {"echo": masked},
        {"echo": masked},
    )
    wire.respond(200, {"endpoints": [{"publicURL": f"https://x/{shown}", "echo": shown}]})
    (endpoint,) = flatten(client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN))
    assert (endpoint["public_url"], endpoint["extra"]) == (f"https://x/{masked}", {"echo": masked})


@pytest.mark.parametrize("name", ["phonePin", "support_pin", "RAX-AUTH:phonePin"])
def test_support_pin_is_removed(wire: FakeWire, client: IdentityClient, name: str) -> None:
    wire.respond(200, {"endpoints": [{"region": "DFW", name: "914737", "x": [{name: "914737"}]}]})
    (endpoint,) = flatten(client.list_endpoints(SUBJECT_TOKEN, auth_token=AUTH_TOKEN))
    assert endpoint["extra"] == {"x": [{}]}


def test_redirect_and_request_id_are_masked(wire: FakeWire, client: IdentityClient) -> None:
    wire.respond(200, body=b"<html>", headers=[("x-trans-id", f"tx-{SUBJECT_TOKEN}-{AUTH_TOKEN}")])
    with pytest.raises(InvalidResponseError) as caught:
        validate_token(client)
    assert caught.value.request_id == "tx-********-********"


@pytest.mark.covers("request-headers/x-auth-token/6-to-9")
@pytest.mark.parametrize(
    "token", ["secret\u20ac", "secret\u0101", "\U0001f511", "secret\r\nX-Evil: 1", "\x00", " secret", ""]
)
@pytest.mark.parametrize("call", EVERY)
def test_token_that_no_header_can_hold_is_named(wire: FakeWire, client: IdentityClient, call: Call, token: str) -> None:
    calls: dict[Call, Callable[[], Any]] = {
        validate_token: lambda: client.validate_token(SUBJECT_TOKEN, auth_token=token),
        list_endpoints: lambda: client.list_endpoints(SUBJECT_TOKEN, auth_token=token),
        revoke_token: lambda: client.revoke_token(SUBJECT_TOKEN, auth_token=token),
        revoke_own_token: lambda: client.revoke_own_token(token),
    }
    with pytest.raises(OptionError) as caught:
        calls[call]()
    assert caught.value.kind == "bad_request"
    assert str(caught.value) == (
        "token contains a character that cannot be sent in the header X-Auth-Token. Check how it was copied."
    )
    assert wire.sent == []


def test_token_that_no_header_can_hold_is_named_with_its_source() -> None:
    context = Context(sources={"token": Source.environment("RAX_TOKEN")})
    client = IdentityClient(connection_settings(identity_url=URL), context)
    with pytest.raises(OptionError) as caught:
        client.revoke_own_token("secret\u20ac")
    assert str(caught.value) == (
        "token (the environment variable RAX_TOKEN) contains a character that cannot be sent in the header "
        "X-Auth-Token. Check how it was copied."
    )


def test_every_character_of_latin_1_can_be_sent(wire: FakeWire, client: IdentityClient) -> None:
    token = "".join(map(chr, [*range(0x21, 0x7F), *range(0xA0, 0x100)]))
    wire.respond(204)
    client.revoke_own_token(token)
    assert wire.only.headers["X-Auth-Token"] == token
