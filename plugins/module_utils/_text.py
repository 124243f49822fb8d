# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that a terminal and every reader of a result can show, whatever it holds, and text that a header can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HEADER_VALUE = re.compile(r"[!-~\xa0-\xff][ -~\xa0-\xff]*")
"""RFC 9110: Latin-1 without control characters, and no blank at the beginning."""

INVISIBLE = (
    " \t\r\n\x0b\x0c\x85\xa0\xad\u034f\u061c\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063"
    "\u2064\u2066\u2067\u2068\u2069\u2800\u3000\u3164\ufe0e\ufe0f\ufeff\uffa0"
)
"""What cannot belong to a value: blanks, and what pages and documents put between letters, such as soft hyphens."""

MAX_CHARACTERS = 2000
"""How long a message may be: a service chose much of it."""

# C0 and C1 controls, line separators, and what changes the direction of text on a terminal.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """Return a text that can be encoded: JSON may hold halves of characters."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def one_line(text: str, limit: int) -> str:
    """Return a text on one line of at most so many characters, without what controls a terminal."""
    text = encodable(_CONTROL.sub(" ", text)).strip()
    return text if len(text) <= limit else f"{text[:limit]}..."


def may_hold_userinfo(text: str) -> bool:
    """Return whether a text may be a URL with a user and password; the "@" behind them may be encoded by mistake."""
    return "@" in text or "%40" in text


def shown(value: Any) -> str:
    """Return a value as a message shows it that refuses it."""
    # The result of a login holds its token.
    return "a dictionary or list" if isinstance(value, (Mapping, list, tuple)) else repr(value)
