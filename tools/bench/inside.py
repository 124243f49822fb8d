# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark measures inside one Python process, on the collection's own functions.

It runs with the collection on the module search path, as `bench.inside login ...` or `bench.inside catalog ...`.
Who logs in, and where, stands in the environment.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import others

_ROOMS = "ansible_collections.rackspace.identity.plugins.module_utils"


def _options(**given: Any) -> dict[str, Any]:
    table = importlib.import_module(f"{_ROOMS}._options")
    return {**{option.name: option.default for option in table.LOGIN + table.ENDPOINT_CHOICE}, **given}


def _context() -> Any:
    return importlib.import_module(f"{_ROOMS}._options").Context()


def log_in(ready: Path, go: Path, options: dict[str, Any]) -> None:
    """Log in as soon as `go` exists; until then everything is made ready, so that all who wait start at once."""
    session = importlib.import_module(f"{_ROOMS}._session")
    context = _context()
    ready.touch()
    while not go.exists():
        time.sleep(0.01)
    print(len(session.log_in(options, context).access.endpoints))


def _seconds(action: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - started
    # Kept until here: its end is not part of what is measured.
    del result
    return seconds


def choose(size: int, rounds: int, options: dict[str, Any]) -> dict[str, list[float]]:
    """Return the times of one warm choice in a catalog of that size, and of parsing the catalog's JSON once."""
    locate, context = importlib.import_module(f"{_ROOMS}._locate"), _context()
    text = json.dumps(others.access(size)).encode()
    mine = {**options, "username": others.user_with(size), "region": "R07"}

    def choice() -> object:
        return locate.run(["type-7"], mine, context)

    choice()
    times: dict[str, list[float]] = {"choice": [], "parse": []}
    for _round in range(rounds):
        times["choice"].append(_seconds(choice))
        times["parse"].append(_seconds(lambda: json.loads(text)))
    return times


def main() -> None:
    """Do what the command line says, and print the result as JSON."""
    parser = argparse.ArgumentParser()
    actions = parser.add_subparsers(dest="action", required=True)
    login = actions.add_parser("login")
    login.add_argument("ready", type=Path)
    login.add_argument("go", type=Path)
    catalog = actions.add_parser("catalog")
    catalog.add_argument("rounds", type=int)
    catalog.add_argument("sizes", type=int, nargs="+")
    given = parser.parse_args()
    names = ("identity_url", "username", "api_key", "cache_dir")
    options = _options(**{name: os.environ[f"RAX_{name.upper()}"] for name in names})
    if given.action == "login":
        log_in(given.ready, given.go, options)
    else:
        print(json.dumps({size: choose(size, given.rounds, options) for size in given.sizes}))


if __name__ == "__main__":
    main()
