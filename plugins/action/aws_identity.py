# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re
import shlex
import typing as t

from ansible import constants as C
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import (
    PROFILE_VARIABLES,
    config_of,
    environment_of_modules,
)
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Says who an account is, on the host that the task is for; documented in the module of the same name."""

    _supports_async = False

    MODULE = "octo.aws.aws_identity"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {"write_config": {"type": "bool", "default": False}}

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        self._written: dict[str, t.Any] = {}
        self._asked_to_write = arguments["write_config"]
        account = self.resolve(arguments, settings, options, identify=True)
        if not self._asked_to_write:
            return {"changed": False, **account.as_result()}
        return {"changed": False, **account.as_result(), **(self._written or self._write(account.handover))}

    def ask_executor(self, handover: Handover, **arguments: t.Any) -> dict[str, t.Any]:
        """The host writes the config for its role in the same breath, since it depends on the host."""
        if self._asked_to_write:
            self._refuse_to_keep(handover)
        told = super().ask_executor(handover, write_config=self._asked_to_write, **arguments)
        self._written = {name: told[name] for name in ("config_file", "environment") if name in told}
        return told

    def _refuse_to_keep(self, handover: Handover) -> None:
        """Before anything is written: tasks follow whose modules are given the account's credentials."""
        self.refuse_to_keep(handover, pipelined=not C.DEFAULT_KEEP_REMOTE_FILES, why="these modules need")

    def _write(self, resolved: Handover) -> dict[str, t.Any]:
        """Write the config for an account with credentials of its own, where the host names a profile, which cannot be
        unset. No key is in it, so none is handed over, and no module has to run."""
        self._refuse_to_keep(resolved)
        own: dict[str, t.Any] = {}
        self._compute_environment_string(own)  # of the task, which this command does not get
        named = "".join(f"${{{name}+x}}" for name in PROFILE_VARIABLES)
        named += "x" if any(name in own for name in PROFILE_VARIABLES) else ""
        # Names alone, no values.
        command = (
            "env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/name=\\1/p'; "
            f'if [ -z "{named}" ]; then echo config=; exit; fi; '
            'umask 077 && file=$(mktemp "${TMPDIR:-/tmp}/aws-config-XXXXXXXX") && '
            f'printf %s {shlex.quote(config_of(resolved, {}))} >"$file" && echo "config=$file"'
        )
        done = self._low_level_execute_command(command, executable="/bin/sh")
        # What a shell of the host says besides is no part of the path.
        found = re.search(r"^config=(/.*?)?\r?$", done["stdout"], re.MULTILINE)
        if done["rc"] or not found:
            raise OctoAwsError(
                ErrorCode.EXECUTOR_FAILED,
                f"The host {self.executor} could not write a temporary file: {done['stderr'].strip()[:1000]}",
                hint="Check that its folder for temporary files has space and can be written.",
            )
        config_file = found[1] or ""
        written = {"config_file": config_file} if config_file else {}
        # Tasks may be delegated to the controller.
        names = [*re.findall(r"^name=(\w+)\r?$", done["stdout"], re.MULTILINE), *own, *os.environ]
        environment = environment_of_modules(resolved, config_file, dict.fromkeys(names, ""))
        return {**written, "environment": environment}
