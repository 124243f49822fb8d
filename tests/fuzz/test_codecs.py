# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Payloads and bytes of every kind: a model, or one typed error; nothing that a reader of the result cannot take."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any
from xml.etree.ElementTree import Element, tostring

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._api import (
    json_codec,
    media_types,
    payloads,
    payloads_v11,
    xml_codec,
)
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._text import HEADER_VALUE

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)
SECRET = "aaaaa-bbbbb-ccccc-12345678"

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["2026-02-01T12:00:00Z", "\ud800", SECRET, "true", ""]),
)
KEYS = st.sampled_from(
    [
        *("access", "auth", "token", "id", "expires", "tenant", "name", "user", "username", "roles", "description"),
        *("serviceCatalog", "endpoints", "type", "region", "publicURL", "versionId", "tenantId", "v1Default"),
        *("RAX-AUTH:authenticatedBy", "RAX-AUTH:accessibleDomains", "RAX-AUTH:federated", "RAX-AUTH:defaultRegion"),
        *("RAX-AUTH:impersonator", "RAX-AUTH:phonePin", "code", "message", "details", "retryAfter", "retryAt", "x"),
    ]
)
PAYLOADS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=40
)
TOKEN_IDS = st.from_regex(HEADER_VALUE, fullmatch=True).filter(lambda text: bool(text.strip(".")))
TOKEN = st.fixed_dictionaries(
    {"id": TOKEN_IDS, "expires": st.just("2026-02-01T12:00:00Z")},
    optional={"tenant": PAYLOADS, "RAX-AUTH:authenticatedBy": PAYLOADS, "x": PAYLOADS},
)
ACCESSES = st.fixed_dictionaries(
    {"token": TOKEN}, optional={"user": PAYLOADS, "serviceCatalog": PAYLOADS, "RAX-AUTH:impersonator": PAYLOADS}
)
NAMES = st.sampled_from(
    [
        *("access", "token", "user", "serviceCatalog", "service", "endpoint", "endpoints", "version", "roles", "role"),
        *("{http://docs.openstack.org/identity/api/v2.0}access", "{http://example.com/x}y", "unauthorized", "message"),
        "{http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0}accessibleDomains",
        "{http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0}authenticatedBy",
    ]
)
XML_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=10)


def element(name: str, attributes: dict[str, str], text: str, children: list[Element]) -> Element:
    """Return an element."""
    made = Element(name, attributes)
    made.text = text
    made.extend(children)
    return made


ELEMENTS = st.recursive(
    st.builds(element, NAMES, st.dictionaries(NAMES, XML_TEXT, max_size=3), XML_TEXT, st.just([])),
    lambda inner: st.builds(
        element, NAMES, st.dictionaries(NAMES, XML_TEXT, max_size=3), XML_TEXT, st.lists(inner, max_size=5)
    ),
    max_leaves=25,
)


def check_readable(payload: Any) -> None:
    """Check that whatever a payload is read as can be returned by a module, without the secret."""
    for read in (payloads.read_access, payloads_v11.read_access):
        access = None
        with suppress(DecodeError):
            access = read(Redactor((SECRET,)).payload(payload))
        if access is None:
            continue
        shown = [access.token.as_dict(NOW), access.user, access.impersonator, access.extra, flatten(access.services)]
        text = json.dumps(shown, ensure_ascii=False).encode("utf-8").decode()
        assert SECRET not in text
        assert 'phonePin"' not in text


@given(PAYLOADS)
def test_any_payload_is_read_or_refused(payload: Any) -> None:
    if isinstance(payload, dict):
        check_readable(payload)
        payloads.read_fault(payload, NOW)


@given(ACCESSES)
def test_what_only_informs_never_ends_a_login(access: dict[str, Any]) -> None:
    check_readable({"access": access})
    token_id = access["token"]["id"].strip()
    if token_id:
        assert payloads.read_access({"access": access}).token.id == token_id
        assert payloads.token_id({"access": access}) == token_id


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for load in (json_codec.load, xml_codec.load):
        with suppress(DecodeError):
            check_readable(load(body))
    media_types.read_fault(body, NOW)


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
        max_size=4,
    )
)
def test_json_comes_back_as_it_was(payload: dict[str, Any]) -> None:
    assert json_codec.load(json_codec.dump(payload)) == payload


@given(ELEMENTS)
def test_any_xml_is_read_or_refused(root: Element) -> None:
    body = tostring(root)
    check_readable(xml_codec.load(body))
    media_types.read_fault(body, NOW)
