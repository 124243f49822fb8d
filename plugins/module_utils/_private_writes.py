# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing and locking files that are their owner's alone. Imported where that is done: most tasks only read."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ansible_collections.rackspace.identity.plugins.module_utils._private_files import unusable

_LONGEST_PAUSE_SECONDS = 0.1
_STALE_SECONDS = 48 * 3600.0
_OWN_FILE = re.compile(r"[0-9a-f]{64}\.(json|lock)|([0-9a-f]{64}\.json|salt)\.[0-9]+\.[0-9a-f]{8}\.tmp")


def write(path: str, content: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all; without replace, only where there is none. Raises CacheUnusableError."""
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
    """Give a file its name only where nobody has it yet: of two who make one, the first wins."""
    with suppress(FileExistsError):
        os.link(temporary, path)


@contextmanager
def locked(
    path: str,
    patience: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Hold the lock of this file; after patience seconds, go on without it.

    The system lets go of it when its holder ends, in whatever way. Raises CacheUnusableError where there are no locks,
    as on some network file systems.
    """
    deadline, pause = clock() + patience, 0.005
    descriptor = _opened(path)
    try:
        while not _is_locked(descriptor, path) and clock() < deadline:
            sleep(pause)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 1.5)
            if not _is_there(descriptor, path):
                # Somebody took it for abandoned, and removed it.
                removed, descriptor = descriptor, _opened(path)
                os.close(removed)
        yield
    finally:
        os.close(descriptor)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(path, error) from None


def _is_locked(descriptor: int, path: str) -> bool:
    """Whether we hold the lock now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Else it would look abandoned, and be swept away while it is held.
        os.utime(descriptor)
    except BlockingIOError:
        return False
    except OSError as error:
        raise unusable(path, error) from None
    return _is_there(descriptor, path)


def _is_there(descriptor: int, path: str) -> bool:
    """Whether the file that is open is the one that others will open."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False


def sweep(folder: str) -> None:
    """Remove what nobody has used for days: documents, locks, and what a writer that was killed left behind."""
    oldest = time.time() - _STALE_SECONDS
    with suppress(OSError):
        for entry in os.listdir(folder):
            # The user may have chosen a folder that holds other things, too.
            if _OWN_FILE.fullmatch(entry):
                _remove_if_older(os.path.join(folder, entry), oldest)


def _remove_if_older(path: str, oldest: float) -> None:
    with suppress(OSError):
        if os.lstat(path).st_mtime < oldest:
            os.unlink(path)
