# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: name -> account, as a store holds it, or why there is none.

Service, above the stores.
"""

from __future__ import annotations

import typing as t

from ...module_utils import _secrecy
from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError, closest

if t.TYPE_CHECKING:
    from .._stores.protocol import Store, Stored

_NAMES_TO_COMPARE = 1000


def read(store: Store, name: str, *, fresh: bool = False) -> Stored | None:
    """The stored account, or V(None) where there is none of this name.

    :param anew: as it is stored at this moment
    """
    stored = store.read(name, fresh=fresh)
    if stored:
        _secrecy.register(stored.account.secrets)
    return stored


def read_many(store: Store, names: t.Sequence[str]) -> t.Iterator[tuple[str, Stored | RecordError | None]]:
    """The stored accounts of these names, as they are at this moment."""
    for name, found in store.read_many(names):
        if found and not isinstance(found, RecordError):
            _secrecy.register(found.account.secrets)
        yield name, found


def find(store: Store, name: str, *, fresh: bool = False) -> Stored:
    """The stored account.

    :param anew: as it is stored at this moment
    :raises OctoAwsError: there is none of this name, or it cannot be opened
    """
    stored = read(store, name, fresh=fresh)
    if stored is None:
        raise unknown(store, name)
    return stored


def _what_is_there(store: Store, names: t.Sequence[str]) -> str:
    if names:
        return f"has {len(names)}"
    exists = store.exists()
    if exists is None:
        return "has no accounts under this prefix"
    return "is empty" if exists else "does not exist"


def unknown(store: Store, name: str) -> OctoAwsError:
    """What to say when there is no account of this name. It lists the store, which a large one takes time for."""
    try:
        names = store.names()
    except OctoAwsError:
        # Who may read accounts need not be allowed to list them.
        names, which = [], "which these credentials may not list"
    else:
        which = f"which {_what_is_there(store, names)}"
    # A list may be older than what was read.
    others = [other for other in names if other != name]
    hint = closest(name, others) if len(others) <= _NAMES_TO_COMPARE else ""
    return OctoAwsError(
        ErrorCode.ACCOUNT_UNKNOWN,
        f"There is no account {name!r} in the store {store.url}, {which}.",
        hint=f"{hint} Save it with octo.aws.aws_account, or check octo_aws_store.".strip(),
    )
