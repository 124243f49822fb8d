# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the faults of all services share: how one is read, and the queue of pending ones.

Each service adds its kinds and parameters, and says which requests a fault applies to.
"""

from __future__ import annotations

import base64
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

ANY = "*"

# The parameters of each kind with their defaults; ... marks a required parameter.
KINDS: dict[str, dict[str, Any]] = {
    "html": {"status": 502},
    "empty": {"status": 200},
    "status": {"status": ...},
    "truncated": {},
    "content_type": {"content_type": "text/plain"},
    "huge": {"bytes": ..., "content_length": True},
    "slow": {"seconds": ...},
    "drip": {"bytes": 1, "seconds": ...},
    "reset": {},
    "redirect": {"location": ..., "status": 302},
    "raw": {"status": 200, "body": None, "body_base64": None, "headers": {}},
}

Rules = Mapping[str, tuple[Callable[[Any], bool], str]]


@dataclass(frozen=True)
class Fault:
    """A fault for the next ``times`` requests that ``where`` describes, after ``skip`` of them have passed."""

    kind: str
    where: dict[str, str]
    times: int | None = 1
    skip: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that describes what is left of this fault."""
        return {
            "kind": self.kind,
            **self.where,
            "times": self.times,
            "skip": self.skip,
            **{name: value for name, value in self.parameters.items() if value is not None},
        }


def read(
    value: Any,
    kinds: Mapping[str, dict[str, Any]],
    rules: Rules,
    take_where: Callable[[dict[str, Any]], dict[str, str]],
) -> Fault:
    """Parse a fault from its JSON object, from which ``take_where`` removes what says where the fault applies.

    Raises ValueError, which says what is wrong.
    """
    if not isinstance(value, dict):
        raise ValueError("a fault must be an object")
    values = dict(value)
    kind = values.pop("kind", None)
    if kind not in kinds:
        raise ValueError(f"kind must be one of: {', '.join(kinds)}")
    where = take_where(values)
    times = values.pop("times", 1)
    if times is not None:
        _count("times", times, least=1)
    skip = _count("skip", values.pop("skip", 0), least=0)
    return Fault(kind, where, times, skip, _parameters(kind, values, kinds[kind], rules))


def _parameters(kind: str, values: dict[str, Any], known: dict[str, Any], rules: Rules) -> dict[str, Any]:
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"{kind} does not take {', '.join(unknown)}; it takes: {', '.join(known) or 'no parameters'}")
    missing = sorted(name for name, default in known.items() if default is ... and values.get(name) is None)
    if missing:
        raise ValueError(f"{kind} needs {', '.join(missing)}")
    for name, value in values.items():
        if value is not None and not rules[name][0](value):
            raise ValueError(f"{name} must be {rules[name][1]}")
    if values.get("body") is not None and values.get("body_base64") is not None:
        raise ValueError(f"{kind} takes either body or body_base64")
    return {**known, **values}


def _count(name: str, value: Any, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}")
    return value


def is_number(value: Any) -> bool:
    """Tell whether a parameter is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_string(value: Any) -> bool:
    """Tell whether a parameter is a string."""
    return isinstance(value, str)


def is_moment(value: Any) -> bool:
    """Tell whether a parameter is a number of seconds, or a string to be sent as it is."""
    return is_number(value) or is_string(value)


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    return isinstance(value, str)


def _is_headers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(string, str) and "\n" not in string and "\r" not in string
        for pair in value.items()
        for string in pair
    )


# What the parameters must be.
RULES: Rules = {
    "status": (lambda value: isinstance(value, int) and 200 <= value <= 599, "a status code from 200 to 599"),
    "fault": (lambda value: isinstance(value, str) and value != "", "the name of a fault"),
    "message": (is_string, "a string"),
    "details": (is_string, "a string"),
    "retry_after": (is_moment, "seconds, or the value of the header"),
    "body_retry_after": (is_moment, "seconds, or the value in the body"),
    "retry_at": (is_moment, "seconds from now, or the value in the body"),
    "bytes": (lambda value: isinstance(value, int) and value >= 1, "an integer of at least 1"),
    "content_length": (lambda value: isinstance(value, bool), "true or false"),
    "seconds": (lambda value: is_number(value) and value >= 0, "seconds, zero or more"),
    "location": (is_string, "a URL"),
    "content_type": (is_string, "a media type"),
    "body": (is_string, "a string"),
    "body_base64": (_is_base64, "bytes in base64"),
    "headers": (_is_headers, "an object of strings without line breaks"),
}


class FaultQueue:
    """Pending faults, in the order they were added. Each is used exactly as often as requested."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        """Add faults to the end of the queue."""
        with self._lock:
            self._waiting.extend(faults)

    def clear(self) -> None:
        """Remove all pending faults."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """Return the pending faults as JSON objects."""
        with self._lock:
            faults = list(self._waiting)
        return [fault.as_dict() for fault in faults]

    def take(self, applies: Callable[[dict[str, str]], bool]) -> Fault | None:
        """Return the first fault that applies to a request and count one use of it."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if not applies(fault.where):
                    continue
                if fault.skip:
                    self._waiting[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._waiting[index]
                elif fault.times is not None:
                    self._waiting[index] = replace(fault, times=fault.times - 1)
                return fault
        return None
