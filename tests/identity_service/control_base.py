# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the control interfaces of all services share: responses in JSON, faults, and the clock."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from flask import Response

from identity_service.clock import Clock
from identity_service.errors import ApiError
from identity_service.fault_queue import Fault, FaultQueue
from identity_service.representations import strict_json
from identity_service.timestamps import write_time

Routes = tuple[tuple[str, str, Callable[[], Any]], ...]


def as_json(view: Callable[[], Any]) -> Callable[[], Response]:
    """Make a view of what returns a value for JSON, or raises ValueError or ApiError."""

    def respond() -> Response:
        try:
            return Response(json.dumps(view()), 200, content_type="application/json")
        except ValueError as error:
            return Response(json.dumps({"error": str(error)}), 400, content_type="application/json")
        except ApiError as error:
            return Response(json.dumps({"error": error.message}), error.code, content_type="application/json")

    return respond


class ControlBase(ABC):
    """What tests can control in every service: its faults, the log of its requests, and its clock."""

    def __init__(
        self,
        faults: FaultQueue,
        clock: Clock,
        read_fault: Callable[[Any], Fault],
        read_body: Callable[[], Any],
    ) -> None:
        self._faults = faults
        self._clock = clock
        self._read_fault = read_fault
        self._read_body = read_body

    def shared_routes(self) -> Routes:
        """Return the routes that every service has."""
        return (
            ("/", "GET", self.overview),
            ("/reset", "POST", self.reset),
            ("/counters", "GET", self.counters),
            ("/counters", "DELETE", self.clear_requests),
            ("/requests", "GET", self.requests),
            ("/requests", "DELETE", self.clear_requests),
            ("/settings", "GET", self.settings),
            ("/settings", "PATCH", self.change_settings),
            ("/faults", "GET", self.faults),
            ("/faults", "POST", self.add_faults),
            ("/faults", "DELETE", self.clear_faults),
            ("/clock", "GET", self.clock),
            ("/clock", "POST", self.move_clock),
        )

    @abstractmethod
    def overview(self) -> Any:
        """List what can be controlled."""

    @abstractmethod
    def reset(self) -> Any:
        """Restore the initial state."""

    @abstractmethod
    def counters(self) -> Any:
        """Count requests and responses."""

    @abstractmethod
    def requests(self) -> Any:
        """Return the log of the latest requests."""

    @abstractmethod
    def clear_requests(self) -> Any:
        """Reset the counters and clear the log."""

    @abstractmethod
    def settings(self) -> Any:
        """Return all settings."""

    @abstractmethod
    def change_settings(self) -> Any:
        """Change some settings."""

    def faults(self) -> Any:
        """List the pending faults."""
        return {"faults": self._faults.waiting()}

    def add_faults(self) -> Any:
        """Add one fault or a list of faults; either all or none of them."""
        values = self._read_body()
        faults = [self._read_fault(value) for value in (values if isinstance(values, list) else [values])]
        self._faults.add(faults)
        return self.faults()

    def clear_faults(self) -> Any:
        """Remove all pending faults."""
        self._faults.clear()
        return {}

    def clock(self) -> Any:
        """Return the time of the service."""
        return {"now": write_time(self._clock.now(), "milliseconds"), "forward": self._clock.offset}

    def move_clock(self) -> Any:
        """Move the time forward."""
        forward = strict_json.members(self._read_body(), "The request body", {"forward"}).get("forward")
        if isinstance(forward, bool) or not isinstance(forward, (int, float)) or not 0 <= forward <= 10**9:
            raise ValueError("forward must be a number of seconds, zero or more.")
        self._clock.forward(forward)
        return self.clock()
