# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's time, which tests may move forward."""

from __future__ import annotations

import time


class Clock:
    """The time of day plus what it was moved forward by."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as the service sees it."""
        return time.time() + self.offset

    def forward(self, seconds: float) -> None:
        """Let that many seconds pass at once."""
        self.offset += seconds

    def reset(self) -> None:
        """Go back to the time of day."""
        self.offset = 0.0
