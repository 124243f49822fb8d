# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-cores there are, on which Pythons they run, and that continuous integration knows them all."""

from __future__ import annotations

import re

import interpreters
import pytest
import sessions
from paths import ROOT


@pytest.mark.parametrize(("minor", "core"), [("3.10", "2.17"), ("3.11", "2.19"), ("3.12", "2.21"), ("3.13", "2.21")])
def test_a_python_runs_the_newest_released_core_that_it_can(minor: str, core: str) -> None:
    assert sessions.newest_core(minor) == core


@pytest.mark.parametrize(("core", "pythons"), [("2.16", ["3.12", "3.11", "3.10"]), ("2.22", ["3.13"])])
def test_a_core_names_its_pythons_newest_first(core: str, pythons: list[str]) -> None:
    assert sessions.pythons(sessions.cores()[core], interpreters.SUPPORTED) == pythons


def test_a_core_is_pinned() -> None:
    assert re.fullmatch(r"ansible-core==2\.16\.\d+", sessions.pin("2.16"))


def test_continuous_integration_runs_every_core() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    listed = re.search(r"^ +core: \[(.+)\]$", workflow, re.MULTILINE)
    assert listed is not None
    assert re.findall(r"\d+\.\d+", listed.group(1)) == list(sessions.cores())
