# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookups' common face: options in, errors out, all in Ansible's terms."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from ansible.constants import config
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    IdentityError,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context, Option, by_name
from ansible_collections.rackspace.identity.plugins.plugin_utils import _memo

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

_Result = TypeVar("_Result")


class IdentityLookup(LookupBase):
    """Reads the options of a lookup from all their sources, and reports typed errors as Ansible's."""

    OPTIONS: ClassVar[tuple[Option, ...]]
    _variables: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]]

    def __init_subclass__(cls) -> None:
        cls._variables = tuple((option.var, (option.name, *option.aliases)) for option in cls.OPTIONS if option.var)

    def answer(
        self,
        terms: Sequence[Any],
        variables: Mapping[str, Any] | None,
        given: Mapping[str, Any],
        work: Callable[[dict[str, Any], Context], tuple[list[Any], Callable[[], bool] | None]],
        fact: object = None,
        *,
        is_secret: bool = False,
    ) -> list[Any]:
        """What work returns for the options; not done again in this process while its second value says so.

        fact: what the answer may rest on beside the options, told from others by its identity. is_secret: whether
        Ansible has to mask it wherever it is shown.
        """
        key = self._key(terms, variables or {}, given, fact)
        values = _memo.recall(key)
        if values is None:
            options, context = self.read_options(self.OPTIONS, variables, given)
            values, still_good = self.report(lambda: work(options, context))
            _memo.keep(key, values, still_good, fact)
        if is_secret and register_secret is not None:
            for value in values:
                register_secret(value)
        return values

    def _key(
        self, terms: Sequence[Any], variables: Mapping[str, Any], given: Mapping[str, Any], fact: object
    ) -> tuple[Any, ...]:
        """All that the options are read from."""
        written = [
            (variable, self._templated(variables[variable]))
            for variable, names in self._variables
            # One that an option stands for need not even be possible to template.
            if variable in variables and all(given.get(name) is None for name in names)
        ]
        # mypy takes the hash of a class for that of its instances.
        kind: Any = type(self)
        return (
            kind,
            tuple(terms),
            tuple(given.items()),
            # 1 and true are equal.
            tuple(map(type, given.values())),
            tuple(written),
            _environment(kind, os.getpid()),
            id(fact),
        )

    def _templated(self, value: Any) -> Any:
        """A variable's value: Ansible hands variables over as they were written."""
        return self._templar.template(value) if not isinstance(value, str) or "{" in value else value

    def read_options(
        self, options: Sequence[Option], variables: Mapping[str, Any] | None, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Context]:
        """The value of each option, and the context with the source of each that somebody gave."""
        direct = self.report(lambda: by_name(options, given))
        sources = {name: f"the option {name}" for name in direct}
        for option in options:
            if option.name in direct:
                continue
            written = (variables or {}).get(option.var) if option.var else None
            # Not left to Ansible, which takes the last of several variables, and empty ones too.
            name = next((name for name in option.env if os.environ.get(name)), None)
            if written is not None:
                direct[option.name] = self._templated(written)
                sources[option.name] = f"the variable {option.var}"
            elif name:
                direct[option.name] = os.environ[name]
                sources[option.name] = f"the environment variable {name}"
        values = {}
        for option in options:
            values[option.name], origin = self._value(option, direct)
            if option.name not in sources and origin != "default" and values[option.name] is not None:
                sources[option.name] = f"the ini file {origin}"
        return values, Context(sources=sources, warn=Display().warning)

    def _value(self, option: Option, direct: Mapping[str, Any]) -> tuple[Any, str]:
        if option.name not in direct and any(name in os.environ for name in option.env):
            # An empty environment variable is how many shells and CI systems say "unset".
            return option.default, "default"
        if option.type == "bool" and option.name in direct:
            _refuse_unclear(option.name, direct[option.name])
        try:
            value, origin = config.get_config_value_and_origin(
                option.name, plugin_type="lookup", plugin_name=self._load_name, direct=direct
            )
        except AnsibleError:
            if not option.secret:
                raise
            # The exception's own text shows the value.
            raise AnsibleOptionsError(f"The value of {option.name} is not a text.") from None
        value = _plain(value)
        if option.secret and value and register_secret is not None:
            register_secret(value)
        return value, origin

    def report(self, operation: Callable[[], _Result]) -> _Result:
        """What an operation returns; its typed errors become Ansible's, in one sentence and without a chain."""
        try:
            return operation()
        except MissingLibraryError as error:
            raise AnsibleLookupError(missing_required_lib(error.library)) from None
        except IdentityError as error:
            problem = AnsibleOptionsError if isinstance(error, OptionError) else AnsibleLookupError
            raise problem(f"{error} (error.kind: {error.kind})") from None


@functools.lru_cache(maxsize=8)
def _environment(lookup: type[IdentityLookup], _process: int) -> tuple[str | None, ...]:
    """What the environment says to a lookup. A process gets it once; asking each time costs more than all else here."""
    return tuple(os.environ.get(name) for option in lookup.OPTIONS for name in option.env)


def _refuse_unclear(name: str, value: Any) -> None:
    """Ansible takes what is no truth value for false, and a typing error must not end the checking of certificates."""
    try:
        boolean(value)
    except TypeError:
        raise AnsibleOptionsError(f"The value of {name} is neither true nor false.") from None


def _plain(value: Any) -> Any:
    """A text as a plain str: Ansible's are subclasses that carry tags, which HTTP headers do not take."""
    return str.__str__(value)[:] if isinstance(value, str) else value
