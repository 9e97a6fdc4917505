# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times rows side by side. pyperf does the timing; the rows take turns, round after round, so that whatever else the
machine does meets all of them alike.
"""

from __future__ import annotations

import dataclasses
import statistics
import subprocess
import sys
import typing as t
from pathlib import Path

import pyperf

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WORKLOAD = Path(__file__).resolve().parent / "workload.py"

Key = t.TypeVar("Key", bound=str)
Times = dict[str, list[float]]
"""Seconds by row, one number a round."""


@dataclasses.dataclass(frozen=True)
class Effort:
    """How often things are done.

    :param quick: as seldom as possible
    :param rounds: at most so many rounds; ``0`` for as many as a scenario wants
    """

    quick: bool
    rounds: int = 0

    def of(self, times: int, least: int = 1) -> int:
        """So many times, or as few as there can be."""
        return least if self.quick else times

    def rounds_of(self, rounds: int) -> int:
        """So many rounds, or as few as there can be."""
        return self.of(min(rounds, self.rounds or rounds))


@dataclasses.dataclass(frozen=True)
class Row:
    """Something that is timed.

    :param title: for people
    :param command: a command, the time of which is from its start to its end
    :param workload: the name of something in ``workload.py``, which is timed inside a process, and its arguments
    :param loops: how often a workload is done for one value; the value is for one time
    :param values: how many values of a workload there are in a round, of which the median counts
    :param warmups: how many values come before these, and do not count
    :param before: done before each round of it
    :param after: done after each round of it
    """

    title: str
    command: tuple[str, ...] = ()
    workload: tuple[str, ...] = ()
    loops: int = 1
    values: int = 3
    warmups: int = 1
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None


@dataclasses.dataclass(frozen=True)
class Ratio:
    """How many times as long one row takes as another, in the middle of all rounds, and in the extreme ones."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, times: list[float], others: list[float]) -> Ratio:
        """The ratios round by round, so that what slows a whole round down does not count."""
        ratios = [time / other for time, other in zip(times, others, strict=True)]
        return cls(statistics.median(ratios), min(ratios), max(ratios))

    def __str__(self) -> str:
        return f"{number(self.middle)} ({number(self.low)} to {number(self.high)})"


def number(value: float) -> str:
    """A number with three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def time_rows(
    rows: Mapping[Key, Row], rounds: int, effort: Effort, variables: dict[str, str], folder: Path
) -> dict[Key, list[float]]:
    """Time each row once a round.

    :param variables: the environment that the rows see
    :raises RuntimeError: a row did not do what it should
    """
    times: dict[Key, list[float]] = {key: [] for key in rows}
    for _round in range(effort.rounds_of(rounds)):
        for key, row in rows.items():
            row.before()
            times[key].append(_time(row, effort, variables, folder / "pyperf.json"))
            row.after()
    return times


def _time(row: Row, effort: Effort, variables: dict[str, str], result: Path) -> float:
    result.unlink(missing_ok=True)
    options = ["--processes=1", "--copy-env", "--quiet", f"--output={result}"]
    if row.command:
        # Every time is the first time.
        once = ["--values=1", "--loops=1", "--warmups=0"]
        command = [sys.executable, "-m", "pyperf", "command", *options, *once, "--", *row.command]
    else:
        values, loops = effort.of(row.values), effort.of(row.loops)
        often = [f"--values={values}", f"--loops={loops}", f"--warmups={row.warmups}"]
        command = [sys.executable, str(_WORKLOAD), *options, *often, *(f"--workload={word}" for word in row.workload)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode or not result.exists():
        raise RuntimeError(f"{row.title} failed:\n{_explain(row, variables) or done.stdout + done.stderr}")
    found: tuple[float, ...] = pyperf.Benchmark.load(str(result)).get_values()
    return statistics.median(found)


def _explain(row: Row, variables: dict[str, str]) -> str:
    """What a command says that failed, of which pyperf keeps nothing."""
    if not row.command:
        return ""
    done = subprocess.run(row.command, env=variables, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
