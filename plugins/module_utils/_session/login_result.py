# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a login results in, and the line that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from .._models import Access
from .._settings import VERBOSE, Context
from .._text import one_line
from .._timestamps import format_timestamp

_MAX_NAME = 100
_LAST_SECOND = 253402300799.0


class LoginResult(NamedTuple):
    """A login: where, as whom, what came back, and whether it came from the cache.

    username: as it was given; None for a login without one. has_tenant: whether a tenant was asked for. is_second_step:
    whether a passcode completed it. default_region: the one in the file that the credentials came from. stored: when it
    was made, as seconds since 1970. is_current: for a cached login, tells whether it would still be the result.
    make_reference: returns the reference to this login for the fact rax_identity, or None if it is not cached.
    """

    identity_url: str
    access: Access
    username: str | None = None
    has_tenant: bool = False
    is_second_step: bool = False
    default_region: str | None = None
    cached: bool = False
    stored: float = 0.0
    is_current: Callable[[], bool] | None = None
    make_reference: Callable[[Mapping[str, Any]], str | None] = lambda _fact: None

    def preferred_region(self, given: str | None) -> str | None:
        """Return the region to prefer: the given one, that of the credentials' file, or the user's own."""
        return given or self.default_region or self.access.user["default_region"]


def tell_login(context: Context, what: str, url: str, access: Access) -> None:
    """Tell which login is used, and until when."""
    # One that never expires may end with the year 9999, and by the clock here some time later.
    until = datetime.fromtimestamp(min(max(access.token.valid_until, 0.0), _LAST_SECOND), timezone.utc)
    name = one_line(access.user["name"] or "a user without a name", _MAX_NAME)
    context.tell(VERBOSE, f"{what} as {name} at {url}, valid until {format_timestamp(until)}")
