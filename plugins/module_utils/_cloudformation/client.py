# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to CloudFormation: read stacks, and begin operations."""

from __future__ import annotations

import contextlib
import typing as t

from .._aws.console import with_console
from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._host.slices import SlicedWork
from .console import console_url
from .errors import explain_refusal, unexpected_response
from .options import parameter_values
from .stack import Stack, no_stack_result, stack_name

STILL_RUNNING = "The operation continues in AWS. Run the task again to wait for it."
MAYBE_RUNNING = "The operation may have started in AWS. Run the task again to wait for it."


class CloudFormationClient:
    """Requests to CloudFormation about a stack for one account, with a time limit.

    :param secrets: values to mask in messages
    :param timeout: seconds for all waiting together
    :param work: the slices of the task
    :param parameters: the values of the stack's parameters, which are masked in events unless AWS returns them
    :param progress: whether the action shows what happens, if the work runs in slices
    """

    TIMED_OUT = ErrorCode.STACK_TIMED_OUT

    def __init__(
        self,
        client: t.Any,
        secrets: t.Sequence[str],
        timeout: int,
        work: SlicedWork | None = None,
        parameters: t.Mapping[str, str] | None = None,
        *,
        progress: bool = False,
    ) -> None:
        self._client = client
        self.secrets = list(secrets)
        self._timeout = timeout
        self.work = work or SlicedWork()
        self.parameters = parameters or {}
        self._progress = progress and self.work.sliced
        self._known: dict[str, t.Any] = dict(self.work.kept.get("known", {}))
        self._hint = ""

    @contextlib.contextmanager
    def tracking_state(self) -> t.Iterator[None]:
        """Add the last known state of the stack, and a hint about a continuing operation, to errors in this context."""
        try:
            yield
        except OctoAwsError as error:
            error = self._with_state(error)
            self.show_end(error.values)
            raise error from None
        except KeyboardInterrupt:
            raise self._with_state(OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The task was interrupted.")) from None

    @property
    def shows_progress(self) -> bool:
        """Whether the action shows what happens now. What is only a part of a step is not shown."""
        return self._progress and not self.work.in_step

    def show_state(self, name: str, stack_id: str, status: str) -> None:
        """Let the action show the state of a stack, with its address in the console."""
        if not self.shows_progress:
            return
        self.work.kept["shown"] = True
        self.work.show(", ".join(filter(None, (f"stack {name} is {status}", console_url(stack_id)))))

    def show_end(self, values: t.Mapping[str, t.Any]) -> None:
        """Let the action show the last known state after a failure."""
        if self.work.kept.get("shown") and values.get("stack_id"):
            self.show_state(values["stack_name"], values["stack_id"], values["status"])

    def note(self, **values: t.Any) -> None:
        """Set values for the result of a later error, such as ``changed``."""
        self._known.update(values)

    def note_leftover(self, hint: str, stack: str, **values: t.Any) -> None:
        """Note a resource that should have been removed from AWS.

        :param hint: names the resource, and how to remove it
        :param stack: the name or the ID of its stack
        """
        name, stack_id = (stack_name(stack), stack) if stack.startswith("arn:") else (stack, None)
        if self._known.get("stack_id") != stack_id or not stack_id:
            self.note(**{**no_stack_result(name), "stack_id": stack_id})
        self.note(changed=True, **values)
        self._hint = hint

    def _with_state(self, error: OctoAwsError) -> PartialFailure:
        hint = self._hint
        if error.code is self.TIMED_OUT and hint in (STILL_RUNNING, MAYBE_RUNNING):
            hint = ""  # in the error already
        elif hint:
            error = error.about(self._subject)
        if hint and error.code is ErrorCode.SESSION_TOKEN_EXPIRED:
            # Only the session of this task has expired; the saved credentials are still valid.
            error = error.with_text(error.message, "")
        if error.code is self.TIMED_OUT or hint in (STILL_RUNNING, MAYBE_RUNNING):
            hint = self._with_console(hint)
        return PartialFailure.after(error, hint, **self._known)

    @property
    def was_seen(self) -> bool:
        """Whether AWS has returned the stack during the task."""
        return bool(self._known.get("stack_id"))

    @property
    def _subject(self) -> str:
        """The object of the work and its last known state, for a message."""
        known = self._known
        if known.get("stack_id"):
            return f"The stack {known['stack_name']} ({known['stack_id']}), state {known.get('status') or 'unknown'}"
        return f"The stack {known['stack_name']}" if known.get("stack_name") else ""

    @property
    def _url(self) -> str:
        """The address of the stack in the console; empty if it is not known."""
        return console_url(self._known.get("stack_id") or "")

    def _with_console(self, hint: str) -> str:
        return with_console(self._url, hint)

    def report_unfinished(self) -> None:
        """Report the error message for a next slice that cannot run."""
        self.work.report_unfinished(self._subject, self._with_console(self._hint), self._known)

    def call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """Send one request, and return its response; see :func:`.._aws.errors.call`."""
        return call(self._client, operation, self.secrets, **parameters)

    def pages(self, operation: str, key: str, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """Yield the items of all pages of a response."""
        token: dict[str, str] = {}
        while True:
            response = self.call(operation, **parameters, **token)
            yield from response.get(key) or []
            if not response.get("NextToken"):
                return
            token = {"NextToken": response["NextToken"]}

    def resources(self, stack_id: str) -> list[dict[str, t.Any]]:
        """Return the resources of a stack that are not deleted."""
        resources = self.pages("list_stack_resources", "StackResourceSummaries", StackName=stack_id)
        return [resource for resource in resources if resource.get("ResourceStatus") != "DELETE_COMPLETE"]

    def submit(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """Send a request with a template, and return its response.

        :raises OctoAwsError: the request failed; values of parameters are masked
        """
        try:
            return call(self._client, operation, [*self.secrets, *parameter_values(parameters)], **parameters)
        except OctoAwsError as error:
            raise explain_refusal(error) from None

    def request_token(self) -> str:
        """Return a token with which AWS detects repeated requests, and which marks the events of an operation."""
        return f"octo-aws-{self.work.token()}"

    def begin(self, operation: str, stack: Stack | str, **parameters: t.Any) -> str | None:
        """Begin an operation on a stack; see :meth:`wait_for_operation`.

        :param stack: the stack before the operation, or the name of a new one
        :returns: the stack's ID, empty if AWS does not return it; ``None`` if there is nothing to update
        """
        try:
            stack_id = self.work.step(lambda: self._begin(operation, parameters))
        except OctoAwsError as error:
            if error.may_have_worked:
                self._note_begun(stack, MAYBE_RUNNING)
            raise
        if stack_id is not None:
            self._note_begun(stack, STILL_RUNNING, stack_id or None)
        return stack_id

    def _begin(self, operation: str, parameters: t.Mapping[str, t.Any]) -> str | None:
        try:
            return str(self.submit(operation, **parameters).get("StackId") or "")
        except OctoAwsError as error:
            if error.is_refusal("ValidationError", message="No updates are to be performed"):
                return None
            raise

    def _note_begun(self, stack: Stack | str, hint: str, stack_id: str | None = None) -> None:
        values = stack.as_result() if isinstance(stack, Stack) else {**no_stack_result(stack), "stack_id": stack_id}
        self.note(changed=True, **values)
        self._hint = hint

    def describe(self, name_or_id: str) -> Stack | None:
        """Return the stack, or ``None`` if it does not exist. AWS returns a deleted stack for its ID."""
        try:
            stacks = self.call("describe_stacks", StackName=name_or_id)["Stacks"]
        except OctoAwsError as error:
            if error.is_refusal("ValidationError", message="does not exist"):
                return None
            raise
        if not stacks:
            return None
        stack = Stack.from_response(stacks[0])
        if len(stacks) > 1 or name_or_id not in (stack.name, stack.stack_id):
            raise unexpected_response(f"the stack {name_or_id}", stack.name)
        return stack

    def pause(self, waited: float, state: str, **values: t.Any) -> None:
        """Wait before the next request, or end the slice.

        :param waited: seconds since the wait began
        :param state: a clause for the message of a timeout
        :raises OctoAwsError: timed out
        :raises SliceEnded: the next slice takes up the wait
        """
        remaining = self._timeout - self.work.elapsed
        if remaining <= 0:
            raise PartialFailure.of(
                self.TIMED_OUT,
                f"{state} after {self._timeout} seconds.",
                "The operation continues in AWS. Run the task again to wait for it, or raise timeout.",
                **values,
            )
        self.report_unfinished()
        self.work.pause(min(delay_after(waited), remaining))


def delay_after(waited: float) -> float:
    """Return the seconds until the next request, from 1 to 45.

    The end of an operation of 20 seconds is seen within 2 seconds. One of an hour needs fewer than 120 requests.

    :param waited: seconds since the wait began
    """
    return min(max(1.0, waited / (10 if waited < 20 else 5)), 45.0)
