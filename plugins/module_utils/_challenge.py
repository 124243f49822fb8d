# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The multi-factor challenge in the WWW-Authenticate headers of a refused login."""

from __future__ import annotations

import re
from typing import NamedTuple

_SCHEME = re.compile(r"(?:^|[\s,])OS-MF\s+", re.IGNORECASE)
_PARAMETER = re.compile(r"\s*(?:,\s*)?([\w-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s,]+))")


class Challenge(NamedTuple):
    """Multi-factor authentication asks for a second step: where to continue, and with what (`PASSCODE`)."""

    session_id: str
    factor: str | None = None

    def __repr__(self) -> str:
        return f"Challenge(factor={self.factor!r})"


def parse_challenge(header: str) -> Challenge | None:
    """The OS-MF challenge, or None.

    header: all WWW-Authenticate headers of the answer, joined with commas; other challenges may stand before and
    after, and the parameters come in any order.
    """
    scheme = _SCHEME.search(header)
    if not scheme:
        return None
    parameters: dict[str, str] = {}
    # Ends by itself at the next challenge: its name has no "=" behind it.
    match = _PARAMETER.match(header, scheme.end())
    while match:
        parameters[match.group(1).lower()] = next(value for value in match.groups()[1:] if value is not None)
        match = _PARAMETER.match(header, match.end())
    session_id = parameters.get("sessionid")
    return Challenge(session_id, parameters.get("factor")) if session_id else None
