# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token that authorizes calls: which errors replace it, how often, and from which age on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    IdentityError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import (
    AgedAuthorization,
    Authorization,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.login_result import LoginResult
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.models import a_token, a_user

UNAUTHORIZED = ServiceError("no", kind="unauthorized", status=401)


class Service:
    """A service that rejects some tokens."""

    def __init__(self, *rejected: str, error: IdentityError = UNAUTHORIZED) -> None:
        self.asked: list[str] = []
        self._rejected, self._error = rejected, error

    def __call__(self, token: str) -> str:
        self.asked.append(token)
        if token in self._rejected:
            raise self._error
        return f"done with {token}"


def replaced(token: str) -> str:
    return f"new {token}"


def login_of(token: str, stored: float, seconds: float = 3600) -> LoginResult:
    return LoginResult("u", Access(a_token(token, NOON + timedelta(seconds=seconds)), a_user()), stored=stored)


def aged(stored: float, seconds: float = 3600, new_seconds: float = 3600) -> AgedAuthorization:
    def replaced_login(token: str) -> LoginResult:
        return login_of(replaced(token), _clock.now().timestamp(), new_seconds)

    return AgedAuthorization(login_of("t", stored, seconds), replaced_login, lambda _token: None)


def test_token_that_is_accepted() -> None:
    service = Service()
    assert Authorization("t", replaced).call(service) == "done with t"
    assert service.asked == ["t"]


def test_rejected_token_is_replaced() -> None:
    service, authorization = Service("t"), Authorization("t", replaced)
    assert authorization.call(service) == "done with new t"
    assert (service.asked, authorization.token) == (["t", "new t"], "new t")


def test_token_is_replaced_once_only() -> None:
    service, authorization = Service("t", "new t"), Authorization("t", replaced)
    for _call in range(2):
        with pytest.raises(ServiceError):
            authorization.call(service)
    assert service.asked == ["t", "new t", "new t"]


def test_token_that_cannot_be_replaced() -> None:
    service = Service("t")
    with pytest.raises(ServiceError):
        Authorization("t").call(service)
    assert service.asked == ["t"]


@pytest.mark.parametrize(
    "error", [ServiceError("no", kind="forbidden", status=403), OptionError("no"), IdentityError("no")]
)
def test_other_errors_do_not_replace_it(error: IdentityError) -> None:
    service = Service("t", error=error)
    with pytest.raises(IdentityError) as caught:
        Authorization("t", replaced).call(service)
    assert caught.value is error
    assert service.asked == ["t"]


def test_what_replacing_raises_is_raised() -> None:
    def refuse(_token: str) -> str:
        raise OptionError("refused")

    authorization = Authorization("t", refuse)
    with pytest.raises(OptionError):
        authorization.call(Service("t"))
    assert authorization.token == "t"


def test_token_is_removed_from_the_cache() -> None:
    forgotten: list[str] = []
    Authorization("t", None, forgotten.append).forget_token()
    Authorization("t").forget_token()
    assert forgotten == ["t"]


@pytest.mark.parametrize(
    ("age", "seconds_left", "is_replaced"),
    [
        (0, 3600, False),
        (59.9, 3600, False),
        (60, 3600, True),
        (3600, 3600, True),
        (0, 0, True),
        (1, -1, True),
        (-5, 3600, True),
    ],
)
def test_age_decides_whether_the_token_of_a_login_is_replaced(
    clock: FakeClock, age: float, seconds_left: float, is_replaced: bool
) -> None:
    service = Service("t")
    authorization = aged(NOON.timestamp() - age, seconds_left)
    if is_replaced:
        assert authorization.call(service) == "done with new t"
    else:
        with pytest.raises(ServiceError):
            authorization.call(service)
    assert service.asked == (["t", "new t"] if is_replaced else ["t"])


def test_age_is_that_at_the_time_of_the_answer(clock: FakeClock) -> None:
    def slow(token: str) -> str:
        if token == "t":
            clock.move(minutes=2)
            raise UNAUTHORIZED
        return token

    assert aged(NOON.timestamp()).call(slow) == "new t"


@pytest.mark.parametrize(("seconds_left", "young"), [(3600, 59), (30, 29)])
def test_new_token_is_replaced_by_the_same_rule(clock: FakeClock, seconds_left: float, young: float) -> None:
    authorization = aged(NOON.timestamp() - 60, new_seconds=seconds_left)
    assert authorization.call(Service("t")) == "done with new t"
    clock.move(seconds=young)
    with pytest.raises(ServiceError):
        authorization.call(Service("new t"))
    clock.move(seconds=1)
    assert authorization.call(Service("new t")) == "done with new new t"
