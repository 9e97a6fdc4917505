# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks share: how they are registered, run commands, and keep what they said."""

from __future__ import annotations

import collections
import contextlib
import importlib
import os
import re
import subprocess
import threading
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from environment import Environment

    Check = t.Callable[[Environment, t.TextIO], tuple[int, int]]

JOBS = int(os.environ.get("JOBS") or (os.cpu_count() or 1) + 1)
"""Commands at a time, those of all checks together. Some of them wait a lot."""
_PLACES = threading.Semaphore(JOBS)
_DOOR = threading.RLock()
"""What waits for a place stands in it, so that nobody who just left is back before the others."""

_processor: dict[str, float] = collections.defaultdict(float)

SHOWN = 60
"""Lines at the end of what a failed check said that are shown."""

CHECKS: dict[str, Check] = {}
"""By their names. A check writes what it says into the log, and returns how many cases passed and failed."""


def check(function: Check) -> Check:
    """Register a check under its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def load(*modules: str) -> None:
    """Have the checks of some modules registered, in this order."""
    for module in modules:
        importlib.import_module(module)


def run(environment: Environment, log: t.TextIO, *command: str, **options: t.Any) -> bool:
    """Run a command in the environment, when it is its turn; whether it succeeded."""
    log.write(f"$ {' '.join(command)}\n")
    log.flush()
    with _DOOR:
        _PLACES.acquire()
    try:
        ended = environment.run(*command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
    finally:
        _PLACES.release()
    _processor[_check_of(log)] += ended.seconds
    return ended.returncode == 0


def processor_seconds(name: str) -> float:
    """The seconds of the processor that the commands of a check took."""
    return _processor[name]


def _check_of(log: t.TextIO) -> str:
    return Path(log.name).name.partition(".log")[0]


@contextlib.contextmanager
def alone() -> t.Iterator[None]:
    """Nothing runs beside the command that is run now."""
    with _DOOR, contextlib.ExitStack() as taken:
        for _other in range(JOBS - 1):
            taken.enter_context(_PLACES)
        yield


def one(succeeded: bool) -> tuple[int, int]:
    """The counts of a check that is a single case."""
    return (1, 0) if succeeded else (0, 1)


def counts(said: str) -> tuple[int, int]:
    """What pytest's last lines say."""
    summaries = re.findall(r"^=+ (.*\b(?:passed|failed|error).*) in [\d.]+s.*=+$", said, re.MULTILINE)
    total = {"passed": 0, "failed": 0, "error": 0}
    for number, word in re.findall(r"(\d+) (passed|failed|error)", "\n".join(summaries)):
        total[word] += int(number)
    return total["passed"], total["failed"] + total["error"]


def text(log: t.TextIO) -> str:
    """What a log holds so far, without colors."""
    log.flush()
    return re.sub(r"\x1b\[[0-9;]*m", "", Path(log.name).read_bytes().decode("utf-8", "replace"))


def failures(environment: Environment) -> Path:
    """A folder with the end of what each failed check said, which outlives a long output."""
    return environment.folder / "failures"


def keep_failure(environment: Environment, path: Path) -> Path:
    """Keep the end of what a log holds there."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = failures(environment) / path.name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("\n".join(lines[-SHOWN:]) + "\n", encoding="utf-8")
    return kept
