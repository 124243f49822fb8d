# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole models out of the parts that a test speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault
from ansible_collections.rackspace.identity.plugins.module_utils._formats import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    Role,
    Tenant,
    Token,
    User,
    nobody,
)
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time


def a_user(**said: Any) -> User:
    """A user of whom this is said."""
    return cast(User, {**nobody(), **said})


def a_role(role_id: str | None, name: str | None = None, description: str | None = None, **said: Any) -> Role:
    """A role of which this is said."""
    shape = {"id": role_id, "name": name, "description": description}
    return cast(Role, {**shape, "tenant_id": None, "service_id": None, "propagate": None, **said})


def a_tenant(tenant_id: str | None, name: str | None) -> Tenant:
    """A tenant."""
    return {"id": tenant_id, "name": name}


def a_token(
    token_id: str,
    expires: datetime,
    tenant: Tenant | None = None,
    authenticated_by: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> Token:
    """A token of a service whose clock is right."""
    return Token(token_id, format_time(expires), expires.timestamp(), tenant, list(authenticated_by), extra or {})


def ahead(access: Access, by: timedelta) -> Access:
    """The same access, from a service whose clock is ahead."""
    last = access.token.lasts_until - by.total_seconds()
    return access._replace(token=access.token._replace(lasts_until=last))


def fault_of(body: bytes) -> Fault:
    """What an error body says, at noon of a day in 2026."""
    return read_fault(body, datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc))
