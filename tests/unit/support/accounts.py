# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, vaults and plugins to test with."""

from __future__ import annotations

import typing as t

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account, Verified
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext, no_prompt
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "canary/secret+key"


def make_account(name: str = "prod", **fields: t.Any) -> Account:
    values: dict[str, t.Any] = {"type": "access_key", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **fields}
    return Account(name=name, **values)


def make_verified(access_key: str = ACCESS_KEY, account_id: str = "123456789012") -> Verified:
    return Verified(
        access_key, Identity(account_id, f"arn:aws:iam::{account_id}:user/deployer", "AIDACKCEVSQ6C2EXAMPLE")
    )


def make_vault(*vault_ids: str) -> Vault:
    """A vault whose passwords are the vault IDs."""
    return Vault([(vault_id, VaultSecret(vault_id.encode())) for vault_id in vault_ids])


def make_context(vault: Vault | None = None, shared_folder: str = "") -> StoreContext:
    """What a store may use; it has no account to be asked with, and what it warns of is an error."""

    def warn(text: str) -> None:
        raise AssertionError(text)

    def refuse(name: str, url: str) -> Credentials:
        raise AssertionError((name, url))

    return StoreContext(vault or make_vault("default"), shared_folder, warn, refuse)


def _ignore(text: str) -> None:
    """A warning."""


def quiet_context(
    vault: Vault, warn: t.Callable[[str], None] = _ignore, ask_for_password: t.Callable[[str], str] = no_prompt
) -> StoreContext:
    """The same, and its warnings are ignored by default."""
    return make_context(vault)._replace(warn=warn, ask_for_password=ask_for_password)


def make_accounts(store: Store, session_cache: str = "", **options: t.Any) -> AccountManager:
    """The accounts of a store, with whom tests save; what it warns of is an error."""

    def warn(text: str) -> None:
        raise AssertionError(text)

    settings = Settings(store.url, session_cache=session_cache)
    return AccountManager(store, settings, dry_run=False, options=SessionOptions(**options), warn=warn)
