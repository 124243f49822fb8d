# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep what Python compiles from zip files, as it does for other files: two thirds of the time of a test as module.

Ansible sends each module in a zip file with all that it imports, and zip files have no place for compiled code.
`sessions.keep_compiled` has each Python of an environment load this file as it starts; benchmarks do without it.
"""

from __future__ import annotations

import os
import zipimport
from importlib.machinery import SourceFileLoader
from importlib.util import source_hash
from types import CodeType


def keep(directory: str) -> None:
    """Import all code in zip files from copies in a directory, beside which Python puts what it has compiled."""

    def compile_copy(_path: str, source: bytes) -> CodeType | None:
        name = source_hash(source).hex()
        copy = os.path.join(directory, f"{name}.py")
        if not os.path.exists(copy):
            os.makedirs(directory, exist_ok=True)
            unfinished = f"{copy}.{os.getpid()}"
            with open(unfinished, "wb") as stream:
                stream.write(source)
            os.replace(unfinished, copy)
        return SourceFileLoader(name, copy).get_code(name)

    vars(zipimport)["_compile_source"] = compile_copy


if __name__ == "keep_compiled":
    keep(os.path.join(os.path.dirname(__file__), "compiled_from_zip"))
