# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which wire format a request is in, and which one its answer shall have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Request

from identity_service.errors import ApiError, bad_request
from identity_service.representations import AnswerForm, Forms, LoginForm

V11_PREFIX = "/v1.1/"
_AnyAnswerForm = TypeVar("_AnyAnswerForm", bound=AnswerForm)
_AnyLoginForm = TypeVar("_AnyLoginForm", bound=LoginForm)


def answer_form(request: Request, forms: Mapping[str, _AnyAnswerForm]) -> _AnyAnswerForm:
    """The form that the client accepts, the first one where it likes several as much; 406 where there is none."""
    if "Accept" not in request.headers:
        return next(iter(forms.values()))
    qualities = {media_type: _quality(request, media_type) for media_type in forms}
    best = max(qualities, key=lambda media_type: qualities[media_type])
    if qualities[best] <= 0:
        raise ApiError("notAcceptable", f"The service answers with: {', '.join(forms)}.")
    return forms[best]


def v11_answer_form(request: Request, forms: Mapping[str, _AnyAnswerForm]) -> _AnyAnswerForm:
    """As ``answer_form``, but an extension of the path counts for more than the Accept header."""
    for form in forms.values():
        if request.path.endswith("." + form.media_type.rpartition("/")[2]):
            return form
    return answer_form(request, forms)


def error_form(request: Request, forms: Forms) -> AnswerForm:
    """The form of a fault: the one that is accepted, or the version's first one where none is."""
    is_v11 = request.path.startswith(V11_PREFIX)
    try:
        return v11_answer_form(request, forms.v11) if is_v11 else answer_form(request, forms.v20)
    except ApiError:
        return next(iter(forms.v11.values())) if is_v11 else next(iter(forms.v20.values()))


def body_form(request: Request, forms: Mapping[str, _AnyLoginForm], untyped: str | None = None) -> _AnyLoginForm:
    """The form of the request body; 400 where the content type is another one, or missing.

    ``untyped`` is the media type of a body without Content-Type, where the documents show one.
    """
    media_type = untyped if untyped and "Content-Type" not in request.headers else request.mimetype
    form = forms.get(media_type)
    if form is None:
        raise bad_request(f"Content-Type must be one of: {', '.join(forms)}.")
    if request.mimetype_params.get("charset", "utf-8").casefold() != "utf-8":
        raise bad_request("The request body must be UTF-8.")
    return form


def _quality(request: Request, media_type: str) -> float:
    """What the most specific of the ranges that fit says about a media type (RFC 9110, 12.5.1)."""
    family = media_type.partition("/")[0]
    ranges = [(value.partition(";")[0].strip().lower(), quality) for value, quality in request.accept_mimetypes]
    for fitting in (media_type, f"{family}/*", "*/*"):
        qualities = [quality for value, quality in ranges if value == fitting]
        if qualities:
            return max(qualities)
    return 0
