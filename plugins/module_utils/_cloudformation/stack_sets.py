# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to CloudFormation about one stack set, and the wait for its operations."""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._secrecy import redact
from .client import MAYBE_RUNNING, STILL_RUNNING, CloudFormationClient
from .console import stack_set_url
from .errors import unexpected_response
from .stack_set import HIDDEN, RUNNING, Instance, StackSet, no_stack_set_result

_GRACE = 30
"""Seconds until AWS returns a new operation."""
_NAMED_FAILURES = 5
"""Instances with their reasons in a message. The result has all of them."""
_NOT_FOUND = "StackSetNotFoundException"
_RESULTS_DENIED = "no counts of instances, since cloudformation:ListStackSetOperationResults is denied"


class StackSetClient(CloudFormationClient):
    """One stack set.

    :param name: the name of the stack set
    :param call_as: as whom CloudFormation is called
    """

    TIMED_OUT = ErrorCode.STACK_SET_TIMED_OUT

    def __init__(self, *arguments: t.Any, name: str, call_as: str, **options: t.Any) -> None:
        super().__init__(*arguments, **options)
        self.name = name
        self._service_managed = False
        self._as = {} if call_as == "SELF" else {"CallAs": call_as}

    def send(self, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        """Send a request about the stack set, and return its response."""
        return self.submit(operation, StackSetName=self.name, **self._as, **parameters)

    def list_all(self, operation: str, **parameters: t.Any) -> list[dict[str, t.Any]]:
        """Return the summaries of all pages about the stack set."""
        return list(self.pages(operation, "Summaries", StackSetName=self.name, **self._as, **parameters))

    def find(self) -> StackSet | None:
        """Return the stack set without its instances, or ``None`` if it does not exist."""
        try:
            stack_set = StackSet.from_response(self.send("describe_stack_set")["StackSet"])
        except OctoAwsError as error:
            if error.is_refusal(_NOT_FOUND):
                return None
            raise
        if stack_set.name != self.name:
            raise unexpected_response(f"the stack set {self.name}", stack_set.name)
        return None if stack_set.status == "DELETED" else stack_set

    def read(self) -> StackSet | None:
        """Wait until no operation is in progress, and return the stack set with its instances.

        :raises OctoAwsError: timed out
        """
        record = self.work.step(self._read, may_wait=True)
        self._hint = ""
        if record is None:
            self.note(**no_stack_set_result(self.name))
            return None
        stack_set = StackSet.from_record(record)
        self.note_state(stack_set)
        return stack_set

    def note_state(self, stack_set: StackSet) -> None:
        """Set the state of the stack set for the result of a later error."""
        self._service_managed = stack_set.service_managed
        self.note(**stack_set.as_result())

    def _read(self) -> dict[str, t.Any] | None:
        began = self.work.kept.setdefault("idle_since", self.work.elapsed)
        stack_set = self.find()
        while stack_set:
            self.note_state(stack_set)
            operations = self.send("list_stack_set_operations").get("Summaries") or []
            running = [operation for operation in operations if operation.get("Status") in RUNNING]
            if not running:
                break
            self._wait(began, running[-1])
            stack_set = self.find()
        self.work.kept.pop("idle_since")
        return self._with_instances(stack_set) if stack_set else None

    def _with_instances(self, stack_set: StackSet) -> dict[str, t.Any]:
        instances = [Instance.from_response(item) for item in self.list_all("list_stack_instances")]
        instances.sort(key=lambda instance: (instance.account, instance.region))
        return dataclasses.asdict(dataclasses.replace(stack_set, instances=instances))

    def state(self) -> dict[str, t.Any]:
        """Return values for the result of a task, after the work."""
        stack_set = self.find()
        if stack_set is None:
            return no_stack_set_result(self.name)
        return StackSet.from_record(self._with_instances(stack_set)).as_result()

    def defaults(self) -> dict[str, str | None]:
        """Return the defaults of the parameters of the present template."""
        parameters = self.send("get_template_summary").get("Parameters") or []
        return {item["ParameterKey"]: item.get("DefaultValue") for item in parameters}

    def create(self, **parameters: t.Any) -> None:
        """Create the stack set, without instances."""
        token = self.request_token()
        try:
            record = self.work.step(lambda: self._create(token, parameters))
        except OctoAwsError as error:
            if error.may_have_worked:
                self.note(changed=True)
            raise
        self.note(changed=True)
        self.note_state(StackSet.from_record(record))

    def _create(self, token: str, parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        response = self.send("create_stack_set", ClientRequestToken=token, **parameters)
        # The new stack set may be missing for a moment, and its name is enough then.
        stack_set = self.find() or StackSet(self.name, response["StackSetId"], "", "ACTIVE")
        return dataclasses.asdict(stack_set)

    def delete(self) -> None:
        """Delete the stack set, which has no instances."""
        self.send("delete_stack_set")
        self.note(changed=True, status="DELETED")

    def begin_operation(self, operation: str, **parameters: t.Any) -> str:
        """Begin an operation on the stack set.

        :returns: the ID of the operation
        """
        token = self.request_token()
        try:
            operation_id = self.work.step(lambda: self._begin_operation(operation, token, parameters))
        except OctoAwsError as error:
            if error.may_have_worked:
                self.note(changed=True, operation_id=token)
                self._hint = MAYBE_RUNNING
            raise
        self.note(changed=True, operation_id=operation_id, operation_status="RUNNING")
        self._hint = STILL_RUNNING
        return operation_id

    def _begin_operation(self, operation: str, token: str, parameters: t.Mapping[str, t.Any]) -> str:
        try:
            return str(self.send(operation, OperationId=token, **parameters)["OperationId"])
        except OctoAwsError as error:
            # The first answer to this request was lost.
            if error.is_refusal("OperationIdAlreadyExistsException"):
                return token
            raise

    def wait_for(self, operation_id: str) -> list[dict[str, t.Any]]:
        """Wait for the operation that has just begun.

        :returns: the instances that failed, which are not more than the operation tolerates
        :raises OctoAwsError: the operation failed, or timed out
        """
        status, action, reason = self.work.step(lambda: self._wait_for(operation_id), may_wait=True)
        self.note(operation_id=operation_id, operation_status=status)
        self._hint = ""
        failures = self.work.step(lambda: self._failures(operation_id))
        if status != "SUCCEEDED":
            raise self._failure(action, status, reason, failures)
        return failures

    def _wait_for(self, operation_id: str) -> tuple[str, str, str]:
        began = self.work.kept.setdefault("operation_since", self.work.elapsed)
        while True:
            operation = self._describe_operation(operation_id, self.work.elapsed - began)
            if operation["Status"] not in RUNNING:
                self._show_operation(operation)
                self.work.kept.pop("operation_since")
                return operation["Status"], operation.get("Action") or "", operation.get("StatusReason") or ""
            self._wait(began, operation)

    def _describe_operation(self, operation_id: str, waited: float) -> dict[str, t.Any]:
        try:
            response = self.send("describe_stack_set_operation", OperationId=operation_id)
        except OctoAwsError as error:
            if waited <= _GRACE and error.is_refusal("OperationNotFoundException"):
                return {"OperationId": operation_id, "Status": "QUEUED"}
            raise
        return t.cast("dict[str, t.Any]", response["StackSetOperation"])

    def _wait(self, began: float, operation: t.Mapping[str, t.Any]) -> None:
        """Show an operation that is in progress, and wait."""
        self.note(operation_id=operation["OperationId"], operation_status=operation["Status"])
        self._show_operation(operation)
        label = f"The operation {operation.get('Action') or ''} {operation['OperationId']}".replace("  ", " ")
        state = f"{label} on the stack set {self.name} is in the state {operation['Status']}"
        self._hint = STILL_RUNNING
        self.pause(self.work.elapsed - began, state)

    def _show_operation(self, operation: t.Mapping[str, t.Any]) -> None:
        if not self.shows_progress:
            return
        state = f"stack set {self.name}: {operation.get('Action') or 'operation'} is {operation['Status']}"
        line = ", ".join(filter(None, (state, self._counts(operation["OperationId"]))))
        shown = self.work.kept.get("shown")
        if line != shown:
            self.work.show(line if shown else ", ".join(filter(None, (line, self._url))))
            self.work.kept["shown"] = line

    def show_end(self, values: t.Mapping[str, t.Any]) -> None:
        """Let the action show the address in the console after a failure."""
        if self.work.kept.get("shown") and self.shows_progress:
            status = values.get("operation_status") or "unknown"
            self.work.show(", ".join(filter(None, (f"stack set {self.name}: operation is {status}", self._url))))

    def _counts(self, operation_id: str) -> str:
        """Return how many instances of an operation are done, as a clause; empty if it is not known."""
        if self.work.kept.get("counts_denied"):
            return ""
        try:
            results = self.list_all("list_stack_set_operation_results", OperationId=operation_id)
        except OctoAwsError as error:
            if error.code is ErrorCode.ACCESS_DENIED:
                self.work.kept["counts_denied"] = True
                self.work.show(f"stack set {self.name}: {_RESULTS_DENIED}")
            return ""
        states = [result.get("Status") for result in results]
        if not states:
            return ""
        done = len([state for state in states if state not in ("PENDING", "RUNNING")])
        failed = states.count("FAILED")
        return f"{done} of {len(states)} instances done{f', {failed} failed' if failed else ''}"

    def _failures(self, operation_id: str) -> list[dict[str, t.Any]]:
        """Return the instances that failed, with secret values of parameters masked."""
        try:
            results = self.list_all("list_stack_set_operation_results", OperationId=operation_id)
        except OctoAwsError as error:
            # The state of the operation is known without them.
            if error.code is ErrorCode.ACCESS_DENIED:
                return []
            raise
        failed = [result for result in results if result.get("Status") == "FAILED"]
        if not failed:
            return []
        hidden = self._hidden_values()
        return [
            {
                "account": result.get("Account"),
                "region": result.get("Region"),
                "reason": redact(_reason(result), hidden) or None,
            }
            for result in failed
        ]

    def _hidden_values(self) -> list[str]:
        stack_set = self.find()
        shown = [name for name, value in stack_set.parameters.items() if value != HIDDEN] if stack_set else []
        return [*self.secrets, *(value for name, value in self.parameters.items() if name not in shown)]

    def _failure(
        self, action: str, status: str, reason: str, failures: t.Sequence[t.Mapping[str, t.Any]]
    ) -> PartialFailure:
        text = f"The operation {action} on the stack set {self.name} ended with {status}"
        named = [
            f"{failure['account']} in {failure['region']}: {failure['reason'] or 'AWS returned no reason'}"
            for failure in failures[:_NAMED_FAILURES]
        ]
        if len(failures) > _NAMED_FAILURES:
            named.append(f"and {len(failures) - _NAMED_FAILURES} more, see failures of the result")
        details = "; ".join(named) or redact(reason, self._hidden_values()) or "AWS returned no reason"
        return PartialFailure.of(
            ErrorCode.STACK_SET_FAILED,
            f"{text}: {details.rstrip('.')}.",
            self._with_console("Correct the cause, and run the task again: it deploys to the instances that failed."),
            failures=list(failures),
        )

    def wait_for_others(self) -> None:
        """Wait before the work starts again, since another operation began after the stack set was read.

        :raises OctoAwsError: timed out
        """
        began = self.work.kept.setdefault("busy_since", self.work.elapsed)
        self.work.restart()
        self.work.kept["known"] = self._known
        self.pause(self.work.elapsed - began, f"Another operation is in progress on the stack set {self.name}")

    @property
    def has_changed(self) -> bool:
        """Whether the task has changed something."""
        return bool(self._known.get("changed"))

    @property
    def _subject(self) -> str:
        known = self._known
        if not known.get("stack_set_arn"):
            return f"The stack set {self.name}"
        operation = known.get("operation_id")
        state = f", operation {operation}, state {known.get('operation_status') or 'unknown'}" if operation else ""
        return f"The stack set {self.name} ({known['stack_set_arn']}){state}"

    @property
    def _url(self) -> str:
        return stack_set_url(self._known.get("stack_set_arn") or "", service_managed=self._service_managed)


def _reason(result: t.Mapping[str, t.Any]) -> str:
    gate = result.get("AccountGateResult") or {}
    gate_reason = gate.get("StatusReason") if gate.get("Status") == "FAILED" else ""
    return str(result.get("StatusReason") or gate_reason or "")
