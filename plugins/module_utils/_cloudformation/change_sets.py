# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: makes change sets, reads and removes them.

A part, above ``_stacks``.
"""

from __future__ import annotations

import dataclasses
import re
import time
import typing as t
import uuid

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._secrecy import redact
from .options import api_parameters, parameter_values
from .stacks import IN_REVIEW, request_token, unexpected_response, delays

if t.TYPE_CHECKING:
    from .stacks import CloudFormation, Stack

_NOTHING_TO_DO = re.compile(r"didn't contain changes|No updates are to be performed")
_CREATING = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
_NOT_FOUND = ("ChangeSetNotFound", "ChangeSetNotFoundException")
_NOT_NOW = ("InvalidChangeSetStatus", "InvalidChangeSetStatusException")
_GRACE = 30
"""Seconds within which AWS shows a change set that was made."""


@dataclasses.dataclass(frozen=True)
class ChangeSet:
    """A change set, as it was when somebody looked.

    :param execution: whether it can be executed, and what became of that
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
        """Whether it failed because there is nothing to do."""
        return self.status == "FAILED" and bool(_NOTHING_TO_DO.search(self.reason))

    def as_result(self) -> dict[str, t.Any]:
        """The values of a task's result."""
        return {
            "change_set_name": self.name,
            "change_set_id": self.change_set_id,
            "changes": list(self.changes),
            "replacements": replacements(self.changes),
        }


def to_change(told: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What happens to one resource, an item of DescribeChangeSet."""
    targets = [detail.get("Target") or {} for detail in told.get("Details") or []]
    names = {".".join(filter(None, (target.get("Attribute"), target.get("Name")))) for target in targets}
    return {
        "action": told.get("Action"),
        "logical_id": told.get("LogicalResourceId"),
        "physical_id": told.get("PhysicalResourceId") or None,
        "type": told.get("ResourceType"),
        "replacement": told.get("Replacement") or None,
        "details": sorted(names - {""}),
    }


def replacements(changes: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """The logical ids of what will be replaced, or may be."""
    return [change["logical_id"] for change in changes if change["replacement"] in ("True", "Conditional")]


def find_change_set(cfn: CloudFormation, name: str, stack: str | None = None) -> ChangeSet | None:
    """A change set with all its changes, from all pages; ``None`` where there is none.

    :param name: of the change set of ``stack``, or its ARN
    """
    parameters = {"ChangeSetName": name, **({"StackName": stack} if stack else {})}
    token: dict[str, str] = {}
    told: dict[str, t.Any] = {}
    changes: list[dict[str, t.Any]] = []
    while True:
        try:
            told = cfn.call("describe_change_set", **parameters, **token)
        except OctoAwsError as error:
            if error.is_refusal("ValidationError", message="does not exist") or error.is_refusal(*_NOT_FOUND):
                return None
            raise
        if name not in (told["ChangeSetName"], told["ChangeSetId"]) or stack not in (
            None,
            told["StackName"],
            told["StackId"],
        ):
            raise unexpected_response(
                f"the change set {name} of {stack or 'a stack'}", f"{told['ChangeSetName']} of {told['StackId']}"
            )
        changes += [to_change(item["ResourceChange"]) for item in told.get("Changes") or [] if "ResourceChange" in item]
        if not told.get("NextToken"):
            break
        token = {"NextToken": told["NextToken"]}
    return ChangeSet(
        change_set_id=told["ChangeSetId"],
        name=told["ChangeSetName"],
        stack_id=told["StackId"],
        status=told.get("Status") or "",
        execution=told.get("ExecutionStatus") or "",
        reason=told.get("StatusReason") or "",
        changes=tuple(changes),
    )


def execution_status(cfn: CloudFormation, change_set_id: str) -> str:
    """The ``ExecutionStatus`` of a change set; empty where there is none any more."""
    try:
        told = cfn.call("describe_change_set", ChangeSetName=change_set_id)
    except OctoAwsError as error:
        if error.is_refusal(*_NOT_FOUND):
            return ""
        raise
    return str(told.get("ExecutionStatus") or "")


def create_change_set(
    cfn: CloudFormation, options: t.Mapping[str, t.Any], stack: Stack | None, name: str | None = None
) -> ChangeSet:
    """Make a change set and wait for it. One without changes, and one that failed, is removed at once.

    :param given: the options of the task
    :param stack: ``None`` for a stack that is to be created
    :param name: ``None`` for a new one
    :raises OctoAwsError: AWS did not take it, or it failed for another reason than that there is nothing to do
    """
    create = stack is None or stack.status == IN_REVIEW
    parameters = api_parameters(options, update=not create)
    if create and options.get("on_create_failure"):
        parameters["OnStackFailure"] = options["on_create_failure"]
    if options.get("description"):
        parameters["Description"] = options["description"]
    name = name or f"octo-aws-{uuid.uuid4()}"
    of_stack = options["stack_name"] if stack is None else stack.stack_id
    try:
        made = cfn.submit(
            "create_change_set",
            StackName=of_stack,
            ChangeSetName=name,
            ChangeSetType="CREATE" if create else "UPDATE",
            ClientToken=request_token(),
            **parameters,
        )
    except OctoAwsError as error:
        if error.may_have_worked:
            _clean_up(cfn, name, of_stack, stack)
        raise
    try:
        change_set = _wait_until_created(cfn, made["Id"])
    except BaseException:
        # What was made goes; why it could not be read is what the person has to know.
        _clean_up(cfn, made["Id"], made["StackId"], stack)
        raise
    if change_set.status == "FAILED":
        delete_change_set(cfn, made["Id"], made["StackId"], with_stack=stack is None)
        if not change_set.without_changes:
            reason = redact(change_set.reason, [*cfn.secrets, *parameter_values(parameters)])
            raise PartialFailure.of(
                ErrorCode.CHANGE_SET_FAILED,
                f"The change set of the stack {options['stack_name']} failed, and was removed: "
                f"{reason.rstrip('.') or 'AWS says nothing about why'}.",
                **change_set.as_result(),
            )
    return change_set


def preview(cfn: CloudFormation, options: t.Mapping[str, t.Any], stack: Stack | None) -> ChangeSet:
    """What an update or the creation of a stack would change. Nothing is left of the change set."""
    change_set = create_change_set(cfn, options, stack)
    if change_set.status != "FAILED":
        delete_change_set(cfn, change_set.change_set_id, change_set.stack_id, with_stack=stack is None)
    return change_set


def delete_change_set(cfn: CloudFormation, change_set_id: str, stack_id: str, *, with_stack: bool) -> None:
    """Remove a change set.

    :param with_stack: and the stack, if it is there for this change set alone
    :raises OctoAwsError: it could not be removed; the failure says what is left
    """
    try:
        _remove(cfn, change_set_id, stack_id, with_stack=with_stack)
    except OctoAwsError:
        _note_left(cfn, change_set_id, stack_id)
        raise


def _remove(cfn: CloudFormation, change_set_id: str, stack_id: str, *, with_stack: bool) -> None:
    refused = None
    try:
        cfn.call("delete_change_set", ChangeSetName=change_set_id)
    except OctoAwsError as error:
        if not error.is_refusal(*_NOT_FOUND):
            # AWS does not delete one that it still makes, but the stack with it.
            if not with_stack or not error.is_refusal(*_NOT_NOW):
                raise
            refused = error
    removed = with_stack and _remove_stack(cfn, change_set_id, stack_id)
    if refused and not removed:
        raise refused


def _remove_stack(cfn: CloudFormation, change_set_id: str, stack_id: str) -> bool:
    """Remove a stack that is there for one change set alone.

    :returns: whether it was
    """
    stack = cfn.describe(stack_id)
    if stack is None or stack.status != IN_REVIEW:
        return False
    others = cfn.pages("list_change_sets", "Summaries", StackName=stack_id)
    if any(other["ChangeSetId"] != change_set_id for other in others) or list_resources(cfn, stack_id):
        return False
    cfn.call("delete_stack", StackName=stack_id, ClientRequestToken=request_token())
    cfn.wait_for_operation(stack_id, stack)
    return True


def _clean_up(cfn: CloudFormation, change_set: str, of_stack: str, stack: Stack | None) -> None:
    """Remove what a request began that failed then, as far as that is possible.

    :param change_set: its ARN, or its name where the response was lost
    :param stack: the stack before the request, ``None`` where there was none
    """
    try:
        if not change_set.startswith("arn:"):
            found = find_change_set(cfn, change_set, of_stack)
            if found is None:
                return
            change_set, of_stack = found.change_set_id, found.stack_id
        _remove(cfn, change_set, of_stack, with_stack=stack is None)
    except OctoAwsError:
        _note_left(cfn, change_set, of_stack)


def _note_left(cfn: CloudFormation, change_set: str, of_stack: str) -> None:
    name = change_set.split("/")[1] if "/" in change_set else change_set
    arn = change_set if "/" in change_set else None
    cfn.left(
        f"The change set {name} may be left in AWS: remove it with octo.aws.cloudformation_change_set, state: absent.",
        of_stack,
        change_set_name=name,
        change_set_id=arn,
    )


def list_resources(cfn: CloudFormation, stack_id: str) -> list[dict[str, t.Any]]:
    """The resources that a stack has."""
    told = cfn.pages("list_stack_resources", "StackResourceSummaries", StackName=stack_id)
    return [resource for resource in told if resource.get("ResourceStatus") != "DELETE_COMPLETE"]


def changes_for(resources: t.Iterable[t.Mapping[str, t.Any]], action: str) -> list[dict[str, t.Any]]:
    """Changes that do the same to each resource."""
    return [to_change({**resource, "Action": action}) for resource in resources]


def changes_diff(name: str, changes: t.Iterable[t.Mapping[str, t.Any]], settings: t.Iterable[str] = ()) -> dict[str, str]:
    """Changes as a difference of two texts, a line for each resource.

    :param settings: of the stack itself that change
    """
    before, after = [], []
    for change in changes:
        line = f"{change['logical_id']} ({change['type']})"
        if change["action"] != "Add":
            before.append(line)
        if change["action"] != "Remove":
            details = [change["action"]] if change["action"] != "Add" else []
            details += [f"replacement {change['replacement']}"] if change["replacement"] else []
            after.append(": ".join(filter(None, (line, ", ".join(details + change["details"])))))
    after += [f"{setting}: changed" for setting in settings]
    header = f"the stack {name}"
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(f"{line}\n" for line in before),
        "after": "".join(f"{line}\n" for line in after),
    }


def _wait_until_created(cfn: CloudFormation, change_set_id: str) -> ChangeSet:
    shown_until = time.monotonic() + _GRACE
    seen = False
    for delay in delays():
        change_set = find_change_set(cfn, change_set_id)
        if change_set is None and (seen or time.monotonic() > shown_until):
            raise PartialFailure.of(ErrorCode.CHANGE_SET_FAILED, "The change set was removed while AWS made it.")
        if change_set is not None:
            seen = True
            if change_set.status not in _CREATING:
                return change_set
        state = f"is in the state {change_set.status}" if change_set else "is not shown by AWS"
        cfn.sleep(delay, f"The change set {change_set_id.split('/')[1]} {state}")
    raise AssertionError("there are pauses for ever")
