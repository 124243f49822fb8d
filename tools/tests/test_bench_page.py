# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a benchmark, of which parts can be written alone, and the numbers of a fleet."""

from __future__ import annotations

import pytest
from bench import fleet, page
from bench.fleet import Run

_TEMPLATE = "# Title\n\n<!-- begin one -->\n<!-- end one -->\n\nWords.\n\n<!-- begin two -->\n<!-- end two -->\n"


def test_sections_are_written_and_others_stay() -> None:
    first = page.written(_TEMPLATE, "", {"one": "| 1 |\n", "two": "| 2 |\n"})
    assert first == _TEMPLATE.replace("one -->\n<", "one -->\n\n| 1 |\n\n<").replace(
        "two -->\n<", "two -->\n\n| 2 |\n\n<"
    )
    second = page.written(_TEMPLATE.replace("Words", "Other words"), first, {"two": "| 3 \\1 |\n"})
    assert second == first.replace("| 2 |", "| 3 \\1 |").replace("Words", "Other words")


def test_section_that_was_never_measured_says_so() -> None:
    assert "begin two -->\nNot measured yet.\n<!-- end two" in page.written(_TEMPLATE, "", {"one": "x\n"})


@pytest.mark.parametrize(
    ("counted", "seconds", "wanted"),
    [(1, 5, 1), (0, 5, 1), (2, 5, 1), (1, 61, 1), (2, 61, 2), (3, 61, 2), (3, 150, 3), (2, 150, 2), (1, 150, 2)],
)
def test_there_are_as_many_logins_as_tokens_have_lives(counted: int, seconds: float, wanted: int) -> None:
    assert fleet.lives(counted, seconds) == wanted


def test_limit_lets_three_quarters_through() -> None:
    # 30 requests a second, or 15 in a region: 11.25 of them.
    assert fleet.window(30) == pytest.approx(60 / 11.25, abs=0.05)


def _run(hosts: int, seconds: float) -> Run:
    return Run(hosts, seconds, 1, 3 * hosts, 0, 1)


def test_growth_is_that_of_a_further_host() -> None:
    runs = [_run(100, 15), _run(300, 35), _run(1000, 105)]
    assert fleet.growth(runs).measured == pytest.approx(1)
    assert not fleet.growth([*runs[:2], _run(1000, 150)]).met


def test_every_host_asks_both_regions() -> None:
    regions = [task["rackspace.identity.rax_request"]["region"] for task in fleet.tasks_of_requests()]
    assert regions == ["{{ regions[0] }}", "{{ regions[1] }}", "{{ regions[0] }}"]
