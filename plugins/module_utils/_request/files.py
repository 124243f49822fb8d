# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the way to a service and back: in constant memory, compared and checked by length and MD5."""

from __future__ import annotations

import errno
import hashlib
import mimetypes
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from .._errors import InvalidResponseError, OptionError
from .._http.transport import host_of
from .._settings import Context
from .call import READING, Call
from .result import result_of
from .service_client import WITHOUT_METHOD, ServiceClient

_MAX_OBJECT_BYTES = 5 * 1024**3
_BLOCK_BYTES = 256 * 1024
_MD5 = re.compile(r"[0-9a-f]{32}")
_RANGE = re.compile(r"bytes=([0-9]{1,18})-[0-9]*", re.IGNORECASE)
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/", re.IGNORECASE)
_PARTIAL = 206
_NOT_MODIFIED = 304


def upload(client: ServiceClient, call: Call, path: str, context: Context, *, force: bool) -> dict[str, Any]:
    """Send a file, and return the result of the task.

    Without force, a PUT of what is there already is left out. Raises OptionError for a file that cannot be sent, and
    InvalidResponseError if the service stored something else.
    """
    source = _Source(path, "src")
    if source.size > _MAX_OBJECT_BYTES and client.target.is_object_store:
        raise OptionError(
            f"src: {path} has {source.size} bytes, and Cloud Files stores at most {_MAX_OBJECT_BYTES} in one piece. "
            "Split it, upload the parts, and PUT a manifest: see Large objects in the guide of Cloud Files."
        )
    if call.method == "PUT" and not force:
        there = client.find(Call("HEAD", call.url))
        if there and _is_same(there.response.headers, source):
            return {**result_of(client, there, context), "changed": False, **source.facts()}
    if context.check_mode:
        return {"changed": True, "url": call.url, "size": source.size}
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {**call.headers, "Content-Length": str(source.size)}
    if call.header("content-type") is None:
        headers["Content-Type"] = media_type
    # An empty body needs no stream, but has an MD5 too.
    stream = {"open_body": source.open} if source.size else {"body": b""}
    if not source.size:
        source.digest()
    reply = client.send(replace(call, headers=headers, **stream))
    stored = _md5_of(reply.response.headers)
    if stored and source.md5 and stored != source.md5 and call.method == "PUT":
        raise InvalidResponseError(
            host_of(reply.url), "the ETag of what it stored is not the MD5 of the file that was sent", client.peer
        )
    return {**result_of(client, reply, context), "changed": True, **source.facts()}


def download(client: ServiceClient, call: Call, dest: str, context: Context, *, force: bool) -> dict[str, Any]:
    """Save the body of a response, whole or not at all, and return the result of the task.

    Without force, what is there already is not transferred again. Raises OptionError for a file that cannot be written,
    and InvalidResponseError for a body that is not what the service announced.
    """
    path = _file_name(dest, call.url)
    present = _Source(path, "dest") if _exists(path) else None
    if context.check_mode:
        return _predict_download(client, call, path, present, context)
    headers, accepted = dict(call.headers), call.accepted
    is_conditional = call.method == "GET" and call.header("if-none-match") is None and call.header("range") is None
    if is_conditional and present and present.digest() and not force:
        headers["If-None-Match"] = str(present.md5)
        accepted = (*(call.accepted or range(200, 300)), _NOT_MODIFIED)
    with closing(_Partial(path)) as partial:
        reply = client.send(replace(call, headers=headers, accepted=accepted, open_sink=partial.open))
        response = reply.response
        if not _is_saved(response.status) and not (response.status == _NOT_MODIFIED and present):
            # An error that the user accepts: what is there stays as it is.
            return {**result_of(client, reply, context), "changed": call.is_change(response.status)}
        if response.status == _NOT_MODIFIED and present:
            facts, is_new = present.facts(), False
        else:
            if response.status == _PARTIAL and call.header("range") is None:
                raise InvalidResponseError(
                    host_of(reply.url), "it sent a part, and was asked for all of it", client.peer
                )
            if response.status == _PARTIAL and not _is_part_asked_for(call, response.headers, partial.size):
                raise InvalidResponseError(
                    host_of(reply.url), "it sent another part than the one that it was asked for", client.peer
                )
            expected = _md5_of(response.headers) if response.status != _PARTIAL else None
            if expected and partial.md5 and expected != partial.md5:
                raise InvalidResponseError(
                    host_of(reply.url), "the MD5 of the body is not the ETag that came with it", client.peer
                )
            facts, is_new = partial.facts(), present is None or present.digest() != partial.md5 or not partial.md5
        changed = context.place_file(partial.path if is_new else None, path)
    result = result_of(client, reply, context, is_saved=True)
    return {**result, "changed": changed, "dest": path, **facts}


def _predict_download(
    client: ServiceClient, call: Call, path: str, present: _Source | None, context: Context
) -> dict[str, Any]:
    if call.method not in READING:
        return {"changed": True, "url": call.url, "dest": path}
    accepted = (*call.accepted, *range(200, 300), *WITHOUT_METHOD)
    found = client.send(replace(call, method="HEAD", accepted=accepted))
    if found.response.status in WITHOUT_METHOD:
        return {"changed": True, "url": call.url, "dest": path}
    result = result_of(client, found, context)
    if not _is_saved(found.response.status):
        return {**result, "changed": False}
    # A part is never the same as the whole of which the service tells the MD5.
    is_same = present is not None and call.header("range") is None and _is_same(found.response.headers, present)
    # A module in check mode only tells whether attributes would change.
    changed = context.place_file(None, path) if is_same else True
    return {**result, "changed": changed, "dest": path}


def _is_saved(status: int) -> bool:
    return 200 <= status < 300


def _is_part_asked_for(call: Call, headers: Mapping[str, str], size: int) -> bool:
    """Return whether a part is where the header Range has it begin, and as long as the service says.

    A header with several ranges, or with a last part, has no such beginning, and neither has the response to it.
    """
    asked, sent = _RANGE.fullmatch(call.header("range") or ""), _CONTENT_RANGE.match(headers.get("content-range", ""))
    if not asked or not sent:
        return True
    first, last = map(int, sent.groups())
    return int(asked.group(1)) == first and last - first + 1 == size


def _is_same(headers: Mapping[str, str], source: _Source) -> bool:
    stored = _md5_of(headers)
    return stored is not None and headers.get("content-length") == str(source.size) and stored == source.digest()


def _md5_of(headers: Mapping[str, str]) -> str | None:
    """Return the MD5 that an ETag holds, or None: that of a large object in several parts is something else."""
    if "x-object-manifest" in headers or "x-static-large-object" in headers:
        return None
    etag = headers.get("etag", "").strip().lower()
    return etag if _MD5.fullmatch(etag) else None


def _file_name(dest: str, url: str) -> str:
    """Return the path of the file to write; in a directory, it has the name of what the URL names."""
    if not os.path.isdir(dest) and not dest.endswith(os.sep):
        return os.path.abspath(dest)
    name = os.path.basename(unquote(urlsplit(url).path))
    if name in ("", ".", "..") or "\x00" in name:
        raise OptionError(f"dest: {dest} is a directory, and the URL does not name a file. Add a name to dest.")
    return os.path.abspath(os.path.join(dest, name))


def _exists(path: str) -> bool:
    """Return whether there is a file to replace. Raises OptionError for what no file can be called."""
    try:
        os.lstat(path)
    except OSError as error:
        # Not os.path.lexists, for which a name that is too long is only missing.
        if error.errno == errno.ENAMETOOLONG:
            raise _problem("dest", path, error, "written") from None
        return False
    except ValueError:
        raise OptionError("dest contains a null character.") from None
    return True


def _md5() -> Any:
    """Return an MD5 to update, or None where the system forbids it."""
    try:
        # It checks a transfer, and protects nothing.
        return hashlib.md5(usedforsecurity=False)
    except TypeError:
        # Python 3.8 does not know the argument.
        return hashlib.md5()  # noqa: S324
    except ValueError:
        return None


def _problem(option: str, path: str, error: OSError, what: str) -> OptionError:
    return OptionError(f"{option}: {path} cannot be {what}: {error.strerror or error}.")


class _Source:
    """A file to send or to compare, of a size that is known from the start. option: the one that names it."""

    def __init__(self, path: str, option: str) -> None:
        self._path, self._option = path, option
        self.md5: str | None = None
        try:
            self.size = os.stat(path).st_size
        except OSError as error:
            raise self.problem(error) from None
        except ValueError:
            raise OptionError(f"{option} contains a null character.") from None
        if not os.path.isfile(path):
            raise OptionError(f"{option}: {path} is not a file.")
        if not self.size and self._has_content():
            raise OptionError(f"{option}: {path} has content but no size, as in /proc. Copy it to an ordinary file.")

    def _has_content(self) -> bool:
        try:
            with open(self._path, "rb") as stream:
                return bool(stream.read(1))
        except OSError as error:
            raise self.problem(error) from None

    def problem(self, error: OSError) -> OptionError:
        return _problem(self._option, self._path, error, "read")

    def cut(self) -> OptionError:
        return OptionError(
            f"{self._option}: {self._path} became shorter while it was read. Try again when it is complete."
        )

    def facts(self) -> dict[str, Any]:
        return {"size": self.size, "checksum": self.md5}

    def digest(self) -> str | None:
        """Read the whole file, and return its MD5."""
        if self.md5 is None:
            stream = self.open()
            try:
                while stream.read(_BLOCK_BYTES):
                    pass
            finally:
                stream.close()
        return self.md5

    def open(self) -> _Stream:
        try:
            # Unbuffered: it is read in large blocks.
            return _Stream(self, open(self._path, "rb", buffering=0))
        except OSError as error:
            raise self.problem(error) from None


class _Stream:
    """A file while it is read from its start; at its end its source knows the MD5."""

    def __init__(self, source: _Source, file: Any) -> None:
        self._source, self._file, self._left, self._hash = source, file, source.size, _md5()

    def read(self, size: int = -1) -> bytes:
        """Return up to this many bytes of the file, as long as it was when it was opened first."""
        size = self._left if size < 0 else min(size, self._left)
        try:
            data: bytes = self._file.read(size) if size else b""
        except OSError as error:
            raise self._source.problem(error) from None
        if size and not data:
            raise self._source.cut()
        self._left -= len(data)
        if self._hash:
            self._hash.update(data)
            if not self._left:
                self._source.md5 = self._hash.hexdigest()
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Partial:
    """A file beside the destination, which is removed unless it was moved there."""

    def __init__(self, dest: str) -> None:
        self._dest, self._hash, self.size = dest, _md5(), 0
        # It takes as long to digest a block as to receive and write the next one.
        self._digesting = ThreadPoolExecutor(1)
        self._digested: Future[object] | None = None
        directory = os.path.dirname(dest)
        if not os.path.isdir(directory):
            raise OptionError(f"dest: the directory {directory} does not exist.")
        try:
            descriptor, self.path = tempfile.mkstemp(prefix=".rax_request-", dir=directory)
        except OSError as error:
            raise _problem("dest", directory, error, "written to") from None
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def close(self) -> None:
        """Remove the file if it is still there."""
        self._digesting.shutdown()
        self._file.close()
        with suppress(OSError):
            os.unlink(self.path)

    @property
    def md5(self) -> str | None:
        self._wait()
        return self._hash.hexdigest() if self._hash else None

    def _wait(self) -> None:
        if self._digested:
            self._digested.result()
            self._digested = None

    def facts(self) -> dict[str, Any]:
        return {"size": self.size, "checksum": self.md5}

    def open(self, _status: int) -> Callable[[bytes], object]:
        """Start anew, and return what takes the body."""
        self._wait()
        self._file.seek(0)
        self._file.truncate()
        self._hash, self.size = _md5(), 0
        return self._write

    def _write(self, data: bytes) -> None:
        self._wait()
        if self._hash:
            self._digested = self._digesting.submit(self._hash.update, data)
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise _problem("dest", self._dest, error, "written") from None
        self.size += len(data)
