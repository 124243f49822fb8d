# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud DNS stores: domains with records, and jobs that change them when they are done."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from cloud_services.problems import Problem
from cloud_services.waiting import Wait

NAMESERVERS = ("dns1.stabletransit.com", "dns2.stabletransit.com")
_DOMAIN_KEYS = {"id", "name", "ttl", "emailAddress", "comment", "recordsList", "subdomains"}
_RECORD_KEYS = {"id", "name", "type", "data", "ttl", "priority", "comment"}
TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT", "CAA")


class JobError(Exception):
    """What a job ends with instead of a result."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.error = error


def failed(code: int, message: str, details: str, faults: list[dict[str, Any]] | None = None) -> JobError:
    """Create the error of a job; ``faults`` are those of single items."""
    items = {"failedItems": {"faults": faults}} if faults else {}
    return JobError({**items, "message": message, "code": code, "details": details})


def write_moment(seconds: float) -> str:
    """Format a time as this service does."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.000+0000"


@dataclass
class Job:
    """A change that was accepted. ``work`` is called once, when the job is done."""

    id: str
    tenant: str
    verb: str
    request_url: str
    request: str | None
    wait: Wait
    work: Callable[[], Any]
    link_style: str = "same"
    status: str = "RUNNING"
    response: Any = None
    error: dict[str, Any] | None = None

    def finish(self) -> None:
        """Carry out the change."""
        try:
            self.response = self.work()
            self.status = "COMPLETED"
        except JobError as error:
            self.error = error.error
            self.status = "ERROR"


@dataclass
class Domain:
    """A domain with its records by their IDs."""

    id: int
    values: dict[str, Any]
    created: float
    updated: float
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the domain."""
        return str(self.values["name"])

    def summary(self, tenant: str) -> dict[str, Any]:
        """Return the domain as lists show it."""
        return {
            **{key: self.values[key] for key in ("name", "comment", "emailAddress") if key in self.values},
            "id": self.id,
            "accountId": int(tenant) if tenant.isdecimal() else tenant,
            "created": write_moment(self.created),
            "updated": write_moment(self.updated),
        }


class Zones:
    """The domains of one tenant. IDs are never used again."""

    def __init__(self) -> None:
        self.domains: dict[int, Domain] = {}
        self._last_domain = 2725232
        self._last_record = 6251981

    def named(self, name: str) -> Domain | None:
        """Return the domain with a name."""
        return next((domain for domain in self.domains.values() if domain.name == name), None)

    def check_new(self, name: str) -> None:
        """Raise a JobError if a domain with this name cannot be created."""
        if name.startswith("fail"):
            raise failed(500, "Domain could not be created.", "Ordered by the name of the domain.")
        if self.named(name) is not None:
            raise failed(409, "Domain already exists", f"The domain {name} already exists.")

    def add(self, values: dict[str, Any], now: float) -> Domain:
        """Add a domain with the records of its request. Raises a JobError if the name is taken."""
        name = values["name"]
        self.check_new(name)
        self._last_domain += 1
        kept: dict[str, Any] = {"ttl": 3600}
        kept.update({key: values[key] for key in ("name", "ttl", "emailAddress", "comment") if key in values})
        domain = Domain(self._last_domain, kept, now, now)
        for server in NAMESERVERS:
            self._new_record(domain, {"type": "NS", "name": name, "data": server, "ttl": 3600}, now)
        for record in (values.get("recordsList") or {}).get("records", []):
            self._new_record(domain, record, now)
        self.domains[domain.id] = domain
        for child in (values.get("subdomains") or {}).get("domains", []):
            self.add(child, now)
        return domain

    def add_records(self, domain: Domain, records: list[dict[str, Any]], now: float) -> list[dict[str, Any]]:
        """Add records. Raises a JobError if one is there already, and then adds none."""
        known = {(r["type"], r["name"], r["data"]) for r in domain.records.values()}
        for record in records:
            key = (record["type"], record["name"], record["data"])
            if key in known:
                details = f"Record is a duplicate of another record in zone for {domain.name}."
                raise failed(409, "Record is a duplicate of another record", details)
            if record["name"].startswith("fail"):
                raise failed(500, "Record could not be created.", "Ordered by the name of the record.")
            known.add(key)
        domain.updated = now
        return [self._new_record(domain, record, now) for record in records]

    def _new_record(self, domain: Domain, values: dict[str, Any], now: float) -> dict[str, Any]:
        self._last_record += 1
        moment = write_moment(now)
        record = {"ttl": domain.values["ttl"], **values, "created": moment, "updated": moment}
        record["id"] = f"{values['type']}-{self._last_record}"
        domain.records[record["id"]] = record
        return record

    def children(self, domain: Domain) -> list[Domain]:
        """Return the domains below a domain."""
        return [other for other in self.domains.values() if other.name.endswith(f".{domain.name}")]


def new_job_id() -> str:
    """Return an ID such as ``0062ac6e-3d07-4980-afab-5fd3a806ef4d``."""
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def invalid(messages: list[str]) -> Problem:
    """Create the 400 for a request whose values are wrong."""
    details = "One or more validation errors occurred."
    return Problem(400, "Validation errors", details=details, extra={"validationErrors": {"messages": messages}})


def check_domain(values: Any, where: str, *, new: bool = True) -> list[str]:
    """Return what is wrong with a domain of a request."""
    if not isinstance(values, dict):
        return [f"{where}: A domain must be an object."]
    messages = [f"{where}: Unknown attribute." for _key in set(values) - _DOMAIN_KEYS]
    if new:
        if not isinstance(values.get("name"), str) or "." not in values["name"]:
            messages.append(f"{where}: Domain name is required and must be valid.")
        if not isinstance(values.get("emailAddress"), str) or "@" not in values["emailAddress"]:
            messages.append(f"{where}: Email Address is required and must be valid.")
    elif "name" in values:
        messages.append(f"{where}: The name of a domain cannot be changed.")
    messages += _check_ttl(values, where)
    for record in _listed(values, "recordsList", "records"):
        messages += check_record(record, f"{where}.record")
    for child in _listed(values, "subdomains", "domains"):
        messages += check_domain(child, f"{where}.subdomain")
    return messages


def _listed(values: dict[str, Any], outer: str, inner: str) -> list[Any]:
    container = values.get(outer)
    found = container.get(inner) if isinstance(container, dict) else None
    return found if isinstance(found, list) else []


def _check_ttl(values: dict[str, Any], where: str) -> list[str]:
    ttl = values.get("ttl", 3600)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl < 300:
        return [f"{where}: TTL must be greater than or equal to 300."]
    return []


def check_record(values: Any, where: str, *, new: bool = True) -> list[str]:
    """Return what is wrong with a record of a request."""
    if not isinstance(values, dict):
        return [f"{where}: A record must be an object."]
    messages = [f"{where}: Unknown attribute." for _key in set(values) - _RECORD_KEYS]
    messages += [
        f"{where}: Record {key} is required."
        for key in ("type", "name", "data")
        if (new or key in values) and not (isinstance(values.get(key), str) and values[key])
    ]
    if "type" in values and values["type"] not in TYPES:
        messages.append(f"{where}: Record type is not supported.")
    if new and values.get("type") in ("MX", "SRV") and not isinstance(values.get("priority"), int):
        messages.append(f"{where}: Priority is required for {values['type']} records.")
    return messages + _check_ttl(values, where)
