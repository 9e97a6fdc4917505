# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks that are integration targets."""

from __future__ import annotations

import re
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environment import CORES, Environment
from running import JOBS, alone, check, keep_failure, part_of, processor_seconds, run, text

_LOCK = threading.Lock()
ONCE = "# once:"
ENDS = "# ends:"
LONG = "# long:"
THOROUGH = "# thorough:"
"""Marks in the aliases of a target: it runs on the first core only; it runs on the first one and, in one of several
parts, on the last one; it starts before others; it has many cases of one kind, which take minutes."""


@check
def integration(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    return _integrate(environment, log, _targets(environment, lambda aliases: THOROUGH not in aliases))


@check
def thorough(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The other integration targets, or a part of them."""
    return _integrate(environment, log, part_of(_targets(environment, lambda aliases: THOROUGH in aliases)))


@check
def compatibility(environment: Environment, log: t.TextIO) -> tuple[int, int]:
    """The integration targets that depend on the core, as their aliases say."""
    targets = _targets(environment, lambda aliases: ONCE not in aliases and ENDS not in aliases)
    if environment.core == [*CORES.values()][-1]:
        targets += part_of(_targets(environment, lambda aliases: ENDS in aliases))
    return _integrate(environment, log, targets)


def _integrate(environment: Environment, log: t.TextIO, targets: list[str]) -> tuple[int, int]:
    targets = sorted(targets, key=lambda target: LONG not in _aliases(environment, target))
    key = environment.home / ".ansible" / "test" / "id_rsa"
    if not key.exists():
        # ansible-test makes it, and two at a time would get into each other's way.
        key.parent.mkdir(parents=True, exist_ok=True)
        run(environment, log, "ssh-keygen", "-m", "PEM", "-q", "-t", "rsa", "-N", "", "-f", str(key))
    with ThreadPoolExecutor(JOBS) as pool:
        results = pool.map(lambda target: _integrate_one(environment, log, target), targets)
    passed_of = dict(zip(targets, results, strict=True))
    # A busy machine can fail a target. That is printed, and the target runs again.
    for target in [target for target, passed in passed_of.items() if not passed]:
        with alone():
            passed_of[target] = _integrate_one(environment, log, target, "again")
        state = "passed when it ran again, without others at the same time" if passed_of[target] else "failed twice"
        print(f"    {target} {state}", flush=True)
    passed, failed = sum(passed_of.values()), sum(not passed for passed in passed_of.values())
    return passed, max(failed, int(not passed))


def _targets(environment: Environment, wanted: t.Callable[[str], bool]) -> list[str]:
    """The names of the targets with wanted aliases, sorted."""
    names = sorted(path.parent.name for path in _folder(environment).glob("*/runme.sh"))
    return [name for name in names if wanted(_aliases(environment, name))]


def _aliases(environment: Environment, target: str) -> str:
    return (_folder(environment) / target / "aliases").read_text(encoding="utf-8")


def _folder(environment: Environment) -> Path:
    return environment.collection / "tests" / "integration" / "targets"


def _integrate_one(environment: Environment, log: t.TextIO, target: str, turn: str = "") -> int:
    """How many of its cases passed; zero when one failed, and the end of its output is shown."""
    with Path("-".join(filter(None, (log.name, target, turn)))).open("w", encoding="utf-8", errors="replace") as own:
        python = ("--python", environment.core.python)
        good = run(environment, own, "ansible-test", "integration", "--local", *python, "--color", "no", target)
        output = text(own)
    with _LOCK:
        log.write(f"{output}\n{target} took {processor_seconds(Path(own.name).name):.0f} s of the processor\n")
        log.flush()
    if not good:
        print(f"    {target} failed", flush=True)
        keep_failure(environment, Path(own.name))
        return 0
    # A target that prints the number of its cases counts as so many.
    return sum(int(number) for number in re.findall(r"\b(\d+) passed\b", output)) or 1
