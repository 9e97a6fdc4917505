# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to ECS, and waits with a time limit."""

from __future__ import annotations

import contextlib
import typing as t

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._host.slices import SlicedWork

_DESCRIBED_AT_ONCE = 100
"""The most tasks of one DescribeTasks."""
_WORDS_OF_UNKNOWN_DEFINITION = "Unable to describe task definition"


class EcsClient:
    """Requests to ECS for one account, with a time limit.

    :param secrets: values to mask in messages
    :param timeout: seconds for all waiting together
    :param work: the slices of the task
    :param hidden: more values to mask, where AWS may quote what a request contained
    :param progress: whether the action shows what happens, if the work runs in slices
    """

    def __init__(
        self,
        client: t.Any,
        secrets: t.Sequence[str],
        timeout: int,
        work: SlicedWork | None = None,
        *,
        hidden: t.Sequence[str] = (),
        progress: bool = False,
    ) -> None:
        self._client = client
        self.secrets = list(secrets)
        self.hidden = [*secrets, *hidden]
        self._timeout = timeout
        self.work = work or SlicedWork()
        self._progress = progress and self.work.sliced
        self._known: dict[str, t.Any] = dict(self.work.kept.get("known", {}))
        self._subject, self._hint = self.work.kept.get("about", ("", ""))

    @contextlib.contextmanager
    def tracking_state(self) -> t.Iterator[None]:
        """Add the last known state, and a hint about work that continues in AWS, to errors in this context."""
        try:
            yield
        except OctoAwsError as error:
            raise self._with_state(error) from None
        except KeyboardInterrupt:
            raise self._with_state(OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The task was interrupted.")) from None

    def _with_state(self, error: OctoAwsError) -> PartialFailure:
        known = isinstance(error, PartialFailure) or not self._subject
        if not known:
            error = error.about(self._subject)
            if error.code is ErrorCode.SESSION_TOKEN_EXPIRED:
                # Only the session of this task has expired; the saved credentials are still valid.
                error = error.with_text(error.message, "")
        return PartialFailure.after(error, "" if known else self._hint, **self._known)

    def note(self, **values: t.Any) -> None:
        """Set values for the result of a later error, such as ``changed``."""
        self._known.update(values)
        self.work.kept["known"] = self._known

    def note_running(self, subject: str, hint: str) -> None:
        """Note work that continues in AWS, for errors of the wait.

        :param subject: names the thing and its state
        :param hint: how to wait for it again, and its address in the console
        """
        self._subject, self._hint = subject, hint
        self.work.kept["about"] = [subject, hint]

    def show(self, line: str) -> None:
        """Let the action show a line now."""
        if self._progress and not self.work.in_step:
            self.work.show(line)

    def call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """Send one request, and return its response; see :func:`.._aws.errors.call`."""
        try:
            return call(self._client, operation, self.hidden, **parameters)
        except OctoAwsError as error:
            raise _explain(error, parameters) from None

    def inputs_of(self, operation: str) -> set[str]:
        """Return the parameters that an operation has, such as ``RegisterTaskDefinition``."""
        return set(self._client.meta.service_model.operation_model(operation).input_shape.members)

    def service(self, cluster: str, service: str) -> dict[str, t.Any]:
        """Return a service with its tags.

        :raises OctoAwsError: there is no such service
        """
        response = self.call("describe_services", cluster=cluster, services=[service], include=["TAGS"])
        found: list[dict[str, t.Any]] = response.get("services") or []
        if not found or found[0].get("status") == "INACTIVE":
            raise OctoAwsError(
                ErrorCode.SERVICE_UNKNOWN,
                f"The cluster {cluster} has no service {service}.",
                hint=f"Correct service, cluster or region. To list the services, run `aws ecs list-services --cluster "
                f"{cluster}`.",
            )
        return found[0]

    def task_definition(self, name: str) -> dict[str, t.Any]:
        """Return a response of DescribeTaskDefinition, with tags.

        :raises OctoAwsError: there is no such task definition
        """
        return self.call("describe_task_definition", taskDefinition=name, include=["TAGS"])

    def tasks(self, cluster: str, **filters: t.Any) -> list[dict[str, t.Any]]:
        """Return all tasks of a cluster that match filters of ListTasks."""
        arns: list[str] = []
        token: dict[str, str] = {}
        while True:
            response = self.call("list_tasks", cluster=cluster, **filters, **token)
            arns += response.get("taskArns") or []
            if not response.get("nextToken"):
                break
            token = {"nextToken": response["nextToken"]}
        tasks: list[dict[str, t.Any]] = []
        for first in range(0, len(arns), _DESCRIBED_AT_ONCE):
            end = first + _DESCRIBED_AT_ONCE
            some = arns[first:end]
            tasks += self.call("describe_tasks", cluster=cluster, tasks=some).get("tasks") or []
        return tasks

    def pause(self, waited: float, code: ErrorCode, values: t.Callable[[], t.Mapping[str, t.Any]] = dict) -> None:
        """Wait before the next request, or end the slice.

        :param waited: seconds since the wait began
        :param code: of a timeout
        :param values: returns values for the result of a timeout; ``problem`` is a clause for its message
        :raises OctoAwsError: timed out
        :raises SliceEnded: the next slice takes up the wait
        """
        remaining = self._timeout - self.work.elapsed
        if remaining <= 0:
            found = dict(values())
            problem = found.pop("problem", "")
            clause = f": {problem.rstrip('.')}" if problem else ""
            raise PartialFailure.of(
                code,
                f"{self._subject} after {self._timeout} seconds{clause}.",
                self._hint,
                **found,
            )
        self.pause_for(min(delay_after(waited), remaining))

    def pause_for(self, seconds: float) -> None:
        """Wait, or end the slice.

        :raises SliceEnded: the next slice takes up the wait
        """
        self.work.report_unfinished(self._subject, self._hint, self._known)
        self.work.pause(seconds)


def delay_after(waited: float) -> float:
    """Return the seconds until the next request, from 1 to 15. A rollout of 20 minutes needs about 100 requests.

    :param waited: seconds since the wait began
    """
    return min(max(1.0, waited / 10), 15.0)


def _explain(error: OctoAwsError, parameters: t.Mapping[str, t.Any]) -> OctoAwsError:
    if error.is_refusal("ClusterNotFoundException"):
        return error.with_text(
            f"There is no cluster {parameters.get('cluster')}.",
            "Correct cluster or region. To list the clusters, run `aws ecs list-clusters`.",
            ErrorCode.CLUSTER_UNKNOWN,
        )
    if error.is_refusal("ClientException", message=_WORDS_OF_UNKNOWN_DEFINITION):
        return error.with_text(
            f"There is no task definition {parameters.get('taskDefinition')}.",
            "Correct it. To list the revisions, run `aws ecs list-task-definitions`.",
            ErrorCode.TASK_DEFINITION_UNKNOWN,
        )
    return error
