# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove secrets from what a service says: it may repeat what it was sent, in any encoding."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from .._errors import DecodeError
from .._options import MASK
from .._text import encodable, one_line
from . import secret_forms, support_pin

_MAX_CHARACTERS = 500
# Text is cut to this before it is searched: a service may send megabytes.
_MAX_SEARCHED = 8000
_MAX_DEPTH = 100
_CONTAINERS = frozenset({dict, list})
_TOO_DEEP = "the response is nested too deeply"
# Shorter secrets appear by chance in names and URLs, which users rely on; only a value that equals one is replaced.
MIN_SECRET_IN_VALUES = 8
# Shorter waits are usual, and equal a secret by chance.
_MIN_SECRET_SECONDS = 1000

# What JSON writes for quotes, line breaks and characters outside ASCII: no secret in ASCII contains any of these, and
# neither does its encoding. Halves of characters are left out, since not every reader can encode them.
_ESCAPES_ELSEWHERE = re.compile(r"\\(?:[\"nrt]|u(?:00[89A-Fa-f]|0[1-9A-Fa-f]|[1-9A-Ca-cE-Fe-f]|[Dd][0-7]))")
_MAX_DIGITS = 100


class Redactor:
    """Replaces a set of secrets, and the usual encodings of them, in text and in decoded payloads."""

    def __init__(self, secrets: Iterable[str | None], *, removes_pin: bool = True) -> None:
        """Take the secrets of one call; empty ones are ignored. removes_pin: whether to leave out the support PIN."""
        self._removes_pin = removes_pin
        # Longest first: a secret inside another one must not leave the rest of the longer one behind.
        self._secrets = tuple(sorted({secret for secret in secrets if secret}, key=len, reverse=True))
        self._long_secrets = tuple(secret for secret in self._secrets if len(secret) >= MIN_SECRET_IN_VALUES)
        self._shortest = secret_forms.shortest_form(self._long_secrets)
        self._whole_values = {secret.casefold() for secret in self._secrets}
        digits = (secret for secret in self._secrets if secret.isascii() and secret.isdigit())
        self._numbers = {int(secret) for secret in digits if len(secret) <= _MAX_DIGITS}

    def text(self, value: str | None) -> str | None:
        """Return the text on one line of at most 500 characters, without the secrets; None stays None."""
        if value is None:
            return None
        is_cut = len(value) > _MAX_SEARCHED
        value = secret_forms.without(self._secrets, value[:_MAX_SEARCHED])
        if self._removes_pin:
            value = support_pin.without(value)
        if is_cut:
            # The beginning of a secret may stand at the end.
            value = value[: len(value) // 2]
        return one_line(value, _MAX_CHARACTERS)

    def json(self, body: bytes) -> Any:
        """Return a document in JSON decoded, as payload() returns it. Raises ValueError and RecursionError too.

        To search every string of a long list takes ten times as long as to read it. So the document is searched as a
        whole first, and only one that may contain a secret is searched again.
        """
        if self._removes_pin or not self._is_clean(body):
            return self.payload(json.loads(body))
        payload = json.loads(body, parse_constant=lambda _name: None, parse_float=_finite)
        _check_depth(payload)
        return payload

    def _is_clean(self, body: bytes) -> bool:
        """Return whether no string in a document can contain a secret, in any encoding, or half a character."""
        if json.detect_encoding(body) != "utf-8":
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        if "\\" in text:
            if secret_forms.may_contain_broken(self._long_secrets, re.sub(r"\\[nrt]", "\n", text)):
                return False
            text = _ESCAPES_ELSEWHERE.sub("?", text)
        if "\\" in text:
            # Part of a secret, or half a character, which matters without any secret too.
            return False
        forms = secret_forms.plain_forms(self._long_secrets)
        return all(map(_is_written_as_it_is, forms)) and not secret_forms.may_contain(self._long_secrets, text)

    def payload(self, value: Any, depth_left: int = _MAX_DEPTH) -> Any:
        """Return a decoded payload without the secrets and the support PIN, in text that every reader can encode.

        Raises DecodeError if it is nested more than 100 levels deep, which readers of the result could not handle.
        """
        if isinstance(value, str):
            return self._value(value)
        if not isinstance(value, (dict, list)):
            # JSON has neither, and Python would write them back.
            return None if isinstance(value, float) and not math.isfinite(value) else self._number(value)
        if depth_left == 0:
            raise DecodeError(_TOO_DEEP)
        if isinstance(value, list):
            items = support_pin.from_list(value) if self._removes_pin else value
            return [self.payload(item, depth_left - 1) for item in items]
        return {
            self._value(key): self.payload(item, depth_left - 1)
            for key, item in (support_pin.from_object(value) if self._removes_pin else value).items()
        }

    def unknown(self, value: Any) -> Any:
        """Return a part of a cleaned payload that nothing is known about, without values that equal a short secret too.

        Elsewhere these stay: a password can be the name of a region.
        """
        if isinstance(value, dict):
            return {self.unknown(key): self.unknown(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.unknown(item) for item in value]
        if isinstance(value, str):
            return MASK if value.strip().casefold() in self._whole_values else value
        return MASK if not isinstance(value, bool) and value in self._numbers else value

    def seconds(self, value: float | None) -> float | None:
        """Return how long a service asks to wait, or None if it repeats a secret, such as a passcode."""
        if value is None or value < _MIN_SECRET_SECONDS:
            return value
        return None if self.unknown(self.payload(int(value))) == MASK else value

    def _number(self, value: Any) -> Any:
        """Return a number, true, false or null as it is, unless its digits hold a secret."""
        return MASK if MASK in self._value(str(value)) else value

    def _value(self, value: str) -> str:
        if len(value) >= self._shortest:
            value = secret_forms.without(self._long_secrets, value)
        if self._removes_pin:
            value = support_pin.without(value)
        return encodable(value)


def _is_written_as_it_is(text: str) -> bool:
    """Return whether JSON has one way to write a text, escapes that are looked for aside."""
    return text.isascii() and text.isprintable() and '"' not in text


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _check_depth(payload: Any) -> None:
    """Raise DecodeError where Redactor.payload does."""
    level = [payload] if isinstance(payload, (dict, list)) else []
    for _depth in range(_MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            items = value.values() if isinstance(value, dict) else value
            # Most hold none, and this tells it in a third of the time.
            if not _CONTAINERS.isdisjoint(map(type, items)):
                below += (item for item in items if isinstance(item, (dict, list)))
        level = below
        if not level:
            return
    raise DecodeError(_TOO_DEEP)
