# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a reader works: a home folder, a folder for the page, and a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t
from pathlib import Path

import yaml
from terminal import Terminal

PASSWORD = "vault-password"


class WorkspaceError(Exception):
    """Something went another way than a block says."""


class Workspace:
    """Puts files in place, and runs commands and playbooks.

    :param answers: what is typed, by a part of the question
    """

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers
        self._home = Path.home()
        self.folder = self._home / "page"
        self.output = ""
        """What the last program printed."""

    def furnish(self, keys: dict[str, str]) -> None:
        """Make the folder of the page, with ``keys.yml``, and a vault password in the home folder."""
        self.folder.mkdir()
        self.write("~/.vault-password", f"{PASSWORD}\n")
        self.write("keys.yml", yaml.safe_dump(keys))
        command = ["ansible-vault", "encrypt", "--vault-password-file", "../.vault-password", "keys.yml"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)

    def write(self, name: str, text: str, *, add: bool = False) -> str:
        """Write a file of the page's folder or, with ~, of the home folder: its name."""
        path = self.folder / os.path.expanduser(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        before = f"{path.read_text(encoding='utf-8')}\n" if add else ""
        path.write_text(before + text, encoding="utf-8")
        return name

    def play(
        self, names: list[str], environment: dict[str, str], *, fails: str = "", facts: dict[str, t.Any] | None = None
    ) -> None:
        """Run playbooks, one after the other, with the keys and the vault password.

        :param facts: for playbooks that make what a block takes for granted
        """
        options = ["-e", "@keys.yml", "--vault-password-file", str(self._home / ".vault-password")]
        more = ["-e", json.dumps({"aws": facts})] if facts else []
        self._watch(["ansible-playbook", *names, *options, *more], environment, fails)

    def type(self, commands: str, environment: dict[str, str], *, fails: str = "") -> None:
        """Have a shell run the commands until one fails."""
        self._watch(["bash", "-c", f"set -e\n{commands}"], environment, fails)

    def _watch(self, command: list[str], environment: dict[str, str], fails: str) -> None:
        terminal = Terminal(self._answers)
        code = terminal.run(command, self.folder, environment)
        self.output = terminal.output
        if terminal.unanswered:
            raise WorkspaceError(f"Nobody knows the answer to {terminal.unanswered!r}; prerequisites.yml has answers.")
        if "no hosts matched" in self.output:
            raise WorkspaceError(f"A play has no hosts.\n{self.output}")
        if fails and (not code or fails not in self.output):
            raise WorkspaceError(f"It should have failed and said {fails!r}.\n{self.output}")
        if code and not fails:
            raise WorkspaceError(f"It ended with {code}.\n{self.output}")
