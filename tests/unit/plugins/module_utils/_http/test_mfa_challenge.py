# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The multi-factor challenge, wherever it stands in the headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._http.mfa_challenge import parse_mfa_challenge
from ansible_collections.rackspace.identity.plugins.module_utils._models import MfaChallenge

SESSION = "APU9ymNjSKJG21HVdiRdOg0rk2fqh7uQ1FafVDXo3SId6nMHjUkKSDacFwDLGCC9U_DKI6Lwzu-wMi3LIWT"
KEYSTONE = 'Keystone uri="https://identity.example.com/v2.0"'
BASIC = 'Basic realm="a, b", charset="UTF-8"'


@pytest.mark.covers("response-headers/sessionid-in-www-authenticate", "response-headers/factor-in-www-authenticate")
@pytest.mark.parametrize(
    "header",
    [
        "OS-MF sessionId='{id}', factor='PASSCODE'",
        "OS-MF factor='PASSCODE', sessionId='{id}'",
        'OS-MF sessionId="{id}", factor="PASSCODE"',
        "OS-MF sessionId={id}, factor=PASSCODE",
        "OS-MF sessionId='{id}',factor='PASSCODE'",
        "OS-MF   sessionId = '{id}' ,  factor = 'PASSCODE'",
        "os-mf SESSIONID='{id}', Factor='PASSCODE'",
        "OS-MF sessionId='{id}' factor='PASSCODE'",
        "OS-MF realm='x', sessionId='{id}', more='y', factor='PASSCODE'",
        "{keystone}, OS-MF sessionId='{id}', factor='PASSCODE'",
        "OS-MF sessionId='{id}', factor='PASSCODE', {keystone}",
        "{basic}, OS-MF sessionId='{id}', factor='PASSCODE', {keystone}",
        "{keystone},OS-MF factor='PASSCODE',sessionId='{id}',{basic}",
        "Negotiate, OS-MF sessionId='{id}', factor='PASSCODE', Negotiate",
    ],
)
def test_every_arrangement(header: str) -> None:
    filled = header.replace("{id}", SESSION).replace("{keystone}", KEYSTONE).replace("{basic}", BASIC)
    assert parse_mfa_challenge(filled) == MfaChallenge(SESSION, "PASSCODE")


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ("OS-MF sessionId='s'", MfaChallenge("s", None)),
        ("OS-MF sessionId='s', factor='SMS'", MfaChallenge("s", "SMS")),
        ("OS-MF sessionId='a, b=\"c\"', factor='PASSCODE'", MfaChallenge('a, b="c"', "PASSCODE")),
        ("OS-MF sessionId='s', Keystone sessionId='other'", MfaChallenge("s", None)),
    ],
)
def test_other_values(header: str, challenge: MfaChallenge) -> None:
    assert parse_mfa_challenge(header) == challenge


@pytest.mark.parametrize(
    "header",
    [
        "",
        KEYSTONE,
        BASIC,
        "OS-MF",
        "OS-MF ",
        "OS-MF factor='PASSCODE'",
        "OS-MF sessionId=''",
        "XOS-MF sessionId='s'",
        "OS-MFA sessionId='s'",
        "Keystone sessionId='s'",
        "OS-MF, Keystone sessionId='s'",
    ],
)
def test_header_without_a_challenge(header: str) -> None:
    assert parse_mfa_challenge(header) is None


def test_long_blanks_take_no_time() -> None:
    blanks = " " * 60_000
    assert parse_mfa_challenge(f"OS-MF{blanks}sessionId='s'{blanks},{blanks}!") == MfaChallenge("s", None)


@given(st.text(max_size=200))
def test_parsing_never_fails(header: str) -> None:
    parse_mfa_challenge(header)
    parse_mfa_challenge(f"OS-MF {header}")


def test_representation_does_not_show_the_session() -> None:
    assert SESSION not in repr(MfaChallenge(SESSION, "PASSCODE"))


@pytest.mark.parametrize("session", ["a\x00b", "a\x1bb", "a\u0100", " a", "\x7f"])
def test_session_that_no_header_can_hold_is_no_challenge(session: str) -> None:
    assert parse_mfa_challenge(f"OS-MF sessionId='{session}', factor='PASSCODE'") is None
