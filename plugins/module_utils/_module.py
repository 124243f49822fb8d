# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules' common face: the only room below the plugins that knows AnsibleModule.

It builds the module from the options table, runs an operation, and turns typed errors into fail_json. And it
keeps returned tokens exact: Ansible before 2.22 masks every value of a no_log option wherever it appears in the
result, also inside a token that happens to contain a short password.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, Callable, Dict, Mapping, NamedTuple

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule, missing_required_lib

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, MissingLibraryError
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    MASK,
    Context,
    Option,
    argument_spec,
)

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

Operation = Callable[[Mapping[str, Any], Context], Dict[str, Any]]


class Environment:
    """The fallback of options to environment variables; an empty variable counts as unset.

    It remembers which variables it read, so that errors can tell where a value came from.
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


class Call(NamedTuple):
    """One call of a module: the value of each option, the context, and what may be shown of it."""

    values: Mapping[str, Any]
    context: Context
    invocation: Mapping[str, Any]


def call_of(
    params: Mapping[str, Any],
    options: Sequence[Option],
    environment: Environment,
    warn: Callable[[str], None],
    check_mode: bool,
) -> Call:
    """The call that validated parameters make; environment is the fallback that they were validated with."""
    sources = {}
    for option in options:
        if option.env and option.env[0] in environment.read:
            sources[option.name] = f"the environment variable {environment.read[option.env[0]]}"
        elif params[option.name] is not None:
            sources[option.name] = f"the option {option.name}"
    return Call(
        values={option.name: params[option.name] for option in options},
        context=Context(sources=sources, warn=warn, check_mode=check_mode),
        invocation={"module_args": _shown(params, options)},
    )


def failure_of(error: IdentityError) -> dict[str, Any]:
    """A failure as modules return it."""
    failure = error.as_result()
    if isinstance(error, MissingLibraryError):
        failure["msg"] = missing_required_lib(error.library)
    return failure


def run_module(operation: Operation, options: Sequence[Option]) -> None:
    """Run an operation as a module with these options, and end the process with its result."""
    environment = Environment()
    module = AnsibleModule(argument_spec=argument_spec(options, environment), supports_check_mode=True)
    call = call_of(module.params, options, environment, module.warn, bool(module.check_mode))
    try:
        result = operation(call.values, call.context)
    except IdentityError as error:
        module.fail_json(invocation=call.invocation, **failure_of(error))
    register_secrets_of(result)
    if register_secret is None:
        _keep_exact(module, result)
    module.exit_json(invocation=call.invocation, **result)


def register_secrets_of(result: Mapping[str, Any]) -> None:
    """Tell Ansible which parts of a result are secrets: since 2.22 results stay exact, and are masked where shown."""
    if register_secret is not None:
        for secret in ((result.get("token") or {}).get("id"), (result.get("mfa") or {}).get("session_id")):
            if secret:
                register_secret(secret)


def _shown(params: Mapping[str, Any], options: Iterable[Option]) -> dict[str, Any]:
    """The module's arguments as -vvv shows them: without secrets, whatever Ansible's own masking does."""
    secret = {name for option in options if option.secret for name in (option.name, *option.aliases)}

    def show(name: str, value: Any) -> Any:
        if name in secret:
            return None if value is None else MASK
        return _without_userinfo(value) if isinstance(value, str) and "@" in value else value

    return {name: show(name, value) for name, value in params.items()}


def _without_userinfo(value: str) -> str:
    # Imported here: nearly never is there anything to hide.
    from ansible_collections.rackspace.identity.plugins.module_utils._redaction import without_userinfo

    return without_userinfo(value)


def _keep_exact(module: AnsibleModule, result: Mapping[str, Any]) -> None:
    """Take values that stand in this result out of masking: it holds no secret but the token it exists to return."""
    texts = list(_texts(result))
    module.no_log_values = {value for value in module.no_log_values if not any(str(value) in text for text in texts)}


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    else:
        # Masking does not stop at true and null.
        yield str(value)
