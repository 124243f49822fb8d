# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wire without a network: it records what `requests` would send, and responds with what the test prepared."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import requests
from urllib3 import HTTPResponse
from urllib3._collections import HTTPHeaderDict

from ansible_collections.rackspace.identity.plugins.module_utils._api.xml_codec import load as load_xml


@dataclass(frozen=True)
class Sent:
    """One request as it reached the adapter, and how the adapter was told to send it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    timeout: Any
    verify: Any
    proxies: dict[str, str]

    @property
    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body or b"")

    @property
    def xml(self) -> dict[str, Any]:
        """Return an XML body as the payload that it would be in JSON."""
        return load_xml(self.body or b"")


def _body_of(request: requests.PreparedRequest) -> bytes | None:
    """Return the body as http.client sends it: one that is read is read to its end."""
    body: Any = request.body
    if hasattr(body, "read"):
        return b"".join(iter(lambda: body.read(7), b""))
    return body.encode() if isinstance(body, str) else body


class FakeWire:
    """A replacement for HTTPAdapter.send. Each request takes the next prepared response; one too many is an error."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.pending: list[tuple[int, bytes, HTTPHeaderDict] | tuple[BaseException, bool]] = []

    def respond(
        self, status: int = 200, payload: Any = None, *, body: bytes = b"", headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Prepare a response: a payload to encode as JSON, or a body as it is."""
        pairs = HTTPHeaderDict()
        if payload is not None:
            body = json.dumps(payload).encode()
            pairs.add("Content-Type", "application/json")
        for name, value in headers:
            pairs.add(name, value)
        self.pending.append((status, body, pairs))

    def fail(self, exception: BaseException, *, sent: bool = False) -> None:
        """Prepare an exception from the adapter. sent: whether it had sent any of the request by then."""
        self.pending.append((exception, sent))

    @property
    def only(self) -> Sent:
        """Return the request, of which there must be exactly one."""
        assert len(self.sent) == 1, f"{len(self.sent)} requests were sent"
        return self.sent[0]

    def send(
        self,
        adapter: Any,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Do what HTTPAdapter.send does, without a network."""
        assert stream, "a response must be read piece by piece"
        assert cert is None
        self.sent.append(
            Sent(
                str(request.method),
                str(request.url),
                dict(request.headers),
                _body_of(request),
                timeout,
                verify,
                dict(proxies or {}),
            )
        )
        assert self.pending, f"unexpected request: {request.method} {request.url}"
        prepared = self.pending.pop(0)
        if len(prepared) == 2:
            exception, adapter.attempt.sent = prepared
            raise exception
        adapter.attempt.sent = True
        status, body, headers = prepared
        raw = HTTPResponse(
            io.BytesIO(body),
            headers=headers,
            status=status,
            preload_content=False,
            request_method=request.method,
            # As older versions do.
            enforce_content_length=False,
        )
        response: requests.Response = adapter.build_response(request, raw)
        return response
