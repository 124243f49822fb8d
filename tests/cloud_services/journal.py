# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters and a log of the requests, without any secret."""

from __future__ import annotations

from collections import Counter
from typing import Any

from identity_service.request_log import RequestLog

LOG_LENGTH = 10_000


class Journal(RequestLog):
    """Counts and logs requests to all services."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        super().__init__("service", LOG_LENGTH, to_stderr=to_stderr)

    def clear_counts(self) -> None:
        """Clear the counts of requests and connections."""
        self._requests: dict[str, Counter[str]] = {}
        self._connections: dict[str, set[int]] = {}

    def count(self, entry: dict[str, Any]) -> None:
        """Count a request by its service and method, and its connection."""
        service = entry["service"]
        self._requests.setdefault(service, Counter())[entry["method"]] += 1
        self._connections.setdefault(service, set()).add(entry["connection"])

    def line(self, entry: dict[str, Any]) -> str:
        """Return the service, region, method and path."""
        return f"{entry['service']} {entry['region'] or '-'} {entry['method']} {entry['path']}"

    def counters(self) -> dict[str, Any]:
        """Count the requests by service and method, the responses by service and outcome, and the connections."""
        with self.lock:
            requests = {service: dict(counts) for service, counts in self._requests.items()}
            connections = {service: len(numbers) for service, numbers in self._connections.items()}
            return {
                "requests": requests,
                "total": sum(sum(counts.values()) for counts in requests.values()),
                "answers": self.responses(),
                "connections": {**connections, "total": len(set().union(*self._connections.values()))},
            }
