# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write and lock files that only their owner can access. Imported only when needed: most tasks only read."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .. import _clock
from .private_files import unusable

_MAX_PAUSE_SECONDS = 0.1
_STALE_SECONDS = 48 * 3600.0
_OWN_FILE = re.compile(r"[0-9a-f]{64}\.(json|lock)|([0-9a-f]{64}\.json|salt)\.[0-9]+\.[0-9a-f]{8}\.tmp")


def write(path: str, content: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all; without replace, only if it does not exist. Raises CacheUnusableError."""
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
        raise unusable(path, error) from None


def _link(temporary: str, path: str) -> None:
    """Give a file its name unless the name is taken: of two processes that create it, the first one wins."""
    with suppress(FileExistsError):
        os.link(temporary, path)


@contextmanager
def locked(path: str, patience: float) -> Iterator[None]:
    """Hold the lock on this file; after patience seconds, go on without it.

    The system releases it when its holder ends, in whatever way. Raises CacheUnusableError where files cannot be
    locked, as on some network file systems.
    """
    deadline, pause = _clock.monotonic() + patience, 0.005
    descriptor = _open(path)
    try:
        while not _is_locked(descriptor, path) and _clock.monotonic() < deadline:
            _clock.sleep(pause)
            pause = min(_MAX_PAUSE_SECONDS, pause * 1.5)
            if not _is_current(descriptor, path):
                # Another process took it for stale and removed it.
                removed, descriptor = descriptor, _open(path)
                os.close(removed)
        yield
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(path, error) from None


def _is_locked(descriptor: int, path: str) -> bool:
    """Try to take the lock, and return whether we hold it now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Otherwise it would look stale and be swept away while it is held.
        os.utime(descriptor)
    except BlockingIOError:
        return False
    except OSError as error:
        raise unusable(path, error) from None
    return _is_current(descriptor, path)


def _is_current(descriptor: int, path: str) -> bool:
    """Return whether the open file is the one that others will open."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False


def sweep(directory: str) -> None:
    """Remove what has not been used for days: entries, locks, and what a killed writer left behind."""
    oldest = _clock.now().timestamp() - _STALE_SECONDS
    with suppress(OSError):
        for name in os.listdir(directory):
            # The user may have chosen a directory that holds other things, too.
            if _OWN_FILE.fullmatch(name):
                _remove_if_older(os.path.join(directory, name), oldest)


def _remove_if_older(path: str, oldest: float) -> None:
    with suppress(OSError):
        if os.lstat(path).st_mtime < oldest:
            os.unlink(path)
