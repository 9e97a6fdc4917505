# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
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
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import identity_in
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Returns the identity of an account; documented in the module of the same name."""

    _supports_async = False

    MODULE = "octo.aws.aws_identity"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {"write_config": {"type": "bool", "default": False}}

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        write_config = arguments["write_config"]
        account = self.resolve_on_controller(arguments, settings, options)
        handover = account.handover
        if write_config:
            # The config is for tasks with modules that get the account's credentials as arguments.
            pipelined = not C.DEFAULT_KEEP_REMOTE_FILES
            self.refuse_to_keep(handover, pipelined=pipelined, reason="these modules need")
        written: dict[str, t.Any] = {}
        if account.is_role_of_host:
            # The host writes the config itself, since it depends on the host.
            result = self.run_identity_module(handover, write_config=write_config)
            account = dataclasses.replace(account, identity=identity_in(result))
            written = {name: result[name] for name in ("config_file", "environment") if name in result}
        self.announce(account, arguments)
        if write_config and not account.is_role_of_host:
            written = self._write_config(handover)
        return {"changed": False, **account.as_result(), **written}

    def _write_config(self, handover: Handover) -> dict[str, t.Any]:
        """Write the config for an account with credentials, on a host with a profile that cannot be unset.

        It has no keys, so no module has to run.
        """
        of_task: dict[str, t.Any] = {}
        self._compute_environment_string(of_task)  # this command does not get it
        profiles = "".join(f"${{{name}+x}}" for name in PROFILE_VARIABLES)
        profiles += "x" if any(name in of_task for name in PROFILE_VARIABLES) else ""
        # Only names, no values.
        command = (
            "env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/name=\\1/p'; "
            f'if [ -z "{profiles}" ]; then echo config=; exit; fi; '
            'umask 077 && file=$(mktemp "${TMPDIR:-/tmp}/aws-config-XXXXXXXX") && '
            f'printf %s {shlex.quote(config_of(handover, {}))} >"$file" && echo "config=$file"'
        )
        result = self._low_level_execute_command(command, executable="/bin/sh")
        # A shell of the host can print more than the path.
        match = re.search(r"^config=(/.*?)?\r?$", result["stdout"], re.MULTILINE)
        if result["rc"] or not match:
            raise OctoAwsError(
                ErrorCode.EXECUTOR_FAILED,
                f"The host {self.executor} could not write a temporary file: {result['stderr'].strip()[:1000]}",
                hint="Check that its folder for temporary files has space and can be written.",
            )
        config_file = match[1] or ""
        written = {"config_file": config_file} if config_file else {}
        # Tasks may be delegated to the controller.
        names = [*re.findall(r"^name=(\w+)\r?$", result["stdout"], re.MULTILINE), *of_task, *os.environ]
        environment = environment_of_modules(handover, dict.fromkeys(names, ""), config_file)
        return {**written, "environment": environment}
