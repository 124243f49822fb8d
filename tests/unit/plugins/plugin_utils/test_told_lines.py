# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What -v shows of a service, such as the state of what a task waits for: one line, and nothing a terminal obeys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.utils.display import Display

from ansible_collections.rackspace.identity.plugins.plugin_utils import _action, _lookup


def tell_in_the_worker(line: str) -> None:
    # Of the action, this needs the name of the host alone.
    action: Any = SimpleNamespace(_host="web1")
    _action.IdentityAction._tell(action, 3, line)


def tell_in_a_lookup(line: str) -> None:
    _lookup._tell(3, line)


@pytest.mark.parametrize("tell", [tell_in_the_worker, tell_in_a_lookup])
def test_lines_of_a_service(monkeypatch: pytest.MonkeyPatch, tell: Any) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "verbose", lambda _display, line, **_how: shown.append(line))
    tell("compute in DFW: BUILD\x1b[31m\nfatal: [web1]: \u202eFAILED\x9b after 0 s")
    tell("x" * 1_000_000)
    assert shown == ["compute in DFW: BUILD [31m fatal: [web1]:  FAILED  after 0 s", f"{'x' * 2000}..."]
