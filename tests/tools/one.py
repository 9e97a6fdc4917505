# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs single tests, and shows what they print.

    python tests/tools/one.py [--core CORE] TEST ...

A test is a path below C(tests/unit), or the name of a target in C(tests/integration/targets).
"""

from __future__ import annotations

import argparse
import sys

from environment import CHECKOUT, CORES, default_core, prepare

TARGETS = CHECKOUT / "tests" / "integration" / "targets"


def main() -> int:
    """Run what was asked for; 1 when anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES))
    parser.add_argument("tests", nargs="+", metavar="TEST")
    options = parser.parse_args()
    targets = sorted(path.parent.name for path in TARGETS.glob("*/runme.sh"))
    units = [test for test in options.tests if test.startswith("tests/unit/") and (CHECKOUT / test).exists()]
    if unknown := set(options.tests) - set(units) - set(targets):
        parser.error(f"no such test: {', '.join(sorted(unknown))}. There are tests/unit/... and {', '.join(targets)}.")

    environment = prepare(CORES[options.core] if options.core else default_core())
    how = ("--local", "--python", environment.core.python, "--color", "yes" if sys.stdout.isatty() else "no")
    wanted = [("units", *how, *(_pattern(path) for path in units))] if units else []
    wanted += [("integration", *how, test) for test in options.tests if test not in units]
    failed = [command for command in wanted if environment.run("ansible-test", *command).returncode]
    return int(bool(failed))


def _pattern(path: str) -> str:
    """As ansible-test wants a folder."""
    return f"{path.rstrip('/')}/" if (CHECKOUT / path).is_dir() else path


if __name__ == "__main__":
    sys.exit(main())
