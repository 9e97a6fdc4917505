# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
import typing as t
from functools import partial

from ansible import constants as C
from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import StoreAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import SETTING_NAMES
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.conversation import Conversation
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.registry import DIALOGS, hold

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings

display = Display()

_AT_TERMINAL = sys.stdout.isatty()
"""ansible-core imports this in its main process. The process of a task has no terminal."""
_PRINTS_JSON = "json" in str(C.DEFAULT_STDOUT_CALLBACK)
"""The output is for a program, which reads the lines in the result."""


class ActionModule(StoreAction):
    """Holds the dialog of a playbook of the collection; documented in the module of the same name."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "dialog": {"type": "str", "required": True, "choices": list(DIALOGS)},
    }

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        self._given = {name: arguments[name] for name in SETTING_NAMES if arguments.get(name) is not None}
        conversation = Conversation(
            self.task_vars,
            self._templar.template,
            self._run,
            partial(self.open_store, settings),
            _ignore if _PRINTS_JSON else display.display,
            width=display.columns if _AT_TERMINAL else 0,
            check_mode=bool(self._task.check_mode),
        )
        try:
            return {**hold(arguments["dialog"], conversation), "shown": conversation.shown}
        except OctoAwsError as error:
            if _PRINTS_JSON:
                raise PartialFailure.after(error, shown=conversation.shown) from None
            raise

    def _run(self, module: str, arguments: t.Mapping[str, t.Any], *, check_mode: bool = False) -> dict[str, t.Any]:
        """Run another action of the collection, as a task with these arguments."""
        task = self._task.copy()
        task.action = module
        task.args = {**self._given, **arguments}
        task.check_mode = check_mode
        action = self._shared_loader_obj.action_loader.get(
            module,
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, t.Any] = action.run(task_vars=self.task_vars)
        return result


def _ignore(_line: str) -> None:
    """Show nothing."""
