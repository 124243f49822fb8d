# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read options from Ansible's variables, the same for actions and lookups.

A variable that is a fact of the host is never an option: facts are what a managed host says, and ansible-core makes
variables of them, so a host could choose where the controller sends its credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..module_utils._argument_spec import conversion_problem
from ..module_utils._errors import OptionError
from ..module_utils._options import Option
from ..module_utils._run_module import wrong_value
from ..module_utils._session.credentials import SECRETS_AND_NAMES
from ..module_utils._settings import Source

try:
    from ansible.errors import AnsibleValueOmittedError
except ImportError:
    # Before ansible-core 2.19, an omitted value is a string of its own.
    class AnsibleValueOmittedError(Exception):  # type: ignore[no-redef]
        """Never raised."""


_OMITTED = "__omit_place_holder__"


def is_given(value: Any) -> bool:
    """Return whether a value is more than null, empty or omitted."""
    return value is not None and value != "" and not (isinstance(value, str) and value.startswith(_OMITTED))


def fact_of_host(variables: Mapping[str, Any]) -> object:
    """Return the fact rax_identity of the host, or None."""
    return _facts(variables).get("rax_identity")


def read_variables(
    options: Iterable[Option],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Return the values of these options that variables give, by the options' names."""
    values = {}
    for option in options:
        name = option.var
        if name is None or name not in variables:
            continue
        if is_fact(name, variables):
            warn(
                f"The variable {name} is not used as an option, because it is a fact of the host: facts are what a "
                "managed host says. Set the option under another name, or as a variable that no host can change."
            )
            continue
        value = template_variable(template, variables[name])
        if is_given(value):
            check_written(option.name, value, f"the variable {name}")
            problem = conversion_problem(option, value)
            if problem:
                raise wrong_value(option, value, Source.variable(name), problem)
            values[option.name] = value
    return values


def is_fact(name: str, variables: Mapping[str, Any]) -> bool:
    """Return whether the host has a fact of this name, with or without Ansible's prefix."""
    facts = _facts(variables)
    return name in facts or f"ansible_{name}" in facts


def template_variable(template: Callable[[Any], Any], value: Any) -> Any:
    """Return the value of a variable, which Ansible passes as it was written; None for an omitted one."""
    if isinstance(value, str) and "{" not in value:
        return value
    try:
        return template(value)
    except AnsibleValueOmittedError:
        return None


def check_written(name: str, value: Any, source: str) -> None:
    """Refuse a secret or username that YAML did not read as a string: 012345 would be sent as 5349.

    Raises OptionError.
    """
    if name in SECRETS_AND_NAMES and not isinstance(value, (str, bytes)):
        if isinstance(value, (Mapping, list, tuple)):
            raise OptionError(f"{name} ({source}) must be a string, not a dictionary or list.")
        raise OptionError(f"{name} ({source}) was not read as a string, so it may not be what was written: quote it.")


def _facts(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    facts = variables.get("ansible_facts")
    return facts if isinstance(facts, Mapping) else {}
