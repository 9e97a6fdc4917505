# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain why tasks stopped."""

from __future__ import annotations

import typing as t

from .._secrecy import redact

Task = t.Mapping[str, t.Any]

_SHOWN = 3
_HINTS = {
    "CannotPullContainerError": "Check that the image exists, that the execution role may pull it, and that the "
    "subnets reach the registry.",
    "ResourceInitializationError": "Check the execution role, the secrets that the containers use, and that the "
    "subnets reach their services.",
    "OutOfMemory": "Raise memory of the container.",
    "CannotStartContainerError": "Check command and entry_point of the container.",
    "CannotCreateVolumeError": "Check the volumes of the task definition.",
    "health checks": "Check the health check, and how long the container takes to start.",
    "unable to place a task": "Add capacity to the cluster, or reduce cpu and memory.",
    "RESOURCE:": "Add capacity to the cluster, or reduce cpu and memory.",
    "No Container Instances": "Add container instances to the cluster, or set launch_type: FARGATE.",
    "apacity is unavailable": "Try again later, or add subnets in other availability zones.",
    "AGENT": "Check the ECS agents of the container instances.",
    "ATTRIBUTE": "The container instances lack an attribute that the task definition requires.",
}
"""By words of AWS (Amazon ECS developer guide, stopped task errors, service event messages, API failure reasons)."""


def hint_for(text: str) -> str:
    """Return the hint for a text of AWS; empty if there is none."""
    return next((hint for words, hint in _HINTS.items() if words in text), "")


def as_result(task: Task, secrets: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """Return values about a stopped task for the result.

    :param secrets: values to mask in reasons
    """
    stopped = task.get("stoppedAt")
    return {
        "task_arn": task["taskArn"],
        "stop_code": task.get("stopCode"),
        "reason": redact(task.get("stoppedReason") or "", secrets),
        "stopped_at": stopped.isoformat() if stopped else None,
        "containers": [
            {
                "name": container.get("name"),
                "exit_code": container.get("exitCode"),
                "reason": redact(container.get("reason") or "", secrets),
            }
            for container in task.get("containers") or []
        ],
    }


def clause(stopped: t.Mapping[str, t.Any]) -> str:
    """Return a clause with the reasons of a stopped task and its containers.

    :param stopped: see :func:`as_result`
    """
    parts = [stopped["reason"].rstrip(".")]
    for container in stopped["containers"]:
        code, reason = container["exit_code"], container["reason"].rstrip(".")
        # The reason of a container is often that of its task, too.
        reason = "" if reason and reason in stopped["reason"] else reason
        about = ", ".join(filter(None, ("" if code in (None, 0) else f"exit code {code}", reason)))
        parts.append(about and f"{container['name']}: {about}")
    return "; ".join(filter(None, parts)) or "AWS returned no reason"


def clauses(stopped: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the clauses of several tasks, each once with the number of tasks."""
    counts: dict[str, int] = {}
    for task in stopped:
        counts[clause(task)] = counts.get(clause(task), 0) + 1
    found = [f"{count} task{'s' if count > 1 else ''} stopped: {text}" for text, count in counts.items()]
    return [*found[:_SHOWN], *([f"and {len(found) - _SHOWN} more reasons"] if len(found) > _SHOWN else [])]
