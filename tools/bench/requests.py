# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rax_request costs, and how many requests and connections it takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import logins, plays, rows
from bench.plays import Task
from bench.rows import Row
from playbooks import PlayError, Sandbox

_REQUEST = "rackspace.identity.rax_request"
_LIST: Task = {"service_type": "object-store", "region": "DFW", "query": {"format": "json"}}
_ISSUED = "{{ lookup('rackspace.identity.rax_token') }}"
_URL = "{{ lookup('rackspace.identity.rax_endpoint', type='object-store', region='DFW') }}?format=json"


def control(sandbox: Sandbox, method: str, name: str, body: Any = None) -> dict[str, Any]:
    """Return what the control interface of the cloud services says. Raises PlayError for an error."""
    with closing(HTTPConnection(urlsplit(sandbox.origins["control"]).netloc, timeout=30)) as connection:
        connection.request(method, f"/_control/{name}", None if body is None else json.dumps(body))
        response = connection.getresponse()
        said: dict[str, Any] = json.load(response)
    if response.status != 200:
        raise PlayError(f"The services refused {method} {name}: {said}")
    return said


def _counters(sandbox: Sandbox, method: str = "GET") -> dict[str, Any]:
    """Return what the cloud services have counted, or with DELETE let them begin at nothing."""
    return control(sandbox, method, "counters")


def token(sandbox: Sandbox) -> str:
    """Return the token of the sandbox's user."""
    return _told(sandbox, _ISSUED)


def url_of_files(sandbox: Sandbox) -> str:
    """Return the URL of Cloud Files in DFW, with a slash at its end."""
    return _told(sandbox, _URL).partition("?")[0] + "/"


def _service_seconds(sandbox: Sandbox, requests: int) -> float:
    """Return the service's own time for so many of the requests, one after the other on one connection."""
    issued = token(sandbox)
    with closing(HTTPConnection(urlsplit(sandbox.origins["files/DFW"]).netloc, timeout=30)) as connection:
        path = urlsplit(_told(sandbox, _URL)).path + "?format=json"
        started = time.monotonic()
        for _number in range(requests):
            connection.request("GET", path, headers={"X-Auth-Token": issued, "Accept": "application/json"})
            connection.getresponse().read()
        return time.monotonic() - started


def _told(sandbox: Sandbox, template: str) -> str:
    """Return what a template gives in a play."""
    path = sandbox.directory / "told.txt"
    plays.play(sandbox, [{"ansible.builtin.copy": {"dest": str(path), "content": template, "mode": "0600"}}])
    return path.read_text(encoding="utf-8")


def _loop(task: Task, items: int) -> list[Task]:
    loop = {"loop": f"{{{{ range({items}) | list }}}}", "loop_control": {"label": "one"}}
    return [{**task, **(loop if items else {"when": False})}]


def _loops(sandbox: Sandbox, items: int, rounds: int) -> list[Row]:
    """Return what an item of a loop costs beside an item of debug and the service's own time, and what was counted."""
    ours, floor = [], []
    get: Task = {_REQUEST: _LIST}
    debug: Task = {"ansible.builtin.debug": {"msg": "text"}}
    for _round in range(rounds):
        _counters(sandbox, "DELETE")
        longer = plays.play(sandbox, _loop(get, items))
        counted = _counters(sandbox)
        ours.append(rows.cost(longer, plays.play(sandbox, _loop(get, 0)), items))
        of_debug = plays.play(sandbox, _loop(debug, items)) - plays.play(sandbox, _loop(debug, 0))
        floor.append((of_debug + _service_seconds(sandbox, items)) / items)
    what = f"{items:,} items in a loop, GET"
    return [
        rows.ratio(f"{what}: per item / debug item plus the service's time", 1.5, ours, floor),
        rows.count(f"requests: {what}", items, counted["total"], ""),
        rows.count(f"connections: {what}", 1, counted["connections"]["total"], ""),
    ]


def _fleet(sandbox: Sandbox, hosts: int) -> list[Row]:
    cold = logins.cold(sandbox, "requests")
    logins.counters(sandbox, "DELETE")
    _counters(sandbox, "DELETE")
    seconds = plays.play(cold, [{_REQUEST: _LIST}], "all", logins.inventory(sandbox, hosts))
    what = f"{hosts} hosts x 1 GET, {logins.FORKS} forks, cold cache"
    return [
        rows.count(f"logins: {what}", 1, logins.counters(sandbox)["logins"], rows.duration(seconds)),
        rows.count(f"requests: {what}", hosts, _counters(sandbox)["total"], ""),
    ]


def _transfers(sandbox: Sandbox, collections: Path, mebibytes: int, rounds: int) -> list[Row]:
    """Return what sending and fetching a file costs beside curl, and the memory that it takes."""
    curl = shutil.which("curl")
    url = url_of_files(sandbox) + "bench/"
    source = sandbox.directory / "large"
    with source.open("wb") as file:
        for _number in range(mebibytes):
            file.write(os.urandom(1024**2))
    output = subprocess.check_output(
        [
            sys.executable,
            "-m",
            "bench.inside",
            "transfer",
            str(rounds),
            str(source),
            url,
            token(sandbox),
            *([curl] if curl else []),
        ],
        env=plays.with_collection(sandbox, collections),
        stdin=subprocess.DEVNULL,
    )
    measured: dict[str, list[float]] = json.loads(output)
    size = f"{mebibytes} MiB"
    found = [Row(f"memory for both, MiB over the idle process, {size}", 32.0, measured["memory"][0])]
    ways = ("upload", "download") if curl else ()
    found += [rows.ratio(f"{way} of {size} / curl", 1.15, measured[way], measured[f"{way} by curl"]) for way in ways]
    return found


def found(
    sandbox: Sandbox, collections: Path, *, hosts: int, items: int, mebibytes: int, tasks: int, rounds: int
) -> list[Row]:
    """Return all rows on rax_request."""
    # An account without a container has nothing to list.
    plays.play(sandbox, [{_REQUEST: {**_LIST, "query": {}, "method": "PUT", "path": ["bench"]}}])
    uri: Task = {"ansible.builtin.uri": {"url": _URL, "headers": {"X-Auth-Token": _ISSUED}}}
    costs = plays.measure(
        sandbox, {"get": plays.repeated({_REQUEST: _LIST}, tasks * 15), "uri": plays.repeated(uri, tasks)}, rounds
    )
    return [
        *_fleet(sandbox, hosts),
        rows.ratio("warm GET in the worker / uri GET of the same URL", 0.15, costs["get"], costs["uri"]),
        *_loops(sandbox, items, rounds),
        *_transfers(sandbox, collections, mebibytes, rounds),
    ]


def floors(sandbox: Sandbox, tasks: int, rounds: int) -> list[Row]:
    """Return what a warm login costs beside an action that only returns the same, and without the catalog."""
    known, returning = plays.action_returning_the_same(sandbox, tasks * 15)
    log_in = "rackspace.identity.rax_identity_token"
    filtered: Task = {log_in: {"service_type": "object-store", "region": "DFW", "facts": "none"}}
    subjects = {
        "warm": plays.repeated({log_in: {}}, tasks * 15),
        "returning": returning,
        "filtered": plays.repeated(filtered, tasks * 15),
        "set_fact": plays.repeated({"ansible.builtin.set_fact": {"value": "text"}}, tasks * 15),
    }
    costs = plays.measure(known, subjects, rounds)
    action = "an action that only returns the same"
    return [
        rows.ratio(f"warm rax_identity_token task / {action}", 1.05, costs["warm"], costs["returning"]),
        rows.ratio("the same with filters and facts: none / set_fact", 1.1, costs["filtered"], costs["set_fact"]),
    ]
