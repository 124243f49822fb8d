# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of what the collection supports: tests show every row, and no name of the documents' samples is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from defusedxml.ElementTree import parse

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS
from ansible_collections.rackspace.identity.tests.unit.support.api_coverage import PAGE, covered, rows
from ansible_collections.rackspace.identity.tests.unit.support.samples import FIXTURES, sample

ROWS = rows()
COVERED = {row for row, _test in covered()}
LITERALS = re.findall(r"``([^`]+)``", PAGE.read_text(encoding="utf-8"))
WORDS = {word for literal in LITERALS for word in re.split(r"[^\w:-]+", literal)}


def names(value: Any) -> Iterator[str]:
    """Yield the name of every member, at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from names(item)


def test_the_page_has_all_its_rows() -> None:
    assert len(ROWS) == len(set(ROWS))
    assert len(ROWS) > 180


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_shown_by_a_test(row: str) -> None:
    assert row in COVERED


def test_every_marker_names_a_row() -> None:
    assert sorted(COVERED - set(ROWS)) == []


def test_the_users_page_names_no_tests() -> None:
    assert [literal for literal in LITERALS if literal.startswith("tests/")] == []


def test_every_name_in_the_samples_in_json_is_there() -> None:
    found = {name for path in FIXTURES.glob("identity_v2/*.json") for name in names(sample(path.stem))}
    assert sorted(found - WORDS) == []


def test_every_name_in_the_samples_in_xml_is_there() -> None:
    elements = [element for path in FIXTURES.glob("identity_v*/*.xml") for element in parse(path).iter()]
    found = {name.rpartition("}")[2] for element in elements for name in (element.tag, *element.attrib)}
    local = {word.rpartition(":")[2] for word in WORDS}
    assert sorted(found - local) == []


def test_every_kind_of_error_in_a_response_is_there() -> None:
    of_options = {"missing_credentials", "ambiguous_credentials", "no_endpoint", "ambiguous_endpoint"}
    of_connections = {"unreachable", "tls", "timeout", "missing_library"}
    of_other_services = {"conflict", "too_many_items", "wait_failed", "wait_timeout"}
    assert sorted(KINDS - of_options - of_connections - of_other_services - WORDS) == []
