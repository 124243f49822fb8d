# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import all modules below a directory of the collection in the Python that runs this: `import_all.py DIRECTORY`.

It runs on the oldest Pythons of targets, so it is written for them. Ansible need not be there.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path


def names(directory: Path) -> list[str]:
    """Return the full names of the modules below a directory of a collection."""
    paths = sorted(path.resolve().with_suffix("") for path in directory.rglob("*.py") if path.stem != "__init__")
    # The last one: the checkout that this is a copy of may be in such a directory, too.
    return [".".join(("ansible_collections", *_after_last("ansible_collections", path.parts))) for path in paths]


def _after_last(name: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[len(parts) - parts[::-1].index(name) :]


def import_one(name: str) -> bool:
    """Import a module and return whether that worked, or only Ansible was missing."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as problem:
        if (problem.name or "").split(".")[0] == "ansible":
            print(f"{name}: needs Ansible")
            return True
        traceback.print_exc()
        return False
    except Exception:
        traceback.print_exc()
        return False
    print(f"{name}: done")
    return True


if __name__ == "__main__":
    results = [import_one(name) for name in names(Path(sys.argv[1]))]
    print(f"{results.count(True)} imported, {results.count(False)} failed")
    sys.exit(0 if results and all(results) else 1)
