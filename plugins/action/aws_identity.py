# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible import constants as C
from ansible_collections.octo.aws.plugins.module_utils._handover import Handover
from ansible_collections.octo.aws.plugins.plugin_utils._action import error_of_result
from ansible_collections.octo.aws.plugins.plugin_utils._work_action import WorkAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._settings import SessionOptions, Settings


class ActionModule(WorkAction):
    """Says who an account is, on the host that the task is for; documented in the module of the same name."""

    _supports_async = False

    MODULE = "octo.aws.aws_identity"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {"config_file": {"type": "path"}}

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        account = self.resolve(arguments, settings, options, identify=True)
        if arguments["config_file"]:
            # Tasks follow whose modules are given the account's credentials.
            self.refuse_to_keep(account, pipelined=not C.DEFAULT_KEEP_REMOTE_FILES, why="these modules need")
        result = {"changed": False, **account.as_result()}
        if arguments["config_file"]:
            # No key goes into the file, so none is handed over.
            way = account.handover if account.of_executor else Handover(region=account.handover.region)
            given = {"config_file": self._task.args["config_file"], **way.as_arguments()}
            written = self.run_module(self.MODULE, given)
            if written.get("failed"):
                raise error_of_result(written)
            result["environment"] = written["environment"]
        return result
