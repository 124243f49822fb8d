# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions of a block: which lookups and filters they call, with which options, and what they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.template import is_trusted_as_template
from jinja2 import Environment, TemplateSyntaxError, nodes

from .plugins import OURS, call_problems, exists, is_foreign

_JINJA = Environment(autoescape=False)
_LOOKUPS = ("lookup", "query", "q")
# Every result of a task has these, or can have them.
_COMMON = frozenset(
    ("attempts", "changed", "diff", "exception", "failed", "invocation", "msg", "results", "skipped", "warnings")
)

Registered = Mapping[str, Mapping[str, Any] | None]
"""What tasks have registered by its name: the documentation of what it holds, or None if that is unknown."""


def template_problems(value: object, registered: Registered) -> list[str]:
    """Return what is wrong with the templates in a value, however deep."""
    return [problem for text in _strings(value) for problem in _problems(text, registered)]


def expression_problems(value: object, registered: Registered) -> list[str]:
    """Return what is wrong with an expression that stands without braces, or a list of them."""
    expressions = value if isinstance(value, list) else [value]
    bare = [f"{{{{ {text} }}}}" for text in expressions if isinstance(text, str)]
    return [problem for text in bare for problem in _problems(text, registered)]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        # Others are !unsafe, and so no templates.
        if is_trusted_as_template(value):
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _problems(text: str, registered: Registered) -> list[str]:
    try:
        tree = _JINJA.parse(text)
    except TemplateSyntaxError as error:
        return [f"{text}: {error}"]
    problems = [problem for call in tree.find_all(nodes.Call) for problem in _lookup_problems(call)]
    problems += [problem for filtered in tree.find_all(nodes.Filter) for problem in _filter_problems(filtered)]
    return problems + _result_problems(tree, registered)


def _lookup_problems(call: nodes.Call) -> list[str]:
    if not isinstance(call.node, nodes.Name) or call.node.name not in _LOOKUPS:
        return []
    name = call.args[0].value if call.args and isinstance(call.args[0], nodes.Const) else None
    if not isinstance(name, str):
        return []
    if not name.startswith(OURS):
        return [] if is_foreign(name) or exists("lookup", name) else [f"there is no lookup {name}"]
    # The others, the terms, are for the lookup to judge.
    return call_problems("lookup", name, _constants(call))


def _filter_problems(filtered: nodes.Filter) -> list[str]:
    name = filtered.name
    if name.startswith(OURS):
        return call_problems("filter", name, _constants(filtered))
    known = name in _JINJA.filters or is_foreign(name) or exists("filter", name)
    return [] if known else [f"there is no filter {name}"]


def _constants(call: nodes.Call | nodes.Filter) -> dict[str, Any]:
    """Return the options of a call. Those that are not constants are like templates: any value may come of them."""
    return {
        str(argument.key): argument.value.as_const() if isinstance(argument.value, nodes.Const) else "{{ }}"
        for argument in call.kwargs
    }


def _result_problems(tree: nodes.Template, registered: Registered) -> list[str]:
    """Return which parts of registered results are read that their plugins do not return."""
    return [
        f"{path[0]} has no {'.'.join(path[1:])}"
        for node in tree.find_all((nodes.Getattr, nodes.Getitem))
        if (path := _path(node)) and path[0] in registered and not _is_returned(path[1:], registered[path[0]])
    ]


def _path(node: nodes.Node) -> list[str]:
    """Return the names of an expression such as login.user['name'], as far as they are known."""
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        return [*path, node.attr] if (path := _path(node.node)) else []
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return [*path, str(node.arg.value)] if (path := _path(node.node)) else []
    return []


def _is_returned(path: list[str], documented: Mapping[str, Any] | None) -> bool:
    if documented is None or path[0] in _COMMON:
        return True
    for name in path:
        if name not in documented:
            return False
        if "contains" not in documented[name] or documented[name].get("type") != "dict":
            return True
        documented = documented[name]["contains"]
    return True
