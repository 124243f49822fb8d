# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All runs of this test: every plugin, role and playbook, with secrets from everywhere that users keep them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED

from . import discover, values
from .discover import COLLECTION, ROOT, Plugin
from .plays import (
    FEW_WAYS,
    GOOD,
    HAS_ALL_WAYS,
    LANES,
    WAYS_IN,
    Case,
    Given,
    Plays,
    cases,
    lookup_tasks,
    module_tasks,
    play,
    role_task,
)
from .runs import Run
from .services import Service
from .values import Secrets

_Task = dict[str, Any]
_VARIABLES = {option.name for option in SHARED if option.var}
_CREDENTIALS = ("username", "api_key", "password", "token", "tenant_id")
# Roles fail where an option has a wrong type, and know no others.
_ROLE_WAYS = (GOOD, "echo fault", "echo members", "wrong secret", "dead proxy", "proxy that echoes", "wrong type")
# As many users have it; it saves time.
_PIPELINING = {"ANSIBLE_PIPELINING": "true"}


def plan(services: Mapping[str, Service], directory: Path) -> tuple[list[Run], Secrets]:
    """Return all runs, and the secrets that they are given."""
    plays = Plays(services, directory)
    # The longest first: others run beside them.
    runs = [*(_options(plays, lane) for lane in LANES), _variables(plays)]
    if HAS_ALL_WAYS:
        runs += _elsewhere(plays, directory)
    return [*runs, *_playbooks(plays, directory)], plays.secrets


def _tasks(
    plays: Plays,
    lane: str,
    given: Given,
    ways: Sequence[str],
    *,
    logins: Callable[[Plugin], Sequence[str]] | None = None,
    elsewhere: Sequence[str] = (),
    variables: Iterable[str] = (),
) -> list[_Task]:
    """Return the tasks of all modules, and of all lookups, which always run in the worker.

    As a module, where each case is a process, a plugin goes every second way, and the next one the others. elsewhere:
    the options that are not given to tasks. variables: those that are given as variables.
    """
    every: list[tuple[Plugin, Callable[..., list[_Task]]]] = [(each, module_tasks) for each in discover.modules()]
    if lane == "worker":
        every += [(each, lookup_tasks) for each in discover.lookups()]
    tasks = []
    for number, (plugin, make) in enumerate(every):
        planned = []
        # With the other half, no way of rax_token_revoke would fail on the older cores.
        its_ways = ways[(number + 1) % 2 :: 2] if lane == "module" and len(ways) > 2 else ways
        for case in cases(plugin, (logins or plays.logins)(plugin), its_ways, lane):
            options = plays.options(plugin, case.way, case.login)
            planned.append((case, {name: value for name, value in options.items() if name not in elsewhere}))
        tasks += make(plugin, planned, given, variables=variables)
    return tasks


def _options(plays: Plays, lane: str) -> Run:
    """Give the secrets as options of tasks, out of a file with extra variables."""
    given = Given("given")
    tasks = [*_tasks(plays, lane, given, WAYS_IN[lane]), _login(plays, given)]
    tasks += [task for each in discover.filters() for task in plays.filter_tasks(each, given, lane)]
    return Run(f"options: {lane}", [play(lane, tasks)], {"given": given.variables})


def _login(plays: Plays, given: Given) -> _Task:
    """Return a task whose result and fact the examples of filters use."""
    module = next(each for each in discover.modules() if each.name == "rax_identity_token")
    planned = [(Case(module.name, GOOD, "api_key", "for filters"), plays.options(module, GOOD, "api_key"))]
    return {**module_tasks(module, planned, given)[0], "register": "login"}


def _variables(plays: Plays) -> Run:
    """Give the secrets as variables out of a vault, to roles as well."""
    given = Given("vaulted")
    playbook = []
    for lane in LANES:

        def logins(plugin: Plugin, lane: str = lane) -> list[str]:
            found = [login for login in plays.logins(plugin) if login in _VARIABLES]
            return found[1:2] if lane == "module" else found if HAS_ALL_WAYS else found[:1]

        tasks = _tasks(plays, lane, given, FEW_WAYS[lane], logins=logins, variables=_VARIABLES)
        for role, entries in discover.roles().items():
            tasks += [task for entry in entries for task in _role_tasks(plays, role, entry, given, lane)]
        playbook.append(play(lane, tasks, vars_files=["{{ vaulted_file }}"]))
    return Run("variables", playbook, vaulted={"vaulted": given.variables}, environment=_PIPELINING)


def _role_tasks(plays: Plays, role: str, entry: Plugin, given: Given, lane: str) -> Iterable[_Task]:
    """Yield tasks that include a role with each of its secret variables."""
    shared = {f"rax_{name}": name for name in _VARIABLES}
    secrets = discover.secret_names([*discover.modules(), *discover.lookups()])
    own = [name for name in entry.options if shared.get(name, name.rpartition("_")[2]) in secrets]
    for number, name in enumerate(own):
        login = shared.get(name) or name.removeprefix(f"rax_{role}_")
        name_of = {"rax_passcode": f"rax_{role}_passcode", "rax_token": name}
        for way in _role_ways(lane, number, len(own)):
            fault = way.removeprefix("echo ") if way.startswith("echo ") else "good"
            options = plays.options(Plugin(role, {}), way, "api_key" if login == "passcode" else login)
            if login == "passcode":
                del options["api_key"]
                options.update(username=values.FACTOR_USER, password=values.FACTOR_PASSWORD)
                options["passcode"] = (
                    plays.secrets.made_up("passcode") if way == "wrong secret" else plays.secrets.bypass_code()
                )
            variables = {f"rax_{option}": value for option, value in options.items()}
            variables = {name_of.get(each, each): value for each, value in variables.items()}
            variables = {each: value for each, value in variables.items() if each in entry.options}
            case = Case(f"{role}, {entry.name}", way, f"{login} ({fault})", lane)
            yield role_task(role, entry, case, variables, given)


def _role_ways(lane: str, number: int, secrets: int) -> Sequence[str]:
    """Return the ways of a role with one of its secrets: in the worker, all ways are spread over the secrets."""
    if lane == "worker" and HAS_ALL_WAYS:
        return (GOOD, *_ROLE_WAYS[1 + number :: secrets])
    return () if number else FEW_WAYS[lane]


def _elsewhere(plays: Plays, directory: Path) -> list[Run]:
    """Give the credentials in the environment and in files, in one lane each, and all other options to the tasks."""
    lines = ["[rackspace_cloud]", f"username = {values.USER}", f"password = {values.PASSWORD}"]
    file = values.credentials_file(directory, "credentials.ini", lines)
    auth = json.dumps({"username": values.USER, "api_key": values.API_KEY})
    entry = ["clouds:", "  mine:", "    profile: rackspace", f"    auth: {auth}"]
    clouds = values.credentials_file(directory, "clouds.yaml", entry)
    return [
        _credentials_elsewhere(plays, "environment-key", "module", "api_key", _as_environment),
        _credentials_elsewhere(plays, "environment-token", "worker", "token", _as_environment),
        _credentials_elsewhere(plays, "file", "module", "password", lambda _credentials: {"RAX_CREDENTIALS": file}),
        _credentials_elsewhere(plays, "clouds", "worker", "api_key", lambda _credentials: {"RAX_CREDENTIALS": clouds}),
    ]


def _as_environment(credentials: Mapping[str, str]) -> dict[str, str]:
    return {f"RAX_{name.upper()}": value for name, value in credentials.items()}


def _credentials_elsewhere(
    plays: Plays, name: str, lane: str, login: str, place: Callable[[Mapping[str, str]], dict[str, str]]
) -> Run:
    given, ways = Given("given"), FEW_WAYS["module"]
    credentials = plays.secrets.login(login, "good", right=True)
    tasks = _tasks(plays, lane, given, ways, logins=lambda _plugin: [login], elsewhere=_CREDENTIALS)
    environment = {**place(credentials), **_PIPELINING}
    return Run(name, [play(lane, tasks)], {"given": given.variables}, environment=environment)


def _playbooks(plays: Plays, directory: Path) -> list[Run]:
    """Run all playbooks with success, and each with a failure, which ends a run; their variables are in a file."""
    copies = shutil.copytree(ROOT / "playbooks", directory / "playbooks")
    runs = []
    for lane, way in zip(LANES, ("dead proxy", "proxy that echoes"), strict=True):
        names = {name: f"{COLLECTION}.{name}" for name in discover.playbooks()}
        if lane == "module":
            names = {name: _with_environment(copies / f"{name}.yml") for name in names}
        given = Given("given")
        # In this order, the login of whoami is there to be revoked.
        successful = [
            {"ansible.builtin.import_playbook": names[name], "vars": _rax_variables(plays, GOOD, login, given)}
            for login in ("api_key", "token")
            for name in sorted(names, reverse=True)
        ]
        runs.append(Run(f"playbooks: {lane}", successful, {"given": given.variables}, environment=_PIPELINING))
        for name, playbook in names.items():
            given = Given("given")
            failing = [
                {"ansible.builtin.import_playbook": playbook, "vars": _rax_variables(plays, way, "token", given)}
            ]
            runs.append(Run(f"{name}: {lane}", failing, {"given": given.variables}, environment=_PIPELINING))
    return runs


def _rax_variables(plays: Plays, way: str, login: str, given: Given) -> dict[str, str]:
    options = plays.options(Plugin("", {}), way, login)
    # A token with a tenant is exchanged for another.
    options.pop("tenant_id", None)
    return {f"rax_{option}": given.template(value) for option, value in options.items()}


def _with_environment(playbook: Path) -> str:
    """Write an environment into a playbook: it cannot be given one from outside. Return the path."""
    plays = yaml.safe_load(playbook.read_text(encoding="utf-8"))
    playbook.write_text(json.dumps([{**each, "environment": {"LANE": "module"}} for each in plays]), encoding="utf-8")
    return str(playbook)
