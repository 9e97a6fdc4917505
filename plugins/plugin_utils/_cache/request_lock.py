# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the right to ask AWS for one thing, which one process has at a time.

A part, above C(_seal). The first process that needs something holds a kernel lock while it asks AWS; the others wait
for what it finds out, a failure included, and ask nobody. The kernel lifts the lock when its holder ends, however it
ends.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ...module_utils._errors import OctoAwsError
from .._private_files import LOCK_FLAGS, opened, remove, unlock, wait_for
from .seal import LARGEST, LOCK, Damaged, failure_as_data, failure_from_data

if t.TYPE_CHECKING:
    from .seal import Seal

_PATIENCE = 180.0
"""Seconds that a process waits for another. It is more than a chain takes whose roles are throttled, each for half a
minute; a holder that needs more was stopped."""


class RequestLock:
    """The right to ask AWS for one thing. Without a lock file, everybody has it."""

    def __init__(self, seal: Seal, lock: int | None, seen: bytes) -> None:
        self._seal = seal
        self._lock = lock
        self._seen = seen

    def raise_failure_of_others(self) -> None:
        """Fail as the one failed that this one waited for.

        :raises OctoAwsError: the failure of the other
        """
        if self._lock is None:
            return
        found = os.pread(self._lock, LARGEST, 0)
        if found and found != self._seen:
            with contextlib.suppress(Damaged):
                raise failure_from_data(self._seal.open("failure", found))

    def failed(self, error: OctoAwsError) -> None:
        """Tell those who wait."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._lock, 0)
                os.pwrite(self._lock, self._seal.close("failure", failure_as_data(error)), 0)

    @contextlib.contextmanager
    def telling_failures(self) -> t.Iterator[None]:
        """Asks AWS inside, unless another process which this one waited for failed; others are told in turn."""
        self.raise_failure_of_others()
        try:
            yield
        except OctoAwsError as error:
            self.failed(error)
            raise


@contextlib.contextmanager
def taken(folder: int, seal: Seal) -> t.Iterator[RequestLock]:
    """The turn for what is under this seal in a folder, when those before have had theirs."""
    entry = seal.name + LOCK
    # What others found out before is not what this process waits for.
    with opened(entry, LOCK_FLAGS, dir_fd=folder) as first:
        seen = os.pread(first, LARGEST, 0)
    while True:
        with opened(entry, LOCK_FLAGS, dir_fd=folder) as lock:
            if not _take(lock):
                # Its holder was stopped. It keeps the file that it locked; the others go on with a new one.
                if _is_current(lock, entry, folder):
                    remove(entry, folder)
                continue
            try:
                if _is_current(lock, entry, folder):
                    yield RequestLock(seal, lock, seen)
                    return
            finally:
                unlock(lock)


def _take(lock: int) -> bool:
    return wait_for(lock, _PATIENCE, longest_pause=0.1)


def _is_current(lock: int, entry: str, folder: int) -> bool:
    """Whether the file that is locked is still the one that others find."""
    try:
        found = os.stat(entry, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(lock))
