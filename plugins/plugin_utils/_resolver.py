# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: account -> credentials. The way of one name, after the settings are known.

Service, above the stores, the sources and C(_verify).
"""

from __future__ import annotations

import dataclasses
import typing as t

from . import _secrecy
from ._account import Account, check_region
from ._errors import ErrorCode, OctoAwsError, closest
from ._sources.registry import source_of

if t.TYPE_CHECKING:
    from ._account import Identity
    from ._credentials import Credentials
    from ._settings import Settings
    from ._stores.protocol import Store, Stored

_UNNAMED = Account(name="", type="instance_role")
"""What resolving no name stands for: the role of the executing machine, with nothing to guard."""

_NAMES_TO_COMPARE = 1000

_asked: dict[tuple[Account, Credentials], Identity] = {}
"""Identities that this process asked STS for, by everything that the answer depends on."""


def read(store: Store, name: str) -> Stored | None:
    """The stored account, or V(None) where there is none of this name."""
    stored = store.read(name)
    if stored:
        _secrecy.register(stored.account.secrets)
    return stored


def find(store: Store, name: str) -> Stored:
    """The stored account.

    :raises OctoAwsError: there is none of this name, or it cannot be opened
    """
    stored = read(store, name)
    if stored is None:
        raise unknown(store, name)
    return stored


def unknown(store: Store, name: str) -> OctoAwsError:
    """What to say when there is no account of this name. It lists the store, which a large one takes time for."""
    names = store.names()
    hint = closest(name, names) if len(names) <= _NAMES_TO_COMPARE else ""
    return OctoAwsError(
        ErrorCode.ACCOUNT_UNKNOWN,
        f"There is no account {name!r} in the store {store.url}, which {f'has {len(names)}' if names else 'is empty'}.",
        hint=f"{hint} Save it with octo.aws.aws_account, or check octo_aws_store.".strip(),
    )


def resolve_unnamed(settings: Settings) -> Credentials:
    """The credentials of the IAM role of the executing machine."""
    return credentials_of(_UNNAMED, settings)


def credentials_of(account: Account, settings: Settings) -> Credentials:
    """The credentials of the account, guarded by its O(account_id)."""
    credentials = base_credentials(account, settings)
    identity = account.verified_identity
    if account.account_id:
        identity = _guarded(account, credentials, identity)
    if identity is None:
        return credentials
    return dataclasses.replace(credentials, account_id=identity.account_id, arn=identity.arn)


def base_credentials(account: Account, settings: Settings) -> Credentials:
    """The credentials of the account's source, not guarded yet."""
    region = settings.region_for(account.region)
    # Only the one that is used: what else the shell holds changes nothing.
    credentials = source_of(account.type).fetch(account, check_region(region) if region else "")
    _secrecy.register(credentials.secrets)
    return credentials


def _guarded(account: Account, credentials: Credentials, verified: Identity | None) -> Identity:
    """The identity of the credentials, known to be of the right AWS account. STS is asked only where nobody knows."""
    # Imported here, since verifying needs the code that asks AWS.
    from ._verify import guard, verify

    if verified is None:
        if (account, credentials) not in _asked:
            _asked[account, credentials] = verify(account, credentials)
        verified = _asked[account, credentials]
    guard(account, verified)
    return verified
