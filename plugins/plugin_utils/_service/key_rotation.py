# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotate the access key of an account.

The record of one account leads, that of the first name among all accounts with the key. It has the steps of the
rotation, and each of them is written with the revision that was read. So a run that was killed is continued by the next
one, and of several runs at once, only one creates a key:

1. ``creating``: the keys that IAM lists are in the record. A key that is created from here on, and is lost before it is
   in the record, is found by comparing them, and deleted.
2. ``pending``: the new key is in the record. The account uses the old one until AWS accepts the new one.
3. ``retiring``: the account uses the new key. Other accounts get it, then the old one is deactivated and deleted.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.account import check_name, error_context
from .._accounts.rotation import CREATING, PENDING, RETIRING
from .._accounts.views import as_diff
from .._stores.protocol import RevisionConflict
from . import rotation_checks as checks
from .rotation_steps import RotationSteps
from .store_access import find

if t.TYPE_CHECKING:
    from ...module_utils._aws.iam import UserKey, UserKeys
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._accounts.settings import Settings
    from .._stores.protocol import Store, Stored

_MOST_CONFLICTS = 200


@dataclasses.dataclass(frozen=True)
class RotationOutcome:
    """The result of a rotation, or in check mode of the rotation that would be made.

    :param account: as it is now
    :param old_key: the access key that the account had
    :param accounts: the names of all accounts that got the new key
    """

    changed: bool
    account: Account
    old_key: str = ""
    accounts: tuple[str, ...] = ()
    identity: Identity | None = None
    before: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    after: dict[str, t.Any] = dataclasses.field(default_factory=dict)


class KeyRotation:
    """Rotates keys of accounts in one store.

    :param dry_run: check everything, and change nothing
    :param warn: called with a user-facing warning
    :param pause: waits so many seconds
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        dry_run: bool,
        warn: t.Callable[[str], None],
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._dry_run = dry_run
        self._steps = RotationSteps(store, settings, warn, pause)

    def rotate(self, name: str, *, after_days: int, keep_old: str) -> RotationOutcome:
        """Rotate the key of an account if it is due, or finish a rotation that has begun.

        :param after_days: the age from which it is due
        :param keep_old: one of :data:`.KEEP_OLD`
        :raises OctoAwsError: it cannot be rotated. Each account has a key that works; the next run continues
        """
        stored = find(self._store, check_name(name), fresh=True)
        with error_context(stored.account):
            return self._rotate(stored, after_days, keep_old)

    def _rotate(self, stored: Stored, after_days: int, keep_old: str) -> RotationOutcome:
        account = stored.account
        checks.check_rotatable(account)
        view = as_diff(account, stored.vault_id)
        leader = account.name
        known: tuple[str, ...] = ()
        if not account.rotation:
            if account.key_created and not checks.is_due(checks.moment(account.key_created), after_days):
                return RotationOutcome(False, account, before=view, after=view)
            identity, user = self._steps.user(account)
            with checks.denials_explained(user):
                listed = user.listed()
            if not checks.is_due(checks.key_of(account, listed).created, after_days):
                return RotationOutcome(False, account, identity=identity, before=view, after=view)
            holders = checks.holders_of(self._store, account.access_key)
            begun = [holder.account for holder in holders if holder.account.rotation]
            leader = begun[0].name if begun else holders[0].account.name if holders else account.name
            if not begun:
                self._check(account, user, listed, holders, keep_old)
                known = tuple(key.access_key for key in listed)
        if self._dry_run:
            after = {**view, "access_key": "(a new key)"}
            return RotationOutcome(True, account, account.access_key, (account.name,), before=view, after=after)
        updated = self._finish(leader, account.access_key, known, keep_old)
        now_stored = find(self._store, account.name, fresh=True)
        after = as_diff(now_stored.account, now_stored.vault_id, account)
        names = tuple(sorted({*updated, leader} if updated else {leader}))
        known_identity = self._steps.known_identity(now_stored.account.access_key)
        return RotationOutcome(
            True, now_stored.account, account.access_key, names, known_identity, before=view, after=after
        )

    def _check(
        self, account: Account, user: UserKeys, listed: t.Sequence[UserKey], holders: list[Stored], keep_old: str
    ) -> None:
        """Check all that can be checked before a key is created."""
        if keep_old != "keep":
            checks.check_environment(account.access_key)
        with checks.denials_explained(user):
            user.check_permissions(retire=keep_old != "keep")
            checks.check_room(user, account, listed, self._store)
        checks.check_writes(self._store, holders)

    def _finish(self, leader: str, old_key: str, known: tuple[str, ...], keep_old: str) -> list[str]:
        """Go on from the step in the record of the leader until there is none. Return the other accounts changed."""
        begun = False
        updated: list[str] = []
        for _conflict in range(_MOST_CONFLICTS):
            stored = find(self._store, leader, fresh=True)
            rotation = stored.account.rotation
            try:
                if rotation is None:
                    if begun or not known or stored.account.access_key != old_key:
                        return updated
                    self._steps.begin(stored, known, keep_old)
                elif rotation.step == CREATING:
                    self._steps.create(stored, rotation)
                elif rotation.step == PENDING:
                    self._steps.switch(stored, rotation)
                elif rotation.step == RETIRING:
                    updated += self._steps.retire(stored, rotation)
                begun = True
            except RevisionConflict:
                continue
        raise OctoAwsError(
            ErrorCode.STORE_BUSY,
            f"The rotation of account {leader!r} could not be written: other processes kept changing its record.",
            hint="Run it again from one place.",
        )
