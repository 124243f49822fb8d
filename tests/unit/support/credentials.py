# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options resolved to the credentials of a login, and credentials files to resolve them from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._models import LoginRequest
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source

VALUES: dict[str, str] = {
    "token": "secrettoken",
    "passcode": "secretcode",
    "session_id": "secretsession",
    "api_key": "secretkey",
    "password": "secretword",
}
HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as variables such as rax_username and rax_api_key, as environment variables such as "
    "RAX_USERNAME and RAX_API_KEY, or in the credentials file ~/.rackspace_cloud_credentials (section "
    "[rackspace_cloud]). Or name an entry of clouds.yaml, or a profile of rack, with cloud."
)
Sources = Mapping[str, Source]
FORM = "It must have a section [rackspace_cloud] with lines like username = NAME and api_key = KEY."


def resolve(options: Mapping[str, Any], context: Context) -> LoginRequest:
    settings = Settings.from_options(options)
    return resolve_login(settings.credentials, settings.login, context).request


def login(sources: Sources | None = None, /, **options: Any) -> LoginRequest:
    warnings: list[str] = []
    resolved = resolve(options, Context(sources or {}, warnings.append))
    assert warnings == []
    return resolved


def origin(sources: Sources | None = None, /, **options: Any) -> str:
    """Return where the secret and the tenant came from, in words."""
    settings = Settings.from_options(options)
    found = resolve_login(settings.credentials, settings.login, Context(sources or {})).origin
    assert not [secret for secret in VALUES.values() if secret in found]
    return found


def failure(kind: type[IdentityError], sources: Sources | None = None, /, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        resolve(options, Context(sources or {}))
    assert caught.value.__class__ is kind
    assert "secret" not in repr((caught.value.args, caught.value.__dict__))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path
