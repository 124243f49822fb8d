# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock to set, and tasks that share a cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import SetClock, Task


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The time that the collection sees."""
    return SetClock(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the cache, which is not there yet."""
    return tmp_path / "cache"


@pytest.fixture
def task(folder: Path) -> Task:
    """Tasks of one play."""
    return Task(folder)
