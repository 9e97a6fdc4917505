# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the processes of a user share for a time, one folder an account, each file sealed.

A part, above C(_seal) and C(_turn). Whatever is wrong with the cache costs time and a warning, never the answer. A
file's modification time is when it ends, so that whoever writes can remove what has ended without a key.
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

_Kept = t.TypeVar("_Kept")

# Nothing else in these folders is ours to remove, whatever folder somebody named.
_FOLDER_NAME = r"[0-9a-f]{40}"
_FILE_NAME = r"[0-9a-f]{40}\.(?:session|record|new|lock)"

_NEW = ".new"

_STALE_TEMPORARY_FILE = 120.0
"""Seconds after which a file that nobody finished is removed."""

_TRIES = 10
"""Times that a folder is made again that others remove."""

_PRUNE_EVERY = 3600.0
"""Seconds between two looks at the sessions of all accounts."""

_OLD_LOCK = 24 * 3600.0
"""Seconds after which a lock that nobody holds is removed."""


Done = t.TypeVar("Done")


class SharedCache:
    """What is shared of one account, of one kind.

    :param root: the folder of all accounts
    :param store_url: with the name, says whose it is
    :param warn: takes a sentence for people
    """

    KIND: t.ClassVar[Kind]

    def __init__(self, root: str, store_url: str, name: str, warn: t.Callable[[str], None]) -> None:
        owner = hashlib.sha256(f"{store_url}\0{name}".encode()).hexdigest()[:40]
        self._root = root
        self._folder = os.path.join(root, owner)
        self._name = name
        self._warn = warn
        self._warned = False

    def exists(self) -> bool:
        """Whether there is a place for the account: nobody has kept anything where there is none."""
        return os.path.isdir(self._folder)

    def read_data(self, seal: Seal, understand: t.Callable[[t.Any], _Kept]) -> _Kept | None:
        """What was kept, ended or not, or V(None) where there is nothing that can be used.

        :param understand: makes it of the data; another version of the collection may have kept other data
        """
        entry = self._entry(seal)
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                # Another user's is not ours, whoever this user may read.
                if os.stat(entry, dir_fd=folder, follow_symlinks=False).st_uid != os.geteuid():
                    raise PermissionError(1, "it belongs to another user")
                return understand(seal.open(self.KIND, read_plain(entry, LARGEST, dir_fd=folder)))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._trouble(f"a {self.KIND} cannot be read ({error.strerror})")
        except Damaged:
            self._trouble(f"a {self.KIND} was damaged or exchanged")
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            self._trouble(f"a {self.KIND} was kept by another version of the collection")
        return None

    def write_data(self, seal: Seal, data: t.Any, end: float) -> None:
        """Keep something until RV(end), a Unix time. The caller has the turn."""
        sealed = seal.close(self.KIND, data)
        try:
            _retry_if_removed(lambda: self._keep(seal, sealed, end))
            self._prune_all()
        except OSError as error:
            self._trouble(f"a {self.KIND} cannot be kept ({error.strerror})")

    def _keep(self, seal: Seal, sealed: bytes, end: float) -> None:
        with self._made() as folder:
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
        """Remove what was kept. The caller has the turn."""
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                remove(self._entry(seal), folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._trouble(f"a {self.KIND} cannot be removed ({error.strerror})")

    def clear(self) -> None:
        """Remove all that is shared of the account."""
        try:
            with opened(self._folder, FOLDER_FLAGS) as folder:
                for entry in _ours(folder):
                    # Whoever asks AWS at this moment keeps the lock.
                    if not entry.endswith(LOCK):
                        remove(entry, folder)
                _prune(folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._trouble(f"files cannot be removed ({error.strerror}); sessions can no longer be opened")
        with contextlib.suppress(OSError):
            os.rmdir(self._folder)

    @contextlib.contextmanager
    def turn(self, seal: Seal) -> t.Iterator[RequestLock]:
        """The right to ask AWS, which one process has at a time."""
        from . import request_lock

        with contextlib.ExitStack() as stack:
            turn = request_lock.RequestLock(seal, None, b"")
            try:
                turn = _retry_if_removed(
                    lambda: stack.enter_context(request_lock.taken(stack.enter_context(self._made()), seal))
                )
            except OSError as error:
                self._trouble(f"processes cannot wait for each other ({error.strerror})")
            yield turn

    def _entry(self, seal: Seal) -> str:
        return f"{seal.name}.{self.KIND}"

    def _made(self) -> contextlib.AbstractContextManager[int]:
        """A descriptor of the folder, which is made where it is not there."""
        with contextlib.suppress(FileExistsError):
            make_folders(self._folder)
        return opened(self._folder, FOLDER_FLAGS)

    def _prune_all(self) -> None:
        """Remove what has ended of all accounts, once in a while."""
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

    def _trouble(self, what: str) -> None:
        """One warning for all that is wrong."""
        if not self._warned:
            self._warned = True
            self._warn(f"The session cache {self._root} is of no use for account {self._name!r}: {what}.")


def _retry_if_removed(work: t.Callable[[], Done]) -> Done:
    """Do the work again where somebody who cleared or pruned the cache removed its folder meanwhile."""
    for _try in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            return work()
    return work()


def _ours(folder: int) -> list[str]:
    return [entry for entry in os.listdir(folder) if re.fullmatch(_FILE_NAME, entry)]


def _prune(folder: int) -> None:
    present = now().timestamp()
    for entry in _ours(folder):
        with contextlib.suppress(OSError):
            moment = os.stat(entry, dir_fd=folder, follow_symlinks=False).st_mtime
            if entry.endswith(LOCK):
                if time.time() - moment > _OLD_LOCK:
                    _remove_lock(entry, folder)
            elif moment < (time.time() - _STALE_TEMPORARY_FILE if entry.endswith(_NEW) else present):
                remove(entry, folder)


def _remove_lock(entry: str, folder: int) -> None:
    with opened(entry, LOCK_FLAGS, dir_fd=folder) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(entry, folder)
