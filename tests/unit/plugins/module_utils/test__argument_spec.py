# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a value from a variable or the environment, before Ansible says so without its source."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.rackspace.identity.plugins.module_utils._argument_spec import (
    argument_spec,
    conversion_problem,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED, Option

OPTIONS = {
    "string": Option("string"),
    "path": Option("path", type="path"),
    "choice": Option("choice", choices=("v2.0", "v1.1")),
    "boolean": Option("boolean", type="bool"),
    "whole": Option("whole", type="int"),
    "number": Option("number", type="float"),
}

GOOD: list[tuple[str, Any]] = [
    ("string", ""),
    ("string", "30s"),
    ("string", 123456),
    ("string", False),
    ("path", "~/x"),
    ("choice", "v1.1"),
    ("boolean", True),
    ("boolean", 0),
    ("boolean", "Yes"),
    ("boolean", " off "),
    ("boolean", "1"),
    ("whole", 4),
    ("whole", "-4"),
    ("whole", " 4 "),
    ("number", 2.5),
    ("number", "2.5"),
    ("number", "1e3"),
    ("number", 7),
]

WRONG: list[tuple[str, Any, str]] = [
    ("string", ["a"], "a string"),
    ("string", {"a": "b"}, "a string"),
    ("path", ["a"], "a string"),
    ("choice", "v3", "one of v2.0, v1.1"),
    ("choice", "V1.1", "one of v2.0, v1.1"),
    ("choice", "v1.1 ", "one of v2.0, v1.1"),
    ("choice", "v1.1\r", "one of v2.0, v1.1"),
    ("choice", ["v1.1"], "one of v2.0, v1.1"),
    ("boolean", "ture", "true or false"),
    ("boolean", "", "true or false"),
    ("boolean", 2, "true or false"),
    ("boolean", [], "true or false"),
    ("whole", "many", "a whole number"),
    ("whole", "1.5", "a whole number"),
    ("whole", 1.5, "a whole number"),
    ("whole", 4.0, "a whole number"),
    ("whole", "4.0", "a whole number"),
    ("whole", "1e3", "a whole number"),
    ("whole", "nan", "a whole number"),
    ("whole", "", "a whole number"),
    ("whole", "--4", "a whole number"),
    ("whole", "+-4", "a whole number"),
    ("whole", "- 4", "a whole number"),
    ("whole", "1_000", "a whole number"),
    # More digits than Python converts.
    ("whole", "9" * 5000, "a whole number"),
    ("whole", "inf", "a whole number"),
    ("whole", True, "a whole number"),
    ("whole", [4], "a whole number"),
    ("number", "30s", "a number"),
    ("number", {"a": 1}, "a number"),
    ("number", "nan", "a number"),
    ("number", 10**400, "a number"),
]


def ansible_refuses(option: Option, value: Any) -> bool:
    """Return whether Ansible itself would refuse the value."""
    validation = ArgumentSpecValidator(argument_spec([option])).validate({option.name: value})
    return bool(validation.error_messages)


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_value_that_ansible_converts_has_no_problem(name: str, value: Any) -> None:
    assert conversion_problem(OPTIONS[name], value) is None
    assert not ansible_refuses(OPTIONS[name], value)


@pytest.mark.parametrize(("name", "value", "problem"), WRONG)
def test_a_value_that_cannot_be_used_has_a_problem(name: str, value: Any, problem: str) -> None:
    assert conversion_problem(OPTIONS[name], value) == problem


@pytest.mark.parametrize("option", SHARED, ids=lambda option: option.name)
def test_the_defaults_have_no_problem(option: Option) -> None:
    assert option.default is None or conversion_problem(option, option.default) is None


@pytest.mark.parametrize("option", SHARED, ids=lambda option: option.name)
@pytest.mark.parametrize(
    "value", ["30s", "ture", "v3", "1.5", "1e3", "4.0", "0x10", "1_000", "", "none", "json", "yes"]
)
def test_what_ansible_refuses_is_noticed_before(option: Option, value: str) -> None:
    # Its own message would not say where the value came from.
    if ansible_refuses(option, value):
        assert conversion_problem(option, value)
