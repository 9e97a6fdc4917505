# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the checks of what octo.aws promises, and writes down how each promise fared.

    python tests/hardening/run.py [--write FILE] [CHECK ...]

It runs where the collection and the ansible-core that are meant can be imported. FILE gets, for each check, the number
of cases and of failures of each of its promises, or why it was set aside. The last line reads "N passed".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
import typing as t
from pathlib import Path

from harness.promises import CHECKS, Aside, load


class Count(t.TypedDict):
    """How a promise fared.

    :param promise: the sentence
    :param aside: why nothing could be tried, where that is so
    """

    promise: str
    cases: int
    failed: int
    aside: str


def main() -> int:
    """Run what was asked for; 1 when a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS))
    options = parser.parse_args()
    if unknown := set(options.checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    results = {name: _perform(name) for name in options.checks or CHECKS}
    if options.write:
        options.write.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    counts = [count for promises in results.values() for count in promises.values()]
    failed = sum(count["failed"] for count in counts)
    if failed:
        print(f"{failed} failed")
        return 1
    print(f"{sum(count['cases'] for count in counts)} passed")
    return 0


def _perform(name: str) -> dict[str, Count]:
    """The cases and the failures of each promise. One that nothing was tried of counts as broken, unless it was set
    aside."""
    check = load(name)
    counts = {key: Count(promise=promise, cases=0, failed=0, aside="") for key, promise in check.PROMISES.items()}
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"octo-aws-{name}-", ignore_cleanup_errors=True) as folder:
        try:
            for case in check.cases(Path(folder).resolve()):
                if isinstance(case, Aside):
                    counts[case.promise]["aside"] = case.reason
                    continue
                counts[case.promise]["cases"] += 1
                if case.failure:
                    counts[case.promise]["failed"] += 1
                    print(f"BROKEN {name}, {case.promise}, {case.name}:\n{case.failure}\n", flush=True)
        except Exception:
            traceback.print_exc()
            print(f"BROKEN {name}: it did not come to its end", flush=True)
            next(iter(counts.values()))["failed"] += 1
    for key, count in counts.items():
        if not count["cases"] and not count["aside"]:
            count["failed"] += 1
            print(f"BROKEN {name}, {key}: nothing was tried", flush=True)
    cases = sum(count["cases"] for count in counts.values())
    print(f"{name}: {cases} cases in {time.monotonic() - begin:.0f} s", flush=True)
    return counts


if __name__ == "__main__":
    sys.exit(main())
