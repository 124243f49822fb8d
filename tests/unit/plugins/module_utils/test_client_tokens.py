# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client's verbs about tokens: validate, list endpoints, revoke; with tokens in URLs, and in no error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog import flattened
from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._errors import InvalidResponseError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample, sample_bytes

URL = "https://identity.example.com/v2.0"
CALLER = "callersecret"
SUBJECT = "subjectsecret"
Verb = Callable[[IdentityClient], Any]


@pytest.fixture
def client() -> Iterator[IdentityClient]:
    made = IdentityClient(URL, Connection(retries=0))
    yield made
    made.close()


def validate(client: IdentityClient) -> Any:
    return client.validate(CALLER, SUBJECT)


def endpoints(client: IdentityClient) -> Any:
    return client.endpoints(CALLER, SUBJECT)


def revoke(client: IdentityClient) -> None:
    client.revoke(CALLER, SUBJECT)


def revoke_own(client: IdentityClient) -> None:
    client.revoke_own(CALLER)


EVERY = [validate, endpoints, revoke, revoke_own]
TARGETS = {
    validate: ("GET", f"/tokens/{SUBJECT}"),
    endpoints: ("GET", f"/tokens/{SUBJECT}/endpoints"),
    revoke: ("DELETE", f"/tokens/{SUBJECT}"),
    revoke_own: ("DELETE", "/tokens"),
}
DOING = {
    validate: "Validating a token",
    endpoints: "Listing the endpoints of a token",
    revoke: "Revoking a token",
    revoke_own: "Revoking a token",
}
MAY = {validate: "validate", endpoints: "look at", revoke: "revoke", revoke_own: "revoke"}


def refusal(verb: Verb, client: IdentityClient) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        verb(client)
    for secret in (CALLER, SUBJECT, "/tokens"):
        assert secret not in repr((caught.value.as_result(), caught.value.args))
    return caught.value


# Requests.


@pytest.mark.parametrize("verb", EVERY)
def test_request(wire: FakeWire, client: IdentityClient, verb: Verb) -> None:
    wire.answer(418)
    refusal(verb, client)
    method, path = TARGETS[verb]
    sent = wire.only
    assert (sent.method, sent.url) == (method, f"{URL}{path}")
    assert sent.headers["X-Auth-Token"] == CALLER
    assert sent.headers["Accept"] == "application/json"
    assert sent.body is None
    assert "Content-Type" not in sent.headers
    assert "Authorization" not in sent.headers


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
    wire.answer(404)
    wire.answer(404)
    wire.answer(404)
    for verb in (client.validate, client.endpoints, client.revoke):
        with pytest.raises(ServiceError) as caught:
            verb(CALLER, token)
        assert token not in str(caught.value)
    assert [sent.url for sent in wire.sent] == [
        f"{URL}/tokens/{path}",
        f"{URL}/tokens/{path}/endpoints",
        f"{URL}/tokens/{path}",
    ]


@pytest.mark.parametrize(
    ("asked", "query"),
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
def test_query_of_a_validation(wire: FakeWire, client: IdentityClient, asked: dict[str, Any], query: str) -> None:
    wire.answer(200, sample("validated"))
    client.validate(CALLER, SUBJECT, **asked)
    assert wire.only.url == f"{URL}/tokens/{SUBJECT}{query}"


@pytest.mark.parametrize(("asked", "query"), [({}, ""), ({"apply_rcn_roles": True}, "?apply_rcn_roles=true")])
def test_query_of_a_list_of_endpoints(
    wire: FakeWire, client: IdentityClient, asked: dict[str, Any], query: str
) -> None:
    wire.answer(200, sample("endpoints"))
    client.endpoints(CALLER, SUBJECT, **asked)
    assert wire.only.url == f"{URL}/tokens/{SUBJECT}/endpoints{query}"


@pytest.mark.parametrize("verb", EVERY)
def test_request_for_xml(wire: FakeWire, verb: Verb) -> None:
    wire.answer(418)
    client = IdentityClient(URL, Connection(retries=0), "xml")
    refusal(verb, client)
    assert wire.only.headers["Accept"] == "application/xml"


@pytest.mark.parametrize("verb", EVERY)
def test_all_of_them_are_sent_again(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, verb: Verb) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    wire.answer(503, headers=[("Retry-After", "0")])
    wire.answer(418)
    refusal(verb, IdentityClient(URL, Connection(retries=1)))
    assert wire.sent[0] == wire.sent[1]


# Answers.


@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_validated(wire: FakeWire, status: int, wire_format: str) -> None:
    wire.answer(status, body=sample_bytes("validated", wire_format))
    access = IdentityClient(URL, Connection(), wire_format).validate(CALLER, SUBJECT)
    assert access.token.tenant is not None
    assert (access.token.tenant["id"], access.user["name"], access.endpoints) == ("5830345", "accountUserName", [])
    assert "653161" not in repr(access)


@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_endpoints(wire: FakeWire, status: int, wire_format: str) -> None:
    wire.answer(status, body=sample_bytes("endpoints", wire_format))
    found = flattened(IdentityClient(URL, Connection(), wire_format).endpoints(CALLER, SUBJECT))
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


@pytest.mark.parametrize("document", [{"endpoints": []}, {"endpoints": [], "endpoints_links": []}, {"endpoints": None}])
def test_no_endpoints(wire: FakeWire, client: IdentityClient, document: Any) -> None:
    wire.answer(200, document)
    assert client.endpoints(CALLER, SUBJECT) == ()


@pytest.mark.parametrize("verb", [revoke, revoke_own])
def test_revoked(wire: FakeWire, client: IdentityClient, verb: Verb) -> None:
    wire.answer(204)
    assert verb(client) is None
    assert (wire.only.method, wire.only.url) == ("DELETE", f"{URL}{TARGETS[verb][1]}")


@pytest.mark.parametrize("status", [200, 202, 203])
@pytest.mark.parametrize("verb", [revoke, revoke_own])
def test_revoked_by_nothing_but_204(wire: FakeWire, client: IdentityClient, verb: Verb, status: int) -> None:
    wire.answer(status)
    error = refusal(verb, client)
    assert (error.kind, error.status) == ("unexpected_status", status)
    assert str(error) == (
        f"Revoking a token failed: identity.example.com answered {status}. Check identity_url and proxy."
    )


GONE = "The token has expired, was revoked, or never was; or the service has no way to {} it."
STATUSES = [
    (
        400,
        "bad_request",
        "The service found the request wrong; compare the options with its words in error.message.",
    ),
    (401, "unauthorized", "The token that asks has expired or was revoked; log in again."),
    (
        403,
        "forbidden",
        (
            "Everybody may {} their own token; those of others only user administrators of the same account and "
            "identity administrators."
        ),
    ),
    (404, "not_found", GONE),
    (405, "method_not_allowed", "Check identity_url: the service there does not know this call."),
    (406, "not_acceptable", "The service does not speak the format asked for; check wire_format."),
    (413, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (500, "service_fault", "The service has a fault of its own; try again later."),
    (503, "service_unavailable", "The service is not available now; try again later."),
    (302, "unexpected_status", "It points to another place, where credentials are never sent on; set identity_url."),
    (418, "unexpected_status", "Check identity_url and proxy."),
]


@pytest.mark.parametrize(("status", "kind", "way_out"), STATUSES)
@pytest.mark.parametrize("verb", EVERY)
def test_status_decides(
    wire: FakeWire, client: IdentityClient, verb: Verb, status: int, kind: str, way_out: str
) -> None:
    wire.answer(status)
    error = refusal(verb, client)
    assert (error.kind, error.status) == (kind, status)
    way_out = way_out.format(MAY[verb])
    assert str(error) == f"{DOING[verb]} failed: identity.example.com answered {status}. {way_out}"


@pytest.mark.parametrize("verb", EVERY)
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_both_tokens_are_masked_in_the_service_s_words(wire: FakeWire, verb: Verb, wire_format: str) -> None:
    words = f"{CALLER} may not GET /v2.0/tokens/{SUBJECT if verb is not revoke_own else CALLER}"
    bodies = {
        "json": json.dumps({"forbidden": {"code": 403, "message": words, "details": words}}),
        "xml": f'<forbidden code="403"><message>{words}</message><details>{words}</details></forbidden>',
    }
    wire.answer(403, body=bodies[wire_format].encode(), headers=[("x-trans-id", f"tx-{CALLER}")])
    client = IdentityClient(URL, Connection(retries=0), wire_format)
    with pytest.raises(ServiceError) as caught:
        verb(client)
    error = caught.value
    assert error.fault.name == "forbidden"
    assert error.fault.message == error.fault.details == "******** may not GET /v2.0/tokens/********"
    assert error.request_id == "tx-********"
    assert CALLER not in repr((error.as_result(), error.__dict__))
    assert SUBJECT not in repr((error.as_result(), error.__dict__))


def test_redirect_to_a_url_with_the_token_is_masked(wire: FakeWire, client: IdentityClient) -> None:
    wire.answer(301, headers=[("Location", f"https://{SUBJECT}.example.com/v2.0/tokens/{SUBJECT}")])
    assert str(refusal(validate, client)) == (
        "Validating a token failed: identity.example.com answered 301. It points to ********.example.com, where "
        "credentials are never sent on; set identity_url."
    )


@pytest.mark.parametrize("verb", [validate, endpoints])
@pytest.mark.parametrize(
    ("wire_format", "body", "reason"),
    [
        ("json", b"", "the answer is not JSON"),
        ("json", b"<access/>", "the answer is not JSON"),
        ("json", b"[]", "the answer is not an object"),
        ("xml", b"", "the answer is not XML, or holds what an answer never does"),
        ("xml", b"{}", "the answer is not XML, or holds what an answer never does"),
        ("xml", b"<!DOCTYPE a []><access/>", "the answer is not XML, or holds what an answer never does"),
    ],
)
def test_answer_that_is_none(wire: FakeWire, verb: Verb, wire_format: str, body: bytes, reason: str) -> None:
    wire.answer(200, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        verb(IdentityClient(URL, Connection(), wire_format))
    assert (caught.value.kind, caught.value.status) == ("invalid_response", 200)
    assert str(caught.value) == (
        f"identity.example.com did not answer like an identity service: {reason}. Check identity_url and proxy."
    )


@pytest.mark.parametrize("document", [{}, {"access": {}}, sample("validated")])
def test_list_of_endpoints_that_is_none(wire: FakeWire, client: IdentityClient, document: Any) -> None:
    wire.answer(200, document)
    with pytest.raises(InvalidResponseError, match="endpoints is missing"):
        client.endpoints(CALLER, SUBJECT)
