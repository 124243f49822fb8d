# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the credentials that a name stands for: where the OpenStack client looks, then in the profiles of rack."""

from __future__ import annotations

import os

from .._errors import MissingCredentialsError
from .._settings import Source, xdg_directory
from .credentials_file import FileContent, entries_of, read_file

_VARIABLE = "OS_CLIENT_CONFIG_FILE"
_NAMES = ("clouds.yaml", "clouds.yml", "clouds.json")
RACK_CONFIG = "~/.rack/config"


def find(cloud: str, source: str, directory: str, how_to: str) -> FileContent:
    """Return what the first file with an entry of this name says.

    source: where the name came from, in words. directory: that of the playbook. Raises MissingCredentialsError, which
    lists where was looked, and what a file can be wrong with.
    """
    looked, named = [], _named(directory)
    for place in _places(directory):
        named_by = f"It was named by {Source.environment(_VARIABLE).words}. " if place == named else ""
        found = [path for path in place if os.path.exists(path)]
        looked.extend(found or place[:1])
        for path in found:
            entries = entries_of(read_file(path, named_by + how_to))
            if entries and cloud in entries.names:
                return entries.content(cloud)
    raise MissingCredentialsError(
        f"No credentials file has an entry {cloud} ({source}). Looked in {', '.join(looked)}. Name the file with "
        "credentials_file."
    )


def paths(directory: str) -> list[str]:
    """Return the paths of all files in which find() looks."""
    return [path for place in _places(directory) for path in place]


def _places(directory: str) -> list[list[str]]:
    """Return the paths of each place, which differ in how the file is named."""
    named = _named(directory)
    config = xdg_directory("XDG_CONFIG_HOME", "~/.config")
    directories = (os.path.abspath(directory), os.path.join(config, "openstack"), "/etc/openstack")
    return [
        *([named] if named else []),
        *([os.path.join(each, name) for name in _NAMES] for each in directories),
        [os.path.expanduser(RACK_CONFIG)],
    ]


def _named(directory: str) -> list[str]:
    """Return the path that the environment names, in a list, or an empty list."""
    named = os.environ.get(_VARIABLE)
    return [os.path.join(directory, os.path.expanduser(named))] if named else []
