# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: their definitions and the queue of pending ones. Nothing here depends on HTTP."""

from __future__ import annotations

import base64
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from identity_service.errors import FAULT_CODES
from identity_service.journal import OPERATIONS

ANY = "*"
ANY_LOGIN = "login"

# The parameters of each kind with their defaults; ... marks a required parameter.
KINDS: dict[str, dict[str, Any]] = {
    "fault": {
        "status": ...,
        "fault": None,
        "message": None,
        "details": None,
        "retry_after": None,
        "retry_after_date": None,
        "retry_at": None,
        "body_retry_after": None,
    },
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
    "echo": {"status": 401, "form": "fault"},
}
ECHO_FORMS = ("fault", "html", "headers", "members")


@dataclass(frozen=True)
class Fault:
    """A fault for the next ``times`` requests of ``operation``, after ``skip`` requests have passed."""

    kind: str
    operation: str = ANY
    times: int | None = 1
    skip: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that describes what is left of this fault."""
        return {
            "kind": self.kind,
            "operation": self.operation,
            "times": self.times,
            "skip": self.skip,
            **{name: value for name, value in self.parameters.items() if value is not None},
        }

    def matches(self, operation: str) -> bool:
        """Tell whether the fault applies to this operation."""
        return self.operation in (ANY, operation) or (self.operation == ANY_LOGIN and operation.startswith("login_"))


def read_fault(value: Any) -> Fault:
    """Parse a fault from its JSON object. Raises ValueError, which says what is wrong."""
    if not isinstance(value, dict):
        raise ValueError("a fault must be an object")
    values = dict(value)
    kind = values.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of: {', '.join(KINDS)}")
    operation = values.pop("operation", ANY)
    if operation not in (ANY, ANY_LOGIN, *OPERATIONS):
        raise ValueError(f"operation must be one of: {ANY}, {ANY_LOGIN}, {', '.join(OPERATIONS)}")
    times = values.pop("times", 1)
    if times is not None:
        _count("times", times, least=1)
    skip = _count("skip", values.pop("skip", 0), least=0)
    return Fault(kind, operation, times, skip, _parameters(kind, values))


def _parameters(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    known = KINDS[kind]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"{kind} does not take {', '.join(unknown)}; it takes: {', '.join(known) or 'no parameters'}")
    missing = sorted(name for name, default in known.items() if default is ... and values.get(name) is None)
    if missing:
        raise ValueError(f"{kind} needs {', '.join(missing)}")
    for name, value in values.items():
        if value is not None and not _RULES[name][0](value):
            raise ValueError(f"{name} must be {_RULES[name][1]}")
    if values.get("body") is not None and values.get("body_base64") is not None:
        raise ValueError(f"{kind} takes either body or body_base64")
    return {**known, **values}


def _count(name: str, value: Any, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


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


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "status": (lambda value: isinstance(value, int) and 200 <= value <= 599, "a status code from 200 to 599"),
    "fault": (lambda value: isinstance(value, str) and value != "", "the name of a fault"),
    "message": (_is_string, "a string"),
    "details": (_is_string, "a string"),
    "retry_after": (lambda value: _is_number(value) or _is_string(value), "seconds, or the value of the header"),
    "retry_after_date": (_is_number, "seconds from now"),
    "body_retry_after": (lambda value: _is_number(value) or _is_string(value), "seconds, or the value in the body"),
    "retry_at": (lambda value: _is_number(value) or _is_string(value), "seconds from now, or the value in the body"),
    "bytes": (lambda value: isinstance(value, int) and value >= 1, "an integer of at least 1"),
    "content_length": (lambda value: isinstance(value, bool), "true or false"),
    "seconds": (lambda value: _is_number(value) and value >= 0, "seconds, zero or more"),
    "location": (_is_string, "a URL"),
    "content_type": (_is_string, "a media type"),
    "body": (_is_string, "a string"),
    "body_base64": (_is_base64, "bytes in base64"),
    "form": (lambda value: value in ECHO_FORMS, f"one of: {', '.join(ECHO_FORMS)}"),
    "headers": (_is_headers, "an object of strings without line breaks"),
}


def default_fault_name(status: int) -> str:
    """Return the documented fault name of a status code, or identityFault."""
    return next((name for name, code in FAULT_CODES.items() if code == status), "identityFault")


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

    def take(self, operation: str) -> Fault | None:
        """Return the first fault for this operation and count one use of it."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if not fault.matches(operation):
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
