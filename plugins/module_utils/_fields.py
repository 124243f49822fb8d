# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the members of a decoded answer, whichever version of the API it is.

Each function raises DecodeError with the place of what is wrong, and never with its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._times import parse_time

# The support PIN lets its holder pass for the user on the phone.
_NEVER_KEPT = frozenset({"RAX-AUTH:phonePin"})
_DEEPEST_LEVELS = 50


def as_object(value: Any, where: str) -> dict[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise DecodeError(f"{where} is not an object")
    return value


def as_objects(value: Any, where: str) -> list[dict[str, Any]]:
    """The value, which must be a list of objects; nothing is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise DecodeError(f"{where} is not a list")
    return [as_object(item, where) for item in value]


def text_or_none(value: Any) -> str | None:
    """A string or number as text without blanks around it; nothing, "" and everything else as None."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def text(source: Mapping[str, Any], key: str, where: str) -> str | None:
    """A member that holds a text or a number, as text; nothing and "" as None."""
    value = source.get(key)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise DecodeError(f"{where}.{key} is not a text")
    return text_or_none(value)


def texts(value: Any, where: str) -> list[str]:
    """The value, which must be a list of texts; nothing is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DecodeError(f"{where} is not a list of texts")
    return list(value)


def flag(source: Mapping[str, Any], key: str, where: str) -> bool | None:
    """A member that holds true or false, in JSON's way or in XML's."""
    value = source.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise DecodeError(f"{where}.{key} is not true or false")


def required(source: Mapping[str, Any], key: str, where: str) -> str:
    """A member that must hold a text."""
    value = text(source, key, where)
    if not value:
        raise DecodeError(f"{where}.{key} is missing")
    return value


def timestamp(source: Mapping[str, Any], key: str, where: str) -> datetime:
    """A member that must hold a timestamp."""
    try:
        return parse_time(required(source, key, where))
    except ValueError:
        raise DecodeError(f"{where}.{key} is not a timestamp") from None


def rest(source: Mapping[str, Any], *known: str) -> dict[str, Any]:
    """What the collection does not know of an object, without what is never kept."""
    rest = {key: value for key, value in source.items() if key not in known}
    return {key: _kept(value, _DEEPEST_LEVELS) for key, value in rest.items() if key not in _NEVER_KEPT}


def _kept(value: Any, levels: int) -> Any:
    """A value that the collection does not know, without what is never kept."""
    if not isinstance(value, (dict, list)):
        return value
    if levels == 0:
        # Who reads the result could not take it.
        raise DecodeError("the answer is nested too deeply")
    if isinstance(value, list):
        return [_kept(item, levels - 1) for item in value]
    return {key: _kept(item, levels - 1) for key, item in value.items() if key not in _NEVER_KEPT}
