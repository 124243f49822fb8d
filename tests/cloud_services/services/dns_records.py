# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of Cloud DNS on the records of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from cloud_services.problems import not_found
from cloud_services.services.dns_store import Domain, check_record, failed, invalid, write_moment

if TYPE_CHECKING:
    from cloud_services.services.dns import Dns


class DnsRecords:
    """List, add, change and delete records. Everything but reading is a job."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    def add_routes(self, app: Flask) -> None:
        """Add the operations on records."""
        base = "/v1.0/<tenant>/domains/<int:domain_id>/records"
        route = self._dns.route
        route(app, base, GET=self.index, POST=self.add, PUT=self.change_several, DELETE=self.delete_several)
        route(app, f"{base}/<record_id>", GET=self.show, PUT=self.change, DELETE=self.delete)

    def _record(self, domain: Domain, record_id: Any) -> dict[str, Any]:
        found = domain.records.get(record_id) if isinstance(record_id, str) else None
        if found is None:
            raise not_found("Object not Found.")
        return found

    def index(self, tenant: str, domain_id: int) -> Response:
        """List the records of a domain."""
        dns = self._dns
        values = dns.query("limit", "offset", "type", "name", "data")
        records = list(dns.domain(tenant, domain_id).records.values())
        for key in ("type", "name", "data"):
            if key in values:
                records = [record for record in records if record[key] == values[key]]
        page, offset = dns.page_from(records, values)
        links = dns.links(page, offset, values)
        return dns.respond({"records": page.items, "totalEntries": len(records), **links})

    def show(self, tenant: str, domain_id: int, record_id: str) -> Response:
        """Show a record."""
        return self._dns.respond(self._record(self._dns.domain(tenant, domain_id), record_id))

    def add(self, tenant: str, domain_id: int) -> Response:
        """Add several records."""
        dns = self._dns
        domain = dns.domain(tenant, domain_id)
        records = dns.member(dns.json_body(), "records", list)
        dns.check_count(records)
        messages = [message for record in records for message in check_record(record, "Record")]
        if messages:
            raise invalid(messages)
        zones = dns.zones(tenant)
        return dns.start(tenant, lambda: {"records": zones.add_records(domain, records, dns.now())})

    def change(self, tenant: str, domain_id: int, record_id: str) -> Response:
        """Change a record."""
        dns = self._dns
        domain = dns.domain(tenant, domain_id)
        record, values = self._record(domain, record_id), dns.json_body()
        self._check_change([values])
        return dns.start(tenant, lambda: self._change([(record, values)]))

    def change_several(self, tenant: str, domain_id: int) -> Response:
        """Change several records."""
        dns = self._dns
        domain = dns.domain(tenant, domain_id)
        rows = dns.member(dns.json_body(), "records", list)
        dns.check_count(rows)
        self._check_change(rows)
        pairs = [(self._record(domain, values.get("id")), values) for values in rows]
        return dns.start(tenant, lambda: self._change(pairs))

    def _check_change(self, rows: list[Any]) -> None:
        messages = [message for values in rows for message in check_record(values, "Record", new=False)]
        messages += ["Record: The type of a record cannot be changed." for values in rows if "type" in values]
        if messages:
            raise invalid(messages)

    def _change(self, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        for record, values in pairs:
            record.update({key: value for key, value in values.items() if key != "id"})
            record["updated"] = write_moment(self._dns.now())

    def delete(self, tenant: str, domain_id: int, record_id: str) -> Response:
        """Delete a record."""
        domain = self._dns.domain(tenant, domain_id)
        self._record(domain, record_id)
        return self._dns.start(tenant, lambda: self._delete(domain, [record_id]))

    def delete_several(self, tenant: str, domain_id: int) -> Response:
        """Delete the records whose IDs the query repeats."""
        domain, ids = self._dns.domain(tenant, domain_id), request.args.getlist("id")
        self._dns.check_count(ids)
        return self._dns.start(tenant, lambda: self._delete(domain, ids))

    def _delete(self, domain: Domain, ids: list[str]) -> None:
        missing = [record_id for record_id in ids if domain.records.pop(record_id, None) is None]
        if missing:
            faults = [
                {"message": "Object not Found.", "code": 404, "details": f"Record ID: {record_id}"}
                for record_id in missing
            ]
            raise failed(500, "One or more items could not be deleted.", "See errors list for details.", faults)
