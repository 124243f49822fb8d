# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a benchmark as a picture: plain SVG, for light and dark pages alike."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from bench.rows import Row, number

_WIDTH = 960
_BARS_FROM = 470
_BARS_TO = 790
_LINE = 30
_TOP = 64
_BOTTOM = 16
# Bars end here, in goals, so that one missed goal does not squeeze all others.
_MOST_GOALS = 2.0

_START = Path(__file__).with_name("picture.svg.template")


def _scale(rows: Sequence[Row]) -> float:
    """Return how many goals the whole width is for."""
    return max(1.25, *(min(_MOST_GOALS, row.share or 0) for row in rows))


def _bar(row: Row, top: int, goals: float) -> str:
    share = row.share or 0
    width = round((_BARS_TO - _BARS_FROM) * min(share, goals) / goals, 1)
    middle = top + _LINE // 2 + 5
    measured, goal = (number(value, exact=row.exact) for value in (row.measured, row.goal or 0))
    value = f"{measured}, goal {goal}{', bar cut' if share > goals else ''}"
    return (
        f'<text x="{_BARS_FROM - 12}" y="{middle}" text-anchor="end">{escape(row.what)}</text>\n'
        f'<rect class="{"met" if row.met else "missed"}" x="{_BARS_FROM}" y="{top + 5}" '
        f'width="{width}" height="{_LINE - 10}" rx="3"/>\n'
        f'<text class="value" x="{_BARS_FROM + width + 8}" y="{middle}">{escape(value)}</text>\n'
    )


def draw(rows: Sequence[Row], title: str) -> str:
    """Return an SVG with a bar for each row that has a goal, on a scale on which every goal is at one line."""
    shown = [row for row in rows if row.goal is not None]
    goals = _scale(shown)
    bottom = _TOP + _LINE * len(shown)
    line = round(_BARS_FROM + (_BARS_TO - _BARS_FROM) / goals, 1)
    start = Template(_START.read_text(encoding="utf-8"))
    parts = [
        start.substitute(width=_WIDTH, height=bottom + _BOTTOM, title=escape(title)),
        f'<text class="value" x="16" y="24">{escape(title)}</text>\n',
        f'<text class="small" x="{line}" y="{_TOP - 10}" text-anchor="middle">the goal</text>\n',
        *(_bar(row, _TOP + _LINE * index, goals) for index, row in enumerate(shown)),
        f'<line class="goal" x1="{line}" y1="{_TOP - 4}" x2="{line}" y2="{bottom + 4}"/>\n',
        "</svg>\n",
    ]
    return "".join(parts)
