# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what a store is."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, RecordError

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .._vault import Vault


def no_answer(vault_id: str) -> str:
    """Stand for a person where there is none to ask; see :class:`StoreContext`."""
    return ""


class StoreContext(t.NamedTuple):
    """What a store may use of the Ansible run that it is opened for.

    :param vault: the vault passwords of the run
    :param shared_folder: where processes share what they read; empty for nowhere
    :param warn: takes a sentence for people
    :param credentials_of: the credentials of an account, by its name and by the store that it is in, an empty URL for
        the default one
    :param ask_for_password: asks a person for a vault password once more, by its vault id; an empty string if there is
        no answer
    """

    vault: Vault
    shared_folder: str
    warn: t.Callable[[str], None]
    credentials_of: t.Callable[[str, str], Credentials]
    ask_for_password: t.Callable[[str], str] = no_answer


class Stored(t.NamedTuple):
    """An account as a store holds it.

    :param revision: changes whenever what is stored changes; only the store knows what it means
    :param vault_id: whose vault password opens it, in stores that seal with Ansible Vault
    """

    account: Account
    revision: str
    vault_id: str | None = None


class RevisionConflict(Exception):
    """Somebody else changed the account since it was read. Nothing was written."""


class EmptyRecordError(RecordError):
    """There is an item for the account, but nothing was stored in it yet, as when Terraform made it.

    :ivar revision: what a write gives as ``replaces`` to fill the item
    """

    revision = ""

    @classmethod
    def of(cls, what: str, revision: str) -> EmptyRecordError:
        """The failure.

        :param what: names the record
        """
        error = cls(
            ErrorCode.RECORD_EMPTY,
            f"{what} is there, but has no content.",
            hint="Save the account, which fills it, or delete it.",
        )
        error.revision = revision
        return error


def has_content(record: str | bytes) -> bool:
    """Whether anything is stored in an item. White space alone is what stands in for nothing where a service takes no
    empty text."""
    return bool(record.strip())


class Store(t.Protocol):
    """A place where accounts live. Each kind is one class in one file, found through :mod:`.registry`.

    All methods raise :class:`OctoAwsError` when the store cannot be used, and its subclass :class:`RecordError` when
    one record cannot, so that callers can go on with the others.
    """

    url: str
    """Where it is, for messages."""

    seals_with_vault: bool
    """Whether Ansible Vault seals its records, so that each has a vault id."""

    def exists(self) -> bool | None:
        """Whether the place is there, with accounts or without. ``None`` if the store cannot tell an empty place from
        one that does not exist."""

    def read(self, name: str, *, fresh: bool = False) -> Stored | None:
        """The account, or ``None`` where there is none of this name.

        :param anew: as it is stored at this moment; otherwise as this run, or this machine, read it before
        :raises EmptyRecordError: there is an item for it without content
        """

    def read_many(self, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
        """The accounts of these names as they are stored at this moment, in this order and in as few requests as the
        store can; a failure in place of one that cannot be read."""

    def write(self, account: Account, replaces: str | None, vault_id: str | None, *, dry_run: bool = False) -> None:
        """Store the account: whole or, in any failure, not at all.

        :param replaces: the revision that was read, also that of an item without content, or ``None`` for a new
            account
        :param vault_id: whose vault password seals it, in stores that seal with Ansible Vault
        :param dry_run: find out what can be found out without writing, and write nothing
        :raises RevisionConflict: what is stored now is not what was read
        """

    def delete(self, name: str) -> bool:
        """Delete the record, readable or not, and an item without content; whether there was one."""

    def names(self) -> list[str]:
        """The names of all accounts, and of items without content, sorted, without opening a record."""


def read_each(store: Store, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
    """:meth:`Store.read_many` for a store that has no better way than one after the other."""
    for name in names:
        try:
            yield name, store.read(name, fresh=True)
        except RecordError as error:
            yield name, error
