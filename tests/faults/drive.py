# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drive the plugins through a fault, and tell what came of it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import json
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http import retry
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context

from .certificates import bundle, server_context
from .faults import COLUMNS, FAULTS, IF_SAFE, NEVER, TWICE, Fault
from .leaks import leaks
from .server import DeafHost, FaultServer, closed_port

API_KEY = "0e688a460988337e0e759524a2ccfc33"
PASSWORD = "Tr0ub4dor&3 zebra/%41"
PASSCODE = "1411594"
SESSION_ID = "Zv9Qx-session-77Lm=="
TOKEN = "cd45ad90d8034a1b8d75aa0efa98765f"
SECRETS = (API_KEY, PASSWORD, PASSCODE, SESSION_ID, TOKEN)

SLOW_TIMEOUT = 0.3
TIMEOUT = 8.0
# What a run may take beyond its timeouts: work, on a machine that has other work too.
WORK_SECONDS = 2.0


@dataclass(frozen=True)
class Subject:
    """One plugin in one way: what is tried with every fault. once: its request must never be repeated blindly."""

    name: str
    plugin: str
    column: str
    options: Mapping[str, Any]
    once: bool = False

    @property
    def operation(self) -> ModuleType:
        """Return the operation behind the plugin."""
        return {
            "rax_identity_token": identity_token,
            "rax_token_info": token_info,
            "rax_token_revoke": token_revoke,
        }[self.plugin]


def _subjects() -> Iterator[Subject]:
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "api_key": ("rax_identity_token", {"username": "demoauthor", "api_key": API_KEY}),
        "password": ("rax_identity_token", {"username": "demoauthor", "password": PASSWORD}),
        "passcode": ("rax_identity_token", {"passcode": PASSCODE, "session_id": SESSION_ID}),
        "v1.1": ("rax_identity_token", {"username": "demoauthor", "api_key": API_KEY, "api_version": "v1.1"}),
        "info": ("rax_token_info", {"token": TOKEN, "list_endpoints": True}),
        "revoke": ("rax_token_revoke", {"token": TOKEN}),
    }
    for column, (plugin, options) in ways.items():
        for wire_format in ("json", "xml"):
            yield Subject(
                f"{column}-{wire_format}",
                plugin,
                column,
                {**options, "wire_format": wire_format},
                once=column in ("password", "passcode"),
            )


SUBJECTS = {subject.name: subject for subject in _subjects()}


@dataclass(frozen=True)
class Outcome:
    """What came of one run: "result" or the kind of an error, all that is shown, and how often each request was sent.

    problem: what is wrong with it, whatever the fault.
    """

    kind: str
    shown: str
    seconds: float
    sent: int
    problem: str | None = None


_REAL_ADDRESSES = socket.getaddrinfo


MANY_ADDRESSES = [f"127.0.0.{number}" for number in range(101, 117)]


def _resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    """Resolve the names of the faults without a name server."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    if not name.endswith(".test"):
        return _REAL_ADDRESSES(host, port, *args, **kwargs)
    if name == "later.test":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    # Servers listen on the first address, and deaf hosts on all of them.
    addresses = {"many.test": MANY_ADDRESSES, "two.test": ["127.0.0.99", "127.0.0.1"]}.get(name)
    if addresses is None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def _do_not_sleep(seconds: float) -> None:
    """Wait for nothing between two attempts."""


@contextlib.contextmanager
def surroundings() -> Iterator[None]:
    """Resolve the names of the faults, and do not really wait between two attempts."""
    deaf = DeafHost()
    before = (socket.getaddrinfo, _clock.sleep, retry.jitter)
    _STATE["deaf"] = deaf.port
    socket.getaddrinfo = _resolve
    _clock.sleep = _do_not_sleep
    retry.jitter = lambda: 0.0
    # The server's threads and the plugin take turns for every packet.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        socket.getaddrinfo, _clock.sleep, retry.jitter = before
        deaf.close()


_STATE: dict[str, int] = {}


def options_of(fault: Fault, server: FaultServer) -> dict[str, Any]:
    """Return the options that lead a plugin to a fault."""
    ports = {"closed": closed_port(), "deaf": _STATE["deaf"], "many.test": _STATE["deaf"]}
    host = fault.target if "." in fault.target else "127.0.0.1"
    port = ports.get(fault.target, server.port)
    url = f"{fault.scheme}://{host}:{port}"
    options: dict[str, Any] = {
        "identity_url": url,
        "timeout": SLOW_TIMEOUT if fault.slow else TIMEOUT,
        "retries": 1,
        "retry_max_wait": 2,
        "cache": False,
    }
    if fault.scheme == "https" or fault.proxy == "tls server":
        options["ca_path"] = bundle()
    if fault.proxy:
        proxy_port = ports.get(fault.proxy, server.port)
        scheme = "https" if fault.proxy.startswith("tls") else "http"
        options["proxy"] = fault.proxy if "://" in fault.proxy else f"{scheme}://127.0.0.1:{proxy_port}"
    return {**options, **fault.options}


def server_of(fault: Fault) -> FaultServer:
    """Return a server with a fault, already running."""
    return FaultServer(
        fault.behave,
        on_connect=fault.on_connect,
        on_tunnel=fault.on_tunnel,
        tls=server_context(fault.tls) if fault.tls else None,
        tunnel_tls=server_context(fault.tunnel_tls) if fault.tunnel_tls else None,
    )


@functools.cache
def outcome(fault_name: str, subject_name: str) -> Outcome:
    """Return what comes of a fault; the slow ones are run for all subjects at once, since they only wait."""
    fault = FAULTS[fault_name]
    if not fault.slow:
        return _run(fault, SUBJECTS[subject_name])
    return _slow_outcomes(fault_name)[subject_name]


@functools.cache
def _slow_outcomes(fault_name: str) -> dict[str, Outcome]:
    fault = FAULTS[fault_name]
    with concurrent.futures.ThreadPoolExecutor(len(SUBJECTS)) as pool:
        return dict(zip(SUBJECTS, pool.map(lambda subject: _run(fault, subject), SUBJECTS.values()), strict=False))


def _run(fault: Fault, subject: Subject) -> Outcome:
    return observe(
        lambda options: run_operation(subject, options),
        fault,
        subject,
    )


Driver = Callable[[dict[str, Any]], "tuple[str, Any]"]
"""Runs a plugin with options, and returns the kind of the outcome and all that is shown."""


def observe(driver: Driver, fault: Fault, subject: Subject) -> Outcome:
    """Drive a plugin through a fault."""
    server = server_of(fault)
    start = time.monotonic()
    try:
        kind, shown = driver({**subject.options, **options_of(fault, server)})
    finally:
        seconds = time.monotonic() - start
        server.close()
    text, problem = shown_text(shown)
    found = leaks(text, SECRETS)
    if found:
        problem = f"shows {', '.join(found)}: {text}"
    if kind not in KINDS and kind != "result":
        problem = f"{kind}: {text}"
    lines = [request.partition(b"\r\n")[0] for request in server.requests]
    sent = max((lines.count(line) for line in lines), default=0)
    if fault.by_connection or (fault.on_connect and fault.scheme == "http"):
        # The request is not read, but may have been received.
        sent = server.connections
    return Outcome(kind, text, seconds, sent, problem)


def shown_text(shown: Any) -> tuple[str, str | None]:
    """Return an outcome as text, without the token that a result exists to return; and what is wrong with it."""
    try:
        text = json.dumps(shown, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        return ascii(shown)[:2000], f"is not JSON in UTF-8: {error}"
    return text, "shows a traceback" if "Traceback (most recent" in text else None


def run_operation(subject: Subject, options: Mapping[str, Any], *, whole: bool = False) -> tuple[str, Any]:
    """Run an operation in this process. whole: the result with its token."""
    operation, warnings = subject.operation, list[str]()
    defaults = {option.name: option.default for option in operation.OPTIONS}
    try:
        result = operation.run({**defaults, **options}, Context(warn=warnings.append))
    except IdentityError as error:
        # What -vvv shows of an exception is its whole chain.
        chain = "".join(traceback.format_exception_only(error))
        if error.__context__ is not None and not error.__suppress_context__:
            chain += repr(error.__context__)
        return error.kind, [error.as_result(), chain, repr(error), warnings]
    except Exception as error:
        return f"a {type(error).__name__}", ["".join(traceback.format_exception(error))[-3000:]]
    return "result", [result if whole else without_token(result), warnings]


def without_token(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result without the one secret that it exists to return."""
    token = result.get("token")
    return {**result, "token": {**token, "id": None}} if isinstance(token, dict) else dict(result)


def expected_sent(fault: Fault, subject: Subject) -> int:
    """Return how often one request of a subject reaches the service, with one retry allowed."""
    if fault.sends == NEVER:
        return 0
    return 2 if fault.sends == TWICE or (fault.sends == IF_SAFE and not subject.once) else 1


def bound_seconds(fault: Fault) -> float:
    """Return how long a run may take: two attempts that connect and wait, or for the fast faults only work."""
    return (2 * 2 * SLOW_TIMEOUT if fault.slow else 0.0) + 2 * WORK_SECONDS


def row_outcomes(fault_names: list[str], column: str) -> set[str]:
    """Return every outcome that a column of the page has for these faults."""
    assert column in COLUMNS
    return {outcome(name, f"{column}-{wire_format}").kind for name in fault_names for wire_format in ("json", "xml")}
