# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the long checks are the whole, and CI chooses one of them."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
SCRIPT = (TESTS.parent / ".ci" / "run").read_text(encoding="utf-8")
NAMES = [path.parent.name for path in sorted(TESTS.glob("integration/targets/*/runme.sh"))]


@pytest.mark.parametrize("parts", [1, 3, 100])
def test_the_parts_together_have_each_name_once(monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    monkeypatch.syspath_prepend(str(TESTS / "tools"))
    running = importlib.import_module("running")
    found: list[str] = []
    for number in range(1, parts + 1):
        monkeypatch.setattr(running, "PART", f"{number}/{parts}")
        found += running.part_of(NAMES)
    assert sorted(found) == NAMES


@pytest.mark.parametrize("part", ["0/3", "4/3", "3", "a/b", "1/0"])
def test_a_part_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.syspath_prepend(str(TESTS / "tools"))
    running = importlib.import_module("running")
    monkeypatch.setattr(running, "PART", part)
    with pytest.raises(SystemExit, match="PART is"):
        running.part_of(NAMES)


@pytest.mark.parametrize(("commit", "part"), [("0000", "1/3"), ("0001", "2/3"), ("ffff", "1/3"), ("0002", "3/3")])
def test_the_hash_of_the_commit_chooses_one(commit: str, part: str) -> None:
    [line] = re.findall(r"^PART=.*$", SCRIPT, re.MULTILINE)
    script = f'commit={commit}{"9" * 36}\n{line}\necho "${{PART}}"'
    assert subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.strip() == part
