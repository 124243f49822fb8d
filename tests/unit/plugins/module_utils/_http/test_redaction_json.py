# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents in JSON: nothing is left that a search of each string would find, and they are read in less time."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK
from ansible_collections.rackspace.identity.tests.unit.support.generated import ANY_PAYLOAD

TOKEN = "AABBCCDDEEFFtoken-0_9"


def redactor(secret: str = TOKEN, **options: bool) -> Redactor:
    return Redactor([secret], **{"removes_pin": False, **options})


def escaped(text: str) -> str:
    """Return a string in JSON with every character escaped."""
    return "".join(f"\\u{ord(character):04x}" for character in text)


@pytest.mark.parametrize(
    "string",
    [
        TOKEN,
        escaped(TOKEN),
        escaped(TOKEN).upper().replace("\\U", "\\u"),
        TOKEN.replace("A", "\\u0041"),
        TOKEN.lower(),
        TOKEN.upper(),
        TOKEN.encode().hex(),
        TOKEN.encode().hex(":"),
        base64.b64encode(TOKEN.encode()).decode(),
        base64.b64encode(TOKEN.encode()).decode().replace("/", "\\/"),
        "".join(f"%{byte:02x}" for byte in TOKEN.encode()),
        "".join(f"\\u0025{byte:02x}" for byte in TOKEN.encode()),
        "".join(f"&#{byte};" for byte in TOKEN.encode()),
        "".join(f"\\u0026#{byte};" for byte in TOKEN.encode()),
        escaped(TOKEN).replace("\\", "\\\\"),
        quote(TOKEN, safe="").replace("-", "%2D").replace("_", "%5f"),
    ],
)
@pytest.mark.parametrize("document", ['{"a": ["x %s y"]}', '{"\\u00e9": "\\n\\"\\u4e2d", "b": "é %s", "%%": 1}'])
def test_no_encoding_of_the_token_is_left(string: str, document: str) -> None:
    found = redactor().json((document % string).encode())
    assert MASK in json.dumps(found)
    assert found == redactor().payload(json.loads(document % string))


@pytest.mark.parametrize("secret", ["pässword", 'pass"word', "pass\\word", "pass\nword", "pass\tword", "pass/word"])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_secret_that_json_writes_in_other_ways(secret: str, ensure_ascii: bool) -> None:
    body = json.dumps({"a": f"x {secret}"}, ensure_ascii=ensure_ascii).replace("/", "\\/").encode()
    assert redactor(secret).json(body) == {"a": f"x {MASK}"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_documents_in_other_encodings(encoding: str) -> None:
    assert redactor().json(json.dumps({"a": TOKEN, "b": "é"}).encode(encoding)) == {"a": MASK, "b": "é"}


def test_names_are_searched_too() -> None:
    assert redactor().json(json.dumps({f"a{TOKEN}": 1}).encode()) == {f"a{MASK}": 1}


def test_support_pin_is_removed_where_it_has_to_be() -> None:
    body = b'{"phonePin": "1234", "a": 1}'
    assert redactor().json(body) == {"phonePin": "1234", "a": 1}
    assert redactor(removes_pin=True).json(body) == {"a": 1}


@pytest.mark.parametrize("body", [b'"\\ud800"', b'{"\\udfff": 1}', b'"\xed\xa0\x80"', b'["\\uD83D\\uDE00"]'])
def test_halves_of_characters(body: bytes) -> None:
    assert redactor().json(body) == redactor().payload(json.loads(body))
    # A token that is too short to be looked for in values.
    assert redactor("short").json(body) == redactor().payload(json.loads(body))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1E+999", f"{'9' * 400}.0"])
def test_numbers_that_json_does_not_have(number: str) -> None:
    assert redactor().json(f"[{number}, 1.5, 1e3, 7]".encode()) == [None, 1.5, 1000.0, 7]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[1, {"a": 2, "b":'])
def test_depth(opening: str) -> None:
    closing = {"[": "]", '{"a":': "}"}.get(opening, "}]")
    levels = opening.count("[") + opening.count("{")
    deepest = 100 // levels
    body = f"{opening * deepest}1{closing * deepest}".encode()
    assert redactor().json(body) == redactor().payload(json.loads(body))
    too_deep = f"{opening * (deepest + 1)}1{closing * (deepest + 1)}".encode()
    with pytest.raises(DecodeError, match="nested too deeply"):
        redactor().payload(json.loads(too_deep))
    with pytest.raises(DecodeError, match="nested too deeply"):
        redactor().json(too_deep)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": 1} x', b"'a'"])
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra data|decode"):
        redactor().json(body)


@given(payload=ANY_PAYLOAD, ensure_ascii=st.booleans())
def test_result_is_that_of_a_search_of_each_string(payload: Any, ensure_ascii: bool) -> None:
    body = json.dumps(payload, ensure_ascii=ensure_ascii).encode("utf-8", "surrogatepass")
    assert redactor().json(body) == redactor().payload(json.loads(body))


@given(
    texts=st.lists(st.sampled_from(["\\u00e9", "\\n", '\\"', "\\\\", "\\/", "A", "%41", "é", TOKEN, "\\u0041"])),
    secret=st.sampled_from([TOKEN, "AAAAAAAA", "nnnnnnnn", "é" * 8]),
)
def test_escapes_between_characters(texts: list[str], secret: str) -> None:
    body = f'["{"".join(texts)}"]'.encode()
    assert redactor(secret).json(body) == redactor(secret).payload(json.loads(body))


def test_strings_of_a_clean_document_are_not_searched_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take ten times as long as to read the document."""
    items = [{"name": f"backups/db-{number}.dump", "bytes": number, "type": "text/plain"} for number in range(100)]
    monkeypatch.setattr(Redactor, "_value", lambda _self, _value: pytest.fail("a string was searched by itself"))
    assert redactor().json(json.dumps(items).encode()) == items
