# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Run Command for one account."""

from __future__ import annotations

import typing as t

from .._aws.console import console_url
from .._aws.errors import call

_ENDED = ("Success", "Failed", "TimedOut", "Cancelled")
"""Values of ``Status`` of a command that has ended."""


class RunCommand:
    """Run Command.

    :param client: for requests that only read, which botocore repeats
    :param sender: for ``SendCommand``, which has no token against repetition, so that botocore must not repeat it
    :param secrets: values to mask in messages
    """

    def __init__(self, client: t.Any, sender: t.Any, secrets: t.Sequence[str]) -> None:
        self._client = client
        self._sender = sender
        self._secrets = secrets

    def send(self, **parameters: t.Any) -> str:
        """Send a command, and return its ID."""
        return str(call(self._sender, "send_command", self._secrets, **parameters)["Command"]["CommandId"])

    def find(self, command_id: str) -> dict[str, t.Any] | None:
        """Return a command, or ``None`` if AWS does not return it, or not yet."""
        commands = call(self._client, "list_commands", self._secrets, CommandId=command_id).get("Commands") or []
        return next((command for command in commands if command.get("CommandId") == command_id), None)

    def invocations(self, command_id: str) -> list[dict[str, t.Any]]:
        """Return the outcomes of all instances, each with those of its plugins."""
        found: list[dict[str, t.Any]] = []
        token: dict[str, str] = {}
        while True:
            response = call(
                self._client,
                "list_command_invocations",
                self._secrets,
                CommandId=command_id,
                Details=True,
                MaxResults=50,
                **token,
            )
            found += response.get("CommandInvocations") or []
            if not response.get("NextToken"):
                return found
            token = {"NextToken": response["NextToken"]}

    def output(self, command_id: str, instance_id: str, plugin: str) -> dict[str, t.Any]:
        """Return the output of a plugin on an instance, up to 24,000 characters of each stream."""
        return call(
            self._client,
            "get_command_invocation",
            self._secrets,
            CommandId=command_id,
            InstanceId=instance_id,
            PluginName=plugin,
        )


def has_ended(command: t.Mapping[str, t.Any]) -> bool:
    """Whether a command of :meth:`RunCommand.find` has ended on all instances."""
    return command.get("Status") in _ENDED


def command_url(region: str, command_id: str) -> str:
    """Return the address of a command in the console; empty for regions without a public console."""
    return console_url(region, f"systems-manager/run-command/{command_id}?region={region}")
