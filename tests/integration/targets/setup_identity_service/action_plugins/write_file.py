# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a file within the worker: the module copy takes two processes for each, and many tests need files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Write the text content to the file dest, whose directory is made, with a mode in octal."""

    _VALID_ARGS = frozenset(("dest", "content", "mode"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write the file, and return nothing of it."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = self._task.args
        path = Path(given["dest"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(int(given["mode"], 8))
        content = given["content"]
        # Before ansible-core 2.19, a template that makes JSON returns what it means.
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return {**result, "changed": True}
