# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on ``/v2.0/tokens``."""

from __future__ import annotations

from flask import Flask, Response, g, request

from identity_service import gate, negotiation
from identity_service.errors import bad_request
from identity_service.model import Access, LoginRequest
from identity_service.parts import Parts

SESSION_HEADER = "X-SessionId"
_LOGIN_PARAMETERS = {
    "password": (gate.RCN, gate.DOMAINS, gate.ENDPOINTS),
    "api_key": (gate.RCN, gate.DOMAINS, gate.ENDPOINTS),
    "token": (gate.RCN,),
    "passcode": (gate.RCN,),
}


def add_token_routes(app: Flask, parts: Parts) -> None:
    """Add operations 1 to 9 to the application. Each route has the name of its operation."""
    operations = _Operations(parts)
    for path, method, name in (
        ("/v2.0/tokens", "POST", "login"),
        ("/v2.0/tokens", "DELETE", "revoke_own"),
        ("/v2.0/tokens/<token_id>", "GET", "validate"),
        ("/v2.0/tokens/<token_id>", "DELETE", "revoke"),
        ("/v2.0/tokens/<token_id>/endpoints", "GET", "list_endpoints"),
    ):
        view = getattr(operations, name)
        app.add_url_rule(path, name, view, methods=[method], provide_automatic_options=False)


class _Operations:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def login(self) -> Response:
        """Log in (operations 1 to 5)."""
        wire_format = negotiation.response_format(request, self._parts.wire_formats.v20)
        login_request = negotiation.request_format(request, self._parts.wire_formats.v20).read_login(g.body.data)
        options = gate.response_options(gate.query_values(request, _LOGIN_PARAMETERS[login_request.kind]))
        session_id = _session_id(login_request)
        access = self._parts.store.login(login_request, options, session_id)
        response = Response(wire_format.write_access(access), 200, content_type=wire_format.content_type)
        self._name_tenant(response, access)
        return response

    def validate(self, token_id: str) -> Response:
        """Validate a token (operation 6)."""
        wire_format = negotiation.response_format(request, self._parts.wire_formats.v20)
        gate.refuse_body(g.body)
        values = gate.query_values(request, (gate.BELONGS_TO, gate.RCN, gate.DOMAINS))
        options = gate.response_options(values)
        caller = gate.auth_token(request)
        access = self._parts.store.validate(caller, token_id, values.get(gate.BELONGS_TO), options)
        response = Response(wire_format.write_access(access), 200, content_type=wire_format.content_type)
        self._name_tenant(response, access)
        return response

    def revoke_own(self) -> Response:
        """Revoke the token that authenticates the call (operation 7)."""
        caller = self._revoking_caller()
        self._parts.store.revoke_own(caller)
        return _no_content()

    def revoke(self, token_id: str) -> Response:
        """Revoke a token by its ID (operation 8)."""
        caller = self._revoking_caller()
        self._parts.store.revoke(caller, token_id)
        return _no_content()

    def list_endpoints(self, token_id: str) -> Response:
        """List the endpoints of a token (operation 9)."""
        wire_format = negotiation.response_format(request, self._parts.wire_formats.v20)
        gate.refuse_body(g.body)
        options = gate.response_options(gate.query_values(request, (gate.RCN,)))
        endpoints = self._parts.store.endpoints(gate.auth_token(request), token_id, options)
        return Response(wire_format.write_endpoints(endpoints), 200, content_type=wire_format.content_type)

    def _revoking_caller(self) -> str:
        negotiation.response_format(request, self._parts.wire_formats.v20)
        gate.refuse_body(g.body)
        gate.query_values(request, ())
        return gate.auth_token(request)

    def _name_tenant(self, response: Response, access: Access) -> None:
        if self._parts.store.settings.tenant_header and access.token.tenant_id is not None:
            response.headers["X-Tenant-Id"] = access.token.tenant_id


def _session_id(login_request: LoginRequest) -> str | None:
    session_id = request.headers.get(SESSION_HEADER)
    if session_id is not None and login_request.kind != "passcode":
        raise bad_request(f"The header {SESSION_HEADER} is only allowed with a passcode.")
    return session_id


def _no_content() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
