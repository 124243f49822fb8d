# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that takes a while: for a number of seconds of the services' clock, or for a number of requests."""

from __future__ import annotations


class Wait:
    """Work in progress. With ``polls``, it is over when it was asked about so often; else after ``seconds``."""

    def __init__(self, now: float, seconds: float, polls: int | None) -> None:
        self.begun = now
        self._seconds = seconds
        self._polls = polls
        self._asked = 0

    def ask(self) -> None:
        """Count a request about this work, before ``over`` is called for it."""
        self._asked += 1

    def over(self, now: float) -> bool:
        """Tell whether the work is done."""
        if self._polls is not None:
            return self._asked > self._polls
        return now >= self.begun + self._seconds

    def percent(self, now: float) -> int:
        """Return the progress."""
        done = self._asked / (self._polls + 1) if self._polls is not None else self._part(now)
        return min(99, max(0, int(100 * done)))

    def _part(self, now: float) -> float:
        return (now - self.begun) / self._seconds if self._seconds else 1.0
