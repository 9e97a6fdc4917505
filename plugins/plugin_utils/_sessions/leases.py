# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The leases of an account: a sealed list beside its sessions, so that they can be revoked when it is deleted."""

from __future__ import annotations

import time
import typing as t

from ...module_utils._errors import OctoAwsError
from .._cache.seal import SessionSeal
from .._sources.registry import source_of

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .cache import SessionCache


class LeaseList:
    """The leases of one account in the session cache.

    :param session_key: of the account
    """

    def __init__(self, cache: SessionCache, session_key: str) -> None:
        self._cache = cache
        self._seal = SessionSeal.of(session_key, "leases")

    def add(self, session: Credentials) -> None:
        """Add the lease of a session, or its new end."""
        if not session.lease_id or not session.expiration:
            return
        with self._cache.locked(self._seal):
            leases = {**self.read(), session.lease_id: session.expiration.timestamp()}
            self._cache.write_data(self._seal, leases, max(leases.values()))

    def read(self) -> dict[str, float]:
        """Return the leases that have not ended, with their ends."""
        leases = self._cache.read_data(self._seal, dict) or {}
        return {str(lease): float(end) for lease, end in leases.items() if float(end) > time.time()}


def revoke_leases(account: Account, cache: SessionCache, warn: t.Callable[[str], None]) -> None:
    """Revoke all leases of an account. A failure is a warning: the lease ends by itself."""
    if not account.session_key or not (leases := LeaseList(cache, account.session_key).read()):
        return
    session = source_of(account.type).session(account)
    if not session or not session.leases:
        return
    for lease in leases:
        try:
            session.leases.revoke(lease)
        except OctoAwsError as error:
            warn(f"The lease {lease!r:.120} of account {account.name!r} was not revoked, and ends by itself. {error}")
