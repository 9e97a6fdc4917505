# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for the rollout of a deployment, and explain why it failed."""

from __future__ import annotations

import re
import typing as t
from functools import partial

from .._aws.console import with_console
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._secrecy import redact
from .console import continues, service_url
from .stopped_tasks import as_result, clauses, hint_for

if t.TYPE_CHECKING:
    from .client import EcsClient

Service = t.Mapping[str, t.Any]

_EVENTS = 20
"""The most events in a result."""
_TASKS = 10
"""The most stopped tasks in a result."""
_SHOWN = 3
_PROBLEM = re.compile(r"unable|unhealthy|fail|error|rolling back|rolled back|insufficient|not enough", re.IGNORECASE)
"""Events that explain a failure; others report normal steps."""
_FEWEST_FAILED, _MOST_FAILED = 3, 200
"""The limits of the threshold of the deployment circuit breaker (Amazon ECS developer guide)."""


class Rollout:
    """One wait for a deployment, which the next slice takes up.

    :param plan: plain data of the update: ``cluster_arn``, ``service_arn``, ``service``, ``deployment_id``,
        ``task_definition`` and ``previous_task_definition``
    """

    def __init__(self, ecs: EcsClient, plan: t.Mapping[str, t.Any]) -> None:
        self._ecs = ecs
        self._plan = plan
        self._kept: dict[str, t.Any] = ecs.work.kept.setdefault(
            "rollout", {"began": ecs.work.elapsed, "shown": "", "events": []}
        )

    def wait(self) -> dict[str, t.Any]:
        """Wait until the rollout is completed, and return values for the result.

        :raises OctoAwsError: it failed, or timed out
        """
        while True:
            service = self._ecs.service(self._plan["cluster_arn"], self._plan["service_arn"])
            own = self._own(service)
            self._show(service, own)
            if own is None or own.get("status") != "PRIMARY" or own.get("rolloutState") == "FAILED":
                raise self._failure(service, own)
            if _is_complete(service, own):
                return counts_of(service)
            if _has_no_breaker(service) and own.get("failedTasks", 0) >= _threshold(own):
                raise self._failure(service, own, "keeps failing to start tasks")
            self._note(own)
            self._ecs.pause(self._waited, ErrorCode.ROLLOUT_TIMED_OUT, partial(self._timeout_values, service))

    @property
    def _waited(self) -> float:
        return self._ecs.work.elapsed - float(self._kept["began"])

    @property
    def _name(self) -> str:
        return f"The service {self._plan['service']}"

    def _own(self, service: Service) -> t.Mapping[str, t.Any] | None:
        deployments = service.get("deployments") or []
        return next((item for item in deployments if item.get("id") == self._plan["deployment_id"]), None)

    def _note(self, own: t.Mapping[str, t.Any]) -> None:
        url = service_url(self._plan["service_arn"], self._plan["cluster_arn"])
        self._ecs.note_running(
            f"{self._name}: the deployment {own['id']} of {_short(own)} is in progress, {_counts(own)}",
            continues("deployment", url),
        )

    def _show(self, service: Service, own: t.Mapping[str, t.Any] | None) -> None:
        """Show new events and the state of the deployment, if it differs from the one shown last."""
        for event in self._new_events(service):
            self._ecs.show(event["message"])
        if own is None:
            return
        state = f"{own.get('rolloutState') or own.get('status')}, {_counts(own)}"
        if state != self._kept["shown"]:
            first = not self._kept["shown"]
            url = service_url(self._plan["service_arn"], self._plan["cluster_arn"]) if first else ""
            line = f"service {self._plan['service']}: {_short(own)} is {state}"
            self._ecs.show(", ".join(filter(None, (line, url))))
            self._kept["shown"] = state

    def _new_events(self, service: Service) -> list[dict[str, t.Any]]:
        known = set(self._kept["events"])
        events = self._events(service)
        self._kept["events"] = [event["id"] for event in events]
        return [event for event in events if event["id"] not in known]

    def _events(self, service: Service) -> list[dict[str, t.Any]]:
        """Return the last events since the deployment began, oldest first, with secrets masked in ``message``."""
        since = self._plan["since"]
        events = [
            {
                "id": event.get("id"),
                "time": event["createdAt"].isoformat(),
                "message": redact(event.get("message") or "", self._ecs.hidden),
                # A word that decides about the failure can be equal to a secret.
                "is_problem": bool(_PROBLEM.search(event.get("message") or "")),
                "is_failure": self._is_failure(event.get("message") or ""),
            }
            for event in service.get("events") or []
            if event["createdAt"].timestamp() >= since
        ]
        # AWS returns the newest one first.
        return events[:_EVENTS][::-1]

    def _is_failure(self, message: str) -> bool:
        return self._plan["deployment_id"] in message and "failed" in message

    def _timeout_values(self, service: Service) -> dict[str, t.Any]:
        found = self._evidence(service)
        return {**found["values"], "problem": "; ".join(found["reasons"])}

    def _failure(self, service: Service, own: t.Mapping[str, t.Any] | None, problem: str = "") -> PartialFailure:
        primary = primary_of(service)
        found = self._evidence(service)
        reason = redact((own or {}).get("rolloutStateReason") or "", self._ecs.hidden)
        # A failed deployment is not returned any more when its last task has stopped.
        ended = any(event["is_failure"] for event in self._events(service))
        failed = problem or (own or {}).get("rolloutState") == "FAILED" or ended
        replaced = primary and primary.get("id") != self._plan["deployment_id"]
        what = problem or ("failed" if failed else "was replaced by another one")
        parts = [f"{self._name}: the deployment of {self._plan['revision_name']} {what}"]
        if replaced:
            parts[0] += f", and the service is on the way to {_short(primary)}"
        reasons = [*([reason] if reason and failed and not problem else []), *found["reasons"]]
        message = f"{parts[0]}: {'; '.join(part.rstrip('.') for part in reasons)}." if reasons else f"{parts[0]}."
        url = service_url(self._plan["service_arn"], self._plan["cluster_arn"])
        hints = [hint_for(message)]
        if not replaced:
            hints.append(self._way_back())
        values = {**found["values"], "rolled_back_to": primary.get("taskDefinition") if replaced else None}
        return PartialFailure.of(ErrorCode.ROLLOUT_FAILED, message, with_console(url, *hints), **values)

    def _way_back(self) -> str:
        previous = self._plan["previous_task_definition"]
        if previous == self._plan["task_definition"]:
            return "To try again, set force_new_deployment: true."
        return f"To go back, set task_definition: {previous.rpartition('/')[2]}."

    def _evidence(self, service: Service) -> dict[str, t.Any]:
        """Return values for the result, and clauses for the message: events, and the reasons of stopped tasks."""
        events = self._events(service)
        problems = [event["message"].rstrip(".") for event in events if event["is_problem"]]
        stopped: list[dict[str, t.Any]] = []
        unread: list[str] = []
        try:
            stopped = self._stopped_tasks()
        except OctoAwsError as error:
            unread = [f"the stopped tasks cannot be read ({error.message.rstrip('.')})"]
        return {
            "reasons": [*clauses(stopped), *unread, *dict.fromkeys(problems[-_SHOWN:])],
            "values": {
                "events": [{"time": event["time"], "message": event["message"]} for event in events],
                "stopped_tasks": stopped[:_TASKS],
            },
        }

    def _stopped_tasks(self) -> list[dict[str, t.Any]]:
        """Return the stopped tasks of the deployment, newest first. AWS keeps them for an hour."""
        tasks = self._ecs.tasks(self._plan["cluster_arn"], serviceName=self._plan["service"], desiredStatus="STOPPED")
        own = [task for task in tasks if task.get("startedBy") == self._plan["deployment_id"]]
        found = [as_result(task, self._ecs.hidden) for task in own]
        return sorted(found, key=lambda task: task["stopped_at"] or "", reverse=True)


def primary_of(service: Service) -> dict[str, t.Any]:
    """Return the newest deployment of a service; empty if it has none."""
    deployments: list[dict[str, t.Any]] = service.get("deployments") or []
    return next((item for item in deployments if item.get("status") == "PRIMARY"), {})


def counts_of(service: Service) -> dict[str, int]:
    """Return the numbers of tasks for the result."""
    return {"running_count": service.get("runningCount", 0), "desired_count": service.get("desiredCount", 0)}


def _is_complete(service: Service, own: t.Mapping[str, t.Any]) -> bool:
    """Whether the service runs what it should.

    With a Classic Load Balancer, a deployment has no rollout state, and is complete when no other one is left.
    """
    state = own.get("rolloutState")
    settled = state == "COMPLETED" or (not state and len(service["deployments"]) == 1)
    return bool(settled and service.get("runningCount", 0) == service.get("desiredCount", 0))


def _has_no_breaker(service: Service) -> bool:
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    return not breaker.get("enable")


def _threshold(own: t.Mapping[str, t.Any]) -> int:
    """Return the failed tasks with which the circuit breaker of ECS would end a deployment: half of all tasks."""
    half = (int(own.get("desiredCount", 0)) + 1) // 2
    return min(max(half, _FEWEST_FAILED), _MOST_FAILED)


def _counts(own: t.Mapping[str, t.Any]) -> str:
    counts = f"{own.get('runningCount', 0)} of {own.get('desiredCount', 0)} running"
    for name, key in (("pending", "pendingCount"), ("failed", "failedTasks")):
        counts += f", {own[key]} {name}" if own.get(key) else ""
    return counts


def _short(deployment: t.Mapping[str, t.Any]) -> str:
    """Return ``FAMILY:REVISION`` of a deployment."""
    return str(deployment.get("taskDefinition") or "").rpartition("/")[2]
