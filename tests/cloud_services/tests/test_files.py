# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Files: containers and objects."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from cloud_services.tests.cloud_client import CloudClient

BIG = bytes(range(256)) * 8192


@pytest.fixture
def files(cloud: CloudClient) -> CloudClient:
    """Return a user with a container named box."""
    assert cloud.send("PUT", "files", "/box").status_code == 201
    return cloud


def test_a_container_is_created_once(files: CloudClient) -> None:
    again = files.send("PUT", "files", "/box", headers={"X-Container-Meta-Book": "Moby"})
    assert (again.status_code, again.text[:30]) == (202, "<html><h1>Accepted</h1><p>The ")
    shown = files.send("HEAD", "files", "/box")
    assert (shown.status_code, shown.headers["X-Container-Meta-Book"]) == (204, "Moby")
    assert shown.headers["x-trans-id"].startswith("tx")


def test_metadata_of_containers_and_accounts_is_merged(files: CloudClient) -> None:
    for path, kind in (("/box", "Container"), ("", "Account")):
        for headers in (
            {f"X-{kind}-Meta-One": "1", f"X-{kind}-Meta-Two": "2"},
            {f"X-{kind}-Meta-Two": "", f"X-{kind}-Meta-Three": "3"},
            {f"X-Remove-{kind}-Meta-Three": "x"},
        ):
            assert files.send("POST", "files", path, headers=headers).status_code == 204
        shown = files.send("HEAD", "files", path).headers
        assert [name for name in shown if "-Meta-" in name] == [f"X-{kind}-Meta-One"]
    assert files.send("HEAD", "files").headers["X-Account-Container-Count"] == "1"


def test_only_an_empty_container_is_deleted(files: CloudClient) -> None:
    files.send("PUT", "files", "/box/a", data=b"a")
    refused = files.send("DELETE", "files", "/box")
    assert refused.status_code == 409
    assert refused.text == (
        "<html><h1>Conflict</h1><p>There was a conflict when trying to complete your request.</p></html>"
    )
    assert files.send("DELETE", "files", "/box/a").status_code == 204
    assert files.send("DELETE", "files", "/box/a").status_code == 404
    assert files.send("DELETE", "files", "/box").status_code == 204
    assert files.send("DELETE", "files", "/box").status_code == 404


@pytest.mark.parametrize("body", [b"", b"hello", BIG], ids=["empty", "small", "large"])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_object_comes_back_as_it_went(files: CloudClient, body: bytes, chunked: bool) -> None:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    headers = {"X-Object-Meta-Color": "blue", "Content-Type": "text/x-odd"}
    sent = files.send("PUT", "files", "/box/a b/ü", data=chunks() if chunked else body, headers=headers)
    etag = hashlib.md5(body).hexdigest()
    assert (sent.status_code, sent.headers["ETag"]) == (201, etag)
    got = files.send("GET", "files", "/box/a b/ü")
    assert got.status_code == 200
    assert got.content == body
    assert got.headers["ETag"] == etag
    assert got.headers["Content-Type"] == "text/x-odd"
    assert got.headers["X-Object-Meta-Color"] == "blue"
    shown = files.send("HEAD", "files", "/box/a b/ü")
    assert (shown.status_code, shown.headers["Content-Length"]) == (200, str(len(body)))


def test_the_etag_of_an_upload_is_checked(files: CloudClient) -> None:
    wrong = files.send("PUT", "files", "/box/a", data=b"a", headers={"ETag": "0" * 32})
    assert wrong.status_code == 422
    assert files.send("HEAD", "files", "/box/a").status_code == 404
    right = files.send("PUT", "files", "/box/a", data=b"a", headers={"ETag": hashlib.md5(b"a").hexdigest()})
    assert right.status_code == 201


def raw(cloud: CloudClient, head: str) -> bytes:
    """Send the head of a request alone and return the whole response."""
    parts = urlsplit(cloud.url("files"))
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        text = head.format(path=parts.path, token=cloud.token).replace("\n", "\r\n")
        line.sendall(f"{text}\r\n\r\n".encode())
        received = b""
        while data := line.recv(65536):
            received += data
        return received


def test_an_upload_says_how_long_it_is(files: CloudClient) -> None:
    head = "PUT {path}/box/a HTTP/1.1\nHost: x\nX-Auth-Token: {token}\nConnection: close"
    assert raw(files, head).startswith(b"HTTP/1.1 411 ")
    assert raw(files, f"{head}\nContent-Length: {5 * 1024**3 + 1}").startswith(b"HTTP/1.1 413 ")
    assert raw(files, f"{head}\nContent-Length: x").startswith(b"HTTP/1.1 400 ")
    assert raw(files, f"{head}\nContent-Length: 0").startswith(b"HTTP/1.1 201 ")


def test_an_upload_that_is_refused_leaves_the_connection_usable(files: CloudClient) -> None:
    for _each in range(3):
        assert files.send("PUT", "files", "/none/a", data=b"x" * 100_000).status_code == 404
    assert files.control("GET", "counters")["connections"]["files"] == 1
    # A large one is not read to its end.
    assert files.send("PUT", "files", "/none/a", data=BIG * 8).status_code == 404
    assert files.send("PUT", "files", "/box/a", data=BIG).status_code == 201


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=1000000-", 206, 1_000_000, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=0-99999999", 206, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("nonsense", 200, 0, None),
    ],
)
@pytest.mark.parametrize("body", [BIG, BIG[:1000]], ids=["large", "small"])
def test_parts_of_an_object(
    files: CloudClient, body: bytes, wanted: str, status: int, start: int, end: int | None
) -> None:
    if abs(start) >= len(body):
        status = 416
    files.send("PUT", "files", "/box/a", data=body)
    got = files.send("GET", "files", "/box/a", headers={"Range": wanted})
    assert got.status_code == status
    if status == 416:
        assert got.headers["Content-Range"] == f"bytes */{len(body)}"
    else:
        assert got.content == body[start:end]
    if status == 206:
        assert got.headers["Content-Range"].endswith(f"/{len(body)}")


def test_conditions(files: CloudClient) -> None:
    etag = files.send("PUT", "files", "/box/a", data=b"a").headers["ETag"]
    for same in (etag, f'"{etag}"', "*"):
        got = files.send("GET", "files", "/box/a", headers={"If-None-Match": same})
        assert (got.status_code, got.content) == (304, b"")
    assert files.send("GET", "files", "/box/a", headers={"If-None-Match": "x"}).status_code == 200
    assert files.send("GET", "files", "/box/a", headers={"If-Match": "x"}).status_code == 412
    assert files.send("PUT", "files", "/box/a", data=b"b", headers={"If-None-Match": "*"}).status_code == 412


def test_content_encoding_is_stored_and_comes_whatever_is_accepted(files: CloudClient) -> None:
    files.send("PUT", "files", "/box/a", data=b"not gzip", headers={"Content-Encoding": "gzip"})
    got = files.send("GET", "files", "/box/a", headers={"Accept-Encoding": "identity"}, stream=True)
    assert got.headers["Content-Encoding"] == "gzip"
    assert got.raw.read(decode_content=False) == b"not gzip"


def test_a_post_replaces_the_metadata_of_an_object(files: CloudClient) -> None:
    before = {"X-Object-Meta-One": "1", "Content-Encoding": "gzip", "Content-Type": "text/x-odd"}
    files.send("PUT", "files", "/box/a", data=b"a", headers=before)
    changed = files.send("POST", "files", "/box/a", headers={"X-Object-Meta-Two": "2"})
    assert changed.status_code == 202
    shown = files.send("HEAD", "files", "/box/a").headers
    assert "X-Object-Meta-One" not in shown
    assert "Content-Encoding" not in shown
    assert (shown["X-Object-Meta-Two"], shown["Content-Type"]) == ("2", "text/x-odd")


def test_metadata_has_limits(files: CloudClient) -> None:
    assert files.send("POST", "files", "/box", headers={"X-Container-Meta-A": "x" * 257}).status_code == 400
    assert files.send("PUT", "files", f"/{'x' * 257}").status_code == 400
    many = {f"X-Object-Meta-N{number}": "x" for number in range(91)}
    assert files.send("PUT", "files", "/box/a", data=b"", headers=many).status_code == 400


def test_copies(files: CloudClient) -> None:
    files.send("PUT", "files", "/box/a b", data=b"a", headers={"X-Object-Meta-One": "1"})
    copied = files.send("COPY", "files", "/box/a%20b", headers={"Destination": "/box/c%20d", "X-Object-Meta-Two": "2"})
    assert (copied.status_code, copied.headers["X-Copied-From"]) == (201, "box/a b")
    shown = files.send("GET", "files", "/box/c d")
    assert (shown.content, shown.headers["X-Object-Meta-One"], shown.headers["X-Object-Meta-Two"]) == (b"a", "1", "2")
    put = files.send("PUT", "files", "/box/e", headers={"X-Copy-From": "box/a%20b", "Content-Length": "0"})
    assert put.status_code == 201
    assert files.send("GET", "files", "/box/e").content == b"a"
    assert files.send("COPY", "files", "/box/none", headers={"Destination": "box/c"}).status_code == 404
    assert files.send("COPY", "files", "/box/e", headers={"Destination": "box"}).status_code == 412


def test_a_method_that_does_not_exist(files: CloudClient) -> None:
    refused = files.send("PATCH", "files", "/box")
    assert refused.status_code == 405
    assert "PUT" in refused.headers["Allow"]
