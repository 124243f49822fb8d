# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records what the modules of the collection return, so that two runs of the same tasks can be compared."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: module_results
type: aggregate
short_description: Records what modules return
description:
  - Appends a line to a file for each value in each result of a module of the collection.
  - The variable way of the task names the file. In a process of its own, the environment variable MODULE_RESULTS does.
  - Values that differ from one run to the next are left out.
author:
  - The rackspace.identity authors
"""

PREFIX = "rackspace.identity."
# The arguments, and notes of Ansible's about tracebacks, which depend on where the code ran.
ADDED_BY_ANSIBLE = ("invocation", "exception", "failed_when_suppressed_exception")
VOLATILE = re.compile(
    r"AA[A-Za-z0-9_-]{80}|AP[A-Za-z0-9_-]{100,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|en[0-9a-f]{8}(?![0-9a-f])"
    r'|("(?:request_id|expires|created|updated|time|hostId|login_ref|RAX-AUTH:issued|adminPass'
    r'|date|last-modified|x-timestamp|x-trans-id)": )'
    r'"[^"]*"'
    r'|("(?:expires_in|retry_after|elapsed|created_at|updated_at)": |asks to wait )[0-9.]+'
)


class CallbackModule(CallbackBase):
    """Records the result of each task, or of each item of its loop."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "module_results"

    def v2_runner_on_ok(self, result: Any) -> None:
        if not result._task.loop:
            _record(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not result._task.loop:
            _record(result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        _record(result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        _record(result)


def _exact(result: Any) -> dict[str, Any]:
    """Return what a task returned, as the tasks after it find it.

    Callbacks of ansible-core 2.22 and newer get it without all secrets that are known by then. In the second run these
    are more, among them the ID of a tenant and a region, which other tasks gave as secrets.
    """
    returned = getattr(result, "_CallbackTaskResult__utr", None)
    if returned is None:
        return dict(result._result)
    return dict(returned.as_result_dict(for_callback=True))


def _record(result: Any) -> None:
    """Append a line for each value that a module returned, without its arguments."""
    task, values = result._task, _exact(result)
    file = task.get_vars().get("way", {}).get("results", os.environ.get("MODULE_RESULTS"))
    # Before ansible-core 2.18, a task that includes others has none.
    if not file or not (task.resolved_action or "").startswith(PREFIX):
        return
    for other in (values.get("ansible_loop_var", ""), values.get("ansible_index_var", ""), *ADDED_BY_ANSIBLE):
        values.pop(other, None)
    with Path(file).open("a", encoding="utf-8") as lines:
        for name, value in sorted(values.items()):
            line = VOLATILE.sub(r"\1\2", json.dumps({name: value}, sort_keys=True, default=str))
            lines.write(f"{task.name}: {line}\n")
