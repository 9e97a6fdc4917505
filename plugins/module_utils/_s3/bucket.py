# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of a bucket: list, upload and delete."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import email.utils
import functools
import threading
import time
import typing as t

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError
from .addresses import Addresses
from .parts import file_changed, upload_in_parts
from .source_files import unreadable

_ONE_REQUEST = 16 * 1024 * 1024
"""The largest object, in bytes, that is uploaded in one request."""
_DELETED_AT_ONCE = 1_000
"""A limit of S3 (Amazon S3 API, DeleteObjects)."""


@dataclasses.dataclass(frozen=True)
class StoredObject:
    """An object in S3.

    :param etag: without quotes
    :param version_id: ``None`` if the bucket has no versioning
    :param metadata: empty if it was not requested
    :param modified: the earliest and the latest time of its modification, in seconds since 1970; empty if not known
    """

    etag: str
    version_id: str | None
    size: int = -1
    metadata: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    modified: tuple[float, ...] = ()


class ListedObject(t.NamedTuple):
    """An object in a list.

    :param etag: without quotes
    :param modified: in seconds since 1970
    """

    etag: str
    size: int
    modified: float


class Page(t.NamedTuple):
    """A page of a list.

    :param region: of the bucket; empty if it is not known
    :param next: the token of the next page; ``None`` for the last one
    """

    region: str
    objects: list[tuple[str, ListedObject]]
    next: str | None


class Bucket:
    """A bucket and its client."""

    TRANSFER: t.ClassVar[str] = "upload"
    DENIED_HINT: t.ClassVar[str] = (
        "Uploads need s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects."
    )

    def __init__(self, client: t.Any, name: str, secrets: t.Iterable[str] = ()) -> None:
        self.name = name
        self._client = client
        self._secrets = list(secrets)
        self._stopped = threading.Event()

    @property
    def addresses(self) -> Addresses:
        """The addresses of its objects."""
        return Addresses.of(self.name, self._client.meta)

    def stop(self) -> None:
        """Reject all further requests, except those that clean up."""
        self._stopped.set()

    def pages(self, prefix: str, first: str = "") -> t.Iterator[Page]:
        """Yield the pages of the list of objects with a prefix.

        :param first: the token of the first page to yield; empty for all pages
        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        following: str | None = first
        while following is not None:
            page = self.page(prefix, following)
            yield page
            following = page.next

    def page(self, prefix: str, token: str, **limit: t.Any) -> Page:
        """Return one page of the list of objects with a prefix.

        :param token: of the page; empty for the first one
        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        place = {"ContinuationToken": token} if token else {}
        response = self._call("list_objects_v2", Prefix=prefix, **limit, **place)
        contents = response.get("Contents", ())
        for entry in contents:
            if not entry["Key"].startswith(prefix):
                raise self._unexpected_key(prefix, entry["Key"])
        objects = [
            (entry["Key"], ListedObject(entry["ETag"].strip('"'), entry["Size"], entry["LastModified"].timestamp()))
            for entry in contents
        ]
        more = response["NextContinuationToken"] if response.get("IsTruncated") else None
        return Page(_region(response), objects, more)

    def check(self, prefix: str) -> str:
        """Check that the bucket exists and can be listed. The response to a HEAD request would have no reason.

        :returns: the region of the bucket; empty if it is not known
        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        return _region(self._call("list_objects_v2", Prefix=prefix, MaxKeys=1))

    def create(self) -> None:
        """Create the bucket in the region of the client.

        :raises OctoAwsError: another AWS account has a bucket with this name, or AWS denied it, among others
        """
        region = self._client.meta.region_name
        # us-east-1 is the default, and not a valid location.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            self._call("create_bucket", **place)
        except OctoAwsError as error:
            if error.is_refusal("BucketAlreadyOwnedByYou"):
                return
            if error.is_refusal("BucketAlreadyExists"):
                raise error.with_text(
                    f"Bucket {self.name}: it cannot be created, since another AWS account has a bucket with this name.",
                    "Choose another name.",
                    ErrorCode.BUCKET_TAKEN,
                ) from None
            if error.code is ErrorCode.ACCESS_DENIED:
                raise error.with_text(error.message, "Allow s3:CreateBucket, or remove create_bucket.") from None
            raise

    def find(self, key: str) -> StoredObject | None:
        """Return an object without its content, or ``None`` if it does not exist."""
        response = self._head(key)
        if not response:
            return None
        modified = (response["LastModified"].timestamp(),) * 2 if "LastModified" in response else ()
        return _stored(response, response["ContentLength"], response.get("Metadata", {}), modified)

    def _head(self, key: str, **parameters: t.Any) -> dict[str, t.Any] | None:
        try:
            return self._call("head_object", Key=key, **parameters)
        except OctoAwsError as error:
            # 405 is the status of a version that is a delete marker.
            if error.is_refusal("404", "405"):
                return None
            if error.is_refusal("403"):
                raise error.with_text(
                    f"s3://{self.name}/{key}: AWS denied access to the object.",
                    self.DENIED_HINT,
                    ErrorCode.ACCESS_DENIED,
                ) from None
            raise

    def upload(
        self,
        key: str,
        path: str,
        size: int,
        sha256: str,
        settings: t.Mapping[str, t.Any],
        begun: dict[str, t.Any] | None = None,
        is_over: t.Callable[[], bool] = lambda: False,
    ) -> StoredObject | None:
        """Upload a file, in parts if it is large. S3 verifies the content with SHA-256 checksums.

        :param sha256: the checksum of the file, in hexadecimal digits
        :param settings: arguments of ``put_object``
        :param begun: see :func:`.parts.upload_in_parts`, as for ``is_over``
        :returns: the object; ``None`` if parts are missing
        :raises OctoAwsError: among others, the file has changed since its checksum was calculated
        """
        try:
            if size > _ONE_REQUEST:
                response = upload_in_parts(
                    functools.partial(self._call, Key=key),
                    f"s3://{self.name}/{key}",
                    path,
                    size,
                    settings,
                    {} if begun is None else begun,
                    is_over,
                )
                return self._completed(key, response) if response else None
            with open(path, "rb") as file:
                checksum = _base64(bytes.fromhex(sha256))
                begun_at = time.monotonic()
                response = self._call("put_object", Key=key, Body=file, ChecksumSHA256=checksum, **settings)
                modified = _moment_of(response, time.monotonic() - begun_at)
                return _stored(response, size, settings.get("Metadata", {}), modified)
        except OSError as error:
            raise unreadable(path, error) from None
        except OctoAwsError as error:
            if error.is_refusal("BadDigest", "XAmzContentSHA256Mismatch"):
                raise file_changed(path, error) from None
            raise

    def _completed(self, key: str, response: t.Mapping[str, t.Any]) -> StoredObject:
        """Return an object that was uploaded in parts. Its time is that of its first request, in a slice before."""
        stored = _stored(response)
        # Without permission for it, the next upload requests the object.
        with contextlib.suppress(OctoAwsError):
            found = self.find(key)
            if found and (found.etag, found.version_id) == (stored.etag, stored.version_id):
                return found
        return stored

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

    def _call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        if self._stopped.is_set() and operation != "abort_multipart_upload":
            raise OctoAwsError(
                ErrorCode.EXECUTOR_FAILED,
                f"Bucket {self.name}: the {self.TRANSFER} was interrupted by a signal.",
                hint=f"Run the task again: files that are {self.TRANSFER}ed already are not {self.TRANSFER}ed again.",
            )
        try:
            return call(self._client, operation, self._secrets, Bucket=self.name, **parameters)
        except OctoAwsError as error:
            key = parameters.get("Key")
            raise error.about(f"s3://{self.name}/{key}" if key else f"Bucket {self.name}") from None


def _stored(
    response: t.Mapping[str, t.Any],
    size: int = -1,
    metadata: t.Mapping[str, str] | None = None,
    modified: tuple[float, ...] = (),
) -> StoredObject:
    version_id = response.get("VersionId")
    etag = response["ETag"].strip('"')
    # "null" is the version ID of a bucket with suspended versioning.
    return StoredObject(etag, None if version_id == "null" else version_id, size, metadata or {}, modified)


def _headers(response: t.Mapping[str, t.Any]) -> t.Mapping[str, str]:
    return t.cast("t.Mapping[str, str]", response.get("ResponseMetadata", {}).get("HTTPHeaders", {}))


def _region(response: t.Mapping[str, t.Any]) -> str:
    return str(_headers(response).get("x-amz-bucket-region", ""))


def _moment_of(response: t.Mapping[str, t.Any], elapsed: float) -> tuple[float, ...]:
    """Return when S3 stored an object, by its clock, which is rounded to seconds. The response does not say it.

    :param elapsed: seconds of the request
    """
    try:
        date = email.utils.parsedate_to_datetime(_headers(response)["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return ()
    return (date - elapsed - 1, date + 1)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
