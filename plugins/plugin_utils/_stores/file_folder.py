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
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._files import FOLDER_FLAGS, opened, read_plain
from .._record import RECORD_SIZE
from .file_names import FOLDER_SUFFIX, SUFFIX, name_of

Path = tuple[str, ...]
"""Where a record is below the folder, as its parts."""


class Folder:
    """A folder with one file an account.

    :param path: of the folder, which need not be there yet
    """

    def __init__(self, path: str) -> None:
        self.path = path

    @contextlib.contextmanager
    def opened(self) -> t.Iterator[int | None]:
        """Its descriptor, or V(None) where it does not exist yet.

        :raises OctoAwsError: it is there, and cannot be used
        """
        try:
            root: int | None = os.open(self.path, FOLDER_FLAGS)
        except FileNotFoundError:
            root = None
        except OSError as error:
            raise self._unavailable("it is a link" if os.path.islink(self.path) else str(error.strerror)) from None
        try:
            yield root
        finally:
            if root is not None:
                os.close(root)

    def read(self, root: int | None, path: Path, what: str) -> bytes | None:
        """The content of a record's file, or V(None) where there is none.

        :param root: the descriptor of the folder
        :param what: names the record in errors
        :raises RecordError: there is something, and it cannot be read
        """
        if root is None:
            return None
        try:
            with parent_of(root, path) as parent:
                return read_plain(path[-1], RECORD_SIZE, dir_fd=parent)
        except FileNotFoundError:
            return None
        except OSError as error:
            why = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise RecordError(
                ErrorCode.RECORD_UNREADABLE,
                f"{what} cannot be read: {why}.",
                hint="A record is a plain file that this user may read. Restore it, or delete the account.",
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

    def _unavailable(self, why: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store {self.path} cannot be used: {why}.",
            hint="A store is a folder that this user may read; links are not followed.",
        )


@contextlib.contextmanager
def parent_of(root: int, path: Path) -> t.Iterator[int]:
    """The descriptor of the folder that the last part of RV(path) is in.

    :raises FileNotFoundError: there is no such folder
    """
    with contextlib.ExitStack() as stack:
        parent = root
        for part in path[:-1]:
            parent = stack.enter_context(opened(part, FOLDER_FLAGS, dir_fd=parent))
        yield parent


def _names_in(folder: int, path: Path) -> t.Iterator[str]:
    for entry in os.listdir(folder):
        if entry.endswith(SUFFIX) and (name := name_of((*path, entry))) is not None:
            yield name
        elif entry.endswith(FOLDER_SUFFIX):
            with contextlib.suppress(OSError), opened(entry, FOLDER_FLAGS, dir_fd=folder) as inner:
                yield from _names_in(inner, (*path, entry))
