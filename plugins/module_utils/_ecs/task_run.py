# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task once, and wait for its end."""

from __future__ import annotations

import hashlib
import json
import typing as t
from functools import partial

from .._aws.console import with_console
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .console import continues, task_url
from .container_log import ContainerLog, LogEnd
from .options import run_parameters
from .stopped_tasks import as_result, clause, hint_for
from .task_definition import TaskDefinition

if t.TYPE_CHECKING:
    from .client import EcsClient

Result = dict[str, t.Any]
Task = t.Mapping[str, t.Any]

_GRACE = 30
"""Seconds until AWS shows a new task."""
_LOG_GRACE = 10
"""Seconds until CloudWatch Logs returns the lines of a stopped container."""
_LOG_DELAY = 2.5
_LINES_SHOWN = 5
"""Lines of the log in a message; the result has all of them."""
_STARTED_BY = "octo-aws-"
_WORDS_OF_EMPTY_CLUSTER = "No Container Instances were found"
"""Of the refusal of RunTask. All other reasons are in the failures of its response."""


class TaskRun:
    """One run of a task.

    :param logs_client: returns a client of CloudWatch Logs for a region
    """

    def __init__(
        self,
        ecs: EcsClient,
        options: t.Mapping[str, t.Any],
        logs_client: t.Callable[[str], t.Any],
        *,
        check_mode: bool,
    ) -> None:
        self._ecs = ecs
        self._options = options
        self._logs_client = logs_client
        self._check_mode = check_mode

    def run(self) -> Result:
        """Run the task, and return the result.

        :raises OctoAwsError: it could not start, it failed, or it timed out
        """
        plan = self._ecs.work.step(self._begin)
        result: Result = {**plan["result"]}
        self._ecs.note(**result)
        if not self._options["wait"] or self._check_mode:
            return result
        # Recorded, so that a slice that only waits for the log does not need the task again.
        stopped = self._ecs.work.step(partial(self._wait, plan), may_wait=True)
        return {**result, **self._outcome(plan, stopped)}

    def _begin(self) -> Result:
        """Start the task, or find the one that an earlier run started, and return plain data for the wait."""
        definition, containers = self._definition()
        parameters = run_parameters(self._options)
        parameters["taskDefinition"] = definition.arn
        parameters["startedBy"] = _STARTED_BY + _digest(parameters)
        if self._check_mode:
            return self._plan({}, definition, containers, {"task_arn": None})
        task = self._running(parameters) if self._options["resume"] else None
        resumed = task is not None
        if task is None:
            task = self._start(parameters)
        return self._plan(task, definition, containers, {"task_arn": task["taskArn"], "resumed": resumed})

    def _definition(self) -> tuple[TaskDefinition, list[str]]:
        """Return the task definition, and the containers with the outcome.

        :raises OctoAwsError: the options do not fit it
        """
        response = self._ecs.task_definition(self._options["task_definition"])
        definition = TaskDefinition.from_response(response, self._ecs.inputs_of("RegisterTaskDefinition"))
        overridden = [container["name"] for container in self._options["containers"]]
        chosen = self._options.get("outcome_of") or overridden
        definition.check_containers([*overridden, *chosen])
        if definition.content.get("networkMode") == "awsvpc" and not self._options.get("subnets"):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"The task definition {definition.arn.rpartition('/')[2]} has the network mode awsvpc, and "
                "subnets is not set.",
                hint="Set subnets, and security_groups if the task needs them.",
            )
        essential = [item["name"] for item in definition.content["containerDefinitions"] if item.get("essential", True)]
        return definition, chosen or essential

    def _running(self, parameters: t.Mapping[str, t.Any]) -> Task | None:
        """Return the task of an earlier run with the same options, if it has not stopped."""
        tasks = self._ecs.tasks(parameters["cluster"], startedBy=parameters["startedBy"])
        return next((task for task in tasks if task.get("lastStatus") != "STOPPED"), None)

    def _start(self, parameters: t.Mapping[str, t.Any]) -> Task:
        try:
            response = self._ecs.call("run_task", clientToken=f"octo-aws-{self._ecs.work.token()}", **parameters)
        except OctoAwsError as error:
            if error.may_have_worked:
                raise PartialFailure.after(
                    error, "The task may have started. Run the task again to wait for it.", changed=True
                ) from None
            if error.is_refusal("InvalidParameterException", message=_WORDS_OF_EMPTY_CLUSTER):
                response = {"failures": [{"reason": f"{_WORDS_OF_EMPTY_CLUSTER} in it"}]}
            else:
                raise
        if response.get("tasks"):
            started: Task = response["tasks"][0]
            return started
        failures = [
            {"reason": item.get("reason") or "", "arn": item.get("arn"), "detail": item.get("detail") or ""}
            for item in response.get("failures") or []
        ]
        reasons = dict.fromkeys(": ".join(filter(None, (item["reason"], item["detail"]))) for item in failures)
        text = "; ".join(reasons) or "AWS returned no reason"
        raise PartialFailure.of(
            ErrorCode.TASK_NOT_PLACED,
            f"The cluster {self._options['cluster']} has no place for the task: {text}.",
            hint_for(text),
            failures=failures,
        )

    def _plan(self, task: Task, definition: TaskDefinition, containers: t.Sequence[str], values: Result) -> Result:
        logs = [
            [container["name"], *ContainerLog.of(container, str(task["taskArn"]))]
            for container in definition.content["containerDefinitions"]
            if task and container["name"] in containers
        ]
        return {
            "task_arn": values["task_arn"],
            "cluster_arn": task.get("clusterArn") or "",
            "name": definition.arn.rpartition("/")[2],
            "containers": list(containers),
            "logs": logs,
            "result": {
                "changed": True,
                "task_definition": definition.arn,
                "resumed": False,
                "exit_code": None,
                **values,
                "outputs": {"task_arn": values["task_arn"], "task_definition": definition.arn, "exit_code": None},
                "diff": {"before": "", "after": f"{definition.arn.rpartition('/')[2]}\n"},
            },
        }

    def _wait(self, plan: t.Mapping[str, t.Any]) -> Result:
        """Wait until the task has stopped, and return values about it.

        :raises OctoAwsError: timed out
        """
        kept = self._ecs.work.kept.setdefault("run", {"began": self._ecs.work.elapsed, "status": ""})
        url = task_url(plan["task_arn"], plan["cluster_arn"])
        while True:
            response = self._ecs.call("describe_tasks", cluster=plan["cluster_arn"], tasks=[plan["task_arn"]])
            waited = self._ecs.work.elapsed - kept["began"]
            task: Task | None = next(iter(response.get("tasks") or []), None)
            if task is None and waited > _GRACE:
                raise OctoAwsError(
                    ErrorCode.TASK_FAILED,
                    f"AWS does not return the task {plan['task_arn']}.",
                    hint="AWS keeps a stopped task for an hour. Check its log.",
                )
            status = str(task.get("lastStatus")) if task else "not visible yet"
            if status != kept["status"]:
                shown = () if kept["status"] else (url,)
                self._ecs.show(", ".join(filter(None, (f"task {plan['name']} is {status}", *shown))))
                kept["status"] = status
            if task is not None and status == "STOPPED":
                return as_result(task, self._ecs.hidden)
            self._ecs.note_running(
                f"The task {plan['task_arn']} of {plan['name']} is {status}",
                continues("task", url),
            )
            self._ecs.pause(waited, ErrorCode.TASK_TIMED_OUT)

    def _outcome(self, plan: t.Mapping[str, t.Any], stopped: t.Mapping[str, t.Any]) -> Result:
        """Return values about the stopped task.

        :raises OctoAwsError: a container did not exit with 0
        """
        codes = {item["name"]: item["exit_code"] for item in stopped["containers"]}
        own = [codes.get(name) for name in plan["containers"]]
        code = next((item for item in own if item != 0), 0)
        values: Result = {
            "exit_code": code,
            "exit_codes": codes,
            "stop_code": stopped["stop_code"],
            "stopped_reason": stopped["reason"],
            "containers": stopped["containers"],
            "outputs": {**plan["result"]["outputs"], "exit_code": code},
        }
        if code == 0:
            return values
        url = task_url(plan["task_arn"], plan["cluster_arn"])
        self._ecs.note_running(f"The task {plan['task_arn']} of {plan['name']} has stopped", with_console(url))
        log = self._log(plan, codes)
        problem = f"failed with exit code {code}" if code else "did not run"
        reasons = [clause(stopped), *([log.problem] if log.problem else [])]
        message = f"The task of {plan['name']} {problem}: {'; '.join(reasons)}."
        if log.lines:
            message += f" Its log ends with: {' | '.join(log.lines[-_LINES_SHOWN:])}"
        hint = with_console(url, hint_for(message))
        raise PartialFailure.of(ErrorCode.TASK_FAILED, message, hint, **values, log=list(log.lines))

    def _log(self, plan: t.Mapping[str, t.Any], codes: t.Mapping[str, int | None]) -> LogEnd:
        """Return the end of the log of the first container that ran and failed.

        It is read again for some seconds while CloudWatch has no lines of it.
        """
        failed: list[str] = next((log for name, *log in plan["logs"] if codes.get(name)), [])
        began = self._ecs.work.kept.setdefault("log", self._ecs.work.elapsed)
        while True:
            end = ContainerLog(*failed).end(self._logs_client, self._options["log_lines"], self._ecs.hidden)
            if not end.may_follow or self._ecs.work.elapsed - began >= _LOG_GRACE:
                return end
            self._ecs.pause_for(_LOG_DELAY)


def _digest(parameters: t.Mapping[str, t.Any]) -> str:
    """Return a name for what is run, so that the next run with the same options finds it."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:24]
