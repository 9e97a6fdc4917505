# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: records of a service that the processes of a machine share for a while.

A part, above C(_shared_cache) and C(_vault). Ansible Vault seals them with the password that the run was given.
"""

from __future__ import annotations

import hashlib
import json
import time
import typing as t

from ...module_utils._errors import RecordError
from .._cache.seal import Damaged
from .._cache.shared_cache import SharedCache

if t.TYPE_CHECKING:
    from .._cache.seal import Kind
    from .._vault import Vault

_WHAT = "A record that processes share"


class VaultSeal:
    """Seals one account's record with Ansible Vault; see :class:`._seal.Seal`.

    :param whose: what the record is of; it is sealed in, so that no file passes for another's
    """

    def __init__(self, vault: Vault, whose: str) -> None:
        self.name = hashlib.sha256(b"record " + whose.encode()).hexdigest()[:40]
        self._vault = vault
        self._whose = whose

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        return self._vault.seal(json.dumps({"kind": kind, "whose": self._whose, "value": value}), None, _WHAT)

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        try:
            opened = json.loads(self._vault.open(sealed, _WHAT).text)
        except (RecordError, ValueError):
            # Sealed with another password, which the machine's next reader may have, or damaged.
            raise Damaged from None
        if not isinstance(opened, dict) or (opened.get("kind"), opened.get("whose")) != (kind, self._whose):
            raise Damaged
        return opened["value"]


class Record(t.NamedTuple):
    """A record as a service gave it."""

    text: str
    revision: str


class RecordCache(SharedCache):
    """The record of one account; see :class:`._shared_cache.SharedCache`.

    :param asked_as: says whose service the store asks, where its URL alone does not
    :param seconds: how long a record is shared
    """

    KIND: t.ClassVar[Kind] = "record"

    def __init__(
        self,
        root: str,
        store_url: str,
        name: str,
        warn: t.Callable[[str], None],
        *,
        asked_as: str,
        vault: Vault,
        seconds: int,
    ) -> None:
        super().__init__(root, store_url, name, warn)
        self._seal = VaultSeal(vault, f"{store_url}\0{name}\0{asked_as}")
        self._seconds = seconds

    def get(self, fetch: t.Callable[[], Record | None]) -> Record | None:
        """The record that is shared, or else what RV(fetch) gives, which one process asks for and the others wait."""
        if found := self._shared():
            return found
        with self.turn(self._seal) as turn:
            if found := self._shared():
                return found
            with turn.telling_failures():
                record = fetch()
            if record:
                end = time.time() + self._seconds
                self.write_data(self._seal, {**record._asdict(), "end": end}, end)
        return record

    def forget(self) -> None:
        """Share the record no longer, that of a process which is about to read it neither."""
        if self.exists():
            with self.turn(self._seal):
                self.remove(self._seal)

    def _shared(self) -> Record | None:
        return self.read_data(self._seal, self._record_in)

    def _record_in(self, data: t.Any) -> Record | None:
        # A clock that was set back would let a record live on.
        left = data["end"] - time.time()
        return Record(data["text"], data["revision"]) if 0 < left <= self._seconds else None
