# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's timestamps, in all the forms it sends."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import format_timestamp, parse_timestamp


def utc(year: int, month: int, day: int, hour: int, minute: int, second: int, microsecond: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=timezone.utc)


@pytest.mark.covers("tokens/token-expires")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-06-05T16:24:57.637Z", utc(2015, 6, 5, 16, 24, 57, 637000)),
        ("2015-06-05T16:24:57Z", utc(2015, 6, 5, 16, 24, 57)),
        ("2015-06-05T16:24:57z", utc(2015, 6, 5, 16, 24, 57)),
        ("2015-06-05t16:24:57z", utc(2015, 6, 5, 16, 24, 57)),
        ("2015-06-05T16:24:57", utc(2015, 6, 5, 16, 24, 57)),
        ("2015-06-05 16:24:57", utc(2015, 6, 5, 16, 24, 57)),
        ("2015-06-05T16:24:57.6Z", utc(2015, 6, 5, 16, 24, 57, 600000)),
        ("2015-06-05T16:24:57.63Z", utc(2015, 6, 5, 16, 24, 57, 630000)),
        ("2015-06-05T16:24:57.637123Z", utc(2015, 6, 5, 16, 24, 57, 637123)),
        ("2015-06-05T16:24:57.637123999Z", utc(2015, 6, 5, 16, 24, 57, 637123)),
        ("2015-06-05T16:24:57,637Z", utc(2015, 6, 5, 16, 24, 57, 637000)),
        ("2014-01-09T15:08:53.645-06:00", utc(2014, 1, 9, 21, 8, 53, 645000)),
        ("2010-11-01T03:32:15-05:00", utc(2010, 11, 1, 8, 32, 15)),
        ("2010-11-01T03:32:15+0530", utc(2010, 10, 31, 22, 2, 15)),
        ("2012-11-14T21:51:28UTC", utc(2012, 11, 14, 21, 51, 28)),
        ("2012-11-14T21:51:28 UTC", utc(2012, 11, 14, 21, 51, 28)),
        ("2012-11-14T21:51:28GMT", utc(2012, 11, 14, 21, 51, 28)),
        ("  2012-11-14T21:51:28Z\n", utc(2012, 11, 14, 21, 51, 28)),
    ],
)
def test_every_form_of_a_timestamp(text: str, moment: datetime) -> None:
    parsed = parse_timestamp(text)
    assert parsed == moment
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2015-06-05",
        "2015-06-05T16:24",
        "2015-13-05T16:24:57Z",
        "2015-06-31T16:24:57Z",
        "2015-06-05T24:00:00Z",
        "2015-06-05T16:24:60Z",
        "0000-06-05T16:24:57Z",
        "2015-06-05T16:24:57.Z",
        "2015-06-05T16:24:57.1234567890Z",
        "2015-06-05T16:24:57+2",
        "2015-06-05T16:24:57 CET",
        "15-06-05T16:24:57Z",
        "2015-06-05T16:24:57Z and more",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "1433521497",
    ],
)
def test_text_that_is_not_a_timestamp(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


@given(st.one_of(st.text(), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")))
def test_parsing_fails_only_with_value_error(text: str) -> None:
    try:
        moment = parse_timestamp(text)
    except ValueError:
        return
    assert moment.tzinfo is timezone.utc


FIRST, LAST = datetime(1000, 1, 2), datetime(9999, 12, 30)
MOMENTS = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(timezone.utc))


@given(MOMENTS)
def test_isoformat_is_parsed(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat()) == moment
    assert parse_timestamp(moment.astimezone(timezone(timedelta(hours=-6, minutes=-30))).isoformat()) == moment


@given(MOMENTS)
def test_formatted_timestamp_is_parsed_and_never_later(moment: datetime) -> None:
    assert parse_timestamp(format_timestamp(moment)) == moment.replace(microsecond=0)


def test_formatted_timestamp() -> None:
    assert format_timestamp(utc(2026, 1, 31, 23, 59, 59, 999999)) == "2026-01-31T23:59:59Z"
    moscow = datetime(2026, 2, 1, 2, 59, 59, tzinfo=timezone(timedelta(hours=3)))
    assert format_timestamp(moscow) == "2026-01-31T23:59:59Z"
