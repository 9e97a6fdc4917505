# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback for the playbooks of this collection at a terminal."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dialog
short_description: Show only the tables, prompts and errors of the playbooks of this collection
version_added: 1.0.0
type: stdout
author:
  - octo.aws contributors (@octo-aws)
description:
  - Leaves out the names of plays and tasks, and the recap.
  - Shows the error of a task as one message, wrapped to the width of the terminal, on standard error.
  - The command C(octo-aws) uses it. For the playbooks of this collection, it can be set with E(ANSIBLE_STDOUT_CALLBACK) as
    C(octo.aws.dialog). It is not intended for other playbooks, since it does not show the results of tasks.
requirements:
  - Set as the callback for standard output in C(ansible.cfg) or the environment
seealso:
  - ref: ansible_collections.octo.aws.docsite.reference_command
    description: The command C(octo-aws).
"""

import sys
import typing as t

from ansible import constants as C
from ansible.plugins.callback import CallbackBase
from ansible_collections.octo.aws.plugins.plugin_utils._base.tables import wrapped

if t.TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult


class CallbackModule(CallbackBase):
    """Shows messages of debug tasks, warnings and errors."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "octo.aws.dialog"

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Show warnings, and the message of a debug task."""
        self._handle_warnings(result.result)
        if result.task.resolved_action == "ansible.builtin.debug":
            message = result.result.get("msg", "")
            for line in message if isinstance(message, list) else [message]:
                self._show(str(line))

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """Show the error without its place in the playbook, which is not the user's."""
        self._handle_warnings(result.result)
        if not ignore_errors:
            self._show(str(result.result.get("msg", "")), color=C.COLOR_ERROR, stderr=True)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """Show the error."""
        self.v2_runner_on_failed(result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        """Show the error of an item of a loop."""
        self.v2_runner_on_failed(result)

    def _show(self, text: str, **options: t.Any) -> None:
        for line in wrapped(text, self._display.columns if sys.stdout.isatty() else 0):
            self._display.display(line, **options)
