# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the benchmark."""

from __future__ import annotations

import re
import typing as t

from facts import facts

if t.TYPE_CHECKING:
    from report import Goal, Report, Table

_HEAD = """\
..
  Copyright (c) 2026, octo.aws contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. _ansible_collections.octo.aws.docsite.benchmarks:

Benchmarks
==========

This page compares the speed of the collection with that of the alternatives.
All rows of a table run in turn, round after round, on one machine.
`pyperf <https://pyperf.readthedocs.io>`__ measures them.
A time is the median of all rounds.
A ratio is the median of the ratios of all rounds, followed by the smallest and the largest.
Times differ between machines, so compare the ratios.

All requests go to the test AWS of ``tests/fake_aws`` on the same machine.
It responds within milliseconds, and uses processor time of this machine.
Requests to the real AWS take longer, so fewer requests save more time than this page shows.

To repeat the benchmark and write this page, run these commands in a clone of the repository.
Use an idle machine. A run takes about twenty minutes:

.. not run: it takes too long, and CI runs the quick form

.. code-block:: console

    $ make bench
    $ make bench QUICK=1    # everything once, as a test, without writing the page

.. contents::
   :local:
   :depth: 1
"""
_CODE = re.compile(r"`([^`]+)`")


def page_of(reports: t.Sequence[Report], took: float) -> str:
    """The page, in reStructuredText. Texts of reports have code in single backticks."""
    goals = [goal for report in reports for goal in report.goals]
    parts = [_HEAD, _heading("Goals", "-"), _rows(("Goal", "Result", ""), map(_goal, goals))]
    if notes := [f"- {goal.text} {goal.note}" for goal in goals if goal.note]:
        parts.append(_text("Notes:\n\n" + "\n".join(notes)))
    for report in reports:
        parts += [_heading(report.title, "-"), _text(report.text), *map(_table, report.tables)]
    known = {**facts(), "The run took": f"{took / 60:.0f} min"}
    parts += [_heading("Machine and versions", "-"), _rows((), list(known.items()))]
    return "\n".join(parts)


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"


def _text(text: str) -> str:
    return _CODE.sub(r"``\1``", text) + "\n"


def _goal(goal: Goal) -> tuple[str, ...]:
    return goal.text, goal.found, goal.state if goal.reached else f"**{goal.state}**"


def _table(table: Table) -> str:
    parts = [_heading(table.title, "^"), *([_text(table.text)] if table.text else []), _rows(table.head, table.lines)]
    return "\n".join(parts)


def _rows(head: t.Sequence[str], lines: t.Iterable[t.Sequence[str]]) -> str:
    options = "  :header-rows: 1\n" if head else ""
    rows = [*([head] if head else []), *lines]
    return f".. list-table::\n{options}\n" + "".join(map(_row, rows))


def _row(cells: t.Sequence[str]) -> str:
    return "".join(
        f"{'    ' if index else '  * '}- {_text(cell)}" if cell else f"{'    ' if index else '  * '}-\n"
        for index, cell in enumerate(cells)
    )
