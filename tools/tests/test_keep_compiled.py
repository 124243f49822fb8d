# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported from a zip file is compiled once, and each version of it on its own."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from zipfile import ZipFile

import sessions


def test_code_from_zip_files_is_compiled_once(tmp_path: Path) -> None:
    venv.create(tmp_path / "environment")
    python = tmp_path / "environment" / "bin" / "python"
    sessions.keep_compiled(python)
    (kept,) = (tmp_path / "environment").glob("lib/python*/site-packages")
    for answer, files in ((1, 1), (1, 1), (2, 2), (1, 2)):
        with ZipFile(tmp_path / "payload.zip", "w") as payload:
            payload.writestr("sent.py", f"answer = {answer}\n")
        program = "import sys; sys.path.insert(0, 'payload.zip'); import sent; print(sent.answer)"
        printed = subprocess.run([python, "-c", program], capture_output=True, check=True, cwd=tmp_path, text=True)
        assert printed.stdout == f"{answer}\n"
        for pattern in ("*.py", "__pycache__/*.pyc"):
            assert len(list((kept / "compiled_from_zip").glob(pattern))) == files
