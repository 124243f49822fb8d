# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookups' common face: options in, errors out, all in Ansible's terms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

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

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

_Result = TypeVar("_Result")


class IdentityLookup(LookupBase):
    """Reads the options of a lookup from all their sources, and reports typed errors as Ansible's."""

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
                # Ansible hands variables over as they were written.
                direct[option.name] = self._templar.template(written)
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


def _refuse_unclear(name: str, value: Any) -> None:
    """Ansible takes what is no truth value for false, and a typing error must not end the checking of certificates."""
    try:
        boolean(value)
    except TypeError:
        raise AnsibleOptionsError(f"The value of {name} is neither true nor false.") from None


def _plain(value: Any) -> Any:
    """A text as a plain str: Ansible's are subclasses that carry tags, which HTTP headers do not take."""
    return str.__str__(value)[:] if isinstance(value, str) else value
