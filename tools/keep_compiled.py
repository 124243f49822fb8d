# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep what Ansible compiles and packs, for the next process of a session.

Ansible sends each module in a zip file with all that it imports. Each process of Ansible works out anew what that is,
which takes longer than most modules run. Zip files have no place for compiled code, whose compilation takes two thirds
of the time of a module. What the controller loads from collections is compiled in each process, too.
`sessions.keep_compiled` has each Python of an environment load this file as it starts; benchmarks do without it.
"""

from __future__ import annotations

import _imp
import atexit
import os
import shutil
import sys
import zipimport
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import source_hash
from types import CodeType, ModuleType


def compile_once(directory: str, source: bytes, filename: str) -> CodeType | None:
    """Return the code of a file, out of a copy beside which Python puts what it has compiled."""
    name = source_hash(source).hex()
    copy = os.path.join(directory, f"{name}.py")
    if not os.path.exists(copy):
        os.makedirs(directory, exist_ok=True)
        unfinished = f"{copy}.{os.getpid()}"
        with open(unfinished, "wb") as stream:
            stream.write(source)
        os.replace(unfinished, copy)
    code = SourceFileLoader(name, copy).get_code(name)
    if code:
        # Ansible tells from it which plugin warns.
        vars(_imp)["_fix_co_filename"](code, filename)
    return code


def pack_once(directory: str, packer: ModuleType) -> None:
    """Take the modules that earlier processes have packed, and leave those of this one."""
    own = os.path.join(packer.C.DEFAULT_LOCAL_TMP, "ansiballz_cache")
    _add_missing(directory, own)
    # Before Ansible removes its temporary directory, which it made earlier.
    atexit.register(_add_missing, own, directory)


def _add_missing(source: str, target: str) -> None:
    """Copy the files that a directory lacks, each at once."""
    os.makedirs(target, exist_ok=True)
    for name in set(os.listdir(source) if os.path.isdir(source) else ()) - set(os.listdir(target)):
        if not name.endswith((".lock", "-part")):
            unfinished = os.path.join(target, f"{name}.{os.getpid()}-part")
            shutil.copyfile(os.path.join(source, name), unfinished)
            os.replace(unfinished, os.path.join(target, name))


class _AfterImport:
    """Calls a function with a module of Ansible, once that is loaded."""

    def __init__(self, functions: dict[str, Callable[[ModuleType], None]]) -> None:
        self._functions = functions

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._functions:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            vars(spec.loader)["exec_module"] = partial(self._load, spec.loader.exec_module)
        return spec

    def _load(self, load: Callable[[ModuleType], None], module: ModuleType) -> None:
        load(module)
        self._functions[module.__name__](module)


def keep(directory: str) -> None:
    """Keep everything in a directory."""
    compiled = partial(compile_once, os.path.join(directory, "compiled"))
    vars(zipimport)["_compile_source"] = lambda path, source: compiled(source, path)

    def patch_loader(loader: ModuleType) -> None:
        vars(loader)["compile"] = lambda source, filename, **_how: compiled(source, filename)

    functions: dict[str, Callable[[ModuleType], None]] = {
        "ansible.utils.collection_loader._collection_finder": patch_loader,
        "ansible.executor.module_common": partial(pack_once, os.path.join(directory, "packed")),
    }
    sys.meta_path.insert(0, _AfterImport(functions))


if __name__ == "keep_compiled":
    keep(os.path.join(os.path.dirname(__file__), "kept"))
