# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_token_info: whose token authorizes the call, what is valid, and why something is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    InvalidResponseError,
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import token_info
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

URL = "https://identity.api.rackspacecloud.com/v2.0"
ISSUED = "d74f592f986e4d6e995853ccf0123456"
KEY: dict[str, Any] = {"username": "u", "api_key": "secretkey"}
GONE = "The token has expired, was revoked, or never existed."
NOTHING: dict[str, Any] = {
    "changed": False,
    "valid": False,
    "token": None,
    "user": None,
    "impersonator": None,
    "endpoints": [],
}


@pytest.fixture(autouse=True)
def now(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 28, 1, 34, 19, tzinfo=timezone.utc)


def run(
    check_mode: bool = False, *, sources: Mapping[str, Source] | None = None, fact: object = None, **given: Any
) -> dict[str, Any]:
    options = complete(token_info.OPTIONS, {"retries": 0, **given})
    return token_info.run(options, Context(sources or {}, check_mode=check_mode, fact=fact))


def failure(kind: type[IdentityError], **given: Any) -> IdentityError:
    with pytest.raises(kind) as caught:
        run(**given)
    assert "secret" not in repr((caught.value.args, caught.value.as_result()))
    return caught.value


def sent(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Return the method, path and token of each request."""
    return [(one.method, one.url[len(URL) :], one.headers.get("X-Auth-Token")) for one in wire.sent]


# Which token authorizes the call, and which one it is about.


def test_given_token_about_itself(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    assert run(token="ownsecret")["valid"] is True
    assert sent(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


def test_token_of_a_login_about_itself(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    wire.respond(200, sample("validated"))
    assert run(**KEY)["valid"] is True
    assert sent(wire) == [("POST", "/tokens", None), ("GET", f"/tokens/{ISSUED}", ISSUED)]


@pytest.mark.covers("request-headers/x-auth-token/6-to-9")
def test_given_token_about_another(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    assert run(token="adminsecret", subject_token=" usersecret ")["valid"] is True
    assert sent(wire) == [("GET", "/tokens/usersecret", "adminsecret")]


def test_token_of_a_login_about_another(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    wire.respond(200, sample("validated"))
    assert run(**KEY, subject_token="usersecret")["valid"] is True
    assert sent(wire) == [("POST", "/tokens", None), ("GET", "/tokens/usersecret", ISSUED)]


@pytest.mark.parametrize("given", [{}, {"username": "u"}])
def test_subject_token_without_credentials_authorizes_its_own_call(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(200, sample("validated"))
    assert run(subject_token="usersecret", **given)["valid"] is True
    assert sent(wire) == [("GET", "/tokens/usersecret", "usersecret")]


def test_given_token_with_a_tenant_is_not_exchanged(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    assert run(token="ownsecret", tenant_id="1")["valid"] is True
    assert sent(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"credentials_file": "/nowhere/file"}, "The credentials file /nowhere/file cannot be used: No such file"),
        ({"session_id": "secretsession"}, "session_id needs passcode. "),
        ({"passcode": "secretcode"}, "passcode needs session_id. "),
    ],
)
def test_subject_token_does_not_stand_in_for_half_a_login(wire: FakeWire, given: dict[str, Any], text: str) -> None:
    assert str(failure(MissingCredentialsError, subject_token="usersecret", **given)).startswith(text)
    assert wire.sent == []


def test_neither_credentials_nor_a_token(wire: FakeWire) -> None:
    text = str(failure(MissingCredentialsError))
    assert text.startswith("No credentials were given. Give one of: username and api_key, ")
    assert wire.sent == []


@pytest.mark.parametrize(
    "sources",
    [
        {},
        {"username": Source.environment("RAX_USERNAME"), "api_key": Source.environment("RAX_API_KEY")},
        {"username": Source.variable("rax_username"), "api_key": Source.variable("rax_api_key")},
    ],
)
def test_token_of_a_task_beats_a_key(wire: FakeWire, sources: dict[str, Source]) -> None:
    wire.respond(200, sample("validated"))
    assert run(sources=sources, **KEY, token="ownsecret")["valid"] is True
    assert sent(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


def test_token_of_a_task_beats_a_passcode(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    assert run(token="ownsecret", passcode="secretcode", session_id="secretsession")["valid"] is True
    assert sent(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


def test_key_of_a_task_beats_an_exported_token(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    wire.respond(200, sample("validated"))
    assert run(sources={"token": Source.environment("RAX_TOKEN")}, **KEY, token="farsecret")["valid"] is True
    assert sent(wire) == [("POST", "/tokens", None), ("GET", f"/tokens/{ISSUED}", ISSUED)]


def test_key_and_password_side_by_side(wire: FakeWire) -> None:
    error = failure(AmbiguousCredentialsError, **KEY, password="secretword", subject_token="usersecret")
    assert str(error) == (
        "api_key and password are both given: api_key (the option api_key) and password (the option password). "
        "Remove one of them."
    )
    assert wire.sent == []


def test_subject_token_does_not_stand_in_for_a_secret_without_its_user(wire: FakeWire) -> None:
    error = failure(MissingCredentialsError, api_key="secretkey", subject_token="usersecret")
    assert str(error) == (
        "api_key (the option api_key) needs a username. Give the option username, or set the environment variable "
        "RAX_USERNAME."
    )
    assert wire.sent == []


def test_username_alone_and_a_fact_that_may_be_of_another(wire: FakeWire) -> None:
    error = failure(MissingCredentialsError, fact={"username": "v"}, username="u", subject_token="usersecret")
    assert str(error).startswith("The credentials of u (the option username) are missing. Give one of: ")
    assert wire.sent == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"api_version": "v1.1", "token": "ownsecret"},
            "api_version is v1.1, which can only log in. For everything else, use v2.0.",
        ),
        (
            {"subject_token": "usersecret\n1"},
            (
                "subject_token (the option subject_token) contains a line break or control character. Check how it was "
                "copied."
            ),
        ),
        (
            {"token": "ownsecret", "belongs_to": "1\r2"},
            "belongs_to (the option belongs_to) contains a line break or control character. Check how it was copied.",
        ),
        (
            {"username": "u", "api_key": "secretkey", "tenant_id": "1", "tenant_name": "n"},
            (
                "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the option "
                "tenant_id) and tenant_name (the option tenant_name)."
            ),
        ),
        ({"token": "ownsecret", "subject_token": ".."}, "subject_token (the option subject_token) is not a token."),
        ({"subject_token": " . "}, "subject_token (the option subject_token) is not a token."),
    ],
)
def test_options_that_cannot_be_used(wire: FakeWire, given: dict[str, Any], text: str) -> None:
    assert str(failure(OptionError, **given)) == text
    assert wire.sent == []


# Valid tokens.


def test_result(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    result = run(token="ownsecret")
    user = result.pop("user")
    assert result == {
        "changed": False,
        "valid": True,
        "reason": None,
        "token": {
            "id": "cd45ad90d8034a1b8d75aa0efa123456",
            "expires": "2015-06-28T01:34:29Z",
            "expires_in": 10,
            "tenant": {"id": "5830345", "name": "5830345"},
            "authenticated_by": ["APIKEY"],
        },
        "impersonator": None,
        "endpoints": [],
    }
    assert [role["name"] for role in user.pop("roles")] == [
        "CloudNetworks-Security-Groups",
        "compute:default",
        "identity:default",
        "admin",
    ]
    assert user == {
        "id": "92bb036af5b0467198cded3455123456",
        "name": "accountUserName",
        "default_region": "SYD",
        "domain_id": None,
        "federated": None,
        "accessible_domains": [],
        "phone_pin_state": "ACTIVE",
    }


@pytest.mark.parametrize("check_mode", [False, True])
def test_it_never_changes_anything(wire: FakeWire, check_mode: bool) -> None:
    wire.respond(200, sample("validated"))
    result = run(check_mode, token="ownsecret")
    assert (result["changed"], result["valid"]) == (False, True)
    assert len(wire.sent) == 1


def test_impersonator(wire: FakeWire) -> None:
    wire.respond(200, sample("validated_impersonation"))
    result = run(token="ownsecret")
    assert (result["user"]["id"], result["user"]["name"]) == ("123", "yourUsername")
    impersonator = result["impersonator"]
    assert (impersonator["id"], impersonator["name"]) == ("567", "impersonator.username")
    assert [role["name"] for role in impersonator["roles"]] == ["Racker", "object-store:admin"]
    assert set(impersonator) == set(result["user"])


def test_racker(wire: FakeWire) -> None:
    wire.respond(200, sample("validated_racker_groups"))
    result = run(token="ownsecret")
    assert result["token"]["tenant"] == {"id": None, "name": None}
    assert (result["user"]["id"], result["user"]["name"]) == ("racerSSOUsername", None)
    assert [role["name"] for role in result["user"]["roles"]][:2] == ["Racker", "dl_RackUSA"]
    assert result["user"]["roles"][1]["id"] is None


def test_unknown_fields_are_returned(wire: FakeWire) -> None:
    payload = sample("validated")
    payload["access"]["future"] = 1
    wire.respond(200, payload)
    assert run(token="ownsecret")["extra"] == {"future": 1}


@pytest.mark.covers("parameters-in-urls/apply_rcn_roles/6", "parameters-in-urls/include_accessible_domains/6")
def test_options_reach_the_wire(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    wire.respond(200, sample("endpoints"))
    run(
        token="ownsecret",
        belongs_to=" 5830345 ",
        apply_rcn_roles=True,
        include_accessible_domains=True,
        list_endpoints=True,
        identity_url="https://id.example.com",
    )
    query = "belongsTo=5830345&apply_rcn_roles=true&include_accessible_domains=true"
    assert [one.url for one in wire.sent] == [
        f"https://id.example.com/v2.0/tokens/ownsecret?{query}",
        "https://id.example.com/v2.0/tokens/ownsecret/endpoints?apply_rcn_roles=true",
    ]


# Its endpoints.


@pytest.mark.parametrize(
    ("given", "regions"),
    [
        ({}, ["East", "Global", "North", "South", "West"]),
        ({"region": ["north", "WEST"]}, ["North", "West"]),
        ({"service_type": ["compute"], "service_name": ["Compute"], "region": ["North"]}, ["North"]),
        ({"interface": ["admin"], "region": ["North"]}, ["North"]),
        ({"version": ["2"]}, []),
        ({"tenant": ["2"]}, []),
        ({"service_type": ["nonsense"]}, []),
    ],
)
def test_endpoints_and_filters(wire: FakeWire, given: dict[str, Any], regions: list[str]) -> None:
    wire.respond(200, sample("validated"))
    wire.respond(200, sample("endpoints"))
    result = run(token="adminsecret", subject_token="usersecret", list_endpoints=True, **given)
    assert [one["region"] for one in result["endpoints"]] == regions
    assert sent(wire)[1] == ("GET", "/tokens/usersecret/endpoints", "adminsecret")


def test_filters_alone_do_not_request_endpoints(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    assert run(token="ownsecret", region=["DFW"])["endpoints"] == []
    assert len(wire.sent) == 1


def test_endpoints_that_are_refused(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    wire.respond(403)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", list_endpoints=True)
    assert error.kind == "forbidden"
    assert str(error) == (
        "Listing the endpoints of a token failed: identity.api.rackspacecloud.com responded with 403. Everyone may "
        "look at their own token; only user administrators of the same account and identity administrators may do so "
        "with those of others."
    )


# Tokens that are not valid.


@pytest.mark.covers("status-codes/6/404")
@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"token": "adminsecret", "subject_token": "usersecret"}])
def test_token_that_is_gone(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(404, {"itemNotFound": {"code": 404, "message": "usersecret"}})
    assert run(**given, list_endpoints=True) == {**NOTHING, "reason": GONE}
    assert len(wire.sent) == 1


@pytest.mark.parametrize("media_type", ["application/json", "text/html", "text/plain"])
def test_empty_404_means_that_a_token_is_gone_whatever_its_type(wire: FakeWire, media_type: str) -> None:
    wire.respond(404, body=b"", headers=[("Content-Type", media_type)])
    assert run(token="ownsecret") == {**NOTHING, "reason": GONE}


@pytest.mark.parametrize("media_type", ["text/html", "text/plain; charset=utf-8"])
def test_page_of_any_web_server_says_nothing_about_a_token(wire: FakeWire, media_type: str) -> None:
    wire.respond(404, body=b"<h1>Not Found</h1>", headers=[("Content-Type", media_type)])
    error = failure(InvalidResponseError, token="ownsecret")
    assert str(error) == (
        "identity.api.rackspacecloud.com did not respond like an identity service: its 404 is neither JSON nor XML, "
        "and says nothing about the token. Check identity_url and proxy."
    )


@pytest.mark.covers("status-codes/6/401")
@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"subject_token": "usersecret"}])
def test_token_that_is_rejected_when_it_asks_about_itself(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(401)
    assert run(**given) == {**NOTHING, "reason": GONE}


def test_authorizing_token_that_is_gone(wire: FakeWire) -> None:
    wire.respond(401)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret")
    assert error.kind == "unauthorized"
    assert str(error) == (
        "Validating a token failed: identity.api.rackspacecloud.com responded with 401. "
        "The token that authorizes the call has expired or was revoked; log in again."
    )


@pytest.mark.covers("parameters-in-urls/belongsto", "status-codes/6/401")
@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"token": "adminsecret", "subject_token": "usersecret"}])
def test_valid_token_of_another_tenant(wire: FakeWire, status: int, given: dict[str, Any]) -> None:
    wire.respond(status)
    wire.respond(200, sample("validated"))
    result = run(**given, belongs_to="123456", apply_rcn_roles=True)
    assert result == {**NOTHING, "reason": "The token is valid, but not in tenant 123456."}
    path = f"/tokens/{given.get('subject_token', 'ownsecret')}"
    assert [one[1] for one in sent(wire)] == [
        f"{path}?belongsTo=123456&apply_rcn_roles=true",
        f"{path}?apply_rcn_roles=true",
    ]


@pytest.mark.parametrize("status", [401, 404])
def test_token_that_is_gone_with_a_tenant(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    wire.respond(404)
    given: dict[str, Any] = {"token": "adminsecret", "subject_token": "usersecret"}
    assert run(**given, belongs_to="123456") == {**NOTHING, "reason": GONE}
    assert len(wire.sent) == 2


@pytest.mark.parametrize("status", [401, 404])
def test_own_token_that_is_gone_with_a_tenant(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    wire.respond(401)
    assert run(token="ownsecret", belongs_to="123456") == {**NOTHING, "reason": GONE}


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize(("second", "kind"), [(401, "unauthorized"), (403, "forbidden"), (500, "service_fault")])
def test_authorizing_token_that_is_gone_with_a_tenant(wire: FakeWire, status: int, second: int, kind: str) -> None:
    wire.respond(status)
    wire.respond(second)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", belongs_to="123456")
    assert (error.kind, error.status) == (kind, second)


@pytest.mark.covers("status-codes/6/403")
def test_who_may_validate(wire: FakeWire) -> None:
    wire.respond(403, {"forbidden": {"code": 403, "message": "no"}})
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", belongs_to="1")
    assert error.kind == "forbidden"
    assert str(error) == (
        "Validating a token failed: identity.api.rackspacecloud.com responded with 403 forbidden: no. Everyone "
        "may validate their own token; only user administrators of the same account and identity administrators may do "
        "so with those of others."
    )
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "bad_request"),
        (405, "method_not_allowed"),
        (413, "over_limit"),
        (500, "service_fault"),
        (503, "service_unavailable"),
        (302, "unexpected_status"),
    ],
)
def test_other_failures_say_nothing_about_the_token(wire: FakeWire, status: int, kind: str) -> None:
    wire.respond(status)
    assert failure(ServiceError, token="ownsecret").kind == kind


def test_response_that_cannot_be_understood(wire: FakeWire) -> None:
    wire.respond(200, body=b"<html>secret</html>")
    assert failure(InvalidResponseError, token="ownsecret").kind == "invalid_response"


def test_login_that_fails(wire: FakeWire) -> None:
    wire.respond(401)
    error = failure(ServiceError, **KEY, subject_token="usersecret")
    assert str(error).startswith("Logging in as u with an API key failed: ")
    assert len(wire.sent) == 1


def test_login_that_asks_for_a_second_factor(wire: FakeWire) -> None:
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    assert failure(ServiceError, username="u", password="secretword").kind == "mfa_required"
