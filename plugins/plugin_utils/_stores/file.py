# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Store accounts in a folder with one file per account, each encrypted by Ansible Vault.

Reading is in :mod:`.file_reading`, and writing in :mod:`.file_writing`, which lookups do not load.
"""

from __future__ import annotations

import hashlib
import os
import typing as t
from urllib.parse import unquote, urlsplit

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .file_names import path_of
from .file_reading import Folder
from .protocol import RevisionConflict, read_each
from .record_sealer import RecordSealer

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .protocol import StoreContext, Stored


class FileStore:
    """See :class:`.protocol.Store`."""

    seals_with_vault = True

    def __init__(self, folder: str, context: StoreContext) -> None:
        self.url = folder
        self._folder = Folder(folder, context.warn)
        self._sealer = RecordSealer(context, self._sealed_records)

    @classmethod
    def at_path(cls, path: str, context: StoreContext) -> FileStore:
        """Open the store in a folder; ``~`` is the home folder."""
        if not path or "\0" in path or not _can_be_path(path):
            raise OctoAwsError(
                ErrorCode.STORE_URL_INVALID,
                "The path of the store is empty or has an invalid character.",
            )
        folder = os.path.abspath(os.path.expanduser(path))
        return cls(folder, context)

    @classmethod
    def at_url(cls, rest: str, context: StoreContext) -> FileStore:
        """Open the store of a ``file:`` URL (RFC 8089), including ``file:~/x`` and ``file:x``."""
        try:
            parts = urlsplit(rest)
        except ValueError:
            parts = urlsplit("//not-a-host")
        if parts.query or parts.fragment or parts.netloc not in ("", "localhost"):
            raise OctoAwsError(
                ErrorCode.STORE_URL_INVALID,
                "Invalid store URL: a file: URL has no host, options or fragment.",
                hint="Write file:/PATH, with ? as %3F and # as %23, or use the plain path.",
            )
        return cls.at_path(unquote(parts.path), context)

    def exists(self) -> bool:
        with self._folder.opened() as root:
            return root is not None

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        path, label = path_of(name), self._label(name)
        with self._folder.opened() as root:
            sealed = self._folder.read(root, path, label)
        if sealed is None:
            return None
        return self._sealer.open(name, sealed, _revision(sealed), label)

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        return read_each(self, names)

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        from . import file_writing

        path, label = path_of(account.name), self._label(account.name)
        sealed = self._sealer.seal(account, vault_id, label, dry_run=dry_run)
        if dry_run:
            return
        try:
            with file_writing.locked(self._folder) as root:
                current = self._folder.read(root, path, label)
                if (None if current is None else _revision(current)) != replaces:
                    raise RevisionConflict
                file_writing.replace(root, path, sealed, label)
        except OSError as error:
            raise OctoAwsError(
                ErrorCode.STORE_WRITE_FAILED,
                f"{label} cannot be written: {error.strerror}. The previous record is unchanged.",
                hint="Free disk space, or allow this user to write there (`chmod u+w`), then save again.",
            ) from None

    def delete(self, name: str) -> bool:
        from . import file_writing

        path, label = path_of(name), self._label(name)
        try:
            with self._folder.opened() as root:
                if root is None:
                    return False
            with file_writing.locked(self._folder) as root:
                return file_writing.delete(root, path, label)
        except OSError as error:
            raise OctoAwsError(
                ErrorCode.STORE_WRITE_FAILED,
                f"{label} cannot be deleted: {error.strerror}.",
                hint="Allow this user to write in the folder of the store, and check that the record is a plain file.",
            ) from None

    def names(self) -> list[str]:
        return self._folder.names()

    def _sealed_records(self) -> t.Iterator[tuple[str, bytes]]:
        """Yield the names and sealed texts of all records that can be read."""
        with self._folder.opened() as root:
            for name in self._folder.names():
                try:
                    sealed = self._folder.read(root, path_of(name), "")
                except RecordError:
                    continue
                if sealed is not None:
                    yield name, sealed

    def _label(self, name: str) -> str:
        path = "/".join(path_of(name))
        return f"The record of account {name!r:.80} in {self.url} ({path:.80})"


def _can_be_path(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _revision(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()
