# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merge the options of a task with the stored account."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from .account import CHECKS, FIELDS, TYPED_FIELDS, Account, checked, checked_value, hops_from
from .account_types import TYPES, fields_of_type
from .web_identity_fields import without_other_source

_KEY_FIELDS = ("access_key", "secret_key", "session_token", "key_created", "rotation")
_COMMON_FIELDS = tuple(field for field in FIELDS if field not in TYPED_FIELDS)


def check_options(options: t.Mapping[str, t.Any]) -> None:
    """Reject values that no account can have, before the store is read.

    :raises OctoAwsError: names the option
    """
    for field in CHECKS:
        if options.get(field) is not None:
            checked_value(field, options[field])
    hops_from(options.get("assume_role"), written=True)


def merge(name: str, stored: Account | None, options: t.Mapping[str, t.Any]) -> Account:
    """Return the account to store when ``options`` are saved over ``stored``.

    :param options: fields by name; ``None`` keeps the stored value, an empty string or list clears it
    :raises OctoAwsError: a value or a combination of values that no account can have
    """
    given = {
        # Trimmed before they are compared with what is stored.
        field: value.strip() if isinstance(value, str) else value
        for field, value in options.items()
        if field in FIELDS and value is not None
    }
    kept = {field: getattr(stored, field) for field in FIELDS} if stored else {}
    account_type = given.get("type") or kept.get("type") or "access_key"
    allowed = fields_of_type(account_type)
    foreign = [field for field in TYPED_FIELDS if given.get(field) and field not in allowed.all]
    if foreign:
        right_type = next(kind for kind, fields in TYPES.items() if foreign[0] in fields.all)
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account_type} has no {' and no '.join(foreign)}.",
            hint=f"Remove it, or set type: {right_type}.",
        )
    if given.get("access_key", kept.get("access_key")) != kept.get("access_key"):
        # A secret and a token belong to one access key and are worthless with another.
        kept = {field: value for field, value in kept.items() if field not in _KEY_FIELDS}
    kept = without_other_source(kept, given)
    if "assume_role" in given:
        given["assume_role"] = hops_from(given["assume_role"])
    fields = {**kept, **given, "name": name, "type": account_type}
    account = Account(**{field: value for field, value in fields.items() if field in (*_COMMON_FIELDS, *allowed.all)})
    return checked(account)


def keep_rotation(account: Account, stored: Account) -> Account:
    """Return an account to save over one with an unfinished rotation, which it keeps.

    :raises OctoAwsError: it has another key, so that keys of the rotation would stay at IAM
    """
    if (account.type, account.access_key) != (stored.type, stored.access_key):
        raise OctoAwsError(
            ErrorCode.ROTATION_UNFINISHED,
            f"The key of account {stored.name!r} cannot be replaced: the rotation of {stored.access_key} is not "
            "finished.",
            hint="Finish it with state: rotated, or delete the account and save it again.",
        )
    return dataclasses.replace(account, rotation=stored.rotation, key_created=stored.key_created)
