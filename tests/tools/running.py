# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Register checks, run their commands, and keep the output of those that failed."""

from __future__ import annotations

import collections
import contextlib
import importlib
import os
import re
import subprocess
import sys
import threading
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from environment import Environment

    Check = t.Callable[[Environment, t.TextIO], tuple[int, int]]

JOBS = int(os.environ.get("JOBS") or (os.cpu_count() or 1) + 1)
"""Commands at a time, of all checks together. Some of them wait a lot."""
_SLOTS = threading.Semaphore(JOBS)
_QUEUE = threading.RLock()
"""Held while waiting for a slot, so that a check that just left one does not take it again before the others."""

_processor: dict[str, float] = collections.defaultdict(float)

PART = os.environ.get("PART") or "1/1"
"""The part of the thorough targets, the hardening, and the compatibility with the last core, such as ``2/3``."""

SHOWN = 60
"""Lines at the end of the output of a failed check that are shown."""

CHECKS: dict[str, Check] = {}
"""By name. A check writes its output into the log, and returns the numbers of cases that passed and failed."""


def check(function: Check) -> Check:
    """Register a check under its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def load(*modules: str) -> None:
    """Register the checks of some modules, in this order."""
    for module in modules:
        importlib.import_module(module)


def run(environment: Environment, log: t.TextIO, *command: str, **options: t.Any) -> bool:
    """Run a command in the environment as soon as a slot is free; whether it succeeded."""
    log.write(f"$ {' '.join(command)}\n")
    log.flush()
    with _QUEUE:
        _SLOTS.acquire()
    try:
        ended = environment.run(*command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
    finally:
        _SLOTS.release()
    _processor[Path(log.name).name] += ended.seconds
    return ended.returncode == 0


def processor_seconds(log: str) -> float:
    """The seconds of the processor that the commands with this log, or with one below it, took."""
    return sum(seconds for name, seconds in _processor.items() if name == log or name.startswith(f"{log}-"))


def part_of(names: list[str]) -> list[str]:
    """The names that belong to PART. Each part has some of the first ones, the middle and the last ones."""
    found = re.fullmatch(r"(\d+)/(\d+)", PART)
    number, parts = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= parts:
        sys.exit(f"PART is {PART!r}. Set it to a part such as 2/3.")
    return names[number - 1 :: parts]


@contextlib.contextmanager
def alone() -> t.Iterator[None]:
    """Run the next command without others at the same time."""
    with _QUEUE, contextlib.ExitStack() as taken:
        for _other in range(JOBS - 1):
            taken.enter_context(_SLOTS)
        yield


def one(succeeded: bool) -> tuple[int, int]:
    """The counts of a check that is a single case."""
    return (1, 0) if succeeded else (0, 1)


def counts(output: str) -> tuple[int, int]:
    """The numbers of the last lines of pytest."""
    summaries = re.findall(r"^=+ (.*\b(?:passed|failed|error).*) in [\d.]+s.*=+$", output, re.MULTILINE)
    total = {"passed": 0, "failed": 0, "error": 0}
    for number, word in re.findall(r"(\d+) (passed|failed|error)", "\n".join(summaries)):
        total[word] += int(number)
    return total["passed"], total["failed"] + total["error"]


def text(log: t.TextIO) -> str:
    """The content of a log so far, without colors."""
    log.flush()
    return re.sub(r"\x1b\[[0-9;]*m", "", Path(log.name).read_bytes().decode("utf-8", "replace"))


def failures(environment: Environment) -> Path:
    """The folder with the end of the output of each failed check."""
    return environment.folder / "failures"


def keep_failure(environment: Environment, path: Path) -> Path:
    """Keep the end of a log there."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = failures(environment) / path.name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("\n".join(lines[-SHOWN:]) + "\n", encoding="utf-8")
    return kept
