# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for operations on stacks."""

from __future__ import annotations

import dataclasses
import typing as t

from .client import CloudFormationClient
from .stack import GONE, Stack, stack_name
from .watch import StackWatch

_GRACE = 30
"""Seconds until the state of a stack shows a new operation."""


class CloudFormation(CloudFormationClient):
    """CloudFormation for one account, which waits for operations."""

    def wait_until_idle(self, name: str) -> Stack | None:
        """Wait for other operations on the stack, and return the stack.

        :raises OctoAwsError: timed out
        """
        record = self.work.step(lambda: self._wait_until_idle(name), may_wait=True)
        if record is None:
            return None
        stack = Stack.from_record(record)
        self.note(**stack.as_result())
        return stack

    def _wait_until_idle(self, name: str) -> dict[str, t.Any] | None:
        with StackWatch(self, name) as watch:
            while True:
                stack = watch.look()
                if stack is None or not stack.in_progress:
                    return None if stack is None or stack.status == GONE else stack.as_record()
                watch.wait()

    def wait_for_operation(
        self, stack_id: str, before: Stack | None, is_done: t.Callable[[], bool] | None = None
    ) -> Stack:
        """Wait for the operation that has just begun, and return the stack.

        :param before: the stack before the operation, which AWS may still return for a moment; ``None`` for a new one,
            which AWS may not return yet
        :param is_done: whether the operation has ended, if the state of the stack alone does not show it
        :raises OctoAwsError: timed out
        """
        record = self.work.step(lambda: self._wait_for_operation(stack_id, before, is_done), may_wait=True)
        stack = Stack.from_record(record)
        self._hint = ""
        self.note(**stack.as_result())
        return stack

    def _wait_for_operation(
        self, stack_id: str, before: Stack | None, is_done: t.Callable[[], bool] | None
    ) -> dict[str, t.Any]:
        with StackWatch(self, stack_id) as watch:
            seen = watch.seen or before
            while True:
                stack = watch.look()
                late = watch.waited > _GRACE
                if stack is None:
                    if seen or late:
                        gone = dataclasses.replace(seen or Stack(stack_id, stack_name(stack_id), ""), status=GONE)
                        return gone.as_record()
                    watch.wait()
                    continue
                seen = stack
                if not stack.in_progress:
                    if is_done is None and (before is None or stack.version != before.version or late):
                        watch.end()
                        return stack.as_record()
                    if is_done is not None and is_done():
                        # The stack was read before the operation ended.
                        is_done = before = None
                        continue
                watch.wait()

    def begun(self, stack_id: str, before: Stack | None, operation: str) -> Stack:
        """Return a stack with an operation that is not waited for.

        :param before: the stack before the operation, which AWS may still return for a moment
        :param operation: such as ``CREATE``
        """
        stack = self.describe(stack_id)
        if stack is None or (before and stack.version == before.version):
            known = stack or before or Stack(stack_id, stack_name(stack_id), "")
            return dataclasses.replace(known, status=f"{operation}_IN_PROGRESS")
        return stack

    def wait_for_others(self, name: str) -> None:
        """Wait before the work starts again, since another operation began on the stack after it was read.

        :raises OctoAwsError: timed out
        """
        began = self.work.kept.setdefault("busy_since", self.work.elapsed)
        self.work.restart()
        self.work.kept["known"] = self._known
        self.pause(self.work.elapsed - began, f"Another operation is in progress on the stack {name}")
