# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-playbook so that it writes as much as it can, and all of it into one directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.parsing.vault import VaultLib, VaultSecret

from .discover import ROOT

_HERE = Path(__file__).resolve().parent
_LOAD_ONCE = ROOT / "tests" / "integration" / "targets" / "setup_identity_service" / "callback_plugins"
_FOREIGN = ("ANSIBLE_", "RAX_", "OS_", "RS_", "XDG_", "PYTHON", "JUNIT_")
_LIMIT_SECONDS = 240


@dataclass(frozen=True)
class Run:
    """What one ansible-playbook is given: a playbook, files with variables, and environment variables."""

    name: str
    playbook: list[dict[str, Any]] | str
    variables: Mapping[str, Any] = field(default_factory=dict)
    vaulted: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How a run ended, and the outcome of each of its tasks by the name of the task."""

    code: int
    output: str
    outcomes: list[tuple[str, str]]


def run(each: Run, inputs: Path, outputs: Path) -> Ended:
    """Run a playbook; what it reads is in the directory inputs, and what it writes goes below the directory outputs."""
    for directory in (inputs, *(outputs / name for name in ("home", "tmp", "work", "junit", "facts"))):
        directory.mkdir(mode=0o700, parents=True)
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-vvvvv"]
    command += ["--extra-vars", f"@{_file(inputs / 'variables.json', json.dumps(dict(each.variables)))}"]
    if each.vaulted:
        password = _file(inputs / "vault-password", "a password for the vault")
        vault = VaultLib([("default", VaultSecret(b"a password for the vault"))])
        text = vault.encrypt(json.dumps(dict(each.vaulted))).decode()
        command += ["--extra-vars", f"vaulted_file={_file(inputs / 'vaulted.yml', text)}"]
        command += ["--vault-password-file", password]
    if isinstance(each.playbook, str):
        command.append(each.playbook)
    else:
        # JSON is YAML too, and needs no library to write it.
        command.append(_file(inputs / "playbook.yml", json.dumps(each.playbook, indent=2)))
    with (outputs / "stdout").open("wb") as stdout, (outputs / "stderr").open("wb") as stderr:
        code = subprocess.run(
            command,
            check=False,
            cwd=outputs / "work",
            env={**_environment(outputs), **each.environment},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            timeout=_LIMIT_SECONDS,
        ).returncode
    recorded = outputs / "outcomes"
    lines = recorded.read_text(encoding="utf-8").splitlines() if recorded.exists() else []
    output = (outputs / "stdout").read_text(encoding="utf-8", errors="replace")
    errors = (outputs / "stderr").read_text(encoding="utf-8", errors="replace")
    return Ended(code, output + errors, [(str(name), str(outcome)) for name, outcome in map(json.loads, lines)])


def _file(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def _environment(outputs: Path) -> dict[str, str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return {
        **variables,
        # Else Ansible takes the home that the system knows, and a job the one of its environment.
        "ANSIBLE_ASYNC_DIR": str(outputs / "home" / "async"),
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(outputs / "facts"),
        "ANSIBLE_CALLBACK_PLUGINS": f"{_HERE / 'callback_plugins'}:{_LOAD_ONCE}",
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,outcomes",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
        "ANSIBLE_CONFIG": str(ROOT / "tests" / "integration" / "integration.cfg"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_HOME": str(outputs / "home" / ".ansible"),
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_KEEP_REMOTE_FILES": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOG_PATH": str(outputs / "log"),
        "ANSIBLE_LOG_VERBOSITY": "5",
        "ANSIBLE_PIPELINING": "false",
        "ANSIBLE_REMOTE_TMP": str(outputs / "home" / "remote"),
        "CAPTURED_SYSLOG": str(outputs / "syslog"),
        "HOME": str(outputs / "home"),
        "JUNIT_OUTPUT_DIR": str(outputs / "junit"),
        "OUTCOMES": str(outputs / "outcomes"),
        "PYTHONPATH": str(_HERE / "captured"),
        "TMPDIR": str(outputs / "tmp"),
    }
