# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to run a plugin: as a module, in the worker, and as a lookup."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible.errors import AnsibleLookupError, AnsibleOptionsError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import action_loader, lookup_loader
from ansible.template import Templar

from ...plugins.module_utils._catalog.catalog import handed_over
from ..unit.support import module_run
from .drive import Driver, Subject, catalog_at, without_token

_COLLECTION = "ansible_collections.rackspace.identity"
_COLLECTIONS = Path(__file__).resolve().parents[5]
_OF_ANSIBLE: dict[str, Any] = {"_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}
_KIND = re.compile(r" \(error\.kind: (\w+)\)$")


def as_module(subject: Subject) -> Driver:
    """Return what runs a module in this process, as Ansible runs it in one of its own."""
    main = importlib.import_module(f"{_COLLECTION}.plugins.modules.{subject.plugin}").main

    def drive(options: dict[str, Any]) -> tuple[str, Any]:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            result = module_run.run(main, **options)
        return _outcome(result, errors.getvalue())

    return drive


def as_process(subject: Subject) -> Driver:
    """Return what runs a module in a process of its own, with its arguments on standard input."""

    def drive(options: dict[str, Any]) -> tuple[str, Any]:
        arguments = {**_OF_ANSIBLE, **options}
        if subject.is_request:
            # In a process of its own, nothing else is known about the login.
            arguments["_catalog"] = handed_over(catalog_at(options["identity_url"]))
        ended = subprocess.run(
            [sys.executable, "-m", f"{_COLLECTION}.plugins.modules.{subject.plugin}"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_COLLECTIONS)},
        )
        try:
            result = json.loads(ended.stdout)
        except ValueError:
            return "no JSON", [ended.stdout, ended.stderr]
        return _outcome({**result, "exit_code": ended.returncode}, ended.stderr)

    return drive


def as_action(subject: Subject) -> Driver:
    """Return what runs an action in the worker."""

    def drive(options: dict[str, Any]) -> tuple[str, Any]:
        task = {
            "action": subject.plugin,
            "become": False,
            "async_val": 0,
            "environment": [],
            "check_mode": False,
            "diff": False,
        }
        loader = DataLoader()
        action = action_loader.get(
            f"rackspace.identity.{subject.plugin}",
            task=SimpleNamespace(**task, args=options),
            connection=SimpleNamespace(transport="local", become=None),
            play_context=SimpleNamespace(),
            loader=loader,
            templar=Templar(loader, variables={}),
            shared_loader_obj=None,
        )
        return _outcome(action.run(task_vars={}), "")

    return drive


def as_lookup(name: str) -> Driver:
    """Return what runs a lookup."""

    def drive(options: dict[str, Any]) -> tuple[str, Any]:
        loader = DataLoader()
        plugin = lookup_loader.get(f"rackspace.identity.{name}", loader=loader, templar=Templar(loader, variables={}))
        terms = ["object-store"] if name == "rax_endpoint" else []
        more = {"region": "DFW"} if terms else {}
        try:
            found = plugin.run(terms, {}, **options, **more)
        except (AnsibleLookupError, AnsibleOptionsError) as error:
            chain = repr(error.__context__) if error.__context__ and not error.__suppress_context__ else ""
            kind = _KIND.search(str(error))
            return kind[1] if kind else "an error without a kind", [str(error), repr(error), chain]
        return "result", found if name == "rax_endpoint" else [len(found)]

    return drive


def _outcome(result: dict[str, Any], errors: str) -> tuple[str, Any]:
    """Return the outcome of a module: a failure has a sentence and a kind, and standard error has only warnings."""
    if any(not line.startswith("[WARNING]: ") for line in errors.splitlines()):
        return "something on standard error", [result, errors]
    if not result.get("failed"):
        shown = without_token(result)
        return "result" if not result.get("exit_code") else "a result with an exit code", shown
    error = result.get("error")
    if not isinstance(error, dict) or not result.get("msg") or result.get("exit_code") == 0:
        return "a failure without a kind", result
    return str(error["kind"]), result
