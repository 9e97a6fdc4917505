# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The template of a stack set: compared with the present one, and uploaded only for a request."""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import parse_qs, unquote, urlsplit

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused
from .options import LARGEST_STORED_TEMPLATE, LARGEST_TEMPLATE, template_size
from .template_store import TemplateStore

_BUCKET_IN_HOST = re.compile(r"(?P<bucket>.+)\.s3[.-].*amazonaws\.com(?:\.cn)?")
_DENIED_HINT = "To compare the template, s3:GetObject is needed, as it is for CloudFormation itself."


class StackSetTemplate:
    """The template of a task.

    :param body: the text; empty for a template in S3
    :param s3_client: returns a client for S3
    :param kept: plain data for the next slice
    """

    def __init__(
        self,
        options: t.Mapping[str, t.Any],
        body: str,
        s3_client: t.Callable[[], t.Any],
        secrets: t.Sequence[str],
        kept: dict[str, t.Any],
    ) -> None:
        self._options = options
        self._body = body
        self._s3_client = s3_client
        self._secrets = secrets
        self._kept = kept

    def is_same(self, present: str) -> bool:
        """Whether the template has the same content as that of the stack set.

        :raises OctoAwsError: the template cannot be read from S3
        """
        body = self._body or self._read()
        if _normalized(body) == _normalized(present):
            return True
        try:
            return bool(json.loads(body) == json.loads(present))
        except ValueError:
            return False

    def parameters(self) -> dict[str, str]:
        """Return the parameters of a request with this template, after an upload if it is too large for a request."""
        if self._options.get("template_url"):
            return {"TemplateURL": self._options["template_url"]}
        if template_size(self._body) <= LARGEST_TEMPLATE:
            return {"TemplateBody": self._body}
        if "template_url" not in self._kept:
            bucket, prefix = self._options["template_bucket"], self._options["template_prefix"]
            store = TemplateStore(self._s3_client(), bucket, prefix, self._secrets)
            self._kept["template_url"] = store.store(self._body)
        return {"TemplateURL": self._kept["template_url"]}

    def _read(self) -> str:
        bucket, key, version = parse_template_url(self._options["template_url"])
        try:
            response = call(self._s3_client(), "get_object", self._secrets, Bucket=bucket, Key=key, **version)
        except OctoAwsError as error:
            if error.is_refusal("403", "AccessDenied", "404", "NoSuchKey", "NoSuchBucket"):
                text = f"The template s3://{bucket}/{key} of template_url cannot be read: {error.message}"
                raise error.with_text(text, _DENIED_HINT, ErrorCode.TEMPLATE_UNREADABLE) from None
            raise error.about(f"s3://{bucket}/{key}") from None
        content: bytes = response["Body"].read(LARGEST_STORED_TEMPLATE + 1)
        return content.decode("utf-8", "replace")


def parse_template_url(url: str) -> tuple[str, str, dict[str, str]]:
    """Return bucket, key and version of an object in S3, from its URL in path style or with the bucket in the host.

    :raises OctoAwsError: it is not the URL of an object
    """
    parts = urlsplit(url)
    path = unquote(parts.path).lstrip("/")
    in_host = _BUCKET_IN_HOST.fullmatch(parts.hostname or "")
    bucket, _slash, key = (in_host["bucket"], "", path) if in_host else path.partition("/")
    if not bucket or not key:
        raise refused(
            "template_url", "is not the URL of an object in S3", "Use https://BUCKET.s3.REGION.amazonaws.com/KEY."
        )
    version = parse_qs(parts.query).get("versionId")
    return bucket, key, {"VersionId": version[0]} if version else {}


def _normalized(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
