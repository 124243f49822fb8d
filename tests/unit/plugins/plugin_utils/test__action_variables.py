# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an action in variables, those that are facts of the host, and options that were left out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED, Option
from ansible_collections.rackspace.identity.plugins.module_utils._session.given_credentials import HOW_TO
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Source
from ansible_collections.rackspace.identity.plugins.modules import rax_identity_token
from ansible_collections.rackspace.identity.tests.unit.support.action_run import (
    HANDED_OVER,
    VALUES,
    Recorder,
    Worker,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    REMEMBERED,
    UNAUTHORIZED,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.templating import trust_as_template

pytestmark = pytest.mark.usefixtures("clock")


EACH_OPTION = pytest.mark.parametrize("option", SHARED, ids=lambda option: option.name)


def test_every_shared_option_has_a_value_here() -> None:
    assert list(VALUES) == [option.name for option in SHARED]


@EACH_OPTION
def test_a_variable_reaches_the_worker(worker: Worker, recorder: Recorder, option: Option) -> None:
    value, expected = VALUES[option.name]
    result = worker.run("rax_identity_token", {}, variables={str(option.var): value})
    assert recorder.options[option.name] == expected
    # Defaults are not given, so they have no source.
    assert recorder.context.sources == {option.name: Source.variable(str(option.var))}
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
    result = worker.run("rax_identity_token", {}, variables={str(option.var): value}, **lane)
    assert worker.passed == [{option.name: value}]
    assert result == HANDED_OVER


@EACH_OPTION
@pytest.mark.parametrize("prefix", ["", "ansible_"])
@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_a_fact_of_the_host_is_never_an_option(
    worker: Worker, recorder: Recorder, option: Option, prefix: str, transport: str
) -> None:
    name = str(option.var)
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
    names = [str(option.var) for option in SHARED]
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


@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_what_is_omitted_in_a_list_or_dictionary_is_not_given(
    wire: FakeWire, worker: Worker, login: dict[str, Any], transport: str
) -> None:
    omitted = "__omit_place_holder__0123456789"
    arguments = {"path": ["a", omitted], "body": {"b": [omitted, {"c": omitted, "d": 1}]}, "timeout": "soon"}
    worker.run("rax_request", {**login, **arguments}, connection={"transport": transport})
    expected = {"path": ["a"], "body": {"b": [{"d": 1}]}, "timeout": "soon"}
    assert worker.passed == [{**login, **expected}]
    assert wire.sent == []


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
    ("arguments", "environment", "text"),
    [
        ({"username": "u"}, {"RAX_API_KEY": 83}, "api_key (the environment variable RAX_API_KEY)"),
        ({"username": "u"}, {"RS_API_KEY": 83}, "api_key (the environment variable RS_API_KEY)"),
        ({}, {"RAX_TOKEN": 1000}, "token (the environment variable RAX_TOKEN)"),
        ({"password": "x"}, {"RAX_USERNAME": False}, "username (the environment variable RAX_USERNAME)"),
    ],
)
def test_a_secret_in_the_environment_of_the_task_that_yaml_did_not_read_as_a_string_is_refused(
    worker: Worker, transport: str, arguments: dict[str, Any], environment: dict[str, Any], text: str
) -> None:
    task = {"environment": [{"http_proxy": "http://p:1"}, environment]}
    result = worker.run("rax_identity_token", arguments, connection={"transport": transport}, task=task)
    assert result["failed"] is True
    assert result["msg"] == f"{text} was not read as a string, so it may not be what was written: quote it."
    assert (result["error"]["kind"], worker.passed) == ("bad_request", [])


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ({"username": "u", "api_key": "k"}, {"RAX_USERNAME": False, "RAX_PASSWORD": 5349, "RAX_TOTP_SECRET": 7}),
        ({"token": "t", "tenant_id": "1"}, {"RAX_USERNAME": False, "RAX_API_KEY": 83}),
        ({"creds_file": "/creds.ini"}, {"RAX_USERNAME": False, "RAX_API_KEY": 83}),
        ({"username": "u"}, {"RAX_API_KEY": "83", "RAX_TIMEOUT": 7, "RAX_TENANT_ID": 123456}),
    ],
)
def test_other_values_in_the_environment_of_the_task_are_left_to_the_module(
    worker: Worker, arguments: dict[str, Any], environment: dict[str, Any]
) -> None:
    assert worker.run("rax_identity_token", arguments, task={"environment": [environment]}) == HANDED_OVER
    assert worker.environments == [[environment]]


@pytest.mark.parametrize("value", [None, "__omit_place_holder__0123456789"])
@pytest.mark.parametrize("name", ["RAX_TENANT_ID", "RAX_API_KEY", "RAX_CACHE_DIR"])
def test_a_null_or_omitted_variable_in_the_environment_of_the_task_is_not_given(
    worker: Worker, recorder: Recorder, name: str, value: Any
) -> None:
    kept = {"RAX_USERNAME": "", "OTHER": value}
    worker.run("rax_identity_token", {}, task={"environment": [{name: value, **kept}, "as written"]})
    assert worker.environments == [[kept, "as written"]]
    # Nothing is left that would need a module.
    worker.run("rax_identity_token", {}, task={"environment": [{name: value}]})
    assert len(worker.environments) == 1


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("tenant_id", ["123456"], "a string"),
        ("tenant_name", {"token": {"id": "tokensecret"}}, "a string"),
        ("auth_url", ["http://127.0.0.1:1"], "a string"),
        ("proxy", ["http://host:1"], "a string"),
        ("creds_file", {"token": {"id": "tokensecret"}}, "a path"),
        ("cache_dir", {"token": {"id": "tokensecret"}}, "a path"),
        ("ca_path", ["tokensecret"], "a path"),
        ("retries", {"token": {"id": "tokensecret"}}, "a whole number"),
        ("timeout", ["tokensecret"], "a number"),
        ("cache", {"token": {"id": "tokensecret"}}, "true or false"),
    ],
)
def test_a_dictionary_or_list_is_nothing_else_and_not_shown(
    wire: FakeWire, worker: Worker, login: dict[str, Any], transport: str, name: str, value: Any, problem: str
) -> None:
    result = worker.run("rax_identity_token", {**login, name: value}, connection={"transport": transport})
    named = {"auth_url": "identity_url", "creds_file": "credentials_file"}.get(name, name)
    assert result["msg"] == f"{named} (the option {name}) must be {problem}, not a dictionary or list."
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(("name", "value"), [("retries", float("inf")), ("min_ttl", float("-inf"))])
def test_infinity_is_no_whole_number(
    wire: FakeWire, worker: Worker, login: dict[str, Any], transport: str, name: str, value: float
) -> None:
    result = worker.run("rax_identity_token", {**login, name: value}, connection={"transport": transport})
    assert result["msg"] == f"{name} (the option {name}) must be a whole number, not {value}."
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"timeout": 10**400}, "timeout (the option timeout) must be a smaller number."),
        ({"timeout": -(10**400)}, "timeout (the option timeout) must be a smaller number."),
        ({"wait": {"timeout": 10**400}}, "timeout (the option wait.timeout) must be a smaller number."),
        (
            {"wait": {"interval": [5]}},
            "interval (the option wait.interval) must be a number, not a dictionary or list.",
        ),
        ({"wait": {"key": {"a": "b"}}}, "key (the option wait.key) must be a string, not a dictionary or list."),
        ({"wait": 7}, "wait (the option wait) must be a dictionary."),
        ({"unless": [{}]}, "unless (the option unless) must be a dictionary."),
        ({"wait": {"gone": []}}, "gone (the option wait.gone) must be true or false, not a dictionary or list."),
        ({"status_code": math.inf}, "status_code (the option status_code) must be one or more whole numbers, not inf."),
        (
            {"status_code": [200, math.nan]},
            "status_code (the option status_code) must be one or more whole numbers, not nan.",
        ),
    ],
)
def test_what_ansible_would_make_something_else_of_is_refused_in_options_of_options_too(
    wire: FakeWire, worker: Worker, login: dict[str, Any], transport: str, given: dict[str, Any], text: str
) -> None:
    task = {**login, "service_type": "object-store", **given}
    result = worker.run("rax_request", task, connection={"transport": transport})
    assert result["msg"] == text
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize(
    "given", [{"wait": {"until": "x"}}, {"unless": {"where": {}}}, {"wait": {"timeout": "soon"}}, {"wait": "soon"}]
)
def test_what_is_wrong_in_an_option_is_said_by_the_module(
    wire: FakeWire, worker: Worker, login: dict[str, Any], given: dict[str, Any]
) -> None:
    worker.run("rax_request", {**login, "service_type": "object-store", "method": "PUT", **given})
    assert len(worker.passed) == 1
    assert wire.sent == []


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


@pytest.mark.parametrize("async_val", [0, 10])
@pytest.mark.parametrize(
    ("variables", "text"),
    [
        (
            {"rax_timeout": -5},
            "timeout (the variable rax_timeout) must be more than 0 and at most 86400 seconds, not -5.",
        ),
        (
            {"rax_tenant_id": "1", "rax_tenant_name": "n"},
            (
                "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the variable "
                "rax_tenant_id) and tenant_name (the variable rax_tenant_name)."
            ),
        ),
        (
            {"rax_credentials_file": "/missing.ini"},
            (
                "The credentials file /missing.ini cannot be used: No such file or directory. It was named by the "
                f"variable rax_credentials_file. {HOW_TO}"
            ),
        ),
    ],
)
def test_a_module_itself_names_the_variable_that_a_value_came_from(
    worker: Worker, variables: dict[str, Any], text: str, async_val: int
) -> None:
    arguments = {} if "rax_credentials_file" in variables else {"username": "u", "api_key": "k3y"}
    worker.run("rax_identity_token", arguments, task={"become": True, "async_val": async_val}, variables=variables)
    # Ansible shows what the module says where the action does not see it, and beside what the action says.
    assert run(rax_identity_token.main, **worker.passed[0], **worker.internal[0])["msg"] == text


def test_a_refusal_by_the_module_names_the_variable_that_gave_the_way(
    wire: FakeWire, worker: Worker, login: dict[str, Any]
) -> None:
    wire.respond(401, UNAUTHORIZED)
    worker.module = lambda passed: run(rax_identity_token.main, **passed, **worker.internal[-1])
    arguments = {name: value for name, value in login.items() if name != "api_key"}
    for ending in ("", f" {REMEMBERED}"):
        result = worker.run_elsewhere("rax_identity_token", arguments, {"rax_api_key": "wrongsecret"})
        assert result["msg"].endswith(f" The api_key came from the variable rax_api_key.{ending}")
        assert result["msg"].count("rax_api_key") == 1
    assert len(wire.sent) == 1


def test_a_module_is_told_of_no_variables_where_none_is_used(worker: Worker) -> None:
    worker.run_elsewhere("rax_identity_token", {"timeout": 7}, {"rax_timeout": 8})
    assert worker.internal == [{}]


@pytest.mark.parametrize(("near", "far"), [("tenant_id", "tenant_name"), ("tenant_name", "tenant_id")])
def test_the_tenant_of_the_task_is_nearer_than_that_of_a_variable(worker: Worker, near: str, far: str) -> None:
    worker.run_elsewhere("rax_identity_token", {near: "1"}, {f"rax_{far}": "2", "rax_username": "u"})
    assert worker.passed == [{near: "1", "username": "u"}]


def test_two_tenants_in_variables_stay_two(worker: Worker) -> None:
    worker.run_elsewhere("rax_identity_token", {"tenant_id": ""}, {"rax_tenant_id": "1", "rax_tenant_name": "n"})
    assert worker.passed == [{"tenant_id": "1", "tenant_name": "n"}]


@pytest.mark.parametrize(
    ("given", "variables", "environment", "source"),
    [
        ("pickle", {}, None, "the option cache_plugin"),
        (None, {"rax_cache_plugin": "pickle"}, None, "the variable rax_cache_plugin"),
        (None, {}, "pickle", "the environment variable RAX_CACHE_PLUGIN"),
    ],
)
def test_store_that_is_refused_names_its_source(
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    given: str | None,
    variables: dict[str, str],
    environment: str | None,
    source: str,
) -> None:
    monkeypatch.setenv("RAX_CACHE_PLUGIN", environment or "")
    arguments = {"username": "u", "api_key": "k", "cache_dir": str(tmp_path / "cache"), "cache_plugin": given}
    result = worker.run("rax_identity_token", arguments, variables=variables)
    assert result["msg"].startswith("cache_plugin pickle runs what it reads from the store, ")
    assert result["msg"].endswith(f" It came from {source}.")
