# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies, read in pieces from the connection, so that their size does not matter."""

from __future__ import annotations

from typing import Any

SMALL_LIMIT = 1024 * 1024


class CutError(Exception):
    """The connection ended before the body did, or the body is not well-formed."""


class Body:
    """The body of one request. ``length`` is None for one in chunks and for a request without a body."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._stream = environ["wsgi.input"]
        self.chunked = bool(environ.get("wsgi.input_terminated")) and "HTTP_TRANSFER_ENCODING" in environ
        text = environ.get("CONTENT_LENGTH") or ""
        self.valid = self.chunked or not text or text.isdecimal()
        self.length = int(text) if text.isdecimal() and not self.chunked else None
        self._left = None if self.chunked else (self.length or 0)
        self._ended = False

    @property
    def complete(self) -> bool:
        """Tell whether all of it has been read."""
        return self._ended or self._left == 0

    @property
    def announced(self) -> bool:
        """Tell whether the request says how it ends."""
        return self.chunked or self.length is not None

    @property
    def left(self) -> int | None:
        """The number of bytes still to be read; None if it is not known."""
        return 0 if self.complete else self._left

    def read_into(self, view: memoryview) -> int:
        """Read the next bytes into a buffer and return how many there were; 0 at the end."""
        if self.complete:
            return 0
        part = view if self._left is None else view[: self._left]
        try:
            count = int(self._stream.readinto(part))
        except (OSError, ValueError):
            raise CutError from None
        if self._left is None:
            self._ended = count == 0
        elif count == 0:
            raise CutError
        else:
            self._left -= count
        return count

    def fill(self, view: memoryview) -> int:
        """Read until a buffer is full or the body has ended. Return how many bytes there were."""
        filled = 0
        while filled < len(view) and (count := self.read_into(view[filled:])):
            filled += count
        return filled

    def read(self, limit: int = SMALL_LIMIT) -> bytes | None:
        """Read a body that is known to be small. Return None if it is larger than the limit."""
        if self._left is not None and self._left > limit:
            return None
        data = bytearray()
        buffer = memoryview(bytearray(64 * 1024))
        while count := self.read_into(buffer):
            data += buffer[:count]
            if len(data) > limit:
                return None
        return bytes(data)
