# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Save, test and delete accounts."""

from __future__ import annotations

import dataclasses
import random
import secrets
import time
import typing as t

from ...module_utils._aws.sts import check_partition
from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ...module_utils._secrecy import register
from .._accounts.account import check_name
from .._accounts.merge import check_options, keep_rotation, merge
from .._accounts.views import as_diff
from .._circular_credentials import account_in, mark_resolving
from .._regions import warn_of_region
from .._sessions.identity import verify
from .._sessions.leases import revoke_leases
from .._sessions.test_note import write_note
from .._sources.registry import source_of
from .._stores.protocol import EmptyRecordError, RevisionConflict
from .account_change import AccountChange, Outcome, Tested
from .resolver import Resolver
from .store_access import find, read

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._accounts.settings import SessionOptions, Settings
    from .._sessions.session_reuse import ChainWalk
    from .._stores.protocol import Store, Stored

_PATIENCE = 60.0
"""Seconds for which a save is retried while other processes change the same account."""


class AccountManager:
    """The accounts of one store.

    :param dry_run: test, but store nothing
    :param options: with the code of an MFA device, or a prompt for it
    :param warn: called with a user-facing warning
    :param identity_on_host: returns the identity of a role of the host; ``None`` where the host is this machine
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        dry_run: bool,
        options: SessionOptions,
        warn: t.Callable[[str], None],
        identity_on_host: t.Callable[[Handover], Identity | None] | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._dry_run = dry_run
        self._warn = warn
        self._resolver = Resolver(settings, options, store, warn)
        self._identity_on_host = identity_on_host

    def save(self, name: str, options: t.Mapping[str, t.Any], *, vault_id: str | None, test: bool) -> Outcome:
        """Test, then save: nothing is written before the credentials are verified.

        :param options: fields of the account; ``None`` keeps the stored value, an empty string clears it
        :param vault_id: the vault ID to encrypt with; ``None`` keeps that of the record
        :raises OctoAwsError: the options, the credentials or the store cannot be used
        """
        name = check_name(name)
        check_options(options)
        return self._write_tested(name, lambda stored: merge(name, stored, options), vault_id, test=test)

    def put(self, account: Account, *, overwrite: bool, vault_id: str | None, test: bool) -> Outcome:
        """Test and store a complete account if there is none of its name.

        :param overwrite: also replace a different account
        :param vault_id: as in :meth:`save`
        :returns: with the stored account, which is the different one if that was not replaced
        :raises OctoAwsError: its credentials are refused, or the store could not be read or changed
        """

        def wanted(stored: Account | None) -> Account | None:
            return account if stored is None or (overwrite and not account.is_like(stored)) else None

        # The rotation belongs to the record that was copied.
        account = dataclasses.replace(account, rotation=None)

        outcome = self._write_tested(account.name, wanted, vault_id, test=test)
        if test and not outcome.changed and outcome.account and account.is_like(outcome.account):
            return self.test(account.name)
        return outcome

    def _write_tested(
        self,
        name: str,
        wanted: t.Callable[[Account | None], Account | None],
        vault_id: str | None,
        *,
        test: bool,
    ) -> Outcome:
        """Test and write an account. If another process changes it, start again with the new record.

        :param wanted: returns the account to store, given the stored one; ``None`` leaves that as it is
        """
        warned = ""
        tested: Tested | None = None
        new_session_key = secrets.token_hex(32)
        deadline = time.monotonic() + _PATIENCE
        while True:
            stored, revision = self._stored(name)
            account = wanted(stored.account if stored else None)
            if account is None:
                return Outcome(False, stored.account if stored else None)
            if stored and stored.account.rotation:
                account = keep_rotation(account, stored.account)
            if account.region != warned:
                warned = account.region
                warn_of_region(warned, self._warn)
            change = self._change(account, stored, revision, vault_id, new_session_key)
            register(change.account.secrets)
            if test and (tested is None or not change.is_tested_by(tested)):
                if change.is_needed:
                    # Refusals of the store come before requests to AWS, and before an MFA code is used.
                    self._write(change, dry_run=True)
                # After a concurrent change, only a different account is tested again.
                tested = Tested(change.unverified, *self._verify(change.account))
            if tested:
                change = change.verified_as(tested.identity)
            try:
                if change.is_needed:
                    self._write(change, dry_run=self._dry_run)
            except RevisionConflict:
                if time.monotonic() > deadline:
                    raise OctoAwsError(
                        ErrorCode.STORE_BUSY,
                        f"Account {name!r} could not be saved: other processes kept changing it.",
                        hint="Nothing was written. Save it from one place (run_once: true).",
                    ) from None
                time.sleep(random.uniform(0, 0.02))
            else:
                self._update_sessions(change.account, stored, tested.walk if tested else None)
                if tested:
                    self._note_test(change.account, tested.identity)
                return change.outcome(tested.identity if tested else None)

    def test(self, name: str) -> Outcome:
        """Verify a stored account; nothing is written.

        :raises OctoAwsError: it is unknown, or its credentials are refused
        """
        account = find(self._store, check_name(name), fresh=True).account
        view = as_diff(account, None)
        identity, walk = self._verify(account)
        self._update_sessions(account, None, walk)
        self._note_test(account, identity)
        return Outcome(False, account, identity, before=view, after=view)

    def delete(self, name: str) -> Outcome:
        """Delete an account, even if its record cannot be read.

        :raises OctoAwsError: the store could not be changed
        """
        name = check_name(name)
        try:
            stored = read(self._store, name, fresh=True)
            exists = stored is not None
            before = as_diff(stored.account, stored.vault_id) if stored else {}
        except RecordError:
            stored, exists, before = None, True, {"name": name}
        if not exists and self._store.exists() is False:
            self._warn(f"There is no account {name!r}: the store {self._store.url} does not exist.")
        if stored and stored.account.rotation:
            self._warn(_unfinished(stored.account))
        changed = exists if self._dry_run else self._store.delete(name)
        if not self._dry_run:
            self._end_sessions(name, stored.account if stored else None)
        return Outcome(changed, None, before=before)

    def _end_sessions(self, name: str, account: Account | None) -> None:
        """Remove the sessions of an account, and revoke their leases.

        :param account: as it was; ``None`` if its record could not be read
        """
        if cache := self._resolver.session_cache(name):
            if account:
                revoke_leases(account, cache, self._warn)
            cache.clear()

    def _verify(self, account: Account) -> tuple[Identity, ChainWalk | None]:
        """Request the identity of an account, each hop included, on the host where its credentials are used."""
        try:
            if account.region and (known := account.verified_identity):
                check_partition(known, self._settings.region_for(account.region), f"Account {account.name!r}")
            unverified = dataclasses.replace(account, verified=None)
            if self._identity_on_host and source_of(account.type).of_executor:
                handover, _identity = self._resolver.handover(unverified)
                return _required(self._identity_on_host(handover)), None
            walk = self._resolver.walk(unverified, fresh=True)
            source = account_in(account.name, self._store.url)
            # Credentials that come from the record of this account would be circular once it is saved.
            with mark_resolving(f"the test of {source}", source):
                return verify(walk.chain, walk.credentials()), walk
        except OctoAwsError as error:
            raise error.about(f"The test of account {account.name!r} failed") from None

    def _update_sessions(self, account: Account, stored: Stored | None, walk: ChainWalk | None) -> None:
        """Remove the sessions of the account as it was, and store those that needed an MFA code or a lease."""
        if self._dry_run:
            if walk:
                walk.discard()
            return
        if stored and stored.account.session_key != account.session_key:
            self._end_sessions(account.name, stored.account)
        if walk:
            walk.store_sessions(costly_only=True)

    def _note_test(self, account: Account, identity: Identity) -> None:
        """Note for lists of accounts that an account was tested."""
        if not self._dry_run:
            write_note(self._resolver.session_cache(account.name), account, identity)

    def _stored(self, name: str) -> tuple[Stored | None, str | None]:
        """Return the account as it is stored now, and the revision that a write replaces."""
        try:
            stored = read(self._store, name, fresh=True)
        except EmptyRecordError as error:
            return None, error.revision
        return stored, stored.revision if stored else None

    def _change(
        self, account: Account, stored: Stored | None, revision: str | None, vault_id: str | None, new_session_key: str
    ) -> AccountChange:
        """Return the change of a record.

        :param vault_id: ``None`` keeps that of the record
        :param new_session_key: for an account that differs from the stored one
        """
        seal_with = None
        if self._store.seals_with_vault:
            seal_with = vault_id or (stored.vault_id if stored else self._settings.vault_id)
        account = dataclasses.replace(account, verified=account.verified if account.verified_identity else None)
        change = AccountChange(account, stored, revision, seal_with)
        if not change.is_needed and account.session_key:
            return change
        # Sessions of the account as it was can no longer be opened, not even with a copy of the old record.
        return dataclasses.replace(change, account=dataclasses.replace(account, session_key=new_session_key))

    def _write(self, change: AccountChange, *, dry_run: bool) -> None:
        self._store.write(change.account, change.revision, change.seal_with, dry_run=dry_run)


def _unfinished(account: Account) -> str:
    """Return the warning about the keys that the deletion of an account leaves at IAM."""
    rotation = account.rotation
    keys = [key for key in (rotation and rotation.old_key, rotation and rotation.access_key) if key]
    return (
        f"Account {account.name!r} has an unfinished rotation of its access key. Check the keys of its user at IAM, "
        f"and delete those that are not used: {', '.join(dict.fromkeys((account.access_key, *keys)))}."
    )


def _required(identity: Identity | None) -> Identity:
    if identity is None:
        raise OctoAwsError(
            ErrorCode.REQUIREMENT_MISSING,
            "The Python library botocore is not installed on the host of the tested role.",
            hint="Install boto3 there, or test the account on a host that has it.",
        )
    return identity
