# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: their kinds, and the operations they apply to. Nothing here depends on HTTP."""

from __future__ import annotations

from typing import Any

from identity_service import fault_queue
from identity_service.errors import FAULT_CODES
from identity_service.fault_queue import ANY, Fault
from identity_service.journal import OPERATIONS

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
    **fault_queue.KINDS,
    "echo": {"status": 401, "form": "fault"},
}
ECHO_FORMS = ("fault", "html", "headers", "members")

_RULES: fault_queue.Rules = {
    **fault_queue.RULES,
    "retry_after_date": (fault_queue.is_number, "seconds from now"),
    "form": (lambda value: value in ECHO_FORMS, f"one of: {', '.join(ECHO_FORMS)}"),
}


def read_fault(value: Any) -> Fault:
    """Parse a fault from its JSON object. Raises ValueError, which says what is wrong."""
    return fault_queue.read(value, KINDS, _RULES, _take_where)


def _take_where(values: dict[str, Any]) -> dict[str, str]:
    operation = values.pop("operation", ANY)
    if operation not in (ANY, ANY_LOGIN, *OPERATIONS):
        raise ValueError(f"operation must be one of: {ANY}, {ANY_LOGIN}, {', '.join(OPERATIONS)}")
    return {"operation": operation}


def applies(where: dict[str, str], operation: str) -> bool:
    """Tell whether a fault applies to this operation."""
    wanted = where["operation"]
    return wanted in (ANY, operation) or (wanted == ANY_LOGIN and operation.startswith("login_"))


def default_fault_name(status: int) -> str:
    """Return the documented fault name of a status code, or identityFault."""
    return next((name for name, code in FAULT_CODES.items() if code == status), "identityFault")
