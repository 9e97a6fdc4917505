# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests an upload sends: one list, and a HEAD only where the list does not decide."""

from __future__ import annotations

import collections
import datetime
import email.utils
import hashlib
import os
import shutil
import stat
import tracemalloc
import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._host.slices import SlicedWork
from ansible_collections.octo.aws.plugins.module_utils._s3 import local_record
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket
from ansible_collections.octo.aws.plugins.module_utils._s3.known_files import KnownFiles
from ansible_collections.octo.aws.plugins.module_utils._s3.known_objects import KnownObjects
from ansible_collections.octo.aws.plugins.module_utils._s3.local_record import record_folder
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import UploadProgress
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import select
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import Uploader
from botocore.exceptions import ClientError

NOW = 1_800_000_000


class FakeS3:
    """A client for one bucket, by a clock that only moves on request."""

    def __init__(self) -> None:
        self.meta = types.SimpleNamespace(endpoint_url="https://s3.example", region_name="us-east-1", partition="aws")
        self.requests: collections.Counter[str] = collections.Counter()
        self.objects: dict[str, dict[str, t.Any]] = {}
        self.now = NOW
        self.dated = True
        self.ordered = True

    def list_objects_v2(
        self, Prefix: str, MaxKeys: int = 1000, ContinuationToken: str = "", **_given: t.Any
    ) -> dict[str, t.Any]:
        self.requests["list"] += 1
        keys = sorted((key for key in self.objects if key.startswith(Prefix)), reverse=not self.ordered)
        start = int(ContinuationToken or 0)
        end = start + MaxKeys
        found = [
            {"Key": key, "Size": self.objects[key]["ContentLength"], **self.objects[key]} for key in keys[start:end]
        ]
        return {"Contents": found, "IsTruncated": end < len(keys), "NextContinuationToken": str(end)}

    def head_object(self, Key: str, **_given: t.Any) -> dict[str, t.Any]:
        self.requests["head"] += 1
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        return self.objects[Key]

    def put_object(self, Key: str, Body: t.Any, Metadata: dict[str, str], **_given: t.Any) -> dict[str, t.Any]:
        self.requests["put"] += 1
        content = Body.read()
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        moment = datetime.datetime.fromtimestamp(self.now, datetime.timezone.utc)
        self.objects[Key] = {
            "ETag": etag,
            "ContentLength": len(content),
            "LastModified": moment,
            "Metadata": Metadata,
        }
        date = {"date": email.utils.format_datetime(moment, usegmt=True)} if self.dated else {}
        return {"ETag": etag, "ResponseMetadata": {"HTTPHeaders": date}}

    def delete_objects(self, Delete: dict[str, t.Any], **_given: t.Any) -> dict[str, t.Any]:
        self.requests["delete"] += 1
        for entry in Delete["Objects"]:
            del self.objects[entry["Key"]]
        return {}


class Uploads:
    """Uploads of a folder, each as a task of its own."""

    def __init__(self, folder: Path) -> None:
        self.s3 = FakeS3()
        self.source = folder / "source"
        self.records = folder / "records"
        self.source.mkdir()
        self.counts: dict[str, int] = {}
        self.bucket = "bucket"

    def have(self, count: int) -> None:
        for number in range(count):
            (self.source / f"{number:04}").write_bytes(b"%d" % number)

    def upload(self, **given: t.Any) -> list[str]:
        """Return the keys that were uploaded. The requests are those of this upload."""
        options = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}
        options.update({"bucket": "bucket", "src": str(self.source), "prefix": "site", **given})
        self.s3.requests.clear()
        self.s3.now += 60
        progress = UploadProgress(SlicedWork(), "s3://bucket/site")
        known = KnownObjects(str(self.records), self.s3.meta.endpoint_url, self.bucket)
        selection = select(options["src"], None, options["exclude"])
        uploader = Uploader(Bucket(self.s3, self.bucket), selection, options, progress, known, KnownFiles())
        uploader.run()
        self.counts = uploader.result()["counts"]
        return [file["key"] for file in uploader.result()["files"] if file["changed"]]

    def record(self) -> Path:
        [path] = self.records.iterdir()
        return path


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def test_a_list_of_each_1000_keys_and_no_head(uploads: Uploads) -> None:
    uploads.have(2_500)
    assert len(uploads.upload()) == 2_000, "the result lists no more"
    assert uploads.counts == {"files": 2_500, "changed": 2_500, "deleted": 0, "bytes": 8_890}
    assert uploads.s3.requests == {"list": 1, "put": 2_500}
    assert not uploads.upload()
    assert uploads.s3.requests == {"list": 3}
    assert not uploads.upload(delete_removed=True)
    assert uploads.s3.requests == {"list": 3}


def test_a_batch_leaves_nothing_in_memory(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads.have(8_000)
    uploads.upload()
    sizes: list[int] = []
    finish = UploadProgress.finish_batch

    def measure(progress: UploadProgress, last: str) -> None:
        finish(progress, last)
        sizes.append(tracemalloc.get_traced_memory()[0])

    monkeypatch.setattr(UploadProgress, "finish_batch", measure)
    tracemalloc.start()
    uploads.upload()
    tracemalloc.stop()
    # The first 2,000 files are for the result.
    assert len(sizes) == 8
    assert sizes[-1] - sizes[2] < 100 * 5_000


def test_what_differs_is_uploaded_without_a_head(uploads: Uploads) -> None:
    uploads.have(3)
    uploads.upload()
    (uploads.source / "0001").write_bytes(b"x")
    assert uploads.upload() == ["site/0001"]
    assert uploads.s3.requests == {"list": 1, "put": 1}
    assert len(uploads.upload(cache_control="no-store")) == 3
    assert uploads.s3.requests == {"list": 1, "put": 3}
    assert not uploads.upload(cache_control="no-store")


def test_an_object_of_another_program_is_requested(uploads: Uploads) -> None:
    """It has the same content, but no longer the settings."""
    uploads.have(3)
    uploads.upload()
    uploads.s3.now += 60
    uploads.s3.put_object("site/0001", (uploads.source / "0001").open("rb"), {})
    assert uploads.upload() == ["site/0001"]
    assert uploads.s3.requests == {"list": 1, "head": 1, "put": 1}


@pytest.mark.parametrize("seconds", [-120, -5, 5, 120])
def test_another_time_is_another_object(uploads: Uploads, seconds: int) -> None:
    uploads.have(1)
    uploads.upload()
    uploads.s3.objects["site/0000"]["LastModified"] += datetime.timedelta(seconds=seconds)
    uploads.s3.objects["site/0000"]["Metadata"] = {}
    assert uploads.upload() == ["site/0000"]


def test_a_record_that_is_lost_costs_a_head_each_once(uploads: Uploads) -> None:
    uploads.have(3)
    uploads.upload()
    shutil.rmtree(uploads.records)
    assert not uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 3}
    assert not uploads.upload()
    assert uploads.s3.requests == {"list": 1}


def test_a_response_without_a_date_is_not_recorded(uploads: Uploads) -> None:
    uploads.have(1)
    uploads.s3.dated = False
    uploads.upload()
    uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 1}


@pytest.mark.parametrize("harm", ["damaged", "folder of all", "link", "no sqlite"])
def test_a_record_that_cannot_be_used_is_none(uploads: Uploads, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads.have(2)
    uploads.upload()
    record = uploads.record()
    if harm == "damaged":
        record.write_bytes(b"no database" * 1000)
    elif harm == "folder of all":
        uploads.records.chmod(0o777)
    elif harm == "link":
        record.rename(uploads.source.parent / "elsewhere")
        record.symlink_to(uploads.source.parent / "elsewhere")
    else:
        monkeypatch.setattr(local_record, "HAS_SQLITE", False)
    assert not uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 2}


def test_a_damaged_record_is_replaced(uploads: Uploads) -> None:
    uploads.have(1)
    uploads.upload()
    uploads.record().write_bytes(b"no database" * 1000)
    uploads.upload()
    uploads.upload()
    uploads.upload()
    assert uploads.s3.requests == {"list": 1}


def test_a_few_files_among_many_objects(uploads: Uploads) -> None:
    for number in range(3_000):
        uploads.s3.objects[f"site/0{number:04}"] = {
            "ETag": '"a"',
            "ContentLength": 1,
            "LastModified": datetime.datetime.fromtimestamp(0, datetime.timezone.utc),
        }
    uploads.have(3)
    (uploads.source / "zz").write_bytes(b"new")
    uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 1, "put": 4}, "not those before the end of the first page"


def test_a_list_without_an_order_decides_only_what_it_has(uploads: Uploads) -> None:
    uploads.s3.ordered = False
    for number in range(3_000):
        uploads.s3.objects[f"site/z{number:04}"] = {
            "ETag": '"a"',
            "ContentLength": 1,
            "LastModified": datetime.datetime.fromtimestamp(0, datetime.timezone.utc),
        }
    uploads.have(3)
    uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 3, "put": 3}


def test_a_directory_bucket_has_no_order(uploads: Uploads) -> None:
    """Its objects are looked for on all pages, and the rest is requested."""
    uploads.bucket = "files--euc1-az1--x-s3"
    uploads.have(1_500)
    uploads.upload()
    assert uploads.s3.requests == {"list": 1, "head": 1_500, "put": 1_500}
    assert not uploads.upload()
    assert uploads.s3.requests == {"list": 2}
    assert not uploads.upload(delete_removed=True)
    assert uploads.s3.requests == {"list": 2}


def test_objects_without_files_are_deleted(uploads: Uploads) -> None:
    uploads.have(2_500)
    uploads.upload()
    for number in range(0, 2_500, 2):
        (uploads.source / f"{number:04}").unlink()
    (uploads.source / "1").mkdir()
    (uploads.source / "1" / "new").write_bytes(b"new")
    assert uploads.upload(delete_removed=True) == ["site/1/new"]
    assert uploads.counts["deleted"] == 1_250
    assert uploads.s3.requests == {"list": 3, "put": 1, "delete": 2}
    assert len(uploads.s3.objects) == 1_251


def test_a_single_key(uploads: Uploads) -> None:
    uploads.have(1)
    uploads.upload(src=str(uploads.source / "0000"), prefix=None, key="a")
    assert uploads.s3.requests == {"list": 1, "put": 1}
    uploads.s3.objects["ab"] = uploads.s3.objects["a"]
    uploads.upload(src=str(uploads.source / "0000"), prefix=None, key="a")
    assert uploads.s3.requests == {"list": 1}


def test_the_record_is_private(uploads: Uploads) -> None:
    uploads.have(1)
    uploads.upload()
    assert stat.S_IMODE(uploads.records.stat().st_mode) == 0o700
    assert stat.S_IMODE(uploads.record().stat().st_mode) == 0o600
    assert b"site/" not in uploads.record().read_bytes()


def test_where_records_are() -> None:
    assert record_folder({"XDG_CACHE_HOME": "/cache"}) == "/cache/octo-aws/uploads"
    assert record_folder({"XDG_CACHE_HOME": "relative"}) == ""
    assert record_folder({}) == os.path.expanduser("~/.cache/octo-aws/uploads")
