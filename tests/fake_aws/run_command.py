# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run Command, which moto ends at once and always well. This one goes as the tests plan, in the states of AWS.

A command is Pending, then InProgress, and then what its invocations make of it.
"""

from __future__ import annotations

import json
import time
import typing as t
import uuid

from sessions import Refusal

_BAD_REQUEST = "400 Bad Request"
_OPERATIONS = ("SendCommand", "ListCommands", "ListCommandInvocations", "GetCommandInvocation")
_PLUGIN = "aws:runShellScript"
_LISTED, _KEPT = 2_500, 24_000
"""Characters of an output in ListCommandInvocations and GetCommandInvocation."""
_PAGE = 2
"""Invocations on a page: AWS may return fewer than asked for."""

_plans: list[dict[str, t.Any]] = []
_commands: dict[str, dict[str, t.Any]] = {}


def plan(value: dict[str, t.Any]) -> None:
    """How the next command goes.

    ``seconds``: until it ends; ``outcomes``: by instance, with ``status``, ``details``, ``code``, ``stdout`` and
    ``stderr``, which are those of a success without output by default; ``status`` and ``details`` of the command;
    ``instances``: those that its targets match.
    """
    _plans.append(value)


def reset() -> None:
    _plans.clear()
    _commands.clear()


def serves(operation: str) -> bool:
    return operation in _OPERATIONS


def serve(operation: str, parameters: dict[str, t.Any]) -> str:
    made: dict[str, t.Any] = globals()[f"_{operation}"](parameters)
    return json.dumps(made)


def _SendCommand(sent: dict[str, t.Any]) -> dict[str, t.Any]:
    if sent["DocumentName"].startswith("Missing"):
        raise Refusal(
            "InvalidDocument", "Document with name " + sent["DocumentName"] + " does not exist.", _BAD_REQUEST
        )
    planned = _plans.pop(0) if _plans else {}
    instances = sent.get("InstanceIds") or planned.get("instances", [])
    command_id = str(uuid.uuid4())
    _commands[command_id] = {"sent": sent, "plan": planned, "instances": instances, "at": time.monotonic()}
    return {"Command": {**_command(command_id), "Status": "Pending", "TargetCount": 0, "CompletedCount": 0}}


def _ListCommands(asked: dict[str, t.Any]) -> dict[str, t.Any]:
    found = [asked["CommandId"]] if asked.get("CommandId") in _commands else []
    return {"Commands": [_command(command_id) for command_id in found]}


def _ListCommandInvocations(asked: dict[str, t.Any]) -> dict[str, t.Any]:
    command_id = asked["CommandId"]
    instances = _commands[command_id]["instances"] if command_id in _commands else []
    start = int(asked.get("NextToken") or 0)
    page = [_invocation(command_id, instance) for instance in instances[start : start + _PAGE]]
    more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(instances) else {}
    return {"CommandInvocations": page, **more}


def _GetCommandInvocation(asked: dict[str, t.Any]) -> dict[str, t.Any]:
    command_id, instance = asked["CommandId"], asked["InstanceId"]
    if command_id not in _commands or instance not in _commands[command_id]["instances"]:
        raise Refusal("InvocationDoesNotExist", "", _BAD_REQUEST)
    outcome = _outcome(command_id, instance)
    sent = _commands[command_id]["sent"]
    prefix = "/".join(filter(None, (sent.get("OutputS3KeyPrefix"), command_id, instance)))
    folder = f"{prefix}/awsrunShellScript/0.awsrunShellScript"
    bucket = sent.get("OutputS3BucketName")
    url = f"https://s3.eu-central-1.amazonaws.com/{bucket}/{folder}" if bucket else ""
    return {
        "CommandId": command_id,
        "InstanceId": instance,
        "PluginName": asked.get("PluginName", _PLUGIN),
        "Status": outcome["status"],
        "ResponseCode": outcome["code"],
        "StandardOutputContent": outcome["stdout"][:_KEPT],
        "StandardOutputUrl": f"{url}/stdout" if url else "",
        "StandardErrorContent": outcome["stderr"][:_KEPT],
        "StandardErrorUrl": f"{url}/stderr" if url else "",
    }


def _has_ended(command_id: str) -> bool:
    command = _commands[command_id]
    return bool(time.monotonic() - command["at"] >= float(command["plan"].get("seconds", 0)))


def _outcome(command_id: str, instance: str) -> dict[str, t.Any]:
    if not _has_ended(command_id):
        return {"status": "InProgress", "details": "InProgress", "code": -1, "stdout": "", "stderr": ""}
    planned = _commands[command_id]["plan"].get("outcomes", {}).get(instance, {})
    status = planned.get("status", "Success")
    default = {"status": status, "details": status, "code": 0 if status == "Success" else -1}
    return {**default, "stdout": "", "stderr": "", **planned}


def _command(command_id: str) -> dict[str, t.Any]:
    command = _commands[command_id]
    outcomes = [_outcome(command_id, instance)["status"] for instance in command["instances"]]
    ended = _has_ended(command_id)
    failed = [status for status in outcomes if status not in ("Success", "InProgress")]
    status = "InProgress" if not ended else "Failed" if failed else "Success"
    details = "NoInstancesInTag" if ended and not outcomes else status
    planned = command["plan"] if ended else {}
    return {
        "CommandId": command_id,
        "DocumentName": command["sent"]["DocumentName"],
        "Status": planned.get("status", status),
        "StatusDetails": planned.get("details", details),
        "TargetCount": len(outcomes),
        "CompletedCount": len(outcomes) if ended else 0,
        "ErrorCount": len(failed),
    }


def _invocation(command_id: str, instance: str) -> dict[str, t.Any]:
    outcome = _outcome(command_id, instance)
    # AWS puts both streams together.
    errors = f"\n----------ERROR-------\n{outcome['stderr']}" if outcome["stderr"] else ""
    plugin = {"Name": _PLUGIN, "Status": outcome["status"], "ResponseCode": outcome["code"]}
    plugin["Output"] = f"{outcome['stdout']}{errors}"[:_LISTED]
    delivered = outcome["details"] != "Undeliverable"
    return {
        "CommandId": command_id,
        "InstanceId": instance,
        "InstanceName": "",
        "Status": outcome["status"],
        "StatusDetails": outcome["details"],
        "CommandPlugins": [plugin] if delivered else [],
    }
