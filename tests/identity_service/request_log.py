# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journals of all services share: a log of the latest requests, and responses counted by outcome."""

from __future__ import annotations

import sys
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from typing import Any


class RequestLog(ABC):
    """Counts and logs requests; thread-safe. Responses are counted by one member of the entry."""

    def __init__(self, counted_by: str, length: int, *, to_stderr: bool) -> None:
        self.lock = threading.Lock()
        self._counted_by = counted_by
        self._length = length
        self._to_stderr = to_stderr
        self.reset()

    def reset(self) -> None:
        """Clear the counters and the log."""
        with self.lock:
            self._responses: dict[str, Counter[str]] = {}
            self._entries: deque[dict[str, Any]] = deque(maxlen=self._length)
            self.clear_counts()

    @abstractmethod
    def clear_counts(self) -> None:
        """Clear the counts of requests, under the lock."""

    @abstractmethod
    def count(self, entry: dict[str, Any]) -> None:
        """Count a request, under the lock."""

    @abstractmethod
    def line(self, entry: dict[str, Any]) -> str:
        """Return what a line about a request shows."""

    def record_request(self, entry: dict[str, Any]) -> None:
        """Record a request. ``record_response`` completes the same entry."""
        with self.lock:
            self.count(entry)
            self._entries.append(entry)

    def record_response(self, entry: dict[str, Any], outcome: str) -> None:
        """Record the status code of the response, or the name of the fault if the response is incomplete."""
        with self.lock:
            entry["outcome"] = outcome
            self._responses.setdefault(entry[self._counted_by], Counter())[outcome] += 1
        if self._to_stderr:
            print(f"{self.line(entry)} {outcome}", file=sys.stderr, flush=True)

    def responses(self) -> dict[str, dict[str, int]]:
        """Return the counts of responses, under the lock."""
        return {name: dict(counts) for name, counts in self._responses.items()}

    def entries(self) -> list[dict[str, Any]]:
        """Return the latest requests, oldest first."""
        with self.lock:
            return [dict(entry) for entry in self._entries]
