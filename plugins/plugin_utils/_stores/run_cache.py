# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what this Ansible run has read of stores that are services.

A part. ansible-core forks a process for each task and host, and each has what its parent had read before. A file of
the run, which grows with each change that the run makes, says to all of them when that is old.
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
"""By store and item: how much had been changed when it was asked for, and what was there."""


class RunCache:
    """What this run has read of one store.

    :param url: says which
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # Ansible makes this folder for each run and removes it.
        digest = hashlib.sha256(url.encode()).hexdigest()[:40]
        self._changes = os.path.join(C.DEFAULT_LOCAL_TMP, f"octo-aws-{digest}")

    def get(self, item: str, fetch: t.Callable[[], Record | None]) -> Record | None:
        """What was read before, or else what RV(fetch) gives."""
        # Looked at first: what is changed while the service answers makes the answer old.
        changes = self._count()
        known = _read.get((self._url, item))
        if known and known[0] == changes:
            return known[1]
        record = fetch()
        if record:
            _read[self._url, item] = (changes, record)
        return record

    def forget_all(self) -> None:
        """Something was changed, or may have been."""
        with contextlib.suppress(OSError), opened(self._changes, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
            os.write(file, b".")
        _read.clear()

    def _count(self) -> int:
        try:
            return os.stat(self._changes).st_size
        except FileNotFoundError:
            return 0
