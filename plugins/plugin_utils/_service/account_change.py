# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The change of one account in a store, and its result."""

from __future__ import annotations

import dataclasses
import typing as t

from .._accounts.account import Verified
from .._accounts.views import as_diff

if t.TYPE_CHECKING:
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._sessions.session_reuse import ChainWalk
    from .._stores.protocol import Stored


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The result of a change, or in check mode of the change that would be made.

    :param account: the account as it is now; ``None`` after a deletion
    :param identity: the identity of the account, if it was tested
    :param replaced: the account as it was before, if its credentials or roles have changed
    """

    changed: bool
    account: Account | None
    identity: Identity | None = None
    replaced: Account | None = None
    before: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    after: dict[str, t.Any] = dataclasses.field(default_factory=dict)


class Tested(t.NamedTuple):
    """An account that passed its test.

    :param account: as it was tested, without a verified identity
    :param walk: its resolved chain; ``None`` if the test ran on a host
    """

    account: Account
    identity: Identity
    walk: ChainWalk | None


@dataclasses.dataclass(frozen=True)
class AccountChange:
    """The change of one record.

    :param account: the account to store
    :param stored: the record as it is; ``None`` for a new one
    :param revision: the revision that the write replaces
    :param seal_with: the vault ID to encrypt with; ``None`` in stores that do not use Ansible Vault
    """

    account: Account
    stored: Stored | None
    revision: str | None
    seal_with: str | None

    @property
    def is_needed(self) -> bool:
        """Whether the record would differ."""
        return (
            self.stored is None
            or self.stored.account != self.account
            or self.seal_with not in (None, self.stored.vault_id)
        )

    @property
    def unverified(self) -> Account:
        """The account without a verified identity, as it is tested."""
        return dataclasses.replace(self.account, verified=None)

    def is_tested_by(self, tested: Tested) -> bool:
        """Whether a test was of the same account."""
        return tested.account == self.unverified

    def verified_as(self, identity: Identity) -> AccountChange:
        """Store the identity of keys with the account. Without hops, it cannot change."""
        if not self.account.access_key or self.account.assume_role:
            return self
        verified = Verified(self.account.access_key, identity)
        return dataclasses.replace(self, account=dataclasses.replace(self.account, verified=verified))

    def outcome(self, identity: Identity | None) -> Outcome:
        """Return the result.

        :param identity: ``None`` if the account was not tested
        """
        previous = self.stored.account if self.stored else None
        before = as_diff(self.stored.account, self.stored.vault_id) if self.stored else {}
        after = as_diff(self.account, self.seal_with, previous)
        replaced = previous if previous and self.account.origin != previous.origin else None
        return Outcome(self.is_needed, self.account, identity, replaced, before=before, after=after)
