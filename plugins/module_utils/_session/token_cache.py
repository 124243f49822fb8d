# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache tokens in files of their own, one for each login, in a directory of the user's: mode 0600 in 0700.

Anything else is not used: the cache is then off, with a warning, and everything works without it.

An entry is a file of JSON lines. The first holds its format, its name and the checksum of the rest; the second is its
head. The checksum is made with the user's salt: whoever else writes an entry is ignored, and what is read needs no
further proof that this version wrote it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

from . import private_files
from .private_files import CacheUnusableError

_SUFFIX = ".json"
_ENTRY = re.compile(r"([0-9a-f]{64})\.json")
# Change it with the shape of the entries.
_FORMAT = 6
_MAX_BYTES = 16 * 1024 * 1024
_SALT_BYTES = 32


class CacheEntry(NamedTuple):
    """The content of one file: an object, and further values, each as one line of JSON."""

    head: dict[str, Any]
    lines: Sequence[bytes] = ()

    def __repr__(self) -> str:
        # It holds a token.
        return f"CacheEntry({sorted(self.head)}, {len(self.lines)} lines)"


class TokenCache:
    """The files of one user in one directory. Names of entries are hexadecimal digests."""

    def __init__(self, directory: str, *, only_private: bool = True) -> None:
        """Make the directory if it is missing. Raises CacheUnusableError if it cannot be used.

        only_private: whether neither it nor a file in it can be used if others can access it, nor a directory that
        cannot be written; False to remove what is in it.
        """
        self.directory, self._only_private = directory, only_private
        self._salt: bytes | None = None
        private_files.make_directory(directory, only_private=only_private)

    def salt(self) -> bytes:
        """Return the user's own random bytes, created at first use. Raises CacheUnusableError."""
        if self._salt is None:
            self._salt = self._read_salt()
        return self._salt

    @property
    def _salt_path(self) -> str:
        return self._next_salt_path if os.path.lexists(self._next_salt_path) else os.path.join(self.directory, "salt")

    @property
    def _next_salt_path(self) -> str:
        return os.path.join(self.directory, "salt.next")

    def _read_salt(self) -> bytes:
        path = self._salt_path
        salt = private_files.read(path, _MAX_BYTES, only_private=self._only_private)
        if salt is None or len(salt) != _SALT_BYTES:
            from . import private_files_write

            private_files_write.write(path, os.urandom(_SALT_BYTES), replace=salt is not None)
            salt = private_files.read(path, _MAX_BYTES, only_private=self._only_private)
        if salt is None or len(salt) != _SALT_BYTES:
            raise CacheUnusableError(f"{path} cannot be written")
        return salt

    def read(self, name: str) -> CacheEntry | None:
        """Return the entry of this name, or None if this version did not write one whole.

        Raises CacheUnusableError if others could have written the file.
        """
        content = private_files.read(self._path(name), _MAX_BYTES, only_private=self._only_private)
        if content is None:
            return None
        first, _end, rest = content.partition(b"\n")
        if first != self._first_line(name, rest):
            return None
        head, *lines = rest.split(b"\n")
        try:
            return CacheEntry(dict(json.loads(head)), lines)
        except (RecursionError, TypeError, ValueError):
            # Whole, and yet not an entry.
            return None

    def fingerprint(self, name: str) -> tuple[int, ...] | None:
        """Return what distinguishes the entry of this name from any earlier one, or None. No file is read.

        The salt is part of it: without the one that it was written with, the entry was left behind.
        """
        paths = self._path(name), self._salt_path
        entry, salt = (private_files.fingerprint(path, follows_links=False) for path in paths)
        return entry + salt if entry and salt else None

    def write(self, name: str, entry: CacheEntry) -> None:
        """Replace the entry of this name, whole or not at all. Raises CacheUnusableError."""
        from . import private_files_write

        rest = b"\n".join([json.dumps(entry.head).encode(), *entry.lines])
        content = self._first_line(name, rest) + b"\n" + rest
        if len(content) > _MAX_BYTES:
            raise CacheUnusableError(f"the response of the service is too large for {self.directory}")
        private_files_write.sweep(self.directory)
        private_files_write.write(self._path(name), content, replace=True)

    def remove(self, name: str) -> None:
        """Remove the entry of this name. Raises CacheUnusableError if that is impossible."""
        from . import private_files_write

        private_files_write.remove(self._path(name))

    def abandon(self) -> None:
        """Leave all entries behind if that is possible: with another salt, no login finds one, and none is whole."""
        self._salt = None
        with suppress(CacheUnusableError):
            self._end_salt()

    def _end_salt(self) -> None:
        from . import private_files_write

        # Without the next one, the first would count again.
        if self._salt_path != self._next_salt_path:
            try:
                private_files_write.remove(self._salt_path)
                return
            except CacheUnusableError:
                # It stays, as the entry did: perhaps all files are immutable.
                pass
        private_files_write.write(self._next_salt_path, os.urandom(_SALT_BYTES), replace=True)

    def names(self) -> list[str]:
        """Return the names of all entries. Raises CacheUnusableError if the directory cannot be listed."""
        try:
            files = os.listdir(self.directory)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise private_files.unusable(self.directory, error) from None
        # The user may have chosen a directory that holds other things, too.
        return [match.group(1) for match in map(_ENTRY.fullmatch, files) if match]

    def lock(self, name: str, patience: float, *, take_over: bool = False) -> AbstractContextManager[None]:
        """Hold the lock of this name, or after patience seconds take it over or go on without it.

        Raises CacheUnusableError.
        """
        from . import private_files_write

        return private_files_write.locked(os.path.join(self.directory, f"{name}.lock"), patience, take_over=take_over)

    def _path(self, name: str) -> str:
        return os.path.join(self.directory, f"{name}{_SUFFIX}")

    def _first_line(self, name: str, rest: bytes) -> bytes:
        # A keyed digest of all of a large catalog would take longer than everything else that is done with it.
        checksum = keyed_digest(self.salt(), b"%d" % zlib.crc32(rest))
        return json.dumps({"format": _FORMAT, "name": name, "checksum": checksum}).encode()


def keyed_digest(key: bytes, content: bytes) -> str:
    """Return a digest that only those who know the key can compute, in hexadecimal."""
    try:
        return hashlib.blake2b(content, key=key, digest_size=32).hexdigest()
    except (AttributeError, TypeError, ValueError):
        # Some systems only have FIPS digests, which take longer to load in each process.
        import hmac

        return hmac.digest(key, content, "sha256").hex()
