# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of all operations: each row names tests that exist, and no name of the documents' samples is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import parse

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import FIXTURES, sample

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "docsite" / "rst" / "operations.rst").read_text(encoding="utf-8")

# A test is written ``path``: ``name``.
REFERENCE = re.compile(r"``(tests/[^`]+)``: ``([^`]+)``")
TESTS = sorted(set(REFERENCE.findall(PAGE)))

# Each table begins with a row of headings, which ends with this one.
TABLES = re.findall(r"^\.\. list-table::\n(.*?)(?=^\S|\Z)", PAGE, re.MULTILINE | re.DOTALL)
ROWS = [row for table in TABLES for row in re.split(r"^   \* - ", table, flags=re.MULTILINE)[2:]]

LITERALS = re.findall(r"``([^`]+)``", PAGE)
WORDS = {word for literal in LITERALS for word in re.split(r"[^\w:-]+", literal)}


def names(value: Any) -> Iterator[str]:
    """Every name of a member, at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from names(item)


def test_every_row_names_a_test() -> None:
    assert len(TABLES) > 5
    assert len(ROWS) > 100
    assert [row for row in ROWS if not REFERENCE.search(row.rpartition("\n     - ")[2])] == []


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_named_test_exists(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    begin = r"^\s*(?:- )?name: " if path.endswith(".yml") else r"^def "
    end = "$" if path.endswith(".yml") else r"\("
    assert re.search(begin + re.escape(name) + end, text, re.MULTILINE)


def test_every_path_to_a_test_is_of_this_form() -> None:
    assert {literal for literal in LITERALS if literal.startswith("tests/")} == {path for path, _name in TESTS}


def test_every_name_in_the_samples_in_json_is_there() -> None:
    found = {name for path in FIXTURES.glob("identity_v2/*.json") for name in names(sample(path.stem))}
    assert sorted(found - WORDS) == []


def test_every_name_in_the_samples_in_xml_is_there() -> None:
    elements = [element for path in FIXTURES.glob("identity_v*/*.xml") for element in parse(path).iter()]
    found = {name.rpartition("}")[2] for element in elements for name in (element.tag, *element.attrib)}
    local = {word.rpartition(":")[2] for word in WORDS}
    assert sorted(found - local) == []


def test_every_kind_of_error_from_an_answer_is_there() -> None:
    of_options = {"missing_credentials", "ambiguous_credentials", "no_endpoint", "ambiguous_endpoint"}
    of_connections = {"unreachable", "tls", "timeout", "missing_library"}
    assert sorted(KINDS - of_options - of_connections - WORDS) == []
