# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: saves, tests and deletes accounts. The way of one save.

Service, above C(_resolver) and C(_verify).
"""

from __future__ import annotations

import dataclasses
import random
import secrets
import time
import typing as t

from ...module_utils._aws.sts import check_partition
from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ...module_utils._secrecy import CHANGED_PLACEHOLDER, PLACEHOLDER, register
from .._accounts.account import SECRET_FIELDS, Account, Verified, check_given, check_name, merge
from .._circular_credentials import account_in, mark_resolving
from .._regions import warn_of_region
from .._sources.registry import source_of
from .._stores.protocol import EmptyRecordError, RevisionConflict
from .finder import find, read
from .identity import verify
from .resolver import cache_of, hand_over, walk_of

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings
    from .._sessions.cache import SessionCache
    from .._sessions.walk import ChainWalk
    from .._stores.protocol import Store, Stored

_PATIENCE = 60.0
"""Seconds that a save goes on trying while others change the same account."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What was done, or in check mode would be done.

    :param account: the account as it is now; V(None) after a deletion
    :param identity: who STS said that it is, if it was asked
    :param replaced: the account as it was before, if its credentials or roles are others now
    """

    changed: bool
    account: Account | None
    identity: Identity | None = None
    replaced: Account | None = None
    before: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    after: dict[str, t.Any] = dataclasses.field(default_factory=dict)


class AccountManager:
    """The accounts of one store.

    :param dry_run: test, but store nothing
    :param options: who gives the code of an MFA device
    :param warn: takes a sentence for people
    :param identity_elsewhere: asks who the role of the host is that the task is for; V(None) where that is this machine
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        dry_run: bool,
        options: SessionOptions,
        warn: t.Callable[[str], None],
        identity_elsewhere: t.Callable[[Handover], Identity | None] | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._dry_run = dry_run
        self._options = options
        self._warn = warn
        self._identity_elsewhere = identity_elsewhere

    def save(self, name: str, options: t.Mapping[str, t.Any], *, vault_id: str | None, test: bool) -> Outcome:
        """Test, then save: nothing is written before the credentials are verified.

        :param options: fields of the account; V(None) keeps what is stored, an empty string clears it
        :param vault_id: seal with this one's password; V(None) keeps the one that the record is sealed with
        :raises OctoAwsError: what is wrong with the options, the credentials or the store
        """
        name = check_name(name)
        check_given(options)
        return self._write_tested(name, lambda stored: merge(name, stored, options), vault_id, test=test)

    def put(self, account: Account, *, overwrite: bool, vault_id: str | None, test: bool) -> Outcome:
        """Store an account that is whole already, after testing it, where there is none of its name.

        :param overwrite: also where there is another one
        :param vault_id: as in :meth:`save`
        :returns: with the account that is stored in the end, which is the other one where that was left as it is
        :raises OctoAwsError: its credentials are refused, or the store could not be read or changed
        """

        def wanted(stored: Account | None) -> Account | None:
            return account if stored is None or (overwrite and not account.is_like(stored)) else None

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
        """The way of one save. Where somebody else was faster, it begins again.

        :param wanted: the account to store, by what is stored; V(None) leaves that as it is
        """
        vault_id = vault_id if self._store.seals_with_vault else None
        warned = ""
        tested: tuple[Account, Identity, ChainWalk | None] | None = None
        new_session_key = secrets.token_hex(32)
        deadline = time.monotonic() + _PATIENCE
        while True:
            stored, replaces = self._stored(name)
            account = wanted(stored.account if stored else None)
            if account is None:
                return Outcome(False, stored.account if stored else None)
            if account.region != warned:
                warned = account.region
                warn_of_region(warned, self._warn)
            account = dataclasses.replace(account, verified=account.verified if account.verified_identity else None)
            sealed_anew = stored is not None and vault_id not in (None, stored.vault_id)
            if not stored or account != stored.account or sealed_anew or not account.session_key:
                # Sessions of what the account was before can no longer be opened, by nobody who kept them or who had
                # the vault password of before.
                account = dataclasses.replace(account, session_key=new_session_key)
            register(account.secrets)
            to_test = dataclasses.replace(account, verified=None)
            if test and (tested is None or tested[0] != to_test):
                if self._changes(account, stored, vault_id):
                    # What the store refuses is refused before AWS is asked, and before a code of an MFA device is used.
                    self._store.write(account, replaces, self._seal_with(stored, vault_id), dry_run=True)
                # Another save may have come between; what it changed is tested, what was tested is not asked again.
                tested = (to_test, *self._verify(account))
            identity = tested[1] if tested else None
            if identity and account.access_key and not account.assume_role:
                account = dataclasses.replace(account, verified=Verified(account.access_key, identity))
            try:
                outcome = self._write(account, stored, replaces, vault_id, identity)
                self._keep_sessions(account, stored, tested[2] if tested else None)
                return outcome
            except RevisionConflict:
                if time.monotonic() > deadline:
                    raise OctoAwsError(
                        ErrorCode.STORE_BUSY,
                        f"Account {name!r} was changed by others, again and again, while it was saved.",
                        hint="Nothing was written. Save it from one place (run_once: true).",
                    ) from None
                time.sleep(random.uniform(0, 0.02))

    def test(self, name: str) -> Outcome:
        """Verify a stored account; nothing is written.

        :raises OctoAwsError: it is unknown, or its credentials are refused
        """
        account = find(self._store, check_name(name), fresh=True).account
        view = _view(account, None)
        identity, walk = self._verify(account)
        self._keep_sessions(account, None, walk)
        return Outcome(False, account, identity, before=view, after=view)

    def delete(self, name: str) -> Outcome:
        """Delete an account, also one whose record can no longer be opened.

        :raises OctoAwsError: the store could not be changed
        """
        name = check_name(name)
        try:
            stored = read(self._store, name, fresh=True)
            exists = stored is not None
            before = _view(stored.account, stored.vault_id) if stored else {}
        except RecordError:
            exists, before = True, {"name": name}
        if not exists and self._store.exists() is False:
            self._warn(f"There is no account {name!r}, since the store {self._store.url} does not exist.")
        changed = exists if self._dry_run else self._store.delete(name)
        if not self._dry_run and (cache := self._cache(name)):
            cache.clear()
        return Outcome(changed, None, before=before)

    def _verify(self, account: Account) -> tuple[Identity, ChainWalk | None]:
        """Who the account is, each hop really taken, on the host where its credentials will be used."""
        try:
            if account.region and (known := account.verified_identity):
                check_partition(known, self._settings.region_for(account.region), f"Account {account.name!r}")
            # What was verified before does not count.
            unverified = dataclasses.replace(account, verified=None)
            if self._identity_elsewhere and source_of(account.type).of_executor:
                handover, _identity = hand_over(unverified, self._settings, self._options, None)
                return self._asked_elsewhere(handover), None
            walk = walk_of(unverified, self._settings, self._options, self._cache(account.name), fresh=True)
            way = account_in(account.name, self._store.url)
            # Credentials that come from what is stored under its name now would lead through themselves then.
            with mark_resolving(f"the test of {way}", way):
                return verify(account, walk.credentials()), walk
        except OctoAwsError as error:
            raise error.about(f"The test of account {account.name!r} failed") from None

    def _asked_elsewhere(self, handover: Handover) -> Identity:
        identity = self._identity_elsewhere(handover) if self._identity_elsewhere else None
        if identity is None:
            raise OctoAwsError(
                ErrorCode.REQUIREMENT_MISSING,
                "The Python library botocore is not installed on the host whose role is tested.",
                hint="Install boto3 there, or test the account on a host that has it.",
            )
        return identity

    def _cache(self, name: str) -> SessionCache | None:
        return cache_of(self._store, name, self._settings, self._warn)

    def _keep_sessions(self, account: Account, stored: Stored | None, walk: ChainWalk | None) -> None:
        """Remove the sessions of what the account was before, and keep for all that follow what needed a person."""
        if self._dry_run:
            return
        if stored and stored.account.session_key != account.session_key and (cache := self._cache(account.name)):
            cache.clear()
        if walk:
            walk.keep(only_a_persons=True)

    def _stored(self, name: str) -> tuple[Stored | None, str | None]:
        """The account as it is stored at this moment, and the revision that a write replaces."""
        try:
            stored = read(self._store, name, fresh=True)
        except EmptyRecordError as error:
            return None, error.revision
        return stored, stored.revision if stored else None

    def _write(
        self,
        account: Account,
        stored: Stored | None,
        replaces: str | None,
        vault_id: str | None,
        identity: Identity | None,
    ) -> Outcome:
        before = _view(stored.account, stored.vault_id) if stored else {}
        changed = self._changes(account, stored, vault_id)
        seal_with = self._seal_with(stored, vault_id)
        if changed:
            self._store.write(account, replaces, seal_with, dry_run=self._dry_run)
        previous = stored.account if stored else None
        after = _view(account, seal_with if changed else before.get("vault_id"), previous)
        replaced = previous if previous and not account.has_the_origin_of(previous) else None
        return Outcome(changed, account, identity, replaced, before=before, after=after)

    @staticmethod
    def _changes(account: Account, stored: Stored | None, vault_id: str | None) -> bool:
        return stored is None or stored.account != account or vault_id not in (None, stored.vault_id)

    def _seal_with(self, stored: Stored | None, vault_id: str | None) -> str | None:
        """The vault id that the record is sealed with, in stores that seal with Ansible Vault."""
        default = self._settings.vault_id if self._store.seals_with_vault else None
        return vault_id or (stored.vault_id if stored else default)


def _view(account: Account, vault_id: str | None, previous: Account | None = None) -> dict[str, t.Any]:
    """What a diff shows of an account: that a secret is there or changes, never the secret."""
    view = {field: value for field, value in account.as_result().items() if value or field == "validate_certs"}
    for field in SECRET_FIELDS:
        if value := getattr(account, field):
            differs = previous is not None and getattr(previous, field) not in ("", value)
            view[field] = CHANGED_PLACEHOLDER if differs else PLACEHOLDER
    for number, hop in enumerate(account.assume_role):
        if hop.external_id:
            before = previous.assume_role[number : number + 1] if previous else ()
            differs = any(other.external_id not in ("", hop.external_id) for other in before)
            view["assume_role"][number]["external_id"] = CHANGED_PLACEHOLDER if differs else PLACEHOLDER
    if account.verified_identity:
        view["verified"] = account.verified_identity.arn
    if vault_id:
        view["vault_id"] = vault_id
    return view
