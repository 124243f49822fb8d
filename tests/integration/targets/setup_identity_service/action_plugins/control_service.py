# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell a service of the tests what to do, within the worker: many tasks do, and a module takes 30 times as long."""

from __future__ import annotations

import json
from typing import Any

from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Send one request to a service; url, and optionally method, body, which is JSON or becomes it."""

    _VALID_ARGS = frozenset(("url", "method", "body"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the status and the JSON of the response; fails unless the status is 2xx."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = self._task.args
        body = given.get("body")
        response = open_url(
            given["url"],
            method=given.get("method", "GET"),
            data=body if body is None or isinstance(body, str) else json.dumps(body),
            headers={"Content-Type": "application/json"},
            # Without one, even HTTP has to wait until all certificates of the system are read.
            ca_path=(task_vars or {})["identity_service_ca_path"],
            use_proxy=False,
        )
        text = response.read()
        return {**result, "status": response.status, "json": json.loads(text) if text else None}
