# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Images v2: a list, one image, and changes as a JSON patch. The URL has no tenant."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from identity_service.errors import ApiError
from identity_service.representations import strict_json

from cloud_services.problems import Problem, bad_request
from cloud_services.service import CloudService

PATCH_TYPE = "application/openstack-images-v2.1-json-patch"
_NAMES = ("Debian 12", "Ubuntu 24.04", "AlmaLinux 9")


class Images(CloudService):
    """Cloud Images in one region. Everyone sees the same images at the start."""

    key = "images"
    service_name = "cloudImages"
    service_type = "image"
    page_default = 25
    page_most = 1000
    natural_links = "relative"

    def reset(self) -> None:
        """Restore the images of the start."""
        super().reset()
        self._images: dict[str, dict[str, Any]] = {}
        for number, name in enumerate(_NAMES):
            self._add(f"5caa9c29-12a1-40e2-b0ae-{number:012}", name)

    def _add(self, image_id: str, name: str) -> None:
        self._images[image_id] = {
            "id": image_id,
            "name": name,
            "status": "active",
            "visibility": "public",
            "tags": [],
            "min_disk": 20,
            "min_ram": 512,
            "protected": False,
            "self": f"/v2/images/{image_id}",
            "file": f"/v2/images/{image_id}/file",
            "schema": "/v2/schemas/image",
        }

    def add_routes(self, app: Flask) -> None:
        """Add the operations on images."""
        self.route(app, "/v2/images", GET=self.index)
        self.route(app, "/v2/images/<image_id>", GET=self.show, PATCH=self.change)

    def error(self, problem: Problem) -> Response:
        """Write a problem as a page of HTML, as this service does."""
        title = f"{problem.status} {problem.fault}"
        message = problem.message if isinstance(problem.message, str) else " ".join(problem.message)
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{message}<br /></body></html>"
        response = Response(page, problem.status, content_type="text/html; charset=UTF-8")
        response.headers.update(problem.headers)
        return response

    def index(self) -> Response:
        """List images. The link to the next page is relative to the host."""
        values = self.query("limit", "marker", "name", "status", "visibility")
        images = list(self._images.values())
        for key in ("name", "status", "visibility"):
            if key in values:
                images = [image for image in images if image[key] == values[key]]
        page = self.page_after(images, lambda image: str(image["id"]), values)
        payload = {"images": page.items, "schema": "/v2/schemas/images", "first": "/v2/images"}
        if self.wants_next(page):
            query = [("limit", page.limit), ("marker", page.items[-1]["id"])]
            payload["next"] = self.next_link(query)
        return self.respond(payload)

    def _find(self, image_id: str) -> dict[str, Any]:
        found = self._images.get(image_id)
        if found is None:
            raise Problem(404, f"No image found with ID {image_id}")
        return found

    def show(self, image_id: str) -> Response:
        """Show an image."""
        return self.respond(self._find(image_id))

    def change(self, image_id: str) -> Response:
        """Change an image with operations ``add``, ``replace`` and ``remove``."""
        image = self._find(image_id)
        if request.mimetype != PATCH_TYPE:
            raise Problem(415, "Unsupported Content-Type.")
        try:
            operations = strict_json.parse(g.data)
        except ApiError as error:
            raise bad_request(error.message) from None
        if not isinstance(operations, list):
            raise bad_request("Request body must be a JSON array of operation objects.")
        changed = dict(image)
        for operation in operations:
            _patch(changed, operation)
        image.clear()
        image.update(changed)
        return self.respond(image)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many images: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("images need count")
        for number in range(count):
            self._add(f"6caa9c29-12a1-40e2-b0ae-{number:012}", f"image-{number:05}")
        return count


def _patch(image: dict[str, Any], operation: Any) -> None:
    if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace", "remove"):
        raise bad_request("Operations must be one of add, replace, remove.")
    path = operation.get("path")
    if not isinstance(path, str) or not path.startswith("/"):
        raise bad_request("The path of an operation must begin with a slash.")
    key = path[1:]
    if key in ("id", "self", "file", "schema", "status"):
        raise Problem(403, f"Attribute '{key}' is read-only.")
    if operation["op"] != "add" and key not in image:
        raise Problem(409, f"Property {key} does not exist.")
    if operation["op"] == "remove":
        del image[key]
    else:
        image[key] = operation.get("value")
