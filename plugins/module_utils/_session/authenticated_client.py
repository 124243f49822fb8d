# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client with the token that authorizes its calls: a token that was given, a cached one, or one from a login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from .._errors import MissingCredentialsError, NoCredentialsError, OptionError, ServiceError
from .._settings import ConnectionSettings, Context, Settings
from .access_provider import open_provider
from .authorization import Authorization
from .credentials import given_token

if TYPE_CHECKING:
    from .._api.client import IdentityClient


class AuthenticatedClient(Authorization):
    """A client of the identity service, and the token that authorizes its calls."""

    def __init__(
        self,
        client: IdentityClient,
        token: str,
        replace_token: Callable[[str], str] | None = None,
        forget_token: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(token, replace_token, forget_token)
        self.identity = client


@contextmanager
def open_authenticated_client(
    settings: Settings, context: Context, subject_token: str | None = None
) -> Iterator[AuthenticatedClient]:
    """Open a client with the token in the settings as it is, or else with that of a login.

    If there is neither, subject_token authorizes calls about itself. Raises every kind of IdentityError.
    """
    _refuse_v11(settings, context)
    connection, token = settings.connection, given_token(settings.credentials, context)
    origin = context.source("token") if token else None
    secrets: tuple[str, ...] = ()
    replace_token: Callable[[str], str] | None = None
    forget_token: Callable[[str], None] | None = None
    if token is None:
        try:
            provider = open_provider(settings, context)
            login, secrets = provider.get_access(), provider.secrets
            token, forget_token = login.access.token.id, provider.forget_token
            connection, context = provider.connection, provider.context
            replace_token = provider.replace_token if login.cached else None
        except MissingCredentialsError as error:
            is_described = not isinstance(error, NoCredentialsError) and not _names_only_a_user(settings, context)
            if subject_token is None or is_described:
                raise
            token = subject_token
    try:
        with _open_client(connection, context, secrets) as client:
            yield AuthenticatedClient(client, token, replace_token, forget_token)
    except ServiceError as refusal:
        if refusal.kind == "unauthorized" and origin and origin.distance:
            refusal.add_sentence(f"The token came from {origin.words}.")
        raise


class AvailableToken(NamedTuple):
    """A token that needs no login, the service that issued it, and the secrets of its login.

    context: it knows where the URL of the service came from. forget_in_store: removes the token from the store behind
    the cache where no file tells its name there.
    """

    token: str
    connection: ConnectionSettings
    context: Context
    secrets: tuple[str, ...] = ()
    forget_in_store: Callable[[str], None] | None = None

    def __repr__(self) -> str:
        return "AvailableToken()"


@contextmanager
def open_client_with_token(available: AvailableToken) -> Iterator[AuthenticatedClient]:
    """Open a client that has only this token."""
    with _open_client(available.connection, available.context, available.secrets) as client:
        yield AuthenticatedClient(client, available.token, forget_token=available.forget_in_store)


def available_tokens(settings: Settings, context: Context) -> list[AvailableToken]:
    """Return the tokens that need no login: the one in the settings, or those in the cache."""
    _refuse_v11(settings, context)
    token = given_token(settings.credentials, context)
    if token is not None:
        return [AvailableToken(token, settings.connection, context)]
    try:
        provider = open_provider(settings, context)
    except NoCredentialsError:
        if context.fact is not None:
            raise
        return []
    return [
        AvailableToken(token, provider.connection, provider.context, provider.secrets, provider.forget_in_store)
        for token in provider.cached_tokens()
    ]


@contextmanager
def _open_client(
    connection: ConnectionSettings, context: Context, secrets: tuple[str, ...]
) -> Iterator[IdentityClient]:
    from .._api.client import IdentityClient
    from .._api.factory import open_client

    with open_client(IdentityClient, connection, context, secrets) as client:
        yield client


def _names_only_a_user(settings: Settings, context: Context) -> bool:
    """Return whether a username is all that is known, as it often is from a variable or the environment."""
    given = settings.credentials
    secrets = (given.api_key, given.password, given.token, given.passcode, given.session_id)
    cloud = None if context.source("cloud").is_hint else given.cloud
    return context.fact is None and not any((*secrets, given.credentials_file, cloud))


def _refuse_v11(settings: Settings, context: Context) -> None:
    if settings.connection.api_version == "v1.1":
        named = context.named_if_given("api_version")
        raise OptionError(f"{named} is v1.1, which can only log in. For everything else, use v2.0.")
