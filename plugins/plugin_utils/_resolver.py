# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: account -> credentials. The way of one name, after the settings are known.

Service, above the stores, C(_sessions) and C(_verify).
"""

from __future__ import annotations

import typing as t
from functools import partial

from . import _secrecy
from ._account import Account
from ._chain import links_of
from ._errors import ErrorCode, OctoAwsError, closest
from ._session_cache import SessionCache
from ._sessions import Walk
from ._values import check_region
from ._verify import asked, guard

if t.TYPE_CHECKING:
    from ._credentials import Credentials
    from ._settings import SessionOptions, Settings
    from ._stores.protocol import Store, Stored

_UNNAMED = Account(name="", type="instance_role")
"""What resolving no name stands for: the role of the executing machine, with nothing to guard."""

_NAMES_TO_COMPARE = 1000


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


def resolve_unnamed(settings: Settings, options: SessionOptions) -> Credentials:
    """The credentials of the IAM role of the executing machine, or of hops from it. No account's key can seal these,
    so that other processes cannot share them."""
    return credentials_of(_UNNAMED, settings, options, None)


def credentials_of(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None
) -> Credentials:
    """The credentials that the account leads to, with the hops of RV(options) after its own. Nothing is handed out, and
    nothing is kept, that leads elsewhere than O(account_id) says.

    :raises OctoAwsError: what is wrong, with the account and the hop
    """
    try:
        return walk_of(account, settings, options, cache).credentials()
    except OctoAwsError as error:
        whose = f"account {account.name!r}"
        if not account.name or whose in error.message.replace("A", "a", 1):
            raise
        raise error.about(whose.capitalize()) from None


def walk_of(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None, *, anew: bool = False
) -> Walk:
    """The way along the account's chain.

    :param anew: really take it, to test it
    :raises OctoAwsError: there cannot be such a chain
    """
    # Only the region that is used is checked: what else the shell holds changes nothing.
    region = settings.region_for(account.region)
    region = check_region(region) if region else ""
    _secrecy.register([hop.external_id for hop in options.assume_role])
    return Walk(
        links_of(account, region, options),
        region=region,
        session_key=account.session_key,
        cache=cache,
        guard=partial(guard, account, {} if anew else asked),
        min_ttl=options.min_ttl,
        anew=anew,
    )


def cache_of(store: Store, name: str, settings: Settings, warn: t.Callable[[str], None]) -> SessionCache | None:
    """Where the sessions of an account are shared, or V(None) where they are not."""
    return SessionCache(settings.session_cache, store.url, name, warn) if settings.session_cache else None
