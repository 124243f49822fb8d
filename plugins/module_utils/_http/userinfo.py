# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user and password that are part of a URL, as they often are for proxies."""

from __future__ import annotations

import re
from urllib.parse import unquote

from .._options import MASK

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def without_userinfo(url: str) -> str:
    """Return a URL with the user and password that may be part of it masked."""
    start, userinfo, host = _split_at_userinfo(url)
    return url if userinfo is None else f"{url[:start]}{MASK}@{host}"


def password_in(url: str | None) -> tuple[str, ...]:
    """Return the password that is part of a URL, as it is written there and as it is meant.

    A user without a password is one: some proxies take a token.
    """
    userinfo = _split_at_userinfo(url or "")[1] or ""
    user, _colon, password = userinfo.partition(":")
    written = password or user
    return tuple(dict.fromkeys((written, unquote(written)))) if written else ()


def _split_at_userinfo(url: str) -> tuple[int, str | None, str]:
    """Return where the userinfo of a URL begins, the userinfo or None, and the text that follows it."""
    scheme = _SCHEME.match(url)
    start = scheme.end() if scheme else 0
    # A password may hold any character, "/" and "@" too: the host is behind the last "@".
    userinfo, at, host = url[start:].rpartition("@")
    if not at:
        # Encoded by mistake together with the password: no proxy is found with it, but messages name it.
        authority, slash, path = url[start:].partition("/")
        userinfo, at, host = authority.rpartition("%40")
        host += f"{slash}{path}"
    return start, userinfo if at else None, host
