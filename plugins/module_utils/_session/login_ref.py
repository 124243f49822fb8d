# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reference from the fact rax_identity to the cached login that it describes.

A fact is whatever a host says. The reference holds the name of the cache entry and a digest of the whole fact, which
only those who can read the user's own key beside the token cache can compute: so no managed host can write or change a
fact that is used.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .. import _clock
from .._errors import MissingCredentialsError
from .._models import Access
from .cached_login import read_entry
from .token_cache import TokenCache, keyed_digest

_LOG_IN_AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."


class FactLogin(NamedTuple):
    """The cached login that a fact describes, and when it was made, as seconds since 1970.

    name: of its entry in the cache. fingerprint: of that entry, from before it was read.
    """

    identity_url: str
    access: Access
    name: str
    fingerprint: tuple[int, ...] | None
    stored: float


def make_reference(cache: TokenCache, name: str, fact: Mapping[str, Any]) -> str:
    """Return the reference to the cache entry of this name, for a fact. Raises CacheUnusableError."""
    return f"{name}.{_digest(cache, name, fact)}"


def read_fact(cache: TokenCache, fact: object, *, verify: bool | str, now: datetime | None = None) -> FactLogin:
    """Return the cached login that a fact describes.

    verify: how the login must have verified the certificate of the service, if it must.

    Raises MissingCredentialsError, which says why the fact cannot be used, and CacheUnusableError.
    """
    now = now or _clock.now()
    if not isinstance(fact, Mapping):
        raise _unusable("is not a login")
    reference = fact.get("login_ref")
    if not isinstance(reference, str):
        raise _unusable("does not refer to a cached login (login_ref)")
    name, _dot, digest = reference.partition(".")
    # A host can say what UTF-8 does not have.
    if not hmac.compare_digest(digest.encode(errors="replace"), _digest(cache, name, fact).encode()):
        raise _unusable("was not written by a login with this token cache, or was changed since (login_ref)")
    fingerprint = cache.fingerprint(name)
    cached, verified = read_entry(cache, name, now)
    if cached is None or cached.access.token.valid_until <= now.timestamp():
        raise _unusable("belongs to a login that has ended")
    if verify and not verified:
        raise _unusable("belongs to a login that did not verify certificates (validate_certs=false)")
    if verify and verify != verified:
        raise _unusable("belongs to a login that verified certificates with other CAs (ca_path)")
    return FactLogin(str(fact.get("identity_url")), cached.access, name, fingerprint, cached.stored)


def _unusable(why: str) -> MissingCredentialsError:
    return MissingCredentialsError(
        f"No credentials were given, and the fact rax_identity of this host cannot stand in for them: it {why}. "
        f"{_LOG_IN_AGAIN}"
    )


def _digest(cache: TokenCache, name: str, fact: Mapping[str, Any]) -> str:
    content = {key: value for key, value in fact.items() if key != "login_ref"}
    try:
        text = json.dumps([name, content], sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        raise _unusable("contains values that no login stores there") from None
    return keyed_digest(cache.salt(), text.encode())
