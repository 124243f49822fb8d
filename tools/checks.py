# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of `make test`: what each runs and how its result is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import package
import playground
import stage
import verdict
from interpreters import TARGETS_ONLY
from places import LINKS, NAME, NAMESPACE, SITE, ansible_variables, tool_environment
from processes import run_logged
from verdict import Counts

_LIMIT_SECONDS = 1200.0


@dataclass(frozen=True)
class Workshop:
    """What the steps work with: the environments, the stage, a folder of this run, and what was asked for."""

    check: Path
    run: Path
    collections: Path
    folder: Path
    integration_targets: tuple[str, ...] = ()

    @property
    def collection(self) -> Path:
        """The collection's folder in the stage."""
        return stage.collection_folder(self.collections)


@dataclass
class Report:
    """What a step has to say: its counts, and a word on what went wrong or was done."""

    counts: Counts
    remark: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Command:
    """A command of a step, the function that counts its checks, and the folder to run in if not the stage."""

    arguments: Sequence[str]
    count: Callable[[int, str], Counts] = verdict.one
    variables: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None


Step = Callable[[Workshop, Path], Report]


def run_command(workshop: Workshop, log: Path, command: Command) -> Report:
    """Run one command into a log and count its checks; a silent gap is a failure whatever the exit code."""
    variables = {
        **tool_environment(workshop.check),
        **ansible_variables(workshop.collections),
        "MYPYPATH": str(workshop.collections),
        "PYTHONPATH": str(workshop.collections),
        **command.variables,
    }
    before = log.stat().st_size if log.exists() else 0
    program = workshop.check / "bin" / command.arguments[0]
    folder = command.folder or workshop.collection
    code = run_logged([program, *command.arguments[1:]], log, variables, folder, _LIMIT_SECONDS)
    output = log.read_bytes()[before:].decode(errors="replace")
    counts, gap = command.count(code, output), verdict.silent_gap(output)
    if gap and not counts.failed:
        return Report(Counts(counts.passed, counts.failed + 1, counts.skipped), f"left out: {gap}")
    return Report(counts, "" if code == 0 else f"{command.arguments[0]} ended with {code}")


def commands(*several: Command) -> Step:
    """Make a step of commands that all run, whether or not the one before failed."""

    def step(workshop: Workshop, log: Path) -> Report:
        reports = [run_command(workshop, log, command) for command in several]
        remarks = [report.remark for report in reports if report.remark]
        return Report(sum((report.counts for report in reports), Counts()), "; ".join(remarks))

    return step


def _attempt(check: Callable[[], str]) -> tuple[str, bool]:
    """Run a function that raises where something is wrong; return what it says and whether it was content."""
    try:
        return check(), True
    except (package.PackageError, playground.PlayError) as problem:
        return str(problem), False


def _checked(log: Path, checks: Sequence[Callable[[], str]]) -> Report:
    """Run functions that raise where something is wrong, each counted as one check."""
    counts, remarks = Counts(), []
    with log.open("a", encoding="utf-8") as output:
        for check in checks:
            words, content = _attempt(check)
            output.write(f"{'' if content else 'ERROR: '}{words}\n")
            counts += Counts(passed=1) if content else Counts(failed=1)
            if not content:
                remarks.append(words.splitlines()[0])
    return Report(counts, "; ".join(remarks))


def _package(workshop: Workshop, log: Path) -> Report:
    built = workshop.folder / "package"
    installed = workshop.folder / "installed"
    for folder in (built, installed):
        folder.mkdir()
    modules = {path.stem for path in (workshop.collection / "plugins" / "modules").glob("[!_]*.py")}
    runtime = (workshop.collection / "meta" / "runtime.yml").read_text(encoding="utf-8")

    def tarball() -> Path:
        return next(iter(built.glob("*.tar.gz"))) if any(built.glob("*.tar.gz")) else Path("missing")

    return _checked(
        log,
        [
            lambda: f"built {package.build(workshop.check, workshop.collections, built).name}",
            lambda: package.check_content(tarball()),
            lambda: package.check_install(workshop.run, tarball(), installed),
            lambda: package.check_action_group(runtime, modules),
        ],
    )


def _targets(workshop: Workshop, log: Path) -> Report:
    """Import what modules are made of on the oldest Pythons of targets, as far as they are here.

    The newest ansible-core no longer runs on them, so that its own tests leave them out.
    """
    prefix = f"ansible_collections.{NAMESPACE}.{NAME}.plugins.module_utils"
    modules = [
        f"{prefix}.{path.stem}" for path in sorted((workshop.collection / "plugins" / "module_utils").glob("_*.py"))
    ]
    script = str(workshop.collection / "tools" / "import_all.py")
    report = Report(Counts())
    for minor in TARGETS_ONLY:
        if not (LINKS / f"python{minor}").exists():
            report = Report(report.counts + Counts(skipped=1), f"there is no Python {minor} here")
            continue
        imports = Command([str(LINKS / f"python{minor}"), "-B", script, *modules], verdict.imports)
        result = run_command(workshop, log, imports)
        report = Report(report.counts + result.counts, result.remark or report.remark)
    return report


def _importer(workshop: Workshop, log: Path) -> Report:
    folder = workshop.folder / "importer"
    folder.mkdir()
    try:
        tarball = package.build(workshop.check, workshop.collections, folder)
    except package.PackageError as problem:
        log.write_text(f"ERROR: {problem}\n", encoding="utf-8")
        return Report(Counts(failed=1), "no tarball")
    importer = ["python", "-m", "galaxy_importer.main", str(tarball)]
    return run_command(workshop, log, Command(importer, _importer_count, folder=folder))


def _importer_count(exit_code: int, output: str) -> Counts:
    complaints = [line for line in output.splitlines() if line.startswith(("ERROR", "WARNING", "CRITICAL"))]
    return Counts(failed=1) if exit_code != 0 or complaints else Counts(passed=1)


def _integration(workshop: Workshop, log: Path) -> Report:
    arguments = ["ansible-test", "integration", "--local", "--color", "no", "--continue-on-error"]
    return run_command(workshop, log, Command([*arguments, *workshop.integration_targets], verdict.ansible_test))


def _plays(workshop: Workshop, log: Path) -> Report:
    def readme() -> str:
        with playground.opened(workshop.run, workshop.collections) as ground:
            playground.play_readme(ground)
        return "the playbook of README.md ran word for word"

    def demo() -> str:
        with playground.opened(workshop.run, workshop.collections) as ground:
            playground.demo(ground, echo=False)
        return f"the demo printed {playground.DEMO_URL}"

    return _checked(log, [readme, demo])


def _pytest(*places: str) -> Command:
    return Command(["python", "-m", "pytest", "-q", *places], verdict.pytest)


def _mypy(workshop: Workshop, log: Path) -> Report:
    kinds = ("module_utils", "plugin_utils")
    there = [kind for kind in kinds if any((workshop.collection / "plugins" / kind).glob("*.py"))]
    packages = [f"--package=ansible_collections.{NAMESPACE}.{NAME}.plugins.{kind}" for kind in there]
    mypy = ["mypy", "--strict", "--no-color-output", f"--config-file={workshop.collection / 'pyproject.toml'}"]
    return commands(
        # From the folder of collections: elsewhere a file would have two names, one of them without the collection's.
        Command([*mypy, *packages], folder=workshop.collections),
        Command([*mypy, "tools"], variables={"MYPYPATH": "tools"}),
        Command([*mypy, "tests/identity_service"], variables={"MYPYPATH": "tests"}),
    )(workshop, log)


def documentation(workshop: Workshop, log: Path) -> Report:
    """Check the documentation and build its site."""
    source = workshop.folder / "rst"
    source.mkdir(mode=0o755)
    lint = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all"]
    generate = ["antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    settings = workshop.collection / "tools" / "docsite"
    build = ["sphinx-build", "--quiet", "--fail-on-warning", "--fresh-env", "--conf-dir", str(settings)]
    return commands(
        Command([*lint, "--disallow-unknown-collection-refs", "."]),
        Command([*generate, "--dest-dir", str(source), f"{NAMESPACE}.{NAME}"]),
        Command([*build, "--builder", "html", str(source), str(SITE)]),
    )(workshop, log)


# The longest first: two lanes take the next step whenever they are free.
STEPS: dict[str, Step] = {
    "integration": _integration,
    "sanity": commands(Command(["ansible-test", "sanity", "--local", "--color", "no"], verdict.ansible_test)),
    "unit": commands(_pytest("tests/unit")),
    "importer": _importer,
    "service": commands(_pytest("tests/identity_service/tests")),
    "mypy": _mypy,
    "docs": documentation,
    "lint": commands(Command(["ansible-lint", "--offline", "--profile", "production", "--strict"])),
    "package": _package,
    "plays": _plays,
    "tools": commands(_pytest("tools/tests")),
    "targets": _targets,
    "ruff": commands(Command(["ruff", "check", "."]), Command(["ruff", "format", "--check", "."])),
    "changelog": commands(Command(["antsibull-changelog", "lint"])),
}
