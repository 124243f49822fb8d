# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read files that only their owner can access, and refuse all others."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress


class CacheUnusableError(Exception):
    """The directory or a file in it cannot be used; the text says why, for a warning."""


def make_directory(directory: str, *, only_private: bool = True) -> None:
    """Make a directory if it is missing. Raises CacheUnusableError if it cannot be used.

    only_private: whether that is so if others than the user can access it, or the user cannot write it.
    """
    try:
        status = os.lstat(directory)
    except FileNotFoundError:
        status = _make(directory)
    except OSError as error:
        raise unusable(directory, error) from None
    except ValueError:
        raise CacheUnusableError(f"{directory!r} is not a path") from None
    _check(status, directory, stat.S_ISDIR, "directory", only_private=only_private)
    # What cannot be removed could be used again after it was revoked.
    if only_private and not os.access(directory, os.W_OK | os.X_OK):
        raise CacheUnusableError(f"{directory} cannot be written")


def _make(directory: str) -> os.stat_result:
    try:
        missing = [os.path.abspath(directory)]
        while not os.path.lexists(os.path.dirname(missing[-1])):
            missing.append(os.path.dirname(missing[-1]))
        # Not os.makedirs, whose mode does not hold for the parents: with a umask of 0 others could replace them.
        for path in reversed(missing):
            # Unless another process was faster.
            with suppress(FileExistsError):
                os.mkdir(path, 0o700)
        return os.lstat(directory)
    except OSError as error:
        raise unusable(directory, error) from None


def read(path: str, max_bytes: int, *, only_private: bool = True) -> bytes | None:
    """Return the content of a file, or None if it is missing or too large. Raises CacheUnusableError.

    only_private: whether it cannot be used if others than the user can access it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable(path, error) from None
    try:
        _check(os.fstat(descriptor), path, stat.S_ISREG, "file", only_private=only_private)
        with open(descriptor, "rb", closefd=False) as stream:
            content = stream.read(max_bytes + 1)
    except OSError as error:
        raise unusable(path, error) from None
    finally:
        os.close(descriptor)
    return content if len(content) <= max_bytes else None


def fingerprint(path: str, *, follows_links: bool = True) -> tuple[int, ...] | None:
    """Return what distinguishes a file from any earlier one of this name, or None without one. It is not read."""
    try:
        status = os.stat(path, follow_symlinks=follows_links)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def watch(paths: Iterable[str]) -> Callable[[], bool]:
    """Return a function that tells, without reading a file, whether files are as they are now: there or missing."""
    before = {path: fingerprint(path) for path in paths}
    return lambda: all(fingerprint(path) == status for path, status in before.items())


def _check(
    status: os.stat_result, path: str, is_kind: Callable[[int], bool], kind: str, *, only_private: bool = True
) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise CacheUnusableError(f"{path} is a symbolic link")
    if not is_kind(status.st_mode):
        raise CacheUnusableError(f"{path} is not a {kind}")
    if status.st_uid != os.geteuid():
        raise CacheUnusableError(f"{path} belongs to another user")
    if only_private and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CacheUnusableError(f"users other than its owner can access {path}; remove it, or chmod it")


def unusable(path: str, error: OSError) -> CacheUnusableError:
    """Return the error for a file that the system does not let us use."""
    if error.errno == errno.ELOOP:
        return CacheUnusableError(f"{path} is a symbolic link")
    return CacheUnusableError(f"{path}: {error.strerror or 'it cannot be used'}")
