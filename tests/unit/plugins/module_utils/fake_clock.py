# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that only waiting moves on."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils._retry import Retries


class FakeClock:
    """Remembers every wait in seconds; jitter is what `random` says, 0 to 1."""

    def __init__(self, random: float = 0.0) -> None:
        self.now = 1000.0
        self.random = random
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.now += seconds

    def retries(self, limit: int, max_wait: float) -> Retries:
        """The retries of one call on this clock."""
        return Retries(limit, max_wait, sleep=self.sleep, clock=lambda: self.now, random=lambda: self.random)
