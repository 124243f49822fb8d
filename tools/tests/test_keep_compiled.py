# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible compiles and packs is kept for the next process, and each version of it on its own."""

from __future__ import annotations

import shutil
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import sessions

_LOADER = "ansible/utils/collection_loader/_collection_finder.py"
_PACKER = "ansible/executor/module_common.py"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment without Ansible."""
    directory = tmp_path_factory.mktemp("environment")
    venv.create(directory)
    return directory


@pytest.fixture
def kept(environment: Path) -> Path:
    """Have the environment keep what is compiled and packed, and return where, in an empty state."""
    python = environment / "bin" / "python"
    (packages,) = environment.glob("lib/python*/site-packages")
    shutil.rmtree(packages / "kept", ignore_errors=True)
    sessions.keep_compiled(python)
    return packages / "kept"


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Callable[[str], str]:
    """Run a program in the environment, with what is in the directory of the test, and return what it printed."""

    def run(program: str) -> str:
        command = [str(environment / "bin" / "python"), "-c", f"import sys; sys.path.insert(0, '.'); {program}"]
        return subprocess.check_output(command, cwd=tmp_path, text=True)

    return run


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_code_from_zip_files_is_compiled_once(kept: Path, run: Callable[[str], str], tmp_path: Path) -> None:
    for answer, files in ((1, 1), (1, 1), (2, 2), (1, 2)):
        with ZipFile(tmp_path / "payload.zip", "w") as payload:
            payload.writestr("sent.py", f"answer = {answer}\n")
        assert run("sys.path.insert(0, 'payload.zip'); import sent; print(sent.answer)") == f"{answer}\n"
        for pattern in ("*.py", "__pycache__/*.pyc"):
            assert len(list((kept / "compiled").glob(pattern))) == files


def test_code_of_collections_is_compiled_once(kept: Path, run: Callable[[str], str], tmp_path: Path) -> None:
    how = "compile(source=source, filename=filename, mode='exec', flags=0, dont_inherit=True)"
    write(tmp_path / _LOADER, f"def load(source, filename): return {how}")
    program = "from ansible.utils.collection_loader._collection_finder import load; "
    program += "code = load({source!r}, {filename!r}); print(code.co_filename, eval(code))"
    for source, filename, files in ((b"None", "one", 1), (b"None", "two", 1), (b"None#", "one", 2)):
        assert run(program.format(source=source, filename=filename)) == f"{filename} None\n"
        for pattern in ("*.py", "__pycache__/*.pyc"):
            assert len(list((kept / "compiled").glob(pattern))) == files


def test_modules_are_packed_once_in_a_session(
    kept: Path, run: Callable[[str], str], environment: Path, tmp_path: Path
) -> None:
    write(tmp_path / _PACKER, "from ansible import constants as C\n")
    write(tmp_path / "ansible/constants.py", "import tempfile\nDEFAULT_LOCAL_TMP = tempfile.mkdtemp(dir='.')\n")
    program = "import ansible.executor.module_common, os; from ansible.constants import DEFAULT_LOCAL_TMP; "
    program += "os.chdir(DEFAULT_LOCAL_TMP + '/ansiballz_cache'); print(os.listdir()); "
    program += "[open(name, 'w').close() for name in ('a module', 'a module.lock', 'another-part')]"
    assert run(program) == "[]\n"
    assert run(program) == "['a module']\n"
    assert [file.name for file in (kept / "packed").iterdir()] == ["a module"]
    sessions.keep_compiled(environment / "bin" / "python")
    assert run(program) == "[]\n"
