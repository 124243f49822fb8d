# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse the multi-factor challenge in the WWW-Authenticate headers of a refused login."""

from __future__ import annotations

import re

from .._models import MfaChallenge
from .._text import HEADER_VALUE

_SCHEME = re.compile(r"(?:^|[\s,])OS-MF\s+", re.IGNORECASE)
_PARAMETER = re.compile(r"\s*(?:,\s*)?([\w-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s,]+))")


def parse_mfa_challenge(header: str) -> MfaChallenge | None:
    """Return the OS-MF challenge, or None.

    header: all WWW-Authenticate headers of the response, joined with commas; other challenges may stand before and
    after, and the parameters come in any order.
    """
    scheme = _SCHEME.search(header)
    if not scheme:
        return None
    parameters: dict[str, str] = {}
    # This ends at the next challenge, whose name has no "=" behind it.
    match = _PARAMETER.match(header, scheme.end())
    while match:
        parameters[match.group(1).lower()] = next(value for value in match.groups()[1:] if value is not None)
        match = _PARAMETER.match(header, match.end())
    session_id = parameters.get("sessionid") or ""
    # The second step could not send any other.
    if not HEADER_VALUE.fullmatch(session_id):
        return None
    return MfaChallenge(session_id, parameters.get("factor"))
