# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that are encrypted in YAML itself with !vault: before ansible-core 2.19, Ansible passes them as no strings."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED
from ansible_collections.rackspace.identity.plugins.plugin_utils._variables import plain, read_variables
from ansible_collections.rackspace.identity.tests.unit.support.action_run import HANDED_OVER, Worker
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

KEY = "aaaaa-bbbbb-ccccc-12345678"
SECRETS = [("default", VaultSecret(b"a password"))]


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Ansible the password, as ansible-playbook does."""
    context = getattr(vault, "VaultSecretsContext", None)
    if context is not None:
        monkeypatch.setattr(context, "_current", context(SECRETS))


def loaded(name: str) -> tuple[Templar, dict[str, Any], DataLoader]:
    """Return the variable of a YAML file that holds the key encrypted, and what reads it."""
    text = VaultLib(SECRETS).encrypt(KEY).decode().replace("\n", "\n  ")
    loader = DataLoader()
    loader.set_vault_secrets(SECRETS)
    variables: dict[str, Any] = loader.load(f"{name}: !vault |\n  {text}\n")
    return Templar(loader, variables=variables), variables, loader


def test_in_a_variable() -> None:
    templar, variables, _loader = loaded("rax_api_key")
    values = read_variables(SHARED, variables, templar.template, pytest.fail)
    assert (values, isinstance(values["api_key"], str)) == ({"api_key": KEY}, True)


@pytest.mark.parametrize("name", ["api_key", "password", "token", "passcode", "session_id", "username"])
def test_in_a_task(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    worker = Worker(monkeypatch)
    templar, arguments, _loader = loaded(name)
    assert worker.run_elsewhere("rax_identity_token", templar.template(arguments)) == HANDED_OVER
    assert worker.passed == [{name: KEY}]
    assert isinstance(worker.passed[0][name], str)


def test_in_a_body() -> None:
    templar, variables, _loader = loaded("adminPass")
    body = plain({"server": [templar.template(variables)]})
    assert (body, type(body["server"][0]["adminPass"])) == ({"server": [{"adminPass": KEY}]}, str)


def test_in_a_lookup(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    templar, options, loader = loaded("api_key")
    plugin = lookup_loader.get("rackspace.identity.rax_token", loader=loader, templar=templar)
    assert len(plugin.run([], {}, username="demoauthor", **templar.template(options))) == 1
    assert wire.only.json == sample("request_api_key")
