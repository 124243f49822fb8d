# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cached tokens that are no longer valid: rejected by the service, or revoked."""

from __future__ import annotations

import errno
import os
from typing import Any
from unittest.mock import MagicMock

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import token_info, token_revoke
from ansible_collections.rackspace.identity.plugins.module_utils._session.authenticated_client import (
    AuthenticatedClient,
    open_authenticated_client,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    DISABLED,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
    keep_what_is_to_be_removed,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

FORBIDDEN = {"forbidden": {"code": 403, "message": "Not yours."}}
GONE = {"itemNotFound": {"code": 404, "message": "Token not found."}}


pytestmark = pytest.mark.usefixtures("clock")


# Tokens that the service rejects.


def sent(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Return the method, the end of the path, and the token of each request."""
    return [
        (one.method, one.url.partition("?")[0].rpartition("/v2.0/")[2], one.headers.get("X-Auth-Token"))
        for one in wire.sent
    ]


def cache(wire: FakeWire, task: Task, token: str = "first", **given: Any) -> None:
    wire.respond(200, issued(token))
    task.login(**given)
    wire.sent.clear()


def validate(client: AuthenticatedClient) -> None:
    client.call(lambda token: client.identity.validate_token("subject", auth_token=token))


VALID = sample("validated")
LOGGED_IN = ("POST", "tokens", None)


def test_rejected_token_is_replaced(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    assert task.run(token_info, subject_token="subject")["valid"] is True
    assert sent(wire) == [
        ("GET", "tokens/subject", "first"),
        LOGGED_IN,
        ("GET", "tokens/subject", "second"),
    ]
    assert task.token() == "second"


def test_rejected_token_is_not_served_again_where_the_new_one_cannot_be_cached(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full_disk)
        assert task.run(token_info, subject_token="subject")["valid"] is True
    assert "No space left on device" in task.warnings[0]
    wire.respond(200, issued("third"))
    assert task.token() == "third"


def full_disk(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("back", [{"seconds": -30}, {"hours": -5}])
def test_token_from_before_the_clock_was_set_back_is_revoked(
    wire: FakeWire, task: Task, clock: FakeClock, back: dict[str, float]
) -> None:
    cache(wire, task)
    clock.move(**back)
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert sent(wire) == [("DELETE", "tokens", "first")]
    wire.respond(200, issued("second"))
    assert task.token() == "second"


def test_second_rejection_is_an_error(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(401, UNAUTHORIZED)
    with pytest.raises(ServiceError) as caught:
        task.run(token_info, subject_token="subject")
    assert caught.value.kind == "unauthorized"
    assert len(wire.sent) == 3


def test_client_logs_in_once_however_many_calls_it_makes(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    wire.respond(401, UNAUTHORIZED)
    with open_authenticated_client(task.settings(), task.context()) as client:
        validate(client)
        with pytest.raises(ServiceError):
            validate(client)
    assert len(wire.sent) == 4


def test_own_token_is_replaced(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    assert task.run(token_info)["valid"] is True
    assert sent(wire)[-1] == ("GET", "tokens/second", "second")


@pytest.mark.parametrize("given", [{}, {"subject_token": "first"}])
def test_own_token_that_is_not_found_is_forgotten(wire: FakeWire, task: Task, given: dict[str, Any]) -> None:
    cache(wire, task)
    wire.respond(404, GONE)
    result = task.run(token_info, **given)
    assert (result["valid"], result["reason"]) == (False, "The token has expired, was revoked, or never existed.")
    assert not [name for name in files(task.directory) if name.endswith(".json")]
    wire.respond(200, issued("second"))
    assert task.token() == "second"


def test_own_token_that_is_not_found_anywhere_is_forgotten(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(404, GONE)
    wire.respond(404, GONE)
    assert task.run(token_info, belongs_to="7")["valid"] is False
    assert not [name for name in files(task.directory) if name.endswith(".json")]


def test_own_token_that_is_not_found_in_a_tenant_stays(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(404, GONE)
    wire.respond(200, VALID)
    assert task.run(token_info, belongs_to="7")["valid"] is False
    assert task.token() == "first"


def test_own_token_stays_if_another_is_not_found(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(404, GONE)
    assert task.run(token_info, subject_token="subject")["valid"] is False
    assert task.token() == "first"


def test_new_token_that_is_rejected_again_is_forgotten(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(401, UNAUTHORIZED)
    assert task.run(token_info)["valid"] is False
    assert not [name for name in files(task.directory) if name.endswith(".json")]


def test_given_token_that_is_not_found_does_not_touch_the_cache(wire: FakeWire, task: Task) -> None:
    wire.respond(404, GONE)
    assert task.run(token_info, username=None, api_key=None, token="own")["valid"] is False
    assert not task.directory.exists()


def test_token_of_a_tenant_is_replaced(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    wire.respond(200, VALID)
    assert task.run(token_info, belongs_to="123456")["valid"] is True
    assert sent(wire)[2] == LOGGED_IN


def test_token_of_a_new_login_is_not_replaced(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    wire.respond(401, UNAUTHORIZED)
    with pytest.raises(ServiceError):
        task.run(token_info, subject_token="subject")
    assert len(wire.sent) == 2


@pytest.mark.parametrize("status", [403, 503, 413])
def test_other_responses_replace_nothing(wire: FakeWire, task: Task, status: int) -> None:
    cache(wire, task)
    wire.respond(status)
    with pytest.raises(ServiceError):
        task.run(token_info, subject_token="subject", retries=0)
    assert task.token() == "first"
    assert len(wire.sent) == 1


def test_refused_login_after_a_rejected_token(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(403, DISABLED)
    with pytest.raises(ServiceError) as caught:
        task.run(token_info, subject_token="subject")
    assert caught.value.kind == "user_disabled"
    assert task.fails().kind == "user_disabled"
    assert len(wire.sent) == 2


def test_rejected_token_that_cannot_be_removed(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    cache(wire, task)

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("unlink", "replace"):
        monkeypatch.setattr(os, name, refuse)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    assert task.run(token_info, subject_token="subject")["valid"] is True
    assert sent(wire) == [("GET", "tokens/subject", "first"), LOGGED_IN, ("GET", "tokens/subject", "second")]
    (warning,) = task.warnings
    assert "Read-only file system" in warning


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("subject", [None, "subject"])
def test_tenant_is_asked_about_with_the_new_token(wire: FakeWire, task: Task, subject: str | None, status: int) -> None:
    cache(wire, task)
    for _time in range(2):
        wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued("second"))
    wire.respond(200, VALID)
    wire.respond(status, GONE if status == 404 else UNAUTHORIZED)
    result = task.run(token_info, belongs_to="7", subject_token=subject)
    assert (result["valid"], result["reason"]) == (False, "The token is valid, but not in tenant 7.")
    assert task.token() == "second"


def test_token_that_another_task_has_renewed_stays(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    with open_authenticated_client(task.settings(), task.context()) as client:
        wire.respond(200, issued("theirs"))
        task.login(renew=True)
        wire.respond(401, UNAUTHORIZED)
        wire.respond(200, VALID)
        validate(client)
        assert client.token == "theirs"
    assert sent(wire) == [LOGGED_IN, ("GET", "tokens/subject", "first"), ("GET", "tokens/subject", "theirs")]


def test_rejected_token_whose_file_others_can_access(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    with open_authenticated_client(task.settings(), task.context()) as client:
        (path,) = task.directory.glob("*.json")
        path.chmod(0o640)
        wire.respond(401, UNAUTHORIZED)
        wire.respond(200, issued("second"))
        wire.respond(200, VALID)
        validate(client)
    # Once for each time that it was in the way.
    assert {warning.partition(";")[0] for warning in task.warnings} == {
        f"Tokens are not cached: users other than its owner can access {path}"
    }


def test_rejected_token_that_is_not_cached(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued("second"))
    assert task.provider(cache=False).replace_token("first") == "second"


def test_given_token_is_never_replaced(wire: FakeWire, task: Task) -> None:
    wire.respond(401, UNAUTHORIZED)
    with pytest.raises(ServiceError):
        task.run(token_info, subject_token="subject", username=None, api_key=None, token="own")
    assert sent(wire) == [("GET", "tokens/subject", "own")]


def test_subject_token_authorizes_its_own_call(wire: FakeWire, task: Task) -> None:
    wire.respond(200, VALID)
    assert task.run(token_info, subject_token="subject", username=None, api_key=None)["valid"] is True
    with pytest.raises(MissingCredentialsError):
        task.run(token_info, username=None, api_key=None)
    assert sent(wire) == [("GET", "tokens/subject", "subject")]


def warning_of(path: Any) -> str:
    return (
        f"A token that is no longer valid could not be removed from the cache: {path}: Read-only file system. Remove "
        "the file."
    )


def test_token_that_is_not_found_and_cannot_be_removed(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")
    keep_what_is_to_be_removed(monkeypatch)
    wire.respond(404, GONE)
    assert task.run(token_info)["valid"] is False
    assert task.warnings == [warning_of(path)]


# Revoking.


def test_revoked_token_that_cannot_be_removed_is_warned_of(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")
    keep_what_is_to_be_removed(monkeypatch)
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert task.warnings == [warning_of(path)]


@pytest.mark.parametrize("stays", ["nothing else", "salt"])
@pytest.mark.parametrize("given", [{}, {"subject_token": "first"}])
def test_revoked_token_that_can_neither_be_removed_nor_emptied_is_never_used_again(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], stays: str
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")
    open_file, unlink = os.open, os.unlink
    immutable = {str(path), str(task.directory / stays)}

    # As for files with the attribute immutable: others in the directory can be removed.
    def check(file: Any) -> None:
        if str(file) in immutable:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def remove(file: Any) -> None:
        check(file)
        unlink(file)

    def open_or_refuse(file: Any, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_TRUNC:
            check(file)
        return open_file(file, flags, mode)

    monkeypatch.setattr(os, "unlink", remove)
    monkeypatch.setattr(os, "open", open_or_refuse)
    wire.respond(204)
    assert task.run(token_revoke, **given) == {"changed": True, "revoked": True}
    assert task.warnings == [warning_of(path).replace("Read-only file system", "Operation not permitted")]
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    wire.respond(200, issued("second"))
    assert (task.token(), task.token()) == ("second", "second")


def test_revoked_token_that_can_only_be_emptied_is_never_used_again(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "unlink", refuse)
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert (path.read_bytes(), task.warnings) == (b"", [])
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    wire.respond(200, issued("second"))
    assert task.token() == "second"


@pytest.mark.parametrize("given", [{}, {"subject_token": "first"}])
def test_revoked_token_in_a_directory_that_cannot_be_written(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda _path, _how: False)
        keep_what_is_to_be_removed(patched)
        if given:
            wire.respond(200, issued("second"))
            wire.respond(204)
        assert task.run(token_revoke, **given) == {"changed": bool(given), "revoked": bool(given)}
    problem = f"{task.directory} cannot be written."
    not_used = f"Tokens are not cached: {problem} Every task logs in; set cache_dir to a directory of your own."
    assert list(dict.fromkeys(task.warnings)) == [not_used, warning_of(path)][: len(given) + 1]
    monkeypatch.setattr(os, "access", lambda _path, _how: False)
    # And it is not used again.
    wire.respond(200, issued("third"))
    assert task.token() == "third"


def test_revoked_token_in_a_directory_that_cannot_be_written_is_removed_from_its_file(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache(wire, task)
    (path,) = task.directory.glob("*.json")
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda _path, _how: False)
        patched.setattr(os, "unlink", MagicMock(side_effect=OSError(errno.EACCES, os.strerror(errno.EACCES))))
        wire.respond(204)
        assert task.run(token_revoke, api_key=None, username=None, token="first")["revoked"]
    assert task.warnings == []
    assert path.read_bytes() == b""


@pytest.mark.parametrize("given", [{"subject_token": "first"}, {"api_key": None, "username": None, "token": "first"}])
def test_revoked_token_in_a_directory_that_others_can_access_is_never_used_again(
    wire: FakeWire, task: Task, given: dict[str, Any]
) -> None:
    cache(wire, task)
    task.directory.chmod(0o755)
    if "subject_token" in given:
        wire.respond(200, issued("second"))
    wire.respond(204)
    assert task.run(token_revoke, **given) == {"changed": True, "revoked": True}
    # The token that authorizes the revocation is not taken from there.
    assert [text for text in task.warnings if "remove it, or chmod it" not in text] == []
    assert len(task.warnings) == ("subject_token" in given)
    task.directory.chmod(0o700)
    wire.respond(200, issued("third"))
    assert task.token() == "third"


def test_revoke_ends_the_cached_token(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert sent(wire) == [("DELETE", "tokens", "first")]
    assert not [name for name in files(task.directory) if name.endswith(".json")]
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    wire.respond(200, issued("second"))
    assert task.token() == "second"


def test_revoke_never_logs_in(wire: FakeWire, task: Task) -> None:
    for given in ({}, by_password(), {"cache": False}, {"tenant_id": "7"}):
        assert task.run(token_revoke, **given) == {"changed": False, "revoked": False}
    assert wire.sent == []


def test_revoke_of_a_token_with_little_life(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    cache(wire, task)
    clock.move(days=1, seconds=-10)
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}


def test_revoke_of_an_expired_token(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    cache(wire, task)
    clock.move(days=2)
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    assert wire.sent == []


def test_revoke_forgets_it_under_every_login(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    cache(wire, task, include_endpoints=False)
    cache(wire, task, "other", tenant_id="7")
    wire.respond(204)
    task.run(token_revoke)
    assert sum(b'"first"' in content for content in files(task.directory).values()) == 0
    assert task.token(tenant_id="7") == "other"


def test_revoke_whatever_parameters_it_was_asked_for_with(wire: FakeWire, task: Task) -> None:
    cache(wire, task, "first")
    cache(wire, task, "second", include_endpoints=False)
    cache(wire, task, "third", scope="setup-mfa")
    cache(wire, task, "other", tenant_id="7")
    for status in (204, 204, 204):
        wire.respond(status)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert sorted(sent(wire)) == [("DELETE", "tokens", token) for token in ("first", "second", "third")]
    assert task.run(token_revoke) == {"changed": False, "revoked": False}
    assert task.token(tenant_id="7") == "other"


def test_revoke_the_others_if_one_is_refused(wire: FakeWire, task: Task) -> None:
    cache(wire, task, "first")
    cache(wire, task, "second", include_endpoints=False)
    wire.respond(403, FORBIDDEN)
    wire.respond(200, VALID)
    wire.respond(403, FORBIDDEN)
    wire.respond(204)
    with pytest.raises(ServiceError) as caught:
        task.run(token_revoke)
    assert caught.value.kind == "forbidden"
    assert {token for _method, _path, token in sent(wire)} == {"first", "second"}
    assert sum(b'"token"' in content for content in files(task.directory).values()) == 1


@pytest.mark.parametrize("dead", ["first", "second"])
def test_revoke_one_that_is_gone_and_one_that_is_not(wire: FakeWire, task: Task, dead: str) -> None:
    cache(wire, task, "first")
    cache(wire, task, "second", include_endpoints=False)
    for is_gone in (dead == "second", dead == "first"):
        if is_gone:
            wire.respond(401, UNAUTHORIZED)
            wire.respond(401, UNAUTHORIZED)
        else:
            wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert task.run(token_revoke) == {"changed": False, "revoked": False}


@pytest.mark.parametrize("check_mode", [False, True])
def test_all_tokens_are_tried_if_the_connection_dies_at_the_first(wire: FakeWire, task: Task, check_mode: bool) -> None:
    for token, given in (("first", {}), ("second", {"include_endpoints": False}), ("third", {"scope": "setup-mfa"})):
        cache(wire, task, token, **given)
    wire.fail(requests.exceptions.ConnectionError(ConnectionResetError(errno.ECONNRESET, "reset")))
    for _token in range(2):
        wire.respond(200 if check_mode else 204, VALID if check_mode else None)
    with pytest.raises(TransportError) as caught:
        task.run(token_revoke, check_mode, retries=0)
    assert caught.value.kind == "unreachable"
    tried = [token for _method, _path, token in sent(wire)]
    assert sorted(filter(None, tried)) == ["first", "second", "third"]
    left = [token for token in tried if any(f'"{token}"'.encode() in one for one in files(task.directory).values())]
    assert left == (tried if check_mode else tried[:1])


def test_first_of_several_errors_is_told(wire: FakeWire, task: Task) -> None:
    cache(wire, task, "first")
    cache(wire, task, "second", include_endpoints=False)
    wire.fail(requests.exceptions.ConnectTimeout())
    wire.respond(403, FORBIDDEN)
    wire.respond(200, VALID)
    wire.respond(403, FORBIDDEN)
    with pytest.raises(TransportError) as caught:
        task.run(token_revoke, retries=0)
    assert caught.value.kind == "unreachable"
    assert len({token for _method, _path, token in sent(wire)}) == 2


def test_revoke_of_another_token(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    cache(wire, task, "subject", tenant_id="7")
    wire.respond(204)
    assert task.run(token_revoke, subject_token="subject") == {"changed": True, "revoked": True}
    assert sent(wire) == [("DELETE", "tokens/subject", "first")]
    assert sum(b'"subject"' in content for content in files(task.directory).values()) == 0
    assert task.token() == "first"


def test_revoke_of_a_token_that_is_gone(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(401, UNAUTHORIZED)
    assert task.run(token_revoke) == {"changed": False, "revoked": True}
    assert not [name for name in files(task.directory) if name.endswith(".json")]


def test_revoke_that_fails_forgets_nothing(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    for status, payload in ((404, GONE), (200, VALID), (403, None)):
        wire.respond(status, payload)
    with pytest.raises(ServiceError):
        task.run(token_revoke)
    assert task.token() == "first"


def test_check_mode_forgets_nothing(wire: FakeWire, task: Task) -> None:
    cache(wire, task)
    wire.respond(200, VALID)
    assert task.run(token_revoke, check_mode=True) == {"changed": True, "revoked": False}
    assert sent(wire) == [("GET", "tokens/first", "first")]
    assert task.token() == "first"


def test_revoke_is_not_available_in_version_1_1(wire: FakeWire, task: Task) -> None:
    with pytest.raises(OptionError):
        task.run(token_revoke, api_version="v1.1")
    assert wire.sent == []
