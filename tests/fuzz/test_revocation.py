# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token that was revoked is never served again, whatever the system refuses to do with the files of the cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    LoginRequest,
    Token,
    unknown_user,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings

NOW = datetime(2015, 6, 5, 12, tzinfo=timezone.utc)
REQUESTS = [LoginRequest(ApiKey("u", "key")), LoginRequest(ApiKey("u", "key"), apply_rcn_roles=True)]

Step = tuple[str, str]
REMOVE_ENTRY: list[Step] = [("unlink", "entry"), ("empty", "entry")]
REMOVE_SALT: list[Step] = [("unlink", "salt"), ("empty", "salt")]
WRITE_SALT: list[Step] = [("create", "temporary"), ("replace", "salt.next")]
OTHERS: list[Step] = [("read", "entry"), ("create", "lock"), ("utime", "lock"), ("unlink", "temporary")]


def kind_of(path: str) -> str:
    kinds = {".json": "entry", ".lock": "lock", ".tmp": "temporary"}
    return kinds.get(Path(path).suffix, Path(path).name)


def step_of_open(flags: int) -> str:
    if flags & os.O_TRUNC:
        return "empty"
    return "create" if flags & os.O_CREAT else "read"


def refuse(patch: pytest.MonkeyPatch, directory: str, refused: set[Step]) -> None:
    """Let the system refuse these steps with files in a directory."""

    def wrap(name: str, path_at: int) -> Callable[..., Any]:
        original = getattr(os, name)

        def call(*arguments: Any, **named: Any) -> Any:
            path = arguments[path_at]
            step = step_of_open(arguments[1]) if name == "open" else name
            if isinstance(path, str) and path.startswith(directory) and (step, kind_of(path)) in refused:
                raise PermissionError(1, "Operation not permitted", path)
            return original(*arguments, **named)

        return call

    for name, path_at in (("open", 0), ("unlink", 0), ("utime", 0), ("replace", 1)):
        patch.setattr(os, name, wrap(name, path_at))


def access(token: str) -> Access:
    ends = NOW.timestamp() + 86400
    return Access(Token(id=token, expires="2015-06-06T12:00:00Z", valid_until=ends), unknown_user())


@given(
    refused=st.sets(st.sampled_from([*REMOVE_ENTRY, *REMOVE_SALT, *WRITE_SALT, *OTHERS])),
    mode=st.sampled_from([0o600, 0o644]),
)
def test_a_revoked_token_is_never_served_again(refused: set[Step], mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise nothing can be done about it, but to warn.
    assume(not ({*REMOVE_ENTRY, *REMOVE_SALT} <= refused and refused & {*WRITE_SALT}))
    warnings: list[str] = []
    with TemporaryDirectory() as directory:
        logins = [CachedLogin(TokenCache(directory), "https://id", request, verify=True) for request in REQUESTS]
        for login in logins:
            login.store_access(access("revoked"), NOW)
            assert login.read_access(NOW, 0)
        for entry in Path(directory).glob("*.json"):
            entry.chmod(mode)
        with monkeypatch.context() as patch:
            refuse(patch, directory, refused)
            settings = Settings.from_options({"cache": True, "cache_dir": directory})
            forget_everywhere(settings, Context(warn=warnings.append), "revoked")
        for entry in Path(directory).glob("*.json"):
            entry.chmod(0o600)
        again = [CachedLogin(TokenCache(directory), "https://id", request, verify=True) for request in REQUESTS]
        assert [login.read_access(NOW, 0) for login in again] == [None, None]
    assert warnings or not set(REMOVE_ENTRY) <= refused
