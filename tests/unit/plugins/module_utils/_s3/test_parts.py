# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A large file, in parts that several slices share."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import AwsResponse, ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._s3 import parts as module
from ansible_collections.octo.aws.plugins.module_utils._s3.parts import upload_in_parts

SIZE = 2500
"""10 parts of 250 bytes."""


class FakeS3:
    """One object, and the multipart uploads of it."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.content = b""
        self.fails_at = 1000
        self._lock = threading.Lock()

    def __call__(self, operation: str, **given: t.Any) -> dict[str, t.Any]:
        with self._lock:
            self.requests.append(operation)
            if len(self.requests) > self.fails_at and operation != "abort_multipart_upload":
                raise OctoAwsError(ErrorCode.ACCESS_DENIED, "no")
            if operation == "create_multipart_upload":
                assert given == {"ChecksumAlgorithm": "SHA256", "ContentType": "text/plain"}
                name = f"upload {len(self.requests)}"
                self.uploads[name] = {}
                return {"UploadId": name}
            if given["UploadId"] not in self.uploads:
                raise OctoAwsError(ErrorCode.AWS_REFUSED, "gone").with_response(AwsResponse(404, "NoSuchUpload"))
            return getattr(self, operation)(**given)  # type: ignore[no-any-return]

    def upload_part(self, UploadId: str, PartNumber: int, Body: bytes, ChecksumSHA256: str) -> dict[str, t.Any]:
        assert base64.b64decode(ChecksumSHA256) == hashlib.sha256(Body).digest()
        self.uploads[UploadId][PartNumber] = Body
        return {"ETag": f"etag {PartNumber}"}

    def complete_multipart_upload(self, UploadId: str, MultipartUpload: dict[str, t.Any]) -> dict[str, t.Any]:
        stored = self.uploads.pop(UploadId)
        named = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        assert [part["ETag"] for part in MultipartUpload["Parts"]] == [f"etag {number}" for number in named]
        self.content = b"".join(stored[number] for number in named)
        return {"ETag": "whole"}

    def abort_multipart_upload(self, UploadId: str) -> dict[str, t.Any]:
        del self.uploads[UploadId]
        return {}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    monkeypatch.setattr(module, "_PART", 250)
    return FakeS3()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def upload(s3: FakeS3, path: Path, begun: dict[str, t.Any], *, is_over: bool = True) -> dict[str, t.Any] | None:
    """Run one slice."""
    return upload_in_parts(
        s3, "s3://bucket/large.bin", str(path), SIZE, {"ContentType": "text/plain"}, begun, lambda: is_over
    )


def through_state(begun: dict[str, t.Any]) -> dict[str, t.Any]:
    """What the next slice gets."""
    found: dict[str, t.Any] = json.loads(json.dumps(begun))
    return found


def test_one_slice(s3: FakeS3, path: Path) -> None:
    assert upload(s3, path, {}, is_over=False) == {"ETag": "whole"}
    assert s3.content == path.read_bytes()


def test_slices_share_one_upload(s3: FakeS3, path: Path) -> None:
    begun: dict[str, t.Any] = {}
    sent = []
    while not upload(s3, path, begun):
        sent.append(begun["sent"])
        begun = through_state(begun)
    assert sent == [1000, 2000]
    assert s3.content == path.read_bytes()
    assert [s3.requests.count(name) for name in ("create_multipart_upload", "upload_part")] == [1, 10]
    assert not s3.uploads


def test_a_failure_in_a_later_slice_leaves_no_parts(s3: FakeS3, path: Path) -> None:
    begun: dict[str, t.Any] = {}
    assert upload(s3, path, begun) is None
    s3.fails_at = len(s3.requests)
    with pytest.raises(OctoAwsError, match="no"):
        upload(s3, path, through_state(begun))
    assert s3.requests[-1] == "abort_multipart_upload"
    assert not s3.uploads


def test_a_file_that_changes_between_slices_is_refused(s3: FakeS3, path: Path) -> None:
    begun: dict[str, t.Any] = {}
    assert upload(s3, path, begun) is None
    os.utime(path, ns=(0, 0))
    with pytest.raises(OctoAwsError, match=r"large\.bin has changed") as raised:
        upload(s3, path, through_state(begun))
    assert raised.value.code is ErrorCode.UPLOAD_SOURCE_INVALID
    assert not s3.uploads
    assert s3.content == b""


@pytest.mark.parametrize("lost", [1, 2])
def test_a_slice_that_is_lost_runs_again(s3: FakeS3, path: Path, lost: int) -> None:
    begun: dict[str, t.Any] = {}
    for _slice in range(lost):
        assert upload(s3, path, begun) is None
        begun = through_state(begun)
    # The connection is lost after this one, and its state with it.
    upload(s3, path, through_state(begun))
    while not upload(s3, path, begun):
        begun = through_state(begun)
    assert s3.content == path.read_bytes()


def test_an_upload_that_never_was_is_not_tried_twice(s3: FakeS3, path: Path) -> None:
    s3.fails_at = 0
    with pytest.raises(OctoAwsError, match="no"):
        upload(s3, path, {})
    assert s3.requests == ["create_multipart_upload"]
