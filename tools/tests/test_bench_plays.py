# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plays of a benchmark, and the stand-in for the servers of other collections."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from bench import others, plays

from playbooks import Sandbox


@pytest.fixture
def stand_in() -> Iterator[str]:
    with others.standing_in() as url:
        yield url


def _ask(url: str, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, json.dumps(body) if body else None)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), json.load(response)
    finally:
        connection.close()


@pytest.mark.parametrize("endpoints", [1, 20, 21, 1000])
def test_a_user_has_as_many_endpoints_as_its_name_says(stand_in: str, endpoints: int) -> None:
    credentials = {"username": others.user_with(endpoints), "apiKey": "key"}
    login = {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}
    status, _headers, document = _ask(stand_in, "POST", "/v2.0/tokens", login)
    services = document["access"]["serviceCatalog"]
    assert status == 200
    assert sum(len(service["endpoints"]) for service in services) == endpoints
    urls = {endpoint["publicURL"] for service in services for endpoint in service["endpoints"]}
    assert len(urls) == endpoints
    assert len({service["type"] for service in services}) == len(services)


def test_it_responds_as_keystone_does(stand_in: str) -> None:
    _status, _headers, document = _ask(stand_in, "GET", "/v3")
    assert document["version"]["links"] == [{"rel": "self", "href": f"{stand_in}/v3/"}]
    status, headers, document = _ask(stand_in, "POST", "/v3/auth/tokens", {"auth": {}})
    assert (status, headers["X-Subject-Token"]) == (201, "stand-in-token")
    assert document["token"]["catalog"][0]["endpoints"][0]["url"] == f"{stand_in}/v3"


def test_it_responds_as_vault_does(stand_in: str) -> None:
    status, _headers, document = _ask(stand_in, "POST", "/v1/auth/userpass/login/demo", {"password": "demo"})
    assert (status, document["auth"]["client_token"]) == (200, "stand-in-token")


def test_it_knows_nothing_else(stand_in: str) -> None:
    status, _headers, document = _ask(stand_in, "GET", "/elsewhere")
    assert (status, document["error"]) == (404, "The stand-in does not know GET /elsewhere.")


def test_it_keeps_connections_open(stand_in: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(stand_in).netloc, timeout=10)
    try:
        for _request in range(3):
            connection.request("GET", "/v3")
            response = connection.getresponse()
            assert response.status == 200
            assert response.read()
            assert not response.will_close
    finally:
        connection.close()


def test_a_task_is_repeated() -> None:
    subject = plays.repeated({"ansible.builtin.ping": {}}, 5)
    assert subject.more == 5
    assert subject.tasks(3) == [{"ansible.builtin.ping": {}}] * 3


def test_lookups_of_one_template_are_one_task() -> None:
    subject = plays.in_one_template("lookup('env', 'HOME')", 100)
    (task,) = subject.tasks(7)
    assert "range(7)" in json.dumps(task)
    assert "lookup('env', 'HOME')" in json.dumps(task)


def test_each_cold_login_has_a_cache_of_its_own() -> None:
    subjects = plays.of_the_collection("http://127.0.0.1:1/v2.0", 100, 2)
    tasks = subjects["cold"].tasks(4)
    assert len({json.dumps(task) for task in tasks}) == 4


def test_uri_posts_the_login_to_the_service() -> None:
    (task,) = plays.of_the_collection("http://127.0.0.1:1/v2.0", 100, 2)["uri"].tasks(1)
    assert task["ansible.builtin.uri"]["url"] == "http://127.0.0.1:1/v2.0/tokens"


def _plays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let plays take a second for each task, and return the list that their modules go to."""
    played: list[str] = []

    def play(_sandbox: object, tasks: list[plays.Task]) -> float:
        played.append(f"{next(iter(tasks[-1]))} {len(tasks)}")
        return 10.0 + len(tasks)

    monkeypatch.setattr(plays, "play", play)
    return played


def test_subjects_take_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    played = _plays(monkeypatch)
    subjects = {"one": plays.repeated({"a": {}}, 4), "two": plays.repeated({"b": {}}, 2)}
    costs = plays.measure(Sandbox(tmp_path, {}, tmp_path, ""), subjects, rounds=2)
    assert costs == {"one": [1.0, 1.0], "two": [1.0, 1.0]}
    warm_up, first, second = ["a 1", "b 1"], ["a 5", "a 1", "b 3", "b 1"], ["b 3", "b 1", "a 5", "a 1"]
    assert played == warm_up + first + second


def test_what_comes_before_cancels_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    _plays(monkeypatch)
    subject = plays.Subject(lambda count: [{"a": {}}] * count, 4, before=[{"b": {}}])
    costs = plays.measure(Sandbox(tmp_path, {}, tmp_path, ""), {"one": subject}, rounds=1)
    assert costs == {"one": [1.0]}
