# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules rax_token_info and rax_token_revoke, from their arguments to what they print."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _run_module
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS
from ansible_collections.rackspace.identity.plugins.modules import rax_token_info, rax_token_revoke
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

URL = "https://identity.api.rackspacecloud.com/v2.0"
MAINS = {"info": rax_token_info.main, "revoke": rax_token_revoke.main}
BOTH = pytest.mark.parametrize("name", MAINS)
# From ansible-core 2.22 on, Ansible masks results where they are shown.
MASKS_RESULTS = find_spec("ansible.module_utils.secrets") is None


def info(**arguments: Any) -> dict[str, Any]:
    return run(rax_token_info.main, **arguments)


def revoke(**arguments: Any) -> dict[str, Any]:
    return run(rax_token_revoke.main, **arguments)


def failure(name: str, **arguments: Any) -> dict[str, Any]:
    result = run(MAINS[name], **arguments)
    assert (result["failed"], result["exit_code"]) == (True, 1)
    assert result["error"]["kind"] in KINDS
    assert "exception" not in result or "Traceback" not in str(result["exception"])
    return result


def test_info_returns_the_token_the_user_and_the_endpoints(wire: FakeWire) -> None:
    wire.respond(200, sample("validated"))
    wire.respond(200, sample("endpoints"))
    result = info(
        auth_token="adminsecret",
        subject_token="usersecret",
        belongs_to="5830345",
        apply_rcn_roles="yes",
        include_accessible_domains=True,
        list_endpoints=True,
        type="compute",
        region=["North", "south"],
    )
    assert (result["changed"], result["valid"], result["reason"], result["exit_code"]) == (False, True, None, 0)
    assert result["user"]["name"] == "accountUserName"
    assert [one["region"] for one in result["endpoints"]] == ["North", "South"]
    query = "belongsTo=5830345&apply_rcn_roles=true&include_accessible_domains=true"
    assert [sent.url for sent in wire.sent] == [
        f"{URL}/tokens/usersecret?{query}",
        f"{URL}/tokens/usersecret/endpoints?apply_rcn_roles=true",
    ]
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} == {"adminsecret"}


def test_info_of_a_token_that_is_gone_is_not_a_failure(wire: FakeWire) -> None:
    wire.respond(404)
    result = info(subject_token="usersecret")
    assert "failed" not in result
    assert (result["valid"], result["reason"]) == (False, "The token has expired, was revoked, or never existed.")
    assert (result["token"], result["user"], result["endpoints"]) == (None, None, [])


@pytest.mark.parametrize("secret", ["cd45ad90d8034a1b8d75aa0efa123456", "cd45", "e", "APIKEY", "5830345", "alse"])
def test_returned_values_are_exact(wire: FakeWire, secret: str) -> None:
    results = []
    for subject in ("no part of anything", secret):
        wire.respond(200, sample("validated"))
        result = info(token="no secret at all", subject_token=subject)
        for added in ("invocation", "warnings", "deprecations"):
            result.pop(added, None)
        results.append(result)
    assert results[0]["token"]["id"] == "cd45ad90d8034a1b8d75aa0efa123456"
    assert results[0] == results[1]


def test_token_of_info_is_registered_as_a_secret(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_run_module, "register_secret", registered.append)
    wire.respond(200, sample("validated"))
    info(token="ownsecret")
    wire.respond(404)
    info(token="ownsecret")
    assert registered == ["cd45ad90d8034a1b8d75aa0efa123456"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_revoke_in_and_outside_check_mode(wire: FakeWire, check_mode: bool) -> None:
    wire.respond(200 if check_mode else 204, sample("validated") if check_mode else None)
    result = revoke(token="ownsecret", _ansible_check_mode=check_mode)
    assert (result["changed"], result["revoked"], result["exit_code"]) == (True, not check_mode, 0)
    sent = wire.only
    assert (sent.method, sent.url) == (
        ("GET", f"{URL}/tokens/ownsecret") if check_mode else ("DELETE", f"{URL}/tokens")
    )


def test_revoke_without_a_token_sends_nothing(wire: FakeWire) -> None:
    result = revoke(username="demoauthor", api_key="aaaaa-bbbbb-ccccc-12345678")
    assert (result["changed"], result["revoked"]) == (False, False)
    assert wire.sent == []


def test_revoke_the_token_in_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_TOKEN", "ownsecret")
    wire.respond(204)
    assert revoke()["changed"] is True
    assert wire.only.headers["X-Auth-Token"] == "ownsecret"


@BOTH
@pytest.mark.parametrize("status", [403, 500])
def test_failure_has_a_message_and_a_structured_error(wire: FakeWire, name: str, status: int) -> None:
    for _request in range(1 if name == "info" else 2):
        wire.respond(status, {"fault": {"message": "no usersecret for adminsecret"}}, headers=[("x-trans-id", "t")])
    result = failure(name, token="adminsecret", subject_token="usersecret", retries=0)
    doing = "Validating" if name == "info" else "Revoking"
    assert result["msg"].startswith(f"{doing} a token failed: identity.api.rackspacecloud.com responded with ")
    assert result["error"]["status"] == status
    assert result["error"]["message"] == "no ******** for ********"
    assert "secret" not in json.dumps(result)


@BOTH
def test_arguments_are_shown_without_secrets(wire: FakeWire, name: str) -> None:
    wire.respond(200 if name == "info" else 204, sample("validated") if name == "info" else None)
    result = run(MAINS[name], auth_token="adminsecret", subject_token="usersecret")
    shown = result["invocation"]["module_args"]
    assert (shown["token"], shown["auth_token"], shown["subject_token"]) == ("********",) * 3
    assert "secret" not in json.dumps(result)


@BOTH
@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        (
            {"username": "u", "api_key": "keysecret", "password": "passwordsecret"},
            "ambiguous_credentials",
            (
                "api_key and password are both given: api_key (the option api_key) and password (the option "
                "password). Remove one of them."
            ),
        ),
        (
            {"passcode": "1"},
            "missing_credentials",
            (
                "passcode needs session_id. The first step returns the session_id with on_mfa=challenge, and the owner "
                "of the account receives the passcode for it."
            ),
        ),
        (
            {"token": "..", "subject_token": None},
            "bad_request",
            "token (the option token) is not a token.",
        ),
        (
            {"token": "adminsecret", "api_version": "v1.1"},
            "bad_request",
            "api_version (the option api_version) is v1.1, which can only log in. For everything else, use v2.0.",
        ),
        (
            {"username": "u", "api_key": "secretkey", "tenant_id": "1", "tenant_name": "n"},
            "bad_request",
            (
                "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the option "
                "tenant_id) and tenant_name (the option tenant_name)."
            ),
        ),
    ],
)
def test_failures_before_anything_is_sent(
    wire: FakeWire, name: str, arguments: dict[str, Any], kind: str, text: str
) -> None:
    result = failure(name, **{"subject_token": "usersecret", **arguments})
    assert (result["error"]["kind"], result["error"]["status"]) == (kind, None)
    # The passcode is a single character, and Ansible masks it wherever it occurs.
    assert result["msg"] == (text.replace("1", "********") if MASKS_RESULTS and "passcode" in arguments else text)
    assert wire.sent == []


@BOTH
@pytest.mark.parametrize(
    "others",
    [
        {"username": "u", "api_key": "keysecret"},
        {"username": "u", "password": "passwordsecret"},
        {"passcode": "codesecret", "session_id": "sessionsecret"},
    ],
)
def test_token_beats_what_module_defaults_add_to_the_task(wire: FakeWire, name: str, others: dict[str, str]) -> None:
    wire.respond(200 if name == "info" else 204, sample("validated") if name == "info" else None)
    result = run(MAINS[name], auth_token="adminsecret", subject_token="usersecret", **others)
    assert "failed" not in result
    assert wire.only.headers["X-Auth-Token"] == "adminsecret"
    assert "secret" not in json.dumps(result)


@BOTH
def test_token_of_the_task_beats_the_key_in_the_environment(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("RAX_USERNAME", "u")
    monkeypatch.setenv("RAX_API_KEY", "keysecret")
    wire.respond(200 if name == "info" else 204, sample("validated") if name == "info" else None)
    result = run(MAINS[name], token="ownsecret")
    assert "failed" not in result
    assert wire.only.headers["X-Auth-Token"] == "ownsecret"


def test_info_without_credentials(wire: FakeWire) -> None:
    assert failure("info")["error"]["kind"] == "missing_credentials"


@BOTH
def test_wire_format_xml(wire: FakeWire, name: str) -> None:
    wire.respond(200 if name == "info" else 204, body=sample_bytes("validated", "xml") if name == "info" else b"")
    result = run(MAINS[name], token="adminsecret", subject_token="usersecret", wire_format="xml")
    assert "failed" not in result
    assert wire.only.headers["Accept"] == "application/xml"
