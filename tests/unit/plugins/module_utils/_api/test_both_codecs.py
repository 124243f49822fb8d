# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and XML of the same response or request: the same model, for every sample and for generated ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.rackspace.identity.plugins.module_utils._api import payloads, payloads_v11
from ansible_collections.rackspace.identity.plugins.module_utils._api.json_codec import dump as dump_json
from ansible_collections.rackspace.identity.plugins.module_utils._api.json_codec import load as load_json
from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import login_payload, read_access
from ansible_collections.rackspace.identity.plugins.module_utils._api.xml_codec import dump as dump_xml
from ansible_collections.rackspace.identity.plugins.module_utils._api.xml_codec import load as load_xml
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, LoginRequest
from ansible_collections.rackspace.identity.tests.unit.support.encoder import encode_json, encode_xml
from ansible_collections.rackspace.identity.tests.unit.support.generated import (
    ACCESSES,
    ACCESSES_IN_JSON,
    LOGINS,
)
from ansible_collections.rackspace.identity.tests.unit.support.samples import FIXTURES, sample_bytes

SAMPLES = sorted((path.parent.name[len("identity_") :], path.stem) for path in FIXTURES.glob("identity_v*/*.json"))
REQUEST_SAMPLES = [(version, name) for version, name in SAMPLES if name.startswith("request_")]
RESPONSE_SAMPLES = [sample for sample in SAMPLES if sample not in REQUEST_SAMPLES]


def reader(version: str, name: str) -> Callable[[Any], Any]:
    """Return the function that reads the response in this sample."""
    if version == "v11":
        return payloads_v11.read_access
    return payloads.read_endpoints if name == "endpoints" else payloads.read_access


def test_every_sample_exists_in_both_media_types() -> None:
    in_xml = sorted((path.parent.name[len("identity_") :], path.stem) for path in FIXTURES.glob("identity_v*/*.xml"))
    assert in_xml == SAMPLES
    assert len(RESPONSE_SAMPLES) == 14
    assert len(REQUEST_SAMPLES) == 7


@pytest.mark.covers(
    "responses/access",
    "users-and-impersonators/user-rax-auth:federated",
    "users-and-impersonators/user-roles-description",
    "users-and-impersonators/user-roles-tenantid",
    "users-and-impersonators/user-roles-serviceid",
    "services-and-endpoints/servicecatalog-type",
    "version-1-1-operation-10/auth-servicecatalog",
    "version-1-1-operation-10/publicurl",
    "version-1-1-operation-10/internalurl",
)
@pytest.mark.parametrize(("version", "name"), RESPONSE_SAMPLES)
def test_responses_mean_the_same(version: str, name: str) -> None:
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
def test_json_of_a_service_is_read_as_it_was_written(access: Access) -> None:
    assert read_access(load_json(encode_json(access))) == access


@given(ACCESSES)
def test_generated_responses_mean_the_same(access: Access) -> None:
    assert read_access(load_json(encode_json(access))) == access
    assert read_access(load_xml(encode_xml(access))) == access


@pytest.mark.covers(
    "request-attributes/auth-passwordcredentials-username",
    "request-attributes/auth-rax-kskey:apikeycredentials-username",
)
@given(LOGINS)
def test_generated_requests_mean_the_same(request: LoginRequest) -> None:
    payload = login_payload(request)
    assert load_json(dump_json(payload)) == payload
    assert load_xml(dump_xml(payload)) == payload
