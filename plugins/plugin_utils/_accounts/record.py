# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert an account to its JSON record and back. ``docs/docsite/rst/formats.rst`` documents the format."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError, closest
from ...module_utils._model.identity import Identity, can_be_caller
from .account import FIELDS, Account, Verified, checked, hops_from

RECORD_VERSION = 1
RECORD_SIZE = 1024 * 1024
"""More bytes than a sealed record of version 1 can have."""

_LONGEST_RECORD = 200_000
"""In bytes. Ansible Vault writes at least four for each."""

_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Account)}
_TYPES: dict[str, t.Any] = {
    name: {bool: bool, int: int, tuple: list}.get(type(default), str) for name, default in _DEFAULTS.items()
}
_TYPES["account_id"] = (str, list)
_TYPES["rotation"] = dict
"""The type of each field in a record."""


def to_record(account: Account, *, compact: bool = False) -> str:
    """Return the JSON text of an account. Fields that are not set are left out.

    :param compact: in one line, for stores with a size limit
    :raises OctoAwsError: it is too long
    """
    fields = {f: getattr(account, f) for f in FIELDS if f != "verified" and getattr(account, f) != _DEFAULTS[f]}
    record: dict[str, t.Any] = {"version": RECORD_VERSION, **fields}
    if account.assume_role:
        record["assume_role"] = [hop.as_record() for hop in account.assume_role]
    if account.rotation:
        record["rotation"] = account.rotation.as_record()
    if account.verified:
        identity = account.verified.identity._asdict()
        record["verified"] = {"access_key": account.verified.access_key, **identity}
    separators = (",", ":") if compact else None
    text = json.dumps(record, indent=None if compact else 2, separators=separators, ensure_ascii=False) + "\n"
    if len(text.encode()) > _LONGEST_RECORD:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"Account {account.name!r:.80} is too large: its record has more than {_LONGEST_RECORD:,} bytes.",
            hint="Use fewer roles to assume, or shorter policies.",
        )
    return text


def from_record(text: str, name: str, label: str) -> Account:
    """Return the account of a record, which may have been edited by hand. Errors name fields, but show no value.

    :param name: of the requested account; a record of another one is refused
    :param label: names the record in errors
    :raises RecordError: it is not a valid record of this account
    """
    try:
        record = json.loads(text)
    except ValueError as error:
        raise _invalid(label, f"it is not JSON (line {getattr(error, 'lineno', '?')})") from None
    except RecursionError:
        raise _invalid(label, "it is nested too deeply") from None
    if not isinstance(record, dict) or record.get("version") != RECORD_VERSION:
        raise _invalid(label, f"it is not a record of version {RECORD_VERSION}")
    if record.get("name") != name:
        raise RecordError(
            ErrorCode.RECORD_MISPLACED,
            f"{label} holds the record of another account ({record.get('name')!r:.80}), not of {name!r}.",
            hint="It was copied or renamed outside of octo.aws. Restore the right record, or delete this account.",
        )
    fields = {key: value for key, value in record.items() if key not in ("version", "verified")}
    for key, value in fields.items():
        if key not in FIELDS:
            raise _invalid(label, f"it has an unknown field {key!r:.80}. {closest(key, FIELDS)}".strip())
        if not isinstance(value, _TYPES[key]) or (_TYPES[key] is int and isinstance(value, bool)):
            raise _invalid(label, f"its field {key!r} has the wrong type")
    fields["verified"] = _verified_from_record(record.get("verified"), label)
    try:
        fields["assume_role"] = hops_from(fields.get("assume_role"))
        if "rotation" in fields:
            from .rotation import rotation_from_record

            fields["rotation"] = rotation_from_record(fields["rotation"])
        return checked(Account(**{"type": "", **fields}))
    except OctoAwsError as error:
        raise _invalid(label, error.message) from None


def _verified_from_record(value: object, label: str) -> Verified | None:
    if value is None:
        return None
    names = ("access_key", "account_id", "arn", "user_id")
    if not isinstance(value, dict) or set(value) != set(names) or not all(isinstance(v, str) for v in value.values()):
        raise _invalid(label, "its field 'verified' does not name exactly " + ", ".join(names))
    if not can_be_caller(value["arn"]):
        raise _invalid(label, "its field 'verified' has no ARN")
    return Verified(value["access_key"], Identity(value["account_id"], value["arn"], value["user_id"]))


def _invalid(label: str, problem: str) -> RecordError:
    return RecordError(
        ErrorCode.RECORD_INVALID,
        f"{label} is not a valid record: {problem if problem.endswith('?') else problem.rstrip('.') + '.'}",
        hint="Correct it (in a file store with `ansible-vault edit FILE`), or delete the account and save it again.",
    )
