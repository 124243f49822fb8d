# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operation 10: ``/v1.1/auth``, the login of version 1.1."""

from __future__ import annotations

from flask import Flask, Response, g, request

from identity_service import gate, negotiation
from identity_service.errors import bad_request
from identity_service.parts import Parts
from identity_service.routes import SESSION_HEADER


def add_v11_routes(app: Flask, parts: Parts) -> None:
    """Add operation 10 to the application, under each of its paths."""

    def login_v11() -> Response:
        wire_formats = parts.wire_formats.v11
        wire_format = negotiation.v11_response_format(request, wire_formats)
        if SESSION_HEADER in request.headers:
            raise bad_request(f"The header {SESSION_HEADER} belongs to version 2.0.")
        gate.query_values(request, ())
        # The first documented sample has an XML body without a Content-Type.
        login_request = negotiation.request_format(request, wire_formats, untyped="application/xml").read_login(
            g.body.data
        )
        return Response(
            wire_format.write_auth(parts.store.login_v11(login_request)), 200, content_type=wire_format.content_type
        )

    for path in ("/v1.1/auth", "/v1.1/auth.xml", "/v1.1/auth.json"):
        app.add_url_rule(path, "login_v11", login_v11, methods=["POST"], provide_automatic_options=False)
