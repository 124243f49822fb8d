# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML for these tests: requests as documented, and responses converted to what JSON would contain."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from werkzeug.test import TestResponse

from identity_service.tests.api_client import SECRETS, TOKENS, ApiClient

CORE = "{http://docs.openstack.org/identity/api/v2.0}"
RAX_AUTH = "{http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0}"
V11 = "{http://docs.rackspacecloud.com/auth/api/v1.1}"
XML = {"Content-Type": "application/xml", "Accept": "application/xml"}
ACCEPT = {"Accept": "application/xml"}

_BOOLEANS = {"RAX-AUTH:federated", "RAX-AUTH:multiFactorEnabled"}


def auth(credentials: str, attributes: str = "") -> str:
    """Return an auth element with credentials. ``r`` is the prefix of RAX-AUTH, ``k`` that of RAX-KSKEY."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<auth xmlns="{CORE[1:-1]}" xmlns:r="{RAX_AUTH[1:-1]}"'
        f' xmlns:k="http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0" {attributes}>{credentials}</auth>'
    )


def password(user: str = "demoauthor", attributes: str = "") -> str:
    """Return a login with the user's password."""
    secret = quoteattr(SECRETS[user].password or "")
    return auth(f'<passwordCredentials username="{user}" password={secret}/>', attributes)


def api_key(user: str = "demoauthor", attributes: str = "") -> str:
    """Return a login with the user's API key."""
    secret = quoteattr(SECRETS[user].api_key or "")
    return auth(f'<k:apiKeyCredentials username="{user}" apiKey={secret}/>', attributes)


def post(api: ApiClient, body: str | bytes, query: str = "", **headers: str) -> TestResponse:
    """POST /v2.0/tokens with XML in both directions."""
    return api.client.post(TOKENS + query, data=body, headers={**XML, **headers})


def root(response: TestResponse, status: int = 200, content_type: str = "application/xml") -> Element:
    """Return the root element of a response."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == content_type
    return ElementTree.fromstring(response.data)


def refused(
    response: TestResponse, status: int, fault: str, *, space: str = CORE, content_type: str = "application/xml"
) -> str:
    """Check that the response is exactly the documented fault, and return its message."""
    element = root(response, status, content_type)
    assert element.tag == f"{space}{fault}"
    assert element.attrib == {"code": str(status)}
    assert [child.tag for child in element] == [f"{space}message"]
    message = element[0].text
    assert message
    return message


def one(element: Element, path: str) -> Element:
    """Return the element at a path. ``c:`` stands for the core namespace, ``r:`` for RAX-AUTH."""
    found = element.findall(path, {"c": CORE[1:-1], "r": RAX_AUTH[1:-1]})
    assert len(found) == 1
    return found[0]


def as_json_access(access: Element) -> dict[str, Any]:
    """Return the access object that the same response has in JSON, according to the documented samples."""
    assert access.tag == f"{CORE}access"
    payload: dict[str, Any] = {}
    for child in access:
        name = _name(child.tag)
        if name == "serviceCatalog":
            payload[name] = [
                {"name": s.attrib["name"], "type": s.attrib["type"], "endpoints": [as_json_endpoint(e) for e in s]}
                for s in child
            ]
        else:
            payload[name] = as_json_token(child) if name == "token" else _person(child)
    return payload


def as_json_token(token: Element) -> dict[str, Any]:
    """Return the token object in JSON."""
    payload: dict[str, Any] = {_name(key): value for key, value in token.attrib.items()}
    for child in token:
        if child.tag == f"{CORE}tenant":
            payload["tenant"] = dict(child.attrib)
        else:
            assert child.tag == f"{RAX_AUTH}authenticatedBy"
            assert {credential.tag for credential in child} == {f"{RAX_AUTH}credential"}
            payload["RAX-AUTH:authenticatedBy"] = [credential.text for credential in child]
    return payload


def as_json_endpoint(endpoint: Element) -> dict[str, Any]:
    """Return an endpoint of the catalog or the list in JSON."""
    assert endpoint.tag == f"{CORE}endpoint"
    payload: dict[str, Any] = dict(endpoint.attrib)
    for version in endpoint:
        assert version.tag == f"{CORE}version"
        payload.update({f"version{name.capitalize()}": value for name, value in version.attrib.items()})
    if "id" in payload:
        payload["id"] = int(payload["id"])
    return payload


def _name(qualified: str) -> str:
    assert not qualified.startswith("{") or qualified.startswith((CORE, RAX_AUTH))
    return qualified.replace(CORE, "").replace(RAX_AUTH, "RAX-AUTH:")


def _person(person: Element) -> dict[str, Any]:
    payload: dict[str, Any] = {_name(key): value for key, value in person.attrib.items()}
    if "username" in payload:
        payload["name"] = payload.pop("username")
    for key in _BOOLEANS & set(payload):
        payload[key] = {"true": True, "false": False}[payload[key]]
    for child in person:
        if child.tag == f"{CORE}roles":
            # JSON does not say whether a role propagates.
            payload["roles"] = [
                {key: value for key, value in role.attrib.items() if key != f"{RAX_AUTH}propagate"} for role in child
            ]
        else:
            assert child.tag == f"{RAX_AUTH}accessibleDomains"
            payload["RAX-AUTH:accessibleDomains"] = [dict(domain.attrib) for domain in child]
    return payload
