# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks before the rotation of an access key: nothing is created unless all of them pass."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import typing as t

from ...module_utils._aws.endpoint import Endpoint
from ...module_utils._aws.iam import UserKeys
from ...module_utils._aws.sts import caller_identity
from ...module_utils._clock import now
from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.rotation import PENDING, Rotation
from .._stores.protocol import EmptyRecordError
from .store_access import named_failures, read_many

if t.TYPE_CHECKING:
    from ...module_utils._aws.iam import UserKey
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._accounts.account import Account
    from .._accounts.settings import Settings
    from .._stores.protocol import Store, Stored

_POLICY_HINT = "Attach the policy of the page 'Rotate access keys' to the user. The account works with its key."
_MOST_KEYS = 2
"""The quota of IAM, which cannot be raised."""
_LONG_SECRET = "x" * 128


def check_rotatable(account: Account) -> None:
    """Reject an account without a long-term access key.

    :raises OctoAwsError: its type or its key cannot be rotated
    """
    if account.type != "access_key":
        raise OctoAwsError(
            ErrorCode.ROTATION_UNSUPPORTED,
            f"Account {account.name!r} has the type {account.type}: it has no access key to rotate.",
            hint="Rotate accounts of the type access_key only.",
        )
    if account.session_token or not account.access_key.startswith("AKIA"):
        raise OctoAwsError(
            ErrorCode.ROTATION_UNSUPPORTED,
            f"The access key {account.access_key} of account {account.name!r} is temporary and cannot be rotated.",
            hint="Save the account with the long-term key of an IAM user (AKIA...).",
        )


def check_environment(access_key: str) -> None:
    """Reject a key that this process uses for other requests, such as those to a store.

    :raises OctoAwsError: the environment has it
    """
    if os.environ.get("AWS_ACCESS_KEY_ID") == access_key:
        raise OctoAwsError(
            ErrorCode.ROTATION_BLOCKED,
            f"The environment variable AWS_ACCESS_KEY_ID has the access key {access_key}, which would stop working.",
            hint="Unset it, or use another key in the environment. Nothing was changed.",
        )


def endpoint_of(account: Account, settings: Settings) -> Endpoint:
    """Return the STS endpoint for the keys of an account."""
    return Endpoint(
        region=settings.region_for(account.region),
        url=account.endpoint_url,
        validate_certs=account.validate_certs,
        ca_bundle=account.ca_bundle,
    )


def user_of(credentials: Credentials, endpoint: Endpoint, name: str) -> tuple[Identity, UserKeys]:
    """Return the IAM user of a key.

    :raises OctoAwsError: AWS refused the key, or it is that of the root user
    """
    identity = caller_identity(credentials, endpoint)
    if ":user/" not in identity.arn:
        raise OctoAwsError(
            ErrorCode.ROTATION_UNSUPPORTED,
            f"The access key of account {name!r} does not belong to an IAM user, but to {identity.arn}.",
            hint="Save the account with the key of an IAM user. Delete access keys of the root user.",
        )
    return identity, UserKeys(credentials, identity)


@contextlib.contextmanager
def denials_explained(user: UserKeys) -> t.Iterator[None]:
    """Turn a missing permission into an error about the policy."""
    try:
        yield
    except OctoAwsError as error:
        if error.code is not ErrorCode.ACCESS_DENIED:
            raise
        raise error.with_text(
            f"The user {user.user_name} may not rotate its access key: {error.message}",
            f"{_POLICY_HINT} {error.hint}",
            ErrorCode.ROTATION_DENIED,
        ) from None


def moment(text: str) -> datetime.datetime:
    """Return a time that a record has, in ISO 8601."""
    try:
        parsed = datetime.datetime.fromisoformat(text)
    except ValueError:
        parsed = datetime.datetime.min
    # A time that was edited is that of an old key.
    return parsed if parsed.tzinfo else datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)


def is_due(created: datetime.datetime, after_days: int) -> bool:
    """Whether a key is old enough to be rotated."""
    return now() - created >= datetime.timedelta(days=after_days)


def key_of(account: Account, listed: t.Sequence[UserKey]) -> UserKey:
    """Return the key of an account among those of its user.

    :raises OctoAwsError: it is not among them
    """
    for key in listed:
        if key.access_key == account.access_key:
            return key
    raise OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"IAM does not list the access key {account.access_key} of account {account.name!r}.",
        hint="If the key was created a moment ago, try again later.",
    )


def check_room(user: UserKeys, account: Account, listed: t.Sequence[UserKey], store: Store) -> None:
    """Reject a user that can have no further key.

    :param store: of the account; others in it can have the other key
    :raises OctoAwsError: names each key and when it was used
    """
    if len(listed) < _MOST_KEYS:
        return
    other = next(key for key in listed if key.access_key != account.access_key)
    facts = "; ".join(
        f"{key.access_key} ({'active' if key.active else 'inactive'}, created {key.created:%Y-%m-%d}, "
        f"{_last_use(user.last_used(key.access_key))}{', of this account' if key is not other else ''})"
        for key in listed
    )
    command = f"aws iam delete-access-key --user-name {user.user_name} --access-key-id {other.access_key}"
    hint = f"If nothing uses {other.access_key}, delete it: `{command}`. Otherwise, save the account with it."
    if users := [holder.account.name for holder in holders_of(store, other.access_key)]:
        hint = (
            f"{other.access_key} is the key of {', '.join(map(repr, users))} in this store. Save all accounts "
            f"of the user with one of the keys, then delete the other one."
        )
    raise OctoAwsError(
        ErrorCode.ROTATION_KEY_LIMIT,
        f"The user {user.user_name} has {len(listed)} access keys, and IAM allows no more: {facts}.",
        hint=f"{hint} Nothing was changed.",
    )


def holders_of(store: Store, access_key: str) -> list[Stored]:
    """Return all accounts of a store with an access key, also as the old or the new one of a rotation.

    :raises OctoAwsError: a record cannot be read, and may have the key
    """
    found, unreadable = [], []
    for name, stored in read_many(store, store.names()):
        if isinstance(stored, EmptyRecordError):
            continue
        if isinstance(stored, RecordError):
            unreadable.append((name, stored))
        elif stored and stored.account.type == "access_key" and access_key in _keys_of(stored.account):
            found.append(stored)
    if unreadable:
        named = named_failures([(name, error.code.value) for name, error in unreadable])
        raise OctoAwsError(
            ErrorCode.ROTATION_BLOCKED,
            f"Records in {store.url} that cannot be read may have the access key {access_key}: {named}.",
            hint=f"Give all vault passwords (--vault-id), or delete the records. {unreadable[0][1].hint}".strip(),
        )
    return sorted(found, key=lambda stored: stored.account.name)


def check_writes(store: Store, holders: t.Iterable[Stored]) -> None:
    """Check that each record can be written with an unfinished rotation. Nothing is written.

    :raises OctoAwsError: one of them cannot
    """
    longest = Rotation(
        step=PENDING,
        run="0" * 32,
        attempts=(now().isoformat(),) * 2,
        old_key="A" * 128,
        keep_old="deactivate",
        known=("A" * 128,) * _MOST_KEYS,
        access_key="A" * 128,
        secret_key=_LONG_SECRET,
        created=now().isoformat(),
    )
    for stored in holders:
        account = dataclasses.replace(stored.account, rotation=longest, key_created=longest.created)
        store.write(account, stored.revision, stored.vault_id, dry_run=True)


def _keys_of(account: Account) -> tuple[str, ...]:
    rotation = account.rotation
    return (account.access_key, *((rotation.old_key, rotation.access_key) if rotation else ()))


def _last_use(moment: datetime.datetime | None) -> str:
    return f"last used {moment:%Y-%m-%d %H:%M} UTC" if moment else "never used"
