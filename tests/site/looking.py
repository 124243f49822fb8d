# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the pages of a site in Chromium and say what is wrong with them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page, ViewportSize, sync_playwright

_LOOK = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
_HEIGHT = 900

# Nothing but what a page needs, and no connection of the browser's own.
_OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """What was seen of a page."""

    problems: Sequence[str]
    ids: frozenset[str]
    links: Sequence[str]


class Eyes:
    """A window of Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._said: list[str] = []
        page.on(
            "console",
            lambda message: self._said.append(f"The console says: {message.text}") if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self._said.append(f"A script failed: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("requestfailed", lambda request: self._said.append(f"Could not be loaded: {request.url}"))

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("file", "data"):
            self._said.append(f"Asks another host: {url}")

    def open(self, file: Path) -> None:
        """Open a page."""
        self._said.clear()
        self._page.goto(file.as_uri())

    def look(self, width: int, scheme: Scheme) -> Look:
        """Look at the open page in a window of this width, in this colour scheme."""
        self._page.emulate_media(color_scheme=scheme)
        self._page.set_viewport_size(ViewportSize(width=width, height=_HEIGHT))
        found = self._page.evaluate(_LOOK)
        return Look([*self._said, *found["problems"]], frozenset(found["ids"]), found["links"])

    def search(self, file: Path, words: str) -> str:
        """Return what the page for searches finds."""
        self._page.goto(f"{file.as_uri()}?q={words}")
        self._page.wait_for_selector("#search-results li a", timeout=10_000)
        return self._page.inner_text("#search-results")


@contextmanager
def opened() -> Iterator[Eyes]:
    """Start Chromium, of which the variables say where it is, with an empty profile, and end it."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        variables = {"HOME": profile, "LD_LIBRARY_PATH": os.environ["CHROMIUM_LIBRARIES"]}
        browser = playwright.chromium.launch_persistent_context(
            profile,
            args=list(_OPTIONS),
            env={**variables, "FONTCONFIG_FILE": os.environ["FONTCONFIG_FILE"]},
            executable_path=os.environ["CHROMIUM"],
            headless=True,
        )
        try:
            yield Eyes(browser.new_page())
        finally:
            browser.close()


def dead_links(looks: dict[Path, Look]) -> list[str]:
    """Return the links of these pages that lead to a missing file, or to a place that its page does not have."""
    dead = []
    for page, look in looks.items():
        for link in sorted(set(look.links)):
            parts = urlsplit(link)
            if parts.scheme != "file":
                continue
            target = Path(unquote(parts.path))
            target_look = looks.get(target)
            place = unquote(parts.fragment)
            if not target.is_file() or (place and target_look and place not in target_look.ids):
                dead.append(f"{page.name}: {target.name}{'#' if place else ''}{place}")
    return dead
