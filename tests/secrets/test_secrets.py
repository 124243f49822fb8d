# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is written anywhere: not by any plugin, role or playbook, nor by Ansible when it runs them."""

from __future__ import annotations

import re

import pytest

from ansible_collections.rackspace.identity.tests.identity_service.encodings import encodings

from . import discover, search
from .conftest import Written
from .plays import LANES, SUCCESSFUL, WAYS_IN, Case
from .services import CATALOG_OF, ECHOES
from .values import USERS

_MODULES = [each.name for each in discover.modules()]
_LOOKUPS = [each.name for each in discover.lookups()]
_FILTERS = [each.name for each in discover.filters()]
_ROLES = [f"{role}, {entry.name}" for role, entries in discover.roles().items() for entry in entries]


def test_a_case_is_made_for_every_kind_of_plugin() -> None:
    assert discover.unknown_plugins() == []


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("plugin", _MODULES)
def test_every_module_succeeds_and_fails_in_the_worker_and_as_a_module(
    written: Written, plugin: str, lane: str
) -> None:
    outcomes = [outcome for name, outcome in written.outcomes if name.startswith(f"{plugin}: ") and name.endswith(lane)]
    assert {"ok", "failed"} == set(outcomes)


@pytest.mark.parametrize("plugin", [*_LOOKUPS, *_FILTERS])
def test_every_lookup_and_filter_succeeds_and_fails(written: Written, plugin: str) -> None:
    assert {"ok", "failed"} == {outcome for name, outcome in written.outcomes if name.startswith(f"{plugin}: ")}


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("role", _ROLES)
def test_every_entry_point_of_a_role_succeeds_and_fails(written: Written, role: str, lane: str) -> None:
    outcomes = [outcome for name, outcome in written.outcomes if name.startswith(f"{role}: ") and name.endswith(lane)]
    assert {"ok", "failed"} == set(outcomes)


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("playbook", discover.playbooks())
def test_every_playbook_succeeds_and_fails(written: Written, playbook: str, lane: str) -> None:
    assert written.ended[f"playbooks: {lane}"].code == 0
    assert written.ended[f"{playbook}: {lane}"].code == 2


def test_every_way_goes_as_it_should_with_some_plugin(written: Written) -> None:
    """Not with all: a token that is wrong, for example, can be revoked, since it does not live."""
    as_it_should = dict.fromkeys((way for ways in WAYS_IN.values() for way in ways), False)
    for name, outcome in written.outcomes:
        parts = name.split(": ")
        if len(parts) == len(Case._fields) and parts[1] in as_it_should:
            as_it_should[parts[1]] |= outcome == ("ok" if parts[1] in SUCCESSFUL else "failed")
    assert [way for way, good in as_it_should.items() if not good] == []


def test_modules_run_where_they_should(written: Written) -> None:
    output = "".join(ended.output for ended in written.ended.values())
    for module in discover.modules():
        assert re.search(rf"Using module file \S+/plugins/modules/{module.name}\.py", output)
    assert "Using module file" not in written.ended["playbooks: worker"].output
    assert "Using module file" in written.ended["playbooks: module"].output


def test_every_service_was_asked(written: Written) -> None:
    ways = {way for ways in WAYS_IN.values() for way in ways}
    asked = {"good", *(form for form in ECHOES if f"echo {form}" in ways)}
    assert all(written.requests[name] > 5 for name in asked), written.requests
    assert all(written.requests[CATALOG_OF[name]] for name in asked & CATALOG_OF.keys()), written.requests


def test_all_that_can_be_written_was_written(written: Written) -> None:
    contents = search.files(written.directory)
    for number in range(len(written.ended)):
        assert b"TASK [" in contents[f"{number}/log"]
        assert any(re.match(rf"{number}/junit/.+\.xml", file) for file in contents)
    assert b"Invoked with" in b"".join(content for file, content in contents.items() if file.endswith("/syslog"))
    assert b"module_args" in contents["0/log"]
    assert b"rax_identity" in b"".join(content for file, content in contents.items() if "/facts/" in file)
    assert any("/.cache/rackspace.identity/" in file for file in contents)


def test_modules_and_jobs_leave_no_files(written: Written) -> None:
    output = written.ended["options: module"].output
    assert "ASYNC OK on localhost" in output
    assert "/home/remote/" in output
    assert [file for file in search.files(written.directory) if "/home/async/" in file or "/home/remote/" in file] == []


def test_no_secret_is_written_anywhere(written: Written) -> None:
    secrets = search.Search(written.secrets.known, USERS)
    leaks: list[search.Leak] = []
    for file, content in search.files(written.directory).items():
        searched, _returned = search.without_returned_tokens(content)
        if "/.cache/rackspace.identity/" in file:
            # The cache is there to hold tokens.
            searched = search.TOKEN.sub(b"", searched)
        leaks += secrets.leaks(searched, file)
    assert leaks == []


def test_tokens_are_only_where_they_are_returned_and_cached(written: Written) -> None:
    found = []
    for file, content in search.files(written.directory).items():
        searched, _returned = search.without_returned_tokens(content)
        if "/.cache/rackspace.identity/" not in file:
            found += [(file, match[0]) for match in search.TOKEN.finditer(searched)]
        found += [(file, match[0]) for match in search.SESSION.finditer(searched)]
    assert found == []


def test_tokens_that_are_returned_are_nowhere_in_another_encoding(written: Written) -> None:
    contents = search.files(written.directory)
    tokens = {match[0].decode() for content in contents.values() for match in search.TOKEN.finditer(content)}
    assert tokens
    needles = search.Search({f"token {number}": token for number, token in enumerate(sorted(tokens))}, USERS)
    found = [leak for file, content in contents.items() for leak in needles.leaks(content, file)]
    assert [leak for leak in found if leak.encoding not in _AS_THEY_ARE] == []


# These change nothing in a token.
_AS_THEY_ARE = {name for name, form in encodings("AA0-_z").items() if form == "AA0-_z"}


@pytest.mark.parametrize("encoding", sorted(encodings("x")))
def test_the_search_finds_every_encoding(encoding: str) -> None:
    secret = "pÄ \"<&'>+/%41\\n-é😀"
    content = f"before {encodings(secret, USERS[0])[encoding]} after".encode()
    assert [leak.file for leak in search.Search({"a secret": secret}, USERS).leaks(content, "a file")]
