# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all services have in common: tokens, errors, links, pages and rate limits."""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, g, request
from identity_service.errors import ApiError
from identity_service.representations import strict_json
from identity_service.timestamps import write_time

from cloud_services.parts import Parts
from cloud_services.problems import Problem, bad_request

ELSEWHERE = "elsewhere"
View = Callable[..., Response]


@dataclass(frozen=True)
class RateLimit:
    """How many requests of a method are allowed in a number of seconds. The path is a shell pattern."""

    method: str
    path: str
    count: int
    seconds: float


@dataclass(frozen=True)
class Page:
    """A part of a list. ``more`` tells whether items follow it."""

    items: list[Any]
    limit: int
    more: bool


class CloudService:
    """One service in one region. All requests but those of Files hold its lock."""

    key: ClassVar[str]
    service_name: ClassVar[str | None] = None
    service_type: ClassVar[str | None] = None
    regions: ClassVar[tuple[str | None, ...]] = ("DFW", "IAD")
    natural_links: ClassVar[str] = "same"
    page_default: ClassVar[int] = 100
    page_most: ClassVar[int] = 100
    rate_limits: ClassVar[tuple[RateLimit, ...]] = ()
    needs_token: ClassVar[bool] = True

    def __init__(self, parts: Parts, region: str | None) -> None:
        self.parts = parts
        self.region = region
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Restore the initial state."""
        self._recent: dict[RateLimit, deque[float]] = {}

    def add_routes(self, app: Flask) -> None:
        """Add the operations to the application of this service; one without any responds with 404 to all."""

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many resources at once, for the control interface. Return how many. Raises ValueError."""
        raise ValueError(f"{self.key} cannot be filled")

    def route(self, app: Flask, path: str, **views: View) -> None:
        """Add the views of a path by their methods."""
        # Flask lets GET respond to HEAD too, unless there was a view for HEAD before.
        for method, view in sorted(views.items(), key=lambda pair: pair[0] != "HEAD"):
            self.route_unlocked(app, path, method, self._locked(view))

    def route_unlocked(self, app: Flask, path: str, method: str, view: View) -> None:
        """Add a view that takes the lock of the service itself."""
        name = f"{method} {path}".replace(".", "_")
        app.add_url_rule(path, name, view, methods=[method], provide_automatic_options=False)

    def _locked(self, view: View) -> View:
        def locked(**values: Any) -> Response:
            with self.lock:
                self.settle()
                return view(**values)

        return locked

    def settle(self) -> None:
        """Carry out what became due since the last request."""

    # Time and places

    @property
    def port_name(self) -> str:
        """What the port is called in the URL file: ``files/DFW``, or ``dns`` for a service without regions."""
        return self.key if self.region is None else f"{self.key}/{self.region}"

    def now(self) -> float:
        """Return the time of the services."""
        return self.parts.clock.now()

    def timestamp(self) -> str:
        """Return the time of the services as most of them write it."""
        return write_time(self.now(), "no_fraction")

    def origin(self) -> str:
        """Return the scheme and host of this service, as the client sees it."""
        return request.host_url.rstrip("/")

    def elsewhere(self) -> str:
        """Return another scheme and host, which is in no catalog."""
        return self.parts.origins.get(ELSEWHERE, "http://elsewhere.invalid")

    def next_link(self, query: Sequence[tuple[str, Any]]) -> str:
        """Return a link to another page of the list that is asked for."""
        return self.link(request.path, query, natural=self.natural_links)

    def link(self, path: str, query: Sequence[tuple[str, Any]] = (), *, natural: str = "same") -> str:
        """Return a link to a path of this service, in the style that is set."""
        style = self.parts.settings.links
        if style == "natural":
            style = natural
        text = f"{path}?{urlencode(query)}" if query else path
        if self.parts.settings.escaped_links:
            text = text.replace("&", "&amp;")
        if style == "relative":
            return text
        if style == "foreign":
            return self.elsewhere() + text
        if style == "http":
            return f"http://{self.origin().partition('://')[2]}{text}"
        return (style if "://" in style else self.origin()) + text

    # Requests

    def refuse_token(self) -> Problem:
        """Create the response to a missing or invalid token."""
        return Problem(401, "Unauthorized")

    def refuse_tenant(self) -> Problem:
        """Create the response to a token that grants no access to the tenant of the path."""
        return Problem(403, "Forbidden")

    def streams(self) -> bool:
        """Tell whether the view reads the body of the current request itself."""
        return False

    def query(self, *allowed: str) -> dict[str, str]:
        """Return the query parameters; respond with 400 to unknown or repeated ones."""
        values: dict[str, str] = {}
        for name, value in parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True):
            if name not in allowed:
                raise bad_request(f"Unknown query parameter; known parameters: {', '.join(allowed) or 'none'}.")
            if name in values:
                raise bad_request(f"The query parameter {name} is repeated.")
            values[name] = value
        return values

    def json_body(self) -> dict[str, Any]:
        """Return the JSON object in the request body; respond with 400 to anything else."""
        media_type = request.mimetype
        if media_type != "application/json":
            raise Problem(415, "The Content-Type must be application/json.")
        try:
            value = strict_json.parse(g.data)
        except ApiError as error:
            raise bad_request(error.message) from None
        if not isinstance(value, dict):
            raise bad_request("The request body must be an object.")
        return value

    def member(self, container: dict[str, Any], key: str, kind: type) -> Any:
        """Return a required member of a request body."""
        value = container.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise bad_request(f"{key} is missing or has the wrong type.")
        return value

    def limited(self, values: dict[str, str]) -> int:
        """Return the size of a page."""
        default = self.parts.settings.page_size or self.page_default
        return min(self.number(values, "limit", default, least=1), default if self.parts.settings.page_size else 10**9)

    def number(self, values: dict[str, str], name: str, default: int, *, least: int = 0) -> int:
        """Return a query parameter that is an integer."""
        text = values.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdecimal() or int(text) < least:
            raise bad_request(f"{name} must be an integer of at least {least}.")
        return int(text)

    def page_after(self, items: list[Any], key: Callable[[Any], str], values: dict[str, str]) -> Page:
        """Return the items after a marker, which is the key of the last item of the page before."""
        limit = min(self.limited(values), self.page_most)
        start = 0
        marker = values.get("marker")
        settings = self.parts.settings
        if marker and not settings.ignore_marker:
            keys = [key(item) for item in items]
            start = keys.index(marker) + (0 if settings.inclusive_marker else 1) if marker in keys else len(items)
        return Page(items[start : start + limit], limit, start + limit < len(items))

    def page_from(self, items: list[Any], values: dict[str, str]) -> tuple[Page, int]:
        """Return the items from an offset on, and the offset."""
        limit = min(self.limited(values), self.page_most)
        offset = 0 if self.parts.settings.ignore_marker else self.number(values, "offset", 0)
        return Page(items[offset : offset + limit], limit, offset + limit < len(items)), offset

    def wants_next(self, page: Page) -> bool:
        """Tell whether a page gets a link to the next one."""
        return page.more or (self.parts.settings.next_on_last_page and bool(page.items))

    # Responses

    def respond(self, payload: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """Create a response in JSON, or without a body if the payload is None."""
        if payload is None:
            response = Response(b"", status)
            del response.headers["Content-Type"]
        else:
            response = Response(json.dumps(payload), status, content_type="application/json")
        response.autocorrect_location_header = False
        response.headers.update(headers or {})
        return response

    def error(self, problem: Problem) -> Response:
        """Write a problem in the shape of this service: here, wrapped in the name of the fault."""
        body = {"code": problem.status, "message": self.message_of(problem)}
        if problem.details is not None:
            body["details"] = problem.details
        return self.respond({problem.fault: {**body, **problem.extra}}, problem.status, problem.headers)

    def message_of(self, problem: Problem) -> str | list[str]:
        """Return the message, as a list if that is set."""
        as_list = self.parts.settings.message_list and isinstance(problem.message, str)
        return [str(problem.message)] if as_list else problem.message

    def over_limit(self, problem: Problem) -> Response:
        """Write a problem in the shape of the rate limiter that stands before every service."""
        body = {"code": problem.status, "message": problem.message, "details": problem.details or "Error Details..."}
        return self.respond({"overLimit": {**body, **problem.extra}}, problem.status, problem.headers)

    # Rate limits

    def count_request(self) -> Response | None:
        """Count the current request against the rate limits. Return the response if one is exceeded."""
        settings, now = self.parts.settings, self.now()
        with self.lock:
            if settings.get_limit is not None and request.method == "GET":
                of_gets = RateLimit("GET", "*", settings.get_limit, settings.get_limit_seconds)
                if (moment := self._take(of_gets, now)) is not None:
                    return self._come_back_after(moment - now)
            for limit in self.rate_limits if settings.rate_limits else ():
                if limit.method != request.method or not fnmatchcase(request.path, limit.path):
                    continue
                moment = self._take(limit, now)
                # Only the first limit that matches counts, as its path is the narrowest.
                return None if moment is None else self.too_many(moment)
        return None

    def _take(self, limit: RateLimit, now: float) -> float | None:
        """Count the current request against a limit. Return when the next one is allowed if it is exceeded."""
        recent = self._recent.setdefault(limit, deque())
        while recent and recent[0] <= now - limit.seconds:
            recent.popleft()
        if len(recent) >= limit.count:
            return recent[0] + limit.seconds
        recent.append(now)
        return None

    def _come_back_after(self, seconds: float) -> Response:
        """Create the response of the rate limiter that writes whole seconds into the usual header."""
        return self.over_limit(
            Problem(413, "This request was rate-limited.", headers={"Retry-After": str(math.ceil(seconds))})
        )

    def too_many(self, moment: float) -> Response:
        """Create the response to a request beyond a rate limit; ``moment`` is when the next one is allowed."""
        when = write_time(moment, "no_fraction")
        return self.over_limit(Problem(413, "OverLimit Retry...", extra={"retryAfter": when}))
