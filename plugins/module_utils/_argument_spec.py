# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options table as Ansible's tools read it: argument specs of modules, sources in the documentation of lookups."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from ._options import INI_SECTION, Option

KINDS = {
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "path": "a path",
    "raw": "given",
    "str": "a string",
}
"""What a value of each type is, as a message says that it must be."""


def argument_spec(options: Iterable[Option], fallback: Callable[..., Any] | None = None) -> dict[str, dict[str, Any]]:
    """Build the argument spec of a module. fallback reads the environment variables of an option."""
    return {option.name: _argument(option, fallback) for option in options}


def _argument(option: Option, fallback: Callable[..., Any] | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": option.type}
    if option.default is not None:
        spec["default"] = option.default
    if option.elements:
        spec["elements"] = option.elements
    if option.choices:
        spec["choices"] = list(option.choices)
    if option.aliases:
        spec["aliases"] = list(option.aliases)
    if option.options:
        spec["options"] = argument_spec(option.options)
    if option.env and fallback:
        spec["fallback"] = (fallback, list(option.env))
    # Explicit even where false: Ansible guesses from the name otherwise, and takes names like `token` for secrets.
    spec["no_log"] = option.secret
    return spec


def plugin_sources(options: Iterable[Option]) -> str:
    """Build the part of a documentation fragment that says where lookups read each option. JSON is YAML, too."""
    return json.dumps({"options": {option.name: _sources(option) for option in options}})


def _sources(option: Option) -> dict[str, list[dict[str, str]]]:
    sources: dict[str, list[dict[str, str]]] = {}
    if option.env:
        sources["env"] = [{"name": name} for name in option.env]
    if option.var:
        sources["vars"] = [{"name": option.var}]
    if option.ini:
        sources["ini"] = [{"section": INI_SECTION, "key": option.ini}]
    return sources


_BOOLEANS = frozenset({"y", "yes", "on", "1", "true", "t", "1.0", "n", "no", "off", "0", "false", "f", "0.0"})


def conversion_problem(option: Option, value: Any) -> str | None:
    """Return what an option must be if a value from a variable or the environment is not that, or None.

    Ansible's own messages do not say where a value came from.
    """
    if option.choices:
        # With blanks around it, Ansible does not take it for one of them.
        return None if str(value) in option.choices else f"one of {', '.join(option.choices)}"
    text = str(value).strip()
    if option.type == "bool":
        return None if text.lower() in _BOOLEANS else "true or false"
    if option.type == "int":
        return None if _is_whole(text) else "a whole number"
    if option.type == "float":
        try:
            return None if math.isfinite(float(text)) else "a number"
        except ValueError:
            return "a number"
    return "a string" if isinstance(value, (dict, list, tuple)) and option.type in ("str", "path") else None


def _is_whole(text: str) -> bool:
    """Return whether Ansible makes a whole number of a text. Not of 4.0, which only its newer versions take."""
    try:
        int(text)
    except ValueError:
        return False
    return "_" not in text
