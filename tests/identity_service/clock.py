# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time of the service, which tests can move forward."""

from __future__ import annotations

import time


class Clock:
    """The real time plus an offset."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Return the time of the service, in seconds since the epoch."""
        return time.time() + self.offset

    def forward(self, seconds: float) -> None:
        """Move the time forward."""
        self.offset += seconds

    def reset(self) -> None:
        """Return to the real time."""
        self.offset = 0.0
