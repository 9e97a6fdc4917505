# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a download, on the machine that gets them. Nothing is written outside of ``dest``."""

from __future__ import annotations

import contextlib
import os
import stat
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._path_patterns import includes

_LONGEST_NAME = 255
"""Bytes of a file name on Linux."""


class TargetFolder:
    """A folder that gets the files of a download.

    :param path: its absolute path
    :param include: patterns of files; empty for all
    :param exclude: patterns of files
    """

    def __init__(self, path: str, include: t.Sequence[str] = (), exclude: t.Sequence[str] = ()) -> None:
        self.path = os.path.normpath(path)
        self._include = include
        self._exclude = exclude

    def covers(self, relative: str) -> bool:
        """Whether the patterns select a file."""
        included = not self._include or any(includes(pattern, relative) for pattern in self._include)
        return included and not any(includes(pattern, relative) for pattern in self._exclude)

    def place(self, relative: str) -> str:
        """Return the path of a file."""
        return os.path.join(self.path, relative)

    def check(self, files: t.Collection[str], key_of: t.Callable[[str], str]) -> None:
        """Check the places of all files, before any of them is written.

        :param files: their relative paths; a set if there are many
        :param key_of: returns the key of a file
        :raises OctoAwsError: a file would be outside of the folder, or in the place of a folder
        """
        folders: dict[str, str] = {}
        for relative in files:
            _check_key(relative, key_of(relative))
            parent = relative
            while "/" in parent:
                parent = parent.rpartition("/")[0]
                folders.setdefault(parent, relative)
        if os.path.lexists(self.path) and not os.path.isdir(self.path):
            raise dest_invalid(f"{self.path} is not a folder.", "Remove it, or correct dest.")
        root = os.path.realpath(self.path)
        for folder, relative in folders.items():
            key = key_of(relative)
            if folder in files:
                raise _key_invalid(
                    key_of(folder), f"cannot be a file, since {key} is below it", "Add one of them to exclude."
                )
            path = self.place(folder)
            if os.path.lexists(path) and not os.path.isdir(path):
                raise dest_invalid(f"{path} is not a folder, but {key} is below it.", "Remove it.")
            if not os.path.realpath(path).startswith(f"{root.rstrip('/')}/"):
                raise dest_invalid(f"{path} is a link to a path outside of {root}.", "Replace the link with a folder.")
        for relative in files:
            _check_place(self.place(relative))

    def stale(self, keys: t.Container[str]) -> list[str]:
        """Return the relative paths of files without an object, sorted. Links to folders are not followed."""
        found: list[str] = []
        if not os.path.isdir(self.path):
            return found
        for folder, _folders, names in os.walk(self.path, onerror=_raise_unreadable):
            for name in names:
                relative = os.path.relpath(os.path.join(folder, name), self.path)
                if relative not in keys and self.covers(relative):
                    found.append(relative)
        return sorted(found)

    def remove(self, relative: str) -> None:
        """Delete a file, and the folders above it that become empty.

        :raises OctoAwsError: the file cannot be deleted
        """
        try:
            os.unlink(self.place(relative))
        except OSError as error:
            raise unwritable(self.place(relative), error, "delete") from None
        with contextlib.suppress(OSError):
            while "/" in relative:
                relative = relative.rpartition("/")[0]
                os.rmdir(self.place(relative))


def size_of(path: str) -> int | None:
    """Return the size of a regular file, or ``None`` if there is none. A link is none: it is replaced."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def mode_of(path: str) -> int | None:
    """Return the mode of a regular file, or ``None`` if there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None


def mode_of_new_files() -> int:
    """Return the mode of a new file. This must not run in several threads."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def dest_invalid(message: str, hint: str) -> OctoAwsError:
    """Return the error of a place that cannot get a file."""
    return OctoAwsError(ErrorCode.DOWNLOAD_DEST_INVALID, message, hint=hint)


def unwritable(path: str, error: OSError, action: str = "write") -> OctoAwsError:
    """Return the error of a file that cannot be written."""
    return dest_invalid(
        f"Cannot {action} {path}: {error.strerror or type(error).__name__}.",
        "Correct the owner or the mode, or free space, then run the task again.",
    )


def _check_key(relative: str, key: str) -> None:
    names = relative.split("/")
    if {"", ".", ".."} & set(names) or "\0" in relative:
        raise _key_invalid(
            key, "has an empty name, a name of dots or a NUL, and is no path below dest", "Add it to exclude."
        )
    if any(len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME for name in names):
        raise _key_invalid(key, f"has a name of more than {_LONGEST_NAME} bytes", "Add it to exclude.")


def _check_place(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise unwritable(path, error) from None
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        problem = "is a folder" if stat.S_ISDIR(mode) else "is a device, a pipe or a socket"
        raise dest_invalid(f"{path} {problem}, not a file.", "Remove it, or correct dest.")


def _key_invalid(key: str, problem: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.DOWNLOAD_KEY_INVALID, f"The key {key!r:.1100} {problem}.", hint=hint)


def _raise_unreadable(error: OSError) -> t.NoReturn:
    raise unwritable(str(error.filename), error, "read") from None
