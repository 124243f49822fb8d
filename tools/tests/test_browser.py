# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where there is a Chromium to look at the site with; what is taken for it is pinned and names no host."""

from __future__ import annotations

import json
import platform
import re

import browser
import pytest
from paths import REQUIREMENTS
from results import CheckError


@pytest.mark.parametrize(
    ("system", "machine", "missing"),
    [
        ("Linux", "x86_64", ""),
        ("Linux", "aarch64", "no package has a Chromium for Linux on aarch64"),
        ("Darwin", "arm64", "no package has a Chromium for Darwin on arm64"),
    ],
)
def test_machine_without_a_chromium_is_told(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, missing: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert browser.missing() == missing


def test_packages_of_npm_are_pinned_and_name_no_host() -> None:
    text = (REQUIREMENTS / "browser" / "package-lock.json").read_text(encoding="utf-8")
    wanted = json.loads((REQUIREMENTS / "browser" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads(text)["packages"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert packages.pop("")["dependencies"] == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "http" not in text


@pytest.mark.parametrize("code", ["ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "SELF_SIGNED_CERT_IN_CHAIN"])
def test_registry_that_cannot_be_reached_is_told(code: str) -> None:
    error = browser.explain(f"npm error code {code}\nnpm error errno {code}\nnpm error request failed\n")
    assert isinstance(error, browser.UnreachableError)
    assert str(error) == f"npm cannot reach its registry: {code}"


@pytest.mark.parametrize("code", ["EINTEGRITY", "E404", "EUSAGE"])
def test_what_else_npm_fails_with_is_a_failure(code: str) -> None:
    error = browser.explain(f"npm error code {code}\nnpm error something\n")
    assert isinstance(error, CheckError)
    assert "something" in str(error)
