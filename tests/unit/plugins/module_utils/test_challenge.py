# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The multi-factor challenge, wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._challenge import Challenge, parse_challenge

SESSION = "APU9ymNjSKJG21HVdiRdOg0rk2fqh7uQ1FafVDXo3SId6nMHjUkKSDacFwDLGCC9U_DKI6Lwzu-wMi3LIWT"
KEYSTONE = 'Keystone uri="https://identity.example.com/v2.0"'
BASIC = 'Basic realm="a, b", charset="UTF-8"'


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
def test_arrangements(header: str) -> None:
    filled = header.replace("{id}", SESSION).replace("{keystone}", KEYSTONE).replace("{basic}", BASIC)
    assert parse_challenge(filled) == Challenge(SESSION, "PASSCODE")


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ("OS-MF sessionId='s'", Challenge("s", None)),
        ("OS-MF sessionId='s', factor='SMS'", Challenge("s", "SMS")),
        ("OS-MF sessionId='a, b=\"c\"', factor='PASSCODE'", Challenge('a, b="c"', "PASSCODE")),
        ("OS-MF sessionId='s', Keystone sessionId='other'", Challenge("s", None)),
    ],
)
def test_other_values(header: str, challenge: Challenge) -> None:
    assert parse_challenge(header) == challenge


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
def test_no_challenge(header: str) -> None:
    assert parse_challenge(header) is None


def test_long_blanks_take_no_time() -> None:
    blanks = " " * 60_000
    assert parse_challenge(f"OS-MF{blanks}sessionId='s'{blanks},{blanks}!") == Challenge("s", None)


@given(st.text(max_size=200))
def test_never_fails(header: str) -> None:
    parse_challenge(header)
    parse_challenge(f"OS-MF {header}")


def test_session_is_not_shown() -> None:
    assert SESSION not in repr(Challenge(SESSION, "PASSCODE"))
