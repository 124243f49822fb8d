# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface for tests, under ``/_control/``. It speaks JSON and is described in the README."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from identity_service import gate
from identity_service.control_base import ControlBase, Routes, as_json
from identity_service.errors import bad_request
from identity_service.faults import KINDS, read_fault
from identity_service.journal import OPERATIONS
from identity_service.origins import read_origin
from identity_service.parts import Parts
from identity_service.representations import strict_json
from identity_service.settings import Settings
from identity_service.timestamps import write_time

PREFIX = "/_control/"

# What error messages call the types of the members of a control body.
_TYPE_NAMES: dict[type, str] = {str: "a string", bool: "true or false", float: "a number", list: "a list of strings"}


def control_blueprint(parts: Parts) -> Blueprint:
    """Create the routes of the control interface."""
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX.rstrip("/"))
    control = _Control(parts)
    routes: Routes = (
        *control.shared_routes(),
        ("/tokens", "GET", control.tokens),
        ("/tokens", "POST", control.issue_token),
        ("/tokens/check", "POST", control.check_token),
        ("/tokens/expire", "POST", control.expire_tokens),
        ("/passcode", "POST", control.passcode),
        ("/users", "POST", control.change_user),
        ("/endpoints", "GET", control.endpoints),
        ("/endpoints", "PUT", control.set_endpoints),
        ("/endpoints", "DELETE", control.clear_endpoints),
    )
    for path, method, view in routes:
        blueprint.add_url_rule(path, f"{method}_{path}", as_json(view), methods=[method])
    return blueprint


def _body() -> Any:
    gate.refuse_large_body(g.body)
    return strict_json.parse(g.body.data) if g.body.data else {}


def _read(**known: type) -> dict[str, Any]:
    """Return the members of a control body after checking their types. Missing members are None."""
    given = strict_json.members(_body(), "The request body", set(known))
    for name, value in given.items():
        wanted = known[name]
        number = wanted is float and isinstance(value, (int, float)) and not isinstance(value, bool)
        strings = wanted is not list or (isinstance(value, list) and all(isinstance(string, str) for string in value))
        if not number and not (isinstance(value, wanted) and strings):
            raise bad_request(f"{name} must be {_TYPE_NAMES[wanted]}.")
    return {name: given.get(name) for name in known}


def _read_list(name: str) -> list[Any]:
    """Return the only member of a control body, which is a list."""
    values = strict_json.members(_body(), "The request body", {name}).get(name)
    if not isinstance(values, list):
        raise bad_request(f"{name} must be a list.")
    return values


def _need(values: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if values[name] is None]
    if missing:
        raise bad_request(f"Missing: {', '.join(missing)}.")


class _Control(ControlBase):
    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.faults, parts.store.clock, read_fault, _body)
        self._parts = parts

    def overview(self) -> Any:
        """List the operations, faults and settings."""
        return {"operations": list(OPERATIONS), "faults": list(KINDS), "settings": list(Settings().as_dict())}

    def reset(self) -> Any:
        """Restore the initial state."""
        self._parts.reset()
        return {}

    def counters(self) -> Any:
        """Count requests and responses by operation, and text messages."""
        return {**self._parts.journal.counters(), "text_messages": self._parts.store.text_messages}

    def clear_requests(self) -> Any:
        """Reset the counters and clear the log."""
        self._parts.journal.reset()
        self._parts.store.reset_text_messages()
        return {}

    def requests(self) -> Any:
        """Return the log of the latest requests."""
        return {"requests": self._parts.journal.entries()}

    def settings(self) -> Any:
        """Return all settings."""
        return self._parts.store.settings.as_dict()

    def change_settings(self) -> Any:
        """Change some settings."""
        values = _body()
        if not isinstance(values, dict):
            raise bad_request("The request body must be an object.")
        return self._parts.store.change_settings(values).as_dict()

    def tokens(self) -> Any:
        """Count the valid tokens by user."""
        living = self._parts.store.living_tokens()
        return {"living": living, "total": sum(living.values())}

    def issue_token(self) -> Any:
        """Issue a token without a login."""
        values = _read(user=str, tenant=str, impersonator=str, lifetime=float, authenticated_by=list)
        _need(values, "user")
        methods = values["authenticated_by"]
        token_id, expires = self._parts.store.issue(
            values["user"],
            tenant_id=values["tenant"],
            impersonator=values["impersonator"],
            lifetime=values["lifetime"],
            authenticated_by=None if methods is None else tuple(methods),
        )
        return {"id": token_id, "expires": expires}

    def check_token(self) -> Any:
        """Tell whether a token is valid, and whose it is."""
        values = _read(id=str)
        _need(values, "id")
        token, alive = self._parts.store.inspect(values["id"])
        if token is None:
            return {"alive": False, "known": False}
        return {
            "alive": alive,
            "known": True,
            "user": token.user.login,
            "tenant": token.tenant_id,
            "tenants": list(self._parts.store.opened_tenants(token)),
            "expires": write_time(token.expires, "milliseconds"),
        }

    def expire_tokens(self) -> Any:
        """Expire one token, those of a user, or all."""
        values = _read(id=str, user=str)
        return {"expired": self._parts.store.expire(token_id=values["id"], login=values["user"])}

    def passcode(self) -> Any:
        """Return the current passcode for a session, or for a user's latest session."""
        values = _read(session_id=str, user=str)
        if (values["session_id"] is None) == (values["user"] is None):
            raise bad_request("Give either session_id or user.")
        passcode, session_id = self._parts.store.passcode(session_id=values["session_id"], login=values["user"])
        return {"passcode": passcode, "session_id": session_id}

    def change_user(self) -> Any:
        """Enable or disable a user."""
        values = _read(user=str, enabled=bool)
        _need(values, "user", "enabled")
        self._parts.store.enable(values["user"], enabled=values["enabled"])
        return {}

    def endpoints(self) -> Any:
        """Return the origins of services that run locally."""
        return {"endpoints": [origin.as_dict() for origin in self._parts.store.origins]}

    def set_endpoints(self) -> Any:
        """Replace the origins of services that run locally."""
        values = _read_list("endpoints")
        self._parts.store.origins = tuple(read_origin(value) for value in values)
        return self.endpoints()

    def clear_endpoints(self) -> Any:
        """Return to the documented catalog."""
        self._parts.store.origins = ()
        return self.endpoints()
