# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters and a log of the requests, without any secret."""

from __future__ import annotations

import sys
import threading
from collections import Counter, deque
from typing import Any

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


class Journal:
    """Counts and logs requests; thread-safe."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        self._lock = threading.Lock()
        self._to_stderr = to_stderr
        self.reset()

    def reset(self) -> None:
        """Clear the counters and the log."""
        with self._lock:
            self._counts: Counter[str] = Counter()
            self._responses: dict[str, Counter[str]] = {}
            self._entries: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)

    def record_request(self, entry: dict[str, Any]) -> None:
        """Record a request. ``record_response`` completes the same entry."""
        with self._lock:
            self._counts[entry["operation"]] += 1
            self._entries.append(entry)

    def record_response(self, entry: dict[str, Any], outcome: str) -> None:
        """Record the status code of the response, or the name of the fault if the response is incomplete."""
        with self._lock:
            entry["outcome"] = outcome
            self._responses.setdefault(entry["operation"], Counter())[outcome] += 1
        if self._to_stderr:
            print(f"{entry['method']} {entry['path']} {entry['operation']} {outcome}", file=sys.stderr, flush=True)

    def counters(self) -> dict[str, Any]:
        """Return the requests by operation, including unused operations, and the responses."""
        with self._lock:
            requests = {operation: self._counts[operation] for operation in OPERATIONS}
            return {
                "requests": requests,
                "logins": sum(count for operation, count in requests.items() if operation.startswith("login_")),
                "total": sum(requests.values()),
                "answers": {operation: dict(counts) for operation, counts in self._responses.items()},
            }

    def entries(self) -> list[dict[str, Any]]:
        """Return the latest requests, oldest first."""
        with self._lock:
            return [dict(entry) for entry in self._entries]
