# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web layer: what happens before and after each request to a service."""

from __future__ import annotations

import http.client
import secrets
import sys
import traceback
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, g, request
from identity_service import wire_faults
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import http_date
from werkzeug.routing import BaseConverter

from cloud_services import faults, misbehaviour
from cloud_services.bodies import Body, CutError
from cloud_services.parts import Parts
from cloud_services.problems import Problem, bad_request, not_found
from cloud_services.server import HANDLER, Handler
from cloud_services.service import CloudService

_DRAIN_BYTES = 1024 * 1024
_SECRET_WORDS = ("pass", "key", "secret", "token", "auth", "credential", "session")


class Anything(BaseConverter):
    """A part of a path with any characters, slashes at any place included."""

    regex = ".+"
    part_isolating = False


def create_app(parts: Parts, service: CloudService) -> Flask:
    """Create one service as a WSGI application."""
    app = Flask("cloud_services", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.converters["anything"] = Anything
    service.add_routes(app)
    _add_request_hooks(app, parts, service)
    _add_response_hooks(app, parts)
    _add_error_handlers(app, service)
    return app


def _masked(text: str) -> str:
    """Mask the token of the request, which a faulty client may have put into the URL."""
    token = request.headers.get("X-Auth-Token")
    return text.replace(token, "{token}") if token else text


def _query() -> list[list[str]]:
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    return [
        [_masked(name), "{masked}" if any(word in name.casefold() for word in _SECRET_WORDS) else _masked(value)]
        for name, value in pairs
    ]


def _log_entry(service: CloudService) -> dict[str, Any]:
    handler = request.environ.get(HANDLER)
    return {
        "request_id": g.request_id,
        "time": service.now(),
        "service": service.key,
        "region": service.region,
        "connection": handler.number if isinstance(handler, Handler) else 0,
        "method": request.method,
        "path": _masked(request.path),
        "query": _query(),
        "headers": sorted({name.lower() for name, _value in request.headers}),
        "token": "X-Auth-Token" in request.headers,
        "content_type": request.headers.get("Content-Type"),
        "content_length": g.body.length,
        "accept": request.headers.get("Accept"),
        "user_agent": request.headers.get("User-Agent"),
        "fault": None,
        "outcome": None,
    }


def _refuse_credentials_in_url() -> None:
    """Respond with 400 to what a URL with credentials or a netrc file causes, and to a token in the URL."""
    if "Authorization" in request.headers:
        raise bad_request("An Authorization header is not accepted (from a URL with credentials or a netrc file?).")
    token = request.headers.get("X-Auth-Token")
    if "@" in request.headers.get("Host", "") or (token and token in request.full_path):
        raise bad_request("Credentials do not belong in the URL.")


def _authenticate(parts: Parts, service: CloudService) -> None:
    token = request.headers.get("X-Auth-Token")
    # Every token is checked every time, so that one that has just ended is refused at once.
    try:
        access = parts.identity.check(token) if token else None
    except (OSError, http.client.HTTPException):
        raise Problem(503, "The identity service cannot be reached.") from None
    if access is None:
        raise service.refuse_token()
    tenant = (request.view_args or {}).get("tenant")
    if tenant is not None and tenant not in access.tenants:
        raise service.refuse_tenant()
    g.access = access
    # Some services have no tenant in their URLs.
    g.tenant = tenant or access.tenants[0]


def _add_request_hooks(app: Flask, parts: Parts, service: CloudService) -> None:
    @app.before_request
    def receive() -> Response | None:
        g.request_id = secrets.token_hex(16)
        g.fault = None
        g.data = b""
        g.body = Body(request.environ)
        g.entry = _log_entry(service)
        parts.journal.record_request(g.entry)
        g.fault = parts.faults.take(
            lambda where: faults.applies(where, service.key, service.region, request.method, request.path)
        )
        if g.fault is None:
            return None
        g.entry["fault"] = g.fault.kind
        wire_faults.delay(g.fault)
        return misbehaviour.replacement(g.fault, request, service)

    @app.before_request
    def check() -> Response | None:
        if not g.body.valid:
            raise bad_request("The Content-Length is malformed.")
        _refuse_credentials_in_url()
        if service.needs_token:
            _authenticate(parts, service)
        if (limited := service.count_request()) is not None:
            return limited
        if not service.streams():
            data = g.body.read()
            if data is None:
                raise Problem(413, "The request body is too large.")
            g.data = data
            if data and request.method in ("GET", "HEAD", "DELETE") and service.needs_token:
                raise bad_request("This operation does not accept a request body.")
        return None


def _drain() -> None:
    """Read what is left of a small body, so that the connection can be used again."""
    body: Body = g.body
    if body.left is not None and body.left <= _DRAIN_BYTES:
        body.read(_DRAIN_BYTES)
    if not body.complete:
        handler = request.environ.get(HANDLER)
        if isinstance(handler, Handler):
            handler.unread_body = True


def _add_response_hooks(app: Flask, parts: Parts) -> None:
    @app.after_request
    def send(response: Response) -> Response:
        if g.fault is not None:
            response = misbehaviour.corrupt(g.fault, request, response)
        response.headers["x-trans-id"] = f"tx{g.request_id[:21]}-{g.request_id[21:31]}"
        response.headers["Server"] = "cloud"
        response.headers["Date"] = http_date(parts.clock.now())
        try:
            _drain()
        except CutError:
            response.headers["Connection"] = "close"
        if not g.body.complete:
            response.headers["Connection"] = "close"
        is_incomplete = g.fault is not None and g.fault.kind in ("reset", "truncated")
        parts.journal.record_response(g.entry, g.fault.kind if is_incomplete else str(response.status_code))
        return response


def _add_error_handlers(app: Flask, service: CloudService) -> None:
    @app.errorhandler(Problem)
    def refuse(problem: Problem) -> Response:
        return service.error(problem)

    @app.errorhandler(CutError)
    def cut(_error: CutError) -> Response:
        return service.error(Problem(400, "The request body ended early."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        if isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"OPTIONS"}))
            return service.error(
                Problem(405, "The method is not allowed for this resource.", headers={"Allow": allowed})
            )
        if code == 404:
            return service.error(not_found())
        return service.error(Problem(code, error.name))

    @app.errorhandler(Exception)
    def mistake(error: Exception) -> Response:
        # The location and type of the error, but not its message, which could contain what a client sent.
        for frame in traceback.extract_tb(error.__traceback__):
            print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
        print(f"cloud services: {type(error).__name__}", file=sys.stderr, flush=True)
        return service.error(Problem(500, "The service failed; its error output says where."))
