# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change the folder of a file store.

Writers hold a kernel lock, write a new file beside the records and rename it. So readers, which take no lock, see the
old record or the new one, and a killed writer leaves neither a partial record nor a lock. It may leave the new file,
which the next writer removes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._private_files import LOCK_FLAGS, NEW_FLAGS, acquire_lock, make_folders, opened, remove, unlock, write_all
from .file_reading import Folder, Path, parent_of

_LOCK_FILE = ".lock"
_NEW_FILE = ".new"
_PATIENCE = 60.0
"""Seconds to wait for other writers. Each holds the lock for milliseconds."""


@contextlib.contextmanager
def locked(folder: Folder) -> t.Iterator[int]:
    """Lock the folder and yield its descriptor. Create the folder if it does not exist. The kernel releases the lock
    when its holder ends, even if it is killed.

    :raises OctoAwsError: other writers held the lock for too long
    """
    with contextlib.suppress(FileExistsError):
        make_folders(folder.path)
    with folder.opened() as root:
        if root is None:
            raise FileNotFoundError(errno.ENOENT, "the folder of the store was removed")
        with opened(_LOCK_FILE, LOCK_FLAGS, dir_fd=root) as lock:
            if not acquire_lock(lock, _PATIENCE, max_pause=0.01):
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Another process has held the lock of the store {folder.path} for {_PATIENCE:.0f} seconds.",
                    hint="Nothing was written. To find the process, run "
                    f"`fuser -v {shlex.quote(f'{folder.path}/{_LOCK_FILE}')}`.",
                )
            try:
                remove(_NEW_FILE, root)  # a killed writer may have left it
                yield root
            finally:
                unlock(lock)


def replace(root: int, path: Path, data: bytes, label: str) -> None:
    """Write data to a path, completely or not at all. The caller holds the lock.

    :param label: the record, for messages
    :raises OctoAwsError: the record was written, but may not be durable
    """
    try:
        with opened(_NEW_FILE, NEW_FLAGS, dir_fd=root) as file:
            os.fchmod(file, 0o600)
            write_all(file, data)
            os.fsync(file)
        _make_parents(root, path)
        with parent_of(root, path) as parent:
            os.rename(_NEW_FILE, path[-1], src_dir_fd=root, dst_dir_fd=parent)
            _make_durable(parent, label)
    except OSError:
        remove(_NEW_FILE, root)
        _remove_empty_folders(root, path[:-1])
        raise


def delete(root: int, path: Path, label: str) -> bool:
    """Remove a path and the folders that become empty. Return whether it existed. The caller holds the lock.

    :param label: the record, for messages
    :raises OctoAwsError: the record was removed, but the deletion may not be durable
    """
    try:
        with parent_of(root, path) as parent:
            if not remove(path[-1], parent):
                return False
            _make_durable(parent, f"The deletion of {label[:1].lower()}{label[1:]}")
            return True
    except FileNotFoundError:
        return False
    finally:
        # Also removes the folders that a killed writer left.
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


def _make_durable(folder: int, label: str) -> None:
    """Wait until a change of a folder would survive a loss of power.

    :raises OctoAwsError: the change may not be durable
    """
    try:
        _synchronize(folder)
    except OSError as error:
        raise OctoAwsError(
            ErrorCode.STORE_WRITE_FAILED,
            f"{label} may be lost in a power failure: {error.strerror}.",
            hint="Check the disk and the system log, then repeat the task.",
        ) from None


def _synchronize(folder: int) -> None:
    """Flush a folder to the disk. Some network and user-space file systems do not support this for folders."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
