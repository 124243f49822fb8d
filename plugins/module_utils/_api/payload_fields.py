# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the fields of a decoded response, whichever version of the API it comes from.

Most fields only inform: whatever they hold, a login that issued a token has succeeded. So a value that is not what it
should be counts as missing; only the functions with `where`, its path, raise DecodeError, and never with the value.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, Mapping, Tuple

from .._errors import DecodeError
from .._timestamps import parse_timestamp

Reader = Callable[[Mapping[str, Any], str], Any]
"""Reads the field with this key of an object."""

Fields = Dict[str, Tuple[str, Reader]]
"""The fields of an object: for each key of the API, the collection's name and a reader."""


def read_fields(source: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return the known fields of an object under the collection's names, and the rest under `extra` if there is any."""
    decoded = {name: read(source, key) for key, (name, read) in fields.items()}
    extra = unknown_fields(source, *fields)
    return {**decoded, "extra": extra} if extra else decoded


def object_or_empty(value: Any) -> dict[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def required_object(value: Any, where: str) -> dict[str, Any]:
    """Return the value, which must be an object."""
    if not isinstance(value, dict):
        raise DecodeError(f"{where} is not an object")
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a value that should be a list of them; a single object counts as a list of one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def string_or_none(value: Any) -> str | None:
    """Return a string or number as a string without surrounding blanks; None for an empty one and anything else."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def string(source: Mapping[str, Any], key: str) -> str | None:
    """Return a field that holds a string or a number, as a string; None for anything else."""
    return string_or_none(source.get(key))


def strings(source: Mapping[str, Any], key: str) -> list[str]:
    """Return the strings of a field that holds a list of them, or a single one."""
    value = source.get(key)
    items = value if isinstance(value, list) else [value]
    return [item for item in map(string_or_none, items) if item is not None]


def boolean(source: Mapping[str, Any], key: str) -> bool | None:
    """Return a field that holds true or false, as JSON or as XML writes it; None for anything else."""
    value = source.get(key)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    return value if isinstance(value, bool) else None


def required_string(source: Mapping[str, Any], key: str, where: str) -> str:
    """Return a field that must hold a string."""
    value = string(source, key)
    if not value:
        raise DecodeError(f"{where}.{key} is missing")
    return value


def timestamp(source: Mapping[str, Any], key: str, where: str) -> datetime:
    """Return a field that must hold a timestamp."""
    try:
        return parse_timestamp(required_string(source, key, where))
    except ValueError:
        raise DecodeError(f"{where}.{key} is not a timestamp") from None


def unknown_fields(source: Mapping[str, Any], *known: str) -> dict[str, Any]:
    """Return what the collection does not know about an object."""
    return {key: value for key, value in source.items() if key not in known}
