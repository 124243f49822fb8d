# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove secrets from text that came from elsewhere: a service may repeat what it was sent in its errors."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from .._options import MASK

_MAX_CHARACTERS = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PERCENT = re.compile("%[0-9A-F]{2}")
_USERINFO = re.compile(r"^((?:[a-z][a-z0-9+.-]*:)?//)?[^/]*@", re.IGNORECASE)


class Redactor:
    """Replaces a set of secrets, and the usual encodings of them, in text."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        # Longest first: a secret inside another one must not leave the rest of the longer one behind.
        self._pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    def text(self, value: str | None) -> str | None:
        """Return the text on one line of at most 500 characters, without the secrets; None stays None."""
        if value is None:
            return None
        if self._pattern:
            value = self._pattern.sub(MASK, value)
        value = _CONTROL.sub(" ", value).strip()
        return value if len(value) <= _MAX_CHARACTERS else f"{value[:_MAX_CHARACTERS]}..."


def _forms(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    percent = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    markup = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    quoted = markup.replace('"', "&quot;")
    return {
        secret,
        *percent,
        *(_PERCENT.sub(lambda code: code.group().lower(), text) for text in percent),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        markup,
        *(quoted.replace("'", apostrophe) for apostrophe in ("'", "&apos;", "&#39;", "&#x27;")),
        base64.b64encode(raw).decode(),
    }


def without_userinfo(url: str) -> str:
    """Return a URL without the user and password that may be part of it, as they often are for proxies."""
    return _USERINFO.sub(lambda match: f"{match.group(1) or ''}{MASK}@", url)
