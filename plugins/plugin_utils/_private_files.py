# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: files and folders that nobody else may read, reached through descriptors of folders.

Ground: imports nothing of the collection. No link is followed.
"""

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
# Without O_NONBLOCK, opening a pipe that somebody put in a file's place would wait for ever.
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def opened(name: str, flags: int, *, dir_fd: int | None = None) -> t.Iterator[int]:
    """A descriptor, closed in the end. What is made is for this user alone."""
    descriptor = os.open(name, flags, 0o600, dir_fd=dir_fd)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def acquire_lock(lock: int, timeout: float, max_pause: float) -> bool:
    """Take a kernel lock; whether it was free within so many seconds. Its holder may have been stopped.

    :param longest_pause: seconds between two looks at it, at most
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
    """Give back a kernel lock. To close its file is not enough: who was forked meanwhile has the file open, too."""
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_UN)


def is_world_writable(found: os.stat_result) -> bool:
    """Whether each user of the machine may change a file, or exchange the files of a folder."""
    # In a sticky folder such as /tmp, files are removed and renamed by their owners alone.
    is_sticky = stat.S_ISDIR(found.st_mode) and bool(found.st_mode & stat.S_ISVTX)
    return bool(found.st_mode & stat.S_IWOTH) and not is_sticky


def is_foreign(found: os.stat_result) -> bool:
    """Whether a file belongs neither to this user nor to root."""
    return found.st_uid not in (os.geteuid(), 0)


def read_plain(
    name: str, most: int, *, dir_fd: int, check: t.Callable[[os.stat_result], None] = lambda found: None
) -> bytes:
    """The content of a plain file of at most so many bytes.

    :param check: raises an OSError if the file must not be used
    :raises OSError: there is none, it is something else than a plain file, or it is larger
    """
    with opened(name, READ_FLAGS, dir_fd=dir_fd) as file:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        check(found)
        with open(file, "rb", closefd=False) as reader:
            data = reader.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, "it is too large")
    return data


def write_all(file: int, data: bytes) -> None:
    """Write RV(data) whole; a system call may take only a part of it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def remove(name: str, folder: int) -> bool:
    """Remove a file, a link itself, or an empty folder; whether there was one."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        # Linux says EISDIR, POSIX says EPERM.
        if error.errno not in (errno.EISDIR, errno.EPERM):
            raise
        os.rmdir(name, dir_fd=folder)
    return True


def make_folders(path: str) -> None:
    """Make a folder and those above it, each for this user alone."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        with contextlib.suppress(FileExistsError):
            make_folders(parent)
    os.mkdir(path, 0o700)
