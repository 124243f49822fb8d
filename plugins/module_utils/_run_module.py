# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an operation as a module: the only file in module_utils that knows AnsibleModule.

It builds the module from the options table, runs the operation, and turns typed errors into fail_json. It also keeps
returned tokens exact: before 2.22, Ansible masks every value of a no_log option wherever it appears in the result,
even inside a token that happens to contain a short password.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule, missing_required_lib

from ._argument_spec import argument_spec
from ._errors import IdentityError, MissingLibraryError
from ._options import MASK, Option
from ._settings import Context

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None


class Operation(Protocol):
    """What a module of _operations offers to the modules and actions."""

    OPTIONS: Sequence[Option]

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Return the result of the task. Raises every kind of IdentityError."""


class Environment:
    """The fallback from options to environment variables; an empty variable counts as unset.

    It records which variables it read, so that errors can tell where a value came from.
    """

    def __init__(self) -> None:
        self.read: dict[str, str] = {}

    def __call__(self, *names: str) -> str:
        for name in names:
            value = os.environ.get(name)
            if value:
                self.read[names[0]] = name
                return value
        raise AnsibleFallbackNotFound


class Invocation(NamedTuple):
    """One run of a module: the value of each option, its context, and its arguments as they may be shown."""

    options: Mapping[str, Any]
    context: Context
    shown: Mapping[str, Any]


def read_invocation(
    params: Mapping[str, Any],
    options: Sequence[Option],
    environment: Environment,
    warn: Callable[[str], None],
    check_mode: bool,
) -> Invocation:
    """Return what validated parameters mean; environment is the fallback that they were validated with."""
    sources = {}
    for option in options:
        if option.env and option.env[0] in environment.read:
            sources[option.name] = f"the environment variable {environment.read[option.env[0]]}"
        elif params[option.name] is not None:
            sources[option.name] = f"the option {option.name}"
    return Invocation(
        options={option.name: params[option.name] for option in options},
        context=Context(sources=sources, warn=warn, check_mode=check_mode),
        shown={"module_args": _shown(params, options)},
    )


def failure_result(error: IdentityError) -> dict[str, Any]:
    """Return a failure as modules do."""
    failure = error.as_result()
    if isinstance(error, MissingLibraryError):
        failure["msg"] = missing_required_lib(error.library)
    return failure


def run_module(operation: Operation) -> None:
    """Run an operation as a module, and end the process with its result."""
    options = operation.OPTIONS
    environment = Environment()
    module = AnsibleModule(argument_spec=argument_spec(options, environment), supports_check_mode=True)
    invocation = read_invocation(module.params, options, environment, module.warn, bool(module.check_mode))
    try:
        result = operation.run(invocation.options, invocation.context)
    except IdentityError as error:
        module.fail_json(invocation=invocation.shown, **failure_result(error))
    register_secrets(result)
    if register_secret is None:
        _keep_exact(module, result)
    module.exit_json(invocation=invocation.shown, **result)


def register_secrets(result: Mapping[str, Any]) -> None:
    """Tell Ansible which parts of a result are secrets: from 2.22 on, results stay exact and are masked where shown."""
    if register_secret is not None:
        for secret in ((result.get("token") or {}).get("id"), (result.get("mfa") or {}).get("session_id")):
            if secret:
                register_secret(secret)


def _shown(params: Mapping[str, Any], options: Iterable[Option]) -> dict[str, Any]:
    """Return the module's arguments as -vvv shows them: without secrets, whatever Ansible itself masks."""
    secret = {name for option in options if option.secret for name in (option.name, *option.aliases)}

    def show(name: str, value: Any) -> Any:
        if name in secret:
            return None if value is None else MASK
        return _without_userinfo(value) if isinstance(value, str) and "@" in value else value

    return {name: show(name, value) for name, value in params.items()}


def _without_userinfo(value: str) -> str:
    # Imported here: there is hardly ever anything to hide.
    from ._http.redaction import without_userinfo

    return without_userinfo(value)


def _keep_exact(module: AnsibleModule, result: Mapping[str, Any]) -> None:
    """Exempt values in this result from masking: its only secret is the token that it exists to return."""
    strings = list(_strings(result))
    module.no_log_values = {value for value in module.no_log_values if not any(str(value) in text for text in strings)}


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
    else:
        # Masking also applies to true and null.
        yield str(value)
