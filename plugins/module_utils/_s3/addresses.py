# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of the objects of a bucket."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, urlsplit

_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}
"""The DNS suffixes of partitions, as in ``partitions.json`` of botocore."""
_ACCESS_POINT = re.compile(r"arn:[a-z-]+:s3:([a-z0-9-]+):([0-9]{12}):accesspoint[/:](.+)")


class Addresses(t.NamedTuple):
    """The values that the addresses of a bucket depend on.

    :param bucket: its name, or the ARN of an access point
    :param endpoint: the URL of a service that is compatible with S3; empty for S3 itself
    """

    bucket: str
    partition: str
    region: str
    endpoint: str = ""

    @classmethod
    def of(cls, bucket: str, meta: t.Any) -> Addresses:
        """Return the addresses of a bucket.

        :param meta: of a botocore client
        """
        host = urlsplit(meta.endpoint_url).hostname or ""
        own = any(host.endswith(f".{suffix}") for suffix in _SUFFIXES.values())
        return cls(bucket, meta.partition, meta.region_name, "" if own else meta.endpoint_url.rstrip("/"))

    def of_key(self, key: str) -> dict[str, str | None]:
        """Return the addresses of an object, by their names in the result of a task."""
        return {"uri": f"s3://{self.bucket}/{key}", "url": self._url(key), "arn": self._arn(key)}

    def _arn(self, key: str) -> str:
        if self.bucket.startswith("arn:"):
            return f"{self.bucket}/object/{key}"
        return f"arn:{self.partition}:s3:::{self.bucket}/{key}"

    def _url(self, key: str) -> str | None:
        path = quote(key, safe="/~")
        suffix = _SUFFIXES.get(self.partition, "amazonaws.com")
        point = _ACCESS_POINT.fullmatch(self.bucket)
        if point:
            region, account_id, name = point.groups()
            return f"https://{name}-{account_id}.s3-accesspoint.{region}.{suffix}/{path}"
        if self.bucket.startswith("arn:"):
            return None
        if self.endpoint:
            return f"{self.endpoint}/{self.bucket}/{path}"
        if "." in self.bucket or not self.bucket.islower():
            # The certificate of S3 is valid for one label before it, and a host name has no upper case.
            return f"https://s3.{self.region}.{suffix}/{self.bucket}/{path}"
        return f"https://{self.bucket}.s3.{self.region}.{suffix}/{path}"
