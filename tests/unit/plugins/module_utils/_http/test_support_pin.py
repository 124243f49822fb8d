# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The support PIN is recognized whatever it is called, and wherever it stands."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK


@pytest.mark.parametrize(
    "name",
    [
        "phonePin",
        "phonepin",
        "PHONE_PIN",
        "phone-pin",
        "Phone PIN",
        "RAX-AUTH:phonePin",
        "http://example.com/ns:phonePin",
    ]
    + ["supportPin", "support_pin", "RAX-AUTH:supportPIN", "telephonePin", "phonePin2", "phonePinValue", " phonePin "]
    + ["pin", "PIN", "user_pin", "userPin", "customerPIN", "RAX-AUTH:pin"]
    + ["pins", "PINs", "userPins", "pinCode", "pin_code", "PIN-CODE", "userPinCodes", "pincode"]
    + ["pinNumber", "pin_number", "userPinValue", "PIN-numbers"],
)
def test_support_pin_under_every_name(name: str) -> None:
    payload = {name: "914737", "a": [{name: {"b": "914737"}, "c": {name: 914737, "d": 1}}]}
    assert Redactor([]).payload(payload) == {"a": [{"c": {"d": 1}}]}
    assert payload["a"] == [{name: {"b": "914737"}, "c": {name: 914737, "d": 1}}]


@pytest.mark.parametrize(
    "name",
    ["phonePinState", "phone_pin_state", "RAX-AUTH:phonePinState", "phone", "supported", "pinned", "shipping", "spin"]
    + ["SPIN", "Pinot", "opinion", "", "pinState", "spins", "spinCode", "pinCoder", "pinNumbering"],
)
def test_names_that_are_not_of_a_pin(name: str) -> None:
    assert Redactor([]).payload({name: "ACTIVE"}) == {name: "ACTIVE"}


def test_support_pin_in_a_named_value() -> None:
    payload = {"a": [{"name": "phonePin", "value": "914737"}, {"key": "support_pin", "values": ["914737"], "id": 1}]}
    assert Redactor([]).payload(payload) == {"a": [{"name": "phonePin"}, {"key": "support_pin", "id": 1}]}
    assert Redactor([]).payload({"914737": "phonePin", "1": "a", "914738": "b"}) == {"1": "a", "914738": "b"}
    others = {"name": ["phonePin"], "key": "region", "value": "DFW"}
    assert Redactor([]).payload(others) == others
    assert Redactor([], removes_pin=False).payload(payload) == payload


def test_support_pin_in_a_pair() -> None:
    pairs = [["phonePin", "914737"], ["RAX-AUTH:supportPin", 914737], ["pin", "914-737"]]
    assert Redactor([]).payload(pairs) == [["phonePin"], ["RAX-AUTH:supportPin"], ["pin"]]
    assert Redactor([], removes_pin=False).payload(pairs) == pairs
    others = [["PIN", "PASSWORD"], ["region", "914737"], ["phonePinState", "914737"], ["pin", "914737", 1], [1, 914737]]
    assert Redactor([]).payload(others) == others


def test_support_pin_among_others() -> None:
    items = [["phonePin", "914737", "x"], ["a", "RAX-AUTH:supportPin", 914737], ["a", "PHONE_PIN", "b", "914737"]]
    expected = [["phonePin", "x"], ["a", "RAX-AUTH:supportPin"], ["a", "PHONE_PIN", "b", "914737"]]
    assert Redactor([]).payload(items) == expected


@pytest.mark.parametrize(
    ("naming", "named"), [("attribute", "val"), ("k", "v"), ("title", "data"), ("property", "number"), ("@name", "$")]
)
@pytest.mark.parametrize("pin", ["914737", 914737, " 914-737 "])
def test_support_pin_under_any_name_beside_its_own(naming: str, named: str, pin: object) -> None:
    cleaned = Redactor([]).payload({naming: "RAX-AUTH:phonePin", named: pin, "state": "ACTIVE"})
    assert cleaned == {naming: "RAX-AUTH:phonePin", "state": "ACTIVE"}
    others = {naming: "phonePinState", named: pin, "note": "a phonePin"}
    assert Redactor([]).payload(others) == others


@pytest.mark.parametrize("naming", ["name", "Name", "KEY", "type", "id", "field", "attribute", "label", "@name"])
@pytest.mark.parametrize("named", ["value", "Value", "VALUES", "code", "text", "content", "#text"])
def test_support_pin_in_an_object_that_names_it(naming: str, named: str) -> None:
    assert Redactor([]).payload([{naming: "RAX-AUTH:phonePin", named: "914737"}]) == [{naming: "RAX-AUTH:phonePin"}]
    assert Redactor([]).payload({naming: "compute", named: "914737"}) == {naming: "compute", named: "914737"}


@pytest.mark.parametrize(
    "text",
    ['{"phonePin": "%s"}', r'"{\"support_pin\": %s}"', "phonePin=%s", "The phone PIN is %s.", "Support PIN code: %s"]
    + ["<phonePin>%s</phonePin>", "RAX-AUTH:PHONEPIN %s", "phone-pin: %s", "phonePin value '%s'"]
    + ["phonePin%%3D%s", "phone%%2520pin%%253a%s&x", "phone&nbsp;pin&#58; %s", "&quot;phonePin&quot;: &quot;%s&quot;"]
    + ["&amp;quot;phonePin&amp;quot;:%s", r"\u0022phonePin\u0022: \u0022%s\u0022"]
    + [
        r"\\\\\\\"phonePin\\\\\\\": \\\\\\\"%s\\\\\\\"",
        r"phone_pin:\n  %s",
        r"phone\xadPin %s",
        r"phone\u200bPin\u200b %s",
    ]
    + [
        '{"pin": "%s"}',
        "Your PIN is %s.",
        "userPin=%s",
        "customer_pin: %s",
        "PINs %s",
        "The PIN for phone support is %s",
    ]
    + ["Your new support PIN will be %s", "The phone PIN was set to %s.", "Your PIN has been changed to %s"]
    + ["Support PIN reset to %s", "<b>Phone PIN</b> <i>%s</i>"],
)
def test_support_pin_in_text(text: str) -> None:
    for pin in ("914 737", "9147-37", "91.47.37"):
        assert Redactor([]).text(text % pin) == text % MASK
    assert Redactor([]).text(text % "914737") == text % MASK
    assert Redactor([]).payload({"a": [text % "914737"]}) == {"a": [text % MASK]}
    assert Redactor([], removes_pin=False).payload([text % "914737"]) == [text % "914737"]


@pytest.mark.parametrize(
    "text",
    ["phonePinState 914737", "phone pinned 914737", "phone 5551234", "support ping 914737", "spin 914737"]
    + ["https://pin-1001.example.com/pin/914737", "PIN of user 914737", "kingpin 914737"],
)
def test_text_without_a_support_pin(text: str) -> None:
    assert Redactor([]).text(text) == text
