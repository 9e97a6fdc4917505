# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache the records that this Ansible run has read from AWS services.

ansible-core forks a process for each task and host, which inherits the records that its parent has read. A file of the
run grows with each change that the run makes. Its size shows all processes whether their records are out of date.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import typing as t

from ansible import constants as C

from .._private_files import opened

if t.TYPE_CHECKING:
    from .record_cache import Record

_read: dict[tuple[str, str], tuple[int, Record]] = {}
"""The number of changes before the request, and the record, by store and item."""


class RunCache:
    """The records that this run has read from one store.

    :param url: identifies the store
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # Ansible creates and removes this folder for each run.
        digest = hashlib.sha256(url.encode()).hexdigest()[:40]
        self._changes = os.path.join(C.DEFAULT_LOCAL_TMP, f"octo-aws-{digest}")

    def get(self, item: str, fetch: t.Callable[[], Record | None]) -> Record | None:
        """Return the cached record, or fetch it."""
        # Counted first: a change during the request makes its response out of date.
        changes = self._count()
        known = _read.get((self._url, item))
        if known and known[0] == changes:
            return known[1]
        record = fetch()
        if record:
            _read[self._url, item] = (changes, record)
        return record

    def invalidate(self) -> None:
        """Drop all records after a change, or a failed attempt at one."""
        with contextlib.suppress(OSError), opened(self._changes, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
            os.write(file, b".")
        _read.clear()

    def _count(self) -> int:
        try:
            return os.stat(self._changes).st_size
        except FileNotFoundError:
            return 0
