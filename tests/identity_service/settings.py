# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings that can be changed while the service runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from identity_service.representations.xml_names import XmlStyle, is_prefix
from identity_service.timestamps import EXPIRES_FORMATS


@dataclass(frozen=True)
class Settings:
    """All settings with their initial values."""

    token_lifetime: float = 86400
    mfa_session_lifetime: float = 300
    mfa_extra_challenges: tuple[str, ...] = ()
    mfa_challenge_position: int = 0
    mfa_challenges_joined: bool = False
    mfa_locked_code: int = 403
    setup_mfa_wrapper: bool = False
    revoke_own_missing: bool = False
    dead_token_login_code: int = 404
    expires_format: str = "milliseconds"
    extra_attributes: bool = False
    tenant_header: bool = False
    xml_identity_prefix: str = ""
    xml_rax_auth_prefix: str = "rax-auth"
    xml_v11_prefix: str = ""
    xml_user_name: str = "documents"

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """Return these settings with some values replaced. Raises ValueError, which names what is wrong."""
        refuse_unknown(values, {field.name for field in fields(self)})
        changed = replace(self, **{name: _CHECKS[name](name, value) for name, value in values.items()})
        if changed.xml_identity_prefix == changed.xml_rax_auth_prefix:
            raise ValueError("xml_identity_prefix and xml_rax_auth_prefix must differ")
        return changed

    def xml_style(self) -> XmlStyle:
        """Return the style of XML responses."""
        return XmlStyle(
            identity_prefix=self.xml_identity_prefix,
            rax_auth_prefix=self.xml_rax_auth_prefix,
            v11_prefix=self.xml_v11_prefix,
            user_name=self.xml_user_name,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


def refuse_unknown(values: Mapping[str, Any], known: set[str]) -> None:
    """Raise ValueError if some of the values are no settings."""
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}; known settings: {', '.join(sorted(known))}")


def seconds(name: str, value: Any) -> float:
    """Return a number of seconds. Raises ValueError if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a number of seconds, zero or more")
    return float(value)


def boolean(name: str, value: Any) -> bool:
    """Return true or false. Raises ValueError if it is neither."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    return value


def _position(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be an integer, zero or more")
    return value


def _strings(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(string, str) and string for string in value):
        raise ValueError(f"{name} must be a list of strings")
    return tuple(value)


def _prefix(name: str, value: Any) -> str:
    if not isinstance(value, str) or not is_prefix(value):
        raise ValueError(f"{name} must be a valid XML prefix")
    return value


def _prefix_or_none(name: str, value: Any) -> str:
    return "" if value == "" else _prefix(name, value)


def _one_of(*choices: Any) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"{name} must be one of: {', '.join(map(str, choices))}")
        return value

    return check


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "token_lifetime": seconds,
    "mfa_session_lifetime": seconds,
    "mfa_extra_challenges": _strings,
    "mfa_challenge_position": _position,
    "mfa_challenges_joined": boolean,
    "mfa_locked_code": _one_of(401, 403),
    "setup_mfa_wrapper": boolean,
    "revoke_own_missing": boolean,
    "dead_token_login_code": _one_of(401, 404),
    "expires_format": _one_of(*EXPIRES_FORMATS),
    "extra_attributes": boolean,
    "tenant_header": boolean,
    "xml_identity_prefix": _prefix_or_none,
    "xml_rax_auth_prefix": _prefix,
    "xml_v11_prefix": _prefix_or_none,
    "xml_user_name": _one_of("documents", "name", "username"),
}
