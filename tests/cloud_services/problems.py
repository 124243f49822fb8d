# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service refuses, as an exception that does not depend on the shape of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """An error response. Each service writes it in its own shape; ``extra`` are further members of a JSON body."""

    def __init__(
        self,
        status: int,
        message: str | list[str],
        fault: str | None = None,
        details: str | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(message))
        self.status = status
        self.message = message
        self.fault = fault or FAULTS.get(status, "fault")
        self.details = details
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


# The names that most services share.
FAULTS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    406: "notAcceptable",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    422: "unprocessableEntity",
    429: "overLimit",
    500: "computeFault",
    501: "notImplemented",
    503: "serviceUnavailable",
}


def bad_request(message: str) -> Problem:
    """Create a 400: the request itself is wrong."""
    return Problem(400, message)


def not_found(message: str = "Not Found") -> Problem:
    """Create a 404: the resource does not exist."""
    return Problem(404, message)
