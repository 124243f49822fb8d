# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token cache that cannot be used: every task logs in and says why."""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    Task,
    files,
    issued,
    log_in,
    reason_for_no_cache,
    refuse,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")


def test_directory_that_others_can_access(wire: FakeWire, task: Task) -> None:
    task.directory.mkdir(mode=0o755)
    task.directory.chmod(0o755)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == (
        f"users other than its owner can access {task.directory}; remove it, or chmod it"
    )
    assert files(task.directory) == {}


def test_salt_that_is_a_symbolic_link(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    task.directory.mkdir(mode=0o700)
    (task.directory / "salt").symlink_to(tmp_path / "salt")
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == f"{task.directory}/salt is a symbolic link"


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_entry_that_others_can_access(wire: FakeWire, task: Task, mode: int) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    (path,) = task.directory.glob("*.json")
    path.chmod(mode)
    wire.respond(200, issued("second"))
    assert task.token() == "second"
    assert reason_for_no_cache(task) == f"users other than its owner can access {path}; remove it, or chmod it"
    assert b"second" not in path.read_bytes()


def test_no_locks(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task).endswith(".lock: No locks available")
    assert [name for name in files(task.directory) if name.endswith(".json")] == []


def test_home_that_cannot_be_written(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(_path: str, _mode: int = 0o777) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == f"{task.directory}: Read-only file system"


@pytest.mark.parametrize("cache_dir", [None, "~no-user-of-this-name/tokens"])
def test_no_home(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache_dir: str | None) -> None:
    def unknown_user(*_arguments: Any) -> Any:
        raise KeyError

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown_user)
    warnings: list[str] = []
    wire.respond(200, issued())
    log_in(cache_dir, Context(warn=warnings.append))
    (warning,) = warnings
    directory = cache_dir or "~/.cache/rackspace.identity"
    assert warning.startswith(f"Tokens are not cached: the home directory in {directory} is unknown. ")
    assert list(tmp_path.iterdir()) == []


def test_directory_that_cannot_be_written_serves_no_token(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is revoked could not be removed from it.
    wire.respond(200, issued())
    assert task.token() == "first"
    monkeypatch.setattr(os, "access", lambda _path, _how: False)
    wire.respond(200, issued("second"))
    assert task.token() == "second"
    assert reason_for_no_cache(task) == f"{task.directory} cannot be written"


@pytest.mark.parametrize("refused", [False, True])
def test_disk_that_is_full(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, refused: bool) -> None:
    TokenCache(str(task.directory)).salt()

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    if refused:
        refuse(wire, "unauthorized")
        assert task.fails().kind == "unauthorized"
    else:
        wire.respond(200, issued())
        assert task.token() == "first"
    assert reason_for_no_cache(task).endswith(": No space left on device")


def test_revoke_without_a_cache(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    (path,) = task.directory.glob("*.json")
    path.chmod(0o644)
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    assert reason_for_no_cache(task) == f"users other than its owner can access {path}; remove it, or chmod it"


def test_forget_without_a_cache(task: Task) -> None:
    task.directory.write_text("in the way", encoding="utf-8")
    forget_everywhere(task.settings(), task.context(), "first")
    text = "A token that is no longer valid could not be removed from the cache"
    assert task.warnings == [f"{text}: {task.directory} is not a directory. Remove the file."]
    forget_everywhere(task.settings(cache=False), task.context(), "first")
    assert len(task.warnings) == 1
