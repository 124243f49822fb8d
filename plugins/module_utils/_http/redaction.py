# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove secrets from what a service says: it may repeat what it was sent, in any encoding.

Every character of a secret is recognized plain, percent-encoded (any number of times), as an XML entity, and escaped as
in JSON or C; the whole secret also in hexadecimal and in base64, at any position of the encoded text.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterable
from html.entities import codepoint2name
from typing import Any
from urllib.parse import unquote

from .._errors import DecodeError
from .._options import MASK

_MAX_CHARACTERS = 500
# Text is cut to this before it is searched: a service may send megabytes.
_MAX_SEARCHED = 8000
_MAX_DEPTH = 100
# Shorter secrets appear by chance in names and URLs, which users rely on; those values are left alone.
MIN_SECRET_IN_VALUES = 8
_MIN_SECRET_IN_BASE64 = 6

# C0 and C1 controls, line separators, and what changes the direction of text on a terminal.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIGNS_OF_ENCODING = re.compile(r"[%&\\]")
# phonePin and support_pin with whatever follows, but not phonePinState; and every name whose last word is PIN.
_SUPPORT_PIN = re.compile(
    r"(?i:(?:phone|support)[^a-z]*pin(?![^a-z]*state[^a-z]*$))|(?i:(?:^|[^a-z])pin[^a-z]*$)|[a-z]P(?i:in)[^a-zA-Z]*$"
)
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_BACKSLASHES_OR_CHARACTER = re.compile(r"\\+|.", re.DOTALL)
# Escaping four times makes sixteen of one. Without a limit, thousands of backslashes would take hours to search.
_MAX_BACKSLASHES = 16
_ENTITIES = {**codepoint2name, ord("'"): "apos"}
_SHORT_ESCAPES = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}


class Redactor:
    """Replaces a set of secrets, and the usual encodings of them, in text and in decoded payloads."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        """Take the secrets of one call; empty ones are ignored."""
        # Longest first: a secret inside another one must not leave the rest of the longer one behind.
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._pattern = _pattern(self._secrets)
        long_secrets = [secret for secret in self._secrets if len(secret) >= MIN_SECRET_IN_VALUES]
        self._value_pattern = _pattern(long_secrets)
        self._plain_forms = [form for secret in long_secrets for form in (secret, *_whole_forms(secret))]

    def text(self, value: str | None) -> str | None:
        """Return the text on one line of at most 500 characters, without the secrets; None stays None."""
        if value is None:
            return None
        is_cut = len(value) > _MAX_SEARCHED
        value = value[:_MAX_SEARCHED]
        if self._pattern:
            value = self._pattern.sub(MASK, value)
        if is_cut:
            # The beginning of a secret may stand at the end.
            value = value[: len(value) // 2]
        value = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", value)).strip()
        return value if len(value) <= _MAX_CHARACTERS else f"{value[:_MAX_CHARACTERS]}..."

    def payload(self, value: Any, depth_left: int = _MAX_DEPTH) -> Any:
        """Return a decoded payload without the secrets and the support PIN, in text that every reader can encode.

        Raises DecodeError if it is nested more than 100 levels deep, which readers of the result could not handle.
        """
        if isinstance(value, str):
            return self._value(value)
        if not isinstance(value, (dict, list)):
            # JSON has neither, and Python would write them back.
            return None if isinstance(value, float) and not math.isfinite(value) else value
        if depth_left == 0:
            raise DecodeError("the response is nested too deeply")
        if isinstance(value, list):
            return [self.payload(item, depth_left - 1) for item in value]
        return {
            self._value(key): self.payload(item, depth_left - 1)
            for key, item in value.items()
            # It lets its holder pass for the user on the phone.
            if not _SUPPORT_PIN.search(key)
        }

    def _value(self, value: str) -> str:
        if self._value_pattern and (
            _SIGNS_OF_ENCODING.search(value) or any(form in value for form in self._plain_forms)
        ):
            value = self._value_pattern.sub(MASK, value)
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    forms = []
    for secret in secrets:
        forms.append("".join(map(_character_pattern, _BACKSLASHES_OR_CHARACTER.findall(secret))))
        forms += map(re.escape, _whole_forms(secret))
    return re.compile("|".join(forms)) if forms else None


def _character_pattern(text: str) -> str:
    """Return a pattern for a character, or several backslashes, in every encoding that works by character."""
    character = text[0]
    code = ord(character)
    percent = "".join(f"%(?:25)*{_hexadecimal(byte, 2)}" for byte in character.encode("utf-8", "surrogatepass"))
    amp = "&(?:amp;)*"
    escape = rf"\\{{1,{_MAX_BACKSLASHES}}}"
    forms = [
        percent,
        f"{amp}#0*{code};",
        f"{amp}#[xX]0*{_hexadecimal(code, 1)};",
        # Beyond the first 65,536 characters, JSON writes two halves.
        "".join(rf"{escape}u{_hexadecimal(unit, 4)}" for unit in _utf16(character)),
        rf"{escape}U{_hexadecimal(code, 8)}",
        rf"{escape}x{_hexadecimal(code, 2)}",
    ]
    if code in _ENTITIES:
        forms.append(f"{amp}{_ENTITIES[code]};")
    if character in _SHORT_ESCAPES:
        forms.append(f"{escape}{_SHORT_ESCAPES[character]}")
    if character == " ":
        forms.append(r"\+")
    if not character.isalnum() and character != "\\":
        forms.append(f"{escape}{re.escape(character)}")
    # The character itself comes last: it begins some of its own encodings.
    forms.append(re.escape(character))
    repeated = f"{{{len(text)},{len(text) * _MAX_BACKSLASHES}}}" if character == "\\" else ""
    return f"(?:{'|'.join(forms)}){repeated}"


def _utf16(character: str) -> list[int]:
    raw = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2)]


def _hexadecimal(number: int, digits: int) -> str:
    """Return a pattern for a number in hexadecimal, in either case."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{number:0{digits}x}")


def _whole_forms(secret: str) -> list[str]:
    """Return the encodings of a secret as a whole, without what depends on its neighbors in the encoded text."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = [raw.hex(), raw.hex().upper()] if len(raw) > 1 else []
    if len(raw) >= _MIN_SECRET_IN_BASE64:
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms += [encode(raw).decode(), encode(raw).decode().rstrip("=")]
            for before in (0, 1, 2):
                # A character holds six bits: leave out those that hold bits of a neighbor.
                first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
                forms.append(encode(bytes(before) + raw).decode()[first:last])
    return list(dict.fromkeys(forms))


def without_userinfo(url: str) -> str:
    """Return a URL without the user and password that may be part of it, as they often are for proxies."""
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
    return start, userinfo if at else None, host
