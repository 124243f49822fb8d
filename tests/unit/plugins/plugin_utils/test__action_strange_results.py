# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of modules as another machine may send them: the action takes from them what makes sense."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._run_module import ENDED, TOLD
from ansible_collections.rackspace.identity.plugins.plugin_utils import _action
from ansible_collections.rackspace.identity.tests.unit.support.action_run import Worker

NAMES = ("rax_identity_token", "rax_token_info", "rax_token_revoke", "rax_request")
STRANGE: list[Any] = [None, 5, True, "text", {"a": 1}, [5, None, ["x"], {}]]


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names that are removed from the store."""
    names: list[str] = []
    monkeypatch.setattr(_action, "remove_shared", lambda given, *_others: names.extend(given))
    return names


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", [TOLD, ENDED, "error", "warnings"])
@pytest.mark.parametrize("value", STRANGE, ids=repr)
@pytest.mark.parametrize("failed", [False, True])
def test_what_makes_no_sense_is_no_traceback(
    worker: Worker, removed: list[str], name: str, key: str, value: Any, failed: bool
) -> None:
    worker.module = lambda _arguments: {"failed": failed, "msg": "said", key: value}
    # A fact with the name of an option gives a warning of the action's own.
    variables = {"rax_token": "t", "rax_proxy": "http://p:1", "ansible_facts": {"rax_proxy": "http://p:1"}}
    result = worker.run_elsewhere(name, {"service_type": "compute"} if name == "rax_request" else {}, variables)
    assert (result["failed"], result["msg"]) == (failed, "said")
    assert "rax_proxy is not used" in str(result["warnings"])
    assert removed == []


def test_only_names_of_entries_are_removed_from_the_store(worker: Worker, removed: list[str]) -> None:
    entry = "0123456789abcdef" * 4
    given = ["../../etc/passwd", entry, f"{entry}/x", f"{entry}\n", entry.upper(), "", *["f" * 64] * 100_000]
    worker.module = lambda _arguments: {"changed": True, "revoked": True, ENDED: given}
    worker.run_elsewhere("rax_token_revoke", {"token": "t"})
    assert set(removed) == {entry, "f" * 64}
    assert len(removed) < 1000
