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
from fnmatch import fnmatchcase
from typing import Any

ANY = "*"

# The parameters of each kind with their defaults; ... marks a required parameter.
KINDS: dict[str, dict[str, Any]] = {
    "fault": {
        "status": ...,
        "fault": None,
        "message": None,
        "details": None,
        "over_limit": False,
        "retry_after": None,
        "reply_after": None,
        "retry_at": None,
        "body_retry_after": None,
    },
    "html": {"status": 502},
    "empty": {"status": 200},
    "status": {"status": ...},
    "truncated": {"bytes": None},
    "etag": {"etag": "00000000000000000000000000000000"},
    "content_type": {"content_type": "text/plain"},
    "huge": {"bytes": ..., "content_length": True},
    "slow": {"seconds": ...},
    "drip": {"bytes": 1, "seconds": ...},
    "reset": {},
    "redirect": {"location": ..., "status": 302},
    "raw": {"status": 200, "body": None, "body_base64": None, "headers": {}},
    "echo": {"status": 401},
}


@dataclass(frozen=True)
class Fault:
    """A fault for the next ``times`` matching requests, after ``skip`` of them have passed."""

    kind: str
    service: str = ANY
    region: str = ANY
    method: str = ANY
    path: str = ANY
    times: int | None = 1
    skip: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that describes what is left of this fault."""
        return {
            "kind": self.kind,
            **{name: getattr(self, name) for name in ("service", "region", "method", "path", "times", "skip")},
            **{name: value for name, value in self.parameters.items() if value is not None},
        }

    def matches(self, service: str, region: str | None, method: str, path: str) -> bool:
        """Tell whether the fault applies to this request."""
        return (
            self.service in (ANY, service)
            and self.region in (ANY, region)
            and self.method in (ANY, method)
            and fnmatchcase(path, self.path)
        )


def read_fault(value: Any) -> Fault:
    """Parse a fault from its JSON object. Raises ValueError, which says what is wrong."""
    if not isinstance(value, dict):
        raise ValueError("a fault must be an object")
    values = dict(value)
    kind = values.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of: {', '.join(KINDS)}")
    where = {name: values.pop(name, ANY) for name in ("service", "region", "method", "path")}
    for name, pattern in where.items():
        if not isinstance(pattern, str):
            raise ValueError(f"{name} must be a string")
    times = values.pop("times", 1)
    if times is not None:
        _count("times", times, least=1)
    skip = _count("skip", values.pop("skip", 0), least=0)
    return Fault(kind, **where, times=times, skip=skip, parameters=_parameters(kind, values))


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


def _is_moment(value: Any) -> bool:
    return _is_number(value) or _is_string(value)


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    return isinstance(value, str)


def _is_message(value: Any) -> bool:
    return _is_string(value) or (isinstance(value, list) and all(isinstance(line, str) for line in value))


def _is_headers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(string, str) and "\n" not in string and "\r" not in string
        for pair in value.items()
        for string in pair
    )


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "status": (lambda value: isinstance(value, int) and 200 <= value <= 599, "a status code from 200 to 599"),
    "fault": (lambda value: isinstance(value, str) and value != "", "the name of a fault"),
    "message": (_is_message, "a string or a list of strings"),
    "details": (_is_string, "a string"),
    "over_limit": (lambda value: isinstance(value, bool), "true or false"),
    "retry_after": (_is_moment, "seconds, or the value of the header"),
    "reply_after": (_is_moment, "seconds from now, or the value of the header"),
    "body_retry_after": (_is_moment, "seconds from now, or the value in the body"),
    "retry_at": (_is_moment, "seconds from now, or the value in the body"),
    "etag": (_is_string, "a string"),
    "bytes": (lambda value: isinstance(value, int) and value >= 0, "an integer of at least 0"),
    "content_length": (lambda value: isinstance(value, bool), "true or false"),
    "seconds": (lambda value: _is_number(value) and value >= 0, "seconds, zero or more"),
    "location": (_is_string, "a URL"),
    "content_type": (_is_string, "a media type"),
    "body": (_is_string, "a string"),
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

    def take(self, service: str, region: str | None, method: str, path: str) -> Fault | None:
        """Return the first fault for this request and count one use of it."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if not fault.matches(service, region, method, path):
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
