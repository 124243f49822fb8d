# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a call is repeated and how long it waits, without waiting."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._retry import parse_retry_after
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_clock import FakeClock

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)


def test_backoff_doubles_up_to_sixteen_seconds() -> None:
    clock = FakeClock(random=1.0)
    retries = clock.retries(8, 1000)
    assert [retries.wait(503, None) for _try in range(8)] == [True] * 8
    assert clock.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0]


def test_jitter_of_backoff_takes_at_most_half() -> None:
    clock = FakeClock(random=0.0)
    retries = clock.retries(7, 1000)
    while retries.wait(None, None):
        pass
    assert clock.waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


@given(random=st.floats(0, 1), retry_after=st.floats(0, 1e6))
def test_never_waits_less_than_asked(random: float, retry_after: float) -> None:
    clock = FakeClock(random)
    assert clock.retries(1, 1e9).wait(429, retry_after)
    assert retry_after <= clock.waits[0] <= retry_after + min(1.0, retry_after * 0.1)


@pytest.mark.parametrize("status", [413, 429])
def test_rate_limit_without_a_hint_waits_five_seconds(status: int) -> None:
    clock = FakeClock()
    assert clock.retries(1, 60).wait(status, None)
    assert clock.waits == [5.0]


def test_hint_of_an_unavailable_service_counts() -> None:
    clock = FakeClock()
    assert clock.retries(1, 60).wait(503, 7.0)
    assert clock.waits == [7.0]


def test_backoff_of_very_many_retries() -> None:
    clock = FakeClock(random=1.0)
    retries = clock.retries(1100, float("inf"))
    while retries.wait(503, None):
        pass
    assert clock.waits[-1] == 16.0


def test_number_of_retries() -> None:
    clock = FakeClock()
    retries = clock.retries(2, 1000)
    assert [retries.wait(503, None) for _try in range(4)] == [True, True, False, False]
    assert len(clock.waits) == 2


def test_no_retries() -> None:
    clock = FakeClock()
    assert not clock.retries(0, 1000).wait(429, 0.0)
    assert clock.waits == []


def test_longest_total_wait() -> None:
    clock = FakeClock()
    retries = clock.retries(9, 60)
    assert [retries.wait(429, 25.0) for _try in range(4)] == [True, True, False, False]
    assert clock.waits == [25.0, 25.0]


def test_longer_than_allowed_is_not_waited_at_all() -> None:
    clock = FakeClock()
    assert not clock.retries(9, 60).wait(429, 60.5)
    assert clock.waits == []


def test_time_that_tries_took_counts() -> None:
    clock = FakeClock()
    retries = clock.retries(9, 60)
    clock.now += 59.9
    assert not retries.wait(503, None)


@given(limit=st.integers(0, 20), max_wait=st.floats(0, 300), random=st.floats(0, 1))
def test_total_never_exceeds_the_limit(limit: int, max_wait: float, random: float) -> None:
    clock = FakeClock(random)
    retries = clock.retries(limit, max_wait)
    while retries.wait(503, None):
        pass
    assert len(clock.waits) <= limit
    assert clock.now <= 1000.0 + max_wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("999999999", 999999999.0),
        ("9999999999", None),
        ("1.5", None),
        ("-1", None),
        ("\u0663", None),
        ("soon", None),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sunday, 01-Mar-26 12:00:30 GMT", 30.0),
        ("Sun Mar  1 12:00:30 2026", 30.0),
        ("Sun, 01 Mar 2026 14:00:30 +0200", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None),
        ("Sun, 01 Mar 2026 12:00:30 +9999", None),
        ("Sun, 01 Mar 2026 12:00:30 +99999999999999999", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.integers(0, 10**6))
def test_retry_after_date_is_read_back(seconds: int) -> None:
    assert parse_retry_after(format_datetime(NOW + timedelta(seconds=seconds), usegmt=True), NOW) == seconds


@given(st.one_of(st.text(), st.from_regex(r"\w{3}, \d{1,3} (Jan|Feb) \d{1,6} \d\d:\d\d:\d\d [+-]\d{1,25}")))
def test_retry_after_never_fails(header: str) -> None:
    seconds = parse_retry_after(header, NOW)
    assert seconds is None or seconds >= 0
