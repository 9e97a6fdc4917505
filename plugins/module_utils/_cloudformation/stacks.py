# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: reads stacks and waits for them.

A part, above ``_clients``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t
import uuid

from .._aws.errors import call
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .options import parameter_values

GONE = "DELETE_COMPLETE"
IN_REVIEW = "REVIEW_IN_PROGRESS"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

_GRACE = 30
"""Seconds within which a stack shows that the work on it has begun."""
_NO_ECHO = "****"
"""What AWS shows in place of the value of a parameter with ``NoEcho``."""
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_TEMPLATE_MESSAGES = ("Template error", "Template format error", "Template validation error", "Invalid template")
_STILL_RUNNING = "The operation goes on in AWS. Run the task again to wait for it."
_MAYBE_RUNNING = "It is not known whether AWS began the operation. Run the task again to wait for what is under way."
_PARAMETER_HINTS = {
    "] must have values": "Give them in parameters, or give them a Default in the template.",
    "] do not exist in the template": "Take them out of parameters, or add them to the template.",
}
"""Words of AWS about parameters, and what to do."""


@dataclasses.dataclass(frozen=True)
class Stack:
    """A stack, as it was when somebody looked.

    :param turn: differs before and after an operation on the stack
    :param hidden: the parameters that have values which AWS does not show (NoEcho)
    :param change_set_id: of the change set that was executed last; by its name, AWS does not find it any more
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
        """Whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != IN_REVIEW

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any]) -> Stack:
        """An item of DescribeStacks."""
        return cls(
            stack_id=told["StackId"],
            name=told["StackName"],
            status=told["StackStatus"],
            reason=told.get("StackStatusReason") or "",
            outputs={output["OutputKey"]: output["OutputValue"] for output in told.get("Outputs") or []},
            protected=bool(told.get("EnableTerminationProtection")),
            version=f"{told['StackStatus']} {told.get('LastUpdatedTime')} {told.get('DeletionTime')}",
            no_echo=tuple(
                parameter["ParameterKey"]
                for parameter in told.get("Parameters") or []
                if parameter.get("ParameterValue") == _NO_ECHO
            ),
            change_set_id=told.get("ChangeSetId") or "",
        )

    def as_result(self) -> dict[str, t.Any]:
        """The values of a task's result."""
        return {
            "stack_name": self.name,
            "stack_id": self.stack_id,
            "status": self.status,
            "outputs": dict(self.outputs),
        }


def no_stack_result(name: str) -> dict[str, t.Any]:
    """The same values for a stack that is not there."""
    return {"stack_name": name, "stack_id": None, "status": None, "outputs": {}}


class CloudFormation:
    """CloudFormation, for one account and within one time.

    :param secrets: values that no message may quote
    :param timeout: seconds for everything that is waited for
    """

    def __init__(self, client: t.Any, secrets: t.Sequence[str], timeout: int) -> None:
        self._client = client
        self.secrets = list(secrets)
        self._timeout = timeout
        self._ends = time.monotonic() + timeout
        self._known: dict[str, t.Any] = {}
        self._leftover_hint = ""

    @contextlib.contextmanager
    def tracking_state(self) -> t.Iterator[None]:
        """A failure inside has what is known of the stack by then, and says what goes on without it."""
        try:
            yield
        except OctoAwsError as error:
            raise self._after(error) from None
        except KeyboardInterrupt:
            raise self._after(OctoAwsError(ErrorCode.EXECUTOR_FAILED, "The task was interrupted.")) from None

    def note(self, **values: t.Any) -> None:
        """Add values to the result of a failure that may come, such as ``changed``."""
        self._known.update(values)

    def left(self, what: str, stack: str, **values: t.Any) -> None:
        """Note something that stays in AWS and should not.

        :param what: and how it is removed, for a hint
        :param stack: the name or the id of the stack that it belongs to
        """
        name, stack_id = (_name_of(stack), stack) if stack.startswith("arn:") else (stack, None)
        if self._known.get("stack_id") != stack_id or not stack_id:
            self.note(**{**no_stack_result(name), "stack_id": stack_id})
        self.note(changed=True, **values)
        self._leftover_hint = what

    def _after(self, error: OctoAwsError) -> OctoAwsError:
        hint = self._leftover_hint
        if error.code is ErrorCode.STACK_TIMED_OUT and hint in (_STILL_RUNNING, _MAYBE_RUNNING):
            hint = ""  # says so itself
        elif hint and self._known.get("stack_id"):
            status = self._known.get("status") or "unknown"
            error = error.about(f"The stack {self._known['stack_name']} ({self._known['stack_id']}), state {status}")
        elif hint and self._known.get("stack_name"):
            error = error.about(f"The stack {self._known['stack_name']}")
        if hint and error.code is ErrorCode.SESSION_TOKEN_EXPIRED:
            # The session of this task alone has ended; what it was made of need not be saved again.
            error = error.with_text(error.message, "")
        return PartialFailure.after(error, hint, **self._known)

    def call(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer to one request; see :func:`._aws_errors.ask`."""
        return call(self._client, operation, self.secrets, **parameters)

    def pages(self, operation: str, key: str, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """The items of all pages of an answer."""
        token: dict[str, str] = {}
        while True:
            answer = self.call(operation, **parameters, **token)
            yield from answer.get(key) or []
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def submit(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer to a request that brings a template.

        :raises OctoAwsError: AWS did not take it; no value of a parameter is quoted that may be a secret
        """
        try:
            return call(self._client, operation, [*self.secrets, *parameter_values(parameters)], **parameters)
        except OctoAwsError as error:
            raise _explain(error) from None

    def begin(self, operation: str, stack: Stack | str, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer to a request that begins an operation on a stack; :func:`finished` waits for its end.

        :param stack: the name of one that is to be created
        """
        try:
            answer = self.submit(operation, **parameters)
        except OctoAwsError as error:
            if error.may_have_worked:
                self._note_begun(stack, _MAYBE_RUNNING)
            raise
        self._note_begun(stack, _STILL_RUNNING, answer.get("StackId"))
        return answer

    def _note_begun(self, stack: Stack | str, hint: str, stack_id: str | None = None) -> None:
        values = stack.as_result() if isinstance(stack, Stack) else {**no_stack_result(stack), "stack_id": stack_id}
        self.note(changed=True, **values)
        self._leftover_hint = hint

    def describe(self, name_or_id: str) -> Stack | None:
        """The stack, or ``None`` where there is none. By its id, a stack can be seen after it was deleted."""
        try:
            told = self.call("describe_stacks", StackName=name_or_id)["Stacks"]
        except OctoAwsError as error:
            if error.is_refusal("ValidationError", message="does not exist"):
                return None
            raise
        if not told:
            return None
        stack = Stack.from_response(told[0])
        if len(told) > 1 or name_or_id not in (stack.name, stack.stack_id):
            raise unexpected_response(f"the stack {name_or_id}", stack.name)
        return stack

    def wait_until_idle(self, name: str) -> Stack | None:
        """The stack, once nobody is at work on it.

        :raises OctoAwsError: that took too long
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

    def wait_for_operation(self, stack_id: str, before: Stack | None, over: t.Callable[[], bool] | None = None) -> Stack:
        """The stack after an operation on it that was begun a moment ago.

        :param before: the stack before the operation, which AWS may still show for a moment; ``None`` for a new one,
            which AWS may not show yet
        :param over: whether AWS says that the operation has ended, where there is something to look at besides the
            stack
        :raises OctoAwsError: that took too long
        """
        shows_until = time.monotonic() + _GRACE
        seen = before
        for delay in delays():
            stack = self.describe(stack_id)
            late = time.monotonic() > shows_until
            if stack is None:
                if seen or late:
                    return self._note_ended(
                        dataclasses.replace(seen or Stack(stack_id, _name_of(stack_id), ""), status=GONE)
                    )
                self.sleep(delay, f"AWS does not show the stack {_name_of(stack_id)}")
                continue
            seen = stack
            if not stack.in_progress:
                if over is None and (before is None or stack.version != before.version or late):
                    return self._note_ended(stack)
                if over is not None and over():
                    # The stack was looked at before this.
                    over = before = None
                    continue
            self._wait(delay, stack)
        raise AssertionError("there are pauses for ever")

    def _note_ended(self, stack: Stack) -> Stack:
        self._leftover_hint = ""
        self.note(**stack.as_result())
        return stack

    def _wait(self, pause: float, stack: Stack) -> None:
        """Wait for a moment for a stack."""
        self.note(**stack.as_result())
        self.sleep(delay, f"The stack {stack.name} is in the state {stack.status}", **stack.as_result())

    def sleep(self, pause: float, what: str, **values: t.Any) -> None:
        """Wait for a moment.

        :param what: is going on, for the message
        :raises OctoAwsError: the time is over
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise PartialFailure.of(
                ErrorCode.STACK_TIMED_OUT,
                f"{what} after {self._timeout} seconds.",
                "Nothing was stopped: AWS goes on with it. Run the task again to wait on, or give more timeout.",
                **values,
            )
        time.sleep(min(pause, left))


def unexpected_response(asked: str, found: str) -> OctoAwsError:
    """The error of a response about something else, with which nothing is done."""
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"The response to a request about {asked!r:.200} is about {found!r:.200}.",
        hint="Nothing was done with it. Check AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
    )


def delays() -> t.Iterator[float]:
    """Seconds between two looks: short at first, then longer."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 1.5, 10.0)


def request_token() -> str:
    """A token by which AWS knows a repeated request again, and by which the events of an operation are found."""
    return f"octo-aws-{uuid.uuid4()}"


def _name_of(stack_id: str) -> str:
    """The name in the ARN of a stack, ``arn:...:stack/NAME/ID``."""
    return stack_id.split("/")[1] if "/" in stack_id else stack_id


def _explain(error: OctoAwsError) -> OctoAwsError:
    """What a refusal of CloudFormation means for the task."""
    if error.is_refusal("InsufficientCapabilitiesException"):
        needed = ", ".join(error.find_in_response(_CAPABILITIES))
        hint = f"If it may do that, give capabilities: [{needed}]."
        return error.with_text(error.message, hint, ErrorCode.CAPABILITIES_MISSING)
    if error.is_refusal("ValidationError") and error.find_in_response(_TEMPLATE_MESSAGES):
        hint = "Correct the template; cfn-lint finds such errors before AWS does."
        return error.with_text(error.message, hint, ErrorCode.TEMPLATE_INVALID)
    for words, hint in _PARAMETER_HINTS.items():
        if error.is_refusal("ValidationError", message=words):
            return error.with_text(error.message, hint)
    return error
