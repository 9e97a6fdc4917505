# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generated page of guarantees lists all guarantees and deliberate faults, and no others."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "docsite" / "rst" / "hardening.rst").read_text(encoding="utf-8")


def value_of(path: Path, name: str) -> ast.expr:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return node.value
    raise AssertionError(f"{path} has no {name}")


def promises() -> list[str]:
    found: list[str] = []
    for path in (ROOT / "tests" / "hardening" / "checks").glob("*.py"):
        if path.name != "__init__.py":
            found += ast.literal_eval(value_of(path, "PROMISES")).values()
    return found


def changes() -> t.Iterator[str]:
    breaks = value_of(ROOT / "tests" / "hardening" / "breaks.py", "BREAKS")
    assert isinstance(breaks, ast.Tuple)
    for call in breaks.elts:
        assert isinstance(call, ast.Call)
        yield from (ast.literal_eval(word.value) for word in call.keywords if word.arg == "change")


def test_it_lists_every_guarantee_and_no_other() -> None:
    rows = re.findall(r"^  \* - (.*)$", PAGE, re.MULTILINE)
    there = [row for row in rows if row not in ("Guarantee", "Change")]
    assert sorted(there) == sorted([*promises(), *changes()])


def test_every_guarantee_holds_and_every_fault_was_detected() -> None:
    assert len(list(changes())) >= 10
    assert "- failed, " not in PAGE
    assert "Not detected" not in PAGE
    assert PAGE.count("passed, ") >= 3 * len(promises())
