# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve an account to credentials, or to the data passed to a host.

A lookup of keys without a chain does not load this file.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils import _secrecy
from .._accounts.account import Account
from .._sessions.cache import SessionCache
from .._sessions.chain import chain_of
from .._sessions.session_name import session_name
from .._sessions.session_reuse import ChainWalk
from .._sources.registry import source_of

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

UNNAMED = Account(name="", type="instance_role")
"""The role of the machine, used without a name. It has no session key, so its sessions are not shared."""


class Resolver:
    """Resolves accounts of one store with the same settings and options.

    :param store: ``None`` for :data:`UNNAMED`, which is in no store
    :param warn: called with a user-facing warning
    """

    def __init__(
        self, settings: Settings, options: SessionOptions, store: Store | None, warn: t.Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._options = options
        self._store = store
        self._warn = warn

    def walk(
        self, account: Account, *, fresh: bool = False, on_link: t.Callable[[int, Credentials], None] | None = None
    ) -> ChainWalk:
        """Prepare to resolve the chain of an account, with the hops of the options after its own.

        :param fresh: request every session, to test the account
        :param on_link: see :class:`.ChainWalk`
        :raises OctoAwsError: there cannot be such a chain
        """
        _secrecy.register([hop.external_id for hop in self._options.assume_role])
        chain = chain_of(
            account,
            self._settings.region_for(account.region),
            self._options,
            self._settings.session_cache,
            self._warn,
        )
        return ChainWalk(
            chain,
            self.session_cache(account.name),
            min_ttl=self._options.min_ttl,
            task_seconds=self._options.task_seconds,
            fresh=fresh,
            on_link=on_link,
        )

    def handover(self, account: Account) -> tuple[Handover, Identity | None]:
        """Resolve an account for a host: to credentials, or for a role of the host to the hops from there.

        :returns: also the identity, if it is known on the controller
        :raises OctoAwsError: names the hop that failed
        """
        from ...module_utils._host.handover import Handover

        walk = self.walk(account)
        if not source_of(account.type).of_executor:
            credentials = walk.credentials()
            return Handover(region=credentials.region, credentials=credentials), walk.identity(credentials)
        chain = walk.chain
        chain.check_roles()
        handover = Handover(
            region=chain.region,
            hops=chain.hops,
            session_name=session_name(),
            endpoint=chain.endpoint,
            account_id=chain.links[-1].must_lead_to,
            own_account_id=chain.links[0].must_lead_to if chain.hops else "",
        )
        return handover, None

    def unattended(self) -> Resolver:
        """Return a resolver for the renewal of a session while a task runs, without prompts and warnings."""
        options = dataclasses.replace(
            self._options, min_ttl=None, task_seconds=0, mfa_token="", ask_for_token=None, show_sign_in=None
        )
        return Resolver(self._settings, options, self._store, lambda warning: None)

    def session_cache(self, name: str) -> SessionCache | None:
        """Return the cache for the sessions of an account, or ``None`` if they are not shared."""
        if not self._store or not self._settings.session_cache:
            return None
        return SessionCache(self._settings.session_cache, self._store.url, name, self._warn)
