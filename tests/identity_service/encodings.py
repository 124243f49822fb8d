# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encodings in which a service may repeat a secret, and in which a program may show one."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus


def encodings(secret: str, user: str = "user") -> dict[str, str]:
    """Return a secret in each encoding, by the encoding's name. ``user`` stands before it in ``user:secret``."""
    forms = {name: encode(secret) for name, encode in _CHARACTERS.items()}
    for name, text in (("base64", secret), ("base64 of user:secret", f"{user}:{secret}")):
        for kind, encode in (("", base64.b64encode), (", urlsafe", base64.urlsafe_b64encode)):
            encoded = encode(text.encode()).decode()
            forms[f"{name}{kind}"] = encoded
            forms[f"{name}{kind}, unpadded"] = encoded.rstrip("=")
    forms["hex"] = secret.encode().hex()
    forms["hex, upper case"] = secret.encode().hex().upper()
    return forms


def _every(write: Callable[[int], str]) -> Callable[[str], str]:
    """Return a function that writes every character of a text by its code."""
    return lambda text: "".join(write(ord(character)) for character in text)


def _every_byte(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _twice(encode: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: encode(text).replace("%", "%25")


def _lower(encode: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(
        part.lower() if position and position % 2 else part for position, part in enumerate(_split(encode(text)))
    )


def _split(encoded: str) -> list[str]:
    """Return the text between the percent-encoded bytes at even positions, and those bytes at odd ones."""
    parts = []
    first, *others = encoded.split("%")
    parts.append(first)
    for other in others:
        parts += [f"%{other[:2]}", other[2:]]
    return parts


def _minimal(text: str) -> str:
    return quote(text, safe="")


def _named(text: str) -> str:
    """Return the text with all HTML entities that have a name, which is more than `html.escape` writes."""
    names = {**codepoint2name, ord("'"): "apos"}
    return "".join(f"&{names[ord(each)]};" if ord(each) in names else each for each in text)


def _json_u(write: str) -> Callable[[str], str]:
    r"""Return a function that writes every UTF-16 unit of a text as \uXXXX."""

    def encode(text: str) -> str:
        raw = text.encode("utf-16-be")
        return "".join("\\u" + format(int.from_bytes(raw[at : at + 2], "big"), write) for at in range(0, len(raw), 2))

    return encode


_CHARACTERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": _minimal,
    "percent, lower case": _lower(_minimal),
    "percent, plus": quote_plus,
    "percent, doubled": _twice(_minimal),
    "percent, doubled, lower case": _twice(_lower(_minimal)),
    "percent, every byte": _every_byte,
    "percent, every byte, lower case": _lower(_every_byte),
    "percent, every byte, doubled": _twice(_every_byte),
    "json": lambda text: json.dumps(text)[1:-1],
    "json, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json, with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "json, twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    r"\u": _json_u("04x"),
    r"\u, upper case": _json_u("04X"),
    "repr": lambda text: repr(text)[1:-1],
    "entities": html.escape,
    "entities, named": _named,
    "entities, decimal": _every("&#{};".format),
    "entities, hexadecimal": _every("&#x{:x};".format),
    "entities, hexadecimal, upper case": _every("&#X{:X};".format),
}
