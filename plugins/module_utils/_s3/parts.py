# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Upload a large file in parts, which several slices of a task can share."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._errors import ErrorCode, OctoAwsError

if t.TYPE_CHECKING:
    Call = t.Callable[..., dict[str, t.Any]]

_PART = 8 * 1024 * 1024
_MOST_PARTS = 10_000
"""A limit of S3 (Amazon S3 user guide, multipart upload limits)."""
_PARTS_AT_ONCE = 4


def upload_in_parts(
    call: Call,
    uri: str,
    path: str,
    size: int,
    settings: t.Mapping[str, t.Any],
    begun: dict[str, t.Any],
    is_over: t.Callable[[], bool],
) -> dict[str, t.Any] | None:
    """Upload a file, or go on with its upload. S3 verifies the parts with SHA-256 checksums.

    :param call: sends a request about the object
    :param uri: of the object
    :param begun: what earlier slices uploaded; empty for the first one. It is updated, and is plain data
    :param is_over: whether to begin no more parts; the first ones begin anyway
    :returns: the response that completed the upload; ``None`` if parts are missing
    :raises OctoAwsError: a request failed, or the file has changed since the upload began
    """
    resumed = bool(begun)
    try:
        return _upload(call, uri, path, size, settings, begun, is_over)
    except OctoAwsError as error:
        if not (resumed and error.is_refusal("NoSuchUpload")):
            raise
    # The slice before was lost after it had completed the upload, or a lifecycle rule has removed the parts.
    begun.clear()
    return _upload(call, uri, path, size, settings, begun, is_over)


def _upload(
    call: Call,
    uri: str,
    path: str,
    size: int,
    settings: t.Mapping[str, t.Any],
    begun: dict[str, t.Any],
    is_over: t.Callable[[], bool],
) -> dict[str, t.Any] | None:
    changed_at = os.stat(path).st_mtime_ns
    if not begun:
        # S3 verifies checksums of parts only if the algorithm is set in advance. They are calculated here, so that they
        # do not depend on the version and the settings of botocore.
        upload_id = call("create_multipart_upload", ChecksumAlgorithm="SHA256", **settings)["UploadId"]
        begun.update(upload_id=upload_id, changed_at=changed_at, parts={}, sent=0)
    upload_id, parts = begun["upload_id"], begun["parts"]
    length = max(_PART, -(-size // _MOST_PARTS))
    missing = [number for number in range(1, -(-size // length) + 1) if str(number) not in parts]

    def send(position: int) -> None:
        if position >= _PARTS_AT_ONCE and is_over():
            return
        number = missing[position]
        with open(path, "rb") as file:
            file.seek((number - 1) * length)
            part = file.read(length)
        arguments = {"PartNumber": number, "ChecksumSHA256": _base64(hashlib.sha256(part).digest())}
        response = call("upload_part", UploadId=upload_id, Body=part, **arguments)
        parts[str(number)] = {**arguments, "ETag": response["ETag"]}

    try:
        if begun["changed_at"] != changed_at:
            raise file_changed(path)
        with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
            list(pool.map(send, range(len(missing))))
        begun["sent"] = min(size, len(parts) * length)
        if begun["sent"] < size:
            return None
        whole = [parts[str(number)] for number in range(1, len(parts) + 1)]
        response = call("complete_multipart_upload", UploadId=upload_id, MultipartUpload={"Parts": whole})
    except BaseException:
        # AWS charges for stored parts of incomplete uploads. If this fails, too, a lifecycle rule of the bucket can
        # delete them.
        with contextlib.suppress(OctoAwsError):
            call("abort_multipart_upload", UploadId=upload_id)
        raise
    _check_whole(uri, response, [part["ChecksumSHA256"] for part in whole])
    return response


def file_changed(path: str, error: OctoAwsError | None = None) -> OctoAwsError:
    """Return the error for a file that changes during its upload.

    :param error: of S3, if it noticed
    """
    return OctoAwsError(
        ErrorCode.UPLOAD_SOURCE_INVALID,
        f"{path} has changed since its checksum was calculated{': S3 rejected the content' if error else ''}.",
        hint="Run the task again when the file no longer changes.",
        aws_code=error.aws_code if error else None,
        request_id=error.request_id if error else None,
    )


def _check_whole(uri: str, response: t.Mapping[str, t.Any], checksums: t.Sequence[str]) -> None:
    """Verify the checksum of an object with parts: the checksum of their checksums, and their number."""
    digest = hashlib.sha256(b"".join(map(base64.b64decode, checksums))).digest()
    # A service that is compatible with S3 may return none.
    if response.get("ChecksumSHA256") not in (None, f"{_base64(digest)}-{len(checksums)}", _base64(digest)):
        raise OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"{uri}: the object was stored, but its checksum does not match the uploaded parts.",
            hint="Delete the object, then run the task again.",
        )


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
