# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that weigh: responses that are huge, deep, wide, or slow to read. Each is run in a process of its own."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .drive import SUBJECTS, run_operation
from .fault import CHUNKED, RESULT, UNTIL_CLOSE
from .server import Behaviour, Exchange, FaultServer, Good, head, serving

BODY_BYTES = 4 * 1024 * 1024 - 4096
"""Just under the most that is read of a response."""

MAX_GROWTH_MIB = 64
MAX_SECONDS = 20.0

_GIGABYTE = 1024**3


@dataclass(frozen=True)
class Heavy:
    """One heavy fault: its row on the page, its outcome for the module that logs in, and what the server does."""

    text: str
    expect: frozenset[str]
    behave: Behaviour
    wire_format: str = "json"


HEAVY: dict[str, Heavy] = {}


def _add(name: str, text: str, expect: str, behave: Behaviour, wire_format: str = "json") -> None:
    HEAVY[name] = Heavy(text, frozenset(expect.split(" or ")), behave, wire_format)


def _flood(start: bytes, piece: bytes) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.send(start)
        exchange.flood(piece)

    return behave


def _body(make: Callable[..., bytes], status: str = "200 OK", media_type: str = "application/json") -> Behaviour:
    """Respond with a body that is made when it is needed."""
    return lambda exchange: exchange.send(Good(status, media_type, make()).whole)


def _fill(start: bytes, piece: bytes, end: bytes, size: int = BODY_BYTES) -> bytes:
    """Return a body of this size that repeats a piece; "%d" in it is a number that counts."""
    room = size - len(start) - len(end)
    if b"%d" not in piece:
        return start + piece * (room // len(piece)) + end
    pieces, used = [], 0
    for number in range(room):
        pieces.append(piece.replace(b"%d", b"%d" % number))
        used += len(pieces[-1])
        if used > room:
            break
    return start + b"".join(pieces[:-1]) + end


def _login(field: bytes, where: bytes = b"access") -> tuple[bytes, bytes]:
    """Return what stands before and after the value of a field of a good login."""
    token = b'"token": {"id": "d74f592f986e4d6e995853ccf0123456", "expires": "2035-06-05T16:24:57Z"}'
    if where == b"user":
        return b'{"access": {%s, "user": {"id": "1", "%s": ' % (token, field), b"}}}"
    return b'{"access": {%s, "%s": ' % (token, field), b"}}"


_XML = (
    b'<access xmlns="http://docs.openstack.org/identity/api/v2.0">'
    b'<token id="d74f592f986e4d6e995853ccf0123456" expires="2035-06-05T16:24:57Z"/>'
)

for _name, _start, _piece in (
    ("1 GB announced", head("200 OK", "Content-Type: application/json", f"Content-Length: {_GIGABYTE}"), b" "),
    ("1 GB until closed", UNTIL_CLOSE, b" "),
    ("1 GB in chunks", CHUNKED, b"10000\r\n%s\r\n" % (b" " * 65536)),
    ("1 GB in chunks of 1 byte", CHUNKED, b"1\r\n \r\n"),
    ("1 GB in chunks of 2 bytes", CHUNKED, b"2\r\n  \r\n"),
    ("1 GB in one chunk", CHUNKED + b"40000000\r\n", b" "),
):
    _add(_name, "1 GB: announced, in chunks, or until closed", "invalid_response", _flood(_start, _piece))
for _name, _start, _piece in (
    ("an endless extension of a chunk", CHUNKED + b"5;", b"x"),
    ("an endless trailer", CHUNKED + b"0\r\nA: ", b"x"),
    ("endless trailers", CHUNKED + b"0\r\n", b"A: b\r\n"),
    ("an endless header", b"HTTP/1.1 200 OK\r\nA: ", b"x"),
    ("an endless status line", b"HTTP/1.1 ", b"2"),
    ("endless 103s", b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    ("headers of 64 KB each", b"HTTP/1.1 200 OK\r\n", b"A: %s\r\n" % (b"b" * 65000)),
):
    _add(_name, "anything around the body that does not end", "invalid_response", _flood(_start, _piece))
_add("an error of 1 GB", "an error of 1 GB", "invalid_response", _flood(
    head("500 Oops", "Content-Type: application/json"), b" "))  # fmt: skip
_add("a redirect of 1 GB", "a redirect of 1 GB", "invalid_response", _flood(
    head("302 Found", "Location: http://elsewhere.test/"), b" "))  # fmt: skip
_add("a compressed bomb", "a compressed bomb", "invalid_response", _flood(
    head("200 OK", "Content-Type: application/json", "Content-Encoding: gzip"), b"\0"))  # fmt: skip

_DEPTH = 200_000


def _deep(opening: bytes, inner: bytes, closing: bytes) -> bytes:
    return opening * _DEPTH + inner + closing * _DEPTH


_start, _end = _login(b"x")
for _name, _make, _format in (
    ("lists 200,000 deep", lambda: _deep(b"[", b"", b"]"), "json"),
    ("lists 200,000 deep and cut", lambda: _deep(b"[", b"", b""), "json"),
    ("objects 200,000 deep", lambda: _deep(b'{"a":', b"1", b"}"), "json"),
    ("lists 200,000 deep in a login", lambda: _start + _deep(b"[", b"", b"]") + _end, "json"),
    ("objects 900 deep in a login", lambda: _start + b'{"a":' * 900 + b"1" + b"}" * 900 + _end, "json"),
    ("XML 200,000 deep", lambda: _deep(b"<a>", b"", b"</a>"), "xml"),
    ("XML 200,000 deep and cut", lambda: _deep(b"<a>", b"", b""), "xml"),
    ("XML 200,000 deep in a login", lambda: _XML + _deep(b"<a>", b"", b"</a>") + b"</access>", "xml"),
    ("XML 900 deep in a login", lambda: _XML + b"<a>" * 900 + b"</a>" * 900 + b"</access>", "xml"),
):
    _add(_name, "200,000 deep", "invalid_response", _body(_make, media_type=f"application/{_format}"), _format)
for _name, _make in (
    ("an error 200,000 deep", lambda: _deep(b'{"a":', b"1", b"}")),
    ("an XML error 200,000 deep", lambda: _deep(b"<a>", b"", b"</a>")),
):
    _add(_name, "an error 200,000 deep", "unauthorized", _body(_make, "401 No"))

_WIDE: dict[str, tuple[bytes, bytes, bytes]] = {
    "numbers": (_start + b"[0", b",0", b"]" + _end),
    "lists": (_start + b"[0", b",[]", b"]" + _end),
    "objects": (_start + b"[0", b",{}", b"]" + _end),
    "lists of lists": (_start + b"[0", b",[[[[[[]]]]]]", b"]" + _end),
    "strings": (_start + b"[0", b',"%d"', b"]" + _end),
    "fields": (_start + b'{"x":0', b',"%d":0', b"}" + _end),
    "equal fields": (_start + b'{"x":0', b',"a":0', b"}" + _end),
}
for _field, _where in ((b"serviceCatalog", b"access"), (b"roles", b"user"), (b"RAX-AUTH:accessibleDomains", b"user")):
    _WIDE[_field.decode()] = (_login(_field, _where)[0] + b"[{}", b",{}", b"]" + _login(_field, _where)[1])
_services, _ends = _login(b"serviceCatalog")
_WIDE["endpoints"] = (_services + b'[{"endpoints": [{}', b",{}", b"]}]" + _ends)
_WIDE["endpoints of their own"] = (_services + b'[{"endpoints": [{}', b',{"region":"%d"}', b"]}]" + _ends)
_WIDE["services of their own"] = (_services + b"[{}", b',{"name":"%d","endpoints":[{}]}', b"]" + _ends)
for _name, _parts in _WIDE.items():
    _add(f"4 MiB of {_name}", "4 MiB of values", "invalid_response", _body(lambda parts=_parts: _fill(*parts)))
for _name, _values in {
    "numbers": (_start + b"[0" + b",0" * 99_900 + b"]" + _end),
    "lists": (_start + b"[0" + b",[]" * 49_900 + b"]" + _end),
    "lists of lists": (_start + b"[0" + b",[[[[]]]]" * 19_900 + b"]" + _end),
    "objects": (_start + b"[0" + b",{}" * 49_900 + b"]" + _end),
    "endpoints": (
        _services
        + b'[{"endpoints": [{}'
        + b"".join(b',{"region":"%d"}' % number for number in range(49_900))
        + b"]}]"
        + _ends
    ),
    "services": (
        _services
        + b"[{}"
        + b"".join(b',{"name":"%d","endpoints":[{}]}' % number for number in range(19_900))
        + b"]"
        + _ends
    ),
    "roles": (_login(b"roles", b"user")[0] + b"[{}" + b",{}" * 49_900 + b"]" + _login(b"roles", b"user")[1]),
}.items():
    _add(f"100,000 values: {_name}", "100,000 values", "result", _body(lambda body=_values: body))
for _name, _piece in {"elements": b"<a/>", "roles": b"<roles/>"}.items():
    _add(
        f"100,000 values: XML {_name}",
        "100,000 values",
        "result",
        _body(lambda piece=_piece: _XML + piece * 99_900 + b"</access>", media_type="application/xml"),
        "xml",
    )
for _name, _piece in {
    "elements of one name": b"<a/>", "elements of many names": b"<a%d/>", "elements with text": b"<a>1</a>",
    "elements with attributes": b"<a b='1'/>", "roles": b"<roles/>", "namespaces": b"<a xmlns='u:%d'/>",
}.items():  # fmt: skip
    _add(
        f"4 MiB of {_name}",
        "4 MiB of XML elements",
        "invalid_response",
        _body(lambda piece=_piece: _fill(_XML, piece, b"</access>"), media_type="application/xml"),
        "xml",
    )
_add("4 MiB of attributes", "4 MiB of XML elements", "invalid_response", _body(
    lambda: _fill(_XML + b"<a", b" a%d=''", b"/></access>"), media_type="application/xml"), "xml")  # fmt: skip
for _name, _make in {
    "an error of 4 MiB of XML siblings": lambda: _fill(b"<a>", b"<a/>", b"</a>"),
    "an error of 4 MiB of lists": lambda: _fill(b'{"a": [0', b",[]", b"]}"),
    "an error of 4 MiB of text": lambda: _fill(b'{"unauthorized": {"message": "', b"a", b'"}}'),
    "an error of 4 MiB of backslashes": lambda: _fill(b'{"unauthorized": {"message": "', b"\\\\", b'"}}'),
    "an error of 4 MiB of percent signs": lambda: _fill(b'{"unauthorized": {"message": "', b"%25", b'"}}'),
}.items():
    _add(_name, "an error of 4 MiB: siblings, lists, text", "unauthorized", _body(_make, "401 No"))
for _name, _piece in {
    "letters": b"a", "backslashes": b"\\\\", "percent signs": b"%25", "ampersands": b"&amp;", "blanks": b" ",
    "control characters": b"\\u0001", "surrogates": b"\\ud800", "emoji": "\U0001f600".encode(), "digits": b"1",
}.items():  # fmt: skip
    for _field in (b"x", b"RAX-AUTH:phonePinState"):
        _where = b"access" if _field == b"x" else b"user"
        _before, _after = _login(_field, _where)
        _add(
            f"a string of 4 MiB of {_name} in {_field.decode()}",
            "a string of 4 MiB",
            "invalid_response or result",
            _body(lambda before=_before, piece=_piece, after=_after: _fill(before + b'"', piece, b'"' + after)),
        )
for _emoji in (b"\\ud83d\\ude00", "\U0001f600".encode()):
    _add(
        f"a string of 4 MiB of letters and the emoji {_emoji!a}",
        "a string of 4 MiB",
        "invalid_response or result",
        _body(lambda emoji=_emoji: _fill(_start + b'"' + emoji, b"a", b'"' + _end)),
    )
_add(
    "a token of 4 MiB",
    "a string of 4 MiB",
    "invalid_response or result",
    _body(lambda: _fill(b'{"access": {"token": {"expires": "2035-06-05T16:24:57Z", "id": "', b"a", b'"}}}')),
)
_add(
    "a timestamp of 4 MiB",
    "a string of 4 MiB",
    "invalid_response",
    _body(lambda: _fill(b'{"access": {"token": {"id": "a", "expires": "2035-06-05T16:24:57.', b"1", b'Z"}}}')),
)
_add("a number of 4 MiB", "a string of 4 MiB", "invalid_response", _body(lambda: _fill(_start + b"1", b"1", _end)))
_add("a catalog of 10,000 endpoints", "a catalog of 10,000 endpoints", RESULT, _body(
    lambda: _services + json.dumps([{"name": f"service{number}", "type": "compute", "endpoints": [
        {"region": f"R{region}", "tenantId": "123456", "publicURL": f"https://r{region}.{number}.example.com/v2/123456",
         "internalURL": f"https://snet-r{region}.{number}.example.com/v2/123456"} for region in range(100)]}
        for number in range(100)]).encode() + _ends))  # fmt: skip


@dataclass(frozen=True)
class Weight:
    """What came of a heavy fault: the outcome, the seconds it took, and how much memory more than the idle process."""

    kind: str
    shown: str
    seconds: float
    growth_mib: float


class IdleProcess:
    """A process that has logged in once, and forks another for each fault."""

    def __init__(self) -> None:
        # The collection is found as this process found it.
        collections = str(Path(__file__).resolve().parents[5])
        module = "ansible_collections.rackspace.identity.tests.faults.heavy"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": collections},
        )
        with serving(FaultServer()) as server:
            self.run(server, "json")
        with serving(FaultServer()) as server:
            self.run(server, "xml")

    def run(self, server: FaultServer, wire_format: str) -> Weight:
        """Log in at a server, and return what came of it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{json.dumps([server.port, wire_format])}\n")
        self._process.stdin.flush()
        return Weight(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)


@functools.lru_cache(maxsize=1)
def idle_process() -> IdleProcess:
    """Return the process, which is started once."""
    return IdleProcess()


@functools.cache
def weight(name: str) -> Weight:
    """Return what comes of a heavy fault."""
    fault = HEAVY[name]
    with serving(FaultServer(fault.behave)) as server:
        return idle_process().run(server, fault.wire_format)


def _memory_mib(key: str) -> float:
    """Return what Linux says about the memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(key)


def _weigh(port: int, wire_format: str) -> Iterator[Any]:
    # From here on the peak is counted anew.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    idle, start = _memory_mib("VmRSS"), time.monotonic()
    options: Mapping[str, Any] = {
        **SUBJECTS[f"api_key-{wire_format}"].options,
        "identity_url": f"http://127.0.0.1:{port}",
        "timeout": 15,
        "retries": 0,
        "cache": False,
    }
    kind, shown = run_operation(SUBJECTS["api_key-json"], options)
    seconds, growth = time.monotonic() - start, _memory_mib("VmHWM") - idle
    yield kind
    yield "" if kind == RESULT else str(shown)[:5000]
    yield seconds
    yield growth


def main() -> None:
    """Log in wherever standard input says, each time in a process of its own after the first two."""
    for number, line in enumerate(sys.stdin):
        port, wire_format = json.loads(line)
        if number < 2:
            print(json.dumps(list(_weigh(port, wire_format))), flush=True)
            continue
        child = os.fork()
        if child == 0:
            print(json.dumps(list(_weigh(port, wire_format))), flush=True)
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        if status:
            print(json.dumps([f"died with {status}", "", 0.0, 0.0]), flush=True)


if __name__ == "__main__":
    main()
