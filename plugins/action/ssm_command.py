# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._ssm.options import COMMAND_SPEC, check_options
from ansible_collections.octo.aws.plugins.plugin_utils._base.waiting_action import WaitingAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(WaitingAction):
    """Runs commands on instances; documented in the module of the same name."""

    MODULE = "octo.aws.ssm_command"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = COMMAND_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        check_options(given)
        return self.run_in_slices(self.resolve(arguments, settings, options), given)
