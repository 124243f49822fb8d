# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sessions of the noxfile share: pinned environments, and commands whose checks are counted."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import checkout
import interpreters
import nox
import results
from checkout import only_one
from nox.command import CommandFailed
from packaging.requirements import Requirement
from packaging.version import Version
from paths import BUILD, CACHE, HOMES, LINKS, REQUIREMENTS, ROOT, ansible_variables, prepare_home
from results import CheckError, Counter, Result

_CONSTRAINTS = REQUIREMENTS / "constraints.txt"

# The file has the name and the place where ansible-test keeps pip's bootstrap script, and so it never asks the one
# host which has that script: a machine behind a package mirror cannot reach it.
_GET_PIP = """\
import sys

sys.path.insert(0, {directory!r})

from pip._internal.cli.main import main

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--ignore-installed", *options]))
"""

_PIP_VERSION = """
from ansible_test._internal.python_requirements import get_venv_packages
from types import SimpleNamespace
import sys
print(get_venv_packages(SimpleNamespace(version="%d.%d" % sys.version_info[:2]))["pip"])
"""

_PYTHONS_OF_CORE = """
from ansible_test._util.target.common.constants import CONTROLLER_PYTHON_VERSIONS, REMOTE_ONLY_PYTHON_VERSIONS
print(*CONTROLLER_PYTHON_VERSIONS, "and", *REMOTE_ONLY_PYTHON_VERSIONS)
"""


def cores() -> dict[str, Requirement]:
    """Return the ansible-cores of cores.txt by their minor version, the oldest first."""
    return {core: requirement for core, (requirement, _targets) in _listed().items()}


def targets(core: str, among: Sequence[str]) -> list[str]:
    """Return those of these Pythons which an ansible-core and the collection support on targets."""
    oldest, newest = map(Version, _listed()[core][1].split(" to "))
    return [minor for minor in among if oldest <= Version(minor) <= newest]


def support() -> list[str]:
    """Return the lines of the table that tells users what is supported."""
    lines = ["| ansible-core | Python on the controller | Python on targets |", "|---|---|---|"]
    for core, (requirement, on_targets) in _listed().items():
        usable = pythons(requirement, interpreters.CONTROLLERS)
        lines.append(f"| {core} | {usable[-1]} to {usable[0]} | {on_targets} |")
    return lines


def check_support(core: str, said: str) -> str:
    """Compare cores.txt with the Pythons that an ansible-core names itself, and raise CheckError if they differ."""
    on_controllers, _and, only_on_targets = said.partition(" and ")
    named = [set(on_controllers.split()), {*on_controllers.split(), *only_on_targets.split()}]
    # The collection needs this one on targets, whatever else Ansible runs on.
    oldest = Version(interpreters.TARGETS[-1])
    named[1] = {minor for minor in named[1] if Version(minor) >= oldest}
    if named != [set(pythons(cores()[core], interpreters.CONTROLLERS)), set(targets(core, interpreters.TARGETS))]:
        raise CheckError(f"cores.txt has other Pythons for ansible-core {core} than it names itself: {said}")
    return f"ansible-core {core} names the same Pythons as cores.txt: {said}"


def pythons_of_installed_core(session: nox.Session) -> str:
    """Return the Pythons of controllers that the session's ansible-core names, `and`, and those of targets alone."""
    return str(session.run("python", "-c", _PYTHONS_OF_CORE, silent=True, log=False)).strip()


def _listed() -> dict[str, tuple[Requirement, str]]:
    """Return the lines of cores.txt by the minor version of ansible-core: the core, and the Pythons of targets."""
    lines = (REQUIREMENTS / "cores.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.split("  # targets: ") for line in lines if line and not line.startswith("#")]
    listed = [(Requirement(core), on_targets) for core, on_targets in parts]
    return {f"{_version(core).major}.{_version(core).minor}": (core, on_targets) for core, on_targets in listed}


def _version(core: Requirement) -> Version:
    return Version(next(iter(core.specifier)).version)


def pythons(core: Requirement, among: Sequence[str]) -> list[str]:
    """Return those of these Pythons on which an ansible-core runs."""
    return [minor for minor in among if core.marker is None or core.marker.evaluate({"python_version": minor})]


def newest_core(minor: str) -> str:
    """Return the minor version of the newest released ansible-core that runs on a Python."""
    return [name for name, core in cores().items() if pythons(core, (minor,)) and not _version(core).is_prerelease][-1]


def pin(core: str) -> str:
    """Return what to install for an ansible-core."""
    return f"ansible-core{cores()[core].specifier}"


def _use_index_of_pip(session: nox.Session) -> None:
    """Let uv take packages from where pip takes them, which it does not look up for itself."""
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ:
        return
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    for line in listing.stdout.splitlines():
        name, _separator, value = line.partition("=")
        if name.endswith(".index-url"):
            session.env["UV_DEFAULT_INDEX"] = value.strip("'\"")


def _require_installing(session: nox.Session, what: str) -> None:
    """Stop a session whose installations `nox -R` would skip, before it replaces what it cannot fill again."""
    if session.run_install("python", "--version", silent=True, log=False) is None:
        session.error(f"{what} is not what the pinned versions ask for, and -R keeps it from being made: omit -R.")


def install(session: nox.Session, *packages: str) -> None:
    """Install packages, each as pinned, unless the session's environment was made from the same ones.

    Else it is made anew: what is no longer asked for must not stay. Without a change the network is not asked.
    """
    location = Path(session.virtualenv.location)
    stamp = location / "made-from"
    parts = [str(location), str(session.python), *packages, _CONSTRAINTS.read_text(encoding="utf-8")]
    wanted = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with only_one(f"environment-{location.name}"):
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return
        _require_installing(session, f"The environment {location.name}")
        if any(location.glob("lib*/python*/site-packages/*.dist-info")):
            shutil.rmtree(location)
            session.virtualenv.create()
        _use_index_of_pip(session)
        session.install("--constraint", str(_CONSTRAINTS), *packages)
        # Written last: an environment whose making was interrupted has none and is made anew.
        stamp.write_text(wanted, encoding="utf-8")


def _make_environment(session: nox.Session, place: Path, minor: str, *packages: str) -> None:
    """Make an environment beside those of sessions, as nox makes theirs: uv takes a tenth of the time of pip."""
    _require_installing(session, f"The environment {place.name}")
    shutil.rmtree(place, ignore_errors=True)
    _use_index_of_pip(session)
    python, program = LINKS / f"python{minor}", place / "bin" / "python"
    make: list[str | Path] = [python, "-m", "venv"]
    fill: list[str | Path] = [program, "-m", "pip", "install"]
    if session.venv_backend == "uv":
        make, fill = ["uv", "venv", "--python", python], ["uv", "pip", "install", "--python", program]
    session.run_install(*make, place, external=True)
    session.run_install(*fill, "--quiet", *packages, external=True)


def core_python(session: nox.Session, core: str, minor: str, *packages: str) -> Path:
    """Return the Python of an environment with another ansible-core than the session's own."""
    place = BUILD / "cores" / f"{core}-{minor}"
    stamp = place / "made-from"
    wanted = "\n".join([pin(core), *packages, _CONSTRAINTS.read_text(encoding="utf-8")])
    with only_one(f"core-{core}-{minor}"):
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            _make_environment(session, place, minor, "--constraint", str(_CONSTRAINTS), pin(core), *packages)
            stamp.write_text(wanted, encoding="utf-8")
    return place / "bin" / "python"


def keep_compiled(python: Path) -> None:
    """Have a Python of an environment keep what Ansible compiles and packs there."""
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    # A module may have changed since.
    shutil.rmtree(packages / "kept" / "packed", ignore_errors=True)
    (packages / "keep_compiled.pth").write_text("import keep_compiled\n", encoding="utf-8")
    shutil.copy(ROOT / "tools" / "keep_compiled.py", packages)


def show_deprecations(python: Path) -> None:
    """Have Ansible on a Python of an environment tell of deprecations even where ansible-test forbids it."""
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    line = "import os; os.environ['ANSIBLE_DEPRECATION_WARNINGS'] = 'true'\n"
    (packages / "show_deprecations.pth").write_text(line, encoding="utf-8")


def target_python(session: nox.Session, minor: str) -> Path:
    """Return the Python of an environment like a target's, with what modules need there and without Ansible."""
    place = BUILD / "targets" / minor
    with only_one(f"target-{minor}"):
        if not (place / "made").is_file():
            _make_environment(session, place, minor, "defusedxml", "requests")
            (place / "made").touch()
    return place / "bin" / "python"


def provide_pip_bootstrap(session: nox.Session) -> None:
    """Give the ansible-test of a session's checks the pip it wants in its own environments, from the package index."""
    version = str(session.run("python", "-c", _PIP_VERSION, silent=True, log=False)).strip()
    script = HOMES / session.name / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
    directory = CACHE / f"pip-{version}"
    wanted = _GET_PIP.format(directory=str(directory))
    with only_one("pip-bootstrap"):
        if not (directory / "pip").is_dir():
            _require_installing(session, f"The bootstrap of pip {version}")
            _use_index_of_pip(session)
            session.install("--no-deps", "--target", str(directory), f"pip=={version}")
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(wanted, encoding="utf-8")


@contextmanager
def _copied_output() -> Iterator[tuple[IO[str], list[bytes]]]:
    """Give a file to write to, which a thread copies to standard output, and the list of what it has copied."""
    reading, writing = os.pipe()
    parts: list[bytes] = []

    def copy() -> None:
        with os.fdopen(reading, "rb", buffering=0) as stream:
            while part := stream.read(65536):
                parts.append(part)
                sys.stdout.buffer.write(part)
                sys.stdout.buffer.flush()

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    try:
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            yield stream, parts
    finally:
        # A command may have left a process that still holds the other end.
        thread.join(timeout=5)


class Checks:
    """The checks of one session. All of them run, whether or not one before has failed."""

    def __init__(self, session: nox.Session, collections: Path) -> None:
        self.session = session
        self.collections = collections
        self.collection = checkout.collection_directory(collections)
        self.total = Result()

    def __call__(self, *command: str | Path, count: Counter = results.one) -> None:
        """Run a command and count its checks."""
        with _copied_output() as (output, parts):
            try:
                succeeded = self.session.run(*command, external=True, stdout=output, stderr=subprocess.STDOUT)
            except CommandFailed:
                succeeded = False
        if succeeded is None:
            # What was not run cannot have passed.
            self.session.skip("It was only installed, and nothing is checked")
        result = results.judge(bool(succeeded), b"".join(parts).decode(errors="replace"), count)
        self.total += result

    def leave_out(self, reason: str) -> None:
        """Take note of a check that cannot be run on this machine: the result must not look like one of all checks."""
        self.session.warn(f"Left out: {reason}.")
        self.total += Result(skipped=1, remark=reason)

    @contextmanager
    def variables(self, **variables: str) -> Iterator[None]:
        """Let the commands in the block see other variables."""
        before = dict(self.session.env)
        self.session.env.update(variables)
        try:
            yield
        finally:
            self.session.env.update(before)

    def call(self, check: Callable[[], str]) -> None:
        """Run a function that says what it has found, or raises CheckError, and count it as one check."""
        try:
            self.session.log(check())
            self.total += Result(passed=1)
        except CheckError as problem:
            self.session.warn(str(problem))
            self.total += Result(failed=1, remark=str(problem).splitlines()[0])


@contextmanager
def checks(session: nox.Session) -> Iterator[Checks]:
    """Give the checks of a session, to be run in a copy of the checkout, and judge them all at the end."""
    name = session.name
    # A home of its own: ansible-test makes a key there, and two that do so at once stop each other.
    home = HOMES / name
    with only_one(name):
        results.clear([name])
        prepare_home(home)
        collections = checkout.copied(name)
        started = time.monotonic()
        given = Checks(session, collections)
        session.env.update(ansible_variables(collections, home), HOME=str(home))
        session.env.update(PYTHONPATH=str(collections), MYPYPATH=str(collections))
        with session.chdir(given.collection):
            yield given
    total = replace(given.total, seconds=time.monotonic() - started)
    results.save(name, total)
    if not total.good:
        session.error(total.line(name))
    session.log(total.line(name))
