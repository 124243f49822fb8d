# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of faults and outcomes is what the run finds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.tests.faults import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read as Linux tells it")
def test_page_is_what_the_run_finds(request: pytest.FixtureRequest) -> None:
    """Compare the page with the outcomes of this run, or write it if asked to."""
    found, path = page.render(), request.config.getoption("--write-reliability")
    if path:
        Path(path).write_text(found, encoding="utf-8")
    else:
        assert PAGE.read_text(encoding="utf-8") == found, "write it anew: see its first lines"
