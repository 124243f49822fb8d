# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: what the collection costs beside Ansible itself, and how often it logs in."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import bench_inside
import bench_logins
import bench_others
import bench_picture
import bench_plays
import bench_rows
import environments
import playground
import stage
from bench_plays import Ground
from bench_rows import Row
from places import ROOT

_PAGE = ROOT / "docs" / "benchmarks.md"
_PICTURE = ROOT / "docs" / "benchmarks.svg"
_TITLE = "rackspace.identity: measured, as a share of each goal (shorter is better)"
_LARGE, _SMALL = 10_000, 1_000

_VERSIONS = """
import json, platform
from importlib.metadata import version, PackageNotFoundError
def find(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
names = ("ansible-core", "ansible", "openstacksdk", "hvac")
print(json.dumps({"Python": platform.python_version(), **{name: find(name) for name in names}}))
"""

_TEXT = """\
<!--
Copyright (c) 2026 The rackspace.identity authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmarks

What the collection costs beside Ansible itself, and how often it logs in. `make bench` measures all of it anew, against
an identity service on the same machine, and writes this page. Times differ from machine to machine: they are for
reading. The counts of logins do not: the run fails where one is wrong.

![Each measured value as a share of its goal](benchmarks.svg)

{table}
Measured on {date}: {machine}.{others}

## How to read it

- A ratio is the median over several rounds. In each round the two things were measured one after the other, every other
  round in the opposite order; "rounds" has the least and the greatest ratio, "times" the two median times.
- What one task costs is the time of a playbook with many of it, less the time of the same playbook with one, by their
  difference in number: what starting Ansible costs cancels out.
- "Cold" tasks have an empty token cache each. A "warm" one finds a token there. The tasks run in the worker, but for
  the "module path", which a task gets that sets `environment`. Python reads and compiles a module anew each time it
  runs, and nearly all that a login costs there beside `ping` is that: returning its result alone costs next to nothing.
- A warm task returns the whole catalog, 59 endpoints here, and leaves it in a fact too. Nearly all that it costs beside
  `set_fact` is what Ansible does with these; with `facts: none` and filters it is next to nothing.
- "In one template" means one task with one template that makes 10,000 lookups, or applies the filter as often.
- Logins are counted by the identity service. 200 hosts are 200 local connections. Their times are of the whole run.
- The other collections log in to a server on the same machine that answers at once and checks nothing.
- The large catalog is measured inside one process: reading the cached login and choosing one endpoint, against
  `json.loads` of the catalog as the service sends it. "Growth" is what one endpoint costs of 10,000, by what one costs
  of 1,000.
"""


@dataclass(frozen=True)
class _Size:
    hosts: int
    processes: int
    lookups: int
    tasks: int
    rounds: int


_WHOLE = _Size(hosts=200, processes=50, lookups=10_000, tasks=6, rounds=5)
_QUICK = _Size(hosts=20, processes=10, lookups=1_000, tasks=2, rounds=1)


def _tell(words: str) -> None:
    print(words, flush=True)


def _against_ansible(ground: Ground, url: str, size: _Size) -> list[Row]:
    known, returning = bench_plays.returning_the_same(ground, size.tasks)
    subjects = {**bench_plays.of_the_collection(url, size.lookups, size.tasks), "returning": returning}
    costs = bench_plays.measure(known, subjects, size.rounds)
    template = f"{size.lookups:,} in one template"
    return [
        bench_rows.ratio("warm rax_identity_token task / set_fact", 1.3, costs["warm"], costs["set_fact"]),
        bench_rows.ratio(f"warm rax_endpoint lookup / env lookup, {template}", 1.0, costs["lookup"], costs["env"]),
        bench_rows.ratio(f"filter rax_select over facts / env lookup, {template}", 0.4, costs["filter"], costs["env"]),
        bench_rows.ratio("cold rax_identity_token task / uri, same login", 1.0, costs["cold"], costs["uri"]),
        bench_rows.ratio("module path, warm / ping", 1.05, costs["module"], costs["ping"]),
        bench_rows.ratio("a module that only returns the same / ping", None, costs["returning"], costs["ping"]),
    ]


def _against_others(ground: Ground, stand_in: str, size: _Size) -> list[Row]:
    costs = bench_plays.measure(ground, bench_plays.of_others(stand_in, max(size.tasks // 2, 1)), size.rounds)
    warm = "warm rax_identity_token task"
    return [
        bench_rows.ratio(f"{warm} / openstack.cloud.auth", 1 / 25, costs["warm"], costs["openstack"]),
        bench_rows.ratio(f"{warm} / community.hashi_vault.vault_login", None, costs["warm"], costs["vault"]),
    ]


def _large_catalog(ground: Ground, stand_in: str, collections: Path, rounds: int) -> list[Row]:
    python, script = str(ground.environment / "bin" / "python"), str(Path(bench_inside.__file__).resolve())
    output = subprocess.check_output(
        [python, script, "catalog", str(rounds), str(_SMALL), str(_LARGE)],
        env={**ground.variables, "PYTHONPATH": str(collections), "RAX_IDENTITY_URL": f"{stand_in}/v2.0"},
        stdin=subprocess.DEVNULL,
    )
    times: Mapping[str, Mapping[str, Sequence[float]]] = json.loads(output)
    large, small = times[str(_LARGE)], times[str(_SMALL)]
    factor = _LARGE / _SMALL
    growth = bench_rows.ratio(
        f"growth of that choice from {_SMALL:,} endpoints",
        1.0,
        [seconds / factor for seconds in large["choice"]],
        small["choice"],
    )
    what = f"catalog of {_LARGE:,} endpoints, one choice warm / parsing its JSON"
    return [bench_rows.ratio(what, 2.0, large["choice"], large["parse"]), growth]


def _versions(environment: Path) -> dict[str, str]:
    python = str(environment / "bin" / "python")
    found: dict[str, str] = json.loads(subprocess.check_output([python, "-c", _VERSIONS], stdin=subprocess.DEVNULL))
    return found


def _machine(environment: Path) -> str:
    versions = _versions(environment)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    system = f"{platform.system()}, {cores} core{'s' if cores > 1 else ''}"
    return f"{system}, Python {versions['Python']}, ansible-core {versions['ansible-core']}"


def _others() -> Path | None:
    """Return the environment with the other collections, or None where it cannot be had."""
    try:
        return environments.pinned("bench", "run", "bench")
    except environments.SetUpError as problem:
        _tell(f"{str(problem).splitlines()[-1]}\nThe comparison with other collections is left out.")
        return None


def _measured(environment: Path, others: Path | None, collections: Path, size: _Size) -> list[Row]:
    with playground.opened(environment, collections) as opened, bench_others.standing_in() as stand_in:
        ground = Ground(environment, opened.variables, opened.folder)
        _tell("Counting logins ...")
        counted = bench_logins.rows(ground, opened.url, collections, size.hosts, size.processes)
        _tell("Measuring against Ansible ...")
        tasks, *rest = _against_ansible(ground, opened.url, size)
        compared: list[Row] = []
        if others:
            _tell("Measuring against other collections ...")
            variables = {**opened.variables, "PATH": f"{others / 'bin'}{os.pathsep}{opened.variables['PATH']}"}
            compared = _against_others(Ground(others, variables, opened.folder), stand_in, size)
        _tell("Measuring a large catalog ...")
        catalog = _large_catalog(ground, stand_in, collections, size.rounds * 5)
    return [*counted, tasks, *compared, *rest, *catalog]


def _words_on_others(others: Path | None) -> str:
    if others is None:
        return " The package `ansible` could not be had, so that the comparison with other collections is missing."
    found = _versions(others)
    named = f"`ansible` {found['ansible']}, openstacksdk {found['openstacksdk']}, hvac {found['hvac']}"
    return f" The other collections are those of {named}, with ansible-core {found['ansible-core']}."


def run(*, quick: bool) -> int:
    """Measure, print the table, write the page and its picture unless `quick`, and return the exit code."""
    size = _QUICK if quick else _WHOLE
    environment, others = environments.pinned("run", "run"), _others()
    collections = stage.make("bench")
    started = time.monotonic()
    rows = _measured(environment, others, collections, size)
    _tell(f"\n{bench_rows.plain(rows)}\n{_machine(environment)}; {time.monotonic() - started:.0f} s")
    if quick:
        _tell("A quick run says little, and leaves docs/benchmarks.md as it is.")
    else:
        text = _TEXT.format(
            table=bench_rows.markdown(rows),
            date=datetime.now(timezone.utc).date().isoformat(),
            machine=_machine(environment),
            others=_words_on_others(others),
        )
        _PAGE.write_text(text, encoding="utf-8")
        _PICTURE.write_text(bench_picture.draw(rows, _TITLE), encoding="utf-8")
        _tell("Written: docs/benchmarks.md and docs/benchmarks.svg")
    wrong = bench_rows.wrong_counts(rows)
    for row in wrong:
        _tell(f"WRONG: {row.what}: {row.measured:g} instead of exactly {row.goal:g}")
    return 1 if wrong else 0
