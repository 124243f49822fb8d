# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PTR records of Cloud DNS, which belong to the address of a server or load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from cloud_services.problems import bad_request, not_found
from cloud_services.services.dns_store import invalid, write_moment

if TYPE_CHECKING:
    from cloud_services.services.dns import Dns

_SERVICES = ("cloudServersOpenStack", "cloudLoadBalancers")


class DnsPointers:
    """List, add and delete PTR records of a device, which its own URL names. Whether it exists is not checked."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    def add_routes(self, app: Flask) -> None:
        """Add the operations on PTR records."""
        base = "/v1.0/<tenant>/rdns"
        self._dns.route(app, base, POST=self.add, PUT=self.change)
        self._dns.route(app, f"{base}/<service>", GET=self.index, DELETE=self.delete)

    def _of(self, tenant: str, service: str, href: str | None) -> list[dict[str, Any]]:
        if service not in _SERVICES or not href or f"/{tenant}/" not in href:
            raise bad_request("The device must be one of this account, named by its service and its URL.")
        return self._dns.pointers.setdefault((tenant, href), [])

    def index(self, tenant: str, service: str) -> Response:
        """List the PTR records of a device; a device without any is a 404."""
        href = self._dns.query("href").get("href")
        records = self._of(tenant, service, href)
        if not records:
            raise not_found("Object not Found.")
        link = {"content": "", "href": href, "rel": service}
        return self._dns.respond({"recordsList": {"records": records}, "link": link})

    def _given(self, tenant: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the PTR records of the device in the body, and those of the body."""
        dns = self._dns
        body = dns.json_body()
        link = dns.member(body, "link", dict)
        records = dns.member(dns.member(body, "recordsList", dict), "records", list)
        dns.check_count(records)
        for record in records:
            if record.get("type") != "PTR" or not record.get("name") or not record.get("data"):
                raise invalid(["A PTR record has the type PTR, a name, and an address as data."])
            if record.get("ttl", 3600) < 300:
                raise invalid(["TTL must be at least 300."])
        return self._of(tenant, dns.member(link, "rel", str), link.get("href")), records

    def add(self, tenant: str) -> Response:
        """Add several PTR records."""
        there, records = self._given(tenant)

        def work() -> Any:
            moment = write_moment(self._dns.now())
            for record in records:
                number = self._dns.next_pointer()
                row = {"ttl": 3600, **record, "id": f"PTR-{number}", "created": moment, "updated": moment}
                there.append(row)
            return {"records": there[-len(records) :]}

        return self._dns.start(tenant, work)

    def change(self, tenant: str) -> Response:
        """Change several PTR records, which their IDs name."""
        there, records = self._given(tenant)
        rows = {row["id"]: row for row in there}
        if any(record.get("id") not in rows for record in records):
            raise not_found("Object not Found.")

        def work() -> None:
            for record in records:
                rows[record["id"]].update(record, updated=write_moment(self._dns.now()))

        return self._dns.start(tenant, work)

    def delete(self, tenant: str, service: str) -> Response:
        """Delete the PTR records of a device, or that of one of its addresses."""
        values = self._dns.query("href", "ip")
        there = self._of(tenant, service, values.get("href"))
        address = values.get("ip")

        def work() -> None:
            there[:] = [row for row in there if address is not None and row["data"] != address]

        return self._dns.start(tenant, work)
