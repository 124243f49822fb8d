# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for the tests of sessions: a token cache, and the credentials file of the user."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.credentials import write

MAX_SECONDS = 10.0


@pytest.fixture
def cache(directory: Path) -> TokenCache:
    return TokenCache(str(directory))


@pytest.fixture
def default_file(home: Path) -> Path:
    return write(home / ".rackspace_cloud_credentials", "[rackspace_cloud]\nusername = filed\napi_key = filesecret\n")


@pytest.fixture
def no_hanging() -> Iterator[None]:
    """Let a test fail that waits for what never comes, such as the other end of a pipe."""

    def fail(_signal: int, _frame: Any) -> None:
        raise AssertionError("the test hangs")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, before)
