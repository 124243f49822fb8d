# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_info: who asks, what is valid, and why something is not."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _inspect
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    InvalidResponseError,
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CATALOG_FILTERS,
    INSPECTION,
    LOGIN,
    SUBJECT,
    USER_PARAMETERS,
    Context,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

URL = "https://identity.api.rackspacecloud.com/v2.0"
ISSUED = "d74f592f986e4d6e995853ccf0123456"
KEY = {"username": "u", "api_key": "secretkey"}
GONE = "The token has expired, was revoked, or never was."
NOTHING = {"changed": False, "valid": False, "token": None, "user": None, "impersonator": None, "endpoints": []}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_inspect, "utc_now", lambda: datetime(2015, 6, 28, 1, 34, 19, tzinfo=timezone.utc))


def inspect(check_mode: bool = False, **given: Any) -> dict[str, Any]:
    table = LOGIN + SUBJECT + USER_PARAMETERS + INSPECTION + CATALOG_FILTERS
    options = {**{option.name: option.default for option in table}, "retries": 0, **given}
    return _inspect.run(options, Context(check_mode=check_mode))


def failure(kind: type[IdentityError], **given: Any) -> IdentityError:
    with pytest.raises(kind) as caught:
        inspect(**given)
    assert "secret" not in repr((caught.value.args, caught.value.as_result()))
    return caught.value


def asked(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Method, path and caller of each request."""
    return [(sent.method, sent.url[len(URL) :], sent.headers.get("X-Auth-Token")) for sent in wire.sent]


# Who asks about which token.


def test_own_token_as_it_is(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    assert inspect(token="ownsecret")["valid"] is True
    assert asked(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


def test_token_of_the_login(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    wire.answer(200, sample("validated"))
    assert inspect(**KEY)["valid"] is True
    assert asked(wire) == [("POST", "/tokens", None), ("GET", f"/tokens/{ISSUED}", ISSUED)]


def test_own_token_about_another(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    assert inspect(token="adminsecret", subject_token=" usersecret ")["valid"] is True
    assert asked(wire) == [("GET", "/tokens/usersecret", "adminsecret")]


def test_login_about_another(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    wire.answer(200, sample("validated"))
    assert inspect(**KEY, subject_token="usersecret")["valid"] is True
    assert asked(wire) == [("POST", "/tokens", None), ("GET", "/tokens/usersecret", ISSUED)]


@pytest.mark.parametrize("given", [{}, {"username": "u"}])
def test_token_without_credentials_asks_about_itself(wire: FakeWire, given: dict[str, str]) -> None:
    wire.answer(200, sample("validated"))
    assert inspect(subject_token="usersecret", **given)["valid"] is True
    assert asked(wire) == [("GET", "/tokens/usersecret", "usersecret")]


def test_token_with_a_tenant_is_asked_about_as_it_is(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    assert inspect(token="ownsecret", tenant_id="1")["valid"] is True
    assert asked(wire) == [("GET", "/tokens/ownsecret", "ownsecret")]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"credentials_file": "/nowhere/file"}, "The credentials file /nowhere/file cannot be used: No such file"),
        ({"session_id": "secretsession"}, "session_id needs passcode. "),
        ({"passcode": "secretcode"}, "passcode needs session_id. "),
    ],
)
def test_half_a_login_is_no_reason_to_ask_about_itself(wire: FakeWire, given: dict[str, str], text: str) -> None:
    assert str(failure(MissingCredentialsError, subject_token="usersecret", **given)).startswith(text)
    assert wire.sent == []


def test_nobody_asks_about_nothing(wire: FakeWire) -> None:
    text = str(failure(MissingCredentialsError))
    assert text.startswith("There are no credentials. Give one of: username and api_key, ")
    assert wire.sent == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"token": "ownsecret", "api_key": "secretkey", "username": "u"},
            (
                "There is more than one way to log in: api_key (the option api_key) and token (the option token). "
                "Remove all but one."
            ),
        ),
        (
            {"token": "ownsecret", "passcode": "secretcode", "session_id": "secretsession"},
            (
                "There is more than one way to log in: token (the option token) and passcode (the option passcode). "
                "Remove all but one."
            ),
        ),
    ],
)
def test_two_ways_at_once(wire: FakeWire, given: dict[str, str], text: str) -> None:
    assert str(failure(AmbiguousCredentialsError, subject_token="usersecret", **given)) == text
    assert wire.sent == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"api_version": "v1.1", "token": "ownsecret"},
            "The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens.",
        ),
        (
            {"subject_token": "usersecret\n1"},
            "subject_token holds a line break or control character. Check how it was copied.",
        ),
        (
            {"token": "ownsecret", "belongs_to": "1\r2"},
            "belongs_to holds a line break or control character. Check how it was copied.",
        ),
        (
            {"username": "u", "api_key": "secretkey", "tenant_id": "1", "tenant_name": "n"},
            "tenant_id and tenant_name exclude each other. Give one of them.",
        ),
    ],
)
def test_options_that_cannot_be(wire: FakeWire, given: dict[str, str], text: str) -> None:
    assert str(failure(OptionError, **given)) == text
    assert wire.sent == []


# Valid tokens.


def test_result(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    result = inspect(token="ownsecret")
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
    wire.answer(200, sample("validated"))
    result = inspect(check_mode, token="ownsecret")
    assert (result["changed"], result["valid"]) == (False, True)
    assert len(wire.sent) == 1


def test_impersonator(wire: FakeWire) -> None:
    wire.answer(200, sample("validated_impersonation"))
    result = inspect(token="ownsecret")
    assert (result["user"]["id"], result["user"]["name"]) == ("123", "yourUsername")
    impersonator = result["impersonator"]
    assert (impersonator["id"], impersonator["name"]) == ("567", "impersonator.username")
    assert [role["name"] for role in impersonator["roles"]] == ["Racker", "object-store:admin"]
    assert set(impersonator) == set(result["user"])


def test_racker(wire: FakeWire) -> None:
    wire.answer(200, sample("validated_racker_groups"))
    result = inspect(token="ownsecret")
    assert result["token"]["tenant"] == {"id": None, "name": None}
    assert (result["user"]["id"], result["user"]["name"]) == ("racerSSOUsername", None)
    assert [role["name"] for role in result["user"]["roles"]][:2] == ["Racker", "dl_RackUSA"]
    assert result["user"]["roles"][1]["id"] is None


def test_unknown_members_are_kept(wire: FakeWire) -> None:
    document = sample("validated")
    document["access"]["future"] = 1
    wire.answer(200, document)
    assert inspect(token="ownsecret")["extra"] == {"future": 1}


def test_options_reach_the_wire(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    wire.answer(200, sample("endpoints"))
    inspect(
        token="ownsecret",
        belongs_to=" 5830345 ",
        apply_rcn_roles=True,
        include_accessible_domains=True,
        list_endpoints=True,
        identity_url="https://id.example.com",
    )
    query = "belongsTo=5830345&apply_rcn_roles=true&include_accessible_domains=true"
    assert [sent.url for sent in wire.sent] == [
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
    wire.answer(200, sample("validated"))
    wire.answer(200, sample("endpoints"))
    result = inspect(token="adminsecret", subject_token="usersecret", list_endpoints=True, **given)
    assert [one["region"] for one in result["endpoints"]] == regions
    assert asked(wire)[1] == ("GET", "/tokens/usersecret/endpoints", "adminsecret")


def test_endpoints_are_not_asked_for_by_themselves(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    assert inspect(token="ownsecret", region=["DFW"])["endpoints"] == []
    assert len(wire.sent) == 1


def test_endpoints_that_are_refused(wire: FakeWire) -> None:
    wire.answer(200, sample("validated"))
    wire.answer(403)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", list_endpoints=True)
    assert error.kind == "forbidden"
    assert str(error) == (
        "Listing the endpoints of a token failed: identity.api.rackspacecloud.com answered 403. Everybody may look at "
        "their own token; those of others only user administrators of the same account and identity administrators."
    )


# Tokens that are not valid.


@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"token": "adminsecret", "subject_token": "usersecret"}])
def test_token_that_is_gone(wire: FakeWire, given: dict[str, str]) -> None:
    wire.answer(404, {"itemNotFound": {"code": 404, "message": "usersecret"}})
    assert inspect(**given, list_endpoints=True) == {**NOTHING, "reason": GONE}
    assert len(wire.sent) == 1


@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"subject_token": "usersecret"}])
def test_token_that_is_refused_when_it_asks_about_itself(wire: FakeWire, given: dict[str, str]) -> None:
    wire.answer(401)
    assert inspect(**given) == {**NOTHING, "reason": GONE}


def test_caller_that_is_gone(wire: FakeWire) -> None:
    wire.answer(401)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret")
    assert error.kind == "unauthorized"
    assert str(error) == (
        "Validating a token failed: identity.api.rackspacecloud.com answered 401. "
        "The token that asks has expired or was revoked; log in again."
    )


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("given", [{"token": "ownsecret"}, {"token": "adminsecret", "subject_token": "usersecret"}])
def test_valid_token_of_another_tenant(wire: FakeWire, status: int, given: dict[str, str]) -> None:
    wire.answer(status)
    wire.answer(200, sample("validated"))
    result = inspect(**given, belongs_to="123456", apply_rcn_roles=True)
    assert result == {**NOTHING, "reason": "The token is valid, but not in tenant 123456."}
    path = f"/tokens/{given.get('subject_token', 'ownsecret')}"
    assert [one[1] for one in asked(wire)] == [
        f"{path}?belongsTo=123456&apply_rcn_roles=true",
        f"{path}?apply_rcn_roles=true",
    ]


@pytest.mark.parametrize("status", [401, 404])
def test_token_that_is_gone_and_asked_for_with_a_tenant(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    wire.answer(404)
    given = {"token": "adminsecret", "subject_token": "usersecret"}
    assert inspect(**given, belongs_to="123456") == {**NOTHING, "reason": GONE}
    assert len(wire.sent) == 2


@pytest.mark.parametrize("status", [401, 404])
def test_own_token_that_is_gone_and_asked_for_with_a_tenant(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    wire.answer(401)
    assert inspect(token="ownsecret", belongs_to="123456") == {**NOTHING, "reason": GONE}


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize(("second", "kind"), [(401, "unauthorized"), (403, "forbidden"), (500, "service_fault")])
def test_caller_that_is_gone_and_asks_with_a_tenant(wire: FakeWire, status: int, second: int, kind: str) -> None:
    wire.answer(status)
    wire.answer(second)
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", belongs_to="123456")
    assert (error.kind, error.status) == (kind, second)


def test_who_may_validate(wire: FakeWire) -> None:
    wire.answer(403, {"forbidden": {"code": 403, "message": "no"}})
    error = failure(ServiceError, token="adminsecret", subject_token="usersecret", belongs_to="1")
    assert error.kind == "forbidden"
    assert str(error) == (
        "Validating a token failed: identity.api.rackspacecloud.com answered 403 forbidden. Everybody may validate "
        "their own token; those of others only user administrators of the same account and identity administrators."
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
def test_failures_say_nothing_of_the_token(wire: FakeWire, status: int, kind: str) -> None:
    wire.answer(status)
    assert failure(ServiceError, token="ownsecret").kind == kind


def test_answer_that_is_none(wire: FakeWire) -> None:
    wire.answer(200, body=b"<html>secret</html>")
    assert failure(InvalidResponseError, token="ownsecret").kind == "invalid_response"


def test_login_that_fails(wire: FakeWire) -> None:
    wire.answer(401)
    error = failure(ServiceError, **KEY, subject_token="usersecret")
    assert str(error).startswith("Logging in as u with an API key failed: ")
    assert len(wire.sent) == 1


def test_login_that_asks_for_a_second_factor(wire: FakeWire) -> None:
    wire.answer(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    assert failure(ServiceError, username="u", password="secretword").kind == "mfa_required"
