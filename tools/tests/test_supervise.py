# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run leaves no process behind, not even one that has run away from its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

_TOOLS = Path(__file__).resolve().parent.parent

# It leaves its session and its parent, as a server that goes into the background does.
_RUNAWAY = "setsid sh -c 'echo $$ > {pid_file}; exec sleep 300' & sleep {seconds}; exit 3"


def _start(pid_file: Path, seconds: float) -> subprocess.Popen[bytes]:
    script = _RUNAWAY.format(pid_file=pid_file, seconds=seconds)
    return subprocess.Popen([sys.executable, str(_TOOLS / "supervise.py"), "sh", "-c", script])


def _runaway(pid_file: Path) -> int:
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if pid_file.is_file() and (text := pid_file.read_text(encoding="utf-8").strip()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("the process did not start")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(tmp_path: Path, signal_number: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    with _start(pid_file, 300) as run:
        runaway = _runaway(pid_file)
        run.send_signal(signal_number)
        assert run.wait(timeout=20) == 128 + signal_number
    assert not psutil.pid_exists(runaway)


def test_the_end_of_the_command_ends_everything(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with _start(pid_file, 0.5) as run:
        runaway = _runaway(pid_file)
        assert run.wait(timeout=20) == 3
    assert not psutil.pid_exists(runaway)


def test_a_command_that_takes_too_long_is_ended() -> None:
    started = time.monotonic()
    script = "import supervise, sys; sys.exit(supervise.run(['sleep', '300'], None, 0.3))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, cwd=_TOOLS, text=True)
    assert (run.returncode, run.stderr) == (124, "Ended after 0.3 seconds.\n")
    assert time.monotonic() - started < 10
