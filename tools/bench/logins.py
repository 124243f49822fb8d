# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a service is asked for a login when many want one at once and none has a token yet."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service import USERNAME

from bench import plays
from bench.rows import Row, count, duration
from playbooks import PlayError, Sandbox

FORKS = 20
_LIMIT_SECONDS = 120.0
_ENDPOINT = "rackspace.identity.rax_endpoint"


def counters(sandbox: Sandbox, method: str = "GET") -> dict[str, int]:
    """Return what the service has counted, or with DELETE let it begin at nothing."""
    with closing(HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)) as connection:
        connection.request(method, "/_control/counters")
        counted: dict[str, int] = json.load(connection.getresponse())
    return counted


def change_settings(sandbox: Sandbox, settings: Mapping[str, Any]) -> None:
    """Change settings of the identity service."""
    with closing(HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)) as connection:
        connection.request("PATCH", "/_control/settings", json.dumps(settings))
        if connection.getresponse().status != 200:
            raise PlayError(f"The identity service refused the settings {settings}")


def _counted(sandbox: Sandbox, what: str, log_in: Callable[[], float]) -> Row:
    """Return the row of the logins that a function causes, which returns the seconds that it took."""
    counters(sandbox, "DELETE")
    seconds = log_in()
    return count(f"logins: {what}", 1, counters(sandbox)["logins"], duration(seconds))


def cold(sandbox: Sandbox, name: str) -> Sandbox:
    """Return the same sandbox with an empty cache of its own."""
    return replace(sandbox, variables={**sandbox.variables, "RAX_CACHE_DIR": str(sandbox.directory / f"tokens-{name}")})


def inventory(sandbox: Sandbox, hosts: int) -> list[str | Path]:
    """Return the options of a play on so many hosts."""
    path = sandbox.directory / "hosts.ini"
    path.write_text(f"host[1:{hosts}] ansible_connection=local\n", encoding="utf-8")
    return ["--inventory", path, "--forks", str(FORKS)]


def _lookups(sandbox: Sandbox, hosts: int) -> float:
    tasks = [
        {"ansible.builtin.set_fact": {"found": f"{{{{ lookup('{_ENDPOINT}', type='{service_type}') }}}}"}}
        for service_type in ("object-store", "rax:dns")
    ]
    return plays.play(cold(sandbox, "lookups"), tasks, "all", inventory(sandbox, hosts))


def _wrong_password(sandbox: Sandbox, hosts: int) -> float:
    variables = {name: value for name, value in sandbox.variables.items() if name != "RAX_API_KEY"}
    task = {
        "rackspace.identity.rax_identity_token": {"username": USERNAME, "password": "wrong"},
        "register": "login",
        # The play is a success if every host was told that the password is wrong.
        "failed_when": "login.error.kind | default('') != 'unauthorized'",
    }
    refused = cold(replace(sandbox, variables=variables), "refused")
    return plays.play(refused, [task], "all", inventory(sandbox, hosts))


def _wait_for_all(ready: list[Path]) -> None:
    limit = time.monotonic() + _LIMIT_SECONDS
    while not all(path.exists() for path in ready):
        if time.monotonic() > limit:
            raise PlayError("The processes of the benchmark did not start in time.")
        time.sleep(0.05)


def _outcome(process: subprocess.Popen[bytes]) -> str:
    output = process.communicate(timeout=_LIMIT_SECONDS)[0].decode(errors="replace").strip()
    return output if output.isdigit() else f"0: {output[-500:]}"


def _processes(sandbox: Sandbox, collections: Path, number: int) -> float:
    go = sandbox.directory / "go"
    ready = [sandbox.directory / f"ready-{index}" for index in range(number)]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.inside", "login", str(path), str(go)],
            env=plays.with_collection(cold(sandbox, "processes"), collections),
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
    return seconds


def rows(sandbox: Sandbox, collections: Path, hosts: int, number: int) -> list[Row]:
    """Return the counted logins of so many hosts, and of so many processes."""
    lookups, processes, refused = (
        f"{hosts} hosts x 2 lookups, {FORKS} forks, cold cache",
        f"{number} processes at once, cold cache",
        f"{hosts} hosts, {FORKS} forks, wrong password",
    )
    return [
        _counted(sandbox, lookups, lambda: _lookups(sandbox, hosts)),
        _counted(sandbox, processes, lambda: _processes(sandbox, collections, number)),
        _counted(sandbox, refused, lambda: _wrong_password(sandbox, hosts)),
    ]
