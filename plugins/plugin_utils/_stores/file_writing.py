# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: how the folder of a file store is changed.

A part, above C(file_folder). Writers hold a kernel lock, write a new file beside the records and rename it, so that a
reader, which takes no lock, sees the old record or the new one, and so that a writer that is killed leaves neither half
a record nor a lock. What it may leave is the new file that was not renamed yet; the next writer removes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._private_files import LOCK_FLAGS, NEW_FLAGS, acquire_lock, make_folders, opened, remove, unlock, write_all
from .file_reading import Folder, Path, parent_of

_LOCK_FILE = ".lock"
_NEW_FILE = ".new"
_PATIENCE = 60.0
"""Seconds that a writer waits for others. Each of them needs the lock for milliseconds."""


@contextlib.contextmanager
def locked(folder: Folder) -> t.Iterator[int]:
    """The descriptor of the folder, which is made if need be, with the right to change it. The kernel lifts the lock
    when its holder ends, however it ends.

    :raises OctoAwsError: others have had the lock for too long
    """
    with contextlib.suppress(FileExistsError):
        make_folders(folder.path)
    with folder.opened() as root:
        if root is None:
            raise FileNotFoundError(errno.ENOENT, "the store's folder was removed meanwhile")
        with opened(_LOCK_FILE, LOCK_FLAGS, dir_fd=root) as lock:
            if not acquire_lock(lock, _PATIENCE, max_pause=0.01):
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Another process has had the lock of the store {folder.path} for {_PATIENCE:.0f} seconds.",
                    hint=f"Nothing was written. Find it with: fuser -v {folder.path}/{_LOCK_FILE}",
                )
            try:
                remove(_NEW_FILE, root)  # of a writer that was killed: nobody else writes now
                yield root
            finally:
                unlock(lock)


def replace(root: int, path: Path, data: bytes, label: str) -> None:
    """Write RV(data) to RV(path), whole or not at all. The caller holds the lock.

    :param what: names the record in errors
    :raises OctoAwsError: it was done, and may not last
    """
    try:
        with opened(_NEW_FILE, NEW_FLAGS, dir_fd=root) as file:
            os.fchmod(file, 0o600)
            write_all(file, data)
            os.fsync(file)
        _make_parents(root, path)
        with parent_of(root, path) as parent:
            os.rename(_NEW_FILE, path[-1], src_dir_fd=root, dst_dir_fd=parent)
            _make_last(parent, label)
    except OSError:
        remove(_NEW_FILE, root)
        _remove_empty_folders(root, path[:-1])
        raise


def delete(root: int, path: Path, label: str) -> bool:
    """Remove RV(path) and what that leaves empty; whether there was anything. The caller holds the lock.

    :param what: names the record in errors
    :raises OctoAwsError: it was done, and may not last
    """
    try:
        with parent_of(root, path) as parent:
            if not remove(path[-1], parent):
                return False
            _make_last(parent, f"The deletion of {label}")
            return True
    except FileNotFoundError:
        return False  # nor is there the folder that it would be in
    finally:
        # Also where a writer was killed before it came to this.
        _remove_empty_folders(root, path[:-1])


def _make_parents(root: int, path: Path) -> None:
    for depth in range(1, len(path)):
        with contextlib.suppress(FileExistsError), parent_of(root, path[:depth]) as parent:
            os.mkdir(path[depth - 1], 0o700, dir_fd=parent)
            _synchronize(parent)


def _remove_empty_folders(root: int, folders: Path) -> None:
    for depth in range(len(folders), 0, -1):
        with contextlib.suppress(OSError), parent_of(root, folders[:depth]) as parent:
            os.rmdir(folders[depth - 1], dir_fd=parent)


def _make_last(folder: int, label: str) -> None:
    """Wait until what was done in a folder would survive a loss of power.

    :raises OctoAwsError: it was done, and may not last
    """
    try:
        _synchronize(folder)
    except OSError as error:
        raise OctoAwsError(
            ErrorCode.STORE_WRITE_FAILED,
            f"{label} was carried out, but may not last: {error.strerror}.",
            hint="Look at the disk and the system log, then do it again.",
        ) from None


def _synchronize(folder: int) -> None:
    """Have a folder on the disk. Some network and user-space file systems cannot do this for a folder; they do what
    they can by themselves."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
