# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let plain pytest find the collection, and give the tests an environment without logins, proxies and certificates."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

_COLLECTIONS = Path(__file__).resolve().parents[5]
_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NETRC", "XDG_CACHE_HOME")

# Ansible warns if it is asked to a second time.
if not AnsibleCollectionConfig.collection_finder:
    sys.path.insert(0, str(_COLLECTIONS))
    init_plugin_loader([str(_COLLECTIONS)])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the page."""
    parser.addoption("--write-reliability", metavar="PATH", help="write the page of faults and outcomes to this file")


@pytest.fixture(autouse=True, scope="session")
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Only now can the collection be imported.
    from ansible_collections.rackspace.identity.tests.faults.drive import surroundings  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("RAX_", "RS_", "OS_")) or name.upper().endswith("_PROXY") or name in _OTHERS:
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        with surroundings():
            yield
