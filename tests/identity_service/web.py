# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web layer: routes, and what happens before and after each request."""

from __future__ import annotations

import secrets
import sys
import traceback
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import http_date

from identity_service import faults, gate, misbehaviour, negotiation, wire_faults
from identity_service.control import PREFIX, control_blueprint
from identity_service.errors import ApiError, ChallengeError, bad_request, not_found
from identity_service.journal import masked_path, masked_query
from identity_service.parts import Parts
from identity_service.representations import WireFormats
from identity_service.routes import add_token_routes
from identity_service.routes_v11 import add_v11_routes

SERVER_NAME = "identity"
VARY = "Accept, Accept-Encoding, X-Auth-Token"
_HTTP_FAULTS = {400: "badRequest", 404: "itemNotFound", 405: "badMethod", 413: "overLimit"}


def create_app(parts: Parts | None = None) -> Flask:
    """Create the whole service as a WSGI application."""
    parts = parts or Parts()
    app = Flask("identity_service", static_folder=None)
    app.url_map.merge_slashes = False
    add_token_routes(app, parts)
    add_v11_routes(app, parts)
    app.register_blueprint(control_blueprint(parts))
    _add_request_hooks(app, parts)
    _add_response_hooks(app, parts)
    _add_error_handlers(app, parts)
    return app


def _is_control() -> bool:
    return request.path.startswith(PREFIX)


def _operation(body: gate.Body, wire_formats: WireFormats) -> str:
    if request.method == "HEAD" or request.url_rule is None:
        return "unknown"
    name: str = request.url_rule.endpoint
    if name != "login":
        return name
    wire_format = wire_formats.v20.get(request.mimetype, next(iter(wire_formats.v20.values())))
    return wire_format.peek_operation(body.data) or "login_invalid"


def _log_entry(operation: str) -> dict[str, Any]:
    try:
        query = masked_query(gate.query_pairs(request))
    except ApiError:
        query = [["{malformed}", "{masked}"]]
    return {
        "request_id": g.request_id,
        "operation": operation,
        "method": request.method,
        "path": masked_path(request.path),
        "query": query,
        "headers": sorted({name.lower() for name, _value in request.headers}),
        "content_type": request.headers.get("Content-Type"),
        "accept": request.headers.get("Accept"),
        "user_agent": request.headers.get("User-Agent"),
        "fault": None,
        "outcome": None,
    }


def _add_request_hooks(app: Flask, parts: Parts) -> None:
    @app.before_request
    def receive() -> Response | None:
        g.request_id = secrets.token_hex(16)
        g.body = gate.Body(b"", too_large=False, complete=False)
        g.entry = None
        g.fault = None
        g.body = gate.read_body(request)
        if _is_control():
            return None
        g.entry = _log_entry(_operation(g.body, parts.wire_formats))
        parts.journal.record_request(g.entry)
        g.fault = parts.faults.take(lambda where: faults.applies(where, g.entry["operation"]))
        if g.fault is None:
            return None
        g.entry["fault"] = g.fault.kind
        wire_faults.delay(g.fault)
        return misbehaviour.replacement(g.fault, request, negotiation.error_format(request, parts.wire_formats))

    @app.before_request
    def check() -> None:
        if _is_control():
            return
        gate.refuse_large_body(g.body)
        gate.refuse_credentials_in_url(request)
        if request.url_rule is not None and request.method == "HEAD":
            routes = app.create_url_adapter(request)
            raise MethodNotAllowed(routes.allowed_methods() if routes else ())


def _add_response_hooks(app: Flask, parts: Parts) -> None:
    @app.after_request
    def send(response: Response) -> Response:
        if g.fault is not None:
            response = misbehaviour.corrupt(g.fault, request, response)
        response.headers["x-trans-id"] = g.request_id
        response.headers["Vary"] = VARY
        response.headers["Server"] = SERVER_NAME
        response.headers["Date"] = http_date(parts.store.clock.now())
        if not g.body.complete:
            response.headers["Connection"] = "close"
        if g.entry is not None:
            is_incomplete = g.fault is not None and g.fault.kind in ("reset", "truncated")
            parts.journal.record_response(g.entry, g.fault.kind if is_incomplete else str(response.status_code))
        return response


def _challenges(challenge: ChallengeError, parts: Parts) -> list[str]:
    settings = parts.store.settings
    challenges = list(settings.mfa_extra_challenges)
    own = f"OS-MF sessionId='{challenge.session_id}', factor='{challenge.factor}'"
    challenges.insert(settings.mfa_challenge_position, own)
    return [", ".join(challenges)] if settings.mfa_challenges_joined else challenges


def _add_error_handlers(app: Flask, parts: Parts) -> None:
    @app.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        wire_format = negotiation.error_format(request, parts.wire_formats)
        response = Response(wire_format.write_error(error, {}), error.code, content_type=wire_format.content_type)
        if isinstance(error, ChallengeError):
            for challenge in _challenges(error, parts):
                response.headers.add("WWW-Authenticate", challenge)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        if code == 404:
            return refuse(not_found())
        if code == 400:
            return refuse(bad_request("The request is malformed."))
        if isinstance(error, MethodNotAllowed):
            response = refuse(ApiError("badMethod", "The method is not valid for the requested resource."))
            response.headers["Allow"] = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
            return response
        return refuse(ApiError(_HTTP_FAULTS.get(code, "identityFault"), error.name, code=code))

    @app.errorhandler(Exception)
    def mistake(error: Exception) -> Response:
        # The location and type of the error, but not its message, which could contain what a client sent.
        for frame in traceback.extract_tb(error.__traceback__):
            print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
        print(f"identity service: {type(error).__name__}", file=sys.stderr, flush=True)
        return refuse(ApiError("identityFault", "The service failed; its error output says where."))
