# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether a call is repeated, and how long to wait before that."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone

from .. import _clock
from .._timestamps import parse_timestamp

RATE_LIMITED = frozenset({413, 429})
"""The rate limit responds before the request is looked at, so repeating it is always safe."""

TRANSIENT = frozenset({500, 502, 503, 504})
"""The service may recover, but may also have done its work, so only requests without side effects are repeated."""

_OVER_LIMIT_SECONDS = 5.0
_MIN_PAUSE_SECONDS = 1.0
_MAX_BACKOFF_SECONDS = 16.0
# Clients that are refused together are told to come back together. What each adds grows with every refusal. It stays
# small beside a limit by the minute, since a client that comes back late may have to wait for another minute.
_FIRST_SPREAD_SECONDS = 1.0
_MAX_SPREAD_SECONDS = 8.0


_SECONDS = re.compile(r"0*[0-9]{1,9}(?:\s*,\s*0*[0-9]{1,9})*")


def jitter() -> float:
    """Return a random number from 0 to 1."""
    # Imported here: most runs never wait.
    import random

    return random.SystemRandom().random()


class Retries:
    """The retries of one call: at most `limit`, which wait at most `max_wait` seconds in all.

    Only what the service asks for counts as waiting, without the jitter. So that attempts that take long do not add up,
    none starts more than `max_wait + timeout` seconds after the call began, nor after `deadline`.
    """

    def __init__(
        self,
        limit: int,
        max_wait: float,
        timeout: float,
        tell: Callable[[str], None] = lambda _line: None,
        deadline: float = float("inf"),
    ) -> None:
        """Begin a call. timeout is that of one attempt, in seconds. tell: called before each wait.

        deadline: a time of the monotonic clock.
        """
        self._tell = tell
        self._left = limit
        self._done = 0
        self._wait_left = max_wait
        self._last_start = min(_clock.monotonic() + max_wait + timeout, deadline)

    def wait(self, status: int | None, retry_after: float | None) -> bool:
        """Wait and return true if another attempt is allowed; otherwise return false at once.

        status is None if no response arrived. retry_after (seconds) is what the service asked for: the wait is never
        shorter, and no attempt is made if it would exceed the time left.
        """
        if self._left <= 0:
            return False
        delay, extra = self._delay(status, retry_after)
        time_left = self._last_start - _clock.monotonic() - delay
        if delay > self._wait_left or time_left < 0:
            return False
        extra = min(extra, time_left)
        self._left -= 1
        self._done += 1
        self._wait_left -= delay
        reason = f"the response was {status}" if status else "no complete response arrived"
        self._tell(f"waiting {delay + extra:.1f} s before attempt {self._done + 1}, since {reason}")
        _clock.sleep(delay + extra)
        return True

    def wait_while_time_is_left(self, status: int, retry_after: float | None) -> bool:
        """Wait and return true as long as the time for waiting allows another attempt, however many there were."""
        if self._left <= 0:
            self._left = 1
            # Where the service asks for no wait at all, it must not be asked without a pause.
            retry_after = retry_after if retry_after is None else max(retry_after, _MIN_PAUSE_SECONDS)
        return self.wait(status, retry_after)

    def _delay(self, status: int | None, retry_after: float | None) -> tuple[float, float]:
        """Return the seconds to wait, and the jitter that keeps many clients from returning together."""
        if retry_after is None and status in RATE_LIMITED:
            retry_after = _OVER_LIMIT_SECONDS
        if retry_after is not None:
            spread = min(_FIRST_SPREAD_SECONDS, retry_after) * 2.0 ** min(self._done, 10)
            return retry_after, jitter() * min(_MAX_SPREAD_SECONDS, spread)
        backoff = min(_MAX_BACKOFF_SECONDS, 0.5 * 2.0 ** min(self._done, 10))
        return backoff * (0.5 + 0.5 * jitter()), 0.0


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds in a Retry-After header, or None.

    It holds seconds or an HTTP date (RFC 9110); from some services, a timestamp as in ISO 8601.
    """
    text = (value or "").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        # Several such headers, of which the service and a proxy may add one each, arrive as a list.
        return float(max(map(int, text.split(","))))
    moment = parse_http_date(text) or _parse_iso(text)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _parse_iso(text: str) -> datetime | None:
    try:
        return parse_timestamp(text)
    except ValueError:
        return None


def parse_http_date(text: str) -> datetime | None:
    """Parse an HTTP date (RFC 9110) into an aware datetime; return None for anything else."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
