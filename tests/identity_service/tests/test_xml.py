# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version 2.0 in XML: the documented samples, and that XML and JSON have the same content."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from identity_service.accounts import DEMO, USERS
from identity_service.tests.api_client import SECRETS, TOKENS, ApiClient, access
from identity_service.tests.xml_client import (
    ACCEPT,
    CORE,
    RAX_AUTH,
    api_key,
    as_json_access,
    as_json_endpoint,
    as_json_token,
    auth,
    one,
    password,
    post,
    refused,
    root,
)

WITH_KEY = [user.login for user in USERS if user.enabled and user.credentials.api_key]
FACTORLESS = [user.login for user in USERS if user.enabled and user.credentials.password and user.factor is None]

# The documented requests, without their known mistakes.
SETUP_SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<auth RAX-AUTH:scope="SETUP-MFA"
  xmlns="http://docs.openstack.org/identity/api/v2.0"
  xmlns:OS-KSADM="http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0"
  xmlns:RAX-AUTH="http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0"
  xmlns:atom="http://www.w3.org/2005/Atom">
  <passwordCredentials password="myPassword01" username="demoauthor"/>
</auth>"""
API_KEY_SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<auth>
  <apiKeyCredentials
    xmlns="http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0"
    username="demoauthor"
    apiKey="aaaaa-bbbbb-ccccc-12345678"/>
  </auth>"""
TENANT_SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<auth xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns="http://docs.openstack.org/identity/api/v2.0" tenantId="123456">
  <passwordCredentials username="demoauthor" password="myPassword01"/>
</auth>"""
TOKEN_SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<auth xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns="http://docs.openstack.org/identity/api/v2.0"
 tenantId="123456">
 <token id="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" />
</auth>"""
PASSCODE_SAMPLE = """<auth xmlns="http://docs.openstack.org/identity/api/v2.0"
  xmlns:RAX-AUTH="http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0"
  xmlns:atom="http://www.w3.org/2005/Atom">
  <RAX-AUTH:passcodeCredentials passcode="123456"/>
</auth>"""


def xml_login(api: ApiClient, body: str, query: str = "") -> dict[str, Any]:
    return as_json_access(root(post(api, body, query)))


def without_token(payload: dict[str, Any]) -> dict[str, Any]:
    """Two logins differ in the token's id and, by chance, in its expiry."""
    token = {key: value for key, value in payload["token"].items() if key not in ("id", "expires", "RAX-AUTH:issued")}
    return {**payload, "token": token}


def get(api: ApiClient, path: str, token: str) -> TestResponse:
    return api.get(path, token, **ACCEPT)


def test_samples_of_logins(api: ApiClient) -> None:
    assert xml_login(api, API_KEY_SAMPLE)["token"]["RAX-AUTH:authenticatedBy"] == ["APIKEY"]
    assert xml_login(api, TENANT_SAMPLE)["token"]["tenant"]["id"] == "123456"
    token = api.token()
    exchanged = xml_login(api, TOKEN_SAMPLE.replace("x" * 32, token))
    assert exchanged["token"]["id"] != token
    refused(post(api, TOKEN_SAMPLE), 404, "itemNotFound")
    setup = as_json_token(root(post(api, SETUP_SAMPLE)))
    assert setup["RAX-AUTH:authenticatedBy"] == ["password"]
    for operation, count in (("api_key", 2), ("password", 1), ("token", 2), ("setup_mfa", 1), ("invalid", 0)):
        assert api.count(f"login_{operation}") == count


def test_the_setup_answer_is_a_bare_token_unless_wrapped(api: ApiClient) -> None:
    assert root(post(api, SETUP_SAMPLE)).tag == f"{CORE}token"
    api.set(setup_mfa_wrapper=True)
    assert [child.tag for child in root(post(api, SETUP_SAMPLE))] == [f"{CORE}token"]


def test_the_second_step_in_xml(api: ApiClient) -> None:
    response = post(api, password("mfaTestUser"))
    assert "Additional" in refused(response, 401, "unauthorized")
    found = re.fullmatch(r"OS-MF sessionId='([^']+)', factor='PASSCODE'", response.headers["WWW-Authenticate"])
    assert found
    passcode = api.control("POST", "passcode", {"session_id": found[1]})["passcode"]
    payload = root(post(api, PASSCODE_SAMPLE.replace("123456", passcode), **{"X-SessionId": found[1]}))
    credentials = one(payload, "c:token/r:authenticatedBy")
    assert [credential.text for credential in credentials] == ["PASSCODE", "PASSWORD"]
    assert payload.find(f"{CORE}token/{CORE}tenant") is None
    assert one(payload, "c:user").attrib[f"{RAX_AUTH}federated"] == "false"
    assert dict(one(payload, "c:user/c:roles/c:role").attrib) == {
        "id": "3",
        "name": "identity:user-admin",
        "description": "User Admin Role.",
    }
    assert len(one(payload, "c:serviceCatalog")) == 0


@pytest.mark.parametrize("extra", [False, True])
@pytest.mark.parametrize("user", WITH_KEY)
def test_api_key_logins_have_the_same_content_in_both_formats(api: ApiClient, user: str, extra: bool) -> None:
    api.set(extra_attributes=extra)
    query = "?apply_rcn_roles=true&include_accessible_domains=true"
    assert without_token(xml_login(api, api_key(user), query)) == without_token(access(api.api_key(user, query)))


@pytest.mark.parametrize("user", FACTORLESS)
def test_password_logins_have_the_same_content_in_both_formats(api: ApiClient, user: str) -> None:
    if user == "mfaEnforced":
        assert "setup" in refused(post(api, password(user)), 403, "forbidden")
        return
    expected = without_token(access(api.password(user)))
    if user == "racker":
        # The documented XML leaves out the empty region.
        del expected["user"]["RAX-AUTH:defaultRegion"]
    assert without_token(xml_login(api, password(user))) == expected


@pytest.mark.parametrize("query", ["?include_endpoints=false", "?include_endpoints=true", ""])
def test_logins_with_a_tenant_have_the_same_content_in_both_formats(api: ApiClient, query: str) -> None:
    for key in ("tenantId", "tenantName"):
        payload = xml_login(api, api_key(attributes=f'{key}="{DEMO.nast}"'), query)
        assert without_token(payload) == without_token(access(api.api_key(query=query, **{key: DEMO.nast})))
        assert payload["token"]["tenant"]["id"] == DEMO.nast


@pytest.mark.parametrize("user", [user.login for user in USERS if user.enabled])
@pytest.mark.parametrize("impersonator", [None, "racker", "demoauthor"])
def test_validations_have_the_same_content_in_both_formats(api: ApiClient, user: str, impersonator: str | None) -> None:
    body = {"user": user} if impersonator is None else {"user": user, "impersonator": impersonator}
    token = api.control("POST", "tokens", body)["id"]
    path = f"{token}?include_accessible_domains=true&apply_rcn_roles=true"
    expected = access(api.get(path, token))
    if expected["user"].get("RAX-AUTH:defaultRegion") == "":
        del expected["user"]["RAX-AUTH:defaultRegion"]
    assert as_json_access(root(get(api, path, token))) == expected


@pytest.mark.parametrize("user", ["demoauthor", "groupuser", "identityadmin", "racker"])
def test_endpoint_lists_have_the_same_content_in_both_formats(api: ApiClient, user: str) -> None:
    token = api.control("POST", "tokens", {"user": user})["id"]
    for query in ("", "?apply_rcn_roles=true"):
        path = f"{token}/endpoints{query}"
        payload = root(get(api, path, token))
        assert payload.tag == f"{CORE}endpoints"
        assert [as_json_endpoint(endpoint) for endpoint in payload] == api.get(path, token).get_json()["endpoints"]


def test_versions_are_separate_elements(api: ApiClient) -> None:
    token = api.token()
    login = root(post(api, api_key()))
    listed = root(get(api, f"{token}/endpoints", token))
    for payload in (login, listed):
        versions = payload.findall(f".//{CORE}endpoint/{CORE}version")
        assert len(versions) == 5
        assert dict(versions[-1].attrib) == {
            "id": "1.0",
            "info": "https://servers.api.rackspacecloud.com/v1.0",
            "list": "https://servers.api.rackspacecloud.com/",
        }
        assert not any("version" in name.lower() for endpoint in payload.iter() for name in endpoint.attrib)


def test_roles_say_whether_they_propagate(api: ApiClient) -> None:
    roles = one(root(post(api, api_key())), "c:user/c:roles")
    assert {role.attrib["name"]: role.attrib[f"{RAX_AUTH}propagate"] for role in roles} == {
        "checkmate": "false",
        "object-store:default": "true",
        "compute:default": "true",
        "identity:user-admin": "false",
    }


def test_a_staff_token_is_as_documented(api: ApiClient) -> None:
    token = api.control("POST", "tokens", {"user": "racker", "authenticated_by": []})["id"]
    payload = root(get(api, token, token))
    assert [child.tag for child in payload] == [f"{CORE}token", f"{CORE}user"]
    assert len(payload[0]) == 0
    user = one(payload, "c:user")
    assert set(user.attrib) == {"id", f"{RAX_AUTH}phonePinState"}
    assert [sorted(role.attrib) for role in one(user, "c:roles")] == [
        ["description", "id", "name", "serviceId"],
        ["name"],
    ]


@pytest.mark.parametrize(("other", "role"), [("racker", "Racker"), ("demoadmin", "object-store:default")])
def test_an_impersonation_token_is_as_documented(api: ApiClient, other: str, role: str) -> None:
    token = api.control("POST", "tokens", {"user": "demouser", "impersonator": other})["id"]
    payload = root(get(api, token, token))
    assert [child.tag for child in payload] == [f"{CORE}token", f"{CORE}user", f"{RAX_AUTH}impersonator"]
    user, impersonator = payload[1], payload[2]
    assert (user.attrib["username"], impersonator.attrib["username"]) == ("demouser", other)
    assert "name" not in {*user.attrib, *impersonator.attrib}
    assert one(impersonator, "c:roles")[0].attrib["name"] == role
    assert not any(f"{RAX_AUTH}propagate" in element.attrib for element in payload.iter())


@pytest.mark.parametrize(("setting", "own", "impersonated"), [("name",) * 3, ("username",) * 3])
def test_the_attribute_of_the_user_name_can_be_chosen(
    api: ApiClient, setting: str, own: str, impersonated: str
) -> None:
    api.set(xml_user_name=setting)
    assert one(root(post(api, api_key())), "c:user").attrib[own] == "demoauthor"
    token = api.control("POST", "tokens", {"user": "demouser", "impersonator": "racker"})["id"]
    payload = root(get(api, token, token))
    assert one(payload, "r:impersonator").attrib[impersonated] == "racker"
    assert one(payload, "c:user").attrib[impersonated] == "demouser"


def test_accessible_domains(api: ApiClient) -> None:
    user = one(root(post(api, api_key(), "?include_accessible_domains=true")), "c:user")
    domains = one(user, "r:accessibleDomains")
    assert [(domain.tag, domain.attrib) for domain in domains] == [
        (f"{RAX_AUTH}domain", {"id": "123456"}),
        (f"{RAX_AUTH}domain", {"id": "432112"}),
    ]


@pytest.mark.parametrize(
    ("core", "extension"),
    [("", "RAX-AUTH"), ("ns2", "ns4"), ("rax-auth", "identity"), ("_a.b-1", "atom"), ("", "os-ksadm")],
)
def test_prefixes_do_not_change_the_content(api: ApiClient, core: str, extension: str) -> None:
    token = api.control("POST", "tokens", {"user": "demouser", "impersonator": "racker"})["id"]
    listed = f"{token}/endpoints"
    plain = [root(get(api, path, token)) for path in (token, listed)]
    login = without_token(xml_login(api, api_key()))
    api.set(xml_identity_prefix=core, xml_rax_auth_prefix=extension)
    assert [as_json_access(root(get(api, token, token)))] == [as_json_access(plain[0])]
    assert [as_json_endpoint(e) for e in root(get(api, listed, token))] == [as_json_endpoint(e) for e in plain[1]]
    assert without_token(xml_login(api, api_key())) == login
    text = get(api, token, token).get_data(as_text=True)
    assert f"<{extension}:impersonator " in text
    assert f"<{core}:access " in text if core else "<access " in text
    refused(get(api, "nothing", token), 404, "itemNotFound")


def test_responses_begin_as_documented(api: ApiClient) -> None:
    response = post(api, api_key())
    assert response.data.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<access ')
    assert response.get_data(as_text=True).count("xmlns") == 8


def test_faults(api: ApiClient) -> None:
    token = api.token()
    refused(post(api, password("disableduser")), 403, "userDisabled")
    refused(post(api, password().replace("myPassword01", "wrong")), 401, "unauthorized")
    refused(get(api, token, "dead"), 401, "unauthorized")
    refused(get(api, token, api.token("demouser")), 403, "forbidden")
    refused(get(api, f"{token}?belongsTo=999999", token), 401, "unauthorized")
    refused(api.delete("dead", token, **ACCEPT), 404, "itemNotFound")
    refused(api.client.put(TOKENS, headers=ACCEPT), 405, "badMethod")
    refused(api.client.get("/nowhere", headers=ACCEPT), 404, "itemNotFound")
    refused(post(api, b" " * 70_000), 413, "overLimit")
    response = api.delete("", token, **ACCEPT)
    assert (response.status_code, response.data, "Content-Type" in response.headers) == (204, b"", False)


def test_faults_on_demand(api: ApiClient) -> None:
    api.add_fault(kind="fault", status=503, message="a < b & c", details="more")
    fault = root(post(api, api_key()), 503)
    assert [(child.tag, child.text) for child in fault] == [
        (f"{CORE}message", "a < b & c"),
        (f"{CORE}details", "more"),
    ]
    api.add_fault(kind="fault", status=413, retry_after=2, retry_at="2012-11-14T21:51:28UTC", body_retry_after=7)
    response = post(api, api_key())
    assert root(response, 413).attrib == {"code": "413", "retryAt": "2012-11-14T21:51:28UTC", "retryAfter": "7"}
    assert response.headers["Retry-After"] == "2"


def test_hostile_bodies_can_be_requested(api: ApiClient) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><access xmlns="x">&c;</access>'
    api.add_fault(kind="raw", body=bomb, headers={"Content-Type": "application/xml"})
    assert post(api, api_key()).get_data(as_text=True) == bomb
    api.add_fault(kind="truncated")
    whole = post(api, api_key())
    assert whole.headers["Content-Length"] != str(len(whole.data))


def test_special_characters_survive(api: ApiClient) -> None:
    body = {"user": "demouser", "authenticated_by": ["<&\"'> \u00e4\u20ac"]}
    token = api.control("POST", "tokens", body)["id"]
    credential = one(root(get(api, token, token)), "c:token/r:authenticatedBy/r:credential")
    assert credential.text == body["authenticated_by"][0]


def test_the_expiry_has_the_format_in_the_settings(api: ApiClient) -> None:
    api.set(expires_format="offset")
    assert xml_login(api, api_key())["token"]["expires"].endswith("-06:00")


def test_secrets_never_appear(api: ApiClient) -> None:
    response = post(api, auth(f'<passwordCredentials username="demoauthor" my-{SECRETS["demoauthor"].api_key}="x"/>'))
    assert str(SECRETS["demoauthor"].api_key) not in refused(response, 400, "badRequest")
    assert str(SECRETS["demoauthor"].api_key) not in str(api.control("GET", "requests"))
