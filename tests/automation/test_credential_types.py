# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types of the guide to AWX: AWX accepts them, the collection reads them, and jobs log in with them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED

from ..secrets.services import Service
from .blocks import captioned
from .conftest import Job
from .credential_types import Refused, check, extra_vars_file, inject, templates

GUIDE = captioned("awx_guide")
INPUT, INJECTOR = ": input configuration", ": injector configuration"
INJECTORS = [caption for caption in GUIDE if INJECTOR in caption]
LOGINS = [caption for caption in INJECTORS if "store" not in caption]
OPTIONS = {
    "env": {name: option for option in SHARED for name in option.env},
    "extra_vars": {option.var: option for option in SHARED if option.var},
}
VALUES = {
    "username": "demoauthor",
    "api_key": "aaaaa-bbbbb-ccccc-12345678",
    # What is left of a template in a value must stay as it is.
    "connection": "redis.example.com:6379:0:{{ a-password }}",
}
WITH_PASSWORD = {
    "username": "mfaAppUser",
    "password": "appPassword07",
    "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "tenant_id": "123456",
}
INPUTS: dict[str, Any] = {
    "fields": [{"id": "api_key", "label": "API key", "secret": True}, {"id": "region", "label": "Region"}]
}


def configurations(injector: str) -> tuple[Any, Any]:
    """Return the input and the injector configuration of a caption."""
    name = injector.partition(INJECTOR)[0]
    return yaml.safe_load(GUIDE[name + INPUT]), yaml.safe_load(GUIDE[injector])


def test_every_type_has_both_parts() -> None:
    inputs = {caption.removesuffix(INPUT) for caption in GUIDE if INPUT in caption}
    assert inputs == {caption.partition(INJECTOR)[0] for caption in INJECTORS}
    assert len(inputs) == 3
    assert len(LOGINS) == 3


@pytest.mark.parametrize("injector", INJECTORS)
def test_awx_accepts_it(injector: str) -> None:
    check(*configurations(injector))


@pytest.mark.parametrize("injector", INJECTORS)
def test_collection_reads_each_variable_and_its_secrets_are_secret(injector: str) -> None:
    inputs, injectors = configurations(injector)
    secrets = {field["id"] for field in inputs["fields"] if field.get("secret")}
    used = set()
    for kind, name, template in templates(injectors):
        option = OPTIONS[kind][name]
        field = template.strip("{} ")
        if template != field:
            used.add(field)
            assert option.secret == (field in secrets), f"{field} of {name}"
    assert used == {field["id"] for field in inputs["fields"]}


@pytest.mark.parametrize(
    ("inputs", "injectors", "why"),
    [
        (INPUTS, {"env": {"ANSIBLE_TOKEN": "{{ api_key }}"}}, "should not be valid under"),
        (INPUTS, {"env": {"RAX-API-KEY": "{{ api_key }}"}}, "does not match"),
        (INPUTS, {"env": {"RAX_API_KEY": "ü{{ api_key }}"}}, "does not match"),
        (INPUTS, {"env": {"RAX_API_KEY": "{{ key }}"}}, "RAX_API_KEY: 'key' is undefined"),
        (INPUTS, {"env": {"RAX_API_KEY": "{{ api_key"}}, "RAX_API_KEY: unexpected end of template"),
        (INPUTS, {"env": {"RAX_CACHE": True}}, "True is not of type 'string'"),
        (INPUTS, {"environment": {}}, "'environment' was unexpected"),
        (INPUTS, {}, "should be non-empty"),
        ({**INPUTS, "required": ["key"]}, {"env": {}}, "Required but no fields: key"),
        ({"fields": [*INPUTS["fields"], INPUTS["fields"][0]]}, {"env": {}}, "must be unique"),
        ({"fields": [{"id": "key", "label": "Key", "password": True}]}, {"env": {}}, "'password' was unexpected"),
        ({"fields": [{"id": "key"}]}, {"env": {}}, "'label' is a required property"),
        ({"fields": [{"id": "a", "label": "A", "type": "boolean", "secret": True}]}, {"env": {}}, "Only strings"),
    ],
)
def test_what_awx_refuses_is_found(inputs: Any, injectors: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(inputs, injectors)


@pytest.mark.parametrize("injector", INJECTORS)
def test_field_that_is_left_empty_is_an_empty_variable(injector: str) -> None:
    _inputs, injectors = configurations(injector)
    fields = {name for _kind, name, template in templates(injectors) if "{{" in template}
    environment, variables = inject(injectors, {})
    assert {name for name, value in {**environment, **variables}.items() if not value} == fields


def test_value_is_no_template() -> None:
    _inputs, injectors = configurations(next(caption for caption in INJECTORS if "store" in caption))
    environment, variables = inject(injectors, VALUES)
    assert environment == {
        "RAX_CACHE_PLUGIN": "community.general.redis",
        "RAX_CACHE_PLUGIN_CONNECTION": VALUES["connection"],
    }
    assert variables == {}


@pytest.mark.parametrize("injector", LOGINS)
def test_job_logs_in_with_it(job: Job, service: Service, injector: str) -> None:
    inputs, injectors = configurations(injector)
    values = WITH_PASSWORD if "password" in injector else VALUES
    fields = {field["id"] for field in inputs["fields"]}
    injected = inject(injectors, {**values, "identity_url": service.url})
    assert fields <= {*values, "identity_url"}
    job.write("extra.yml", extra_vars_file(injected.variables) or "{}\n")
    job.write("site.yml", GUIDE["site.yml"])
    output = job.run(
        "ansible-playbook", "-v", "--extra-vars", "@extra.yml", "site.yml", environment=injected.environment
    )
    assert f"Logged in as {values['username']}" in output
    assert "ok=1 " in output
    assert service.logins() == (2 if "password" in injector else 1)
    for secret in ("api_key", "password", "totp_secret"):
        assert values.get(secret, "no secret") not in output
