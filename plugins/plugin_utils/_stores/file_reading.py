# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the folder of a file store.

Files are opened relative to folder descriptors, and links are not followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import stat
import typing as t
from functools import partial

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.record import RECORD_SIZE
from .._private_files import FOLDER_FLAGS, is_foreign, is_world_writable, opened, read_plain
from .file_names import FOLDER_SUFFIX, SUFFIX, name_of

Path = tuple[str, ...]
"""The path of a record below the folder of the store, as its parts."""


class Folder:
    """A folder with one file per account.

    :param path: of the folder, which may not exist yet
    :param warn: called with a user-facing warning message
    """

    def __init__(self, path: str, warn: t.Callable[[str], None]) -> None:
        self.path = path
        self._warn = warn
        self._warned = False

    @contextlib.contextmanager
    def opened(self) -> t.Iterator[int | None]:
        """Open the folder. Yield its descriptor, or ``None`` if it does not exist.

        :raises OctoAwsError: the folder cannot be used or trusted
        """
        try:
            root: int | None = os.open(self.path, FOLDER_FLAGS)
        except FileNotFoundError:
            root = None
        except OSError as error:
            raise self._unavailable("it is a link" if os.path.islink(self.path) else str(error.strerror)) from None
        try:
            if root is not None:
                self._check(os.fstat(root))
            yield root
        finally:
            if root is not None:
                os.close(root)

    def read(self, root: int | None, path: Path, label: str) -> bytes | None:
        """Read the file of a record. Return ``None`` if it does not exist.

        :param root: descriptor of the folder
        :param label: the record, for messages
        :raises RecordError: it cannot be read
        """
        if root is None:
            return None
        try:
            check = partial(_check_inside, os.fstat(root))
            with parent_of(root, path, check) as parent:
                return read_plain(path[-1], RECORD_SIZE, dir_fd=parent, check=check)
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise RecordError(
                ErrorCode.RECORD_UNREADABLE,
                f"{label} cannot be read: {reason}.",
                hint=getattr(error, "hint", "")
                or "Restore it as a plain file that this user may read, or delete the account.",
            ) from None

    def names(self) -> list[str]:
        """Return the names of all accounts, sorted.

        :raises OctoAwsError: the folder cannot be used
        """
        with self.opened() as root:
            try:
                return sorted(_names_in(root, ())) if root is not None else []
            except OSError as error:
                raise self._unavailable(str(error.strerror)) from None

    def _check(self, found: os.stat_result) -> None:
        """Reject a world-writable folder, and warn of one that belongs to another user."""
        if is_world_writable(found):
            raise self._unavailable(
                "every user of this machine may write to it, and could replace records",
                f"Check the records, then run `chmod -R o-w {shlex.quote(self.path)}`.",
            )
        if is_foreign(found) and not _is_shared(found) and not self._warned:
            self._warned = True
            self._warn(
                f"The store {self.path} belongs to the user with the ID {found.st_uid}, who could replace its records."
            )

    def _unavailable(self, reason: str, hint: str = "") -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store {self.path} cannot be used: {reason}.",
            hint=hint or "Use a folder that this user may read. Links are not followed.",
        )


class Untrusted(PermissionError):
    """A file or folder of the store that an untrusted user may change."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(errno.EPERM, reason)
        self.hint = hint


def _is_shared(folder: os.stat_result) -> bool:
    """Whether a group may write to the folder. Its members are then trusted like its owner."""
    return bool(folder.st_mode & stat.S_IWGRP)


def _check_inside(root: os.stat_result, found: os.stat_result) -> None:
    """Reject a record, or a folder of records, that an untrusted user may change.

    :param root: the folder of the store
    :raises Untrusted: it must not be used
    """
    if is_world_writable(found):
        raise Untrusted(
            "every user of this machine may write to it",
            "Check its content and remove the permission (`chmod o-w`), or delete the account.",
        )
    if is_foreign(found) and found.st_uid != root.st_uid and not _is_shared(root):
        raise Untrusted(
            f"it belongs to the user with the ID {found.st_uid}, and the store to the user with the ID {root.st_uid}",
            "Check its content and give it to the owner of the store (`chown`), or delete the account.",
        )


@contextlib.contextmanager
def parent_of(root: int, path: Path, check: t.Callable[[os.stat_result], None] = lambda found: None) -> t.Iterator[int]:
    """Open the parent folder of a path, and yield its descriptor.

    :param check: raises an OSError for a folder on the path that must not be used
    :raises FileNotFoundError: the folder does not exist
    """
    with contextlib.ExitStack() as stack:
        parent = root
        for part in path[:-1]:
            parent = stack.enter_context(opened(part, FOLDER_FLAGS, dir_fd=parent))
            check(os.fstat(parent))
        yield parent


def _names_in(folder: int, path: Path) -> t.Iterator[str]:
    for entry in os.listdir(folder):
        if entry.endswith(SUFFIX) and (name := name_of((*path, entry))) is not None:
            yield name
        elif entry.endswith(FOLDER_SUFFIX):
            with contextlib.suppress(OSError), opened(entry, FOLDER_FLAGS, dir_fd=folder) as inner:
                yield from _names_in(inner, (*path, entry))
