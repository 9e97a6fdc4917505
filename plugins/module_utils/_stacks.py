# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: reads stacks and waits for them.

A part, above C(_clients).
"""

from __future__ import annotations

import dataclasses
import re
import time
import typing as t

from ._aws_errors import ask
from ._errors import ErrorCode, OctoAwsError, WorkError

GONE = "DELETE_COMPLETE"
IN_REVIEW = "REVIEW_IN_PROGRESS"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

_GRACE = 30
"""Seconds within which a stack shows that the work on it has begun."""
_SECRET_LENGTH = 8
"""A parameter's value of as many characters may be a secret; a shorter one would tear messages apart."""


@dataclasses.dataclass(frozen=True)
class Stack:
    """A stack, as it was when somebody looked.

    :param turn: differs before and after an operation on the stack
    :param hidden: the parameters whose values AWS does not show (NoEcho)
    """

    stack_id: str
    name: str
    status: str
    reason: str = ""
    outputs: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    protected: bool = False
    turn: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def in_progress(self) -> bool:
        """Whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != IN_REVIEW

    @classmethod
    def of_answer(cls, told: t.Mapping[str, t.Any]) -> Stack:
        """An item of DescribeStacks."""
        return cls(
            stack_id=told["StackId"],
            name=told["StackName"],
            status=told["StackStatus"],
            reason=told.get("StackStatusReason") or "",
            outputs={output["OutputKey"]: output["OutputValue"] for output in told.get("Outputs") or []},
            protected=bool(told.get("EnableTerminationProtection")),
            turn=f"{told['StackStatus']} {told.get('LastUpdatedTime')} {told.get('DeletionTime')}",
            hidden=tuple(
                parameter["ParameterKey"]
                for parameter in told.get("Parameters") or []
                if set(parameter.get("ParameterValue") or "") == {"*"}
            ),
        )

    def as_result(self) -> dict[str, t.Any]:
        """The values of a task's result."""
        return {
            "stack_name": self.name,
            "stack_id": self.stack_id,
            "status": self.status,
            "outputs": dict(self.outputs),
        }


def no_stack(name: str) -> dict[str, t.Any]:
    """The same values for a stack that is not there."""
    return {"stack_name": name, "stack_id": None, "status": None, "outputs": {}}


class Formation:
    """CloudFormation, for one account and within one time.

    :param secrets: values that no message may quote
    :param timeout: seconds for everything that is waited for
    """

    def __init__(self, client: t.Any, secrets: t.Sequence[str], timeout: int) -> None:
        self._client = client
        self.secrets = list(secrets)
        self._timeout = timeout
        self._ends = time.monotonic() + timeout

    def ask(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer to one request; see :func:`._aws_errors.ask`."""
        return ask(self._client, operation, self.secrets, **parameters)

    def pages(self, operation: str, key: str, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """The items of all pages of an answer."""
        token: dict[str, str] = {}
        while True:
            answer = self.ask(operation, **parameters, **token)
            yield from answer.get(key) or []
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def submit(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer to a request that brings a template.

        :raises OctoAwsError: AWS did not take it; no value of a parameter is quoted that may be a secret
        """
        values = [parameter.get("ParameterValue", "") for parameter in parameters.get("Parameters", ())]
        secrets = [*self.secrets, *(value for value in values if len(value) >= _SECRET_LENGTH)]
        try:
            return ask(self._client, operation, secrets, **parameters)
        except OctoAwsError as error:
            raise _explain(error) from None

    def look(self, name_or_id: str) -> Stack | None:
        """The stack, or V(None) where there is none. By its id, a stack can be seen after it was deleted."""
        try:
            told = self.ask("describe_stacks", StackName=name_or_id)["Stacks"]
        except OctoAwsError as error:
            if error.aws_code == "ValidationError" and "does not exist" in error.message:
                return None
            raise
        if not told:
            return None
        stack = Stack.of_answer(told[0])
        if len(told) > 1 or name_or_id not in (stack.name, stack.stack_id):
            raise other_than_asked(f"the stack {name_or_id}", stack.name)
        return stack

    def settled(self, name: str) -> Stack | None:
        """The stack, once nobody is at work on it.

        :raises OctoAwsError: that took too long
        """
        stack = self.look(name)
        for pause in pauses():
            if stack is None or not stack.in_progress:
                break
            self.rest(pause, stack)
            stack = self.look(stack.stack_id)
        return None if stack is None or stack.status == GONE else stack

    def finished(self, stack_id: str, before: Stack | None) -> Stack:
        """The stack after an operation on it that was begun a moment ago.

        :param before: the stack before the operation, which AWS may still show for a moment; V(None) for a new one
        :raises OctoAwsError: that took too long
        """
        begins_until = time.monotonic() + _GRACE
        for pause in pauses():
            stack = self.look(stack_id)
            if stack is None:
                return Stack(stack_id, before.name if before else stack_id, GONE)
            begun = before is None or stack.turn != before.turn or time.monotonic() > begins_until
            if begun and not stack.in_progress:
                return stack
            self.rest(pause, stack)
        raise AssertionError("there are pauses for ever")

    def rest(self, pause: float, stack: Stack) -> None:
        """Wait for a moment for a stack."""
        self.pause(pause, f"The stack {stack.name} is in the state {stack.status}", **stack.as_result())

    def pause(self, pause: float, what: str, **values: t.Any) -> None:
        """Wait for a moment.

        :param what: is going on, for the message
        :raises OctoAwsError: the time is over
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise WorkError.of(
                ErrorCode.STACK_TIMED_OUT,
                f"{what} after {self._timeout} seconds.",
                "Nothing was stopped: AWS goes on with it. Run the task again to wait on, or give more timeout.",
                **values,
            )
        time.sleep(min(pause, left))


def other_than_asked(asked: str, found: str) -> OctoAwsError:
    """The error of a response about something else, with which nothing is done."""
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"The response to a request about {asked!r:.200} is about {found!r:.200}.",
        hint="Nothing was done with it. Check AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
    )


def pauses() -> t.Iterator[float]:
    """Seconds between two looks: short at first, then longer."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 1.5, 10.0)


def _explain(error: OctoAwsError) -> OctoAwsError:
    """What a refusal of CloudFormation means for the task."""
    if error.aws_code == "InsufficientCapabilitiesException":
        named = re.findall(r"CAPABILITY_[A-Z_]+", error.message)
        code, hint = ErrorCode.CAPABILITIES_MISSING, f"If it may do that, give capabilities: [{', '.join(named)}]."
    elif error.aws_code == "ValidationError" and re.search(
        r"Template (format )?error|Template validation error|Invalid template", error.message
    ):
        code, hint = ErrorCode.TEMPLATE_INVALID, "Correct the template; cfn-lint finds such errors before AWS does."
    else:
        return error
    return OctoAwsError(code, error.message, hint=hint, aws_code=error.aws_code, request_id=error.request_id)
