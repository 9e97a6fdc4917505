# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a stack in slices, and show its events."""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .._host.slices import SliceEnded
from .._secrecy import redact
from .stack import Stack, stack_name

if t.TYPE_CHECKING:
    from types import TracebackType

    from .client import CloudFormationClient

Event = t.Mapping[str, t.Any]

_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
"""States of a stack with which an operation begins."""
_STACK_EVERY = 10
"""After so many looks at the events of a stack, the stack itself is requested, too."""


class StackWatch:
    """One wait for a stack, which the next slice takes up.

    The events of a stack have its states, too. So, while an operation is in progress, one request at a time reads both.

    :param name: the name or the ID of the stack
    """

    def __init__(self, cfn: CloudFormationClient, name: str) -> None:
        self._cfn = cfn
        self._name = name
        new = {"began": cfn.work.elapsed, "looks": 0, "stack": None, "last_event": "", "ended": False, "shown": ""}
        self._kept: dict[str, t.Any] = cfn.work.kept.setdefault("watch", {**new, "events": cfn.shows_progress})

    def __enter__(self) -> StackWatch:
        if self.seen:
            self._cfn.note(**self.seen.as_result())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if kind is None and self._kept["shown"]:
            self.end()
        if kind is not SliceEnded:
            self._cfn.work.kept.pop("watch", None)

    @property
    def seen(self) -> Stack | None:
        """The stack as it was seen last."""
        record = self._kept["stack"]
        return Stack.from_record(record) if record else None

    @property
    def waited(self) -> float:
        """Seconds since the wait began."""
        return self._cfn.work.elapsed - float(self._kept["began"])

    def look(self) -> Stack | None:
        """Return the stack, or ``None`` if AWS does not return it."""
        seen = self.seen
        self._kept["looks"] += 1
        if seen and seen.in_progress and self._kept["events"]:
            continues = self._read_events(seen)
            if continues and self._kept["looks"] % _STACK_EVERY:
                return self.seen
        stack = self._cfn.describe(seen.stack_id if seen else self._name)
        if stack:
            self._kept["stack"] = stack.as_record()
        return stack

    def wait(self) -> None:
        """Wait before the next look.

        :raises OctoAwsError: timed out
        :raises SliceEnded: the slice is over
        """
        stack = self.seen
        if stack is None:
            self._cfn.pause(self.waited, f"AWS did not return the stack {stack_name(self._name)}")
            return
        self._cfn.note(**stack.as_result())
        self._show_state(stack)
        self._cfn.pause(self.waited, f"The stack {stack.name} is in the state {stack.status}", **stack.as_result())

    def end(self) -> None:
        """Show the last events, which were not read if the stack itself showed the end."""
        stack = self.seen
        if stack and self._cfn.shows_progress:
            self._show_state(stack)
            if self._kept["events"] and not self._kept["ended"]:
                self._read_events(stack)

    def _show_state(self, stack: Stack) -> None:
        """Show the stack when the wait begins, and its states if its events cannot be read."""
        shown = self._kept["shown"]
        if not shown or (not self._kept["events"] and shown != stack.status):
            self._cfn.show_state(stack.name, stack.stack_id, stack.status)
            self._kept["shown"] = stack.status

    def _read_events(self, stack: Stack) -> bool:
        """Show new events, oldest first, and take over the state of the stack from them.

        :returns: whether they show that the operation continues
        """
        try:
            events = self._new_events(stack)
        except OctoAwsError as error:
            if error.code is ErrorCode.ACCESS_DENIED:
                self._kept["events"] = False
                self._cfn.work.show(f"{stack.name}: no events, since cloudformation:DescribeStackEvents is denied")
            # The request for the stack itself shows whether AWS can be reached.
            return False
        values = self._cfn.parameters
        hidden = [*self._cfn.secrets, *(value for name, value in values.items() if name not in stack.shown)]
        for event in events:
            self._cfn.work.show(redact(_line(event), hidden))
            if event.get("PhysicalResourceId") == stack.stack_id:
                status = str(event.get("ResourceStatus"))
                changed = dataclasses.replace(stack, status=status)
                self._kept["ended"] = not changed.in_progress
                if changed.in_progress:
                    self._kept["stack"] = changed.as_record()
        return not self._kept["ended"]

    def _new_events(self, stack: Stack) -> list[Event]:
        """Return the events since the last ones, or else since the operation began, oldest first."""
        found: list[Event] = []
        last = self._kept["last_event"]
        for event in self._cfn.pages("describe_stack_events", "StackEvents", StackName=stack.stack_id):
            if last and event.get("EventId") == last:
                break
            found.append(event)
            own = event.get("PhysicalResourceId") == stack.stack_id
            if not last and own and event.get("ResourceStatus") in _BEGINNINGS:
                break
        if found:
            self._kept["last_event"] = found[0].get("EventId") or ""
        return found[::-1]


def _line(event: Event) -> str:
    reason = event.get("ResourceStatusReason")
    line = f"{event.get('StackName')}: {event.get('LogicalResourceId')} ({event.get('ResourceType')})"
    return f"{line} {event.get('ResourceStatus')}{f': {reason}' if reason else ''}"
