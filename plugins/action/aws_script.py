# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import datetime
import shlex
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import conflicting_variables
from ansible_collections.octo.aws.plugins.module_utils._host.environment_sources import parse_sources
from ansible_collections.octo.aws.plugins.module_utils._host.script import SCRIPT_SPEC
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_texts
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.sliced_run import SlicedRun

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._host.slices import Slice
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
    from ansible_collections.octo.aws.plugins.plugin_utils._base.resolved_account import ResolvedAccount


class ActionModule(HostAction):
    """Runs a script with an account; documented in the module of the same name."""

    MODULE = "octo.aws.aws_script"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = SCRIPT_SPEC
    HOST_PATHS = ("chdir", "creates", "removes")
    NEVER_EMPTY = (*HostAction.NEVER_EMPTY, "executable", *HOST_PATHS)

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        _check(given)
        account = self.resolve(arguments, settings, options)
        if self._task.check_mode or not self._may_outlive_session(account, arguments["timeout"]):
            return self.run_with(account, given)
        return self._run_in_agent(account, given)

    def _may_outlive_session(self, account: ResolvedAccount, timeout: int | None) -> bool:
        """Whether the script can last longer than its session, and AWS clients there cannot renew it themselves."""
        credentials = account.handover.credentials
        if not credentials or not credentials.expiration or self.is_renewed or self._task.async_val:
            return False
        if not self._is_pipelining_enabled("new"):
            # Each run of the module would have a file with credentials.
            return False
        return timeout is None or credentials.expiration < now() + datetime.timedelta(seconds=timeout)

    def _run_in_agent(self, account: ResolvedAccount, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Run the script in a process on the host that gets new credentials in time; see :mod:`_host.agent`."""
        socket = ""

        def run(account: ResolvedAccount, task_slice: Slice) -> dict[str, t.Any]:
            nonlocal socket
            result = self.run_with(account, arguments, task_slice=task_slice)
            socket = result.get("slice", {}).get("socket", socket)
            return result

        sliced = SlicedRun(account, run, _slice_seconds, self.show_unless_hidden)
        try:
            result = sliced.result()
        except OctoAwsError:
            self._end_agent(socket)
            raise
        self._end_agent(socket)
        return result

    def _end_agent(self, socket: str) -> None:
        """End the process on the host. If that fails, it ends with its session."""
        if socket:
            with contextlib.suppress(AnsibleConnectionFailure):
                self._low_level_execute_command(f"rm -f -- {shlex.quote(socket)}")


def _slice_seconds(number: int) -> float:
    # A slice ends with the script.
    return min(5.0 * (1 << number), 60.0)


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
    parse_sources(arguments.get("environment_from") or ())
    if arguments.get("timeout", 1) <= 0:
        raise OctoAwsError(ErrorCode.OPTION_INVALID, f"timeout cannot be {arguments['timeout']}.")
