# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run leaves no process behind, not even one that has run away from its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import processes
import pytest

_TOOLS = Path(__file__).resolve().parent.parent

# Starts a process that leaves its session and its parent, as a server that goes into the background does.
_RUN = """
import subprocess, sys, time
sys.path.insert(0, {tools!r})
import processes
try:
    with processes.nothing_left_behind():
        script = "setsid sh -c 'echo $$ > {pid_file}; exec sleep 300' & exit 0"
        subprocess.run(["sh", "-c", script], check=True)
        print("ready", flush=True)
        time.sleep({seconds})
except processes.Interrupted as interruption:
    sys.exit(128 + interruption.signal_number)
"""


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _start(pid_file: Path, seconds: float) -> subprocess.Popen[str]:
    script = _RUN.format(tools=str(_TOOLS), pid_file=pid_file, seconds=seconds)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


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
    assert not _alive(runaway)


def test_the_end_of_the_run_ends_everything(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with _start(pid_file, 0.5) as run:
        runaway = _runaway(pid_file)
        assert run.wait(timeout=20) == 0
    assert not _alive(runaway)


def test_a_command_writes_its_log_and_gives_its_exit_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = processes.run_logged(["sh", "-c", "echo out; echo err >&2; exit 3"], log, dict(os.environ), tmp_path, 10)
    assert code == 3
    assert log.read_text(encoding="utf-8").splitlines()[1:] == ["out", "err"]


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    started = time.monotonic()
    assert processes.run_logged(["sh", "-c", "sleep 300; true"], log, dict(os.environ), tmp_path, 0.3) == 124
    assert time.monotonic() - started < 10
    assert "ERROR: ended after" in log.read_text(encoding="utf-8")
