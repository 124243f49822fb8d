# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: their kinds, and the requests they apply to. Nothing here depends on HTTP."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from identity_service import fault_queue
from identity_service.fault_queue import ANY, Fault, is_moment, is_string

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
    **fault_queue.KINDS,
    "truncated": {"bytes": None},
    "etag": {"etag": "00000000000000000000000000000000"},
    "echo": {"status": 401},
}


def _is_message(value: Any) -> bool:
    return is_string(value) or (isinstance(value, list) and all(isinstance(line, str) for line in value))


_RULES: fault_queue.Rules = {
    **fault_queue.RULES,
    "message": (_is_message, "a string or a list of strings"),
    "over_limit": (lambda value: isinstance(value, bool), "true or false"),
    "reply_after": (is_moment, "seconds from now, or the value of the header"),
    "body_retry_after": (is_moment, "seconds from now, or the value in the body"),
    "etag": (is_string, "a string"),
    "bytes": (lambda value: isinstance(value, int) and value >= 0, "an integer of at least 0"),
}


def read_fault(value: Any) -> Fault:
    """Parse a fault from its JSON object. Raises ValueError, which says what is wrong."""
    return fault_queue.read(value, KINDS, _RULES, _take_where)


def _take_where(values: dict[str, Any]) -> dict[str, str]:
    where = {name: values.pop(name, ANY) for name in ("service", "region", "method", "path")}
    for name, pattern in where.items():
        if not isinstance(pattern, str):
            raise ValueError(f"{name} must be a string")
    return where


def applies(where: dict[str, str], service: str, region: str | None, method: str, path: str) -> bool:
    """Tell whether a fault applies to this request."""
    return (
        where["service"] in (ANY, service)
        and where["region"] in (ANY, region)
        and where["method"] in (ANY, method)
        and fnmatchcase(path, where["path"])
    )
