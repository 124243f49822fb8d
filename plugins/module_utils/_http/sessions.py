# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of `requests` without what it does by itself, and those that a process keeps."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Tuple

from .._errors import MissingLibraryError
from .._settings import ConnectionSettings
from .connection import Attempt, bounded_adapter

if TYPE_CHECKING:
    import requests

Session = Tuple["requests.Session", Attempt]
"""A session, and the attempt that its connections report to."""

_shared_sessions: dict[tuple[object, ...], Session] = {}


def new_session() -> Session:
    """Return a session of its own. Raises MissingLibraryError."""
    try:
        import requests
    except ImportError:
        raise MissingLibraryError("requests") from None
    session, attempt = requests.Session(), Attempt(0)
    # Otherwise .netrc could replace credentials, and REQUESTS_CA_BUNDLE could undo validate_certs=false.
    session.trust_env = False
    adapter = bounded_adapter(attempt)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session, attempt


def shared_session(settings: ConnectionSettings) -> Session:
    """Return the session of this process for these settings: a worker that runs all items of a loop keeps it."""
    # By process, since a forked one must not write to its parent's connections.
    key = (os.getpid(), settings.proxy, settings.validate_certs, settings.ca_path)
    session = _shared_sessions.get(key) or new_session()
    _shared_sessions[key] = session
    return session


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep urllib3 from logging a request: its debug lines hold the URL, and the URL can hold a token."""
    logger = logging.getLogger("urllib3.connectionpool")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
