# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret is recognized in a text, in whatever form it is repeated."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from time import monotonic, process_time
from typing import Literal
from unicodedata import normalize
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._http import redaction, secret_forms
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
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
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        "".join(f"%{byte:02X}" for byte in SECRET.encode()),
        "".join(f"%{byte:02x}" for byte in SECRET.encode()),
        quote(quote(SECRET, safe=""), safe=""),
        quote(quote(quote(SECRET, safe=""), safe=""), safe=""),
        quote("".join(f"%{byte:02x}" for byte in SECRET.encode())),
        "".join(f"&#{ord(character)};" for character in SECRET),
        "".join(f"&#0{ord(character)};" for character in SECRET),
        "".join(f"&#x{ord(character):x};" for character in SECRET),
        "".join(f"&#X{ord(character):04X};" for character in SECRET),
        html.escape(html.escape(SECRET)),
        html.escape("".join(f"&#{ord(character)};" for character in SECRET)),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        "".join(f"\\u{ord(character):04X}" for character in SECRET),
        "".join(f"\\x{ord(character):02x}" for character in SECRET),
        json.dumps(json.dumps(SECRET))[3:-3],
        json.dumps(json.dumps(json.dumps(SECRET)))[7:-7],
        SECRET.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"').replace("/", "\\/"),
    ],
)
def test_every_encoding_is_masked(form: str) -> None:
    assert Redactor([SECRET]).text(f"a {form} b {form}") == f"a {MASK} b {MASK}"
    assert Redactor([SECRET]).payload({"x": [f"a {form} b"]}) == {"x": [f"a {MASK} b"]}


@pytest.mark.parametrize(
    ("secret", "form"),
    [
        ("key\U0001f600word", r"key\ud83d\ude00word"),
        ("key\U0001f600word", r"key\uD83D\uDE00word"),
        ("key\U0001f600word", r"key\\ud83d\\ude00word"),
        ("key\U0001f600word", r"key\U0001f600word"),
        ("k\u00e9y\u20acw\u00f6rd'", "k&eacute;y&euro;w&ouml;rd&apos;"),
        ("k\u00e9y\u20acw\u00f6rd'", "k&amp;eacute;y&amp;euro;w&ouml;rd'"),
        ("key\tword\b\n\f\r", r"key\tword\b\n\f\r"),
        ("correct horse battery", "correct+horse+battery"),
        ("correct horse battery", "correct+horse battery"),
        ("Key-Word1", "KEY-WORD1"),
        ("Key-Word1", "key-word1"),
        ("Key-Word1", "&#75&#101&#121&#45&#87&#111&#114&#100&#49"),
        ("Key-Word1", "&#x4b&#x65&#x79&#x2d&#x57&#x6f&#x72&#x64&#x31"),
        ("k\u20acyWord1", "k%u20acyWord1"),
        ("k\u20acyWord1", "%u006B%u20AC%u0079%u0057%u006f%u0072%u0064%u0031"),
        ("Key-Word1", r"\113\145\171\055\127\157\162\144\061"),
        ("k\u20acyWord1", r"k\342\202\254yWord1"),
        ("Key-Word1", "4b:65:79:2d:57:6f:72:64:31"),
        ("Key-Word1", "4B 65 79 2D 57 6F 72 64 31"),
        # The bytes of UTF-8 as Latin-1, as Windows-1252, as Python shows them, and lost.
        ("k\u00e9y\u00fcword", "k\u00c3\u00a9y\u00c3\u00bcword"),
        ("k\u20acyword1", "k\u00e2\u201a\u00acyword1"),
        ("k\u00e9y\u00fcword", r"k\xc3\xa9y\xc3\xbcword"),
        ("k\u00e9y\u00fcword", "k?y?word"),
        ("k\u00e9y\u00fcword", "k\ufffd\ufffdy\ufffd\ufffdword"),
        ("k\u00e9y\u00fcword", "k\ufffdy\ufffdword"),
        # As Rust and Swift show them.
        ("k\u00e9y\u00fcword", r"k\u{e9}y\u{FC}word"),
    ],
)
def test_characters_with_an_encoding_of_their_own_are_masked(secret: str, form: str) -> None:
    assert Redactor([secret]).text(f"a {form} b") == f"a {MASK} b"
    assert Redactor([secret]).payload({"x": form}) == {"x": MASK}


@pytest.mark.parametrize("encode", [str, quote, json.dumps, lambda text: text.replace("e", "&#101;")])
@pytest.mark.parametrize("shown_in", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("given_in", ["NFC", "NFD"])
# The second one is shorter than a secret that is looked for in values, once it is composed.
@pytest.mark.parametrize("secret", ["p\u00e4ssword-\u00e9\ufb01", "\u00e9\u00e8\u00ea\u00eb"])
def test_normal_forms_are_masked(
    secret: str,
    given_in: Literal["NFC", "NFD"],
    shown_in: Literal["NFC", "NFD", "NFKC", "NFKD"],
    encode: Callable[[str], str],
) -> None:
    form = encode(normalize(shown_in, secret)).strip('"')
    assert Redactor([normalize(given_in, secret)]).text(f"a {form} b") == f"a {MASK} b"
    if len(normalize(given_in, secret)) >= redaction.MIN_SECRET_IN_VALUES:
        assert Redactor([normalize(given_in, secret)]).payload({"x": form}) == {"x": MASK}
        body = json.dumps({"x": form}, ensure_ascii=False).encode()
        assert Redactor([normalize(given_in, secret)], removes_pin=False).json(body) == {"x": MASK}


ENCODINGS: list[Callable[[str], str]] = [
    lambda character: character,
    lambda character: quote(character, safe=""),
    quote_plus,
    lambda character: "".join(f"%25{byte:02x}" for byte in character.encode()),
    lambda character: f"&#{ord(character)};",
    lambda character: f"&amp;#x{ord(character):X};",
    lambda character: f"\\u{ord(character):04x}",
]


@given(st.data(), st.text(st.characters(max_codepoint=0xD7FF), min_size=8, max_size=20))
def test_every_character_may_be_encoded_in_its_own_way(data: st.DataObject, secret: str) -> None:
    form = "".join(data.draw(st.sampled_from(ENCODINGS))(character) for character in secret)
    assert Redactor([secret]).payload(f"<{form}>") == f"<{MASK}>"


@pytest.mark.parametrize("before", ["", "demo:", "author:"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: quote(text, safe=""),
        lambda text: quote(quote(text, safe=""), safe=""),
        lambda text: text.replace("/", r"\/"),
        lambda text: text.replace("/", r"\u002f").replace("+", r"\u002B"),
        lambda text: text.replace("/", "&#x2F;").replace("+", "&#43;"),
    ],
)
def test_base64_that_is_encoded_again_is_masked(encode: Callable[[str], str], before: str) -> None:
    secret = "aZ?>>~~+/\u00ff\u00e9>>?xx"
    form = encode(base64.b64encode(f"{before}{secret}".encode()).decode())
    for masked in (Redactor([secret]).text(form) or "", Redactor([secret]).payload(form)):
        assert MASK in masked
        assert len(masked.replace(MASK, "")) <= len(before) * 8 // 6 + 3 + len("%253D%253D")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "x", "xy", "demoauthor:", "demoauthor", "a longer beginning: "])
@pytest.mark.parametrize("after", ["", "!", "?!", "\n"])
def test_base64_of_more_than_the_secret_is_masked(encode: Callable[[bytes], bytes], before: str, after: str) -> None:
    secret = "aa?aa-bbbbb>ccccc~12345678\u00ff\u00fe"
    form = encode(f"{before}{secret}{after}".encode()).decode()
    redactor = Redactor([secret])
    for masked in (redactor.text(f"Basic {form}.") or "", redactor.payload(f"Basic {form}.")):
        shown_before, mask, shown_after = masked.partition(MASK)
        assert mask == MASK
        # What is left encodes the neighbors, and a few bits of the secret on each side.
        assert len(shown_before) <= len("Basic ") + -(-len(before) * 8 // 6)
        assert len(shown_after) <= len(".") + 1 + -(-len(after) * 8 // 6) + len("==")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("secret", ["another-key-1", "another-key-12", "another-key-123"])
def test_base64_may_lack_its_padding(encode: Callable[[bytes], bytes], secret: str) -> None:
    form = encode(secret.encode()).decode()
    assert Redactor([secret]).text(f"a {form} b {form.rstrip('=')} c") == f"a {MASK} b {MASK} c"


@pytest.mark.parametrize("size", [128, 129, 8192])
@pytest.mark.parametrize(
    "encode", [str, quote, json.dumps, html.escape, lambda text: base64.b64encode(text.encode()).decode()]
)
def test_a_long_secret_is_recognized_by_its_beginning(size: int, encode: Callable[[str], str]) -> None:
    secret = ("Ab1-'<" * size)[:size]
    started = monotonic()
    redactor = Redactor([secret])
    assert secret[100:] not in repr((redactor.text(f"a {encode(secret)}"), redactor.payload([encode(secret)])))
    assert redactor.payload([secret, f"{secret} z"]) == [MASK, MASK if size > 128 else f"{MASK} z"]
    assert redactor.payload([secret[:127]]) == [secret[:127]]
    assert monotonic() - started < 2


@pytest.mark.parametrize("secret", ["\\", "\\\\", "a\\\\b", "\\/\\", "\\\\\\server\\share"])
@pytest.mark.parametrize("times", [0, 1, 2, 3, 4])
def test_backslashes_may_be_escaped_four_times(secret: str, times: int) -> None:
    form = secret.replace("\\", "\\" * 2**times)
    assert Redactor([secret]).text(f"a {form} b") == f"a {MASK} b"


@pytest.mark.parametrize("secret", ["aaaaa-bbbbb-ccccc-12345678", "\\\\\\secret", "\\-" * 8, "&&&&&&&&", "%%%%%%%%"])
@pytest.mark.parametrize("piece", ["\\", "\\/", "&amp;", "amp;", "&", "%25", "25", "%", "&#", "0", "\\u", "a", "-"])
def test_hostile_text_takes_no_time(secret: str, piece: str) -> None:
    redactor = Redactor([secret])
    # The short one first: where a search is quadratic, it fails in seconds, and the long one would take an hour.
    for begin, length in (("", 5_000), ("", 100_000), ("&#", 100_000)):
        text = begin + piece * (length // len(piece))
        started = process_time()
        redactor.text(text)
        redactor.payload({"x": text})
        # It takes milliseconds, and took minutes when it was quadratic.
        assert process_time() - started < 5


@pytest.mark.parametrize("length", [41, 82, 128, 400])
@pytest.mark.parametrize("before", ["", "u:", "ab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\t"])
@pytest.mark.parametrize(
    "encode", [lambda raw: base64.b64encode(raw).decode(), lambda raw: raw.hex(), lambda raw: raw.hex(" ").upper()]
)
def test_encoded_secret_in_lines(encode: Callable[[bytes], str], end: str, before: str, length: int) -> None:
    secret = ("AAtoken-0_9" * 40)[:length]
    redactor = Redactor([secret, "another-key"], removes_pin=False)
    encoded = encode((before + secret).encode())
    text = end.join(encoded[start : start + 76] for start in range(0, len(encoded), 76))
    document = json.dumps({"a": ["x", text]}).encode()
    for shown in (redactor.text(text) or "", redactor.payload([text])[0], redactor.json(document)["a"][1]):
        assert MASK in shown
        # What holds bits of a neighbor may stay.
        assert len(shown) < len(MASK) + 20


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


def test_lone_surrogates_do_no_harm_where_a_text_has_lines() -> None:
    assert Redactor(["\ud800secret"]).text("two\nlines") == "two lines"


def test_clean_text_costs_no_pattern() -> None:
    redactor = Redactor(["key-that-is-nowhere", "another-key"])
    built = secret_forms._pattern.cache_info().misses
    assert redactor.text("DFW: 200") == "DFW: 200"
    assert redactor.payload({"x-trans-id": "tx1", "a": ["b" * 100]}) == {"x-trans-id": "tx1", "a": ["b" * 100]}
    assert redactor.json(b'{"name": "container"}') == {"name": "container"}
    for text in ("100 %", "Admin & user of C:\\files, 90 %"):
        assert redactor.text(text) == text
        assert redactor.payload({text: [text]}) == {text: [text]}
    assert redactor.payload({"id": "another-key"}) == {"id": MASK}
    assert secret_forms._pattern.cache_info().misses == built
    assert redactor.text("100 % of key-that-is-") == "100 % of key-that-is-"
    assert secret_forms._pattern.cache_info().misses == built + 1


@given(
    secret=st.text("abc 1+/=%&\\'\xe4", min_size=8, max_size=12),
    encoded=st.sets(st.integers(0, 11)),
    encode=st.sampled_from([quote, lambda one: f"&#{ord(one)};", lambda one: f"\\u{ord(one):04x}"]),
)
def test_any_characters_may_be_encoded(secret: str, encoded: set[int], encode: Callable[[str], str]) -> None:
    text = "".join(encode(one) if index in encoded else one for index, one in enumerate(secret))
    assert Redactor([secret]).text(f"x {text} y") == f"x {MASK} y"


@pytest.mark.parametrize("before", ["\\", "%5C", "%255c"])
@pytest.mark.parametrize("secret", ["\\secret-1", "\\\\\\secret-1"])
def test_backslashes_before_a_secret_that_begins_with_some(secret: str, before: str) -> None:
    assert Redactor([secret]).text(f"x {before * 100}{secret} y") == f"x {MASK} y"


@pytest.mark.parametrize(
    ("secret", "form"),
    [
        ("o'brien's key", "o''brien''s key"),
        ("o'brien's key", "o'\\''brien'\\''s key"),
        ("o'brien's key", "o'\"'\"'brien'\"'\"'s key"),
        ('a "big" secret', 'a ""big"" secret'),
    ],
)
def test_quotes_within_quotes_are_masked(secret: str, form: str) -> None:
    assert Redactor([secret]).text(f"near '{form}'.") == f"near '{MASK}'."
    assert Redactor([secret]).payload({form: [form]}) == {MASK: [MASK]}
    body = json.dumps({"said": form}).encode()
    assert Redactor([secret], removes_pin=False).json(body) == {"said": MASK}
