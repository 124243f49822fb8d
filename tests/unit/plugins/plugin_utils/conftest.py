# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for the tests of what runs in the worker: actions in this process, and an operation that records."""

from __future__ import annotations

import pytest
from ansible.plugins.loader import action_loader

from ansible_collections.rackspace.identity.tests.unit.support.action_run import Recorder, Worker


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(monkeypatch)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Put a recording operation in place of that of rax_identity_token."""
    recording = Recorder()
    action = action_loader.get("rackspace.identity.rax_identity_token", class_only=True)
    monkeypatch.setattr(action, "operation", recording)
    return recording
