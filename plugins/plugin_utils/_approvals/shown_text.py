# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text that a person approves: its diffs, its characters and its code."""

from __future__ import annotations

import difflib
import hashlib
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.yaml_values import to_json

_CODE_LENGTH = 16
"""Digits of the code, 64 bits: too many to find another change with the same code."""

Lines = list[str]


def lines_of_diff(diff: t.Any) -> Lines:
    """Return the diff of a task, as ansible-core has it in results, as unified diffs.

    :raises OctoAwsError: it is no diff
    """
    lines: Lines = []
    for part in diff if isinstance(diff, (list, tuple)) else [diff]:
        if isinstance(part, str):
            lines += part.splitlines()
        elif not isinstance(part, t.Mapping) or not part.keys() & {"before", "after", "prepared"}:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID, "diff is not the diff of a task.", hint="Use diff of a registered result."
            )
        elif "prepared" in part:
            lines += str(part["prepared"]).splitlines()
        else:
            before, after = (_side(part.get(side)) for side in ("before", "after"))
            old, new = (str(part.get(f"{side}_header") or side) for side in ("before", "after"))
            lines += difflib.unified_diff(before, after, old, new, lineterm="")
    return lines


def printable(lines: t.Iterable[str]) -> Lines:
    """Return lines without control characters, with which a text could hide a part of itself at a terminal."""
    return ["".join(c if c.isprintable() else " " for c in line.expandtabs(4)).rstrip() for line in lines]


def code_of(lines: t.Iterable[str]) -> str:
    """Return the code of exactly these lines."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:_CODE_LENGTH]


def _side(value: t.Any) -> Lines:
    if value is None:
        return []
    return (value if isinstance(value, str) else to_json("diff", value)).splitlines()
