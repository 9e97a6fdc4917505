# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to CloudFormation: read stacks, begin operations, and wait for them."""

from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t
import uuid

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .errors import explain_refusal, unexpected_response
from .options import parameter_values

GONE = "DELETE_COMPLETE"
IN_REVIEW = "REVIEW_IN_PROGRESS"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

_GRACE = 30
"""Seconds until the state of a stack shows a new operation."""
_NO_ECHO = "****"
"""The value of AWS for parameters with ``NoEcho``."""
_STILL_RUNNING = "The operation continues in AWS. Run the task again to wait for it."
_MAYBE_RUNNING = "The operation may have started in AWS. Run the task again to wait for it."


@dataclasses.dataclass(frozen=True)
class Stack:
    """The state of a stack at one point in time.

    :param version: a value that each operation on the stack changes
    :param no_echo: the parameters with values that AWS does not return
    :param change_set_id: of the last executed change set, which AWS no longer finds by its name
    """

    stack_id: str
    name: str
    status: str
    reason: str = ""
    outputs: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    protected: bool = False
    version: str = ""
    no_echo: tuple[str, ...] = ()
    change_set_id: str = ""

    @property
    def in_progress(self) -> bool:
        """Whether an operation on the stack is in progress."""
        return self.status.endswith("_IN_PROGRESS") and self.status != IN_REVIEW

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any]) -> Stack:
        """Read an item of DescribeStacks."""
        return cls(
            stack_id=response["StackId"],
            name=response["StackName"],
            status=response["StackStatus"],
            reason=response.get("StackStatusReason") or "",
            outputs={output["OutputKey"]: output["OutputValue"] for output in response.get("Outputs") or []},
            protected=bool(response.get("EnableTerminationProtection")),
            version=f"{response['StackStatus']} {response.get('LastUpdatedTime')} {response.get('DeletionTime')}",
            no_echo=tuple(
                parameter["ParameterKey"]
                for parameter in response.get("Parameters") or []
                if parameter.get("ParameterValue") == _NO_ECHO
            ),
            change_set_id=response.get("ChangeSetId") or "",
        )

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
        return {
            "stack_name": self.name,
            "stack_id": self.stack_id,
            "status": self.status,
            "outputs": dict(self.outputs),
        }


def no_stack_result(name: str) -> dict[str, t.Any]:
    """Return values for the result of a task, for a stack that does not exist."""
    return {"stack_name": name, "stack_id": None, "status": None, "outputs": {}}


class CloudFormation:
    """CloudFormation for one account, with a time limit.

    :param secrets: values to mask in messages
    :param timeout: seconds for all waiting together
    """

    def __init__(self, client: t.Any, secrets: t.Sequence[str], timeout: int) -> None:
        self._client = client
        self.secrets = list(secrets)
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._known: dict[str, t.Any] = {}
        self._hint = ""

    @contextlib.contextmanager
    def tracking_state(self) -> t.Iterator[None]:
        """Add the last known state of the stack, and a hint about a continuing operation, to errors in this context."""
        try:
            yield
        except OctoAwsError as error:
            raise self._with_state(error) from None
        except KeyboardInterrupt:
            raise self._with_state(OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The task was interrupted.")) from None

    def note(self, **values: t.Any) -> None:
        """Set values for the result of a later error, such as ``changed``."""
        self._known.update(values)

    def note_leftover(self, hint: str, stack: str, **values: t.Any) -> None:
        """Note a resource that should have been removed from AWS.

        :param hint: names the resource, and how to remove it
        :param stack: the name or the ID of its stack
        """
        name, stack_id = (_stack_name(stack), stack) if stack.startswith("arn:") else (stack, None)
        if self._known.get("stack_id") != stack_id or not stack_id:
            self.note(**{**no_stack_result(name), "stack_id": stack_id})
        self.note(changed=True, **values)
        self._hint = hint

    def _with_state(self, error: OctoAwsError) -> OctoAwsError:
        hint = self._hint
        if error.code is ErrorCode.STACK_TIMED_OUT and hint in (_STILL_RUNNING, _MAYBE_RUNNING):
            hint = ""  # in the error already
        elif hint and self._known.get("stack_id"):
            status = self._known.get("status") or "unknown"
            error = error.about(f"The stack {self._known['stack_name']} ({self._known['stack_id']}), state {status}")
        elif hint and self._known.get("stack_name"):
            error = error.about(f"The stack {self._known['stack_name']}")
        if hint and error.code is ErrorCode.SESSION_TOKEN_EXPIRED:
            # Only the session of this task has expired; the saved credentials are still valid.
            error = error.with_text(error.message, "")
        return PartialFailure.after(error, hint, **self._known)

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

    def begin(self, operation: str, stack: Stack | str, **parameters: t.Any) -> dict[str, t.Any]:
        """Begin an operation on a stack, and return the response; see :meth:`wait_for_operation`.

        :param stack: the stack before the operation, or the name of a new one
        """
        try:
            response = self.submit(operation, **parameters)
        except OctoAwsError as error:
            if error.may_have_worked:
                self._note_begun(stack, _MAYBE_RUNNING)
            raise
        self._note_begun(stack, _STILL_RUNNING, response.get("StackId"))
        return response

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

    def wait_until_idle(self, name: str) -> Stack | None:
        """Wait for other operations on the stack, and return the stack.

        :raises OctoAwsError: timed out
        """
        stack = self.describe(name)
        for delay in delays():
            if stack is None or not stack.in_progress:
                break
            self._wait(delay, stack)
            stack = self.describe(stack.stack_id)
        if stack is None or stack.status == GONE:
            return None
        self.note(**stack.as_result())
        return stack

    def wait_for_operation(
        self, stack_id: str, before: Stack | None, is_done: t.Callable[[], bool] | None = None
    ) -> Stack:
        """Wait for the operation that has just begun, and return the stack.

        :param before: the stack before the operation, which AWS may still return for a moment; ``None`` for a new one,
            which AWS may not return yet
        :param is_done: whether the operation has ended, if the state of the stack alone does not show it
        :raises OctoAwsError: timed out
        """
        grace_end = time.monotonic() + _GRACE
        seen = before
        for delay in delays():
            stack = self.describe(stack_id)
            late = time.monotonic() > grace_end
            if stack is None:
                if seen or late:
                    return self._note_ended(
                        dataclasses.replace(seen or Stack(stack_id, _stack_name(stack_id), ""), status=GONE)
                    )
                self.sleep(delay, f"AWS did not return the stack {_stack_name(stack_id)}")
                continue
            seen = stack
            if not stack.in_progress:
                if is_done is None and (before is None or stack.version != before.version or late):
                    return self._note_ended(stack)
                if is_done is not None and is_done():
                    # The stack was read before the operation ended.
                    is_done = before = None
                    continue
            self._wait(delay, stack)
        raise AssertionError("delays() never ends")

    def _note_ended(self, stack: Stack) -> Stack:
        self._hint = ""
        self.note(**stack.as_result())
        return stack

    def _wait(self, delay: float, stack: Stack) -> None:
        self.note(**stack.as_result())
        self.sleep(delay, f"The stack {stack.name} is in the state {stack.status}", **stack.as_result())

    def sleep(self, delay: float, state: str, **values: t.Any) -> None:
        """Wait before the next request.

        :param state: a clause for the message of a timeout
        :raises OctoAwsError: timed out
        """
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise PartialFailure.of(
                ErrorCode.STACK_TIMED_OUT,
                f"{state} after {self._timeout} seconds.",
                "The operation continues in AWS. Run the task again to wait for it, or raise timeout.",
                **values,
            )
        time.sleep(min(delay, remaining))


def delays() -> t.Iterator[float]:
    """Yield seconds to wait between requests, from 1 to 10."""
    delay = 1.0
    while True:
        yield delay
        delay = min(delay * 1.5, 10.0)


def request_token() -> str:
    """Return a token with which AWS detects repeated requests, and which marks the events of an operation."""
    return f"octo-aws-{uuid.uuid4()}"


def _stack_name(stack_id: str) -> str:
    """Return the name from the ARN of a stack, ``arn:...:stack/NAME/ID``."""
    return stack_id.split("/")[1] if "/" in stack_id else stack_id
