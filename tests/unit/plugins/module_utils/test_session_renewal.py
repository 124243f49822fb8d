# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that are remembered and no longer good: refused by the service, or revoked."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _caller, _inspect, _revoke, _session
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import (
    DISABLED,
    UNAUTHORIZED,
    SetClock,
    Task,
    by_password,
    files,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

FORBIDDEN = {"forbidden": {"code": 403, "message": "Not yours."}}
GONE = {"itemNotFound": {"code": 404, "message": "Token not found."}}


pytestmark = pytest.mark.usefixtures("clock")


# A token that the service refuses.


def sent(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Method, end of the path, and whose token asked."""
    return [
        (one.method, one.url.partition("?")[0].rpartition("/v2.0/")[2], one.headers.get("X-Auth-Token"))
        for one in wire.sent
    ]


def remember(wire: FakeWire, task: Task, token: str = "first", **given: Any) -> None:
    wire.answer(200, issued(token))
    task.session(**given)
    wire.sent.clear()


VALID = sample("validated")
LOGGED_IN = ("POST", "tokens", None)


def test_refused_token_is_replaced(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    assert task.run(_inspect, subject_token="subject")["valid"] is True
    assert sent(wire) == [
        ("GET", "tokens/subject", "first"),
        LOGGED_IN,
        ("GET", "tokens/subject", "second"),
    ]
    assert task.token() == "second"


def test_second_refusal_is_the_end(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(401, UNAUTHORIZED)
    with pytest.raises(ServiceError) as caught:
        task.run(_inspect, subject_token="subject")
    assert caught.value.kind == "unauthorized"
    assert len(wire.sent) == 3


def test_a_caller_logs_in_once_however_much_it_asks(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    wire.answer(401, UNAUTHORIZED)
    with _caller.caller(login_options(task.folder), task.context()) as caller:
        caller.ask(lambda token: caller.client.validate(token, "subject"))
        with pytest.raises(ServiceError):
            caller.ask(lambda token: caller.client.validate(token, "subject"))
    assert len(wire.sent) == 4


def test_own_token_is_replaced(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    assert task.run(_inspect)["valid"] is True
    assert sent(wire)[-1] == ("GET", "tokens/second", "second")


@pytest.mark.parametrize("given", [{}, {"subject_token": "first"}])
def test_own_token_that_is_not_found_is_forgotten(wire: FakeWire, task: Task, given: dict[str, str]) -> None:
    remember(wire, task)
    wire.answer(404, GONE)
    result = task.run(_inspect, **given)
    assert (result["valid"], result["reason"]) == (False, "The token has expired, was revoked, or never was.")
    assert not [name for name in files(task.folder) if name.endswith(".json")]
    wire.answer(200, issued("second"))
    assert task.token() == "second"


def test_own_token_that_is_not_found_anywhere_is_forgotten(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(404, GONE)
    wire.answer(404, GONE)
    assert task.run(_inspect, belongs_to="7")["valid"] is False
    assert not [name for name in files(task.folder) if name.endswith(".json")]


def test_own_token_that_is_not_found_in_a_tenant_stays(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(404, GONE)
    wire.answer(200, VALID)
    assert task.run(_inspect, belongs_to="7")["valid"] is False
    assert task.token() == "first"


def test_own_token_stays_where_another_is_not_found(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(404, GONE)
    assert task.run(_inspect, subject_token="subject")["valid"] is False
    assert task.token() == "first"


def test_new_token_that_is_refused_again_is_forgotten(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(401, UNAUTHORIZED)
    assert task.run(_inspect)["valid"] is False
    assert not [name for name in files(task.folder) if name.endswith(".json")]


def test_token_of_the_options_that_is_not_found_touches_no_cache(wire: FakeWire, task: Task) -> None:
    wire.answer(404, GONE)
    assert task.run(_inspect, username=None, api_key=None, token="own")["valid"] is False
    assert not task.folder.exists()


def test_token_of_a_tenant_is_replaced(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    wire.answer(200, VALID)
    assert task.run(_inspect, belongs_to="123456")["valid"] is True
    assert sent(wire)[2] == LOGGED_IN


def test_fresh_token_is_not_replaced(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued())
    wire.answer(401, UNAUTHORIZED)
    with pytest.raises(ServiceError):
        task.run(_inspect, subject_token="subject")
    assert len(wire.sent) == 2


@pytest.mark.parametrize(("status", "document"), [(403, None), (503, None), (413, None)])
def test_other_answers_replace_nothing(wire: FakeWire, task: Task, status: int, document: Any) -> None:
    remember(wire, task)
    wire.answer(status, document)
    with pytest.raises(ServiceError):
        task.run(_inspect, subject_token="subject", retries=0)
    assert task.token() == "first"
    assert len(wire.sent) == 1


def test_refused_login_after_a_refused_token(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(403, DISABLED)
    with pytest.raises(ServiceError) as caught:
        task.run(_inspect, subject_token="subject")
    assert caught.value.kind == "user_disabled"
    assert task.fails().kind == "user_disabled"
    assert len(wire.sent) == 2


def test_refused_token_that_cannot_be_removed(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(wire, task)

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("unlink", "replace"):
        monkeypatch.setattr(os, name, refuse)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    assert task.run(_inspect, subject_token="subject")["valid"] is True
    assert sent(wire) == [("GET", "tokens/subject", "first"), LOGGED_IN, ("GET", "tokens/subject", "second")]
    (warning,) = task.warnings
    assert "Read-only file system" in warning


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("subject", [None, "subject"])
def test_tenant_is_asked_about_with_the_new_token(wire: FakeWire, task: Task, subject: str | None, status: int) -> None:
    remember(wire, task)
    for answer in (401, 401):
        wire.answer(answer, UNAUTHORIZED)
    wire.answer(200, issued("second"))
    wire.answer(200, VALID)
    wire.answer(status, GONE if status == 404 else UNAUTHORIZED)
    result = task.run(_inspect, belongs_to="7", subject_token=subject)
    assert (result["valid"], result["reason"]) == (False, "The token is valid, but not in tenant 7.")
    assert task.token() == "second"


def test_token_that_another_has_renewed_stays(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    with _caller.caller(login_options(task.folder), task.context()) as caller:
        wire.answer(200, issued("theirs"))
        task.session(renew=True)
        wire.answer(401, UNAUTHORIZED)
        wire.answer(200, VALID)
        caller.ask(lambda token: caller.client.validate(token, "subject"))
        assert caller.token == "theirs"
    assert sent(wire) == [LOGGED_IN, ("GET", "tokens/subject", "first"), ("GET", "tokens/subject", "theirs")]


def test_refused_token_whose_file_is_not_ours_any_more(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    with _caller.caller(login_options(task.folder), task.context()) as caller:
        (path,) = task.folder.glob("*.json")
        path.chmod(0o640)
        wire.answer(401, UNAUTHORIZED)
        wire.answer(200, issued("second"))
        wire.answer(200, VALID)
        caller.ask(lambda token: caller.client.validate(token, "subject"))
    # Once for each time that it was in the way.
    assert {warning.partition(" can ")[0] for warning in task.warnings} == {f"Tokens are not cached: {path}"}


def test_refused_token_that_nobody_remembers(wire: FakeWire, task: Task) -> None:
    wire.answer(200, issued("second"))
    logins = _session.Logins(login_options(task.folder, cache=False), task.context())
    assert logins.replace("first") == "second"


def test_token_of_the_options_is_never_replaced(wire: FakeWire, task: Task) -> None:
    wire.answer(401, UNAUTHORIZED)
    with pytest.raises(ServiceError):
        task.run(_inspect, subject_token="subject", username=None, api_key=None, token="own")
    assert sent(wire) == [("GET", "tokens/subject", "own")]


def test_subject_asks_about_itself(wire: FakeWire, task: Task) -> None:
    wire.answer(200, VALID)
    assert task.run(_inspect, subject_token="subject", username=None, api_key=None)["valid"] is True
    with pytest.raises(MissingCredentialsError):
        task.run(_inspect, username=None, api_key=None)
    assert sent(wire) == [("GET", "tokens/subject", "subject")]


# Revoking.


def test_revoke_ends_the_remembered_token(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(204)
    assert task.run(_revoke) == {"changed": True, "revoked": True}
    assert sent(wire) == [("DELETE", "tokens", "first")]
    assert not [name for name in files(task.folder) if name.endswith(".json")]
    assert task.run(_revoke) == {"changed": False, "revoked": False}
    wire.answer(200, issued("second"))
    assert task.token() == "second"


def test_revoke_never_logs_in(wire: FakeWire, task: Task) -> None:
    for given in ({}, by_password(), {"cache": False}, {"tenant_id": "7"}):
        assert task.run(_revoke, **given) == {"changed": False, "revoked": False}
    assert wire.sent == []


def test_revoke_of_a_token_with_little_life(wire: FakeWire, task: Task, clock: SetClock) -> None:
    remember(wire, task)
    clock.move(days=1, seconds=-10)
    wire.answer(204)
    assert task.run(_revoke) == {"changed": True, "revoked": True}


def test_revoke_of_an_expired_token(wire: FakeWire, task: Task, clock: SetClock) -> None:
    remember(wire, task)
    clock.move(days=2)
    assert task.run(_revoke) == {"changed": False, "revoked": False}
    assert wire.sent == []


def test_revoke_forgets_it_under_every_login(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    remember(wire, task, include_endpoints=False)
    remember(wire, task, "other", tenant_id="7")
    wire.answer(204)
    task.run(_revoke)
    assert sum(b'"first"' in content for content in files(task.folder).values()) == 0
    assert task.token(tenant_id="7") == "other"


def test_revoke_whatever_was_asked_for_with_it(wire: FakeWire, task: Task) -> None:
    remember(wire, task, "first")
    remember(wire, task, "second", include_endpoints=False)
    remember(wire, task, "third", scope="setup-mfa")
    remember(wire, task, "other", tenant_id="7")
    for status in (204, 204, 204):
        wire.answer(status)
    assert task.run(_revoke) == {"changed": True, "revoked": True}
    assert sorted(sent(wire)) == [("DELETE", "tokens", token) for token in ("first", "second", "third")]
    assert task.run(_revoke) == {"changed": False, "revoked": False}
    assert task.token(tenant_id="7") == "other"


def test_revoke_all_though_one_is_refused(wire: FakeWire, task: Task) -> None:
    remember(wire, task, "first")
    remember(wire, task, "second", include_endpoints=False)
    wire.answer(403, FORBIDDEN)
    wire.answer(200, VALID)
    wire.answer(403, FORBIDDEN)
    wire.answer(204)
    with pytest.raises(ServiceError) as caught:
        task.run(_revoke)
    assert caught.value.kind == "forbidden"
    asked = {token for _method, _path, token in sent(wire)}
    assert asked == {"first", "second"}
    assert sum(b'"token"' in content for content in files(task.folder).values()) == 1


@pytest.mark.parametrize("dead", ["first", "second"])
def test_revoke_one_that_is_gone_and_one_that_is_not(wire: FakeWire, task: Task, dead: str) -> None:
    remember(wire, task, "first")
    remember(wire, task, "second", include_endpoints=False)
    gone = iter([dead == "second", dead == "first"])
    for is_gone in gone:
        if is_gone:
            wire.answer(401, UNAUTHORIZED)
            wire.answer(401, UNAUTHORIZED)
        else:
            wire.answer(204)
    assert task.run(_revoke) == {"changed": True, "revoked": True}
    assert task.run(_revoke) == {"changed": False, "revoked": False}


def test_revoke_of_another_token(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    remember(wire, task, "subject", tenant_id="7")
    wire.answer(204)
    assert task.run(_revoke, subject_token="subject") == {"changed": True, "revoked": True}
    assert sent(wire) == [("DELETE", "tokens/subject", "first")]
    assert sum(b'"subject"' in content for content in files(task.folder).values()) == 0
    assert task.token() == "first"


def test_revoke_of_a_token_that_is_gone(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(401, UNAUTHORIZED)
    wire.answer(401, UNAUTHORIZED)
    assert task.run(_revoke) == {"changed": False, "revoked": True}
    assert not [name for name in files(task.folder) if name.endswith(".json")]


def test_revoke_that_fails_forgets_nothing(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    for status, document in ((404, GONE), (200, VALID), (403, None)):
        wire.answer(status, document)
    with pytest.raises(ServiceError):
        task.run(_revoke)
    assert task.token() == "first"


def test_check_mode_forgets_nothing(wire: FakeWire, task: Task) -> None:
    remember(wire, task)
    wire.answer(200, VALID)
    assert task.run(_revoke, check_mode=True) == {"changed": True, "revoked": False}
    assert sent(wire) == [("GET", "tokens/first", "first")]
    assert task.token() == "first"


def test_revoke_speaks_no_v11(wire: FakeWire, task: Task) -> None:
    with pytest.raises(OptionError):
        task.run(_revoke, api_version="v1.1")
    assert wire.sent == []
