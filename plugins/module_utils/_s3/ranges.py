# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Download an object into a file, in ranges that several slices of a task can share."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import tempfile
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._errors import ErrorCode, OctoAwsError
from .digests import digest_of
from .target_files import dest_invalid, unwritable

if t.TYPE_CHECKING:
    from .source_bucket import RemoteObject, SourceBucket

_RANGE = 16 * 1024 * 1024
"""Bytes of one request."""
_RANGES_AT_ONCE = 4
_ATTEMPTS = 3
"""Attempts to read a range: botocore retries only until the response begins."""
_LOST = (ErrorCode.ENDPOINT_UNREACHABLE, ErrorCode.AWS_ANSWER_INVALID)


def download_file(
    bucket: SourceBucket,
    remote: RemoteObject,
    path: str,
    mode: int,
    begun: dict[str, t.Any],
    is_over: t.Callable[[], bool],
) -> RemoteObject | None:
    """Download an object, or go on with its download. The file is complete, or not replaced.

    :param mode: of the file
    :param begun: what earlier slices downloaded; empty for the first one. It is updated, and is plain data
    :param is_over: whether to begin no more ranges; the first ones begin anyway
    :returns: the object with its metadata; ``None`` if ranges are missing
    :raises OctoAwsError: among others, the object has changed, or the file cannot be written
    """
    try:
        if begun and begun["etag"] != remote.etag:
            # Parts of two objects would be one file.
            with contextlib.suppress(OSError):
                os.unlink(begun["path"])
            begun.clear()
        if not begun or not os.path.isfile(begun["path"]):
            begun.clear()
            begun.update(path=_temporary_file(path), etag=remote.etag, done={}, sent=0)
        try:
            return _download(bucket, remote, path, mode, begun, is_over)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(begun["path"])
            begun.clear()
            raise
    except OSError as error:
        raise unwritable(path, error) from None


def _download(
    bucket: SourceBucket,
    remote: RemoteObject,
    path: str,
    mode: int,
    begun: dict[str, t.Any],
    is_over: t.Callable[[], bool],
) -> RemoteObject | None:
    starts = range(0, max(remote.size, 1), _RANGE)
    missing = [start for start in starts if str(start) not in begun["done"]]

    def fetch(position: int) -> None:
        if position >= _RANGES_AT_ONCE and is_over():
            return
        start = missing[position]
        found = _fetch(bucket, remote, begun["path"], start)
        begun["done"][str(start)] = None if start else dataclasses.astuple(found)

    if len(missing) > 1:
        with ThreadPoolExecutor(_RANGES_AT_ONCE) as pool:
            list(pool.map(fetch, range(len(missing))))
    elif missing:
        fetch(0)
    done = begun["done"]
    begun["sent"] = min(remote.size, len(done) * _RANGE)
    if len(done) < len(starts):
        return None
    found = type(remote)(*done["0"])
    _check(bucket.name, found, begun["path"])
    _finish(begun["path"], path, mode, found.modified)
    return found


def _fetch(
    bucket: SourceBucket, remote: RemoteObject, path: str, start: int, attempts: int = _ATTEMPTS
) -> RemoteObject:
    try:
        return _fetch_once(bucket, remote, path, start)
    except OctoAwsError as error:
        if error.code not in _LOST or attempts == 1:
            raise
    return _fetch(bucket, remote, path, start, attempts - 1)


def _fetch_once(bucket: SourceBucket, remote: RemoteObject, path: str, start: int) -> RemoteObject:
    end = min(start + _RANGE, remote.size)
    found, blocks = bucket.read(remote, start, end)
    with open(path, "r+b") as file:
        file.seek(start)
        for block in blocks:
            file.write(block)
        if file.tell() != end:
            raise _differs(bucket.name, remote.key)
    return found


def _temporary_file(path: str) -> str:
    """Create a private file beside the target, so that it can be renamed."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".octo-aws-", dir=folder)
    os.close(descriptor)
    return name


def _check(bucket: str, remote: RemoteObject, path: str) -> None:
    """Compare the content with the checksum of the object, if it has one."""
    if os.path.getsize(path) != remote.size or not has_checksum(path, remote, unknown=True):
        raise _differs(bucket, remote.key)


def has_checksum(path: str, remote: RemoteObject, *, unknown: bool) -> bool:
    """Whether a file has the content of an object.

    :param unknown: the result for an object without a checksum
    """
    if remote.sha256:
        return digest_of(path, hashlib.sha256()) == remote.sha256
    return _md5(path) == remote.md5 if remote.md5 else unknown


def _md5(path: str) -> str:
    return digest_of(path, hashlib.md5(usedforsecurity=False))


def _finish(temporary: str, path: str, mode: int, modified: float) -> None:
    os.chmod(temporary, mode)
    os.utime(temporary, (modified, modified))
    if os.path.isdir(path) and not os.path.islink(path):
        raise dest_invalid(f"{path} is a folder, not a file.", "Remove it, or correct dest.")
    os.replace(temporary, path)


def _differs(bucket: str, key: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"s3://{bucket}/{key}: the downloaded content does not match the size or the checksum of the object.",
        hint="Run the task again. If it fails again, upload the object again.",
    )
