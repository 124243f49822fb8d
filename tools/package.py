# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users get it: built, looked into, and installed from the tarball alone."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from pathlib import Path

import stage
from places import NAME, NAMESPACE, ROOT, ansible_variables, tool_environment

# Everything at the top of a tarball that users need; whatever else turns up has slipped through build_ignore.
_TOP = {
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs",
    "docs",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}
_CHANGELOGS = {"changelogs/changelog.yaml"}
_LITTER = re.compile(r"(^|/)(__pycache__|\.[^/]+|[^/]+\.pyc|[^/]+~)(/|$)")
_REQUIRED = {"LICENSE", "MANIFEST.json", "README.md", "meta/runtime.yml"}


class PackageError(Exception):
    """The tarball is not what users should get. The text says why."""


def surplus(names: list[str]) -> list[str]:
    """Return the files among these names of a tarball which no user needs."""
    return [
        name
        for name in names
        if name.split("/")[0] not in _TOP
        or _LITTER.search(name)
        or (name.startswith("changelogs/") and name not in _CHANGELOGS)
    ]


def build(environment: Path, collections: Path, folder: Path) -> Path:
    """Build the tarball from a stage into a folder and return its path."""
    command = [str(environment / "bin" / "ansible-galaxy"), "collection", "build", "--force"]
    command += ["--output-path", str(folder), str(stage.collection_folder(collections))]
    built = subprocess.run(
        command,
        cwd=folder,
        env={**tool_environment(environment), **ansible_variables(collections)},
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    tarballs = sorted(folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz"))
    if built.returncode != 0 or len(tarballs) != 1:
        raise PackageError(f"The tarball was not built:\n{built.stdout}{built.stderr}")
    return tarballs[0]


def check_content(tarball: Path) -> str:
    """Check that a tarball holds what users need and no more, and return a line about it."""
    with tarfile.open(tarball) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    if unwanted := surplus(names):
        raise PackageError("No user needs these files of the tarball:\n" + "\n".join(unwanted))
    if missing := _REQUIRED.difference(names):
        raise PackageError("The tarball lacks: " + ", ".join(sorted(missing)))
    return f"{tarball.name} holds {len(names)} files"


def _documented(environment: Path, collections: Path, kind: str) -> set[str]:
    command = [str(environment / "bin" / "ansible-doc"), "--list", "--json", "--type", kind, f"{NAMESPACE}.{NAME}"]
    listing = subprocess.run(
        command,
        env={**tool_environment(environment), **ansible_variables(collections)},
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    return set(json.loads(listing.stdout))


def check_install(environment: Path, tarball: Path, folder: Path) -> str:
    """Install a tarball offline into an empty folder, ask Ansible for each plugin, and return a line about it."""
    command = [str(environment / "bin" / "ansible-galaxy"), "collection", "install", "--offline"]
    command += ["--collections-path", str(folder), str(tarball)]
    installed = subprocess.run(
        command,
        cwd=folder,
        env={**tool_environment(environment), **ansible_variables(folder)},
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    if installed.returncode != 0:
        raise PackageError(f"The tarball does not install offline:\n{installed.stdout}{installed.stderr}")
    total = 0
    for kind, name in (("module", "modules"), ("lookup", "lookup")):
        files = {path.stem for path in (ROOT / "plugins" / name).glob("[!_]*.py")}
        wanted = {f"{NAMESPACE}.{NAME}.{stem}" for stem in files}
        if missing := wanted - _documented(environment, folder, kind):
            raise PackageError("Not found by Ansible after the install: " + ", ".join(sorted(missing)))
        total += len(wanted)
    return f"installed offline; Ansible finds all {total} modules and lookups"


def check_action_group(runtime: str, modules: set[str]) -> str:
    """Check that meta/runtime.yml names every module in the action group `identity`, and return a line about it."""
    group = re.search(r"^ {2}identity:\n((?: {4}- .+\n?)+)", runtime, re.MULTILINE)
    members = set(re.findall(r"- (\w+)", group.group(1))) if group else set()
    if members != modules or not modules:
        raise PackageError(f"The action group identity holds {sorted(members)}, the modules are {sorted(modules)}.")
    return f"the action group holds all {len(modules)} modules"
