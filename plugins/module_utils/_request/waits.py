# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until a service has done what it accepted: a job, the status of a resource, or its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from .. import _clock
from .._errors import IdentityError, OptionError
from .._settings import DETAILED, VERBOSE, Context
from .call import GONE, Call
from .result import result_of
from .service_client import ServiceClient
from .target import quoted_path

_JOB_KEY, _JOB_DONE, _JOB_FAILED = "status", ("COMPLETED",), ("ERROR",)


class Wait(NamedTuple):
    """The option wait. key: where the state is in the response, as names separated by dots. Times are in seconds."""

    path: str | None
    key: str | None
    values: tuple[str, ...]
    failures: tuple[str, ...]
    gone: bool
    timeout: float
    interval: float


def read_wait(given: Mapping[str, Any] | None) -> Wait | None:
    """Return the option wait, checked before anything is sent. Raises OptionError."""
    if given is None:
        return None
    key, values = given["key"] or None, _texts("values", given["values"])
    if (key is None) != (not values):
        raise OptionError("wait: key and values belong together: give both, or neither.")
    if given["gone"] and key is not None:
        raise OptionError("wait: gone and key are mutually exclusive: give one of the two.")
    failures = _texts("failures", given["failures"])
    if given["gone"] and failures:
        # They are values of key.
        raise OptionError("wait: gone and failures are mutually exclusive: give one of the two.")
    path = given["path"]
    return Wait(
        quoted_path(path) if path is not None else None,
        key,
        values,
        failures,
        given["gone"],
        _seconds("timeout", given["timeout"]),
        _seconds("interval", given["interval"]),
    )


def _texts(name: str, given: Sequence[Any] | None) -> tuple[str, ...]:
    items = given or ()
    if any(isinstance(item, (dict, list)) for item in items):
        raise OptionError(f"wait: {name} must be a list of strings.")
    return tuple(str(item) for item in items)


def _seconds(name: str, seconds: float) -> float:
    if not 0 < seconds <= 7 * 24 * 3600:
        raise OptionError(f"wait: {name} must be a number of seconds, more than 0 and at most a week.")
    return seconds


def wait_for(
    client: ServiceClient, call: Call, wait: Wait, result: Mapping[str, Any], context: Context
) -> dict[str, Any]:
    """Ask again and again until what a request has begun is done, and return its result with the last response.

    Raises IdentityError of the kind wait_failed or wait_timeout, and every kind that a request can end with.
    """
    url, wait = _subject(client, call, wait, result)
    poll = call.look(url, (*range(200, 300), *(GONE if wait.gone else ())))
    started, waited, state = _clock.monotonic(), 0, "unknown"
    poll = replace(poll, retry_deadline=started + wait.timeout)
    while True:
        left = poll.retry_deadline - _clock.monotonic()
        try:
            last = client.send(poll)
        except IdentityError as error:
            if error.kind == "over_limit" and left < client.patience:
                raise _timed_out(client, wait, f"{state}, and a rate limit allows no further look") from None
            if left < (error.retry_after or 0) <= client.patience:
                # Not the error itself, which would say that retry_max_wait is too short for it.
                raise _timed_out(client, wait, f"{state}, and the service is not available before") from None
            raise
        waited += 1
        if last.response.status in GONE:
            return {**result, "json": None, "waited": waited}
        found = result_of(client, last, context)
        state = "still there" if wait.gone else _state(found.get("json"), wait.key or "")
        context.tell(
            DETAILED, f"{client.target.words}: {client.for_message(state)} after {_clock.monotonic() - started:.0f} s"
        )
        if not wait.gone and _is_one_of(state, wait.values):
            context.tell(VERBOSE, f"Waited {_clock.monotonic() - started:.0f} s for {client.target.words}: {state}")
            return {**result, "json": found.get("json"), "waited": waited}
        if _is_one_of(state, wait.failures):
            raise _failed(client, wait, state, found.get("json"))
        left = poll.retry_deadline - _clock.monotonic()
        if left <= 0:
            raise _timed_out(client, wait, state)
        _clock.sleep(min(wait.interval, left))


def _subject(client: ServiceClient, call: Call, wait: Wait, result: Mapping[str, Any]) -> tuple[str, Wait]:
    """Return the URL to ask, and what to wait for, completed for jobs."""
    payload, own_url = result.get("json"), str(result["url"])
    # The URL of a POST is that of a list, or of an action.
    is_known = call.method != "POST"
    callback = payload.get("callbackUrl") if isinstance(payload, dict) else None
    if wait.path is not None:
        url, is_known = client.target.url(wait.path), True
    elif isinstance(callback, str) and callback and not wait.key and not wait.gone:
        url = client.follow(callback, own_url)
        if "showdetails=" not in url.lower():
            # Without it, there would be neither the response nor the error of the job.
            url = f"{url}{'&' if '?' in url else '?'}showDetails=true"
        return url, wait._replace(key=_JOB_KEY, values=_JOB_DONE, failures=wait.failures or _JOB_FAILED)
    else:
        location = (result.get("headers") or {}).get("location")
        url = client.follow(location, own_url) if location else own_url
        is_known = is_known or bool(location)
    if not wait.key and not wait.gone:
        raise OptionError(
            "wait: the response does not name a job to wait for. Give key and values, such as server.status and ACTIVE"
            ", or gone. The request itself was accepted."
        )
    if not is_known:
        job = " To wait for its job, leave out key, values and gone." if callback else ""
        raise OptionError(
            "wait: the response to the POST does not say where to look, since it has no Location. Give path in wait, "
            f"or wait in a task of its own, with method=GET and the path of what was created.{job} The request itself "
            "was accepted."
        )
    return url, wait


def _state(payload: Any, key: str) -> str:
    value = payload
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "without a state" if value is None else str(value)


def _is_one_of(state: str, states: tuple[str, ...]) -> bool:
    return state.casefold() in {one.casefold() for one in states}


def _timed_out(client: ServiceClient, wait: Wait, state: str) -> IdentityError:
    return IdentityError(
        f"{client.target.words} did not finish what it accepted within {wait.timeout:g} seconds: it is "
        f"{client.for_message(state)}. It may still finish later; raise timeout in wait.",
        kind="wait_timeout",
    )


def _failed(client: ServiceClient, wait: Wait, state: str, payload: Any) -> IdentityError:
    said = client.for_message(_reason(payload) or "")
    return IdentityError(
        f"What {client.target.words} accepted ended with {wait.key} {client.for_message(state)}"
        f"{f': {said}' if said else ''}. "
        "Correct the cause, and run the task again.",
        kind="wait_failed",
    )


def _reason(payload: Any) -> str | None:
    """Return why something failed: a job has `error`, a server has `fault` inside, others have a message."""
    if not isinstance(payload, dict):
        return None
    for fault in (payload.get("error"), payload.get("fault"), payload):
        if isinstance(fault, str) and fault.strip():
            return fault.strip().rstrip(".")
        if isinstance(fault, dict):
            parts = [str(fault[key]).strip() for key in ("message", "details") if fault.get(key)]
            if parts:
                return ": ".join(dict.fromkeys(parts)).rstrip(".")
    inner = [value for value in payload.values() if isinstance(value, dict)]
    return next(filter(None, map(_reason, inner)), None)
