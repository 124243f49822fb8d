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
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule, missing_required_lib

from ._argument_spec import argument_spec, conversion_problem
from ._errors import IdentityError, MissingLibraryError, OptionError
from ._options import MASK, VARIABLES, Option
from ._settings import Context, Source
from ._text import encodable, may_hold_userinfo, shown

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None


CATALOG = "_catalog"
"""The internal argument with which an action passes the catalog to a module. It is not an option and never shown."""

UNHEARD = "_unheard"
"""The internal argument with which an action tells a module that it will not see the result. Not an option, either."""

FROM_VARIABLES = "_from_variables"
"""The internal argument with which an action names the options whose values came from variables. Not an option."""

TOLD = "told"
"""The key of a module's result with the lines that its action shows."""


ENDED = "ended"
"""The key of a module's result with the names of what its action removes from the store behind the cache."""


_STAYS_IN_STORE = (
    "A revoked or expired token stays in the store that controllers share, which an async task cannot reach. "
    "Other controllers may use it until it expires."
)


class Operation(Protocol):
    """The interface of a module of _operations to the modules and actions.

    CONTINUES_LOGIN: whether it can go on with the login of the fact rax_identity where no other is described.
    """

    OPTIONS: Sequence[Option]
    CONTINUES_LOGIN: bool

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Return the result of the task. Raises every kind of IdentityError."""


class Environment:
    """The fallback from options to environment variables; an empty variable counts as unset.

    It records which variables it read, so that errors can tell where a value came from. given: the task's arguments.
    Ansible asks a fallback before it looks at aliases, and would then warn that an option is given twice.
    from_variables: the options among the arguments whose values came from variables of Ansible.
    """

    def __init__(
        self,
        options: Iterable[Option],
        given: Mapping[str, Any] | None = None,
        from_variables: Collection[str] = (),
    ) -> None:
        self.given: Mapping[str, Any] = given or {}
        self.from_variables = from_variables
        self.read: dict[str, str] = {}
        self._problem: OptionError | None = None
        self._options = {option.env[0]: option for option in options if option.env}

    def __call__(self, *names: str) -> str:
        option = self._options[names[0]]
        is_given = any(self.given.get(alias) is not None for alias in option.aliases)
        for name in () if is_given else names:
            value = os.environ.get(name)
            if value:
                self._check(option, name, value)
                self.read[names[0]] = name
                return value
        raise AnsibleFallbackNotFound

    def check(self) -> None:
        """Raise OptionError if an environment variable that was needed has no usable value."""
        if self._problem:
            raise self._problem

    def _check(self, option: Option, name: str, value: str) -> None:
        problem = conversion_problem(option, value)
        if problem:
            self._problem = self._problem or wrong_value(option, value, Source.environment(name), problem)
            # Ansible's own message would not say where the value came from.
            raise AnsibleFallbackNotFound


def wrong_value(option: Option, value: Any, source: Source, problem: str) -> OptionError:
    """Return the error for a value that cannot be used; problem completes the sentence. No secret is shown."""
    # A URL may hold a password.
    instead = "" if option.secret or may_hold_userinfo(str(value)) else f", not {shown(value)}"
    return OptionError(f"{option.name} ({source.words}) must be {problem}{instead}.")


def find_sources(options: Sequence[Option], environment: Environment) -> dict[str, Source]:
    """Return where each given option came from; environment is the fallback that the arguments were validated with."""
    sources = {}
    for option in options:
        if option.env and option.env[0] in environment.read:
            sources[option.name] = Source.environment(environment.read[option.env[0]])
        elif option.name in environment.from_variables:
            sources[option.name] = Source.variable(VARIABLES[option.name])
        elif any(environment.given.get(name) is not None for name in (option.name, *option.aliases)):
            sources[option.name] = Source.option(option.name)
    return sources


def failure_result(error: IdentityError) -> dict[str, Any]:
    """Return a failure as modules do."""
    failure = error.as_result()
    if isinstance(error, MissingLibraryError):
        failure["msg"] = missing_required_lib(error.library)
    return failure


class _Module(AnsibleModule):
    """A module that shows no secret when it refuses its arguments either."""

    params: dict[str, Any]

    def __init__(self, options: Sequence[Option], environment: Environment) -> None:
        self._options, self._environment = options, environment
        self._told: list[str] = []
        self._ended: list[str] = []
        self.catalog: object = None
        self._is_heard = True
        super().__init__(argument_spec=argument_spec(options, environment), supports_check_mode=True)

    def _load_params(self) -> None:
        super()._load_params()
        self.catalog = self.params.pop(CATALOG, None)
        self._is_heard = not self.params.pop(UNHEARD, False)
        self._environment.from_variables = self.params.pop(FROM_VARIABLES, ())
        # A copy, since Ansible adds the defaults.
        self._environment.given = dict(self.params)

    def _log_invocation(self) -> None:
        """Log the arguments as they are shown: Ansible cannot encode every byte that the environment can hold."""
        params = self.params
        self.params = shown_invocation(params, self._options)["module_args"]
        try:
            super()._log_invocation()
        finally:
            self.params = params

    def tell(self, verbosity: int, line: str) -> None:
        """Keep a line for the action, which shows it: a module cannot."""
        if self._is_heard and self._verbosity >= verbosity:
            self._told.append(line)

    def report_ended(self, name: str) -> None:
        """Keep the name of an entry for the action, which removes it from the store: a module cannot reach it."""
        if self._is_heard:
            self._ended.append(name)
        else:
            self.warn(_STAYS_IN_STORE)

    def for_action(self) -> dict[str, Any]:
        """Return what the action takes out of the result."""
        return {key: values for key, values in ((TOLD, self._told), (ENDED, self._ended)) if values}

    def place_file(self, new: str | None, path: str) -> bool:
        """Move a new file to a path if there is one, give it the attributes of the task, and tell what changed."""
        if new is not None:
            self._move(new, path)
        # Ansible does not change the mode of what a symbolic link leads to, and predicts in check mode that it would.
        attributes = self.load_file_common_arguments(self.params, path=os.path.realpath(path))
        return bool(self.set_fs_attributes_if_different(attributes, new is not None))

    def _move(self, new: str, path: str) -> None:
        """Move a new file to a path. Raises OptionError for one that cannot be replaced, such as a mounted file."""
        try:
            self.atomic_move(new, path)
        # Newer versions of Ansible raise one without a class of its own; older ones end the process.
        except Exception as error:
            cause = error.__cause__ or error
            reason = (isinstance(cause, OSError) and cause.strerror) or "the new file cannot be moved there"
            raise OptionError(f"dest: {path} cannot be replaced: {reason}. Save it to another path.") from None

    def fail_json(self, msg: str, **kwargs: Any) -> Any:
        """End the process with a failure."""
        kwargs.setdefault("invocation", shown_invocation(self.params, self._options))
        return super().fail_json(msg, **kwargs)


def run_module(operation: Operation) -> None:
    """Run an operation as a module, and end the process with its result."""
    options = operation.OPTIONS
    environment = Environment(options)
    module = _Module(options, environment)
    context = Context(
        sources=find_sources(options, environment),
        warn=lambda text: module.warn(encodable(text)),
        check_mode=bool(module.check_mode),
        diff=bool(module._diff),
        catalog=module.catalog,
        place_file=module.place_file,
        tell=module.tell,
        report_ended=module.report_ended,
    )
    try:
        environment.check()
        result = operation.run({option.name: module.params[option.name] for option in options}, context)
    except IdentityError as error:
        module.fail_json(**failure_result(error), **module.for_action())
    result.update(module.for_action())
    register_secrets(result)
    if register_secret is None:
        _keep_exact(module, result)
    module.exit_json(invocation=shown_invocation(module.params, options), **result)


def register_secrets(result: Mapping[str, Any]) -> None:
    """Tell Ansible which parts of a result are secrets: from 2.22 on, results stay exact and are masked where shown."""
    if register_secret is not None:
        for secret in ((result.get("token") or {}).get("id"), (result.get("mfa") or {}).get("session_id")):
            if secret:
                register_secret(secret)


def shown_invocation(params: Mapping[str, Any], options: Iterable[Option]) -> dict[str, Any]:
    """Return the module's arguments as -vvv shows them: without secrets, whatever Ansible itself masks.

    Those without a value are left out: Ansible walks each result several times, and most options have none.
    """
    # An option that does not exist may be a secret under a wrong name.
    shown = {name for option in options if not option.secret for name in (option.name, *option.aliases)}

    def show(name: str, value: Any) -> Any:
        if name not in shown:
            return MASK
        if not isinstance(value, str):
            return value
        # From the environment, it may be what no result can hold.
        return encodable(_without_userinfo(value) if may_hold_userinfo(value) else value)

    return {"module_args": {name: show(name, value) for name, value in params.items() if value is not None}}


def _without_userinfo(value: str) -> str:
    # Imported here: there is hardly ever anything to hide.
    from ._http.userinfo import without_userinfo

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
