# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation is given when it runs as a module, and what becomes of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _run_module
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED, Option
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import run_module
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run

OPTIONS: Sequence[Option] = (*SHARED, Option("words", type="list", elements="str", aliases=("terms",)))


class RecordingOperation:
    """Records what it is given, and returns or raises what the test chooses."""

    OPTIONS = OPTIONS

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
    run_operation(operation, username="u")
    sources = operation.context.sources
    assert sources["username"] == "the option username"
    assert sources["password"] == "the environment variable RAX_PASSWORD"
    assert sources["identity_url"] == "the environment variable RAX_AUTH_URL"
    assert "token" not in sources
    assert "ca_path" not in sources


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


def test_bugs_are_not_hidden() -> None:
    with pytest.raises(TypeError, match="a bug"):
        run_operation(RecordingOperation(TypeError("a bug")), username="u")
