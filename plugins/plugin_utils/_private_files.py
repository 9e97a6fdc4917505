# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and folders that only this user may read, opened relative to folder descriptors. Links are not followed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import random
import stat
import time
import typing as t

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe in place of a file would block forever.
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def opened(name: str, flags: int, *, dir_fd: int | None = None) -> t.Iterator[int]:
    """Open a file and close it at the end. New files get mode 0600."""
    descriptor = os.open(name, flags, 0o600, dir_fd=dir_fd)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def acquire_lock(lock: int, timeout: float, max_pause: float) -> bool:
    """Acquire a kernel lock. Return whether it became free in time: its holder may be suspended.

    :param timeout: in seconds
    :param max_pause: maximum seconds between two attempts
    """
    deadline = time.monotonic() + timeout
    pause = 0.002
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
        else:
            return True
        time.sleep(random.uniform(pause / 2, pause))
        pause = min(pause * 1.5, max_pause)


def unlock(lock: int) -> None:
    """Release a kernel lock. Closing its file is not enough: a forked process may have it open, too."""
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_UN)


def is_world_writable(found: os.stat_result) -> bool:
    """Whether every user may change a file, or replace the files of a folder."""
    # In a sticky folder such as /tmp, only their owners can remove and rename files.
    is_sticky = stat.S_ISDIR(found.st_mode) and bool(found.st_mode & stat.S_ISVTX)
    return bool(found.st_mode & stat.S_IWOTH) and not is_sticky


def is_foreign(found: os.stat_result) -> bool:
    """Whether a file belongs neither to this user nor to root."""
    return found.st_uid not in (os.geteuid(), 0)


def read_plain(
    name: str, max_size: int, *, dir_fd: int, check: t.Callable[[os.stat_result], None] = lambda found: None
) -> bytes:
    """Read a plain file.

    :param max_size: maximum size in bytes
    :param check: raises an OSError if the file must not be used
    :raises OSError: it does not exist, is not a plain file, or is too large
    """
    with opened(name, READ_FLAGS, dir_fd=dir_fd) as file:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        check(status)
        with open(file, "rb", closefd=False) as reader:
            data = reader.read(max_size + 1)
    if len(data) > max_size:
        raise OSError(errno.EFBIG, "it is too large")
    return data


def write_all(file: int, data: bytes) -> None:
    """Write all data; a single system call may write only a part."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def remove(name: str, folder: int) -> bool:
    """Remove a file, a link or an empty folder. Return whether it existed."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        # EISDIR on Linux, EPERM in POSIX.
        if error.errno not in (errno.EISDIR, errno.EPERM):
            raise
        os.rmdir(name, dir_fd=folder)
    return True


def make_folders(path: str) -> None:
    """Create a folder and its parents, with mode 0700."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        with contextlib.suppress(FileExistsError):
            make_folders(parent)
    os.mkdir(path, 0o700)
