# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Files stores: containers, objects, and the bytes of objects. Nothing here depends on HTTP."""

from __future__ import annotations

import hashlib
import tempfile
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any

from cloud_services.bodies import Body

# Larger objects are in files, so that the memory of the process does not grow with them.
_IN_MEMORY = 64 * 1024
_BUFFER = 1024 * 1024


@dataclass(frozen=True)
class Blob:
    """The bytes of an object, in memory or in a file without a name, which disappears with its last user."""

    size: int
    etag: str
    data: bytes | None = None
    file: IO[bytes] | None = None


def receive(body: Body, limit: int) -> Blob | None:
    """Read a body of any size with constant memory. Return None as soon as it is larger than the limit."""
    view = memoryview(bytearray(_BUFFER))
    count = body.fill(view)
    if count <= _IN_MEMORY:
        data = bytes(view[:count])
        return Blob(count, hashlib.md5(data, usedforsecurity=False).hexdigest(), data=data)
    return _receive_file(body, limit, view, count)


def _receive_file(body: Body, limit: int, view: memoryview, count: int) -> Blob | None:
    """Read the rest of a large body. One piece is digested and written while the next one is read."""
    digest = hashlib.md5(usedforsecurity=False)
    spare = memoryview(bytearray(_BUFFER))
    size = 0
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile(buffering=0))

        def keep(piece: memoryview) -> None:
            digest.update(piece)
            while piece:
                piece = piece[file.write(piece) :]

        with ThreadPoolExecutor(max_workers=1) as helper:
            while count:
                size += count
                if size > limit:
                    return None
                kept = helper.submit(keep, view[:count])
                view, spare = spare, view
                count = body.fill(view)
                kept.result()
        on_failure.pop_all()
    return Blob(size, digest.hexdigest(), file=file)


@dataclass
class StoredObject:
    """An object: its bytes, its headers, and when it was changed."""

    blob: Blob
    content_type: str
    modified: float
    metadata: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Container:
    """Objects by name. The sorted names are kept beside them, as lists are long and asked for in pages."""

    created: float
    metadata: dict[str, str] = field(default_factory=dict)
    objects: dict[str, StoredObject] = field(default_factory=dict)
    _sorted: list[str] | None = None

    def put(self, name: str, stored: StoredObject) -> None:
        """Add or replace an object."""
        if name not in self.objects:
            self._sorted = None
        self.objects[name] = stored

    def remove(self, name: str) -> None:
        """Remove an object."""
        del self.objects[name]
        self._sorted = None

    def names(self) -> list[str]:
        """Return all names, sorted by their bytes."""
        if self._sorted is None:
            self._sorted = sorted(self.objects, key=str.encode)
        return self._sorted

    @property
    def bytes_used(self) -> int:
        """The size of all objects."""
        return sum(stored.blob.size for stored in self.objects.values())


@dataclass
class Account:
    """Containers by name, and the metadata of the account."""

    created: float
    metadata: dict[str, str] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """The documented parameters of a list. An empty marker counts as not given."""

    limit: int
    marker: str = ""
    end_marker: str = ""
    prefix: str = ""
    delimiter: str = ""
    path: str | None = None


def listed(names: list[str], listing: Listing) -> list[tuple[str, bool]]:
    """Return a page of a sorted list of names. The flag is true for subdirectories, which end with the delimiter."""
    prefix, delimiter = listing.prefix, listing.delimiter
    if listing.path is not None:
        prefix = f"{listing.path.rstrip('/')}/" if listing.path else ""
        delimiter = "/"
    marker = listing.marker.encode()
    start = max(
        bisect_right(names, marker, key=str.encode) if marker else 0,
        bisect_left(names, prefix.encode(), key=str.encode),
    )
    found: list[tuple[str, bool]] = []
    # Not a part of the list, which may be long: a page takes the same time wherever it is.
    for name in map(names.__getitem__, range(start, len(names))):
        if len(found) == listing.limit or not name.startswith(prefix):
            break
        if listing.end_marker and name.encode() >= listing.end_marker.encode():
            break
        head, cut, _tail = name[len(prefix) :].partition(delimiter) if delimiter else (name, "", "")
        subdirectory = f"{prefix}{head}{cut}"
        if not cut or (listing.path is not None and subdirectory == name):
            found.append((name, False))
        elif listing.path is None and subdirectory.encode() > marker and (not found or found[-1][0] != subdirectory):
            found.append((subdirectory, True))
    return found


def row(name: str, stored: StoredObject, modified: str) -> dict[str, Any]:
    """Return an object as the JSON list shows it."""
    return {
        "hash": stored.blob.etag,
        "last_modified": modified,
        "bytes": stored.blob.size,
        "name": name,
        "content_type": stored.content_type,
    }
