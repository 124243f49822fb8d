# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find secrets in text, whatever they are encoded in. Written apart from the collection's own redaction."""

from __future__ import annotations

import base64
import binascii
import functools
import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){3,}")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ROUNDS = 3


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)) if match[1] or match[2] else match[3], text)


def _decoded(text: str) -> Iterator[str]:
    """Yield the text as it is, and decoded in every way."""
    layers = {text}
    for _round in range(_ROUNDS):
        layers |= {decode(layer) for layer in layers for decode in (unquote, html.unescape, _unescaped)}
    yield from layers
    for run in {run for layer in layers for run in _BASE64.findall(layer)}:
        yield _from_base64(run)
    for run in {run for layer in layers for run in _HEXADECIMAL.findall(layer)}:
        yield binascii.unhexlify(run).decode("latin-1")
        yield binascii.unhexlify(run[1:-1]).decode("latin-1")


# Most are words that every outcome has.
@functools.lru_cache(maxsize=10_000)
def _from_base64(run: str) -> str:
    """Return what a run of base64 can mean, wherever it begins; a NUL is between two meanings."""
    meanings = []
    for start in range(4):
        piece = run[start:].replace("-", "+").replace("_", "/")
        meanings.append(base64.b64decode(piece[: len(piece) // 4 * 4]))
        # The end of what is not a multiple of four.
        piece += "A" * (-len(piece) % 4)
        meanings.append(base64.b64decode(piece))
    return b"\0".join(meanings).decode("latin-1")


def leaks(text: str, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that the text holds: whole, or more than half of a long one."""
    # One search for each part is much faster than one in each candidate; no secret holds a NUL.
    candidates = "\0".join(_decoded(text))
    found = []
    for secret in secrets:
        length = len(secret) if len(secret) < 12 else len(secret) // 2 + 1
        parts = {secret[start : start + length] for start in range(len(secret) - length + 1)}
        if any(part in candidates for part in parts):
            found.append(secret)
    return found
