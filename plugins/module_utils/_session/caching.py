# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Use the token cache, or warn where that is not possible; remove tokens from it and from the store behind it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from .. import _clock
from .._settings import CacheSettings, Context, Settings, xdg_directory
from .cached_login import CachedLogin, forget_token, remember_ended
from .private_files import CacheUnusableError
from .token_cache import TokenCache


def open_cache(settings: CacheSettings, context: Context) -> TokenCache | None:
    """Return the token cache, or None if it is switched off or, with a warning, if it cannot be used."""
    if not settings.cache:
        return None
    try:
        return TokenCache(_directory(settings))
    except CacheUnusableError as error:
        warn_of_unusable_cache(error, context)
        return None


def _directory(settings: CacheSettings) -> str:
    """Return the absolute path of the cache. Raises CacheUnusableError."""
    default = os.path.join(xdg_directory("XDG_CACHE_HOME", "~/.cache"), "rackspace.identity")
    directory = os.path.expanduser(settings.cache_dir or default)
    if directory.startswith("~"):
        raise CacheUnusableError(f"the home directory in {directory} is unknown")
    return os.path.abspath(directory)


def warn_if_not_cached(action: Callable[[], None], context: Context) -> None:
    """Write to the cache, with a warning if that is not possible."""
    try:
        action()
    except CacheUnusableError as error:
        warn_of_unusable_cache(error, context)


def has_ended(entry: CachedLogin | None, token: str) -> bool:
    """Return whether a token in the store is known here to have ended: perhaps it could not be removed there."""
    try:
        return entry is not None and entry.has_ended(token)
    except CacheUnusableError:
        return False


def forget_everywhere(settings: Settings, context: Context, token: str) -> None:
    """Remove a token from the cache and the store behind it, whichever login it belongs to."""
    if not settings.cache.cache:
        return
    try:
        # A directory that others can access, or that the user cannot write to, is not used, but would be as soon as its
        # mode is corrected. Even if its files stay, they tell the names that the token has in the store.
        cache = TokenCache(_directory(settings.cache), only_private=False)
    except CacheUnusableError as error:
        _warn_of_token_left(error, context)
    else:
        forget_in(cache, token, settings, context)


def forget_in(cache: TokenCache, token: str, settings: Settings, context: Context) -> None:
    """Remove a token from this cache and the store behind it."""
    remove_everywhere(
        lambda shared: forget_token(cache, token, shared),
        lambda: remember_ended(cache, token, _clock.now()),
        settings,
        context,
    )


def remove_everywhere(
    remove: Callable[[set[str]], None], remember: Callable[[], None], settings: Settings, context: Context
) -> None:
    """Remove a token from the cache, and under the names that it had there from the store that others share."""
    names: set[str] = set()
    try:
        remove(names)
    except CacheUnusableError as error:
        _warn_of_token_left(error, context)
    if names or settings.cache.cache_plugin:
        # The store may not do what it is told or not be named here, another controller may put the token back, and the
        # file that tells its name there may be unreadable.
        with suppress(CacheUnusableError):
            remember()
    if names:
        from .shared_login import remove_shared

        remove_shared(names, settings.cache, settings.connection.timeout, context)


def warn_of_unusable_cache(error: CacheUnusableError, context: Context) -> None:
    """Warn that the cache cannot be used, and what that means."""
    context.warn(f"Tokens are not cached: {error}. Every task logs in; set cache_dir to a directory of your own.")


def _warn_of_token_left(error: CacheUnusableError, context: Context) -> None:
    context.warn(f"A token that is no longer valid could not be removed from the cache: {error}. Remove the file.")
