# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record of the checksums of large files on this host, so that they are not read for each upload."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time

from .digests import digest_of_open
from .local_record import LocalRecord

_TABLE = """
CREATE TABLE IF NOT EXISTS files (name BLOB PRIMARY KEY, stamp TEXT, sha256 TEXT) WITHOUT ROWID
"""
_LEAST_SIZE = 1024 * 1024
"""Bytes. To read a smaller file costs little."""
_LEAST_AGE = 30.0
"""Seconds since the last change of a file. It is longer than the steps of the clock of any file system, and by default
Linux writes changes to the disk within this time, so that :func:`os.fsync` has no work."""
_FILE_SYSTEMS = frozenset({"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "xfs"})
"""File systems that set the time of a change for each write, even of a program that has mapped the file into its
memory. Those in memory do not, and those of a network are changed elsewhere."""
_MOUNTS = "/proc/self/mountinfo"


class KnownFiles:
    """The checksums of files, by inode, size, and the times of the last change of content and inode.

    A program can set the time of modification, but not that of the inode. A file is recorded if its last change is some
    time ago, and is on the disk.

    :param folder: the folder for all records; empty for no record
    """

    def __init__(self, folder: str = "") -> None:
        self._record = LocalRecord(folder, "files", _TABLE)
        self._trusted = _trusted_folders() if folder else {}

    def content(self, path: str) -> tuple[int, str]:
        """Return the size and the SHA-256 checksum of a file.

        :raises OSError: the file cannot be read
        """
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            recorded = status.st_size >= _LEAST_SIZE and self._is_trusted(path)
            if recorded and (known := self._find(path, status)):
                return status.st_size, known
            recorded = recorded and time.time() - status.st_ctime >= _LEAST_AGE and _is_on_disk(file.fileno())
            sha256 = digest_of_open(file, hashlib.sha256())
            after = os.fstat(file.fileno())
            if recorded and _stamp(after) == _stamp(status):
                row = (_name(path), _stamp(status), sha256)
                self._record.rows("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", *row)
            return after.st_size, sha256

    def save(self) -> None:
        """Save what was noted."""
        self._record.save()

    def _find(self, path: str, status: os.stat_result) -> str:
        stamp = _stamp(status)
        rows = self._record.rows("SELECT sha256 FROM files WHERE name = ? AND stamp = ?", _name(path), stamp)
        return str(rows[0][0]) if rows else ""

    def _is_trusted(self, path: str) -> bool:
        folder = os.path.realpath(path)
        while folder not in self._trusted:
            parent = os.path.dirname(folder)
            if parent == folder:
                return False
            folder = parent
        return self._trusted[folder]


def _trusted_folders() -> dict[str, bool]:
    """Return the mount points of this host, and whether the times of their files can be trusted."""
    found: dict[str, bool] = {}
    with contextlib.suppress(OSError, ValueError, IndexError), open(_MOUNTS, "rb") as mounts:
        for line in mounts:
            # See proc_pid_mountinfo(5). A later line is mounted over an earlier one.
            place, _separator, rest = line.partition(b" - ")
            point = re.sub(rb"\\([0-7]{3})", lambda sign: bytes([int(sign[1], 8)]), place.split(b" ")[4])
            found[os.fsdecode(point)] = rest.split(b" ")[0].decode() in _FILE_SYSTEMS
    return found


def _is_on_disk(descriptor: int) -> bool:
    """Write the changes of a file to the disk. The next write through a mapping sets its time again then."""
    try:
        os.fsync(descriptor)
    except OSError:
        return False
    return True


def _stamp(status: os.stat_result) -> str:
    numbers = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return " ".join(map(str, numbers))


def _name(path: str) -> bytes:
    return hashlib.sha256(os.fsencode(path)).digest()
