# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the fields of a decoded response, whichever version of the API it comes from.

Each function raises DecodeError with the path of what is wrong, and never with its value.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, Mapping, Tuple

from .._errors import DecodeError
from .._timestamps import parse_timestamp

Reader = Callable[[Mapping[str, Any], str, str], Any]
"""Reads one field of an object: takes the object, the field's key, and the object's path for errors."""

Fields = Dict[str, Tuple[str, Reader]]
"""What the collection knows about an object: for each key of the API, the collection's name and a reader."""

# The support PIN lets its holder pass for the user on the phone.
_NEVER_KEPT = frozenset({"RAX-AUTH:phonePin"})
_MAX_DEPTH = 50


def read_fields(source: Mapping[str, Any], fields: Fields, where: str) -> dict[str, Any]:
    """Return the known fields of an object under the collection's names, and the rest under `extra` if there is any."""
    decoded = {name: read(source, key, where) for key, (name, read) in fields.items()}
    extra = unknown_fields(source, *fields)
    return {**decoded, "extra": extra} if extra else decoded


def as_object(value: Any, where: str) -> dict[str, Any]:
    """Return the value, which must be an object."""
    if not isinstance(value, dict):
        raise DecodeError(f"{where} is not an object")
    return value


def as_objects(value: Any, where: str) -> list[dict[str, Any]]:
    """Return the value, which must be a list of objects; null counts as an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise DecodeError(f"{where} is not a list")
    return [as_object(item, where) for item in value]


def string_or_none(value: Any) -> str | None:
    """Return a string or number as a string without surrounding blanks; None for an empty one and anything else."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def string(source: Mapping[str, Any], key: str, where: str) -> str | None:
    """Return a field that holds a string or a number, as a string; null and "" as None."""
    value = source.get(key)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise DecodeError(f"{where}.{key} is not a string")
    return string_or_none(value)


def strings(source: Mapping[str, Any], key: str, where: str) -> list[str]:
    """Return a field that holds a list of strings; null counts as an empty list."""
    value = source.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DecodeError(f"{where}.{key} is not a list of strings")
    return list(value)


def boolean(source: Mapping[str, Any], key: str, where: str) -> bool | None:
    """Return a field that holds true or false, as JSON or as XML writes it."""
    value = source.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise DecodeError(f"{where}.{key} is not true or false")


def required_string(source: Mapping[str, Any], key: str, where: str) -> str:
    """Return a field that must hold a string."""
    value = string(source, key, where)
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
    """Return what the collection does not know about an object, without what is never kept."""
    unknown = {key: value for key, value in source.items() if key not in known}
    return {key: _keep(value, _MAX_DEPTH) for key, value in unknown.items() if key not in _NEVER_KEPT}


def _keep(value: Any, depth_left: int) -> Any:
    if not isinstance(value, (dict, list)):
        return value
    if depth_left == 0:
        # Readers of the result could not handle it.
        raise DecodeError("the response is nested too deeply")
    if isinstance(value, list):
        return [_keep(item, depth_left - 1) for item in value]
    return {key: _keep(item, depth_left - 1) for key, item in value.items() if key not in _NEVER_KEPT}
