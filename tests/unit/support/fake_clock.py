# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that moves only when the collection waits or the test says so."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._http import retry

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)
_MAX_WAITS = 10_000


class FakeClock:
    """A replacement for _clock, and for the jitter of retries: a number from 0 to 1."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = NOON
        self.jitter = 0.0
        self.waits: list[float] = []
        self._elapsed = 0.0
        monkeypatch.setattr(_clock, "now", lambda: self.time)
        monkeypatch.setattr(_clock, "monotonic", lambda: self._elapsed)
        monkeypatch.setattr(_clock, "sleep", self.sleep)
        monkeypatch.setattr(retry, "jitter", lambda: self.jitter)

    def move(self, **by: float) -> None:
        """Let time pass, or set the clock back, which the monotonic clock does not notice."""
        change = timedelta(**by)
        self.time += change
        self._elapsed += max(0.0, change.total_seconds())

    def sleep(self, seconds: float) -> None:
        """Record a wait in seconds, without waiting."""
        self.waits.append(seconds)
        # No time passes for a test that waits without end: it would hang instead of failing.
        assert len(self.waits) < _MAX_WAITS
        self.time += timedelta(seconds=seconds)
        # Exactly: a timedelta is rounded to microseconds.
        self._elapsed += seconds
