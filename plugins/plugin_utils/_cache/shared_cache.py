# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cache that the processes of a user share: one folder per account, each file sealed.

A failure of the cache costs time and a warning, but never fails a task. The modification time of a file is its expiry,
so that any writer can remove expired files without a key.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import time
import typing as t

from ...module_utils._clock import now
from .._private_files import FOLDER_FLAGS, LOCK_FLAGS, NEW_FLAGS, make_folders, opened, read_plain, remove, write_all
from .seal import LARGEST, LOCK, Damaged

if t.TYPE_CHECKING:
    from .request_lock import RequestLock
    from .seal import Kind, Seal

_Value = t.TypeVar("_Value")

# Only files with these names are removed, whichever folder session_cache names.
_FOLDER_NAME = r"[0-9a-f]{40}"
_FILE_NAME = r"[0-9a-f]{40}\.(?:session|record|sign_in|new|lock)"

_NEW = ".new"

_STALE_TEMPORARY_FILE = 120.0
"""Seconds after which an unfinished file is removed."""

_TRIES = 10
"""Attempts to create a folder that other processes remove."""

_PRUNE_EVERY = 3600.0
"""Seconds between two cleanups of the whole cache."""

_STALE_LOCK = 24 * 3600.0
"""Seconds after which an unused lock file is removed."""

_Result = t.TypeVar("_Result")


class SharedCache:
    """The cached files of one kind for one account.

    :param root: the folder of the cache
    :param store_url: identifies the account, together with its name
    :param warn: called with a user-facing warning message
    """

    KIND: t.ClassVar[Kind]
    SUBJECT: t.ClassVar[str] = "account"
    """The owner of the files in warnings, before its name."""
    PATIENCE: t.ClassVar[float | None] = None
    """Seconds to wait for the holder of a lock; ``None`` for the time of requests to AWS."""

    def __init__(self, root: str, store_url: str, name: str, warn: t.Callable[[str], None]) -> None:
        self._root = root
        self._folder = os.path.join(root, owner_of(store_url, name))
        self._name = name
        self._warn = warn
        self._warned = False

    def exists(self) -> bool:
        """Whether the account has a folder in the cache. Without one, nothing is cached."""
        return os.path.isdir(self._folder)

    def read_data(self, seal: Seal, parse: t.Callable[[t.Any], _Value]) -> _Value | None:
        """Return the cached value, even if it is expired, or ``None`` if there is no usable one.

        :param parse: converts the data; another version of the collection may have stored other data
        """
        entry = self._entry(seal)
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                # root can read the files of other users, but must not use them.
                if os.stat(entry, dir_fd=folder, follow_symlinks=False).st_uid != os.geteuid():
                    raise PermissionError(1, "it belongs to another user")
                return parse(seal.open(self.KIND, read_plain(entry, LARGEST, dir_fd=folder)))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._warn_once(f"a {self.KIND} cannot be read ({error.strerror})")
        except Damaged:
            self._warn_once(f"a {self.KIND} was damaged or replaced")
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            self._warn_once(f"a {self.KIND} was stored by another version of the collection")
        return None

    def write_data(self, seal: Seal, data: t.Any, end: float) -> None:
        """Store data until ``end``, a Unix time. The caller holds the lock."""
        sealed = seal.close(self.KIND, data)
        try:
            _retry_if_removed(lambda: self._write(seal, sealed, end))
            self._prune_all()
        except OSError as error:
            self._warn_once(f"a {self.KIND} cannot be stored ({error.strerror})")

    def _write(self, seal: Seal, sealed: bytes, end: float) -> None:
        with self._open_folder() as folder:
            new = seal.name + _NEW
            remove(new, folder)  # of a process that was killed
            try:
                with opened(new, NEW_FLAGS, dir_fd=folder) as file:
                    write_all(file, sealed)
                    os.utime(file, (end, end))
                os.rename(new, self._entry(seal), src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                remove(new, folder)
                raise
            _prune(folder)

    def remove(self, seal: Seal) -> None:
        """Remove the cached value. The caller holds the lock."""
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                remove(self._entry(seal), folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._warn_once(f"a {self.KIND} cannot be removed ({error.strerror})")

    def clear(self) -> None:
        """Remove all cached files of the account."""
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                _clear(folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._warn_once(f"files cannot be removed ({error.strerror}); their sessions can no longer be decrypted")
        with contextlib.suppress(OSError):
            os.rmdir(self._folder)

    @contextlib.contextmanager
    def locked(self, seal: Seal) -> t.Iterator[RequestLock]:
        """Hold the request lock of a seal; without locking if the folder cannot be used."""
        from . import request_lock

        with contextlib.ExitStack() as stack:
            lock = request_lock.RequestLock(seal, None, b"")
            try:
                lock = _retry_if_removed(
                    lambda: stack.enter_context(
                        request_lock.acquired(stack.enter_context(self._open_folder()), seal, self.PATIENCE)
                    )
                )
            except OSError as error:
                self._warn_once(f"processes cannot wait for each other ({error.strerror})")
            yield lock

    def _entry(self, seal: Seal) -> str:
        return f"{seal.name}.{self.KIND}"

    def _open_folder(self) -> contextlib.AbstractContextManager[int]:
        """Open the folder of the account; create it if it does not exist."""
        with contextlib.suppress(FileExistsError):
            make_folders(self._folder)
        return opened(self._folder, FOLDER_FLAGS)

    def _prune_all(self) -> None:
        """Remove the expired files of all accounts, once an hour."""
        with opened(self._root, FOLDER_FLAGS) as root:
            with opened(".pruned", LOCK_FLAGS, dir_fd=root) as mark:
                made = os.fstat(mark)
                if made.st_size and time.time() - made.st_mtime < _PRUNE_EVERY:
                    return
                os.pwrite(mark, b"1", 0)
                os.utime(mark)
            for entry in (entry for entry in os.listdir(root) if re.fullmatch(_FOLDER_NAME, entry)):
                with contextlib.suppress(OSError):
                    with opened(entry, FOLDER_FLAGS, dir_fd=root) as folder:
                        _prune(folder)
                    os.rmdir(entry, dir_fd=root)

    def _warn_once(self, problem: str) -> None:
        """Warn of the first problem only."""
        if not self._warned:
            self._warned = True
            self._warn(f"Ignoring the session cache {self._root} for {self.SUBJECT} {self._name!r}: {problem}.")


def owner_of(store_url: str, name: str) -> str:
    """Return the name of the folder of an account in the cache."""
    return hashlib.sha256(f"{store_url}\0{name}".encode()).hexdigest()[:40]


def count_entries(root: str) -> dict[str, int]:
    """Return the number of cached files in each folder of a cache, locks and unfinished files left out.

    :raises OSError: the cache cannot be read
    """
    try:
        with opened(root, FOLDER_FLAGS) as whole:
            counts = {}
            for owner in sorted(entry for entry in os.listdir(whole) if re.fullmatch(_FOLDER_NAME, entry)):
                with contextlib.suppress(FileNotFoundError), opened(owner, FOLDER_FLAGS, dir_fd=whole) as folder:
                    counts[owner] = len([entry for entry in _cache_files(folder) if not entry.endswith((LOCK, _NEW))])
            return counts
    except FileNotFoundError:
        return {}


def clear_entries(root: str, owners: t.Iterable[str]) -> None:
    """Remove the cached files in folders of a cache, and the folders that are empty after it. All else stays.

    :raises OSError: a file cannot be removed
    """
    with opened(root, FOLDER_FLAGS) as whole:
        for owner in owners:
            with contextlib.suppress(FileNotFoundError), opened(owner, FOLDER_FLAGS, dir_fd=whole) as folder:
                _clear(folder)
            with contextlib.suppress(OSError):
                os.rmdir(owner, dir_fd=whole)


def _clear(folder: int) -> None:
    for entry in _cache_files(folder):
        # A process with a request in progress keeps its lock.
        if not entry.endswith(LOCK):
            remove(entry, folder)
    _prune(folder)


def _retry_if_removed(function: t.Callable[[], _Result]) -> _Result:
    """Call the function, and again if a process that cleared the cache removed the folder in between."""
    for _try in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            return function()
    return function()


def _cache_files(folder: int) -> list[str]:
    return [entry for entry in os.listdir(folder) if re.fullmatch(_FILE_NAME, entry)]


def _prune(folder: int) -> None:
    present = now().timestamp()
    for entry in _cache_files(folder):
        with contextlib.suppress(OSError):
            moment = os.stat(entry, dir_fd=folder, follow_symlinks=False).st_mtime
            if entry.endswith(LOCK):
                if time.time() - moment > _STALE_LOCK:
                    _remove_lock(entry, folder)
            elif moment < (time.time() - _STALE_TEMPORARY_FILE if entry.endswith(_NEW) else present):
                remove(entry, folder)


def _remove_lock(entry: str, folder: int) -> None:
    with opened(entry, LOCK_FLAGS, dir_fd=folder) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(entry, folder)
