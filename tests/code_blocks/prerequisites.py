# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``prerequisites.yml`` says: keys, answers, and what blocks take for granted."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import yaml
from pages import Block, BlockError

FILE = Path(__file__).with_name("prerequisites.yml")


class Prerequisites:
    """Filled in with what the fake AWS says of itself."""

    def __init__(self, facts: dict[str, t.Any]) -> None:
        content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self.keys = {name: value.format_map(facts) for name, value in content["keys"].items()}
        self.answers = {asked: value.format_map(facts) for asked, value in content["answers"].items()}
        self.placeholders: dict[str, str] = content["placeholders"]
        self._facts = {**facts, "home": Path.home(), "path": os.environ["PATH"]}
        self._fixtures: dict[str, dict[str, t.Any]] = content["given"]

    def check(self, block: Block) -> None:
        """Refuse what is not there."""
        if unknown := sorted(set(block.given) - set(self._fixtures)):
            raise BlockError(f"{block.place}: tests/code_blocks/{FILE.name} has no {', '.join(unknown)} under 'given'.")

    def playbook_of(self, block: Block) -> str:
        """What makes it so, as a playbook; nothing, where nothing has to be done."""
        tasks = [task for name in block.given for task in self._fixtures[name].get("tasks", [])]
        play = {"name": "What the block takes for granted", "hosts": "localhost", "gather_facts": False}
        return yaml.safe_dump([{**play, "tasks": tasks}], sort_keys=False) if tasks else ""

    def environment_of(self, block: Block) -> dict[str, str]:
        """The whole environment for the block."""
        fixtures = [self._fixtures[name].get("environment", {}) for name in block.given]
        variables = {name: value for fixture in fixtures for name, value in fixture.items()}
        return {**os.environ, **{name: value.format_map(self._facts) for name, value in variables.items()}}
