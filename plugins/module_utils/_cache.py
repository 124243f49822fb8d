# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold tokens, one for each login, in a folder of the user's own: mode 0600 in 0700.

Whatever is not so is not used: the cache is then off, with a warning, and everything goes on without it.

A document is a file of lines of JSON. The first line tells its format, its name and the checksum of the rest; the
second is its head; the others are for whoever needs them, and are decoded no sooner: a catalog can be large.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

from ansible_collections.rackspace.identity.plugins.module_utils import _private_files
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError

_SUFFIX = ".json"
# Another shape of the documents needs another number.
_FORMAT = 2
_MAX_BYTES = 16 * 1024 * 1024
_SALT_BYTES = 32


class Document(NamedTuple):
    """What a file holds: an object, and more values, each as JSON in one line."""

    head: dict[str, Any]
    lines: Sequence[bytes] = ()

    def __repr__(self) -> str:
        # It holds a token.
        return f"Document({sorted(self.head)}, {len(self.lines)} lines)"


class TokenCache:
    """The files of one user in one folder. Names are hexadecimal digests."""

    def __init__(self, folder: str) -> None:
        """Make the folder where it is missing. Raises CacheUnusableError where it cannot be used."""
        self.folder = folder
        _private_files.make_folder(folder)

    def salt(self) -> bytes:
        """The user's own random bytes, made at the first use. Raises CacheUnusableError."""
        path = os.path.join(self.folder, "salt")
        salt = _private_files.read(path, _MAX_BYTES)
        if salt is None or len(salt) != _SALT_BYTES:
            from ansible_collections.rackspace.identity.plugins.module_utils import _private_writes

            _private_writes.write(path, os.urandom(_SALT_BYTES), replace=salt is not None)
            salt = _private_files.read(path, _MAX_BYTES)
        if salt is None or len(salt) != _SALT_BYTES:
            raise CacheUnusableError(f"{path} cannot be written")
        return salt

    def read(self, name: str) -> Document | None:
        """The document of this name; None where there is none, or one that this version did not write whole.

        Raises CacheUnusableError where a file is in the way that others could have written.
        """
        content = _private_files.read(self._path(name), _MAX_BYTES)
        if content is None:
            return None
        first, _end, rest = content.partition(b"\n")
        if first != _first_line(name, rest):
            return None
        head, *lines = rest.split(b"\n")
        return Document(json.loads(head), lines)

    def identity(self, name: str) -> tuple[int, ...] | None:
        """What tells the file of this name from every other that stood there before: each is a file of its own."""
        try:
            status = os.lstat(self._path(name))
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size

    def write(self, name: str, document: Document) -> None:
        """Put a document in place of the one of this name, whole or not at all. Raises CacheUnusableError."""
        from ansible_collections.rackspace.identity.plugins.module_utils import _private_writes

        rest = b"\n".join([json.dumps(document.head).encode(), *document.lines])
        content = _first_line(name, rest) + b"\n" + rest
        if len(content) > _MAX_BYTES:
            raise CacheUnusableError(f"the answer of the service is too large to be kept in {self.folder}")
        _private_writes.sweep(self.folder)
        _private_writes.write(self._path(name), content, replace=True)

    def forget(self, name: str) -> None:
        """Remove the document of this name."""
        with suppress(OSError):
            os.unlink(self._path(name))

    def names(self) -> list[str]:
        """The names of all documents."""
        try:
            entries = os.listdir(self.folder)
        except OSError:
            return []
        return [entry[: -len(_SUFFIX)] for entry in entries if entry.endswith(_SUFFIX)]

    def lock(self, name: str, patience: float) -> AbstractContextManager[None]:
        """Hold the lock of this name; after patience seconds, go on without it. Raises CacheUnusableError."""
        from ansible_collections.rackspace.identity.plugins.module_utils import _private_writes

        return _private_writes.locked(os.path.join(self.folder, f"{name}.lock"), patience)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}{_SUFFIX}")


def _first_line(name: str, rest: bytes) -> bytes:
    return json.dumps({"format": _FORMAT, "name": name, "checksum": zlib.crc32(rest)}).encode()
