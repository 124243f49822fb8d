# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timestamps in the formats that identity services are known to use."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

EXPIRES_FORMATS = ("milliseconds", "no_fraction", "offset", "microseconds")


def write_time(seconds: float, time_format: str) -> str:
    """Format seconds since the epoch as ISO 8601, in one of EXPIRES_FORMATS."""
    if time_format == "offset":
        moment = datetime.fromtimestamp(seconds, timezone(timedelta(hours=-6)))
        return moment.isoformat(timespec="milliseconds")
    moment = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
    timespec = {"milliseconds": "milliseconds", "no_fraction": "seconds", "microseconds": "microseconds"}[time_format]
    return f"{moment.isoformat(timespec=timespec)}Z"
