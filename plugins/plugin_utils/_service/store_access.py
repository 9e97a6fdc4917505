# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open the configured store, read accounts from it, and register their secrets."""

from __future__ import annotations

import typing as t
from functools import partial

from ...module_utils import _secrecy
from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError, closest
from .._accounts.account import error_context
from .._accounts.settings import SessionOptions
from .._stores.protocol import StoreContext, no_prompt
from .._stores.registry import open_store
from .._vault import Vault

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.settings import Settings
    from .._stores.protocol import Store, Stored

_NAMES_TO_COMPARE = 1000
_NAMED_IN_MESSAGE = 5


def store_of(
    settings: Settings, warn: t.Callable[[str], None], ask_for_password: t.Callable[[str], str] = no_prompt
) -> Store:
    """Open the store of the settings.

    :param warn: called with a user-facing warning
    :param ask_for_password: see :class:`.StoreContext`; for stores to save in
    :raises OctoAwsError: there is no such store
    """
    credentials = partial(_credentials_for_store, settings=settings, warn=warn)
    context = StoreContext(Vault.of_this_run(), settings.session_cache, warn, credentials, ask_for_password)
    return open_store(settings.store, context)


def _credentials_for_store(name: str, url: str, settings: Settings, warn: t.Callable[[str], None]) -> Credentials:
    """Resolve the account that a store is accessed with, which is in another store."""
    from .resolver import Resolver

    settings = settings._replace(store=url or settings.default_store, region="", fallback_region="")
    context = StoreContext(Vault.of_this_run(), settings.session_cache, warn, _refuse)
    store = open_store(settings.store, context)
    account = find(store, name).account
    with error_context(account):
        return Resolver(settings, SessionOptions(), store, warn).walk(account).credentials()


def _refuse(name: str, url: str) -> Credentials:
    raise OctoAwsError(
        ErrorCode.OPTION_CONFLICT,
        f"The store of the account {name!r} needs an account itself.",
        hint="Set account_store to one that needs none: a folder, or a service that the controller's role can read.",
    )


def read(store: Store, name: str, *, fresh: bool = False) -> Stored | None:
    """Return the stored account, or ``None`` if there is none of this name.

    :param fresh: read the current record, not a cached one
    """
    stored = store.read(name, fresh=fresh)
    if stored:
        _secrecy.register(stored.account.secrets)
    return stored


def read_many(store: Store, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
    """Yield the accounts of these names as they are stored now."""
    for name, stored in store.read_many(names):
        if stored and not isinstance(stored, RecordError):
            _secrecy.register(stored.account.secrets)
        yield name, stored


def find(store: Store, name: str, *, fresh: bool = False) -> Stored:
    """Return the stored account.

    :param fresh: read the current record, not a cached one
    :raises OctoAwsError: there is none of this name, or its record cannot be read
    """
    stored = read(store, name, fresh=fresh)
    if stored is None:
        raise account_unknown(store, name)
    return stored


def account_unknown(store: Store, name: str) -> OctoAwsError:
    """Build the error for an account that does not exist. This lists the store, which can take time."""
    try:
        names = store.names()
    except OctoAwsError:
        # Permission to read accounts does not include permission to list them.
        names, state = [], "which these credentials may not list"
    else:
        state = f"which {_contents(store, names)}"
    # A list may be older than the record.
    others = [other for other in names if other != name]
    hint = closest(name, others) if len(others) <= _NAMES_TO_COMPARE else ""
    return OctoAwsError(
        ErrorCode.ACCOUNT_UNKNOWN,
        f"There is no account {name!r} in the store {store.url}, {state}.",
        hint=f"{hint} To save it, run `ansible-playbook octo.aws.add_account`, or check octo_aws_store.".strip(),
    )


def _contents(store: Store, names: t.Sequence[str]) -> str:
    if names:
        return f"has {len(names)}"
    exists = store.exists()
    if exists is None:
        return "has no accounts under this prefix"
    return "is empty" if exists else "does not exist"


def named_failures(failures: t.Sequence[tuple[str, object]]) -> str:
    """Return the accounts of a partial failure for its message, each with its error code. Of many, it has the first."""
    named = [f"{name!r:.80} ({code})" for name, code in failures[:_NAMED_IN_MESSAGE]]
    left = len(failures) - len(named)
    return ", ".join([*named, f"and {left} more"] if left else named)
