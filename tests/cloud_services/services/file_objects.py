# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of Cloud Files on objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from flask import Flask, Response, g, request
from werkzeug.http import http_date

from cloud_services.bodies import Body, CutError
from cloud_services.problems import Problem
from cloud_services.server import HANDLER, FileBody, Handler
from cloud_services.services.file_store import Container, StoredObject, receive
from cloud_services.services.file_values import (
    check_name,
    checked,
    etags,
    given_metadata,
    metadata_headers,
    wanted_range,
)

if TYPE_CHECKING:
    from cloud_services.services.files import Files

LARGEST = 5 * 1024**3
PATH = "/v1/<tenant>/<container>/<anything:name>"
# Stored with the object and sent back with it.
_KEPT = ("Content-Encoding", "Content-Disposition", "X-Delete-At")


class FileObjects:
    """Upload, download, change, copy and delete objects. Uploads do not hold the lock of the service."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def add_routes(self, app: Flask) -> None:
        """Add the operations on objects."""
        self._files.route(app, PATH, GET=self.get, HEAD=self.get, POST=self.change, DELETE=self.delete, COPY=self.copy)
        self._files.route_unlocked(app, PATH, "PUT", self.put)

    def _find(self, tenant: str, container: str, name: str) -> StoredObject:
        stored = self._files.container(tenant, container).objects.get(name)
        if stored is None:
            raise Problem(404, "")
        return stored

    def _headers(self, stored: StoredObject) -> dict[str, str]:
        return {
            "ETag": stored.blob.etag,
            "Last-Modified": http_date(stored.modified),
            "X-Timestamp": f"{stored.modified:.5f}",
            "Accept-Ranges": "bytes",
            "Content-Type": stored.content_type,
            **stored.headers,
            **metadata_headers("X-Object-Meta-", stored.metadata),
        }

    def get(self, tenant: str, container: str, name: str) -> Response:
        """Send an object or a part of it (GET), or its headers (HEAD)."""
        stored = self._find(tenant, container, name)
        headers, blob = self._headers(stored), stored.blob
        if request.headers.get("If-Match") and not _matches(request.headers.get("If-Match"), stored):
            raise Problem(412, "")
        if _matches(request.headers.get("If-None-Match"), stored):
            return self._files.plain(304, {"ETag": blob.etag, "Last-Modified": headers["Last-Modified"]})
        part = wanted_range(request.headers.get("Range"), blob.size) if request.method == "GET" else None
        offset, size = part or (0, blob.size)
        response = Response(b"", 206 if part else 200)
        if part:
            headers["Content-Range"] = f"bytes {offset}-{offset + size - 1}/{blob.size}"
        if blob.data is not None and request.method == "GET":
            response.set_data(blob.data[offset : offset + size])
        elif blob.file is not None and request.method == "GET":
            handler: Handler = request.environ[HANDLER]
            handler.file_body = FileBody(blob.file, offset, size)
        # An unquoted ETag is what the service sends; the methods of Response would quote it.
        response.headers.update(headers)
        response.headers["Content-Length"] = str(size)
        return response

    def put(self, tenant: str, container: str, name: str) -> Response:
        """Create or replace an object, with the body of the request or the bytes of another object."""
        files, body = self._files, g.body
        check_name(name, 1024)
        with files.lock:
            target = files.container(tenant, container)
            if request.headers.get("If-None-Match") == "*" and name in target.objects:
                raise Problem(412, "")
        if "X-Copy-From" in request.headers:
            return self._put_copy(tenant, target, name)
        if not body.announced:
            raise Problem(411, "")
        if body.length is not None and body.length > LARGEST:
            raise Problem(413, "")
        stored = self._received(body)
        with files.lock:
            # The container may have been deleted while the body was read.
            files.container(tenant, container).put(name, stored)
        return files.plain(201, {"ETag": stored.blob.etag, "Last-Modified": http_date(stored.modified)})

    def _received(self, body: Body) -> StoredObject:
        metadata = checked(given_metadata(request.headers, "Object"))
        kept = {header: request.headers[header] for header in _KEPT if header in request.headers}
        content_type = request.headers.get("Content-Type") or "application/octet-stream"
        try:
            blob = receive(body, LARGEST)
        except CutError:
            raise Problem(400, "") from None
        if blob is None:
            raise Problem(413, "")
        expected = request.headers.get("ETag")
        if expected is not None and expected.strip('"').lower() != blob.etag:
            raise Problem(422, "")
        return StoredObject(blob, content_type, self._files.now(), metadata, kept)

    def _put_copy(self, tenant: str, target: Container, name: str) -> Response:
        if g.body.length != 0:
            raise Problem(400, "")
        source = unquote(request.headers["X-Copy-From"])
        with self._files.lock:
            return self._copied(self._find(tenant, *_split(source)), source, target, name)

    def copy(self, tenant: str, container: str, name: str) -> Response:
        """Copy an object to the place in the header Destination."""
        stored = self._find(tenant, container, name)
        target, new_name = _split(unquote(request.headers.get("Destination", "")))
        check_name(new_name, 1024)
        return self._copied(stored, f"{container}/{name}", self._files.container(tenant, target), new_name)

    def _copied(self, stored: StoredObject, source: str, target: Container, name: str) -> Response:
        given = given_metadata(request.headers, "Object")
        fresh = request.headers.get("X-Fresh-Metadata", "").lower() == "true"
        kept = {header: request.headers[header] for header in _KEPT if header in request.headers}
        new = replace(
            stored,
            modified=self._files.now(),
            metadata=checked(given if fresh else {**stored.metadata, **given}),
            headers=kept if fresh else {**stored.headers, **kept},
            content_type=request.headers.get("Content-Type") or stored.content_type,
        )
        target.put(name, new)
        headers = {"ETag": new.blob.etag, "X-Copied-From": source.strip("/"), "Last-Modified": http_date(new.modified)}
        return self._files.plain(201, headers)

    def change(self, tenant: str, container: str, name: str) -> Response:
        """Replace the metadata of an object: whatever the request does not name is gone."""
        stored = self._find(tenant, container, name)
        stored.metadata = checked(given_metadata(request.headers, "Object"))
        stored.headers = {header: request.headers[header] for header in _KEPT if header in request.headers}
        stored.content_type = request.headers.get("Content-Type") or stored.content_type
        return self._files.accepted()

    def delete(self, tenant: str, container: str, name: str) -> Response:
        """Delete an object."""
        self._find(tenant, container, name)
        self._files.container(tenant, container).remove(name)
        return self._files.plain(204, {})


def _matches(header: str | None, stored: StoredObject) -> bool:
    return any(etag in ("*", stored.blob.etag) for etag in etags(header))


def _split(place: str) -> tuple[str, str]:
    """Split ``container/object``; respond with 412 to anything else."""
    container, _slash, name = place.lstrip("/").partition("/")
    if not container or not name:
        raise Problem(412, "")
    return container, name
