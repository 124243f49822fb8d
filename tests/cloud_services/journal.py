# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters and a log of the requests, without any secret."""

from __future__ import annotations

import sys
import threading
from collections import Counter, deque
from typing import Any

LOG_LENGTH = 5000


class Journal:
    """Counts and logs requests to all services; thread-safe."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        self._lock = threading.Lock()
        self._to_stderr = to_stderr
        self.reset()

    def reset(self) -> None:
        """Clear the counters and the log."""
        with self._lock:
            self._requests: dict[str, Counter[str]] = {}
            self._responses: dict[str, Counter[str]] = {}
            self._connections: dict[str, set[int]] = {}
            self._entries: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)

    def record_request(self, entry: dict[str, Any]) -> None:
        """Record a request. ``record_response`` completes the same entry."""
        service = entry["service"]
        with self._lock:
            self._requests.setdefault(service, Counter())[entry["method"]] += 1
            self._connections.setdefault(service, set()).add(entry["connection"])
            self._entries.append(entry)

    def record_response(self, entry: dict[str, Any], outcome: str) -> None:
        """Record the status code of the response, or the name of the fault if the response is incomplete."""
        with self._lock:
            entry["outcome"] = outcome
            self._responses.setdefault(entry["service"], Counter())[outcome] += 1
        if self._to_stderr:
            where = f"{entry['service']} {entry['region'] or '-'}"
            print(f"{where} {entry['method']} {entry['path']} {outcome}", file=sys.stderr, flush=True)

    def counters(self) -> dict[str, Any]:
        """Count the requests by service and method, the responses by service and outcome, and the connections."""
        with self._lock:
            requests = {service: dict(counts) for service, counts in self._requests.items()}
            connections = {service: len(numbers) for service, numbers in self._connections.items()}
            return {
                "requests": requests,
                "total": sum(sum(counts.values()) for counts in requests.values()),
                "answers": {service: dict(counts) for service, counts in self._responses.items()},
                "connections": {**connections, "total": len(set().union(*self._connections.values()))},
            }

    def entries(self) -> list[dict[str, Any]]:
        """Return the latest requests, oldest first."""
        with self._lock:
            return [dict(entry) for entry in self._entries]
