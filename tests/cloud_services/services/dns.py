# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud DNS 1.0: domains, and the jobs that change them. Records are in ``dns_records``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from identity_service.timestamps import write_time

from cloud_services.problems import Problem, not_found
from cloud_services.service import CloudService, Page, RateLimit
from cloud_services.services.dns_pointers import DnsPointers
from cloud_services.services.dns_records import DnsRecords
from cloud_services.services.dns_store import (
    NAMESERVERS,
    Domain,
    Job,
    Zones,
    check_domain,
    failed,
    invalid,
    new_job_id,
)
from cloud_services.waiting import Wait

MOST_ENTITIES = 100
_JOB_HOURS = 24


class Dns(CloudService):
    """Cloud DNS, which has no regions."""

    key = "dns"
    service_name = "cloudDNS"
    service_type = "rax:dns"
    regions = (None,)
    rate_limits = (
        RateLimit("GET", "/v1.0/*/status/*", 5, 1),
        RateLimit("GET", "/v1.0/*/domains*", 60, 60),
        RateLimit("POST", "/v1.0/*/domains*", 20, 60),
        RateLimit("PUT", "/v1.0/*/domains*", 20, 60),
        RateLimit("DELETE", "/v1.0/*/domains*", 10, 60),
    )

    def reset(self) -> None:
        """Remove all domains and jobs."""
        super().reset()
        self._tenants: dict[str, Zones] = {}
        self._jobs: dict[str, Job] = {}
        self.pointers: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._last_pointer = 0

    def next_pointer(self) -> int:
        """Return a number for a new PTR record."""
        self._last_pointer += 1
        return self._last_pointer

    def add_routes(self, app: Flask) -> None:
        """Add the operations on domains and jobs."""
        base = "/v1.0/<tenant>/domains"
        self.route(app, base, GET=self.index, POST=self.create, PUT=self.change_several, DELETE=self.delete_several)
        self.route(app, f"{base}/<int:domain_id>", GET=self.show, PUT=self.change, DELETE=self.delete)
        self.route(app, "/v1.0/<tenant>/status/<job_id>", GET=self.show_job)
        DnsRecords(self).add_routes(app)
        DnsPointers(self).add_routes(app)

    def error(self, problem: Problem) -> Response:
        """Write a problem as a bare object."""
        body: dict[str, Any] = {"message": self.message_of(problem), "code": problem.status}
        if problem.details is not None:
            body["details"] = problem.details
        return self.respond({**problem.extra, **body}, problem.status, problem.headers)

    def refuse_tenant(self) -> Problem:
        """Create a 401, as for a token that is not valid."""
        return self.refuse_token()

    def too_many(self, moment: float) -> Response:
        """Create the 413, whose header really is called Reply-After."""
        when = write_time(moment, "no_fraction")
        headers = {"Reply-After": when}
        return self.over_limit(Problem(413, "OverLimit Retry...", extra={"retryAfter": when}, headers=headers))

    def zones(self, tenant: str) -> Zones:
        """Return the domains of a tenant."""
        return self._tenants.setdefault(tenant, Zones())

    def domain(self, tenant: str, domain_id: int) -> Domain:
        """Return a domain; respond with 404 if it does not exist."""
        found = self.zones(tenant).domains.get(domain_id)
        if found is None:
            raise not_found("Object not Found.")
        return found

    def check_count(self, items: list[Any]) -> None:
        """Respond with 413 to more entities than a call may have, and with 400 to none."""
        if len(items) > MOST_ENTITIES:
            raise Problem(413, "Over limit", details=f"At most {MOST_ENTITIES} entities are allowed in a call.")
        if not items:
            raise invalid(["At least one entity is required."])

    def links(self, page: Page, offset: int, values: dict[str, str]) -> dict[str, Any]:
        """Return the links to the pages around a page."""
        rest = [(name, value) for name, value in values.items() if name not in ("limit", "offset")]
        links = []
        if offset:
            before = [*rest, ("limit", page.limit), ("offset", max(0, offset - page.limit))]
            links.append({"rel": "previous", "href": self.next_link(before)})
        if self.wants_next(page):
            after = [*rest, ("limit", page.limit), ("offset", offset + page.limit)]
            links.append({"rel": "next", "href": self.next_link(after)})
        return {"links": links} if links else {}

    # Jobs

    def start(self, tenant: str, work: Callable[[], Any]) -> Response:
        """Accept a change that is carried out later, and tell where its job is."""
        settings = self.parts.settings
        wait = Wait(self.now(), settings.job_seconds, settings.job_polls)
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        text = g.data.decode() or None
        # A quarter of the documented samples have http where https was asked for.
        style = "http" if len(self._jobs) % 4 == 3 else "same"
        job = Job(new_job_id(), tenant, request.method, self.link(request.path) + query, text, wait, work, style)
        self._jobs[job.id] = job
        payload: dict[str, Any] = {**self._job_summary(job), "status": settings.job_first_status}
        if text:
            payload["request"] = text
        return self.respond(payload, 202)

    def settle(self) -> None:
        """Finish the jobs whose time has come, in their order."""
        now = self.now()
        for job in list(self._jobs.values()):
            if now >= job.wait.begun + _JOB_HOURS * 3600:
                del self._jobs[job.id]
            if job.status == "RUNNING" and job.wait.over(now):
                job.finish()

    def _job_summary(self, job: Job) -> dict[str, Any]:
        return {
            "status": job.status,
            "verb": job.verb,
            "jobId": job.id,
            "callbackUrl": self.link(f"/v1.0/{job.tenant}/status/{job.id}", natural=job.link_style),
            "requestUrl": job.request_url,
        }

    def show_job(self, tenant: str, job_id: str) -> Response:
        """Show a job, with its response or error if showDetails is true."""
        details = self.query("showDetails").get("showDetails", "false")
        if details not in ("true", "false"):
            raise invalid(["showDetails must be true or false."])
        job = self._jobs.get(job_id)
        if job is None or job.tenant != tenant:
            raise not_found("Object not Found.")
        job.wait.ask()
        self.settle()
        payload = self._job_summary(job)
        if details == "true":
            shown = {"request": job.request, "response": job.response, "error": job.error}
            payload.update({key: value for key, value in shown.items() if value is not None})
        return self.respond(payload, self.parts.settings.job_status if job.status == "RUNNING" else 200)

    # Domains

    def index(self, tenant: str) -> Response:
        """List the domains of a tenant."""
        values = self.query("limit", "offset", "name")
        domains = sorted(self.zones(tenant).domains.values(), key=lambda domain: domain.name)
        wanted = values.get("name")
        if wanted is not None:
            domains = [domain for domain in domains if domain.name == wanted or domain.name.endswith(f".{wanted}")]
        page, offset = self.page_from(domains, values)
        shown = [domain.summary(tenant) for domain in page.items]
        return self.respond({"domains": shown, "totalEntries": len(domains), **self.links(page, offset, values)})

    def create(self, tenant: str) -> Response:
        """Create several domains, with their records and subdomains."""
        domains = self.member(self.json_body(), "domains", list)
        self.check_count(domains)
        messages = [message for domain in domains for message in check_domain(domain, "Domain")]
        if messages:
            raise invalid(messages)

        def work() -> Any:
            zones = self.zones(tenant)
            for values in domains:
                zones.check_new(values["name"])
            return {"domains": [self.details(tenant, zones.add(values, self.now())) for values in domains]}

        return self.start(tenant, work)

    def show(self, tenant: str, domain_id: int) -> Response:
        """Show a domain with its records, and its subdomains if they are wanted."""
        values = self.query("showRecords", "showSubdomains", "limit", "offset")
        domain = self.domain(tenant, domain_id)
        payload = self.details(tenant, domain)
        if values.get("showRecords", "true") != "true":
            del payload["recordsList"]
        if values.get("showSubdomains", "false") == "true":
            children = [child.summary(tenant) for child in self.zones(tenant).children(domain)]
            payload["subdomains"] = {"domains": children, "totalEntries": len(children)}
        return self.respond(payload)

    def details(self, tenant: str, domain: Domain) -> dict[str, Any]:
        """Return a domain as it is shown alone."""
        records = list(domain.records.values())
        return {
            **domain.summary(tenant),
            "ttl": domain.values["ttl"],
            "nameservers": [{"name": server} for server in NAMESERVERS],
            "recordsList": {"totalEntries": len(records), "records": records},
        }

    def change(self, tenant: str, domain_id: int) -> Response:
        """Change a domain."""
        domain, values = self.domain(tenant, domain_id), self.json_body()
        messages = check_domain(values, "Domain", new=False)
        if messages:
            raise invalid(messages)
        return self.start(tenant, lambda: self._change([(domain, values)]))

    def change_several(self, tenant: str) -> Response:
        """Change several domains."""
        rows = self.member(self.json_body(), "domains", list)
        self.check_count(rows)
        messages = [message for values in rows for message in check_domain(values, "Domain", new=False)]
        if messages:
            raise invalid(messages)
        pairs = [(self.domain(tenant, self.member(values, "id", int)), values) for values in rows]
        return self.start(tenant, lambda: self._change(pairs))

    def _change(self, pairs: list[tuple[Domain, dict[str, Any]]]) -> None:
        for domain, values in pairs:
            domain.values.update((key, values[key]) for key in ("ttl", "emailAddress", "comment") if key in values)
            domain.updated = self.now()

    def delete(self, tenant: str, domain_id: int) -> Response:
        """Delete a domain, and its subdomains if they are to go too."""
        values = self.query("deleteSubdomains")
        self.domain(tenant, domain_id)
        return self.start(tenant, lambda: self._delete(tenant, [domain_id], values))

    def delete_several(self, tenant: str) -> Response:
        """Delete the domains whose IDs the query repeats."""
        ids = request.args.getlist("id")
        self.check_count(ids)
        if not all(text.isdecimal() for text in ids):
            raise invalid(["id must be an integer."])
        values = {"deleteSubdomains": request.args.get("deleteSubdomains", "false")}
        return self.start(tenant, lambda: self._delete(tenant, [int(text) for text in ids], values))

    def _delete(self, tenant: str, ids: list[int], values: dict[str, str]) -> None:
        zones = self.zones(tenant)
        missing = [domain_id for domain_id in ids if domain_id not in zones.domains]
        for domain_id in set(ids) - set(missing):
            domain = zones.domains.pop(domain_id)
            if values.get("deleteSubdomains") == "true":
                for child in zones.children(domain):
                    zones.domains.pop(child.id)
        if missing:
            faults = [
                {"message": "Object not Found.", "code": 404, "details": f"Domain ID: {domain_id}"}
                for domain_id in missing
            ]
            raise failed(500, "One or more items could not be deleted.", "See errors list for details.", faults)

    def fill(self, tenant: str, values: dict[str, Any]) -> int:
        """Create many domains: ``count``."""
        count = values.get("count")
        if not isinstance(count, int):
            raise ValueError("dns needs count")
        for number in range(count):
            email = "hostmaster@example.com"
            self.zones(tenant).add({"name": f"domain-{number:05}.example.com", "emailAddress": email}, self.now())
        return count
