# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not imported: a library that is needed for requests alone must not be needed for anything else."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[3]

PROGRAM = """
import importlib
import sys

sys.path.insert(0, {root!r})
# What Ansible imports by itself is not ours to judge.
import ansible.module_utils.basic
if {kind!r} in ("action", "filter", "lookup", "plugin_utils"):
    import ansible.plugins.action.normal, ansible.plugins.lookup, ansible.constants
before = set(sys.modules)
importlib.import_module("ansible_collections.rackspace.identity.plugins.{kind}.{name}")
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(" ".join(sorted(new & {{"requests", "urllib3", "defusedxml", "xml", "email", "http", "ssl", "random"}})))
print(" ".join(name.rpartition(".")[2] for name in set(sys.modules) - before if {package!r} in name))
"""

PACKAGE = "ansible_collections.rackspace.identity.plugins.module_utils."

# What only a request needs, a file that is written, or a credentials file.
COLD = {
    "_answers",
    "_challenge",
    "_client",
    "_client_v11",
    "_codec_json",
    "_codec_xml",
    "_connect",
    "_credentials_file",
    "_document",
    "_document_v11",
    "_failures",
    "_formats",
    "_private_writes",
    "_redaction",
    "_retry",
    "_transport",
}

FILES = [
    (kind, path.stem)
    for kind in ("action", "modules", "lookup", "filter", "module_utils", "plugin_utils")
    for path in sorted((COLLECTION / "plugins" / kind).glob("*.py"))
    if path.stem != "__init__"
]


# Whatever a task or lookup is made of that finds its token kept.
WARM = [(kind, name) for kind, name in FILES if kind != "module_utils"] + [
    ("module_utils", name)
    for name in ("_facts", "_inspect", "_locate", "_login", "_module", "_remembered", "_revoke", "_session")
]


@functools.cache
def imported(kind: str, name: str) -> tuple[set[str], set[str]]:
    """Which libraries, and which of the collection's own files, an import brings with it."""
    program = PROGRAM.format(root=str(COLLECTION.parents[2]), kind=kind, name=name, package=PACKAGE)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    libraries, own = ended.stdout.splitlines()
    return set(libraries.split()), set(own.split())


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_importing_needs_no_library(kind: str, name: str) -> None:
    libraries, _own = imported(kind, name)
    assert libraries & {"requests", "urllib3", "defusedxml"} == set()


@pytest.mark.parametrize(("kind", "name"), WARM)
def test_a_warm_task_imports_nothing_that_only_a_cold_one_needs(kind: str, name: str) -> None:
    _libraries, own = imported(kind, name)
    assert own & COLD == set()


@pytest.mark.parametrize("name", ["rax_identity_token", "rax_token_info", "rax_token_revoke"])
def test_an_action_imports_what_its_workers_would_import_late(name: str) -> None:
    _libraries, own = imported("action", name)
    assert own >= {"_endpoints", "_locate"}


def test_a_module_imports_no_more_than_it_needs() -> None:
    _libraries, own = imported("modules", "rax_identity_token")
    assert own & {"_caller", "_endpoints", "_inspect", "_locate", "_times", "_usable_facts"} == set()


def test_what_is_cold_would_be_seen() -> None:
    _libraries, own = imported("module_utils", "_connect")
    assert own >= {"_connect", "_client", "_client_v11", "_transport"}


def test_what_is_cold_exists() -> None:
    assert {name for kind, name in FILES if kind == "module_utils"} >= COLD
