# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a block of YAML is, told by its shape, and what is wrong with it. A block of an unknown shape is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.block import Block as TaskBlock
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.template import trust_as_template

from ansible_collections.rackspace.identity.tools.blocks import FORMER

from .conftest import ROOT
from .plugins import (
    ENVIRONMENT,
    OURS,
    VARIABLES,
    argument_problems,
    documentation,
    exists,
    group_problems,
    is_foreign,
)
from .templates import Registered, expression_problems, template_problems

_SECTIONS = ("block", "rescue", "always")
_TASKS_OF_PLAYS = ("pre_tasks", "tasks", "post_tasks", "handlers")
# Their values are expressions without braces. A template in one of them is an error of its own.
_EXPRESSIONS = ("changed_when", "failed_when", "until", "when")
_SINGLE = ("ansible.builtin.debug", "var"), ("ansible.builtin.assert", "that")


def _keywords(kind: Any) -> frozenset[str]:
    return frozenset(kind.fattributes) - {"action", "local_action", "args", "async_val", "loop_with"}


_OF_TASKS, _OF_BLOCKS, _OF_PLAYS = _keywords(Task), _keywords(TaskBlock), _keywords(Play)


def load(text: str, path: Path = ROOT) -> object:
    """Return what is in a text, as Ansible reads it. path: the file that it is from."""
    return DataLoader().load(trust_as_template(text), str(path))


def problems_of(data: object) -> list[str]:
    """Return what is wrong with a block of YAML, as far as it can be known without running it."""
    shape = shape_of(data)
    if shape is None:
        return ["this is of an unknown shape: add it to tests/docs/shapes.py, or give the block another language"]
    return [*shape.problems(data), *_unknown_environment(data)]


def shape_of(data: object) -> Shape | None:
    """Return the shape of a block of YAML, or None."""
    return next((shape for shape in SHAPES if shape.fits(data)), None)


class Shape(NamedTuple):
    """A kind of file, or a part of one."""

    name: str
    fits: Callable[[Any], bool]
    problems: Callable[[Any], list[str]]
    is_playbook: bool = False
    is_tasks: bool = False


def _is_list_of_mappings(data: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(data, list) and bool(data) and all(isinstance(item, dict) for item in data)


def _is_play(item: Mapping[str, Any]) -> bool:
    return "hosts" in item or any(name in item for name in ("import_playbook", "ansible.builtin.import_playbook"))


def _is_playbook(data: object) -> bool:
    return _is_list_of_mappings(data) and any(map(_is_play, data))


def _has(required: str, *others: str | bool) -> Callable[[object], bool]:
    """Return a function that tells whether a mapping has the required key, and no others but these."""
    return lambda data: isinstance(data, dict) and required in data and {*data} <= {required, *others}


def _fits_keys(fits: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda data: (
        isinstance(data, dict) and bool(data) and all(isinstance(key, str) and fits(key) for key in data)
    )


class _Scope:
    """The defaults of modules that apply to a task."""

    def __init__(self, outer: _Scope | None, keywords: Mapping[str, Any]) -> None:
        self._all: list[Mapping[str, Any]] = [*(outer._all if outer else []), keywords.get("module_defaults") or {}]

    def known(self, module: str) -> dict[str, Any]:
        """Return the arguments that a module gets without its task saying so."""
        known: dict[str, Any] = {}
        for defaults in self._all:
            for name, arguments in defaults.items():
                if name == module or module in _groups().get(str(name).removeprefix("group/"), ()):
                    known.update(arguments)
        return known


def _groups() -> Mapping[str, Sequence[str]]:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    groups = runtime["action_groups"].items()
    return {f"{OURS}{name}": [f"{OURS}{module}" for module in modules] for name, modules in groups}


def _defaults_problems(keywords: Mapping[str, Any]) -> list[str]:
    problems = []
    for name, arguments in (keywords.get("module_defaults") or {}).items():
        group = name.removeprefix("group/")
        if group != name:
            problems += group_problems(group, arguments, _groups()) if group.startswith(OURS) else []
        elif not exists("module", name) and not is_foreign(name):
            problems.append(f"module_defaults: there is no module {name}")
    return problems


def _playbook_problems(plays: Sequence[Mapping[str, Any]]) -> list[str]:
    problems = []
    for play in plays:
        problems += _defaults_problems(play) + _variable_problems(play.get("vars") or {})
        problems += [f"a play has no keyword {key}" for key in play if "hosts" in play and key not in _OF_PLAYS]
        registered: dict[str, Mapping[str, Any] | None] = {}
        for section in _TASKS_OF_PLAYS:
            problems += _tasks_problems(play.get(section) or [], _Scope(None, play), registered)
    return problems


def _tasks_problems(
    tasks: Sequence[Mapping[str, Any]],
    scope: _Scope | None = None,
    registered: dict[str, Mapping[str, Any] | None] | None = None,
) -> list[str]:
    problems = []
    registered = {} if registered is None else registered
    for task in tasks:
        inner = _Scope(scope, task)
        problems += _defaults_problems(task) + _variable_problems(task.get("vars") or {})
        if "block" in task:
            problems += [f"a block has no keyword {key}" for key in task if key not in _OF_BLOCKS]
            problems += _keyword_problems(task, registered)
            for section in _SECTIONS:
                problems += _tasks_problems(task.get(section) or [], inner, registered)
        else:
            problems += [
                f"{task.get('name', 'a task')}: {problem}" for problem in _task_problems(task, inner, registered)
            ]
    return problems


def _task_problems(
    task: Mapping[str, Any], scope: _Scope, registered: dict[str, Mapping[str, Any] | None]
) -> list[str]:
    actions = [key for key in task if key not in _OF_TASKS and key != "args" and not key.startswith("with_")]
    if len(actions) != 1:
        return [f"this is no task: it calls {' and '.join(actions) or 'no module'}"]
    (name,) = actions
    if "name" not in task:
        return ["it has no name, which would say what it shows"]
    given = task[name]
    arguments = {**(given if isinstance(given, dict) else {}), **(task.get("args") or {})}
    if FORMER.fullmatch(name) or is_foreign(name):
        problems = []
    elif not exists("module", name):
        problems = [f"there is no module {name}"]
    elif given is not None and not isinstance(given, dict):
        problems = [f"write the arguments of {name} as a dictionary"]
    else:
        problems = argument_problems(name, arguments, scope.known(name))
    problems += template_problems(given, _with_own_result(task, name, registered))
    for module, option in _SINGLE:
        if name == module:
            problems += expression_problems(arguments.get(option), registered)
    problems += _keyword_problems(task, _with_own_result(task, name, registered))
    if "register" in task:
        registered.update(_with_own_result(task, name, registered))
    return problems


def _with_own_result(task: Mapping[str, Any], name: str, registered: Registered) -> Registered:
    """Return what is registered, with the result of the task itself, which until and failed_when read."""
    if "register" not in task:
        return registered
    is_loop = "loop" in task or any(key.startswith("with_") for key in task)
    documented = None if is_loop or not name.startswith(OURS) else documentation("module", name)
    return {**registered, task["register"]: documented.returned if documented else None}


def _keyword_problems(task: Mapping[str, Any], registered: Registered) -> list[str]:
    expressions = [problem for key in _EXPRESSIONS for problem in expression_problems(task.get(key), registered)]
    others = {key: value for key, value in task.items() if key in _OF_TASKS and key not in (*_EXPRESSIONS, *_SECTIONS)}
    return expressions + template_problems(others, registered)


def _variable_problems(variables: Mapping[str, Any]) -> list[str]:
    known = VARIABLES | _variables_of_roles()
    problems = [f"no plugin reads the variable {name}" for name in variables if _is_ours(name) and name not in known]
    return problems + template_problems(variables, {})


def _is_ours(name: object) -> bool:
    return isinstance(name, str) and name.startswith("rax_")


def _is_variable(name: object) -> bool:
    return _is_ours(name) or (isinstance(name, str) and name.startswith("vault_"))


def _variables_of_roles() -> set[str]:
    files = ROOT.glob("roles/*/meta/argument_specs.yml")
    specs = [yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"] for file in files]
    return {name for spec in specs for entry in spec.values() for name in entry.get("options", {})}


def _is_known_part(data: object) -> bool:
    return _fits_keys(_OF_TASKS.__contains__)(data) or _module_of(data) is not None


def _module_of(data: object) -> str | None:
    """Return the module of this collection whose options these are, if they are some."""
    names = [f"{OURS}{path.stem}" for path in sorted(ROOT.glob("plugins/modules/[!_]*.py"))]
    for name in names:
        documented = documentation("module", name)
        if documented and _fits_keys(documented.options.__contains__)(data):
            return name
    return None


def _part_problems(data: Mapping[str, Any]) -> list[str]:
    module = _module_of(data)
    if not module:
        return _keyword_problems(data, {})
    # What else a request needs is in the text around the part.
    rest = {"service_type": "sample"} if module.endswith("rax_request") else {}
    method = {"method": "POST"} if {"unless", "body", "src"} & {*data} and "method" not in data else {}
    return argument_problems(module, data, {**rest, **method}) + template_problems(data, {})


def _unknown_environment(data: object) -> Iterator[str]:
    """Yield the environment variables that no plugin reads, wherever they are set."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(key, str) and re.fullmatch(r"RAX_[A-Z_]+", key) and key not in ENVIRONMENT:
                yield f"no plugin reads the environment variable {key}"
            yield from _unknown_environment(value)
    elif isinstance(data, list):
        for item in data:
            yield from _unknown_environment(item)


def _injected(data: Mapping[str, Any]) -> list[str]:
    return _variable_problems(data.get("extra_vars") or {})


def _is_inventory(data: object) -> bool:
    groups = data.values() if isinstance(data, dict) else ()
    return bool(groups) and all(
        isinstance(group, dict) and {*group} <= {"hosts", "children", "vars"} for group in groups
    )


def _inventory_problems(data: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [problem for group in data.values() for problem in _variable_problems(group.get("vars") or {})]


def _nothing(_data: object) -> list[str]:
    return []


def _is_gitlab(data: object) -> bool:
    return isinstance(data, dict) and any(isinstance(job, dict) and "script" in job for job in data.values())


SHAPES = (
    Shape("a playbook", _is_playbook, _playbook_problems, is_playbook=True),
    Shape("tasks", _is_list_of_mappings, _tasks_problems, is_tasks=True),
    Shape("variables", lambda data: isinstance(data, dict) and any(map(_is_variable, data)), _variable_problems),
    Shape("environment variables", _fits_keys(lambda key: re.fullmatch(r"[A-Z][A-Z0-9_]*", key) is not None), _nothing),
    Shape("an inventory", _is_inventory, _inventory_problems),
    Shape("the entries of clouds.yaml", _has("clouds", "cache", "client"), _nothing),
    Shape("the meta of a role", _has("dependencies", "galaxy_info"), _nothing),
    Shape("requirements of ansible-galaxy", _has("collections", "roles"), _nothing),
    Shape(
        "an execution environment",
        _has("dependencies", "version", "images", "additional_build_files", "additional_build_steps", "options"),
        _nothing,
    ),
    # YAML takes `on` for true.
    Shape("a workflow of GitHub", _has("jobs", "name", "on", True, "env", "permissions", "concurrency"), _nothing),
    Shape("a pipeline of GitLab", _is_gitlab, _nothing),
    Shape("the inputs of a credential type of AWX", _has("fields", "required"), _nothing),
    Shape(
        "the injectors of a credential type of AWX", _fits_keys(("env", "extra_vars", "file").__contains__), _injected
    ),
    Shape("a part of a task", _is_known_part, _part_problems),
)
"""What a block can be. The first that fits is taken."""
