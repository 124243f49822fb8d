# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark measures inside one Python process, on the collection's own functions.

It runs with the collection on the module search path, as `bench.inside login READY GO`,
`bench.inside catalog ROUNDS SIZE...`, `bench.inside transfer ROUNDS FILE URL TOKEN [CURL]` or
`bench.inside list WAY SIZE PAGE URL TOKEN`.
Who logs in, and where, stands in the environment.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import requests

from bench import others

_FROM_ENVIRONMENT = ("identity_url", "username", "api_key", "cache_dir")
_PACKAGE = "ansible_collections.rackspace.identity.plugins.module_utils"


def _module(name: str) -> Any:
    return importlib.import_module(f"{_PACKAGE}.{name}")


def _options(**given: Any) -> dict[str, Any]:
    """Return all options of a login and a choice: these, what the environment says, and defaults."""
    table = _module("_options")
    environment = {name: os.environ[f"RAX_{name.upper()}"] for name in _FROM_ENVIRONMENT}
    defaults = {option.name: option.default for option in table.SHARED + table.ENDPOINT_CHOICE}
    return {**defaults, **environment, **given}


def log_in(ready: Path, go: Path) -> None:
    """Log in as soon as `go` exists; until then everything is made ready, so that all who wait start at once."""
    settings, access_provider = _module("_settings"), _module("_session.access_provider")
    provider = access_provider.AccessProvider(settings.Settings.from_options(_options()), settings.Context())
    ready.touch()
    while not go.exists():
        time.sleep(0.01)
    print(sum(len(service.endpoints) for service in provider.get_access().access.services))


def _seconds(action: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - started
    # Kept until here: its end is not part of what is measured.
    del result
    return seconds


def choose(size: int, rounds: int) -> dict[str, list[float]]:
    """Return the times of one warm choice in a catalog of that size, and of parsing the catalog's JSON once."""
    text = json.dumps(others.access(size)).encode()
    options = _options(username=others.user_with(size), region="R07")
    choice = partial(_module("_operations.endpoint").run, ["type-7"], options, _module("_settings").Context())
    choice()
    times: dict[str, list[float]] = {"choice": [], "parse": []}
    for _round in range(rounds):
        times["choice"].append(_seconds(choice))
        times["parse"].append(_seconds(lambda: json.loads(text)))
    return times


def _most_memory() -> float:
    """Return the most memory that this process has taken so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike the other number, it does not count what the process was before it became this program.
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def transfer(rounds: int, source: Path, url: str, token: str, curl: str | None) -> dict[str, list[float]]:
    """Return the times of sending and fetching a file, with and without curl, and the memory that ours took."""
    request = _module("_operations.request")
    options = {option.name: option.default for option in request.OPTIONS} | _options(path=["bench", "ours"])
    options |= {"service_type": "object-store", "region": "DFW", "force": True}
    fetched = source.with_suffix(".fetched")

    def place(new: str | None, path: str) -> bool:
        Path(new or path).replace(path)
        return True

    context = _module("_settings").Context(place_file=place)
    upload = partial(request.run, {**options, "method": "PUT", "src": str(source)}, context)
    download = partial(request.run, {**options, "dest": str(fetched)}, context)
    header = ["--silent", "--fail", "--header", f"X-Auth-Token: {token}"]
    by_curl = {
        "upload": [curl, *header, "--output", os.devnull, "--upload-file", str(source), f"{url}curl"],
        "download": [curl, *header, "--output", str(fetched), f"{url}ours"],
    }
    times: dict[str, list[float]] = {}
    request.run({**options, "path": ["bench"], "method": "HEAD"}, context)
    idle, memory = _most_memory(), 0.0
    for _round in range(rounds):
        for way, action in (("upload", upload), ("download", download)):
            times.setdefault(way, []).append(_seconds(action))
            fetched.unlink(missing_ok=True)
            memory = max(memory, _most_memory() - idle)
            if curl:
                command = [str(part) for part in by_curl[way]]
                seconds = _seconds(partial(subprocess.run, command, check=True, stdin=subprocess.DEVNULL))
                times.setdefault(f"{way} by curl", []).append(seconds)
                fetched.unlink(missing_ok=True)
    return {**times, "memory": [memory]}


def _list_by_hand(url: str, token: str) -> list[Any]:
    """Return a list of Cloud Files as a script reads it, with nothing but `requests`."""
    items: list[Any] = []
    with requests.Session() as session:
        while True:
            parameters = {"marker": items[-1]["name"]} if items else {}
            response = session.get(url, params=parameters, headers={"X-Auth-Token": token}, timeout=30)
            response.raise_for_status()
            page = json.loads(response.content) if response.content else []
            if not page:
                return items
            items += page


def read_list(way: str, size: int, page: int, url: str, token: str) -> dict[str, float]:
    """Return the time that a list of so many items takes in one way, and the memory."""
    request = _module("_operations.request")
    options = {option.name: option.default for option in request.OPTIONS} | _options(path=[f"list-{size}"])
    options |= {"service_type": "object-store", "region": "DFW", "query": {"format": "json", "limit": page}}
    ours = partial(request.run, {**options, "paginate": "auto", "max_items": size}, _module("_settings").Context())
    by_hand = partial(_list_by_hand, f"{url}list-{size}?format=json&limit={page}", token)
    # Both have loaded everything, and ours has its login.
    request.run({**options, "query": {"format": "json", "limit": 1}}, _module("_settings").Context())
    idle, found, before = _most_memory(), [], time.process_time()
    seconds = _seconds(lambda: found.append(ours()["json"] if way == "ours" else by_hand()))
    own_seconds = time.process_time() - before
    if len(found[0]) != size:
        raise AssertionError(f"{len(found[0])} items instead of {size}")
    return {"seconds": seconds, "own seconds": own_seconds, "memory": _most_memory() - idle}


if __name__ == "__main__":
    action, *arguments = sys.argv[1:]
    if action == "login":
        log_in(*map(Path, arguments))
    elif action == "transfer":
        count, path, address, its_token, *program = arguments
        print(json.dumps(transfer(int(count), Path(path), address, its_token, program[0] if program else None)))
    elif action == "list":
        which, number, per_page, address, its_token = arguments
        print(json.dumps(read_list(which, int(number), int(per_page), address, its_token)))
    else:
        rounds, *sizes = map(int, arguments)
        print(json.dumps({size: choose(size, rounds) for size in sizes}))
