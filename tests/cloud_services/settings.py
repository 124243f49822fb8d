# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings that can be changed while the services run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from identity_service.settings import boolean, refuse_unknown, seconds

LINKS = ("natural", "same", "http", "foreign", "relative")


@dataclass(frozen=True)
class Settings:
    """All settings with their initial values."""

    job_seconds: float = 0.5
    job_polls: int | None = None
    job_status: int = 200
    job_first_status: str = "RUNNING"
    build_seconds: float = 0.5
    build_polls: int | None = None
    pending_seconds: float = 0.2
    pending_polls: int | None = None
    page_size: int | None = None
    links: str = "natural"
    escaped_links: bool = False
    next_on_last_page: bool = False
    ignore_marker: bool = False
    inclusive_marker: bool = False
    empty_json_status: int = 204
    message_list: bool = False
    neutron_error: str = "dict"
    rate_limits: bool = False
    get_limit: int | None = None
    get_limit_seconds: float = 60.0

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """Return these settings with some values replaced. Raises ValueError, which names what is wrong."""
        refuse_unknown(values, {field.name for field in fields(self)})
        return replace(self, **{name: _CHECKS[name](name, value) for name, value in values.items()})

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


def _count(least: int) -> Callable[[str, Any], int | None]:
    def check(name: str, value: Any) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            raise ValueError(f"{name} must be null or an integer of at least {least}")
        return value

    return check


def _one_of(*choices: Any) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if isinstance(value, bool) or value not in choices:
            raise ValueError(f"{name} must be one of: {', '.join(map(str, choices))}")
        return value

    return check


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "job_seconds": seconds,
    "job_polls": _count(0),
    "job_status": _one_of(200, 202),
    "job_first_status": _one_of("RUNNING", "INITIALIZED"),
    "build_seconds": seconds,
    "build_polls": _count(0),
    "pending_seconds": seconds,
    "pending_polls": _count(0),
    "page_size": _count(1),
    "links": _one_of(*LINKS),
    "escaped_links": boolean,
    "next_on_last_page": boolean,
    "ignore_marker": boolean,
    "inclusive_marker": boolean,
    "empty_json_status": _one_of(200, 204),
    "message_list": boolean,
    "neutron_error": _one_of("dict", "text"),
    "rate_limits": boolean,
    "get_limit": _count(1),
    "get_limit_seconds": seconds,
}
