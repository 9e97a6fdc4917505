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
import datetime
import secrets
import time
import typing as t

from ...module_utils._aws.iam import FULL
from ...module_utils._aws.sts import caller_identity
from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.account import Verified, check_name, error_context
from .._accounts.rotation import CREATING, PENDING, RETIRING, Rotation
from .._accounts.views import as_diff
from .._sessions.cache import SessionCache
from .._stores.protocol import RevisionConflict
from . import rotation_checks as checks
from .store_access import find

if t.TYPE_CHECKING:
    from ...module_utils._aws.iam import NewKey, UserKey, UserKeys
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._accounts.settings import Settings
    from .._stores.protocol import Store, Stored

_ACCEPTED_IN_A_ROW = 3
_ACCEPTANCE_ATTEMPTS = 60
_ACCEPTANCE_PAUSE = 2.0
"""Seconds. A new key works after some seconds in one part of AWS, and later in another."""
_OTHER_RUN_ATTEMPTS = 30
_OTHER_RUN_PAUSE = 1.0
"""Seconds. Another run creates its key and writes the record in less than half a minute, or it was killed."""
_CREATION_SECONDS = 60.0
"""Far more than a run takes from its first write to the response of IAM."""
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
        self._settings = settings
        self._dry_run = dry_run
        self._warn = warn
        self._pause = pause
        self._run = secrets.token_hex(16)
        self._users: dict[str, tuple[Identity, UserKeys]] = {}
        self._polls = 0

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
            if account.key_created and not checks.is_due(_moment(account.key_created), after_days):
                return RotationOutcome(False, account, before=view, after=view)
            identity, user = self._user(account)
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
        current = self._users.get(now_stored.account.access_key)
        return RotationOutcome(
            True, now_stored.account, account.access_key, names, current and current[0], before=view, after=after
        )

    def _check(
        self, account: Account, user: UserKeys, listed: t.Sequence[UserKey], holders: list[Stored], keep_old: str
    ) -> None:
        """Check all that can be checked before a key is created."""
        if keep_old != "keep":
            checks.check_environment(account.access_key)
        with checks.denials_explained(user):
            user.check_permissions(retire=keep_old != "keep")
            checks.check_room(user, account, listed)
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
                    self._begin(stored, known, keep_old)
                elif rotation.step == CREATING:
                    self._create(stored, rotation)
                elif rotation.step == PENDING:
                    self._switch(stored, rotation)
                elif rotation.step == RETIRING:
                    updated += self._retire(stored, rotation)
                begun = True
            except RevisionConflict:
                continue
        raise OctoAwsError(
            ErrorCode.STORE_BUSY,
            f"The rotation of account {leader!r} could not be written: other processes kept changing its record.",
            hint="Run it again from one place.",
        )

    def _begin(self, stored: Stored, known: tuple[str, ...], keep_old: str) -> None:
        rotation = Rotation(
            step=CREATING,
            run=self._run,
            attempts=(now().isoformat(),),
            old_key=stored.account.access_key,
            keep_old=keep_old,
            known=known,
        )
        self._write(stored, rotation=rotation)

    def _create(self, stored: Stored, rotation: Rotation) -> None:
        if rotation.run != self._run:
            self._polls += 1
            if self._polls <= _OTHER_RUN_ATTEMPTS:
                self._pause(_OTHER_RUN_PAUSE)
                return
            self._take_over(stored, rotation)
            return
        user = self._user(stored.account)[1]
        with checks.denials_explained(user):
            self._delete_lost(user, stored.account, rotation)
            new = self._new_key(user, stored, rotation)
        pending = dataclasses.replace(
            rotation,
            step=PENDING,
            access_key=new.access_key,
            secret_key=new.secret_key,
            created=new.created.isoformat(),
        )
        try:
            self._write(stored, rotation=pending)
        except RevisionConflict:
            current = find(self._store, stored.account.name, fresh=True).account.rotation
            if not current or current.access_key != new.access_key:
                user.delete(new.access_key)
            raise

    def _take_over(self, stored: Stored, rotation: Rotation) -> None:
        """Continue the rotation of another run.

        A key that it still creates does not get into the record: its write names the old revision.
        """
        user = self._user(stored.account)[1]
        with checks.denials_explained(user):
            foreign = [key.access_key for key in user.listed() if not _was_created_by(rotation, key)]
        taken = dataclasses.replace(
            rotation,
            run=self._run,
            known=tuple(dict.fromkeys((*rotation.known, *foreign))),
            attempts=(*rotation.attempts, now().isoformat()),
        )
        self._write(stored, rotation=taken)

    def _new_key(self, user: UserKeys, stored: Stored, rotation: Rotation) -> NewKey:
        """Create a key. If AWS refuses that, nothing has begun."""
        try:
            try:
                return user.create()
            except OctoAwsError as error:
                if not error.is_refusal(FULL):
                    raise
                # IAM counts a lost key before it lists it.
                self._pause(_ACCEPTANCE_PAUSE)
                self._delete_lost(user, stored.account, rotation)
                return user.create()
        except OctoAwsError as error:
            if error.may_have_worked:
                raise error.with_text(
                    f"The request for a new access key of account {stored.account.name!r} may have worked: "
                    f"{error.message}",
                    "Rotate the account again: a key that was created is deleted. The account works with its old key. "
                    f"{error.hint}",
                    ErrorCode.ROTATION_UNFINISHED,
                ) from None
            self._write(stored, rotation=None)
            if error.is_refusal(FULL):
                checks.check_room(user, stored.account, user.listed())
            raise

    def _delete_lost(self, user: UserKeys, account: Account, rotation: Rotation) -> None:
        """Delete a key that this rotation created, and that is in no record.

        Its secret is lost. A key that was used, or was created at another time, is not of this rotation.
        """
        for key in user.listed():
            is_lost = key.access_key not in (*rotation.known, account.access_key) and _was_created_by(rotation, key)
            if is_lost and user.last_used(key.access_key) is None:
                user.delete(key.access_key)

    def _switch(self, stored: Stored, rotation: Rotation) -> None:
        account = stored.account
        credentials = dataclasses.replace(
            account.keys(self._settings.region_for(account.region)),
            access_key=rotation.access_key,
            secret_key=rotation.secret_key,
            identity=None,
        )
        identity, user = self._accepted(account, credentials)
        self._users[rotation.access_key] = identity, user
        retiring = dataclasses.replace(rotation, step=RETIRING, access_key="", secret_key="", created="")
        self._write(stored, rotation=retiring, **_new_fields(account, credentials, identity, rotation.created))
        self._clear_sessions(account.name)

    def _accepted(self, account: Account, credentials: Credentials) -> tuple[Identity, UserKeys]:
        """Wait until STS and IAM accept a new key several times in a row."""
        in_a_row = 0
        accepted: tuple[Identity, UserKeys] | None = None
        for _attempt in range(_ACCEPTANCE_ATTEMPTS):
            try:
                endpoint = checks.endpoint_of(account, self._settings)
                if accepted:
                    caller_identity(credentials, endpoint)
                else:
                    accepted = checks.user_of(credentials, endpoint, account.name)
                accepted[1].listed()
            except OctoAwsError as error:
                if error.code not in (ErrorCode.ACCESS_KEY_UNKNOWN, ErrorCode.SECRET_KEY_WRONG):
                    raise error.about(f"The new access key of account {account.name!r}") from None
                in_a_row = 0
            else:
                in_a_row += 1
                if in_a_row == _ACCEPTED_IN_A_ROW:
                    return accepted
            self._pause(_ACCEPTANCE_PAUSE)
        raise OctoAwsError(
            ErrorCode.ROTATION_KEY_NOT_ACCEPTED,
            f"AWS does not accept the new access key {credentials.access_key} of account {account.name!r}, which was "
            "created and is in its record.",
            hint="Rotate the account again later; it works with its old key until then. If the new key was deleted at "
            "IAM, save the account again after its deletion.",
        )

    def _retire(self, stored: Stored, rotation: Rotation) -> list[str]:
        account = stored.account
        identity, user = self._user(account)
        updated = []
        for holder in checks.holders_of(self._store, rotation.old_key):
            if holder.account.access_key == rotation.old_key:
                credentials = account.keys("")
                self._write(holder, **_new_fields(holder.account, credentials, identity, account.key_created))
                self._clear_sessions(holder.account.name)
                updated.append(holder.account.name)
        with checks.denials_explained(user):
            if rotation.keep_old != "keep":
                user.deactivate(rotation.old_key)
            if rotation.keep_old == "delete":
                user.delete(rotation.old_key)
        self._write(stored, rotation=None)
        return updated

    def _user(self, account: Account) -> tuple[Identity, UserKeys]:
        """Return the user of the stored key of an account, and its identity."""
        if account.access_key not in self._users:
            credentials = account.keys(self._settings.region_for(account.region))
            endpoint = checks.endpoint_of(account, self._settings)
            self._users[account.access_key] = checks.user_of(credentials, endpoint, account.name)
        return self._users[account.access_key]

    def _write(self, stored: Stored, **fields: t.Any) -> None:
        account = dataclasses.replace(stored.account, **fields)
        self._store.write(account, stored.revision, stored.vault_id)

    def _clear_sessions(self, name: str) -> None:
        if self._settings.session_cache:
            SessionCache(self._settings.session_cache, self._store.url, name, self._warn).clear()


def _new_fields(account: Account, credentials: Credentials, identity: Identity, created: str) -> dict[str, t.Any]:
    """Return the fields of an account with a new key. With its new session key, sessions of the old key are lost."""
    return {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "key_created": created,
        "session_key": secrets.token_hex(32),
        "verified": None if account.assume_role else Verified(credentials.access_key, identity),
    }


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.datetime.min
    # A time that was edited is that of an old key.
    return moment if moment.tzinfo else datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)


def _was_created_by(rotation: Rotation, key: UserKey) -> bool:
    """Whether IAM created a key at a time at which a run of the rotation could create one."""
    ages = [(key.created - _moment(attempt)).total_seconds() for attempt in rotation.attempts]
    return any(-CLOCK_TOLERANCE <= age <= _CREATION_SECONDS + CLOCK_TOLERANCE for age in ages)
