# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's operation inside the worker when the target is the controller itself.

A module starts a new Python; in the worker everything is loaded already. Options, operation and result are the same,
and whatever is out of the ordinary is left to the module. What only the controller knows, the action gives to both: the
options in variables, the directory of the playbook, and the login that the fact of the host describes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple

from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ..module_utils._argument_spec import argument_spec
from ..module_utils._errors import IdentityError, MissingLibraryError
from ..module_utils._options import VARIABLES, Option, check_former
from ..module_utils._run_module import (
    ENDED,
    FROM_VARIABLES,
    TOLD,
    UNHEARD,
    Environment,
    Operation,
    failure_result,
    find_sources,
    register_secrets,
    shown_invocation,
)
from ..module_utils._session.access_provider import FACT_NEVER_USED, FACT_NOT_USED
from ..module_utils._session.authorization import is_young
from ..module_utils._session.caching import forget_everywhere
from ..module_utils._session.credential_values import clean_token
from ..module_utils._session.credentials_completion import is_usable_hint
from ..module_utils._session.fact_access import FactAccess
from ..module_utils._session.given_credentials import DEFAULT_FILE, NAME_A_FILE, WAYS, nearest_way
from ..module_utils._session.shared_login import remove_shared
from ..module_utils._settings import TENANTS, Context, Settings, Source, path_in
from ..module_utils._text import MAX_CHARACTERS, one_line
from ._cache_plugin import open_store
from ._results import (
    add_to_refusal,
    add_unused,
    clear_reference,
    error_of,
    replace_failure,
    strings_in,
    warn_first,
)
from ._variables import (
    HIDES_WARNINGS,
    check_environment,
    check_value,
    check_written,
    decrypted,
    fact_of_host,
    given_environment,
    is_given,
    number_hint,
    plain,
    read_variables,
    variable_not_used,
    without_omitted,
)

# Ansible compiles the code of a collection again in each process that imports it. Actions are imported before workers
# are forked, so what the operations of tasks and lookups would import later is imported here.
for _name in (
    "module_utils._operations.endpoint",
    "module_utils._operations.token",
    "module_utils._session.login_ref",
    "plugin_utils._lookup",
):
    import_module(f"ansible_collections.rackspace.identity.plugins.{_name}")

# As keyed_digest() returns them. A machine must not choose which file or key a store removes.
_NAME_IN_STORE = re.compile(r"[0-9a-f]{64}")
_SECRETS = tuple(name for names in WAYS for name in names)
_DESCRIBE_A_LOGIN = ("username", "api_key", "password", "token", "passcode", "session_id", *NAME_A_FILE)


class _Arguments(NamedTuple):
    """The arguments of a task, and those that variables add, by option; farther ways to log in are left out.

    way: the option whose secret decides how to log in, or None if neither gives one.
    """

    task: Mapping[str, Any]
    variables: Mapping[str, Any]
    unused: Sequence[str]
    way: str | None

    def all(self) -> dict[str, Any]:
        return {**self.task, **self.variables}


class IdentityAction(NormalAction):
    """An action that runs its operation in the worker if it can, and as a module otherwise."""

    operation: Operation
    # Whether the operation ends a token, which an async task tells nobody here.
    revokes = False
    _host: str | None = None
    _from_variables: Sequence[str] = ()

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task."""
        result = self._run(tmp, task_vars or {})
        if HIDES_WARNINGS and self._task.no_log:
            # They hold no secret, and one can say that a revoked token is still in the cache.
            for text in strings_in(result.get("warnings")):
                Display().warning(one_line(text, MAX_CHARACTERS))
        return result

    def _run(self, tmp: str | None, variables: dict[str, Any]) -> dict[str, Any]:
        warnings = list[str]()
        self._host = variables.get("inventory_hostname")
        try:
            arguments = self._read_arguments(variables, warnings)
            self._task.environment = self._read_environment(arguments)
        except IdentityError as error:
            return {"failed": True, **failure_result(error), **({"warnings": warnings} if warnings else {})}
        result = self._run_in_worker(arguments, variables) if self._is_in_worker() else None
        if result is None:
            result = self._run_as_module(arguments, tmp, variables)
        if warnings:
            warn_first(warnings, result)
        if result.get("failed"):
            if _lacks_credentials(result):
                if self.operation.CONTINUES_LOGIN:
                    explanation = variable_not_used(variables)
                else:
                    explanation = FACT_NEVER_USED if fact_of_host(variables) is not None else ""
                result["msg"] = f"{result['msg']} {explanation}".rstrip()
            add_unused(result, arguments.unused)
            add_to_refusal(result, number_hint(arguments.all()))
        return result

    def _read_arguments(self, variables: Mapping[str, Any], warnings: list[str]) -> _Arguments:
        """Read the arguments of the task and the variables that stand for others. Raises OptionError."""
        options = self.operation.OPTIONS
        # Ansible's own message would only list what there is.
        check_former(self._task.args)
        task: dict[str, Any] = {}
        given: dict[str, Any] = {}
        own = {name: option for option in options for name in (option.name, *option.aliases)}
        shared = {option.name for option in options if option.var}
        for name, written in self._task.args.items():
            value = without_omitted(decrypted(written))
            option_name = own[name].name if name in own else name
            if option_name in shared and not is_given(value):
                continue
            check_written(option_name, value, f"the option {name}")
            if name in own:
                check_value(own[name], name, value)
            task[name] = value
            given[option_name] = value
        missing = [option for option in options if option.name not in given]
        from_variables = read_variables(missing, variables, self._templar.template, warnings.append)
        sources = {name: Source.variable(VARIABLES[name]) for name in from_variables}
        is_file_named = any(name in given for name in NAME_A_FILE)
        way = nearest_way({**from_variables, **given}, sources, 0 if is_file_named else None)
        together = ("passcode", "session_id") if way == "passcode" else (way,)
        farther = []
        if way is None:
            # What the file says is nearer. A module could not tell that, since all of it arrives as arguments.
            farther = [name for name in _SECRETS if name in from_variables]
        elif any(name in given for name in together):
            farther = [name for names in WAYS for name in names if name in from_variables and name not in together]
        # The module would take both for arguments of the task, which exclude each other.
        left_out = {*farther, *(TENANTS if any(name in given for name in TENANTS) else ())}
        return _Arguments(
            task,
            {name: value for name, value in from_variables.items() if name not in left_out},
            [f"{name} ({sources[name].words})" for name in farther],
            way,
        )

    def _read_environment(self, arguments: _Arguments) -> list[Any]:
        """Return what the task adds to the environment, as given. Raises OptionError for a secret that is not a string.

        What is farther than a way to log in among the arguments, or than a file that they name, cannot fail the task.
        """
        options, known = self.operation.OPTIONS, arguments.all()
        parts = given_environment(options, self._task.environment or [])
        if not any(_given_as(name, options, known) for name in NAME_A_FILE):
            unused = [option.name for option in options if _given_as(option.name, options, known)]
            if arguments.way:
                unused += _SECRETS
                unused += {"token": ("username", "totp_secret"), "password": ()}.get(arguments.way, ("totp_secret",))
            check_environment([option for option in options if option.name not in unused], parts)
        return parts

    def _is_in_worker(self) -> bool:
        """Return whether the module would run on the controller as it is: same user, same environment, not async."""
        task = self._task
        return self._is_on_controller() and not task.async_val and not any(task.environment or [])

    def _is_on_controller(self) -> bool:
        connection = self._connection
        return connection.transport == "local" and connection.become is None and not self._task.become

    def _run_in_worker(self, arguments: _Arguments, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the result, or None if only the module can tell what is wrong with the arguments or missing here."""
        options, warnings, params = self.operation.OPTIONS, list[str](), arguments.all()
        try:
            validated = None if self._is_given_twice() else self._validate(arguments)
            if validated is None:
                return None
            params, sources = validated
            context = Context(
                sources=sources,
                warn=warnings.append,
                check_mode=bool(self._task.check_mode),
                diff=bool(self._task.diff),
                fact=fact_of_host(variables),
                directory=self._loader.get_basedir(),
                tell=self._tell,
                open_store=open_store,
            )
            result = self.operation.run({option.name: params[option.name] for option in options}, context)
        except MissingLibraryError:
            # The module's interpreter may have it.
            return None
        except IdentityError as error:
            result = {"failed": True, **failure_result(error)}
        register_secrets(result)
        if warnings:
            result["warnings"] = warnings
        if _is_invocation_shown(variables):
            result["invocation"] = shown_invocation(params, options)
        return result

    def _tell(self, verbosity: int, line: str) -> None:
        Display().verbose(one_line(line, MAX_CHARACTERS), host=self._host, caplevel=max(0, verbosity - 1))

    def _validate(self, arguments: _Arguments) -> tuple[dict[str, Any], dict[str, Source]] | None:
        """Return the options as the module would read them here, and their sources; None if it would complain."""
        # Ansible copies them, and a tagged string takes a hundred times as long to copy as a plain one.
        options, given = self.operation.OPTIONS, plain(arguments.all())
        environment = Environment(options, given, arguments.variables)
        validation = ArgumentSpecValidator(argument_spec(options, environment)).validate(given)
        if validation.error_messages:
            return None
        params: dict[str, Any] = validation.validated_parameters
        environment.check()
        for option in options:
            value = params[option.name]
            if option.type == "path" and value:
                # As the module does, which runs in the directory of the playbook.
                params[option.name] = path_in(self._loader.get_basedir(), value)
        return params, find_sources(options, environment)

    def _is_given_twice(self) -> bool:
        """Return whether the task gives an option under two names: modules warn about it."""
        names = self._task.args
        return any(
            sum(name in names for name in (option.name, *option.aliases)) > 1 for option in self.operation.OPTIONS
        )

    def _run_as_module(self, arguments: _Arguments, tmp: str | None, variables: dict[str, Any]) -> dict[str, Any]:
        passed, login, problem, notes = arguments.all(), None, None, list[str]()
        if self.operation.CONTINUES_LOGIN and not self._is_login_described(arguments):
            login, problem = self._login_of_fact(arguments, variables, notes.append)
            token = self._arguments_of(login) if login else {}
            others = {alias for option in self.operation.OPTIONS if option.name in token for alias in option.aliases}
            kept = {name: value for name, value in passed.items() if name not in others}
            passed = {**kept, **token}
            if problem and self._is_on_controller():
                # Nothing else can describe a login, and the module does not know the reason.
                return {"failed": True, **failure_result(problem)}
        before = self._task.args
        self._from_variables = list(arguments.variables)
        # A copy, since Ansible adds arguments of its own.
        self._task.args = dict(passed)
        try:
            result: dict[str, Any] = super().run(tmp, variables)
        finally:
            self._task.args = before
        for line in strings_in(result.pop(TOLD, None)):
            self._tell(0, line)
        ended = [name for name in strings_in(result.pop(ENDED, None)) if _NAME_IN_STORE.fullmatch(name)]
        self._remove_shared(passed, ended, notes.append)
        if not self._is_on_controller():
            # Only a cache of the controller's can be meant, and only the controller can vouch for it.
            clear_reference(result)
            self._forget_ended_token(passed, result, login, notes.append)
        if notes:
            warn_first(notes, result)
        if result.get("failed"):
            self._explain_fact(result, problem, variables)
        return result

    def _explain_fact(
        self, result: dict[str, Any], problem: IdentityError | None, variables: Mapping[str, Any]
    ) -> None:
        """Say why the fact of the host does not stand in for missing credentials, which the module does not know."""
        if not _lacks_credentials(result):
            return
        if problem:
            replace_failure(result, problem)
        elif self.operation.CONTINUES_LOGIN and fact_of_host(variables) is not None:
            result["msg"] = f"{result['msg']} {FACT_NOT_USED}"

    def _update_module_args(self, module_name: str, module_args: dict[str, Any], *more: Any, **named: Any) -> None:
        super()._update_module_args(module_name, module_args, *more, **named)
        if self._from_variables:
            # All arguments are alike to a module, and what it says would blame the task.
            module_args[FROM_VARIABLES] = self._from_variables
        if self._task.async_val:
            # What a module tells its action would stay in its result, which async_status returns.
            module_args[UNHEARD] = True

    def _forget_ended_token(
        self,
        passed: Mapping[str, Any],
        result: dict[str, Any],
        login: FactAccess | None,
        warn: Callable[[str], None],
    ) -> None:
        """Remove a token that has ended from the cache here: a module only removes it from that of its own machine."""
        try:
            # As the module reads them.
            own = clean_token(self._given_token(passed), "token")
            subject = clean_token(passed.get("subject_token"), "subject_token") or own
        except IdentityError:
            return
        is_revoked = result.get("revoked") or (self.revokes and self._task.async_val and not result.get("failed"))
        # Valid is also false for a token that is only not valid in the tenant of belongs_to.
        is_gone = result.get("valid") is False and subject == own and not passed.get("belongs_to")
        if subject and (is_revoked or is_gone):
            with suppress(IdentityError):
                validated = self._validate(_Arguments(passed, {}, (), None))
                if validated:
                    settings = Settings.from_options(validated[0])
                    forget_everywhere(settings, Context(warn=warn, open_store=open_store), subject)
        elif login and error_of(result).get("kind") == "unauthorized" and not is_young(login.get_access()):
            try:
                login.replace_token(str(own))
            except IdentityError as ended:
                replace_failure(result, ended)

    def _given_token(self, passed: Mapping[str, Any]) -> Any:
        """Return the token that the task gives: in its arguments, or in its environment if they say nothing nearer."""
        options = self.operation.OPTIONS
        token = _given_as("token", options, passed)
        if token or any(_given_as(name, options, passed) for name in (*_SECRETS, *NAME_A_FILE)):
            return token
        environment = self._added_environment()
        names = next(option.env for option in options if option.name == "token")
        return next((environment[name] for name in names if environment.get(name)), None)

    def _remove_shared(self, passed: Mapping[str, Any], names: list[str], warn: Callable[[str], None]) -> None:
        """Remove entries from the store behind the cache, which a module cannot reach."""
        validated = self._validate(_Arguments(passed, {}, (), None)) if names else None
        if validated:
            settings = Settings.from_options(validated[0])
            context = Context(warn=warn, open_store=open_store)
            remove_shared(names, settings.cache, settings.connection.timeout, context)

    def _arguments_of(self, login: FactAccess) -> dict[str, Any]:
        """Return the arguments with which a module continues a login that it cannot find by itself."""
        return {"token": login.cached_tokens()[0], "identity_url": login.connection.identity_url}

    def _is_login_described(self, arguments: _Arguments) -> bool:
        """Return whether the task, variables, or as far as it is known here the environment or a file give a login."""
        options = {option.name: option for option in self.operation.OPTIONS}
        names = {name for option in _DESCRIBE_A_LOGIN for name in (option, *options[option].aliases)}
        if names & arguments.all().keys():
            return True
        environment: dict[str, Any] = dict(os.environ) if self._is_on_controller() else {}
        # The task can also unset a variable of the controller: an empty one counts as unset.
        environment.update(self._added_environment())
        if self._is_on_controller() and os.path.exists(os.path.expanduser(DEFAULT_FILE)):
            return True
        found = [
            name for option in _DESCRIBE_A_LOGIN for name in options[option].env if is_given(environment.get(name))
        ]
        return any(
            not Source.environment(name).is_hint or self._is_usable_hint(str(environment[name])) for name in found
        )

    def _added_environment(self) -> dict[str, Any]:
        """Return what the task adds to the environment, the nearest value of each name."""
        parts = [part for part in self._task.environment or [] if isinstance(part, Mapping)]
        return {name: value for part in parts for name, value in part.items()}

    def _is_usable_hint(self, cloud: str) -> bool:
        # On another machine, its own files decide, which are not known here.
        return self._is_on_controller() and is_usable_hint(cloud, self._loader.get_basedir())

    def _login_of_fact(
        self, arguments: _Arguments, variables: Mapping[str, Any], warn: Callable[[str], None]
    ) -> tuple[FactAccess | None, IdentityError | None]:
        """Return the login that the fact of the host describes, or why there is none."""
        fact = fact_of_host(variables)
        try:
            validated = self._validate(arguments) if fact is not None else None
            if validated is None:
                return None, None
            params, sources = validated
            directory = self._loader.get_basedir()
            context = Context(sources=sources, warn=warn, directory=directory, open_store=open_store)
            return FactAccess(Settings.from_options(params, context), context, fact), None
        except IdentityError as error:
            return None, error


def _lacks_credentials(result: Mapping[str, Any]) -> bool:
    return error_of(result).get("kind") == "missing_credentials"


def _given_as(name: str, options: Sequence[Option], given: Mapping[str, Any]) -> Any:
    """Return the value that is given for an option under any of its names, or None."""
    option = next(option for option in options if option.name == name)
    return next((given[each] for each in (name, *option.aliases) if given.get(each)), None)


def _is_invocation_shown(variables: Mapping[str, Any]) -> bool:
    try:
        return bool(config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        # Before 2.20 this is not configurable.
        return True
