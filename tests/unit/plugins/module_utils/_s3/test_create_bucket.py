# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Buckets that an upload creates on request, and the checksum in a key."""

from __future__ import annotations

import hashlib
import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.slices import SlicedWork
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket
from ansible_collections.octo.aws.plugins.module_utils._s3.known_files import KnownFiles
from ansible_collections.octo.aws.plugins.module_utils._s3.known_objects import KnownObjects
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import UploadProgress
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import select
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import Uploader
from botocore.exceptions import ClientError


class FakeS3:
    """A client for a bucket that does not exist."""

    def __init__(self, region: str = "eu-central-1", refusal: str = "") -> None:
        self.meta = types.SimpleNamespace(
            endpoint_url=f"https://s3.{region}.amazonaws.com", region_name=region, partition="aws"
        )
        self.requests: list[str] = []
        self.created: dict[str, t.Any] | None = None
        self._refusal = refusal

    def list_objects_v2(self, **_given: t.Any) -> dict[str, t.Any]:
        self.requests.append("list")
        if self.created is None:
            raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectsV2")
        return {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": "us-west-2"}}}

    def create_bucket(self, **given: t.Any) -> None:
        self.requests.append("create")
        if self._refusal:
            raise ClientError({"Error": {"Code": self._refusal}}, "CreateBucket")
        self.created = given

    def head_object(self, **_given: t.Any) -> None:
        self.requests.append("head")
        raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    def put_object(self, Key: str, **_given: t.Any) -> dict[str, t.Any]:
        self.requests.append(f"put {Key}")
        return {"ETag": '"etag"'}


def upload(s3: FakeS3, folder: Path, *, check_mode: bool = False, **given: t.Any) -> dict[str, t.Any]:
    (folder / "a.txt").write_bytes(b"a")
    options = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}
    options.update(bucket="bucket", src=str(folder / "a.txt"), **given)
    check_options(options)
    selection = select(options["src"], None, [])
    progress = UploadProgress(SlicedWork(), "s3://bucket/")
    known = KnownObjects(), KnownFiles()
    uploader = Uploader(Bucket(s3, "bucket"), selection, options, progress, *known, check_mode=check_mode)
    uploader.run()
    return uploader.result()


@pytest.mark.parametrize(
    ("region", "location"), [("us-east-1", None), ("eu-central-1", {"LocationConstraint": "eu-central-1"})]
)
def test_the_region_is_that_of_the_account(tmp_path: Path, region: str, location: dict[str, str] | None) -> None:
    s3 = FakeS3(region)
    result = upload(s3, tmp_path, create_bucket=True)
    assert (s3.created or {}).get("CreateBucketConfiguration") == location
    assert result["bucket_created"]
    assert result["files"][0]["url"] == f"https://bucket.s3.{region}.amazonaws.com/a.txt"
    again = upload(s3, tmp_path, create_bucket=True)
    assert not again["bucket_created"]
    assert s3.requests.count("create") == 1
    assert again["files"][0]["url"] == "https://bucket.s3.us-west-2.amazonaws.com/a.txt", "the region of the bucket"


def test_check_mode_creates_nothing(tmp_path: Path) -> None:
    s3 = FakeS3()
    result = upload(s3, tmp_path, check_mode=True, create_bucket=True)
    assert result["bucket_created"]
    assert result["changed"]
    assert s3.requests == ["list"]


@pytest.mark.parametrize(
    ("given", "refusal", "code", "requests"),
    [
        ({}, "", "bucket_unknown", ["list"]),
        ({"create_bucket": True}, "BucketAlreadyExists", "bucket_taken", ["list", "create"]),
        ({"create_bucket": True}, "AccessDenied", "access_denied", ["list", "create"]),
    ],
)
def test_failures(tmp_path: Path, given: dict[str, t.Any], refusal: str, code: str, requests: list[str]) -> None:
    s3 = FakeS3(refusal=refusal)
    with pytest.raises(OctoAwsError) as caught:
        upload(s3, tmp_path, **given)
    assert caught.value.code.value == code
    assert ("s3:CreateBucket" in caught.value.hint) is (refusal == "AccessDenied")
    assert s3.requests == requests


def test_a_bucket_that_was_just_created_is_used(tmp_path: Path) -> None:
    s3 = FakeS3(refusal="BucketAlreadyOwnedByYou")
    upload(s3, tmp_path, create_bucket=True)
    assert s3.requests[-1] == "put a.txt"


def test_the_checksum_in_a_key(tmp_path: Path) -> None:
    s3 = FakeS3()
    s3.created = {}
    upload(s3, tmp_path, key="sums/{sha256}/{sha256}.txt")
    digest = hashlib.sha256(b"a").hexdigest()
    assert s3.requests[-1] == f"put sums/{digest}/{digest}.txt"


@pytest.mark.parametrize(
    "given",
    [
        {"templates": ["*"], "remote_src": True},
        {"create_bucket": True, "bucket": "arn:aws:s3:eu-central-1:123456789012:accesspoint/site"},
    ],
)
def test_options_that_exclude_each_other(given: dict[str, t.Any]) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_options({"bucket": "bucket", "src": "a", **given})
    assert caught.value.code.value == "option_conflict"
