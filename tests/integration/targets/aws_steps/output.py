# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the output of six.yml as a user does, right and with a failure in the fourth step.

    python output.py RIGHT BROKEN

Both are files with all that a run printed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

STEPS = ("Build", "Ask AWS", "Bucket", "Migrate", "Use it", "Check")
OF_THE_FILE = (
    "Run the task file more/ask.yml",
    "Ask who it is",
    "Make a bucket",
    "Say it to the steps after this one",
)
KEPT_BY_A_FILE_OF_TASKS = ("Store the outputs", "Remove the AWS config", "End the renewal")
FOR_THE_LIST = (
    "Validate the steps",
    "Steps to run: 6",
    "Reset the outputs of task files",
    "Store the results",
)
MOST_LINES = 4


def tasks_of(path: str) -> dict[str, list[str]]:
    """The lines of each task of the role that are not empty, its title among them."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if title := re.match(r"(?:TASK \[octo\.aws\.aws_steps : (.*)\]|PLAY RECAP|TASK \[) \**", line):
            lines = found.setdefault(title[1] or "", [])
        if line.strip():
            lines.append(line)
    return found


def main() -> None:
    """Compare both with what a user should see."""
    right = tasks_of(sys.argv[1])
    for step in STEPS:
        assert len(right[step]) <= MOST_LINES, right[step]
        assert right[step][1].startswith("[octo.aws] localhost: account 'prod' ("), right[step]
    shown = {name for name in right if name and not name.startswith("Validating arguments")}
    assert shown == {*STEPS, *OF_THE_FILE, *KEPT_BY_A_FILE_OF_TASKS, *FOR_THE_LIST}, shown

    broken = tasks_of(sys.argv[2])
    text = Path(sys.argv[2]).read_text(encoding="utf-8")
    assert "Use it" not in broken
    assert text.count("[ERROR]") == text.count("fatal: ") == text.count("Origin: ") == 1, text
    [error] = [line for line in broken["Migrate"] if line.startswith("[ERROR]")]
    assert "Step Migrate: The script failed with exit code 3." in error, error
    [origin] = [line for line in broken["Migrate"] if line.startswith("Origin: ")]
    number = [
        number
        for number, line in enumerate(Path("six.yml").read_text(encoding="utf-8").splitlines(), 1)
        if "name: Migrate" in line
    ]
    assert re.search(rf"/six\.yml:{number[0]}:\d+$", origin), origin
    assert "Store the results" in broken
    print("2 passed")


if __name__ == "__main__":
    main()
