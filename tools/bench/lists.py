# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a long list costs that rax_request reads in pages, beside a script that reads it with requests alone."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import plays, requests, rows
from bench.rows import Row
from playbooks import Sandbox

_PAGE = 1_000
_WAYS = ("ours", "by hand")


def _sizes_of(what: str, goal: float, ours: Sequence[float], floor: Sequence[float]) -> Row:
    """Return the row of two amounts of memory in MiB."""
    ratios = tuple(one / other for one, other in zip(ours, floor, strict=True))
    times = f"{statistics.median(ours):.1f} MiB / {statistics.median(floor):.1f} MiB"
    return Row(what, goal, statistics.median(ratios), ratios=ratios, times=times)


def found(sandbox: Sandbox, collections: Path, *, items: int, rounds: int) -> list[Row]:
    """Return the rows of a list of so many items, and of how it grows from a tenth of them."""
    sizes = (items // 10, items)
    tenant = requests.url_of_files(sandbox).rstrip("/").rpartition("/")[2]
    for size in sizes:
        filling = {"service": "files", "region": "DFW", "tenant": tenant, "container": f"list-{size}", "count": size}
        requests.control(sandbox, "POST", "fill", filling)
    url, token = requests.url_of_files(sandbox), requests.token(sandbox)
    measured: dict[tuple[str, int, str], list[float]] = {}
    for number in range(rounds):
        for size in sizes:
            for way in _WAYS if number % 2 == 0 else reversed(_WAYS):
                output = subprocess.check_output(
                    [sys.executable, "-m", "bench.inside", "list", way, str(size), str(_PAGE), url, token],
                    env=plays.with_collection(sandbox, collections),
                    stdin=subprocess.DEVNULL,
                )
                for name, value in json.loads(output).items():
                    measured.setdefault((way, size, name), []).append(value)
    small, large = sizes
    tenth = {name: [value / 10 for value in measured["ours", large, name]] for name in ("own seconds", "memory")}
    what = f"list of {items:,} items in pages of {_PAGE:,}"
    return [
        rows.ratio(
            f"{what} / by requests and json",
            1.3,
            measured["ours", large, "seconds"],
            measured["by hand", large, "seconds"],
        ),
        rows.ratio(
            f"growth of its own time from {small:,} items",
            1.1,
            tenth["own seconds"],
            measured["ours", small, "own seconds"],
        ),
        _sizes_of(
            f"memory for a {what} / by requests and json",
            1.3,
            measured["ours", large, "memory"],
            measured["by hand", large, "memory"],
        ),
        _sizes_of(
            f"growth of its memory from {small:,} items", 1.1, tenth["memory"], measured["ours", small, "memory"]
        ),
    ]
