# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove the support PIN from what a service says: it lets its holder pass for the user on the phone."""

from __future__ import annotations

import re
from typing import Any

from .._options import MASK

# phonePin and support_pin with whatever follows, but not phonePinState; and names that end in PIN, PINs, PIN code, and
# the like.
_SUPPORT_PIN = re.compile(
    r"(?i:(?:phone|support)[^a-z]*pin(?![^a-z]*state[^a-z]*$))"
    r"|(?:(?i:(?:^|[^a-z])p)|[a-z]P)(?i:in(?:s|[^a-z]*(?:code|number|value)s?)?[^a-z]*$)"
)
# {"attribute": "RAX-AUTH:phonePin", "v": "914737"}: whatever the members are called, its digits are the PIN.
_NAME_OF_PIN = re.compile(r"(?:[a-z-]+:)?(?:phone|support)[\W_]*pin", re.IGNORECASE)
# {"name": "user PIN", "value": "914737"}
_NAMING = frozenset({"name", "key", "type", "id", "field", "attribute", "label", "@name"})
_NAMED = frozenset({"value", "values", "code", "text", "content", "#text"})
# Up to twenty signs, as they are or encoded for a URL, HTML or JSON, and tags.
_SIGNS = r"(?:</?\w{1,10}>|%(?:25)*[0-9a-f]{2}|&(?:amp;)*#?\w{1,6};|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt])|[\W_]){0,20}"
_DIGITS = "[0-9](?:[ .-]?[0-9]){3,11}"
_WORDS = "is|are|was|will|be|has|been|now|set|reset|changed|to|code|number|value|for|your|the|new|phone|support"
# {\"phonePin\": \"914737\"} in a string, userPin=914737, "your PIN for phone support is 914 737"; but not /pin-1234/,
# which is part of a URL.
_PIN_IN_TEXT = re.compile(
    rf"((?:(?:phone|support){_SIGNS}|(?<![^\W_])(?<![/.-])|(?-i:(?<=[a-z])(?=P)))pins?{_SIGNS}"
    rf"(?:(?:{_WORDS}){_SIGNS}){{0,6}}){_DIGITS}",
    re.IGNORECASE,
)
# Each match of the pattern above contains this, and most texts do not: looking for it first takes a tenth of the time.
_PIN = re.compile("pin", re.IGNORECASE)
_PIN_ALONE = re.compile(rf"[\W_]*{_DIGITS}[\W_]*")


def without(text: str) -> str:
    """Return a text without the support PIN."""
    return _PIN_IN_TEXT.sub(rf"\1{MASK}", text) if _PIN.search(text) else text


def from_object(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object without the support PIN, whatever its members are called."""
    strings = [(key, item) for key, item in value.items() if isinstance(item, str)]
    named = any(key.lower() in _NAMING and _SUPPORT_PIN.search(item) for key, item in strings)
    named_alone = any(_NAME_OF_PIN.fullmatch(item) for _key, item in strings)
    return {
        key: item
        for key, item in value.items()
        if not (
            _SUPPORT_PIN.search(key)
            or (_PIN_ALONE.fullmatch(key) and isinstance(item, str) and _NAME_OF_PIN.fullmatch(item))
            or (named and key.lower() in _NAMED)
            or (named_alone and _PIN_ALONE.fullmatch(str(item)))
        )
    }


def from_list(value: list[Any]) -> list[Any]:
    """Return a list without the support PIN where it follows its name, which is a common word only in a pair."""
    is_name = _SUPPORT_PIN.search if len(value) == 2 else _NAME_OF_PIN.fullmatch
    return [
        item
        for before, item in zip([None, *value], value)
        if not (isinstance(before, str) and is_name(before) and _PIN_ALONE.fullmatch(str(item)))
    ]
