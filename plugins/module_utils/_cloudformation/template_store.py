# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates that are too large for a request: in S3, under the SHA-256 of their content."""

from __future__ import annotations

import base64
import hashlib
import typing as t
from urllib.parse import quote

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError

_DENIED_HINT = (
    "Templates in template_bucket need s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects."
)


class TemplateStore:
    """A bucket for templates.

    :param client: for S3
    :param prefix: in front of the names of the objects
    :param secrets: values to mask in messages
    """

    def __init__(self, client: t.Any, bucket: str, prefix: str, secrets: t.Sequence[str] = ()) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._secrets = list(secrets)

    def store(self, template: str) -> str:
        """Upload a template unless it is there, and return its URL.

        :raises OctoAwsError: the bucket does not exist, or AWS denied access
        """
        content = template.encode("utf-8")
        digest = hashlib.sha256(content)
        key = f"{self._prefix}{digest.hexdigest()}"
        if not self._has(key, len(content)):
            checksum = base64.b64encode(digest.digest()).decode("ascii")
            self._call("put_object", key, Body=content, ChecksumSHA256=checksum)
        # The path style is valid for names with dots, and in all partitions.
        return f"{self._client.meta.endpoint_url}/{self._bucket}/{quote(key)}"

    def _has(self, key: str, size: int) -> bool:
        try:
            return bool(self._call("head_object", key)["ContentLength"] == size)
        except OctoAwsError as error:
            if error.is_refusal("404", "NoSuchKey"):
                return False
            raise

    def _call(self, operation: str, key: str, **parameters: t.Any) -> dict[str, t.Any]:
        try:
            return call(self._client, operation, self._secrets, Bucket=self._bucket, Key=key, **parameters)
        except OctoAwsError as error:
            if error.is_refusal("403", "AccessDenied"):
                text = f"AWS denied access to s3://{self._bucket}/{key}, for the template."
                raise error.with_text(text, _DENIED_HINT, ErrorCode.ACCESS_DENIED) from None
            if error.is_refusal("NoSuchBucket"):
                text = f"There is no bucket {self._bucket}."
                hint = "Correct template_bucket, or create the bucket in the region of the stack."
                raise error.with_text(text, hint, ErrorCode.BUCKET_UNKNOWN) from None
            raise error.about(f"s3://{self._bucket}/{key}") from None
