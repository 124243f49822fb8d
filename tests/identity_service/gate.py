# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict reading of requests: anything a careful client would not send is rejected, so that mistakes show."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request

from identity_service.errors import ApiError, bad_request, unauthorized
from identity_service.model import ResponseOptions
from identity_service.store import INVALID_AUTH_TOKEN

BODY_LIMIT = 64 * 1024
# A client that sends more than the limit can still read the response if its data is drained.
_DRAIN_LIMIT = 16 * 1024 * 1024

RCN = "apply_rcn_roles"
DOMAINS = "include_accessible_domains"
ENDPOINTS = "include_endpoints"
BELONGS_TO = "belongsTo"
_SECRET_WORDS = ("user", "pass", "key", "secret", "token", "auth", "credential", "session")


@dataclass(frozen=True)
class Body:
    """A request body; ``complete`` tells whether all of it was read from the connection."""

    data: bytes
    too_large: bool
    complete: bool


def read_body(request: Request) -> Body:
    """Read the body up to the limit; drain and drop the rest."""
    data = b""
    dropped = 0
    while True:
        chunk = request.stream.read(BODY_LIMIT)
        if not chunk:
            break
        if len(data) <= BODY_LIMIT:
            data += chunk
        else:
            dropped += len(chunk)
        if dropped > _DRAIN_LIMIT:
            return Body(b"", too_large=True, complete=False)
    too_large = len(data) > BODY_LIMIT
    return Body(b"" if too_large else data, too_large=too_large, complete=True)


def refuse_large_body(body: Body) -> None:
    """Respond with 413 to a body above the limit."""
    if body.too_large:
        raise ApiError("overLimit", f"The request body is larger than {BODY_LIMIT} bytes.")


def refuse_body(body: Body) -> None:
    """Respond with 400 to a body if the operation does not take one."""
    if body.data:
        raise bad_request("This operation does not accept a request body.")


def refuse_credentials_in_url(request: Request) -> None:
    """Respond with 400 to what a URL with credentials or a netrc file causes, and to secrets in the query."""
    if "Authorization" in request.headers:
        raise bad_request("An Authorization header is not accepted (from a URL with credentials or a netrc file?).")
    if "@" in request.headers.get("Host", ""):
        raise bad_request("Credentials do not belong in the URL.")
    for name, _value in query_pairs(request):
        if any(word in name.casefold() for word in _SECRET_WORDS):
            raise bad_request("Credentials do not belong in the URL.")


def auth_token(request: Request) -> str:
    """Return the token that authenticates the call; respond with 401 if it is missing."""
    token = request.headers.get("X-Auth-Token")
    if not token:
        raise unauthorized(INVALID_AUTH_TOKEN)
    return token


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """Return all query parameters in order; respond with 400 to a malformed query."""
    query = request.query_string.decode("latin-1")
    if not query:
        return []
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise bad_request("The query is malformed.") from None


def query_values(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    """Return the query parameters of an operation; respond with 400 to unknown or repeated ones."""
    values: dict[str, str] = {}
    for name, value in query_pairs(request):
        if name not in allowed:
            raise bad_request(f"Unknown query parameter; known parameters: {', '.join(allowed) or 'none'}.")
        if name in values:
            raise bad_request(f"The query parameter {name} is repeated.")
        values[name] = value
    if values.get(BELONGS_TO) == "":
        raise bad_request(f"{BELONGS_TO} must not be empty.")
    return values


def response_options(values: dict[str, str]) -> ResponseOptions:
    """Return what the response is to contain; respond with 400 to a boolean other than ``true`` or ``false``."""
    for name in (RCN, DOMAINS, ENDPOINTS):
        if values.get(name, "true") not in ("true", "false"):
            raise bad_request(f"{name} must be true or false.")
    return ResponseOptions(
        rcn_roles=values.get(RCN) == "true",
        accessible_domains=values.get(DOMAINS) == "true",
        endpoints=values.get(ENDPOINTS) != "false",
    )
