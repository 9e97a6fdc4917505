# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import conflicting_variables
from ansible_collections.octo.aws.plugins.module_utils._host.script import SCRIPT_SPEC
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_texts
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Runs a script with an account; documented in the module of the same name."""

    MODULE = "octo.aws.aws_script"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = SCRIPT_SPEC
    HOST_PATHS = ("chdir", "creates", "removes")
    NEVER_EMPTY = (*HostAction.NEVER_EMPTY, "executable", *HOST_PATHS)

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        _check(given)
        return self.run_with(self.resolve(arguments, settings, options), given)


def _check(arguments: dict[str, t.Any]) -> None:
    sources = [name for name in ("script", "cmd", "argv") if arguments.get(name)]
    if len(sources) != 1:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"{' and '.join(sources)} cannot be combined." if sources else "There is nothing to run.",
            hint="Set one of script, cmd and argv.",
        )
    if arguments.get("executable") and sources != ["script"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT, f"executable is for script, and {sources[0]} names its own program."
        )
    if conflicting := conflicting_variables(arguments.get("environment") or ()):
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"environment cannot set {' and '.join(conflicting)}: the account and the region set it.",
            hint="Use the options account and region. environment can set only AWS variables that do not select an identity.",
        )
    to_texts("environment", arguments.get("environment") or {})
    if arguments.get("timeout", 1) <= 0:
        raise OctoAwsError(ErrorCode.OPTION_INVALID, f"timeout cannot be {arguments['timeout']}.")
