# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that came from elsewhere: no secret is left in it, in whatever form it is repeated."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor, without_userinfo
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK

SECRET = "p\u00e4ss <w>&\"rd/+\\'%"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        re.sub("%..", lambda code: code.group().lower(), quote(SECRET)),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        html.escape(SECRET, quote=False),
        html.escape(SECRET),
        escape(SECRET, {'"': "&quot;", "'": "&apos;"}),
        html.escape(SECRET).replace("&#x27;", "&#39;"),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_every_encoding_is_masked(form: str) -> None:
    assert Redactor([SECRET]).text(f"a {form} b {form}") == f"a {MASK} b {MASK}"


@pytest.mark.parametrize("secrets", [["abc", "abcdef"], ["abcdef", "abc"], ["abc", "abcdef", "bcd"]])
def test_longer_secret_is_masked_first(secrets: list[str]) -> None:
    assert Redactor(secrets).text("x abcdef y abc") == f"x {MASK} y {MASK}"


@pytest.mark.parametrize("text", ["abcdef", "cdefab", "abcdefabc"])
def test_secrets_that_overlap(text: str) -> None:
    masked = Redactor(["abcd", "cdef"]).text(text)
    assert masked is not None
    assert "abcd" not in masked
    assert "cdef" not in masked


@given(secret=st.text(min_size=4), before=st.text(max_size=20), after=st.text(max_size=20))
def test_secret_is_always_masked(secret: str, before: str, after: str) -> None:
    masked = Redactor([secret]).text(before + secret + after)
    assert masked is not None
    # A secret of asterisks is part of its own mask.
    assert secret not in masked.replace(MASK, "") or secret.strip("*") == ""


@given(st.text())
def test_lone_surrogates_do_no_harm(text: str) -> None:
    assert Redactor([f"\ud800{text}"]).text(f"x\ud800{text}") is not None


def test_nothing_to_mask() -> None:
    for redactor in (Redactor([]), Redactor([None, ""]), Redactor(iter(()))):
        assert redactor.text("a text") == "a text"
        assert redactor.text("") == ""
        assert redactor.text(None) is None


def test_text_is_put_on_one_line() -> None:
    assert Redactor([]).text("\n a\r\n\tb\x00c\x7f \n") == "a b c"


def test_terminal_sequences_lose_their_effect() -> None:
    assert Redactor([]).text("\x1b[2Jgone") == "[2Jgone"


def test_long_text_is_cut() -> None:
    assert Redactor([]).text("x" * 500) == "x" * 500
    assert Redactor([]).text("x" * 501) == "x" * 500 + "..."


def test_secret_across_the_cut_is_masked_first() -> None:
    masked = Redactor(["secret"]).text("x" * 497 + "secret")
    assert masked == "x" * 497 + "***..."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@proxy:3128", f"http://{MASK}@proxy:3128"),
        ("http://me@proxy:3128/", f"http://{MASK}@proxy:3128/"),
        ("http://me:se@cret@proxy", f"http://{MASK}@proxy"),
        ("HTTPS://me:secret@proxy", f"HTTPS://{MASK}@proxy"),
        ("socks5h://me:secret@proxy", f"socks5h://{MASK}@proxy"),
        ("//me:secret@proxy", f"//{MASK}@proxy"),
        ("me:secret@proxy:3128", f"{MASK}@proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://proxy/a@b", "http://proxy/a@b"),
        ("http://[::1]:3128", "http://[::1]:3128"),
        ("proxy:3128", "proxy:3128"),
        ("", ""),
    ],
)
def test_without_userinfo(url: str, shown: str) -> None:
    assert without_userinfo(url) == shown
