# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read accounts of the store for subcommands."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.name_patterns import missing, select
from .._service.store_access import account_unknown, read_many

if t.TYPE_CHECKING:
    from .._stores.protocol import Store, Stored
    from .start import Start

OF_PASSWORDS = (ErrorCode.VAULT_PASSWORD_MISSING, ErrorCode.VAULT_PASSWORD_WRONG)


def selected_names(store: Store, patterns: t.Sequence[str]) -> list[str]:
    """Return the names of accounts that match a pattern, or all without patterns.

    :raises OctoAwsError: a plain name among the patterns is not in the store, or the store cannot be used
    """
    names = store.names()
    for name in missing(names, patterns or None):
        raise account_unknown(store, name)
    return select(names, patterns or None)


def read_accounts(start: Start, names: t.Sequence[str]) -> list[tuple[str, Stored | RecordError]]:
    """Read accounts, and prompt once for a missing vault password. The list has an error for an unreadable record.

    :raises OctoAwsError: the store cannot be used
    """
    found: list[tuple[str, Stored | RecordError]] = []

    def read() -> None:
        # Accounts that were deleted since they were listed are left out.
        found[:] = [(name, stored) for name, stored in read_many(start.store(), names) if stored]
        for _name, stored in found:
            if isinstance(stored, RecordError) and stored.code is ErrorCode.VAULT_PASSWORD_MISSING:
                raise stored
        # One of several records can have a password of its own, but not all of them.
        wrong = [stored for _name, stored in found if isinstance(stored, RecordError) and stored.code in OF_PASSWORDS]
        if wrong and len(wrong) == len(found):
            raise wrong[0]

    try:
        start.with_password(read)
    except OctoAwsError as error:
        if error.code not in OF_PASSWORDS:
            raise
    return found
