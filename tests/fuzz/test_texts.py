# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headers, timestamps, credentials files and redaction: any text is read or refused, and no secret survives."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError
from ansible_collections.rackspace.identity.plugins.module_utils._http.mfa_challenge import parse_mfa_challenge
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._http.retry import (
    parse_http_date,
    parse_retry_after,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.userinfo import without_userinfo
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials_file import read
from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import (
    format_timestamp,
    parse_timestamp,
)

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)
MOMENTS = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1), timezones=st.just(timezone.utc))
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)
DATE_LIKE = st.text("0123456789-:TZ .+GMTUC,", max_size=30)


@given(st.text(max_size=40) | DATE_LIKE)
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or seconds >= 0


@given(MOMENTS)
def test_an_http_date_is_read(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_http_date(format_datetime(moment, usegmt=True)) == moment


@given(st.text(max_size=40) | DATE_LIKE)
def test_any_timestamp_is_read_or_refused(value: str) -> None:
    try:
        moment = parse_timestamp(value)
    except ValueError:
        return
    assert moment.tzinfo is not None


@given(MOMENTS, st.integers(-14 * 60, 14 * 60), st.integers(0, 6))
def test_a_timestamp_is_read_in_every_zone(moment: datetime, minutes: int, digits: int) -> None:
    moment = moment.replace(microsecond=0)
    local = moment + timedelta(minutes=minutes)
    hours, rest = divmod(abs(minutes), 60)
    fraction = f".{'0' * digits}" if digits else ""
    text = f"{local:%Y-%m-%dT%H:%M:%S}{fraction}{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
    assert parse_timestamp(text) == moment
    assert parse_timestamp(format_timestamp(moment)) == moment


@given(st.text(max_size=80) | st.text("OS-MF sessionId='\",=factor \\", max_size=60))
def test_any_challenge_is_read_or_ignored(header: str) -> None:
    challenge = parse_mfa_challenge(header)
    assert challenge is None or challenge.session_id


@given(st.binary(max_size=300))
def test_any_credentials_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "credentials"
    path.write_bytes(content)
    try:
        found = read(str(path), "Give credentials.")
    except MissingCredentialsError:
        return
    assert any(found.values.values())


@given(
    # No message holds it by chance.
    st.text("abcXYZ0189!$-", min_size=8, max_size=30).map("Zq9".__add__),
    st.text("abc=[]:;# \n\ty", max_size=60),
    st.text("abc=[]:;# \n\ty", max_size=60),
)
def test_no_refusal_of_a_credentials_file_shows_it(
    tmp_path_factory: pytest.TempPathFactory, secret: str, before: str, after: str
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "credentials"
    path.write_text(f"{before}\napi_key = {secret}\n{after}", encoding="utf-8")
    message = ""
    try:
        read(str(path), "Give credentials.")
    except MissingCredentialsError as error:
        message = str(error)
    assert secret not in message


def every_byte(text: str) -> str:
    """Percent-encode every byte."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


ENCODINGS: list[Callable[[str], str]] = [
    str,
    quote,
    lambda text: quote(text, safe=""),
    quote_plus,
    lambda text: quote(quote(text, safe=""), safe=""),
    every_byte,
    lambda text: every_byte(text).lower(),
    html.escape,
    lambda text: html.escape(html.escape(text)),
    lambda text: "".join(f"&#{ord(character)};" for character in text),
    lambda text: "".join(f"&#x{ord(character):04x};" for character in text),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    lambda text: "".join(f"\\u{ord(character):04X}" for character in text),
    lambda text: "".join(f"\\x{ord(character):02x}" for character in text),
    lambda text: text.encode().hex(),
    lambda text: text.encode().hex().upper(),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    lambda text: base64.b64encode(f"demoauthor:{text}".encode()).decode(),
    lambda text: base64.urlsafe_b64encode(f"a:{text}:b".encode()).decode(),
]


@given(SECRETS, st.sampled_from(range(len(ENCODINGS))), st.text(max_size=30), st.text(max_size=30))
def test_no_encoding_of_a_secret_survives(secret: str, number: int, before: str, after: str) -> None:
    encoded = ENCODINGS[number](secret)
    # Chance must not have put it there.
    assume(secret not in before + after)
    text = f"{before} {encoded} {after}"
    redactor = Redactor((secret,))
    for shown in (redactor.text(text) or "", redactor.payload({"x": [text]})["x"][0]):
        assert encoded not in shown
        assert secret not in shown


@given(SECRETS, SECRETS, st.sampled_from(["http://", "https://", "socks5h://", "//", ""]))
def test_no_password_of_a_proxy_survives(user: str, password: str, scheme: str) -> None:
    assume(not scheme or "//" not in user)
    shown = without_userinfo(f"{scheme}{user}:{password}@proxy.example.com:3128")
    assert shown == f"{scheme}********@proxy.example.com:3128"
