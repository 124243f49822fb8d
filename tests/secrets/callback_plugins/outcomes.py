# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records how each case ended."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: outcomes
type: aggregate
short_description: Records how each case ended
description:
  - Appends the name of each task, or the item of its loop, and whether it failed, to a file.
  - The environment variable OUTCOMES names the file.
author:
  - The rackspace.identity authors
"""


class CallbackModule(CallbackBase):
    """Records the name and the outcome of each task, or of each item of its loop."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "outcomes"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        _record(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        _record(result, "failed")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        _record(result, "ok")

    def v2_runner_item_on_failed(self, result: Any) -> None:
        _record(result, "failed")


def _record(result: Any, outcome: str) -> None:
    name = result._result.get("item", result._task.get_name())
    with Path(os.environ["OUTCOMES"]).open("a", encoding="utf-8") as lines:
        lines.write(f"{json.dumps([name, outcome])}\n")
