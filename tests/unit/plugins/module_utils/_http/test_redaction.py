# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that came from elsewhere: no secret is left in it, in whatever form it is repeated."""

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK
from ansible_collections.rackspace.identity.tests.unit.support.generated import ANY_PAYLOAD

SECRET = "p\u00e4ss <w>&\"rd/+\\'%"


def test_nothing_to_mask() -> None:
    for redactor in (Redactor([]), Redactor([None, ""]), Redactor(iter(()))):
        assert redactor.text("a text") == "a text"
        assert redactor.text("") == ""
        assert redactor.text(None) is None


def test_text_is_put_on_one_line() -> None:
    assert Redactor([]).text("\n a\r\n\tb\x00c\x7f \n") == "a b c"


def test_terminal_sequences_lose_their_effect() -> None:
    assert Redactor([]).text("\x1b[2Jgone") == "[2Jgone"


@pytest.mark.parametrize(
    "character",
    [
        *map(chr, range(0x20)),
        *map(chr, range(0x7F, 0xA0)),
        *("\u061c", "\u200e", "\u200f", "\u2028", "\u2029"),
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
    ],
    ids=ascii,
)
def test_control_characters_and_changes_of_direction_become_blanks(character: str) -> None:
    assert Redactor([]).text(f"a{character}b") == "a b"


def test_lone_surrogates_become_replacement_characters() -> None:
    assert Redactor([]).text("a\ud800b\udfffc") == "a\ufffdb\ufffdc"
    assert Redactor([]).payload({"\ud800": ["\udfff"]}) == {"\ufffd": ["\ufffd"]}


def test_control_characters_in_payloads_are_data() -> None:
    assert Redactor([SECRET]).payload({"a\n": "\x1b\u202e\u00e9"}) == {"a\n": "\x1b\u202e\u00e9"}


def test_text_of_megabytes_is_cut_before_it_is_searched() -> None:
    assert Redactor([SECRET]).text("x" * 8_000_000) == "x" * 500 + "..."


@pytest.mark.parametrize("at", range(7975, 8005))
def test_secret_across_the_cut_of_a_long_text_is_not_shown(at: int) -> None:
    # Blanks shrink to one, so that the end of what is searched can be seen.
    masked = Redactor(["secretsecretsecret"]).text(" " * 3 + "\n" * at + "secretsecretsecret" + "x" * 9000)
    assert masked is not None
    assert "secr" not in masked


def test_long_text_is_cut() -> None:
    assert Redactor([]).text("x" * 500) == "x" * 500
    assert Redactor([]).text("x" * 501) == "x" * 500 + "..."


def test_secret_across_the_cut_is_masked_first() -> None:
    masked = Redactor(["secret"]).text("x" * 497 + "secret")
    assert masked == "x" * 497 + "***..."


# Payloads, which become results.


def test_secrets_in_names_and_values_of_a_payload() -> None:
    payload = {"x secret12 y": ["secret12", {"a": "b%73ecret12c"}], "n": [1, 2.5, None, True]}
    assert Redactor(["secret12"]).payload(payload) == {
        f"x {MASK} y": [MASK, {"a": f"b{MASK}c"}],
        "n": [1, 2.5, None, True],
    }


def test_short_secrets_stay_in_payloads() -> None:
    # They stand in names and URLs by chance.
    assert Redactor(["secret1", "1"]).payload({"secret1": "https://x/1"}) == {"secret1": "https://x/1"}
    assert Redactor(["secret1"]).text("secret1") == MASK


@pytest.mark.parametrize("value", ["secret1", "SECRET1", " Secret1 "])
def test_an_extra_value_that_equals_a_short_secret_is_masked(value: str) -> None:
    assert Redactor(["secret1"]).unknown({"a": [value]}) == {"a": [MASK]}
    assert Redactor(["SECRET1"]).unknown({"a": [value]}) == {"a": [MASK]}
    assert Redactor(["secret1"]).payload({"a": [value]}) == {"a": [value]}


@pytest.mark.parametrize("secret", ["012345", "12345", "123456789012345"])
def test_an_extra_number_that_equals_a_secret_is_masked(secret: str) -> None:
    payload = [int(secret), float(secret), int(secret) + 1, True, None]
    assert Redactor([secret]).unknown(payload) == [MASK, MASK, *payload[2:]]
    assert Redactor(["1", "0", "9" * 5000]).unknown([True, False, 2]) == [True, False, 2]


@pytest.mark.parametrize(
    ("secret", "number"), [("91827364", 91827364), ("91827364", 91827364.0), ("8374.6152", 8374.6152)]
)
def test_numbers_that_hold_a_long_secret_are_masked(secret: str, number: float) -> None:
    assert Redactor([secret]).payload({"a": [number, 7, 0.5, True, None]}) == {"a": [MASK, 7, 0.5, True, None]}
    assert Redactor(["012345", ""]).payload([12345, 1.5, False]) == [12345, 1.5, False]


def test_an_extra_key_that_equals_a_short_secret_is_masked() -> None:
    assert Redactor(["012345"]).unknown({"a": {"012345": 1, "other": 2}}) == {"a": {MASK: 1, "other": 2}}


@pytest.mark.parametrize("seconds", [None, 0.0, 60.0, 999.0, 1800.5, 1e300])
def test_waits(seconds: float | None) -> None:
    assert Redactor(["60", "0999", "91827364", "secret"]).seconds(seconds) == seconds


@pytest.mark.parametrize("secret", ["91827364", "918273", "0918273", "1000"])
def test_a_wait_that_is_a_secret(secret: str) -> None:
    assert Redactor([secret]).seconds(float(secret)) is None
    assert Redactor([secret]).seconds(float(secret) + 0.5) is None


def test_depth_of_payloads() -> None:
    deep: object = 1
    for _level in range(100):
        deep = [deep]
    assert Redactor([]).payload(deep) == deep
    for too_deep in ([deep], {"a": deep}):
        with pytest.raises(DecodeError) as caught:
            Redactor([]).payload(too_deep)
        assert str(caught.value) == "the response is nested too deeply"


@given(ANY_PAYLOAD)
def test_payload_without_secrets_is_left_alone(payload: object) -> None:
    assert repr(Redactor(["aaaaa-bbbbb-ccccc-12345678"]).payload(payload)) == repr(payload)
