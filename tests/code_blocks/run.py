# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the code blocks of all pages, and list them: python run.py PAGE_SH [PAGE]

PAGE_SH is the script that makes the surroundings of a page; with a part of its name, only these pages are run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from block_types import PLAYS, BlockType, syntax_of, type_of
from pages import CHECKOUT, BlockError, find_blocks, find_pages

AT_A_TIME = 2
"""Pages that are run at once."""

Results = list[dict[str, t.Any]]


def run_page(script: Path, page: Path) -> tuple[Path, Results, str]:
    """What became of the blocks of a page; what was said instead, where that is not known."""
    try:
        blocks = find_blocks(page)
        if all(type_of(block) is BlockType.NONE and syntax_of(block) not in PLAYS for block in blocks):
            # Nothing of it needs an AWS.
            return page, [block.as_json("not run", block.not_run) for block in blocks], ""
    except BlockError as error:
        return page, [], f"{error}\n"
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run(
            [str(script), str(page), file.name],
            cwd=script.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        results: Results = json.loads(Path(file.name).read_text(encoding="utf-8") or "[]")
        failed = any(result["state"] == "failed" for result in results)
        return page, results, done.stdout if done.returncode and not failed else ""


def main() -> int:
    """1 when a block failed."""
    script, part = Path(sys.argv[1]).resolve(), "".join(sys.argv[2:])
    pages = [page for page in find_pages() if part in str(page.relative_to(CHECKOUT))]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = sorted(pool.map(lambda page: run_page(script, page), pages))
    total = {"run": 0, "not run": 0, "failed": 0}
    for page, results, said in found:
        counts = {state: sum(result["state"] == state for result in results) for state in total}
        counts["failed"] += bool(said)
        if not sum(counts.values()):
            continue
        total = {state: total[state] + counts[state] for state in total}
        print(f"\n{page.relative_to(CHECKOUT)}: {_sum_up(counts)}")
        for result in results:
            about = f"{result['line']:>5}  {result['language']:<8}{result['heading'][:42]:<44}"
            print(f"{about}{result['state']}: {result['said']}" if result["state"] != "failed" else f"{about}FAILED")
        print(said, end="")
    for _page, results, _said in found:
        for result in results:
            if result["state"] == "failed":
                print(f"\n{result['page']}:{result['line']} failed: {result['said']}")
    print(f"\nCode blocks: {_sum_up(total)}\n{total['run']} passed")
    return int(total["failed"] > 0 or not total["run"])


def _sum_up(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items() if number or state == "run")


if __name__ == "__main__":
    sys.exit(main())
