# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files are read again for their checksum, and which are not."""

from __future__ import annotations

import builtins
import hashlib
import mmap
import os
import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._s3 import known_files
from ansible_collections.octo.aws.plugins.module_utils._s3.known_files import KnownFiles

SIZE = 2 * 1024 * 1024


class Reads:
    """Checksums of one file, each by an upload of its own, and how many bytes were read for them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "large.bin"
        self.file.write_bytes(b"a" * SIZE)
        self.records = folder / "records"
        self.read = 0
        self.later = 60.0
        clock = types.SimpleNamespace(time=lambda: self.file.stat().st_ctime + self.later)
        monkeypatch.setattr(known_files, "time", clock)
        sha256 = hashlib.sha256

        def counting(data: bytes = b"") -> t.Any:
            digest = sha256(data)

            def update(block: bytes) -> None:
                self.read += len(block)
                digest.update(block)

            return types.SimpleNamespace(update=update, hexdigest=digest.hexdigest, digest=digest.digest)

        monkeypatch.setattr(known_files, "hashlib", types.SimpleNamespace(sha256=counting))

    def checksum(self) -> int:
        """Get the checksum, which must be right, and return the bytes that were read for it."""
        self.read = 0
        known = KnownFiles(str(self.records))
        content = self.file.read_bytes()
        assert known.content(str(self.file)) == (len(content), hashlib.sha256(content).hexdigest())
        known.save()
        return self.read


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reads:
    monkeypatch.setattr(known_files, "_trusted_folders", lambda: {"/": True})
    return Reads(tmp_path, monkeypatch)


def test_an_unchanged_file_is_read_once(reads: Reads) -> None:
    assert reads.checksum() == SIZE
    assert reads.checksum() == 0
    assert reads.checksum() == 0


@pytest.mark.parametrize("change", ["content", "same times", "mapping", "other file", "longer", "mode"])
def test_a_changed_file_is_read(reads: Reads, change: str) -> None:
    reads.checksum()
    status = reads.file.stat()
    if change == "content":
        reads.file.write_bytes(b"b" * SIZE)
    elif change == "same times":
        reads.file.write_bytes(b"b" * SIZE)
        os.utime(reads.file, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "mapping":
        with open(reads.file, "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
            mapped[0] = ord("b")
    elif change == "other file":
        reads.file.rename(reads.file.with_suffix(".old"))
        reads.file.write_bytes(b"b" * SIZE)
        os.utime(reads.file, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "longer":
        reads.file.write_bytes(b"a" * SIZE + b"b")
    else:
        reads.file.chmod(0o600)
    assert reads.checksum() == reads.file.stat().st_size
    assert reads.checksum() == 0


def test_a_file_that_changed_just_now_is_not_recorded(reads: Reads) -> None:
    reads.later = 29.0
    assert [reads.checksum(), reads.checksum()] == [SIZE, SIZE]
    reads.later = 31.0
    assert [reads.checksum(), reads.checksum()] == [SIZE, 0]


def test_a_file_that_changes_meanwhile_is_not_recorded(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def change(descriptor: int) -> None:
        fsync(descriptor)
        reads.file.chmod(0o640)

    monkeypatch.setattr(os, "fsync", change)
    assert reads.checksum() == SIZE
    monkeypatch.undo()
    monkeypatch.setattr(known_files, "_trusted_folders", lambda: {"/": True})
    assert KnownFiles(str(reads.records))._find(str(reads.file), reads.file.stat()) == ""


def test_a_file_whose_changes_cannot_be_written_is_not_recorded(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", refuse)
    assert [reads.checksum(), reads.checksum()] == [SIZE, SIZE]


def test_a_small_file_is_read(reads: Reads) -> None:
    reads.file.write_bytes(b"a" * 1000)
    assert [reads.checksum(), reads.checksum()] == [1000, 1000]


def test_other_file_systems_are_read(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_files, "_trusted_folders", lambda: {"/": True, str(reads.file.parent): False})
    assert [reads.checksum(), reads.checksum()] == [SIZE, SIZE]
    monkeypatch.setattr(known_files, "_trusted_folders", dict)
    assert [reads.checksum(), reads.checksum()] == [SIZE, SIZE]


def test_the_mount_points_of_a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
        "28 27 0:30 / /mnt/with\\040space rw shared:1 - xfs /dev/vdb rw\n"
        "29 27 0:31 / /home rw - ext4 /dev/vdc rw\n"
        "30 29 0:32 / /home rw - nfs4 server:/home rw\n"
        "31 27 0:33 / /tmp rw - tmpfs tmpfs rw\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(known_files, "_MOUNTS", str(mounts))
    expected = {"/": True, "/mnt/with space": True, "/home": False, "/tmp": False}
    assert known_files._trusted_folders() == expected
    monkeypatch.setattr(known_files, "_MOUNTS", str(tmp_path / "missing"))
    assert known_files._trusted_folders() == {}


def test_without_a_record_each_file_is_read(reads: Reads) -> None:
    for _upload in range(2):
        reads.read = 0
        KnownFiles().content(str(reads.file))
        assert reads.read == SIZE


def test_a_file_that_cannot_be_opened(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: t.Any) -> t.NoReturn:
        raise PermissionError

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(PermissionError):
        KnownFiles().content(str(reads.file))
