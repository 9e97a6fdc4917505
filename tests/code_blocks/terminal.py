# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal at which somebody types the answers."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from pathlib import Path

SECONDS = 600
"""How long a program may take."""
QUIET = 30
"""Seconds after which a program that says nothing more waits for an answer."""
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """Runs a program, and answers what it asks with a line that ends in a colon.

    :param answers: by a part of the question
    """

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers
        self.output = ""
        self.unanswered = ""
        self._ended = False

    def run(self, command: list[str], folder: Path, environment: dict[str, str]) -> int:
        """The exit code."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # it becomes the controlling terminal
        ) as process:
            os.close(theirs)
            try:
                self._talk(ours, time.monotonic() + SECONDS)
            finally:
                os.close(ours)
                if not self._ended:
                    os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

    def _talk(self, terminal: int, until: float) -> None:
        line = ""
        quiet = 0
        while time.monotonic() < until:
            if not select.select([terminal], [], [], 1)[0]:
                quiet += 1
                if quiet == QUIET and line.endswith(": "):
                    self.unanswered = line
                    return
                continue
            quiet = 0
            try:
                data = os.read(terminal, 65536)
            except OSError:
                data = b""
            if not data:
                self._ended = True
                return
            text = _COLORS.sub("", data.decode("utf-8", "replace")).replace("\r", "")
            self.output += text
            # Ansible ends the question of a task with a line break.
            line = (line + text).removesuffix("\n").rpartition("\n")[2]
            answer = next((answer for asked, answer in self._answers.items() if asked in line), None)
            if answer is not None and line.endswith(": "):
                if text.endswith("\n"):
                    # Ansible discards what is typed before it listens, which it does without lines.
                    while termios.tcgetattr(terminal)[3] & termios.ICANON and time.monotonic() < until:
                        time.sleep(0.05)
                    time.sleep(0.5)
                os.write(terminal, f"{answer}\n".encode())
                line = ""
        self.output += "\nIt took too long, and was ended.\n"
