# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of the guide to CI: they have the form that their systems ask for, and their commands work."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..secrets.discover import COLLECTION, ROOT
from ..secrets.services import Service
from .blocks import captioned
from .conftest import Job

GUIDE = captioned("ci_guide")
SITE, TEST, GITLAB = ".github/workflows/site.yml", ".github/workflows/test.yml", ".gitlab-ci.yml"
SCHEMAS = {SITE: "vendor.github-workflows", TEST: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}
METADATA = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
REPOSITORY = METADATA["repository"]
USER = {"RAX_USERNAME": "demoauthor", "RAX_API_KEY": "aaaaa-bbbbb-ccccc-12345678"}
# A playbook of a user's: it finds its files, and fails if it is told to.
PLAYBOOK = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {"rackspace.identity.rax_request": {"service_type": "object-store", "region": "DFW"}},
            {"ansible.builtin.command": {"cmd": "{{ lookup('ansible.builtin.env', 'COMMAND') }}"}},
        ],
    }
]
# What would be installed is here already, or is this checkout.
_START = """
trap 'jobs -p >> {pids}' EXIT
pip() {{ echo "pip $*" >> {log}; }}
ansible-galaxy() {{ echo "ansible-galaxy $*" >> {log}; }}
git() {{ echo "git $*" >> {log}; ln -s {source} "${{@: -1}}"; }}
"""


class Shell:
    """Runs the commands of a job, one after another in the same environment, as CI does."""

    def __init__(self, job: Job, environment: Mapping[str, str]) -> None:
        self._job = job
        self._temp = job.directory / "temp"
        self._temp.mkdir()
        self._log = job.directory / "installed"
        self._pids = job.directory / "pids"
        self._github_env = job.directory / "github-env"
        self._github_env.touch()
        self._environment = {
            **environment,
            "CI_PROJECT_DIR": str(job.project),
            "GITHUB_ENV": str(self._github_env),
            "RUNNER_TEMP": str(self._temp),
        }
        job.write("site.yml", json.dumps(PLAYBOOK))

    def run(self, script: str, *, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
        """Run a script and return what it has written. Its variables can name those of the job."""
        paths = {"log": self._log, "pids": self._pids, "source": ROOT}
        start = _START.format(**{name: shlex.quote(str(path)) for name, path in paths.items()})
        added = dict(line.split("=", 1) for line in self._github_env.read_text(encoding="utf-8").splitlines())
        values = {name: self._expanded(value) for name, value in (environment or {}).items()}
        everything = {**self._environment, **added, **values}
        return self._job.run("bash", "-e", "-c", start + script, code=code, environment=everything)

    def installed(self) -> list[str]:
        """Return the commands that would have installed something."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def end(self) -> None:
        """End what the scripts have left running, as CI does at the end of a job."""
        for number in self._pids.read_text(encoding="utf-8").split():
            os.kill(int(number), signal.SIGTERM)

    def _expanded(self, value: str) -> str:
        contexts = {
            "vars.RAX_USERNAME": USER["RAX_USERNAME"],
            "secrets.RAX_API_KEY": USER["RAX_API_KEY"],
            "runner.temp": str(self._temp),
        }
        value = re.sub(r"\$\{\{ (.+?) \}\}", lambda found: contexts[found[1]], value)
        return value.replace("$CI_PROJECT_DIR", str(self._job.project))


def steps(workflow: str) -> dict[str, dict[str, Any]]:
    """Return the named steps of the one job of a workflow."""
    (job,) = yaml.safe_load(GUIDE[workflow])["jobs"].values()
    return {step["name"]: step for step in job["steps"] if "name" in step}


def assert_is_revoked_at_the_end(service: Service, end: Callable[[], str]) -> None:
    assert service.logins() == 1
    assert service.control("tokens", None, "GET")["living"] == {"demoauthor": 1}
    assert "The token is revoked and can no longer be used." in end()
    assert service.logins() == 1
    assert service.control("tokens", None, "GET")["living"] == {}


def assert_tokens_were_only_in(job: Job, directory: Path) -> None:
    assert directory.is_dir()
    assert directory.stat().st_mode & 0o077 == 0
    assert not (job.directory / ".cache").exists()


@pytest.mark.parametrize("caption", SCHEMAS)
def test_form_is_right(job: Job, caption: str) -> None:
    job.write("job.yml", GUIDE[caption])
    command = ("check-jsonschema", "--builtin-schema", SCHEMAS[caption], "job.yml")
    assert "ok -- validation done" in job.run(*command)
    job.write("job.yml", re.sub(r"\b(run|script):", "runs:", GUIDE[caption]))
    assert "Schema validation errors were encountered" in job.run(*command, code=1)


@pytest.mark.parametrize("workflow", [SITE, TEST])
def test_secrets_and_the_runner_are_named_only_where_github_knows_them_and_in_no_command(workflow: str) -> None:
    content = yaml.safe_load(GUIDE[workflow])
    (job,) = content["jobs"].values()
    environments = [step.pop("env", {}) for step in job["steps"]]
    assert "${{" not in json.dumps(content)
    for environment in environments:
        assert all(value.startswith("${{ ") for value in environment.values())


def test_github_job_that_fails_has_logged_in_once_and_revokes_its_token(job: Job, service: Service) -> None:
    shell = Shell(job, {"COMMAND": "false", "RAX_IDENTITY_URL": service.url})
    install, play, revoke = steps(SITE).values()
    shell.run(install["run"])
    assert shell.installed() == [
        "pip install ansible-core requests",
        f"ansible-galaxy collection install git+{REPOSITORY}",
    ]
    shell.run(play["run"], code=2, environment=play["env"])
    assert_is_revoked_at_the_end(service, lambda: shell.run(revoke["run"], environment=revoke["env"]))
    assert revoke["if"] == "always()"
    assert_tokens_were_only_in(job, job.directory / "temp" / "rackspace.identity")


def test_gitlab_job_logs_in_once_and_revokes_its_token(job: Job, service: Service) -> None:
    shell = Shell(job, {**USER, "COMMAND": "true", "RAX_IDENTITY_URL": service.url})
    parts = yaml.safe_load(GUIDE[GITLAB])["site"]
    # The first two are one script.
    script = "\n".join([*parts["before_script"], *parts["script"]])
    shell.run(script, environment=parts["variables"])
    end = "\n".join(parts["after_script"])
    assert_is_revoked_at_the_end(service, lambda: shell.run(end, environment=parts["variables"]))
    assert_tokens_were_only_in(job, job.project / ".rackspace.identity")


def test_nothing_to_revoke_is_told_and_costs_no_login(job: Job, service: Service) -> None:
    shell = Shell(job, {"RAX_IDENTITY_URL": service.url})
    revoke = steps(SITE)["Revoke the token"]
    assert "No token to revoke was given" in shell.run(revoke["run"], code=2, environment=revoke["env"])
    assert service.requests() == 0


def test_playbooks_are_tested_without_an_account(job: Job) -> None:
    (settings,) = yaml.safe_load(GUIDE[TEST])["jobs"].values()
    assert settings["env"] == USER
    shell = Shell(job, {**settings["env"], "COMMAND": "true"})
    install, start, play = steps(TEST).values()
    shell.run(install["run"])
    assert shell.installed()[1:] == [
        f"git clone --depth 1 {REPOSITORY} {job.directory / 'temp' / 'source'}",
        f"ansible-galaxy collection install {job.directory / 'temp' / 'source'}",
    ]
    try:
        shell.run(start["run"])
        assert "failed=0" in shell.run(play["run"])
    finally:
        shell.end()


def test_requirements_name_this_collection_and_a_version_that_exists() -> None:
    content = yaml.safe_load(GUIDE["collections/requirements.yml"])
    assert content == {"collections": [{"name": REPOSITORY, "type": "git"}]}
    ((name, version),) = yaml.safe_load(GUIDE["galaxy.yml"])["dependencies"].items()
    assert name == COLLECTION
    oldest = version.removeprefix(">=")
    assert [int(part) for part in oldest.split(".")] <= [int(part) for part in METADATA["version"].split(".")]
