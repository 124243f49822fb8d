# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's operation inside the worker when the target is the controller itself.

A module starts a new Python; in the worker everything is loaded already. Options, operation and result are the same,
and whatever is out of the ordinary is left to the module.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action.normal import ActionModule as NormalAction

from ..module_utils._argument_spec import argument_spec
from ..module_utils._errors import IdentityError, MissingLibraryError
from ..module_utils._run_module import (
    Environment,
    Operation,
    failure_result,
    read_invocation,
    register_secrets,
)

# Ansible compiles the code of a collection again in each process that imports it. Actions are imported before workers
# are forked, so what the operations of tasks and lookups would import later is imported here.
for _name in ("module_utils._operations.endpoint", "module_utils._operations.token", "plugin_utils._lookup"):
    import_module(f"ansible_collections.rackspace.identity.plugins.{_name}")


class IdentityAction(NormalAction):
    """An action that runs its operation in the worker if it can, and as a module otherwise."""

    operation: Operation

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task."""
        result = self._run_in_worker(task_vars or {}) if self._is_on_controller() else None
        return super().run(tmp, task_vars) if result is None else result

    def _is_on_controller(self) -> bool:
        """Return whether the module would run on this machine, as this user, in this environment, and not async."""
        task, connection = self._task, self._connection
        return (
            connection.transport == "local"
            and connection.become is None
            and not task.become
            and not task.async_val
            and not any(task.environment or [])
        )

    def _run_in_worker(self, task_vars: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the result, or None if only the module can tell what is wrong with the arguments or missing here."""
        environment, warnings = Environment(), list[str]()
        spec = argument_spec(self.operation.OPTIONS, environment)
        validation = ArgumentSpecValidator(spec).validate(self._task.args)
        if validation.error_messages or self._is_given_twice(environment):
            return None
        invocation = read_invocation(
            validation.validated_parameters,
            self.operation.OPTIONS,
            environment,
            warnings.append,
            bool(self._task.check_mode),
        )
        try:
            result = self.operation.run(invocation.options, invocation.context)
        except MissingLibraryError:
            # The module's interpreter may have it.
            return None
        except IdentityError as error:
            result = {"failed": True, **failure_result(error)}
        register_secrets(result)
        if warnings:
            result["warnings"] = warnings
        if _is_invocation_shown(task_vars):
            result["invocation"] = invocation.shown
        return result

    def _is_given_twice(self, environment: Environment) -> bool:
        """Return whether an option is given twice, under two names or in the environment too: modules warn about it."""
        return any(
            sum(name in self._task.args for name in (option.name, *option.aliases))
            + any(name in environment.read for name in option.env[:1])
            > 1
            for option in self.operation.OPTIONS
        )


def _is_invocation_shown(task_vars: Mapping[str, Any]) -> bool:
    try:
        return bool(config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        # Before 2.20 this is not configurable.
        return True
