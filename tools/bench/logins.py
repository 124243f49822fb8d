# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a service is asked to log somebody in, when many want to at once and nobody has a token yet."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playground import PlayError, Playground
from service import USERNAME

from bench import plays
from bench.rows import Row, count, duration

_FORKS = 20
_LIMIT_SECONDS = 120.0
_ENDPOINT = "rackspace.identity.rax_endpoint"


class _Service:
    """The service's own count of logins."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc

    def _ask(self, method: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        with closing(connection):
            connection.request(method, "/_control/counters")
            return dict(json.load(connection.getresponse()))

    def forget(self) -> None:
        """Begin to count at nothing."""
        self._ask("DELETE")

    def logins(self) -> int:
        """Return how many logins there were since."""
        return int(self._ask("GET")["logins"])


def _cold(ground: Playground, name: str) -> Playground:
    """Return the same ground with an empty cache of its own."""
    return replace(ground, variables={**ground.variables, "RAX_CACHE_DIR": str(ground.directory / f"tokens-{name}")})


def _inventory(ground: Playground, hosts: int) -> list[str | Path]:
    inventory = ground.directory / "hosts.ini"
    inventory.write_text(f"host[1:{hosts}] ansible_connection=local\n", encoding="utf-8")
    return ["--inventory", inventory, "--forks", str(_FORKS)]


def _lookups(ground: Playground, service: _Service, hosts: int) -> Row:
    tasks = [
        {"ansible.builtin.set_fact": {"found": f"{{{{ lookup('{_ENDPOINT}', type='{service_type}') }}}}"}}
        for service_type in ("object-store", "rax:dns")
    ]
    service.forget()
    seconds = plays.play(_cold(ground, "lookups"), tasks, "all", _inventory(ground, hosts))
    what = f"logins: {hosts} hosts x 2 lookups, {_FORKS} forks, cold cache"
    return count(what, 1, service.logins(), duration(seconds))


def _wrong_password(ground: Playground, service: _Service, hosts: int) -> Row:
    variables = {name: value for name, value in ground.variables.items() if name != "RAX_API_KEY"}
    task = {
        "rackspace.identity.rax_identity_token": {"username": USERNAME, "password": "wrong"},
        "register": "login",
        # The play is a success where every host was told that the password is wrong.
        "failed_when": "login.error.kind | default('') != 'unauthorized'",
    }
    service.forget()
    cold = _cold(replace(ground, variables=variables), "refused")
    seconds = plays.play(cold, [task], "all", _inventory(ground, hosts))
    what = f"logins: {hosts} hosts, {_FORKS} forks, wrong password"
    return count(what, 1, service.logins(), duration(seconds))


def _wait_for_all(ready: list[Path]) -> None:
    limit = time.monotonic() + _LIMIT_SECONDS
    while not all(path.exists() for path in ready):
        if time.monotonic() > limit:
            raise PlayError("The processes of the benchmark did not start in time.")
        time.sleep(0.05)


def _outcome(process: subprocess.Popen[bytes]) -> str:
    output = process.communicate(timeout=_LIMIT_SECONDS)[0].decode(errors="replace").strip()
    return output if output.isdigit() else f"0: {output[-500:]}"


def _processes(ground: Playground, service: _Service, number: int, collections: Path) -> Row:
    go = ground.directory / "go"
    ready = [ground.directory / f"ready-{index}" for index in range(number)]
    cold = plays.with_collection(_cold(ground, "processes"), collections)
    service.forget()
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.inside", "login", str(path), str(go)],
            env=cold,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for path in ready
    ]
    _wait_for_all(ready)
    begun = time.monotonic()
    go.touch()
    outcomes = {_outcome(process) for process in started}
    seconds = time.monotonic() - begun
    if len(outcomes) != 1 or outcomes.pop().startswith("0"):
        raise PlayError(f"Not every process of the benchmark got the whole catalog: {outcomes}")
    what = f"logins: {number} processes at once, cold cache"
    return count(what, 1, service.logins(), duration(seconds))


def rows(ground: Playground, collections: Path, hosts: int, number: int) -> list[Row]:
    """Return the counted logins of so many hosts, and of so many processes."""
    service = _Service(ground.url)
    return [
        _lookups(ground, service, hosts),
        _processes(ground, service, number, collections),
        _wrong_password(ground, service, hosts),
    ]
