# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redirects and statuses."""

from __future__ import annotations

import json
from dataclasses import replace

from .fault import IF_SAFE, ONCE, RESULT, TWICE, Fault, adder, changed, of_length, raw
from .server import Good, head

FAULTS = list[Fault]()
add = adder(FAULTS)

# Redirects

_G = "Redirects"
for _status in (
    "300 Choices",
    "301 Moved",
    "302 Found",
    "303 See Other",
    "304 Same",
    "305 Use Proxy",
    "307 Temporary",
    "308 Permanent",
    "399 Other",
):
    add(
        _G,
        f"{_status[:3]} elsewhere",
        f"{_status[:3]} to another host",
        "unexpected_status",
        raw(head(_status, "Location: http://identity.test:9/steal", "Content-Length: 0")),
    )
for _name, _location in {
    "itself": "/v2.0/tokens",
    "the same host with TLS": "https://127.0.0.1/v2.0/tokens",
    "nowhere": "",
    "a broken URL": "http://[broken",
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "a URL with a password": "http://user:secret@elsewhere.test/",
    "60 KB of URL": "http://" + "x" * 60000,
    "a URL that is not ASCII": "http://\u00e9vil.test/",
    "a line of a log": "http://x\tERROR\x1b[31m/",
}.items():
    add(
        _G,
        f"307 to {_name}",
        f"307 to {_name}",
        "unexpected_status",
        raw(head("307 Temporary", f"Location: {_location}", "Content-Length: 0")),
    )
add(_G, "no Location", "302 without Location", "unexpected_status", raw(head("302 Found", "Content-Length: 0")))

# Informational and successful statuses

_G = "Statuses 1xx and 2xx"
for _status in ("100 Continue", "102 Processing", "103 Early Hints", "110 Other"):
    add(
        _G,
        _status[:3],
        f"{_status} before a good response",
        RESULT,
        changed(lambda good, status=_status: f"HTTP/1.1 {status}\r\nLink: </x>\r\n\r\n".encode() + good.whole),
    )
add(_G, "101", "101 Switching Protocols", "unexpected_status", raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))
add(
    _G,
    "203",
    "203 with a good body",
    RESULT,
    changed(lambda good: replace(good, status="203 Other" if good.body else good.status).whole),
)
for _status in ("201 Created", "202 Accepted", "205 Reset", "206 Partial", "226 Used", "299 Other"):
    add(
        _G,
        _status[:3],
        f"{_status[:3]} with a good body",
        "unexpected_status",
        changed(lambda good, status=_status: replace(good, status=status).whole),
    )
add(
    _G,
    "204",
    "204 without a body",
    "unexpected_status",
    raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    but={"revoke": RESULT},
)
add(
    _G,
    "204 with a body",
    "204 with a body",
    "unexpected_status",
    raw(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"),
    but={"revoke": RESULT},
)
add(
    _G,
    "200 with a fault",
    "200 with a fault",
    "invalid_response",
    raw(of_length(40) + b'{"unauthorized": {"code": 401, "a": 1}}  '[:40]),
)

# Error statuses

KINDS = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 413: "over_limit", 429: "over_limit", 500: "service_fault", 502: "service_unavailable",
    503: "service_unavailable", 504: "service_unavailable",
}  # fmt: skip
_STATUSES = [*KINDS, 402, 407, 408, 409, 410, 411, 412, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 431,
             451, 499, 501, 505, 506, 507, 508, 510, 511, 520, 599, 600, 999]  # fmt: skip


def _bodies(status: int) -> dict[str, tuple[str, bytes]]:
    fault = {"fault": {"code": status, "message": "What the service says.", "details": "More of it."}}
    xml = f'<fault xmlns="http://docs.openstack.org/identity/api/v2.0" code="{status}"><message>No</message></fault>'
    return {
        "JSON": ("application/json", json.dumps(fault).encode()),
        "XML": ("application/xml", xml.encode()),
        "HTML": ("text/html; charset=utf-8", b"<html><head><title>Oops</title></head><body><h1>No</h1><br></body>"),
        "no": ("", b""),
        "wrong": ("application/json", b'[{"fault": nul'),
    }


_G = "Statuses 4xx and 5xx"
for _code in sorted(_STATUSES):
    for _name, (_type, _body) in _bodies(_code).items():
        if _code not in KINDS and _name not in ("JSON", "HTML"):
            continue
        _but = {"v1.1": "not_acceptable"} if _code == 406 else {}
        _kinds_of_bodies = "JSON, XML, HTML, no or a broken body" if _code in KINDS else "JSON or HTML"
        if _code in (401, 404):
            _but = {"info": RESULT, "revoke": RESULT}
        if _code == 404:
            # What any web server says of any path says nothing about a token.
            is_page = _name == "HTML"
            _kinds_of_bodies = "HTML" if is_page else "JSON, XML, no or a broken body"
            _but = {"info": "invalid_response", "revoke": "invalid_response"} if is_page else _but
        add(
            _G,
            f"{_code} {_name}",
            f"{_code} with {_kinds_of_bodies}",
            KINDS.get(_code, "unexpected_status"),
            changed(lambda good, status=_code, type_=_type, body=_body: Good(f"{status} Words", type_, body).whole),
            but=_but,
            sends=IF_SAFE if _code in (500, 502, 503, 504) else ONCE,
        )
for _code, _header, _sends in (
    (429, "Retry-After: 1", TWICE),
    (413, "Retry-After: 1", TWICE),
    (429, "Retry-After: 3600", ONCE),
    (503, "Retry-After: 3600", ONCE),
    (429, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", TWICE),
):
    add(
        _G,
        f"{_code} {_header}",
        f"{_code} with {_header}",
        KINDS[_code],
        raw(head(f"{_code} Words", _header, "Content-Length: 0")),
        sends=_sends,
    )
for _name, _header in {
    "negative": "Retry-After: -5", "words": "Retry-After: soon", "huge": "Retry-After: 99999999999999999999",
    "long": "Retry-After: " + "1" * 60000, "not a number": "Retry-After: nan", "a date that is none":
    "Retry-After: Wed, 99 Xyz 99999 99:99:99 GMT", "twice": "Retry-After: 1\r\nRetry-After: 2",
}.items():  # fmt: skip
    add(
        _G,
        f"503 Retry-After {_name}",
        "503 with a Retry-After that makes no sense",
        "service_unavailable",
        raw(head("503 Words", _header, "Content-Length: 0")),
        sends=IF_SAFE,
    )
add(
    _G,
    "401 challenge",
    "401 with a challenge for a second factor",
    "mfa_required",
    raw(head("401 No", "WWW-Authenticate: Basic, OS-MF sessionId='abc', factor='PASSCODE'", "Content-Length: 0")),
)
add(
    _G,
    "401 broken challenge",
    "401 with a challenge that is broken",
    "unauthorized",
    raw(head("401 No", "WWW-Authenticate: OS-MF sessionId=", "Content-Length: 0")),
    but={"info": RESULT, "revoke": RESULT},
)
add(
    _G,
    "403 disabled",
    "403 userDisabled",
    "user_disabled",
    raw(of_length(38, "403 No") + b'{"userDisabled": {"message": "No."}}  '),
)
for _status in (
    "000 Zero",
    "099 Low",
    "20 Short",
    "1000 Long",
    "-1 Negative",
    "2xx Words",
    "\u0662\u0660\u0660 Arabic",
):
    add(
        _G,
        f"status {_status!a}",
        "a status that is not a number from 100 to 999",
        "invalid_response",
        raw(f"HTTP/1.1 {_status}\r\nContent-Length: 2\r\n\r\n{{}}".encode()),
    )
