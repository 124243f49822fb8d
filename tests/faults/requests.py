# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the same faults mean for rax_request, where it differs: the service at the other end is another.

It repeats what was cut short, follows redirects of GET on the same origin, takes every 2xx for a success, and any body.
"""

from __future__ import annotations

from collections.abc import Mapping

from .fault import FOLLOWED, IF_SAFE, RESULT, WHILE_TIME, WHILE_TIME_AT_ONCE, Different

_INVALID = "invalid_response"

# An upload needs no body of the response.
_STORED = {"upload": RESULT}
# The file is not the one that its ETag names.
_OTHER_FILE = {"download": _INVALID}
# A list that goes on with something else is not cut there.
_NO_PAGE = {"pages": _INVALID}

_CUT = (
    "The connection is lost: closed in a header",
    "The connection is lost: closed in the body",
    "The connection is lost: closed in a chunk",
    "The connection is lost: closed before the last chunk",
    "The connection is lost: half-closed in the body",
    "The connection is lost: error cut short",
    "TLS: cut",
    "Proxies: cut http",
    "Proxies: cut https",
    "Heads: Content-Length 64 bits",
    *(
        f"Chunks: {name}"
        for name in ("no size", "empty size", "64 bits", "1,000 digits", "short", "long", "not chunked", "nothing")
    ),
)
_FOLLOWED = (
    *(f"{status} elsewhere" for status in (301, 302, 303, 307, 308)),
    *(
        f"307 to {place}"
        for place in (
            *("itself", "the same host with TLS", "a file", "a script", "a URL with a password", "60 KB of URL"),
            "a URL that is not ASCII",
        )
    ),
)
_JSON = ("empty", "null", "true", "number", "string", "empty object", "other object", "strings", "lists")
_NOT_JSON = (
    *("blank", "HTML", "XHTML", "plain text", "empty root", "cut", "cut XML", "two", "two roots", "NULs"),
    *("5,000 digits", "DTD", "entity", "external entity", "bomb", "undefined entity", "processing instruction"),
    *("no namespace", "CDATA"),
)
_ENCODINGS = ("idna", "punycode", "rot13", "undefined", "utf-7", "utf-32", "x" * 20)
_TYPES = ("text/html", "text/plain", "application/octet-stream", "application/jsonp", "json", "/", "x" * 30)

DIFFERENT: Mapping[str, Different] = {
    **dict.fromkeys(_CUT, Different(sends=IF_SAFE)),
    "The connection is lost: reset in a chunk": Different("unreachable"),
    # A file may be as long as it likes.
    "Floods: body": Different(but={"download": RESULT}),
    **dict.fromkeys(("Floods: chunk", "Floods: chunks"), Different(sends_but={"download": IF_SAFE})),
    # They end before they are too long.
    "Floods: error 401": Different(but={"download": "unauthorized"}),
    "Floods: error 500": Different(but={"download": "service_fault"}, sends_but={"download": IF_SAFE}),
    **dict.fromkeys((f"Redirects: {name}" for name in _FOLLOWED), Different(sends=FOLLOWED)),
    **dict.fromkeys(
        ("Redirects: 307 to a broken URL", "Redirects: 307 to a line of a log"),
        Different(but=dict.fromkeys(("get", "download", "pages"), _INVALID)),
    ),
    **dict.fromkeys((f"Statuses 1xx and 2xx: {status}" for status in (201, 202, 205, 226, 299)), Different(RESULT)),
    # Which was not asked for.
    "Statuses 1xx and 2xx: 206": Different(RESULT, {"download": _INVALID}),
    "Statuses 1xx and 2xx: 204": Different(RESULT),
    "Statuses 1xx and 2xx: 204 with a body": Different(RESULT),
    "Statuses 1xx and 2xx: 200 with a fault": Different(RESULT, _NO_PAGE),
    **{
        f"Statuses 4xx and 5xx: {status} {body}": Different("conflict")
        for status in (409, 410, 412, 422)
        for body in ("JSON", "HTML")
    },
    **dict.fromkeys(
        (f"Statuses 4xx and 5xx: {status} Retry-After: 1" for status in (413, 429)), Different(sends=WHILE_TIME)
    ),
    "Statuses 4xx and 5xx: 429 Retry-After: Wed, 21 Oct 2015 07:28:00 GMT": Different(sends=WHILE_TIME_AT_ONCE),
    "Chunks: only the end": Different(RESULT, _NO_PAGE),
    **dict.fromkeys(
        (f"Bodies: compressed {name}" for name in ("gzip", "deflate", "br", "gzip, gzip", "without saying so")),
        Different(but=_STORED),
    ),
    # Which is not true.
    "Bodies: compressed zstd": Different(RESULT),
    "Bodies: compressed what": Different(RESULT),
    "Bodies: compressed error": Different("service_unavailable", sends=IF_SAFE),
    "Bodies: type: no type": Different(but=_NO_PAGE),
    **dict.fromkeys((f"Bodies: type: {name}" for name in _TYPES), Different(RESULT, _NO_PAGE)),
    "Bodies: other format": Different(RESULT, {**_OTHER_FILE, **_NO_PAGE}),
    "Bodies: swapped": Different(but=_STORED),
    **dict.fromkeys((f"Bodies: body: {name}" for name in _JSON), Different(RESULT, {**_OTHER_FILE, **_NO_PAGE})),
    "Bodies: body: list": Different(RESULT, _OTHER_FILE),
    **dict.fromkeys((f"Bodies: body: {name}" for name in _NOT_JSON), Different(but=_STORED)),
    **dict.fromkeys(
        (f"Charsets: {name}" for name in ("Latin-1", "cut UTF-8", "overlong UTF-8")), Different(but=_STORED)
    ),
    "Charsets: surrogate": Different(RESULT, {**_OTHER_FILE, **_NO_PAGE}),
    **dict.fromkeys(
        (f"Charsets: {name}" for name in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig")), Different(but=_OTHER_FILE)
    ),
    **dict.fromkeys((f"Charsets: declared {name}" for name in _ENCODINGS), Different(but=_STORED)),
}
"""By the full name of the fault."""
