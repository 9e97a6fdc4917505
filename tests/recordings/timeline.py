# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The screen of a terminal over the time of a recording.

The time is not that of the run, which varies: typing has a fixed speed, and waiting a fixed length.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

import pyte

COLUMNS = 90
LINES = 1000
"""The screen is so tall that it never scrolls. The picture shows a part of it."""
TYPING, ENTER, LINE, WORK, READING = 50, 400, 60, 500, 700
"""Milliseconds: for a character that is typed, before the key Enter, for a line of output, after a line that
starts a task, and before a command or an answer."""
END = 5000
"""Milliseconds for which the end is shown."""
_CUT = re.compile(r"\x1b\[(?=[\r\x1b])")
"""A sequence that is cut off by the next one. Terminals drop it; Ansible sends some, and pyte shows them."""
_BEGINS = re.compile(r"^(?:TASK|PLAY|RUNNING HANDLER) \[")


class Style(t.NamedTuple):
    """How a character looks."""

    color: str = "default"
    bold: bool = False
    reverse: bool = False


@dataclasses.dataclass
class Run:
    """Characters of one style in one line, and the milliseconds from and until which they are seen."""

    row: int
    column: int
    text: str
    style: Style
    start: int
    end: int | None = None


class Timeline:
    """Takes what a terminal shows, and notes what is seen when."""

    columns = COLUMNS

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.Stream(self._screen)
        self._seen: dict[int, list[tuple[str, Style]]] = {}
        self.now = 0
        self.runs: list[Run] = []
        self.cursor: list[tuple[int, int, int]] = [(0, 0, 0)]
        """The places of the cursor: milliseconds, row, column."""

    def type(self, text: str) -> None:
        """Type a text that is seen, and press Enter a moment later."""
        for character in text:
            self.now += TYPING
            self._feed(character)
        self.now += ENTER

    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds

    def output(self, text: str) -> None:
        """Show the output of a program, line by line."""
        for line in re.findall(r"[^\n]*\n|[^\n]+", _CUT.sub("", text)):
            self._feed(line)
            bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n", "", line)
            if bare:
                self.now += WORK if _BEGINS.match(bare) else LINE

    def transcript(self) -> str:
        """The lines of the screen at the end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip() + "\n"

    @property
    def rows(self) -> int:
        """The number of lines that were used."""
        return max(row for _time, row, _column in self.cursor) + 1

    def _feed(self, text: str) -> None:
        self._screen.dirty.clear()
        self._stream.feed(text)
        for row in sorted(self._screen.dirty):
            self._see(row)
        place = (self._screen.cursor.y, self._screen.cursor.x)
        if place[0] >= LINES - 1:
            raise ValueError(f"A recording has {LINES} lines at most.")
        if place != self.cursor[-1][1:]:
            self.cursor.append((self.now, *place))

    def _see(self, row: int) -> None:
        cells = [self._cell(row, column) for column in range(COLUMNS)]
        while cells and cells[-1] == (" ", Style()):
            cells.pop()
        seen = self._seen.get(row, [])
        if cells == seen:
            return
        common = len(seen) if cells[: len(seen)] == seen else 0
        if not common:
            for run in self.runs:
                if run.row == row and run.end is None:
                    run.end = self.now
        self.runs.extend(self._runs(row, common, cells))
        self._seen[row] = cells

    def _cell(self, row: int, column: int) -> tuple[str, Style]:
        cell = self._screen.buffer[row][column]
        style = Style(cell.fg, cell.bold, cell.reverse)
        blank = cell.data == " " and not cell.reverse
        return cell.data, Style() if blank else style

    def _runs(self, row: int, begin: int, cells: list[tuple[str, Style]]) -> t.Iterator[Run]:
        """Words of one style. Gaps of several spaces are between them, not in them."""
        column = begin
        while column < len(cells):
            style = cells[column][1]
            stop = column
            while stop < len(cells) and (cells[stop][1] == style or self._is_gap(cells, stop, style)):
                stop += 1
            text = "".join(character for character, _style in cells[column:stop])
            for word in re.finditer(r".+" if style.reverse else r"\S+(?: \S+)*", text):
                yield Run(row, column + word.start(), word[0], style, self.now)
            column = stop

    @staticmethod
    def _is_gap(cells: list[tuple[str, Style]], place: int, style: Style) -> bool:
        """Whether it is a space between two words of a style."""
        after = place + 1
        return cells[place] == (" ", Style()) and after < len(cells) and cells[after][1] == style
