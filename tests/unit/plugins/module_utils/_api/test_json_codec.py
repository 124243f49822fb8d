# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON codec: bytes to payloads and back, and what is not JSON at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._api.json_codec import dump, load
from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.tests.unit.support.generated import ANY_PAYLOAD
from ansible_collections.rackspace.identity.tests.unit.support.models import fault_of
from ansible_collections.rackspace.identity.tests.unit.support.samples import cleaned

TOKEN = {"id": "secretid", "expires": "2015-06-05T16:24:57.637Z"}


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"secret", b'{"access": ', b"<html>secret</html>", b"\xff\xfe\x00secret", b"{'a': 1}", b"{}{}"],
)
def test_body_that_is_not_json(body: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        load(body)
    assert str(caught.value) == "the response is not JSON"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("levels", [100, 900, 5000, 40_000])
def test_deep_nesting(levels: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = opening * levels + "1" + closing * levels
        body = f'{{"access": {{"token": {json.dumps(TOKEN)}, "x": {deep}}}}}'.encode()
        with pytest.raises(DecodeError, match=r"^the response is (nested too deeply|not JSON)$"):
            read_access(cleaned(load(body)))
        assert fault_of(b'{"overLimit": {"message": "m", "x": ' + deep.encode() + b"}}").message in ("m", None)


@pytest.mark.parametrize("payload", [[], None, "secret", 5, True])
def test_json_that_is_not_an_object(payload: object) -> None:
    with pytest.raises(DecodeError) as caught:
        load(json.dumps(payload).encode())
    assert str(caught.value) == "the response is not an object"


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read_access(load(body))


@given(st.dictionaries(st.text(max_size=8), ANY_PAYLOAD, max_size=4))
def test_payload_is_loaded_as_it_was_dumped(payload: dict[str, object]) -> None:
    assert dump(payload).isascii()
    assert load(dump(payload)) == json.loads(json.dumps(payload))
