# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are: the checkout, and the one ignored folder that holds all the tools make."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
HOME = BUILD / "home"
LINKS = BUILD / "links"
LOGS = BUILD / "logs"
CACHE = BUILD / "cache"
ENVIRONMENTS = BUILD / "env"
SITE = BUILD / "docs"
REQUIREMENTS = ROOT / "tools" / "requirements"

NAMESPACE = "rackspace"
NAME = "identity"

_FOREIGN_PREFIXES = ("ANSIBLE_", "GIT_", "MYPY", "PYENV_", "PYTEST_", "PYTHON", "RAX_", "XDG_")
_FOREIGN_NAMES = (
    "FORCE_COLOR",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MAKEOVERRIDES",
    "MFLAGS",
    "PY_COLORS",
    "VIRTUAL_ENV",
)


def real_folders(path: str) -> list[str]:
    """Return the folders of a search path without pyenv's shims, which end ansible-test with an error."""
    return [folder for folder in path.split(os.pathsep) if folder and Path(folder).name != "shims"]


def tool_environment(environment: Path | None = None) -> dict[str, str]:
    """Return the variables that every tool gets: nothing of the user's own settings, and a home inside `.build`.

    With `environment` the programs of that virtual environment come first.
    """
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN_PREFIXES) and name not in _FOREIGN_NAMES
    }
    folders = [str(environment / "bin")] if environment else []
    folders += [str(LINKS), *real_folders(os.environ.get("PATH", os.defpath))]
    variables.update(
        HOME=str(HOME),
        LC_ALL="C.UTF-8",
        NO_COLOR="1",
        PATH=os.pathsep.join(folders),
        PIP_CACHE_DIR=str(CACHE / "pip"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    return variables


def ansible_variables(collections: Path) -> dict[str, str]:
    """Return the settings under which Ansible finds the collection and prints for people."""
    return {
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_HOME": str(HOME / ".ansible"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        # Modules would unpack in the home that the system has for the user, whatever HOME says.
        "ANSIBLE_REMOTE_TMP": str(HOME / ".ansible" / "tmp"),
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
    }
