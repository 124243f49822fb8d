# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service catalog of the tokens reference, adapted to the accounts of a user."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from identity_service.model import Account, Endpoint, ListedEndpoint, Service, User

# The tenants in catalog.json, which is the catalog of the documentation word for word.
_DOCUMENT = Account("123456", "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f")


@lru_cache(maxsize=1)
def document_catalog() -> tuple[Service, ...]:
    """Return the catalog of the documentation in its original, unsorted order."""
    rows = json.loads((Path(__file__).parent / "catalog.json").read_text(encoding="utf-8"))
    return tuple(
        Service(row["name"], row["type"], tuple(_endpoint(endpoint) for endpoint in row["endpoints"])) for row in rows
    )


def _endpoint(row: dict[str, str]) -> Endpoint:
    return Endpoint(
        public_url=row["publicURL"],
        tenant_id=row["tenantId"],
        region=row.get("region"),
        internal_url=row.get("internalURL"),
        version_id=row.get("versionId"),
        version_info=row.get("versionInfo"),
        version_list=row.get("versionList"),
    )


def _fit(text: str | None, account: Account) -> str | None:
    if text is None:
        return None
    return text.replace(_DOCUMENT.nast, account.nast).replace(_DOCUMENT.mosso, account.mosso)


def _endpoint_for(endpoint: Endpoint, account: Account, *, admin_urls: bool) -> Endpoint:
    public_url = _fit(endpoint.public_url, account) or ""
    return replace(
        endpoint,
        public_url=public_url,
        tenant_id=_fit(endpoint.tenant_id, account) or "",
        internal_url=_fit(endpoint.internal_url, account),
        admin_url=public_url.replace("https://", "https://admin-", 1) if admin_urls else None,
    )


def user_catalog(user: User, *, rcn: bool = False) -> tuple[Service, ...]:
    """Return the full catalog of a user: the documented services for each of the user's accounts."""
    accounts = user.accounts + (user.rcn_accounts if rcn else ())
    if not accounts:
        return ()
    return tuple(
        replace(
            service,
            endpoints=tuple(
                _endpoint_for(endpoint, account, admin_urls=user.sees_admin_urls)
                for account in accounts
                for endpoint in service.endpoints
            ),
        )
        for service in document_catalog()
    )


def scoped_catalog(user: User, tenant_id: str | None, *, rcn: bool = False) -> tuple[Service, ...]:
    """Return the catalog of a token: everything for a mosso tenant, otherwise only the endpoints of its tenant."""
    everything = user_catalog(user, rcn=rcn)
    if tenant_id is None or any(tenant_id == account.mosso for account in user.accounts + user.rcn_accounts):
        return everything
    filtered = (
        replace(service, endpoints=tuple(e for e in service.endpoints if e.tenant_id == tenant_id))
        for service in everything
    )
    return tuple(service for service in filtered if service.endpoints)


def listed_endpoints(user: User, tenant_id: str | None, *, rcn: bool = False) -> tuple[ListedEndpoint, ...]:
    """Return the flat list of operation 9. The number of an endpoint does not depend on the token's tenant."""
    numbers: dict[tuple[str, Endpoint], int] = {}
    for service in user_catalog(user, rcn=True):
        for endpoint in service.endpoints:
            numbers[service.name, endpoint] = len(numbers) + 1
    return tuple(
        ListedEndpoint(numbers[service.name, endpoint], service.name, service.type, endpoint)
        for service in scoped_catalog(user, tenant_id, rcn=rcn)
        for endpoint in service.endpoints
    )
