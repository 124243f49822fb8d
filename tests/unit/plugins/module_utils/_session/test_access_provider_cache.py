# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access from the token cache: which login it serves, for how long, and when nothing is sent at all."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import format_timestamp
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    MFA,
    PASSWORD,
    PIN,
    SECOND_STEP,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
    log_in,
    log_in_while_read,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("clock")


# One login.


def test_second_task_does_not_log_in(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    first, second = task.login(), task.login()
    assert (first.cached, second.cached) == (False, True)
    assert first.access.token == second.access.token
    assert first.access.user == second.access.user
    assert flatten(first.access.services) == flatten(second.access.services)
    assert (first.identity_url, first.username) == (second.identity_url, second.username)
    assert len(wire.sent) == 1
    assert task.warnings == []


def test_by_password_too(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert [task.token(**by_password()) for _time in range(3)] == ["first"] * 3


def test_default_directory(wire: FakeWire, home: Path) -> None:
    wire.respond(200, issued())
    for _time in range(2):
        log_in(None)
    assert len(files(home / ".cache" / "rackspace.identity")) == 3


def test_directory_of_the_xdg_standard(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    wire.respond(200, issued())
    log_in(None)
    assert len(files(tmp_path / "xdg" / "rackspace.identity")) == 3


def test_directory_in_the_home(wire: FakeWire, home: Path) -> None:
    wire.respond(200, issued())
    log_in("~/here")
    assert len(files(home / "here")) == 3


def test_no_cache(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    wire.respond(200, issued("second"))
    assert [task.token(cache=False) for _time in range(2)] == ["first", "second"]
    assert not task.directory.exists()


def test_renew(wire: FakeWire, task: Task) -> None:
    for token in ("first", "second"):
        wire.respond(200, issued(token))
    assert task.token() == "first"
    renewed = task.login(renew=True)
    assert (renewed.access.token.id, renewed.cached) == ("second", False)
    assert task.token() == "second"


def test_nothing_secret_is_written(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    task.login()
    wire.respond(200, issued())
    task.login(**by_password())
    wire.respond(200, issued())
    task.login(username=None, api_key=None, token="oldtokensecret", tenant_id="1")
    wire.respond(401, UNAUTHORIZED)
    task.fails(api_key="wrongkeysecret")
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    task.fails(**by_password(tenant_id="9"))
    wire.respond(401, UNAUTHORIZED)
    task.fails(**SECOND_STEP)
    wire.respond(200, sample("login_with_passcode"))
    task.login(**{**SECOND_STEP, "passcode": "2522605"})
    written = files(task.directory)
    # A salt; an entry and a lock for each login; and which login the session belongs to.
    assert len(written) == 1 + 2 * 7 + 1
    secrets = (API_KEY, PASSWORD, "oldtokensecret", "wrongkeysecret", "secretsession", "1411594", "2522605", PIN)
    for secret in secrets:
        assert secret not in repr(written)
    assert "first" not in repr(list(written))
    assert all(content == b"" for name, content in written.items() if name.endswith(".lock"))


def test_parents_of_the_directory_are_private_whatever_the_mask(wire: FakeWire, home: Path) -> None:
    wire.respond(200, issued())
    before = os.umask(0)
    try:
        log_in(None)
    finally:
        os.umask(before)
    for path in (home / ".cache", home / ".cache" / "rackspace.identity"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


# Which login a token belongs to.


ANOTHER_LOGIN: list[dict[str, Any]] = [
    {"api_key": "another"},
    {"username": "another"},
    {"tenant_id": "1"},
    {"tenant_name": "1"},
    {"identity_url": "https://lon.identity.api.rackspacecloud.com"},
    {"scope": "setup-mfa"},
    {"apply_rcn_roles": True},
    {"include_accessible_domains": True},
    {"include_endpoints": False},
    {"validate_certs": False},
    {"api_key": None, "password": API_KEY},
    {"username": None, "api_key": None, "token": API_KEY, "tenant_id": "1"},
]


@pytest.mark.parametrize("unverified_first", [True, False])
def test_token_of_an_unverified_login_never_serves_a_verified_one(
    wire: FakeWire, task: Task, unverified_first: bool
) -> None:
    for validate_certs, token in ((not unverified_first, "first"), (unverified_first, "second")):
        wire.respond(200, issued(token))
        assert task.token(validate_certs=validate_certs) == token
        assert (wire.sent[-1].verify is not False) is validate_certs
    assert task.token(validate_certs=unverified_first) == "second"
    assert task.token(validate_certs=not unverified_first) == "first"
    assert len(wire.sent) == 2


@pytest.mark.parametrize("given", ANOTHER_LOGIN)
def test_another_login_gets_a_token_of_its_own(wire: FakeWire, task: Task, given: dict[str, Any]) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    wire.respond(200, issued("second"))
    assert task.token(**given) == "second"
    assert (task.token(), task.token(**given)) == ("first", "second")


def test_another_version_gets_a_token_of_its_own(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    payload = sample("login", "v11")
    payload["auth"]["token"]["expires"] = "2026-02-01T12:00:00.000-06:00"
    wire.respond(200, payload)
    assert task.token(api_version="v1.1") == "aaaaa-bbbb-cccc-ddddd"
    assert (task.token(), task.token(api_version="v1.1")) == ("first", "aaaaa-bbbb-cccc-ddddd")


def test_another_user_of_the_machine(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    theirs = Task(tmp_path / "theirs")
    theirs.directory.mkdir(mode=0o700)
    wire.respond(401, UNAUTHORIZED)
    theirs.fails(api_key="another")
    (name,) = [path for path in task.directory.iterdir() if path.suffix == ".json"]
    (theirs.directory / name.name).write_bytes(name.read_bytes())
    (theirs.directory / name.name).chmod(0o600)
    wire.respond(200, issued("second"))
    assert theirs.token() == "second"


@pytest.mark.parametrize(
    "given",
    [
        {"identity_url": "https://identity.api.rackspacecloud.com"},
        {"identity_url": "https://identity.api.rackspacecloud.com/"},
        {"identity_url": "https://identity.api.rackspacecloud.com/v2.0/"},
        {"identity_url": "https://identity.api.rackspacecloud.com/v1.1"},
        {"wire_format": "xml"},
        {"timeout": 1.0},
        {"retries": 0},
        {"username": " demoauthor "},
        {"api_key": f" {API_KEY}\n"},
        {"on_mfa": "challenge"},
        {"min_ttl": 0},
    ],
)
def test_the_same_login_in_other_words(wire: FakeWire, task: Task, given: dict[str, Any]) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    assert task.token(**given) == "first"


def test_the_same_login_from_a_file(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    path = tmp_path / "credentials"
    path.write_text(f"[rackspace_cloud]\nusername = demoauthor\napi_key = {API_KEY}\n", encoding="utf-8")
    path.chmod(0o600)
    assert task.token(username=None, api_key=None, credentials_file=str(path)) == "first"
    path.write_text("[rackspace_cloud]\nusername = demoauthor\napi_key = another\n", encoding="utf-8")
    wire.respond(200, issued("second"))
    assert task.token(username=None, api_key=None, credentials_file=str(path)) == "second"


# Time.


def test_expiry_during_a_play(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued("first", NOON + timedelta(hours=1)))
    assert task.token() == "first"
    clock.move(minutes=55)
    assert task.token() == "first"
    clock.move(seconds=1)
    wire.respond(200, issued("second", NOON + timedelta(hours=2)))
    assert task.token() == "second"
    clock.move(hours=2)
    wire.respond(200, issued("third", NOON + timedelta(hours=4)))
    assert task.token() == "third"


@pytest.mark.parametrize(("min_ttl", "token"), [(0, "first"), (3599, "first"), (3600, "first"), (3601, "second")])
def test_min_ttl(wire: FakeWire, task: Task, min_ttl: int, token: str) -> None:
    wire.respond(200, issued("first", NOON + timedelta(hours=1)))
    assert task.token() == "first"
    if token == "second":
        wire.respond(200, issued("second", NOON + DAY))
    assert task.token(min_ttl=min_ttl) == token


@pytest.mark.parametrize("left", [-3600, 0, 10])
def test_token_just_issued_is_used_whatever_its_life(wire: FakeWire, task: Task, left: int) -> None:
    for token in ("first", "second"):
        wire.respond(200, issued(token, NOON + timedelta(seconds=left)))
        login = task.login()
        assert (login.access.token.id, login.cached) == (token, False)
    assert task.warnings == []


def test_clock_set_back(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    clock.move(hours=-2)
    wire.respond(200, issued("second"))
    assert task.token() == "second"
    assert task.token() == "second"
    clock.move(hours=2)
    assert task.token() == "second"


def test_clock_of_the_service_is_a_little_ahead(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    clock.move(seconds=-30)
    assert task.token() == "first"


@pytest.mark.parametrize("hours", [-3, 0, 2])
def test_clock_of_the_service_is_wrong(wire: FakeWire, task: Task, clock: FakeClock, hours: int) -> None:
    """Issue a token that lives for an hour, whatever time it is there: the header Date tells."""
    there = clock.time + timedelta(hours=hours)
    date = ("Date", there.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    wire.respond(200, issued("first", there + timedelta(hours=1)), headers=[date])
    result = task.run(identity_token)
    assert (result["token"]["expires_in"], result["token"]["expires"]) == (
        3600,
        format_timestamp(there + timedelta(hours=1)),
    )
    clock.move(minutes=55)
    result = task.run(identity_token)
    assert (result["token"]["id"], result["token"]["expires_in"]) == ("first", 300)
    clock.move(seconds=1)
    wire.respond(200, issued("second", there + timedelta(hours=2)), headers=[date])
    assert task.token() == "second"


def test_cached_login_is_not_current_if_another_took_its_place_while_it_was_read(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.respond(200, issued())
    task.login()
    log_in_while_read(monkeypatch, wire, task)
    login = task.login()
    assert login.access.token.id == "first"
    assert login.is_current
    assert not login.is_current()


def test_cached_login_is_current_until_it_expires(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.login().is_current is None
    is_current = task.login().is_current
    assert is_current
    assert is_current()
    clock.move(days=1)
    assert not is_current()
