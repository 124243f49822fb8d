# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that error responses become: kind, message, and no secret in either."""

from __future__ import annotations

import math
from collections.abc import Iterable
from time import monotonic
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KIND_OF_STATUS, IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._models import LoginRequest
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.logins import API_KEY, AS_API_KEY, URL, refusal

STATUSES = [
    (
        400,
        "bad_request",
        "The service rejected the request; compare the options with error.message.",
    ),
    (
        401,
        "unauthorized",
        (
            "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings, and is "
            "not the password."
        ),
    ),
    (403, "forbidden", "This user may not do that; ask the account administrator."),
    (404, "not_found", f"{URL}/tokens was requested; check identity_url."),
    (405, "method_not_allowed", "Check identity_url: the service there does not support this call."),
    (406, "not_acceptable", "The service does not support the requested format; check wire_format."),
    (413, "over_limit", "The request is larger than the service allows."),
    (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
    (500, "service_fault", "The service has an internal error; try again later."),
    (502, "service_unavailable", "The service is not available at the moment; try again later."),
    (503, "service_unavailable", "The service is not available at the moment; try again later."),
    (504, "service_unavailable", "The service is not available at the moment; try again later."),
    (201, "unexpected_status", "Check identity_url and proxy."),
    (204, "unexpected_status", "Check identity_url and proxy."),
    (409, "unexpected_status", "Check identity_url and proxy."),
    (418, "unexpected_status", "Check identity_url and proxy."),
    (501, "unexpected_status", "Check identity_url and proxy."),
]


def test_every_status_with_a_kind_is_tested() -> None:
    assert {status for status, _kind, _way_out in STATUSES} >= set(KIND_OF_STATUS)


@pytest.mark.covers("status-codes/all/429-502-504-not-in-the-documents", "status-codes/all/any-other")
@pytest.mark.parametrize(("status", "kind", "way_out"), STATUSES)
def test_status_decides_the_kind(wire: FakeWire, status: int, kind: str, way_out: str) -> None:
    wire.respond(status, body=b"" if status == 204 else b"<html>no</html>", headers=[("Content-Type", "text/html")])
    error = refusal(LoginRequest(API_KEY))
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


@pytest.mark.covers("faults/the-key-such-as-unauthorized", "faults/code", "faults/message")
@pytest.mark.parametrize(
    ("status", "payload", "kind", "fault", "message"),
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
        (
            403,
            {"forbidden": {"message": "Multi-factor is already set up"}},
            "forbidden",
            "forbidden",
            "Multi-factor is already set up",
        ),
        (401, {"itemNotFound": {"message": "gone"}}, "unauthorized", "itemNotFound", "gone"),
        (401, {"userDisabled": {"message": "x"}}, "unauthorized", "userDisabled", "x"),
        (404, {"unauthorized": {"message": "x"}}, "not_found", "unauthorized", "x"),
        (400, {"error": {"code": 400, "message": "m", "title": "Bad"}}, "bad_request", "error", "m"),
        (400, {"code": 400, "message": "m"}, "bad_request", None, "m"),
        (500, {"identityFault": {"message": "m"}}, "service_fault", "identityFault", "m"),
    ],
)
def test_fault_only_refines_the_kind(
    wire: FakeWire, status: int, payload: Any, kind: str, fault: str | None, message: str
) -> None:
    wire.respond(status, payload)
    error = refusal(LoginRequest(API_KEY))
    assert (error.kind, error.status, error.fault.name, error.fault.message) == (kind, status, fault, message)
    named = f" {fault}" if fault else ""
    assert str(error).startswith(f"{AS_API_KEY} {status}{named}: {message}. ")


@pytest.mark.parametrize("key", ["details", "detail"])
def test_details_are_shown_where_the_service_says_nothing_else(wire: FakeWire, key: str) -> None:
    wire.respond(401, {"unauthorized": {"code": 401, key: "Tenant 1 is suspended."}})
    error = refusal(LoginRequest(API_KEY))
    assert str(error).startswith(f"{AS_API_KEY} 401 unauthorized: Tenant 1 is suspended. ")
    assert (error.fault.message, error.fault.details) == (None, "Tenant 1 is suspended.")


def test_details_alone_can_say_that_a_second_factor_must_be_set_up(wire: FakeWire) -> None:
    wire.respond(403, {"forbidden": {"code": 403, "details": "User must setup multi-factor"}})
    assert refusal(LoginRequest(API_KEY)).kind == "mfa_not_set_up"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Wrong tenant.", ": Wrong tenant."),
        ("Wrong tenant...", ": Wrong tenant."),
        ("Wrong\n tenant\u202e", ": Wrong  tenant."),
        ("y" * 600, f": {'y' * 500}."),
        ("y" * 499 + API_KEY.api_key, f": {'y' * 499}*."),
        ("", "."),
        (" ", "."),
        ({"a": 1}, "."),
        (5, ": 5."),
    ],
)
def test_service_s_own_sentence_is_in_the_message(wire: FakeWire, said: Any, shown: str) -> None:
    wire.respond(400, {"badRequest": {"message": said}})
    assert str(refusal(LoginRequest(API_KEY))) == (
        f"{AS_API_KEY} 400 badRequest{shown} The service rejected the request; compare the options with error.message."
    )


@pytest.mark.parametrize(
    ("payload", "headers", "named"),
    [({"overLimit": {"code": 413}}, [], " overLimit"), (None, [("Retry-After", "0")], "")],
)
def test_413_that_is_a_rate_limit(wire: FakeWire, payload: Any, headers: Iterable[tuple[str, str]], named: str) -> None:
    wire.respond(413, payload, headers=headers)
    error = refusal(LoginRequest(API_KEY))
    assert error.kind == "over_limit"
    assert str(error) == (
        f"{AS_API_KEY} 413{named}. The rate limit is reached; try again later, or raise retry_max_wait."
    )


@pytest.mark.covers(
    "response-headers/x-openstack-request-id-x-trans-id-not-in-the-documents", "faults/details-not-in-the-documents"
)
def test_request_id_and_details(wire: FakeWire) -> None:
    wire.respond(500, {"identityFault": {"message": "m", "details": "d"}}, headers=[("x-trans-id", "tx-1")])
    assert refusal(LoginRequest(API_KEY)).as_result() == {
        "msg": f"{AS_API_KEY} 500 identityFault: m. The service has an internal error; try again later.",
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
    ("payload", "headers", "seconds"),
    [
        (None, [("Retry-After", "3600")], 3600.0),
        ({"overLimit": {"retryAfter": 17.4}}, [], 17.4),
        ({"overLimit": {"retryAfter": 0.001}}, [], 0.001),
    ],
)
def test_rate_limit_says_how_long_to_wait(
    wire: FakeWire, payload: Any, headers: Iterable[tuple[str, str]], seconds: float
) -> None:
    wire.respond(413, payload, headers=headers)
    error = refusal(LoginRequest(API_KEY))
    assert error.retry_after == seconds
    assert str(error).endswith(
        f"It asks to wait {math.ceil(seconds)} seconds: try again then, or raise retry_max_wait."
    )


def test_infinite_wait_is_ignored(wire: FakeWire) -> None:
    wire.respond(413, body=b'{"overLimit": {"retryAfter": 1e999, "retryAt": NaN}}')
    assert refusal(LoginRequest(API_KEY)).retry_after is None


@pytest.mark.parametrize(
    "payload",
    [
        {"unauthorized": {"message": "no aaaaa-bbbbb-ccccc-12345678", "details": "aaaaa-bbbbb-ccccc-12345678"}},
        {"aaaaa-bbbbb-ccccc-12345678": {"message": "x"}},
        {"message": "aaaaa-bbbbb-ccccc-12345678"},
    ],
)
def test_secret_in_the_service_s_words_is_masked(wire: FakeWire, payload: Any) -> None:
    wire.respond(401, payload, headers=[("x-trans-id", "tx-aaaaa-bbbbb-ccccc-12345678")])
    error = refusal(LoginRequest(API_KEY))
    assert "********" in repr(error.as_result())
    assert error.request_id == "tx-********"


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_error_body_of_very_many_elements_takes_no_time(wire: FakeWire, wire_format: str) -> None:
    wire.respond(401, body=b"<unauthorized><message>m</message>" + b"<x/>" * 20_000 + b"</unauthorized>")
    started = monotonic()
    error = refusal(LoginRequest(API_KEY), wire_format)
    # It takes a tenth of a second, and took a minute when it was quadratic.
    assert monotonic() - started < 5
    assert (error.fault.name, error.fault.message) == ("unauthorized", "m")


@pytest.mark.covers("response-headers/location-not-in-the-documents")
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
    wire.respond(302, headers=[("Location", location)] if location else [])
    error = refusal(LoginRequest(API_KEY))
    assert (error.kind, error.status) == ("unexpected_status", 302)
    assert str(error) == (
        f"{AS_API_KEY} 302. It points to {target}, to which credentials are never forwarded; set identity_url."
    )


def test_error_without_details() -> None:
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
