# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a call is repeated, and how long to wait before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone

REFUSED = frozenset({413, 429})
"""The rate limit answered before the request was looked at: repeating it is always safe."""

TRANSIENT = frozenset({500, 502, 503, 504})
"""The service may recover, but may also have done its work: only a request without side effects is repeated."""

_OVER_LIMIT_SECONDS = 5.0
_LONGEST_BACKOFF_SECONDS = 16.0


def _random() -> float:
    # Imported late: most runs never wait.
    import random

    return random.SystemRandom().random()


class Retries:
    """How often and how long one call may be repeated: at most `limit` times, none starting after `max_wait` seconds.

    One instance serves one call; the clock starts with it.
    """

    def __init__(
        self,
        limit: int,
        max_wait: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random,
    ) -> None:
        self._left = limit
        self._tried = 0
        self._deadline = clock() + max_wait
        self._sleep, self._clock, self._random = sleep, clock, random

    def wait(self, status: int | None, retry_after: float | None) -> bool:
        """Wait before the next try and return true, or return false at once where there is to be none.

        status is None where no answer came. retry_after (seconds) is what the service asked for: never waited
        less, and where the time left does not allow it, not waited at all.
        """
        if self._left <= 0:
            return False
        delay = self._delay(status, retry_after)
        if self._clock() + delay > self._deadline:
            return False
        self._left -= 1
        self._tried += 1
        self._sleep(delay)
        return True

    def _delay(self, status: int | None, retry_after: float | None) -> float:
        # Jitter keeps many clients that failed together from coming back together.
        if retry_after is None and status in REFUSED:
            retry_after = _OVER_LIMIT_SECONDS
        if retry_after is not None:
            return retry_after + self._random() * min(1.0, retry_after * 0.1)
        backoff = min(_LONGEST_BACKOFF_SECONDS, 0.5 * 2.0 ** min(self._tried, 10))
        return backoff * (0.5 + 0.5 * self._random())


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header, which holds seconds or an HTTP date (RFC 9110); None where unclear."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    moment = parse_http_date(text)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def parse_http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110), aware; None for what is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
