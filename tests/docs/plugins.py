# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plugins that a block names accept and return, as far as it can be known without running them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.loader import action_loader, filter_loader, fragment_loader, lookup_loader, module_loader
from ansible.utils.plugin_docs import get_plugin_docs

from ansible_collections.rackspace.identity.plugins.module_utils import _options
from ansible_collections.rackspace.identity.plugins.module_utils._argument_spec import argument_spec
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import Operation
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context

OURS = "rackspace.identity."

_FULL_NAME = re.compile(r"[a-z]\w*\.[a-z]\w*(?:\.[a-z]\w*)+")
_TEMPLATE = re.compile(r"\{[{%]")
# Which options these take is for the user to say.
_TAKE_ANYTHING = ("ansible.builtin.set_fact", "ansible.builtin.add_host")
_SAMPLES: dict[str, Any] = {"bool": True, "dict": {}, "float": 1.0, "int": 1, "list": [], "path": "/a"}
# Also good as the secret of an authenticator application, which has a form of its own.
_TEXT = "AAAAAAAA"
_LOADERS = {"module": module_loader, "lookup": lookup_loader, "filter": filter_loader}
# Nobody listens there, so a task whose options are good ends with this kind of error, and without a request.
_NOWHERE = {"identity_url": "http://127.0.0.1:1/v2.0", "retries": 0, "cache": False, "cloud": None, "proxy": None}
_NOBODY = {"username": "nobody", "api_key": "none"}
_LOGINS = ("username", "token", "session_id")


class Documentation(NamedTuple):
    """The options of a plugin as an argument spec, and what it returns."""

    options: Mapping[str, Any]
    returned: Mapping[str, Any]


def is_foreign(name: str) -> bool:
    """Return whether a plugin is of another collection, which is not installed here."""
    return _FULL_NAME.fullmatch(name) is not None and not name.startswith(("ansible.builtin.", OURS))


def exists(kind: str, name: str) -> bool:
    """Return whether a plugin of this collection, of Ansible or of the tests exists. kind: module, lookup or filter."""
    loader = _LOADERS[kind]
    if kind == "module" and name in action_loader:
        return True
    try:
        return loader.get(name) is not None if kind == "filter" else bool(loader.find_plugin(name))
    except AnsibleError:
        return False


@cache
def documentation(kind: str, name: str) -> Documentation | None:
    """Return what a plugin accepts and returns, or None if it has no documentation."""
    try:
        found = get_plugin_docs(name, kind, _LOADERS[kind], fragment_loader, verbose=False)
    except AnsibleError:
        return None
    return Documentation(_spec(found[0].get("options") or {}), found[2] or {})


def _spec(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return documented options as an argument spec."""
    spec = {}
    for name, option in options.items():
        argument = {key: option[key] for key in ("type", "elements", "required", "aliases") if key in option}
        if "choices" in option:
            argument["choices"] = list(option["choices"])
        if "suboptions" in option:
            argument["options"] = _spec(option["suboptions"])
        spec[name] = {**argument, "no_log": False}
    return spec


def filled(value: Any, argument: Mapping[str, Any] | None = None) -> Any:
    """Return a value with each template in it replaced by what could come of it."""
    argument = argument or {}
    if isinstance(value, str):
        if not _TEMPLATE.search(value):
            return value
        choices = argument.get("choices")
        return choices[0] if choices else _SAMPLES.get(str(argument.get("type")), _TEXT)
    if isinstance(value, Mapping):
        return {filled(key): filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, {**argument, "type": argument.get("elements", "str")}) for item in value]
    return value


def argument_problems(module: str, arguments: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> list[str]:
    """Return what a module would have against its arguments. known: further ones, whose values are not looked at."""
    operation = _operation(module) if module.startswith(OURS) else None
    if operation:
        spec = cast("dict[str, Any]", argument_spec(operation.OPTIONS))
    else:
        documented = documentation("module", module)
        if documented is None:
            return []
        spec = dict(documented.options)
    given = {name: filled(value, spec.get(name)) for name, value in {**(known or {}), **arguments}.items()}
    if module in _TAKE_ANYTHING:
        spec.pop("key_value", None)
        given = {name: value for name, value in given.items() if name in spec}
    problems, values = _validated(spec, given)
    if operation and not problems:
        problems = _refusal(operation, values)
    return [f"{module}: {problem}" for problem in problems]


def call_problems(kind: str, name: str, options: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the options of a lookup or filter of this collection in an expression."""
    documented = documentation(kind, name)
    if documented is None:
        return [f"{name} does not exist"]
    # What begins so is what stands before the options.
    spec = {option: argument for option, argument in documented.options.items() if not option.startswith("_")}
    given = {option: filled(value, spec.get(option)) for option, value in options.items()}
    return [f"{name}: {problem}" for problem in _validated(spec, given)[0]]


def _validated(spec: dict[str, Any], given: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Return what Ansible has against arguments, and the values that it makes of them."""
    result = ArgumentSpecValidator(spec).validate(given)
    # The message of one that does not exist begins with its name alone.
    is_unknown = [isinstance(error, UnsupportedError) for error in result.errors.errors]
    problems = [
        f"unknown: {words}" if new else words for new, words in zip(is_unknown, result.error_messages, strict=True)
    ]
    return problems, result.validated_parameters


@cache
def _operation(module: str) -> Operation | None:
    """Return what a module of this collection does."""
    face = importlib.import_module(
        f"ansible_collections.rackspace.identity.plugins.modules.{module.removeprefix(OURS)}"
    )
    found = [value for value in vars(face).values() if hasattr(value, "OPTIONS")]
    return cast("Operation", found[0]) if found else None


def _refusal(operation: Operation, options: Mapping[str, Any]) -> list[str]:
    """Run an operation where no service can be reached, and return why it refused its options."""
    known = {option.name for option in operation.OPTIONS}
    options = dict.fromkeys(known) | {**options, **{n: v for n, v in _NOWHERE.items() if n in known}}
    if "credentials_file" in options:
        options["credentials_file"] = None
    if not any(options.get(name) for name in _LOGINS):
        options |= _NOBODY
    try:
        operation.run(options, Context())
    except IdentityError as error:
        return [] if error.kind == "unreachable" else [str(error)]
    return []


def group_problems(group: str, arguments: Mapping[str, Any], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what is wrong with the defaults of a group of modules: each of them has to accept them."""
    if group not in groups:
        return [f"the group {group} does not exist"]
    problems = []
    for module in groups[group]:
        operation = _operation(module)
        names = (
            {name for option in operation.OPTIONS for name in (option.name, *option.aliases)} if operation else set()
        )
        problems += [f"{module} has no option {name}" for name in arguments if name not in names]
    return problems


VARIABLES = frozenset(_options.VARIABLES.values())
"""The variables that all plugins read."""

ENVIRONMENT = frozenset(name for option in _options.SHARED for name in option.env)
"""The environment variables that all plugins read."""
