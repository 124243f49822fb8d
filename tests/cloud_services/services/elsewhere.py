# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An origin that is in no catalog: it accepts everything, and its journal shows whether a token came."""

from __future__ import annotations

from flask import Flask, Response

from cloud_services.service import ELSEWHERE, CloudService


class Elsewhere(CloudService):
    """The place that foreign links and redirects lead to."""

    key = ELSEWHERE
    regions = (None,)
    needs_token = False

    def add_routes(self, app: Flask) -> None:
        """Accept every method on every path."""
        views = dict.fromkeys(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), self.accept)
        self.route(app, "/", **views)
        self.route(app, "/<anything:path>", **views)

    def accept(self, path: str = "") -> Response:
        """Say where the request arrived."""
        return self.respond({"elsewhere": f"/{path}"})
