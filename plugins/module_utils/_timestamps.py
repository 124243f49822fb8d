# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's timestamps, read and written.

Before Python 3.11, datetime.fromisoformat reads neither "Z" nor short fractions, and the service sends both.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?", re.IGNORECASE
)


def parse_timestamp(text: str) -> datetime:
    """Parse an ISO 8601 timestamp into an aware datetime in UTC; one without a zone counts as UTC.

    Raises ValueError for anything else.
    """
    match = _TIMESTAMP.fullmatch(text.strip())
    if not match:
        raise ValueError("not an ISO 8601 timestamp")
    fraction, zone = match.group(7), match.group(8)
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    moment = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=timezone.utc)
    if zone and zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        try:
            moment -= offset if zone[0] == "+" else -offset
        except OverflowError:
            raise ValueError("out of range in UTC") from None
    return moment


def format_timestamp(moment: datetime) -> str:
    """Format a datetime as users read it, in UTC: 2026-01-31T23:59:59Z. Fractions are cut, so it is never too late."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
