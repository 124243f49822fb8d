# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the control interfaces of all services share: responses in JSON, and the routes of the faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response

from identity_service.errors import ApiError
from identity_service.fault_queue import Fault, FaultQueue

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


class FaultControl:
    """The pending faults."""

    def __init__(self, pending: FaultQueue, read_fault: Callable[[Any], Fault], read_body: Callable[[], Any]) -> None:
        self._pending = pending
        self._read_fault = read_fault
        self._read_body = read_body

    def routes(self) -> Routes:
        """Return the routes of the faults."""
        return (
            ("/faults", "GET", self.faults),
            ("/faults", "POST", self.add_faults),
            ("/faults", "DELETE", self.clear_faults),
        )

    def faults(self) -> Any:
        """List the pending faults."""
        return {"faults": self._pending.waiting()}

    def add_faults(self) -> Any:
        """Add one fault or a list of faults; either all or none of them."""
        values = self._read_body()
        faults = [self._read_fault(value) for value in (values if isinstance(values, list) else [values])]
        self._pending.add(faults)
        return self.faults()

    def clear_faults(self) -> Any:
        """Remove all pending faults."""
        self._pending.clear()
        return {}
