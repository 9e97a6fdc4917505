# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the benchmark."""

from __future__ import annotations

import typing as t

from facts import facts

if t.TYPE_CHECKING:
    from report import Goal, Report, Table

_HEAD = """\
<!--
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmarks

`make bench` writes this page. It measures the collection beside what people would use in its place, on one machine, in
one run. The rows of a table take turns, round after round, and [pyperf](https://pyperf.readthedocs.io) times them. A
time is the median of all rounds. A ratio is taken round by round: the number is the median, and in parentheses are the
smallest and the largest. Times are those of this machine and say little about another one; ratios say more.

The AWS is the test AWS of `tests/fake_aws`, on the same machine: it answers within milliseconds and costs processor
time here. The way to the real one takes longer, so that whoever asks it less often gains more than this page shows.

To repeat it, run this in a clone of the repository on a machine that does nothing else; it takes about twelve minutes:

```console
make bench
make bench QUICK=1    # everything once, to see that it works; this page stays as it is
```
"""


def page_of(reports: t.Sequence[Report], took: float) -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    goals = [goal for report in reports for goal in report.goals]
    parts.append(f"## Goals\n\n{_rows(('Goal', 'Found', ''), map(_goal, goals))}")
    if notes := [f"- {goal.text} {goal.note}\n" for goal in goals if goal.note]:
        parts.append("What else there is to know about a goal:\n\n" + "".join(notes))
    for report in reports:
        parts.append(f"## {report.title}\n\n{report.text}\n")
        parts += [_table(table) for table in report.tables]
    known = {**facts(), "The run took": f"{took / 60:.0f} minutes"}
    parts.append("## Machine and versions\n\n" + _rows(("", ""), list(known.items())))
    return "\n".join(parts)


def _goal(goal: Goal) -> tuple[str, ...]:
    return goal.text, goal.found, goal.state if goal.reached else f"**{goal.state}**"


def _table(table: Table) -> str:
    text = f"{table.text}\n\n" if table.text else ""
    return f"### {table.title}\n\n{text}" + _rows(table.head, table.lines)


def _rows(head: t.Sequence[str], lines: t.Iterable[t.Sequence[str]]) -> str:
    right = ["---", *("---:" if index else "---" for index in range(1, len(head)))]
    rows = [head, right, *lines]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
