# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which credentials an action uses where the task, variables and the environment hold several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Source
from ansible_collections.rackspace.identity.plugins.modules import rax_identity_token
from ansible_collections.rackspace.identity.tests.unit.support.action_run import (
    VALUES,
    Recorder,
    Worker,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    PASSWORD,
    UNAUTHORIZED,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize("name", ["rax_token_info", "rax_token_revoke"])
def test_token_of_the_task_beats_the_key_of_module_defaults(
    wire: FakeWire, worker: Worker, login: dict[str, Any], name: str
) -> None:
    # Ansible hands over what module_defaults say as arguments of the task.
    wire.respond(200 if name == "rax_token_info" else 204, sample("validated") if name == "rax_token_info" else None)
    assert "failed" not in worker.run(name, {**login, "token": "own"})
    assert wire.only.headers["X-Auth-Token"] == "own"
    worker.run_elsewhere(name, {**login, "token": "own"})
    assert worker.passed == [{**login, "token": "own"}]


def test_token_of_the_task_is_exchanged_under_module_defaults_with_a_key(
    wire: FakeWire, worker: Worker, login: dict[str, Any]
) -> None:
    wire.respond(200, issued())
    worker.run("rax_identity_token", {**login, "auth_token": "own", "tenant_id": "123456"})
    assert wire.only.json == {"auth": {"token": {"id": "own"}, "tenantId": "123456"}}


def test_key_of_the_task_beats_the_token_in_the_environment(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", login)["token"]["id"] == "first"
    assert wire.only.json == sample("request_api_key")
    assert worker.handed_over == 0


FARTHER: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"api_key": API_KEY}, {"rax_token": "varsecret"}, "token (the variable rax_token)"),
    ({"api_key": API_KEY}, {"rax_password": "varsecret"}, "password (the variable rax_password)"),
    (
        {"password": PASSWORD},
        {"rax_passcode": "varsecret", "rax_session_id": "varsecret", "rax_api_key": "varsecret"},
        (
            "passcode (the variable rax_passcode), session_id (the variable rax_session_id), api_key (the variable "
            "rax_api_key)"
        ),
    ),
]


@pytest.mark.parametrize(("given", "variables", "unused"), FARTHER)
def test_ways_that_variables_give_are_left_out_where_the_task_gives_one(
    wire: FakeWire, worker: Worker, login: dict[str, Any], given: dict[str, str], variables: dict[str, str], unused: str
) -> None:
    arguments = {"cache_dir": login["cache_dir"], **given}
    variables = {"rax_username": "demoauthor", **variables}
    wire.respond(401, UNAUTHORIZED)
    result = worker.run("rax_identity_token", arguments, variables=variables)
    credentials = next(iter(wire.only.json["auth"].values()))
    assert credentials["username"] == "demoauthor"
    assert next(iter(given.values())) in credentials.values()
    assert result["msg"].endswith(f" Not used: {unused}.")
    assert "varsecret" not in json.dumps(result)


@pytest.mark.parametrize(("given", "variables", "unused"), FARTHER)
def test_ways_that_variables_give_are_not_handed_to_the_module_either(
    worker: Worker, given: dict[str, str], variables: dict[str, str], unused: str
) -> None:
    variables = {"rax_username": "demoauthor", **variables}
    refused = {"failed": True, "msg": "Logging in failed.", "error": {"kind": "unauthorized", "status": 401}}
    worker.module = lambda _arguments: dict(refused)
    result = worker.run_elsewhere("rax_identity_token", dict(given), variables)
    assert worker.passed == [{**given, "username": "demoauthor"}]
    assert result["msg"] == f"Logging in failed. Not used: {unused}."


@pytest.mark.parametrize("kind", ["unreachable", "forbidden"])
def test_ways_that_were_not_used_are_named_only_where_the_credentials_were_refused(worker: Worker, kind: str) -> None:
    worker.module = lambda _arguments: {"failed": True, "msg": "Failed.", "error": {"kind": kind}}
    result = worker.run_elsewhere("rax_identity_token", {"api_key": "k"}, {"rax_token": "varsecret"})
    assert result["msg"] == "Failed."


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        ({"passcode": "codesecret"}, {"rax_session_id": "sessionsecret"}),
        ({"session_id": "sessionsecret"}, {"rax_passcode": "codesecret"}),
    ],
)
def test_the_other_half_of_a_second_step_comes_from_a_variable(
    wire: FakeWire, worker: Worker, login: dict[str, Any], arguments: dict[str, str], variables: dict[str, str]
) -> None:
    arguments = {**arguments, "cache_dir": login["cache_dir"]}
    variables = {**variables, "rax_token": "tokensecret"}
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", arguments, variables=variables)["changed"] is True
    assert wire.only.json == {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "codesecret"}}}
    assert wire.only.headers["X-SessionId"] == "sessionsecret"
    worker.run_elsewhere("rax_identity_token", arguments, variables)
    assert worker.passed == [{"passcode": "codesecret", "session_id": "sessionsecret", "cache_dir": login["cache_dir"]}]


def test_every_way_that_variables_give_is_handed_over_where_the_task_gives_none(worker: Worker) -> None:
    variables = {"rax_username": "demoauthor", "rax_api_key": "keysecret", "rax_token": "tokensecret"}
    worker.run_elsewhere("rax_token_info", {"timeout": 7}, variables)
    assert worker.passed == [{"timeout": 7, "username": "demoauthor", "api_key": "keysecret", "token": "tokensecret"}]


def test_variables_beat_the_environment(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    monkeypatch.setenv("RAX_USERNAME", "other")
    wire.respond(401, UNAUTHORIZED)
    variables = {f"rax_{name}": value for name, value in login.items()}
    result = worker.run("rax_identity_token", {}, variables=variables)
    assert wire.only.json == sample("request_api_key")
    assert result["msg"].endswith(
        " The api_key came from the variable rax_api_key. Not used: token (the environment variable RAX_TOKEN)."
    )


@pytest.mark.parametrize("others", [{}, {"rax_password": "passwordsecret"}])
def test_a_credentials_file_in_the_task_beats_variables(
    wire: FakeWire, worker: Worker, login: dict[str, Any], tmp_path: Path, others: dict[str, str]
) -> None:
    file = tmp_path / "creds"
    file.touch(mode=0o600)
    file.write_text("[rackspace_cloud]\nusername = filed\napi_key = filesecret\n", encoding="utf-8")
    arguments = {"credentials_file": str(file), "cache_dir": login["cache_dir"]}
    variables = {"rax_username": "demoauthor", "rax_api_key": "keysecret", "rax_timeout": 7, **others}
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", arguments, variables=variables)["changed"] is True
    given = {"username": "filed", "apiKey": "filesecret"}
    assert wire.only.json == {"auth": {"RAX-KSKEY:apiKeyCredentials": given}}
    worker.module = lambda passed: run(rax_identity_token.main, **passed, **worker.internal[-1])
    assert worker.run_elsewhere("rax_identity_token", arguments, variables)["cached"] is True


@pytest.mark.parametrize("is_variable", [True, False])
def test_a_refused_tenant_that_yaml_read_as_a_number_is_named(
    wire: FakeWire, worker: Worker, login: dict[str, Any], is_variable: bool
) -> None:
    wire.respond(401, UNAUTHORIZED)
    arguments, variables = (login, {"rax_tenant_id": 0o123456}) if is_variable else ({**login, "tenant_id": 42798}, {})
    result = worker.run("rax_identity_token", arguments, variables=variables)
    assert wire.only.json["auth"]["tenantId"] == "42798"
    assert result["msg"].endswith(
        " tenant_id was read as the number 42798: if it was written with a 0 in front, quote it."
    )


@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_key_and_password_side_by_side_in_variables_are_refused(wire: FakeWire, worker: Worker, transport: str) -> None:
    variables = {"rax_username": "u", "rax_api_key": "keysecret", "rax_password": "passwordsecret"}
    result = worker.run("rax_identity_token", {}, connection={"transport": transport}, variables=variables)
    assert result["msg"] == (
        "api_key and password are both given: api_key (the variable rax_api_key) and password (the variable "
        "rax_password). Remove one of them."
    )
    assert result["error"]["kind"] == "ambiguous_credentials"
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize("alias", ["auth_token", "auth_endpoint", "auth_url", "creds_file", "verify_ssl"])
def test_an_alias_beside_the_environment_is_the_source_and_stays_in_the_worker(
    worker: Worker, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, alias: str
) -> None:
    (option,) = (one for one in SHARED if alias in one.aliases)
    for name in option.env:
        monkeypatch.setenv(name, "yes" if option.type == "bool" else "/of/the/environment")
    value, expected = VALUES[option.name]
    result = worker.run("rax_identity_token", {alias: value})
    assert recorder.options[option.name] == expected
    assert recorder.context.sources[option.name] == Source.option(option.name)
    assert worker.handed_over == 0
    assert "warnings" not in result
