# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a benchmark: valid, complete, readable in light and dark, and without anything from elsewhere."""

from __future__ import annotations

from xml.etree import ElementTree

from bench import picture
from bench.rows import Row, count

_SVG = "{http://www.w3.org/2000/svg}"
_ROWS = [
    count("one & only", 1, 1, "3 s"),
    Row("half", 2.0, 1.0),
    Row("missed", 1.0, 1.25),
    Row("far off", 1.0, 30.0),
    Row("no goal", None, 0.1),
]


def _drawn(rows: list[Row]) -> ElementTree.Element:
    return ElementTree.fromstring(picture.draw(rows, "A <title>"))


def _bars(drawn: ElementTree.Element) -> list[tuple[str, float]]:
    return [(rect.get("class") or "", float(rect.get("width") or "nan")) for rect in drawn.iter(f"{_SVG}rect")]


def _texts(drawn: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in drawn.iter(f"{_SVG}text")]


def test_every_row_with_a_goal_has_a_bar_of_its_colour() -> None:
    assert [kind for kind, _width in _bars(_drawn(_ROWS))] == ["met", "met", "missed", "missed"]


def test_names_and_values_stand_beside_the_bars() -> None:
    texts = _texts(_drawn(_ROWS))
    for text in ("A <title>", "one & only", "1, goal 1", "half", "1.00, goal 2.00", "30.00, goal 1.00, bar cut"):
        assert text in texts
    assert "no goal" not in texts


def test_bars_are_shares_of_the_goal() -> None:
    widths = [width for _kind, width in _bars(_drawn([Row("all", 4.0, 4.0), Row("half", 2.0, 1.0)]))]
    assert widths[1] == widths[0] / 2


def test_a_bar_that_just_meets_its_goal_ends_at_the_line() -> None:
    drawn = _drawn([Row("all", 4.0, 4.0), Row("missed", 1.0, 1.7)])
    rect, line = next(drawn.iter(f"{_SVG}rect")), next(drawn.iter(f"{_SVG}line"))
    assert float(rect.get("x") or 0) + float(rect.get("width") or 0) == float(line.get("x1") or -1)


def test_a_bar_far_off_does_not_leave_the_picture() -> None:
    drawn = _drawn(_ROWS)
    right = max(float(rect.get("x") or 0) + float(rect.get("width") or 0) for rect in drawn.iter(f"{_SVG}rect"))
    assert right < float(drawn.get("width") or 0)


def test_light_and_dark_pages_have_colours_of_their_own() -> None:
    style = next(_drawn(_ROWS).iter(f"{_SVG}style")).text or ""
    assert "@media (prefers-color-scheme: dark)" in style


def test_nothing_comes_from_elsewhere() -> None:
    text = picture.draw(_ROWS, "title")
    for address in ("http://www.w3.org/2000/svg", "https://www.gnu.org/licenses/gpl-3.0.txt"):
        text = text.replace(address, "")
    for reference in ("http", "@import", "@font-face", "url(", "href", "<script"):
        assert reference not in text
