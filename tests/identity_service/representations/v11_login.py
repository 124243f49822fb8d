# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both wire formats of version 1.1 share: credentials and fault names."""

from __future__ import annotations

from typing import Any

from identity_service.errors import ApiError
from identity_service.model import LoginRequest
from identity_service.representations.strict_json import members, string

# Version 1.1 uses a common name for the faults that do not have their own name.
_AUTH_FAULTS = {"identityFault", "badMethod", "notAcceptable"}


def read_credentials(value: Any) -> LoginRequest:
    """Read the login in a credentials object. Raises an ApiError (400), which names what is wrong."""
    credentials = members(value, "credentials", {"username", "key"})
    return LoginRequest(
        kind="api_key",
        username=string(credentials, "username", "credentials"),
        secret=string(credentials, "key", "credentials"),
    )


def fault_name(error: ApiError) -> str:
    """Return the name of a fault in version 1.1."""
    return "authFault" if error.fault in _AUTH_FAULTS else error.fault
