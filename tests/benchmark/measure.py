# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures one scenario after the other, and writes what came of it as a page.

    python tests/benchmark/measure.py --write FILE [--quick] [--rounds N] [SCENARIO ...]

It runs where the collection, ansible-core and pyperf can be imported; ``bench.py`` provides that. The last line reads
"N passed", the number of scenarios that came to their end; whether a goal is reached decides nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from fixture import Fixture
from page import page_of
from report import Report
from rounds import Effort

SCENARIOS = ("lookup", "fleet", "save", "accounts", "processes", "steps", "transfers", "renewal", "command")
"""In the order of the page."""


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=0, help="at most so many")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    begin = time.monotonic()
    # Side by side only where times mean nothing.
    with ThreadPoolExecutor(os.cpu_count() if options.quick else 1) as pool:
        effort = Effort(options.quick, options.rounds)
        reports = list(pool.map(lambda name: _measure(name, effort), options.scenarios or SCENARIOS))
    options.write.write_text(page_of(reports, time.monotonic() - begin), encoding="utf-8")
    for report in reports:
        for goal in report.goals:
            print(f"{goal.state}: {goal.text} Found: {goal.found}")
    print(f"{options.write} is written.\n{len(reports)} passed")
    return 0


def _measure(name: str, effort: Effort) -> Report:
    begin = time.monotonic()
    scenario = import_module(f"scenarios.{name}")
    with (
        tempfile.TemporaryDirectory(prefix=f"octo-aws-{name}-", ignore_cleanup_errors=True) as folder,
        Fixture(Path(folder).resolve(), effort) as fixture,
    ):
        report: Report = scenario.measure(fixture)
    print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
