# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and XML of the same answer or request: the same model, for every sample and for generated ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.rackspace.identity.plugins.module_utils import _document, _document_v11
from ansible_collections.rackspace.identity.plugins.module_utils._codec_json import dump as dump_json
from ansible_collections.rackspace.identity.plugins.module_utils._codec_json import load as load_json
from ansible_collections.rackspace.identity.plugins.module_utils._codec_xml import dump as dump_xml
from ansible_collections.rackspace.identity.plugins.module_utils._codec_xml import load as load_xml
from ansible_collections.rackspace.identity.plugins.module_utils._document import login_document, read_access
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.encoder import encode_json, encode_xml
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.generated import (
    ACCESSES,
    ACCESSES_IN_JSON,
    LOGINS,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import FIXTURES, sample_bytes

SAMPLES = sorted((path.parent.name[len("identity_") :], path.stem) for path in FIXTURES.glob("identity_v*/*.json"))
REQUEST_SAMPLES = [(version, name) for version, name in SAMPLES if name.startswith("request_")]
ANSWER_SAMPLES = [sample for sample in SAMPLES if sample not in REQUEST_SAMPLES]


def reader(version: str, name: str) -> Callable[[Any], Any]:
    """What reads the answer in this sample."""
    if version == "v11":
        return _document_v11.read_access
    return _document.read_endpoints if name == "endpoints" else _document.read_access


def test_every_sample_is_there_in_both_formats() -> None:
    in_xml = sorted((path.parent.name[len("identity_") :], path.stem) for path in FIXTURES.glob("identity_v*/*.xml"))
    assert in_xml == SAMPLES
    assert len(ANSWER_SAMPLES) == 14
    assert len(REQUEST_SAMPLES) == 7


@pytest.mark.parametrize(("version", "name"), ANSWER_SAMPLES)
def test_answers_mean_the_same(version: str, name: str) -> None:
    read = reader(version, name)
    in_json = read(load_json(sample_bytes(name, "json", version)))
    in_xml = read(load_xml(sample_bytes(name, "xml", version)))
    assert in_xml == in_json
    assert in_json


@pytest.mark.parametrize(("version", "name"), REQUEST_SAMPLES)
def test_requests_mean_the_same(version: str, name: str) -> None:
    in_json = load_json(sample_bytes(name, "json", version))
    in_xml = load_xml(sample_bytes(name, "xml", version))
    assert in_xml == in_json
    assert load_xml(dump_xml(in_json)) == in_json
    assert load_json(dump_json(in_xml)) == in_json


@given(ACCESSES_IN_JSON)
def test_what_a_service_writes_is_what_is_read(access: Access) -> None:
    assert read_access(load_json(encode_json(access))) == access


@given(ACCESSES)
def test_generated_answers_mean_the_same(access: Access) -> None:
    assert read_access(load_json(encode_json(access))) == access
    assert read_access(load_xml(encode_xml(access))) == access


@given(LOGINS)
def test_generated_requests_mean_the_same(login: Login) -> None:
    document = login_document(login)
    assert load_json(dump_json(document)) == document
    assert load_xml(dump_xml(document)) == document
