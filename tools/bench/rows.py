# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark has to say: rows with a goal beside each measured value, as a table for people and for Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# A difference of two times can come out as nothing where the machine was busy.
_LEAST_SECONDS = 1e-6


@dataclass(frozen=True)
class Row:
    """One measured value. `goal` is the most it should be, or with `exact` what it must be; None for no goal.

    ratios: a count has none; all others are the median of these. times: what was divided by what, in words.
    """

    what: str
    goal: float | None
    measured: float
    exact: bool = False
    ratios: tuple[float, ...] = ()
    times: str = ""

    @property
    def share(self) -> float | None:
        """How much of the goal was used up: 1 is just met."""
        return None if self.goal is None else self.measured / self.goal

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        if self.goal is None:
            return True
        return self.measured == self.goal if self.exact else self.measured <= self.goal


def cost(longer: float, shorter: float, more: int) -> float:
    """Return the seconds that one of `more` tasks took: start-up, in both runs, cancels out."""
    return max((longer - shorter) / more, _LEAST_SECONDS)


def count(what: str, wanted: int, counted: int, times: str) -> Row:
    """Return the row of a count that has to be exactly as wanted."""
    return Row(what, wanted, counted, exact=True, times=times)


def ratio(what: str, goal: float | None, ours: Sequence[float], floor: Sequence[float]) -> Row:
    """Return the row of two things measured side by side, round by round: the median of the rounds' ratios."""
    ratios = tuple(one / other for one, other in zip(ours, floor, strict=True))
    times = f"{duration(statistics.median(ours))} / {duration(statistics.median(floor))}"
    return Row(what, goal, statistics.median(ratios), ratios=ratios, times=times)


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it, with three digits or fewer."""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def number(value: float, *, exact: bool = False) -> str:
    """Return a count as it is, and a ratio with two decimals, or as a fraction where it is small."""
    if exact:
        return f"{value:g}"
    return f"1/{1 / value:.0f}" if 0 < value < 0.1 else f"{value:.2f}"


def _goal(row: Row) -> str:
    if row.goal is None:
        return "none"
    return f"exactly {row.goal:g}" if row.exact else f"at most {number(row.goal)}"


def _rounds(row: Row) -> str:
    return f"{number(min(row.ratios))} to {number(max(row.ratios))}" if len(row.ratios) > 1 else ""


def _share(row: Row) -> str:
    if row.share is None:
        return ""
    if row.exact:
        return "met" if row.met else "NOT MET"
    return f"{row.share:.2f}{'' if row.met else ', missed'}"


HEADINGS = ("what", "goal", "measured", "measured / goal", "rounds", "times")


def cells(row: Row) -> tuple[str, ...]:
    """Return what the columns of HEADINGS hold for a row."""
    return row.what, _goal(row), number(row.measured, exact=row.exact), _share(row), _rounds(row), row.times


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *map(cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def plain(rows: Sequence[Row]) -> str:
    """Return the rows as a table for a terminal."""
    lines = [HEADINGS, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def wrong_counts(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are wrong whatever the machine: counts that are not exactly as they must be."""
    return [row for row in rows if row.exact and not row.met]
