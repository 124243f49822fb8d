# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment: the collection says what it needs, and the builder accepts the guide's definition."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ..secrets.discover import COLLECTION, ROOT
from .blocks import captioned
from .conftest import Job, MakeJob

# Those whose package has another name than what is imported.
PACKAGES = {"socks": "PySocks", "yaml": "PyYAML"}
# What brings in what else is imported: urllib3 comes with requests.
BROUGHT_BY_OTHERS = {"ansible", "urllib3"}
REQUIREMENTS = {"PySocks", "PyYAML", "cryptography", "defusedxml", "pyotp", "requests"}
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
DEFINITION = captioned("awx_guide")["execution-environment.yml"]


def imported() -> Iterator[str]:
    """Yield the name of each package that a plugin imports, anywhere."""
    for path in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield (node.module or "").partition(".")[0]


def test_all_that_is_imported_is_required() -> None:
    others = set(imported()).difference(sys.stdlib_module_names, BROUGHT_BY_OTHERS)
    assert {PACKAGES.get(name, name) for name in others} == REQUIREMENTS


def test_guide_names_the_same_libraries() -> None:
    text = (ROOT / "docs" / "docsite" / "rst" / "awx_guide.rst").read_text(encoding="utf-8")
    assert set(re.findall(r"^   \* - ``(\w+)``", text, re.MULTILINE)) == REQUIREMENTS


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the collection from its tarball alone, without a network, and return the directory."""
    job = Job(tmp_path_factory.mktemp("build") / "job")
    job.run("ansible-galaxy", "collection", "build", "--output-path", ".", str(ROOT))
    (tarball,) = job.project.glob("*.tar.gz")
    installed = str(job.project / "installed")
    # Galaxy leaves out what it finds elsewhere.
    elsewhere = {"ANSIBLE_COLLECTIONS_PATH": installed}
    install = ("ansible-galaxy", "collection", "install", "--offline", "--collections-path", installed)
    job.run(*install, str(tarball), environment=elsewhere)
    return job.project / "installed"


def test_builder_finds_the_requirements(job: Job, installed: Path) -> None:
    output = job.run("ansible-builder", "introspect", str(installed))
    found = yaml.safe_load(output)
    file = installed / "ansible_collections" / "rackspace" / "identity" / "meta" / "ee-requirements.txt"
    assert {line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")} == REQUIREMENTS
    # The builder leaves out what each image has.
    assert {line.partition("#")[0].strip() for line in found["python"]} == REQUIREMENTS - {"PyYAML"}
    assert {line.partition("#")[2].strip() for line in found["python"]} == {f"from collection {COLLECTION}"}
    assert found["system"] == []


def test_builder_makes_the_context_of_the_guide(job: Job) -> None:
    job.write("execution-environment.yml", DEFINITION)
    job.run("ansible-builder", "create", "--output-filename", "Containerfile")
    context = job.project / "context"
    scripts = ("assemble", "check_ansible", "check_galaxy", "entrypoint", "install-from-bindep", "introspect.py")
    assert {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()} == {
        "Containerfile",
        "_build/requirements.txt",
        "_build/requirements.yml",
        *(f"_build/scripts/{name}" for name in (*scripts, "pip_install")),
    }
    galaxy = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert galaxy == {"collections": [{"name": REPOSITORY, "type": "git"}, {"name": "community.general"}]}
    assert (context / "_build" / "requirements.txt").read_text(encoding="utf-8").split() == ["redis"]
    lines = (context / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert 'ARG EE_BASE_IMAGE="docker.io/redhat/ubi9:latest"' in lines
    assert 'ARG PYCMD="/usr/bin/python3.12"' in lines
    assert 'ARG PYPKG="python3.12"' in lines
    assert 'ARG ANSIBLE_INSTALL_REFS="ansible-core~=2.21.0 ansible-runner"' in lines
    git, collections = (
        next(number for number, line in enumerate(lines) if part in line)
        for part in ("RUN dnf install --assumeyes git-core", " ansible-galaxy collection install ")
    )
    assert git < collections


def test_builder_refuses_another_definition(make_job: MakeJob) -> None:
    job = make_job("wrong")
    job.write("execution-environment.yml", DEFINITION.replace("base_image", "base"))
    assert "Additional properties are not allowed" in job.run("ansible-builder", "create", code=1)
