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
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule, missing_required_lib

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, MissingLibraryError
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    Context,
    Option,
    argument_spec,
)
from ansible_collections.rackspace.identity.plugins.module_utils._redaction import MASK, without_userinfo

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None


class _Environment:
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


def run_module(operation: Callable[[Mapping[str, Any], Context], dict[str, Any]], options: Sequence[Option]) -> None:
    """Run an operation as a module with these options, and end the process with its result."""
    environment = _Environment()
    module = AnsibleModule(
        argument_spec=argument_spec(options, environment),
        supports_check_mode=True,
    )
    context = Context(
        sources=_sources(module, options, environment.read), warn=module.warn, check_mode=bool(module.check_mode)
    )
    values = {option.name: module.params[option.name] for option in options}
    invocation = {"module_args": _shown(module.params, options)}
    try:
        result = operation(values, context)
    except MissingLibraryError as error:
        failure = error.as_result()
        failure["msg"] = missing_required_lib(error.library)
        module.fail_json(invocation=invocation, **failure)
    except IdentityError as error:
        module.fail_json(invocation=invocation, **error.as_result())
    _keep_exact(module, result)
    module.exit_json(invocation=invocation, **result)


def _sources(module: AnsibleModule, options: Iterable[Option], read: Mapping[str, str]) -> dict[str, str]:
    sources = {}
    for option in options:
        if option.env and option.env[0] in read:
            sources[option.name] = f"the environment variable {read[option.env[0]]}"
        elif module.params[option.name] is not None:
            sources[option.name] = f"the option {option.name}"
    return sources


def _shown(params: Mapping[str, Any], options: Iterable[Option]) -> dict[str, Any]:
    """The module's arguments as -vvv shows them: without secrets, whatever Ansible's own masking does."""
    secret = {name for option in options if option.secret for name in (option.name, *option.aliases)}

    def show(name: str, value: Any) -> Any:
        if name in secret:
            return None if value is None else MASK
        return without_userinfo(value) if isinstance(value, str) else value

    return {name: show(name, value) for name, value in params.items()}


def _keep_exact(module: AnsibleModule, result: Mapping[str, Any]) -> None:
    """Take values that stand in this result out of masking: it holds no secret but the token it exists to return."""
    if register_secret is not None:
        # Results are exact since 2.22; what is shown of them is masked, once it is known for a secret.
        token, challenge = result.get("token") or {}, result.get("mfa") or {}
        for secret in (token.get("id"), challenge.get("session_id")):
            if secret:
                register_secret(secret)
        return
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
