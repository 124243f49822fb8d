# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a benchmark as a picture, for light and dark pages, and readable without colour."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

from bench.page import Figure

# One SVG for both: these stand in for colours, which the style chooses.
_COLOURS = {
    "#000001": "--ink",
    "#000002": "--quiet",
    "#000003": "--paper",
    "#000004": "--met",
    "#000005": "--missed",
}
_INK, _QUIET, _PAPER, _MET, _MISSED = _COLOURS
_LICENSE = """\
<!--
Copyright (c) 2026 The rackspace.identity authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""
_STYLE = """\
<style>
:root { --ink: #1f2328; --quiet: #59636e; --paper: #ffffff; --met: #1a7f37; --missed: #cf222e; }
@media (prefers-color-scheme: dark) {
:root { --ink: #f0f6fc; --quiet: #9198a1; --paper: #0d1117; --met: #3fb950; --missed: #f85149; }
}
</style>
"""
_KEY = "The dashed line is the goal; a full bar meets it, a hatched one misses it."
# Bars end here, in goals, so that one missed goal does not squeeze all others.
_MOST_GOALS = 2.0
_WIDTH, _LINE, _MARGIN = 7.6, 0.46, 0.9


def _words(figure: Figure, goals: float) -> str:
    """Return what stands beside a bar: a mark and words, so that nothing depends on its colour."""
    cut = ", bar cut" if figure.share > goals else ""
    return f"{'✓' if figure.met else '✗ missed:'} {figure.measured}, goal {figure.goal}{cut}"


def draw(figures: Sequence[Figure], title: str) -> str:
    """Return an SVG with a bar for each figure, on a scale on which every goal is at one line."""
    # It takes a second to import, and only what draws needs it.
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415

    goals = max(1.25, *(min(_MOST_GOALS, figure.share) for figure in figures))
    settings = {
        "hatch.linewidth": 1.5,
        # The same figures give the same picture, whose text is text.
        "svg.fonttype": "none",
        "svg.hashsalt": "rackspace.identity",
    }
    with mpl.rc_context(settings):
        height = _LINE * len(figures) + _MARGIN
        canvas = Canvas(figsize=(_WIDTH, height), facecolor=_PAPER)
        axes = canvas.add_axes((0.03, 0.1 / height, 0.94, 1 - _MARGIN / height), facecolor=_PAPER)
        axes.set_axis_off()
        axes.set_xlim(0, goals * 1.55)
        axes.set_ylim(len(figures) - 0.35, -0.6)
        axes.axvline(1, color=_QUIET, linestyle=(0, (4, 3)), linewidth=1.2, zorder=0)
        # Words are not crossed by the line.
        behind = {"facecolor": _PAPER, "edgecolor": "none", "pad": 0.5}
        for row, figure in enumerate(figures):
            colour = _MET if figure.met else _MISSED
            axes.barh(
                row + 0.2,
                min(figure.share, goals),
                height=0.34,
                facecolor=colour if figure.met else _PAPER,
                edgecolor=colour,
                hatch=None if figure.met else "////",
                linewidth=1.2,
            )
            axes.text(0, row - 0.08, figure.what, bbox=behind, color=_INK, fontsize=9, va="bottom")
            axes.text(
                min(figure.share, goals) + 0.02 * goals,
                row + 0.2,
                _words(figure, goals),
                bbox=behind,
                color=_INK,
                fontsize=9,
                va="center",
                weight="bold",
            )
        canvas.text(0.03, 1 - 0.3 / height, title, color=_INK, fontsize=10.5, weight="bold")
        canvas.text(0.03, 1 - 0.58 / height, _KEY, color=_QUIET, fontsize=9)
        output = io.StringIO()
        canvas.savefig(output, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return _finished(output.getvalue(), title)


def _finished(drawn: str, title: str) -> str:
    """Return a drawing with a title for those who do not see it, and colours that follow light and dark."""
    _start, _separator, rest = drawn.partition("<svg ")
    attributes, _separator, rest = rest.partition(">")
    head = f'<svg role="img" {attributes}>\n{_LICENSE}<title>{escape(title)}</title>\n{_STYLE}'
    for colour, name in _COLOURS.items():
        rest = rest.replace(colour, f"var({name})")
    rest = rest.replace("'DejaVu Sans'", "system-ui, sans-serif")
    # The reader's own font; and no document type, which would name an address.
    return head + "".join(f"{line.rstrip()}\n" for line in rest.splitlines() if line.strip())
