# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a module's operation inside the worker, where the target is the controller itself.

A module costs a new Python; in the worker everything is loaded already. Options, operation and result are the same,
and whatever is out of the ordinary is left to the module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar

from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, MissingLibraryError
from ansible_collections.rackspace.identity.plugins.module_utils._module import (
    Environment,
    Operation,
    call_of,
    failure_of,
    register_secrets_of,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Option, argument_spec

# Ansible compiles the code of a collection anew in each process that imports it. An action is imported before workers
# are forked, so what the operations of tasks and lookups import late is imported here.
for _room in ("module_utils._locate", "plugin_utils._lookup"):
    import_module(f"ansible_collections.rackspace.identity.plugins.{_room}")


class IdentityAction(NormalAction):
    """An action that runs its operation here where it can, and as a module where it cannot."""

    operation: ClassVar[Operation]
    options: ClassVar[Sequence[Option]]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result of the task."""
        result = self._run_here(task_vars or {}) if self._is_here() else None
        return super().run(tmp, task_vars) if result is None else result

    def _is_here(self) -> bool:
        """Whether the module would run on this machine as this user, with this environment, and be waited for."""
        task, connection = self._task, self._connection
        return (
            connection.transport == "local"
            and connection.become is None
            and not task.become
            and not task.async_val
            and not any(task.environment or [])
        )

    def _run_here(self, task_vars: Mapping[str, Any]) -> dict[str, Any] | None:
        """The result, or None where only the module can say what is wrong with the arguments or is missing here."""
        environment, warnings = Environment(), list[str]()
        spec = argument_spec(self.options, environment)
        validation = ArgumentSpecValidator(spec).validate(self._task.args)
        if validation.error_messages or self._is_given_twice(environment):
            return None
        call = call_of(
            validation.validated_parameters, self.options, environment, warnings.append, bool(self._task.check_mode)
        )
        try:
            result = type(self).operation(call.values, call.context)
        except MissingLibraryError:
            # The interpreter of the module may have it.
            return None
        except IdentityError as error:
            result = {"failed": True, **failure_of(error)}
        register_secrets_of(result)
        if warnings:
            result["warnings"] = warnings
        if _is_invocation_shown(task_vars):
            result["invocation"] = call.invocation
        return result

    def _is_given_twice(self, environment: Environment) -> bool:
        """Whether an option is given under two names, in the task or the environment: modules warn of that."""
        return any(
            sum(name in self._task.args for name in (option.name, *option.aliases))
            + any(name in environment.read for name in option.env[:1])
            > 1
            for option in self.options
        )


def _is_invocation_shown(task_vars: Mapping[str, Any]) -> bool:
    try:
        return bool(config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        # Before 2.20 there is no choice.
        return True
