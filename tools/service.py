# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of tests/identity_service and tests/cloud_services, running while a block of code needs them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from paths import BUILD, CACHE, ROOT, tool_variables
from results import CheckError

USERNAME = "demoauthor"
API_KEY = "aaaaa-bbbbb-ccccc-12345678"

_START_SECONDS = 20.0
_END_SECONDS = 10.0


class ServiceError(CheckError):
    """A service did not start, or did not end as it should. The text holds what it said."""


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """Give a directory of this run alone, which is removed with the run."""
    BUILD.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="run-", dir=BUILD))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def _wait_for_file(process: subprocess.Popen[bytes], file: Path, log: Path) -> str:
    limit = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        if file.is_file() and (text := file.read_text(encoding="utf-8").strip()):
            return text
        time.sleep(0.02)
    raise ServiceError(f"The service {file.stem} did not start. It said:\n{_said(log)}")


def _end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextmanager
def _process(
    environment: Path, directory: Path, name: str, package: str, options: Sequence[str | Path]
) -> Iterator[str]:
    """Run a service of the tests and give what it writes to its URL file when it is ready.

    Raises ServiceError if it does not start, or does not end with exit code 0 when it is told to.
    """
    url_file, log = directory / f"{name}.url", directory / f"{name}.log"
    command: list[str | Path] = [environment / "bin" / "python", ROOT / "tests" / package]
    command += ["--port", "0", "--url-file", url_file, *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=directory,
            # Neither the checkout nor the environment is a place for what Python compiles, and it takes a second.
            env={**tool_variables(environment), "PYTHONPYCACHEPREFIX": str(CACHE / "compiled")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for those who use the service; it is ended after them.
            start_new_session=True,
        )
    try:
        yield _wait_for_file(process, url_file, log)
    finally:
        code = _end(process)
    if code != 0:
        raise ServiceError(f"The service {name} ended with {code} instead of 0. It said:\n{_said(log)}")


@contextmanager
def running(environment: Path, directory: Path, name: str, options: Sequence[str | Path] = ()) -> Iterator[str]:
    """Run an identity service on a free port and give its URL."""
    with _process(environment, directory, name, "identity_service", options) as url:
        yield url


@contextmanager
def cloud_running(
    environment: Path, directory: Path, identity_url: str, options: Sequence[str | Path] = ()
) -> Iterator[dict[str, str]]:
    """Run the cloud services beside an identity service, and give their origins by name.

    They enter its catalog unless the options say ``--unlisted``.
    """
    options = ["--identity-url", identity_url, *options]
    with _process(environment, directory, "cloud", "cloud_services", options) as origins:
        yield json.loads(origins)


@contextmanager
def for_integration(environment: Path, config: Path, *, thorough: bool) -> Iterator[None]:
    """Run one identity service in the clear and one with TLS, and write where they are for the integration targets.

    Beside the first one run the cloud services, which a target enters in its catalog when it needs them: others compare
    the catalog with the documented one.

    thorough: whether the targets do everything, each both in the worker and as a module, or what takes less time.
    """
    with scratch_directory() as directory:
        certificates = directory / "tls"
        certificates.mkdir()
        make = [str(environment / "bin" / "python"), "-m", "trustme", "--quiet", "--dir", str(certificates)]
        make += ["--identities", "localhost", "127.0.0.1", "::1"]
        subprocess.run(make, check=True, stdin=subprocess.DEVNULL)
        tls = [f"--certfile={certificates / 'server.pem'}", f"--keyfile={certificates / 'server.key'}"]
        with (
            running(environment, directory, "service") as url,
            running(environment, directory, "tls", tls) as tls_url,
            cloud_running(environment, directory, url, ["--unlisted"]) as origins,
        ):
            known = {
                "thorough": thorough,
                "identity_service_url": url,
                "identity_service_control": _control(url),
                "identity_service_tls_url": tls_url,
                "identity_service_tls_control": _control(tls_url),
                "identity_service_ca_path": str(certificates / "client.pem"),
                "cloud_services_control": f"{origins['control']}/_control",
                "cloud_services_elsewhere": origins["elsewhere"],
            }
            # JSON is YAML too, and needs no library to write it.
            config.write_text(f"{json.dumps(known, indent=2)}\n", encoding="utf-8")
            try:
                yield
            finally:
                config.unlink()


def _control(url: str) -> str:
    return f"{url.rsplit('/v', 1)[0]}/_control"
