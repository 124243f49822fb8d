# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON codec: bytes to documents and back, and what is no JSON at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._codec_json import dump, load
from ansible_collections.rackspace.identity.plugins.module_utils._document import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.generated import ANY_DOCUMENT
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.models import fault_of

TOKEN = {"id": "secretid", "expires": "2015-06-05T16:24:57.637Z"}


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"secret", b'{"access": ', b"<html>secret</html>", b"\xff\xfe\x00secret", b"{'a': 1}", b"{}{}"],
)
def test_no_json(body: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        load(body)
    assert str(caught.value) == "the answer is not JSON"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("levels", [60, 900, 5000, 200_000])
def test_deep_nesting(levels: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = opening * levels + "1" + closing * levels
        body = f'{{"access": {{"token": {json.dumps(TOKEN)}, "x": {deep}}}}}'.encode()
        with pytest.raises(DecodeError, match=r"^the answer is (nested too deeply|not JSON)$"):
            read_access(load(body))
        assert fault_of(b'{"overLimit": {"message": "m", "x": ' + deep.encode() + b"}}").message in ("m", None)


@pytest.mark.parametrize("document", [[], None, "secret", 5, True])
def test_no_object(document: object) -> None:
    with pytest.raises(DecodeError) as caught:
        load(json.dumps(document).encode())
    assert str(caught.value) == "the answer is not an object"


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read_access(load(body))


@given(st.dictionaries(st.text(max_size=8), ANY_DOCUMENT, max_size=4))
def test_what_is_written_is_what_is_read(document: dict[str, object]) -> None:
    assert dump(document).isascii()
    assert load(dump(document)) == json.loads(json.dumps(document))
