# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation is given when it runs as a module, and what becomes of its result."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common import arg_spec

from ansible_collections.rackspace.identity.plugins.module_utils import _run_module
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK, SHARED, Option
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import (
    ENDED,
    FROM_VARIABLES,
    TOLD,
    UNHEARD,
    run_module,
    wrong_value,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run

OPTIONS: Sequence[Option] = (*SHARED, Option("words", type="list", elements="str", aliases=("terms",)))


class RecordingOperation:
    """Records what it is given, and returns or raises what the test chooses."""

    OPTIONS = OPTIONS
    CONTINUES_LOGIN = False

    def __init__(self, result: Mapping[str, Any] | Exception) -> None:
        self.result = result
        self.options: dict[str, Any] = {}
        self.context = Context()

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        self.options, self.context = dict(options), context
        if isinstance(self.result, Exception):
            raise self.result
        return dict(self.result)


def run_operation(operation: RecordingOperation, **arguments: Any) -> dict[str, Any]:
    return run(lambda: run_module(operation), **arguments)


def test_options_are_those_of_the_table_without_aliases() -> None:
    operation = RecordingOperation({"changed": False})
    run_operation(operation, auth_token="t0ken", terms="a,b", creds_file="/x", _ansible_check_mode=True)
    assert set(operation.options) == {option.name for option in OPTIONS}
    given = {"token": "t0ken", "words": ["a", "b"], "credentials_file": "/x", "timeout": 30.0, "username": None}
    assert {name: operation.options[name] for name in given} == given
    assert operation.context.check_mode is True


def test_context_says_where_each_value_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_PASSWORD", "p4ssw0rd")
    monkeypatch.setenv("RAX_AUTH_URL", "https://id.example.com")
    operation = RecordingOperation({"changed": False})
    result = run_operation(operation, username="u", timeout=7, **{FROM_VARIABLES: ["timeout"]})
    sources = operation.context.sources
    assert FROM_VARIABLES not in str(result)
    assert sources["username"] == Source.option("username")
    assert sources["timeout"] == Source.variable("rax_timeout")
    assert sources["password"] == Source.environment("RAX_PASSWORD")
    assert sources["identity_url"] == Source.environment("RAX_AUTH_URL")
    assert "token" not in sources
    assert "ca_path" not in sources


@pytest.mark.parametrize(
    ("alias", "option", "value", "variables"),
    [
        ("auth_token", "token", "own", ["RAX_TOKEN"]),
        ("auth_endpoint", "identity_url", "https://o", ["RAX_IDENTITY_URL", "RAX_AUTH_URL"]),
        ("creds_file", "credentials_file", "/o", ["RAX_CREDENTIALS", "RAX_CREDS_FILE"]),
    ],
)
def test_an_alias_beside_the_environment_is_the_source(
    monkeypatch: pytest.MonkeyPatch, alias: str, option: str, value: str, variables: list[str]
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(arg_spec, "warn", lambda text, *_others, **_named: warnings.append(text))
    for variable in variables:
        monkeypatch.setenv(variable, "/of/the/environment")
    operation = RecordingOperation({"changed": False})
    run_operation(operation, **{alias: value})
    assert operation.options[option] == value
    assert operation.context.sources[option] == Source.option(option)
    assert warnings == []


def test_the_first_environment_variable_of_a_wrong_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_RETRIES", "many")
    monkeypatch.setenv("RAX_TIMEOUT", "30s")
    operation = RecordingOperation({"changed": False})
    returned = run_operation(operation, username="u")
    assert returned["msg"] == "timeout (the environment variable RAX_TIMEOUT) must be a number, not '30s'."
    assert returned["error"]["kind"] == "bad_request"
    assert operation.options == {}
    # The task has its own values: what the environment says does not matter.
    assert run_operation(operation, timeout=7, retries=0)["changed"] is False


@pytest.mark.parametrize(
    ("option", "value", "text"),
    [
        (Option("timeout", type="float"), "30s", "timeout (the option timeout) must be a number, not '30s'."),
        (Option("token", secret=True), ["secret1"], "token (the option token) must be a number."),
        (Option("proxy"), ["http://me:secret1@host:1"], "proxy (the option proxy) must be a number."),
        (Option("proxy"), "me:secret1%40host:1", "proxy (the option proxy) must be a number."),
    ],
)
def test_wrong_value_shows_no_secret(option: Option, value: Any, text: str) -> None:
    assert str(wrong_value(option, value, Source.option(option.name), "a number")) == text


@pytest.mark.parametrize("wrong", [{"timeout": "soon"}, {"unknown": 1}, {"api_version": "v3"}])
def test_refused_arguments_are_shown_without_secrets(wrong: dict[str, Any]) -> None:
    operation = RecordingOperation({"changed": False})
    proxy = "http://me:p/secret1@host:1"
    returned = run_operation(operation, proxy=proxy, auth_token="secret2", username="u", **wrong)
    assert (returned["failed"], returned["exit_code"]) == (True, 1)
    shown = returned["invocation"]["module_args"]
    assert (shown["proxy"], shown["auth_token"]) == (f"http://{MASK}@host:1", MASK)
    assert not re.search("secret[12]", json.dumps(returned))
    assert operation.options == {}


def test_value_of_an_unknown_option_is_not_shown() -> None:
    returned = run_operation(RecordingOperation({"changed": False}), username="u", apikey="secret1")
    assert returned["failed"] is True
    shown = returned["invocation"]["module_args"]
    assert (shown["username"], shown["apikey"]) == ("u", MASK)
    assert "secret1" not in json.dumps(returned)


@pytest.mark.parametrize(
    "result", [{"changed": False}, {"changed": True, "token": None}, {"changed": True, "token": {}}]
)
def test_result_without_a_token_registers_no_secret(monkeypatch: pytest.MonkeyPatch, result: dict[str, Any]) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_run_module, "register_secret", registered.append)
    returned = run_operation(RecordingOperation(result), api_key="aaaaa-bbbbb")
    assert {name: returned[name] for name in result} == result
    assert registered == []


def test_result_of_every_type_is_exact() -> None:
    result = {
        "changed": True,
        "string": "a secret1 b",
        "list": ["secret1", 1, 2.5, None, True],
        "tuple": ["x", "secret1"],
        "dict": {"secret1": {"deeper": "secret1"}},
    }
    returned = run_operation(RecordingOperation({**result, "tuple": ("x", "secret1")}), password="secret1")
    assert {name: returned[name] for name in result} == result


def test_failure_has_every_part() -> None:
    error = ServiceError(
        "It failed.",
        kind="over_limit",
        status=413,
        fault=Fault("overLimit", "m", "d", 5.0),
        retry_after=5.0,
        request_id="r",
    )
    returned = run_operation(RecordingOperation(error), username="u")
    assert (returned["failed"], returned["msg"], returned["exit_code"]) == (True, "It failed.", 1)
    assert returned["error"] == {
        "kind": "over_limit",
        "status": 413,
        "fault": "overLimit",
        "message": "m",
        "details": "d",
        "retry_after": 5.0,
        "request_id": "r",
    }
    assert returned["invocation"]["module_args"]["username"] == "u"


@pytest.mark.parametrize("problem", [None, ServiceError("No.", kind="bad_request", status=400, fault=Fault())])
def test_bytes_of_the_environment_that_are_not_utf_8_are_replaced(
    monkeypatch: pytest.MonkeyPatch, problem: Exception | None
) -> None:
    # As Python reads them. A result that holds them cannot be sent.
    monkeypatch.setenv("RAX_CACHE_DIR", "/caf\udce9")
    warnings: list[str] = []
    monkeypatch.setattr(_run_module._Module, "warn", lambda _module, text: warnings.append(text))

    class WarningOperation(RecordingOperation):
        def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
            context.warn(f"{options['cache_dir']} is a link")
            return super().run(options, context)

    operation = WarningOperation(problem or {"changed": False})
    result = run_operation(operation)
    assert operation.options["cache_dir"] == "/caf\udce9"
    assert result["invocation"]["module_args"]["cache_dir"] == "/caf\ufffd"
    assert warnings == ["/caf\ufffd is a link"]


def test_bugs_are_not_hidden() -> None:
    with pytest.raises(TypeError, match="a bug"):
        run_operation(RecordingOperation(TypeError("a bug")), username="u")


class EndingOperation(RecordingOperation):
    """Tells something, and reports two names that must leave the store."""

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        context.tell(1, "a line")
        assert context.report_ended is not None
        context.report_ended("one")
        context.report_ended("two")
        return super().run(options, context)


def test_a_module_that_its_action_does_not_hear_warns_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, text: warnings.append(text))
    operation = EndingOperation({"changed": True})
    heard = run_operation(operation, _ansible_verbosity=3)
    assert (heard[TOLD], heard[ENDED], warnings) == (["a line"], ["one", "two"], [])
    alone = run_operation(operation, _ansible_verbosity=3, **{UNHEARD: True})
    assert (TOLD in alone, ENDED in alone, UNHEARD in str(alone)) == (False, False, False)
    text = (
        "A revoked or expired token stays in the store that controllers share, which an async task cannot reach. "
        "Other controllers may use it until it expires."
    )
    # Ansible shows one of them.
    assert warnings == [text, text]
