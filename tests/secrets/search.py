# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search for secrets, in every encoding, in all that was written."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ansible_collections.rackspace.identity.tests.identity_service.encodings import encodings

TOKEN = re.compile(rb"AA[A-Za-z0-9_-]{80}")
SESSION = re.compile(rb"AP[A-Za-z0-9_-]{100,}")

# A shorter text might stand somewhere by chance.
_SHORTEST = 10


class Leak(NamedTuple):
    """A secret that was found, and the file that it is in."""

    secret: str
    encoding: str
    file: str
    around: str


class Search:
    """All encodings of a set of secrets."""

    def __init__(self, secrets: Mapping[str, str], users: Iterable[str]) -> None:
        """Take the secrets by what they are called in reports, and the users that may stand before them in base64."""
        self._needles: dict[bytes, list[tuple[bytes, str, str]]] = {}
        users = tuple(users)
        for name, secret in secrets.items():
            for needle, encoding in _needles(secret, users):
                self._needles.setdefault(needle[:_SHORTEST], []).append((needle, name, encoding))

    def leaks(self, content: bytes, file: str) -> Iterator[Leak]:
        """Yield what is found in the content of a file."""
        needles = self._needles
        # All needles at once: one after the other would take minutes.
        for start in range(len(content) - _SHORTEST + 1):
            for needle, name, encoding in needles.get(content[start : start + _SHORTEST], ()):
                if content.startswith(needle, start):
                    around = content[max(0, start - 200) : start + len(needle) + 60]
                    yield Leak(name, encoding, file, around.decode(errors="replace"))


def _needles(secret: str, users: tuple[str, ...]) -> set[tuple[bytes, str]]:
    forms = {form.encode(): name for user in users for name, form in encodings(secret, user).items()}
    raw = secret.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in (0, 1, 2):
            # Without the characters that hold bits of what stands before and after it.
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            forms[encode(bytes(before) + raw)[first:last]] = f"base64 in a longer text ({before})"
    short = [form for form in forms if len(form) < _SHORTEST]
    assert not short, f"too short to be searched for: {short}"
    return set(forms.items())


def files(directory: Path) -> dict[str, bytes]:
    """Return the content of every file below a directory, with the file's own name in it."""
    found = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        found[name] = name.encode(errors="surrogateescape") + b"\n"
        if path.is_symlink():
            found[name] += bytes(path.readlink())
        elif path.is_file():
            found[name] += path.read_bytes()
    return found


def _braces(depth: int) -> str:
    """Return a pattern for what stands between braces, with more of them inside."""
    if depth == 0:
        return r"[^{}]*"
    return rf"[^{{}}]*(?:\{{{_braces(depth - 1)}\}}[^{{}}]*)*"


_RETURNED = re.compile(rf'"token": \{{{_braces(4)}?"id": "(AA[A-Za-z0-9_-]{{80}})"'.encode())


def without_returned_tokens(content: bytes) -> tuple[bytes, set[str]]:
    """Return a text without the `token.id` of the results in it, and those tokens.

    Before ansible-core 2.22, results are shown as they are.
    """
    # In the reports of the junit callback, results are text in XML.
    content = content.replace(b"&quot;", b'"')
    tokens = {match[1].decode() for match in _RETURNED.finditer(content)}
    return _RETURNED.sub(b'"token": {}', content), tokens
