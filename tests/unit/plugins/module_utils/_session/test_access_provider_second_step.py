# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second step of a login with the token cache: one passcode, sent once, serves every later login."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    MFA,
    PASSWORD,
    REMEMBERED,
    SECOND_STEP,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
    refuse,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

pytestmark = pytest.mark.usefixtures("clock")


def first_step(wire: FakeWire, task: Task, **given: Any) -> None:
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    result = task.run(identity_token, **by_password(on_mfa="challenge", **given))
    assert result["mfa"] == {"required": True, "session_id": "secretsession", "factor": "PASSCODE"}


def second_step(wire: FakeWire, task: Task, token: str = "first", **given: Any) -> None:
    wire.respond(200, issued(token))
    login = task.login(**SECOND_STEP, **given)
    assert (login.access.token.id, login.cached) == (token, False)


def test_one_passcode_serves_every_later_login(wire: FakeWire, task: Task) -> None:
    first_step(wire, task)
    second_step(wire, task)
    for _time in range(2):
        login = task.login(**by_password())
        assert (login.access.token.id, login.cached) == ("first", True)
    wire.respond(200, sample("validated"))
    assert task.run(token_info, **by_password())["valid"] is True
    assert task.run(identity_token, **by_password(on_mfa="challenge"))["mfa"] is None
    assert [one.method for one in wire.sent] == ["POST", "POST", "GET"]


def test_second_step_after_a_failed_first_serves_every_later_login(wire: FakeWire, task: Task) -> None:
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    assert task.fails(**by_password()).kind == "mfa_required"
    second_step(wire, task)
    # Although that refusal is not forgotten yet.
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("username", [None, "demoauthor"])
def test_second_step_with_or_without_the_username(wire: FakeWire, task: Task, username: str | None) -> None:
    first_step(wire, task)
    second_step(wire, task, username=username)
    assert task.token(**by_password()) == "first"


def test_passcode_is_sent_once(wire: FakeWire, task: Task) -> None:
    first_step(wire, task)
    second_step(wire, task)
    login = task.login(**SECOND_STEP)
    assert (login.access.token.id, login.cached) == ("first", True)
    assert len(wire.sent) == 2


def test_passcode_without_a_first_step_in_this_cache_is_sent_once(wire: FakeWire, task: Task) -> None:
    second_step(wire, task)
    assert task.token(**SECOND_STEP) == "first"
    assert len(wire.sent) == 1
    refuse(wire, "mfa_required")
    assert task.fails(**by_password()).kind == "mfa_required"


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ({"tenant_id": "7"}, {"tenant_id": "7"}, True),
        ({"tenant_name": "n"}, {"tenant_name": "n"}, True),
        ({"tenant_id": "7"}, {}, False),
        ({}, {"tenant_id": "7"}, False),
        ({"apply_rcn_roles": True}, {"apply_rcn_roles": True}, True),
        ({"apply_rcn_roles": True}, {}, False),
    ],
)
def test_second_step_serves_logins_that_ask_for_the_same(
    wire: FakeWire, task: Task, first: dict[str, Any], second: dict[str, Any], shared: bool
) -> None:
    first_step(wire, task, **first)
    second_step(wire, task, **second)
    if shared:
        assert task.token(**by_password(**first)) == "first"
    else:
        refuse(wire, "mfa_required")
        assert task.fails(**by_password(**first)).kind == "mfa_required"


def test_second_step_takes_the_tenant_of_the_file_as_the_first_did(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text(
        f"[rackspace_cloud]\nusername = demoauthor\npassword = {PASSWORD}\ntenant_id = 7\n", encoding="utf-8"
    )
    path.chmod(0o600)
    from_file: dict[str, Any] = {"username": None, "api_key": None, "credentials_file": str(path)}
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    task.run(identity_token, **from_file, on_mfa="challenge")
    second_step(wire, task, credentials_file=str(path))
    assert wire.sent[-1].json["auth"]["tenantId"] == "7"
    assert task.token(**from_file) == "first"


def test_second_step_to_an_unverified_service_does_not_serve_verified_logins(wire: FakeWire, task: Task) -> None:
    first_step(wire, task)
    second_step(wire, task, validate_certs=False)
    refuse(wire, "mfa_required")
    assert task.fails(**by_password()).kind == "mfa_required"


def test_wrong_passcode_is_refused_once(wire: FakeWire, task: Task) -> None:
    first_step(wire, task)
    refuse(wire, "unauthorized")
    text = str(task.fails(**SECOND_STEP))
    # Too many wrong ones lock the account.
    assert str(task.fails(**SECOND_STEP)) == f"{text} {REMEMBERED}"
    assert len(wire.sent) == 2
    # Another passcode is tried, and the first step is not refused by it.
    wire.respond(200, issued())
    assert task.token(**{**SECOND_STEP, "passcode": "2522605"}) == "first"
    assert task.token(**by_password()) == "first"


def test_second_step_is_revoked_under_either_login(wire: FakeWire, task: Task) -> None:
    for given in (by_password(), SECOND_STEP):
        first_step(wire, task)
        second_step(wire, task)
        wire.sent.clear()
        wire.respond(204)
        assert task.run(token_revoke, **given) == {"changed": True, "revoked": True}
        assert wire.only.headers["X-Auth-Token"] == "first"
        assert not [content for content in files(task.directory).values() if b'"first"' in content]


def test_second_step_without_a_cache(wire: FakeWire, task: Task) -> None:
    for token in ("first", "second"):
        first_step(wire, task, cache=False)
        second_step(wire, task, token, cache=False)
    assert not task.directory.exists()
