# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the check of the blocks finds, and what each kind of block is taken for."""

from __future__ import annotations

import textwrap

import pytest
from ansible.errors import AnsibleError

from .shapes import load, problems_of, shape_of

TASK = "- name: A task\n"


def problems(text: str) -> list[str]:
    return problems_of(load(textwrap.dedent(text)))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("- hosts: all", "a playbook"),
        ("- import_playbook: a.yml", "a playbook"),
        (f"{TASK}  ansible.builtin.debug:", "tasks"),
        ("loop: [1]", "a part of a task"),
        ("unless: {contains: {a: 1}}", "a part of a task"),
        ("rax_region: DFW", "variables"),
        ("{rax_region: DFW, other: 1}", "variables"),
        ("vault_api_key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132", "variables"),
        ("rax_password: !unsafe 'a{{'", "variables"),
        ("web: {hosts: {web1: {}}, vars: {rax_region: DFW}}", "an inventory"),
        ("RAX_REGION: DFW", "environment variables"),
        ("clouds: {a: {}}", "the entries of clouds.yaml"),
        ("dependencies: [a]", "the meta of a role"),
        ("collections: [rackspace.identity]", "requirements of ansible-galaxy"),
        ("{version: 3, dependencies: {galaxy: {collections: []}}}", "an execution environment"),
        ("{name: CI, on: push, jobs: {a: {steps: []}}}", "a workflow of GitHub"),
        ("{stages: [a], deploy: {script: [ansible-playbook a.yml]}}", "a pipeline of GitLab"),
        ("{fields: [], required: []}", "the inputs of a credential type of AWX"),
        ("env: {RAX_API_KEY: '{{ api_key }}'}", "the injectors of a credential type of AWX"),
    ],
)
def test_a_block_is_told_by_its_shape(text: str, shape: str) -> None:
    data = load(text)
    found = shape_of(data)
    assert found and found.name == shape
    assert problems_of(data) == []


@pytest.mark.parametrize("text", ["a: 1", "[1, 2]", "text", "[]", "{clouds: {}, other: 1}"])
def test_an_unknown_shape_is_a_problem(text: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith("this is of an unknown shape")


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: b: c", "- a\nb: 1"])
def test_what_ansible_cannot_read_is_an_error(text: str) -> None:
    with pytest.raises(AnsibleError):
        problems(text)


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("rackspace.identity.rax_tokens:", "there is no module rackspace.identity.rax_tokens"),
        ("rax_identity_token:", "there is no module rax_identity_token"),
        ("ansible.builtin.debugs:", "there is no module ansible.builtin.debugs"),
        ("ansible.builtin.debug: {mesg: a}", "unknown: mesg"),
        ("ansible.builtin.debug: msg=a", "write the arguments of ansible.builtin.debug as a dictionary"),
        ("rackspace.identity.rax_identity_token: {user: a}", "unknown: user"),
        ("rackspace.identity.rax_identity_token: {facts: some}", "value of facts must be one of"),
        ("rackspace.identity.rax_identity_token: {min_ttl: soon}", "min_ttl"),
        ("rackspace.identity.rax_identity_token: {tenant_id: '1', tenant_name: a}", "mutually exclusive"),
        ("rackspace.identity.rax_request: {path: a}", "Say which service"),
        ("rackspace.identity.rax_request: {service_type: a, wait: {key: a}}", "key and values belong together"),
        ("rackspace.identity.rax_request: {service_type: a, method: POST, unless: {fnd: {}}}", "unless.fnd"),
        ("ansible.builtin.debug: {msg: \"{{ lookup('rackspace.identity.rax_token', renews=1) }}\"}", "renews"),
        ("ansible.builtin.debug: {msg: \"{{ lookup('rackspace.identity.rax_tok') }}\"}", "does not exist"),
        (
            "ansible.builtin.debug: {msg: \"{{ query('rackspace.identity.rax_endpoint', interface='x') }}\"}",
            "interface",
        ),
        ("ansible.builtin.debug: {msg: \"{{ lookup('env', 'A') | jsn }}\"}", "there is no filter jsn"),
        ("ansible.builtin.debug: {msg: \"{{ a | rackspace.identity.rax_select(typ='b') }}\"}", "typ"),
        ("ansible.builtin.debug: {msg: '{{ a b }}'}", "expected token"),
        ("ansible.builtin.debug: {var: a b}", "expected token"),
        ("ansible.builtin.debug: {msg: a}\n  when: a is", "expected token"),
        ("ansible.builtin.debug: {msg: a}\n  wen: a", "it calls ansible.builtin.debug and wen"),
        ("register: a", "it calls no module"),
        (
            "ansible.builtin.debug: {msg: a}\n  environment: {RAX_USER: a}",
            "no plugin reads the environment variable RAX_USER",
        ),
        ("ansible.builtin.debug: {msg: a}\n  vars: {rax_user: a}", "no plugin reads the variable rax_user"),
    ],
)
def test_a_mistake_in_a_task_is_found(rest: str, problem: str) -> None:
    found = problems(f"{TASK}  {rest}")
    assert len(found) == 1 and problem in found[0], found


def test_a_task_without_a_name_is_found() -> None:
    assert problems("- ansible.builtin.debug: {msg: a}") == ["a task: it has no name, which would say what it shows"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("login.user.name", []),
        ("login.token.id ~ login['token'].expires", []),
        ("login.msg | default('')", []),
        ("login.user.nam", ["login has no user.nam"]),
        ("login.tokens", ["login has no tokens"]),
        ("login['tokens'].id", ["login has no tokens.id", "login has no tokens"]),
    ],
)
def test_only_what_is_returned_can_be_used(expression: str, expected: list[str]) -> None:
    login = f"{TASK}  rackspace.identity.rax_identity_token:\n  register: login\n"
    found = problems(f'{login}{TASK}  ansible.builtin.debug:\n    msg: "{{{{ {expression} }}}}"\n')
    assert found == [f"A task: {problem}" for problem in expected]


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        ("rackspace.identity.rax_request: {service_type: object-store}", []),
        ("group/rackspace.identity.identity: {region: DFW}", ["Say which service"]),
        ("group/rackspace.identity.identity: {service_typ: a}", ["has no option service_typ"] * 4),
        ("group/rackspace.identity.all: {region: DFW}", ["the group rackspace.identity.all does not exist"]),
        ("rackspace.identity.rax_requests: {}", ["there is no module rackspace.identity.rax_requests"]),
    ],
)
def test_defaults_of_modules_count(defaults: str, expected: list[str]) -> None:
    play = (
        f"- hosts: all\n  module_defaults:\n    {defaults}\n  tasks:\n    {TASK}      rackspace.identity.rax_request:\n"
    )
    found = problems(play)
    for problem in expected:
        assert any(problem in one for one in found), found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    "action",
    [
        "rax_clb: {name: a, anything: b}",
        "community.general.rax_files: {container: a}",
        "openstack.cloud.server_info: {anything: b}",
        "awx.awx.credential_type: {anything: b}",
        "ansible.builtin.set_fact: {anything: b}",
    ],
)
def test_what_is_not_installed_is_only_known_by_its_name(action: str) -> None:
    assert problems(f"{TASK}  {action}") == []


def test_any_value_may_come_of_a_template() -> None:
    task = f"{TASK}  rackspace.identity.rax_request: {{service_type: '{{{{ a }}}}', max_items: '{{{{ b }}}}'}}"
    assert problems(task) == []
