# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Downloads: what is unchanged, what is written and where, and each failure, with an S3 in memory."""

from __future__ import annotations

import collections
import datetime
import hashlib
import io
import os
import threading
import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import slices
from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice, SlicedWork, SliceEnded
from ansible_collections.octo.aws.plugins.module_utils._s3 import ranges
from ansible_collections.octo.aws.plugins.module_utils._s3.download import Downloader
from ansible_collections.octo.aws.plugins.module_utils._s3.download_options import (
    DOWNLOAD_SPEC,
    check_dest,
    check_download,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import DownloadProgress
from ansible_collections.octo.aws.plugins.module_utils._s3.ranges import download_file
from ansible_collections.octo.aws.plugins.module_utils._s3.source_bucket import RemoteObject, SourceBucket
from botocore.exceptions import ClientError, IncompleteReadError

TIME = datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc)


class FakeS3:
    """A client with the objects of one bucket."""

    meta = types.SimpleNamespace(endpoint_url="http://s3", region_name="eu-central-1", partition="aws")

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, dict[str, t.Any]]] = {}
        self.requests: list[str] = []
        self.replace: dict[str, bytes] = {}
        self.breaks = 0
        self.clock = 0.0
        self.page = 1000
        self._lock = threading.Lock()

    def put(self, key: str, content: bytes, **others: t.Any) -> None:
        self.objects[key] = (content, {"ETag": f'"{hashlib.md5(content).hexdigest()}"', **others})

    def list_objects_v2(
        self, Bucket: str, Prefix: str, ContinuationToken: str = "", **_others: t.Any
    ) -> dict[str, t.Any]:
        self._note(f"list {Prefix}{ContinuationToken}")
        found = [
            {"Key": key, "Size": len(content), "ETag": others["ETag"], "LastModified": TIME}
            for key, (content, others) in sorted(self.objects.items())
            if key.startswith(Prefix) and key > ContinuationToken
        ]
        page = found[: self.page]
        more = {"IsTruncated": True, "NextContinuationToken": page[-1]["Key"]} if len(found) > len(page) else {}
        return {"Contents": page, **more}

    def head_object(self, Bucket: str, Key: str, **_others: t.Any) -> dict[str, t.Any]:
        self._note(f"head {Key}")
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        content, others = self.objects[Key]
        return {"ContentLength": len(content), "LastModified": TIME, **others}

    def get_object(self, Bucket: str, Key: str, IfMatch: str, Range: str = "", **_others: t.Any) -> dict[str, t.Any]:
        self._note(f"get {Key} {Range}".strip())
        content, others = self.objects[Key]
        if others["ETag"] != IfMatch:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        if others.get("StorageClass") == "GLACIER":
            raise ClientError({"Error": {"Code": "InvalidObjectState"}}, "GetObject")
        content = self.replace.get(Key, content)
        if Range:
            start, _dash, last = Range.partition("=")[2].partition("-")
            content = content[int(start) : int(last) + 1]
        body = io.BytesIO(content)
        if self.breaks:
            self.breaks -= 1
            body.read = broken  # type: ignore[method-assign]
        return {"LastModified": TIME, "VersionId": f"version of {Key}", **others, "Body": body}

    def _note(self, request: str) -> None:
        with self._lock:
            self.clock += 1
            self.requests.append(request)


def broken(_size: int | None = -1) -> bytes:
    raise IncompleteReadError(actual_bytes=1, expected_bytes=2)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    s3 = FakeS3()
    monkeypatch.setattr(slices, "time", types.SimpleNamespace(monotonic=lambda: s3.clock))
    monkeypatch.setattr(ranges, "_RANGE", 100)
    return s3


def run(s3: FakeS3, dest: Path | str, check_mode: bool = False, **given: t.Any) -> dict[str, t.Any]:
    """Run slices until the download is finished."""
    options = {name: option.get("default") for name, option in DOWNLOAD_SPEC.items()}
    options.update(bucket="bucket", dest=str(dest), **given)
    check_download(options)
    state, lines = "", []
    for number in range(100):
        bucket = SourceBucket(s3, "bucket", (), options["version_id"])
        work = SlicedWork(Slice(5.0, s3.clock, state))
        progress = DownloadProgress(work, "s3://bucket/", shown=True)
        try:
            downloader = Downloader(bucket, options, progress, check_mode=check_mode)
            downloader.run()
            shown = {"diff": downloader.diff(), "lines": lines + work.report["lines"], "slices": number + 1}
            return {**downloader.result(), **shown}
        except SliceEnded:
            state = work.report["state"]
            lines += work.report["lines"]
        except OctoAwsError:
            progress.abandon()
            raise
    raise AssertionError("the download does not end")


def code_of(work: t.Callable[[], t.Any]) -> str:
    with pytest.raises(OctoAwsError) as caught:
        work()
    return caught.value.code.value


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def test_unchanged_files_need_only_the_list(s3: FakeS3, tmp_path: Path) -> None:
    for number in range(30):
        s3.put(f"site/{number:02}", b"x" * number)
    first = run(s3, tmp_path, prefix="site")
    assert first["changed"]
    assert first["slices"] > 2
    assert first["lines"][-1] == "s3://bucket/: 30 of 30 files, 435 bytes of 435 bytes, 30 downloaded"
    requests = collections.Counter(s3.requests)
    # Each slice after the first reads the page of the list again.
    assert requests.pop("list site/") == first["slices"]
    assert set(requests.values()) == {1}
    assert len(requests) == 30
    assert first["files"][1]["version_id"] == "version of site/01"
    s3.requests.clear()
    assert not run(s3, tmp_path, prefix="site")["changed"]
    assert s3.requests == ["list site/"]


def test_all_places_are_checked_before_the_first_file(s3: FakeS3, tmp_path: Path) -> None:
    """So the pages of a long list are read twice, and then once for each slice."""
    s3.page = 10
    for number in range(25):
        s3.put(f"site/{number:02}", b"x" * number)
    s3.put("site/zz//a", b"")
    assert code_of(lambda: run(s3, tmp_path, prefix="site")) == "download_key_invalid"
    assert files(tmp_path) == []
    del s3.objects["site/zz//a"]
    s3.requests.clear()
    result = run(s3, tmp_path, prefix="site")
    assert result["counts"] == {"files": 25, "changed": 25, "deleted": 0, "bytes": 300}
    gets = [request for request in s3.requests if request.startswith("get ")]
    assert len(gets) == len(set(gets)) == 25
    assert len(s3.requests) - 25 <= 6 + result["slices"]
    s3.requests.clear()
    s3.clock = -100
    (tmp_path / "stray").touch()
    again = run(s3, tmp_path, prefix="site", delete_removed=True)
    assert again["deleted"] == [str(tmp_path / "stray")]
    assert again["counts"]["changed"] == 0
    assert all(request.startswith("list ") for request in s3.requests)


def test_parts_of_two_objects_are_never_one_file(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a/large", b"a" * 2_050, ETag='"one-2"')
    bucket = SourceBucket(s3, "bucket")
    [(_key, listed)] = bucket.page("a/", "").objects
    begun: dict[str, t.Any] = {}
    target = str(tmp_path / "large")
    assert download_file(bucket, RemoteObject("a/large", *listed), target, 0o600, begun, lambda: True) is None
    assert 0 < begun["sent"] < 2_050
    s3.put("a/large", b"b" * 2_050, ETag='"two-2"')
    [(_key, listed)] = bucket.page("a/", "").objects
    assert download_file(bucket, RemoteObject("a/large", *listed), target, 0o600, begun, lambda: False)
    assert (tmp_path / "large").read_bytes() == b"b" * 2_050
    assert files(tmp_path) == ["large"]


def test_ranges_go_through_slices(s3: FakeS3, tmp_path: Path) -> None:
    content = os.urandom(2_050)
    s3.put("large", content, Metadata={"octo-aws-sha256": hashlib.sha256(content).hexdigest()})
    result = run(s3, tmp_path / "large", key="large")
    assert result["slices"] > 2
    assert (tmp_path / "large").read_bytes() == content
    assert len([request for request in s3.requests if request.startswith("get")]) == 21
    assert files(tmp_path) == ["large"]
    assert (tmp_path / "large").stat().st_mtime == TIME.timestamp()


@pytest.mark.parametrize(
    ("others", "content", "modified", "unchanged"),
    [
        ({}, b"same", 0, True),
        ({}, b"emas", TIME.timestamp(), False),
        ({"ETag": '"abc-2"'}, b"same", TIME.timestamp(), True),
        ({"ETag": '"abc-2"'}, b"same", 0, False),
        ({"ETag": '"abc"', "ServerSideEncryption": "aws:kms"}, b"same", TIME.timestamp(), True),
        ({"ETag": '"abc"', "ServerSideEncryption": "aws:kms"}, b"same", 0, False),
        ({"ETag": '"abc-2"', "Metadata": {"octo-aws-sha256": hashlib.sha256(b"same").hexdigest()}}, b"same", 0, True),
        (
            {"ETag": '"abc-2"', "Metadata": {"octo-aws-sha256": hashlib.sha256(b"same").hexdigest()}},
            b"emas",
            TIME.timestamp(),
            False,
        ),
    ],
)
def test_unchanged(
    s3: FakeS3, tmp_path: Path, others: dict[str, t.Any], content: bytes, modified: float, unchanged: bool
) -> None:
    s3.put("a", b"same", **others)
    (tmp_path / "a").write_bytes(content)
    os.utime(tmp_path / "a", (modified, modified))
    result = run(s3, tmp_path, check_mode=True)
    assert result["changed"] is not unchanged
    assert (tmp_path / "a").read_bytes() == content


def test_a_link_is_replaced(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a", b"new!")
    (tmp_path / "other").write_bytes(b"old!")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a").symlink_to(tmp_path / "other")
    assert run(s3, tmp_path / "site")["changed"]
    assert (tmp_path / "other").read_bytes() == b"old!"
    assert not (tmp_path / "site" / "a").is_symlink()


def test_modes(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a", b"a")
    mask = os.umask(0o027)
    try:
        run(s3, tmp_path)
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert run(s3, tmp_path, mode="0600")["changed"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert not run(s3, tmp_path, mode="0600")["changed"]
    s3.put("a", b"b")
    run(s3, tmp_path)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_delete_removed(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("live/a.css", b"a")
    s3.put("live/folder/", b"")
    for name in ("b.css", "c/d/e.css", "c/keep.map", "f/g.css", "h.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    given = {"prefix": "live", "include": ["*.css", "*.map"], "exclude": ["*.map"], "delete_removed": True}
    predicted = run(s3, tmp_path, check_mode=True, **given)
    result = run(s3, tmp_path, **given)
    assert (
        result["deleted"]
        == predicted["deleted"]
        == [str(tmp_path / name) for name in ("b.css", "c/d/e.css", "f/g.css")]
    )
    assert files(tmp_path) == ["a.css", "c/keep.map", "h.txt"]
    assert not (tmp_path / "f").exists()
    assert not (tmp_path / "c" / "d").exists()


@pytest.mark.parametrize("key", ["../a", "a/../../b", "/a", "a//b", "./a", "a/.", "a\0b", "x" * 256])
def test_keys_outside(s3: FakeS3, tmp_path: Path, key: str) -> None:
    s3.put(f"live/{key}", b"a")
    s3.put("live/0", b"a")
    assert code_of(lambda: run(s3, tmp_path / "dest", prefix="live")) == "download_key_invalid"
    assert files(tmp_path) == []


def test_a_file_in_the_place_of_a_folder(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a", b"a")
    s3.put("a/b/c", b"a")
    assert code_of(lambda: run(s3, tmp_path)) == "download_key_invalid"
    del s3.objects["a"]
    (tmp_path / "a").write_bytes(b"")
    assert code_of(lambda: run(s3, tmp_path)) == "download_dest_invalid"


@pytest.mark.parametrize(("inside", "expected"), [(True, None), (False, "download_dest_invalid")])
def test_links_to_folders(s3: FakeS3, tmp_path: Path, inside: bool, expected: str | None) -> None:
    s3.put("link/a", b"a")
    dest = tmp_path / "dest"
    (dest / "real").mkdir(parents=True)
    (dest / "link").symlink_to(dest / "real" if inside else tmp_path)
    if expected:
        assert code_of(lambda: run(s3, dest)) == expected
        assert files(dest) == ["link"]
    else:
        run(s3, dest)
        assert files(dest) == ["link", "real/a"]


def test_an_object_that_changes(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a", b"a" * 250)
    found = s3.list_objects_v2
    s3.list_objects_v2 = lambda **given: (found(**given), s3.put("a", b"b" * 250))[0]  # type: ignore[method-assign]
    assert code_of(lambda: run(s3, tmp_path)) == "object_changed"
    assert files(tmp_path) == []


def test_other_content_is_not_stored(s3: FakeS3, tmp_path: Path) -> None:
    s3.put("a", b"right")
    (tmp_path / "a").write_bytes(b"old")
    for wrong in (b"wrong", b"short"[:2]):
        s3.replace["a"] = wrong
        assert code_of(lambda: run(s3, tmp_path)) == "aws_answer_invalid"
        assert (tmp_path / "a").read_bytes() == b"old"
        assert files(tmp_path) == ["a"]


@pytest.mark.parametrize(("breaks", "works"), [(2, True), (3, False)])
def test_a_broken_connection(s3: FakeS3, tmp_path: Path, breaks: int, works: bool) -> None:
    s3.put("a", b"a")
    s3.breaks = breaks
    if works:
        run(s3, tmp_path)
        assert files(tmp_path) == ["a"]
    else:
        assert code_of(lambda: run(s3, tmp_path)) == "aws_answer_invalid"
        assert files(tmp_path) == []


def test_other_failures(s3: FakeS3, tmp_path: Path) -> None:
    assert code_of(lambda: run(s3, tmp_path)) == "download_empty"
    assert not run(s3, tmp_path / "none", allow_empty=True, delete_removed=True)["changed"]
    assert code_of(lambda: run(s3, tmp_path, key="a")) == "object_unknown"
    s3.put("a", b"a", StorageClass="GLACIER")
    assert code_of(lambda: run(s3, tmp_path)) == "object_archived"
    (tmp_path / "a").mkdir()
    assert code_of(lambda: run(s3, tmp_path)) == "download_dest_invalid"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": "a", "prefix": "b"}, "option_conflict"),
        ({"key": "a", "delete_removed": True}, "option_conflict"),
        ({"key": "a", "allow_empty": True}, "option_conflict"),
        ({"key": "a", "include": ["*"]}, "option_conflict"),
        ({"version_id": "a"}, "option_conflict"),
        ({"key": "a/"}, "option_invalid"),
        ({"prefix": "../a"}, "option_invalid"),
        ({"prefix": ""}, "option_invalid"),
        ({"mode": "420"}, "option_invalid"),
        ({"include": [""]}, "option_invalid"),
    ],
)
def test_options(given: dict[str, t.Any], code: str) -> None:
    assert code_of(lambda: check_download({"bucket": "bucket", "dest": "/srv/site", **given})) == code


@pytest.mark.parametrize("dest", ["site", "/", "//", "/a/.."])
def test_dest(dest: str) -> None:
    assert code_of(lambda: check_dest(dest)) == "download_dest_invalid"
