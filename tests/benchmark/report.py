# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario found, before it is a page."""

from __future__ import annotations

import dataclasses
import statistics
import typing as t

from rounds import Ratio, number

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rounds import Row


@dataclasses.dataclass(frozen=True)
class Goal:
    """What was to be reached.

    :param text: a sentence
    :param found: what was found, for people
    :param reached: whether that reaches it
    :param note: what else there is to know, such as a floor that nobody can get below
    """

    text: str
    found: str
    reached: bool
    note: str = ""

    @property
    def state(self) -> str:
        """One word."""
        return "reached" if self.reached else "missed"

    @classmethod
    def at_most(cls, text: str, ratio: Ratio, limit: float, note: str = "") -> Goal:
        """A ratio that is small enough in the middle of all rounds."""
        return cls(text, f"{ratio} times as long", ratio.middle <= limit, note)

    @classmethod
    def at_least(cls, text: str, ratio: Ratio, limit: float, note: str = "") -> Goal:
        """A ratio that is large enough in the middle of all rounds."""
        return cls(text, f"{ratio} times as fast", ratio.middle >= limit, note)


@dataclasses.dataclass(frozen=True)
class Table:
    """One table.

    :param title: its heading
    :param text: what is compared, and how
    :param head: the columns
    :param lines: the cells
    """

    title: str
    text: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class Report:
    """What one scenario found."""

    title: str
    text: str
    tables: list[Table]
    goals: list[Goal]


def compare(
    title: str,
    text: str,
    rows: Mapping[str, Row],
    times: Mapping[str, list[float]],
    reference: str,
    more: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """A table of rows, each beside the one that it is compared with.

    :param reference: the key of that row
    :param more: further columns, by heading, and in them by key
    """
    more = more or {}
    lines = []
    for key, row in rows.items():
        ratio = "1" if key == reference else str(Ratio.of(times[key], times[reference]))
        columns = (column.get(key, "") for column in more.values())
        lines.append((row.title, seconds(statistics.median(times[key])), ratio, *columns))
    return Table(title, text, ("", "Time", "Ratio", *more), tuple(lines))


def seconds(value: float) -> str:
    """A time for people."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if abs(value) * factor >= 1 or unit == "µs":
            return f"{number(value * factor)} {unit}"
    raise AssertionError


def less(times: Iterable[float], others: Iterable[float], share: int = 1) -> list[float]:
    """What one row takes longer than another, round by round, for one of so many things that it does."""
    return [(time - other) / share for time, other in zip(times, others, strict=True)]
