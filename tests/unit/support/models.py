# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Complete models from the fields that a test gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    Role,
    Tenant,
    Token,
    User,
    unknown_user,
)
from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import format_timestamp
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON


def a_user(**fields: Any) -> User:
    """Return a user with these fields."""
    return cast(User, {**unknown_user(), **fields})


def a_role(role_id: str | None, name: str | None = None, description: str | None = None, **fields: Any) -> Role:
    """Return a role with these fields."""
    shape = {"id": role_id, "name": name, "description": description}
    return cast(Role, {**shape, "tenant_id": None, "service_id": None, "propagate": None, **fields})


def a_tenant(tenant_id: str | None, name: str | None) -> Tenant:
    """Return a tenant."""
    return {"id": tenant_id, "name": name}


def a_token(
    token_id: str,
    expires: datetime,
    tenant: Tenant | None = None,
    authenticated_by: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> Token:
    """Return a token of a service whose clock is right."""
    return Token(token_id, format_timestamp(expires), expires.timestamp(), tenant, list(authenticated_by), extra or {})


def ahead(access: Access, by: timedelta) -> Access:
    """Return the same access, from a service whose clock is ahead."""
    valid_until = access.token.valid_until - by.total_seconds()
    return access._replace(token=access.token._replace(valid_until=valid_until))


def fault_of(body: bytes) -> Fault:
    """Return what an error body says, at noon."""
    return read_fault(body, NOON)
