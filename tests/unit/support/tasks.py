# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the action of a task, without a play around it."""

from __future__ import annotations

import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import action_loader, connection_loader
from ansible.template import Templar


def run_task(module: str, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Run a module of the collection on the controller, and return the result of its task."""
    loader, task, context = DataLoader(), Task(), PlayContext()
    task.args, task.action = arguments, f"octo.aws.{module}"
    plugin = action_loader.get(
        task.action,
        task=task,
        connection=connection_loader.get("ansible.builtin.local", context, None),
        play_context=context,
        loader=loader,
        templar=Templar(loader=loader, variables={}),
        shared_loader_obj=None,
    )
    result: dict[str, t.Any] = plugin.run(task_vars={})
    return result
