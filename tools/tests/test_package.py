# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be in the tarball, and what the action group has to hold."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import package
import pytest

_GOOD = [
    "CHANGELOG.rst",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "docs/docsite/links.yml",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
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
    assert "holds 13 files" in package.check_content(_tarball(tmp_path, _GOOD))


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


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    tarballs = []
    for number, order in enumerate((["a.py", "b.py"], ["b.py", "a.py"])):
        path = tmp_path / f"{number}.tar.gz"
        listing = json.dumps({"files": [{"name": name} for name in order], "format": 1}).encode()
        manifest = json.dumps({"file_manifest_file": {"chksum_sha256": "to be replaced"}}).encode()
        contents = {"FILES.json": listing, "MANIFEST.json": manifest, **{name: name.encode() for name in order}}
        with tarfile.open(path, "w:gz") as archive:
            for name, content in contents.items():
                member = tarfile.TarInfo(name)
                member.size, member.mtime, member.uname = len(content), 1000 + number, f"user{number}"
                archive.addfile(member, io.BytesIO(content))
        package.make_reproducible(path)
        tarballs.append(path)
    assert "the same hash" in package.check_reproducible(*tarballs)
    with tarfile.open(tarballs[0]) as archive:
        files, manifest_file = archive.extractfile("FILES.json"), archive.extractfile("MANIFEST.json")
        assert files
        assert manifest_file
        chksum = hashlib.sha256(files.read()).hexdigest()
        assert json.load(manifest_file)["file_manifest_file"]["chksum_sha256"] == chksum


def test_builds_that_differ_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    with pytest.raises(package.PackageError, match="differ"):
        package.check_reproducible(tmp_path / "one", tmp_path / "two")


@pytest.mark.parametrize(
    ("name", "link", "is_dead"),
    [
        ("README.md", "LICENSE", True),
        ("README.md", "https://github.com/rackspace-identity/rackspace.identity/blob/main/LICENSE", False),
        ("README.md", "https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/gone.md#part", True),
        ("README.md", "https://github.com/rackspace-identity/rackspace.identity/tree/main/roles/session", False),
        ("README.md", "https://docs.example.com/x", False),
        ("README.md", "#part", False),
        ("SECURITY.md", "docs/a.md", False),
        ("docs/a.md", "b.md#part", False),
        ("docs/a.md", "../LICENSE", False),
        ("docs/a.md", "../tests/a.md", True),
        ("docs/a.md", "../..//x.md", True),
    ],
)
@pytest.mark.parametrize("form", ["See [it]({}).", "![A picture]({})", '[it]({} "title")', "[it][a]\n\n[a]: {}\n"])
def test_dead_links(name: str, link: str, is_dead: bool, form: str) -> None:
    names = {"README.md", "LICENSE", "docs", "docs/a.md", "docs/b.md"}
    dead = package.dead_links(name, form.format(link), names, Path(__file__).parents[2])
    assert dead == ([f"{name}: {link}"] if is_dead else [])


def test_a_reference_without_its_link_is_dead() -> None:
    text = "[one][a], [two][b]\n\n[a]: https://docs.example.com\n"
    assert package.dead_links("README.md", text, set(), Path()) == ["README.md: [b]"]
