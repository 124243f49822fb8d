# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plays of this test: each plugin with each of its secrets and in each way that it can go."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from . import discover, values
from .discover import Filter, Plugin
from .services import ECHOES, ECHOING_REGION, Service
from .values import LOGINS, Secrets

LANES = ("worker", "module")
GOOD, MEMBERS, ASYNC = "good", "echo members", "async"
"""The ways that succeed."""
WAYS = (
    GOOD,
    *(f"echo {form}" for form in ECHOES),
    "service that echoes",
    "wrong secret",
    "dead proxy",
    "proxy that echoes",
    "odd proxy",
    "password in the URL",
    "wrong type",
    "unknown option",
    "secret in a list",
    "secret in a dictionary",
    "broken credentials file",
    ASYNC,
)
"""How a case goes. All ways but the first fail, and those that MEMBERS and ASYNC name."""
SUCCESSFUL = (GOOD, MEMBERS, ASYNC)
# Elsewhere the credentials come from somewhere else, which changes little about what can be written.
FEW_WAYS = {"worker": (GOOD, "echo fault", "proxy that echoes", "wrong type"), "module": (GOOD, "proxy that echoes")}
HAS_ALL_WAYS = os.environ.get("SECRETS_WAYS") != "few"
WAYS_IN: Mapping[str, Sequence[str]] = dict.fromkeys(LANES, WAYS)
"""All of them on one ansible-core. On the others, which write the same in the same places, those that differ most."""
if not HAS_ALL_WAYS:
    WAYS_IN = {**FEW_WAYS, "module": (*FEW_WAYS["module"], "wrong type", ASYNC)}

# What a secret is used with. The plugin is not installed here: the secret is only in what is said about it.
_USED_WITH = {"cache_plugin_connection": {"cache_plugin": "community.general.redis"}}
# Values of options that are not secrets, under the names that they have in every plugin.
_KNOWN_VALUES = {"service_type": "object-store", "type": "object-store", "region": "DFW"}
# They exist to return a secret, and so their tasks have no_log, as the documentation says.
_RETURN_SECRETS = ("rax_token",)
# They are tasks of their own, once for each plugin and lane.
_ALONE = (GOOD, "echo fault", ASYNC)
_NOBODY_LISTENS = "127.0.0.1:1"


class Case(NamedTuple):
    """A plugin, used in a way, with a login."""

    plugin: str
    way: str
    login: str
    lane: str

    @property
    def name(self) -> str:
        """The name of the task, by which its outcome is known."""
        return ": ".join(self)


class Given:
    """Variables with secrets, for a file that the plays read: a playbook of clear text would be printed at errors."""

    def __init__(self, name: str) -> None:
        self.variables: dict[str, Any] = {}
        self._name = name
        self._numbers = count(1)

    def expression(self, value: Any) -> str:
        """Return an expression for a value."""
        key = f"value{next(self._numbers)}"
        self.variables[key] = value
        return f"{self._name}.{key}"

    def template(self, value: Any) -> Any:
        """Return a template for a value."""
        return f"{{{{ {self.expression(value)} }}}}"


class Plays:
    """Makes tasks whose secrets come from the options of the task, from variables, or from elsewhere."""

    def __init__(self, services: Mapping[str, Service], directory: Path) -> None:
        self.secrets = Secrets(services)
        self._services = services
        self._broken_file = values.credentials_file(
            directory, "broken.ini", ["rackspace_cloud", f"password = {self.secrets.made_up('password')}"]
        )

    def logins(self, plugin: Plugin) -> list[str]:
        """Return the logins of a plugin, and its other secrets, each of which stands beside a login."""
        missing = [name for name, option in plugin.options.items() if option.required and name not in _KNOWN_VALUES]
        assert not missing, f"{plugin.name}: add a value for {', '.join(missing)} to _KNOWN_VALUES"
        secrets = [name for name, option in plugin.options.items() if option.secret]
        assert secrets, f"{plugin.name}: no case can be made, since none of its options is a secret"
        return [
            *(name for name in LOGINS if name in secrets),
            *(n for n in secrets if n not in (*LOGINS, "session_id")),
        ]

    def options(self, plugin: Plugin, way: str, login: str) -> dict[str, Any]:
        """Return the options of a plugin for a case."""
        fault = way.removeprefix("echo ") if way.startswith("echo ") else "good"
        options: dict[str, Any] = {"identity_url": self._services[fault].url, "retries": 0}
        # A refusal is cached too.
        options["cache"] = way in (GOOD, ASYNC, "wrong secret")
        options |= {name: value for name, value in _KNOWN_VALUES.items() if name in plugin.options}
        options |= self._login(login, fault, right=way != "wrong secret")
        if way == "dead proxy":
            options["proxy"] = values.proxy(_NOBODY_LISTENS)
        elif way == "proxy that echoes":
            options["proxy"] = values.proxy(self._services["fault"].address)
            # What it echoes is XML then.
            options["wire_format"] = "xml"
        elif way == "service that echoes" and "region" in plugin.options:
            options["region"] = ECHOING_REGION
        elif way == "odd proxy":
            options["proxy"] = values.proxy("127.0.0.1:port", values.ODD_PROXY_PASSWORD)
        elif way == "password in the URL":
            options["identity_url"] = f"{values.proxy(self._services['good'].address)}/v2.0"
        elif way == "wrong type":
            options["timeout"] = "soon"
        elif way == "unknown option":
            options["no_such_option"] = self.secrets.made_up("option")
        elif way.startswith("secret in a "):
            secret = options[login]
            options[login] = [secret] if way.endswith("list") else {"id": secret}
        elif way == "broken credentials file":
            options = {name: value for name, value in options.items() if name not in ("username", login, "session_id")}
            options["credentials_file"] = self._broken_file
        return options

    def _login(self, login: str, fault: str, *, right: bool) -> dict[str, str]:
        if login in LOGINS:
            return self.secrets.login(login, fault, right=right)
        other = self.secrets.token(fault) if right and "token" in login else self.secrets.made_up(login)
        return {**self.secrets.login("api_key", fault, right=True), **_USED_WITH.get(login, {}), login: other}

    def filter_tasks(self, each: Filter, given: Given, lane: str) -> list[dict[str, Any]]:
        """Return tasks that use a filter as its examples do, after a login, and with input that is a secret."""
        assert each.expressions, f"{each.name}: no case can be made, since its examples do not use it"
        tasks = []
        for expression in each.expressions:
            tasks.append(_debug(Case(each.name, GOOD, "", lane), expression))
            for value in values.in_containers(values.API_KEY):
                wrong = f"{given.expression(value)} |{expression.partition('|')[2]}"
                tasks.append(_debug(Case(each.name, "secret as input", "", lane), wrong))
        return tasks


def cases(plugin: Plugin, logins: Sequence[str], ways: Iterable[str], lane: str) -> list[Case]:
    """Return the cases of a plugin: success with every login, and every other way with one after the other.

    Where there are few ways, a module succeeds with two logins: each is a process.
    """
    others = [way for way in ways if way != GOOD and (way != ASYNC or lane == "module")]
    first = LANES.index(lane)
    successful = logins if HAS_ALL_WAYS or lane == "worker" else logins[:2]
    return [
        *(Case(plugin.name, GOOD, login, lane) for login in successful),
        *(Case(plugin.name, way, logins[(first + number) % len(logins)], lane) for number, way in enumerate(others)),
    ]


def module_tasks(
    plugin: Plugin, planned: Iterable[tuple[Case, Mapping[str, Any]]], given: Given, *, variables: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return tasks that run a module: some cases alone, as most users have them, and all others in one loop.

    The items of a loop share one worker, which need not load everything again. variables: the options that are given as
    variables.
    """
    alone: dict[str, dict[str, Mapping[str, Any]]] = {}
    for case, options in planned:
        name = case.way if case.way in _ALONE and case.way not in alone else ""
        alone.setdefault(name, {})[case.name] = options
    looped = alone.pop("", {})
    tasks = [_module_task(plugin, way, each, given, variables) for way, each in alone.items()]
    return [*tasks, *([_module_task(plugin, "", looped, given, variables)] if looped else [])]


def _module_task(
    plugin: Plugin, way: str, planned: Mapping[str, Mapping[str, Any]], given: Given, variables: Iterable[str]
) -> dict[str, Any]:
    each = given.expression(planned)
    name = next(iter(planned))
    keywords: dict[str, Any] = {"name": name}
    if not way:
        # Ansible shows the items of a loop: they are names.
        keywords = {"name": f"{plugin.name} in a loop", "loop": list(planned)}
    item = json.dumps(name) if way else "item"
    names = sorted({name for options in planned.values() for name in options})
    values_of = {name: f"{{{{ {each}[{item}].{name} | default(omit) }}}}" for name in names}
    if way == ASYNC:
        keywords |= {"async": 60, "poll": 1}
    return {
        **keywords,
        plugin.full_name: {name: value for name, value in values_of.items() if name not in variables},
        "vars": {f"rax_{name}": value for name, value in values_of.items() if name in variables},
        "ignore_errors": True,
    }


def lookup_tasks(
    plugin: Plugin, planned: Iterable[tuple[Case, Mapping[str, Any]]], given: Given, *, variables: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return tasks that use a lookup. Before ansible-core 2.19, a loop would end with the first that fails."""
    tasks = []
    for case, options in planned:
        own = {name: value for name, value in options.items() if name not in variables}
        task = _debug(case, f"query('{plugin.full_name}', **{given.expression(own)})")
        others = {f"rax_{name}": given.template(options[name]) for name in options if name in variables}
        hidden = {"no_log": True} if plugin.name in _RETURN_SECRETS else {}
        tasks.append({**task, "vars": others, **hidden})
    return tasks


def role_task(role: str, entry: Plugin, case: Case, variables: Mapping[str, Any], given: Given) -> dict[str, Any]:
    """Return a block that includes a role."""
    include = {"name": f"{discover.COLLECTION}.{role}", "tasks_from": entry.name}
    # Parameters, since other variables have less weight than facts, and the role leaves one.
    parameters = {name: given.template(value) for name, value in variables.items()}
    return {
        "name": f"Include {role}",
        "block": [
            {"name": f"Include {role}, {entry.name}", "ansible.builtin.include_role": include, "vars": parameters},
            {"name": case.name, "ansible.builtin.debug": {"msg": "It succeeded."}},
        ],
        "rescue": [
            {"name": case.name, "ansible.builtin.fail": {"msg": "It failed."}, "ignore_errors": True},
        ],
    }


def play(lane: str, tasks: list[dict[str, Any]], **keywords: Any) -> dict[str, Any]:
    """Return a play on the controller. With any environment of a task, what can run in the worker runs as a module."""
    environment = {"environment": {"LANE": lane}} if lane == "module" else {}
    return {
        "name": lane,
        "hosts": "localhost",
        "gather_facts": False,
        **environment,
        **keywords,
        "tasks": tasks,
    }


def _debug(case: Case, expression: str) -> dict[str, Any]:
    shown = {"msg": f"{{{{ {expression} }}}}"}
    return {"name": case.name, "ansible.builtin.debug": shown, "ignore_errors": True}
