# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operation 10: version 1.1 in both formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from identity_service.accounts import USERS
from identity_service.tests import xml_client
from identity_service.tests.api_client import SECRETS, ApiClient, access
from identity_service.tests.xml_client import V11, root

PATH = "/v1.1/auth"
XML_TYPE = "application/xml; charset=UTF-8"
DOCUMENT = json.loads((Path(__file__).parent.parent / "catalog_v11.json").read_text(encoding="utf-8"))
KEY = "a86850deb2742ec3cb41518e26aa2d89"
# The bodies of the documented samples.
XML_LOGIN = f"""<?xml version="1.0" encoding="UTF-8"?>
<credentials xmlns="http://docs.rackspacecloud.com/auth/api/v1.1"
username="hub_cap"
key="{KEY}"/>"""
JSON_LOGIN = json.dumps({"credentials": {"username": "hub_cap", "key": KEY}})
ABLE = [user.login for user in USERS if user.enabled and user.credentials.api_key and user.factor is None]


def post(api: ApiClient, body: Any, path: str = PATH, **headers: str) -> TestResponse:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return api.client.post(path, data=data, headers={"Content-Type": "application/json", **headers})


def login(api: ApiClient, user: str = "hub_cap") -> dict[str, Any]:
    response = post(api, {"credentials": {"username": user, "key": SECRETS[user].api_key}})
    assert (response.status_code, response.content_type) == (200, "application/json")
    payload: dict[str, Any] = response.get_json()
    assert list(payload) == ["auth"]
    assert list(payload["auth"]) == ["token", "serviceCatalog"]
    auth: dict[str, Any] = payload["auth"]
    return auth


def refused(response: TestResponse, status: int, fault: str) -> str:
    """Check that the response is a fault in JSON, and return its message."""
    assert (response.status_code, response.content_type) == (status, "application/json")
    assert response.get_json()[fault]["code"] == status
    return str(response.get_json()[fault]["message"])


def refused_in_xml(response: TestResponse, status: int, fault: str) -> str:
    return xml_client.refused(response, status, fault, space=V11, content_type=XML_TYPE)


def as_json(response: TestResponse) -> dict[str, Any]:
    """Return the auth object in JSON."""
    auth = root(response, content_type=XML_TYPE)
    assert auth.tag == f"{V11}auth"
    token, catalog = auth
    assert (token.tag, catalog.tag) == (f"{V11}token", f"{V11}serviceCatalog")
    services: dict[str, list[dict[str, Any]]] = {}
    for service in catalog:
        assert (service.tag, list(service.attrib)) == (f"{V11}service", ["name"])
        services[service.attrib["name"]] = [_endpoint(endpoint.attrib) for endpoint in service]
    return {"token": dict(token.attrib), "serviceCatalog": services}


def _endpoint(attributes: dict[str, str]) -> dict[str, Any]:
    payload: dict[str, Any] = dict(attributes)
    if "v1Default" in payload:
        payload["v1Default"] = {"true": True, "false": False}[payload["v1Default"]]
    return payload


def test_the_documented_samples(api: ApiClient) -> None:
    answers = [
        api.client.post(PATH, data=XML_LOGIN, headers={"Accept": "application/xml"}),
        post(api, JSON_LOGIN, Accept="application/xml"),
        post(api, JSON_LOGIN, f"{PATH}.xml"),
    ]
    for payload in answers:
        assert as_json(payload)["serviceCatalog"] == DOCUMENT
    assert api.count("login_v11") == 3


def test_the_documented_catalog_is_complete() -> None:
    assert len(DOCUMENT) == 8
    assert DOCUMENT["cloudFiles"] == [
        {
            "region": "DFW",
            "v1Default": True,
            "publicURL": "https://storage.clouddrive.com/v1/RackCloudFS_demo",
            "internalURL": "https://storage-snet.clouddrive.com/v1/RackCloudFS_demo",
        },
        {
            "region": "ORD",
            "publicURL": "https://otherstorage.clouddrive.com/v1/RackCloudFS_demo",
            "internalURL": "https://otherstorage-snet.clouddrive.com/v1/RackCloudFS_demo",
        },
    ]


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        (PATH, None, "application/json"),
        (PATH, "*/*", "application/json"),
        (PATH, "application/json", "application/json"),
        (PATH, "application/xml, application/json;q=0.5", XML_TYPE),
        (f"{PATH}.json", None, "application/json"),
        (f"{PATH}.xml", None, XML_TYPE),
        (f"{PATH}.json", "application/xml", "application/json"),
        (f"{PATH}.xml", "application/json", XML_TYPE),
        (f"{PATH}.xml", "text/html", XML_TYPE),
    ],
)
def test_the_extension_decides_then_accept_then_json(
    api: ApiClient, path: str, accept: str | None, content_type: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for body, sent in ((JSON_LOGIN, "json"), (XML_LOGIN, "xml")):
        response = post(api, body, path, **{**headers, "Content-Type": f"application/{sent}"})
        assert (response.status_code, response.content_type) == (200, content_type)
        wrong = post(api, "nonsense", path, **{**headers, "Content-Type": f"application/{sent}"})
        assert (wrong.status_code, wrong.content_type) == (400, content_type)


@pytest.mark.parametrize("user", ABLE)
def test_both_formats_have_the_same_content(api: ApiClient, user: str) -> None:
    body = {"credentials": {"username": user, "key": SECRETS[user].api_key}}
    assert as_json(post(api, body, f"{PATH}.xml"))["serviceCatalog"] == login(api, user)["serviceCatalog"]


@pytest.mark.parametrize("user", [user for user in ABLE if user != "hub_cap"])
def test_other_users_have_their_catalog_of_version_2(api: ApiClient, user: str) -> None:
    services = access(api.api_key(user))["serviceCatalog"]
    catalog = login(api, user)["serviceCatalog"]
    assert list(catalog) == [service["name"] for service in services]
    for service in services:
        kept = ("region", "publicURL", "internalURL")
        expected = [{key: endpoint[key] for key in kept if key in endpoint} for endpoint in service["endpoints"]]
        found = [{key: row[key] for key in kept if key in row} for row in catalog[service["name"]]]
        assert found == expected
        assert all(set(row) - {"v1Default"} <= set(kept) for row in catalog[service["name"]])


@pytest.mark.parametrize(
    ("user", "region"), [("demoauthor", "DFW"), ("groupuser", "SYD"), ("noregion", "DFW"), ("otheradmin", "HKG")]
)
def test_one_endpoint_of_each_old_service_is_the_default(api: ApiClient, user: str, region: str) -> None:
    catalog = login(api, user)["serviceCatalog"]
    defaults = {
        name: [row.get("region") for row in rows if row["v1Default"]]
        for name, rows in catalog.items()
        if any(row["v1Default"] for row in rows)
    }
    assert defaults == {"cloudFiles": [region], "cloudFilesCDN": [region], "cloudServers": [None]}


def test_its_tokens_work_in_version_2(api: ApiClient) -> None:
    token = login(api, "demoauthor")["token"]
    validated = access(api.get(token["id"], token["id"]))["token"]
    assert validated["expires"] == token["expires"]
    assert validated["RAX-AUTH:authenticatedBy"] == ["APIKEY"]
    assert api.delete("", token["id"]).status_code == 204


def test_wrong_credentials_are_unauthorized(api: ApiClient) -> None:
    for user, key in (("hub_cap", "wrong"), ("nobody", KEY), ("racker", KEY), ("demoauthor", "myPassword01")):
        body = {"credentials": {"username": user, "key": key}}
        refused(post(api, body), 401, "unauthorized")
        refused_in_xml(post(api, body, f"{PATH}.xml"), 401, "unauthorized")


def test_a_disabled_user(api: ApiClient) -> None:
    body = {"credentials": {"username": "disableduser", "key": SECRETS["disableduser"].api_key}}
    refused(post(api, body), 403, "userDisabled")
    refused_in_xml(post(api, body, f"{PATH}.xml"), 403, "userDisabled")


@pytest.mark.parametrize("user", ["mfaTestUser", "mfaAppUser"])
def test_users_with_a_second_factor_must_use_version_2(api: ApiClient, user: str) -> None:
    response = post(api, {"credentials": {"username": user, "key": SECRETS[user].api_key}})
    assert "2.0" in refused(response, 403, "forbidden")
    assert "WWW-Authenticate" not in response.headers
    assert api.control("GET", "counters")["text_messages"] == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "well-formed"),
        ([], "object"),
        ({}, "credentials must be an object"),
        ({"auth": {}}, "unknown key"),
        ({"passwordCredentials": {"username": "hub_cap", "password": "x"}}, "unknown key"),
        ({"credentials": {"username": "hub_cap", "apiKey": KEY}}, "unknown key"),
        ({"credentials": {"username": "hub_cap", "key": KEY, "tenantId": "12345"}}, "unknown key"),
        ({"credentials": {"username": "hub_cap"}}, "credentials.key"),
        ({"credentials": {"username": "", "key": KEY}}, "credentials.username"),
        ({"credentials": {"username": "hub_cap", "key": 1}}, "credentials.key"),
    ],
)
def test_a_malformed_body_is_a_bad_request(api: ApiClient, body: Any, expected: str) -> None:
    assert expected in refused(post(api, body), 400, "badRequest")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "well-formed"),
        (XML_LOGIN.replace(f' xmlns="{V11[1:-1]}"', ""), "namespace"),
        (XML_LOGIN.replace("v1.1", "v1.0"), "namespace"),
        (XML_LOGIN.replace("<credentials", "<auth"), "namespace"),
        (XML_LOGIN.replace("/>", ' more="1"/>'), "unknown key"),
        (XML_LOGIN.replace("/>", "><more/></credentials>"), "must not contain elements"),
        (XML_LOGIN.replace("/>", ">text</credentials>"), "must not contain text"),
        (XML_LOGIN.replace(KEY, ""), "credentials.key"),
        (XML_LOGIN.replace("?>", "?><!DOCTYPE credentials>"), "document type"),
        (XML_LOGIN.replace("UTF-8", "latin-1"), "UTF-8"),
    ],
)
def test_a_malformed_xml_body_is_a_bad_request(api: ApiClient, body: str, expected: str) -> None:
    headers = {"Content-Type": "application/xml", "Accept": "application/xml"}
    assert expected in refused_in_xml(post(api, body, **headers), 400, "badRequest")


def test_requests_are_read_as_strictly_as_those_of_version_2(api: ApiClient) -> None:
    refused(post(api, JSON_LOGIN, f"{PATH}?apply_rcn_roles=true"), 400, "badRequest")
    refused(post(api, JSON_LOGIN, **{"X-SessionId": "x"}), 400, "badRequest")
    refused(post(api, JSON_LOGIN, Authorization="Basic ZGVtbzpkZW1v"), 400, "badRequest")
    refused(post(api, JSON_LOGIN, **{"Content-Type": "text/plain"}), 400, "badRequest")
    refused(post(api, JSON_LOGIN + " " * 70_000), 413, "overLimit")
    refused(api.client.post(PATH, data=JSON_LOGIN), 400, "badRequest")
    assert api.control("GET", "tokens")["total"] == 0


def test_faults_without_their_own_name_in_version_1_1_use_the_common_one(api: ApiClient) -> None:
    refused(post(api, JSON_LOGIN, Accept="text/html"), 406, "authFault")
    response = api.client.get(PATH)
    refused(response, 405, "authFault")
    assert response.headers["Allow"] == "POST"
    refused(api.client.post("/v1.1/tokens"), 404, "itemNotFound")
    api.add_fault(kind="fault", status=500, operation="login_v11")
    refused(post(api, JSON_LOGIN), 500, "authFault")


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, "badRequest"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (413, "overLimit"),
        (500, "authFault"),
        (503, "serviceUnavailable"),
    ],
)
def test_every_fault_can_be_requested_in_both_formats(api: ApiClient, status: int, fault: str) -> None:
    specification = {"kind": "fault", "status": status, "operation": "login_v11", "times": 2, "retry_after": 3}
    api.control("POST", "faults", {**specification, "details": "Of that.", "retry_at": "soon"})
    access(api.api_key())
    payload = post(api, JSON_LOGIN)
    assert payload.get_json() == {
        fault: {"code": status, "message": "Ordered by a test.", "details": "Of that.", "retryAt": "soon"}
    }
    element = root(post(api, JSON_LOGIN, f"{PATH}.xml"), status, XML_TYPE)
    assert (element.tag, element.attrib) == (f"{V11}{fault}", {"code": str(status), "retryAt": "soon"})
    assert [child.text for child in element] == ["Ordered by a test.", "Of that."]
    assert payload.headers["Retry-After"] == "3"


def test_faults_for_any_login_affect_version_1_1(api: ApiClient) -> None:
    api.add_fault(kind="redirect", location="https://example.com/", operation="login")
    assert post(api, JSON_LOGIN).status_code == 302
    api.add_fault(kind="huge", bytes=9_000)
    assert len(post(api, JSON_LOGIN, f"{PATH}.xml").data) == 9_000
    assert login(api)["token"]


def test_the_prefix_can_be_chosen(api: ApiClient) -> None:
    api.set(xml_v11_prefix="ns4")
    response = post(api, JSON_LOGIN, f"{PATH}.xml")
    assert as_json(response)["serviceCatalog"] == DOCUMENT
    assert "<ns4:auth " in response.get_data(as_text=True)
    refused_in_xml(post(api, "{", f"{PATH}.xml"), 400, "badRequest")


def test_hub_cap_can_use_version_2_as_well(api: ApiClient) -> None:
    payload = access(api.api_key("hub_cap"))
    assert payload["token"]["tenant"]["id"] == "12345"
    assert len(payload["serviceCatalog"]) == 19


def test_the_log_names_paths_and_no_secrets(api: ApiClient) -> None:
    for path in (PATH, f"{PATH}.xml", f"{PATH}.json"):
        post(api, JSON_LOGIN, path)
    entries = api.control("GET", "requests")["requests"]
    assert [entry["path"] for entry in entries] == [PATH, f"{PATH}.xml", f"{PATH}.json"]
    assert {entry["operation"] for entry in entries} == {"login_v11"}
    assert KEY not in str(entries)
