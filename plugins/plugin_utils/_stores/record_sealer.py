# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seal the records of a store with Ansible Vault."""

from __future__ import annotations

import typing as t

from .._accounts.record import from_record, to_record
from .protocol import EmptyRecordError, Stored, has_content

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .protocol import StoreContext


class RecordSealer:
    """Seals and opens the records of one store.

    :param context: with the vault passwords of the run
    :param records: yields the names and sealed texts of all records that can be read
    """

    def __init__(self, context: StoreContext, records: t.Callable[[], t.Iterator[tuple[str, bytes]]]) -> None:
        self._vault = context.vault
        self._ask_for_password = context.ask_for_password
        self._records = records
        self._known_passwords: set[bytes] = set()
        """Fingerprints of passwords that decrypted a record of the store or were confirmed."""

    def open(self, name: str, sealed: bytes, revision: str, label: str) -> Stored:
        """Return the account of a sealed record.

        :param label: the record, for messages
        :raises EmptyRecordError: it has no content
        :raises RecordError: it is damaged, or the vault passwords do not decrypt it
        """
        if not has_content(sealed):
            raise EmptyRecordError.of(label, revision)
        text, vault_id, fingerprint = self._vault.open(sealed, label)
        self._known_passwords.add(fingerprint)
        if not has_content(text):
            raise EmptyRecordError.of(label, revision)
        return Stored(from_record(text, name, label), revision, vault_id)

    def seal(self, account: Account, vault_id: str | None, label: str, *, dry_run: bool) -> bytes:
        """Return the sealed record of an account.

        :param vault_id: of the vault password
        :param label: the record, for messages
        :param dry_run: do not prompt for a new password a second time
        :raises OctoAwsError: the password is not loaded, or is mistyped
        """
        self._check_password(account.name, vault_id, label, dry_run=dry_run)
        return self._vault.seal(to_record(account), vault_id, label)

    def _check_password(self, name: str, vault_id: str | None, label: str, *, dry_run: bool) -> None:
        password = self._vault.password_for(vault_id, label)
        if password.fingerprint in self._known_passwords:
            return
        from .vault_password import check_new

        others = ((other, sealed) for other, sealed in self._records() if other != name)
        if check_new(password, others, self._ask_for_password, label, dry_run=dry_run):
            self._known_passwords.add(password.fingerprint)
