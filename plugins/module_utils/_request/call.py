# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request to a service, as the options describe it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import OptionError
from .._http.transport import Body
from .._text import HEADER_VALUE, shown
from .target import checked_headers

READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

GONE = frozenset({404, 410})
"""Statuses that say that there is nothing, or nothing any more."""

# What was sent once and may have been done must not be sent again.
_NOT_REPEATABLE = frozenset({"POST", "PATCH"})
# Headers that speak of the body, of conditions, or of what this very request does.
_OF_THIS_CALL = re.compile(r"(accept|content-.*|if-.*|range|etag|expect|x-copy-from|destination)$", re.IGNORECASE)
_OWN_HEADERS = ("x-auth-token", "host", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class Call:
    """A request without its token. accepted: the statuses that are a success; any 2xx if it is empty.

    retry_on: statuses to try again on, each with a text that the fault must contain. open_body, open_sink,
    retry_deadline: see Request.
    """

    method: str
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    accepted: Collection[int] = ()
    retry_on: Mapping[int, str] = field(default_factory=dict)
    open_body: Callable[[], Body] | None = None
    open_sink: Callable[[int], Callable[[bytes], object] | None] | None = None
    retry_deadline: float = float("inf")

    @property
    def is_repeatable(self) -> bool:
        """Return whether sending it twice has no more effect than sending it once."""
        return self.method not in _NOT_REPEATABLE

    def is_success(self, status: int) -> bool:
        """Return whether a status is what the caller asked for."""
        return status in self.accepted if self.accepted else 200 <= status < 300

    def is_change(self, status: int) -> bool:
        """Return whether a success with this status means that something has changed."""
        return self.method not in READING and not (self.method == "DELETE" and status in GONE)

    def look(self, url: str, accepted: Collection[int]) -> Call:
        """Return the request that looks at what is at a URL, with the headers that the service asks for everywhere."""
        others = {name: value for name, value in self.headers.items() if not _OF_THIS_CALL.match(name)}
        return Call("GET", url, {**others, "Accept": "application/json"}, accepted=accepted)

    def header(self, name: str) -> str | None:
        """Return a header that the user gave."""
        return next((value for given, value in self.headers.items() if given.lower() == name), None)


def read_call(options: Mapping[str, Any]) -> Call:
    """Return the request that the options describe, without its URL. Raises OptionError for what cannot be sent."""
    method, body, src, dest = (options[name] for name in ("method", "body", "src", "dest"))
    if body is not None and src:
        raise OptionError("body and src are mutually exclusive: give one of the two.")
    if src and method not in ("PUT", "POST"):
        raise OptionError(f"src needs method=PUT or method=POST, not {method}.")
    if dest and method not in ("GET", "POST"):
        raise OptionError(f"dest needs method=GET or method=POST, not {method}: other responses have nothing to save.")
    if dest and src:
        raise OptionError("src and dest are mutually exclusive: give one of the two.")
    if body is not None and method in READING:
        raise OptionError(f"body cannot be sent with {method}: a service ignores the body of a {method}.")
    if options["paginate"] and (method != "GET" or dest):
        raise OptionError("paginate needs method=GET and no dest: the pages are combined in the result.")
    if options["max_items"] < 1:
        raise OptionError(f"max_items must be 1 or more, not {options['max_items']}.")
    if options["unless"] is not None and method in READING:
        raise OptionError(f"unless needs a method that changes something, not {method}.")
    headers = {"Accept": "*/*" if dest else "application/json"}
    encoded = _encoded_body(body)
    if encoded is not None and isinstance(body, (dict, list)):
        headers["Content-Type"] = "application/json"
    given = checked_headers(options["headers"], _OWN_HEADERS, HEADER_VALUE)
    names = {name.lower() for name in given}
    return Call(
        method,
        headers={**{name: value for name, value in headers.items() if name.lower() not in names}, **given},
        body=encoded,
        accepted=_statuses(options["status_code"]),
        retry_on=_retry_on(options["retry_on"]),
    )


def _encoded_body(body: Any) -> bytes | None:
    if body is None:
        return None
    if isinstance(body, (dict, list)):
        try:
            return json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError):
            raise OptionError("body cannot be written as JSON, which does not have all of its values.") from None
    if not isinstance(body, str):
        raise OptionError("body must be a string, a dict or a list. Quote a number that is meant as text.")
    try:
        return body.encode()
    except UnicodeEncodeError:
        raise OptionError("body is not valid UTF-8. Send binary data with src.") from None


def _statuses(given: Any) -> tuple[int, ...]:
    for status in given or ():
        if not 200 <= status <= 599:
            raise OptionError(f"status_code: {status} is not the status of a response. Use 200 to 599.")
    return tuple(given or ())


def _retry_on(given: Mapping[Any, Any] | None) -> dict[int, str]:
    statuses = {}
    for status, text in (given or {}).items():
        if not str(status).isdecimal() or not 400 <= int(status) <= 599 or not isinstance(text, str) or not text:
            raise OptionError(
                f"retry_on must map statuses from 400 to 599 to a text that the error contains, as in "
                f"{{422: PENDING_UPDATE}}, not {status!r} to {shown(text)}."
            )
        statuses[int(status)] = text
    return statuses
