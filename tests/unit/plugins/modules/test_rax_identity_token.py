# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rax_identity_token, from its arguments to what it prints; most of it is common to all modules."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timezone
from importlib.util import find_spec
from typing import Any

import pytest
import requests
from ansible.module_utils import basic

from ansible_collections.rackspace.identity.plugins.module_utils import _run_module
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS
from ansible_collections.rackspace.identity.plugins.modules import rax_identity_token
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

TOKEN = "d74f592f986e4d6e995853ccf0123456"
URL = "https://identity.api.rackspacecloud.com/v2.0"
LOGIN = {"username": "demoauthor", "api_key": "aaaaa-bbbbb-ccccc-12345678"}
# From ansible-core 2.22 on, Ansible masks results where they are shown.
MASKS_RESULTS = find_spec("ansible.module_utils.secrets") is None


@pytest.fixture(autouse=True)
def an_hour_before_the_token_expires(clock: FakeClock) -> None:
    clock.time = datetime(2015, 6, 5, 15, 24, 57, tzinfo=timezone.utc)


def log_in(**arguments: Any) -> dict[str, Any]:
    return run(rax_identity_token.main, **arguments)


def failure(**arguments: Any) -> dict[str, Any]:
    result = log_in(**arguments)
    assert (result["failed"], result["exit_code"]) == (True, 1)
    assert result["error"]["kind"] in KINDS
    assert "exception" not in result or "Traceback" not in str(result["exception"])
    return result


def test_returns_the_token_the_catalog_and_the_fact(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = log_in(**LOGIN)
    assert (result["changed"], result["cached"], result["mfa"], result["exit_code"]) == (True, False, None, 0)
    assert result["token"] == {
        "id": TOKEN,
        "expires": "2015-06-05T16:24:57Z",
        "expires_in": 3600,
        "tenant": {"id": "123456", "name": "123456"},
        "authenticated_by": ["APIKEY"],
    }
    assert len(result["endpoints"]) == 59
    facts = result["ansible_facts"]["rax_identity"]
    assert (facts["username"], facts["complete"]) == ("yourUserName", True)
    assert wire.only.json == sample("request_api_key")
    assert wire.only.url == f"{URL}/tokens"


@pytest.mark.parametrize(
    ("alias", "value", "of"),
    [
        ("auth_url", "https://id.example.com", "identity_url"),
        ("auth_endpoint", "https://id.example.com", "identity_url"),
    ],
)
def test_aliases(wire: FakeWire, alias: str, value: str, of: str) -> None:
    wire.respond(200, sample("login"))
    assert log_in(**LOGIN, **{alias: value})["invocation"]["module_args"][of] == value
    assert wire.only.url == f"{value}/v2.0/tokens"


@pytest.mark.covers("request-attributes/auth-rax-kskey:apikeycredentials-apikey")
def test_options_reach_the_wire(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = log_in(
        **LOGIN,
        tenant_id="1100111",
        apply_rcn_roles=True,
        verify_ssl="no",
        timeout="2.5",
        type="object-store",
        region=["DFW", "iad"],
        facts="all",
        _ansible_check_mode=True,
    )
    assert wire.only.json == sample("request_api_key_with_tenant")
    assert wire.only.url == f"{URL}/tokens?apply_rcn_roles=true"
    assert (wire.only.verify, wire.only.timeout) == (False, (2.5, 2.5))
    assert [one["region"] for one in result["endpoints"]] == ["DFW", "IAD"]
    assert result["ansible_facts"]["rax_identity"]["token_id"] == TOKEN


# Exact tokens, and masked arguments.

COLLIDING = ["d74f592", "d74f", "4", "DFW", "token", "123456", "rue", "ls", "one", "None", "e"]


@pytest.mark.parametrize("secret", COLLIDING)
@pytest.mark.parametrize("way", ["api_key", "password"])
def test_returned_values_are_exact(wire: FakeWire, way: str, secret: str) -> None:
    wire.respond(200, sample("login"))
    wire.respond(200, sample("login"))
    exact = log_in(**LOGIN)
    result = log_in(username="demoauthor", **{way: secret})
    for returned in (exact, result):
        returned.pop("invocation", None)
        # What Ansible itself adds for the user to see may stay masked.
        for added in ("warnings", "deprecations"):
            returned.pop(added, None)
    # Each login has a reference of its own.
    references = [returned["ansible_facts"]["rax_identity"].pop("login_ref") for returned in (exact, result)]
    assert all(re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{64}", reference) for reference in references)
    assert references[0] != references[1]
    assert result == exact


@pytest.mark.parametrize("secret", [TOKEN, TOKEN[:12]])
def test_token_that_contains_the_secret_is_refused(wire: FakeWire, secret: str) -> None:
    # It would be returned exactly, and put the secret into results, facts and caches.
    wire.respond(200, sample("login"))
    result = failure(username="demoauthor", password=secret)
    assert result["error"]["kind"] == "invalid_response"
    assert "the token contains the secret that it was issued for" in result["msg"]
    assert secret not in json.dumps(result)


def test_exchanged_token_that_comes_back_is_exact(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = log_in(auth_token=TOKEN, tenant_id="123456")
    assert result["token"]["id"] == TOKEN
    assert TOKEN not in json.dumps(result["invocation"])


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({"api_key": "secret1"}, {"api_key": "********"}),
        ({"password": "secret1"}, {"password": "********"}),
        ({"auth_token": "secret1", "tenant_id": "1"}, {"token": "********", "auth_token": "********"}),
        (
            {"api_key": "secret1", "proxy": "http://me:secret2@proxy:1"},
            {"proxy": "http://********@proxy:1", "api_key": "********"},
        ),
        ({"api_key": "secret1"}, {"username": "demoauthor", "password": None, "token": None, "timeout": 30.0}),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_arguments_are_shown_without_secrets(
    wire: FakeWire, arguments: dict[str, Any], shown: dict[str, Any], status: int
) -> None:
    wire.respond(status, sample("login"))
    result = log_in(username="demoauthor", **arguments)
    module_args = result["invocation"]["module_args"]
    assert {name: module_args.get(name) for name in shown} == shown
    assert "secret" not in json.dumps(result)


def test_token_of_the_result_is_registered_as_a_secret(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_run_module, "register_secret", registered.append)
    wire.respond(200, sample("login"))
    log_in(**LOGIN)
    assert registered == [TOKEN]


def test_failures_are_still_masked(wire: FakeWire) -> None:
    wire.respond(404, {"itemNotFound": {"message": "m"}})
    result = failure(username="demoauthor", password="demo")
    user = "********author" if MASKS_RESULTS else "demoauthor"
    assert result["msg"].startswith(f"Logging in as {user} with a password failed: ")


# Failures.


def test_failure_has_a_message_and_a_structured_error(wire: FakeWire) -> None:
    wire.respond(
        401,
        {"unauthorized": {"code": 401, "message": "Unable to authenticate", "details": "d"}},
        headers=[("x-trans-id", "t")],
    )
    result = failure(**LOGIN)
    assert result["msg"] == (
        "Logging in as demoauthor with an API key failed: identity.api.rackspacecloud.com responded with "
        "401 unauthorized: Unable to authenticate. Check username and api_key; the key is shown in the Cloud Control "
        "Panel under Account Settings, and is not the password."
    )
    assert result["error"] == {
        "kind": "unauthorized",
        "status": 401,
        "fault": "unauthorized",
        "message": "Unable to authenticate",
        "details": "d",
        "retry_after": None,
        "request_id": "t",
    }


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({}, "missing_credentials", "No credentials were given. Give one of: username and api_key, "),
        (
            {**LOGIN, "password": "p4ssw0rd"},
            "ambiguous_credentials",
            (
                "api_key and password are both given: api_key (the option api_key) and password (the option "
                "password). Remove one of them."
            ),
        ),
        ({"token": "t0ken"}, "missing_credentials", "A token alone (the option token) does not log in."),
        (
            {**LOGIN, "timeout": 0},
            "bad_request",
            "timeout (the option timeout) must be more than 0 and at most 86400 seconds, not 0.",
        ),
        (
            {**LOGIN, "identity_url": "ftp://x"},
            "bad_request",
            "identity_url (the option identity_url) is not an http or https URL with a host.",
        ),
    ],
)
def test_failures_before_anything_is_sent(wire: FakeWire, arguments: dict[str, Any], kind: str, text: str) -> None:
    result = failure(**arguments)
    assert result["error"]["kind"] == kind
    assert result["error"]["status"] is None
    assert result["msg"].startswith(text)


@pytest.mark.covers("request-attributes/auth-tenantid-with-auth-tenantname")
def test_two_tenants(wire: FakeWire) -> None:
    result = failure(**LOGIN, tenant_id="1", tenant_name="n")
    assert result["error"]["kind"] == "bad_request"
    assert result["msg"] == (
        "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the option tenant_id) and "
        "tenant_name (the option tenant_name)."
    )
    assert wire.sent == []


def test_missing_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    result = failure(**LOGIN)
    assert result["error"]["kind"] == "missing_library"
    assert result["msg"] == basic.missing_required_lib("requests")
    assert "requests" in result["msg"]


def test_network_errors_show_no_token(wire: FakeWire) -> None:
    wire.fail(requests.exceptions.InvalidURL(f"{URL}/tokens/{TOKEN}"))
    result = failure(**LOGIN)
    assert TOKEN not in json.dumps(result)


@pytest.mark.covers("response-headers/www-authenticate-os-mf")
def test_second_factor_is_required(wire: FakeWire) -> None:
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    result = failure(username="u", password="p4ssw0rd")
    assert result["error"]["kind"] == "mfa_required"
    assert "secretsession" not in json.dumps(result)


@pytest.mark.covers("response-headers/sessionid-in-www-authenticate", "response-headers/factor-in-www-authenticate")
def test_challenge_is_returned(wire: FakeWire) -> None:
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    result = log_in(username="u", password="p4ssw0rd", on_mfa="challenge")
    assert result["mfa"] == {"required": True, "session_id": "secretsession", "factor": "PASSCODE"}
    assert (result["changed"], result["token"], result["exit_code"]) == (False, None, 0)
    assert "ansible_facts" not in result


@pytest.mark.covers("operations/4")
def test_second_step(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    result = log_in(session_id="secretsession", passcode="secretcode", tenant_id="123456")
    assert wire.only.headers["X-SessionId"] == "secretsession"
    assert wire.only.json == {
        "auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "secretcode"}, "tenantId": "123456"}
    }
    assert result["token"]["id"] == TOKEN
    shown = result["invocation"]["module_args"]
    assert (shown["session_id"], shown["passcode"]) == ("********", "********")
    assert "secret" not in json.dumps(result)


def test_session_that_is_returned_is_exact(wire: FakeWire) -> None:
    # Even if it happens to contain the password.
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='AAD-pass-XYZ', factor='PASSCODE'")])
    result = log_in(username="u", password="pass", on_mfa="challenge")
    assert result["mfa"]["session_id"] == "AAD-pass-XYZ"


def test_session_of_the_result_is_registered_as_a_secret(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_run_module, "register_secret", registered.append)
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    log_in(username="u", password="p4ssw0rd", on_mfa="challenge")
    assert registered == ["secretsession"]


@pytest.mark.covers("operations/10/post-v1-1-auth")
@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_version_11(wire: FakeWire, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format, "v11"))
    result = log_in(**LOGIN, api_version="v1.1", wire_format=wire_format)
    assert result["token"]["id"] == "aaaaa-bbbb-cccc-ddddd"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"


def test_missing_defusedxml(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.ElementTree", None)
    result = failure(**LOGIN, wire_format="xml")
    assert result["error"]["kind"] == "missing_library"
    assert result["msg"] == basic.missing_required_lib("defusedxml")
    assert wire.sent == []


# The environment.


def test_options_from_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "demoauthor")
    monkeypatch.setenv("RAX_API_KEY", "aaaaa-bbbbb-ccccc-12345678")
    monkeypatch.setenv("RAX_TENANT_ID", "1100111")
    monkeypatch.setenv("RAX_AUTH_URL", "https://id.example.com")
    monkeypatch.setenv("RAX_VALIDATE_CERTS", "no")
    monkeypatch.setenv("RAX_TIMEOUT", "7")
    wire.respond(200, sample("login"))
    result = log_in()
    assert wire.only.json == sample("request_api_key_with_tenant")
    assert wire.only.url == "https://id.example.com/v2.0/tokens"
    assert (wire.only.verify, wire.only.timeout) == (False, (7.0, 7.0))
    assert "aaaaa-bbbbb-ccccc-12345678" not in json.dumps(result)


def test_option_wins_over_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "other")
    monkeypatch.setenv("RAX_IDENTITY_URL", "https://id.example.com")
    wire.respond(200, sample("login"))
    log_in(**LOGIN, auth_url=URL)
    assert wire.only.json == sample("request_api_key")
    assert wire.only.url == f"{URL}/tokens"


def test_first_environment_variable_wins(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_IDENTITY_URL", "https://one.example.com")
    monkeypatch.setenv("RAX_AUTH_URL", "https://two.example.com")
    wire.respond(200, sample("login"))
    log_in(**LOGIN)
    assert wire.only.url == "https://one.example.com/v2.0/tokens"


def test_empty_variables_are_unset(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RAX_PASSWORD", "RAX_TOKEN", "RAX_VALIDATE_CERTS", "RAX_TIMEOUT", "RAX_IDENTITY_URL", "RAX_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("RAX_AUTH_URL", "https://two.example.com")
    wire.respond(200, sample("login"))
    log_in(**LOGIN)
    assert wire.only.url == "https://two.example.com/v2.0/tokens"
    assert (wire.only.verify, wire.only.timeout) == (True, (30.0, 30.0))


def test_messages_say_where_each_value_came_from(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_API_KEY", "secret1")
    monkeypatch.setenv("RAX_PASSWORD", "secret2")
    assert failure(username="u")["msg"] == (
        "api_key and password are both given: api_key (the environment variable RAX_API_KEY) and "
        "password (the environment variable RAX_PASSWORD). Remove one of them."
    )
    assert wire.sent == []


def test_nearest_way_is_taken_and_the_others_are_named_when_it_is_refused(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_API_KEY", "secret1")
    monkeypatch.setenv("RAX_TOKEN", "secret2")
    wire.respond(401, {"unauthorized": {"message": "no secret1, no p4ssw0rd"}})
    result = failure(username="u", password="p4ssw0rd", cache=False)
    assert wire.only.json == {"auth": {"passwordCredentials": {"username": "u", "password": "p4ssw0rd"}}}
    assert result["msg"].endswith(
        " The password came from the option password. Not used: token (the environment variable RAX_TOKEN), "
        "api_key (the environment variable RAX_API_KEY)."
    )
    assert "p4ssw0rd" not in json.dumps(result)


def test_way_that_the_environment_gives_is_named_when_it_is_refused(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_API_KEY", "secret1")
    wire.respond(401)
    assert failure(username="u")["msg"].endswith(" The api_key came from the environment variable RAX_API_KEY.")


@pytest.mark.parametrize(
    "environment",
    [
        {"RAX_TOKEN": "secret1"},
        {"RAX_PASSWORD": "secret1"},
        {"RAX_USERNAME": "other", "RAX_PASSWORD": "secret1", "RAX_TOKEN": "secret2"},
    ],
)
def test_key_of_the_task_beats_the_environment(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wire.respond(200, sample("login"))
    assert log_in(**LOGIN)["token"]["id"] == TOKEN
    assert wire.only.json == sample("request_api_key")


def test_username_comes_from_the_nearest_source_that_has_one(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", LOGIN["username"])
    monkeypatch.setenv("RAX_TOKEN", "secret1")
    wire.respond(200, sample("login"))
    log_in(api_key=LOGIN["api_key"])
    assert wire.only.json == sample("request_api_key")


def test_credentials_file_from_the_second_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_CREDS_FILE", "/nonexistent/creds")
    assert failure()["msg"].startswith(
        "The credentials file /nonexistent/creds cannot be used: No such file or directory. It was named by the "
        "environment variable RAX_CREDS_FILE. Give one of: "
    )


def test_credentials_file_that_is_not_needed_is_not_opened(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_CREDS_FILE", "/nonexistent/creds")
    wire.respond(200, sample("login"))
    assert log_in(**LOGIN)["token"]["id"] == TOKEN


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("RAX_TIMEOUT", "30s", "timeout (the environment variable RAX_TIMEOUT) must be a number, not '30s'."),
        ("RAX_MIN_TTL", "5m", "min_ttl (the environment variable RAX_MIN_TTL) must be a whole number, not '5m'."),
        ("RAX_CACHE", "perhaps", "cache (the environment variable RAX_CACHE) must be true or false, not 'perhaps'."),
        (
            "RAX_API_VERSION",
            "v3",
            "api_version (the environment variable RAX_API_VERSION) must be one of v2.0, v1.1, not 'v3'.",
        ),
        (
            "RAX_API_VERSION",
            "v2.0\r",
            "api_version (the environment variable RAX_API_VERSION) must be one of v2.0, v1.1, not 'v2.0\\r'.",
        ),
    ],
)
def test_value_of_a_wrong_type_in_the_environment_names_its_variable(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    monkeypatch.setenv(name, value)
    result = failure(**LOGIN)
    assert (result["msg"], result["error"]["kind"]) == (text, "bad_request")
    assert wire.sent == []


def test_value_of_a_wrong_type_in_the_environment_does_not_matter_where_the_task_has_its_own(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TIMEOUT", "30s")
    monkeypatch.setenv("RAX_VALIDATE_CERTS", "ture")
    wire.respond(200, sample("login"))
    log_in(**LOGIN, timeout=7, verify_ssl=False)
    assert (wire.only.verify, wire.only.timeout) == (False, (7.0, 7.0))


# Arguments that Ansible refuses.

PROXIES = [
    "http://me:urlsecret@proxy:1",
    "http://me:url/secret@host:1",
    "http://me:url@secret@host:1",
    "me:urlsecret@p:1",
]


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("wrong", [{"timeout": "soon"}, {"api_version": "v3"}, {"unknown": 1}, {"cache": "perhaps"}])
def test_refused_arguments_show_no_secret(proxy: str, wrong: dict[str, Any]) -> None:
    result = log_in(**LOGIN, proxy=proxy, **wrong)
    assert (result["failed"], result["exit_code"]) == (True, 1)
    assert next(iter(wrong)) in result["msg"]
    shown = result["invocation"]["module_args"]
    assert shown["proxy"] == proxy[: proxy.index("me:")] + "********" + proxy[proxy.rindex("@") :]
    assert shown["api_key"] == "********"
    for part in ("urlsecret", "url/secret", "url@secret", "secret@", LOGIN["api_key"]):
        assert part not in json.dumps(result)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, []),
        (
            "http://id.example.com",
            ["The credentials go to id.example.com over plain http, where others can read them; use https."],
        ),
    ],
)
def test_warnings_reach_the_user(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, url: str, expected: list[str]
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, warning: warnings.append(warning))
    wire.respond(200, sample("login"))
    log_in(**LOGIN, identity_url=url)
    assert warnings == expected
