# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX makes of a custom credential type, as its documentation describes it: what it accepts and what jobs get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import yaml
from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

_NAME = "^[a-zA-Z_][a-zA-Z0-9_]*$"
_TEXT = {"type": "string"}
_FIELD = {
    "type": "object",
    "required": ["id", "label"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": _NAME},
        "label": _TEXT,
        "help_text": _TEXT,
        "type": {"enum": ["string", "boolean"]},
        "format": {"enum": ["ssh_private_key", "url"]},
        "choices": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
        "secret": {"type": "boolean"},
        "multiline": {"type": "boolean"},
        "ask_at_runtime": {"type": "boolean"},
        "default": {"type": ["string", "boolean"]},
    },
}
INPUTS = {
    "type": "object",
    "required": ["fields"],
    "additionalProperties": False,
    "properties": {"fields": {"type": "array", "items": _FIELD}, "required": {"type": "array", "items": _TEXT}},
}
INJECTORS = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "env": {
            "type": "object",
            "propertyNames": {"pattern": _NAME, "not": {"pattern": "^ANSIBLE_"}},
            # Other characters than those of ASCII are refused.
            "additionalProperties": {"type": "string", "pattern": "^[\\x00-\\x7F]*$"},
        },
        "extra_vars": {
            "type": "object",
            "propertyNames": {"pattern": _NAME, "not": {"pattern": "^ANSIBLE_"}},
            "additionalProperties": _TEXT,
        },
    },
}


class Refused(Exception):
    """AWX would not accept it; the text says why."""


class Injected(NamedTuple):
    """What a job gets from a credential."""

    environment: dict[str, str]
    variables: dict[str, str]


def check(inputs: Any, injectors: Any) -> None:
    """Check the two configurations of a credential type. Raises Refused."""
    _check_shape(inputs, INPUTS)
    _check_shape(injectors, INJECTORS)
    names = [field["id"] for field in inputs["fields"]]
    if len(set(names)) != len(names) or "tower" in names:
        raise Refused("The names of fields must be unique, and none may be tower.")
    if unknown := set(inputs.get("required", [])).difference(names):
        raise Refused(f"Required but no fields: {', '.join(sorted(unknown))}")
    if wrong := [field["id"] for field in inputs["fields"] if field.get("type") == "boolean" and "secret" in field]:
        raise Refused(f"Only strings can be secret: {', '.join(wrong)}")
    for _kind, name, template in templates(injectors):
        _check_template(name, template, names)


def _check_shape(value: Any, schema: Mapping[str, Any]) -> None:
    # Loaded here: who only injects needs none.
    library = import_module("jsonschema")
    try:
        library.validate(value, schema, cls=library.Draft202012Validator)
    except library.ValidationError as error:
        raise Refused(error.message) from None


def _check_template(name: str, template: str, fields: Sequence[str]) -> None:
    try:
        _render(template, dict.fromkeys(fields, "value"), StrictUndefined)
    except TemplateError as error:
        raise Refused(f"{name}: {error}") from None


def templates(injectors: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, name and template of each variable that is injected."""
    for kind, variables in injectors.items():
        for name, template in variables.items():
            yield kind, name, template


def inject(injectors: Mapping[str, Mapping[str, str]], values: Mapping[str, str]) -> Injected:
    """Return what a job gets from a credential with these values. One that is left empty is not there at all."""
    given = {name: value for name, value in values.items() if value}
    injected = Injected({}, {})
    for kind, name, template in templates(injectors):
        target = injected.environment if kind == "env" else injected.variables
        target[name] = _render(template, given)
    return injected


def extra_vars_file(variables: Mapping[str, str]) -> str:
    """Return the file with extra variables that AWX gives to ansible-playbook: no value in it is a template."""
    texts = {name: yaml.safe_dump(value, default_style='"').strip() for name, value in variables.items()}
    return "".join(f"{name}: !unsafe {text}\n" for name, text in texts.items())


def _render(template: str, values: Mapping[str, str], undefined: type[Undefined] = Undefined) -> str:
    return ImmutableSandboxedEnvironment(undefined=undefined).from_string(template).render(**values)
