# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to log in, out of all that a task, variables, the environment and a file say, against an obvious model."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible.plugins.loader import action_loader
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import AmbiguousCredentialsError, IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    Credentials,
    ExistingToken,
    LoginRequest,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED, VARIABLES
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import given_token, resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source

from ..unit.support.action_run import Recorder, Worker
from ..unit.support.given import complete

TASK, VARIABLE, ENVIRONMENT, NEVER = range(4)
"""The sources, the nearest first."""

FILES: list[dict[str, str]] = [
    {},
    {"username": "filed", "api_key": "filed-key"},
    {"username": "filed", "password": "filed-word"},
    {"username": "filed", "api_key": "filed-key", "tenant_id": "9"},
    {"api_key": "filed-key"},
]
NAMES = ("username", "api_key", "password", "token", "tenant_id", "tenant_name")
ENVIRONMENT_OF = {option.name: option.env[0] for option in SHARED if option.env}

Values = Mapping[str, str]


class Said(NamedTuple):
    """What there is: the values of each source, and a credentials file, named by one of them or in its usual place."""

    sources: tuple[Values, Values, Values]
    file: Values
    named_by: int | None

    def nearest(self, name: str) -> int:
        return next((number for number, values in enumerate(self.sources) if name in values), NEVER)

    def value(self, name: str) -> str | None:
        return next((values[name] for values in self.sources if name in values), None)


def values_of(source: int) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional={name: st.just(f"{name}-{source}") for name in NAMES})


SAID = st.builds(
    Said,
    st.tuples(values_of(TASK), values_of(VARIABLE), values_of(ENVIRONMENT)),
    st.sampled_from(FILES),
    st.sampled_from([None, TASK, VARIABLE, ENVIRONMENT]),
)


def deciding(said: Said) -> Values:
    """Return what the nearest source with a secret says, or the file if it is named nearer or there is no secret."""
    for number, values in enumerate(said.sources):
        if values.keys() & {"token", "api_key", "password"}:
            return values
        if number == said.named_by and said.file:
            break
    return said.file


def tenant_of(said: Said) -> dict[str, str | None]:
    sources = {name: said.nearest(name) for name in ("tenant_id", "tenant_name")}
    nearest = min(sources.values())
    return {name: said.value(name) for name, source in sources.items() if source == nearest < NEVER}


def request(credentials: Credentials, tenant: Mapping[str, str | None]) -> LoginRequest:
    return LoginRequest(credentials, tenant_id=tenant.get("tenant_id"), tenant_name=tenant.get("tenant_name"))


def model(said: Said) -> LoginRequest | None:
    """Return the one way to log in, or None for an error."""
    tenant, values, username = tenant_of(said), deciding(said), said.value("username")
    if len(tenant) > 1:
        return None
    if "token" in values:
        return request(ExistingToken(values["token"]), tenant) if tenant else None
    if not values or {"api_key", "password"} <= values.keys():
        return None
    if values is said.file or not username:
        filed = said.file.get("username")
        if filed and said.named_by is not None and values is said.file and said.nearest("username") > said.named_by:
            username = filed
        if username and filed and username != filed:
            return None
        username = username or filed
        if not tenant and "tenant_id" in said.file:
            tenant = {"tenant_id": said.file["tenant_id"]}
    if not username:
        return None
    secret = ApiKey(username, values["api_key"]) if "api_key" in values else Password(username, values["password"])
    return request(secret, tenant)


def resolved(options: Mapping[str, object], context: Context) -> LoginRequest | None:
    settings = Settings.from_options(options, context)
    try:
        return resolve_login(settings.credentials, settings.login, context).request
    except IdentityError:
        return None


def with_file(said: Said, home: Path) -> Said:
    """Write the file, and name it as an option where a source does."""
    path = home / ".rackspace_cloud_credentials"
    path.unlink(missing_ok=True)
    if not said.file:
        return said
    if said.named_by is not None:
        path = home / "named"
    path.touch(mode=0o600)
    path.write_text("\n".join(["[rackspace_cloud]", *(f"{key} = {value}" for key, value in said.file.items())]))
    sources = list(said.sources)
    if said.named_by is not None:
        sources[said.named_by] = {**sources[said.named_by], "credentials_file": str(path)}
    return said._replace(sources=(sources[0], sources[1], sources[2]))


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def context_of(task: Values, variables: Values, environment: Values) -> Context:
    return Context(
        {
            **{name: Source.environment(ENVIRONMENT_OF[name]) for name in environment},
            **{name: Source.variable(VARIABLES[name]) for name in variables},
            **{name: Source.option(name) for name in task},
        }
    )


def variables_of(values: Values) -> dict[str, str]:
    return {VARIABLES[name]: value for name, value in values.items()}


@given(said=SAID)
def test_of_options(said: Said, home: Path) -> None:
    said = with_file(said, home)
    task, variables, environment = said.sources
    options, context = {**environment, **variables, **task}, context_of(*said.sources)
    assert resolved(options, context) == model(said)
    # Calls use a token as it is, with or without a tenant.
    with suppress(AmbiguousCredentialsError):
        settings = Settings.from_options(options, context)
        assert given_token(settings.credentials, context) == deciding(said).get("token")


@given(said=SAID)
def test_of_tasks(said: Said, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = with_file(said, home)
    task, variables, environment = said.sources
    action = action_loader.get("rackspace.identity.rax_identity_token", class_only=True)
    with monkeypatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(ENVIRONMENT_OF[name], value)
        recorder = Recorder()
        patch.setattr(action, "operation", recorder)
        result = Worker(patch).run("rax_identity_token", dict(task), variables=variables_of(variables))
    if result.get("failed"):
        assert model(said) is None
    else:
        assert resolved(complete(recorder.OPTIONS, recorder.options), recorder.context) == model(said)


@given(said=SAID)
def test_of_tasks_on_another_machine(said: Said, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = with_file(said, home)
    task, variables, environment = said.sources
    with monkeypatch.context() as patch:
        worker = Worker(patch)
        worker.run_elsewhere("rax_identity_token", dict(task), variables_of(variables))
    if not worker.passed:
        assert model(said) is None
        return
    (passed,), (added,) = worker.passed, worker.environments
    there = dict(environment)
    for part in added:
        there["username"] = part["RAX_USERNAME"]
    assert resolved({**there, **passed}, context_of(passed, {}, there)) == model(said)
