# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An encoder of models, which writes what the identity service would: the decoder's opposite, for tests alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, Endpoint, Role, User

V20 = "http://docs.openstack.org/identity/api/v2.0"
V11 = "http://docs.rackspacecloud.com/auth/api/v1.1"
RAX_AUTH = "http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0"


def encode_json(access: Access) -> bytes:
    """Return the response to a login that grants this access, in JSON."""
    token = access.token
    payload: dict[str, Any] = {
        "token": {
            **token.extra,
            "id": token.id,
            "expires": token.expires,
            "RAX-AUTH:authenticatedBy": list(token.authenticated_by),
        },
        "user": _user(access.user),
        "serviceCatalog": [
            {
                "name": endpoint["service_name"],
                "type": endpoint["service_type"],
                "endpoints": [_endpoint(endpoint)],
            }
            for endpoint in flatten(access.services)
        ],
    }
    if token.tenant:
        payload["token"]["tenant"] = {"id": token.tenant["id"], "name": token.tenant["name"]}
    if access.impersonator:
        payload["RAX-AUTH:impersonator"] = _user(access.impersonator)
    return json.dumps({"access": {**access.extra, **payload}}).encode()


def _user(user: User) -> dict[str, Any]:
    return {
        **_user_strings(user),
        "roles": [_role(role) for role in user["roles"]],
        "RAX-AUTH:accessibleDomains": [{"id": domain} for domain in user["accessible_domains"]],
    }


def _user_strings(user: User) -> dict[str, Any]:
    return {
        **user.get("extra", {}),
        "id": user["id"],
        "name": user["name"],
        "RAX-AUTH:defaultRegion": user["default_region"],
        "RAX-AUTH:domainId": user["domain_id"],
        "RAX-AUTH:federated": user["federated"],
        "RAX-AUTH:phonePinState": user["phone_pin_state"],
    }


def _role(role: Role) -> dict[str, Any]:
    return {
        **role.get("extra", {}),
        "id": role["id"],
        "name": role["name"],
        "description": role["description"],
        "tenantId": role["tenant_id"],
        "serviceId": role["service_id"],
        "RAX-AUTH:propagate": role["propagate"],
    }


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    version = endpoint["version"]
    return {
        **_endpoint_strings(endpoint),
        "versionId": version["id"],
        "versionInfo": version["info"],
        "versionList": version["list"],
    }


def _endpoint_strings(endpoint: Endpoint) -> dict[str, Any]:
    return {
        **endpoint.get("extra", {}),
        "region": endpoint["region"],
        "tenantId": endpoint["tenant_id"],
        "publicURL": endpoint["public_url"],
        "internalURL": endpoint["internal_url"],
        "adminURL": endpoint["admin_url"],
    }


def encode_xml(access: Access) -> bytes:
    """Return the same response in XML; what is null is left out, as services do."""
    root = Element(_qualified("access", V20), _attributes(access.extra))
    token = _child(root, "token", {**access.token.extra, "id": access.token.id, "expires": access.token.expires})
    if access.token.tenant:
        _child(token, "tenant", {"id": access.token.tenant["id"], "name": access.token.tenant["name"]})
    methods = _child(token, "RAX-AUTH:authenticatedBy", {})
    for method in access.token.authenticated_by:
        _child(methods, "RAX-AUTH:credential", {}).text = method
    _add_user(root, "user", access.user)
    if access.impersonator:
        _add_user(root, "RAX-AUTH:impersonator", access.impersonator)
    catalog = _child(root, "serviceCatalog", {})
    for endpoint in flatten(access.services):
        service = _child(catalog, "service", {"name": endpoint["service_name"], "type": endpoint["service_type"]})
        element = _child(service, "endpoint", _endpoint_strings(endpoint))
        if any(endpoint["version"].values()):
            _child(element, "version", dict(endpoint["version"]))
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_user(root: Element, name: str, user: User) -> None:
    element = _child(root, name, _user_strings(user))
    roles = _child(element, "roles", {})
    for role in user["roles"]:
        _child(roles, "role", _role(role))
    domains = _child(element, "RAX-AUTH:accessibleDomains", {})
    for domain in user["accessible_domains"]:
        _child(domains, "RAX-AUTH:accessibleDomain", {"id": domain})


def _child(parent: Element, name: str, content: Mapping[str, Any]) -> Element:
    return SubElement(parent, _qualified(name, V20), _attributes(content))


def _attributes(content: Mapping[str, Any]) -> dict[str, str]:
    return {_qualified(name, ""): _string(value) for name, value in content.items() if value is not None}


def _string(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _qualified(name: str, default: str) -> str:
    prefix, _colon, local = name.rpartition(":")
    namespace = RAX_AUTH if prefix == "RAX-AUTH" else prefix or default
    return f"{{{namespace}}}{local}" if namespace else local
