# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the collection beside the alternatives, and write ``docs/docsite/rst/benchmarks.rst``.

    python tests/benchmark/bench.py [--core CORE] [--quick] [--rounds N] [SCENARIO ...]

With ``--quick``, everything is done as seldom as possible, and the page is written beside the environment: it shows
that the benchmark works, and its times mean nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(TESTS / "tools"))
from environment import CHECKOUT, CORES, default_core, prepare, provide_bench  # noqa: E402


def main() -> int:
    """Prepare, then measure where the collection can be imported."""
    parser = argparse.ArgumentParser(description="Measures the collection.")
    parser.add_argument("--core", choices=list(CORES), help="version of ansible-core")
    parser.add_argument("--quick", action="store_true", help="as little as possible, to see that it works")
    parser.add_argument("--rounds", default="0", help="at most so many, where a machine is slow")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    options = parser.parse_args()
    environment = prepare(CORES[options.core] if options.core else default_core())
    script = environment.collection / "tests" / "benchmark" / "measure.py"
    # Only a whole run is the page.
    whole = not options.quick and not options.scenarios
    page = (CHECKOUT / "docs" / "docsite" / "rst" if whole else environment.folder) / "benchmarks.rst"
    arguments = [
        "--write",
        str(page),
        "--rounds",
        options.rounds,
        *(["--quick"] if options.quick else []),
        *options.scenarios,
    ]
    done = environment.run("python", str(script), *arguments, env=provide_bench(environment))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
