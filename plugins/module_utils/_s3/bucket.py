# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of a bucket: list, upload and delete."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError
from .source_files import unreadable

_ONE_REQUEST = 16 * 1024 * 1024
"""The largest object, in bytes, that is uploaded in one request."""
_PART = 8 * 1024 * 1024
_MOST_PARTS = 10_000
_PARTS_AT_ONCE = 4
_DELETED_AT_ONCE = 1_000
"""Limits of S3 (Amazon S3 user guide, multipart upload limits; DeleteObjects)."""

_DENIED_HINT = "Uploads need s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects."


@dataclasses.dataclass(frozen=True)
class StoredObject:
    """An object in S3.

    :param etag: without quotes
    :param version_id: ``None`` if the bucket has no versioning
    :param metadata: empty if it was not requested
    """

    etag: str
    version_id: str | None
    size: int = -1
    metadata: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


class Bucket:
    """A bucket and its client."""

    def __init__(self, client: t.Any, name: str, secrets: t.Iterable[str] = ()) -> None:
        self.name = name
        self._client = client
        self._secrets = list(secrets)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Reject all further requests, except those that clean up."""
        self._stopped.set()

    def keys(self, prefix: str) -> t.Iterator[str]:
        """Yield the keys of all objects with a prefix, from all pages."""
        page: dict[str, t.Any] = {}
        while True:
            response = self._call("list_objects_v2", Prefix=prefix, **page)
            for entry in response.get("Contents", ()):
                if not entry["Key"].startswith(prefix):
                    raise self._unexpected_key(prefix, entry["Key"])
                yield entry["Key"]
            if not response.get("IsTruncated"):
                return
            page = {"ContinuationToken": response["NextContinuationToken"]}

    def check(self, prefix: str) -> None:
        """Check that the bucket exists and can be listed. The response to a HEAD request would have no reason.

        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        self._call("list_objects_v2", Prefix=prefix, MaxKeys=1)

    def find(self, key: str) -> StoredObject | None:
        """Return an object without its content, or ``None`` if it does not exist."""
        try:
            response = self._call("head_object", Key=key)
        except OctoAwsError as error:
            if error.is_refusal("404", "NoSuchKey"):
                return None
            if error.is_refusal("403"):
                raise error.with_text(
                    f"s3://{self.name}/{key}: AWS denied access to the object.",
                    _DENIED_HINT,
                    ErrorCode.ACCESS_DENIED,
                ) from None
            raise
        return _stored(response, response["ContentLength"], response.get("Metadata", {}))

    def upload(self, key: str, path: str, size: int, sha256: str, settings: t.Mapping[str, t.Any]) -> StoredObject:
        """Upload a file, in parts if it is large. S3 verifies the content with SHA-256 checksums.

        :param sha256: the checksum of the file, in hexadecimal digits
        :param settings: arguments of ``put_object``
        :raises OctoAwsError: among others, the file has changed since its checksum was calculated
        """
        try:
            if size > _ONE_REQUEST:
                return self._upload_in_parts(key, path, size, settings)
            with open(path, "rb") as file:
                checksum = _base64(bytes.fromhex(sha256))
                return _stored(self._call("put_object", Key=key, Body=file, ChecksumSHA256=checksum, **settings))
        except OSError as error:
            raise unreadable(path, error) from None
        except OctoAwsError as error:
            if error.is_refusal("BadDigest", "XAmzContentSHA256Mismatch"):
                raise _file_changed(path, error) from None
            raise

    def delete(self, keys: t.Sequence[str]) -> t.Iterator[str]:
        """Delete objects, and yield the keys of the deleted ones. Versions of a versioned bucket are kept.

        :raises OctoAwsError: an object could not be deleted
        """
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            end = start + _DELETED_AT_ONCE
            batch = keys[start:end]
            response = self._call("delete_objects", Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True})
            kept = {error["Key"]: error.get("Code") for error in response.get("Errors", ())}
            yield from (key for key in batch if key not in kept)
            for key, aws_code in kept.items():
                denied = aws_code == "AccessDenied"
                raise OctoAwsError(
                    ErrorCode.ACCESS_DENIED if denied else ErrorCode.AWS_REFUSED,
                    f"Bucket {self.name}: {len(kept)} of {len(batch)} objects could not be deleted, including {key}.",
                    hint="Allow s3:DeleteObject on the objects, or set delete_removed: false." if denied else "",
                    aws_code=aws_code,
                )

    def _unexpected_key(self, prefix: str, key: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"Bucket {self.name}: the list of objects with the prefix {prefix!r:.200} has {key!r:.200}.",
            hint="The response was ignored. Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
        )

    def _upload_in_parts(self, key: str, path: str, size: int, settings: t.Mapping[str, t.Any]) -> StoredObject:
        # S3 verifies checksums of parts only if the algorithm is set in advance. They are calculated here, so that they
        # do not depend on the version and the settings of botocore.
        upload_id = self._call("create_multipart_upload", Key=key, ChecksumAlgorithm="SHA256", **settings)["UploadId"]
        length = max(_PART, -(-size // _MOST_PARTS))

        def send(number: int) -> dict[str, t.Any]:
            with open(path, "rb") as file:
                file.seek((number - 1) * length)
                part = file.read(length)
            arguments = {"PartNumber": number, "ChecksumSHA256": _base64(hashlib.sha256(part).digest())}
            response = self._call("upload_part", Key=key, UploadId=upload_id, Body=part, **arguments)
            return {**arguments, "ETag": response["ETag"]}

        try:
            with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
                parts = list(pool.map(send, range(1, -(-size // length) + 1)))
            response = self._call(
                "complete_multipart_upload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            # AWS charges for stored parts of incomplete uploads. If this fails, too, a lifecycle rule of the bucket can
            # delete them.
            with contextlib.suppress(OctoAwsError):
                self._call("abort_multipart_upload", Key=key, UploadId=upload_id)
            raise
        self._check_whole(key, response, [part["ChecksumSHA256"] for part in parts])
        return _stored(response)

    def _check_whole(self, key: str, response: t.Mapping[str, t.Any], checksums: t.Sequence[str]) -> None:
        """Verify the checksum of an object with parts: the checksum of their checksums, and their number."""
        digest = hashlib.sha256(b"".join(map(base64.b64decode, checksums))).digest()
        # A service that is compatible with S3 may return none.
        if response.get("ChecksumSHA256") not in (None, f"{_base64(digest)}-{len(checksums)}", _base64(digest)):
            raise OctoAwsError(
                ErrorCode.AWS_ANSWER_INVALID,
                f"s3://{self.name}/{key}: the object was stored, but its checksum does not match the uploaded parts.",
                hint="Delete the object, then run the task again.",
            )

    def _call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        if self._stopped.is_set() and operation != "abort_multipart_upload":
            raise OctoAwsError(
                ErrorCode.EXECUTOR_FAILED,
                f"Bucket {self.name}: the upload was interrupted by a signal.",
                hint="Run the task again: files that are uploaded already are not uploaded again.",
            )
        try:
            return call(self._client, operation, self._secrets, Bucket=self.name, **parameters)
        except OctoAwsError as error:
            key = parameters.get("Key")
            raise error.about(f"s3://{self.name}/{key}" if key else f"Bucket {self.name}") from None


def _stored(
    response: t.Mapping[str, t.Any], size: int = -1, metadata: t.Mapping[str, str] | None = None
) -> StoredObject:
    version_id = response.get("VersionId")
    # "null" is the version ID of a bucket with suspended versioning.
    return StoredObject(response["ETag"].strip('"'), None if version_id == "null" else version_id, size, metadata or {})


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


def _file_changed(path: str, error: OctoAwsError) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.UPLOAD_SOURCE_INVALID,
        f"{path} has changed since its checksum was calculated: S3 rejected the content.",
        hint="Run the task again when the file no longer changes.",
        aws_code=error.aws_code,
        request_id=error.request_id,
    )
