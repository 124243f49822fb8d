# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import rule of docs/architecture.md: each floor imports only from below, and never a cold one when imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
FLOORS = (
    "ground",
    "_catalog",
    "_http",
    "_api",
    "_session",
    "_request",
    "_operations",
    "_run_module",
    "plugin_utils",
    "faces",
)
COLD = {"_http", "_api", "_request"}
FILES = sorted(path.relative_to(PLUGINS).with_suffix("").parts for path in PLUGINS.rglob("*.py"))


def floor(module: tuple[str, ...]) -> str:
    """Return the floor of a module below plugins/."""
    if module[0] != "module_utils":
        return "plugin_utils" if module[0] == "plugin_utils" else "faces"
    return module[1] if module[1] in FLOORS else "ground"


def imports(module: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Yield the floor of each import from plugins/, and whether importing the module is enough to run it."""
    tree = ast.parse(PLUGINS.joinpath(*module).with_suffix(".py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("ansible_collections"), "imports inside plugins/ are relative"
            if node.level:
                base = (*module[: -node.level], *(node.module or "").split("."))
                names = [alias.name for alias in node.names] if base[-1] in ("", "module_utils") else [""]
                for name in names:
                    yield floor((*filter(None, (*base, name)), "")), node in tree.body


@pytest.mark.parametrize("module", FILES, ids="/".join)
def test_imports_point_down(module: tuple[str, ...]) -> None:
    own = floor(module)
    for imported, at_import in imports(module):
        assert imported == own or FLOORS.index(imported) < FLOORS.index(own), f"{module} imports {imported}"
        assert own in COLD or not (at_import and imported in COLD), f"importing {module} loads {imported}"


def test_every_floor_is_there() -> None:
    assert {floor(module) for module in FILES} == set(FLOORS)
