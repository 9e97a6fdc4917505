# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text that a person approves: changes of resources as a table, diffs and texts. And its code."""

from __future__ import annotations

import difflib
import hashlib
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.yaml_values import to_json

_REPLACED = {"True": "Replace", "Conditional": "May replace"}
_ORDER = ("Replace", "May replace", "Remove", "Dynamic", "Modify", "Import", "Add")
"""The effects on a resource, those that can lose data first."""
_COLUMNS = ("CHANGE", "RESOURCE", "TYPE", "PHYSICAL ID", "PROPERTIES")
_CODE_LENGTH = 16
"""Digits of the code, 64 bits: too many to find another change with the same code."""

Lines = list[str]


def lines_of_changes(changes: t.Sequence[t.Mapping[str, t.Any]]) -> Lines:
    """Return the changes of a change set as a table, replacements first, with a line that counts them."""
    rows = sorted((_row(change) for change in changes), key=lambda row: (_rank(row[0]), row[1]))
    counts = {effect: sum(row[0] == effect for row in rows) for effect in dict.fromkeys(row[0] for row in rows)}
    total = f"{len(rows)} change{'' if len(rows) == 1 else 's'}"
    counted = ", ".join(f"{number} {effect.lower()}" for effect, number in counts.items())
    return [f"{total}: {counted}" if rows else "No changes", *(_table([_COLUMNS, *rows]) if rows else ())]


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
            headers = [str(part.get(f"{side}_header") or side) for side in ("before", "after")]
            lines += difflib.unified_diff(before, after, *headers, lineterm="")
    return lines


def printable(lines: t.Iterable[str]) -> Lines:
    """Return lines without control characters, with which a text could hide a part of itself at a terminal."""
    return ["".join(c if c.isprintable() else " " for c in line.expandtabs(4)).rstrip() for line in lines]


def code_of(lines: t.Iterable[str]) -> str:
    """Return the code of exactly these lines."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:_CODE_LENGTH]


def _row(change: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    action = str(change.get("action") or "Dynamic")
    effect = _REPLACED.get(str(change.get("replacement")), action) if action == "Modify" else action
    details = ", ".join(str(detail) for detail in change.get("details") or ())
    fields = (str(change.get(name) or "-") for name in ("logical_id", "type", "physical_id"))
    return (effect, *fields, details or "-")


def _rank(effect: str) -> int:
    # An effect that is not known yet is shown first.
    return _ORDER.index(effect) if effect in _ORDER else -1


def _table(rows: t.Sequence[t.Sequence[str]]) -> Lines:
    # Before the widths are computed: a control character has no width.
    clean = [printable(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean]


def _side(value: t.Any) -> Lines:
    if value is None:
        return []
    return (value if isinstance(value, str) else to_json("diff", value)).splitlines()
