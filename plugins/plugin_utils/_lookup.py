# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options and errors of lookups, in Ansible's terms."""

from __future__ import annotations

import configparser
import functools
import os
from collections.abc import Callable, KeysView, Mapping, Sequence, ValuesView
from typing import Any, ClassVar, TypeVar

from ansible import constants
from ansible.constants import config
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._argument_spec import KINDS
from ..module_utils._errors import (
    IdentityError,
    MissingCredentialsError,
    MissingLibraryError,
    OptionError,
)
from ..module_utils._options import VARIABLES, Option, by_name
from ..module_utils._run_module import wrong_value
from ..module_utils._settings import Context, Source, path_in
from ..module_utils._text import INVISIBLE, MAX_CHARACTERS, one_line
from . import _memo
from ._cache_plugin import open_store
from ._variables import (
    check_written,
    decrypted,
    fact_of_host,
    is_fact,
    is_given,
    is_omitted,
    number_hint,
    plain,
    read_variables,
    template_variable,
    variable_not_used,
    with_hint,
    without_omitted,
)

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

_Result = TypeVar("_Result")


class IdentityLookup(LookupBase):
    """Reads the options of a lookup from all their sources, and turns typed errors into Ansible's."""

    OPTIONS: ClassVar[tuple[Option, ...]]
    # What to say if the login is refused.
    _hint = ""
    _fact_hint = ""
    _variables: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]]

    def __init_subclass__(cls) -> None:
        cls._variables = tuple((option.var, (option.name, *option.aliases)) for option in cls.OPTIONS if option.var)

    def run_operation(
        self,
        terms: Sequence[Any],
        variables: Mapping[str, Any] | None,
        given: Mapping[str, Any],
        operation: Callable[[list[str], dict[str, Any], Context], tuple[list[Any], Callable[[], bool] | None]],
        *,
        is_secret: bool = False,
    ) -> list[Any]:
        """Run an operation with the options of the lookup, unless this process has its result and that is current.

        is_secret: whether Ansible must mask the result wherever it is shown.
        """
        # Before 2.19, Ansible passes it to the lookup of a with_ loop, which returns a list anyway.
        given = {
            name: decrypted(value) for name, value in given.items() if name != "wantlist" and not is_omitted(value)
        }
        # Before 2.19, Ansible passes the keys or values of a dictionary as they are, not as a list.
        terms = without_omitted([list(term) if isinstance(term, (KeysView, ValuesView)) else term for term in terms])
        variables = variables or {}
        fact = fact_of_host(variables)
        key = self._key(terms, variables, given, fact)
        values = _memo.find(key)
        if values is None:
            options, context = self.translate_errors(lambda: self.read_options(variables, given))
            context = context._replace(fact=fact, tell=_tell)
            self._fact_hint = variable_not_used(variables)
            values, is_current = self.translate_errors(lambda: operation(_flatten(terms), options, context))
            _memo.store(key, values, is_current, fact)
        if is_secret and register_secret is not None:
            for value in values:
                register_secret(value)
        return values

    def _key(
        self, terms: Sequence[Any], variables: Mapping[str, Any], given: Mapping[str, Any], fact: object
    ) -> tuple[Any, ...]:
        """Return everything that the options are read from."""
        written = [
            # What a fact says is not used, and must not be templated.
            (
                variable,
                is_fact(variable, variables) or (template_variable(self._templar.template, variables[variable]),),
            )
            for variable, names in self._variables
            # A variable that an option overrides need not even be templatable.
            if variable in variables and not any(is_given(given.get(name)) for name in names)
        ]
        # mypy confuses the hash of a class with that of its instances.
        kind: Any = type(self)
        return (
            kind,
            tuple(terms),
            tuple(given.items()),
            # 1 equals true.
            tuple(map(type, given.values())),
            tuple(written),
            _environment(kind, os.getpid()),
            # One process runs playbooks of several directories, which relative paths mean.
            self._loader.get_basedir(),
            id(fact),
        )

    def read_options(self, variables: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], Context]:
        """Return the value of each option, and the context with the source of each that was given.

        Raises OptionError.
        """
        options, warn = self.OPTIONS, Display().warning
        direct = {name: value for name, value in by_name(options, given).items() if is_given(value)}
        for name, value in direct.items():
            check_written(name, value, f"the option {name}")
        sources = {name: Source.option(name) for name in direct}
        missing = [option for option in options if option.name not in direct]
        for name, value in read_variables(missing, variables, self._templar.template, warn).items():
            direct[name], sources[name] = value, Source.variable(VARIABLES[name])
        for option in options:
            # Not left to Ansible, which takes the last of several variables, even an empty one.
            variable = next((name for name in option.env if os.environ.get(name)), None)
            if variable and option.name not in direct:
                direct[option.name], sources[option.name] = os.environ[variable], Source.environment(variable)
        self._hint = number_hint(direct)
        values = {}
        for option in options:
            if option.type == "path" and isinstance(direct.get(option.name), str):
                # As for modules, which run in the directory of the playbook; Ansible would take the current one.
                path = os.path.expanduser(os.path.expandvars(direct[option.name]))
                values[option.name] = os.path.normpath(path_in(self._loader.get_basedir(), path))
                continue
            values[option.name], origin = self._value(option, direct, sources)
            if option.name not in sources and origin != "default" and values[option.name] is not None:
                sources[option.name] = Source.ini(origin)
        directory = self._loader.get_basedir()
        return values, Context(sources=sources, warn=warn, directory=directory, open_store=open_store)

    def _value(self, option: Option, direct: Mapping[str, Any], sources: Mapping[str, Source]) -> tuple[Any, str]:
        """Return the value of an option, and where Ansible found it. Raises OptionError."""
        if option.name not in direct and any(name in os.environ for name in option.env):
            # Many shells and CI systems set a variable to an empty string to unset it.
            return option.default, "default"
        given, source = direct.get(option.name), sources.get(option.name) or Source.option(option.name)
        if option.type == "bool" and option.name in direct:
            _check_boolean(option.name, given, source)
        try:
            value, origin = config.get_config_value_and_origin(
                option.name, plugin_type="lookup", plugin_name=self._load_name, direct=direct
            )
        except (AnsibleError, OverflowError):
            if option.name not in direct:
                given, source = _in_ini(option), Source.ini(str(constants.CONFIG_FILE))
            if given is None:
                raise
            # The exception's own text shows the value, and does not say where it came from.
            kind = f"one of {', '.join(option.choices)}" if option.choices else KINDS[option.type]
            raise wrong_value(option, given, source, kind) from None
        if option.type == "bool" and option.name not in direct and origin != "default":
            _check_boolean(option.name, _in_ini(option) or value, Source.ini(origin))
        value = plain(value)
        if option.secret and value and register_secret is not None:
            register_secret(value)
        return value, origin

    def translate_errors(self, operation: Callable[[], _Result]) -> _Result:
        """Run an operation; its typed errors become Ansible's, in one sentence and without a chain."""
        try:
            return operation()
        except MissingLibraryError as error:
            raise AnsibleLookupError(f"{missing_required_lib(error.library)} (error.kind: {error.kind})") from None
        except IdentityError as error:
            error_class = AnsibleOptionsError if isinstance(error, OptionError) else AnsibleLookupError
            text = with_hint(str(error), error.status, self._hint)
            if isinstance(error, MissingCredentialsError):
                text = f"{text} {self._fact_hint}".rstrip()
            raise error_class(f"{text} (error.kind: {error.kind})") from None


def _tell(verbosity: int, line: str) -> None:
    Display().verbose(one_line(line, MAX_CHARACTERS), caplevel=verbosity - 1)


@functools.lru_cache(maxsize=8)
def _environment(lookup: type[IdentityLookup], _process: int) -> tuple[str | None, ...]:
    """Return the environment variables of a lookup, read once per process: that costs more than all else here."""
    return tuple(os.environ.get(name) for option in lookup.OPTIONS for name in option.env)


def _flatten(terms: Sequence[Any]) -> list[str]:
    """Return all terms as strings; a term that is a list stands for its members. Raises OptionError for others."""
    flat: list[str] = []
    for term in terms:
        if isinstance(term, Mapping):
            # It may be the result of a login, and a message would show its token.
            raise OptionError("A term must be a string, not a dictionary. Give options as NAME=VALUE.")
        flat += _flatten(term) if isinstance(term, (list, tuple)) else [str(term).strip(INVISIBLE)]
    return flat


def _in_ini(option: Option) -> str | None:
    """Return what Ansible's ini file has for an option, of which Ansible itself only tells what it made of it."""
    # As Ansible reads it.
    parser = configparser.ConfigParser(inline_comment_prefixes=(";",), interpolation=None)
    try:
        parser.read(constants.CONFIG_FILE or [], encoding="utf-8")
    except (OSError, configparser.Error, UnicodeDecodeError):
        return None
    return parser.get("rackspace_identity", option.ini or "", fallback=None)


def _check_boolean(name: str, value: Any, source: Source) -> None:
    """Refuse what is neither true nor false: Ansible takes it for false, and a typo must not disable verification."""
    try:
        boolean(value)
    except TypeError:
        raise OptionError(f"{name} ({source.words}) must be true or false.") from None
