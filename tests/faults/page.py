# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/reliability.md, from what the run found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from . import heavy, wrong_types
from .drive import row_outcomes
from .echoes import ENCODINGS, PLACES
from .fault import (
    FOLLOWED,
    IDENTITY,
    IF_SAFE,
    LOGINS,
    NEVER,
    ONCE,
    REQUESTS,
    TWICE,
    WHILE_TIME,
    WHILE_TIME_AT_ONCE,
    Fault,
)
from .faults import FAULTS, REPRESENTATIVES

_TITLES = {
    "api_key": "API key",
    "password": "password",
    "passcode": "passcode",
    "v1.1": "API 1.1",
    "info": "token info",
    "put": "PUT",
    "post": "POST",
    "download": "download",
    "upload": "upload",
    "pages": "further page",
}
_SENT = {NEVER: "not sent", ONCE: "no", IF_SAFE: "if safe", TWICE: "yes", FOLLOWED: "redirected"}
_SENT.update(dict.fromkeys((WHILE_TIME, WHILE_TIME_AT_ONCE), "while there is time"))

_INTRODUCTION = """\
<!--
Copyright (c) 2026 The rackspace.identity authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Reliability

What the plugins make of everything that can go wrong on the wire. This page is written by the tests in `tests/faults`:
`python -m pytest tests/faults --write-reliability docs/reliability.md`. A test fails if a run finds anything else.

Each fault ends in a result or in one error, whose `error.kind` the tables name. In every case:

- It ends in time: `timeout` holds for connecting and for the whole response, in each of at most `retries` + 1
  attempts. The body of a response to `rax_request` may take longer, if it arrives with at least 1 KiB per second.
- It takes at most {memory} MiB more memory than the idle process.
- There is no traceback, and no API key, password, passcode, session ID or token in any message, in any encoding.
- What was sent is sent again only if that is safe. A login with a password can send its user a text message, and a
  passcode is good for one use: they are repeated only if they were certainly not received, or were refused because of
  the rate limit. So is a `POST`. In the column *sent again*, "if safe" means by all but these three, and "not sent"
  that nothing has reached the service. "redirected" means that a `GET` follows, on the host of the endpoint alone.
- A file that `rax_request` downloads is whole or not there, and one that it uploads is sent from its start each time.

The operations behind the plugins go through all {faults} faults, each in JSON and in XML: logging in with an API key, a
password or a passcode, or with version 1.1 of the API (`rax_identity_token`, and the lookups `rax_token` and
`rax_endpoint`), validating a token with its endpoints, and revoking it. `rax_request` goes through them with a `GET`, a
`PUT`, a `POST`, a download, an upload, and the second page of a list; its column names what differs from the `GET`. The
modules, the actions in the worker, and the lookups go through {representatives} of them, the first, the middle and the
last of each group and one for each outcome (each module and action through every other one); these rows are marked
with *.
"""

_HEAVY = """
## Responses that weigh

For logging in with an API key. The most that is read of a response is 4 MiB, 100,000 values and 100 levels.

| fault | outcome |
| --- | --- |
"""

_TYPES = """
## Wrong values at every place of the model

Each field, object and list of the samples is replaced by each of: {values}. In XML, each element is emptied, renamed,
doubled, moved to another namespace, given text or children that do not belong there, or loses an attribute. A response
without a usable token is `invalid_response`; what only informs never ends a login, and counts as missing. The result is
always JSON in UTF-8.

| response | outcomes |
| --- | --- |
"""

_ECHOES = """
## Secrets that are sent back

The server sends the secret of a request back at each of {places} places, among them request IDs, the reason of a
status, the message of a fault, an HTML page, a redirect, and every field of a good response; in each of {encodings}
encodings, among them percent-encoding, base64, hexadecimal, JSON in JSON and entities. No outcome shows any of it.
"""


def rows() -> dict[tuple[str, str], list[str]]:
    """Return the names of the faults of each row, by group and text."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, fault in FAULTS.items():
        found.setdefault((fault.group, fault.text), []).append(name)
    return found


def _outcome(kinds: Iterable[str]) -> str:
    return " or ".join(kind if kind == "result" else f"`{kind}`" for kind in sorted(kinds))


def _repeated(faults: list[Fault]) -> str:
    of_identity, of_requests = (
        " or ".join(dict.fromkeys(_SENT[fault.sends_in(column)] for fault in faults for column in columns))
        for columns in (IDENTITY, REQUESTS)
    )
    return of_identity if of_identity == of_requests else f"{of_identity}, rax_request: {of_requests}"


def _faults() -> Iterator[str]:
    group = ""
    for (its_group, text), names in rows().items():
        if its_group != group:
            group = its_group
            yield f"\n## {group}\n"
            yield "| fault | logging in | rax_token_info | rax_token_revoke | rax_request | sent again |"
            yield "| --- | --- | --- | --- | --- | --- |"
        mark = " *" if any(name in REPRESENTATIVES for name in names) else ""
        of_tokens = [_outcome(row_outcomes(names, column)) for column in ("info", "revoke")]
        outcomes = [_together(names, LOGINS), *of_tokens, _together(names, REQUESTS)]
        yield f"| {text}{mark} | {' | '.join(outcomes)} | {_repeated([FAULTS[name] for name in names])} |"


def _together(names: list[str], columns: Sequence[str]) -> str:
    """Return the outcome of all ways to log in, or to send a request, and those that differ from the first."""
    found = {column: _outcome(row_outcomes(names, column)) for column in columns}
    usual = found[columns[0]]
    return ", ".join([usual, *(f"{_TITLES[column]}: {kind}" for column, kind in found.items() if kind != usual)])


def _heavy() -> Iterator[str]:
    found: dict[str, set[str]] = {}
    for name, fault in heavy.HEAVY.items():
        found.setdefault(fault.text, set()).add(heavy.weight(name).kind)
    for text, kinds in found.items():
        yield f"| {text} | {_outcome(kinds)} |"


def _wrong_types() -> Iterator[str]:
    for subject, samples in wrong_types.SAMPLES.items():
        for sample in samples:
            kinds = {
                kind
                for wire_format in ("json", "xml")
                for kind, _problem, _text in wrong_types.outcomes(subject.replace("json", wire_format), sample).values()
            }
            title = f"{sample.rpartition('/')[2].replace('_', ' ')} ({_TITLES[subject.rpartition('-')[0]]})"
            yield f"| {title} | {_outcome(kinds)} |"


def render() -> str:
    """Return the page. What the run has not found out yet is run now."""
    parts = [
        _INTRODUCTION.format(
            memory=heavy.MAX_GROWTH_MIB, faults=f"{len(FAULTS):,}", representatives=len(REPRESENTATIVES)
        ),
        "\n".join(_faults()) + "\n",
        _HEAVY + "\n".join(_heavy()) + "\n",
        _TYPES.format(values=", ".join(wrong_types.VALUES)) + "\n".join(_wrong_types()) + "\n",
        _ECHOES.format(places=len(PLACES), encodings=len(ENCODINGS)),
    ]
    return "".join(parts)
