# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request, as the options describe it: bodies, headers, statuses, and what cannot be sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import METHODS
from ansible_collections.rackspace.identity.plugins.module_utils._request.call import Call, read_call

NOTHING: dict[str, Any] = {
    "method": "POST",
    "body": None,
    "src": None,
    "dest": None,
    "headers": None,
    "status_code": None,
    "retry_on": None,
    "paginate": None,
    "max_items": 10000,
    "unless": None,
}


def call(**given: Any) -> Call:
    return read_call({**NOTHING, **given})


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({"a": [1, None, True, "\u00e9"]}, b'{"a": [1, null, true, "\\u00e9"]}'),
        ([], b"[]"),
    ],
)
def test_dict_and_list_are_sent_as_json(body: Any, sent: bytes) -> None:
    read = call(body=body)
    assert read.body == sent
    assert read.headers == {"Accept": "application/json", "Content-Type": "application/json"}


@pytest.mark.parametrize(("body", "sent"), [("", b""), ("a=\u00e9\n", b"a=\xc3\xa9\n")])
def test_string_is_sent_as_it_is(body: Any, sent: bytes) -> None:
    read = call(body=body)
    assert read.body == sent
    assert read.headers == {"Accept": "application/json"}


def test_no_body() -> None:
    assert call() == Call("POST", headers={"Accept": "application/json"})


def test_headers_of_the_user_replace_those_of_the_module() -> None:
    media_type = "application/openstack-images-v2.1-json-patch"
    read = call(method="PATCH", body=[{"op": "add"}], headers={"content-type": media_type, "ACCEPT": "text/plain"})
    assert read.headers == {"content-type": media_type, "ACCEPT": "text/plain"}
    assert (read.header("accept"), read.header("x-none")) == ("text/plain", None)


def test_everything_is_accepted_for_a_file() -> None:
    assert call(method="GET", dest="/x").headers == {"Accept": "*/*"}


@pytest.mark.parametrize("name", ["X-Auth-Token", "Host", "content-length", "Transfer-Encoding"])
def test_headers_that_the_module_sets(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        call(headers={name: "x"})
    assert str(caught.value) == f"headers: {name} is set by the module itself. Leave it out."


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"body": "x", "src": "/x"}, "body and src are mutually exclusive: give one of the two."),
        ({"body": "", "src": "/x"}, "body and src are mutually exclusive: give one of the two."),
        ({"method": "PATCH", "src": "/x"}, "src needs method=PUT or method=POST, not PATCH."),
        ({"method": "GET", "src": "/x"}, "src needs method=PUT or method=POST, not GET."),
        (
            {"method": "HEAD", "dest": "/x"},
            "dest needs method=GET or method=POST, not HEAD: other responses have nothing to save.",
        ),
        ({"src": "/x", "dest": "/y"}, "src and dest are mutually exclusive: give one of the two."),
        (
            {"method": "GET", "body": {}},
            "body cannot be sent with GET: a service ignores the body of a GET.",
        ),
        (
            {"method": "HEAD", "body": "x"},
            "body cannot be sent with HEAD: a service ignores the body of a HEAD.",
        ),
        ({"body": 7}, "body must be a string, a dict or a list. Quote a number that is meant as text."),
        ({"body": True}, "body must be a string, a dict or a list. Quote a number that is meant as text."),
        ({"body": {"a": {1, 2}}}, "body cannot be written as JSON, which does not have all of its values."),
        ({"body": {"a": float("nan")}}, "body cannot be written as JSON, which does not have all of its values."),
        ({"body": "\udc80"}, "body is not valid UTF-8. Send binary data with src."),
        ({"status_code": [99]}, "status_code: 99 is not the status of a response. Use 200 to 599."),
        ({"status_code": [204, 600]}, "status_code: 600 is not the status of a response. Use 200 to 599."),
    ],
)
def test_what_cannot_be_sent(given: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        call(**given)
    assert str(caught.value) == text


def test_retry_on() -> None:
    # Keys are strings once they went through JSON to a module.
    assert call(retry_on={422: "PENDING_UPDATE", "409": "busy"}).retry_on == {422: "PENDING_UPDATE", 409: "busy"}


@pytest.mark.parametrize(
    ("status", "text"), [(200, "x"), (600, "x"), ("4xx", "x"), (True, "x"), (422, ""), (422, None), (422, 7)]
)
def test_retry_on_that_cannot_be_used(status: Any, text: Any) -> None:
    with pytest.raises(OptionError) as caught:
        call(retry_on={status: text})
    assert str(caught.value) == (
        "retry_on must map statuses from 400 to 599 to a text that the error contains, as in {422: PENDING_UPDATE}, "
        f"not {status!r} to {text!r}."
    )


def test_a_dictionary_in_retry_on_is_not_shown() -> None:
    with pytest.raises(OptionError) as caught:
        call(retry_on={422: {"token": {"id": "tokensecret"}}})
    assert str(caught.value).endswith("not 422 to a dictionary or list.")


@pytest.mark.parametrize(("accepted", "successes"), [(None, [200, 204, 299]), ([204, 404], [204, 404]), ([302], [302])])
def test_which_statuses_are_a_success(accepted: list[int] | None, successes: list[int]) -> None:
    read = call(status_code=accepted)
    assert [status for status in (199, 200, 204, 299, 300, 302, 404) if read.is_success(status)] == successes


def test_what_is_a_change() -> None:
    assert [method for method in METHODS if Call(method).is_change(200)] == ["POST", "PUT", "PATCH", "DELETE", "COPY"]
    assert [method for method in METHODS if Call(method).is_change(404)] == ["POST", "PUT", "PATCH", "COPY"]
    assert not Call("DELETE").is_change(410)
    assert Call("DELETE").is_change(409)


def test_what_is_repeatable() -> None:
    assert [method for method in METHODS if not Call(method).is_repeatable] == ["POST", "PATCH"]
