# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: all plays are run once, and then everything that they have written is searched."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from . import everything, runs, services
from .runs import Ended
from .services import Service
from .values import Secrets


@dataclass(frozen=True)
class Written:
    """What the runs have left: how each ended, and the directory that holds all that they wrote."""

    directory: Path
    ended: dict[str, Ended]
    secrets: Secrets
    requests: dict[str, int]

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [outcome for ended in self.ended.values() for outcome in ended.outcomes]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Service]]:
    """Run the identity services."""
    with services.running(tmp_path_factory.mktemp("services")) as started:
        yield started


@pytest.fixture(scope="session")
def written(running: dict[str, Service], tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Run every plugin, role and playbook in every way."""
    given, directory = tmp_path_factory.mktemp("given"), tmp_path_factory.mktemp("written")
    planned, secrets = everything.plan(running, given)
    # The names of sockets have a limit, and so the directories have numbers.
    directories = [(given / str(number), directory / str(number)) for number in range(len(planned))]
    # One process waits often enough for another to use the time.
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda each, places: runs.run(each, *places), planned, directories)
        ended = dict(zip([each.name for each in planned], results, strict=True))
    requests = {name: service.requests() for name, service in running.items()}
    return Written(directory, ended, secrets, requests)
