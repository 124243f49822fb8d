# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that come in pages: every way in which Rackspace's services continue one.

(a) `links` or `X_links` with rel=next, (b) `next`, (c) `metadata.next_href`, (d) the last name of a bare list, and
(e) limit and marker without any sign, which only the user can know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .._errors import IdentityError, InvalidResponseError
from .._http.transport import host_of
from .._settings import Context
from .call import Call
from .result import result_of
from .service_client import MAX_JSON_BYTES, Reply, ServiceClient

_NO_CONTENT = 204
# Far more than the items of any service have on average. All pages are held in memory.
_MAX_BYTES_OF_ITEM = 64 * 1024

AUTO, LINKS, MARKER = "auto", "links", "marker"


def read_pages(client: ServiceClient, call: Call, style: str, max_items: int, context: Context) -> dict[str, Any]:
    """Return the result of the first page, with the items of all pages in `json`, in the shape of one page.

    style: LINKS, MARKER, or AUTO, which looks at each response. The list ends where no link or marker leads on, and
    with a page that has no new item. Raises IdentityError of the kind too_many_items beyond max_items, and
    InvalidResponseError for links that lead back, for pages that are not JSON, and for items without end.
    """
    reply = client.send(call)
    result = _result_of(client, reply, context)
    pages = _Pages(result.get("json"), lambda: _too_many(client, max_items), max_items)
    seen, attempts, number, size = {call.url}, reply.attempts, 1, len(reply.response.body)
    max_bytes = MAX_JSON_BYTES + max_items * _MAX_BYTES_OF_ITEM
    while True:
        url = _next(client, reply, pages, style, call)
        if url is None:
            break
        if pages.items is None:
            # There is nothing to add its items to, nor to count them by.
            raise InvalidResponseError(host_of(url), "a page leads to another one, but has no list", client.peer)
        if len(pages.keys) > 1:
            # Only one of them would go on.
            names = ", ".join(map(client.for_message, pages.keys))
            reason = f"a page leads to another one, but has several lists ({names}); read one page after another"
            raise InvalidResponseError(host_of(url), reason, client.peer)
        if url in seen:
            raise InvalidResponseError(
                host_of(url), "a list continues with a page that has already been read", client.peer
            )
        seen.add(url)
        # Whatever status the first page may have: 204 ends a list, and 404 within one is an error.
        reply = client.send(replace(call, url=url, accepted=()))
        number, attempts, size = number + 1, attempts + reply.attempts, size + len(reply.response.body)
        if size > max_bytes:
            reason = f"the pages of a list are larger than {max_bytes // 1024**2} MiB together"
            raise InvalidResponseError(host_of(url), reason, client.peer)
        page = _result_of(client, reply, context).get("json")
        if pages.list_in(page) is None and reply.response.status != _NO_CONTENT:
            # Otherwise, a page of something else would end the list unnoticed.
            raise InvalidResponseError(host_of(url), "a list continues with something else than a list", client.peer)
        if not pages.add(page):
            break
    return {**result, "json": pages.whole(), "pages": number, "attempts": attempts, "size": None}


def _too_many(client: ServiceClient, max_items: int) -> IdentityError:
    return IdentityError(
        f"{client.target.words} lists more than {max_items} items. Raise max_items, or request fewer.",
        kind="too_many_items",
    )


def _result_of(client: ServiceClient, reply: Reply, context: Context) -> dict[str, Any]:
    """Return what a result says about a page. Raises InvalidResponseError for one that is not JSON.

    It is not the end of the list: that is JSON, or has no body.
    """
    result, response = result_of(client, reply, context), reply.response
    if response.body and "json" not in result and 200 <= response.status < 300:
        raise InvalidResponseError(
            host_of(reply.url),
            f"a page of a list is not JSON, but {response.media_type or 'of no type'}",
            client.peer,
            status=response.status,
            request_id=response.request_id,
        )
    return result


class _Pages:
    """The items of the pages so far. A marker may be the first item of the next page: what was seen is dropped."""

    def __init__(self, first: Any, too_many: Callable[[], IdentityError], max_items: int) -> None:
        """Take the first page. Raises what too_many returns where there are more items, as add() does."""
        self.page: Any = first
        self._shape = first
        self._too_many, self._max_items = too_many, max_items
        self.keys = _list_keys(first)
        self.key = next(iter(self.keys), None)
        self.items: list[Any] | None = self.list_in(first)
        # Before they are looked at, which takes long for millions.
        self._check(self.items or ())
        # The marker of a bare list is the name of an item, and names are unique.
        self._identity = _identity if self.key is not None else _marker_or_identity
        self._seen = set(map(self._identity, self.items or ()))

    def add(self, page: Any) -> bool:
        """Take the items of another page, and tell whether any of them is new."""
        self.page = page
        self._shape = page if isinstance(page, dict) else self._shape
        fresh = self.list_in(page) or []
        self._check(fresh)
        identities = list(map(self._identity, fresh))
        new = set(identities)
        # Nearly always all of them are new, and nothing has to be picked out.
        if len(new) < len(fresh) or not self._seen.isdisjoint(new):
            fresh = [item for identity, item in zip(identities, fresh) if self._is_first(identity)]
        self._seen |= new
        if self.items is not None:
            self.items += fresh
            self._check(self.items)
        return bool(fresh)

    def _check(self, items: Sequence[Any]) -> None:
        if len(items) > self._max_items:
            raise self._too_many()

    def _is_first(self, identity: str) -> bool:
        """Note what an item is told from others by, and return whether it is the first one of its kind."""
        is_first = identity not in self._seen
        self._seen.add(identity)
        return is_first

    def whole(self) -> Any:
        """Return all items in the shape of a page, which no longer says that there are more."""
        if self.key is None:
            return self._shape if self.items is None else self.items
        rest = {key: value for key, value in self._shape.items() if not _is_links(key) and key != "next"}
        if isinstance(rest.get("metadata"), dict):
            rest["metadata"] = {
                key: value for key, value in rest["metadata"].items() if key not in ("next_href", "next_marker")
            }
        return {**rest, self.key: self.items}

    def list_in(self, page: Any) -> list[Any] | None:
        """Return the items of a page, or None if it is not a list."""
        found = page.get(self.key) if isinstance(page, dict) and self.key is not None else page
        return list(found) if isinstance(found, list) else None


def _list_keys(page: Any) -> list[str]:
    """Return the member of a page that holds its items, or several members that may do so."""
    members = page if isinstance(page, dict) else {}
    lists = [key for key, value in members.items() if isinstance(value, list) and not _is_links(key)]
    return [key for key in lists if f"{key}_links" in members] or [key for key in lists if members[key]] or lists[:1]


def _is_links(key: str) -> bool:
    return key == "links" or key.endswith("_links")


def _identity(item: Any) -> str:
    """Return what tells an item from others: its ID, or all of it, since names need not be unique."""
    if isinstance(item, dict) and isinstance(item.get("id"), (str, int)):
        return f"id {item['id']}"
    return json.dumps(item, sort_keys=True)


def _marker_or_identity(item: Any) -> str:
    """Return what tells an item of a bare list from others: what the next page is asked for with."""
    key = _marker_key(item)
    return _identity(item) if key is None else f"{key} {item[key]}"


def _next(client: ServiceClient, reply: Reply, pages: _Pages, style: str, call: Call) -> str | None:
    """Return the URL of the next page, or None after the last one."""
    link = _link(pages.page) if style in (AUTO, LINKS) else None
    if link is not None:
        # Some links are escaped as in XML. Nothing else is: &region is not an entity.
        return client.follow(link.replace("&amp;", "&"), reply.url)
    is_bare_list = isinstance(pages.page, list)
    page = pages.list_in(pages.page)
    if not page or not (style == MARKER or (style == AUTO and is_bare_list)):
        return None
    marker = _marker(page[-1])
    # A page that is shorter than the limit says nothing: services have limits of their own.
    if marker is None or marker == dict(parse_qsl(urlsplit(call.url).query)).get("marker"):
        return None
    return _with_query(call.url, "marker", marker)


def _link(page: Any) -> str | None:
    """Return the link to the next page that a page holds."""
    if not isinstance(page, dict):
        return None
    metadata = page.get("metadata")
    candidates = [page.get("next"), metadata.get("next_href") if isinstance(metadata, dict) else None]
    for key, value in page.items():
        if _is_links(key) and isinstance(value, list):
            candidates += [one.get("href") for one in value if isinstance(one, dict) and one.get("rel") == "next"]
    return next((link for link in candidates if isinstance(link, str) and link), None)


def _marker(item: Any) -> str | None:
    """Return the marker behind an item: its name in a bare list of Cloud Files, its ID elsewhere."""
    if isinstance(item, str):
        return item
    key = _marker_key(item)
    return None if key is None else str(item[key])


def _marker_key(item: Any) -> str | None:
    """Return the member of an item that is its marker."""
    members = item if isinstance(item, dict) else {}
    return next((key for key in ("id", "name", "subdir") if members.get(key) is not None), None)


def _with_query(url: str, name: str, value: str) -> str:
    """Return a URL with one parameter of its query replaced."""
    parts = urlsplit(url)
    query = [(key, text) for key, text in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))
