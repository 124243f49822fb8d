# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of Cloud Files for names, metadata and ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import Headers

from cloud_services.problems import Problem

_MOST_ITEMS = 90
_LONGEST_NAME = 128
_LONGEST_VALUE = 256
_LONGEST_WHOLE = 4096


def check_name(name: str, longest: int) -> None:
    """Respond with 400 to a name that is too long."""
    if len(name.encode()) > longest:
        raise Problem(400, "The name is too long.")


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def given_metadata(headers: Headers, kind: str) -> dict[str, str]:
    """Return the metadata in the headers of a request."""
    prefix = f"x-{kind.lower()}-meta-"
    return {
        _title(name[len(prefix) :]): value.encode("latin-1").decode("utf-8", "replace")
        for name, value in headers.items()
        if name.lower().startswith(prefix)
    }


def checked(metadata: dict[str, str]) -> dict[str, str]:
    """Return metadata after checking it against the limits; respond with 400 to more."""
    sizes = [(len(name.encode()), len(value.encode())) for name, value in metadata.items()]
    too_long = any(name > _LONGEST_NAME or value > _LONGEST_VALUE or not name for name, value in sizes)
    if too_long or len(sizes) > _MOST_ITEMS or sum(name + value for name, value in sizes) > _LONGEST_WHOLE:
        raise Problem(400, "The metadata is too large.")
    return metadata


def changed_metadata(headers: Headers, kind: str, before: dict[str, str]) -> dict[str, str]:
    """Return the metadata of an account or container after a request. An empty value removes an item."""
    removing = f"x-remove-{kind.lower()}-meta-"
    removed = {_title(name[len(removing) :]) for name, _value in headers.items() if name.lower().startswith(removing)}
    merged = {**before, **given_metadata(headers, kind)}
    return checked({name: value for name, value in merged.items() if value and name not in removed})


def metadata_headers(prefix: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return metadata as the headers of a response."""
    return {f"{prefix}{name}": value.encode().decode("latin-1") for name, value in metadata.items()}


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return offset and size of the requested part, or None for the whole. Raises a 416.

    A header that is malformed, or that asks for several parts, is ignored, as the standard allows.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        count = min(int(last), size)
        start, end = size - count, size
    else:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise Problem(416, "", headers={"Content-Range": f"bytes */{size}"})
    return start, end - start


def etags(header: str | None) -> Iterable[str]:
    """Return the ETags in a header, without quotes."""
    return [part.strip().removeprefix("W/").strip('"') for part in (header or "").split(",") if part.strip()]
