# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions run in this process, as Ansible's worker runs them, with a count of those that run the module instead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.loader import action_loader
from ansible.template import Templar

HANDED_OVER = {"handed": "over"}


class Worker:
    """Actions with a task and a connection of the test's choice; the module itself is never run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.handed_over = 0
        monkeypatch.setattr(NormalAction, "run", self._run_module)

    def _run_module(self, _tmp: Any = None, _task_vars: Any = None) -> dict[str, Any]:
        self.handed_over += 1
        return HANDED_OVER

    def run(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        task: dict[str, Any] | None = None,
        connection: dict[str, Any] | None = None,
        variables: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the result of an action of this collection; task and connection hold what differs from the usual."""
        usual = {"action": name, "become": False, "async_val": 0, "environment": [], "check_mode": False}
        loader = DataLoader()
        action = action_loader.get(
            f"rackspace.identity.{name}",
            task=SimpleNamespace(**{**usual, "args": arguments, **(task or {})}),
            connection=SimpleNamespace(**{"transport": "local", "become": None, **(connection or {})}),
            play_context=SimpleNamespace(),
            loader=loader,
            templar=Templar(loader, variables={}),
            shared_loader_obj=None,
        )
        result: dict[str, Any] = action.run(task_vars=variables)
        return result
