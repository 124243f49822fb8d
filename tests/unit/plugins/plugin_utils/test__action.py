# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an action runs in the worker, when it is left to the module, and what its result looks like."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.plugins.loader import action_loader
from ansible.utils.display import Display

from ansible_collections.rackspace.identity.plugins.action import (
    rax_identity_token,
    rax_token_info,
    rax_token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils import _run_module
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK, SHARED, Option
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.plugins.plugin_utils import _action
from ansible_collections.rackspace.identity.tests.unit.support.action_run import (
    HANDED_OVER,
    Recorder,
    Worker,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    MFA,
    PASSWORD,
    UNAUTHORIZED,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.former_options import FORMER_OPTIONS
from ansible_collections.rackspace.identity.tests.unit.support.paths import PATHS_AND_MEANINGS
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample
from ansible_collections.rackspace.identity.tests.unit.support.templating import trust_as_template

ACTIONS = ["rax_identity_token", "rax_token_info", "rax_token_revoke"]

pytestmark = pytest.mark.usefixtures("clock")


# Where it runs.


def test_runs_in_the_worker(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", login)["token"]["id"] == "first"
    assert worker.run("rax_identity_token", login)["cached"] is True
    assert len(wire.sent) == 1
    assert worker.handed_over == 0


@pytest.mark.parametrize("environment", [None, [], [{}], [{}, None]])
def test_runs_in_the_worker_with_an_empty_environment(
    wire: FakeWire, worker: Worker, login: dict[str, Any], environment: Any
) -> None:
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", login, task={"environment": environment})["changed"] is True


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize(
    ("task", "connection"),
    [
        ({}, {"transport": "ssh"}),
        ({}, {"transport": "docker"}),
        ({}, {"transport": "smart"}),
        ({}, {"become": object()}),
        ({"become": True}, {}),
        ({"async_val": 10}, {}),
        ({"environment": [{"RAX_USERNAME": "other"}]}, {}),
        ({"environment": [{}, {"http_proxy": "http://p:1"}]}, {}),
        ({"environment": ["{{ settings }}"]}, {}),
    ],
)
def test_left_to_the_module(
    wire: FakeWire, worker: Worker, login: dict[str, Any], name: str, task: dict[str, Any], connection: dict[str, Any]
) -> None:
    assert worker.run(name, login, task=task, connection=connection) == HANDED_OVER
    assert worker.handed_over == 1
    assert wire.sent == []
    assert not Path(login["cache_dir"]).exists()


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("given", [{"unknown": 1}, {"timeout": "soon"}, {"api_version": "v3"}])
def test_invalid_arguments_are_left_to_the_module(
    wire: FakeWire, worker: Worker, login: dict[str, Any], name: str, given: dict[str, Any]
) -> None:
    assert worker.run(name, {**login, **given}) == HANDED_OVER
    assert wire.sent == []


@pytest.mark.parametrize("name", [*ACTIONS, "rax_request"])
@pytest.mark.parametrize("connection", ["local", "ssh"])
@pytest.mark.parametrize(("option", "way_out"), FORMER_OPTIONS.items())
def test_options_of_former_modules_that_do_not_carry_over_are_named(
    wire: FakeWire, worker: Worker, login: dict[str, Any], name: str, connection: str, option: str, way_out: str
) -> None:
    result = worker.run(name, {**login, option: "x"}, connection={"transport": connection})
    assert (result["failed"], result["msg"], result["error"]["kind"]) == (True, way_out, "bad_request")
    assert worker.handed_over == 0
    assert wire.sent == []


@pytest.mark.parametrize("name", ["rax_identity_token", "rax_token_info"])
def test_missing_library_leaves_it_to_the_module(
    worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    assert worker.run(name, login) == HANDED_OVER


def test_missing_library_that_is_not_needed(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.respond(200, issued())
    worker.run("rax_identity_token", login)
    monkeypatch.setitem(sys.modules, "requests", None)
    assert worker.run("rax_identity_token", login)["token"]["id"] == "first"


# What it runs with.


def test_arguments_are_not_changed(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, issued())
    given = {**login, "region": "DFW", "auth_url": "https://id.example.com"}
    before = json.dumps(given)
    worker.run("rax_identity_token", given)
    assert json.dumps(given) == before


@pytest.mark.parametrize("check_mode", [False, True])
def test_context_has_the_check_mode_and_the_sources(
    worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    seen: list[Context] = []

    def run(_options: Any, context: Context) -> dict[str, Any]:
        seen.append(context)
        return {"changed": False}

    action = action_loader.get("rackspace.identity.rax_identity_token", class_only=True)
    operation = SimpleNamespace(OPTIONS=identity_token.OPTIONS, CONTINUES_LOGIN=False, run=run)
    monkeypatch.setattr(action, "operation", operation)
    worker.run("rax_identity_token", login, task={"check_mode": check_mode})
    assert [context.check_mode for context in seen] == [check_mode]
    assert seen[0].sources == {name: Source.option(name) for name in ("username", "api_key", "cache_dir")}


def test_strings_are_plain_on_the_wire(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, sample("validated"))
    given = {"token": "own", "subject_token": "subject", "identity_url": "https://id.example.com", "cache": "no"}
    tagged = {trust_as_template(name): trust_as_template(value) for name, value in given.items()}
    assert worker.run("rax_token_info", tagged)["valid"] is True
    assert wire.only.headers["X-Auth-Token"].__class__ is str
    assert wire.only.url == "https://id.example.com/v2.0/tokens/subject"


# Relative paths.


@pytest.fixture
def playbook(worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the directory of a playbook, which is started from another."""
    directory, elsewhere = tmp_path / "playbooks", tmp_path / "elsewhere"
    for path in (directory, elsewhere):
        path.mkdir()
    monkeypatch.chdir(elsewhere)
    worker.basedir = directory
    return directory


PATHS = [option for option in SHARED if option.type == "path"]


@pytest.mark.parametrize("option", PATHS, ids=lambda option: option.name)
@pytest.mark.parametrize("source", ["option", "variable", "environment"])
@pytest.mark.parametrize(("written", "meant"), PATHS_AND_MEANINGS)
def test_a_relative_path_means_the_directory_of_the_playbook(
    worker: Worker,
    recorder: Recorder,
    playbook: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: Option,
    source: str,
    written: str,
    meant: str,
) -> None:
    if source == "environment":
        monkeypatch.setenv(option.env[0], written)
    arguments = {option.name: written} if source == "option" else {}
    variables = {str(option.var): written} if source == "variable" else {}
    worker.run("rax_identity_token", arguments, variables=variables)
    assert os.path.normpath(recorder.options[option.name]) == meant.format(playbook=playbook, home=home)


def test_relative_paths_in_the_worker(wire: FakeWire, worker: Worker, playbook: Path) -> None:
    creds = playbook / "creds.ini"
    creds.write_text(f"[rackspace_cloud]\nusername = demoauthor\napi_key = {API_KEY}\n", encoding="utf-8")
    creds.chmod(0o600)
    (playbook / "ca.pem").write_text("", encoding="utf-8")
    wire.respond(200, issued())
    given = {"credentials_file": "creds.ini", "cache_dir": ".rax", "ca_path": "ca.pem"}
    assert worker.run("rax_identity_token", given)["changed"] is True
    assert wire.only.verify == str(playbook / "ca.pem")
    assert (playbook / ".rax").is_dir()
    assert not Path(".rax").exists()
    # The module runs there anyway.
    worker.run_elsewhere("rax_identity_token", given)
    assert worker.passed == [given]


# The result.


def test_runs_without_task_variables(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", login, variables=None)["changed"] is True


def test_warnings_are_in_the_result(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, issued())
    wire.respond(200, issued())
    assert "warnings" not in worker.run("rax_identity_token", login)
    result = worker.run("rax_identity_token", {**login, "identity_url": "http://id.example.com"})
    assert result["warnings"] == [
        "The credentials go to id.example.com over plain http, where others can read them; use https."
    ]


def test_warning_that_tokens_are_not_cached(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    Path(login["cache_dir"]).mkdir(mode=0o755)
    Path(login["cache_dir"]).chmod(0o755)
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", login)["warnings"] == [
        (
            f"Tokens are not cached: users other than its owner can access {login['cache_dir']}; remove it, or chmod "
            "it. Every task logs in; set cache_dir to a directory of your own."
        )
    ]


@pytest.mark.parametrize(("hides", "no_log"), [(True, True), (True, False), (False, True)])
def test_warnings_of_a_task_with_no_log_are_shown_where_ansible_hides_them(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch, hides: bool, no_log: bool
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(_action, "HIDES_WARNINGS", hides)
    monkeypatch.setattr(Display, "warning", lambda _self, text: shown.append(text))
    wire.respond(200, issued())
    arguments = {**login, "identity_url": "http://id.example.com"}
    result = worker.run("rax_identity_token", arguments, task={"no_log": no_log})
    assert shown == (result["warnings"] if hides and no_log else [])


@pytest.mark.parametrize(("hides", "no_log"), [(True, True), (True, False), (False, True)])
def test_warnings_of_a_module_with_no_log_are_shown_where_ansible_hides_them(
    worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch, hides: bool, no_log: bool
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(_action, "HIDES_WARNINGS", hides)
    monkeypatch.setattr(Display, "warning", lambda _self, text: shown.append(text))
    # The first from the controller, and then what the machine says, which can be anything.
    Path(login["cache_dir"]).symlink_to("elsewhere")
    worker.module = lambda _arguments: {"changed": True, "revoked": True, "warnings": ["theirs\x1b[2J\n", 1]}
    arguments = {"token": "tokensecret", "cache_dir": login["cache_dir"]}
    result = worker.run_elsewhere("rax_token_revoke", arguments, no_log=no_log)
    problem = f"{login['cache_dir']} is a symbolic link"
    left = f"A token that is no longer valid could not be removed from the cache: {problem}. Remove the file."
    assert result["warnings"] == [left, "theirs\x1b[2J\n", 1]
    assert shown == ([left, "theirs [2J"] if hides and no_log else [])


def test_failure_has_a_message_and_a_structured_error(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(401, UNAUTHORIZED, headers=[("X-Openstack-Request-Id", "req-1")])
    result = worker.run("rax_identity_token", {**login, "identity_url": "http://id.example.com"})
    assert result["failed"] is True
    assert len(result["warnings"]) == 1
    assert result["msg"].startswith("Logging in as demoauthor with an API key failed: id.example.com responded with")
    assert result["error"] == {
        "kind": "unauthorized",
        "status": 401,
        "fault": "unauthorized",
        "message": "Unable to authenticate user with credentials provided.",
        "details": None,
        "retry_after": None,
        "request_id": "req-1",
    }
    assert API_KEY not in json.dumps(result)


@pytest.mark.parametrize("at", ["@", "%40"])
@pytest.mark.parametrize("given", [{"auth_token": "tokensecret"}, {"subject_token": "tokensecret", "token": "own"}])
def test_invocation_shows_no_secret(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    at: str,
) -> None:
    monkeypatch.setattr(_action, "_is_invocation_shown", lambda _variables: True)
    if at == "@":
        # With the other one, nothing is sent.
        wire.respond(404)
    arguments = {"proxy": f"http://user:urlsecret{at}proxy.example.com:1", "cache": False, **given}
    result = worker.run("rax_token_info", arguments)
    (name, value), shown = next(iter(given.items())), result["invocation"]["module_args"]
    assert shown[name] == MASK != value
    assert shown["token"] == MASK
    assert shown["proxy"] == f"http://{MASK}@proxy.example.com:1"
    assert shown["cache"] is False
    for secret in ("tokensecret", "urlsecret"):
        assert secret not in json.dumps(result)


@pytest.mark.parametrize(("setting", "shown"), [(True, True), (False, False), (None, True)])
def test_invocation_is_shown_where_ansible_shows_it(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    setting: bool | None,
    shown: bool,
) -> None:
    asked = []

    def value_of(name: str, variables: Any = None) -> bool:
        asked.append((name, variables))
        if setting is None:
            raise AnsibleError("no such setting")
        return setting

    monkeypatch.setattr(config, "get_config_value", value_of)
    wire.respond(200, issued())
    result = worker.run("rax_identity_token", login, variables={"a": 1})
    assert ("invocation" in result) is shown
    assert asked == [("INJECT_INVOCATION", {"a": 1})]


def test_secrets_of_the_result_are_registered(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_run_module, "register_secret", registered.append)
    wire.respond(200, issued())
    worker.run("rax_identity_token", login)
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    worker.run("rax_identity_token", {**login, "api_key": None, "password": PASSWORD, "on_mfa": "challenge"})
    wire.respond(401, UNAUTHORIZED)
    worker.run("rax_identity_token", {**login, "api_key": "wrong"})
    assert registered == ["first", "secretsession"]


@pytest.mark.parametrize(
    ("action", "operation"),
    [(rax_identity_token, identity_token), (rax_token_info, token_info), (rax_token_revoke, token_revoke)],
)
def test_actions_run_the_operations_of_their_modules(action: Any, operation: Any) -> None:
    assert action.ActionModule.operation is operation
