# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The identity service of tests/identity_service, running for as long as a block of code needs it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import processes
from places import BUILD, ROOT, tool_environment

USERNAME = "demoauthor"
API_KEY = "aaaaa-bbbbb-ccccc-12345678"

_START_SECONDS = 20.0
_END_SECONDS = 10.0


class ServiceError(Exception):
    """The identity service did not start, or did not end as it should. The text holds what it said."""


@dataclass(frozen=True)
class Certificates:
    """A server certificate for the loopback addresses, its key, and the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path


def credentials(url: str, folder: Path) -> dict[str, str]:
    """Return the variables with which a new user logs in to the service; tokens are kept in that folder."""
    return {
        "RAX_API_KEY": API_KEY,
        "RAX_CACHE_DIR": str(folder / "tokens"),
        "RAX_IDENTITY_URL": url,
        "RAX_USERNAME": USERNAME,
    }


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder of this run alone, which is removed with the run."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_certificates(environment: Path, folder: Path) -> Certificates:
    """Make an authority and a certificate that it signed, for services on this machine."""
    folder.mkdir()
    command = [str(environment / "bin" / "python"), "-m", "trustme", "--quiet", "--dir", str(folder)]
    command += ["--identities", "localhost", "127.0.0.1", "::1"]
    subprocess.run(command, check=True, env=tool_environment(environment), stdin=subprocess.DEVNULL)
    return Certificates(folder / "client.pem", folder / "server.pem", folder / "server.key")


def _wait_for_url(process: subprocess.Popen[bytes], url_file: Path, log: Path) -> str:
    limit = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        if url_file.is_file() and (url := url_file.read_text(encoding="utf-8").strip()):
            return url
        time.sleep(0.02)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServiceError(f"The identity service did not start. It said:\n{said}")


def _end(process: subprocess.Popen[bytes]) -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return -signal.SIGKILL


@contextmanager
def running(environment: Path, folder: Path, name: str, options: Sequence[str] = ()) -> Iterator[str]:
    """Run an identity service on a free port and give its URL.

    Raises ServiceError where it does not start, or does not end with exit code 0 when it is told to.
    """
    url_file, log = folder / f"{name}.url", folder / f"{name}.log"
    command = [str(environment / "bin" / "python"), str(ROOT / "tests" / "identity_service")]
    command += ["--port", "0", "--url-file", str(url_file), *options]
    variables = {**tool_environment(environment), "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as output:
        process = processes.start(command, output, variables, folder)
    try:
        yield _wait_for_url(process, url_file, log)
    finally:
        code = _end(process)
    if code != 0:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise ServiceError(f"The identity service ended with {code} instead of 0. It said:\n{said}")
