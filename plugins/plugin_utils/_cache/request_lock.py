# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let one process at a time request a session or record, and share the result with the processes that wait.

The first process holds a kernel lock during its request. The others wait for its result, failures included, and send no
request. The kernel releases the lock when its holder ends, even if it is killed.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ...module_utils._errors import OctoAwsError
from .._private_files import LOCK_FLAGS, acquire_lock, opened, remove, unlock
from .seal import LARGEST, LOCK, Damaged, failure_as_data, failure_from_data

if t.TYPE_CHECKING:
    from .seal import Seal

_PATIENCE = 180.0
"""Seconds to wait for the holder. A chain with throttled roles takes less, at half a minute each. A holder that needs
more was suspended."""


class RequestLock:
    """The lock for one request.

    :param lock: descriptor of the locked file; ``None`` if there is no lock file, so that nothing is shared
    :param seen: content of the file before this process waited
    """

    def __init__(self, seal: Seal, lock: int | None, seen: bytes) -> None:
        self._seal = seal
        self._lock = lock
        self._seen = seen

    def raise_shared_failure(self) -> None:
        """Raise the error of the holder that this process waited for, if its request failed."""
        if self._lock is None:
            return
        content = os.pread(self._lock, LARGEST, 0)
        if content and content != self._seen:
            with contextlib.suppress(Damaged):
                raise failure_from_data(self._seal.open("failure", content))

    def share_failure(self, error: OctoAwsError) -> None:
        """Store an error for the waiting processes."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._lock, 0)
                os.pwrite(self._lock, self._seal.close("failure", failure_as_data(error)), 0)

    @contextlib.contextmanager
    def sharing_failures(self) -> t.Iterator[None]:
        """Raise the error of the previous holder, or run the request and share its error."""
        self.raise_shared_failure()
        try:
            yield
        except OctoAwsError as error:
            self.share_failure(error)
            raise


@contextlib.contextmanager
def acquired(folder: int, seal: Seal, patience: float | None = None) -> t.Iterator[RequestLock]:
    """Wait for the lock of this seal in a folder, and hold it inside.

    :param patience: seconds to wait for the holder; ``None`` for the time of requests to AWS
    """
    entry = seal.name + LOCK
    # An error that was stored before this process began to wait is an old one.
    with opened(entry, LOCK_FLAGS, dir_fd=folder) as first:
        seen = os.pread(first, LARGEST, 0)
    while True:
        with opened(entry, LOCK_FLAGS, dir_fd=folder) as lock:
            if not acquire_lock(lock, patience or _PATIENCE, max_pause=0.1):
                # The holder is suspended and keeps the locked file. The waiting processes continue with a new one.
                if _is_current(lock, entry, folder):
                    remove(entry, folder)
                continue
            try:
                if _is_current(lock, entry, folder):
                    yield RequestLock(seal, lock, seen)
                    return
            finally:
                unlock(lock)


def _is_current(lock: int, entry: str, folder: int) -> bool:
    """Whether the locked file is still in the folder, and not a new one in its place."""
    try:
        current = os.stat(entry, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(current, os.fstat(lock))
