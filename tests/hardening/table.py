# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what the runs of the checks found into the documentation.

    python tests/hardening/table.py [--run]

With ``--run``, it first runs the checks on each ansible-core. It reads what ``run.py`` and ``breaks.py`` wrote below
``.work``, one file each for a core, and writes ``docs/docsite/rst/hardening.rst``. A core that was not run is an error:
the page is about all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "docsite" / "rst" / "hardening.rst"

sys.path.insert(0, str(CHECKOUT / "tests" / "tools"))
from environment import CORES, WORK  # noqa: E402

HEAD = """\
..
  Copyright (c) 2026, octo.aws contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. _ansible_collections.octo.aws.docsite.hardening:

What is promised, and how it is checked
=======================================

This page is written by ``make hardening``, which tries each promise on the whole product, with each ansible-core.
What the promises mean for you is in :ref:`ansible_collections.octo.aws.docsite.guide_security`.
The checks are in ``tests/hardening/checks``.

"""

BREAKS = """\
Broken on purpose
-----------------

A check that cannot fail is worth nothing.
Each of these changes breaks the product, and ``make breaks`` looks whether the check that should notice it does.

.. list-table::
  :header-rows: 1
  :widths: 50 15 35

  * - The change
    - Check
    - The promise that it broke
"""


class Count(t.TypedDict):
    """How a promise fared; see ``run.py``."""

    promise: str
    cases: int
    failed: int
    aside: str


Results = dict[str, dict[str, Count]]


def main() -> None:
    """Run the checks, if that is asked for, and write the page."""
    if sys.argv[1:] == ["--run"]:
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(_run, CORES))
        if any(statuses):
            sys.exit("A promise was broken, and the page is as it was.")
    results: dict[str, Results] = {core: _read(core, "hardening.json") for core in CORES}
    breaks: list[dict[str, str]] = _read(next(iter(CORES)), "breaks.json")
    PAGE.write_text(HEAD + _promises(results) + _breaks(breaks), encoding="utf-8")
    print(f"{PAGE.relative_to(CHECKOUT)} is written.")


def _run(core: str) -> int:
    check = CHECKOUT / "tests" / "tools" / "check.py"
    return subprocess.run([sys.executable, str(check), "--core", core, "hardening"], check=False).returncode


def _read(core: str, name: str) -> t.Any:
    path = WORK / core / name
    if not path.exists():
        sys.exit(f"{path.relative_to(CHECKOUT)} is missing: run make hardening and make breaks.")
    return json.loads(path.read_text(encoding="utf-8"))


def _promises(results: dict[str, Results]) -> str:
    first = next(iter(results.values()))
    lines = []
    for check, promises in first.items():
        lines += [check.capitalize(), "-" * len(check), "", ".. list-table::", "  :header-rows: 1"]
        lines += [f"  :widths: 52 {' '.join('12' for _core in results)}", ""]
        lines += _row("Promise", *results)
        for key, count in promises.items():
            lines += _row(count["promise"], *(_outcome(found[check][key]) for found in results.values()))
        lines.append("")
    return "\n".join(lines) + "\n"


def _outcome(count: Count) -> str:
    if count["failed"]:
        return f"broken, {count['failed']} of {count['cases']:,}"
    return f"kept, {count['cases']:,}" if count["cases"] else count["aside"]


def _breaks(breaks: list[dict[str, str]]) -> str:
    lines = [BREAKS.rstrip("\n")]
    for entry in breaks:
        lines += _row(entry["change"], entry["check"], entry["promise"] if entry["caught"] else "**Not noticed.**")
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> list[str]:
    return [f"  {'*' if number == 0 else ' '} - {cell}" for number, cell in enumerate(cells)]


if __name__ == "__main__":
    main()
