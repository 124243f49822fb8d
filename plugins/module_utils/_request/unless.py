# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send nothing where what is there is already as wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from .._errors import OptionError
from .._options import MASK
from .._settings import Context
from .call import GONE, Call
from .pages import AUTO, read_pages
from .service_client import ServiceClient
from .target import encoded_query, quoted_path

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SECRET = re.compile(r"pass(?:$|word|wd|phrase|code)|pwd|secret|token|api_?key|private_?key|credential", re.IGNORECASE)


class Unless(NamedTuple):
    """The option unless: where to look, and what must be there. find: members that identify one item of a list.

    is_body: whether it must contain what the body does.
    """

    path: str | None
    query: str | None
    find: Mapping[str, Any] | None
    contains: Any
    is_body: bool


def read_unless(options: Mapping[str, Any]) -> Unless | None:
    """Return the option unless, checked before anything is sent. Raises OptionError."""
    given = options["unless"]
    if given is None:
        return None
    path, query, find = given["path"], given["query"], given["find"]
    is_body = given["contains"] is None
    contains = options["body"] if is_body else given["contains"]
    if find is not None and not find:
        raise OptionError("unless: find must be a dict with the members of the item to find, such as {name: www}.")
    if find is not None and is_body and _holds_several(contains):
        raise OptionError(
            "unless: find looks for one item, and body holds several. Give contains, with what that one item must "
            "contain, or leave find out to look for all of them."
        )
    if contains is None and find is None:
        raise OptionError("unless: say what must be there, with contains, find or body.")
    if contains is not None and not isinstance(contains, (dict, list)):
        if is_body:
            raise OptionError("unless: body is text, which is not compared. Say with contains what must be there.")
        raise OptionError("unless: contains must be a dict or a list.")
    return Unless(
        None if path is None else quoted_path(path),
        None if query is None else encoded_query(query),
        find,
        contains,
        is_body,
    )


def _holds_several(body: Any) -> bool:
    """Return whether a body has more than one item, as {"records": [{...}, {...}]} does."""
    inner = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else body
    return isinstance(inner, list) and len(inner) > 1 and all(isinstance(item, dict) for item in inner)


class Comparison(NamedTuple):
    """The resource as it is, and whether it contains what is wanted. result: of the request that looked."""

    result: dict[str, Any]
    is_there: bool
    before: Any
    after: Any

    def diff(self) -> dict[str, Any]:
        """Return what --diff shows: only what was named, and no secrets."""
        return {"before": _side(_shown(self.before)), "after": _side(_shown(self.after))}


def compare(client: ServiceClient, call: Call, unless: Unless, max_items: int, context: Context) -> Comparison:
    """Look at what is there, all pages of a list included. Raises every kind that a request can end with."""
    if unless.path is not None:
        url = client.target.url(unless.path, unless.query or "")
    elif unless.query is None:
        url = call.url
    else:
        base = call.url.partition("?")[0]
        url = f"{base}?{unless.query}" if unless.query else base
    result = read_pages(client, call.look(url, (*range(200, 300), *GONE)), AUTO, max_items, context)
    there = result.get("json") if result["status"] not in GONE else None
    wanted = unless.contains
    if unless.find is not None:
        items = _find(there, unless.find)
        wanted = unless.find if wanted is None else _item_in(wanted, items) if unless.is_body else wanted
        there = next((item for item in items if contains(item, wanted)), items[0] if items else None)
    return Comparison(result, contains(there, wanted), _named(there, wanted), wanted)


def contains(there: Any, wanted: Any) -> bool:
    """Return whether what is there contains what is wanted.

    Dicts are compared by the names in the wanted one, lists by their members in any order, and numbers with the same
    numbers as strings, since services mix them.
    """
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(
            str(name) in there and contains(there[str(name)], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(there, list) and _all_in(there, wanted)
    if isinstance(wanted, bool) or isinstance(there, bool) or wanted is None or there is None:
        return there is wanted or (str(there).lower() == str(wanted).lower() and None not in (there, wanted))
    if isinstance(there, (dict, list)):
        return False
    return bool(there == wanted) or str(there) == str(wanted) or _is_number(there, wanted) or _is_number(wanted, there)


def _is_number(number: Any, text: Any) -> bool:
    """Return whether a string is a number as JSON writes it, and this one."""
    if not isinstance(number, (int, float)) or not isinstance(text, str) or not _NUMBER.fullmatch(text):
        return False
    return Decimal(text) == Decimal(str(number))


def _all_in(there: list[Any], wanted: list[Any]) -> bool:
    """Return whether each wanted member is there, each in a member of its own."""
    if len(wanted) > len(there):
        return False
    matches = [[at for at, one in enumerate(there) if contains(one, item)] for item in wanted]
    taken_by: dict[int, int] = {}
    place_of: dict[int, int] = {}

    def place(number: int) -> bool:
        """Give a wanted member a place, and the one that had it another. The first that fits may be another's only."""
        reached_from: dict[int, int] = {}
        waiting = [number]
        while waiting:
            one = waiting.pop()
            for at in matches[one]:
                if at in reached_from:
                    continue
                reached_from[at] = one
                if at in taken_by:
                    waiting.append(taken_by[at])
                else:
                    move(at, reached_from)
                    return True
        return False

    def move(at: int | None, reached_from: dict[int, int]) -> None:
        """Let each take the place that it was reached from, and leave its own to the one before it."""
        while at is not None:
            one = reached_from[at]
            taken_by[at], place_of[one], at = one, at, place_of.get(one)

    return all(map(place, range(len(wanted))))


def _find(there: Any, find: Mapping[str, Any]) -> list[Any]:
    """Return the items of the list in a response that have these members."""
    lists = [there] if isinstance(there, list) else list(there.values()) if isinstance(there, dict) else []
    return [item for items in lists if isinstance(items, list) for item in items if contains(item, dict(find))]


def _item_in(body: Any, items: list[Any]) -> Any:
    """Return the item in a body, as it is in a list: {"records": [{...}]} stands for its one record."""
    inner = body
    if isinstance(body, dict) and len(body) == 1:
        ((name, inner),) = body.items()
        if any(str(name) in item for item in items):
            return body
    if isinstance(inner, list) and len(inner) == 1:
        (inner,) = inner
    return inner if isinstance(inner, dict) else body


def _named(there: Any, wanted: Any) -> Any:
    """Return of what is there only what the wanted value names."""
    if isinstance(wanted, dict) and isinstance(there, dict):
        return {name: _named(there[str(name)], value) for name, value in wanted.items() if str(name) in there}
    return there


def _side(value: Any) -> Any:
    """Return one side of a difference: Ansible shows dicts and text, and would fail on a list."""
    return value if value is None or isinstance(value, dict) else f"{json.dumps(value, indent=4, sort_keys=True)}\n"


def _shown(value: Any, key: str = "") -> Any:
    if value is not None and _SECRET.search(key):
        return MASK
    if isinstance(value, dict):
        return {str(name): _shown(item, str(name)) for name, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value
