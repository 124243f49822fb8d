# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controllers that share a store: on a real server, in files, and where the server does not do what it should."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..automation.blocks import captioned
from ..automation.credential_types import inject
from ..secrets.services import Service
from .conftest import KEY, PASSWORD, Controller, MakeController

TOKEN = "lookup('rackspace.identity.rax_token')"
LOOK_UP: list[dict[str, Any]] = [{"ansible.builtin.assert": {"that": [f"{TOKEN} | length > 10"]}}]
# Not shown: newer versions of Ansible mask it.
_WRITTEN = f"lookup('ansible.builtin.pipe', 'printf %s ' ~ {TOKEN} ~ ' > token')"
WRITE = {"ansible.builtin.debug": {"msg": f"{{{{ {_WRITTEN} }}}}"}}
LOG_IN: list[dict[str, Any]] = [{"rackspace.identity.rax_identity_token": {"facts": "none"}}]
WARNING = "Tokens are not shared with other controllers"

OnValkey = Callable[[str], Controller]


def warnings(output: str) -> list[str]:
    """Return the warnings, each in one line whatever the width."""
    parts = " ".join(output.split()).split("[WARNING]: ")[1:]
    return [part for part in parts if part.startswith(WARNING)]


def token_of(controller: Controller) -> str:
    controller.run([WRITE])
    return (controller.home / "token").read_text(encoding="utf-8")


def test_two_controllers_with_fifty_processes_each(on_valkey: OnValkey, service: Service) -> None:
    running = [on_valkey(name).start(LOOK_UP, hosts=50) for name in ("one", "two")]
    for output in [one.output() for one in running]:
        assert warnings(output) == []
    assert service.requests() in (1, 2)


def test_later_controller_needs_no_login(on_valkey: OnValkey, service: Service) -> None:
    one, two, three = (on_valkey(name) for name in ("one", "two", "three"))
    output = one.run(LOG_IN, "-v")
    assert "Logged in as demoauthor" in output
    output = two.run(LOG_IN, "-v")
    assert "Using the shared login as demoauthor" in output
    assert "ok=1    changed=0" in output
    assert token_of(three) == token_of(one) == token_of(two)
    assert service.requests() == 1


def test_credential_type_of_the_guide_reaches_the_store(
    controller: MakeController, server: Any, database: Any, service: Service
) -> None:
    injectors = yaml.safe_load(captioned("awx_guide")["Rackspace shared store: injector configuration"])
    environment = inject(injectors, {"connection": f"127.0.0.1:{server.port}:0:{PASSWORD}"}).environment
    assert set(environment) == {"RAX_CACHE_PLUGIN", "RAX_CACHE_PLUGIN_CONNECTION"}
    one, two = (controller(name, *environment.values()) for name in ("one", "two"))
    assert "Logged in as demoauthor" in one.run(LOG_IN, "-v")
    assert "Using the shared login as demoauthor" in two.run(LOG_IN, "-v")
    assert service.requests() == 1


def test_store_says_nothing(on_valkey: OnValkey, database: Any) -> None:
    one = on_valkey("one")
    token = token_of(one)
    keys = database.keys("*")
    assert [key.startswith("rackspace_identity_") for key in keys] == [True, True]
    stolen = repr([*keys, *database.zrange("rackspace_identity_keys", 0, -1)])
    stolen += repr([database.get(key) for key in database.scan_iter(_type="string")])
    for secret in (token, KEY, "demoauthor", "cloudFiles"):
        assert secret not in stolen


def test_entries_end_with_the_longest_life_of_a_token(on_valkey: OnValkey, database: Any) -> None:
    on_valkey("one").run(LOG_IN)
    (key,) = database.scan_iter(_type="string")
    assert 86000 < database.ttl(key) <= 86400


def test_cached_facts_survive(on_valkey: OnValkey, database: Any) -> None:
    one = on_valkey("one")
    facts: dict[str, Any] = {
        "ANSIBLE_CACHE_PLUGIN": "community.general.redis",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": one._environment["RAX_CACHE_PLUGIN_CONNECTION"],
        "ANSIBLE_CACHE_PLUGIN_TIMEOUT": "0",
    }
    one.run([{"ansible.builtin.set_fact": {"kept": "for long", "cacheable": True}}], **facts)
    # Older than any token.
    for name in database.zrange("ansible_cache_keys", 0, -1):
        database.zadd("ansible_cache_keys", {name: time.time() - 30 * 24 * 3600})
    before = {key for key in database.keys("*") if key.startswith("ansible")}
    on_valkey("two").run(LOG_IN)
    on_valkey("three").run(LOG_IN)
    assert database.zcard("ansible_cache_keys") > 0
    assert {key for key in database.keys("*") if key.startswith("ansible")} == before
    one.run([{"ansible.builtin.assert": {"that": ["ansible_facts.kept == 'for long'"]}}], **facts)


@pytest.mark.parametrize("lane", [{}, {"environment": {"A": "b"}}])
def test_revocation_reaches_the_store(on_valkey: OnValkey, database: Any, lane: dict[str, Any]) -> None:
    one, two = on_valkey("one"), on_valkey("two")
    token = token_of(one)
    assert token_of(two) == token
    assert database.zcard("rackspace_identity_keys") == 1
    output = two.run([{"rackspace.identity.rax_token_revoke": {}, **lane}], "-vvv")
    assert "changed=1" in output
    assert '"ended"' not in output
    assert database.zcard("rackspace_identity_keys") == 0
    assert token_of(two) != token


def test_server_that_is_down_is_one_warning(controller: MakeController, service: Service) -> None:
    one = controller("one", "community.general.redis", "127.0.0.1:1:0:another-s3cret")
    output = one.run(LOOK_UP, hosts=20)
    assert len(warnings(output)) == 1
    assert "Connection refused" in warnings(output)[0]
    assert "another-s3cret" not in output
    assert service.requests() == 1


def test_wrong_password_is_not_shown(controller: MakeController, server: Any, service: Service) -> None:
    one = controller("one", "community.general.redis", f"127.0.0.1:{server.port}:0:wr0ng-s3cret")
    output = one.run(LOG_IN, "-vvvvv")
    assert len(warnings(output)) == 1
    assert "wr0ng-s3cret" not in output
    assert service.requests() == 1


def test_server_that_does_not_respond_is_given_up(on_valkey: OnValkey, database: Any, service: Service) -> None:
    one = on_valkey("one")
    process = database.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        output = one.run(LOG_IN, RAX_TIMEOUT="1")
    finally:
        os.kill(process, signal.SIGCONT)
    (warning,) = warnings(output)
    assert warning.startswith(f"{WARNING}: the store did not respond within 1 seconds.")
    assert service.requests() == 1


def test_full_server_is_one_warning(on_valkey: OnValkey, database: Any, service: Service) -> None:
    one, two = on_valkey("one"), on_valkey("two")
    database.config_set("maxmemory", 1)
    output = one.run(LOG_IN)
    assert len(warnings(output)) == 1
    assert "maxmemory" in warnings(output)[0]
    two.run(LOG_IN)
    assert service.requests() == 2


def test_a_file_for_each_login_in_a_shared_directory_with_jsonfile(
    controller: MakeController, service: Service, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    one, two = (controller(name, "ansible.builtin.jsonfile", str(shared)) for name in ("one", "two"))
    token = token_of(one)
    assert token_of(two) == token
    assert service.requests() == 1
    (file,) = shared.iterdir()
    assert token not in file.read_text(encoding="utf-8")
    two.run([{"rackspace.identity.rax_token_revoke": {}}])
    assert list(shared.iterdir()) == []


def test_refused_plugin_is_an_error_with_jsonfile_named(controller: MakeController) -> None:
    one = controller("one", "pickle", "/nowhere")
    task = {**LOG_IN[0], "register": "refused", "ignore_errors": True}
    check = {"that": ["'ansible.builtin.jsonfile' in refused.msg", "refused.error.kind == 'bad_request'"]}
    one.run([task, {"ansible.builtin.assert": check}])
