# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a benchmark: complete, readable in light and dark and without colour, and nothing from elsewhere."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from bench import page, picture
from bench.page import Figure
from paths import ROOT

_SVG = "{http://www.w3.org/2000/svg}"
_FIGURES = [
    Figure("one & only", "1", "1", 1.0, met=True),
    Figure("half", "2.00", "1.00", 0.5, met=True),
    Figure("missed", "1.00", "1.25", 1.25, met=False),
    Figure("far off", "1.00", "30.00", 30.0, met=False),
]
_WORDS = ("✓ 1, goal 1", "✓ 1.00, goal 2.00", "✗ missed: 1.25, goal 1.00", "✗ missed: 30.00, goal 1.00, bar cut")


@pytest.fixture(scope="module")
def drawn() -> str:
    return picture.draw(_FIGURES, "A <title>")


def _texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{_SVG}text")]


def test_names_and_values_stand_beside_the_bars(drawn: str) -> None:
    assert {"A <title>", *_WORDS, *(figure.what for figure in _FIGURES)} <= set(_texts(drawn))


def test_bars_that_miss_their_goal_are_hatched(drawn: str) -> None:
    assert len(re.findall(r"fill: url\(#", drawn)) == sum(not figure.met for figure in _FIGURES)


def test_picture_has_a_title_for_those_who_do_not_see_it(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.findtext(f"{_SVG}title") == "A <title>"


def test_light_and_dark_pages_have_colours_of_their_own(drawn: str) -> None:
    light, _query, dark = drawn.partition("@media (prefers-color-scheme: dark)")
    used = set(re.findall(r"var\((--\w+)\)", drawn))
    assert used == {"--ink", "--quiet", "--paper", "--met", "--missed"}
    for name in used:
        assert f"{name}: #" in light
        assert f"{name}: #" in dark
    assert not re.search(r"(?:fill|stroke): #", drawn)


def test_same_figures_give_the_same_picture(drawn: str) -> None:
    assert picture.draw(_FIGURES, "A <title>") == drawn


def test_nothing_comes_from_elsewhere(drawn: str) -> None:
    for name in (
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "https://www.gnu.org/licenses/gpl-3.0.txt",
    ):
        drawn = drawn.replace(name, "")
    assert "<script" not in drawn
    assert not re.search(r"http|@import|@font-face|url\((?!#)|href=\"(?!#)", drawn)


def test_figures_are_those_of_the_page() -> None:
    rows = [
        "| what | goal | measured | measured / goal | rounds | times |",
        "| --- | --- | --- | --- | --- | --- |",
        "| a | exactly 3 | 3 | met |  | 1 s |",
        "| b | exactly 3 | 6 | NOT MET |  |  |",
        "| c | none | 0.22 |  | 0.1 to 0.3 | 1 s / 2 s |",
        "| d | at most 1/25 | 1/20 | 1.25, missed |  |  |",
    ]
    text = page.written("<!-- begin one -->\n<!-- end one -->", "", {"one": "\n".join(rows)})
    assert page.figures(text, "one") == [
        Figure("a", "3", "3", 1.0, met=True),
        Figure("b", "3", "6", 2.0, met=False),
        Figure("d", "1/25", "1/20", 1.25, met=False),
    ]


def test_picture_of_the_collection_shows_what_its_page_says() -> None:
    figures = page.figures((ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8"), "tasks")
    texts = _texts((ROOT / "docs" / "benchmarks.svg").read_text(encoding="utf-8"))
    assert figures
    for figure in figures:
        beside = texts[texts.index(figure.what) + 1]
        assert f" {figure.measured}, goal {figure.goal}" in beside, "make bench ARGS=--draw draws it anew"
        assert beside.startswith("✓" if figure.met else "✗")
