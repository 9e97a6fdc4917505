# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: account -> credentials. The way of one name, after the settings are known.

Service, above the stores, C(_sessions) and C(_verify).
"""

from __future__ import annotations

import typing as t
from functools import partial

from ..module_utils import _secrecy
from ..module_utils._errors import ErrorCode, OctoAwsError, RecordError, closest
from ..module_utils._values import check_region
from ._account import Account
from ._chain import check_before_asking, endpoint_of, hops_in, links_of
from ._session_name import session_name
from ._sessions import Walk
from ._sources.registry import source_of
from ._verify import asked, guard, known_identity

if t.TYPE_CHECKING:
    from ..module_utils._credentials import Credentials
    from ..module_utils._handover import Handover
    from ..module_utils._identity import Identity
    from ._session_cache import SessionCache
    from ._settings import SessionOptions, Settings
    from ._stores.protocol import Store, Stored

UNNAMED = Account(name="", type="instance_role")
"""What no name stands for: the role of the machine that does the work, with nothing to guard."""

_NAMES_TO_COMPARE = 1000


def read(store: Store, name: str, *, anew: bool = False) -> Stored | None:
    """The stored account, or V(None) where there is none of this name.

    :param anew: as it is stored at this moment
    """
    stored = store.read(name, anew=anew)
    if stored:
        _secrecy.register(stored.account.secrets)
    return stored


def read_many(store: Store, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
    """The stored accounts of these names, as they are at this moment."""
    for name, found in store.read_many(names):
        if found and not isinstance(found, RecordError):
            _secrecy.register(found.account.secrets)
        yield name, found


def find(store: Store, name: str, *, anew: bool = False) -> Stored:
    """The stored account.

    :param anew: as it is stored at this moment
    :raises OctoAwsError: there is none of this name, or it cannot be opened
    """
    stored = read(store, name, anew=anew)
    if stored is None:
        raise unknown(store, name)
    return stored


def unknown(store: Store, name: str) -> OctoAwsError:
    """What to say when there is no account of this name. It lists the store, which a large one takes time for."""
    try:
        names = store.names()
    except OctoAwsError:
        # Who may read accounts need not be allowed to list them.
        names, which = [], "which these credentials may not list"
    else:
        which = f"which has {len(names)}" if names else "which is empty"
    hint = closest(name, names) if len(names) <= _NAMES_TO_COMPARE else ""
    return OctoAwsError(
        ErrorCode.ACCOUNT_UNKNOWN,
        f"There is no account {name!r} in the store {store.url}, {which}.",
        hint=f"{hint} Save it with octo.aws.aws_account, or check octo_aws_store.".strip(),
    )


def resolve_unnamed(settings: Settings, options: SessionOptions) -> Credentials:
    """The credentials of the IAM role of the executing machine, or of hops from it. No account's key can seal these,
    so that other processes cannot share them."""
    return credentials_of(UNNAMED, settings, options, None)


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


def hand_over(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None
) -> tuple[Handover, Identity | None]:
    """What a host is given to work with the account: credentials, or for its own role the way from there.

    :returns: also the identity, where the controller knows it
    :raises OctoAwsError: what is wrong, with the account and the hop
    """
    from ..module_utils._handover import Handover

    if source_of(account.type).of_executor:
        return _way_from_executor(account, settings, options), None
    credentials = credentials_of(account, settings, options, cache)
    identity = known_identity(account, credentials, asked)
    return Handover(region=credentials.region, credentials=credentials), identity


def _way_from_executor(account: Account, settings: Settings, options: SessionOptions) -> Handover:
    from ..module_utils._handover import Handover

    region = _region_of(account, settings)
    links = links_of(account, region, options)
    check_before_asking(links, region)
    hops = tuple(hops_in(account, options))
    return Handover(
        region=region,
        hops=hops,
        session_name=session_name(),
        endpoint=endpoint_of(account, region, [hop.role_arn for hop in hops]),
        account_id=links[-1].must_lead_to,
        own_account_id=links[0].must_lead_to if hops else "",
    )


def _region_of(account: Account, settings: Settings) -> str:
    # Only the region that is used is checked: what else the shell holds changes nothing.
    region = settings.region_for(account.region)
    return check_region(region) if region else ""


def walk_of(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None, *, anew: bool = False
) -> Walk:
    """The way along the account's chain.

    :param anew: really take it, to test it
    :raises OctoAwsError: there cannot be such a chain
    """
    region = _region_of(account, settings)
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
    from ._session_cache import SessionCache

    return SessionCache(settings.session_cache, store.url, name, warn) if settings.session_cache else None
