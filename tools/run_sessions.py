# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all nox sessions of a tag, side by side, and close with one line `N passed, N failed`.

`run_sessions.py TAG MAKE...` lists the sessions and gives them to that make as targets. Their recipe is
`run_sessions.py --one SESSION`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import results
import supervise
from checkout import only_one
from paths import BUILD, LOGS, ROOT
from results import Result

# Long enough for one session at a time.
_LIMITS_SECONDS = {"matrix": 4 * 3600.0, "test": 3600.0}
_TAIL_LINES = 60
_NOX = [sys.executable, "-m", "nox", "--noxfile", str(ROOT / "noxfile.py")]


def sessions(tag: str) -> list[str]:
    """Return the names of the sessions of a tag, in the order in which the noxfile has them."""
    listing = subprocess.run(
        [*_NOX, "--list", "--json", "--tags", tag],
        check=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    return [session["session"] for session in json.loads(listing.stdout)]


def tail(text: str) -> str:
    """Return the last lines of a log, set off from what stands around them."""
    lines = text.splitlines()
    return "".join(f"  | {line}\n" for line in lines[-_TAIL_LINES:])


def run_one(name: str) -> int:
    """Run a session, its output into a log, and print a line on its result: the whole of it at once."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    started = time.monotonic()
    with log.open("wb") as output:
        command = [*_NOX, "--session", name]
        code = subprocess.run(
            command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = replace(results.load(name), seconds=time.monotonic() - started, cpu_seconds=used.ru_utime + used.ru_stime)
    if code != 0 and result.good:
        result += Result(failed=1, remark=f"nox ended with {code}")
    results.save(name, result)
    words = "" if result.good else f"{tail(log.read_text(encoding='utf-8', errors='replace'))}  the whole log: {log}\n"
    print(f"{result.line(name)}\n{words}", end="", flush=True)
    return 0 if result.good else 1


def run_all(tag: str, make: Sequence[str]) -> int:
    """Run the sessions of a tag and return the exit code: 0 only if each has left a good result."""
    with only_one(f"make-{tag}"):
        started = time.monotonic()
        names = sessions(tag)
        results.clear(names)
        print(f"Running {len(names)} sessions: {', '.join(names)}", flush=True)
        # The options of the make that runs this are not for the one that it starts.
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        code = supervise.run([*make, *(f"session-{name}" for name in names)], variables, _LIMITS_SECONDS[tag])
        kept = {name: results.load(name) for name in names}
    for name, result in kept.items():
        if result == results.MISSING:
            print(result.line(name))
    total = results.total(kept.values())
    if not names or (code != 0 and total.good):
        total += Result(failed=1)
    took = f"{time.monotonic() - started:.0f} s, {total.cpu_seconds:.0f} s of CPU"
    print(f"\n{took}; the logs are in {LOGS.relative_to(BUILD.parent)}")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 0 if total.good else code or 1


if __name__ == "__main__":
    sys.exit(run_one(sys.argv[2]) if sys.argv[1] == "--one" else run_all(sys.argv[1], sys.argv[2:]))
