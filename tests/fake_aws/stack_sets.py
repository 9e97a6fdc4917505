# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stack sets by the rules of AWS: operations that take a while and fail, one at a time, and states of instances.

The sets and the stacks of their instances are those of moto. A play ``SET_CREATE``, ``SET_UPDATE`` or ``SET_DELETE`` of
a set says how its next operation goes. With ``SET_OTHER``, an operation of another client is in progress, and with
``SET_RACE``, one begins right before the next request.
"""

from __future__ import annotations

import typing as t
import uuid

import cloudformation as formation
from moto.cloudformation.exceptions import CloudFormationError, StackSetNotEmpty, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult

INSTANCES_ON_A_PAGE = 2
RESULTS_ON_A_PAGE = 2
_RUNNING = ("RUNNING", "QUEUED", "STOPPING")

_create_stack = CloudFormationBackend.create_stack
_create_stack_set = CloudFormationResponse.create_stack_set
_get_template_summary = CloudFormationResponse.get_template_summary


class OperationInProgress(CloudFormationError):
    code = "OperationInProgressException"


class OperationIdAlreadyExists(CloudFormationError):
    code = "OperationIdAlreadyExistsException"


class OperationNotFound(CloudFormationError):
    code = "OperationNotFoundException"


class NameAlreadyExists(CloudFormationError):
    code = "NameAlreadyExistsException"


class StackInstanceNotFound(CloudFormationError):
    code = "StackInstanceNotFoundException"


def install() -> None:
    """Name the stacks of instances as AWS does. In the names of moto is a colon, which resources cannot have."""

    def create_stack(self: t.Any, name: str, *arguments: t.Any, **options: t.Any) -> t.Any:
        if name.startswith("StackSet:"):
            name = f"{name.replace(':', '-')}-{uuid.uuid4()}"
        return _create_stack(self, name, *arguments, **options)

    CloudFormationBackend.create_stack = create_stack


def create_stack_set(self: t.Any) -> ActionResult:
    name, known = self._get_param("StackSetName"), self.cloudformation_backend.stacksets.values()
    if any(found.name == name and found.status != "DELETED" for found in known):
        raise NameAlreadyExists(f"Name already exists: {name}")
    formation.check_template(self)
    parameters = formation.parameters_of(self, None)
    result = t.cast("ActionResult", _create_stack_set(self))
    found = _find(self)
    found.parameters, found.played = parameters, []
    found.deployment = self._get_param("AutoDeployment", None) or {}
    return result


def describe_stack_set(self: t.Any) -> ActionResult:
    found = _find(self)
    declared = Stack.parse_template(found.template).get("Parameters", {})
    values = {
        key: found.parameters.get(key, declared[key].get("Default")) if not declared[key].get("NoEcho") else "****"
        for key in declared
    }
    described = {
        "StackSetName": found.name,
        "StackSetId": found.id,
        "StackSetARN": found.arn,
        "Status": found.status,
        "TemplateBody": found.template,
        "Description": found.description,
        # moto writes mappings as lists.
        "Parameters": values,
        "Tags": found.tags,
        "PermissionModel": found.permission_model,
        "AdministrationRoleARN": found.administration_role_arn,
        "ExecutionRoleName": found.execution_role_name,
        "AutoDeployment": found.deployment,
    }
    return ActionResult({"StackSet": described})


def update_stack_set(self: t.Any) -> ActionResult:
    found = _find(self)
    _check_free(self, found)
    same = self._get_bool_param("UsePreviousTemplate")
    if not same:
        formation.check_template(self)
    template = found.template if same else formation.template_of(self)
    found.parameters = _parameters_of(self, found, template)
    found.template = template
    found.description = self._get_param("Description", None)
    if self._get_param("Tags", None) is not None:
        found.tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
    found.execution_role_name = self._get_param("ExecutionRoleName") or "AWSCloudFormationStackSetExecutionRole"
    found.deployment = self._get_param("AutoDeployment", None) or found.deployment
    return _begin(self, found, "UPDATE", list(found.stack_instances))


def _parameters_of(self: t.Any, found: t.Any, template: str) -> dict[str, str]:
    declared = Stack.parse_template(template).get("Parameters", {})
    values = {}
    for item in self._get_param("Parameters", []):
        key = item["ParameterKey"]
        if key not in declared:
            raise ValidationError(message=f"Parameters: [{key}] do not exist in the template")
        values[key] = found.parameters[key] if item.get("UsePreviousValue") else item["ParameterValue"]
    if missing := [key for key, value in declared.items() if key not in values and "Default" not in value]:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    return values


def create_stack_instances(self: t.Any) -> ActionResult:
    found = _find(self)
    _check_free(self, found)
    before = list(found.stack_instances)
    found.instances.template = found.template
    found.instances.create_instances(
        self._get_param("Accounts", []), self._get_param("Regions", []), found.parameters, {}, found.permission_model
    )
    return _begin(self, found, "CREATE", [item for item in found.stack_instances if item not in before])


def delete_stack_instances(self: t.Any) -> ActionResult:
    found = _find(self)
    _check_free(self, found)
    accounts, regions = self._get_param("Accounts", []), self._get_param("Regions", [])
    gone = [found.instances.get_instance(account, region) for account in accounts for region in regions]
    if None in gone:
        raise StackInstanceNotFound("Stack instance does not exist")
    return _begin(self, found, "DELETE", gone)


def delete_stack_set(self: t.Any) -> EmptyResult:
    found = _find(self)
    _check_free(self, found)
    if found.stack_instances:
        raise StackSetNotEmpty()
    found.delete()
    return EmptyResult()


def list_stack_instances(self: t.Any) -> ActionResult:
    found = _find(self)
    return ActionResult(
        formation.page(self, [_summary(item) for item in found.stack_instances], "Summaries", INSTANCES_ON_A_PAGE)
    )


def list_stack_set_operations(self: t.Any) -> ActionResult:
    """The newest first. A look at an operation brings it nearer to its end."""
    found = _find(self)
    other = formation._plays.pop((found.name, "SET_OTHER"), None)
    if other:
        _start(found, "of-others", "UPDATE", list(found.stack_instances), other)
    for operation in found.played:
        _go_on(found, operation)
    return ActionResult({"Summaries": [_described(operation) for operation in found.played[::-1]]})


def describe_stack_set_operation(self: t.Any) -> ActionResult:
    found = _find(self)
    operation = _operation(self, found)
    _go_on(found, operation)
    return ActionResult({"StackSetOperation": _described(operation)})


def list_stack_set_operation_results(self: t.Any) -> ActionResult:
    found = _find(self)
    operation = _operation(self, found)
    ended = operation["Status"] not in _RUNNING
    reasons = {(item["account"], item["region"]): item["reason"] for item in operation["play"].failures}
    results = [
        {
            "Account": item.account_id,
            "Region": item.region_name,
            "Status": "RUNNING" if not ended else "FAILED" if _place(item) in reasons else "SUCCEEDED",
            "StatusReason": reasons.get(_place(item)) if ended else None,
        }
        for item in operation["instances"]
    ]
    return ActionResult(formation.page(self, results, "Summaries", RESULTS_ON_A_PAGE))


def get_template_summary(self: t.Any) -> ActionResult:
    if self._get_param("StackSetName"):
        declared = Stack.parse_template(_find(self).template).get("Parameters", {})
        summary = [
            {"ParameterKey": key, "DefaultValue": value.get("Default"), "NoEcho": value.get("NoEcho", False)}
            for key, value in declared.items()
        ]
        return ActionResult({"Parameters": summary})
    return t.cast("ActionResult", _get_template_summary(self))


STACK_SET_METHODS = (
    create_stack_set,
    describe_stack_set,
    update_stack_set,
    create_stack_instances,
    delete_stack_instances,
    delete_stack_set,
    list_stack_instances,
    list_stack_set_operations,
    describe_stack_set_operation,
    list_stack_set_operation_results,
    get_template_summary,
)


def _find(self: t.Any) -> t.Any:
    return self.cloudformation_backend.describe_stack_set(self._get_param("StackSetName"))


def _operation(self: t.Any, found: t.Any) -> dict[str, t.Any]:
    for operation in found.played:
        if operation["OperationId"] == self._get_param("OperationId"):
            return t.cast("dict[str, t.Any]", operation)
    raise OperationNotFound(f"Operation {self._get_param('OperationId')} not found")


def _check_free(self: t.Any, found: t.Any) -> None:
    race = formation._plays.pop((found.name, "SET_RACE"), None)
    if race:
        _start(found, "of-a-race", "UPDATE", list(found.stack_instances), race)
    operation_id = self._get_param("OperationId")
    if any(operation["OperationId"] == operation_id for operation in found.played):
        raise OperationIdAlreadyExists(f"Operation {operation_id} already exists")
    if any(operation["Status"] in _RUNNING for operation in found.played):
        raise OperationInProgress(f"Another Operation on StackSet {found.arn} is in progress")


def _begin(self: t.Any, found: t.Any, action: str, instances: t.Sequence[t.Any]) -> ActionResult:
    play = formation.play_for(found.name, f"SET_{action}")
    _start(found, self._get_param("OperationId"), action, instances, play)
    return ActionResult({"OperationId": self._get_param("OperationId")})


def _start(found: t.Any, operation_id: str, action: str, instances: t.Sequence[t.Any], play: formation.Play) -> None:
    for item in instances:
        item.state, item.detail, item.reason = "OUTDATED", "RUNNING", None
    found.played.append(
        {
            "OperationId": operation_id,
            "Action": action,
            "Status": "RUNNING",
            "StatusReason": None,
            "play": play,
            "instances": instances,
        }
    )


def _go_on(found: t.Any, operation: dict[str, t.Any]) -> None:
    play = operation["play"]
    if operation["Status"] not in _RUNNING:
        return
    if play.looks:
        play.looks -= play.looks > 0
        return
    operation["Status"], operation["StatusReason"] = play.status or "SUCCEEDED", play.reason or None
    reasons = {(item["account"], item["region"]): item["reason"] for item in play.failures}
    for item in operation["instances"]:
        failed = _place(item) in reasons
        item.state, item.detail = ("OUTDATED", "FAILED") if failed else ("CURRENT", "SUCCEEDED")
        item.reason = reasons.get(_place(item))
        if operation["Action"] == "DELETE" and failed:
            item.state = item.detail = "INOPERABLE"
        elif operation["Action"] == "DELETE":
            found.instances.delete([item.account_id], [item.region_name])


def _described(operation: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in operation.items() if key not in ("play", "instances")}


def _place(item: t.Any) -> tuple[str, str]:
    return item.account_id, item.region_name


def _summary(item: t.Any) -> dict[str, t.Any]:
    return {
        "StackSetId": item.stackset_id,
        "Account": item.account_id,
        "Region": item.region_name,
        "StackId": item.stack.stack_id,
        "Status": item.state,
        "StatusReason": item.reason,
        "StackInstanceStatus": {"DetailedStatus": item.detail},
    }
