# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, read and delete change sets."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from functools import partial

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._host.slices import SliceEnded
from .._secrecy import redact
from .changes import replacements, to_change
from .errors import unexpected_response
from .options import api_parameters, parameter_values
from .resource_imports import resources_to_import
from .stack import IN_REVIEW, stack_name

if t.TYPE_CHECKING:
    from .stack import Stack
    from .stacks import CloudFormation

_NO_CHANGES = re.compile(r"didn't contain changes|No updates are to be performed")
CREATING = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
"""States of a change set that AWS still creates."""
_NOT_FOUND = ("ChangeSetNotFound", "ChangeSetNotFoundException")
_NOT_NOW = ("InvalidChangeSetStatus", "InvalidChangeSetStatusException")
_GRACE = 30
"""Seconds until AWS returns a new change set."""


@dataclasses.dataclass(frozen=True)
class ChangeSet:
    """The state of a change set at one point in time.

    :param execution: its ``ExecutionStatus``
    """

    change_set_id: str
    name: str
    stack_id: str
    status: str
    execution: str
    reason: str
    changes: tuple[dict[str, t.Any], ...]

    @property
    def without_changes(self) -> bool:
        """Whether it failed because there are no changes."""
        return self.status == "FAILED" and bool(_NO_CHANGES.search(self.reason))

    @classmethod
    def from_record(cls, record: t.Mapping[str, t.Any]) -> ChangeSet:
        """Read plain data of :func:`dataclasses.asdict`."""
        return cls(**{**record, "changes": (*record["changes"],)})

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
        return {
            "change_set_name": self.name,
            "change_set_id": self.change_set_id,
            "changes": list(self.changes),
            "replacements": replacements(self.changes),
        }


def find_change_set(cfn: CloudFormation, name: str, stack: str | None = None) -> ChangeSet | None:
    """Return a change set with the changes of all pages, or ``None`` if it does not exist.

    :param name: the name of the change set of ``stack``, or its ARN
    """
    parameters = {"ChangeSetName": name, **({"StackName": stack} if stack else {})}
    token: dict[str, str] = {}
    response: dict[str, t.Any] = {}
    changes: list[dict[str, t.Any]] = []
    while True:
        try:
            response = cfn.call("describe_change_set", **parameters, **token)
        except OctoAwsError as error:
            if error.is_refusal("ValidationError", message="does not exist") or error.is_refusal(*_NOT_FOUND):
                return None
            raise
        if name not in (response["ChangeSetName"], response["ChangeSetId"]) or stack not in (
            None,
            response["StackName"],
            response["StackId"],
        ):
            raise unexpected_response(
                f"the change set {name} of {stack or 'a stack'}",
                f"{response['ChangeSetName']} of {response['StackId']}",
            )
        for item in response.get("Changes") or []:
            if "ResourceChange" in item:
                changes += _with_nested(cfn, item["ResourceChange"])
        if not response.get("NextToken"):
            break
        token = {"NextToken": response["NextToken"]}
    return ChangeSet(
        change_set_id=response["ChangeSetId"],
        name=response["ChangeSetName"],
        stack_id=response["StackId"],
        status=response.get("Status") or "",
        execution=response.get("ExecutionStatus") or "",
        reason=response.get("StatusReason") or "",
        changes=tuple(changes),
    )


def _with_nested(cfn: CloudFormation, resource_change: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return a change and, if it is that of a nested stack with a change set of its own, the changes of that one."""
    change = to_change(resource_change)
    nested_id = resource_change.get("ChangeSetId")
    nested = find_change_set(cfn, nested_id) if nested_id else None
    inside = nested.changes if nested else ()
    return [change, *({**item, "logical_id": f"{change['logical_id']}/{item['logical_id']}"} for item in inside)]


def execution_status(cfn: CloudFormation, change_set_id: str) -> str:
    """Return the ``ExecutionStatus`` of a change set; empty if the change set no longer exists."""
    try:
        response = cfn.call("describe_change_set", ChangeSetName=change_set_id)
    except OctoAwsError as error:
        if error.is_refusal(*_NOT_FOUND):
            return ""
        raise
    return str(response.get("ExecutionStatus") or "")


def create_change_set(
    cfn: CloudFormation, options: t.Mapping[str, t.Any], stack: Stack | None, name: str | None = None
) -> ChangeSet:
    """Create a change set and wait for it. If it failed or has no changes, delete it.

    :param options: the options of the task
    :param stack: ``None`` for a new stack
    :param name: ``None`` for a generated name
    :raises OctoAwsError: the request failed, or the change set failed although there are changes
    """
    create = stack is None or stack.status == IN_REVIEW
    parameters = api_parameters(options, update=not create)
    imports = cfn.work.step(partial(_imports, cfn, options, stack))
    if imports:
        parameters["ResourcesToImport"] = imports
    if options.get("include_nested_stacks"):
        parameters["IncludeNestedStacks"] = True
    if create and not imports and options.get("on_create_failure"):
        parameters["OnStackFailure"] = options["on_create_failure"]
    if options.get("description"):
        parameters["Description"] = options["description"]
    name = name or cfn.request_token()
    target = options["stack_name"] if stack is None else stack.stack_id

    def request() -> tuple[str, str]:
        response = cfn.submit(
            "create_change_set",
            StackName=target,
            ChangeSetName=name,
            ChangeSetType="IMPORT" if imports else "CREATE" if create else "UPDATE",
            ClientToken=cfn.request_token(),
            **parameters,
        )
        return response["Id"], response["StackId"]

    try:
        change_set_id, stack_id = cfn.work.step(request)
    except OctoAwsError as error:
        if error.may_have_worked:
            _clean_up(cfn, name, target, stack)
        raise
    try:
        change_set = wait_until_created(cfn, change_set_id, stack_id)
    except SliceEnded:
        raise
    except BaseException:
        # Errors of the cleanup must not hide this one.
        _clean_up(cfn, change_set_id, stack_id, stack)
        raise
    if change_set.status == "FAILED":
        delete_change_set(cfn, change_set_id, stack_id, with_stack=stack is None)
        if not change_set.without_changes:
            reason = redact(change_set.reason, [*cfn.secrets, *parameter_values(parameters)])
            raise PartialFailure.of(
                ErrorCode.CHANGE_SET_FAILED,
                f"The change set of the stack {options['stack_name']} failed, and was deleted: "
                f"{reason.rstrip('.') or 'AWS returned no reason'}.",
                **change_set.as_result(),
            )
    return change_set


def _imports(cfn: CloudFormation, options: t.Mapping[str, t.Any], stack: Stack | None) -> list[dict[str, t.Any]]:
    resources = cfn.resources(stack.stack_id) if stack and options.get("resources_to_import") else []
    return resources_to_import(options, [item["LogicalResourceId"] for item in resources])


def preview(cfn: CloudFormation, options: t.Mapping[str, t.Any], stack: Stack | None) -> ChangeSet:
    """Return the changes of a future update or creation, by a change set that is deleted again."""
    change_set = create_change_set(cfn, options, stack)
    if change_set.status != "FAILED":
        delete_change_set(cfn, change_set.change_set_id, change_set.stack_id, with_stack=stack is None)
    return change_set


def delete_change_set(cfn: CloudFormation, change_set_id: str, stack_id: str, *, with_stack: bool) -> None:
    """Delete a change set. Even with the stack, which is empty, this takes seconds, and never ends a slice.

    :param with_stack: whether to delete the stack, too, if it exists only for this change set
    :raises OctoAwsError: the change set could not be deleted; the error has its name and ARN
    """
    try:
        cfn.work.step(partial(_delete, cfn, change_set_id, stack_id, with_stack=with_stack))
    except OctoAwsError:
        _note_leftover(cfn, change_set_id, stack_id)
        raise


def _delete(cfn: CloudFormation, change_set_id: str, stack_id: str, *, with_stack: bool) -> None:
    refusal = None
    try:
        cfn.call("delete_change_set", ChangeSetName=change_set_id)
    except OctoAwsError as error:
        if not error.is_refusal(*_NOT_FOUND):
            # While AWS creates a change set, it can be deleted only with its stack.
            if not with_stack or not error.is_refusal(*_NOT_NOW):
                raise
            refusal = error
    deleted = with_stack and _delete_stack(cfn, change_set_id, stack_id)
    if refusal and not deleted:
        raise refusal


def _delete_stack(cfn: CloudFormation, change_set_id: str, stack_id: str) -> bool:
    """Delete a stack that exists only for one change set.

    :returns: whether it was deleted
    """
    stack = cfn.describe(stack_id)
    if stack is None or stack.status != IN_REVIEW:
        return False
    others = cfn.pages("list_change_sets", "Summaries", StackName=stack_id)
    if any(other["ChangeSetId"] != change_set_id for other in others) or cfn.resources(stack_id):
        return False
    cfn.call("delete_stack", StackName=stack_id, ClientRequestToken=cfn.request_token())
    cfn.wait_for_operation(stack_id, stack)
    return True


def _clean_up(cfn: CloudFormation, change_set: str, target: str, stack: Stack | None) -> None:
    """Delete a change set after an error, if possible.

    :param change_set: its ARN, or its name if the response was lost
    :param target: the name or the ID of its stack
    :param stack: the stack before the request, or ``None`` for a new one
    """
    try:
        if not change_set.startswith("arn:"):
            found = find_change_set(cfn, change_set, target)
            if found is None:
                return
            change_set, target = found.change_set_id, found.stack_id
        cfn.work.step(partial(_delete, cfn, change_set, target, with_stack=stack is None))
    except OctoAwsError:
        _note_leftover(cfn, change_set, target)


def _note_leftover(cfn: CloudFormation, change_set: str, target: str) -> None:
    name = change_set.split("/")[1] if "/" in change_set else change_set
    arn = change_set if "/" in change_set else None
    cfn.note_leftover(
        f"The change set {name} may still exist: delete it with octo.aws.cloudformation_change_set, state: absent.",
        target,
        change_set_name=name,
        change_set_id=arn,
    )


def wait_until_created(cfn: CloudFormation, change_set_id: str, stack_id: str) -> ChangeSet:
    """Wait until AWS has created a change set, and return it.

    :raises OctoAwsError: timed out, or the change set was deleted
    """
    record = cfn.work.step(partial(_wait_until_created, cfn, change_set_id, stack_id), may_wait=True)
    return ChangeSet.from_record(record)


def _wait_until_created(cfn: CloudFormation, change_set_id: str, stack_id: str) -> dict[str, t.Any]:
    kept = cfn.work.kept.setdefault("creation", {"began": cfn.work.elapsed, "seen": False})
    name, stack = change_set_id.split("/")[1], stack_name(stack_id)
    while True:
        change_set = find_change_set(cfn, change_set_id)
        waited = cfn.work.elapsed - kept["began"]
        if change_set is None and (kept["seen"] or waited > _GRACE):
            raise PartialFailure.of(ErrorCode.CHANGE_SET_FAILED, "The change set was deleted while AWS created it.")
        if change_set is not None and change_set.status not in CREATING:
            del cfn.work.kept["creation"]
            return dataclasses.asdict(change_set)
        if change_set is not None and not kept["seen"]:
            kept["seen"] = True
            cfn.show_state(f"{stack}, change set {name}", stack_id, change_set.status)
        state = f"is in the state {change_set.status}" if change_set else "was not returned by AWS"
        try:
            cfn.pause(waited, f"The change set {name} {state}")
        except SliceEnded:
            _note_leftover(cfn, change_set_id, stack_id)
            cfn.report_unfinished()
            raise
