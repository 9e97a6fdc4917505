# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change sets by the rules of AWS; see ``cloudformation.py``, which puts these methods in place of moto's."""

from __future__ import annotations

import copy
import types
import typing as t

import cloudformation as formation
from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.responses import ActionResult, EmptyResult

CHANGES_ON_A_PAGE = 2
CHANGE_SETS_ON_A_PAGE = 1
_IN_REVIEW = "REVIEW_IN_PROGRESS"
_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
_REPLACED = ("BucketName", "TopicName", "QueueName")
"""Properties whose change replaces a resource."""


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


class InvalidChangeSetStatus(CloudFormationError):
    code = "InvalidChangeSetStatus"


def create_change_set(self: t.Any) -> ActionResult:
    name, kind = self._get_param("ChangeSetName"), self._get_param("ChangeSetType", "UPDATE")
    if not self._get_param("StackName").startswith("arn:"):
        formation.check_name(self._get_param("StackName"))
    formation.check_template(self)
    stack = _stack_for(self, kind)
    imported = {item["LogicalResourceId"] for item in self._get_param("ResourcesToImport", None) or []}
    if (kind == "IMPORT") != bool(imported):
        raise ValidationError(message="ResourcesToImport and the change set type IMPORT belong together.")
    if any(other.change_set_name == name for other in _of_stack(self, stack) if not _is_done(other)):
        raise AlreadyExistsException(f"ChangeSet {name} already exists")
    body, parameters = formation.template_of(self), formation.parameters_of(self, stack)
    play = formation.play_for(stack.name, "CHANGE_SET")
    tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
    change_set = ChangeSet(
        change_set_type=kind,
        change_set_id=generate_changeset_id(name, self.region, self.current_account),
        change_set_name=name,
        stack=stack,
        template=body,
        parameters=parameters,
        description=self._get_param("Description"),
        tags=tags,
    )
    change_set.looks, change_set.unseen = play.looks, play.unseen
    change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"
    if kind == "UPDATE" and not formation.differs(self, stack):
        play.status, play.reason = "FAILED", _NO_CHANGES
    if play.status:
        change_set.status, change_set.execution_status = play.status, "UNAVAILABLE"
        change_set.status_reason, change_set.changes = play.reason, []
    for change in change_set.changes:
        _detail(stack, change_set, change)
        if change.logical_resource_id in imported:
            change.told["Action"] = "Import"
        if self._get_bool_param("IncludeNestedStacks") and change.logical_resource_id in play.nested:
            changes = play.nested[change.logical_resource_id]
            change.told["ChangeSetId"] = _nested(self, change_set, changes).change_set_id
    self.cloudformation_backend.change_sets[change_set.change_set_id] = change_set
    return ActionResult({"Id": change_set.change_set_id, "StackId": stack.stack_id})


def describe_change_set(self: t.Any) -> ActionResult:
    change_set = _find(self)
    if change_set.unseen > 0:
        change_set.unseen -= 1
        raise ChangeSetNotFound(f"ChangeSet [{change_set.change_set_id}] does not exist")
    status = change_set.status
    if change_set.looks:
        change_set.looks -= 1
        status = "CREATE_IN_PROGRESS"
    # moto wraps each in what the answer has around it.
    made = [] if change_set.looks else [change.told for change in change_set.changes]
    return ActionResult(
        {
            "ChangeSetId": change_set.change_set_id,
            "ChangeSetName": change_set.change_set_name,
            "StackId": change_set.stack_id,
            "StackName": change_set.stack_name,
            "Description": change_set.description,
            "Parameters": change_set.parameters,
            "Status": status,
            "StatusReason": change_set.status_reason,
            "ExecutionStatus": "UNAVAILABLE" if status == "CREATE_IN_PROGRESS" else _execution_of(change_set),
            **formation.page(self, made, "Changes", CHANGES_ON_A_PAGE),
        }
    )


def delete_change_set(self: t.Any) -> EmptyResult:
    change_set = _find(self)
    if change_set.looks:
        raise InvalidChangeSetStatus("Cannot delete ChangeSet in status CREATE_IN_PROGRESS")
    if _execution_of(change_set) in ("EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"):
        raise InvalidChangeSetStatus(f"Cannot delete ChangeSet in status {_execution_of(change_set)}")
    del self.cloudformation_backend.change_sets[change_set.change_set_id]
    return EmptyResult()


def list_change_sets(self: t.Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    active = [change_set for change_set in _of_stack(self, stack) if not _is_done(change_set)]
    return ActionResult(formation.page(self, active, "Summaries", CHANGE_SETS_ON_A_PAGE))


def execute_change_set(self: t.Any) -> EmptyResult:
    change_set = _find(self)
    busy = change_set.stack.status != _IN_REVIEW and change_set.stack.status.endswith("_IN_PROGRESS")
    if change_set.execution_status != "AVAILABLE" or change_set.looks or busy:
        raise InvalidChangeSetStatus(
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of [{change_set.status}]"
        )
    stack, operation = change_set.stack, change_set.change_set_type
    play = formation.play_for(stack.name, operation)
    if not play.status:
        formation.forget_parameters(stack, change_set.parameters)
        self.cloudformation_backend.execute_change_set(change_set_name=change_set.change_set_id)
        stack._parse_template()
        stack.parameters, stack.output_map = change_set.parameters, stack._create_output_map()
        if self._get_param("Tags", None) is not None:
            stack.tags = change_set.tags
    change_set.execution_status = "EXECUTE_FAILED" if play.status else "EXECUTE_COMPLETE"
    stack.change_set_id = change_set.change_set_id
    for other in _of_stack(self, stack):
        if other is not change_set:
            del self.cloudformation_backend.change_sets[other.change_set_id]
    formation.begin(self, stack, operation, play)
    return EmptyResult()


CHANGE_SET_METHODS = (
    create_change_set,
    describe_change_set,
    delete_change_set,
    list_change_sets,
    execute_change_set,
)


def _stack_for(self: t.Any, kind: str) -> t.Any:
    """The stack of a new change set, made for it where it is to be created."""
    name, backend = self._get_param("StackName"), self.cloudformation_backend
    stack = next((stack for stack in backend.stacks.values() if name in (stack.name, stack.stack_id)), None)
    if kind == "UPDATE" or (kind == "IMPORT" and stack is not None and stack.status != _IN_REVIEW):
        if stack is None:
            raise ValidationError(message=f"Stack [{name}] does not exist")
        formation.check_updatable(stack)
        return stack
    if stack is not None and stack.status != _IN_REVIEW:
        raise ValidationError(message=f"Stack [{name}] already exists and cannot be created again with the changeSet.")
    if stack is None:
        stack = Stack(
            stack_id=generate_stack_id(name, self.region, self.current_account),
            name=name,
            template={},
            parameters={},
            account_id=self.current_account,
            region_name=self.region,
        )
        backend.stacks[stack.stack_id] = stack
        stack.status = _IN_REVIEW
    return stack


def _nested(self: t.Any, change_set: t.Any, changes: t.Sequence[dict[str, t.Any]]) -> t.Any:
    """The change set of a nested stack, which is deleted with its parent."""
    nested = copy.copy(change_set)
    nested.change_set_name = f"{change_set.change_set_name}-nested"
    nested.change_set_id = generate_changeset_id(nested.change_set_name, self.region, self.current_account)
    nested.stack_id, nested.stack_name = f"{change_set.stack_id}-nested", f"{change_set.stack_name}-nested"
    nested.looks = nested.unseen = 0
    nested.changes = [types.SimpleNamespace(told=change) for change in changes]
    self.cloudformation_backend.change_sets[nested.change_set_id] = nested
    return nested


def _of_stack(self: t.Any, stack: t.Any) -> list[t.Any]:
    known = self.cloudformation_backend.change_sets.values()
    return [change_set for change_set in known if change_set.stack_id == stack.stack_id]


def _find(self: t.Any) -> t.Any:
    name, stack = self._get_param("ChangeSetName"), self._get_param("StackName")
    for change_set in reversed(self.cloudformation_backend.change_sets.values()):
        # By its name, AWS does not find one that was executed.
        of_stack = stack in (change_set.stack_id, change_set.stack_name) and not _is_done(change_set)
        if name == change_set.change_set_id or (of_stack and name == change_set.change_set_name):
            return change_set
    raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")


def _is_done(change_set: t.Any) -> bool:
    return bool(change_set.execution_status == "EXECUTE_COMPLETE")


def _execution_of(change_set: t.Any) -> str:
    """As long as the stack is at work, so is the execution."""
    done = change_set.execution_status in ("EXECUTE_COMPLETE", "EXECUTE_FAILED")
    return "EXECUTE_IN_PROGRESS" if done and hasattr(change_set.stack, "ends") else str(change_set.execution_status)


def _detail(stack: t.Any, change_set: t.Any, change: t.Any) -> None:
    """What moto does not say of a change: what of the resource changes, and whether it is replaced."""
    name = change.logical_resource_id
    there = {resource.logical_resource_id: resource.physical_resource_id for resource in stack.stack_resources}
    change.told = {
        "Action": change.action,
        "LogicalResourceId": name,
        "PhysicalResourceId": there.get(name),
        "ResourceType": change.resource_type,
    }
    if change.action != "Modify":
        return
    before, after = (
        template["Resources"][name].get("Properties", {})
        for template in (stack.template_dict, change_set.template_dict)
    )
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    change.told["Replacement"] = "True" if set(changed) & set(_REPLACED) else "False"
    change.told["Details"] = [{"Target": {"Attribute": "Properties", "Name": key}} for key in changed]
