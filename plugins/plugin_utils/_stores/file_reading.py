# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the folder of a file store, as those see it who only read.

A part, above C(file_names). Every file is reached through descriptors of folders, and no link is followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import typing as t
from functools import partial

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.record import RECORD_SIZE
from .._private_files import FOLDER_FLAGS, is_foreign, is_world_writable, opened, read_plain
from .file_names import FOLDER_SUFFIX, SUFFIX, name_of

Path = tuple[str, ...]
"""Where a record is below the folder, as its parts."""


class Folder:
    """A folder with one file an account.

    :param path: of the folder, which need not be there yet
    :param warn: takes a sentence for people
    """

    def __init__(self, path: str, warn: t.Callable[[str], None]) -> None:
        self.path = path
        self._warn = warn
        self._warned = False

    @contextlib.contextmanager
    def opened(self) -> t.Iterator[int | None]:
        """Its descriptor, or V(None) where it does not exist yet.

        :raises OctoAwsError: it is there, and cannot be used or trusted
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
        """The content of a record's file, or V(None) where there is none.

        :param root: the descriptor of the folder
        :param what: names the record in errors
        :raises RecordError: there is something, and it cannot be read
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
            why = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise RecordError(
                ErrorCode.RECORD_UNREADABLE,
                f"{label} cannot be read: {why}.",
                hint=getattr(error, "hint", "")
                or "A record is a plain file that this user may read. Restore it, or delete the account.",
            ) from None

    def names(self) -> list[str]:
        """The names of all accounts, sorted.

        :raises OctoAwsError: the folder cannot be used
        """
        with self.opened() as root:
            try:
                return sorted(_names_in(root, ())) if root is not None else []
            except OSError as error:
                raise self._unavailable(str(error.strerror)) from None

    def _check(self, found: os.stat_result) -> None:
        """Refuse a folder whose records any user may exchange, and warn of one that another user may change."""
        if is_world_writable(found):
            raise self._unavailable(
                "every user of this machine may write to it, and so exchange records",
                f"Look whether the records are the right ones, then: chmod -R o-w {self.path}",
            )
        if is_foreign(found) and not _is_shared(found) and not self._warned:
            self._warned = True
            self._warn(
                f"The store {self.path} belongs to the user with the ID {found.st_uid}, who may exchange its records."
            )

    def _unavailable(self, why: str, hint: str = "") -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store {self.path} cannot be used: {why}.",
            hint=hint or "A store is a folder that this user may read; links are not followed.",
        )


class Untrusted(PermissionError):
    """A file or folder of the store that a user may change who must not.

    :param hint: what to do
    """

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(errno.EPERM, why)
        self.hint = hint


def _is_shared(folder: os.stat_result) -> bool:
    """Whether a group shares the folder, so that its members are trusted like its owner."""
    return bool(folder.st_mode & stat.S_IWGRP)


def _check_inside(root: os.stat_result, found: os.stat_result) -> None:
    """Refuse a record, or a folder of records, that a user may change who cannot be trusted with the store.

    :param root: the folder of the store
    :raises Untrusted: it must not be used
    """
    if is_world_writable(found):
        raise Untrusted(
            "every user of this machine may write to it",
            "Look whether it is the right one and take the right away (chmod o-w), or delete the account.",
        )
    if is_foreign(found) and found.st_uid != root.st_uid and not _is_shared(root):
        raise Untrusted(
            f"it belongs to the user with the ID {found.st_uid}, and the store to the one with the ID {root.st_uid}",
            "Look whether it is the right one and give it to the owner of the store (chown), or delete the account.",
        )


@contextlib.contextmanager
def parent_of(root: int, path: Path, check: t.Callable[[os.stat_result], None] = lambda found: None) -> t.Iterator[int]:
    """The descriptor of the folder that the last part of RV(path) is in.

    :param check: raises an OSError for a folder on the way that must not be used
    :raises FileNotFoundError: there is no such folder
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
