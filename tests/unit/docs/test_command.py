# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the command ``octo-aws`` lists each subcommand with its options."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils._command.subcommand import SUBCOMMANDS, subcommand_of

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "docsite" / "rst" / "reference_command.rst").read_text(encoding="utf-8")
EVERYWHERE = "All subcommands"
EXCEPT = "All except "


def _documented() -> dict[str, set[str]]:
    """The options of the table, by the text of the row above them."""
    table = PAGE.split("\nOptions\n-------\n")[1].split("\nSettings that")[0]
    groups: dict[str, set[str]] = {}
    options: set[str] = set()
    for cell in re.findall(r"^  \* - (.*)$", table, re.MULTILINE):
        if group := re.fullmatch(r"\*\*(.*)\*\*", cell):
            options = groups.setdefault(group[1], set())
        elif cell != "Option":
            options |= set(re.findall(r"``(--?[a-z-]+)", cell))
    return groups


def _applies(group: str, name: str) -> bool:
    names = re.split(r", | and ", group.removeprefix(EXCEPT))
    return group == EVERYWHERE or (name in names) != group.startswith(EXCEPT)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_options_are_documented(name: str) -> None:
    parser = argparse.ArgumentParser()
    subcommand_of(name).add_arguments(parser)
    actual = {max(action.option_strings, key=len) for action in parser._actions if action.option_strings}
    short = {"--extra-vars": "-e"}
    expected = {short.get(option, option) for option in actual}
    documented = {option for group, options in _documented().items() if _applies(group, name) for option in options}
    assert documented - {"-h"} == expected


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_subcommands_are_documented(name: str) -> None:
    assert f"  * - ``octo-aws {name} " in PAGE
