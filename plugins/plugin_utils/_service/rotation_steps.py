# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the rotation of an access key, and the continuation of one that another run began."""

from __future__ import annotations

import dataclasses
import secrets
import typing as t

from ...module_utils._aws.iam import FULL
from ...module_utils._aws.sts import caller_identity
from ...module_utils._clock import CLOCK_TOLERANCE, now
from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.account import Verified
from .._accounts.rotation import CREATING, PENDING, RETIRING, Rotation
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


class RotationSteps:
    """Makes single steps of rotations in one store, each with the revision of the record that it was given.

    :param warn: called with a user-facing warning
    :param pause: waits so many seconds
    """

    def __init__(
        self, store: Store, settings: Settings, warn: t.Callable[[str], None], pause: t.Callable[[float], None]
    ) -> None:
        self._store = store
        self._settings = settings
        self._warn = warn
        self._pause = pause
        self._run = secrets.token_hex(16)
        self._users: dict[str, tuple[Identity, UserKeys]] = {}
        self._polls = 0

    def known_identity(self, access_key: str) -> Identity | None:
        """Return the identity of a key that :meth:`user`, or a step, has seen."""
        known = self._users.get(access_key)
        return known[0] if known else None

    def begin(self, stored: Stored, known: tuple[str, ...], keep_old: str) -> None:
        """Write that a rotation begins.

        :param known: the access keys that IAM lists
        """
        rotation = Rotation(
            step=CREATING,
            run=self._run,
            attempts=(now().isoformat(),),
            old_key=stored.account.access_key,
            keep_old=keep_old,
            known=known,
        )
        self._write(stored, rotation=rotation)

    def create(self, stored: Stored, rotation: Rotation) -> None:
        """Create the new key and write it, or wait for the run that does, and take over if it does not end."""
        if rotation.run != self._run:
            self._polls += 1
            if self._polls <= _OTHER_RUN_ATTEMPTS:
                self._pause(_OTHER_RUN_PAUSE)
                return
            self._take_over(stored, rotation)
            return
        user = self.user(stored.account)[1]
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
        user = self.user(stored.account)[1]
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
                checks.check_room(user, stored.account, user.listed(), self._store)
            raise

    def _delete_lost(self, user: UserKeys, account: Account, rotation: Rotation) -> None:
        """Delete a key that this rotation created, and that is in no record.

        Its secret is lost. A key that was used, or was created at another time, is not of this rotation.
        """
        for key in user.listed():
            is_lost = key.access_key not in (*rotation.known, account.access_key) and _was_created_by(rotation, key)
            if is_lost and user.last_used(key.access_key) is None:
                user.delete(key.access_key)

    def switch(self, stored: Stored, rotation: Rotation) -> None:
        """Let the account use the new key as soon as AWS accepts it."""
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

    def retire(self, stored: Stored, rotation: Rotation) -> list[str]:
        """Write the new key to other accounts with the old one, which is retired. Return their names."""
        account = stored.account
        identity, user = self.user(account)
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

    def user(self, account: Account) -> tuple[Identity, UserKeys]:
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


def _was_created_by(rotation: Rotation, key: UserKey) -> bool:
    """Whether IAM created a key at a time at which a run of the rotation could create one."""
    ages = [(key.created - checks.moment(attempt)).total_seconds() for attempt in rotation.attempts]
    return any(-CLOCK_TOLERANCE <= age <= _CREATION_SECONDS + CLOCK_TOLERANCE for age in ages)
