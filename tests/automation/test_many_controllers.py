# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide to many controllers."""

from __future__ import annotations

import json

import yaml

from ansible_collections.rackspace.identity.plugins.module_utils._options import CACHE

from ..secrets.services import Service
from .blocks import captioned
from .conftest import MakeJob

GUIDE = captioned("many_controllers_guide")
REDIS, DIRECTORY = "group_vars/all.yml", "group_vars/all.yml, with a directory"
PLAY = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"rackspace.identity.rax_identity_token": {}}]}]


def test_variables_are_those_of_the_collection() -> None:
    names = {option.var for option in CACHE}
    for caption in (REDIS, DIRECTORY):
        assert set(yaml.safe_load(GUIDE[caption])) == {"rax_cache_plugin", "rax_cache_plugin_connection"}
        assert set(yaml.safe_load(GUIDE[caption])) <= names


def test_two_controllers_share_a_login_through_a_directory(make_job: MakeJob, service: Service) -> None:
    one, two = make_job("one"), make_job("two")
    shared = one.directory.parent / "shared"
    # Anyone may have access to it.
    shared.mkdir()
    shared.chmod(0o777)
    variables = GUIDE[DIRECTORY].replace("/srv/rackspace-logins", str(shared))
    assert str(shared) in variables
    environment = {
        "RAX_USERNAME": "demoauthor",
        "RAX_API_KEY": "aaaaa-bbbbb-ccccc-12345678",
        "RAX_IDENTITY_URL": service.url,
    }
    outputs = []
    for controller in (one, two):
        controller.write("group_vars/all.yml", variables)
        controller.write("site.yml", json.dumps(PLAY))
        outputs.append(controller.run("ansible-playbook", "-v", "site.yml", environment=environment))
    assert "Logged in as demoauthor" in outputs[0]
    assert "Using the shared login as demoauthor" in outputs[1]
    assert service.logins() == 1
