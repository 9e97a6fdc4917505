# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print tables and states at a terminal, with ``rich`` where it is installed, and as plain text elsewhere.

Only bold, green and red of the terminal's own colors are used, so that dark and light terminals can show them.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import typing as t

from .._base.tables import table

_NARROWEST = 13
"""Cells of a column, on the average, below which each row is printed as a block of lines."""
_STYLES = {"bold": "1", "green": "32", "red": "31"}


def print_json(data: t.Any) -> None:
    """Print data as JSON."""
    print(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(rows: t.Sequence[t.Sequence[object]]) -> None:
    """Print a table that fits the terminal. Where there is none, each row is one line.

    :param rows: the titles of the columns, then the rows
    """
    if not has_styles() or not _print_rich(rows):
        for line in table(rows, width()):
            print(line)


def styled(text: str, style: str) -> str:
    """Return a text in a style for the terminal: ``bold``, ``green`` or ``red``."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if has_styles() else text


def width() -> int:
    """Return the cells of a line of the terminal; 0 if standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


@functools.cache
def has_styles() -> bool:
    """Whether standard output shows styles. ``NO_COLOR`` turns them off (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _print_rich(rows: t.Sequence[t.Sequence[object]]) -> bool:
    """Print a table with ``rich``. Return ``False`` if it is not installed, or the terminal is too narrow for it."""
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    titles, *body = [[_printable(cell) for cell in row] for row in rows]
    used = [column for column in range(len(titles)) if any(row[column] for row in body)]
    console = Console(highlight=False, emoji=False, markup=False, width=width(), soft_wrap=False)
    if not used or width() < _NARROWEST * len(used):
        return False
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=any(titles))
    for column in used:
        shown.add_column(Text(titles[column]), overflow="fold")
    for row in body:
        shown.add_row(*(Text(row[column], style=_style(row[column])) for column in used))
    console.print(shown)
    return True


def _style(text: str) -> str:
    return {"ok": "green", "fail": "red", "failed": "red"}.get(text.partition(" ")[0].rstrip(":"), "")


def _printable(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text).strip()
