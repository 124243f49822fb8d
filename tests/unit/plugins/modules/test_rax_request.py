# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rax_request, from its arguments to what it prints, and to the file that it leaves."""

from __future__ import annotations

import errno
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS
from ansible_collections.rackspace.identity.plugins.modules import rax_request
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, sample

FILES = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
TOKEN = "d74f592f986e4d6e995853ccf0123456"
LOGIN = {"username": "u", "api_key": "secretkey", "cache": False}
DATA = b"some data\x00"
MD5 = hashlib.md5(DATA).hexdigest()

pytestmark = pytest.mark.usefixtures("clock")


def request(wire: FakeWire, **arguments: Any) -> dict[str, Any]:
    """Return the result of the module; the response to its login comes before those that the test prepared."""
    wire.respond(200, sample("login"))
    wire.pending.insert(0, wire.pending.pop())
    result = run(rax_request.main, **{**LOGIN, "type": "object-store", "retries": 0, **arguments})
    assert TOKEN not in json.dumps(result)
    assert "secretkey" not in json.dumps(result)
    return result


def failure(wire: FakeWire, **arguments: Any) -> dict[str, Any]:
    result = request(wire, **arguments)
    assert (result["failed"], result["exit_code"]) == (True, 1)
    assert result["error"]["kind"] in KINDS
    assert "exception" not in result or "Traceback" not in str(result["exception"])
    return result


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_arguments_reach_the_service(wire: FakeWire) -> None:
    wire.respond(202, {"id": 7})
    result = request(
        wire,
        region="syd",
        method="POST",
        path=["a b", 7],
        query={"x": True},
        headers={"X-A": "b"},
        body={"name": "n", "size": 1},
        status_code=[200, "202"],
        retry_on={"422": "PENDING"},
    )
    sent = wire.sent[1]
    assert (sent.method, sent.json) == ("POST", {"name": "n", "size": 1})
    assert sent.url == f"https://storage101.syd2.clouddrive.com/v1/{FILES_TENANT}/a%20b/7?x=true"
    assert (sent.headers["X-Auth-Token"], sent.headers["X-A"]) == (TOKEN, "b")
    assert (result["changed"], result["status"], result["json"]) == (True, 202, {"id": 7})
    assert (result["exit_code"], "failed" in result) == (0, False)
    shown = result["invocation"]["module_args"]
    assert (shown["api_key"], shown["body"]) == ("********", {"name": "n", "size": 1})


@pytest.mark.parametrize("body", ['{"a": 1}', "plain"])
def test_string_is_sent_as_it_is(wire: FakeWire, body: str) -> None:
    wire.respond(201)
    request(wire, method="PUT", path="x", body=body)
    assert wire.sent[1].body == body.encode()


def test_result_holds_what_the_service_said(wire: FakeWire) -> None:
    # Values of secret options are no secrets where the service says them.
    wire.respond(200, {"user": "u", "u": [True, None, 1.5]})
    assert request(wire)["json"] == {"user": "u", "u": [True, None, 1.5]}


@pytest.mark.parametrize(
    "arguments",
    [{"method": "get"}, {"interface": "private"}, {"status_code": ["x"]}, {"query": "a b"}, {"nonsense": 1}],
)
def test_arguments_that_ansible_refuses(wire: FakeWire, arguments: dict[str, Any]) -> None:
    result = run(rax_request.main, **LOGIN, **arguments)
    assert (result["failed"], wire.sent) == (True, [])
    assert "secretkey" not in json.dumps(result)


def test_failure(wire: FakeWire) -> None:
    wire.respond(404, body=b"<html><h1>Not Found</h1><p>Nothing.</p></html>", headers=[("X-Trans-Id", "tx1")])
    result = failure(wire, path="a")
    assert result["msg"] == (
        "GET /a of object-store in DFW failed: storage101.dfw1.clouddrive.com responded with 404: Not Found: Nothing. "
        "Check path; service_type, service_name and region choose the endpoint."
    )
    assert result["error"] == {
        "kind": "not_found",
        "status": 404,
        "fault": None,
        "message": "Not Found: Nothing.",
        "details": None,
        "retry_after": None,
        "request_id": "tx1",
    }


# Files.


@pytest.mark.parametrize(("mode", "expected"), [("0600", 0o600), ("u=rw,g=r,o=", 0o640), (0o604, 0o604)])
def test_new_file_gets_its_mode(wire: FakeWire, tmp_path: Path, mode: Any, expected: int) -> None:
    wire.respond(200, body=DATA, headers=[("ETag", MD5)])
    dest = tmp_path / "x"
    result = request(wire, path="a/b", dest=str(dest), mode=mode)
    assert (result["changed"], result["dest"], result["size"], result["checksum"]) == (True, str(dest), len(DATA), MD5)
    assert (dest.read_bytes(), mode_of(dest)) == (DATA, expected)
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["x"]


def test_replaced_file_keeps_its_mode(wire: FakeWire, tmp_path: Path) -> None:
    dest = tmp_path / "x"
    dest.write_bytes(b"old")
    dest.chmod(0o604)
    before = dest.stat().st_ino
    wire.respond(200, body=DATA)
    assert request(wire, path="a/b", dest=str(dest))["changed"] is True
    assert (dest.read_bytes(), mode_of(dest)) == (DATA, 0o604)
    # It was renamed, not written to.
    assert dest.stat().st_ino != before


@pytest.mark.parametrize(("mode", "changed"), [(None, False), ("0640", False), ("0600", True)])
def test_file_that_is_the_same_gets_its_mode(wire: FakeWire, tmp_path: Path, mode: str | None, changed: bool) -> None:
    dest = tmp_path / "x"
    dest.write_bytes(DATA)
    dest.chmod(0o640)
    wire.respond(304)
    result = request(wire, path="a/b", dest=str(dest), mode=mode)
    assert wire.sent[1].headers["If-None-Match"] == MD5
    assert (result["changed"], result["status"], mode_of(dest)) == (changed, 304, 0o600 if changed else 0o640)


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (OSError(errno.EBUSY, "Device or resource busy"), "Device or resource busy"),
        (None, "the new file cannot be moved there"),
    ],
)
def test_download_over_a_file_that_cannot_be_replaced(
    wire: FakeWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: OSError | None, reason: str
) -> None:
    def move(*_args: Any, **_kwargs: Any) -> None:
        # As ansible-core 2.19 and later do; earlier versions end the module themselves.
        raise Exception("Unable to make it.") from cause

    monkeypatch.setattr(AnsibleModule, "atomic_move", move)
    dest = tmp_path / "x"
    dest.write_bytes(b"old")
    wire.respond(200, body=DATA)
    result = failure(wire, path="a/b", dest=str(dest))
    assert result["msg"] == f"dest: {dest} cannot be replaced: {reason}. Save it to another path."
    assert result["error"]["kind"] == "bad_request"
    assert (dest.read_bytes(), list(tmp_path.glob(".rax_request-*"))) == (b"old", [])


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([("Content-Length", "999")], "the response was cut short"),
        ([("ETag", "0123456789abcdef0123456789abcdef")], "the MD5 of the body is not the ETag that came with it"),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_broken_body_leaves_no_trace(
    wire: FakeWire, tmp_path: Path, headers: list[tuple[str, str]], reason: str, is_there: bool
) -> None:
    directory = tmp_path / "files"
    directory.mkdir()
    if is_there:
        (directory / "x").write_bytes(b"old")
    wire.respond(200, body=DATA, headers=headers)
    result = failure(wire, path="a/b", dest=str(directory / "x"), mode="0600")
    assert result["error"]["kind"] == "invalid_response"
    assert result["msg"] == (
        f"storage101.dfw1.clouddrive.com did not respond like the service object-store in DFW: {reason}. Check the "
        "endpoint and proxy."
    )
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == ({"x": b"old"} if is_there else {})


def test_check_mode_downloads_nothing(wire: FakeWire, tmp_path: Path) -> None:
    wire.respond(200, headers=[("ETag", MD5), ("Content-Length", str(len(DATA)))])
    result = request(wire, path="a/b", dest=str(tmp_path / "x"), _ansible_check_mode=True)
    assert (result["changed"], result["dest"], wire.sent[1].method) == (True, str(tmp_path / "x"), "HEAD")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("mode", "changed"), [(None, False), ("0640", False), ("0600", True)])
def test_file_behind_a_link_gets_its_mode(
    wire: FakeWire, tmp_path: Path, mode: str | None, changed: bool, check_mode: bool
) -> None:
    dest, link = tmp_path / "x", tmp_path / "link"
    dest.write_bytes(DATA)
    dest.chmod(0o640)
    link.symlink_to(dest)
    if check_mode:
        wire.respond(200, headers=[("ETag", MD5), ("Content-Length", str(len(DATA)))])
    else:
        wire.respond(304)
    result = request(wire, path="a/b", dest=str(link), mode=mode, _ansible_check_mode=check_mode)
    assert (result["changed"], link.is_symlink(), result["dest"]) == (changed, True, str(link))
    assert mode_of(dest) == (0o600 if changed and not check_mode else 0o640)


@pytest.mark.parametrize(("mode", "changed"), [(None, False), ("0640", False), ("0600", True)])
def test_check_mode_predicts_the_mode(wire: FakeWire, tmp_path: Path, mode: str | None, changed: bool) -> None:
    dest = tmp_path / "x"
    dest.write_bytes(DATA)
    dest.chmod(0o640)
    wire.respond(200, headers=[("ETag", MD5), ("Content-Length", str(len(DATA)))])
    result = request(wire, path="a/b", dest=str(dest), mode=mode, _ansible_check_mode=True)
    assert (result["changed"], mode_of(dest)) == (changed, 0o640)


def test_upload(wire: FakeWire, tmp_path: Path) -> None:
    source = tmp_path / "x"
    source.write_bytes(DATA)
    wire.respond(404)
    wire.respond(201, headers=[("ETag", MD5)])
    result = request(wire, method="PUT", path=["a", "x"], src=str(source))
    assert [(sent.method, sent.url) for sent in wire.sent[1:]] == [("HEAD", f"{FILES}/a/x"), ("PUT", f"{FILES}/a/x")]
    assert (result["changed"], result["checksum"], wire.sent[2].body) == (True, MD5, DATA)
