# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change the AWS config file of a user: completely, or not at all.

A new file takes its place, with the same permissions. A link to the file stays a link.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._private_files import (
    FOLDER_FLAGS,
    NEW_FLAGS,
    acquire_lock,
    make_folders,
    opened,
    read_plain,
    remove,
    unlock,
    write_all,
)
from .files import files_of_user

_LARGEST = 10_000_000
"""Bytes of a config file."""
_PATIENCE = 30.0
"""Seconds to wait for another process that changes the file."""
_SURVIVES = "surrogateescape"
"""Keeps each byte that is not UTF-8."""


def config_path(path: str | None) -> str:
    """Return the path of the config file of this user.

    :param path: another one; ``None`` for that of AWS clients
    """
    return os.path.abspath(os.path.expanduser(path) if path else files_of_user()[0])


def read_config(path: str) -> str:
    """Return the text of a config file; empty if there is none.

    :raises OctoAwsError: it cannot be read
    """
    target = os.path.realpath(path)
    try:
        with opened(os.path.dirname(target), FOLDER_FLAGS) as folder:
            return _read(target, folder)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _failed(path, "read", error) from None


def change_config(path: str, change: t.Callable[[str], str]) -> bool:
    """Change the text of a config file, and create it if there is none. Return whether it differs.

    :param change: returns the new text
    :raises OctoAwsError: it cannot be read or written; it is as it was
    """
    target = os.path.realpath(path)
    try:
        with contextlib.suppress(FileExistsError):
            make_folders(os.path.dirname(target))
        with opened(os.path.dirname(target), FOLDER_FLAGS) as folder:
            # Processes that change the file take turns: each reads what the one before has written.
            if not acquire_lock(folder, _PATIENCE, max_pause=0.05):
                raise OSError(errno.EAGAIN, "another process is changing it")
            try:
                before = _read(target, folder)
                after = change(before)
                if after != before:
                    _replace(target, folder, after.encode("utf-8", _SURVIVES))
                return after != before
            finally:
                unlock(folder)
    except OSError as error:
        raise _failed(path, "written", error) from None


def _read(target: str, folder: int) -> str:
    try:
        return read_plain(os.path.basename(target), _LARGEST, dir_fd=folder).decode("utf-8", _SURVIVES)
    except FileNotFoundError:
        return ""


def _replace(target: str, folder: int, data: bytes) -> None:
    name = os.path.basename(target)
    new = f".{name}.octo-aws-new"
    remove(new, folder)  # of a process that was killed
    try:
        with opened(new, NEW_FLAGS, dir_fd=folder) as file:
            with contextlib.suppress(FileNotFoundError):
                found = os.stat(name, dir_fd=folder)
                if (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file, found.st_uid, found.st_gid)
                os.fchmod(file, stat.S_IMODE(found.st_mode))
            write_all(file, data)
            os.fsync(file)
        os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        remove(new, folder)
        raise


def _failed(path: str, verb: str, error: OSError) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.PROFILES_UNREADABLE,
        f"The AWS config file {path} cannot be {verb}: {error.strerror}.",
        hint="It was not changed. Check its path, its owner and its mode.",
    )
