# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of Cloud Files."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_services.services.file_store import Listing, listed
from cloud_services.tests.cloud_client import CloudClient

NAMES = ["apple", "photos/animals/cat", "photos/animals/dog", "photos/me", "photos/you", "zebra"]


@pytest.fixture
def files(cloud: CloudClient) -> CloudClient:
    """Return a user with a container of some objects."""
    cloud.send("PUT", "files", "/box")
    for name in NAMES:
        assert cloud.send("PUT", "files", f"/box/{name}", data=b"abc").status_code == 201
    return cloud


def names(files: CloudClient, **query: Any) -> list[str]:
    response = files.send("GET", "files", "/box", params={"format": "json", **query})
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    return [row.get("name") or row["subdir"] for row in response.json()]


def test_a_list_is_plain_text_or_json(files: CloudClient) -> None:
    plain = files.send("GET", "files", "/box")
    assert plain.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert plain.text.split() == NAMES
    assert plain.headers["X-Container-Object-Count"] == "6"
    row = files.send("GET", "files", "/box", params={"format": "json"}).json()[0]
    assert sorted(row) == ["bytes", "content_type", "hash", "last_modified", "name"]
    accepted = files.send("GET", "files", "/box", headers={"Accept": "application/json"})
    assert [row["name"] for row in accepted.json()] == NAMES
    assert files.send("GET", "files", params={"format": "json"}).json() == [{"name": "box", "count": 6, "bytes": 18}]
    assert files.send("GET", "files", "/box", params={"format": "xml"}).status_code == 406


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": 2}, NAMES[:2]),
        ({"limit": 2, "marker": "photos/animals/cat"}, NAMES[2:4]),
        ({"marker": "b"}, NAMES[1:]),
        ({"end_marker": "photos/me"}, NAMES[:3]),
        ({"prefix": "photos/y"}, ["photos/you"]),
        ({"delimiter": "/"}, ["apple", "photos/", "zebra"]),
        ({"delimiter": "/", "prefix": "photos/"}, ["photos/animals/", "photos/me", "photos/you"]),
        ({"delimiter": "/", "limit": 2, "marker": "photos/"}, ["zebra"]),
        ({"path": "photos"}, ["photos/me", "photos/you"]),
        ({"path": ""}, ["apple", "zebra"]),
    ],
)
def test_parts_of_a_list(files: CloudClient, query: dict[str, Any], expected: list[str]) -> None:
    assert names(files, **query) == expected


def test_an_empty_list(cloud: CloudClient) -> None:
    cloud.send("PUT", "files", "/box")
    for query in ({}, {"format": "json"}):
        empty = cloud.send("GET", "files", "/box", params=query)
        assert (empty.status_code, empty.content) == (204, b"")
    cloud.set(empty_json_status=200)
    assert cloud.send("GET", "files", "/box", params={"format": "json"}).json() == []
    assert cloud.send("GET", "files", "/none").status_code == 404


def test_pages_have_ten_thousand_names(cloud: CloudClient) -> None:
    cloud.fill("files", 10_001, container="box")
    query = {"format": "json"}
    first = cloud.send("GET", "files", "/box", params=query).json()
    assert len(first) == 10_000
    rest = cloud.send("GET", "files", "/box", params={**query, "marker": first[-1]["name"]}).json()
    assert [row["name"] for row in rest] == ["object-010000"]
    assert cloud.send("GET", "files", "/box", params={"limit": 10_001}).status_code == 412


def test_names_are_sorted_by_their_bytes() -> None:
    ordered = sorted(["\ue000", "\U0001f600", "z", "ü"], key=str.encode)
    assert listed(ordered, Listing(2, marker="z")) == [("ü", False), ("\ue000", False)]


def test_a_marker_can_be_ignored(files: CloudClient) -> None:
    files.set(ignore_marker=True, page_size=2)
    assert names(files, marker="zebra") == NAMES[:2]
