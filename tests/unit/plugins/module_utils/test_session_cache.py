# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions and the token cache: when somebody logs in, and when the service is not asked at all."""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils import _inspect, _login, _revoke, _session
from ansible_collections.rackspace.identity.plugins.module_utils._cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MfaRequiredError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._remembered import RememberedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import (
    API_KEY,
    DISABLED,
    MFA,
    NOON,
    PASSWORD,
    PIN,
    UNAUTHORIZED,
    SetClock,
    Task,
    by_password,
    files,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("clock")


# One login.


def test_second_task_does_not_log_in(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    first, second = task.session(), task.session()
    assert (first.cached, second.cached) == (False, True)
    assert first.access.token == second.access.token
    assert first.access.user == second.access.user
    assert first.access.endpoints == second.access.endpoints
    assert (first.identity_url, first.login) == (second.identity_url, second.login)
    assert len(wire.sent) == 1
    assert task.warnings == []


def test_by_password_too(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    assert [task.token(**by_password()) for _time in range(3)] == ["first"] * 3


def test_default_folder(wire: FakeWire, home: Path) -> None:
    wire.answer(200, issued())
    for _time in range(2):
        _session.log_in({**login_options(""), "cache_dir": None}, Context())
    assert len(files(home / ".cache" / "rackspace.identity")) == 3


def test_folder_of_the_desktop_standard(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    wire.answer(200, issued())
    _session.log_in({**login_options(""), "cache_dir": None}, Context())
    assert len(files(tmp_path / "xdg" / "rackspace.identity")) == 3


def test_folder_in_the_home(wire: FakeWire, home: Path) -> None:
    wire.answer(200, issued())
    _session.log_in(login_options("~/here"), Context())
    assert len(files(home / "here")) == 3


def test_no_cache(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    wire.answer(200, issued("second"))
    assert [task.token(cache=False) for _time in range(2)] == ["first", "second"]
    assert not task.folder.exists()


def test_renew(wire: FakeWire, task: Task) -> None:
    for token in ("first", "second"):
        wire.answer(200, issued(token))
    assert task.token() == "first"
    renewed = task.session(renew=True)
    assert (renewed.access.token.id, renewed.cached) == ("second", False)
    assert task.token() == "second"


def test_nothing_secret_is_written(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    task.session()
    wire.answer(200, issued())
    task.session(**by_password())
    wire.answer(200, issued())
    task.session(username=None, api_key=None, token="oldtokensecret", tenant_id="1")
    wire.answer(401, UNAUTHORIZED)
    task.fails(api_key="wrongkeysecret")
    wire.answer(401, UNAUTHORIZED, headers=MFA)
    task.fails(**by_password(tenant_id="9"))
    written = files(task.folder)
    assert len(written) == 1 + 2 * 5
    for secret in (API_KEY, PASSWORD, "oldtokensecret", "wrongkeysecret", "secretsession", PIN):
        assert secret not in repr(written)
    assert "first" not in repr(list(written))
    assert all(content == b"" for name, content in written.items() if name.endswith(".lock"))


def test_passcode_is_not_remembered(wire: FakeWire, task: Task) -> None:
    given = {"username": "u", "api_key": None, "session_id": "secretsession", "passcode": "1411594"}
    wire.answer(200, sample("login_with_passcode"))
    task.session(**given)
    wire.answer(401, UNAUTHORIZED)
    task.fails(**given)
    wire.answer(401, UNAUTHORIZED)
    task.fails(**given)
    assert not task.folder.exists()


# Whose token.


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
    {"api_key": None, "password": API_KEY},
    {"username": None, "api_key": None, "token": API_KEY, "tenant_id": "1"},
]


@pytest.mark.parametrize("given", ANOTHER_LOGIN)
def test_another_login_gets_a_token_of_its_own(wire: FakeWire, task: Task, given: dict[str, Any]) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    wire.answer(200, issued("second"))
    assert task.token(**given) == "second"
    assert (task.token(), task.token(**given)) == ("first", "second")


def test_another_version_gets_a_token_of_its_own(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    document = sample("login", "v11")
    document["auth"]["token"]["expires"] = "2026-02-01T12:00:00.000-06:00"
    wire.answer(200, document)
    assert task.token(api_version="v1.1") == "aaaaa-bbbb-cccc-ddddd"
    assert (task.token(), task.token(api_version="v1.1")) == ("first", "aaaaa-bbbb-cccc-ddddd")


def test_another_user_of_the_machine(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    theirs = Task(tmp_path / "theirs")
    theirs.folder.mkdir(mode=0o700)
    wire.answer(401, UNAUTHORIZED)
    theirs.fails(api_key="another")
    (name,) = [path for path in task.folder.iterdir() if path.suffix == ".json"]
    (theirs.folder / name.name).write_bytes(name.read_bytes())
    (theirs.folder / name.name).chmod(0o600)
    wire.answer(200, issued("second"))
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
    wire.answer(200, issued())
    assert task.token() == "first"
    assert task.token(**given) == "first"


def test_the_same_login_out_of_a_file(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    path = tmp_path / "credentials"
    path.write_text(f"[rackspace_cloud]\nusername = demoauthor\napi_key = {API_KEY}\n", encoding="utf-8")
    path.chmod(0o600)
    assert task.token(username=None, api_key=None, credentials_file=str(path)) == "first"
    path.write_text("[rackspace_cloud]\nusername = demoauthor\napi_key = another\n", encoding="utf-8")
    wire.answer(200, issued("second"))
    assert task.token(username=None, api_key=None, credentials_file=str(path)) == "second"


# Time.


def test_expiry_during_a_play(wire: FakeWire, task: Task, clock: SetClock) -> None:
    wire.answer(200, issued("first", NOON + timedelta(hours=1)))
    assert task.token() == "first"
    clock.move(minutes=55)
    assert task.token() == "first"
    clock.move(seconds=1)
    wire.answer(200, issued("second", NOON + timedelta(hours=2)))
    assert task.token() == "second"
    clock.move(hours=2)
    wire.answer(200, issued("third", NOON + timedelta(hours=4)))
    assert task.token() == "third"


@pytest.mark.parametrize(("min_ttl", "token"), [(0, "first"), (3599, "first"), (3600, "first"), (3601, "second")])
def test_min_ttl(wire: FakeWire, task: Task, min_ttl: int, token: str) -> None:
    wire.answer(200, issued("first", NOON + timedelta(hours=1)))
    assert task.token() == "first"
    if token == "second":
        wire.answer(200, issued("second", NOON + DAY))
    assert task.token(min_ttl=min_ttl) == token


@pytest.mark.parametrize("left", [-3600, 0, 10])
def test_a_token_just_issued_is_used_whatever_its_life(wire: FakeWire, task: Task, left: int) -> None:
    for token in ("first", "second"):
        wire.answer(200, issued(token, NOON + timedelta(seconds=left)))
        session = task.session()
        assert (session.access.token.id, session.cached) == (token, False)
    assert task.warnings == []


def test_clock_set_back(wire: FakeWire, task: Task, clock: SetClock) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    clock.move(hours=-2)
    wire.answer(200, issued("second"))
    assert task.token() == "second"
    assert task.token() == "second"
    clock.move(hours=2)
    assert task.token() == "second"


def test_clock_of_the_service_is_a_little_ahead(wire: FakeWire, task: Task, clock: SetClock) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    clock.move(seconds=-30)
    assert task.token() == "first"


@pytest.mark.parametrize("hours", [-3, 0, 2])
def test_clock_of_the_service_is_wrong(wire: FakeWire, task: Task, clock: SetClock, hours: int) -> None:
    """A token that lives for an hour, whatever time it is there: the header Date tells."""
    there = clock.now + timedelta(hours=hours)
    date = ("Date", there.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    wire.answer(200, issued("first", there + timedelta(hours=1)), headers=[date])
    result = task.run(_login)
    assert (result["token"]["expires_in"], result["token"]["expires"]) == (
        3600,
        format_time(there + timedelta(hours=1)),
    )
    clock.move(minutes=55)
    result = task.run(_login)
    assert (result["token"]["id"], result["token"]["expires_in"]) == ("first", 300)
    clock.move(seconds=1)
    wire.answer(200, issued("second", there + timedelta(hours=2)), headers=[date])
    assert task.token() == "second"


def test_still_good(wire: FakeWire, task: Task, clock: SetClock) -> None:
    wire.answer(200, issued())
    assert task.session().still_good is None
    good = task.session().still_good
    assert good
    assert good()
    clock.move(days=1)
    assert not good()


# Refusals.


def refuse(wire: FakeWire, kind: str) -> None:
    if kind == "unauthorized":
        wire.answer(401, UNAUTHORIZED)
    elif kind == "user_disabled":
        wire.answer(403, DISABLED)
    else:
        wire.answer(401, UNAUTHORIZED, headers=MFA)


KINDS = ["unauthorized", "user_disabled", "mfa_required"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_refusal_for_all(wire: FakeWire, task: Task, clock: SetClock, kind: str) -> None:
    refuse(wire, kind)
    first = task.fails(**by_password())
    for _time in range(3):
        clock.move(seconds=9)
        again = task.fails(**by_password())
        assert again.as_result() == first.as_result()
        assert again.kind == kind
    assert len(wire.sent) == 1
    clock.move(seconds=3)
    wire.answer(200, issued())
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_another_secret_is_tried(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password(password="wrong"))
    wire.answer(200, issued())
    assert task.token(**by_password()) == "first"
    assert task.fails(**by_password(password="wrong")).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_renew_asks_again(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password())
    wire.answer(200, issued())
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
        result = task.run(_login, **by_password(on_mfa="challenge"))
        assert result["mfa"] == {"required": True, "session_id": "secretsession", "factor": "PASSCODE"}
    # And what the challenge said is nobody else's.
    assert task.fails(**by_password()).as_result() == error.as_result()
    assert "secretsession" not in repr(files(task.folder))


def test_challenge_is_not_remembered_as_a_refusal(wire: FakeWire, task: Task) -> None:
    for kind in KINDS:
        refuse(wire, kind)
        task.fails(**by_password(on_mfa="challenge"))
    refuse(wire, "mfa_required")
    task.fails(**by_password())
    assert len(wire.sent) == 4


def test_one_text_message(wire: FakeWire, task: Task) -> None:
    refuse(wire, "mfa_required")
    with pytest.raises(MfaRequiredError):
        task.run(_login, **by_password())
    for operation in (_login, _inspect, _login):
        with pytest.raises(MfaRequiredError):
            task.run(operation, **by_password())
    assert len(wire.sent) == 1


@pytest.mark.parametrize(("status", "kind"), [(400, "bad_request"), (403, "forbidden"), (404, "not_found")])
def test_other_failures_are_not_remembered(wire: FakeWire, task: Task, status: int, kind: str) -> None:
    for _time in range(2):
        wire.answer(status)
        assert task.fails().kind == kind
    assert not [name for name in files(task.folder) if name.endswith(".json")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_temporary_failures_are_not_remembered(wire: FakeWire, task: Task, status: int) -> None:
    wire.answer(status)
    task.fails(retries=0)
    wire.answer(200, issued())
    assert task.token() == "first"


def test_no_answer_is_not_remembered(wire: FakeWire, task: Task) -> None:
    wire.fail(requests.exceptions.ConnectTimeout())
    with pytest.raises(TransportError):
        task.session(retries=0)
    wire.answer(200, issued())
    assert task.token() == "first"


def test_refusal_after_renew_keeps_what_was_there(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    refuse(wire, "user_disabled")
    assert task.fails(renew=True).kind == "user_disabled"
    # Whether it still lives, only the service can tell.
    assert task.token() == "first"


# Without a cache.


def no_cache(task: Task) -> str:
    (warning,) = task.warnings
    head, tail = "Tokens are not cached: ", ". Each task logs in anew; set cache_dir to a folder of your own."
    assert warning.startswith(head)
    assert warning.endswith(tail)
    return warning[len(head) : -len(tail)]


def test_folder_for_others(wire: FakeWire, task: Task) -> None:
    task.folder.mkdir(mode=0o755)
    task.folder.chmod(0o755)
    wire.answer(200, issued())
    assert task.token() == "first"
    assert no_cache(task) == f"{task.folder} can be used by others than its owner; remove it, or chmod it"
    assert files(task.folder) == {}


def test_salt_that_is_a_link(wire: FakeWire, task: Task, tmp_path: Path) -> None:
    task.folder.mkdir(mode=0o700)
    (task.folder / "salt").symlink_to(tmp_path / "salt")
    wire.answer(200, issued())
    assert task.token() == "first"
    assert no_cache(task) == f"{task.folder}/salt is a link"


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_document_for_others(wire: FakeWire, task: Task, mode: int) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    (path,) = task.folder.glob("*.json")
    path.chmod(mode)
    wire.answer(200, issued("second"))
    assert task.token() == "second"
    assert no_cache(task) == f"{path} can be used by others than its owner; remove it, or chmod it"
    assert b"second" not in path.read_bytes()


def test_no_locks(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    wire.answer(200, issued())
    assert task.token() == "first"
    assert no_cache(task).endswith(".lock: No locks available")
    assert [name for name in files(task.folder) if name.endswith(".json")] == []


def test_home_that_cannot_be_written(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(_path: str, _mode: int = 0o777) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    wire.answer(200, issued())
    assert task.token() == "first"
    assert no_cache(task) == f"{task.folder}: Read-only file system"


@pytest.mark.parametrize("folder_option", [None, "~nobody-of-this-name/tokens"])
def test_no_home(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder_option: str | None) -> None:
    def nobody(*_arguments: Any) -> Any:
        raise KeyError

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    warnings: list[str] = []
    wire.answer(200, issued())
    _session.log_in({**login_options(""), "cache_dir": folder_option}, Context(warn=warnings.append))
    (warning,) = warnings
    folder = folder_option or "~/.cache/rackspace.identity"
    assert warning.startswith(f"Tokens are not cached: {folder} is in no home that this system knows. ")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("refused", [False, True])
def test_disk_that_is_full(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, refused: bool) -> None:
    TokenCache(str(task.folder)).salt()

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    if refused:
        refuse(wire, "unauthorized")
        assert task.fails().kind == "unauthorized"
    else:
        wire.answer(200, issued())
        assert task.token() == "first"
    assert no_cache(task).endswith(": No space left on device")


def test_revoke_without_a_cache(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    assert task.token() == "first"
    (path,) = task.folder.glob("*.json")
    path.chmod(0o644)
    assert task.run(_revoke) == {"changed": False, "revoked": False}
    assert no_cache(task).startswith(str(path))


def test_forget_without_a_cache(task: Task) -> None:
    task.folder.mkdir(mode=0o700)
    task.folder.chmod(0o755)
    _session.forget(login_options(task.folder), task.context(), "first")
    assert no_cache(task).startswith(str(task.folder))
    _session.forget(login_options(task.folder, cache=False), task.context(), "first")
    assert len(task.warnings) == 1


# Waiting for others.


def while_waiting(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen before the next one who asks for the lock gets it."""
    flock = fcntl.flock

    def flock_after_it(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        happens()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_it)


@pytest.mark.parametrize("left", [86400, 300, 299, 10, 0, -3600])
def test_who_waited_takes_what_the_other_got(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    def another_logs_in() -> None:
        wire.answer(200, issued("theirs", NOON + timedelta(seconds=left)))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    session = task.session()
    # Just issued: whatever its life, another login would get no better one.
    assert (session.access.token.id, session.cached) == ("theirs", True)
    assert len(wire.sent) == 1


def test_who_waited_takes_it_in_place_of_one_that_was_there(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.answer(200, issued("first", soon))
    assert task.token() == "first"

    def another_logs_in() -> None:
        wire.answer(200, issued("theirs", soon))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    assert task.token() == "theirs"
    # But nobody who comes later does.
    wire.answer(200, issued("ours", soon))
    assert task.token() == "ours"


def test_who_waited_for_nothing_does_not_take_what_was_there(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.answer(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: None)
    wire.answer(200, issued("second", soon))
    assert task.token() == "second"


def test_who_waited_to_renew_does_so(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_logs_in() -> None:
        wire.answer(200, issued("theirs"))
        assert task.token() == "theirs"
        wire.answer(200, issued("ours"))

    while_waiting(monkeypatch, another_logs_in)
    session = task.session(renew=True)
    assert (session.access.token.id, session.cached) == ("ours", False)
    assert len(wire.sent) == 2


def test_who_waited_logs_in_where_the_other_was_revoked(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.answer(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: _session.forget(login_options(task.folder), task.context(), "first"))
    wire.answer(200, issued("second", soon))
    assert task.token() == "second"


def test_patience_covers_a_whole_login(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    patiences = []

    def lock(_place: RememberedLogin, patience: float) -> Any:
        patiences.append(patience)
        raise CacheUnusableError("no locks")

    monkeypatch.setattr(RememberedLogin, "lock", lock)
    wire.answer(200, issued())
    task.session(timeout=7.0, retry_max_wait=11.0)
    assert patiences == [30.0]
    assert no_cache(task) == "no locks"
