# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a token cache: where they are, and what may be in their way."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache

NAME = "ab" * 32
OTHER = "cd" * 32


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def entry_file(directory: Path, name: str = NAME) -> Path:
    return directory / f"{name}.json"


def head(cache: TokenCache) -> dict[str, Any]:
    entry = cache.read(NAME)
    return entry.head if entry else {}


def refusal(action: Any, *arguments: Any) -> str:
    with pytest.raises(CacheUnusableError) as caught:
        action(*arguments)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def in_the_way(kind: str, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if kind == "link":
        target.write_bytes(b"x" * 32)
        target.chmod(0o600)
        path.symlink_to(target)
    elif kind == "link to nothing":
        path.symlink_to(target)
    elif kind == "directory":
        path.mkdir(mode=0o700)
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.write_bytes(b"x" * 32)
        path.chmod(int(kind, 8))


def refuse_to_unlink(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlink(_path: str) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "unlink", unlink)
