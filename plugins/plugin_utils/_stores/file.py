# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: a folder with one file an account, each sealed whole by Ansible Vault.

Writers hold a kernel lock, write a new file beside the records and rename it, so that a reader, which takes no lock,
sees the old record or the new one, and so that a writer that is killed leaves neither half a record nor a lock. What
it may leave is the new file that was not renamed yet; the next writer removes it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import random
import time
import typing as t
from urllib.parse import unquote, urlsplit

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._account import RECORD_SIZE, Account, from_record, to_record
from .._files import FOLDER_FLAGS, LOCK_FLAGS, NEW_FLAGS, make_folders, opened, read_plain, remove, unlock, write_all
from .file_names import FOLDER_SUFFIX, SUFFIX, name_of, path_of
from .protocol import RevisionConflict, Stored, read_each

if t.TYPE_CHECKING:
    from .._vault import Vault
    from .protocol import Surroundings

_LOCK_FILE = ".lock"
_NEW_FILE = ".new"
_PATIENCE = 60.0
"""Seconds that a writer waits for others. Each of them needs the lock for milliseconds."""


class FileStore:
    """See :class:`.protocol.Store`. Every file is reached through descriptors of folders, and no link is followed."""

    seals_with_vault = True

    def __init__(self, folder: str, vault: Vault) -> None:
        self.url = folder
        self._folder = folder
        self._vault = vault

    @classmethod
    def at_path(cls, path: str, surroundings: Surroundings) -> FileStore:
        """The store in a folder that is named by its path; C(~) is the home folder."""
        if not path or "\0" in path or not _can_be_path(path):
            raise OctoAwsError(
                ErrorCode.STORE_URL_INVALID,
                "The path of the store is empty, or holds a null character or half a character.",
            )
        return cls(os.path.abspath(os.path.expanduser(path)), surroundings.vault)

    @classmethod
    def at_url(cls, rest: str, surroundings: Surroundings) -> FileStore:
        """The store that a C(file:) URL names (RFC 8089), C(file:~/x) and C(file:x) included."""
        try:
            parts = urlsplit(rest)
        except ValueError:
            parts = urlsplit("//not-a-host")
        if parts.query or parts.fragment or parts.netloc not in ("", "localhost"):
            raise OctoAwsError(
                ErrorCode.STORE_URL_INVALID,
                "A file: store is a path on this machine and takes no host, parameters or fragment.",
                hint="Write file:/PATH, and %3F and %23 for ? and # in it, or give the plain path.",
            )
        return cls.at_path(unquote(parts.path), surroundings)

    def read(self, name: str, *, anew: bool = False) -> Stored | None:
        path, what = path_of(name), self._what(name)
        with self._open_folder() as root:
            sealed = self._read_file(root, path, what) if root is not None else None
        if sealed is None:
            return None
        text, vault_id = self._vault.open(sealed, what)
        return Stored(from_record(text, name, what), _revision(sealed), vault_id)

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        return read_each(self, names)

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        path, what = path_of(account.name), self._what(account.name)
        sealed = self._vault.seal(to_record(account), vault_id, what)
        if dry_run:
            return
        try:
            with self._locked() as root:
                current = self._read_file(root, path, what)
                if (None if current is None else _revision(current)) != replaces:
                    raise RevisionConflict
                self._replace(root, path, sealed, what)
        except OSError as error:
            raise OctoAwsError(
                ErrorCode.STORE_WRITE_FAILED,
                f"{what} could not be written: {error.strerror}. What was stored before is still there.",
                hint="Make room or give this user the right to write there, then save again.",
            ) from None

    def delete(self, name: str) -> bool:
        path = path_of(name)
        try:
            with self._open_folder() as root:
                if root is None:
                    return False
            with self._locked() as root:
                try:
                    with self._open_parent(root, path) as parent:
                        if parent is None or not remove(path[-1], parent):
                            return False
                        _make_last(parent, "The deletion of " + self._what(name))
                        return True
                finally:
                    # Also where a writer was killed before it came to this.
                    self._remove_empty_folders(root, path[:-1])
        except OSError as error:
            raise OctoAwsError(
                ErrorCode.STORE_WRITE_FAILED,
                f"{self._what(name)} could not be deleted: {error.strerror}.",
                hint="Give this user the right to write in the store's folder, or look what is in the file's place.",
            ) from None

    def names(self) -> list[str]:
        with self._open_folder() as root:
            try:
                return sorted(self._names_in(root, ())) if root is not None else []
            except OSError as error:
                raise self._unavailable(str(error.strerror)) from None

    def _names_in(self, folder: int, path: tuple[str, ...]) -> t.Iterator[str]:
        for entry in os.listdir(folder):
            if entry.endswith(SUFFIX) and (name := name_of((*path, entry))) is not None:
                yield name
            elif entry.endswith(FOLDER_SUFFIX):
                with contextlib.suppress(OSError), opened(entry, FOLDER_FLAGS, dir_fd=folder) as inner:
                    yield from self._names_in(inner, (*path, entry))

    def _what(self, name: str) -> str:
        path = "/".join(path_of(name))
        return f"The record of account {name!r:.80} in {self._folder} ({path:.80})"

    def _unavailable(self, why: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store {self._folder} cannot be used: {why}.",
            hint="A store is a folder that this user may read; links are not followed.",
        )

    @contextlib.contextmanager
    def _open_folder(self) -> t.Iterator[int | None]:
        """The store's folder, or V(None) where it does not exist yet."""
        try:
            root: int | None = os.open(self._folder, FOLDER_FLAGS)
        except FileNotFoundError:
            root = None
        except OSError as error:
            raise self._unavailable("it is a link" if os.path.islink(self._folder) else str(error.strerror)) from None
        try:
            yield root
        finally:
            if root is not None:
                os.close(root)

    @contextlib.contextmanager
    def _locked(self) -> t.Iterator[int]:
        """The store's folder, which is made if need be, with the right to change it. The kernel lifts the lock when
        its holder ends, however it ends."""
        with contextlib.suppress(FileExistsError):
            make_folders(self._folder)
        with self._open_folder() as root:
            if root is None:
                raise FileNotFoundError(errno.ENOENT, "the store's folder was removed meanwhile")
            with opened(_LOCK_FILE, LOCK_FLAGS, dir_fd=root) as lock:
                _take(lock, self._folder)
                try:
                    remove(_NEW_FILE, root)  # of a writer that was killed: nobody else writes now
                    yield root
                finally:
                    unlock(lock)

    def _read_file(self, root: int, path: tuple[str, ...], what: str) -> bytes | None:
        try:
            with self._open_parent(root, path) as parent:
                if parent is None:
                    return None
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

    @contextlib.contextmanager
    def _open_parent(self, root: int, path: tuple[str, ...], *, make: bool = False) -> t.Iterator[int | None]:
        """The folder of the last part of RV(path), or V(None) where it does not exist."""
        with contextlib.ExitStack() as stack:
            parent = root
            for part in path[:-1]:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=parent)
                        _synchronize(parent)
                try:
                    parent = stack.enter_context(opened(part, FOLDER_FLAGS, dir_fd=parent))
                except FileNotFoundError:
                    yield None
                    return
            yield parent

    def _replace(self, root: int, path: tuple[str, ...], data: bytes, what: str) -> None:
        """Write RV(data) to RV(path), whole or not at all. The caller holds the lock."""
        try:
            with opened(_NEW_FILE, NEW_FLAGS, dir_fd=root) as file:
                os.fchmod(file, 0o600)
                write_all(file, data)
                os.fsync(file)
            with self._open_parent(root, path, make=True) as parent:
                os.rename(_NEW_FILE, path[-1], src_dir_fd=root, dst_dir_fd=parent)
                _make_last(root if parent is None else parent, what)
        except OSError:
            remove(_NEW_FILE, root)
            self._remove_empty_folders(root, path[:-1])
            raise

    def _remove_empty_folders(self, root: int, folders: tuple[str, ...]) -> None:
        for depth in range(len(folders), 0, -1):
            with contextlib.suppress(OSError), self._open_parent(root, folders[:depth]) as parent:
                if parent is not None:
                    os.rmdir(folders[depth - 1], dir_fd=parent)


def _can_be_path(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _take(lock: int, folder: str) -> None:
    """Wait for the lock, but not for ever: its holder may have been stopped."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OctoAwsError(
                    ErrorCode.STORE_BUSY,
                    f"Another process has had the lock of the store {folder} for {_PATIENCE:.0f} seconds.",
                    hint=f"Nothing was written. Find it with: fuser -v {folder}/{_LOCK_FILE}",
                ) from None
        time.sleep(random.uniform(0.001, 0.01))


def _make_last(folder: int, what: str) -> None:
    """Wait until what was done in a folder would survive a loss of power.

    :raises OctoAwsError: it was done, and may not last
    """
    try:
        _synchronize(folder)
    except OSError as error:
        raise OctoAwsError(
            ErrorCode.STORE_WRITE_FAILED,
            f"{what} was carried out, but may not last: {error.strerror}.",
            hint="Look at the disk and the system log, then do it again.",
        ) from None


def _synchronize(folder: int) -> None:
    """Have a folder on the disk. Some network and user-space file systems cannot do this for a folder; they do what
    they can by themselves."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise


def _revision(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()
