# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: account -> credentials, or what a host is given to work with the account.

Service, above C(_sessions) and C(_verify). A lookup of keys that lead nowhere else does without it.
"""

from __future__ import annotations

import typing as t
from functools import partial

from ...module_utils import _secrecy
from .._accounts.account import Account, named
from .._sessions.cache import SessionCache
from .._sessions.chain import check_before_asking, endpoint_of, hops_in, links_of
from .._sessions.session_name import session_name
from .._sessions.walk import ChainWalk
from .._sources.registry import source_of
from .identity import asked, guard, known_identity

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

UNNAMED = Account(name="", type="instance_role")
"""What no name stands for: the role of the machine that does the work, with nothing to guard."""


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
    with named(account):
        return walk_of(account, settings, options, cache).credentials()


def hand_over(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None
) -> tuple[Handover, Identity | None]:
    """What a host is given to work with the account: credentials, or for its own role the way from there.

    :returns: also the identity, where the controller knows it
    :raises OctoAwsError: what is wrong, with the account and the hop
    """
    from ...module_utils._host.handover import Handover

    if source_of(account.type).of_executor:
        return _way_from_executor(account, settings, options), None
    credentials = credentials_of(account, settings, options, cache)
    identity = known_identity(account, credentials, asked)
    return Handover(region=credentials.region, credentials=credentials), identity


def _way_from_executor(account: Account, settings: Settings, options: SessionOptions) -> Handover:
    from ...module_utils._host.handover import Handover

    region = settings.region_for(account.region)
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


def walk_of(
    account: Account, settings: Settings, options: SessionOptions, cache: SessionCache | None, *, fresh: bool = False
) -> ChainWalk:
    """The way along the account's chain.

    :param anew: really take it, to test it
    :raises OctoAwsError: there cannot be such a chain
    """
    region = settings.region_for(account.region)
    _secrecy.register([hop.external_id for hop in options.assume_role])
    return ChainWalk(
        links_of(account, region, options),
        region=region,
        session_key=account.session_key,
        cache=cache,
        guard=partial(guard, account, {} if fresh else asked),
        min_ttl=options.min_ttl,
        fresh=fresh,
    )


def cache_of(store: Store, name: str, settings: Settings, warn: t.Callable[[str], None]) -> SessionCache | None:
    """Where the sessions of an account are shared, or V(None) where they are not."""
    return SessionCache(settings.session_cache, store.url, name, warn) if settings.session_cache else None
