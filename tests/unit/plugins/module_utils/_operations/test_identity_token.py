# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_identity_token: the shape of its result, its facts and its filters."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token, token
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    changed_login,
    full_catalog,
    sample,
    sample_bytes,
)

NOW = datetime(2015, 6, 5, 15, 24, 58, tzinfo=timezone.utc)
TOKEN_ID = "d74f592f986e4d6e995853ccf0123456"


@pytest.fixture(autouse=True)
def now(clock: FakeClock) -> None:
    clock.time = NOW


def log_in(wire: FakeWire, payload: Any = None, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    wire.respond(200, payload or sample("login"))
    return run(check_mode, **{"username": "u", "api_key": "secretkey", **given})


def run(check_mode: bool = False, warnings: list[str] | None = None, **given: Any) -> dict[str, Any]:
    defaults = {option.name: option.default for option in identity_token.OPTIONS}
    shown: list[str] = [] if warnings is None else warnings
    result = identity_token.run({**defaults, **given}, Context(check_mode=check_mode, warn=shown.append))
    assert shown == [] or warnings is not None
    return result


@pytest.mark.covers("responses/access-token", "responses/access-user")
def test_result(wire: FakeWire) -> None:
    result = log_in(wire)
    user = result.pop("user")
    assert result.pop("endpoints") == full_catalog()
    assert result.pop("ansible_facts")["rax_identity"]["username"] == "yourUserName"
    assert result == {
        "changed": True,
        "cached": False,
        "mfa": None,
        "token": {
            "id": TOKEN_ID,
            "expires": "2015-06-05T16:24:57Z",
            "expires_in": 3599,
            "tenant": {"id": "123456", "name": "123456"},
            "authenticated_by": ["APIKEY"],
        },
    }
    assert user.pop("roles")[1] == {
        "id": "5",
        "name": "object-store:default",
        "description": "A Role that allows a user access to keystone Service methods",
        "tenant_id": "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f",
        "service_id": None,
        "propagate": None,
    }
    assert user == {
        "id": "172157",
        "name": "yourUserName",
        "default_region": "DFW",
        "domain_id": "123456",
        "federated": None,
        "accessible_domains": [],
        "phone_pin_state": None,
    }


def test_result_of_a_login_that_says_nothing(wire: FakeWire) -> None:
    result = log_in(wire, {"access": {"token": {"id": "t", "expires": "2015-06-05T15:24:57Z"}}}, facts="none")
    assert result == {
        "changed": True,
        "cached": False,
        "token": {
            "id": "t",
            "expires": "2015-06-05T15:24:57Z",
            "expires_in": 0,
            "tenant": {"id": None, "name": None},
            "authenticated_by": [],
        },
        "user": {
            "id": None,
            "name": None,
            "default_region": None,
            "domain_id": None,
            "federated": None,
            "roles": [],
            "accessible_domains": [],
            "phone_pin_state": None,
        },
        "endpoints": [],
        "mfa": None,
    }


def test_check_mode_logs_in_too(wire: FakeWire) -> None:
    assert log_in(wire, check_mode=True)["token"]["id"] == TOKEN_ID
    assert len(wire.sent) == 1


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepin")
def test_unknown_fields_are_returned_and_the_pin_is_not(wire: FakeWire) -> None:
    payload = sample("login_with_token")
    payload["access"]["token"]["RAX-AUTH:issued"] = "2015-06-04T16:24:57Z"
    payload["access"]["user"]["email"] = "a@example.com"
    payload["access"]["future"] = 1
    result = log_in(wire, payload)
    assert result["token"]["extra"] == {"RAX-AUTH:issued": "2015-06-04T16:24:57Z"}
    assert result["user"]["extra"] == {"email": "a@example.com"}
    assert result["user"]["phone_pin_state"] == "ACTIVE"
    assert result["extra"] == {"future": 1}
    assert "914737" not in json.dumps(result)


def test_facts_metadata(wire: FakeWire) -> None:
    result = log_in(wire)
    facts = result["ansible_facts"]["rax_identity"]
    assert set(facts) == {
        "identity_url",
        "username",
        "user_id",
        "tenant_id",
        "default_region",
        "expires",
        "roles",
        "endpoints",
        "complete",
        "login_ref",
    }
    assert facts["complete"] is True
    assert TOKEN_ID not in json.dumps(facts)


def test_facts_all(wire: FakeWire) -> None:
    assert log_in(wire, facts="all")["ansible_facts"]["rax_identity"]["token_id"] == TOKEN_ID


def test_facts_none(wire: FakeWire) -> None:
    assert "ansible_facts" not in log_in(wire, facts="none")


# The reference in the fact to the cached login.


def reference(wire: FakeWire, *, is_cached: bool = False, **given: Any) -> str | None:
    if not is_cached:
        wire.respond(200, sample("login"))
    result = run(**{"username": "u", "api_key": "secretkey", **given})
    assert result["cached"] is is_cached
    found: str | None = result["ansible_facts"]["rax_identity"]["login_ref"]
    return found


def test_reference_of_a_login_and_of_a_cached_one_is_the_same(wire: FakeWire) -> None:
    first = reference(wire)
    assert first
    assert re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{64}", first)
    assert reference(wire, is_cached=True) == first


def test_reference_is_of_one_login_and_one_fact(wire: FakeWire) -> None:
    first = reference(wire)
    filtered = reference(wire, is_cached=True, region=["DFW"])
    with_token = reference(wire, is_cached=True, facts="all")
    other = reference(wire, username="other")
    assert len({first, filtered, with_token, other}) == 4
    # The same login, and another one.
    names = [text.partition(".")[0] for text in (first, filtered, with_token, other) if text]
    assert names[0] == names[1] == names[2] != names[3]


@pytest.mark.parametrize("facts", ["metadata", "all"])
def test_fact_with_its_reference_stands_in_for_credentials(wire: FakeWire, facts: str) -> None:
    fact = log_in(wire, facts=facts)["ansible_facts"]["rax_identity"]
    options = {option.name: option.default for option in token.OPTIONS}
    assert token.run((), options, Context(fact=json.loads(json.dumps(fact))))[0] == [TOKEN_ID]
    assert len(wire.sent) == 1


def test_no_reference_without_a_cache(wire: FakeWire) -> None:
    assert reference(wire, cache=False) is None


def test_no_reference_to_what_could_not_be_cached(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_cache: TokenCache, _name: str, _entry: object) -> None:
        raise CacheUnusableError("the disk is full")

    monkeypatch.setattr(TokenCache, "write", refuse)
    wire.respond(200, sample("login"))
    warnings: list[str] = []
    result = run(warnings=warnings, username="u", api_key="secretkey")
    assert result["ansible_facts"]["rax_identity"]["login_ref"] is None
    assert len(warnings) == 1


def test_second_step_leaves_a_reference_to_the_login_of_the_first(wire: FakeWire) -> None:
    challenge(wire, "OS-MF sessionId='secretsession', factor='PASSCODE'")
    run(**FIRST_STEP, on_mfa="challenge")
    wire.respond(200, sample("login"))
    second = run(**SECOND_STEP)["ansible_facts"]["rax_identity"]
    later = run(**FIRST_STEP)
    assert later["cached"] is True
    assert later["ansible_facts"]["rax_identity"] == second
    assert second["login_ref"]


@pytest.mark.parametrize(
    ("given", "source"),
    [({"token": "secrettoken"}, "the option token"), ({"token": "secrettoken", "username": "u"}, "the option token")],
)
def test_token_alone_points_to_token_info(wire: FakeWire, given: dict[str, Any], source: str) -> None:
    with pytest.raises(MissingCredentialsError) as caught:
        run(**given)
    assert str(caught.value) == (
        f"A token alone ({source}) does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
        "or use the module rackspace.identity.rax_token_info to see what the token is valid for."
    )
    assert wire.sent == []


def test_token_and_tenant_of_a_task_beat_an_exported_key(wire: FakeWire) -> None:
    wire.respond(200, sample("login_with_token"))
    sources = {"username": Source.environment("RAX_USERNAME"), "api_key": Source.environment("RAX_API_KEY")}
    given = {"username": "u", "api_key": "secretkey", "token": "secrettoken", "tenant_id": "1"}
    defaults = {option.name: option.default for option in identity_token.OPTIONS}
    identity_token.run({**defaults, **given}, Context(sources))
    assert wire.only.json == {"auth": {"token": {"id": "secrettoken"}, "tenantId": "1"}}


def test_fact_is_never_a_login_for_the_module(wire: FakeWire) -> None:
    fact = log_in(wire)["ansible_facts"]["rax_identity"]
    defaults = {option.name: option.default for option in identity_token.OPTIONS}
    with pytest.raises(MissingCredentialsError, match=r"^No credentials were given\. Give one of: "):
        identity_token.run(defaults, Context(fact=fact))


def names_and_regions(result: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(one["service_name"], one["region"]) for one in result["endpoints"]}


def test_filters(wire: FakeWire) -> None:
    result = log_in(wire, service_type=["object-store", "RAX:DNS"], region=["dfw"])
    assert names_and_regions(result) == {("cloudFiles", "DFW"), ("cloudDNS", None)}
    facts = result["ansible_facts"]["rax_identity"]
    assert facts["endpoints"] == result["endpoints"]
    assert facts["complete"] is False


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"service_name": ["cloudservers"]}, {("cloudServers", None)}),
        ({"service_type": ["compute"], "version": ["1.0"]}, {("cloudServers", None)}),
        ({"service_type": ["rax:cdn"], "interface": ["internal"]}, {("rackCDN", "DFW")}),
        ({"service_type": ["rax:cdn"], "tenant": ["123456"]}, {("rackCDN", "DFW")}),
        ({"service_type": ["nonsense"]}, set()),
        ({"region": ["DFW"], "service_type": ["compute"]}, {("cloudServersOpenStack", "DFW")}),
    ],
)
def test_each_filter(wire: FakeWire, given: dict[str, Any], left: set[tuple[str, str | None]]) -> None:
    result = log_in(wire, **given)
    assert names_and_regions(result) == left
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


def test_empty_filters_count_as_none(wire: FakeWire) -> None:
    result = log_in(wire, service_type=[], region=None)
    assert len(result["endpoints"]) == 59
    assert result["ansible_facts"]["rax_identity"]["complete"] is True


@pytest.mark.parametrize("catalog", [None, []])
def test_no_endpoints_asked_for(wire: FakeWire, catalog: Any) -> None:
    result = log_in(wire, changed_login(serviceCatalog=catalog), include_endpoints=False)
    assert wire.only.url.endswith("/tokens?include_endpoints=false")
    assert result["endpoints"] == []
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


@pytest.mark.covers("parameters-in-urls/include_endpoints")
def test_no_endpoints_even_if_the_service_sends_them(wire: FakeWire) -> None:
    result = log_in(wire, include_endpoints=False)
    assert result["endpoints"] == []
    assert result["ansible_facts"]["rax_identity"]["complete"] is False


def test_failure_leaves_no_result(wire: FakeWire) -> None:
    wire.respond(401)
    with pytest.raises(ServiceError):
        log_in(wire)
    # The response of a success, which was not asked for.
    assert len(wire.pending) == 1
    wire.pending.clear()


# Multi-factor login.

FIRST_STEP: dict[str, Any] = {"username": "u", "password": "secretword"}
SECOND_STEP: dict[str, Any] = {"passcode": "1411594", "session_id": "secretsession"}
NO_TENANT = (
    "The token does not have a tenant, and no catalog came with it. For one with a catalog, log in again with this "
    "token in the option token and with tenant_id; or repeat tenant_id in both steps of the login."
)


def challenge(wire: FakeWire, *headers: str) -> None:
    wire.respond(401, {"unauthorized": {"message": "more"}}, headers=[("WWW-Authenticate", one) for one in headers])


@pytest.mark.covers(
    "response-headers/www-authenticate-os-mf",
    "status-codes/1-2/401-with-a-challenge",
    "status-codes/5/401-with-a-challenge",
)
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("headers", "factor"),
    [
        (["OS-MF sessionId='secretsession', factor='PASSCODE'"], "PASSCODE"),
        (["OS-MF factor='OTP', sessionId='secretsession'"], "OTP"),
        (["OS-MF sessionId='secretsession'"], None),
        (['Keystone uri="https://x/v2.0"', "OS-MF sessionId='secretsession', factor='PASSCODE'"], "PASSCODE"),
        (["OS-MF sessionId='secretsession', factor='PASSCODE'", 'Keystone uri="https://x/v2.0"'], "PASSCODE"),
        (["OS-MF sessionId='secretsession', factor='PASSCODE', Basic realm=\"x\""], "PASSCODE"),
    ],
)
def test_challenge(wire: FakeWire, headers: list[str], factor: str | None, check_mode: bool) -> None:
    challenge(wire, *headers)
    assert run(check_mode, **FIRST_STEP, on_mfa="challenge") == {
        "changed": False,
        "cached": False,
        "token": None,
        "user": None,
        "endpoints": [],
        "mfa": {"required": True, "session_id": "secretsession", "factor": factor},
    }
    assert wire.only.json == {"auth": {"passwordCredentials": {"username": "u", "password": "secretword"}}}


def test_failure_names_both_ways_to_continue(wire: FakeWire) -> None:
    challenge(wire, "OS-MF sessionId='secretsession', factor='PASSCODE'")
    with pytest.raises(ServiceError) as caught:
        run(**FIRST_STEP)
    assert (caught.value.kind, caught.value.status) == ("mfa_required", 401)
    assert str(caught.value) == (
        "Logging in as u with a password failed: identity.api.rackspacecloud.com responded with 401 unauthorized: "
        "more. The account asks for a second factor: log in with an API key, which needs none, or run "
        "rax_identity_token with on_mfa=challenge, and again with the session_id that it returns and the passcode."
    )
    assert "secret" not in repr((caught.value.args, caught.value.__dict__))
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("header", "payload", "kind"),
    [
        (None, {"unauthorized": {"message": "Additional authentication credentials required"}}, "unauthorized"),
        ('Keystone uri="https://x/v2.0"', {"unauthorized": {"message": "m"}}, "unauthorized"),
        ("OS-MF factor='PASSCODE'", {"unauthorized": {"message": "m"}}, "unauthorized"),
    ],
)
def test_wrong_password_is_not_a_challenge(wire: FakeWire, header: str | None, payload: Any, kind: str) -> None:
    wire.respond(401, payload, headers=[("WWW-Authenticate", header)] if header else [])
    with pytest.raises(ServiceError) as caught:
        run(**FIRST_STEP, on_mfa="challenge")
    assert caught.value.kind == kind


def test_challenge_with_another_status_is_not_one(wire: FakeWire) -> None:
    wire.respond(403, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    with pytest.raises(ServiceError) as caught:
        run(**FIRST_STEP, on_mfa="challenge")
    assert caught.value.kind == "forbidden"


def test_no_challenge_if_none_is_needed(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = run(**FIRST_STEP, on_mfa="challenge")
    assert (result["mfa"], result["token"]["id"]) == (None, TOKEN_ID)


@pytest.mark.covers(
    "status-codes/1-2/403-multi-factor-authentication-not-set-up",
    "status-codes/5/403-multi-factor-authentication-not-set-up",
)
def test_second_factor_that_is_enforced_and_not_set_up(wire: FakeWire) -> None:
    wire.respond(403, {"forbidden": {"code": 403, "message": "User must setup multi-factor"}})
    with pytest.raises(ServiceError) as caught:
        run(**FIRST_STEP, on_mfa="challenge")
    assert caught.value.kind == "mfa_not_set_up"
    assert str(caught.value) == (
        "Logging in as u with a password failed: identity.api.rackspacecloud.com responded with 403 forbidden: "
        "User must setup multi-factor. The account must set up multi-factor authentication first: in the Cloud Control "
        "Panel, or with a token from scope=setup-mfa. An API key logs in without it."
    )


@pytest.mark.covers("status-codes/4/200-203")
def test_second_step(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = run(**SECOND_STEP, tenant_id="123456")
    assert wire.only.json == {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "1411594"}, "tenantId": "123456"}}
    assert wire.only.headers["X-SessionId"] == "secretsession"
    assert (result["token"]["id"], result["mfa"]) == (TOKEN_ID, None)
    assert len(result["endpoints"]) == 59


def test_second_step_without_tenant_and_catalog(wire: FakeWire) -> None:
    wire.respond(200, sample("login_with_passcode"))
    warnings: list[str] = []
    result = run(warnings=warnings, **SECOND_STEP)
    assert warnings == [NO_TENANT]
    assert result["token"]["tenant"] == {"id": None, "name": None}
    assert result["endpoints"] == []
    facts = result["ansible_facts"]["rax_identity"]
    assert (facts["username"], facts["complete"]) == ("mfaTestUser", False)


def test_second_step_that_a_task_does_itself_without_tenant_and_catalog(wire: FakeWire) -> None:
    challenge(wire, "OS-MF sessionId='secretsession', factor='PASSCODE'")
    wire.respond(200, sample("login_with_passcode"))
    warnings: list[str] = []
    run(warnings=warnings, **FIRST_STEP, totp_secret="JBSWY3DPEHPK3PXP")
    assert warnings == [NO_TENANT]


@pytest.mark.parametrize(
    "changes",
    [
        {"token": {"id": "t", "expires": "2030-01-01T00:00:00Z", "tenant": {"id": "1"}}},
        {"serviceCatalog": sample("login")["access"]["serviceCatalog"]},
    ],
)
def test_second_step_with_tenant_or_catalog(wire: FakeWire, changes: dict[str, Any]) -> None:
    payload = sample("login_with_passcode")
    payload["access"].update(changes)
    wire.respond(200, payload)
    assert run(**SECOND_STEP)["token"]["id"]


@pytest.mark.covers("response-headers/x-tenant-id-not-in-the-documents")
def test_second_step_with_the_tenant_in_a_header(wire: FakeWire) -> None:
    wire.respond(200, sample("login_with_passcode"), headers=[("X-Tenant-Id", "123456")])
    assert run(**SECOND_STEP)["token"]["tenant"] == {"id": "123456", "name": None}


def test_other_logins_without_a_tenant_are_not_warned_of(wire: FakeWire) -> None:
    assert log_in(wire, sample("login_with_passcode"))["endpoints"] == []


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("step", [FIRST_STEP, SECOND_STEP])
def test_no_step_is_repeated(wire: FakeWire, step: dict[str, Any], status: int) -> None:
    wire.respond(status)
    with pytest.raises(ServiceError):
        run(**step, on_mfa="challenge", retries=4)
    assert len(wire.sent) == 1


@pytest.mark.covers("operations/5", "request-attributes/auth-rax-auth:scope", "status-codes/5/200-203")
@pytest.mark.parametrize("name", ["login_to_set_up_mfa", "login_to_set_up_mfa_wrapped"])
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_token_to_set_up_mfa(wire: FakeWire, name: str, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes(name, wire_format))
    result = run(**FIRST_STEP, scope="setup-mfa", wire_format=wire_format, facts="none")
    payload = wire.only.json if wire_format == "json" else wire.only.xml
    assert payload["auth"]["RAX-AUTH:scope"] == "SETUP-MFA"
    assert result["token"]["id"] == "449f04aca3594ce38e5b0b18fce6b"
    assert result["token"]["authenticated_by"] == ["password"]
    assert (result["user"]["id"], result["endpoints"], result["mfa"]) == (None, [], None)


# Version 1.1.


@pytest.mark.covers("version-1-1-operation-10/auth-token-expires", "status-codes/10/200-203")
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_version_1_1(wire: FakeWire, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format, "v11"))
    given: dict[str, Any] = {"username": "hub_cap", "api_key": "secretkey", "service_type": ["object-store"]}
    result = run(**given, api_version="v1.1", wire_format=wire_format)
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"
    assert [(one["region"], one["v1_default"]) for one in result["endpoints"]] == [("DFW", True), ("ORD", None)]
    assert result["token"]["expires"] == "2012-04-12T18:15:52Z"
    facts = result["ansible_facts"]["rax_identity"]
    assert facts["identity_url"] == "https://identity.api.rackspacecloud.com/v1.1"
    assert (facts["username"], facts["user_id"]) == ("hub_cap", None)
