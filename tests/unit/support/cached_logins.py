# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins with an entry in a token cache, and what is stored there: an access, or a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.caching import issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

URL = "https://identity.example.com/v2.0"
BASE = LoginRequest(ApiKey("user", "secret"))
DAY = timedelta(days=1)

OTHER_LOGINS = {
    "secret": BASE._replace(credentials=ApiKey("user", "Secret")),
    "username": BASE._replace(credentials=ApiKey("User", "secret")),
    "the same letters": BASE._replace(credentials=ApiKey("users", "ecret")),
    "kind: password": BASE._replace(credentials=Password("user", "secret")),
    "password": BASE._replace(credentials=Password("user", "secret ")),
    "kind: token": BASE._replace(credentials=ExistingToken("secret"), tenant_id="1"),
    "token": BASE._replace(credentials=ExistingToken("secrets"), tenant_id="1"),
    "tenant_id": BASE._replace(tenant_id="1"),
    "another tenant_id": BASE._replace(tenant_id="2"),
    "empty tenant_id": BASE._replace(tenant_id=""),
    "tenant_name": BASE._replace(tenant_name="1"),
    "another tenant_name": BASE._replace(tenant_name="2"),
    "scope": BASE._replace(scope="setup-mfa"),
    "apply_rcn_roles": BASE._replace(apply_rcn_roles=True),
    "include_accessible_domains": BASE._replace(include_accessible_domains=True),
    "include_endpoints": BASE._replace(include_endpoints=False),
    "two parameters": BASE._replace(apply_rcn_roles=True, include_accessible_domains=True),
}


def cached(
    cache: TokenCache, request: LoginRequest = BASE, url: str = URL, *, verify: bool | str = True
) -> CachedLogin:
    return CachedLogin(cache, url, request, verify=verify)


def found(login: CachedLogin, now: datetime, min_ttl: float | None) -> Access | None:
    """Return the cached access with its whole catalog decoded."""
    cached = login.read_access(now, min_ttl)
    if not cached:
        return None
    services = cached.access.services
    return cached.access._replace(services=tuple(one._replace(endpoints=list(one.endpoints)) for one in services))


def access(token: str = "first", expires: datetime = NOON + DAY) -> Access:
    # As the client reads it: without the support PIN.
    return read_access(Redactor(()).payload(issued(token, expires)))


def only_file(directory: Path) -> Path:
    (path,) = directory.glob("*.json")
    return path


def refusal(kind: str = "unauthorized", **others: Any) -> ServiceError:
    fault = Fault("unauthorized", "No such user.", "Ask your administrator.")
    return ServiceError(
        "Logging in failed.", kind=kind, status=401, fault=fault, retry_after=2.5, request_id="req-1", **others
    )
