# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The protocol of stores, and the types that they share with their callers."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, RecordError

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .._vault import Vault


def no_prompt(vault_id: str) -> str:
    """Return no password: the default of :class:`StoreContext` for runs without a terminal."""
    return ""


class StoreContext(t.NamedTuple):
    """The parts of an Ansible run that a store may use.

    :param vault: the vault passwords of the run
    :param shared_folder: the cache that processes share; empty for none
    :param warn: called with a user-facing warning message
    :param credentials_of: returns the credentials of an account, by its name and the URL of its store, which is empty
        for the default store
    :param ask_for_password: prompts for a vault password once more, by its vault ID; returns an empty string if there
        is no terminal
    """

    vault: Vault
    shared_folder: str
    warn: t.Callable[[str], None]
    credentials_of: t.Callable[[str, str], Credentials]
    ask_for_password: t.Callable[[str], str] = no_prompt


class Stored(t.NamedTuple):
    """An account, as read from a store.

    :param revision: an opaque text that only the store interprets. It changes with every change of the record. It never
        comes back: an account that was deleted and created again has another one, unless the record is byte for byte
        the one that was read
    :param vault_id: of the vault password that decrypted the record, in stores that use Ansible Vault
    """

    account: Account
    revision: str
    vault_id: str | None = None


class RevisionConflict(Exception):
    """The stored revision is not the one that was read. Nothing was written."""


class EmptyRecordError(RecordError):
    """The account has an item without content, for example one that Terraform created.

    :ivar revision: the ``replaces`` of a write that fills the item
    """

    revision = ""

    @classmethod
    def of(cls, label: str, revision: str) -> EmptyRecordError:
        """Build the error.

        :param label: the record, for the message
        """
        error = cls(
            ErrorCode.RECORD_EMPTY,
            f"{label} is empty.",
            hint="Save the account to fill it, or delete the account.",
        )
        error.revision = revision
        return error


def has_content(record: str | bytes) -> bool:
    """Whether an item has content. White space does not count: it stands for an empty value in services that reject
    one."""
    return bool(record.strip())


class Store(t.Protocol):
    """A place for accounts. Each kind is one class in one file, listed in :mod:`.registry`.

    All methods raise :class:`OctoAwsError` if the store cannot be used, and its subclass :class:`RecordError` if a
    single record cannot be used, so that callers can continue with other records.
    """

    url: str
    """The location, for messages. Without passwords."""

    seals_with_vault: bool
    """Whether Ansible Vault encrypts the records, so that each has a vault ID."""

    @classmethod
    def at_url(cls, rest: str, context: StoreContext) -> Store:
        """Open the store of a URL. Nothing is read or created yet.

        :param rest: the URL without its scheme and colon; :mod:`.url` parses prefixes with options
        :raises OctoAwsError: the URL is invalid
        """

    def exists(self) -> bool | None:
        """Whether the place exists, with or without accounts. ``None`` if an empty place looks like a missing one."""

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        """Read an account. Return ``None`` if it does not exist.

        :param fresh: read the current record. By default, a record that this run or this machine has cached will do
        :raises EmptyRecordError: its item has no content
        """

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        """Read the current records of these accounts, in this order and with as few requests as possible. Yield an
        error in place of a record that cannot be used."""

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        """Store an account: completely or, on any failure, not at all.

        :param replaces: the revision that was read, including that of an item without content; ``None`` for a new
            account
        :param vault_id: of the vault password to encrypt with, in stores that use Ansible Vault
        :param dry_run: check everything that can be checked, and write nothing
        :raises RevisionConflict: the stored revision is another one
        """

    def delete(self, name: str) -> bool:
        """Delete a record, even an unreadable or empty one. Return whether there was one."""

    def names(self) -> list[str]:
        """List the names of all accounts, including those without content, sorted. No record is read."""


def read_each(store: Store, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
    """Implement :meth:`Store.read_many` with one :meth:`Store.read` after the other."""
    for name in names:
        try:
            yield name, store.read(name, fresh=True)
        except RecordError as error:
            yield name, error
