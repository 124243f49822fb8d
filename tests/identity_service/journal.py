# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters and a log of the requests, without any secret."""

from __future__ import annotations

from collections import Counter
from typing import Any

from identity_service.request_log import RequestLog

LOG_LENGTH = 2000
OPERATIONS = (
    "login_password",
    "login_api_key",
    "login_token",
    "login_passcode",
    "login_setup_mfa",
    "login_v11",
    "login_invalid",
    "validate",
    "revoke_own",
    "revoke",
    "list_endpoints",
    "unknown",
)

_KNOWN_SEGMENTS = {"", "v2.0", "v1.1", "tokens", "endpoints", "auth", "auth.json", "auth.xml", "users", "tenants"}
_LOGGED_PARAMETERS = {"apply_rcn_roles", "include_accessible_domains", "include_endpoints", "belongsTo"}


def masked_path(path: str) -> str:
    """Mask everything in the path that could be a token."""
    return "/".join(part if part in _KNOWN_SEGMENTS else "{tokenId}" for part in path.split("/"))


def masked_query(pairs: list[tuple[str, str]]) -> list[list[str]]:
    """Mask the names and values of unknown query parameters."""
    return [[name, value] if name in _LOGGED_PARAMETERS else ["{unknown}", "{masked}"] for name, value in pairs]


class Journal(RequestLog):
    """Counts and logs requests by operation."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        super().__init__("operation", LOG_LENGTH, to_stderr=to_stderr)

    def clear_counts(self) -> None:
        """Clear the counts of requests."""
        self._counts: Counter[str] = Counter()

    def count(self, entry: dict[str, Any]) -> None:
        """Count a request by its operation."""
        self._counts[entry["operation"]] += 1

    def line(self, entry: dict[str, Any]) -> str:
        """Return the method, path and operation."""
        return f"{entry['method']} {entry['path']} {entry['operation']}"

    def counters(self) -> dict[str, Any]:
        """Return the requests by operation, including unused operations, and the responses."""
        with self.lock:
            requests = {operation: self._counts[operation] for operation in OPERATIONS}
            return {
                "requests": requests,
                "logins": sum(count for operation, count in requests.items() if operation.startswith("login_")),
                "total": sum(requests.values()),
                "answers": self.responses(),
            }
