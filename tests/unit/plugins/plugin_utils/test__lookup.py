# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each option of a lookup comes from, and what the errors of lookups look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any, cast
from unittest.mock import MagicMock

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
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, SHARED, VARIABLES
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.plugins.plugin_utils import _lookup
from ansible_collections.rackspace.identity.plugins.plugin_utils._lookup import IdentityLookup
from ansible_collections.rackspace.identity.tests.unit.support.action_run import VALUES
from ansible_collections.rackspace.identity.tests.unit.support.former_options import FORMER_OPTIONS
from ansible_collections.rackspace.identity.tests.unit.support.paths import PATHS_AND_MEANINGS
from ansible_collections.rackspace.identity.tests.unit.support.templating import trust_as_template

OPTIONS = SHARED + ENDPOINT_CHOICE
PLAYBOOK: list[str] = []
"""The directory of the playbook, if that is not the current one."""


@pytest.fixture(autouse=True)
def ini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty configuration file of Ansible."""
    path = tmp_path / "ansible.cfg"
    path.write_text("", encoding="utf-8")
    monkeypatch.setattr(constants.config, "_config_file", str(path))
    monkeypatch.setattr(constants, "CONFIG_FILE", str(path))
    return path


def lookup(**variables: Any) -> IdentityLookup:
    loader = DataLoader()
    if PLAYBOOK:
        loader.set_basedir(PLAYBOOK[-1])
    plugin = lookup_loader.get(
        "rackspace.identity.rax_endpoint", loader=loader, templar=Templar(loader, variables=variables)
    )
    # Ansible loads each plugin as a class of its own.
    assert type(plugin).__name__ == "LookupModule"
    return cast(IdentityLookup, plugin)


def read(variables: Mapping[str, Any] | None = None, **given: Any) -> tuple[dict[str, Any], Context]:
    return lookup(**(variables or {})).read_options(variables or {}, given)


def value(name: str, variables: Mapping[str, Any] | None = None, **given: Any) -> Any:
    return read(variables, **given)[0][name]


def source(name: str, variables: Mapping[str, Any] | None = None, **given: Any) -> Source | None:
    return read(variables, **given)[1].sources.get(name)


def refusal(variables: Mapping[str, Any] | None = None, **given: Any) -> str:
    plugin = lookup(**(variables or {}))
    with pytest.raises(AnsibleOptionsError) as caught:
        plugin.translate_errors(lambda: plugin.read_options(variables or {}, given))
    text, _open, kind = str(caught.value).rpartition(" (error.kind: ")
    assert kind == "bad_request)"
    assert caught.value.__suppress_context__
    return text


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
    assert context.sources == {name: Source.option(name)}


def test_unknown_option() -> None:
    assert refusal(regoin="DFW", zone="x") == (
        "Unknown option regoin, zone. Options: all, api_key, api_version, ca_path, cache, cache_dir, cache_plugin, "
        "cache_plugin_connection, cloud, credentials_file, default, default_region, detail, identity_url, interface, "
        "min_ttl, name, on_missing, passcode, password, proxy, region, retries, retry_max_wait, session_id, tenant, "
        "tenant_id, tenant_name, timeout, token, totp_secret, type, username, validate_certs, version, wire_format."
    )


@pytest.mark.parametrize(("name", "way_out"), FORMER_OPTIONS.items())
def test_options_of_former_modules_that_do_not_carry_over_are_named(name: str, way_out: str) -> None:
    given: dict[str, Any] = {name: "x"}
    assert refusal(**given) == way_out


def test_option_under_two_names() -> None:
    text = refusal(auth_url="https://a", identity_url="https://b")
    assert text == "identity_url is given twice, once under another name."


def test_option_set_to_none_is_not_given() -> None:
    assert read(username=None, auth_url=None, identity_url="https://b")[1].sources == {
        "identity_url": Source.option("identity_url")
    }


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"interface": "x"}, "must be one of public, internal, admin, not 'x'."),
        ({"on_missing": "x"}, "must be one of error, empty, default, not 'x'."),
        ({"timeout": "x"}, "must be a number, not 'x'."),
        ({"retries": "x"}, "must be a whole number, not 'x'."),
        ({"retries": "1.5"}, "must be a whole number, not '1.5'."),
        ({"timeout": 10**400}, f"must be a number, not 1{'0' * 400}."),
        ({"tenant_id": ["1"]}, "must be a string, not a dictionary or list."),
        ({"proxy": ["http://me:urlsecret@host:1"]}, "must be a string."),
    ],
)
def test_value_of_a_wrong_type_is_named(given: dict[str, Any], problem: str) -> None:
    (name,) = given
    assert refusal(**given) == f"{name} (the option {name}) {problem}"


@pytest.mark.parametrize("name", ["validate_certs", "verify_ssl", "all", "detail"])
@pytest.mark.parametrize("wrong", ["ture", "2", [], {}])
def test_values_that_are_not_boolean_are_refused(name: str, wrong: Any) -> None:
    shown = "validate_certs" if name == "verify_ssl" else name
    assert refusal(**{name: wrong}) == f"{shown} (the option {shown}) must be true or false."


@pytest.mark.parametrize("name", ["validate_certs", "verify_ssl", "all", "detail", "username", "token", "type"])
@pytest.mark.parametrize("value", [None, "", "__omit_place_holder__0123456789"])
def test_an_omitted_or_empty_option_is_not_given(name: str, value: Any) -> None:
    values, context = read(**{name: value})
    assert values == {option.name: option.default for option in OPTIONS}
    assert dict(context.sources) == {}


@pytest.mark.parametrize("name", ["api_key", "password", "token"])
@pytest.mark.parametrize("wrong", [["secret1"], {"secret1": "secret1"}])
def test_secret_of_a_wrong_type_is_not_shown(name: str, wrong: Any) -> None:
    assert refusal(**{name: wrong}) == f"{name} (the option {name}) must be a string, not a dictionary or list."


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "passcode", "session_id"])
@pytest.mark.parametrize("value", [5349, 83.5, False])
def test_a_secret_that_was_not_read_as_a_string_is_refused(name: str, value: Any) -> None:
    problem = "was not read as a string, so it may not be what was written: quote it."
    assert refusal(**{name: value}) == f"{name} (the option {name}) {problem}"
    assert refusal({f"rax_{name}": value}) == f"{name} (the variable rax_{name}) {problem}"


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
        "username": Source.variable("rax_username"),
        "timeout": Source.variable("rax_timeout"),
        "validate_certs": Source.variable("rax_validate_certs"),
    }


@pytest.mark.parametrize("name", VALUES)
def test_a_variable_reaches_the_lookup(name: str) -> None:
    written, expected = VALUES[name]
    values, context = read({VARIABLES[name]: written})
    assert values == {**{option.name: option.default for option in OPTIONS}, name: expected}
    assert isinstance(values[name], type(expected))
    assert context.sources == {name: Source.variable(VARIABLES[name])}


def test_variables_are_templated() -> None:
    variables = {
        "rax_api_key": trust_as_template("{{ vault }}"),
        "vault": trust_as_template("{{ deeper }}1"),
        "deeper": "key",
    }
    assert value("api_key", variables) == "key1"


def test_option_wins_over_the_variable() -> None:
    assert value("username", {"rax_username": "v"}, username="o") == "o"
    assert source("username", {"rax_username": "v"}, username="o") == Source.option("username")
    assert value("identity_url", {"rax_identity_url": "https://v"}, auth_url="https://o") == "https://o"


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.var is None], ids=lambda one: one.name)
def test_options_that_are_not_shared_have_no_variable(option: Any) -> None:
    assert value(option.name, {f"rax_{option.name}": "x"}) == option.default


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record what Ansible shows as warnings."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, text: shown.append(text))
    return shown


WRONG = {"validate_certs": False, "cache": False, "timeout": 1, "retries": 1, "retry_max_wait": 1, "min_ttl": 1}


@pytest.mark.parametrize("option", SHARED, ids=lambda one: one.name)
@pytest.mark.parametrize("prefix", ["", "ansible_"])
def test_a_fact_of_the_host_is_never_an_option(warnings: list[str], option: Any, prefix: str) -> None:
    # ansible-core makes variables of what a module returns in ansible_facts.
    wrong = WRONG.get(option.name, "http://elsewhere/v2.0")
    facts = {f"{prefix}{option.var}": wrong}
    values, context = read({option.var: wrong, f"ansible_{option.var}": wrong, "ansible_facts": facts})
    assert values == {one.name: one.default for one in OPTIONS}
    assert dict(context.sources) == {}
    assert warnings == [
        (
            f"The variable {option.var} is not used as an option, because it is a fact of the host: facts are what a "
            "managed host says. Set the option under another name, or as a variable that no host can change."
        )
    ]


def test_a_fact_does_not_matter_where_the_lookup_has_the_option(warnings: list[str]) -> None:
    variables = {"rax_identity_url": "http://e", "ansible_facts": {"rax_identity_url": "http://e"}}
    assert value("identity_url", variables, auth_url="https://o") == "https://o"
    assert warnings == []


def test_the_environment_is_used_instead_of_a_fact(warnings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_IDENTITY_URL", "https://id.example.com")
    variables = {"rax_identity_url": "http://e", "ansible_facts": {"rax_identity_url": "http://e"}}
    assert value("identity_url", variables) == "https://id.example.com"
    assert len(warnings) == 1


@pytest.mark.parametrize("empty", [None, "", "__omit_place_holder__0123456789"])
def test_an_omitted_or_empty_variable_is_not_given(monkeypatch: pytest.MonkeyPatch, empty: Any) -> None:
    assert value("tenant_id", {"rax_tenant_id": empty}) is None
    monkeypatch.setenv("RAX_USERNAME", "e")
    assert value("username", {"rax_username": empty}) == "e"
    assert source("username", {"rax_username": empty}) == Source.environment("RAX_USERNAME")


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"rax_timeout": "30s"}, "timeout (the variable rax_timeout) must be a number, not '30s'."),
        ({"rax_cache": "perhaps"}, "cache (the variable rax_cache) must be true or false, not 'perhaps'."),
        (
            {"rax_token": {"token": {"id": "secret1"}}},
            "token (the variable rax_token) must be a string, not a dictionary or list.",
        ),
        ({"rax_proxy": ["http://me:urlsecret@host:1"]}, "proxy (the variable rax_proxy) must be a string."),
    ],
)
def test_variable_of_a_wrong_type_is_named(variables: dict[str, Any], text: str) -> None:
    assert refusal(variables) == text


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
        "username": Source.environment("RAX_USERNAME"),
        "validate_certs": Source.environment("RAX_VALIDATE_CERTS"),
        "timeout": Source.environment("RAX_TIMEOUT"),
        "credentials_file": Source.environment("RAX_CREDENTIALS"),
    }


def test_variable_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "e")
    assert value("username", {"rax_username": "v"}) == "v"
    assert source("username", {"rax_username": "v"}) == Source.variable("rax_username")
    assert value("username", username="o") == "o"


@pytest.mark.parametrize("option", [option for option in OPTIONS if len(option.env) > 1], ids=lambda one: one.name)
def test_first_environment_variable_wins(monkeypatch: pytest.MonkeyPatch, option: Any) -> None:
    first, second, *_others = option.env
    monkeypatch.setenv(second, "/second")
    assert value(option.name) == "/second"
    assert source(option.name) == Source.environment(second)
    monkeypatch.setenv(first, "/first")
    assert value(option.name) == "/first"
    assert source(option.name) == Source.environment(first)
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
    assert refusal() == "validate_certs (the environment variable RAX_VALIDATE_CERTS) must be true or false."


@pytest.mark.parametrize(
    ("name", "wrong", "text"),
    [
        ("RAX_TIMEOUT", "30s", "timeout (the environment variable RAX_TIMEOUT) must be a number, not '30s'."),
        ("RAX_RETRIES", "1.5", "retries (the environment variable RAX_RETRIES) must be a whole number, not '1.5'."),
        (
            "RAX_API_VERSION",
            "v3",
            "api_version (the environment variable RAX_API_VERSION) must be one of v2.0, v1.1, not 'v3'.",
        ),
    ],
)
def test_environment_variable_of_a_wrong_type_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: str, text: str
) -> None:
    monkeypatch.setenv(name, wrong)
    assert refusal() == text
    (option,) = (option for option in OPTIONS if name in option.env)
    # What is not needed cannot fail the lookup.
    usable: Any = "v1.1" if option.choices else 7
    given: dict[str, Any] = {option.name: usable}
    assert value(option.name, **given) == usable
    assert value(option.name, {str(option.var): usable}) == usable


@pytest.mark.parametrize(("alias", "variable"), [("auth_token", "RAX_TOKEN"), ("auth_endpoint", "RAX_IDENTITY_URL")])
def test_an_alias_beside_the_environment_is_the_source(
    warnings: list[str], monkeypatch: pytest.MonkeyPatch, alias: str, variable: str
) -> None:
    monkeypatch.setenv(variable, "https://of.the.environment")
    given: dict[str, Any] = {alias: "https://of.the.lookup"}
    values, context = read(**given)
    (option,) = (option for option in OPTIONS if alias in option.aliases)
    assert values[option.name] == "https://of.the.lookup"
    assert context.sources == {option.name: Source.option(option.name)}
    assert warnings == []


# The ini file.


def test_options_from_the_ini_file(ini: Path) -> None:
    ini.write_text("[rackspace_identity]\nusername = i\nretries = 9\n", encoding="utf-8")
    values, context = read()
    assert (values["username"], values["retries"]) == ("i", 9)
    assert context.sources == {"username": Source.ini(str(ini)), "retries": Source.ini(str(ini))}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("validate_certs = tru", "must be true or false"),
        ("cache = maybe", "must be true or false"),
        ("api_version = v9", "must be one of v2.0, v1.1, not 'v9'"),
        ("timeout = 30s", "must be a number, not '30s'"),
        ("retries = many", "must be a whole number, not 'many'"),
    ],
)
def test_wrong_value_in_the_ini_file_is_named_with_it(ini: Path, line: str, problem: str) -> None:
    ini.write_text(f"[rackspace_identity]\n{line}\n", encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        read()
    assert str(caught.value) == f"{line.partition(' ')[0]} (the ini file {ini}) {problem}."


@pytest.mark.parametrize("words", ["no", "False", "0 ; for now"])
def test_boolean_in_the_ini_file(ini: Path, words: str) -> None:
    ini.write_text(f"[rackspace_identity]\nvalidate_certs = {words}\n", encoding="utf-8")
    assert value("validate_certs") is False


def test_ini_file_is_not_read_once_more_for_other_options(ini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ini.write_text("[rackspace_identity]\nusername = i\nretries = 9\n", encoding="utf-8")
    value("username")
    monkeypatch.setattr(ConfigParser, "read", MagicMock(side_effect=AssertionError))
    assert value("retries") == 9


def test_environment_wins_over_ini(ini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ini.write_text("[rackspace_identity]\nusername = i\n", encoding="utf-8")
    monkeypatch.setenv("RAX_USERNAME", "e")
    assert value("username") == "e"
    assert source("username") == Source.environment("RAX_USERNAME")


def test_secrets_do_not_come_from_ini(ini: Path) -> None:
    ini.write_text("[rackspace_identity]\napi_key = k\npassword = p\ntoken = t\n", encoding="utf-8")
    values, _context = read()
    assert (values["api_key"], values["password"], values["token"]) == (None, None, None)


# Relative paths.


@pytest.fixture
def playbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the directory of a playbook, which is started from another."""
    directory, elsewhere = tmp_path / "playbooks", tmp_path / "elsewhere"
    for path in (directory, elsewhere):
        path.mkdir()
    monkeypatch.chdir(elsewhere)
    PLAYBOOK.append(str(directory))
    yield directory
    PLAYBOOK.clear()


@pytest.mark.parametrize(
    "option", [option for option in SHARED if option.type == "path"], ids=lambda option: option.name
)
@pytest.mark.parametrize("where", ["option", "variable", "environment"])
@pytest.mark.parametrize(("written", "meant"), PATHS_AND_MEANINGS)
def test_a_relative_path_means_the_directory_of_the_playbook(
    playbook: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: Any,
    where: str,
    written: str,
    meant: str,
) -> None:
    if where == "environment":
        monkeypatch.setenv(option.env[0], written)
    given = {option.name: written} if where == "option" else {}
    variables = {option.var: written} if where == "variable" else {}
    assert value(option.name, variables, **given) == meant.format(playbook=playbook, home=home)


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
        (
            MissingLibraryError("requests"),
            AnsibleLookupError,
            f"{missing_required_lib('requests')} (error.kind: missing_library)",
        ),
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
