# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of this checkout: `python3 tools/tasks.py --help` lists them, the Makefile calls them."""

from __future__ import annotations

import argparse
import subprocess
import sys

if sys.version_info < (3, 10):
    sys.exit("These tools need Python 3.10 or newer: make PYTHON=/path/to/python3.12 ...")

import bench
import environments
import matrix
import playground
import processes
import service
import stage
import testing
from checks import STEPS


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The tasks of this checkout.")
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("demo", help="log in to a local identity service and look an endpoint up")
    tasks.add_parser("shell", help="open a shell with the collection and a local identity service")
    test = tasks.add_parser("test", help="run every check")
    test.add_argument("--only", metavar="STEP[,STEP]", help=f"run only these steps: {', '.join(STEPS)}")
    test.add_argument("--target", action="append", default=[], help="run only this integration target (repeatable)")
    tasks.add_parser("docs", help="check the documentation and build its site")
    tasks.add_parser("matrix", help="try the collection on every ansible-core and Python that can be had here")
    benchmark = tasks.add_parser("bench", help="measure what the collection costs beside Ansible, and count its logins")
    benchmark.add_argument("--quick", action="store_true", help="only try it: fewer of everything, and nothing written")
    tasks.add_parser("clean", help="remove everything the tools made")
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> int:
    if arguments.task == "demo":
        playground.run_demo()
    elif arguments.task == "shell":
        return playground.run_shell()
    elif arguments.task == "test":
        return testing.run(arguments.only, arguments.target)
    elif arguments.task == "docs":
        return testing.build_site()
    elif arguments.task == "matrix":
        return matrix.run()
    elif arguments.task == "bench":
        return bench.run(quick=arguments.quick)
    else:
        environments.clean()
    return 0


def main() -> int:
    """Run one task and return its exit code: 0 only where all of it was done."""
    arguments = _arguments()
    try:
        with processes.nothing_left_behind():
            return _run(arguments)
    except processes.Interrupted as interruption:
        print(f"\nEnded by {interruption}.", file=sys.stderr)
        return 128 + interruption.signal_number
    except (
        LookupError,
        environments.SetUpError,
        playground.PlayError,
        service.ServiceError,
        stage.StageError,
        subprocess.CalledProcessError,
    ) as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        if arguments.task == "test":
            print("0 passed, 1 failed")
        return 1


if __name__ == "__main__":
    sys.exit(main())
