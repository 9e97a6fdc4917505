# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of a bucket that are downloaded."""

from __future__ import annotations

import dataclasses
import typing as t

from .._aws.errors import explain
from .._errors import ErrorCode, OctoAwsError
from .bucket import Bucket
from .options import CONTENT_NAME

_BLOCK = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class RemoteObject:
    """An object to download, as it was listed or requested.

    :param etag: without quotes
    :param modified: when it was last modified, in seconds since 1970
    :param version_id: ``None`` if it was not requested, or the bucket has no versioning
    :param sha256: the checksum of the content from its metadata; empty if it is not known
    :param md5: the same from its ETag
    :param complete: whether its metadata was requested
    """

    key: str
    etag: str
    size: int
    modified: float
    version_id: str | None = None
    sha256: str = ""
    md5: str = ""
    complete: bool = False


class SourceBucket(Bucket):
    """A bucket and its client, for downloads.

    :param version_id: the version of the only object to read; ``None`` for the latest
    """

    TRANSFER = "download"
    DENIED_HINT = "Downloads need s3:GetObject on the objects, s3:GetObjectVersion for version_id, and s3:ListBucket."

    def __init__(self, client: t.Any, name: str, secrets: t.Iterable[str] = (), version_id: str | None = None) -> None:
        super().__init__(client, name, secrets)
        self._version = {"VersionId": version_id} if version_id else {}

    def look_up(self, key: str) -> RemoteObject | None:
        """Return an object with its metadata, or ``None`` if it does not exist."""
        response = self._head(key, **self._version)
        return _remote(key, response["ContentLength"], response) if response else None

    def read(self, remote: RemoteObject, start: int, end: int) -> tuple[RemoteObject, t.Iterator[bytes]]:
        """Begin to read bytes of an object, which must be the one that was listed.

        :param end: the position after the last byte
        :returns: the object with its metadata, and the blocks of its content
        :raises OctoAwsError: among others, the object has changed
        """
        parameters = dict(self._version)
        if end - start < remote.size:
            parameters["Range"] = f"bytes={start}-{end - 1}"
        try:
            response = self._call("get_object", Key=remote.key, IfMatch=f'"{remote.etag}"', **parameters)
        except OctoAwsError as error:
            raise self._explained(error, remote.key) from None
        return _remote(remote.key, remote.size, response), self._blocks(remote.key, response["Body"])

    def _blocks(self, key: str, body: t.Any) -> t.Iterator[bytes]:
        with body:
            while True:
                try:
                    block = body.read(_BLOCK)
                except Exception as error:  # of botocore and of urllib3
                    explained = explain(error, endpoint=self._client.meta.endpoint_url, secrets=self._secrets)
                    raise explained.about(f"s3://{self.name}/{key}") from None
                if not block:
                    return
                yield block

    def _explained(self, error: OctoAwsError, key: str) -> OctoAwsError:
        place = f"s3://{self.name}/{key}"
        if error.is_refusal("PreconditionFailed", "412", "NoSuchKey", "NoSuchVersion"):
            return error.with_text(
                f"{place}: the object was changed or deleted during the download.",
                "Run the task again.",
                ErrorCode.OBJECT_CHANGED,
            )
        if error.is_refusal("InvalidObjectState"):
            return error.with_text(
                f"{place}: the object is archived, and cannot be downloaded.",
                "Restore it first, with aws s3api restore-object, or add it to exclude.",
                ErrorCode.OBJECT_ARCHIVED,
            )
        return error.with_text(error.message, self.DENIED_HINT) if error.code is ErrorCode.ACCESS_DENIED else error


def _remote(key: str, size: int, response: t.Mapping[str, t.Any]) -> RemoteObject:
    etag, version_id = response["ETag"].strip('"'), response.get("VersionId")
    # The ETag of an object with parts, or with a key of KMS or the customer, is no MD5 (Amazon S3 API, Object).
    plain = response.get("ServerSideEncryption") in (None, "AES256") and not response.get("SSECustomerAlgorithm")
    return RemoteObject(
        key,
        etag,
        size,
        response["LastModified"].timestamp(),
        # "null" is the version ID of a bucket with suspended versioning.
        None if version_id == "null" else version_id,
        response.get("Metadata", {}).get(CONTENT_NAME, ""),
        etag if plain and "-" not in etag else "",
        complete=True,
    )
