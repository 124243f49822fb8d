# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented faults, as exceptions that know nothing of the wire format."""

from __future__ import annotations

FAULT_CODES = {
    "badRequest": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "userDisabled": 403,
    "itemNotFound": 404,
    "badMethod": 405,
    "notAcceptable": 406,
    "overLimit": 413,
    "identityFault": 500,
    "serviceUnavailable": 503,
}


class ApiError(Exception):
    """A request that is answered with a fault: its name, a message and perhaps details."""

    def __init__(self, fault: str, message: str, details: str | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.code = FAULT_CODES[fault] if code is None else code
        self.message = message
        self.details = details


class ChallengeError(ApiError):
    """The password was right and a second factor is asked for."""

    def __init__(self, session_id: str, factor: str) -> None:
        super().__init__("unauthorized", "Additional authentication credentials required")
        self.session_id = session_id
        self.factor = factor


def bad_request(message: str) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError("badRequest", message)


def unauthorized(message: str = "Unable to authenticate user with credentials provided.") -> ApiError:
    """401: the credentials do not open what was asked for."""
    return ApiError("unauthorized", message)


def forbidden(message: str = "Not Authorized") -> ApiError:
    """403: the caller is known and may not."""
    return ApiError("forbidden", message)


def not_found(message: str = "Resource Not Found") -> ApiError:
    """404: there is no such thing."""
    return ApiError("itemNotFound", message)
