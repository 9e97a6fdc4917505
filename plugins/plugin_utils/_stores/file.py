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
from .._accounts.record import from_record, to_record
from .file_names import path_of
from .file_reading import Folder
from .protocol import EmptyRecordError, RevisionConflict, Stored, has_content, no_prompt, read_each

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .._vault import Vault
    from .protocol import StoreContext


class FileStore:
    """See :class:`.protocol.Store`."""

    seals_with_vault = True

    def __init__(
        self,
        folder: str,
        vault: Vault,
        warn: t.Callable[[str], None] = lambda text: None,
        ask_for_password: t.Callable[[str], str] = no_prompt,
    ) -> None:
        self.url = folder
        self._folder = Folder(folder, warn)
        self._vault = vault
        self._ask_for_password = ask_for_password
        self._known_passwords: set[bytes] = set()
        """Fingerprints of passwords that decrypted a record of the store or were confirmed."""

    @classmethod
    def at_path(cls, path: str, context: StoreContext) -> FileStore:
        """Open the store in a folder; ``~`` is the home folder."""
        if not path or "\0" in path or not _can_be_path(path):
            raise OctoAwsError(
                ErrorCode.STORE_URL_INVALID,
                "The path of the store is empty or has an invalid character.",
            )
        folder = os.path.abspath(os.path.expanduser(path))
        return cls(folder, context.vault, context.warn, context.ask_for_password)

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
        if not has_content(sealed):
            raise EmptyRecordError.of(label, _revision(sealed))
        text, vault_id, fingerprint = self._vault.open(sealed, label)
        self._known_passwords.add(fingerprint)
        if not has_content(text):
            raise EmptyRecordError.of(label, _revision(sealed))
        return Stored(from_record(text, name, label), _revision(sealed), vault_id)

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        return read_each(self, names)

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        from . import file_writing

        path, label = path_of(account.name), self._label(account.name)
        self._check_password(account.name, vault_id, label, dry_run=dry_run)
        sealed = self._vault.seal(to_record(account), vault_id, label)
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

    def _check_password(self, name: str, vault_id: str | None, label: str, *, dry_run: bool) -> None:
        """Reject a mistyped password."""
        password = self._vault.password_for(vault_id, label)
        if password.fingerprint in self._known_passwords:
            return
        from . import vault_password

        if not vault_password.opens_known_record(self._others(name), password, label) and password.is_typed:
            if dry_run:
                return
            vault_password.confirm(password, self._ask_for_password, label)
        self._known_passwords.add(password.fingerprint)

    def _others(self, name: str) -> t.Iterator[tuple[str, bytes]]:
        """Yield the names and sealed texts of the other accounts that can be read."""
        with self._folder.opened() as root:
            for other in self._folder.names():
                try:
                    sealed = self._folder.read(root, path_of(other), "") if other != name else None
                except RecordError:
                    continue
                if sealed is not None:
                    yield other, sealed

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
