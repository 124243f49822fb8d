# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions that contributors to Ansible collections look for; each calls the steps of `make test`."""

from __future__ import annotations

import sys

import nox

nox.needs_version = ">=2024.4.15"
# The steps make their own environments.
nox.options.default_venv_backend = "none"

SESSIONS = {
    "lint": "ruff,mypy,lint,changelog",
    "docs-check": "docs",
    "ansible-test-sanity": "sanity",
    "ansible-test-units": "unit,tools,service",
    "ansible-test-integration": "integration,plays",
    "build-import-check": "package,importer",
}


def _add(name: str, steps: str) -> None:
    @nox.session(name=name)
    def run(session: nox.Session) -> None:
        session.run(sys.executable, "tools/tasks.py", "test", "--only", steps, *session.posargs, external=True)


for session_name, session_steps in SESSIONS.items():
    _add(session_name, session_steps)
