# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fake AWS refuses what S3 refuses; ``tests/fake_aws/README.md`` has the table."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import typing as t

import botocore.session
import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket
from botocore.config import Config
from botocore.exceptions import ClientError

PART = 5 * 1024 * 1024


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class Rules:
    """Requests as no upload of the collection makes them."""

    def __init__(self, client: t.Any) -> None:
        self.client = client
        self.passed = 0

    def refused(self, code: str, operation: str, **parameters: t.Any) -> None:
        with pytest.raises(ClientError) as raised:
            getattr(self.client, operation)(Bucket="rules", **parameters)
        assert raised.value.response["Error"]["Code"] == code, (operation, parameters, str(raised.value))
        self.passed += 1

    def upload(self, sizes: t.Sequence[int], algorithm: str | None, **checksums: str) -> dict[str, t.Any]:
        """The parameters of a completion."""
        declared = {"ChecksumAlgorithm": algorithm} if algorithm else {}
        upload_id = self.client.create_multipart_upload(Bucket="rules", Key="rules", **declared)["UploadId"]
        parts = []
        for number, size in enumerate(sizes, 1):
            part = self.client.upload_part(
                Bucket="rules", Key="rules", UploadId=upload_id, PartNumber=number, Body=b"x" * size, **checksums
            )
            told = {name: value for name, value in part.items() if name.startswith("ChecksumSHA")}
            parts.append({"PartNumber": number, "ETag": part["ETag"], **told})
        return {"Key": "rules", "UploadId": upload_id, "MultipartUpload": {"Parts": parts}}

    def parts(self) -> None:
        checksum = {"ChecksumSHA256": sha256(b"x" * PART)}
        undeclared = self.upload([PART, PART], None, **checksum)
        self.refused("InvalidPart", "complete_multipart_upload", **undeclared)
        declared = self.upload([PART, PART], "SHA256", **checksum)
        listed = declared["MultipartUpload"]["Parts"]
        for wrong, code in (
            (
                [{name: value for name, value in part.items() if name[:8] != "Checksum"} for part in listed],
                "InvalidRequest",
            ),
            ([listed[0], {**listed[1], "ChecksumSHA256": sha256(b"y")}], "InvalidPart"),
            (listed[::-1], "InvalidPartOrder"),
            ([*listed, {**listed[1], "PartNumber": 3}], "InvalidPart"),
        ):
            self.refused(code, "complete_multipart_upload", **{**declared, "MultipartUpload": {"Parts": wrong}})
        part = {"Key": "rules", "UploadId": declared["UploadId"], "PartNumber": 3, "Body": b"x"}
        self.refused(
            "InvalidRequest", "upload_part", **part, ChecksumSHA1=base64.b64encode(hashlib.sha1(b"x").digest()).decode()
        )
        self.refused("BadDigest", "upload_part", **part, ChecksumSHA256=sha256(b"y"))
        self.refused("InvalidArgument", "upload_part", **{**part, "PartNumber": 10_001}, ChecksumSHA256=sha256(b"x"))
        self.refused("NoSuchUpload", "upload_part", **{**part, "UploadId": "none"}, ChecksumSHA256=sha256(b"x"))
        small = self.upload([1024, 1024], "SHA256", ChecksumSHA256=sha256(b"x" * 1024))
        self.refused("EntityTooSmall", "complete_multipart_upload", **small)
        answer = self.client.complete_multipart_upload(Bucket="rules", **declared)
        values = [hashlib.sha256(b"x" * PART).digest()] * 2
        assert answer["ChecksumSHA256"] == f"{sha256(b''.join(values))}-2", answer
        self.passed += 1

    def objects(self) -> None:
        put = {"Key": "rules", "Body": b"x"}
        self.refused("KeyTooLongError", "put_object", Key="x" * 1025, Body=b"x")
        self.refused("BadDigest", "put_object", **put, ChecksumSHA256=sha256(b"y"))
        self.refused("MetadataTooLarge", "put_object", **put, Metadata={"a": "b" * 2048})
        self.refused("BadRequest", "put_object", **put, Tagging="&".join(f"a{number}=b" for number in range(11)))
        for tags in ("a=b&a=c", "aws:a=b", "a=" + "b" * 257, "a" * 129 + "=b", "a=%7B%7D", "=b"):
            self.refused("InvalidTag", "put_object", **put, Tagging=tags)
        self.refused("AccessControlListNotSupported", "put_object", **put, ACL="public-read")
        self.refused("InvalidArgument", "put_object", **put, SSEKMSKeyId="a")
        self.refused("MalformedXML", "delete_objects", Delete={"Objects": [{"Key": "a"}] * 1001})

    def wrong_file(self, path: str) -> None:
        """What changes between the calculation of its checksum and the upload, is not taken for what it was."""
        bucket = Bucket(self.client, "rules")
        with pytest.raises(OctoAwsError, match=r"large\.bin") as raised:
            bucket.upload("changed", path, 1, hashlib.sha256(b"other").hexdigest(), {})
        assert raised.value.code is ErrorCode.UPLOAD_SOURCE_INVALID
        assert bucket.find("changed") is None
        size = os.path.getsize(path)
        stored = bucket.upload("parts", path, size, "", {})
        assert stored
        assert stored.etag.endswith("-3"), stored
        assert bucket.find("parts").size == size  # type: ignore[union-attr]
        self.passed += 2


def main(facts: dict[str, t.Any], path: str) -> None:
    for calculation in ("when_supported", "when_required"):
        os.environ["AWS_REQUEST_CHECKSUM_CALCULATION"] = calculation
        client = botocore.session.Session().create_client(
            "s3",
            region_name="eu-central-1",
            endpoint_url=facts["url"],
            aws_access_key_id=facts["access_key"],
            aws_secret_access_key=facts["secret_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        rules = Rules(client)
        rules.parts()
        rules.objects()
        rules.wrong_file(path)
        print(f"botocore {botocore.__version__}, {calculation}: {rules.passed} passed")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file), sys.argv[2])
