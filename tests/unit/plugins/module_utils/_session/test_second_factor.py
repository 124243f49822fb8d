# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins whose second factor the secret of an authenticator application answers."""

from __future__ import annotations

import base64
import sys
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingLibraryError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._session.second_factor import Authenticator
from ansible_collections.rackspace.identity.plugins.module_utils._settings import VERBOSE, Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    MFA,
    PASSWORD,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

# RFC 6238, appendix B: the secret of each digest, and what it shows at some times.
SEEDS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SECRET = "JBSWY3DPEHPK3PXP"
# What its application shows at noon of the fake clock, and in the next period.
NOW, NEXT = "724230", "327844"


def seed(algorithm: str) -> str:
    return base64.b32encode((b"1234567890" * 7)[: SEEDS[algorithm]]).decode().rstrip("=")


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("algorithm", SEEDS)
def test_passcodes_of_the_rfc(algorithm: str, vector: tuple[int, str, str, str]) -> None:
    uri = f"otpauth://totp/Rackspace:me?secret={seed(algorithm)}&algorithm={algorithm}&digits=8&period=30"
    assert Authenticator(uri, Context()).passcode(vector[0]) == vector[1 + list(SEEDS).index(algorithm)]


@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        SECRET.lower(),
        f"{SECRET[:4]}\xa0{SECRET[4:]}\u200b",
        "jbsw y3dp ehpk 3pxp",
        "JBSW-Y3DP-EHPK-3PXP",
        f"otpauth://totp/Rackspace:demo%20author?secret={SECRET}&issuer=Rackspace",
        f"OTPAUTH://totp/x?secret={SECRET.lower()}",
        "otpauth://totp/x?secret=jbsw%20y3dp%20ehpk%203pxp",
    ],
)
def test_spellings_of_a_secret(secret: str) -> None:
    assert Authenticator(secret, Context()).passcode(NOON.timestamp()) == NOW


def test_period_of_the_uri() -> None:
    authenticator = Authenticator(f"otpauth://totp/x?secret={SECRET}&period=60&digits=7", Context())
    assert len(authenticator.passcode(0)) == 7
    assert authenticator.passcode(59) == authenticator.passcode(0) != authenticator.passcode(60)
    assert authenticator.next_passcode_at(59) == authenticator.next_passcode_at(0) == 61


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "not base32!",
        "01189998819991197253",
        "JBSWY3DPEHPK3PX8",
        "--- ---",
        "otpauth://totp/x",
        "otpauth://totp/x?secret=",
        f"otpauth://totp/x?secret={SECRET}&period=0",
        f"otpauth://totp/x?secret={SECRET}&period=301",
        f"otpauth://totp/x?secret={SECRET}&period=text",
        f"otpauth://totp/x?secret={SECRET}&digits=9",
        f"otpauth://totp/x?secret={SECRET}&algorithm=MD5",
        f"otpauth://steam/x?secret={SECRET}",
        # urlsplit refuses these, and shows the secret.
        f"otpauth://[totp/x?secret={SECRET}",
        f"otpauth://\N{ACCOUNT OF}{SECRET}/x",
    ],
)
def test_secret_that_is_none(secret: str) -> None:
    with pytest.raises(OptionError) as caught:
        Authenticator(secret, Context())
    assert str(caught.value) == (
        "totp_secret (the option totp_secret) must be base32 text or an otpauth:// URI, as the service shows it."
    )


def test_counted_passcodes_are_refused() -> None:
    with pytest.raises(OptionError) as caught:
        Authenticator(f"otpauth://hotp/x?secret={SECRET}&counter=1", Context())
    assert str(caught.value) == (
        "totp_secret (the option totp_secret) must be for passcodes that change with the time, not for those that are "
        "counted (hotp)."
    )


def by_totp(**given: Any) -> dict[str, Any]:
    return by_password(totp_secret=SECRET, **given)


def passcode_of(wire: FakeWire, number: int) -> Any:
    sent = wire.sent[number]
    assert sent.headers["X-SessionId"] == "secretsession"
    return sent.json["auth"]["RAX-AUTH:passcodeCredentials"]["passcode"]


def challenge(wire: FakeWire, ahead: float = 0) -> None:
    date = format_datetime(NOON + timedelta(seconds=ahead), usegmt=True)
    wire.respond(401, UNAUTHORIZED, headers=[*MFA, ("Date", date)])


def test_both_steps_in_one_task_and_one_passcode_for_all(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    challenge(wire)
    wire.respond(200, issued())
    result = task.run(identity_token, **by_totp(tenant_id="123456"))
    assert (result["token"]["id"], result["changed"], result["mfa"]) == ("first", True, None)
    assert passcode_of(wire, 1) == NOW
    assert wire.sent[1].json["auth"]["tenantId"] == "123456"
    assert task.token(**by_totp(tenant_id="123456")) == "first"
    assert task.token(**by_password(tenant_id="123456")) == "first"
    assert len(wire.sent) == 2
    assert clock.waits == []
    assert SECRET not in repr(files(task.directory))


def test_login_without_a_second_factor(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.token(**by_totp()) == "first"
    assert len(wire.sent) == 1


def test_api_key_needs_no_second_factor(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    wire.respond(200, issued())
    assert task.token(totp_secret="not base32!") == "first"


def test_challenge_is_answered_even_where_it_was_asked_for(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    challenge(wire)
    wire.respond(200, issued())
    assert task.run(identity_token, **by_totp(on_mfa="challenge"))["token"]["id"] == "first"


@pytest.mark.parametrize("ahead", [30, -30, 3600])
def test_clock_of_the_service_decides(wire: FakeWire, task: Task, clock: FakeClock, ahead: float) -> None:
    challenge(wire, ahead)
    wire.respond(200, issued())
    task.token(**by_totp())
    assert passcode_of(wire, 1) == Authenticator(SECRET, Context()).passcode(NOON.timestamp() + ahead)


def test_used_passcode_is_followed_by_the_next(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    clock.move(seconds=12)
    told: list[tuple[int, str]] = []
    challenge(wire, 12)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued())
    provider = task.provider(**by_totp())
    provider.context = provider.context._replace(tell=lambda verbosity, line: told.append((verbosity, line)))
    assert provider.get_access().access.token.id == "first"
    assert [passcode_of(wire, 1), passcode_of(wire, 2)] == [NOW, NEXT]
    assert clock.waits == [19]
    said = "The passcode was refused, perhaps because it had been used before; trying the next one in 19 seconds"
    assert (VERBOSE, said) in told


def test_passcode_after_a_wait_that_took_longer_is_the_current_one(
    wire: FakeWire, task: Task, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenge(wire)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(200, issued())
    # As on a laptop that was closed meanwhile.
    monkeypatch.setattr(_clock, "sleep", lambda seconds: clock.move(seconds=seconds + 600))
    task.token(**by_totp())
    assert passcode_of(wire, 2) == Authenticator(SECRET, Context()).passcode(clock.time.timestamp())


def test_wrong_secret_is_tried_twice(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    challenge(wire)
    wire.respond(401, UNAUTHORIZED)
    wire.respond(401, UNAUTHORIZED)
    error = task.fails(**by_totp())
    assert error.kind == "unauthorized"
    assert str(error) == (
        "Logging in with a second factor failed: the service refused two passcodes in a row: Unable to authenticate "
        "user with credentials provided. Check totp_secret (the option totp_secret) and the clock of this machine. Too "
        "many wrong passcodes lock the account."
    )
    # Nobody tries a third one for now.
    assert str(task.fails(**by_totp())).startswith(str(error))
    assert len(wire.sent) == 3
    assert PASSWORD not in str(error)


def test_other_errors_of_the_second_step_are_not_tried_again(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    challenge(wire)
    wire.respond(403, {"forbidden": {"code": 403, "message": "Multi-factor authentication of this user is locked."}})
    assert task.fails(**by_totp()).kind == "forbidden"
    assert len(wire.sent) == 2
    assert clock.waits == []


def test_remembered_challenge_of_a_task_without_the_secret(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    challenge(wire)
    assert task.fails(**by_password()).kind == "mfa_required"
    challenge(wire)
    wire.respond(200, issued())
    assert task.token(**by_totp()) == "first"


def test_wrong_secret_is_found_before_anything_is_sent(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    with pytest.raises(OptionError):
        task.token(**by_password(totp_secret="not base32!"))
    assert wire.sent == []


def test_missing_library(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyotp", None)
    with pytest.raises(MissingLibraryError) as caught:
        task.token(**by_totp())
    assert caught.value.library == "pyotp"
    assert wire.sent == []
