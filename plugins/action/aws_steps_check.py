# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.plugin_utils._action import OctoAction
from ansible_collections.octo.aws.plugins.plugin_utils._steps import LATER, check_steps

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._settings import SessionOptions, Settings

_A_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")


class ActionModule(OctoAction):
    """Checks the steps of the role aws_steps; documented in the module of the same name."""

    _requires_connection = False

    NEVER_EMPTY = ("variable",)
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {"variable": {"type": "str", "default": "aws_steps_run"}}

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        steps = self._as_written(arguments["variable"])
        return {"changed": False, "steps": check_steps(steps, self._is_template, self._read)}

    def _as_written(self, name: str) -> t.Any:
        """The list of steps, with templates in it left as they are."""
        value = self.task_vars.get(name)
        seen = {name}
        while isinstance(value, str) and (match := _A_VARIABLE.fullmatch(value.strip())) and match[1] not in seen:
            seen.add(match[1])
            value = self.task_vars.get(match[1])
        return self._read(value) if isinstance(value, str) else value

    def _is_template(self, value: t.Any) -> bool:
        return isinstance(value, str) and bool(self._templar.is_template(value))

    def _read(self, value: t.Any) -> t.Any:
        if not self._is_template(value):
            return value
        try:
            return self._templar.template(value)
        except AnsibleError:
            return LATER
