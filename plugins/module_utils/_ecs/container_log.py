# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the end of a container's log from CloudWatch Logs."""

from __future__ import annotations

import typing as t

from .._aws.errors import call
from .._errors import OctoAwsError
from .._secrecy import redact

_LONGEST = 2_000
"""Characters of a line in a result."""


class LogEnd(t.NamedTuple):
    """The end of a log.

    :param lines: the last lines
    :param problem: a clause about a log that cannot be read
    :param may_follow: whether there are no lines yet, which CloudWatch can return later
    """

    lines: t.Sequence[str] = ()
    problem: str = ""
    may_follow: bool = False


class ContainerLog(t.NamedTuple):
    """The log of a container.

    :param group: the log group; empty if the container does not log to CloudWatch Logs
    :param stream: empty if it cannot be known
    :param region: of the log group
    """

    group: str = ""
    stream: str = ""
    region: str = ""

    @classmethod
    def of(cls, container: t.Mapping[str, t.Any], task_arn: str) -> ContainerLog:
        """Return the log of a container of a task.

        :param container: an item of ``containerDefinitions``
        """
        configuration = container.get("logConfiguration") or {}
        options = configuration.get("options") or {}
        if configuration.get("logDriver") != "awslogs":
            return cls()
        prefix, task_id = options.get("awslogs-stream-prefix"), task_arn.rpartition("/")[2]
        # Without a prefix, the name of the stream is an ID of Docker.
        stream = f"{prefix}/{container['name']}/{task_id}" if prefix else ""
        region = options.get("awslogs-region") or task_arn.split(":")[3]
        return cls(options.get("awslogs-group") or "", stream, region)

    def end(self, client_for: t.Callable[[str], t.Any], lines: int, hidden: t.Sequence[str]) -> LogEnd:
        """Return the end of the log.

        :param client_for: returns a client of CloudWatch Logs for a region
        :param hidden: values to mask
        """
        if not self.group or not lines:
            return LogEnd()
        if not self.stream:
            return LogEnd(problem=f"its log in {self.group} has no awslogs-stream-prefix, so its stream is not known")
        try:
            response = call(
                client_for(self.region),
                "get_log_events",
                hidden,
                logGroupName=self.group,
                logStreamName=self.stream,
                limit=lines,
                startFromHead=False,
            )
        except OctoAwsError as error:
            if error.is_refusal("ResourceNotFoundException"):
                return LogEnd(problem=f"it has no log {self.stream} in {self.group}", may_follow=True)
            return LogEnd(problem=f"its log cannot be read ({error.message.rstrip('.')})")
        messages = [str(event.get("message") or "") for event in response.get("events") or []]
        return LogEnd([redact(message, hidden)[:_LONGEST] for message in messages], may_follow=not messages)
