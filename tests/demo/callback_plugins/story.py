# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shutil
import textwrap
import time
import typing as t
from collections import Counter

from ansible.plugins.callback import CallbackBase
from ansible.utils.color import stringc

DOCUMENTATION = r"""
name: story
type: stdout
short_description: Displays a playbook as a story
author:
  - octo.aws contributors (@octo-aws)
description:
  - A play is a chapter. A task is a line that starts with its outcome.
  - The message of M(ansible.builtin.debug) is displayed below the task before it.
  - A task that fails with C(ignore_errors) is an expected failure, and its message is displayed below it.
  - A real failure is displayed with all details.
requirements:
  - set as stdout callback
"""

MARKS = {
    "ok": ("✓", "green"),
    "changed": ("●", "yellow"),
    "checked": ("✓", "green"),
    "refused": ("✗", "cyan"),
    "skipped": ("-", "cyan"),
    "failed": ("✗", "red"),
}
INDENT = " " * 13
"""The width of the mark and the outcome in front of the name of a task."""


class CallbackModule(CallbackBase):
    """Display chapters, lines, sentences and a summary."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "story"

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()
        self._counts: Counter[str] = Counter()
        self._chapters = 0
        # Lines wider than this are hard to read.
        self._width = min(shutil.get_terminal_size((80, 24)).columns, 100)

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self._chapters += 1
        title = self._wrapped(f"{self._chapters}. {play.get_name()}", "", "   ")
        self._display.display(f"\n{stringc(title, 'bright blue')}")

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._handle_warnings(result.result)
        if self._is_inside(result):
            return
        action = result.task.action.rpartition(".")[2]
        if action == "debug":
            self._sentence(result.result.get("msg", ""))
        elif action == "assert":
            self._line("checked", result)
        else:
            self._line("changed" if result.result.get("changed") else "ok", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        if not self._is_inside(result):
            self._line("skipped", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        if ignore_errors:
            self._line("refused", result)
            self._sentence(result.result.get("msg", ""))
            return
        self._line("failed", result)
        # ansible-core displays the message itself below, with the place in the playbook.
        for key in ("msg", "assertion", "module_stdout", "module_stderr"):
            if result.result.get(key) and not (key == "msg" and result.exception):
                self._sentence(f"{key}: {result.result[key]}")
        self._handle_warnings_and_exception(result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self.v2_runner_on_failed(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        seconds = round(time.monotonic() - self._started)
        counts = self._counts
        if counts["failed"]:
            summary, color = f"Chapter {self._chapters} failed, after {seconds} seconds.", "red"
        else:
            summary, color = (
                f"All {self._chapters} chapters passed in {seconds} seconds: {counts['changed']} changes, "
                f"{counts['refused']} expected failures, {counts['checked']} checks, no unexpected failure.",
                "green",
            )
        self._display.display(f"\n{stringc(self._wrapped(summary), color)}")

    def _is_inside(self, result: t.Any) -> bool:
        """Whether a task is internal to a role. Tasks that use modules of the collection are displayed."""
        return bool(result.task._role) and not result.task.action.startswith("octo.aws.")

    def _line(self, outcome: str, result: t.Any) -> None:
        self._counts[outcome] += 1
        mark, color = MARKS[outcome]
        name = self._wrapped(result.task.name or result.task.action, INDENT, INDENT).lstrip()
        self._display.display(f"  {stringc(f'{mark} {outcome:<8}', color)} {name}")

    def _sentence(self, message: object) -> None:
        # In the default color, the only one that is readable on every background.
        for line in str(message).splitlines():
            self._display.display(self._wrapped(line, INDENT, INDENT))

    def _wrapped(self, text: str, indent: str = "", next_indent: str = "") -> str:
        """Wrap to the width of the terminal. Words stay whole, so that ARNs and paths can be copied."""
        return textwrap.fill(
            text,
            width=self._width,
            initial_indent=indent,
            subsequent_indent=next_indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
