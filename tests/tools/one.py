# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs single tests, and shows their output.

    python tests/tools/one.py [--core CORE] [-k EXPRESSION] TEST ...

A test is a path below ``tests/unit``, also with ``::`` and the name of a function, or the name of a target in
``tests/integration/targets``. EXPRESSION is that of pytest, and selects unit tests by parts of their names.
"""

from __future__ import annotations

import argparse
import sys

from environment import CHECKOUT, CORES, Environment, default_core, prepare

TARGETS = CHECKOUT / "tests" / "integration" / "targets"
_SCRIPT = """
import sys
from importlib.util import find_spec
from pathlib import Path
data = Path(find_spec("ansible_test").origin).parent
sys.path.insert(0, str(data / "_util" / "target" / "pytest" / "plugins"))
import pytest
sys.exit(pytest.main(["-c", str(data / "_data" / "pytest" / "config" / "default.ini"), *sys.argv[1:]]))
"""
"""Runs pytest as ansible-test does, which has no way to select tests within a file."""


def main() -> int:
    """Run the tests; 1 when anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES))
    parser.add_argument("-k", dest="expression", default="")
    parser.add_argument("tests", nargs="+", metavar="TEST")
    options = parser.parse_args()
    targets = sorted(path.parent.name for path in TARGETS.glob("*/runme.sh"))
    units = [test for test in options.tests if _is_unit_test(test)]
    if unknown := set(options.tests) - set(units) - set(targets):
        parser.error(f"no such test: {', '.join(sorted(unknown))}. There are tests/unit/... and {', '.join(targets)}.")
    if options.expression and len(units) < len(options.tests):
        parser.error("an expression selects unit tests only.")

    environment = prepare(CORES[options.core] if options.core else default_core())
    core = environment.core
    print(f"ansible-core {core.version}, Python {core.python}", flush=True)
    how = ("--local", "--python", core.python, "--color", "yes" if sys.stdout.isatty() else "no")
    good = True
    if units and (options.expression or any("::" in test for test in units)):
        good = _select(environment, units, options.expression)
    elif units:
        good = environment.run("ansible-test", "units", *how, *map(_pattern, units)).returncode == 0
    for target in [test for test in options.tests if test not in units]:
        good &= environment.run("ansible-test", "integration", *how, target).returncode == 0
    return int(not good)


def _is_unit_test(test: str) -> bool:
    return test.startswith("tests/unit/") and (CHECKOUT / test.partition("::")[0]).exists()


def _pattern(path: str) -> str:
    """As ansible-test wants a folder."""
    return f"{path.rstrip('/')}/" if (CHECKOUT / path).is_dir() else path


def _select(environment: Environment, tests: list[str], expression: str) -> bool:
    plugins = ("-p", "ansible_pytest_collections", "-p", "ansible_forked", "-p", "no:cacheprovider")
    folder = str(environment.collection)
    variables = {**environment.variables, "ANSIBLE_CONTROLLER_MIN_PYTHON_VERSION": environment.core.python}
    options = ("--rootdir", folder, "--confcutdir", folder, "-r", "a", "-v", "-k", expression)
    return environment.run("python", "-c", _SCRIPT, *plugins, *options, *tests, env=variables).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
