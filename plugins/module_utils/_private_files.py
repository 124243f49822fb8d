# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that nobody but their owner may have touched: what is not so is refused."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress


class CacheUnusableError(Exception):
    """The folder or a file in it cannot be used; the text says why, for a warning."""


def make_folder(folder: str) -> None:
    """Make a folder where it is missing. Raises CacheUnusableError where it is not the user's alone."""
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        status = _made(folder)
    except OSError as error:
        raise unusable(folder, error) from None
    except ValueError:
        raise CacheUnusableError(f"{folder!r} is no path") from None
    _check(status, folder, stat.S_ISDIR, "folder")


def _made(folder: str) -> os.stat_result:
    try:
        os.makedirs(os.path.dirname(folder) or ".", exist_ok=True)
        # Unless another process was faster.
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        return os.lstat(folder)
    except OSError as error:
        raise unusable(folder, error) from None


def read(path: str, most_bytes: int) -> bytes | None:
    """The content of a file; None where there is none, or more than so many bytes. Raises CacheUnusableError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable(path, error) from None
    try:
        _check(os.fstat(descriptor), path, stat.S_ISREG, "file")
        with open(descriptor, "rb", closefd=False) as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise unusable(path, error) from None
    finally:
        os.close(descriptor)
    return content if len(content) <= most_bytes else None


def _check(status: os.stat_result, path: str, is_kind: Callable[[int], bool], kind: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise CacheUnusableError(f"{path} is a link")
    if not is_kind(status.st_mode):
        raise CacheUnusableError(f"{path} is no {kind}")
    if status.st_uid != os.geteuid():
        raise CacheUnusableError(f"{path} belongs to another user")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CacheUnusableError(f"{path} can be used by others than its owner; remove it, or chmod it")


def unusable(path: str, error: OSError) -> CacheUnusableError:
    """The error for a file that the system does not let us use."""
    if error.errno == errno.ELOOP:
        return CacheUnusableError(f"{path} is a link")
    return CacheUnusableError(f"{path}: {error.strerror or 'it cannot be used'}")
