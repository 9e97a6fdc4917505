# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create a bucket with objects that other programs uploaded. Its argument is the folder with the files."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3
from botocore.config import Config

BUCKET = "downloads"
PART = 20_000_000


def main(folder: Path) -> None:
    s3 = boto3.client("s3", config=Config(request_checksum_calculation="when_required"))
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    site = folder / "site"
    for path in site.rglob("*"):
        if path.is_file():
            s3.put_object(Bucket=BUCKET, Key=f"live/{path.relative_to(site)}", Body=path.read_bytes())
    for key in ("live/folder/", "both/a", "both/a/b", "bad//b", "dots/../b"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"one\n")
    s3.put_object(Bucket=BUCKET, Key="kms", Body=b"one\n", ServerSideEncryption="aws:kms")
    large = {"Bucket": BUCKET, "Key": "large/by-others.bin"}
    content = (folder / "large.bin").read_bytes()
    upload = s3.create_multipart_upload(**large)["UploadId"]
    parts = []
    for number in (1, 2):
        start = (number - 1) * PART
        body = content[start : start + PART]
        part = s3.upload_part(**large, UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(**large, UploadId=upload, MultipartUpload={"Parts": parts})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
