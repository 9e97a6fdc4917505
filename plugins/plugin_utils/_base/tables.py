# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of text that fit the width of a terminal, also with wide and combining characters."""

from __future__ import annotations

import typing as t
import unicodedata

_GAP = "  "
_NARROWEST = 8
"""Cells that a column keeps. With less, each row becomes a block of lines."""


def table(rows: t.Sequence[t.Sequence[object]], width: int = 0) -> list[str]:
    """Return the lines of a table. Nothing is cut off: a long cell continues on the next line.

    Columns without any value are left out. If the terminal is too narrow for the columns, each row becomes a block with
    one line per value.

    :param rows: the titles of the columns, then the rows; ``None`` is an empty cell
    :param width: the cells of the terminal; 0 for no limit
    """
    texts = [[_printable(cell) for cell in row] for row in rows]
    used = [column for column in range(len(texts[0])) if any(row[column] for row in texts[1:])] if texts else []
    if not used:
        return []
    titles, *body = [[row[column] for column in used] for row in texts]
    widths = _fitted([max(map(width_of, column)) for column in zip(titles, *body, strict=False)], width)
    if widths is None:
        return _blocks(titles, body, width)
    return [line for row in (titles, *body) for line in _lines_of(row, widths)]


def width_of(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(map(_cells, text))


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` cells, broken at spaces if possible; 0 for no limit."""
    if not width or width_of(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines += full
    return [*lines, line]


def _pieces(word: str, width: int) -> list[str]:
    """Break a word without spaces, after a separator of ARNs and paths if there is one near the end of the line."""
    pieces: list[str] = []
    piece = ""
    for character in word:
        # A character that is wider than the line takes a line of its own.
        if piece and width_of(piece) + _cells(character) > width:
            end = max(piece.rfind(separator) for separator in ":/,-_.") + 1
            end = end if end > len(piece) // 2 else len(piece)
            pieces.append(piece[:end])
            piece = piece[end:]
        piece += character
    return [*pieces, piece]


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(cell: object) -> str:
    """Return a cell as text without control characters, which could move the cursor."""
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _fitted(widths: list[int], width: int) -> list[int] | None:
    """Narrow the widest columns until the table fits; ``None`` if it cannot."""
    if not width:
        return widths
    room = width - len(_GAP) * (len(widths) - 1)
    widths = list(widths)
    while sum(widths) > room:
        widest = widths.index(max(widths))
        if widths[widest] <= _NARROWEST:
            return None
        widths[widest] -= 1
    return widths


def _lines_of(row: t.Sequence[str], widths: t.Sequence[int]) -> t.Iterator[str]:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=False)]
    for number in range(max(map(len, cells))):
        parts = [lines[number] if number < len(lines) else "" for lines in cells]
        yield _GAP.join(
            part + " " * (width - width_of(part)) for part, width in zip(parts, widths, strict=False)
        ).rstrip()


def _blocks(titles: t.Sequence[str], body: t.Sequence[t.Sequence[str]], width: int) -> list[str]:
    lines: list[str] = []
    for row in body:
        if lines:
            lines.append("")
        for title, cell in zip(titles, row, strict=False):
            if cell:
                lines += wrapped(f"{title}: {cell}" if title else cell, width)
    return lines
