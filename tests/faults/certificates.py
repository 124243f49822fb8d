# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of every sort, made once, and the TLS settings of servers that show them."""

from __future__ import annotations

import functools
import ssl
import tempfile
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path

import trustme

HOST = "identity.test"
"""The name of the identity service behind a proxy."""

_NAMES = ("127.0.0.1", HOST)
_DAY = timedelta(days=1)


@functools.lru_cache(maxsize=1)
def _directory() -> Path:
    # Not pytest's: child processes need it too.
    return Path(tempfile.mkdtemp(prefix="rax-faults-"))


@functools.lru_cache(maxsize=1)
def _authority() -> trustme.CA:
    return trustme.CA()


@functools.lru_cache(maxsize=1)
def bundle() -> str:
    """Return the path of the CA that the good certificates are signed by."""
    path = _directory() / "ca.pem"
    _authority().cert_pem.write_to_path(path)
    return str(path)


@functools.lru_cache(maxsize=1)
def no_bundle() -> str:
    """Return the path of a file without any certificate."""
    path = _directory() / "none.pem"
    path.write_text("no certificate\n", encoding="utf-8")
    return str(path)


@functools.cache
def server_context(kind: str) -> ssl.SSLContext:
    """Return the settings of a server with a certificate of this kind."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(timezone.utc)
    if kind == "self-signed":
        other = trustme.CA()
        with other.cert_pem.tempfile() as certificate, other.private_key_pem.tempfile() as key:
            context.load_cert_chain(certificate, key)
        return context
    certificate_of = {
        "expired": lambda: _authority().issue_cert(*_NAMES, not_before=now - 30 * _DAY, not_after=now - _DAY),
        "not valid yet": lambda: _authority().issue_cert(*_NAMES, not_before=now + _DAY, not_after=now + 30 * _DAY),
        "of another host": lambda: _authority().issue_cert("elsewhere.test"),
        "of an unknown authority": lambda: trustme.CA().issue_cert(*_NAMES),
    }
    leaf = certificate_of.get(kind, lambda: _authority().issue_cert(*_NAMES))()
    leaf.configure_cert(context)
    if kind == "too old":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if kind == "asking for one":
        _authority().configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
