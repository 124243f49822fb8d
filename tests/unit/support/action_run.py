# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions run in this process, as Ansible's worker runs them, with a record of the modules that they leave it to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.loader import action_loader
from ansible.template import Templar

from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context

HANDED_OVER = {"handed": "over"}

VALUES: dict[str, tuple[Any, Any]] = {
    "username": ("demoauthor", "demoauthor"),
    "api_key": ("keysecret", "keysecret"),
    "password": ("passwordsecret", "passwordsecret"),
    "token": ("tokensecret", "tokensecret"),
    "passcode": ("codesecret", "codesecret"),
    "session_id": ("sessionsecret", "sessionsecret"),
    "totp_secret": ("seedsecret", "seedsecret"),
    "tenant_id": (123456, "123456"),
    "tenant_name": ("demo", "demo"),
    "credentials_file": ("/creds.ini", "/creds.ini"),
    "cloud": ("prod", "prod"),
    "identity_url": ("https://id.example.com", "https://id.example.com"),
    "api_version": ("v1.1", "v1.1"),
    "wire_format": ("xml", "xml"),
    "validate_certs": ("no", False),
    "ca_path": ("/ca.pem", "/ca.pem"),
    "proxy": ("http://proxy:1", "http://proxy:1"),
    "timeout": ("7", 7.0),
    "retries": (2, 2),
    "retry_max_wait": (5, 5.0),
    "cache": (False, False),
    "cache_dir": ("/cache", "/cache"),
    "min_ttl": ("60", 60),
    "cache_plugin": ("jsonfile", "jsonfile"),
    "cache_plugin_connection": ("/shared", "/shared"),
    "default_region": ("DFW", "DFW"),
}
"""A value for each shared option, as a variable may hold it, and as an operation gets it."""


class Worker:
    """Actions with a task and a connection of the test's choice; in place of the module, a function of the test's.

    passed, internal, environments: the arguments, those that only the collection knows, and what the task adds to the
    environment, of each module that an action left its task to. basedir: the directory of the playbook.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed: list[dict[str, Any]] = []
        self.internal: list[dict[str, Any]] = []
        self.environments: list[Any] = []
        self.module: Callable[[dict[str, Any]], dict[str, Any]] = lambda _arguments: HANDED_OVER
        self.basedir: Path | None = None

        def run_module(action: Any, _tmp: Any = None, _task_vars: Any = None) -> dict[str, Any]:
            arguments = dict(action._task.args)
            self.passed.append(arguments)
            self.environments.append(action._task.environment)
            added: dict[str, Any] = {}
            action._update_module_args(action._task.action, added, {})
            self.internal.append(added)
            # As Ansible does, with many more.
            action._task.args["_ansible_check_mode"] = False
            return copy.deepcopy(self.module(arguments))

        monkeypatch.setattr(NormalAction, "run", run_module)
        # The one of ansible-core needs a whole play.
        monkeypatch.setattr(NormalAction, "_update_module_args", lambda *_arguments: None)

    @property
    def handed_over(self) -> int:
        """Return how many tasks were left to the module."""
        return len(self.passed)

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
        off = dict.fromkeys(("become", "check_mode", "diff", "no_log"), False)
        usual = {"action": name, "async_val": 0, "environment": [], **off}
        loader = DataLoader()
        if self.basedir:
            loader.set_basedir(str(self.basedir))
        action = action_loader.get(
            f"rackspace.identity.{name}",
            task=SimpleNamespace(**{**usual, "args": arguments, **(task or {})}),
            connection=SimpleNamespace(**{"transport": "local", "become": None, **(connection or {})}),
            play_context=SimpleNamespace(),
            loader=loader,
            templar=Templar(loader, variables=variables or {}),
            shared_loader_obj=None,
        )
        result: dict[str, Any] = action.run(task_vars=variables)
        return result

    def run_elsewhere(
        self, name: str, arguments: dict[str, Any], variables: dict[str, Any] | None = None, **task: Any
    ) -> dict[str, Any]:
        """Return the result of an action whose task runs on another machine."""
        return self.run(name, arguments, task=task, connection={"transport": "ssh"}, variables=variables)


class Recorder:
    """An operation that records what it is given."""

    OPTIONS = identity_token.OPTIONS
    CONTINUES_LOGIN = True

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.context = Context()

    def run(self, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
        self.options, self.context = dict(options), context
        return {"changed": False}
