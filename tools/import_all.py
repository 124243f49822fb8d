# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import modules in the Python that runs this, as `import_all.py NAME...`: what the oldest targets must be able to do.

It runs on those targets' Pythons, so it is written for the oldest of them. Ansible itself need not be there.
"""

from __future__ import annotations

import importlib
import sys
import traceback


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
    results = [import_one(argument) for argument in sys.argv[1:]]
    print(f"{results.count(True)} imported, {results.count(False)} failed")
    sys.exit(0 if results and all(results) else 1)
