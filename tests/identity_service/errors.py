# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented faults, as exceptions that do not depend on the wire format."""

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
    """A fault to respond with: its name, a message, and optionally details."""

    def __init__(self, fault: str, message: str, details: str | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.code = FAULT_CODES[fault] if code is None else code
        self.message = message
        self.details = details


class ChallengeError(ApiError):
    """The password is right, and a second factor is required."""

    def __init__(self, session_id: str, factor: str) -> None:
        super().__init__("unauthorized", "Additional authentication credentials required")
        self.session_id = session_id
        self.factor = factor


def bad_request(message: str) -> ApiError:
    """Create a 400: the request itself is wrong."""
    return ApiError("badRequest", message)


def unauthorized(message: str = "Unable to authenticate user with credentials provided.") -> ApiError:
    """Create a 401: the credentials do not grant access."""
    return ApiError("unauthorized", message)


def forbidden(message: str = "Not Authorized") -> ApiError:
    """Create a 403: the caller is known but not allowed to do this."""
    return ApiError("forbidden", message)


def not_found(message: str = "Resource Not Found") -> ApiError:
    """Create a 404: the resource does not exist."""
    return ApiError("itemNotFound", message)
