# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that send the secrets of a request back: in every encoding, at every place of a response."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

from .drive import API_KEY, PASSCODE, PASSWORD, SESSION_ID, SUBJECTS, TOKEN, Subject
from .fault import ONCE, Fault
from .leaks import leaks
from .server import Behaviour, Exchange, head

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "in a sentence": lambda secret: f"The key '{secret}' is wrong",
    "percent-encoded": lambda secret: quote(secret, safe=""),
    "percent-encoded, every byte": lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    "percent-encoded twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 without padding": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 of user:secret": lambda secret: base64.b64encode(f"demoauthor:{secret}".encode()).decode(),
    "base64 between others": lambda secret: base64.b64encode(f'{{"a": "{secret}", "b": 1}}'.encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "HEXADECIMAL": lambda secret: secret.encode().hex().upper(),
    "\\u escapes": lambda secret: "".join(f"\\u{ord(character):04x}" for character in secret),
    "\\x escapes": lambda secret: "".join(f"\\x{ord(character):02x}" for character in secret),
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "numeric entities": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "hexadecimal entities": lambda secret: "".join(f"&#x{ord(character):X};" for character in secret),
    "after 490 characters": lambda secret: "x" * 490 + secret,
    "after 7,990 characters": lambda secret: "x" * 7990 + secret,
}


def _fault(message: str) -> bytes:
    return json.dumps({"unauthorized": {"code": 401, "message": message}}).encode()


def _login(secret: str, where: str) -> bytes:
    """Return a good login, or validation, with a secret at some place."""
    token: dict[str, object] = {"id": "f" * 32, "expires": "2035-01-01T00:00:00Z"}
    user: dict[str, object] = {"id": "1", "name": "demoauthor", "roles": [{"id": "1", "name": "admin"}]}
    endpoint: dict[str, object] = {"region": "DFW", "publicURL": "https://dfw.example.com/v1"}
    service: dict[str, object] = {"name": "cloudFiles", "type": "object-store", "endpoints": [endpoint]}
    access: dict[str, object] = {"token": token, "user": user, "serviceCatalog": [service]}
    places: dict[str, Callable[[], None]] = {
        "user name": lambda: user.update(name=secret),
        "user field": lambda: user.update(note={"a": [secret]}),
        "key": lambda: access.update({secret: 1}),
        "field": lambda: access.update(note=secret),
        "token field": lambda: token.update(note=secret),
        "tenant": lambda: token.update(tenant={"id": secret, "name": secret}),
        "methods": lambda: token.update({"RAX-AUTH:authenticatedBy": [secret]}),
        "role": lambda: user.update(roles=[{"id": secret, "name": secret, "description": secret}]),
        "region": lambda: endpoint.update(region=secret),
        "url": lambda: endpoint.update(publicURL=f"https://x.example.com/{secret}"),
        "service": lambda: service.update(name=secret, type=secret),
        "expires": lambda: token.update(expires=secret),
    }
    places[where]()
    return json.dumps({"access": access}).encode()


def _headers(status: str, *headers: str, body: bytes = b"", media_type: str = "application/json") -> bytes:
    return head(status, f"Content-Type: {media_type}", f"Content-Length: {len(body)}", *headers) + body


def _in_login(where: str, secret: str) -> bytes:
    """Return the response with that login."""
    return _headers("200 OK", body=_login(secret, where))


PLACES: dict[str, Callable[[str], bytes]] = {
    "request id": lambda echo: _headers("401 No", f"X-Openstack-Request-Id: {echo}"),
    "request id of a 200": lambda echo: _headers("200 OK", f"X-Openstack-Request-Id: {echo}", body=b"[]"),
    "transaction id": lambda echo: _headers("500 No", f"x-trans-id: {echo}"),
    "reason": lambda echo: _headers(f"400 {echo}"),
    "status line": lambda echo: f"HTTP/1.1 {echo}\r\n\r\n".encode(),
    "no HTTP": lambda echo: echo.encode() + b"\r\n",
    "location": lambda echo: _headers("302 Found", f"Location: https://{echo}.example.com/{echo}"),
    "location's user": lambda echo: _headers("302 Found", f"Location: https://{echo}:{echo}@example.com/"),
    "location's query": lambda echo: _headers("307 Found", f"Location: /login?key={echo}"),
    "content type": lambda echo: _headers("200 OK", body=b"{}", media_type=echo.replace("\n", "")),
    "content encoding": lambda echo: _headers("200 OK", f"Content-Encoding: {echo}", body=b"{}"),
    "content length": lambda echo: f"HTTP/1.1 200 OK\r\nContent-Length: {echo}\r\n\r\n{{}}".encode(),
    "retry after": lambda echo: _headers("503 Busy", f"Retry-After: {echo}"),
    "date": lambda echo: _headers("401 No", f"Date: {echo}"),
    "challenge": lambda echo: _headers("401 No", f"WWW-Authenticate: Basic realm='{echo}'"),
    "tenant header": lambda echo: _headers("200 OK", f"X-Tenant-Id: {echo}", body=_login("1", "field")),
    "cookie": lambda echo: _headers("401 No", f"Set-Cookie: {echo}={echo}"),
    "header name": lambda echo: f"HTTP/1.1 401 No\r\n{echo}: {echo}\r\nContent-Length: 0\r\n\r\n".encode(),
    "chunk size": lambda echo: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{echo}\r\n".encode(),
    "message": lambda echo: _headers("401 No", body=_fault(echo)),
    "message of a 500": lambda echo: _headers("500 No", body=_fault(echo)),
    "fault name": lambda echo: _headers("400 No", body=json.dumps({echo: {"message": "No"}}).encode()),
    "details": lambda echo: _headers("403 No", body=json.dumps({"f": {"details": echo}}).encode()),
    "retryAfter": lambda echo: _headers("413 No", body=json.dumps({"overLimit": {"retryAfter": echo}}).encode()),
    "XML message": lambda echo: _headers("400 No", media_type="application/xml", body=(
        f"<f><message><![CDATA[{echo}]]></message></f>".encode())),
    "page": lambda echo: _headers("502 No", media_type="text/html", body=f"<h1>{echo}</h1>".encode()),
    "page of a 200": lambda echo: _headers("200 OK", media_type="text/html", body=f"<h1>{echo}</h1>".encode()),
    "cut body": lambda echo: _headers("200 OK", body=f'{{"access": "{echo}'.encode()),
}  # fmt: skip
for _place in ("user name", "user field", "key", "field", "token field", "tenant", "methods", "role", "region", "url",
               "service", "expires"):  # fmt: skip
    PLACES[_place] = partial(_in_login, _place)

# A passcode, which is good for one use, is too short to be cut out of values that users rely on.
_IN_VALUES = frozenset(("user name", "user field", "key", "field", "token field", "tenant", "methods", "role", "region",
                        "url", "service", "tenant header"))  # fmt: skip

SECRETS_OF = {
    "api_key-json": (API_KEY,),
    "v1.1-json": (API_KEY,),
    "password-json": (PASSWORD,),
    "passcode-json": (SESSION_ID, PASSCODE),
    "info-json": (TOKEN,),
    "revoke-json": (TOKEN,),
}
"""The subjects that are tried, and what their requests carry."""

_IN_SHORT = ("plain", "percent-encoded", "base64 of user:secret", "HEXADECIMAL", "\\u escapes", "after 490 characters")


def echo(place: str, encoding: str, secret: str) -> Behaviour:
    """Return the behaviour of a server that sends a secret back."""
    response = PLACES[place](ENCODINGS[encoding](secret))

    def behave(exchange: Exchange) -> None:
        # An operation gets as far as the response that is to be read.
        exchange.send(response)

    return behave


def echoes(subject: Subject) -> Iterator[tuple[str, str, str, Fault]]:
    """Yield each place, encoding and secret that is tried with a subject, and the fault."""
    for place in PLACES:
        # The encodings are the same for all: two subjects are tried with all of them.
        for encoding in ENCODINGS if subject.column in ("api_key", "password") else _IN_SHORT:
            for secret in SECRETS_OF[subject.name]:
                if secret == PASSCODE and (place in _IN_VALUES or place in ("retry after", "retryAfter")):
                    continue
                behave = echo(place, encoding, secret)
                yield place, encoding, secret, Fault("Echoes", place, place, "", behave, sends=ONCE)


def visible(encoding: str, secret: str) -> bool:
    """Return whether the search for leaks sees through an encoding: otherwise trying it would prove nothing."""
    return leaks(ENCODINGS[encoding](secret), [secret]) == [secret]


assert all(subject in SUBJECTS for subject in SECRETS_OF)
