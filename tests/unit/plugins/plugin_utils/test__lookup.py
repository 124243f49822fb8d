# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each option of a lookup comes from, and what the errors of lookups look like."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from ansible import constants
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingLibraryError,
    NoEndpointError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.plugins.plugin_utils import _lookup
from ansible_collections.rackspace.identity.plugins.plugin_utils._lookup import IdentityLookup

try:
    from ansible.template import trust_as_template
except ImportError:
    # ansible-core before 2.19 trusts every string.
    trust_as_template = str

OPTIONS = SHARED + ENDPOINT_CHOICE


@pytest.fixture(autouse=True)
def ini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty configuration file of Ansible."""
    path = tmp_path / "ansible.cfg"
    path.write_text("", encoding="utf-8")
    monkeypatch.setattr(constants.config, "_config_file", str(path))
    return path


def lookup(**variables: Any) -> IdentityLookup:
    loader = DataLoader()
    plugin = lookup_loader.get(
        "rackspace.identity.rax_endpoint", loader=loader, templar=Templar(loader, variables=variables)
    )
    # Ansible loads each plugin as a class of its own.
    assert type(plugin).__name__ == "LookupModule"
    return cast(IdentityLookup, plugin)


def read(variables: Mapping[str, Any] | None = None, **given: Any) -> tuple[dict[str, Any], Context]:
    return lookup(**(variables or {})).read_options(OPTIONS, variables, given)


def value(name: str, variables: Mapping[str, Any] | None = None, **given: Any) -> Any:
    return read(variables, **given)[0][name]


def source(name: str, variables: Mapping[str, Any] | None = None, **given: Any) -> str | None:
    return read(variables, **given)[1].sources.get(name)


def refusal(variables: Mapping[str, Any] | None = None, **given: Any) -> str:
    with pytest.raises(AnsibleError) as caught:
        read(variables, **given)
    return str(caught.value)


def test_defaults() -> None:
    values, context = read()
    assert values == {option.name: option.default for option in OPTIONS}
    assert dict(context.sources) == {}
    assert context.check_mode is False


def test_warnings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, text: warnings.append(text))
    read()[1].warn("a warning")
    assert warnings == ["a warning"]


# Options.


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"username": "u"}, "username", "u"),
        ({"auth_token": "t"}, "token", "t"),
        ({"creds_file": "/x"}, "credentials_file", "/x"),
        ({"credentials": "/x"}, "credentials_file", "/x"),
        ({"verify_ssl": "no"}, "validate_certs", False),
        ({"validate_certs": "yes"}, "validate_certs", True),
        ({"timeout": "2.5"}, "timeout", 2.5),
        ({"retries": "0"}, "retries", 0),
        ({"service_type": "compute"}, "type", "compute"),
        ({"all": True}, "all", True),
        ({"default": {"a": 1}}, "default", {"a": 1}),
        ({"tenant_id": 123456}, "tenant_id", "123456"),
    ],
)
def test_options_given_to_the_lookup(given: dict[str, Any], name: str, expected: Any) -> None:
    values, context = read(**given)
    assert values[name] == expected
    assert isinstance(values[name], type(expected))
    assert context.sources == {name: f"the option {name}"}


def test_unknown_option() -> None:
    assert refusal(regoin="DFW", zone="x") == (
        "Unknown option regoin, zone. Options: all, api_key, api_version, ca_path, cache, cache_dir, credentials_file, "
        "default, detail, identity_url, interface, min_ttl, name, on_missing, passcode, password, proxy, region, "
        "retries, retry_max_wait, session_id, tenant, tenant_id, tenant_name, timeout, token, type, username, "
        "validate_certs, version, wire_format. (error.kind: bad_request)"
    )


def test_option_under_two_names() -> None:
    text = refusal(auth_url="https://a", identity_url="https://b")
    assert text == "identity_url is given twice, once under another name. (error.kind: bad_request)"


def test_option_set_to_none_is_not_given() -> None:
    assert read(username=None, auth_url=None, identity_url="https://b")[1].sources == {
        "identity_url": "the option identity_url"
    }


@pytest.mark.parametrize("given", [{"interface": "x"}, {"on_missing": "x"}, {"timeout": "x"}, {"retries": "x"}])
def test_invalid_values(given: dict[str, Any]) -> None:
    assert next(iter(given)) in refusal(**given)


@pytest.mark.parametrize("name", ["validate_certs", "verify_ssl", "all", "detail"])
@pytest.mark.parametrize("wrong", ["ture", "", "2", [], {}])
def test_values_that_are_not_boolean_are_refused(name: str, wrong: Any) -> None:
    shown = "validate_certs" if name == "verify_ssl" else name
    assert refusal(**{name: wrong}) == f"The value of {shown} must be true or false."


@pytest.mark.parametrize("name", ["api_key", "password", "token"])
@pytest.mark.parametrize("wrong", [["secret1"], {"secret1": "secret1"}])
def test_secret_of_a_wrong_type_is_not_shown(name: str, wrong: Any) -> None:
    with pytest.raises(AnsibleOptionsError) as caught:
        read(**{name: wrong})
    assert str(caught.value) == f"The value of {name} must be a string."
    assert caught.value.__suppress_context__


def test_values_are_plain_strings() -> None:
    # From ansible-core 2.19 on, strings are of a subclass that carries where they come from.
    tagged = trust_as_template("u")
    strings = [
        value("username", username=tagged),
        value("username", {"rax_username": tagged}),
        value("username", {"rax_username": trust_as_template("{{ x }}"), "x": tagged}),
        value("region", region=tagged),
    ]
    assert strings == ["u"] * 4
    assert {type(string) for string in strings} == {str}


# Variables.


def test_options_from_variables() -> None:
    variables = {"rax_username": "u", "rax_timeout": 7, "rax_validate_certs": False}
    values, context = read(variables)
    assert (values["username"], values["timeout"], values["validate_certs"]) == ("u", 7.0, False)
    assert context.sources == {
        "username": "the variable rax_username",
        "timeout": "the variable rax_timeout",
        "validate_certs": "the variable rax_validate_certs",
    }


def test_variables_are_templated() -> None:
    variables = {
        "rax_api_key": trust_as_template("{{ vault }}"),
        "vault": trust_as_template("{{ deeper }}1"),
        "deeper": "key",
    }
    assert value("api_key", variables) == "key1"


def test_option_wins_over_the_variable() -> None:
    assert value("username", {"rax_username": "v"}, username="o") == "o"
    assert source("username", {"rax_username": "v"}, username="o") == "the option username"
    assert value("identity_url", {"rax_identity_url": "https://v"}, auth_url="https://o") == "https://o"


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.var is None], ids=lambda one: one.name)
def test_options_that_are_not_shared_have_no_variable(option: Any) -> None:
    assert value(option.name, {f"rax_{option.name}": "x"}) == option.default


# The environment.


def test_options_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "e")
    monkeypatch.setenv("RAX_VALIDATE_CERTS", "no")
    monkeypatch.setenv("RAX_TIMEOUT", "1.5")
    monkeypatch.setenv("RAX_CREDENTIALS", "~/creds")
    values, context = read()
    assert (values["username"], values["validate_certs"], values["timeout"]) == ("e", False, 1.5)
    assert values["credentials_file"].endswith("/home/creds")
    assert context.sources == {
        "username": "the environment variable RAX_USERNAME",
        "validate_certs": "the environment variable RAX_VALIDATE_CERTS",
        "timeout": "the environment variable RAX_TIMEOUT",
        "credentials_file": "the environment variable RAX_CREDENTIALS",
    }


def test_variable_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "e")
    assert value("username", {"rax_username": "v"}) == "v"
    assert source("username", {"rax_username": "v"}) == "the variable rax_username"
    assert value("username", username="o") == "o"


@pytest.mark.parametrize("option", [option for option in OPTIONS if len(option.env) > 1], ids=lambda one: one.name)
def test_first_environment_variable_wins(monkeypatch: pytest.MonkeyPatch, option: Any) -> None:
    first, second = option.env
    monkeypatch.setenv(second, "/second")
    assert value(option.name) == "/second"
    assert source(option.name) == f"the environment variable {second}"
    monkeypatch.setenv(first, "/first")
    assert value(option.name) == "/first"
    assert source(option.name) == f"the environment variable {first}"
    monkeypatch.setenv(first, "")
    assert value(option.name) == "/second"


@pytest.mark.parametrize("option", SHARED, ids=lambda one: one.name)
def test_empty_environment_variable_is_unset(monkeypatch: pytest.MonkeyPatch, option: Any) -> None:
    for name in option.env:
        monkeypatch.setenv(name, "")
    values, context = read()
    assert values[option.name] == option.default
    assert dict(context.sources) == {}


def test_value_in_the_environment_that_is_not_boolean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_VALIDATE_CERTS", "ture")
    assert refusal() == "The value of validate_certs must be true or false."


# The ini file.


def test_options_from_the_ini_file(ini: Path) -> None:
    ini.write_text("[rackspace_identity]\nusername = i\nretries = 9\n", encoding="utf-8")
    values, context = read()
    assert (values["username"], values["retries"]) == ("i", 9)
    assert context.sources == {"username": f"the ini file {ini}", "retries": f"the ini file {ini}"}


def test_environment_wins_over_ini(ini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ini.write_text("[rackspace_identity]\nusername = i\n", encoding="utf-8")
    monkeypatch.setenv("RAX_USERNAME", "e")
    assert value("username") == "e"
    assert source("username") == "the environment variable RAX_USERNAME"


def test_secrets_do_not_come_from_ini(ini: Path) -> None:
    ini.write_text("[rackspace_identity]\napi_key = k\npassword = p\ntoken = t\n", encoding="utf-8")
    values, _context = read()
    assert (values["api_key"], values["password"], values["token"]) == (None, None, None)


# Secrets.


def test_secrets_are_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_lookup, "register_secret", registered.append)
    monkeypatch.setenv("RAX_TOKEN", "secret3")
    read({"rax_password": "secret2"}, api_key="secret1", username="u")
    assert registered == ["secret1", "secret2", "secret3"]


# Errors.


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (OptionError("The option is wrong."), AnsibleOptionsError, "The option is wrong. (error.kind: bad_request)"),
        (NoEndpointError("Not found."), AnsibleLookupError, "Not found. (error.kind: no_endpoint)"),
        (
            ServiceError("It failed.", kind="unauthorized"),
            AnsibleLookupError,
            "It failed. (error.kind: unauthorized)",
        ),
        (MissingLibraryError("requests"), AnsibleLookupError, missing_required_lib("requests")),
    ],
)
def test_errors(error: Exception, kind: type[AnsibleError], text: str) -> None:
    def operation() -> None:
        raise error

    with pytest.raises(kind) as caught:
        lookup().translate_errors(operation)
    assert str(caught.value) == text
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_result_is_returned() -> None:
    assert lookup().translate_errors(lambda: ["x"]) == ["x"]


def test_bugs_are_not_hidden() -> None:
    def operation() -> None:
        raise TypeError("a bug")

    with pytest.raises(TypeError):
        lookup().translate_errors(operation)
