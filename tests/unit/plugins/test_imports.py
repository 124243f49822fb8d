# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not imported: a library that is needed for requests alone must not be needed for anything else."""

from __future__ import annotations

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
if {kind!r} in ("filter", "lookup", "plugin_utils"):
    import ansible.plugins.lookup, ansible.constants
before = set(sys.modules)
importlib.import_module("ansible_collections.rackspace.identity.plugins.{kind}.{name}")
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(" ".join(sorted(new & {{"requests", "urllib3", "defusedxml", "xml", "email", "http", "ssl", "random"}})))
"""

FILES = [
    (kind, path.stem)
    for kind in ("modules", "lookup", "filter", "module_utils", "plugin_utils")
    for path in sorted((COLLECTION / "plugins" / kind).glob("*.py"))
    if path.stem != "__init__"
]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_importing_needs_no_library(kind: str, name: str) -> None:
    program = PROGRAM.format(root=str(COLLECTION.parents[2]), kind=kind, name=name)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    assert set(ended.stdout.split()) & {"requests", "urllib3", "defusedxml"} == set()
