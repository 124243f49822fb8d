# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an action runs in the worker, when it is left to the module, and what its result looks like."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.plugins.loader import action_loader

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
from ansible_collections.rackspace.identity.tests.unit.support.action_run import HANDED_OVER, VALUES, Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    MFA,
    PASSWORD,
    UNAUTHORIZED,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.paths import PATHS_AND_MEANINGS
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

try:
    from ansible.template import trust_as_template
except ImportError:
    # ansible-core before 2.19 has no strings of its own kind.
    trust_as_template = str

ACTIONS = ["rax_identity_token", "rax_token_info", "rax_token_revoke"]


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(monkeypatch)


class Recorder:
    """An operation that records what it is given."""

    OPTIONS = identity_token.OPTIONS
    CONTINUES_LOGIN = True

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.context = Context()

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        self.options, self.context = dict(options), context
        return {"changed": False}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Put a recording operation in place of that of rax_identity_token."""
    recording = Recorder()
    action = action_loader.get("rackspace.identity.rax_identity_token", class_only=True)
    monkeypatch.setattr(action, "operation", recording)
    return recording


@pytest.fixture
def login(tmp_path: Path) -> dict[str, Any]:
    return {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(tmp_path / "cache")}


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


# Variables.

EACH_OPTION = pytest.mark.parametrize("option", SHARED, ids=lambda option: option.name)


def test_every_shared_option_has_a_value_here() -> None:
    assert list(VALUES) == [option.name for option in SHARED]


@EACH_OPTION
def test_a_variable_reaches_the_worker(worker: Worker, recorder: Recorder, option: Option) -> None:
    value, expected = VALUES[option.name]
    result = worker.run("rax_identity_token", {}, variables={f"rax_{option.name}": value})
    assert recorder.options[option.name] == expected
    # Defaults are not given, so they have no source.
    assert recorder.context.sources == {option.name: Source.variable(f"rax_{option.name}")}
    assert "warnings" not in result


@EACH_OPTION
@pytest.mark.parametrize(
    "lane",
    [
        {"connection": {"transport": "ssh"}},
        {"task": {"become": True}},
        {"task": {"async_val": 10}},
        {"task": {"environment": [{"http_proxy": "http://p:1"}]}},
    ],
    ids=["ssh", "become", "async", "environment"],
)
def test_a_variable_reaches_the_module_on_every_lane(
    worker: Worker, recorder: Recorder, option: Option, lane: dict[str, Any]
) -> None:
    value, _expected = VALUES[option.name]
    result = worker.run("rax_identity_token", {}, variables={f"rax_{option.name}": value}, **lane)
    assert worker.passed == [{option.name: value}]
    assert result == HANDED_OVER


@EACH_OPTION
@pytest.mark.parametrize("prefix", ["", "ansible_"])
@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_a_fact_of_the_host_is_never_an_option(
    worker: Worker, recorder: Recorder, option: Option, prefix: str, transport: str
) -> None:
    name = f"rax_{option.name}"
    value, _expected = VALUES[option.name]
    # ansible-core makes variables of what a module returns in ansible_facts.
    variables = {name: value, f"ansible_{name}": value, "ansible_facts": {f"{prefix}{name}": value}}
    result = worker.run("rax_identity_token", {}, connection={"transport": transport}, variables=variables)
    assert result["warnings"] == [
        (
            f"The variable {name} is not used as an option, because it is a fact of the host: facts are what a managed "
            "host says. Set the option under another name, or as a variable that no host can change."
        )
    ]
    if transport == "ssh":
        assert worker.passed == [{}]
    else:
        assert recorder.options[option.name] == option.default
        assert recorder.context.sources == {}


def test_facts_of_the_host_are_named_one_by_one_before_the_warnings_of_the_module(worker: Worker) -> None:
    worker.module = lambda _arguments: {"changed": False, "warnings": ["of the module"]}
    names = [f"rax_{option.name}" for option in SHARED]
    variables = {**dict.fromkeys(names, "x"), "ansible_facts": dict.fromkeys(names, "x")}
    result = worker.run_elsewhere("rax_identity_token", {}, variables)
    assert [text.split()[2] for text in result["warnings"][:-1]] == names
    assert result["warnings"][-1] == "of the module"
    assert worker.passed == [{}]


def test_a_fact_does_not_matter_where_the_task_has_the_option(
    wire: FakeWire, worker: Worker, login: dict[str, Any]
) -> None:
    wire.respond(200, issued())
    url = "http://elsewhere.example.com"
    variables = {"rax_identity_url": url, "ansible_facts": {"rax_identity_url": url}}
    arguments = {**login, "auth_url": "https://id.example.com"}
    assert "warnings" not in worker.run("rax_identity_token", arguments, variables=variables)
    assert wire.only.url == "https://id.example.com/v2.0/tokens"


def test_a_host_cannot_choose_where_credentials_are_sent(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    wire.respond(200, issued())
    facts = {"rax_identity_url": "http://elsewhere/v2.0", "rax_proxy": "http://elsewhere:1"}
    result = worker.run("rax_identity_token", login, variables={**facts, "ansible_facts": facts})
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    assert wire.only.proxies == {}
    assert len(result["warnings"]) == 2


def test_variables_are_templated(worker: Worker, recorder: Recorder) -> None:
    variables = {"rax_username": trust_as_template("{{ who }}"), "who": "demoauthor"}
    worker.run("rax_identity_token", {}, variables=variables)
    assert recorder.options["username"] == "demoauthor"
    worker.run_elsewhere("rax_identity_token", {}, variables)
    assert worker.passed == [{"username": "demoauthor"}]


@pytest.mark.parametrize("name", ["username", "tenant_id", "token", "identity_url", "ca_path", "timeout"])
@pytest.mark.parametrize("value", [None, "", "__omit_place_holder__0123456789"])
def test_an_omitted_or_empty_argument_is_not_given(
    worker: Worker, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    (option,) = (one for one in SHARED if one.name == name)
    given, expected = VALUES[name]
    monkeypatch.setenv(option.env[0], str(given))
    for variables in ({}, {f"rax_{name}": value}):
        for argument in (name, *option.aliases):
            worker.run("rax_identity_token", {argument: value}, variables=variables)
            assert recorder.options[name] == expected
            assert recorder.context.sources[name] == Source.environment(option.env[0])
            worker.run_elsewhere("rax_identity_token", {argument: value}, variables)
    assert worker.passed == [{}] * (2 * (1 + len(option.aliases)))


def test_an_omitted_argument_leaves_the_variable_in_force(worker: Worker, recorder: Recorder) -> None:
    arguments = {"auth_url": "__omit_place_holder__0123456789", "username": ""}
    variables = {"rax_identity_url": "https://id.example.com", "rax_username": "demoauthor"}
    worker.run("rax_identity_token", arguments, variables=variables)
    assert (recorder.options["identity_url"], recorder.options["username"]) == ("https://id.example.com", "demoauthor")
    worker.run_elsewhere("rax_identity_token", arguments, variables)
    assert worker.passed == [{"identity_url": "https://id.example.com", "username": "demoauthor"}]


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(
    ("arguments", "variables", "text"),
    [
        ({"passcode": 5349}, {}, "passcode (the option passcode) was not read as a string"),
        ({"username": False}, {}, "username (the option username) was not read as a string"),
        ({"auth_token": 83}, {}, "token (the option auth_token) was not read as a string"),
        ({}, {"rax_api_key": 83}, "api_key (the variable rax_api_key) was not read as a string"),
    ],
)
def test_a_secret_that_yaml_did_not_read_as_a_string_is_refused(
    wire: FakeWire,
    worker: Worker,
    transport: str,
    arguments: dict[str, Any],
    variables: dict[str, Any],
    text: str,
) -> None:
    result = worker.run("rax_identity_token", arguments, connection={"transport": transport}, variables=variables)
    assert result["failed"] is True
    assert result["msg"] == f"{text}, so it may not be what was written: quote it."
    assert result["error"]["kind"] == "bad_request"
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"rax_timeout": "30s"}, "timeout (the variable rax_timeout) must be a number, not '30s'."),
        (
            {"rax_token": {"token": {"id": "tokensecret"}}},
            "token (the variable rax_token) must be a string, not a dictionary or list.",
        ),
        (
            {"rax_proxy": ["http://me:url/secret@host:1"]},
            "proxy (the variable rax_proxy) must be a string.",
        ),
    ],
)
def test_a_variable_of_a_wrong_type_is_named(
    wire: FakeWire, worker: Worker, login: dict[str, Any], transport: str, variables: dict[str, Any], text: str
) -> None:
    result = worker.run("rax_identity_token", login, connection={"transport": transport}, variables=variables)
    assert (result["failed"], result["msg"], result["error"]["kind"]) == (True, text, "bad_request")
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_failures_before_the_task_runs_keep_the_warnings(worker: Worker, transport: str) -> None:
    variables = {"rax_proxy": "x", "rax_timeout": "30s", "ansible_facts": {"rax_proxy": "x"}}
    result = worker.run("rax_identity_token", {}, connection={"transport": transport}, variables=variables)
    assert result["failed"] is True
    assert [text.split()[2] for text in result["warnings"]] == ["rax_proxy"]


REMEMBERED = "The service refused this login moments ago, which is remembered for 30 seconds; renew=true asks again."


@pytest.mark.parametrize(
    ("variables", "message", "expected"),
    [
        (
            {"rax_api_key": "k"},
            "Logging in failed.",
            "Logging in failed. The api_key came from the variable rax_api_key.",
        ),
        (
            {"rax_api_key": "k"},
            (
                "Logging in failed. The api_key came from the option api_key. Not used: token (the environment "
                "variable RAX_TOKEN)."
            ),
            (
                "Logging in failed. The api_key came from the variable rax_api_key. Not used: token (the environment "
                "variable RAX_TOKEN)."
            ),
        ),
        ({"rax_timeout": 7}, "Logging in failed.", "Logging in failed."),
        ({"rax_api_key": "k"}, "Validating a token failed.", "Validating a token failed."),
        (
            {"rax_api_key": "k"},
            f"Logging in failed. {REMEMBERED}",
            f"Logging in failed. The api_key came from the variable rax_api_key. {REMEMBERED}",
        ),
    ],
)
def test_a_refusal_by_the_module_names_the_variable_that_gave_the_way(
    worker: Worker, variables: dict[str, Any], message: str, expected: str
) -> None:
    worker.module = lambda _arguments: {
        "failed": True,
        "msg": message,
        "error": {"kind": "unauthorized", "status": 401},
    }
    assert worker.run_elsewhere("rax_identity_token", {"username": "u"}, variables)["msg"] == expected


def test_a_failure_of_the_module_names_the_variable_that_the_value_came_from(worker: Worker) -> None:
    message = "tenant_id (the option tenant_id) and tenant_name (the option tenant_name) are mutually exclusive."
    worker.module = lambda _arguments: {"failed": True, "msg": message}
    result = worker.run_elsewhere("rax_identity_token", {"tenant_name": "demo"}, {"rax_tenant_id": "1"})
    assert result["msg"] == (
        "tenant_id (the variable rax_tenant_id) and tenant_name (the option tenant_name) are mutually exclusive."
    )


def test_a_failure_of_the_module_tells_options_with_similar_names_apart(worker: Worker) -> None:
    worker.module = lambda _arguments: {"failed": True, "msg": "the option cache_dir, the option cache, the option x"}
    result = worker.run_elsewhere("rax_identity_token", {"cache_dir": "/x"}, {"rax_cache": True})
    assert result["msg"] == "the option cache_dir, the variable rax_cache, the option x"


# The nearest way to log in.


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


def test_a_credentials_file_in_the_task_beats_variables(
    wire: FakeWire, worker: Worker, login: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "creds"
    file.touch(mode=0o600)
    file.write_text("[rackspace_cloud]\nusername = filed\napi_key = filesecret\n", encoding="utf-8")
    arguments = {"credentials_file": str(file), "cache_dir": login["cache_dir"]}
    variables = {"rax_username": "demoauthor", "rax_api_key": "keysecret", "rax_timeout": 7}
    wire.respond(200, issued())
    assert worker.run("rax_identity_token", arguments, variables=variables)["changed"] is True
    given = {"username": "filed", "apiKey": "filesecret"}
    assert wire.only.json == {"auth": {"RAX-KSKEY:apiKeyCredentials": given}}
    worker.run_elsewhere("rax_identity_token", arguments, variables)
    assert worker.passed == [{**arguments, "timeout": 7}]


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
        "api_key and password are given side by side: api_key (the variable rax_api_key) and password (the variable "
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
    variables = {f"rax_{option.name}": written} if source == "variable" else {}
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


# The login that the fact of the host describes.

CONTINUING = ["rax_token_info", "rax_token_revoke"]
CANNOT = "No credentials were given, and the fact rax_identity of this host cannot stand in for them: it"
AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"login_ref": None}, "does not refer to a cached login (login_ref)"),
    (
        {"identity_url": "http://elsewhere/v2.0"},
        "was not written by a login with this token cache, or was changed since (login_ref)",
    ),
    (
        {"endpoints": []},
        "was not written by a login with this token cache, or was changed since (login_ref)",
    ),
]


@pytest.fixture
def fact(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> dict[str, Any]:
    """Log in on the controller, and return the fact that this leaves."""
    wire.respond(200, issued("first"))
    given = {**login, "identity_url": "https://id.example.com", "service_type": ["compute"]}
    found: dict[str, Any] = worker.run("rax_identity_token", given)["ansible_facts"]["rax_identity"]
    wire.sent.clear()
    return found


def facts_of(fact: object, **others: Any) -> dict[str, Any]:
    """Return variables with the fact of the host, and that of an option."""
    return {"ansible_facts": {"rax_identity": fact}, **others}


@pytest.mark.parametrize("name", CONTINUING)
def test_token_of_the_fact_is_handed_to_a_module_elsewhere(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str
) -> None:
    given = {"cache_dir": login["cache_dir"], "timeout": 7}
    assert worker.run_elsewhere(name, given, facts_of(fact)) == HANDED_OVER
    assert worker.passed == [{**given, "token": "first", "identity_url": "https://id.example.com/v2.0"}]
    assert wire.sent == []


@pytest.mark.parametrize(
    ("others", "is_revoked", "left"),
    [
        ({}, True, None),
        ({}, False, "first"),
        ({"subject_token": "first"}, True, None),
        ({"subject_token": "another"}, True, "first"),
    ],
)
def test_token_that_another_machine_revoked_with_that_of_the_fact_leaves_the_cache(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    others: dict[str, str],
    is_revoked: bool,
    left: str | None,
) -> None:
    worker.module = lambda _arguments: {"changed": True, "revoked": is_revoked}
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run_elsewhere("rax_token_revoke", {**given, **others}, facts_of(fact))
    assert result == {"changed": True, "revoked": is_revoked}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    assert [arguments.get("token") for arguments in worker.passed] == ["first", left]


@pytest.mark.parametrize("alias", ["identity_url", "auth_url", "auth_endpoint"])
def test_module_gets_the_url_of_the_fact_once(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], alias: str
) -> None:
    given = {"cache_dir": login["cache_dir"], alias: "https://id.example.com"}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    assert worker.passed == [
        {"cache_dir": login["cache_dir"], "token": "first", "identity_url": "https://id.example.com/v2.0"}
    ]


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize("given", [{"auth_url": "https://elsewhere.example.com"}, {"tenant_id": "765432"}])
def test_token_of_the_fact_is_not_handed_over_for_another_login(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, given: dict[str, str]
) -> None:
    arguments = {"cache_dir": login["cache_dir"], **given}
    worker.run_elsewhere(name, arguments, facts_of(fact))
    assert worker.passed == [arguments]


@pytest.mark.parametrize("name", CONTINUING)
def test_token_of_the_fact_is_used_in_the_worker(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str
) -> None:
    wire.respond(200 if name == "rax_token_info" else 204, sample("validated") if name == "rax_token_info" else None)
    result = worker.run(name, {"cache_dir": login["cache_dir"]}, variables=facts_of(fact))
    assert "failed" not in result
    assert wire.only.headers["X-Auth-Token"] == "first"
    assert wire.only.url.startswith("https://id.example.com/v2.0/tokens")
    assert worker.handed_over == 0


@pytest.mark.parametrize("lane", [{"become": True}, {"async_val": 10}, {"environment": [{"http_proxy": "http://p:1"}]}])
def test_token_of_the_fact_is_handed_to_a_module_on_every_lane(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], lane: dict[str, Any]
) -> None:
    worker.run("rax_token_info", {"cache_dir": login["cache_dir"]}, task=lane, variables=facts_of(fact))
    assert [arguments["token"] for arguments in worker.passed] == ["first"]


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(
    ("arguments", "variables", "task"),
    [
        ({"username": "u", "api_key": "k"}, {}, {}),
        ({"auth_token": "own"}, {}, {}),
        ({"username": "u"}, {}, {}),
        ({"creds_file": "/x"}, {}, {}),
        ({}, {"rax_token": "own"}, {}),
        ({}, {"rax_username": "u", "rax_password": "p"}, {}),
        ({}, {}, {"environment": [{"RAX_TOKEN": "own"}]}),
        ({}, {}, {"environment": [{}, {"RAX_USERNAME": "u", "RAX_API_KEY": "k"}]}),
        ({}, {}, {"environment": [{"RAX_CREDS_FILE": "/x"}]}),
    ],
)
def test_token_of_the_fact_is_not_handed_over_where_a_login_is_described(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    name: str,
    arguments: dict[str, Any],
    variables: dict[str, Any],
    task: dict[str, Any],
) -> None:
    given = {"cache_dir": login["cache_dir"], **arguments}
    worker.run_elsewhere(name, given, facts_of(fact, **variables), **task)
    from_variables = {variable[len("rax_") :]: value for variable, value in variables.items()}
    assert worker.passed == [{**given, **from_variables}]


def test_a_login_in_the_environment_of_the_controller_is_not_one_for_another_machine(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    given = {"cache_dir": login["cache_dir"]}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    worker.run("rax_token_info", given, task={"async_val": 10}, variables=facts_of(fact))
    assert [arguments.get("token") for arguments in worker.passed] == ["first", None]


def test_a_credentials_file_of_the_user_describes_a_login_on_the_controller(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], home: Path
) -> None:
    (home / ".rackspace_cloud_credentials").write_text("[rackspace_cloud]\n", encoding="utf-8")
    given = {"cache_dir": login["cache_dir"]}
    worker.run("rax_token_info", given, task={"async_val": 10}, variables=facts_of(fact))
    assert worker.passed == [given]


def test_a_login_never_takes_the_token_of_the_fact(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any]
) -> None:
    given = {"cache_dir": login["cache_dir"], "tenant_id": "123456"}
    worker.run_elsewhere("rax_identity_token", given, facts_of(fact))
    assert worker.passed == [given]
    result = worker.run("rax_identity_token", given, variables=facts_of(fact))
    assert result["error"]["kind"] == "missing_credentials"
    assert wire.sent == []


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(("changed", "why"), BROKEN)
def test_token_of_a_fact_that_cannot_be_trusted_is_not_handed_over(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, changed: dict[str, Any], why: str
) -> None:
    worker.module = lambda _arguments: {
        "failed": True,
        "msg": "No credentials were given. Give one of: ...",
        "error": {"kind": "missing_credentials"},
    }
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run_elsewhere(name, given, facts_of({**fact, **changed}))
    assert worker.passed == [given]
    assert result["msg"] == f"{CANNOT} {why}. {AGAIN}"
    assert result["error"]["kind"] == "missing_credentials"


def test_a_module_that_does_without_the_fact_does_not_mention_it(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any]
) -> None:
    given = {"cache_dir": login["cache_dir"]}
    variables = facts_of({**fact, "login_ref": None})
    # The other machine has credentials of its own.
    assert worker.run_elsewhere("rax_token_info", given, variables) == HANDED_OVER
    worker.module = lambda _arguments: {"failed": True, "msg": "Failed.", "error": {"kind": "unreachable"}}
    assert worker.run_elsewhere("rax_token_info", given, variables)["msg"] == "Failed."


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(("changed", "why"), BROKEN)
@pytest.mark.parametrize("task", [{}, {"async_val": 10}])
def test_a_fact_that_cannot_be_trusted_is_refused_on_the_controller(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    name: str,
    changed: dict[str, Any],
    why: str,
    task: dict[str, Any],
) -> None:
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run(name, given, task=task, variables=facts_of({**fact, **changed}))
    assert (result["failed"], result["msg"]) == (True, f"{CANNOT} {why}. {AGAIN}")
    assert result["error"]["kind"] == "missing_credentials"
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        ({"connection": {"transport": "ssh"}}, None),
        ({"task": {"become": True}}, None),
        ({"connection": {"become": object()}}, None),
        ({"task": {"async_val": 10}}, "name.digest"),
        ({"task": {"environment": [{"http_proxy": "http://p:1"}]}}, "name.digest"),
    ],
    ids=["ssh", "become of the task", "become of the connection", "async", "environment"],
)
def test_only_a_reference_to_a_cache_of_the_controller_is_kept(
    worker: Worker, login: dict[str, Any], lane: dict[str, Any], expected: str | None
) -> None:
    worker.module = lambda _arguments: {
        "changed": True,
        "ansible_facts": {"rax_identity": {"username": "demoauthor", "login_ref": "name.digest"}},
    }
    result = worker.run("rax_identity_token", login, **lane)
    assert result["ansible_facts"] == {"rax_identity": {"username": "demoauthor", "login_ref": expected}}


@pytest.mark.parametrize("facts", [None, "text", {}, {"rax_identity": "text"}, {"rax_identity": {"username": "u"}}])
def test_results_of_other_machines_may_have_any_shape(worker: Worker, login: dict[str, Any], facts: Any) -> None:
    worker.module = lambda _arguments: {"changed": True, "ansible_facts": facts}
    assert worker.run_elsewhere("rax_identity_token", login)["ansible_facts"] == facts


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


@pytest.mark.parametrize("given", [{"auth_token": "tokensecret"}, {"subject_token": "tokensecret", "token": "own"}])
def test_invocation_shows_no_secret(
    wire: FakeWire, worker: Worker, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setattr(_action, "_is_invocation_shown", lambda _variables: True)
    wire.respond(404)
    arguments = {"proxy": "http://user:urlsecret@proxy.example.com:1", "cache": False, **given}
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
