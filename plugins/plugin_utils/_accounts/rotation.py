# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unfinished rotation of an account's access key, as the record has it.

At each step, the fields of the account itself are keys that work.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

CREATING = "creating"
"""A new key may exist at IAM; its secret is in no record."""
PENDING = "pending"
"""The new key is in the record, and the account still uses the old one."""
RETIRING = "retiring"
"""The account uses the new key, and the old one may still work."""

KEEP_OLD = ("delete", "deactivate", "keep")
"""The choices for the old key."""
_LONGEST_DAYS = 36_500


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rotation:
    """A rotation that has begun.

    :param run: a random text, which changes when another run takes over
    :param attempts: when each run that creates a key began, in ISO 8601
    :param old_key: the access key that is replaced
    :param known: the access keys that IAM listed before, and others that are not of this rotation
    :param access_key: the new one, in the step ``pending``
    :param created: when IAM created it, in ISO 8601
    """

    step: str
    run: str
    old_key: str
    keep_old: str
    known: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    access_key: str = ""
    secret_key: str = dataclasses.field(default="", repr=False)
    created: str = ""

    def as_record(self) -> dict[str, t.Any]:
        """Return the value of ``rotation`` in the record."""
        return {field: value for field, value in dataclasses.asdict(self).items() if value}


def check_days(days: object) -> int:
    """Return the age from which a key is due, in days.

    :raises OctoAwsError: it is not a whole number, or out of range
    """
    text = str(days).strip()
    if text.isdecimal() and int(text) <= _LONGEST_DAYS:
        return int(text)
    raise OctoAwsError(
        ErrorCode.OPTION_INVALID,
        f"rotate_after_days cannot be {days!s:.80}.",
        hint=f"Use 0 to {_LONGEST_DAYS} days; 0 rotates at once.",
    )


def rotation_from_record(value: object) -> Rotation | None:
    """Reverse :meth:`Rotation.as_record`.

    :raises OctoAwsError: it is not the value of a record
    """
    if not value:
        return None
    lists = ("known", "attempts")
    types = {field.name: list if field.name in lists else str for field in dataclasses.fields(Rotation)}
    valid = isinstance(value, dict) and all(isinstance(item, types.get(name, ())) for name, item in value.items())
    needed = {"step", "run", "old_key", "keep_old"}
    if isinstance(value, dict) and valid and needed <= set(value):
        rotation = Rotation(**{**value, **{name: tuple(map(str, value.get(name, ()))) for name in lists}})
        has_key = bool(rotation.access_key and rotation.secret_key)
        right_step = rotation.step in (CREATING, RETIRING) or (rotation.step == PENDING and has_key)
        if right_step and rotation.keep_old in KEEP_OLD:
            return rotation
    raise OctoAwsError(ErrorCode.OPTION_INVALID, "its field 'rotation' is not valid.")
