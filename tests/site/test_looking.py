# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look at a page notices what can be wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import looking
from .looking import Eyes, Look, Scheme

_PAGE = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #eee; }} }}</style></head>
<body><main><h1>{title}</h1>{content}</main>
<footer>{footer}</footer></body></html>
"""
_FOOTER = "rackspace.identity, GNU General Public License"
_PICTURE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
_LONG = "x" * 300


def _look(eyes: Eyes, directory: Path, content: str, scheme: Scheme = "light", **parts: str) -> Look:
    file = directory / "page.html"
    file.write_text(
        _PAGE.format(**{"title": "Title", "footer": _FOOTER, "content": content, **parts}), encoding="utf-8"
    )
    eyes.open(file)
    return eyes.look(390, scheme)


_GOOD = f"""\
<p>Words</p><ul><li>one</li></ul><div style="overflow-x: auto"><table><tr><td>{_LONG}</td></tr></table></div>
<pre style="overflow-x: auto">{_LONG}</pre><img src="{_PICTURE}" alt="A picture">
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_good_page_has_no_problems(eyes: Eyes, tmp_path: Path, scheme: Scheme) -> None:
    assert _look(eyes, tmp_path, _GOOD, scheme).problems == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('<div style="width: 500px">wide</div>', "The page is 5"),
        ('<div style="overflow: hidden"><div style="width: 500px">wide</div></div>', "Leaves the window: <div> wide"),
        ('<ul style="padding: 0; overflow: hidden"><li>one</li></ul>', "Its bullet is cut off: <li> one"),
        (f'<pre style="overflow: hidden">{_LONG}</pre>', "Does not scroll: <pre>"),
        ("<style>main { overflow-x: auto }</style><p style='width: 500px'>wide</p>", "Leaves the window: <p> wide"),
        ("<h1>Another</h1>", "The page has 2 titles."),
        ('<img src="missing.png" alt="words">', "Does not load: missing.png"),
        (f'<img src="{_PICTURE}" alt="">', "Has no words"),
        ('<p style="color: #bbb">pale</p>', "Is hard to read, 187,187,187 on 255,255,255: <p> pale"),
        ('<script src="https://127.0.0.1:9/x.js"></script>', "Asks another host: https://127.0.0.1:9/x.js"),
        ("<script>console.error('no')</script>", "The console says: no"),
        ("<script>throw new Error('no')</script>", "A script failed: no"),
        ("<style>body { background: #111 !important; color: #eee }</style>", "The page is not light."),
    ],
)
def test_problem_is_noticed(eyes: Eyes, tmp_path: Path, content: str, problem: str) -> None:
    problems = _look(eyes, tmp_path, content).problems
    assert any(each.startswith(problem) for each in problems), problems


def test_title_and_footer_are_looked_at(eyes: Eyes, tmp_path: Path) -> None:
    problems = _look(eyes, tmp_path, "", title=_LONG, footer="©").problems
    for problem in ("Does not fit: <h1> x", "The footer does not say: rackspace.identity"):
        assert any(each.startswith(problem) for each in problems), problems


def test_dead_links_are_found(eyes: Eyes, tmp_path: Path) -> None:
    links = ("page.html#there", "page.html#not-there", "missing.html", "https://example.com/")
    content = '<p id="there">Words</p>' + "".join(f'<a href="{link}">link</a>' for link in links)
    look = _look(eyes, tmp_path, content)
    found = looking.dead_links({tmp_path / "page.html": look})
    assert found == ["page.html: missing.html", "page.html: page.html#not-there"]
