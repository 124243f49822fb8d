# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the playbook whoami, for logins of which the service says less than usual."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment

TEMPLATE = Path(__file__).resolve().parents[3] / "playbooks" / "templates" / "whoami.j2"
USER: dict[str, Any] = {"name": "me", "id": "1", "domain_id": None, "default_region": None, "roles": []}
TOKEN: dict[str, Any] = {
    "tenant": {"id": None},
    "expires": "2026-01-01T00:00:00Z",
    "expires_in": 5,
    "authenticated_by": [],
}


def shown(**found: Any) -> list[str]:
    """Return the lines that are shown of a result, rendered as Ansible does."""
    whoami = {"user": USER, "token": TOKEN, "endpoints": [], **found}
    template = Environment(trim_blocks=True, autoescape=False).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(rax_whoami=whoami).strip().splitlines()


def endpoint(service_type: str | None, service_name: str | None, region: str | None) -> dict[str, Any]:
    return {"service_type": service_type, "service_name": service_name, "region": region}


def test_services_without_a_type_or_a_name() -> None:
    found = [endpoint("x", "a", "DFW"), endpoint(None, "b", None), endpoint(None, None, "IAD"), endpoint("x", None, "")]
    assert shown(endpoints=found)[-5:] == [
        "Type     Name     Regions",
        "no type  b        no region",
        "no type  no name  IAD",
        "x        a        DFW",
        "x        no name  no region",
    ]


def test_impersonator_without_a_name() -> None:
    assert "Impersonated by no name" in shown(impersonator={"name": None, "id": None})
