# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold tokens: who may read them, how they are written, and who logs in while others wait.

One folder per user, mode 0700, and in it for each login one file, mode 0600. Whatever is not so is not used: the
cache is then off, with a warning, and everything goes on without it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_SUFFIX = ".json"
_FORMAT = 1
_MAX_BYTES = 16 * 1024 * 1024
_SALT_BYTES = 32
_STALE_SECONDS = 48 * 3600.0
_LONGEST_PAUSE_SECONDS = 0.1
_OWN_FILE = re.compile(r"[0-9a-f]{64}\.(json|lock)|([0-9a-f]{64}\.json|salt)\.[0-9]+\.[0-9a-f]{8}\.tmp")


class CacheUnusableError(Exception):
    """The folder or a file in it cannot be used; the text says why, for a warning."""


class TokenCache:
    """The files of one user in one folder. Names are hexadecimal digests; contents are JSON documents."""

    def __init__(self, folder: str) -> None:
        """Make the folder where it is missing. Raises CacheUnusableError where it cannot be used."""
        self.folder = folder
        try:
            os.makedirs(os.path.dirname(folder) or ".", exist_ok=True)
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
            _check(os.lstat(folder), folder, stat.S_ISDIR, "folder")
        except OSError as error:
            raise _unusable(folder, error) from None

    def salt(self) -> bytes:
        """The user's own random bytes, made at the first use. Raises CacheUnusableError."""
        path = os.path.join(self.folder, "salt")
        salt = self._bytes(path)
        if salt is None or len(salt) != _SALT_BYTES:
            self._write(path, os.urandom(_SALT_BYTES), replace=salt is not None)
            salt = self._bytes(path)
        if salt is None or len(salt) != _SALT_BYTES:
            raise CacheUnusableError(f"{path} cannot be written")
        return salt

    def read(self, name: str) -> dict[str, Any] | None:
        """The document of this name; None where there is none, or one that this version did not write whole.

        Raises CacheUnusableError where a file is in the way that others could have written.
        """
        content = self._bytes(self._path(name))
        if content is None:
            return None
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, dict) or document.get("format") != _FORMAT or document.get("name") != name:
            return None
        return document

    def identity(self, name: str) -> tuple[int, ...] | None:
        """What tells the file of this name from every other that stood there before: each is a file of its own."""
        try:
            status = os.lstat(self._path(name))
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size

    def write(self, name: str, document: dict[str, Any]) -> None:
        """Put a document in place of the one of this name, whole or not at all. Raises CacheUnusableError."""
        content = json.dumps({**document, "format": _FORMAT, "name": name}).encode()
        self._sweep()
        self._write(self._path(name), content, replace=True)

    def forget(self, name: str) -> None:
        """Remove the document of this name."""
        with suppress(OSError):
            os.unlink(self._path(name))

    def names(self) -> list[str]:
        """The names of all documents."""
        return [entry[: -len(_SUFFIX)] for entry in self._entries() if entry.endswith(_SUFFIX)]

    @contextmanager
    def lock(
        self,
        name: str,
        patience: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> Iterator[None]:
        """Hold the lock of this name; after patience seconds, go on without it.

        The system lets go of it when its holder ends, in whatever way. Raises CacheUnusableError where there are no
        locks, as on some network file systems.
        """
        import fcntl

        path = os.path.join(self.folder, f"{name}.lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            deadline, pause = clock() + patience, 0.005
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # Else it would look abandoned, and be swept away while it is held.
                    os.utime(descriptor)
                    break
                except BlockingIOError:
                    if clock() >= deadline:
                        break
                except OSError as error:
                    raise _unusable(path, error) from None
                sleep(pause)
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 1.5)
            yield
        finally:
            os.close(descriptor)

    def _entries(self) -> list[str]:
        try:
            return os.listdir(self.folder)
        except OSError:
            return []

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}{_SUFFIX}")

    def _bytes(self, path: str) -> bytes | None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            _check(os.fstat(descriptor), path, stat.S_ISREG, "file")
            with open(descriptor, "rb", closefd=False) as stream:
                content = stream.read(_MAX_BYTES + 1)
        except OSError as error:
            raise _unusable(path, error) from None
        finally:
            os.close(descriptor)
        return content if len(content) <= _MAX_BYTES else None

    def _write(self, path: str, content: bytes, *, replace: bool) -> None:
        temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                with open(descriptor, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                if replace:
                    os.replace(temporary, path)
                else:
                    _link(temporary, path)
            finally:
                if os.path.lexists(temporary):
                    os.unlink(temporary)
        except OSError as error:
            raise _unusable(path, error) from None

    def _sweep(self) -> None:
        """Remove what nobody has used for days: documents, locks, and what a writer that was killed left behind."""
        oldest = time.time() - _STALE_SECONDS
        for entry in self._entries():
            # The user may have chosen a folder that holds other things, too.
            if not _OWN_FILE.fullmatch(entry):
                continue
            path = os.path.join(self.folder, entry)
            with suppress(OSError):
                if os.lstat(path).st_mtime < oldest:
                    os.unlink(path)


def _link(temporary: str, path: str) -> None:
    """Give a file its name only where nobody has it yet: of two who make one, the first wins."""
    with suppress(FileExistsError):
        os.link(temporary, path)


def _check(status: os.stat_result, path: str, is_kind: Callable[[int], bool], kind: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise CacheUnusableError(f"{path} is a link")
    if not is_kind(status.st_mode):
        raise CacheUnusableError(f"{path} is no {kind}")
    if status.st_uid != os.geteuid():
        raise CacheUnusableError(f"{path} belongs to another user")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CacheUnusableError(f"{path} can be used by others than its owner; remove it, or chmod it")


def _unusable(path: str, error: OSError) -> CacheUnusableError:
    if error.errno == errno.ELOOP:
        return CacheUnusableError(f"{path} is a link")
    return CacheUnusableError(f"{path}: {error.strerror or 'it cannot be used'}")
