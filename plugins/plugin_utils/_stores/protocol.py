# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a store is."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from .._account import Account


@dataclasses.dataclass(frozen=True)
class Stored:
    """An account as a store holds it.

    :param revision: changes whenever what is stored changes; only the store knows what it means
    :param vault_id: whose vault password opens it, in stores that seal with Ansible Vault
    """

    account: Account
    revision: str
    vault_id: str | None = None


class RevisionConflict(Exception):
    """Somebody else changed the account since it was read. Nothing was written."""


class Store(t.Protocol):
    """A place where accounts live. Each kind is one class in one file, found through :mod:`.registry`.

    All methods raise :class:`OctoAwsError` when the store cannot be used, and its subclass :class:`RecordError` when
    one record cannot, so that callers can go on with the others.
    """

    url: str
    """Where it is, for messages."""

    def read(self, name: str) -> Stored | None:
        """The account, or V(None) where there is none of this name."""

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        """Store the account: whole or, in any failure, not at all.

        :param replaces: the revision that was read, or V(None) for a new account
        :param vault_id: whose vault password seals it, in stores that seal with Ansible Vault
        :param dry_run: find out what can be found out without writing, and write nothing
        :raises RevisionConflict: what is stored now is not what was read
        """

    def delete(self, name: str) -> bool:
        """Delete the record, readable or not; whether there was one."""

    def names(self) -> list[str]:
        """The names of all accounts, sorted, without opening a record."""
