# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access from the token cache: when a task logs in, and when nothing is sent at all."""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError, TransportError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import (
    AccessProvider,
    forget_everywhere,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import format_timestamp
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    DISABLED,
    MFA,
    PASSWORD,
    PIN,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("clock")


def log_in(cache_dir: Path | str | None, context: Context | None = None) -> None:
    settings = Settings.from_options({**login_options(""), "cache_dir": cache_dir})
    AccessProvider(settings, context or Context()).get_access()


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


# The second step of a login.

SECOND_STEP: dict[str, Any] = {"api_key": None, "session_id": "secretsession", "passcode": "1411594"}


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


def test_cached_login_is_current_until_it_expires(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.login().is_current is None
    is_current = task.login().is_current
    assert is_current
    assert is_current()
    clock.move(days=1)
    assert not is_current()


# Refusals.


def refuse(wire: FakeWire, kind: str) -> None:
    if kind == "unauthorized":
        wire.respond(401, UNAUTHORIZED)
    elif kind == "user_disabled":
        wire.respond(403, DISABLED)
    else:
        wire.respond(401, UNAUTHORIZED, headers=MFA)


KINDS = ["unauthorized", "user_disabled", "mfa_required"]
REMEMBERED = "The service refused this login moments ago, which is remembered for 30 seconds; renew=true asks again."


@pytest.mark.parametrize("kind", KINDS)
def test_one_refusal_for_all(wire: FakeWire, task: Task, clock: FakeClock, kind: str) -> None:
    refuse(wire, kind)
    first = task.fails(**by_password())
    for _time in range(3):
        clock.move(seconds=9)
        again = task.fails(**by_password())
        assert again.as_result() == {**first.as_result(), "msg": f"{first} {REMEMBERED}"}
        assert again.kind == kind
    assert len(wire.sent) == 1
    clock.move(seconds=3)
    wire.respond(200, issued())
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_another_secret_is_tried(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password(password="wrong"))
    wire.respond(200, issued())
    assert task.token(**by_password()) == "first"
    assert task.fails(**by_password(password="wrong")).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_renew_asks_again(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password())
    wire.respond(200, issued())
    assert task.token(**by_password(renew=True)) == "first"
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_no_cache_asks_again(wire: FakeWire, task: Task, kind: str) -> None:
    for _time in range(2):
        refuse(wire, kind)
        task.fails(**by_password(cache=False))


def test_challenge_asks_again(wire: FakeWire, task: Task) -> None:
    refuse(wire, "mfa_required")
    error = task.fails(**by_password())
    assert isinstance(error, MfaRequiredError)
    for _time in range(2):
        refuse(wire, "mfa_required")
        result = task.run(identity_token, **by_password(on_mfa="challenge"))
        assert result["mfa"] == {"required": True, "session_id": "secretsession", "factor": "PASSCODE"}
    # And what the challenge said is no one else's.
    assert task.fails(**by_password()).as_result() == {**error.as_result(), "msg": f"{error} {REMEMBERED}"}
    assert "secretsession" not in repr(files(task.directory))


def test_refusal_with_on_mfa_challenge_is_not_cached(wire: FakeWire, task: Task) -> None:
    for kind in KINDS:
        refuse(wire, kind)
        task.fails(**by_password(on_mfa="challenge"))
    refuse(wire, "mfa_required")
    task.fails(**by_password())
    assert len(wire.sent) == 4


def test_one_text_message(wire: FakeWire, task: Task) -> None:
    refuse(wire, "mfa_required")
    with pytest.raises(MfaRequiredError):
        task.run(identity_token, **by_password())
    for operation in (identity_token, token_info, identity_token):
        with pytest.raises(MfaRequiredError):
            task.run(operation, **by_password())
    assert len(wire.sent) == 1


@pytest.mark.parametrize(("status", "kind"), [(400, "bad_request"), (403, "forbidden"), (404, "not_found")])
def test_other_failures_are_not_cached(wire: FakeWire, task: Task, status: int, kind: str) -> None:
    for _time in range(2):
        wire.respond(status)
        assert task.fails().kind == kind
    assert not [name for name in files(task.directory) if name.endswith(".json")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_temporary_failures_are_not_cached(wire: FakeWire, task: Task, status: int) -> None:
    wire.respond(status)
    task.fails(retries=0)
    wire.respond(200, issued())
    assert task.token() == "first"


def test_lack_of_a_response_is_not_cached(wire: FakeWire, task: Task) -> None:
    wire.fail(requests.exceptions.ConnectTimeout())
    with pytest.raises(TransportError):
        task.login(retries=0)
    wire.respond(200, issued())
    assert task.token() == "first"


def test_refusal_to_renew_leaves_the_cached_token(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    refuse(wire, "user_disabled")
    assert task.fails(renew=True).kind == "user_disabled"
    # Only the service can tell whether it is still valid.
    assert task.token() == "first"


# Without a cache.


def reason_for_no_cache(task: Task) -> str:
    (warning,) = task.warnings
    head, tail = "Tokens are not cached: ", ". Every task logs in; set cache_dir to a directory of your own."
    assert warning.startswith(head)
    assert warning.endswith(tail)
    return warning[len(head) : -len(tail)]


def test_directory_that_others_can_access(wire: FakeWire, task: Task) -> None:
    task.directory.mkdir(mode=0o755)
    task.directory.chmod(0o755)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == (
        f"users other than its owner can access {task.directory}; remove it, or chmod it"
    )
    assert files(task.directory) == {}


def test_salt_that_is_a_symbolic_link(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    task.directory.mkdir(mode=0o700)
    (task.directory / "salt").symlink_to(tmp_path / "salt")
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == f"{task.directory}/salt is a symbolic link"


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_entry_that_others_can_access(wire: FakeWire, task: Task, mode: int) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    (path,) = task.directory.glob("*.json")
    path.chmod(mode)
    wire.respond(200, issued("second"))
    assert task.token() == "second"
    assert reason_for_no_cache(task) == f"users other than its owner can access {path}; remove it, or chmod it"
    assert b"second" not in path.read_bytes()


def test_no_locks(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task).endswith(".lock: No locks available")
    assert [name for name in files(task.directory) if name.endswith(".json")] == []


def test_home_that_cannot_be_written(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(_path: str, _mode: int = 0o777) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    wire.respond(200, issued())
    assert task.token() == "first"
    assert reason_for_no_cache(task) == f"{task.directory}: Read-only file system"


@pytest.mark.parametrize("cache_dir", [None, "~no-user-of-this-name/tokens"])
def test_no_home(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache_dir: str | None) -> None:
    def unknown_user(*_arguments: Any) -> Any:
        raise KeyError

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown_user)
    warnings: list[str] = []
    wire.respond(200, issued())
    log_in(cache_dir, Context(warn=warnings.append))
    (warning,) = warnings
    directory = cache_dir or "~/.cache/rackspace.identity"
    assert warning.startswith(f"Tokens are not cached: {directory} is not in a home directory that this system knows. ")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_directory_that_cannot_be_written_serves_no_token(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is revoked could not be removed from it.
    wire.respond(200, issued())
    assert task.token() == "first"
    monkeypatch.setattr(os, "access", lambda _path, _how: False)
    wire.respond(200, issued("second"))
    assert task.token() == "second"
    assert reason_for_no_cache(task) == f"{task.directory} cannot be written"


@pytest.mark.parametrize("refused", [False, True])
def test_disk_that_is_full(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, refused: bool) -> None:
    TokenCache(str(task.directory)).salt()

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    if refused:
        refuse(wire, "unauthorized")
        assert task.fails().kind == "unauthorized"
    else:
        wire.respond(200, issued())
        assert task.token() == "first"
    assert reason_for_no_cache(task).endswith(": No space left on device")


def test_revoke_without_a_cache(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    (path,) = task.directory.glob("*.json")
    path.chmod(0o644)
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    assert reason_for_no_cache(task) == f"users other than its owner can access {path}; remove it, or chmod it"


def test_forget_without_a_cache(task: Task) -> None:
    task.directory.mkdir(mode=0o700)
    task.directory.chmod(0o755)
    forget_everywhere(task.settings().cache, task.context(), "first")
    assert reason_for_no_cache(task) == (
        f"users other than its owner can access {task.directory}; remove it, or chmod it"
    )
    forget_everywhere(task.settings(cache=False).cache, task.context(), "first")
    assert len(task.warnings) == 1


# Waiting for others.


def while_waiting(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen before the next attempt to take the lock."""
    flock = fcntl.flock

    def flock_after_that(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        happens()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_that)


@pytest.mark.parametrize("left", [86400, 300, 299, 10, 0, -3600])
def test_task_that_waited_takes_the_token_of_the_other(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    def another_logs_in() -> None:
        wire.respond(200, issued("theirs", NOON + timedelta(seconds=left)))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    login = task.login()
    # Just issued: whatever its life, another login would not get a better one.
    assert (login.access.token.id, login.cached) == ("theirs", True)
    assert len(wire.sent) == 1


def test_task_that_waited_takes_it_in_place_of_a_cached_one(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"

    def another_logs_in() -> None:
        wire.respond(200, issued("theirs", soon))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    assert task.token() == "theirs"
    # But a task that comes later does not.
    wire.respond(200, issued("ours", soon))
    assert task.token() == "ours"


def test_task_that_waited_in_vain_does_not_take_the_cached_one(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: None)
    wire.respond(200, issued("second", soon))
    assert task.token() == "second"


def test_task_that_waited_to_renew_logs_in(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_logs_in() -> None:
        wire.respond(200, issued("theirs"))
        assert task.token() == "theirs"
        wire.respond(200, issued("ours"))

    while_waiting(monkeypatch, another_logs_in)
    login = task.login(renew=True)
    assert (login.access.token.id, login.cached) == ("ours", False)
    assert len(wire.sent) == 2


def test_task_that_waited_logs_in_if_the_cached_one_was_revoked(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: forget_everywhere(task.settings().cache, task.context(), "first"))
    wire.respond(200, issued("second", soon))
    assert task.token() == "second"


def test_patience_covers_a_whole_login(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    patiences = []

    def lock(_login: CachedLogin, patience: float) -> Any:
        patiences.append(patience)
        raise CacheUnusableError("no locks")

    monkeypatch.setattr(CachedLogin, "lock", lock)
    wire.respond(200, issued())
    task.login(timeout=7.0, retry_max_wait=11.0)
    # The longest call, and what comes with it.
    assert patiences == [11.0 + 3 * 7.0 + 5.0]
    assert reason_for_no_cache(task) == "no locks"
