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
    """Put operation 10 on the application, under each of its paths."""

    def login_v11() -> Response:
        forms = parts.forms.v11
        form = negotiation.v11_answer_form(request, forms)
        if SESSION_HEADER in request.headers:
            raise bad_request(f"The header {SESSION_HEADER} belongs to version 2.0.")
        gate.query_values(request, ())
        # The document's first sample has an XML body and no Content-Type.
        asked = negotiation.body_form(request, forms, untyped="application/xml").read_login(g.body.data)
        return Response(form.write_auth(parts.store.login_v11(asked)), 200, content_type=form.content_type)

    for path in ("/v1.1/auth", "/v1.1/auth.xml", "/v1.1/auth.json"):
        app.add_url_rule(path, "login_v11", login_v11, methods=["POST"], provide_automatic_options=False)
