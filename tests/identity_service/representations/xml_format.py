# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API version 2.0 as XML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from identity_service.errors import ApiError, bad_request
from identity_service.model import Access, Endpoint, ListedEndpoint, LoginRequest, Person, Role, Service
from identity_service.representations import strict_xml
from identity_service.representations.login import CREDENTIALS, SCOPE, TENANT_KEYS, peek_auth, read_auth
from identity_service.representations.xml_names import (
    IDENTITY,
    RAX_AUTH,
    RAX_KSKEY,
    XmlStyle,
    declare,
    declare_unused,
    document,
    qualified,
)

_AUTH = f"{{{IDENTITY}}}auth"
_API_KEY = f"{{{RAX_KSKEY}}}apiKeyCredentials"
_AUTH_ATTRIBUTES = {**{key: key for key in TENANT_KEYS}, f"{{{RAX_AUTH}}}scope": SCOPE}
_CREDENTIALS = {
    f"{{{IDENTITY}}}passwordCredentials": "passwordCredentials",
    _API_KEY: "RAX-KSKEY:apiKeyCredentials",
    f"{{{IDENTITY}}}token": "token",
    f"{{{RAX_AUTH}}}passcodeCredentials": "RAX-AUTH:passcodeCredentials",
}


class XmlFormat:
    """Reads and writes ``application/xml``."""

    media_type = "application/xml"
    content_type = "application/xml"

    def __init__(self, style: XmlStyle) -> None:
        self._style = style

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly. Raises an ApiError (400), which names what is wrong."""
        root = strict_xml.parse(body)
        # In the documented sample of a login with an API key, auth does not have a namespace.
        bare = root.tag == "auth" and [child.tag for child in root] == [_API_KEY]
        if root.tag != _AUTH and not bare:
            raise bad_request(f"The request body must be auth in the namespace {IDENTITY}.")
        strict_xml.refuse_text(root, "auth")
        if len(root) != 1 or root[0].tag not in _CREDENTIALS:
            raise bad_request(f"auth must hold exactly one element, in its namespace: {', '.join(CREDENTIALS)}.")
        auth: dict[str, object] = dict(strict_xml.attributes(root, "auth", _AUTH_ATTRIBUTES))
        name = _CREDENTIALS[root[0].tag]
        strict_xml.refuse_content(root[0], name)
        auth[name] = dict(root[0].attrib)
        return read_auth(auth)

    def peek_operation(self, body: bytes) -> str | None:
        """Guess the kind of login, even if the body is otherwise invalid."""
        try:
            root = strict_xml.parse(body)
        except ApiError:
            return None
        if _local(root.tag) != "auth":
            return None
        names = {_local(tag): key for tag, key in (*_CREDENTIALS.items(), *_AUTH_ATTRIBUTES.items())}
        found: dict[str, object] = {names.get(_local(child.tag), ""): {} for child in root}
        found.update({names.get(_local(name), ""): value for name, value in root.attrib.items()})
        return peek_auth(found)

    def write_access(self, access: Access) -> bytes:
        """Write the response to a login or a validation."""
        if not access.wrapped:
            return self._extended_document(self._token(access))
        root = Element(self._core("access"))
        root.append(self._token(access))
        impersonated = access.impersonator is not None
        if access.user is not None:
            root.append(self._person(self._core("user"), access.user, impersonated=impersonated))
        if access.impersonator is not None:
            root.append(self._person(self._rax_auth("impersonator"), access.impersonator, impersonated=True))
        if access.catalog is not None:
            catalog = SubElement(root, self._core("serviceCatalog"))
            catalog.extend(self._service(service) for service in access.catalog)
        return self._extended_document(root)

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """Write the response of operation 9."""
        root = Element(self._core("endpoints"))
        for listed in endpoints:
            first = {"id": str(listed.id), "type": listed.service_type, "name": listed.service_name}
            root.append(self._endpoint(listed.endpoint, first))
        declare(root, self._style.identity_prefix, IDENTITY)
        return document(root)

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """Write a fault; ``extra`` contains further attributes, such as retryAt."""
        root = Element(self._core(error.fault), {"code": str(error.code)})
        SubElement(root, self._core("message")).text = error.message
        if error.details is not None:
            SubElement(root, self._core("details")).text = error.details
        for name, value in extra.items():
            root.set(name, str(value))
        declare(root, self._style.identity_prefix, IDENTITY)
        return document(root)

    def _core(self, local: str) -> str:
        return qualified(self._style.identity_prefix, local)

    def _rax_auth(self, local: str) -> str:
        return qualified(self._style.rax_auth_prefix, local)

    def _extended_document(self, root: Element) -> bytes:
        declare(root, self._style.identity_prefix, IDENTITY)
        declare(root, self._style.rax_auth_prefix, RAX_AUTH)
        declare_unused(root, {self._style.identity_prefix, self._style.rax_auth_prefix})
        return document(root)

    def _token(self, access: Access) -> Element:
        token = access.token
        element = _element(
            self._core("token"),
            {"id": token.id, "expires": access.expires, self._rax_auth("issued"): access.issued},
        )
        if token.tenant_id is not None:
            SubElement(element, self._core("tenant"), {"id": token.tenant_id, "name": token.tenant_id})
        if token.authenticated_by:
            methods = SubElement(element, self._rax_auth("authenticatedBy"))
            for method in token.authenticated_by:
                SubElement(methods, self._rax_auth("credential")).text = method
        return element

    def _person(self, tag: str, person: Person, *, impersonated: bool) -> Element:
        by_documents = "username" if impersonated else "name"
        name = by_documents if self._style.user_name == "documents" else self._style.user_name
        extension: dict[str, str | bool | None] = {
            # Where JSON has an empty string, the documented XML does not have the attribute.
            "defaultRegion": person.default_region or None,
            "domainId": person.domain_id,
            "federated": person.federated,
            "multiFactorEnabled": person.multi_factor_enabled,
            "sessionInactivityTimeout": person.session_inactivity_timeout,
            "phonePin": person.phone_pin,
            "phonePinState": person.phone_pin_state,
        }
        attributes = {"id": person.id, name: person.name, "email": person.email}
        element = _element(tag, {**attributes, **{self._rax_auth(key): value for key, value in extension.items()}})
        roles = SubElement(element, self._core("roles"))
        roles.extend(self._role(role) for role in person.roles)
        if person.accessible_domains is not None:
            domains = SubElement(element, self._rax_auth("accessibleDomains"))
            for domain in person.accessible_domains:
                SubElement(domains, self._rax_auth("domain"), {"id": domain})
        return element

    def _role(self, role: Role) -> Element:
        return _element(
            self._core("role"),
            {
                "id": role.id,
                "name": role.name,
                "description": role.description,
                "serviceId": role.service_id,
                "tenantId": role.tenant_id,
                self._rax_auth("propagate"): role.propagate,
            },
        )

    def _service(self, service: Service) -> Element:
        element = Element(self._core("service"), {"type": service.type, "name": service.name})
        element.extend(self._endpoint(endpoint, {}) for endpoint in service.endpoints)
        return element

    def _endpoint(self, endpoint: Endpoint, first: dict[str, str]) -> Element:
        element = _element(
            self._core("endpoint"),
            {
                **first,
                "region": endpoint.region,
                "tenantId": endpoint.tenant_id,
                "publicURL": endpoint.public_url,
                "internalURL": endpoint.internal_url,
                "adminURL": endpoint.admin_url,
            },
        )
        version = {"id": endpoint.version_id, "info": endpoint.version_info, "list": endpoint.version_list}
        if any(value is not None for value in version.values()):
            element.append(_element(self._core("version"), version))
        return element


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _element(tag: str, attributes: dict[str, str | None] | dict[str, str | bool | None]) -> Element:
    """Create an element with the attributes that are not None."""
    element = Element(tag)
    for name, value in attributes.items():
        if isinstance(value, bool):
            element.set(name, "true" if value else "false")
        elif value is not None:
            element.set(name, value)
    return element
