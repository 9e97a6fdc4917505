# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: opens the store that the settings name, with all that it may use of this Ansible run.

Service, above C(_finder), C(_resolver) and the stores.
"""

from __future__ import annotations

import typing as t
from functools import partial

from ...module_utils._errors import ErrorCode, OctoAwsError
from .._accounts.settings import SessionOptions
from .._stores.protocol import StoreContext, no_prompt
from .._stores.registry import open_store
from .._vault import Vault
from .finder import find

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.settings import Settings
    from .._stores.protocol import Store


def store_of(
    settings: Settings, warn: t.Callable[[str], None], ask_for_password: t.Callable[[str], str] = no_prompt
) -> Store:
    """The store of the settings.

    :param warn: takes a sentence for people
    :param ask_for_password: see :class:`.StoreContext`; for stores to save in
    :raises OctoAwsError: there is no such store
    """
    credentials_of_account = partial(_credentials_of_account, settings=settings, warn=warn)
    surroundings = _surroundings(settings, warn, credentials_of_account)
    return open_store(settings.store, surroundings._replace(ask_for_password=ask_for_password))


def _credentials_of_account(name: str, url: str, settings: Settings, warn: t.Callable[[str], None]) -> Credentials:
    """The credentials of the account that a store is reached with, which is in another store."""
    from .resolver import cache_of, credentials_of

    settings = settings._replace(store=url or settings.default_store, region="", fallback_region="")
    store = open_store(settings.store, _surroundings(settings, warn, _refuse))
    account = find(store, name).account
    return credentials_of(account, settings, SessionOptions(), cache_of(store, name, settings, warn))


def _surroundings(
    settings: Settings, warn: t.Callable[[str], None], credentials_of: t.Callable[[str, str], Credentials]
) -> StoreContext:
    return StoreContext(Vault.of_this_run(), settings.session_cache, warn, credentials_of)


def _refuse(name: str, url: str) -> Credentials:
    raise OctoAwsError(
        ErrorCode.OPTION_CONFLICT,
        f"The store with the account {name!r} would itself be asked with an account.",
        hint="Name an account_store that needs none: a folder, or a service that the controller's own role may read.",
    )
