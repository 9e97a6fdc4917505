# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Breaks the product on purpose, and looks whether the check that should notice it does.

    python tests/hardening/breaks.py [--write FILE] [NUMBER ...]

It changes the collection that it lies in, one file at a time, and puts it back. So it is for the copy below C(.work)
alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from promises import load

COLLECTION = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Break:
    """One change.

    :param change: what it is, for people
    :param file: below C(plugins)
    :param old: a text that is there once
    :param check: which one has to notice it
    :param promise: the key of the promise that is broken then
    """

    change: str
    file: str
    old: str
    new: str
    check: str
    promise: str

    def is_caught(self) -> bool:
        """Whether the check notices it."""
        path = COLLECTION / "plugins" / self.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(self.old) != 1:
            sys.exit(f"{self.file} has changed: look for another place to break it ({self.change}).")
        path.write_text(whole.replace(self.old, self.new), encoding="utf-8")
        try:
            command = [sys.executable, str(Path(__file__).with_name("run.py")), self.check]
            variables = {**os.environ, "HARDENING_SECONDS": "15", "PYTHONDONTWRITEBYTECODE": "1"}
            done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        finally:
            path.write_text(whole, encoding="utf-8")
        return f"BROKEN {self.check}, {self.promise}," in done.stdout


BREAKS: tuple[Break, ...] = ()


def main() -> int:
    """Try all of them, or those with the numbers; 1 when one was not noticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    parser.add_argument("numbers", nargs="*", type=int)
    options = parser.parse_args()
    if (COLLECTION / ".git" / "refs" / "heads" / "main").exists():
        sys.exit("This is a checkout. Run it with: make breaks")
    results = []
    for number, change in enumerate(BREAKS, 1):
        if options.numbers and number not in options.numbers:
            continue
        caught = change.is_caught()
        print(f"{number}. {change.change}: {'caught by ' + change.check if caught else 'NOT NOTICED'}", flush=True)
        sentence = load(change.check).PROMISES[change.promise]
        results.append({"change": change.change, "check": change.check, "promise": sentence, "caught": caught})
    if options.write:
        options.write.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return int(not all(result["caught"] for result in results))


if __name__ == "__main__":
    sys.exit(main())
