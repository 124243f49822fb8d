# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: the collection on every ansible-core, controller Python and target Python that can be had here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import environments
import interpreters
import playground
import stage
import verdict
from checks import Command, Workshop, run_command
from interpreters import Interpreter
from places import BUILD, ENVIRONMENTS, LOGS, REQUIREMENTS
from verdict import Counts


@dataclass(frozen=True)
class Pair:
    """An ansible-core and a controller Python that go together. `target` is the Python modules run on, if another."""

    core: str
    python: str
    target: str | None = None

    @property
    def name(self) -> str:
        """A name for files."""
        return f"core{self.core}-py{self.python}" + (f"-target{self.target}" if self.target else "")


PAIRS = (
    Pair("2.16", "3.10"),
    Pair("2.16", "3.11"),
    Pair("2.16", "3.12"),
    Pair("2.17", "3.10"),
    Pair("2.17", "3.12", "3.8"),
    Pair("2.18", "3.11"),
    Pair("2.18", "3.13", "3.8"),
    Pair("2.19", "3.11", "3.8"),
    Pair("2.19", "3.13", "3.9"),
    Pair("2.20", "3.12"),
    Pair("2.20", "3.13", "3.9"),
    Pair("2.21", "3.12"),
    Pair("2.21", "3.13", "3.9"),
    Pair("2.22", "3.13"),
)

# Not yet released: pip takes a release candidate only where one is named.
_CANDIDATES = {"2.22": "2.22.0rc1"}

# Each ansible-core wants its own version of these.
_CORE_CHOOSES = ("ansible-core==", "resolvelib==")

_NEEDED = ("defusedxml", "flask", "hypothesis", "pytest", "requests", "trustme")


def _core(version: str) -> str:
    return f"ansible-core=={_CANDIDATES.get(version, f'{version}.*')}"


def _pins() -> Path:
    """Write the pins that hold with every ansible-core into a file, and return it."""
    lines = (REQUIREMENTS / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    pins = BUILD / "matrix-constraints.txt"
    pins.write_text("".join(line for line in lines if not line.startswith(_CORE_CHOOSES)), encoding="utf-8")
    return pins


def _environment(pair: Pair, interpreter: Interpreter) -> Path:
    place = ENVIRONMENTS / f"core{pair.core}-py{pair.python}"
    return environments.make(place, interpreter, [], ["--constraint", _pins(), _core(pair.core), *_NEEDED])


def _target_python(minor: str) -> Path | None:
    interpreter = interpreters.find(minor)
    if interpreter is None:
        return None
    place = ENVIRONMENTS / f"target-py{minor}"
    return environments.make(place, interpreter, [], ["requests", "defusedxml"]) / "bin" / "python"


def _demo(environment: Path, collections: Path, target: Path | None) -> str:
    """Run the demo, its modules on the target's Python, and return what went wrong."""
    # Only an extra variable wins over the Python that Ansible takes for a localhost of its own.
    options = ["--extra-vars", f"ansible_python_interpreter={target}"] if target else []
    try:
        with playground.opened(environment, collections) as ground:
            playground.demo(ground, echo=False, options=options)
    except playground.PlayError as problem:
        return str(problem)
    return ""


def _try(pair: Pair, interpreter: Interpreter, target: Path | None, collections: Path) -> tuple[Counts, str]:
    environment = _environment(pair, interpreter)
    log = LOGS / f"matrix-{pair.name}.log"
    log.unlink(missing_ok=True)
    workshop = Workshop(environment, environment, collections, BUILD)
    unit = run_command(workshop, log, Command(["python", "-m", "pytest", "-q", "tests/unit"], verdict.pytest))
    problem = _demo(environment, collections, target)
    with log.open("a", encoding="utf-8") as output:
        output.write(f"ERROR: {problem}\n" if problem else "the demo did its work\n")
    counts = unit.counts + (Counts(failed=1) if problem else Counts(passed=1))
    return counts, "; ".join(filter(None, [unit.remark, "the demo failed" if problem else ""]))


def run(pairs: Sequence[Pair] = PAIRS) -> int:
    """Try every pair that can be had here and return the exit code; the last line is `N passed, N failed`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    collections = stage.make("matrix")
    total = Counts()
    for pair in pairs:
        interpreter = interpreters.find(pair.python)
        target = _target_python(pair.target) if pair.target else None
        if interpreter is None or (pair.target and target is None):
            missing = pair.python if interpreter is None else pair.target
            print(f"-      {pair.name:28} not tried: there is no Python {missing} here", flush=True)
            continue
        counts, remark = _try(pair, interpreter, target, collections)
        total += counts
        word = "FAILED" if counts.failed else "ok"
        line = f"{word:6} {pair.name:28} {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
        print(f"{line}  ({remark}; see .build/logs)" if remark else line, flush=True)
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if total.failed or not total.passed else 0
