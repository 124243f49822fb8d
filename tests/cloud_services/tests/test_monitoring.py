# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Monitoring: entities, and what belongs to them and to notifications."""

from __future__ import annotations

from urllib.parse import urlsplit

from cloud_services.tests.cloud_client import CloudClient

SERVICE = "monitoring"


def test_the_id_of_a_new_entity_stands_in_headers_alone(cloud: CloudClient) -> None:
    created = cloud.send("POST", SERVICE, "/entities", json={"label": "web", "ip_addresses": {"a": "192.0.2.1"}})
    assert (created.status_code, created.content) == (201, b"")
    entity_id = created.headers["X-Object-ID"]
    assert created.headers["Location"] == cloud.url(SERVICE, f"/entities/{entity_id}")
    shown = cloud.follow("GET", created.headers["Location"]).json()
    assert (shown["id"], shown["label"], shown["metadata"]) == (entity_id, "web", None)
    changed = cloud.send("PUT", SERVICE, f"/entities/{entity_id}", json={"label": "new"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert cloud.send("GET", SERVICE, f"/entities/{entity_id}").json()["label"] == "new"
    assert cloud.send("DELETE", SERVICE, f"/entities/{entity_id}").status_code == 204
    assert cloud.send("DELETE", SERVICE, f"/entities/{entity_id}").status_code == 404


def test_the_code_of_an_error_is_a_text(cloud: CloudClient) -> None:
    error = cloud.send("GET", SERVICE, "/entities/enNone").json()
    assert (error["type"], error["code"], error["message"]) == ("notFoundError", "404", "Object does not exist")
    missing = cloud.send("POST", SERVICE, "/entities", json={})
    assert (missing.status_code, missing.json()["type"], missing.json()["code"]) == (400, "badRequest", "400")
    assert cloud.send("POST", SERVICE, "/entities", json={"label": None}).status_code == 400


def test_the_marker_is_the_first_item_of_the_next_page(cloud: CloudClient) -> None:
    cloud.fill(SERVICE, 101)
    first = cloud.send("GET", SERVICE, "/entities").json()
    metadata = first["metadata"]
    assert (metadata["count"], metadata["limit"], metadata["marker"]) == (100, 100, None)
    # As in the documentation, the link leads to another host.
    there, here = urlsplit(metadata["next_href"]), urlsplit(cloud.url(SERVICE))
    assert there.netloc != here.netloc
    assert there.path == urlsplit(cloud.url(SERVICE, "/entities")).path
    rest = cloud.send("GET", SERVICE, "/entities", params={"marker": metadata["next_marker"]}).json()
    assert [entity["id"] for entity in rest["values"]] == [metadata["next_marker"]]
    assert (rest["metadata"]["next_marker"], rest["metadata"]["next_href"]) == (None, None)
    ids = {entity["id"] for entity in first["values"] + rest["values"]}
    assert len(ids) == 101


def test_limits(cloud: CloudClient) -> None:
    refused = cloud.send("GET", SERVICE, "/entities", params={"limit": 1001})
    assert (refused.status_code, refused.json()["type"]) == (400, "invalidLimit")
    cloud.set(rate_limits=True, page_size=1)
    cloud.add_fault(kind="fault", status=429, service=SERVICE)
    assert cloud.send("GET", SERVICE, "/entities").json()["type"] == "rateLimitReached"


def test_checks_and_alarms_belong_to_an_entity(cloud: CloudClient) -> None:
    entity = cloud.send("POST", SERVICE, "/entities", json={"label": "web"}).headers["X-Object-ID"]
    checks, alarms = f"/entities/{entity}/checks", f"/entities/{entity}/alarms"
    created = cloud.send("POST", SERVICE, checks, json={"type": "remote.ping", "label": "ping", "disabled": True})
    check = created.headers["X-Object-ID"]
    assert (created.status_code, check[:2]) == (201, "ch")
    shown = cloud.send("GET", SERVICE, f"{checks}/{check}").json()
    assert (shown["type"], shown["disabled"], shown["period"]) == ("remote.ping", True, 60)
    alarm = {"check_id": check, "notification_plan_id": "npAAAA", "criteria": "return OK;"}
    assert cloud.send("POST", SERVICE, alarms, json=alarm).headers["X-Object-ID"].startswith("al")
    assert [row["check_id"] for row in cloud.send("GET", SERVICE, alarms).json()["values"]] == [check]
    assert cloud.send("POST", SERVICE, checks, json={"label": "no type"}).status_code == 400
    assert cloud.send("GET", SERVICE, "/entities/enNone/checks").status_code == 404
    assert cloud.send("DELETE", SERVICE, f"/entities/{entity}").status_code == 204
    assert cloud.send("GET", SERVICE, f"{checks}/{check}").status_code == 404


def test_notifications_and_plans_for_them(cloud: CloudClient) -> None:
    mail = {"label": "mail", "type": "email", "details": {"address": "test@example.com"}}
    notification = cloud.send("POST", SERVICE, "/notifications", json=mail).headers["X-Object-ID"]
    plan = {"label": "all", "critical_state": [notification]}
    plan_id = cloud.send("POST", SERVICE, "/notification_plans", json=plan).headers["X-Object-ID"]
    assert (notification[:2], plan_id[:2]) == ("nt", "np")
    changed = cloud.send("PUT", SERVICE, f"/notification_plans/{plan_id}", json={"ok_state": [notification]})
    assert changed.status_code == 204
    shown = cloud.send("GET", SERVICE, f"/notification_plans/{plan_id}").json()
    assert [shown[f"{state}_state"] for state in ("critical", "warning", "ok")] == [[notification], [], [notification]]
    assert cloud.send("POST", SERVICE, "/notifications", json={"label": "x", "other": 1}).status_code == 400
