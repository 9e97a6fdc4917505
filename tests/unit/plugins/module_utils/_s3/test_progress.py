# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uploads in slices: each file is compared and uploaded once, and what is shown of it."""

from __future__ import annotations

import collections
import contextlib
import threading
import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded
from ansible_collections.octo.aws.plugins.module_utils._s3.addresses import Addresses
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import ListedObject, Page, StoredObject
from ansible_collections.octo.aws.plugins.module_utils._s3.known_files import KnownFiles
from ansible_collections.octo.aws.plugins.module_utils._s3.known_objects import KnownObjects
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import UploadProgress, in_bytes
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import select
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import Uploader

FILES = 50


class FakeBucket:
    """A bucket for which each request takes a second."""

    name = "bucket"
    addresses = Addresses("bucket", "aws", "eu-central-1")

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.requests: list[str] = []
        self.fails_after = 1000
        self._lock = threading.Lock()
        monkeypatch.setattr(slices, "time", types.SimpleNamespace(monotonic=lambda: self.now))

    def _request(self, request: str) -> None:
        with self._lock:
            self.now += 1
            self.requests.append(request)
            if len(self.requests) > self.fails_after:
                raise OctoAwsError(ErrorCode.ACCESS_DENIED, "no")

    def find(self, key: str) -> StoredObject | None:
        self._request(f"find {key}")
        return StoredObject("old", None, 1, {"a": "b"}) if key.endswith("0") else None

    def page(self, _prefix: str, _token: str, **_limit: t.Any) -> Page:
        self._request("list")
        keys = [*(f"{number:02}" for number in range(FILES)), "stray"]
        return Page("eu-west-1", [(key, ListedObject("old", 1, 0.0)) for key in keys], None)

    def upload(self, key: str, *_arguments: t.Any) -> StoredObject:
        self._request(f"upload {key}")
        return StoredObject(f"etag of {key}", None)

    def delete(self, keys: t.Sequence[str]) -> t.Iterator[str]:
        self._request("delete")
        yield from keys


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> FakeBucket:
    return FakeBucket(monkeypatch)


def run(bucket: FakeBucket, folder: Path) -> tuple[dict[str, t.Any], list[str], int]:
    """Run slices until the upload is finished: its result, the lines, and the number of slices."""
    given = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}
    given.update(bucket="bucket", src=str(folder), delete_removed=True)
    state, lines = "", []
    for number in range(1, 100):
        work = SlicedWork(Slice(10.0, bucket.now, state))
        progress = UploadProgress(work, "s3://bucket/", shown=True)
        try:
            known = KnownObjects(), KnownFiles()
            uploader = Uploader(t.cast("t.Any", bucket), select(str(folder), None, []), given, progress, *known)
            with contextlib.suppress(OctoAwsError):
                uploader.run()
            return uploader.result(), lines + work.report["lines"], number
        except SliceEnded:
            state = work.report["state"]
        lines += work.report["lines"]
    raise AssertionError("the upload does not end")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(FILES):
        (tmp_path / f"{number:02}").write_bytes(bytes(1000))
    return tmp_path


def test_each_file_is_compared_and_uploaded_once(bucket: FakeBucket, folder: Path) -> None:
    result, lines, number = run(bucket, folder)
    assert number > 5
    requests = collections.Counter(bucket.requests)
    # Each slice reads the page of the list again.
    assert requests.pop("list") == number
    assert set(requests.values()) == {1}
    assert len(requests) == 2 * FILES + 1
    assert result["deleted"] == ["stray"]
    assert [file["etag"] for file in result["files"]] == [f"etag of {number:02}" for number in range(FILES)]
    assert all(line.startswith("s3://bucket/: ") for line in lines)
    assert lines[-1] == "s3://bucket/: 50 of 50 files, 50.0 kB of 50.0 kB, 50 uploaded"
    assert len(lines) == number


def test_a_failure_has_what_earlier_slices_uploaded(bucket: FakeBucket, folder: Path) -> None:
    bucket.fails_after = 60
    result, _lines, _number = run(bucket, folder)
    assert result["changed"]
    assert 20 <= len(result["files"]) == result["counts"]["changed"] < 30
    assert all(file["etag"] for file in result["files"])


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (9_840_000_000, "9.8 GB"), (5e16, "50000.0 TB")],
)
def test_bytes(number: float, expected: str) -> None:
    assert in_bytes(number) == expected
