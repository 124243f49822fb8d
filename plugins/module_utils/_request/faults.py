# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the error responses of the services of the catalog, and say what to do about them."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

from .._api.media_types import read_fault
from .._api.service_errors import service_error
from .._errors import CONFLICTS, Fault, ServiceError
from .._http.transport import Response, host_of
from .call import Call

_MAX_PLAIN_BYTES = 4096
_UNPROCESSABLE = 422
# Cloud Files: <html><h1>Not Found</h1><p>The resource could not be found.</p></html>
# Cloud Images: <body><h1>404 Not Found</h1>No image found with ID 1<br /></body>
_PAGE = re.compile(r"<h1>(.*?)</h1>(?:\s*<p>(.*?)</p>|([^<]+))?", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

_WAYS_OUT = {
    "bad_request": "Compare path, query and body with the service's words in error.message.",
    "unauthorized": "The service does not accept the token for this; check path, service_type and region.",
    "forbidden": "This user may not do that; ask the account administrator.",
    "not_found": "Check path; service_type, service_name and region choose the endpoint.",
    "method_not_allowed": "Check method and path.",
    "not_acceptable": "Check the headers Accept and Content-Type.",
    "conflict": "Its state does not allow this now. Try again later, or use retry_on to wait for it.",
    "unexpected_status": "If this status is a success here, add it to status_code.",
    "redirect": "It points to {target}. Only GET and HEAD follow redirects, up to 5, and only on the same host.",
}
# These say more than their kind.
_WAYS_OUT_OF_STATUS = {
    410: "It was deleted, and does not come back. If that is a success here, add 410 to status_code.",
    412: "What is there does not meet the condition. Compare it with the headers of the request that begin with If-.",
    415: "The service does not accept this kind of body. Check the header Content-Type, and whether body is a string.",
}
_WRONG_ETAG = (
    "The MD5 of the body is not the one in the header ETag. Correct the header, or leave it out: the module compares "
    "the MD5 of a file itself."
)


def read_service_fault(body: bytes, now: datetime) -> Fault:
    """Return what an error body of any service says: JSON, XML, a page of HTML or plain text. Never raises.

    now: the service's time.
    """
    fault = read_fault(body, now)
    if fault.name or fault.sentence or fault.retry_after or len(body) > _MAX_PLAIN_BYTES:
        return fault
    text = body.decode("utf-8", "replace").strip()
    page = _PAGE.search(text)
    if page:
        parts = [" ".join(unescape(_TAG.sub(" ", part or "")).split()) for part in page.groups()]
        return Fault(message=": ".join(filter(None, parts)) or None)
    return Fault() if not text or text[0] in "<{[" else Fault(message=text)


def request_error(doing: str, response: Response, url: str, call: Call) -> ServiceError:
    """Return the error for the response to a call, from a URL. doing: the call, as the subject of a sentence."""
    way_out = _WAYS_OUT_OF_STATUS.get(response.status)
    if response.status == _UNPROCESSABLE and call.method == "PUT" and call.header("etag"):
        way_out = _WRONG_ETAG
    kind = CONFLICTS.get(response.status, "unexpected_status")
    return service_error(
        doing, host_of(url), response, {**_WAYS_OUT, **({kind: way_out} if way_out else {})}, CONFLICTS
    )
