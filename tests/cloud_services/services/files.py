# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Files: the account and its containers. Objects are in ``file_objects``."""

from __future__ import annotations

import html
import json
from typing import Any

from flask import Flask, Response, request
from identity_service.timestamps import write_time

from cloud_services.problems import Problem
from cloud_services.service import CloudService, RateLimit
from cloud_services.services.file_objects import FileObjects
from cloud_services.services.file_store import Account, Blob, Container, Listing, StoredObject, listed, row
from cloud_services.services.file_values import changed_metadata, check_name, metadata_headers

PAGE = 10_000
_PAGES = {
    202: ("Accepted", "The request is accepted for processing."),
    400: ("Bad Request", "The server could not comply with the request since it is either malformed or incorrect."),
    401: (
        "Unauthorized",
        "This server could not verify that you are authorized to access the document you requested.",
    ),
    404: ("Not Found", "The resource could not be found."),
    405: ("Method Not Allowed", "The method is not allowed for this resource."),
    406: ("Not Acceptable", "The resource identified is not available in a format acceptable to your browser."),
    409: ("Conflict", "There was a conflict when trying to complete your request."),
    411: ("Length Required", "Content-Length header required."),
    412: ("Precondition Failed", "A precondition for this request was not met."),
    413: ("Request Entity Too Large", "The body of your request was too large for this server."),
    416: ("Requested Range Not Satisfiable", "The Range requested is not available."),
    422: ("Unprocessable Entity", "Unable to process the contained instructions"),
    429: ("Too Many Requests", "Too many requests."),
    500: ("Internal Error", "The server has either erred or is incapable of performing the requested operation."),
    503: ("Service Unavailable", "The server is currently unavailable. Please try again at a later time."),
}


class Files(CloudService):
    """Cloud Files in one region."""

    key = "files"
    service_name = "cloudFiles"
    service_type = "object-store"
    regions = ("DFW", "IAD", "SYD")
    # Containers are created and deleted at most 100 times a second.
    rate_limits = (
        RateLimit("PUT", "/v1/*/*", 100, 1),
        RateLimit("DELETE", "/v1/*/*", 100, 1),
    )

    def reset(self) -> None:
        """Remove all containers of all accounts."""
        super().reset()
        self.accounts: dict[str, Account] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations on accounts, containers and objects."""
        self.route(app, "/v1/<tenant>", GET=self.list_containers, HEAD=self.show_account, POST=self.change_account)
        self.route(
            app,
            "/v1/<tenant>/<container>",
            GET=self.list_objects,
            HEAD=self.show_container,
            PUT=self.create_container,
            POST=self.change_container,
            DELETE=self.delete_container,
        )
        FileObjects(self).add_routes(app)

    def streams(self) -> bool:
        """Tell whether an object is uploaded."""
        return request.method == "PUT" and "name" in (request.view_args or {})

    def refuse_tenant(self) -> Problem:
        """Create a 401, which here also means that there is no permission."""
        return self.refuse_token()

    def error(self, problem: Problem) -> Response:
        """Write a problem as a page of HTML."""
        title, default = _PAGES.get(problem.status, ("Error", ""))
        text = problem.message if isinstance(problem.message, str) else " ".join(problem.message)
        # What the service itself says is fixed; a test may order other words.
        words = text if problem.status not in _PAGES or text == "Ordered by a test." else default
        return self.page(problem.status, title, words, problem.headers)

    def page(self, status: int, title: str, words: str, headers: dict[str, str] | None = None) -> Response:
        """Create a page of HTML."""
        body = f"<html><h1>{title}</h1><p>{html.escape(words, quote=False)}</p></html>"
        response = Response(body, status, content_type="text/html; charset=UTF-8")
        response.headers.update(headers or {})
        return response

    def accepted(self) -> Response:
        """Create the 202 of what existed before."""
        return self.page(202, *_PAGES[202])

    def too_many(self, moment: float) -> Response:
        """Create a 429, which here has a page too."""
        wait = max(1, round(moment - self.now()))
        return self.error(Problem(429, "Too many requests.", headers={"Retry-After": str(wait)}))

    def plain(self, status: int, headers: dict[str, str]) -> Response:
        """Create a response without a body."""
        response = Response(b"", status, content_type="text/html; charset=UTF-8")
        response.headers.update(headers)
        return response

    # Accounts

    def account(self, tenant: str) -> Account:
        """Return an account, which exists as soon as it is asked for."""
        return self.accounts.setdefault(tenant, Account(self.now()))

    def _account_headers(self, account: Account) -> dict[str, str]:
        containers = account.containers.values()
        return {
            "X-Account-Container-Count": str(len(containers)),
            "X-Account-Object-Count": str(sum(len(container.objects) for container in containers)),
            "X-Account-Bytes-Used": str(sum(container.bytes_used for container in containers)),
            "X-Timestamp": f"{account.created:.5f}",
            "Accept-Ranges": "bytes",
            **metadata_headers("X-Account-Meta-", account.metadata),
        }

    def show_account(self, tenant: str) -> Response:
        """Show the metadata of an account."""
        return self.plain(204, self._account_headers(self.account(tenant)))

    def change_account(self, tenant: str) -> Response:
        """Change the metadata of an account."""
        account = self.account(tenant)
        account.metadata = changed_metadata(request.headers, "Account", account.metadata)
        return self.plain(204, {})

    def list_containers(self, tenant: str) -> Response:
        """List the containers of an account."""
        account = self.account(tenant)
        listing = self._listing()
        names = [name for name, _is_sub in listed(sorted(account.containers, key=str.encode), listing)]
        rows = [
            {"name": name, "count": len(container.objects), "bytes": container.bytes_used}
            for name, container in ((name, account.containers[name]) for name in names)
        ]
        return self._listed(names, rows, self._account_headers(account))

    def _listing(self) -> Listing:
        names = ("format", "limit", "marker", "end_marker", "prefix", "delimiter", "path", "reverse")
        values = self.query(*names)
        most = self.parts.settings.page_size or PAGE
        limit = self.number(values, "limit", most, least=0)
        if limit > PAGE:
            raise Problem(412, f"Maximum limit is {PAGE}")
        return Listing(
            min(limit, most),
            "" if self.parts.settings.ignore_marker else values.get("marker", ""),
            values.get("end_marker", ""),
            values.get("prefix", ""),
            values.get("delimiter", ""),
            values.get("path"),
        )

    def _listed(self, names: list[str], rows: list[dict[str, Any]], headers: dict[str, str]) -> Response:
        wanted = request.args.get("format")
        if wanted not in (None, "json", "plain"):
            raise Problem(406 if wanted == "xml" else 400, "The format is not supported.")
        accepted = request.accept_mimetypes.best_match(["text/plain", "application/json"], "text/plain")
        if wanted == "json" or (wanted is None and accepted == "application/json"):
            if not rows and self.parts.settings.empty_json_status == 204:
                return self.plain(204, headers)
            response = Response(json.dumps(rows), 200, content_type="application/json; charset=utf-8")
        elif names:
            text = "".join(f"{name}\n" for name in names)
            response = Response(text, 200, content_type="text/plain; charset=utf-8")
        else:
            return self.plain(204, headers)
        response.headers.update(headers)
        return response

    # Containers

    def container(self, tenant: str, name: str) -> Container:
        """Return a container; respond with 404 if it does not exist."""
        found = self.account(tenant).containers.get(name)
        if found is None:
            raise Problem(404, "")
        return found

    def _container_headers(self, container: Container) -> dict[str, str]:
        return {
            "X-Container-Object-Count": str(len(container.objects)),
            "X-Container-Bytes-Used": str(container.bytes_used),
            "X-Timestamp": f"{container.created:.5f}",
            "Accept-Ranges": "bytes",
            **metadata_headers("X-Container-Meta-", container.metadata),
        }

    def show_container(self, tenant: str, container: str) -> Response:
        """Show the metadata of a container."""
        return self.plain(204, self._container_headers(self.container(tenant, container)))

    def create_container(self, tenant: str, container: str) -> Response:
        """Create a container, or change the metadata of one that exists."""
        check_name(container, 256)
        containers = self.account(tenant).containers
        existing = containers.get(container)
        metadata = changed_metadata(request.headers, "Container", existing.metadata if existing else {})
        if existing is not None:
            existing.metadata = metadata
            return self.accepted()
        containers[container] = Container(self.now(), metadata)
        return self.plain(201, {})

    def change_container(self, tenant: str, container: str) -> Response:
        """Change the metadata of a container."""
        found = self.container(tenant, container)
        found.metadata = changed_metadata(request.headers, "Container", found.metadata)
        return self.plain(204, {})

    def delete_container(self, tenant: str, container: str) -> Response:
        """Delete an empty container."""
        if self.container(tenant, container).objects:
            raise Problem(409, "")
        del self.account(tenant).containers[container]
        return self.plain(204, {})

    def list_objects(self, tenant: str, container: str) -> Response:
        """List the objects of a container."""
        found = self.container(tenant, container)
        page = listed(found.names(), self._listing())
        rows = [
            {"subdir": name} if is_sub else row(name, found.objects[name], self.moment(found.objects[name]))
            for name, is_sub in page
        ]
        return self._listed([name for name, _is_sub in page], rows, self._container_headers(found))

    def moment(self, stored: StoredObject) -> str:
        """Return when an object was changed, as lists show it."""
        return write_time(stored.modified, "microseconds").removesuffix("Z")

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many small objects: ``container``, ``count``, ``prefix``."""
        count, name = values.get("count"), values.get("container")
        if not isinstance(count, int) or not isinstance(name, str):
            raise ValueError("files need count and container")
        containers = self.account(tenant).containers
        container = containers.setdefault(name, Container(self.now()))
        blob = Blob(0, "d41d8cd98f00b204e9800998ecf8427e", data=b"")
        for number in range(count):
            stored = StoredObject(blob, "application/octet-stream", self.now())
            container.put(f"{values.get('prefix', 'object-')}{number:06}", stored)
        return count
