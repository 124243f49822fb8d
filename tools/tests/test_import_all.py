# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the modules of a collection are named that are to be imported."""

from __future__ import annotations

from pathlib import Path

import import_all
import pytest


@pytest.mark.parametrize("above", ["checkout", "ansible_collections/rackspace/identity/.build/copies/targets"])
def test_names_begin_at_the_collection_itself(tmp_path: Path, above: str) -> None:
    directory = tmp_path / above / "ansible_collections/rackspace/identity/plugins/module_utils"
    (directory / "_http").mkdir(parents=True)
    for name in ("__init__.py", "_clock.py", "_http/retry.py"):
        (directory / name).touch()
    root = "ansible_collections.rackspace.identity.plugins.module_utils"
    assert import_all.names(directory) == [f"{root}._clock", f"{root}._http.retry"]
