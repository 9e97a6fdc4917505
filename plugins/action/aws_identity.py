# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import typing as t

from ansible import constants as C
from ansible_collections.octo.aws.plugins.module_utils._host.aws_environment import (
    PROFILE_VARIABLES,
    environment_of_modules,
)
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._host.renewal import refill
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import identity_in
from ansible_collections.octo.aws.plugins.plugin_utils._base.distant_renewal import renew_elsewhere
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.served_account import serve_run

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
    from ansible_collections.octo.aws.plugins.plugin_utils._base.resolved_account import ResolvedAccount

_SHARED_CONNECTIONS = ("ssh", "local")
"""Connections that start a program for each command, so that another process can use them."""


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
            # Tasks have modules that get the account's credentials as arguments.
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
            written = self._serve(account)
        return {"changed": False, **account.as_result(), **written}

    def _serve(self, account: ResolvedAccount) -> dict[str, t.Any]:
        """Serve the credentials to all AWS clients of the tasks, until the config file is removed."""
        of_task: dict[str, t.Any] = {}
        self._compute_environment_string(of_task)
        # Tasks may be delegated to the controller.
        names = {*of_task, *os.environ}
        renewal = ""
        if self.runs_here:
            pointer = serve_run(account.handover, account.renew)
        else:
            result = self.run_identity_module(account.handover, write_config=True)
            pointer = Pointer(**result["pointer"])
            names.update(result["variables"])
            renewal = self._renew_there(account, shlex.join(result["client"]))
        handover = dataclasses.replace(account.handover, credentials=None, pointer=pointer)
        # A task cannot unset them.
        config_file = pointer.config_file if names & set(PROFILE_VARIABLES) else ""
        environment = environment_of_modules(handover, dict.fromkeys(names, ""), config_file)
        written = {"config_file": pointer.config_file, "environment": environment}
        return {**written, "renewal_file": renewal} if renewal else written

    def _renew_there(self, account: ResolvedAccount, client: str) -> str:
        """Renew the credentials that a process on the host serves, from a process here.

        :param client: a shell command on the host that brings credentials to the process there
        :returns: a file of the process; empty if the connection cannot be used by another process
        """
        if self._connection.transport not in _SHARED_CONNECTIONS or not self._is_pipelining_enabled("new"):
            return ""

        def bring(credentials: Credentials) -> bool:
            data = json.dumps(refill(credentials)).encode()
            return bool(self._low_level_execute_command(client, in_data=data)["rc"] == 0)

        return renew_elsewhere(account, bring)
