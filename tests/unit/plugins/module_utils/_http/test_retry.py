# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a call is repeated and how long it waits, without waiting."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._http.retry import (
    Retries,
    jitter,
    parse_retry_after,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock


def test_backoff_doubles_up_to_sixteen_seconds(clock: FakeClock) -> None:
    clock.jitter = 1.0
    retries = Retries(8, 1000, 30)
    assert [retries.wait(503, None) for _try in range(8)] == [True] * 8
    assert clock.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0]


def test_jitter_of_backoff_takes_at_most_half(clock: FakeClock) -> None:
    clock.jitter = 0.0
    retries = Retries(7, 1000, 30)
    while retries.wait(None, None):
        pass
    assert clock.waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_jitter_is_a_number_from_0_to_1() -> None:
    numbers = [jitter() for _number in range(100)]
    assert all(0 <= number < 1 for number in numbers)
    assert len(set(numbers)) > 1


@given(random=st.floats(0, 1), retry_after=st.floats(0, 1e6))
def test_waits_as_long_as_asked_and_at_most_a_second_longer(random: float, retry_after: float) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        clock = FakeClock(monkeypatch)
        clock.jitter = random
        assert Retries(1, 1e9, 30).wait(429, retry_after)
    assert retry_after <= clock.waits[0] <= retry_after + min(1.0, retry_after)


@pytest.mark.parametrize("status", [413, 429])
def test_rate_limit_without_a_hint_waits_five_seconds(clock: FakeClock, status: int) -> None:
    assert Retries(1, 60, 30).wait(status, None)
    assert clock.waits == [5.0]


def test_hint_of_an_unavailable_service_counts(clock: FakeClock) -> None:
    assert Retries(1, 60, 30).wait(503, 7.0)
    assert clock.waits == [7.0]


@pytest.mark.parametrize(("status", "retry_after", "longest"), [(503, None, 16.0), (429, 1.0, 9.0), (429, None, 13.0)])
def test_wait_of_very_many_retries(clock: FakeClock, status: int, retry_after: float | None, longest: float) -> None:
    clock.jitter = 1.0
    retries = Retries(1100, float("inf"), 30)
    while retries.wait(status, retry_after):
        pass
    assert clock.waits[-1] == longest


def test_number_of_retries(clock: FakeClock) -> None:
    retries = Retries(2, 1000, 30)
    assert [retries.wait(503, None) for _try in range(4)] == [True, True, False, False]
    assert len(clock.waits) == 2


def test_no_retries(clock: FakeClock) -> None:
    assert not Retries(0, 1000, 30).wait(429, 0.0)
    assert clock.waits == []


def test_longest_total_wait(clock: FakeClock) -> None:
    retries = Retries(9, 60, 30)
    assert [retries.wait(429, 25.0) for _try in range(4)] == [True, True, False, False]
    assert clock.waits == [25.0, 25.0]


def test_wait_that_is_longer_than_allowed_is_not_begun(clock: FakeClock) -> None:
    assert not Retries(9, 60, 30).wait(429, 60.5)
    assert clock.waits == []


def test_wait_of_exactly_what_is_allowed(clock: FakeClock) -> None:
    clock.jitter = 1.0
    retries = Retries(9, 60, 30)
    assert [retries.wait(429, 60.0), retries.wait(429, 0.5)] == [True, False]
    # The jitter is not what the service asked for.
    assert clock.waits == [61.0]


def test_jitter_of_each_wait_does_not_count(clock: FakeClock) -> None:
    clock.jitter = 1.0
    retries = Retries(9, 60, 30)
    assert [retries.wait(429, 20.0) for _try in range(4)] == [True, True, True, False]
    assert clock.waits == [21.0, 22.0, 24.0]


def test_those_who_are_refused_together_spread_more_each_time(clock: FakeClock) -> None:
    clock.jitter = 1.0
    retries = Retries(6, 300, 30)
    assert [retries.wait(429, 10.0) for _try in range(6)] == [True] * 6
    assert [wait - 10.0 for wait in clock.waits] == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_no_attempt_starts_too_late_because_of_the_jitter(clock: FakeClock) -> None:
    clock.jitter = 1.0
    retries = Retries(9, 60, 30)
    clock.move(seconds=29.5)
    assert retries.wait(429, 60.0)
    assert clock.waits == [60.5]


def test_time_that_an_attempt_took_does_not_count_as_waiting(clock: FakeClock) -> None:
    retries = Retries(9, 60, 30)
    clock.move(seconds=30)
    assert retries.wait(429, 60.0)
    assert clock.waits == [60.0]


def test_attempts_that_take_long_do_not_add_up(clock: FakeClock) -> None:
    retries = Retries(9, 60, 30)
    clock.move(seconds=89.7)
    assert retries.wait(503, None)
    # The next attempt would begin more than 90 seconds after the first one.
    assert not retries.wait(503, None)
    assert clock.waits == [0.25]


def test_waits_while_time_is_left_however_often(clock: FakeClock) -> None:
    retries = Retries(0, 60, 30)
    waited = 0
    while retries.wait_while_time_is_left(422, None):
        waited += 1
    assert clock.waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]
    assert waited == len(clock.waits)
    assert sum(clock.waits) <= 60


def test_waits_while_time_is_left_as_long_as_asked(clock: FakeClock) -> None:
    retries = Retries(0, 60, 30)
    assert [retries.wait_while_time_is_left(422, 25.0) for _try in range(3)] == [True, True, False]
    assert clock.waits == [25.0, 25.0]


def test_service_that_asks_for_no_wait_is_not_asked_without_a_pause(clock: FakeClock) -> None:
    retries = Retries(2, 3, 30)
    while retries.wait_while_time_is_left(429, 0.0):
        pass
    assert clock.waits == [0.0, 0.0, 1.0, 1.0, 1.0]


def test_waiting_while_time_is_left_gives_no_further_retry(clock: FakeClock) -> None:
    retries = Retries(1, 60, 30)
    assert retries.wait_while_time_is_left(422, None)
    assert not retries.wait(503, None)
    assert retries.wait_while_time_is_left(422, None)


def test_clock_that_is_set_back_does_not_matter(clock: FakeClock) -> None:
    retries = Retries(9, 60, 30)
    clock.move(seconds=89.9)
    clock.move(hours=-1)
    assert not retries.wait(503, None)


@given(limit=st.integers(0, 20), max_wait=st.floats(0, 300), random=st.floats(0, 1), attempt_seconds=st.floats(0, 30))
def test_total_never_exceeds_the_limit(limit: int, max_wait: float, random: float, attempt_seconds: float) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        clock = FakeClock(monkeypatch)
        clock.jitter = random
        began = last_start = _clock.monotonic()
        retries = Retries(limit, max_wait, 30)
        clock.move(seconds=attempt_seconds)
        while retries.wait(503, None):
            last_start = _clock.monotonic()
            clock.move(seconds=attempt_seconds)
    assert last_start <= began + max_wait + 30
    assert sum(clock.waits) <= max_wait * (1 + 1e-9)
    assert len(clock.waits) <= limit


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
        ("00000000003600", 3600.0),
        # From the service and from a proxy.
        ("1, 3600", 3600.0),
        ("30 ,7,\t12", 30.0),
        ("1, soon", None),
        ("1,", None),
        ("1.5", None),
        ("-1", None),
        ("\u0663", None),
        ("soon", None),
        ("Sat, 31 Jan 2026 12:00:30 GMT", 30.0),
        ("Saturday, 31-Jan-26 12:00:30 GMT", 30.0),
        ("Sun Feb  1 12:00:30 2026", 86430.0),
        ("Sat, 31 Jan 2026 14:00:30 +0200", 30.0),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0.0),
        ("Sat, 99 Jan 2026 12:00:30 GMT", None),
        ("Sat, 31 Jan 2026 12:00:30 +9999", None),
        ("Sat, 31 Jan 2026 12:00:30 +99999999999999999", None),
        # From some services, a timestamp as in ISO 8601.
        ("2026-01-31T12:00:30Z", 30.0),
        (" 2026-01-31T12:00:30.5Z ", 30.5),
        ("2026-01-31T06:00:30-06:00", 30.0),
        ("2026-01-31T12:00:30UTC", 30.0),
        ("2012-11-14T21:51:28Z", 0.0),
        ("2026-99-31T12:00:30Z", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOON) == seconds


@given(st.integers(0, 10**6))
def test_retry_after_date_is_read_back(seconds: int) -> None:
    assert parse_retry_after(format_datetime(NOON + timedelta(seconds=seconds), usegmt=True), NOON) == seconds


@given(st.one_of(st.text(), st.from_regex(r"\w{3}, \d{1,3} (Jan|Feb) \d{1,6} \d\d:\d\d:\d\d [+-]\d{1,25}")))
def test_retry_after_never_fails(header: str) -> None:
    seconds = parse_retry_after(header, NOON)
    assert seconds is None or seconds >= 0


def test_no_attempt_begins_after_the_deadline(clock: FakeClock) -> None:
    retries = Retries(9, 60, 30, deadline=_clock.monotonic() + 5)
    assert retries.wait(429, 4.5)
    assert not retries.wait(429, 1.0)
    assert sum(clock.waits) <= 5
