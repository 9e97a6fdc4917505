# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A store in the memory of one process: all that a new kind of store has to have."""

from __future__ import annotations

import collections
import itertools
import threading
import typing as t

from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import from_record, to_record
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import (
    EmptyRecordError,
    RevisionConflict,
    Stored,
    has_content,
    read_each,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._errors import RecordError
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext

records: dict[str, dict[str, tuple[str, str]]] = collections.defaultdict(dict)
"""By what follows the scheme of the URL: by name, text and revision."""
_lock = threading.Lock()
_revisions = itertools.count()


class MemoryStore:
    """See :class:`.protocol.Store`."""

    seals_with_vault = False

    def __init__(self, place: str) -> None:
        self.url = f"memory:{place}"
        self._records = records[place]

    @classmethod
    def at_url(cls, rest: str, context: StoreContext) -> MemoryStore:
        return cls(rest)

    def exists(self) -> bool | None:
        return True if self._records else None

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        if name not in self._records:
            return None
        text, revision = self._records[name]
        what = f"The record of account {name!r:.80} in {self.url}"
        if not has_content(text):
            raise EmptyRecordError.of(what, revision)
        return Stored(from_record(text, name, what), revision)

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        return read_each(self, names)

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        text = to_record(account)
        with _lock:
            _text, current = self._records.get(account.name, (None, None))
            if dry_run:
                return
            if current != replaces:
                raise RevisionConflict
            self._records[account.name] = (text, str(next(_revisions)))

    def delete(self, name: str) -> bool:
        with _lock:
            return self._records.pop(name, None) is not None

    def names(self) -> list[str]:
        return sorted(self._records)
