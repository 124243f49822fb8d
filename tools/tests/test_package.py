# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be in the tarball, and what the action group has to hold."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import package
import pytest

_GOOD = [
    "CHANGELOG.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "docs/docsite/links.yml",
    "meta/runtime.yml",
    "plugins/lookup/rax_endpoint.py",
    "roles/session/tasks/main.yml",
]

_RUNTIME = """\
requires_ansible: ">=2.16.0"
action_groups:
  identity:
    - rax_identity_token
    - rax_token_info
"""


def _tarball(directory: Path, names: list[str]) -> Path:
    path = directory / "rackspace-identity-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


def test_what_users_need_passes(tmp_path: Path) -> None:
    assert package.surplus(_GOOD) == []
    assert "holds 11 files" in package.check_content(_tarball(tmp_path, _GOOD))


@pytest.mark.parametrize(
    "name",
    [
        ".build/env/run/bin/python",
        ".github/workflows/ci.yml",
        "CONTRIBUTING.md",
        "Makefile",
        "changelogs/config.yaml",
        "changelogs/fragments/0.1.0.yml",
        "importer_result.json",
        "plugins/module_utils/__pycache__/_model.cpython-313.pyc",
        "plugins/modules/.rax_identity_token.py.swp",
        "plugins/modules/rax_identity_token.py~",
        "rackspace-identity-0.1.0.tar.gz",
        "tests/unit/conftest.py",
        "tools/run_sessions.py",
    ],
)
def test_what_no_user_needs_is_found(tmp_path: Path, name: str) -> None:
    assert package.surplus([*_GOOD, name]) == [name]
    with pytest.raises(package.PackageError, match="No user needs"):
        package.check_content(_tarball(tmp_path, [*_GOOD, name]))


def test_what_is_missing_is_found(tmp_path: Path) -> None:
    with pytest.raises(package.PackageError, match="lacks: LICENSE"):
        package.check_content(_tarball(tmp_path, [name for name in _GOOD if name != "LICENSE"]))


def test_the_action_group_holds_every_module() -> None:
    assert "all 2 modules" in package.check_action_group(_RUNTIME, {"rax_identity_token", "rax_token_info"})


@pytest.mark.parametrize(
    ("runtime", "modules"),
    [
        (_RUNTIME, {"rax_identity_token", "rax_token_info", "rax_request"}),
        (_RUNTIME, {"rax_identity_token"}),
        ("requires_ansible: '>=2.16.0'\n", {"rax_identity_token"}),
        ("requires_ansible: '>=2.16.0'\n", set()),
    ],
)
def test_an_action_group_that_differs_is_told(runtime: str, modules: set[str]) -> None:
    with pytest.raises(package.PackageError, match="action group"):
        package.check_action_group(runtime, modules)
