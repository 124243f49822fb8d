# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users get it: built, looked into, and installed from the tarball alone."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import posixpath
import re
import subprocess
import tarfile
from pathlib import Path

import checkout
from paths import NAME, NAMESPACE, ROOT, ansible_variables, tool_variables
from results import CheckError

# Everything at the top of a tarball that users need; whatever else turns up has slipped through build_ignore.
_TOP = {
    "CHANGELOG.rst",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}
_CHANGELOGS = {"changelogs/changelog.yaml"}
_LITTER = re.compile(r"(^|/)(__pycache__|\.[^/]+|[^/]+\.pyc|[^/]+~)(/|$)")
_REQUIRED = {
    "CHANGELOG.rst",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
}
_FORGE = "https://github.com/rackspace-identity/rackspace.identity"
_LINK = re.compile(r"\]\(\s*([^)\s]+)[^)]*\)|<(https?://[^>]+)>|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_REFERENCE = re.compile(r"\]\[([^\]]+)\]")


class PackageError(CheckError):
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


def _ansible(environment: Path, collections: Path, program: str, *arguments: str | Path) -> str:
    """Run a program of Ansible and return what it printed, or raise PackageError with that."""
    ended = subprocess.run(
        [str(part) for part in (environment / "bin" / program, *arguments)],
        capture_output=True,
        check=False,
        env={**tool_variables(environment), **ansible_variables(collections)},
        stdin=subprocess.DEVNULL,
        text=True,
    )
    if ended.returncode != 0:
        raise PackageError(f"{program} {' '.join(map(str, arguments))} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def build(environment: Path, collections: Path, directory: Path) -> Path:
    """Build the tarball from a copy of the checkout into a directory and return its path."""
    source = checkout.collection_directory(collections)
    _ansible(environment, collections, "ansible-galaxy", "collection", "build", "--output-path", directory, source)
    tarball = next(directory.glob(f"{NAMESPACE}-{NAME}-*.tar.gz"))
    make_reproducible(tarball)
    return tarball


def make_reproducible(tarball: Path) -> None:
    """Write a tarball again without what differs from build to build: order, times, owners, and the gzip header."""
    with tarfile.open(tarball) as archive:
        members = {member.name: (member, _content(archive, member)) for member in archive.getmembers()}
    listing = json.loads(members["FILES.json"][1])
    listing["files"].sort(key=lambda entry: entry["name"])
    files = json.dumps(listing, indent=1).encode()
    manifest = json.loads(members["MANIFEST.json"][1])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(files).hexdigest()
    contents = {"FILES.json": files, "MANIFEST.json": json.dumps(manifest, indent=1).encode()}
    with tarball.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, (member, content) in sorted(members.items()):
                data = contents.get(name, content)
                member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.isfile() else None
    return file.read() if file else b""


def install(environment: Path, tarball: Path, collections: Path) -> Path:
    """Install a tarball offline into a directory of collections, and return the collection's directory there."""
    options = ["collection", "install", "--offline", "--collections-path"]
    _ansible(environment, collections, "ansible-galaxy", *options, collections, tarball)
    return checkout.collection_directory(collections)


def check_reproducible(tarball: Path, again: Path) -> str:
    """Check that two builds are the same to the byte, and return a line about it."""
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (tarball, again)}
    if len(hashes) != 1:
        raise PackageError("Two builds of the tarball differ.")
    return f"two builds have the same hash, {hashes.pop()}"


def check_content(tarball: Path) -> str:
    """Check that a tarball holds what users need and no more, and return a line about it."""
    with tarfile.open(tarball) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    if unwanted := surplus(names):
        raise PackageError("No user needs these files of the tarball:\n" + "\n".join(unwanted))
    if missing := _REQUIRED.difference(names):
        raise PackageError("The tarball lacks: " + ", ".join(sorted(missing)))
    return f"{tarball.name} holds {len(names)} files"


def dead_links(name: str, text: str, names: set[str], checkout: Path) -> list[str]:
    """Return the links in a document of the tarball that lead nowhere: to a file that is not in it, or on the forge.

    names: the files and directories of the tarball. Galaxy shows README.md without the others, so it has no such links.
    """
    references = _REFERENCE.findall(text)
    dead = [f"{name}: [{reference}]" for reference in references if f"\n[{reference}]: " not in text]
    for found in _LINK.finditer(text):
        link = found[found.lastindex or 0]
        target = link.partition("#")[0]
        if target.startswith((f"{_FORGE}/blob/main/", f"{_FORGE}/tree/main/")):
            is_dead = not (checkout / target.split("/main/", 1)[1]).exists()
        elif "://" in target or not target or target.startswith("mailto:"):
            is_dead = False
        else:
            is_dead = (
                name == "README.md" or posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) not in names
            )
        if is_dead:
            dead.append(f"{name}: {link}")
    return dead


def check_links(tarball: Path, checkout: Path = ROOT) -> str:
    """Check the links in the documents of a tarball, and return a line about them."""
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive.getmembers()}
        documents = {name: _content(archive, archive.getmember(name)) for name in names if name.endswith(".md")}
    dead = [link for name in documents for link in dead_links(name, documents[name].decode(), names, checkout)]
    if dead:
        raise PackageError("Links in the tarball that lead nowhere:\n" + "\n".join(sorted(dead)))
    return f"no dead links in {len(documents)} documents"


def check_install(environment: Path, tarball: Path, directory: Path) -> str:
    """Install a tarball offline into an empty directory, ask Ansible for each plugin, and return a line about it."""
    install(environment, tarball, directory)
    total = 0
    for kind, name in (("module", "modules"), ("lookup", "lookup"), ("filter", "filter")):
        files = {path.stem for path in (ROOT / "plugins" / name).glob("[!_]*.py")}
        wanted = {f"{NAMESPACE}.{NAME}.{stem}" for stem in files}
        listing = ["--list", "--json", "--type", kind, f"{NAMESPACE}.{NAME}"]
        if missing := wanted.difference(json.loads(_ansible(environment, directory, "ansible-doc", *listing))):
            raise PackageError("Not found by Ansible after the install: " + ", ".join(sorted(missing)))
        total += len(wanted)
    return f"installed offline; Ansible finds all {total} plugins"


def check_action_group(runtime: str, modules: set[str]) -> str:
    """Check that meta/runtime.yml names every module in the action group `identity`, and return a line about it."""
    group = re.search(r"^ {2}identity:\n((?: {4}- .+\n?)+)", runtime, re.MULTILINE)
    members = set(re.findall(r"- (\w+)", group.group(1))) if group else set()
    if members != modules or not modules:
        raise PackageError(f"The action group identity holds {sorted(members)}, the modules are {sorted(modules)}.")
    return f"the action group holds all {len(modules)} modules"
