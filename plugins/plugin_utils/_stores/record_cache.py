# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Share the records of AWS services between the processes of a machine for ``cache_seconds``.

Ansible Vault seals them with the vault password of the run.
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

_LABEL = "A cached record"


class VaultSeal:
    """Seals the record of one account with Ansible Vault; see :class:`.._cache.seal.Seal`.

    :param owner: identifies the account; it is sealed with the record, so that files cannot be swapped
    """

    def __init__(self, vault: Vault, owner: str) -> None:
        self.name = hashlib.sha256(b"record " + owner.encode()).hexdigest()[:40]
        self._vault = vault
        self._owner = owner

    def close(self, kind: Kind, value: dict[str, t.Any]) -> bytes:
        return self._vault.seal(json.dumps({"kind": kind, "owner": self._owner, "value": value}), None, _LABEL)

    def open(self, kind: Kind, sealed: bytes) -> t.Any:
        try:
            opened = json.loads(self._vault.open(sealed, _LABEL).text)
        except (RecordError, ValueError):
            # Damaged, or sealed with a password that another run on this machine has.
            raise Damaged from None
        if not isinstance(opened, dict) or (opened.get("kind"), opened.get("owner")) != (kind, self._owner):
            raise Damaged
        return opened["value"]


class Record(t.NamedTuple):
    """A record in a response of a service."""

    text: str
    revision: str


class RecordCache(SharedCache):
    """The cached record of one account; see :class:`.._cache.shared_cache.SharedCache`.

    :param access_digest: identifies the AWS account, which the URL of the store does not
    :param seconds: lifetime of a record
    """

    KIND: t.ClassVar[Kind] = "record"

    def __init__(
        self,
        root: str,
        store_url: str,
        name: str,
        warn: t.Callable[[str], None],
        *,
        access_digest: str,
        vault: Vault,
        seconds: int,
    ) -> None:
        super().__init__(root, store_url, name, warn)
        self._seal = VaultSeal(vault, f"{store_url}\0{name}\0{access_digest}")
        self._seconds = seconds

    def get(self, fetch: t.Callable[[], Record | None]) -> Record | None:
        """Return the cached record, or fetch it in one process while the others wait."""
        if found := self._shared():
            return found
        with self.locked(self._seal) as lock:
            if found := self._shared():
                return found
            with lock.sharing_failures():
                record = fetch()
            if record:
                end = time.time() + self._seconds
                self.write_data(self._seal, {**record._asdict(), "end": end}, end)
        return record

    def forget(self) -> None:
        """Remove the cached record, after any read that is in progress."""
        if self.exists():
            with self.locked(self._seal):
                self.remove(self._seal)

    def _shared(self) -> Record | None:
        return self.read_data(self._seal, self._record_in)

    def _record_in(self, data: t.Any) -> Record | None:
        # A record must not live longer because the clock was set back.
        left = data["end"] - time.time()
        return Record(data["text"], data["revision"]) if 0 < left <= self._seconds else None
