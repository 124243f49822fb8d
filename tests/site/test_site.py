# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the documentation site as people see it: on a desktop and on a phone, light and dark."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from . import looking
from .looking import Eyes, Look, Scheme

_SITE = Path(os.environ["SITE"])
_PAGES = sorted(path.relative_to(_SITE) for path in _SITE.rglob("*.html") if "_static" not in path.parts)
_WIDTHS = (1280, 390)
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.fixture(scope="module")
def looks() -> dict[Path, Look]:
    """Give what was seen of the pages, in the order in which the tests open them."""
    return {}


@pytest.mark.parametrize("page", _PAGES, ids=str)
def test_nothing_is_wrong_with_a_page(eyes: Eyes, looks: dict[Path, Look], page: Path) -> None:
    eyes.open(_SITE / page)
    found = {(width, scheme): eyes.look(width, scheme) for width in _WIDTHS for scheme in _SCHEMES}
    looks[_SITE / page] = found[_WIDTHS[0], _SCHEMES[0]]
    assert {setting: look.problems for setting, look in found.items() if look.problems} == {}


def test_links_and_anchors_lead_somewhere(looks: dict[Path, Look]) -> None:
    assert looking.dead_links(looks) == []


def test_site_opens_with_the_page_for_beginners(looks: dict[Path, Look]) -> None:
    inside = [link for link in looks[_SITE / "index.html"].links if link.endswith(".html") and "docsite/" in link]
    assert inside[0] == (_SITE / "docsite" / "getting_started.html").as_uri()


def test_page_of_each_plugin_says_how_the_collection_is_installed() -> None:
    installed = r"ansible-galaxy collection install \S+"
    commands = set(re.findall(installed, (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")))
    pages = [_SITE / page for page in _PAGES if re.search(r"_(module|filter|lookup)\.html$", page.name)]
    assert pages
    for page in pages:
        text = re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))
        assert set(re.findall(rf"To install it, use: ({installed})\.\s", text)) == commands, page


def test_every_page_can_be_reached_from_the_first(looks: dict[Path, Look]) -> None:
    reached = {link.partition("#")[0] for link in looks[_SITE / "index.html"].links}
    generated = {"environment_variables.html", "genindex.html", "search.html"}
    assert {page.as_uri() for page in looks if page.name not in generated} <= reached


def test_search_finds_what_is_there(eyes: Eyes) -> None:
    assert "rax_request" in eyes.search(_SITE / "search.html", "paginate")
