# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of resources as a table that a person reads."""

from __future__ import annotations

import typing as t

from .shown_text import Lines, printable

_REPLACED = {"True": "Replace", "Conditional": "May replace"}
_ORDER = ("Replace", "May replace", "Remove", "Dynamic", "Modify", "Import", "Add")
"""The effects on a resource, those that can lose data first."""
_COLUMNS = ("CHANGE", "RESOURCE", "TYPE", "PHYSICAL ID", "PROPERTIES")


def lines_of_changes(changes: t.Sequence[t.Mapping[str, t.Any]]) -> Lines:
    """Return the changes of a change set as a table, replacements first, with a line that counts them."""
    rows = sorted((_row(change) for change in changes), key=lambda row: (_rank(row[0]), row[1]))
    counts = {effect: sum(row[0] == effect for row in rows) for effect in dict.fromkeys(row[0] for row in rows)}
    total = f"{len(rows)} change{'' if len(rows) == 1 else 's'}"
    counted = ", ".join(f"{number} {effect.lower()}" for effect, number in counts.items())
    return [f"{total}: {counted}" if rows else "No changes", *(_table([_COLUMNS, *rows]) if rows else ())]


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
