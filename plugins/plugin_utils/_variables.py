# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read options from Ansible's variables, the same for actions and lookups.

A variable that is a fact of the host is never an option: facts are what a managed host says, and ansible-core makes
variables of them, so a host could choose where the controller sends its credentials. Where ansible-core does not tell
facts from other variables, none is an option.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from ansible import constants

from ..module_utils._argument_spec import KINDS, conversion_problem
from ..module_utils._errors import OptionError
from ..module_utils._options import Option
from ..module_utils._run_module import wrong_value
from ..module_utils._session.access_provider import REMEMBERED
from ..module_utils._session.credential_values import SECRETS_AND_NAMES
from ..module_utils._settings import Source

try:
    from ansible.errors import AnsibleValueOmittedError

    HIDES_WARNINGS, _MAKES_NUMBERS = False, False
except ImportError:
    # Before ansible-core 2.19, an omitted value is a string of its own.
    class AnsibleValueOmittedError(Exception):  # type: ignore[no-redef]
        """Never raised."""

    # With no_log, it shows no warnings either.
    HIDES_WARNINGS = True
    # And with this setting, a template whose result is digits becomes a number, however its parts are quoted.
    _MAKES_NUMBERS = bool(constants.DEFAULT_JINJA2_NATIVE)


_TYPES_THAT_HOLD_OTHERS = ("dict", "list", "raw")
_NATIVE = "With jinja2_native, also end a template with `| string`: its digits become a number otherwise."
_OMITTED = "__omit_place_holder__"
_JSON = (dict, list, str, int, float, type(None))


def is_given(value: Any) -> bool:
    """Return whether a value is more than null, empty or omitted."""
    return value is not None and value != "" and not is_omitted(value)


VARIABLE_NOT_USED = (
    "The variable rax_identity was not used, since it is not a fact of this host: only a fact, as rax_identity_token "
    "leaves it or set_fact with cacheable=true sets it again, stands in for credentials."
)


def is_omitted(value: Any) -> bool:
    """Return whether a value is `omit`, an object without a public name since ansible-core 2.19."""
    return type(value).__name__ == "_OmitType" or (isinstance(value, str) and value.startswith(_OMITTED))


def without_omitted(value: Any) -> Any:
    """Return a value without what is omitted in its lists and dictionaries.

    Ansible leaves it in the terms of lookups, and before 2.19 in the lists of tasks.
    """
    if isinstance(value, list):
        return [without_omitted(item) for item in value if not is_omitted(item)]
    if isinstance(value, dict):
        return {key: without_omitted(item) for key, item in value.items() if not is_omitted(item)}
    return value


def decrypted(value: Any) -> Any:
    """Return the text of a value that is encrypted in YAML itself: before ansible-core 2.19, that is not a string."""
    return str(value) if type(value).__name__ == "AnsibleVaultEncryptedUnicode" else value


def fact_of_host(variables: Mapping[str, Any]) -> object:
    """Return the fact rax_identity of the host, or None."""
    return _facts(variables).get("rax_identity")


def variable_not_used(variables: Mapping[str, Any]) -> str:
    """Return why the variable rax_identity does not stand in for missing credentials, or nothing without it."""
    return VARIABLE_NOT_USED if "rax_identity" in variables and fact_of_host(variables) is None else ""


def read_variables(
    options: Iterable[Option],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Return the values of these options that variables give, by the options' names."""
    values = {}
    unknown = []
    for option in options:
        name = option.var
        if name is None or name not in variables:
            continue
        if _are_mixed_with_facts(variables):
            unknown.append(name)
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
    if unknown:
        warn(
            f"Not used as options: {', '.join(unknown)}. While an inventory is built, ansible-core does not say which "
            "variables of a host are facts, and facts are what a managed host says. Give the lookup its options, or "
            "set them in the environment."
        )
    return values


def is_fact(name: str, variables: Mapping[str, Any]) -> bool:
    """Return whether the host has a fact of this name, with or without Ansible's prefix, or may have one."""
    facts = _facts(variables)
    return name in facts or f"ansible_{name}" in facts or _are_mixed_with_facts(variables)


def _are_mixed_with_facts(variables: Mapping[str, Any]) -> bool:
    """Return whether these are variables of a host, and do not say which of them are facts.

    The inventory plugin `constructed` adds the cached facts as they are, even one named ansible_facts. Facts are JSON,
    so none can pass for the objects that ansible-core puts into the variables of a play.
    """
    if "inventory_hostname" not in variables:
        return False
    return "ansible_facts" not in variables or all(
        isinstance(variables.get(name), _JSON) for name in ("ansible_inventory_sources", "hostvars")
    )


def template_variable(template: Callable[[Any], Any], value: Any) -> Any:
    """Return the value of a variable, which Ansible passes as it was written; None for an omitted one."""
    if isinstance(value, str) and "{" not in value:
        return value
    try:
        return decrypted(template(value))
    except AnsibleValueOmittedError:
        return None


def check_written(name: str, value: Any, source: str) -> None:
    """Refuse a secret or username that YAML did not read as a string: 012345 would be sent as 5349.

    Raises OptionError.
    """
    if name in SECRETS_AND_NAMES and not isinstance(value, (str, bytes)):
        if isinstance(value, (Mapping, list, tuple)):
            raise OptionError(f"{name} ({source}) must be a string, not a dictionary or list.")
        text = f"{name} ({source}) was not read as a string, so it may not be what was written: quote it."
        raise OptionError(f"{text} {_NATIVE}" if _MAKES_NUMBERS else text)


def given_environment(options: Iterable[Option], parts: Iterable[Any]) -> list[Any]:
    """Return what a task adds to the environment, without null and omitted values of options.

    Ansible would make text of them: None, and before ansible-core 2.19 the placeholder of `omit`.
    """
    names = {name for option in options for name in option.env}
    return [
        {name: value for name, value in part.items() if name not in names or not (value is None or is_omitted(value))}
        if isinstance(part, Mapping)
        else part
        for part in parts
    ]


def check_environment(options: Iterable[Option], parts: Iterable[Any]) -> None:
    """Refuse what check_written() refuses where a task adds it to the environment: Ansible would make text of it.

    Raises OptionError.
    """
    options = list(options)
    for part in parts:
        for option in options if isinstance(part, Mapping) else ():
            for name in option.env:
                if name in part:
                    check_written(option.name, decrypted(part[name]), Source.environment(name).words)


def check_value(option: Option, name: str, value: Any) -> None:
    """Refuse a value of an option of a task from which Ansible would make text or a traceback, or which it would show.

    Raises OptionError.
    """
    source = Source.option(name)
    if option.options and isinstance(value, Mapping):
        for inner in option.options:
            if inner.name in value:
                check_value(inner, f"{name}.{inner.name}", value[inner.name])
    elif option.options and value is not None and not isinstance(value, str):
        raise OptionError(f"{option.name} ({source.words}) must be a dictionary.")
    elif option.type not in _TYPES_THAT_HOLD_OTHERS and isinstance(value, (Mapping, list, tuple)):
        # A module takes its text, or shows it. Lookups refuse it, and it may be a login with its token.
        raise wrong_value(option, value, source, KINDS[option.type])
    elif "int" in (option.type, option.elements):
        # Some versions of Ansible end in a traceback, which does not say where the value came from.
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, float) and not math.isfinite(number):
                raise wrong_value(
                    option, number, source, KINDS["int"] if option.type == "int" else "one or more whole numbers"
                )
    elif option.type == "float" and isinstance(value, int) and abs(value) > sys.float_info.max:
        raise OptionError(f"{option.name} ({source.words}) must be a smaller number.")


def number_hint(values: Mapping[str, Any]) -> str:
    """Return what to say about a refused login whose tenant YAML read as a number: 0123456 is sent as 42798."""
    return " ".join(
        f"{name} was read as the number {values[name]}: if it was written with a 0 in front, quote it."
        for name in ("tenant_id", "tenant_name")
        if isinstance(values.get(name), int)
    )


def with_hint(text: str, status: int | None, hint: str) -> str:
    """Return the message of an error, with a sentence about the credentials if a service refused to log in."""
    if not hint or not status or not text.startswith("Logging in "):
        return text
    before, remembered, after = text.partition(f" {REMEMBERED}")
    return f"{before} {hint}{remembered}{after}"


def _facts(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    facts = variables.get("ansible_facts")
    return facts if isinstance(facts, Mapping) else {}


def plain(value: Any) -> Any:
    """Return a value as a module gets it, with plain strings, lists and dicts: Ansible's own are subclasses with tags.

    A time that YAML read as one is a string in the form that Ansible gives it on its way to a module.
    """
    if isinstance(value, str):
        return str.__str__(value)[:]
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else decrypted(value)
