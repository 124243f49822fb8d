# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a benchmark: sections between marks, of which some are written anew and the others stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SECTION = re.compile(r"(<!-- begin (\w+) -->\n)(.*?)(<!-- end \2 -->)", re.DOTALL)
_NOT_YET = "Not measured yet.\n"


@dataclass(frozen=True)
class Figure:
    """A measured value with a goal, as it stands on the page. share: how much of the goal was used up."""

    what: str
    goal: str
    measured: str
    share: float
    met: bool


def _number(text: str) -> float:
    whole, _slash, parts = text.partition("/")
    return float(whole) / float(parts or 1)


def figures(page: str, section: str) -> list[Figure]:
    """Return the measured values in the table of a section that have a goal."""
    (table,) = (text for _begin, name, text, _end in _SECTION.findall(page) if name == section)
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        goal = re.fullmatch(r"(?:exactly|at most) (\S+)", cells[1]) if len(cells) > 3 else None
        if goal:
            what, _goal, measured, share = cells[:4]
            met = not share.lower().endswith(("not met", "missed"))
            found.append(Figure(what, goal[1], measured, _number(measured) / _number(goal[1]), met))
    return found


def written(template: str, before: str, sections: Mapping[str, str]) -> str:
    """Return the page of a template, with these sections, and the others as they are on the page before."""
    known = {name: text for _begin, name, text, _end in _SECTION.findall(before)}
    known.update({name: f"\n{text}\n" for name, text in sections.items()})
    return _SECTION.sub(lambda found: f"{found[1]}{known.get(found[2], _NOT_YET)}{found[4]}", template)
