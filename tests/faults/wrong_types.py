# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses with a wrong value at every place of the model, made from the samples of good ones."""

from __future__ import annotations

import copy
import functools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from ansible_collections.rackspace.identity.plugins.module_utils._http import transport

from .drive import SUBJECTS, run_operation, shown_text
from .fault import RESULT
from .server import FIXTURES

VALUES: dict[str, str] = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "a fraction": "-1.5",
    "infinity": "1e999",
    "NaN": "NaN",
    "a huge number": "9" * 400,
    "an empty string": '""',
    "a string": '"x"',
    "a lone surrogate": '"\\ud800"',
    "a NUL": '"\\u0000"',
    "a line break": '"a\\r\\nX-Auth-Token: b"',
    "two dots": '".."',
    "a template": "\"{{ lookup('pipe', 'id') }}\"",
    "an early time": '"0001-01-01T00:00:00+23:59"',
    "a late time": '"9999-12-31T23:59:59-23:59"',
    "an empty list": "[]",
    "an empty object": "{}",
    "a list of lists": "[[]]",
    "a list of null": "[null]",
    "an object of objects": '{"": {"\\ud800": {"a": [NaN]}}}',
}
"""What is put in place of each node, as JSON."""

SAMPLES = {
    "api_key-json": ("identity_v2/login", "identity_v2/login_with_accessible_domains"),
    "v1.1-json": ("identity_v11/login",),
    "info-json": ("identity_v2/validated_impersonation", "identity_v2/endpoints"),
}
"""The subjects that are tried, and their responses."""

_MARK = "\ue000mark"


def paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every node; of the items of a list that look alike, only the first."""
    yield path
    if isinstance(node, dict):
        # The services of version 1.1 are the keys of an object: one of each shape will do.
        shapes = set[str]()
        for key, value in node.items():
            shape = (
                repr([sorted(item) for item in value])
                if isinstance(value, list) and value and isinstance(value[0], dict)
                else key
            )
            if shape not in shapes:
                shapes.add(shape)
                yield from paths(value, (*path, key))
    elif isinstance(node, list):
        shapes = set[str]()
        for number, item in enumerate(node):
            shape = repr(sorted(item)) if isinstance(item, dict) else type(item).__name__
            if shape not in shapes:
                shapes.add(shape)
                yield from paths(item, (*path, number))


def in_json(sample: str) -> Iterator[tuple[str, bytes]]:
    """Yield a name, and the sample with one node replaced."""
    payload = json.loads((FIXTURES / f"{sample}.json").read_text(encoding="utf-8"))
    for path in dict.fromkeys(paths(payload)):
        text = json.dumps(_replaced(payload, path))
        for name, value in VALUES.items():
            yield f"{'.'.join(map(str, path))}: {name}", text.replace(json.dumps(_MARK), value).encode()


def _replaced(payload: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return _MARK
    changed = copy.deepcopy(payload)
    node = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = _MARK
    return changed


def in_xml(sample: str) -> Iterator[tuple[str, bytes]]:
    """Yield a name, and the sample with one element or attribute changed in some way."""
    text = (FIXTURES / f"{sample}.xml").read_text(encoding="utf-8")
    count = len(list(ET.fromstring(text).iter()))
    seen: set[str] = set()
    for number in range(count):
        element = list(ET.fromstring(text).iter())[number]
        shape = f"{element.tag} {sorted(element.attrib)} {[child.tag for child in element]}"
        if shape in seen:
            continue
        seen.add(shape)
        for name in (
            "emptied",
            "renamed",
            "doubled",
            "of another namespace",
            "with text",
            "with a list",
            *element.attrib,
        ):
            root = ET.fromstring(text)
            changed = list(root.iter())[number]
            _change(changed, name)
            yield f"{element.tag}: {name}", ET.tostring(root)


def _change(element: ET.Element, how: str) -> None:
    if how == "emptied":
        element.clear()
    elif how == "renamed":
        element.tag = "unknown"
    elif how == "of another namespace":
        element.tag = re.sub("{.*}", "{urn:other}", element.tag)
    elif how == "doubled":
        element.extend([copy.deepcopy(child) for child in element])
    elif how == "with text":
        element.text = "text"
    elif how == "with a list":
        element.extend([ET.Element("item"), ET.Element("item", {"id": "1"})])
    else:
        del element.attrib[how]


@contextmanager
def responding(body: bytes, sample: str, wire_format: str, status: int = 200) -> Iterator[None]:
    """Respond to the request that the sample belongs to with a body, and well to others; without any socket."""

    def call(_self: Any, request: transport.Request) -> transport.Response:
        is_for_sample = request.url.endswith("/endpoints") == sample.endswith("endpoints")
        good = "identity_v2/validated" if request.method == "GET" else sample
        content = body if is_for_sample else (FIXTURES / f"{good}.{wire_format}").read_bytes()
        return transport.Response(status, content, media_type=f"application/{wire_format}")

    with mock.patch.object(transport.Transport, "call", call):
        yield


@functools.cache
def outcomes(subject_name: str, sample: str) -> dict[str, tuple[str, str | None, str]]:
    """Return for each changed sample the outcome, what is wrong with it, and what is shown."""
    wire_format = subject_name.rpartition("-")[2]
    subject, found = SUBJECTS[subject_name], {}
    for name, body in in_json(sample) if wire_format == "json" else in_xml(sample):
        with responding(body, sample, wire_format):
            options = {**subject.options, "identity_url": "127.0.0.1", "cache": False}
            kind, shown = run_operation(subject, options, whole=True)
        text, problem = shown_text(shown)
        token = (shown[0].get("token") or {}).get("id", "x") if kind == RESULT else "x"
        if not (token.isascii() and token.isprintable() and token.strip(".")):
            problem = f"the token {token!r} cannot be sent back"
        found[name] = (kind, problem, text)
    return found
