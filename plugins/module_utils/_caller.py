# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody who asks the service about tokens: with a token that was given, one that is kept, or one of a login."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.rackspace.identity.plugins.module_utils._credentials import own_token
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._session import Logins

if TYPE_CHECKING:
    from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient

_Answer = TypeVar("_Answer")


class Caller:
    """Somebody who asks the service about tokens: a client, and the token to ask with."""

    def __init__(
        self,
        client: IdentityClient,
        token: str,
        renew: Callable[[str], str] | None = None,
        forget: Callable[[str], None] | None = None,
    ) -> None:
        """renew gives a new token for one that the service refuses; None where there is no way to one.

        forget removes a token from where it is remembered; None where that is nowhere.
        """
        self.client = client
        self.token = token
        self._renew = renew
        self._forget = forget

    def ask(self, question: Callable[[str], _Answer]) -> _Answer:
        """What the service answers to a question asked with the token; a remembered token that it refuses is renewed.

        Once only: the second refusal is the caller's.
        """
        try:
            return question(self.token)
        except ServiceError as error:
            if error.kind != "unauthorized" or self._renew is None:
                raise
        self.token, self._renew = self._renew(self.token), None
        return question(self.token)

    def drop(self) -> None:
        """See to it that nobody else works with the token: the service does not know it any more."""
        if self._forget:
            self._forget(self.token)


@contextmanager
def caller(options: Mapping[str, Any], context: Context, subject: str | None = None) -> Iterator[Caller]:
    """Somebody who can ask about the token subject: with the token in the options as it is, or with that of a login.

    Where there is neither, the subject asks about itself. Raises every kind of IdentityError.
    """
    _refuse_v11(options)
    token = own_token(options, context)
    renew: Callable[[str], str] | None = None
    forget: Callable[[str], None] | None = None
    if token is None:
        try:
            logins = Logins(options, context)
            session = logins.get()
            token, forget = session.access.token.id, logins.forget
            renew = logins.replace if session.cached else None
        except MissingCredentialsError:
            if subject is None or _has_begun(options):
                raise
            token = subject
    with _client(options, context) as client:
        yield Caller(client, token, renew, forget)


@contextmanager
def token_holder(options: Mapping[str, Any], context: Context, token: str) -> Iterator[Caller]:
    """Somebody who has nothing but a token, and asks with it."""
    with _client(options, context) as client:
        yield Caller(client, token)


def tokens_at_hand(options: Mapping[str, Any], context: Context) -> list[str]:
    """The tokens that are there without a login: the one in the options, or those that are remembered."""
    _refuse_v11(options)
    token = own_token(options, context)
    if token is not None:
        return [token]
    try:
        return Logins(options, context).tokens()
    except MissingCredentialsError:
        if _has_begun(options):
            raise
        return []


@contextmanager
def _client(options: Mapping[str, Any], context: Context) -> Iterator[IdentityClient]:
    from ansible_collections.rackspace.identity.plugins.module_utils import _client, _connect

    with _connect.connected(_client.IdentityClient, options, context) as client:
        yield client


def _has_begun(options: Mapping[str, Any]) -> bool:
    """Whether somebody began to say who is asking, who is then told what is missing."""
    return any(options[name] for name in ("credentials_file", "passcode", "session_id"))


def _refuse_v11(options: Mapping[str, Any]) -> None:
    if options["api_version"] == "v1.1":
        raise OptionError("The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens.")
