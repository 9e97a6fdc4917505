# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the objects of a bucket.

A part, above ``_clients``.
"""

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
"""Bytes up to which an object is sent in one request."""
_PART = 8 * 1024 * 1024
_MOST_PARTS = 10_000
_PARTS_AT_ONCE = 4
_DELETED_AT_ONCE = 1_000
"""What S3 takes (Amazon S3 user guide, multipart upload limits; DeleteObjects)."""

_DENIED_HINT = "Uploads need s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects."


@dataclasses.dataclass(frozen=True)
class StoredObject:
    """An object as S3 has it.

    :param etag: without quotes
    :param version_id: ``None`` where the bucket keeps no versions
    :param metadata: empty where it was not asked for
    """

    etag: str
    version_id: str | None
    size: int = -1
    metadata: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


class Bucket:
    """One bucket, through one client."""

    def __init__(self, client: t.Any, name: str, secrets: t.Iterable[str] = ()) -> None:
        self.name = name
        self._client = client
        self._secrets = list(secrets)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Send no further request, but those that clean up. Whatever is under way fails with its next request."""
        self._stopped.set()

    def keys(self, prefix: str) -> t.Iterator[str]:
        """The keys of all objects below a prefix, all pages of them."""
        page: dict[str, t.Any] = {}
        while True:
            answer = self._call("list_objects_v2", Prefix=prefix, **page)
            for entry in answer.get("Contents", ()):
                if not entry["Key"].startswith(prefix):
                    raise self._other_than_asked(prefix, entry["Key"])
                yield entry["Key"]
            if not answer.get("IsTruncated"):
                return
            page = {"ContinuationToken": answer["NextContinuationToken"]}

    def check(self, prefix: str) -> None:
        """Find out whether it can be worked with. The answer to a HEAD request could not say why not.

        :raises OctoAwsError: it does not exist, or may not be looked at
        """
        self._call("list_objects_v2", Prefix=prefix, MaxKeys=1)

    def find(self, key: str) -> StoredObject | None:
        """An object without its content, if there is one."""
        try:
            answer = self._call("head_object", Key=key)
        except OctoAwsError as error:
            if error.is_refusal("404", "NoSuchKey"):
                return None
            if error.is_refusal("403"):
                raise error.with_text(
                    f"s3://{self.name}/{key}: AWS denied these credentials a look at it.",
                    _DENIED_HINT,
                    ErrorCode.ACCESS_DENIED,
                ) from None
            raise
        return _stored(answer, answer["ContentLength"], answer.get("Metadata", {}))

    def upload(self, key: str, path: str, size: int, sha256: str, settings: t.Mapping[str, t.Any]) -> StoredObject:
        """Make an object of a file, in parts where it is large. S3 compares what arrives with SHA-256 checksums.

        :param sha256: of the content of the file, in hexadecimal digits
        :param settings: arguments of ``put_object``
        :raises OctoAwsError: among others, the file is not what it was when its checksum was calculated
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
                raise _changed_meanwhile(path, error) from None
            raise

    def delete(self, keys: t.Sequence[str]) -> t.Iterator[str]:
        """Delete objects, and say which are gone. Where the bucket keeps versions, the versions stay.

        :raises OctoAwsError: not all could be deleted
        """
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            end = start + _DELETED_AT_ONCE
            batch = keys[start:end]
            answer = self._call("delete_objects", Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True})
            kept = {error["Key"]: error.get("Code") for error in answer.get("Errors", ())}
            yield from (key for key in batch if key not in kept)
            for key, aws_code in kept.items():
                denied = aws_code == "AccessDenied"
                raise OctoAwsError(
                    ErrorCode.ACCESS_DENIED if denied else ErrorCode.AWS_REFUSED,
                    f"Bucket {self.name}: {len(kept)} of {len(batch)} objects could not be deleted, {key} among them.",
                    hint="delete_removed needs s3:DeleteObject on them." if denied else "",
                    aws_code=aws_code,
                )

    def _other_than_asked(self, prefix: str, key: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"Bucket {self.name}: the list of what is below {prefix!r:.200} has {key!r:.200}.",
            hint="Nothing was done with it. Check AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
        )

    def _upload_in_parts(self, key: str, path: str, size: int, settings: t.Mapping[str, t.Any]) -> StoredObject:
        # S3 compares checksums of parts only if it knows from the beginning which algorithm they are of. The checksums
        # are calculated here, and so do not depend on the version and the settings of botocore.
        upload_id = self._call("create_multipart_upload", Key=key, ChecksumAlgorithm="SHA256", **settings)["UploadId"]
        length = max(_PART, -(-size // _MOST_PARTS))

        def send(number: int) -> dict[str, t.Any]:
            with open(path, "rb") as file:
                file.seek((number - 1) * length)
                part = file.read(length)
            named = {"PartNumber": number, "ChecksumSHA256": _base64(hashlib.sha256(part).digest())}
            return {**named, "ETag": self._call("upload_part", Key=key, UploadId=upload_id, Body=part, **named)["ETag"]}

        try:
            with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
                parts = list(pool.map(send, range(1, -(-size // length) + 1)))
            answer = self._call(
                "complete_multipart_upload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            # Parts that belong to no object cost money for as long as they are kept. Where this fails, too, a lifecycle
            # rule of the bucket removes them.
            with contextlib.suppress(OctoAwsError):
                self._call("abort_multipart_upload", Key=key, UploadId=upload_id)
            raise
        self._check_whole(key, answer, [part["ChecksumSHA256"] for part in parts])
        return _stored(answer)

    def _check_whole(self, key: str, answer: t.Mapping[str, t.Any], checksums: t.Sequence[str]) -> None:
        """Compare the checksum of an object made of parts, which is that of their checksums, and their number."""
        digest = hashlib.sha256(b"".join(map(base64.b64decode, checksums))).digest()
        # A service that is compatible with S3 may return none.
        if answer.get("ChecksumSHA256") not in (None, f"{_base64(digest)}-{len(checksums)}", _base64(digest)):
            raise OctoAwsError(
                ErrorCode.AWS_ANSWER_INVALID,
                f"s3://{self.name}/{key}: the object is stored, but its checksum is not that of the parts sent.",
                hint="Delete the object, and upload it again.",
            )

    def _call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        if self._stopped.is_set() and operation != "abort_multipart_upload":
            raise OctoAwsError(
                ErrorCode.EXECUTOR_FAILED,
                f"Bucket {self.name}: the upload was ended by a signal.",
                hint="Run it again: what is uploaded already is not uploaded again.",
            )
        try:
            return call(self._client, operation, self._secrets, Bucket=self.name, **parameters)
        except OctoAwsError as error:
            key = parameters.get("Key")
            raise error.about(f"s3://{self.name}/{key}" if key else f"Bucket {self.name}") from None


def _stored(answer: t.Mapping[str, t.Any], size: int = -1, metadata: t.Mapping[str, str] | None = None) -> StoredObject:
    version_id = answer.get("VersionId")
    # "null" is the version of a bucket that keeps none any more.
    return StoredObject(answer["ETag"].strip('"'), None if version_id == "null" else version_id, size, metadata or {})


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


def _changed_meanwhile(path: str, error: OctoAwsError) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.UPLOAD_SOURCE_INVALID,
        f"{path} is not what it was when its checksum was calculated: S3 refused the content.",
        hint="Upload it when nothing writes to it any more.",
        aws_code=error.aws_code,
        request_id=error.request_id,
    )
