# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options in variables: which count, which never do, and what is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED
from ansible_collections.rackspace.identity.plugins.plugin_utils import _variables
from ansible_collections.rackspace.identity.plugins.plugin_utils._variables import (
    check_written,
    fact_of_host,
    is_given,
    number_hint,
    read_variables,
)

WITH_VARIABLE = [option for option in SHARED if option.var]


def read(variables: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the options that variables give, and the warnings."""
    warnings: list[str] = []
    return read_variables(SHARED, variables, lambda value: value, warnings.append), warnings


def test_a_variable_gives_an_option() -> None:
    assert read({"rax_username": "demoauthor", "other": 1}) == ({"username": "demoauthor"}, [])


@pytest.mark.parametrize("value", [None, "", "__omit_place_holder__0123456789"])
def test_an_empty_or_omitted_variable_is_not_given(value: Any) -> None:
    assert read({"rax_username": value}) == ({}, [])
    assert not is_given(value)


@pytest.mark.parametrize("option", WITH_VARIABLE, ids=lambda option: option.name)
@pytest.mark.parametrize("prefix", ["", "ansible_"])
def test_a_fact_of_the_host_is_never_an_option(option: Any, prefix: str) -> None:
    # ansible-core makes variables of what a module returns in ansible_facts.
    variables = {
        option.var: "http://elsewhere/v2.0",
        "ansible_facts": {f"{prefix}{option.var}": "http://elsewhere/v2.0"},
    }
    values, warnings = read(variables)
    assert values == {}
    assert len(warnings) == 1
    assert f"The variable {option.var} is not used as an option, because it is a fact of the host" in warnings[0]


@pytest.mark.parametrize(
    "others",
    [
        {},
        # A fact can have any of these names; it is JSON.
        {"ansible_facts": {}},
        {"ansible_facts": {}, "hostvars": {}, "ansible_inventory_sources": ["hosts"]},
        {"hostvars": object(), "ansible_inventory_sources": ("hosts",)},
    ],
)
def test_no_variable_is_an_option_where_facts_are_not_told_apart(others: dict[str, Any]) -> None:
    variables = {"rax_identity_url": "http://elsewhere/v2.0", "rax_retries": 1, "inventory_hostname": "web1"}
    values, warnings = read({**variables, **others})
    assert values == {}
    assert warnings == [
        (
            "Not used as options: rax_identity_url, rax_retries. While an inventory is built, ansible-core does not "
            "say which variables of a host are facts, and facts are what a managed host says. Give the lookup its "
            "options, or set them in the environment."
        )
    ]


@pytest.mark.parametrize(
    "of_a_play", [{"hostvars": object()}, {"ansible_inventory_sources": ("hosts",)}], ids=["task", "hostvars"]
)
def test_variables_of_a_host_in_a_play_are_options(of_a_play: dict[str, Any]) -> None:
    variables = {"rax_username": "demoauthor", "inventory_hostname": "web1", "ansible_facts": {}, **of_a_play}
    assert read(variables) == ({"username": "demoauthor"}, [])


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "passcode", "session_id"])
@pytest.mark.parametrize("value", [5349, 83.5, False, True])
def test_what_yaml_did_not_read_as_a_string_is_refused(name: str, value: Any) -> None:
    with pytest.raises(OptionError) as caught:
        check_written(name, value, f"the option {name}")
    assert str(caught.value) == (
        f"{name} (the option {name}) was not read as a string, so it may not be what was written: quote it."
    )


def test_what_jinja2_native_made_a_number_has_its_own_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_variables, "_MAKES_NUMBERS", True)
    with pytest.raises(OptionError) as caught:
        check_written("passcode", 123456, "the option passcode")
    assert str(caught.value) == (
        "passcode (the option passcode) was not read as a string, so it may not be what was written: quote it. With "
        "jinja2_native, also end a template with `| string`: its digits become a number otherwise."
    )


def test_a_registered_result_is_not_a_token() -> None:
    with pytest.raises(OptionError) as caught:
        read({"rax_token": {"token": {"id": "secret"}}})
    assert str(caught.value) == "token (the variable rax_token) must be a string, not a dictionary or list."


def test_a_number_that_yaml_read_is_named() -> None:
    assert number_hint({"tenant_id": "0123456", "tenant_name": None, "username": 5}) == ""
    assert number_hint({"tenant_id": 0o123456}) == (
        "tenant_id was read as the number 42798: if it was written with a 0 in front, quote it."
    )


def test_a_number_is_a_tenant() -> None:
    assert read({"rax_tenant_id": 123456}) == ({"tenant_id": 123456}, [])


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("rax_timeout", "30s", "timeout (the variable rax_timeout) must be a number, not '30s'."),
        ("rax_retries", "1.5", "retries (the variable rax_retries) must be a whole number, not '1.5'."),
        (
            "rax_validate_certs",
            "ture",
            "validate_certs (the variable rax_validate_certs) must be true or false, not 'ture'.",
        ),
        ("rax_api_version", "v3", "api_version (the variable rax_api_version) must be one of v2.0, v1.1, not 'v3'."),
        (
            "rax_wire_format",
            "json\n",
            "wire_format (the variable rax_wire_format) must be one of json, xml, not 'json\\n'.",
        ),
        ("rax_proxy", ["x"], "proxy (the variable rax_proxy) must be a string, not a dictionary or list."),
    ],
)
def test_a_value_of_the_wrong_type_names_its_variable(variable: str, value: Any, problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        read({variable: value})
    assert str(caught.value) == problem


@pytest.mark.parametrize("variables", [{}, {"ansible_facts": None}, {"ansible_facts": []}, {"ansible_facts": {}}])
def test_there_may_be_no_fact(variables: dict[str, Any]) -> None:
    assert fact_of_host(variables) is None
