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
_OWN_FILE = re.compile(
    r"[0-9a-f]{64}\.(json|lock|lock\.guard)|([0-9a-f]{64}\.json|salt(\.next)?)\.[0-9]+\.[0-9a-f]{8}\.tmp"
)


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


def remove(path: str) -> None:
    """Remove a file, or at least empty it. Raises CacheUnusableError if neither is possible."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK))
        except OSError:
            raise unusable(path, error) from None


@contextmanager
def locked(path: str, patience: float, *, take_over: bool = False) -> Iterator[None]:
    """Hold the lock on this file; after patience seconds, go on without it.

    With take_over, one of those whose patience ends takes the lock over, and the others wait for that one, once. The
    system releases a lock when its holder ends, in whatever way, but a holder that is stopped does not end. Raises
    CacheUnusableError where files cannot be locked, as on some network file systems.
    """
    descriptor, pause = _open(path), 0.005
    deadline = _clock.monotonic() + patience
    try:
        while not _is_locked(descriptor, path):
            if _clock.monotonic() >= deadline:
                if not take_over:
                    break
                take_over, deadline = False, _clock.monotonic() + patience
                _remove_lock(descriptor, path)
            _clock.sleep(pause)
            pause = min(_MAX_PAUSE_SECONDS, pause * 1.5)
            if not _is_current(descriptor, path):
                # Another process took it for stale, or over from a holder that does not end.
                removed, descriptor = descriptor, _open(path)
                os.close(removed)
                if take_over:
                    # Whoever holds the new one has just begun.
                    take_over, deadline = False, _clock.monotonic() + patience
        yield
    finally:
        os.close(descriptor)


def _remove_lock(descriptor: int, path: str) -> None:
    """Remove a lock file that is still the one others open, so that one of those who wait gets a new one."""
    guard = _open(f"{path}.guard")
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_current(descriptor, path):
            os.unlink(path)
    except OSError:
        # Another process is doing the same.
        return
    finally:
        os.close(guard)


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
