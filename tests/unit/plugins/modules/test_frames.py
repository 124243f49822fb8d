# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How deep the calls of a login are nested: a reader follows them from the module's main() to the wire."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from ansible_collections.rackspace.identity.plugins.modules import rax_identity_token
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

PLUGINS = Path(rax_identity_token.__file__).resolve().parents[1]
MAX_FRAMES = 10


@pytest.fixture
def frames(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the collection's own frames when a request reaches the adapter: `file function`, from main() down."""
    recorded: list[str] = []
    fake_send = HTTPAdapter.send

    def send(adapter: HTTPAdapter, request: PreparedRequest, **how: Any) -> Response:
        for frame in reversed(inspect.stack(context=0)):
            path = Path(frame.filename).resolve()
            if PLUGINS in path.parents:
                recorded.append(f"{path.relative_to(PLUGINS).as_posix()} {frame.function}")
        return fake_send(adapter, request, **how)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    return recorded


def functions(frames: list[str]) -> list[str]:
    return [frame.rpartition(" ")[2] for frame in frames]


def listed(frames: list[str]) -> str:
    return "\n".join([f"{len(frames)} frames:", *frames])


@pytest.mark.parametrize("given", [{}, {"cache": False}, {"renew": True}, {"wire_format": "xml"}])
def test_login_is_at_most_ten_frames_deep(wire: FakeWire, frames: list[str], given: dict[str, Any]) -> None:
    wire.respond(200, body=sample_bytes("login", given.get("wire_format", "json")))
    assert run(rax_identity_token.main, username="u", api_key="k", **given)["exit_code"] == 0
    assert frames[0] == "modules/rax_identity_token.py main"
    assert frames[-1] == "module_utils/_http/transport.py _send", listed(frames)
    assert len(frames) <= MAX_FRAMES, listed(frames)


def test_only_the_client_has_a_function_named_log_in(wire: FakeWire, frames: list[str]) -> None:
    wire.respond(200, sample("login"))
    run(rax_identity_token.main, username="u", api_key="k")
    named = [frame for frame in frames if frame.endswith(" log_in")]
    assert named == ["module_utils/_api/client.py log_in"], listed(frames)
    assert len(set(functions(frames))) == len(frames), listed(frames)


def test_login_of_version_1_1_is_as_deep(wire: FakeWire, frames: list[str]) -> None:
    wire.respond(200, sample("login", "v11"))
    run(rax_identity_token.main, username="u", api_key="k", api_version="v1.1")
    assert len(frames) <= MAX_FRAMES, listed(frames)
    assert [frame for frame in frames if frame.endswith(" log_in")] == ["module_utils/_api/client_v11.py log_in"]
