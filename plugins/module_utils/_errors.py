# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection: each has a kind, and a message that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._text import MAX_CHARACTERS, one_line

if TYPE_CHECKING:
    from ._models import MfaChallenge

KIND_OF_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "over_limit",
    429: "over_limit",
    500: "service_fault",
    502: "service_unavailable",
    503: "service_unavailable",
    504: "service_unavailable",
}
"""The HTTP status decides the kind; every other status is `unexpected_status`."""

CONFLICTS = dict.fromkeys((409, 410, 412, 422), "conflict")
"""Statuses with which the services of the catalog say that the state of a resource does not allow a request."""

KINDS = frozenset({*KIND_OF_STATUS.values(), *CONFLICTS.values()}) | {
    "missing_credentials",
    "ambiguous_credentials",
    "mfa_required",
    "mfa_not_set_up",
    "user_disabled",
    "unreachable",
    "tls",
    "timeout",
    "invalid_response",
    "no_endpoint",
    "ambiguous_endpoint",
    "unexpected_status",
    "missing_library",
    "too_many_items",
    "wait_failed",
    "wait_timeout",
}
"""Every value that `error.kind` can have."""


class Fault(NamedTuple):
    """The content of an error response's body; parts that it does not mention are None.

    retry_after: seconds to wait, where the body says so.
    """

    name: str | None = None
    message: str | None = None
    details: str | None = None
    retry_after: float | None = None

    @property
    def sentence(self) -> str | None:
        """Return what the service says: its message, or its details if those are all it says, as in problem+json."""
        return self.message or self.details


class Peer(NamedTuple):
    """The service at the other end, as messages speak of it.

    name: what it should be. address: what says where it is. request: what else a request is made of, and how it must
    look. repeat_if_cut: whether a response that breaks off is worth another attempt.
    """

    name: str
    address: str
    request: str
    repeat_if_cut: bool = False


IDENTITY = Peer("an identity service", "identity_url", "identity_url, which must look like https://host/v2.0,")


class DecodeError(Exception):
    """A body does not have the expected form; the text says where, without any value."""


class StoreError(Exception):
    """The store that controllers share cannot be used; the message says why, and holds no secret."""


class IdentityError(Exception):
    """A failure of any kind. The message says in one or two sentences what failed and what to do.

    It is one line that a terminal shows as it is, whatever the names and values in it hold: a service chose many.

    status, fault and request_id are the service's own, with secrets removed; retry_after is in seconds. All of them
    are empty where no response arrived.
    """

    kind: str = "bad_request"

    def __init__(
        self,
        text: str,
        *,
        kind: str | None = None,
        status: int | None = None,
        fault: Fault | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(one_line(text, MAX_CHARACTERS))
        if kind:
            self.kind = kind
        self.status = status
        self.fault = fault or Fault()
        self.retry_after = retry_after
        self.request_id = request_id

    def add_sentence(self, sentence: str) -> None:
        """Add a sentence to the message."""
        self.args = (f"{self} {sentence}",)

    def as_result(self) -> dict[str, Any]:
        """Return the failure as modules do: `msg`, and the structured `error` beside it."""
        return {
            "msg": str(self),
            "error": {
                "kind": self.kind,
                "status": self.status,
                "fault": self.fault.name,
                "message": self.fault.message,
                "details": self.fault.details,
                "retry_after": self.retry_after,
                "request_id": self.request_id,
            },
        }


class OptionError(IdentityError):
    """An option has a value that cannot be used; nothing was sent."""

    kind = "bad_request"


class MissingCredentialsError(IdentityError):
    """The credentials are incomplete or missing."""

    kind = "missing_credentials"


class NoCredentialsError(MissingCredentialsError):
    """Nothing describes a login, not even in part."""


class AmbiguousCredentialsError(IdentityError):
    """More than one way to log in is given."""

    kind = "ambiguous_credentials"


class MissingLibraryError(IdentityError):
    """A Python library that the task needs is not installed where the plugin runs."""

    kind = "missing_library"

    def __init__(self, library: str) -> None:
        super().__init__(f"The Python library {library} is missing.")
        self.library = library


class TransportError(IdentityError):
    """No response arrived: `unreachable`, `tls` or `timeout`."""

    kind = "unreachable"


class InvalidResponseError(IdentityError):
    """A response arrived that is not what was asked for; reason completes the sentence."""

    kind = "invalid_response"

    def __init__(self, host: str, reason: str, peer: Peer = IDENTITY, **response: Any) -> None:
        text = f"{host} did not respond like {peer.name}: {reason}. Check {peer.address} and proxy."
        super().__init__(text, **response)


class ServiceError(IdentityError):
    """The service responded with an error; its HTTP status decided the kind."""

    kind = "unexpected_status"

    def with_hint(self, hint: str) -> ServiceError:
        """Return the same error with a sentence more, or itself for an empty one."""
        if hint:
            self.add_sentence(hint)
        return self

    def with_message(self, message: str) -> ServiceError:
        """Return the same error in other words."""
        self.args = (message,)
        return self


class MfaRequiredError(ServiceError):
    """The service asks for a second factor. challenge says how to continue; it is a secret and not part of any text."""

    kind = "mfa_required"
    challenge: MfaChallenge | None = None


class NoEndpointError(IdentityError):
    """Nothing in the catalog matches; the message lists what exists."""

    kind = "no_endpoint"


class AmbiguousEndpointError(IdentityError):
    """More than one endpoint matches; the message names them and the option that decides."""

    kind = "ambiguous_endpoint"
