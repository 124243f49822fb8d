# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is different in async tasks, whose results no action sees."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.rackspace.identity.plugins.action import rax_identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import UNHEARD


@pytest.mark.parametrize(("async_val", "added"), [(0, {}), (10, {UNHEARD: True})])
def test_module_of_an_async_task_is_told_that_its_action_does_not_see_the_result(
    monkeypatch: pytest.MonkeyPatch, async_val: int, added: dict[str, bool]
) -> None:
    def update(_action: Any, _name: str, arguments: dict[str, Any], _variables: Any) -> None:
        arguments["_ansible_verbosity"] = 3

    # The one of ansible-core needs a whole play.
    assert callable(NormalAction._update_module_args)
    monkeypatch.setattr(NormalAction, "_update_module_args", update)
    task: Any = SimpleNamespace(async_val=async_val)
    action = rax_identity_token.ActionModule(task, None, None, None, None, None)
    arguments: dict[str, Any] = {}
    action._update_module_args("rackspace.identity.rax_identity_token", arguments, {})
    assert arguments == {"_ansible_verbosity": 3, **added}
