# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both wire formats of version 1.1 share: credentials, and the names of its faults."""

from __future__ import annotations

from typing import Any

from identity_service.errors import ApiError
from identity_service.model import LoginRequest
from identity_service.representations.strict_json import members, text

# Version 1.1 has one name for all that it has no name of its own for.
_AUTH_FAULTS = {"identityFault", "badMethod", "notAcceptable"}


def read_credentials(value: Any) -> LoginRequest:
    """The login of a credentials object; an ApiError (400) names what is wrong."""
    credentials = members(value, "credentials", {"username", "key"})
    return LoginRequest(
        kind="api_key",
        username=text(credentials, "username", "credentials"),
        secret=text(credentials, "key", "credentials"),
    )


def fault_name(error: ApiError) -> str:
    """How version 1.1 calls a fault."""
    return "authFault" if error.fault in _AUTH_FAULTS else error.fault
