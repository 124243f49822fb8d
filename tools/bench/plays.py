# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of a benchmark, and what one task of each costs."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paths import ROOT
from service import API_KEY, USERNAME

from bench import rows
from playbooks import PlayError, Sandbox

Task = dict[str, Any]

_LOG_IN = "rackspace.identity.rax_identity_token"
_CHOICE = "type='object-store', region='DFW'"
_LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class Subject:
    """Something that is measured. `tasks` makes a play that does it so often; `more` is how often it is measured.

    before: the tasks of every play, which cancel out.
    """

    tasks: Callable[[int], list[Task]]
    more: int
    before: Sequence[Task] = ()


def repeated(task: Task, more: int) -> Subject:
    """Return the subject of one task, over and over."""
    return Subject(lambda count: [task] * count, more)


def in_one_template(expression: str, more: int, before: Sequence[Task] = ()) -> Subject:
    """Return the subject of one expression, over and over in one template of one task."""

    def tasks(count: int) -> list[Task]:
        loop = f"{{% for one in range({count}) %}}{{% set found = {expression} %}}{{% endfor %}}done"
        return [{"ansible.builtin.set_fact": {"templated": loop}}]

    return Subject(tasks, more, before)


def _cold_logins(count: int) -> list[Task]:
    return [{_LOG_IN: {"cache_dir": f"{{{{ playbook_dir }}}}/cold/{number}"}} for number in range(count)]


def from_store(connection: str, tasks: int) -> Subject:
    """Return the subject of a task that finds its token in the store behind the token cache, which is empty."""
    given = {"cache_plugin": "community.general.redis", "cache_plugin_connection": connection}
    return Subject(lambda count: [{_LOG_IN: {**task[_LOG_IN], **given}} for task in _cold_logins(count)], tasks)


def _same_login(url: str) -> Task:
    credentials = {"username": USERNAME, "apiKey": API_KEY}
    body = {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}
    arguments = {"url": f"{url}/tokens", "method": "POST", "body_format": "json", "body": body, "return_content": True}
    return {"ansible.builtin.uri": arguments}


def of_the_collection(url: str, lookups: int, tasks: int) -> dict[str, Subject]:
    """Return what is measured against Ansible itself; `tasks` is how many of the slower tasks, the modules."""
    facts = f"ansible_facts.rax_identity | rackspace.identity.rax_select({_CHOICE})"
    return {
        "set_fact": repeated({"ansible.builtin.set_fact": {"value": "text"}}, tasks * 15),
        "warm": repeated({_LOG_IN: {}}, tasks * 15),
        "env": in_one_template("lookup('ansible.builtin.env', 'RAX_USERNAME')", lookups),
        "lookup": in_one_template(f"lookup('rackspace.identity.rax_endpoint', {_CHOICE})", lookups),
        "filter": in_one_template(facts, lookups, [{_LOG_IN: {}}]),
        "uri": repeated(_same_login(url), tasks),
        "cold": Subject(_cold_logins, tasks * 3),
        "ping": repeated({"ansible.builtin.ping": {}}, tasks),
        "module": repeated({_LOG_IN: {}, "environment": {"RAX_BENCHMARK": "module"}}, tasks),
    }


def of_others(stand_in: str, tasks: int) -> dict[str, Subject]:
    """Return what is measured against the logins of other collections."""
    auth = {"auth_url": f"{stand_in}/v3", "username": "demo", "password": "demo", "project_name": "demo"}
    domains = {"user_domain_name": "Default", "project_domain_name": "Default"}
    vault = {"url": stand_in, "auth_method": "userpass", "username": "demo", "password": "demo"}
    return {
        "warm": repeated({_LOG_IN: {}}, tasks * 15),
        "openstack": repeated({"openstack.cloud.auth": {"auth": {**auth, **domains}}}, tasks),
        "vault": repeated({"community.hashi_vault.vault_login": vault}, tasks),
    }


_RETURNS = """\
import json
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule(argument_spec={"path": {"type": "path"}})
with open(module.params["path"], encoding="utf-8") as stream:
    module.exit_json(**json.load(stream))
"""


def returning_the_same(sandbox: Sandbox, more: int) -> tuple[Sandbox, Subject]:
    """Return a module that does nothing but return what a warm login returns, and the sandbox where it is known."""
    library, result = sandbox.directory / "library", sandbox.directory / "result.json"
    library.mkdir()
    (library / "returns.py").write_text(_RETURNS, encoding="utf-8")
    keep = {"ansible.builtin.copy": {"dest": str(result), "content": "{{ login | to_json }}", "mode": "0600"}}
    play(sandbox, [{_LOG_IN: {}}, {_LOG_IN: {}, "register": "login"}, keep])
    known = replace(sandbox, variables={**sandbox.variables, "ANSIBLE_LIBRARY": str(library)})
    return known, repeated({"returns": {"path": str(result)}}, more)


_ACTION = """\
import json
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        with open(self._task.args["path"], encoding="utf-8") as stream:
            return json.load(stream)
"""


def action_returning_the_same(sandbox: Sandbox, more: int) -> tuple[Sandbox, Subject]:
    """Return an action that does nothing but return what a warm login returns, and the sandbox where it is known."""
    directory, result = sandbox.directory / "actions", sandbox.directory / "result.json"
    directory.mkdir()
    (directory / "returns_it.py").write_text(_ACTION, encoding="utf-8")
    known = replace(sandbox, variables={**sandbox.variables, "ANSIBLE_ACTION_PLUGINS": str(directory)})
    return known, repeated({"returns_it": {"path": str(result)}}, more)


def with_collection(sandbox: Sandbox, collections: Path) -> dict[str, str]:
    """Return variables with which Python finds both the collection and these benchmarks."""
    return {**sandbox.variables, "PYTHONPATH": os.pathsep.join([str(collections), str(ROOT / "tools")])}


def play(
    sandbox: Sandbox,
    tasks: Sequence[Task],
    hosts: str = "localhost",
    options: Sequence[str | Path] = (),
    *,
    limit: float = _LIMIT_SECONDS,
) -> float:
    """Run a play of these tasks, for so many seconds at most, and return its seconds.

    Raises PlayError if it fails.
    """
    directory = Path(tempfile.mkdtemp(prefix="play-", dir=sandbox.directory))
    playbook = directory / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": list(tasks)}]), encoding="utf-8")
    command = [str(sandbox.environment / "bin" / "ansible-playbook"), *map(str, options), str(playbook)]
    started = time.monotonic()
    ended = subprocess.run(
        command,
        check=False,
        cwd=directory,
        env=dict(sandbox.variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=limit,
    )
    seconds = time.monotonic() - started
    if ended.returncode != 0:
        said = ended.stdout.decode(errors="replace")[-3000:]
        raise PlayError(f"A play of the benchmark ended with {ended.returncode}:\n{said}")
    return seconds


def _cost(sandbox: Sandbox, subject: Subject) -> float:
    shorter, longer = ([*subject.before, *subject.tasks(count)] for count in (1, 1 + subject.more))
    return rows.cost(play(sandbox, longer), play(sandbox, shorter), subject.more)


def measure(sandbox: Sandbox, subjects: Mapping[str, Subject], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each subject costs, once for each round.

    The subjects take turns, every other round in the opposite order, so that a busy machine is busy for all of them.
    """
    for subject in subjects.values():
        play(sandbox, [*subject.before, *subject.tasks(1)])
    names = list(subjects)
    costs: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            costs[name].append(_cost(sandbox, subjects[name]))
    return costs
