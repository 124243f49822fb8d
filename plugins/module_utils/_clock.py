# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that tells the time. Everything else asks here, so that tests set the clock once."""

from __future__ import annotations

import time
from datetime import datetime, timezone


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(timezone.utc)


def monotonic() -> float:
    """Return seconds on a clock that cannot be set back, for measuring how long something takes."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait for this many seconds."""
    time.sleep(seconds)
