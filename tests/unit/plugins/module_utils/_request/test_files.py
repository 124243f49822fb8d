# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files to a service and back: what is skipped, what is checked, and that nothing is left halfway."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._request.call import Call
from ansible_collections.rackspace.identity.plugins.module_utils._request.files import download, upload
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import (
    HOST,
    TOKEN,
    URL,
    call,
    checked,
    service,
)

DATA = b"some bytes\x00\xff" * 100
MD5 = hashlib.md5(DATA).hexdigest()
OTHER = "0123456789abcdef0123456789abcdef"
SAME = [("ETag", MD5), ("Content-Length", str(len(DATA)))]
INVALID = f"{HOST} did not respond like the service object-store in DFW: {{}}. Check the endpoint and proxy."
LOST = requests.exceptions.ConnectionError(
    urllib3.exceptions.ProtocolError("aborted", ConnectionResetError(104, "Connection reset by peer"))
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "db.dump"
    path.write_bytes(DATA)
    return path


def sent_up(
    path: Path | str, one: Call | None = None, *, check_mode: bool = False, force: bool = False, **options: Any
) -> dict[str, Any]:
    one = one or call("PUT")
    return upload(service(**options), one, str(path), Context(check_mode=check_mode), force=force)


def methods(wire: FakeWire) -> list[str]:
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} <= {TOKEN}
    return [sent.method for sent in wire.sent]


def upload_failure(path: Path | str, one: Call | None = None, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        sent_up(path, one, **options)
    return checked(caught.value)


# Uploads.


@pytest.mark.parametrize("there", [(404, []), (200, [("ETag", OTHER), SAME[1]]), (200, [SAME[0]]), (200, [SAME[1]])])
def test_upload(wire: FakeWire, source: Path, there: tuple[int, list[tuple[str, str]]]) -> None:
    wire.respond(there[0], headers=there[1])
    wire.respond(201, headers=[("ETag", MD5), ("X-Trans-Id", "tx1")])
    result = sent_up(source, call("PUT", headers={"X-Object-Meta-A": "b"}))
    assert methods(wire) == ["HEAD", "PUT"]
    put = wire.sent[1]
    assert (put.url, put.body) == (URL, DATA)
    assert put.headers["Content-Length"] == str(len(DATA))
    assert "Transfer-Encoding" not in put.headers
    assert (put.headers["Content-Type"], put.headers["X-Object-Meta-A"]) == ("application/octet-stream", "b")
    assert (result["changed"], result["status"], result["request_id"]) == (True, 201, "tx1")
    assert (result["size"], result["checksum"]) == (len(DATA), MD5)


@pytest.mark.parametrize("check_mode", [False, True])
def test_file_that_is_there_is_not_sent(wire: FakeWire, source: Path, check_mode: bool) -> None:
    wire.respond(200, headers=SAME)
    result = sent_up(source, check_mode=check_mode)
    assert wire.only.method == "HEAD"
    assert (result["changed"], result["status"], result["size"], result["checksum"]) == (False, 200, len(DATA), MD5)


@pytest.mark.parametrize("name", ["X-Object-Manifest", "X-Static-Large-Object"])
def test_etag_of_a_large_object_says_nothing(wire: FakeWire, source: Path, name: str) -> None:
    wire.respond(200, headers=[*SAME, (name, "True")])
    wire.respond(201)
    assert sent_up(source)["changed"] is True


def test_force_does_not_ask_what_is_there(wire: FakeWire, source: Path) -> None:
    wire.respond(201)
    assert sent_up(source, force=True)["checksum"] == MD5
    assert wire.only.method == "PUT"


def test_post_is_always_sent(wire: FakeWire, source: Path) -> None:
    # An ETag in response to it is another one's.
    wire.respond(202, headers=[("ETag", OTHER)])
    assert sent_up(source, call("POST"))["changed"] is True
    assert (wire.only.method, wire.only.body) == ("POST", DATA)


def test_empty_file(wire: FakeWire, source: Path) -> None:
    source.write_bytes(b"")
    wire.respond(201)
    result = sent_up(source, force=True)
    assert (wire.only.headers["Content-Length"], wire.only.body) == ("0", None)
    assert (result["size"], result["checksum"]) == (0, hashlib.md5(b"").hexdigest())


def test_upload_in_check_mode_sends_nothing_but_head(wire: FakeWire, source: Path) -> None:
    wire.respond(404)
    assert sent_up(source, check_mode=True) == {"changed": True, "url": URL, "size": len(DATA)}
    assert sent_up(source, call("POST"), check_mode=True)["changed"] is True
    assert methods(wire) == ["HEAD"]


@pytest.mark.parametrize(
    ("name", "given", "content_type"),
    [
        ("page.html", {}, "text/html"),
        ("x", {}, "application/octet-stream"),
        ("page.html", {"content-type": "text/plain"}, "text/plain"),
    ],
)
def test_content_type(wire: FakeWire, tmp_path: Path, name: str, given: dict[str, str], content_type: str) -> None:
    path = tmp_path / name
    path.write_bytes(DATA)
    wire.respond(201)
    sent_up(path, call("PUT", headers=given), force=True)
    assert {value for key, value in wire.only.headers.items() if key.lower() == "content-type"} == {content_type}


def test_each_try_sends_the_whole_file(wire: FakeWire, source: Path) -> None:
    wire.respond(503)
    wire.respond(201, headers=[("ETag", MD5)])
    assert sent_up(source, force=True, retries=1)["attempts"] == 2
    assert [sent.body for sent in wire.sent] == [DATA, DATA]


def test_another_md5_than_that_of_the_file_is_an_error(wire: FakeWire, source: Path) -> None:
    wire.respond(201, headers=[("ETag", OTHER)])
    assert str(upload_failure(source, force=True)) == INVALID.format(
        "the ETag of what it stored is not the MD5 of the file that was sent"
    )


def test_upload_that_is_refused(wire: FakeWire, source: Path) -> None:
    wire.respond(404)
    wire.respond(422, body=b"<html><h1>Unprocessable Entity</h1><p>Bad ETag.</p></html>")
    error = upload_failure(source)
    assert (error.kind, error.fault.message) == ("conflict", "Unprocessable Entity: Bad ETag.")


def test_file_that_becomes_shorter(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = source.stat()
    longer = os.stat_result([*found[:6], found.st_size + 1, *found[7:]])
    monkeypatch.setattr(os, "stat", lambda *_args, **_kwargs: longer)
    error = upload_failure(source, force=True)
    assert str(error) == f"src: {source} became shorter while it was read. Try again when it is complete."


def test_file_that_grows_is_sent_as_it_was(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = source.stat()
    shorter = os.stat_result([*found[:6], 10, *found[7:]])
    monkeypatch.setattr(os, "stat", lambda *_args, **_kwargs: shorter)
    wire.respond(201)
    assert sent_up(source, force=True)["checksum"] == hashlib.md5(DATA[:10]).hexdigest()
    assert wire.only.body == DATA[:10]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/nowhere/x", "src: /nowhere/x cannot be read: No such file or directory."),
        ("/", "src: / is not a file."),
        (
            "/proc/self/status",
            "src: /proc/self/status has content but no size, as in /proc. Copy it to an ordinary file.",
        ),
        ("/a\0b", "src contains a null character."),
    ],
)
def test_source_that_cannot_be_read(wire: FakeWire, path: str, text: str) -> None:
    assert str(upload_failure(path)) == text
    assert wire.sent == []


def test_source_that_cannot_be_opened(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    error = upload_failure(source, force=True)
    monkeypatch.undo()
    assert str(error) == f"src: {source} cannot be read: Permission denied."


def test_file_that_cannot_be_read_to_its_end(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("builtins.open", lambda *_args, **_kwargs: Broken())
    error = upload_failure(source, force=True)
    monkeypatch.undo()
    assert str(error) == f"src: {source} cannot be read: Input/output error."


def test_file_that_cloud_files_does_not_store_in_one_piece(wire: FakeWire, source: Path) -> None:
    with source.open("r+b") as sparse:
        sparse.truncate(5 * 1024**3 + 1)
    assert str(upload_failure(source)) == (
        f"src: {source} has 5368709121 bytes, and Cloud Files stores at most 5368709120 in one piece. Split it, upload "
        "the parts, and PUT a manifest: see Large objects in the guide of Cloud Files."
    )
    assert wire.sent == []


def test_without_md5_every_file_is_sent(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError("disabled for FIPS")

    monkeypatch.setattr(hashlib, "md5", forbidden)
    wire.respond(200, headers=SAME)
    wire.respond(201, headers=[("ETag", OTHER)])
    result = sent_up(source)
    assert (result["changed"], result["checksum"], wire.sent[1].body) == (True, None, DATA)


# Downloads.


class Place:
    """Puts files in place as a module does, and remembers how."""

    def __init__(self, *, sets_attributes: bool = False) -> None:
        self.placed: list[tuple[bool, str]] = []
        self.modes: list[int] = []
        self._sets_attributes = sets_attributes

    def __call__(self, new: str | None, path: str) -> bool:
        self.placed.append((new is not None, path))
        if new is not None:
            self.modes.append(stat.S_IMODE(Path(new).stat().st_mode))
            Path(new).replace(path)
        return new is not None or self._sets_attributes


def saved(
    dest: Path | str,
    one: Call | None = None,
    *,
    check_mode: bool = False,
    force: bool = False,
    place: Place | None = None,
    **options: Any,
) -> dict[str, Any]:
    context = Context(check_mode=check_mode, place_file=place or Place())
    return download(service(**options), one or call(), str(dest), context, force=force)


def download_failure(dest: Path | str, one: Call | None = None, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        saved(dest, one, **options)
    return checked(caught.value)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name != "home")


def test_download(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, body=DATA, headers=[*SAME, ("Content-Type", "application/json")])
    dest, place = tmp_path / "x", Place()
    result = saved(dest, place=place)
    assert dest.read_bytes() == DATA
    assert names(tmp_path) == ["x"]
    assert (result["changed"], result["dest"], result["status"]) == (True, str(dest), 200)
    assert (result["size"], result["checksum"]) == (len(DATA), MD5)
    assert not {"json", "content"} & set(result)
    assert "If-None-Match" not in wire.only.headers
    # Nobody else can read what is not complete.
    assert (place.placed, place.modes) == ([(True, str(dest))], [0o600])


@pytest.mark.parametrize("dest", ["{}/", "{}"])
def test_directory_gets_the_name_of_what_is_requested(wire: FakeWire, tmp_path: Path, dest: str) -> None:
    wire.respond(200, body=DATA)
    result = saved(dest.format(tmp_path), call(url=f"{URL}%20100%25?a=/b"))
    assert result["dest"] == str(tmp_path / "db.dump 100%")


@pytest.mark.parametrize("name", ["", "a%2F..", "%2e", "a%00b"])
def test_directory_and_a_url_without_a_name(wire: FakeWire, tmp_path: Path, name: str) -> None:
    error = download_failure(tmp_path, call(url=f"https://{HOST}/{name}"))
    assert str(error) == f"dest: {tmp_path} is a directory, and the URL does not name a file. Add a name to dest."


@pytest.mark.parametrize(
    ("name", "problem"),
    [("x" * 256, "dest: {} cannot be written: File name too long."), ("a\0b", "dest contains a null character.")],
)
def test_name_that_no_file_can_have_is_refused_before_the_download(
    wire: FakeWire, tmp_path: Path, name: str, problem: str
) -> None:
    assert str(download_failure(tmp_path / name)) == problem.format(tmp_path / name)
    assert wire.sent == []


def test_object_name_that_is_too_long_for_a_file(wire: FakeWire, tmp_path: Path) -> None:
    error = download_failure(tmp_path, call(url=f"https://{HOST}/{'x' * 1024}"))
    assert str(error) == f"dest: {tmp_path / ('x' * 1024)} cannot be written: File name too long."
    assert wire.sent == []


def test_segment_never_leads_out_of_the_directory(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, body=DATA)
    directory = tmp_path / "inner"
    directory.mkdir()
    assert saved(directory, call(url=f"{URL}%2F..%2F..%2Fx"))["dest"] == str(directory / "x")


def test_file_that_is_the_same_is_not_transferred(wire: FakeWire, source: Path) -> None:
    wire.respond(304, headers=[("ETag", MD5)])
    place, before = Place(), source.stat().st_mtime_ns
    result = saved(source, place=place)
    assert wire.only.headers["If-None-Match"] == MD5
    assert (result["changed"], result["status"], result["checksum"]) == (False, 304, MD5)
    assert (place.placed, source.stat().st_mtime_ns) == ([(False, str(source))], before)
    assert names(source.parent) == ["db.dump"]


@pytest.mark.parametrize(("status", "body"), [(304, b""), (200, DATA)])
def test_attributes_alone_are_a_change(wire: FakeWire, source: Path, status: int, body: bytes) -> None:
    wire.respond(status, body=body)
    place = Place(sets_attributes=True)
    assert saved(source, place=place)["changed"] is True
    assert place.placed == [(False, str(source))]


def test_service_that_does_not_compare(wire: FakeWire, source: Path) -> None:
    wire.respond(200, body=DATA)
    place = Place()
    assert saved(source, place=place)["changed"] is False
    assert place.placed == [(False, str(source))]


def test_other_content_is_replaced(wire: FakeWire, source: Path) -> None:
    wire.respond(200, body=b"new")
    assert saved(source)["changed"] is True
    assert source.read_bytes() == b"new"


def test_force_and_a_condition_of_the_user(wire: FakeWire, source: Path) -> None:
    wire.respond(200, body=DATA)
    saved(source, force=True)
    assert "If-None-Match" not in wire.sent[0].headers
    wire.respond(200, body=DATA)
    saved(source, call(headers={"if-none-match": "own"}))
    assert wire.sent[1].headers["if-none-match"] == "own"


def test_post_downloads_without_a_condition(wire: FakeWire, source: Path) -> None:
    wire.respond(200, body=b"new")
    assert saved(source, call("POST", body=b"query"))["changed"] is True
    assert (wire.only.method, wire.only.body) == ("POST", b"query")
    assert "If-None-Match" not in wire.only.headers


def test_status_304_is_not_accepted_where_nothing_is_there(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(304)
    assert download_failure(tmp_path / "x").status == 304
    assert names(tmp_path) == []


@pytest.mark.parametrize("length", [len(DATA) + 1, 10 * len(DATA)])
def test_cut_body_leaves_everything_as_it_was(wire: FakeWire, source: Path, length: int) -> None:
    wire.respond(200, body=b"cut", headers=[("Content-Length", str(length))])
    assert str(download_failure(source)) == INVALID.format("the response was cut short")
    assert source.read_bytes() == DATA
    assert names(source.parent) == ["db.dump"]


def test_try_after_a_cut_body_begins_anew(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, body=b"some", headers=SAME)
    wire.fail(LOST, sent=True)
    wire.respond(200, body=DATA, headers=SAME)
    result = saved(tmp_path / "x", retries=2)
    assert ((tmp_path / "x").read_bytes(), result["attempts"], result["size"]) == (DATA, 3, len(DATA))


def test_body_with_another_md5_is_an_error(wire: FakeWire, source: Path) -> None:
    wire.respond(200, body=b"broken", headers=[("ETag", MD5.upper())])
    assert str(download_failure(source)) == INVALID.format("the MD5 of the body is not the ETag that came with it")
    assert source.read_bytes() == DATA
    assert names(source.parent) == ["db.dump"]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, [("ETag", f'"{OTHER}"')]),
        (200, [("ETag", "W/x")]),
        (200, [("ETag", OTHER), ("X-Static-Large-Object", "True")]),
    ],
)
def test_etag_that_is_not_the_md5_of_the_body(
    wire: FakeWire, tmp_path: Path, status: int, headers: list[tuple[str, str]]
) -> None:
    wire.respond(status, body=DATA, headers=headers)
    assert saved(tmp_path / "x")["changed"] is True


def test_part_that_was_not_asked_for(wire: FakeWire, source: Path) -> None:
    wire.respond(206, body=b"da", headers=[("ETag", OTHER)])
    error = download_failure(source)
    assert error.kind == "invalid_response"
    assert str(error) == (
        "files.example.com did not respond like the service object-store in DFW: it sent a part, and was asked for all "
        "of it. Check the endpoint and proxy."
    )
    assert source.read_bytes() == DATA
    assert names(source.parent) == ["db.dump"]


@pytest.mark.parametrize("content_range", ["bytes 5-6/12", "bytes 2-9/12"])
def test_other_part_than_asked_for(wire: FakeWire, tmp_path: Path, content_range: str) -> None:
    wire.respond(206, body=b"da", headers=[("Content-Range", content_range)])
    error = download_failure(tmp_path / "x", call(headers={"Range": "bytes=2-3"}))
    assert error.kind == "invalid_response"
    assert str(error) == (
        "files.example.com did not respond like the service object-store in DFW: it sent another part than the one "
        "that it was asked for. Check the endpoint and proxy."
    )
    assert names(tmp_path) == []


def test_error_is_not_saved(wire: FakeWire, source: Path) -> None:
    wire.respond(404, body=b"Not here.")
    error = download_failure(source)
    assert (error.kind, error.fault.message) == ("not_found", "Not here.")
    assert source.read_bytes() == DATA
    assert names(source.parent) == ["db.dump"]


def test_error_that_is_accepted_is_not_saved_either(wire: FakeWire, source: Path) -> None:
    wire.respond(404, body=b"Not here.")
    place = Place()
    result = saved(source, call(accepted=(200, 404)), place=place)
    assert (result["changed"], result["status"], result["content"]) == (False, 404, "Not here.")
    assert "dest" not in result
    assert (place.placed, source.read_bytes(), names(source.parent)) == ([], DATA, ["db.dump"])


def test_nothing_of_a_body_that_was_cut_short_is_left(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, body=DATA, headers=[("Content-Length", str(len(DATA) + 1))])
    wire.respond(200, body=b"short")
    result = saved(tmp_path / "x", retries=1)
    assert (tmp_path / "x").read_bytes() == b"short"
    assert (result["size"], result["checksum"]) == (5, hashlib.md5(b"short").hexdigest())


def test_encoded_object_is_saved_as_it_is_stored(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, body=b"\x1f\x8b", headers=[("Content-Encoding", "gzip")])
    saved(tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"\x1f\x8b"


@pytest.mark.parametrize(
    ("status", "headers", "there", "changed"),
    [(200, SAME, True, False), (200, [("ETag", OTHER)], True, True), (200, SAME, False, True), (404, [], True, False)],
)
def test_download_in_check_mode(
    wire: FakeWire, source: Path, status: int, headers: list[tuple[str, str]], there: bool, changed: bool
) -> None:
    if not there:
        source.unlink()
    wire.respond(status, headers=headers)
    result = saved(source, call(accepted=(200, 404)), check_mode=True)
    assert (result["changed"], wire.only.method) == (changed, "HEAD")
    assert names(source.parent) == (["db.dump"] if there else [])


@pytest.mark.parametrize("check_mode", [False, True])
def test_part_of_what_is_there_is_not_the_same(wire: FakeWire, source: Path, check_mode: bool) -> None:
    wire.respond(206, body=b"" if check_mode else DATA[:4], headers=[*SAME[:1], ("Content-Range", "bytes 0-3/1200")])
    result = saved(source, call(headers={"range": "bytes=0-3"}), check_mode=check_mode)
    assert result["changed"] is True
    assert "If-None-Match" not in wire.only.headers
    assert source.read_bytes() == (DATA if check_mode else DATA[:4])


def test_service_that_ignores_the_range_of_head(wire: FakeWire, source: Path) -> None:
    wire.respond(200, headers=SAME)
    assert saved(source, call(headers={"Range": "bytes=0-3"}), check_mode=True)["changed"] is True


@pytest.mark.parametrize("sets_attributes", [False, True])
def test_attributes_in_check_mode(wire: FakeWire, source: Path, sets_attributes: bool) -> None:
    wire.respond(200, headers=SAME)
    place = Place(sets_attributes=sets_attributes)
    assert saved(source, check_mode=True, place=place)["changed"] is sets_attributes
    assert place.placed == [(False, str(source))]


@pytest.mark.parametrize("status", [405, 501])
def test_service_without_head(wire: FakeWire, source: Path, status: int) -> None:
    wire.respond(status)
    assert saved(source, check_mode=True) == {"changed": True, "url": URL, "dest": str(source)}
    wire.respond(status)
    wire.respond(204)
    assert sent_up(source)["changed"] is True
    assert methods(wire) == ["HEAD", "HEAD", "PUT"]


def test_missing_file_in_check_mode(wire: FakeWire, source: Path) -> None:
    wire.respond(404)
    assert download_failure(source, check_mode=True).kind == "not_found"


def test_post_in_check_mode_sends_nothing(wire: FakeWire, source: Path) -> None:
    assert saved(source, call("POST"), check_mode=True) == {"changed": True, "url": URL, "dest": str(source)}
    assert wire.sent == []


def test_without_md5_every_body_is_new(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError("disabled for FIPS")

    monkeypatch.setattr(hashlib, "md5", forbidden)
    wire.respond(200, body=DATA, headers=SAME)
    result = saved(source)
    assert (result["changed"], result["checksum"]) == (True, None)


def test_destination_that_cannot_be_written(wire: FakeWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(download_failure(tmp_path / "none" / "x")) == f"dest: the directory {tmp_path}/none does not exist."

    def refuse(**_kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    assert str(download_failure(tmp_path / "x")) == f"dest: {tmp_path} cannot be written to: Permission denied."
    assert wire.sent == []


@pytest.mark.parametrize(
    ("kind", "text"), [("link", "cannot be read: No such file or directory."), ("directory", "is not a file.")]
)
def test_destination_that_is_no_file(wire: FakeWire, tmp_path: Path, kind: str, text: str) -> None:
    path = tmp_path / "db.dump"
    if kind == "link":
        path.symlink_to(tmp_path / "gone")
    else:
        path.mkdir()
    dest = path if kind == "link" else tmp_path
    assert str(download_failure(dest)) == f"dest: {path} {text}"
    assert wire.sent == []


def test_full_disk(wire: FakeWire, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, descriptor: int, *_how: Any, **_more: Any) -> None:
            os.close(descriptor)

        def write(self, _data: Any) -> int:
            raise OSError(28, "No space left on device")

        def seek(self, _position: int) -> None:
            """Accept any position."""

        def truncate(self) -> None:
            """Do nothing."""

        def close(self) -> None:
            """Do nothing."""

    monkeypatch.setattr(os, "fdopen", Full)
    wire.respond(200, body=b"new")
    assert str(download_failure(source)) == f"dest: {source} cannot be written: No space left on device."
    assert (source.read_bytes(), names(source.parent)) == (DATA, ["db.dump"])
