# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not imported: a library that only requests need must not be needed for anything else."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, Task, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

COLLECTION = Path(__file__).resolve().parents[3]

# Starting Python and Ansible takes far longer than an import, so each import gets a copy of a process that has them.
PROGRAM = """
import importlib
import json
import os
import sys

sys.path.insert(0, {root!r})
# What Ansible imports by itself is not ours to judge.
import ansible.module_utils.basic
if {is_controller!r}:
    import ansible.plugins.action.normal, ansible.plugins.lookup, ansible.constants
before = set(sys.modules)
for name in {names!r}:
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)
        continue
    importlib.import_module(f"ansible_collections.rackspace.identity.plugins.{{name}}")
    print(json.dumps([name, sorted(set(sys.modules) - before)]), flush=True)
    os._exit(0)
"""

PACKAGE = "ansible_collections.rackspace.identity.plugins.module_utils."

# What is needed only for a request, to write a file, or to read a credentials file.
_READERS = {"cloud_places", "clouds_file", "credentials_file", "rack_file"}
COLD_FILES = {"_session.private_files_write", *(f"_session.{name}" for name in _READERS)}
COLD_PACKAGES = ("_api.", "_http.", "_request.")

CONTROLLER = {"action", "filter", "lookup", "plugin_utils"}
"""Kinds of files that only the controller loads."""

FILES = [
    (kind, ".".join(path.relative_to(COLLECTION / "plugins" / kind).with_suffix("").parts))
    for kind in ("action", "modules", "lookup", "filter", "module_utils", "plugin_utils")
    for path in sorted((COLLECTION / "plugins" / kind).rglob("*.py"))
]


def is_cold(name: str) -> bool:
    """Return whether a file of module_utils is left out while a task finds its token in the cache."""
    return name in COLD_FILES or name.startswith(COLD_PACKAGES)


# Everything that a task or lookup consists of when it finds its token in the cache; but rax_request always sends one.
WARM = [
    (kind, name)
    for kind, name in FILES
    if (kind != "module_utils" or not is_cold(name)) and (kind, name) != ("action", "rax_request")
]


@functools.cache
def all_imported(*, is_controller: bool) -> dict[str, list[str]]:
    """Return what importing each file loads: those that only the controller has, or those that modules are made of."""
    names = [f"{kind}.{name}" for kind, name in FILES if (kind in CONTROLLER) == is_controller]
    program = PROGRAM.format(root=str(COLLECTION.parents[2]), is_controller=is_controller, names=names)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    return dict(map(json.loads, ended.stdout.splitlines()))


def imported(kind: str, name: str) -> tuple[set[str], set[str]]:
    """Return the libraries, and the collection's own files in module_utils, that an import loads."""
    loaded = all_imported(is_controller=kind in CONTROLLER)[f"{kind}.{name}"]
    return {each.partition(".")[0] for each in loaded}, {each.partition(PACKAGE)[2] for each in loaded} - {""}


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_importing_needs_no_library(kind: str, name: str) -> None:
    libraries, _own = imported(kind, name)
    # rax_request loads it before workers are forked, if it is there.
    allowed = {"requests", "urllib3"} if (kind, name) == ("action", "rax_request") else set()
    assert libraries & {"requests", "urllib3", "defusedxml"} <= allowed


@pytest.mark.parametrize(("kind", "name"), WARM)
def test_a_warm_task_loads_nothing_that_only_a_cold_one_needs(kind: str, name: str) -> None:
    _libraries, own = imported(kind, name)
    assert {file for file in own if is_cold(file)} == set()


@pytest.mark.parametrize("name", ["rax_identity_token", "rax_token_info", "rax_token_revoke"])
def test_an_action_loads_what_its_workers_would_load_later(name: str) -> None:
    _libraries, own = imported("action", name)
    assert own >= {"_catalog.selection", "_operations.endpoint", "_operations.token", "_session.login_ref"}


def test_the_action_of_requests_loads_all_that_they_take() -> None:
    _libraries, own = imported("action", "rax_request")
    assert {f"_request.{path.stem}" for path in (COLLECTION / "plugins/module_utils/_request").glob("*.py")} <= own


def test_a_module_loads_no_more_than_it_needs() -> None:
    _libraries, own = imported("modules", "rax_identity_token")
    assert {file for file in own if "." in file} == {
        "_catalog.build_fact",
        "_catalog.services",
        "_operations.identity_token",
        "_session.access_provider",
        "_session.cached_login",
        "_session.caching",
        "_session.credential_values",
        "_session.credentials",
        "_session.given_credentials",
        "_session.login_result",
        "_session.private_files",
        "_session.token_cache",
    }


WARM_RUN = """
import json
import sys

sys.path.insert(0, {root!r})
import ansible.module_utils.basic as basic
try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:
    basic._ANSIBLE_ARGS = json.dumps({{"ANSIBLE_MODULE_ARGS": {arguments!r}}}).encode()
else:
    given = patch_module_args({arguments!r})
    given.__enter__()
from ansible_collections.rackspace.identity.plugins.modules import {name}
before = set(sys.modules)
try:
    {name}.main()
except SystemExit:
    pass
print("own:", *(name.partition({package!r})[2] for name in set(sys.modules) - before if {package!r} in name))
print("libraries:", *{{name.partition(".")[0] for name in sys.modules}} & {{"requests", "urllib3", "defusedxml"}})
"""


def run_warm(name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], set[str], set[str]]:
    """Return the result of a module in a process of its own, what it imported to get it, and which libraries."""
    program = WARM_RUN.format(root=str(COLLECTION.parents[2]), package=PACKAGE, name=name, arguments=arguments)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    result, own, libraries = filter(None, ended.stdout.splitlines())
    return json.loads(result), set(own.split()) - {"own:"}, set(libraries.split()) - {"libraries:"}


def test_a_warm_login_imports_only_what_makes_its_reference(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued("first", datetime.now(timezone.utc) + timedelta(days=1)))
    task.run(identity_token)
    given = {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(task.directory)}
    result, own, libraries = run_warm("rax_identity_token", given)
    assert (result["cached"], result["token"]["id"]) == (True, "first")
    assert result["ansible_facts"]["rax_identity"]["login_ref"]
    assert own == {"_session.login_ref"}
    assert libraries == set()
    result, own, _libraries = run_warm("rax_identity_token", {**given, "facts": "none"})
    assert (result["cached"], own) == (True, set())


def test_a_cold_file_would_be_noticed() -> None:
    _libraries, own = imported("module_utils", "_api.factory")
    assert own >= {"_api.factory", "_api.client", "_api.client_v11", "_http.transport"}


def test_the_cold_files_exist() -> None:
    assert {name for kind, name in FILES if kind == "module_utils"} >= COLD_FILES
