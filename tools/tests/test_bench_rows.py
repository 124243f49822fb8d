# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of measured values: costs, medians, tables, and which of them are wrong."""

from __future__ import annotations

import pytest
from bench import rows
from bench.rows import Row


def test_what_starting_costs_cancels_out() -> None:
    assert rows.cost(longer=5.0, shorter=2.0, more=10) == pytest.approx(0.3)


def test_a_cost_is_never_nothing() -> None:
    assert 0 < rows.cost(longer=1.9, shorter=2.0, more=10) < 1e-5


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # The ratio of the medians would be 2.0.
    row = rows.ratio("a / b", 2.0, [1.0, 2.0, 9.0], [1.0, 0.5, 3.0])
    assert row.ratios == (1.0, 4.0, 3.0)
    assert row.measured == 3.0
    assert row.share == 1.5
    assert row.times == "2 s / 1 s"


def test_a_ratio_needs_both_in_every_round() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rows.ratio("a / b", 2.0, [1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", 1.0, 1.0), True),
        (Row("a", 1.0, 0.2), True),
        (Row("a", 1.0, 1.01), False),
        (Row("a", None, 7.0), True),
        (rows.count("a", 1, 1, ""), True),
        (rows.count("a", 1, 0, ""), False),
        (rows.count("a", 1, 2, ""), False),
    ],
)
def test_a_goal_is_met_or_not(row: Row, met: bool) -> None:
    assert row.met is met


def test_only_counts_can_be_wrong() -> None:
    slow, counted, wrong = Row("slow", 1.0, 9.0), rows.count("one", 1, 1, ""), rows.count("two", 1, 2, "")
    assert rows.wrong_counts([slow, counted, wrong]) == [wrong]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12.34, "12.3 s"), (1.0, "1 s"), (0.9, "900 ms"), (0.00123, "1.23 ms"), (0.000104, "104 µs"), (0.0, "0 µs")],
)
def test_a_duration_has_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert rows.duration(seconds) == text


@pytest.mark.parametrize(("value", "text"), [(1.3, "1.30"), (0.1, "0.10"), (0.04, "1/25"), (0.0, "0.00")])
def test_a_small_ratio_is_a_fraction(value: float, text: str) -> None:
    assert rows.number(value) == text


def test_a_row_has_its_goal_beside_the_measured_value() -> None:
    row = rows.ratio("a / b", 0.4, [0.1, 0.2, 0.3], [1.0, 1.0, 1.0])
    assert rows.cells(row) == ("a / b", "at most 0.40", "0.20", "0.50", "0.10 to 0.30", "200 ms / 1 s")


def test_a_missed_goal_is_told_in_words() -> None:
    assert rows.cells(Row("a", 0.4, 0.8))[3] == "2.00, missed"
    assert rows.cells(rows.count("a", 1, 200, "3 s"))[1:4] == ("exactly 1", "200", "NOT MET")
    assert rows.cells(rows.count("a", 1, 1, "3 s"))[1:4] == ("exactly 1", "1", "met")


def test_a_row_without_a_goal_has_no_share_of_it() -> None:
    assert rows.cells(Row("a", None, 0.05))[1:4] == ("none", "1/20", "")


def test_the_table_in_markdown_has_a_line_for_each_row() -> None:
    lines = rows.markdown([Row("a", 1.0, 0.5), Row("b", 1.0, 0.5)]).splitlines()
    assert lines[0] == f"| {' | '.join(rows.HEADINGS)} |"
    assert lines[1].replace("-", "").replace("|", "").strip() == ""
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| a", "| b"]
    assert {line.count("|") for line in lines} == {len(rows.HEADINGS) + 1}


def test_the_table_for_a_terminal_is_aligned() -> None:
    lines = rows.plain([Row("a", 1.0, 0.5), Row("longer", 1.0, 0.5)]).splitlines()
    assert {line.index("at most") for line in lines[1:]} == {lines[0].index("goal")}
