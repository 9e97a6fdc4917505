# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the results of the checks into the documentation.

    python tests/hardening/table.py [--run]

With ``--run``, it first runs the checks on each ansible-core. It reads the results of ``run.py`` and ``breaks.py``
below ``.work``, one file each for a core, and writes ``docs/docsite/rst/hardening.rst``. A core without results is an
error, since the page covers all of them.
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

Security guarantees and their tests
===================================

This page lists the guarantees about secrets, faults and identities, with the test results for each ansible-core.
A number is the number of tested cases.
For the protection of secrets and its limits, see :ref:`ansible_collections.octo.aws.docsite.security`.

``make hardening`` tests each guarantee on the whole product, and writes this page.
The checks are in ``tests/hardening/checks``.

"""

BREAKS = """\
Deliberate faults
-----------------

``make breaks`` verifies that the checks can fail.
Each of these changes breaks the product, and one check must detect it.

.. list-table::
  :header-rows: 1
  :widths: 50 15 35

  * - Change
    - Check
    - Broken guarantee
"""

TITLES = {
    "canaries": "Secrets in output and files",
    "crashes": "Crashes and I/O errors",
    "history": "Concurrent processes",
    "hostile": "Hostile input",
    "identities": "AWS identities",
    "machines": "Unusual machines",
    "names": "Mistyped names",
    "rotation": "Key rotation",
    "serving": "Credential server",
}
"""The heading of each check."""


class Count(t.TypedDict):
    """The result of a guarantee; see ``run.py``."""

    promise: str
    cases: int
    failed: int
    aside: str


Results = dict[str, dict[str, Count]]


def main() -> None:
    """Run the checks with ``--run``, and write the page."""
    if sys.argv[1:] == ["--run"]:
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(_run, CORES))
        if any(statuses):
            sys.exit("A guarantee was broken. The page is unchanged.")
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
        title = TITLES[check]
        lines += [title, "-" * len(title), "", ".. list-table::", "  :header-rows: 1"]
        lines += [f"  :widths: 52 {' '.join('12' for _core in results)}", ""]
        lines += _row("Guarantee", *results)
        for key, count in promises.items():
            lines += _row(count["promise"], *(_outcome(found[check][key]) for found in results.values()))
        lines.append("")
    return "\n".join(lines) + "\n"


def _outcome(count: Count) -> str:
    if count["failed"]:
        return f"failed, {count['failed']} of {count['cases']:,}"
    return f"passed, {count['cases']:,}" if count["cases"] else count["aside"]


def _breaks(breaks: list[dict[str, str]]) -> str:
    lines = [BREAKS.rstrip("\n")]
    for entry in breaks:
        lines += _row(entry["change"], entry["check"], entry["promise"] if entry["caught"] else "**Not detected.**")
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> list[str]:
    return [f"  {'*' if number == 0 else ' '} - {cell}" for number, cell in enumerate(cells)]


if __name__ == "__main__":
    main()
