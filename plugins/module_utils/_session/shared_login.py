# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep one login in the store that controllers share, encrypted with a key made from the secret of that login.

So nothing has to be distributed: who can read an entry has the secret already, and a stolen store gives no token.
Imported only when the token cache has no token: loading what encrypts takes longer than reading a file.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from .._errors import OptionError, StoreError
from .._models import Access, LoginRequest, Passcode, Password
from .._settings import CacheSettings, Context, Store
from .cached_login import CachedAccess, decode_access, encode_access, lives_for
from .token_cache import CacheEntry, keyed_digest

# Change it with the shape of what is stored.
_FORMAT = 2
_KEY_BYTES = 32
# 32 MiB for each guess of a password, more than the token cache asks for: a store can be stolen from afar.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


_CHECK = "Check cache_plugin, cache_plugin_connection."
_STAYS = (
    "A token that is no longer valid stays in the store that controllers share, which cache_plugin does not name here. "
    "Other controllers may use it until it expires."
)

_Result = TypeVar("_Result")


class SharedLogin:
    """The entry of one login in the store. A store that cannot be used is one warning, and then has no entries.

    As in the token cache, another secret, user, tenant, service or parameter makes another login.
    """

    def __init__(self, store: Store, url: str, request: LoginRequest, verify: bool | str, context: Context) -> None:
        """Derive the keys. url is the service's, with the version of the API. verify: as in ConnectionSettings.

        Raises StoreError where a library is missing that they require.
        """
        try:
            from cryptography.fernet import Fernet, InvalidToken
        except ImportError:
            raise StoreError("the Python library cryptography is missing") from None
        self._store: Store | None = store
        self._verify, self._context, self._invalid = verify, context, InvalidToken
        username = getattr(request.credentials, "username", None)
        login = [_FORMAT, url, type(request.credentials).__name__, username]
        keys = _derive_keys(request, json.dumps(login).encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(keys[:_KEY_BYTES]))
        self.name = keyed_digest(keys[_KEY_BYTES:], json.dumps([*login, verify, *request[1:]]).encode())

    def read_access(self, now: datetime, min_ttl: float) -> CachedAccess | None:
        """Return the access if its token lives for min_ttl seconds more."""
        text = self._try(lambda store: store.get(self.name))
        if not text:
            return None
        try:
            head, *lines = self._fernet.decrypt(text).split(b"\n")
            entry = CacheEntry(dict(json.loads(head)), lines)
        except (RecursionError, TypeError, UnicodeError, ValueError, self._invalid):
            # Whoever wrote it had not the secret.
            return None
        # The clock of the controller that stored it may be ahead.
        cached = decode_access(entry, None)
        # All entries of a user have one key, and whoever can write to the store could move one to the place of another,
        # such as that of a login which did not verify certificates.
        if not cached or cached.shared != self.name or not lives_for(cached.access, now, min_ttl):
            return None
        return cached._replace(stored=min(cached.stored, now.timestamp()))

    def store_access(self, access: Access, now: datetime) -> None:
        """Store an access."""
        entry = encode_access(CachedAccess(access, now.timestamp(), self.name), self._verify)
        content = b"\n".join([json.dumps(entry.head).encode(), *entry.lines])
        text = self._fernet.encrypt(content).decode()
        self._try(lambda store: store.set(self.name, text))

    def forget_token(self, token: str, now: datetime) -> None:
        """Remove what is stored of this login if it is this token."""
        cached = self.read_access(now, 0)
        if cached and cached.access.token.id == token:
            self.remove()

    def remove(self) -> None:
        """Remove what is stored of this login."""
        self._try(lambda store: store.delete(self.name))

    def _try(self, action: Callable[[Store], _Result]) -> _Result | None:
        if not self._store:
            return None
        try:
            return action(self._store)
        except StoreError as error:
            self._store = None
            _warn(error, self._context)
            return None


def open_shared_login(
    settings: CacheSettings, timeout: float, url: str, request: LoginRequest, verify: bool | str, context: Context
) -> SharedLogin | None:
    """Open the entry of a login in the store, or return None, with a warning where the store cannot be used.

    timeout: the seconds that each use of the store may take. The passcode of a second step is used up, so no other
    controller could ever read an entry that it encrypts: it has none.
    """
    if isinstance(request.credentials, Passcode):
        return None
    try:
        store = _open_store(settings, timeout, context)
        return SharedLogin(store, url, request, verify, context) if store else None
    except StoreError as error:
        _warn(error, context)
        return None


def remove_shared(names: Iterable[str], settings: CacheSettings, timeout: float, context: Context) -> None:
    """Remove entries from the store; report their names where it cannot be reached; warn where neither is possible."""
    try:
        store = _open_store(settings, timeout, context)
        remove = store.delete if store else context.report_ended
        if not remove:
            context.warn(_STAYS)
            return
        for name in names:
            remove(name)
    except StoreError as error:
        context.warn(
            "A token that is no longer valid could not be removed from the store that controllers share: "
            f"{error}. Other controllers may use it until it expires. {_CHECK}"
        )


def _open_store(settings: CacheSettings, timeout: float, context: Context) -> Store | None:
    """Open the store, if there is one. Raises StoreError, and OptionError for one that is refused."""
    try:
        return context.open_store(settings, timeout)
    except OptionError as error:
        source = context.sources.get("cache_plugin")
        if not source:
            raise
        raise OptionError(f"{error} It came from {source.words}.") from None


def _warn(error: StoreError, context: Context) -> None:
    context.warn(f"Tokens are not shared with other controllers: {error}. {_CHECK}")


def _derive_keys(request: LoginRequest, login: bytes) -> bytes:
    """Derive two keys: slowly from a password, which could be guessed. Raises StoreError."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    secret, salt = "".join(request.credentials.secrets).encode(), hashlib.sha256(login).digest()
    if not isinstance(request.credentials, Password):
        return HKDF(SHA256(), 2 * _KEY_BYTES, salt, b"rackspace.identity").derive(secret)
    try:
        return hashlib.scrypt(secret, salt=salt, dklen=2 * _KEY_BYTES, **_SCRYPT)
    except (AttributeError, TypeError, ValueError):
        # Some systems' OpenSSL lacks it, or does not allow it.
        raise StoreError("this Python lacks scrypt, which protects the password") from None
