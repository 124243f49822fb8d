# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are, and the variables that tools get: nothing of the user's own settings."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
HOME = BUILD / "home"
HOMES = BUILD / "homes"
LINKS = BUILD / "links"
LOGS = BUILD / "logs"
RESULTS = BUILD / "results"
CACHE = BUILD / "cache"
SESSIONS = BUILD / "nox"
SITE = BUILD / "docs"
SHELL = BUILD / "shell"
REQUIREMENTS = ROOT / "tools" / "requirements"

NAMESPACE = "rackspace"
NAME = "identity"

_FOREIGN_PREFIXES = (
    "ANSIBLE_",
    "COVERAGE_",
    "GIT_",
    "MAKE",
    "MYPY",
    "PYENV_",
    "PYTEST_",
    "PYTHON",
    "OS_",
    "RAX_",
    "RS_",
    "XDG_",
)
_FOREIGN_NAMES = ("FORCE_COLOR", "MFLAGS", "PY_COLORS", "VIRTUAL_ENV")


def is_foreign(name: str) -> bool:
    """Return whether a variable of the user's could change what a tool does."""
    return name.startswith(_FOREIGN_PREFIXES) or name in _FOREIGN_NAMES


def real_directories(path: str) -> list[str]:
    """Return the directories of a search path without pyenv's shims, which end ansible-test with an error."""
    return [directory for directory in path.split(os.pathsep) if directory and Path(directory).name != "shims"]


def tool_variables(environment: Path | None = None) -> dict[str, str]:
    """Return the variables that every tool gets, with a home and caches inside the checkout.

    With `environment` the programs of that virtual environment come first.
    """
    directories = [str(environment / "bin")] if environment else []
    directories += [str(LINKS), *real_directories(os.environ.get("PATH", os.defpath))]
    variables = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    variables.update(
        HOME=str(HOME),
        LC_ALL="C.UTF-8",
        NO_COLOR="1",
        PATH=os.pathsep.join(dict.fromkeys(directories)),
        PIP_CACHE_DIR=str(CACHE / "pip"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        UV_CACHE_DIR=str(CACHE / "uv"),
        UV_PYTHON_DOWNLOADS="never",
        # The certificates that the machine trusts, as pip does.
        NODE_USE_SYSTEM_CA="1",
        UV_SYSTEM_CERTS="1",
    )
    return variables


def ansible_variables(collections: Path, home: Path = HOME) -> dict[str, str]:
    """Return the settings under which Ansible finds the collection and prints for people."""
    return {
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        # Modules would unpack in the home that the system has for the user, whatever HOME says.
        "ANSIBLE_REMOTE_TMP": str(home / ".ansible" / "tmp"),
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
    }


def prepare_home(home: Path = HOME) -> None:
    """Make a home for tools. Of the user's own it knows where packages come from, and no more."""
    home.mkdir(parents=True, exist_ok=True)
    # The checkout may belong to another user, as in a container, and git would refuse to list its files.
    (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n", encoding="utf-8")
    for settings in (".config/pip", ".config/uv", ".npmrc", ".pip"):
        source, link = Path.home() / settings, home / settings
        if source != link and source.exists() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)
