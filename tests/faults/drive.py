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
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.catalog import Catalog
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http import retry, transport
from ansible_collections.rackspace.identity.plugins.module_utils._http.sessions import Session, new_session
from ansible_collections.rackspace.identity.plugins.module_utils._models import Service
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    request,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings

from ..unit.support.given import complete
from .certificates import bundle, server_context
from .fault import (
    COLUMNS,
    FOLLOWED,
    IF_SAFE,
    NEVER,
    REQUESTS,
    RESULT,
    TWICE,
    WHILE_TIME,
    WHILE_TIME_AT_ONCE,
    Fault,
)
from .faults import FAULTS
from .leaks import leaks
from .server import FILE, SERVICE, DeafHost, Exchange, FaultServer, closed_port, well

API_KEY = "0e688a460988337e0e759524a2ccfc33"
PASSWORD = "Tr0ub4dor&3 zebra/%41"
PASSCODE = "1411594"
SESSION_ID = "Zv9Qx-session-77Lm=="
TOKEN = "cd45ad90d8034a1b8d75aa0efa98765f"
SECRETS = (API_KEY, PASSWORD, PASSCODE, SESSION_ID, TOKEN)

# Files in a directory that each run has of its own.
DOWNLOAD, UPLOAD = "downloaded", "uploaded"

SLOW_TIMEOUT = 1.0
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
            "rax_request": request,
            "rax_token_info": token_info,
            "rax_token_revoke": token_revoke,
        }[self.plugin]

    @property
    def is_request(self) -> bool:
        """Return whether it calls a service behind the catalog."""
        return self.column in REQUESTS


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
    service = {"service_type": "object-store", "token": TOKEN}
    calls: dict[str, dict[str, Any]] = {
        "get": {"path": "thing"},
        "put": {"path": "thing", "method": "PUT", "body": {"name": "a thing"}},
        "post": {"path": "things", "method": "POST", "body": {"name": "a thing"}},
        "download": {"path": "file", "dest": DOWNLOAD},
        "upload": {"path": "file", "method": "PUT", "src": UPLOAD, "force": True},
        "pages": {"path": "pages", "paginate": "auto"},
    }
    for column, options in calls.items():
        yield Subject(column, "rax_request", column, {**service, **options}, once=column == "post")


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
    _RESOLVED.append(name)
    if not name.endswith(".test"):
        return _REAL_ADDRESSES(host, port, *args, **kwargs)
    if name == "later.test":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    # Servers listen on the first address, and deaf hosts on all of them.
    addresses = {"many.test": MANY_ADDRESSES, "two.test": ["127.0.0.99", "127.0.0.1"]}.get(name)
    if addresses is None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


_RESOLVED: list[str] = []


def _known_login(settings: Settings, _options: object, _context: object) -> tuple[Catalog, Authorization]:
    """Return the login of rax_request: what is tried is the service, which is where identity_url says."""
    return catalog_at(settings.connection.identity_url), Authorization(TOKEN)


def catalog_at(url: str) -> Catalog:
    """Return a catalog with a service at a URL."""
    service = Service("object-store", "cloudFiles", [{"region": "DFW", "public_url": f"{url}{SERVICE}"}])
    return Catalog((service,), None)


def _own_session(_settings: object) -> Session:
    """Return a session for one request: the slow faults are run in threads."""
    return new_session()


def _do_not_sleep(seconds: float) -> None:
    """Wait for nothing between two attempts."""


@contextlib.contextmanager
def surroundings() -> Iterator[None]:
    """Resolve the names of the faults, and do not really wait between two attempts."""
    deaf = DeafHost()
    before = (socket.getaddrinfo, _clock.sleep, retry.jitter)
    _STATE["deaf"] = deaf.port
    # Threads that ask for it at the same time would each make one of their own.
    bundle()
    socket.getaddrinfo = _resolve
    _clock.sleep = _do_not_sleep
    retry.jitter = lambda: 0.0
    # The server's threads and the plugin take turns for every packet.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        with (
            mock.patch.object(request, "_log_in", _known_login),
            mock.patch.object(transport, "shared_session", _own_session),
        ):
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


def server_of(fault: Fault, subject: Subject) -> FaultServer:
    """Return a server with a fault, already running."""

    def behave_later(exchange: Exchange) -> None:
        """Send the first page as a service that works."""
        (fault.behave if exchange.number else well)(exchange)

    return FaultServer(
        behave_later if subject.column == "pages" else fault.behave,
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
    server = server_of(fault, subject)
    start, resolved = time.monotonic(), len(_RESOLVED)
    with files_of(subject) as (files, problem_of_files):
        try:
            kind, shown = driver({**subject.options, **files, **options_of(fault, server)})
        finally:
            seconds = time.monotonic() - start
            server.close()
        problem = problem_of_files(kind, server)
    if fault.group == "Redirects" and {*_RESOLVED[resolved:]} - {"127.0.0.1"}:
        problem = f"went to {_RESOLVED[resolved:]}"
    text, problem_of_text = shown_text(shown)
    problem = problem or problem_of_text
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


@contextlib.contextmanager
def files_of(subject: Subject) -> Iterator[tuple[dict[str, Any], Callable[[str, FaultServer], str | None]]]:
    """Yield the options with the files of a run, and what tells what is wrong with them after it."""
    if subject.column not in ("download", "upload"):
        yield {}, lambda _kind, _server: None
        return
    with tempfile.TemporaryDirectory() as name:
        download, upload = Path(name) / DOWNLOAD, Path(name) / UPLOAD
        if subject.column == "upload":
            upload.write_bytes(FILE)

        def problem_of_download(kind: str, _server: FaultServer) -> str | None:
            there = {path.name: path.stat().st_size for path in Path(name).iterdir()}
            if set(there) != ({DOWNLOAD} if kind == RESULT else set()):
                return f"{kind} leaves {there}"
            return None

        def problem_of_upload(_kind: str, server: FaultServer) -> str | None:
            bodies = {request.partition(b"\r\n\r\n")[2] for request in server.requests}
            return f"sent {bodies}" if bodies - {FILE} else None

        if subject.column == "download":
            yield {"dest": str(download)}, problem_of_download
        else:
            yield {"src": str(upload)}, problem_of_upload


def _place_file(new: str | None, path: str) -> bool:
    """Do what Ansible does for a module."""
    if new is not None:
        Path(new).replace(path)
    return new is not None


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
    try:
        result = operation.run(
            complete(operation.OPTIONS, options), Context(warn=warnings.append, place_file=_place_file)
        )
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
    sends = fault.sends_in(subject.column)
    if sends == NEVER:
        return 0
    if sends in (WHILE_TIME, WHILE_TIME_AT_ONCE):
        return 3 if sends == WHILE_TIME else 4
    if sends == FOLLOWED:
        # All redirects but the first lead to the same place.
        return 5 if subject.column in ("get", "download", "pages") else 1
    return 2 if sends == TWICE or (sends == IF_SAFE and not subject.once) else 1


def bound_seconds(fault: Fault) -> float:
    """Return how long a run may take: two attempts that connect and wait, or for the fast faults only work."""
    return (2 * 2 * SLOW_TIMEOUT if fault.slow else 0.0) + 2 * WORK_SECONDS


def row_outcomes(fault_names: list[str], column: str) -> set[str]:
    """Return every outcome that a column of the page has for these faults."""
    assert column in COLUMNS
    subjects = [name for name, subject in SUBJECTS.items() if subject.column == column]
    return {outcome(name, subject).kind for name in fault_names for subject in subjects}
