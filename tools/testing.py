# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make test`: set up, start the identity services, run every step, give the verdict."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import environments
import interpreters
import lanes
import service
import stage
from checks import STEPS, Workshop
from places import SITE

_CONFIG = Path("tests") / "integration" / "integration_config.yml"


@contextmanager
def _services(environment: Path, collections: Path, folder: Path) -> Iterator[None]:
    """Run one identity service in the clear and one with TLS, and tell the integration targets where they are."""
    certificates = service.make_certificates(environment, folder / "tls")
    tls = ["--certfile", str(certificates.certificate), "--keyfile", str(certificates.key)]
    with (
        service.running(environment, folder, "service") as url,
        service.running(environment, folder, "service-tls", tls) as tls_url,
    ):
        control, tls_control = (address.rsplit("/v", 1)[0] + "/_control" for address in (url, tls_url))
        config = stage.collection_folder(collections) / _CONFIG
        # JSON is YAML too, and needs no library to write it.
        config.write_text(
            json.dumps(
                {
                    "identity_service_url": url,
                    "identity_service_control": control,
                    "identity_service_tls_url": tls_url,
                    "identity_service_tls_control": tls_control,
                    "identity_service_ca_path": str(certificates.authority),
                },
                indent=2,
            )
            + "\n",
            encoding="utf-8",
        )
        try:
            yield
        finally:
            config.unlink()


def build_site() -> int:
    """Check the documentation, build its site, and return the exit code."""
    code = run("docs", [])
    if code == 0:
        print(f"The site is {SITE / 'index.html'}")
    return code


def choose(only: str | None) -> list[str]:
    """Return the names of the steps to run, in their order.

    Raises LookupError naming the steps there are where one is unknown.
    """
    if only is None:
        return list(STEPS)
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in STEPS]:
        raise LookupError(f"There is no step {', '.join(unknown)}. The steps are: {', '.join(STEPS)}.")
    return [name for name in STEPS if name in wanted]


def run(only: str | None, targets: Sequence[str]) -> int:
    """Run steps and return the exit code; the last line printed is `N passed, N failed`."""
    names = choose(only)
    with environments.only_one("test", "Waiting for another make test in this checkout ..."):
        started = time.monotonic()
        check = environments.pinned("check", "run", "check")
        run_environment = environments.pinned("run", "run")
        interpreters.link_all()
        environments.provide_pip_bootstrap(check)
        collections = stage.make("test")
        with service.scratch_folder() as folder, _services(check, collections, folder):
            workshop = Workshop(check, run_environment, collections, folder, tuple(targets))
            total = lanes.run(workshop, names)
        print(f"\n{time.monotonic() - started:.0f} s; the logs are in .build/logs", flush=True)
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if total.failed or not total.passed else 0
