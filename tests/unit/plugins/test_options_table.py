# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one table of options against everything that repeats it: argument specs, documentation, role, and contract."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.module_utils.basic import AnsibleModule
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import add_fragments

from ansible_collections.rackspace.identity.plugins.module_utils import _options
from ansible_collections.rackspace.identity.plugins.module_utils._argument_spec import argument_spec, plugin_sources
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import Option
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import Operation
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context

PACKAGE = "ansible_collections.rackspace.identity.plugins"
COLLECTION = Path(__file__).resolve().parents[3]
PLUGINS = COLLECTION / "plugins"

# What this file knows how to compare. A new kind of plugin has to be added here, with a test of its options.
KINDS = {"action", "doc_fragments", "filter", "lookup", "modules"}
WITHOUT_OPTIONS = {"module_utils", "plugin_utils"}


def names_in(directory: str) -> list[str]:
    """Return the names of the Python files in a directory of plugins."""
    return sorted(path.stem for path in (PLUGINS / directory).glob("*.py") if path.stem != "__init__")


MODULES = names_in("modules")
ACTIONS = names_in("action")
LOOKUPS = names_in("lookup")
FILTERS = names_in("filter")
FRAGMENTS = names_in("doc_fragments")
DOCUMENTED = [("modules", name) for name in MODULES] + [("lookup", name) for name in LOOKUPS]

TABLE: list[Option] = [
    option
    for group in vars(_options).values()
    if isinstance(group, tuple)
    for option in group
    if isinstance(option, Option)
]

ROLE_PREFIX = "rax_session_"
# The role's own variables that stand for a shared option; for the others, the modules read rax_* by themselves.
ROLE_VARIABLES = {
    "rax_session_passcode": "passcode",
    "rax_session_token": "token",
    "rax_session_identity_url": "identity_url",
}
# The entry points of the role, and the files with their tasks.
ROLE_TASKS = {"main": ["main", "second_factor"], "close": ["close"]}

# name: type, default, aliases, environment, variable, ini, secret; as the public interface has them.
CONTRACT: dict[str, tuple[str, Any, tuple[str, ...], tuple[str, ...], str, str | None, bool]] = {
    "username": ("str", None, (), ("RAX_USERNAME", "RS_USERNAME"), "rax_username", "username", False),
    "api_key": ("str", None, (), ("RAX_API_KEY", "RS_API_KEY"), "rax_api_key", None, True),
    "password": ("str", None, (), ("RAX_PASSWORD",), "rax_password", None, True),
    "token": ("str", None, ("auth_token",), ("RAX_TOKEN",), "rax_token", None, True),
    "passcode": ("str", None, (), (), "rax_passcode", None, True),
    "session_id": ("str", None, (), (), "rax_session_id", None, True),
    "totp_secret": ("str", None, (), ("RAX_TOTP_SECRET",), "rax_totp_secret", None, True),
    "tenant_id": ("str", None, (), ("RAX_TENANT_ID",), "rax_tenant_id", "tenant_id", False),
    "tenant_name": ("str", None, (), ("RAX_TENANT_NAME",), "rax_tenant_name", "tenant_name", False),
    "credentials_file": (
        "path",
        None,
        ("credentials", "creds_file"),
        ("RAX_CREDENTIALS", "RAX_CREDS_FILE"),
        "rax_credentials_file",
        "credentials_file",
        False,
    ),
    "cloud": ("str", None, ("profile",), ("RAX_CLOUD", "OS_CLOUD"), "rax_cloud", "cloud", False),
    "identity_url": (
        "str",
        "https://identity.api.rackspacecloud.com/v2.0",
        ("auth_endpoint", "auth_url"),
        ("RAX_IDENTITY_URL", "RAX_AUTH_URL", "RS_AUTH_URL"),
        "rax_identity_url",
        "identity_url",
        False,
    ),
    "api_version": ("str", "v2.0", (), ("RAX_API_VERSION",), "rax_api_version", "api_version", False),
    "wire_format": ("str", "json", (), (), "rax_wire_format", "wire_format", False),
    "validate_certs": (
        "bool",
        True,
        ("verify_ssl",),
        ("RAX_VALIDATE_CERTS",),
        "rax_validate_certs",
        "validate_certs",
        False,
    ),
    "ca_path": ("path", None, (), ("RAX_CA_PATH",), "rax_ca_path", "ca_path", False),
    "proxy": ("str", None, (), ("RAX_PROXY",), "rax_proxy", "proxy", False),
    "timeout": ("float", 30.0, (), ("RAX_TIMEOUT",), "rax_timeout", "timeout", False),
    "retries": ("int", 4, (), ("RAX_RETRIES",), "rax_retries", "retries", False),
    "retry_max_wait": ("float", 60.0, (), ("RAX_RETRY_MAX_WAIT",), "rax_retry_max_wait", "retry_max_wait", False),
    "cache": ("bool", True, (), ("RAX_CACHE",), "rax_cache", "cache", False),
    "cache_dir": ("path", None, (), ("RAX_CACHE_DIR",), "rax_cache_dir", "cache_dir", False),
    "min_ttl": ("int", 300, (), ("RAX_MIN_TTL",), "rax_min_ttl", "min_ttl", False),
    "cache_plugin": ("str", None, (), ("RAX_CACHE_PLUGIN",), "rax_cache_plugin", "cache_plugin", False),
    "cache_plugin_connection": (
        "str",
        None,
        (),
        ("RAX_CACHE_PLUGIN_CONNECTION",),
        "rax_cache_plugin_connection",
        None,
        True,
    ),
    "default_region": ("str", None, (), ("RAX_REGION", "RS_REGION_NAME"), "rax_region", "region", False),
}


class Captured(Exception):
    """Ends a module as soon as it has built its AnsibleModule."""


def documented(plugin: ModuleType, kind: str) -> dict[str, Any]:
    """Return the options in a plugin's documentation, with those of its fragments."""
    documentation = yaml.safe_load(plugin.DOCUMENTATION)
    add_fragments(documentation, str(plugin.__file__), fragment_loader=fragment_loader, is_module=kind == "module")
    return dict(documentation["options"])


def as_documented(option: Option) -> dict[str, Any]:
    """Return what the documentation of an option must say, beside its description and the sources of lookups."""
    return {
        "options": {one.name: as_documented(one) for one in option.options},
        "type": option.type,
        "default": option.default,
        "elements": option.elements,
        "choices": set(option.choices),
        "aliases": set(option.aliases),
    }


def from_documentation(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same from what it says, or from an argument spec."""
    inner = entry.get("suboptions", entry.get("options", {}))
    return {
        "options": {name: from_documentation(one) for name, one in inner.items()},
        "type": entry.get("type", "str"),
        "default": entry.get("default"),
        "elements": entry.get("elements"),
        "choices": set(entry.get("choices", ())),
        "aliases": set(entry.get("aliases", ())),
    }


def names_of(entry: Mapping[str, Any], source: str) -> list[str]:
    """Return the names of a lookup's option in one of its sources."""
    return [one["name"] for one in entry.get(source, ())]


def description_of(entry: Mapping[str, Any]) -> str:
    """Return the description as one string."""
    description = entry.get("description", "")
    return description if isinstance(description, str) else " ".join(description)


def operation_of_module(name: str, monkeypatch: pytest.MonkeyPatch) -> Operation:
    """Return the operation that a module runs."""
    plugin = importlib.import_module(f"{PACKAGE}.modules.{name}")
    seen: list[Operation] = []
    monkeypatch.setattr(plugin, "run_module", seen.append)
    plugin.main()
    (operation,) = seen
    return operation


def arguments_of_module(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the arguments that a module builds its AnsibleModule with."""
    plugin = importlib.import_module(f"{PACKAGE}.modules.{name}")
    seen: dict[str, Any] = {}

    def initialize(_module: AnsibleModule, **arguments: Any) -> None:
        seen.update(arguments)
        raise Captured

    monkeypatch.setattr(AnsibleModule, "__init__", initialize)
    with pytest.raises(Captured):
        plugin.main()
    return seen


def options_of_lookup(name: str) -> Sequence[Option]:
    """Return the options of a lookup."""
    options: Sequence[Option] = importlib.import_module(f"{PACKAGE}.lookup.{name}").LookupModule.OPTIONS
    return options


def test_every_kind_of_plugin_is_compared() -> None:
    directories = {path.name for path in PLUGINS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert directories <= KINDS | WITHOUT_OPTIONS
    assert MODULES
    # An action without a module could not leave anything to it.
    assert ACTIONS
    assert set(ACTIONS) <= set(MODULES)
    assert LOOKUPS
    assert FILTERS == ["rax_select"]
    assert FRAGMENTS


def test_table_is_the_contract() -> None:
    table = {
        one.name: (one.type, one.default, one.aliases, one.env, one.var, one.ini, one.secret) for one in _options.SHARED
    }
    assert table == CONTRACT
    assert list(table) == list(CONTRACT)
    assert _options.INI_SECTION == "rackspace_identity"


def test_table_of_the_catalog_filters() -> None:
    assert [(one.name, one.type, one.elements, one.aliases) for one in _options.CATALOG_FILTERS] == [
        ("service_type", "list", "str", ("type",)),
        ("service_name", "list", "str", ()),
        ("region", "list", "str", ()),
        ("interface", "list", "str", ()),
        ("version", "list", "str", ()),
        ("tenant", "list", "str", ()),
    ]


def test_table_of_a_login_and_its_facts() -> None:
    options = (*_options.LOGIN_PARAMETERS, *_options.RENEW, *_options.FACTS)
    assert [(one.name, one.type, one.default, one.choices) for one in options] == [
        ("include_endpoints", "bool", True, ()),
        ("scope", "str", None, ("setup-mfa",)),
        ("on_mfa", "str", "fail", ("fail", "challenge")),
        ("renew", "bool", False, ()),
        ("facts", "str", "metadata", ("metadata", "all", "none")),
    ]


def test_table_of_users_and_tokens() -> None:
    groups = (_options.USER_PARAMETERS, _options.SUBJECT, _options.TOKEN_INFO)
    assert [[(one.name, one.type, one.default, one.secret) for one in group] for group in groups] == [
        [("apply_rcn_roles", "bool", False, False), ("include_accessible_domains", "bool", False, False)],
        [("subject_token", "str", None, True)],
        [("belongs_to", "str", None, False), ("list_endpoints", "bool", False, False)],
    ]


def test_choices_of_the_shared_options() -> None:
    assert {one.name: one.choices for one in _options.SHARED if one.choices} == {
        "api_version": ("v2.0", "v1.1"),
        "wire_format": ("json", "xml"),
    }


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({}, {}),
        ({"type": "t", "service_name": "n"}, {"type": "t", "name": "n"}),
        ({"service_type": "t", "region": None}, {"type": "t"}),
        ({"type": None, "service_type": "t"}, {"type": "t"}),
    ],
)
def test_options_by_name(given: dict[str, Any], values: dict[str, Any]) -> None:
    assert _options.by_name(_options.ENDPOINT_CHOICE, given) == values


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"zone": "x", "regoin": "DFW"},
            (
                "Unknown option regoin, zone. Options: all, default, detail, interface, name, on_missing, region, "
                "tenant, type, version."
            ),
        ),
        ({"type": "t", "service_type": "t"}, "type is given twice, once under another name."),
    ],
)
def test_options_that_are_unknown_or_given_twice(given: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        _options.by_name(_options.ENDPOINT_CHOICE, given)
    assert str(caught.value) == text


def test_table_of_the_choice_of_an_endpoint() -> None:
    assert [(one.name, one.type, one.default, one.choices) for one in _options.ENDPOINT_CHOICE] == [
        ("type", "str", None, ()),
        ("name", "str", None, ()),
        ("region", "str", None, ()),
        ("interface", "str", "public", ("public", "internal", "admin")),
        ("version", "str", None, ()),
        ("tenant", "str", None, ()),
        ("all", "bool", False, ()),
        ("detail", "bool", False, ()),
        ("on_missing", "str", "error", ("error", "empty", "default")),
        ("default", "raw", None, ()),
    ]


def test_only_shared_options_have_sources_beside_the_task() -> None:
    for option in TABLE:
        shared = option in _options.SHARED + _options.SHARED_BY_REQUESTS
        # A passcode and its session live for minutes, and the wire format does not depend on where a play runs.
        without_environment = ("passcode", "session_id", "wire_format")
        assert bool(option.env) == (shared and option.name not in without_environment), option.name
        assert bool(option.var) == shared, option.name
        assert shared or option.ini is None, option.name


def test_secrets_never_come_from_ini() -> None:
    assert {option.name for option in TABLE if option.secret} == {
        "api_key",
        "password",
        "token",
        "passcode",
        "session_id",
        "totp_secret",
        "cache_plugin_connection",
        "subject_token",
    }
    assert [option.name for option in TABLE if option.secret and option.ini] == []


def test_defaults_are_of_their_type() -> None:
    kinds = {"str": str, "path": str, "bool": bool, "int": int, "float": float}
    for option in TABLE:
        if option.default is not None:
            assert {type(option.default)} == {kinds[option.type]}, option.name
            assert not option.choices or option.default in option.choices, option.name


def test_names_and_aliases_are_unique() -> None:
    for group in (value for value in vars(_options).values() if isinstance(value, tuple)):
        options = [one for one in group if isinstance(one, Option)]
        names = [name for one in options for name in (one.name, *one.aliases)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", MODULES)
def test_module_documents_its_options(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = operation_of_module(name, monkeypatch).OPTIONS
    entries = documented(importlib.import_module(f"{PACKAGE}.modules.{name}"), "module")
    assert {key: from_documentation(entry) for key, entry in entries.items()} == {
        option.name: as_documented(option) for option in options
    }
    for entry in entries.values():
        # These are for lookups. A module's option has a fallback, which its description names.
        assert not {"env", "vars", "ini"} & set(entry)


@pytest.mark.parametrize("name", MODULES)
def test_argument_spec_is_the_table(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = arguments_of_module(name, monkeypatch)["argument_spec"]
    options = operation_of_module(name, monkeypatch).OPTIONS
    assert set(spec) == {option.name for option in options}
    for option in options:
        assert option in TABLE, f"{option.name} is not in the table"
        entry = spec[option.name]
        assert from_documentation(entry) == as_documented(option), option.name
        assert entry["no_log"] is option.secret, option.name
        assert entry.get("required", False) is False, option.name
        names = entry["fallback"][1] if "fallback" in entry else []
        assert tuple(names) == option.env, option.name
        assert set(entry) <= {"type", "default", "elements", "choices", "aliases", "no_log", "fallback", "options"}


@pytest.mark.parametrize("name", MODULES)
def test_module_has_the_shared_options(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = arguments_of_module(name, monkeypatch)
    shared = _options.SHARED_BY_REQUESTS if name == "rax_request" else _options.SHARED
    assert set(shared) <= set(operation_of_module(name, monkeypatch).OPTIONS)
    # Two tenants are an error with a kind, which Ansible's own error would not have.
    assert "mutually_exclusive" not in arguments
    assert arguments["supports_check_mode"] is True


@pytest.mark.parametrize("name", ACTIONS)
def test_action_runs_the_operation_of_its_module(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    action = importlib.import_module(f"{PACKAGE}.action.{name}").ActionModule
    assert action.operation is operation_of_module(name, monkeypatch)


@pytest.mark.parametrize("name", LOOKUPS)
def test_lookup_documents_its_options(name: str) -> None:
    options = options_of_lookup(name)
    entries = documented(importlib.import_module(f"{PACKAGE}.lookup.{name}"), "lookup")
    assert set(_options.SHARED) <= set(options)
    assert set(options) <= set(TABLE)
    assert set(entries) - {"_terms"} == {option.name for option in options}
    for option in options:
        entry = entries[option.name]
        assert from_documentation(entry) == as_documented(option), option.name
        assert tuple(names_of(entry, "env")) == option.env, option.name
        assert names_of(entry, "vars") == ([option.var] if option.var else []), option.name
        ini = [{"section": _options.INI_SECTION, "key": option.ini}] if option.ini else []
        assert entry.get("ini", []) == ini, option.name


@pytest.mark.parametrize("name", FILTERS)
def test_filter_documents_its_options(name: str) -> None:
    entries = documented(importlib.import_module(f"{PACKAGE}.filter.{name}"), "filter")
    assert entries.pop("_input")["required"] is True
    assert {key: from_documentation(entry) for key, entry in entries.items()} == {
        option.name: as_documented(option) for option in _options.ENDPOINT_CHOICE
    }
    for entry in entries.values():
        assert not {"env", "vars", "ini"} & set(entry)


@pytest.mark.parametrize(("kind", "name"), DOCUMENTED + [("filter", name) for name in FILTERS])
def test_every_option_is_described(kind: str, name: str) -> None:
    entries = documented(importlib.import_module(f"{PACKAGE}.{kind}.{name}"), kind.rstrip("s"))
    for key, entry in entries.items():
        assert description_of(entry).strip().endswith("."), key


@pytest.mark.parametrize(("kind", "name"), DOCUMENTED)
def test_descriptions_name_the_environment_variables(kind: str, name: str) -> None:
    entries = documented(importlib.import_module(f"{PACKAGE}.{kind}.{name}"), kind.rstrip("s"))
    for option in _options.SHARED:
        text = description_of(entries[option.name])
        positions = [text.find(f"E({variable})") for variable in option.env]
        assert -1 not in positions, option.name
        # The first that is set is used, and the description names them in that order.
        assert positions == sorted(positions), option.name


def fragments(name: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the name of each part of a documentation fragment, and its options."""
    fragment = importlib.import_module(f"{PACKAGE}.doc_fragments.{name}").ModuleDocFragment
    for part, text in vars(fragment).items():
        if part.isupper():
            yield part, yaml.safe_load(text).get("options", {})


def agrees(option: Option, entry: Mapping[str, Any]) -> bool:
    """Return whether what is said of an option is true; a part of a fragment need not say everything."""
    stated = {
        "type": option.type,
        "default": option.default,
        "elements": option.elements,
        "choices": set(option.choices),
        "aliases": list(option.aliases),
        "env": [{"name": variable} for variable in option.env],
        "vars": [{"name": option.var}],
        "ini": [{"section": _options.INI_SECTION, "key": option.ini}],
    }
    said = {**entry, "choices": set(entry["choices"])} if "choices" in entry else entry
    return all(said[key] == value for key, value in stated.items() if key in said)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragments_say_what_the_table_says(name: str) -> None:
    for part, entries in fragments(name):
        for key, entry in entries.items():
            known = [option for option in TABLE if option.name == key]
            assert known, f"{part}: {key} is in no table"
            assert any(agrees(option, entry) for option in known), f"{part}: {key}"
            of_table = {"type", "default", "elements", "choices", "aliases", "env", "vars", "ini"}
            assert set(entry) <= of_table | {"description", "version_added"}
            if any(option.secret for option in known):
                assert "ini" not in entry, f"{part}: {key}"


def test_argument_spec_without_environment() -> None:
    spec = argument_spec(_options.SHARED)
    assert not any("fallback" in entry for entry in spec.values())
    assert spec["token"] == {"type": "str", "aliases": ["auth_token"], "no_log": True}
    assert spec["tenant_id"]["no_log"] is False
    assert spec["retries"] == {"type": "int", "default": 4, "no_log": False}


# The sources of lookups, and the role, repeat the shared options in forms of their own.


@pytest.mark.parametrize("name", LOOKUPS)
def test_lookup_reads_the_sources_of_the_contract(name: str) -> None:
    entries = documented(importlib.import_module(f"{PACKAGE}.lookup.{name}"), "lookup")
    assert {
        key: (tuple(names_of(entries[key], "env")), names_of(entries[key], "vars"), entries[key].get("ini", []))
        for key in CONTRACT
    } == {
        key: (env, [var], [{"section": "rackspace_identity", "key": ini}] if ini else [])
        for key, (_type, _default, _aliases, env, var, ini, _secret) in CONTRACT.items()
    }


def test_plugin_sources_of_every_kind() -> None:
    option = Option("colour", env=("RAX_COLOUR", "RAX_COLOR"), var="rax_colour", ini="colour")
    assert yaml.safe_load(plugin_sources([option])) == {
        "options": {
            "colour": {
                "env": [{"name": "RAX_COLOUR"}, {"name": "RAX_COLOR"}],
                "vars": [{"name": "rax_colour"}],
                "ini": [{"section": "rackspace_identity", "key": "colour"}],
            }
        }
    }


def test_plugin_sources_leave_out_what_an_option_does_not_have() -> None:
    options = [Option("plain", type="int", default=4, aliases=("simple",)), Option("passcode", var="rax_passcode")]
    assert yaml.safe_load(plugin_sources(options)) == {
        "options": {"plain": {}, "passcode": {"vars": [{"name": "rax_passcode"}]}}
    }


@pytest.mark.parametrize(
    ("group", "fragment"),
    [
        ("CREDENTIALS", "_credentials"),
        ("CONNECTION", "_connection"),
        ("CACHE", "_cache"),
        ("CATALOG", "_catalog_defaults"),
    ],
)
def test_plugin_sources_are_those_of_the_fragment(group: str, fragment: str) -> None:
    options: Sequence[Option] = getattr(_options, group)
    parts = dict(fragments(fragment))
    assert list(parts) == ["DOCUMENTATION", "PLUGINS"]
    assert list(parts["DOCUMENTATION"]) == list(parts["PLUGINS"]) == [option.name for option in options]
    assert parts["PLUGINS"] == yaml.safe_load(plugin_sources(options))["options"]


def role_file(name: str) -> str:
    """Return the content of a file of the role."""
    return (COLLECTION / "roles" / "session" / name).read_text(encoding="utf-8")


def role_options(entry_point: str) -> dict[str, Mapping[str, Any]]:
    """Return the options of an entry point of the role, under the names of the shared options."""
    specs = yaml.safe_load(role_file("meta/argument_specs.yml"))["argument_specs"]
    assert list(specs) == list(ROLE_TASKS)
    names = {variable: name for name, variable in _options.VARIABLES.items()}
    names.update(ROLE_VARIABLES)
    return {names[name]: entry for name, entry in specs[entry_point]["options"].items()}


def module_arguments(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every option that tasks set for a module of this collection, and its value."""
    if isinstance(node, list):
        for item in node:
            yield from module_arguments(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith(("rackspace.identity.", "group/rackspace.identity.")):
                yield from value.items()
            else:
                yield from module_arguments(value)


def passed_by_role(entry_point: str) -> set[tuple[str, str]]:
    """Return each option that an entry point sets for a module, with the variable of the role that it is set to."""
    tasks = [role_file(f"tasks/{file}.yml") for file in ROLE_TASKS[entry_point]]
    registered = {name for text in tasks for name in re.findall(rf"register: {ROLE_PREFIX}(\w+)", text)}
    return {
        (option, variable)
        for text in tasks
        for option, value in module_arguments(yaml.safe_load(text))
        for variable in re.findall(rf"\b{ROLE_PREFIX}(\w+)", str(value))
        if variable not in registered
    }


@pytest.mark.parametrize("entry_point", ROLE_TASKS)
def test_role_options_are_those_of_the_table(entry_point: str) -> None:
    table = {option.name: option for option in _options.SHARED}
    for name, entry in role_options(entry_point).items():
        option = table[name]
        assert entry["type"] == option.type, name
        assert tuple(entry.get("choices", ())) == option.choices, name
        assert entry.get("default", option.default) == option.default, name
        assert entry.get("no_log", option.secret) is option.secret, name
        assert set(entry) <= {"description", "type", "choices", "default", "no_log"}, name
        assert description_of(entry).strip().endswith("."), name


def test_role_has_every_shared_option() -> None:
    # A session begins with a login, so there is no token yet, and the first step of a login returns the session ID.
    assert set(role_options("main")) == {option.name for option in _options.SHARED} - {"token", "session_id"}
    # It ends without one.
    connection = {option.name for option in _options.CONNECTION} - {"api_version"}
    cache = {option.name for option in _options.CACHE} - {"min_ttl"}
    assert set(role_options("close")) == connection | cache | {"token"}


@pytest.mark.parametrize(("entry_point", "own"), [("main", {"passcode"}), ("close", {"token", "identity_url"})])
def test_role_passes_only_its_own_options_on(entry_point: str, own: set[str]) -> None:
    assert passed_by_role(entry_point) == {(name, name) for name in own}
    assert {f"{ROLE_PREFIX}{name}" for name in own} <= set(ROLE_VARIABLES)


# What repeats a shared option would have to be kept in step with the table, and would come before -e rax_....
REPEATING = [f"roles/session/tasks/{file}.yml" for files in ROLE_TASKS.values() for file in files] + [
    f"playbooks/{path.name}" for path in sorted((COLLECTION / "playbooks").glob("*.yml"))
]


@pytest.mark.parametrize("file", REPEATING)
def test_role_and_playbooks_repeat_no_shared_option(file: str) -> None:
    variables = {option.var for option in _options.SHARED}
    arguments = list(module_arguments(yaml.safe_load((COLLECTION / file).read_text(encoding="utf-8"))))
    assert arguments
    for name, value in arguments:
        assert not variables & set(re.findall(r"\w+", str(value))), name


def test_readme_of_the_role_has_its_options() -> None:
    rows = re.findall(r"^\| (`rax_.+?) \| (.+?) \| (.+?) \|", role_file("README.md"), re.MULTILINE)
    listed = {
        name: (type_, entry_points) for names, type_, entry_points in rows for name in re.findall(r"`(rax_\w+)`", names)
    }
    # The service of an open session comes before the variable that everyone can set.
    assert listed.pop("rax_session_identity_url") == ("str", "close")
    own = {option: name for name, option in ROLE_VARIABLES.items() if option != "identity_url"}
    assert listed == {
        own.get(option.name, option.var): (
            (" or ".join(f"`{choice}`" for choice in option.choices) or option.type) + ", secret" * option.secret,
            ", ".join(entry_point for entry_point in ROLE_TASKS if option.name in role_options(entry_point)),
        )
        for option in _options.SHARED
        if option.name != "session_id"
    }


def test_context_of_a_caller_that_shows_no_warnings() -> None:
    context = Context()
    context.warn("This is not shown.")
    assert (dict(context.sources), context.check_mode) == ({}, False)
