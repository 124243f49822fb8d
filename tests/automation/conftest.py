# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the services, and directories in which Ansible runs as in a container of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from ..secrets.discover import ROOT
from ..secrets.services import Service, process, wait_for_url

BIN = Path(sys.executable).parent
_LIMIT_SECONDS = 120
_FOREIGN = ("ANSIBLE_", "OS_", "PYTHON", "RAX_", "RS_", "XDG_")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the identity service, and the services of its catalog."""
    directory = tmp_path_factory.mktemp("services")
    with process("identity_service", directory / "url"):
        url = wait_for_url(directory / "url")
        with process("cloud_services", directory / "origins", "--identity-url", url):
            wait_for_url(directory / "origins")
            yield Service(url)


@pytest.fixture
def service(started: Service) -> Service:
    """Reset the identity service."""
    started.control("reset", {})
    return started


class Job:
    """A directory with a home, in which commands run and see nothing of the environment of this process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.project = directory / "project"
        self.project.mkdir(parents=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        self._environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "HOME": str(directory),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        }

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *command: str, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
        """Run a command, check how it ended, and return what it has written."""
        # Not a pipe, which a service that was left running would hold open.
        log = self.directory / "log"
        with log.open("w", encoding="utf-8") as stream:
            ended = subprocess.run(
                command,
                check=False,
                cwd=self.project,
                env={**self._environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=_LIMIT_SECONDS,
            )
        output = log.read_text(encoding="utf-8")
        assert ended.returncode == code, output
        return output


MakeJob = Callable[[str], Job]


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    """Make jobs, each with a home of its own."""
    return lambda name: Job(tmp_path / name)


@pytest.fixture
def job(make_job: MakeJob) -> Job:
    """Make one job."""
    return make_job("job")
