# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a stack set into a state: present or absent."""

from __future__ import annotations

import typing as t

from .._errors import OctoAwsError
from .options import api_parameters
from .stack_set import no_stack_set_result
from .stack_set_options import SERVICE_MANAGED, operation_preferences
from .stack_set_plan import Place, Plan, grouped, plan_for

if t.TYPE_CHECKING:
    from .stack_set import StackSet
    from .stack_set_template import StackSetTemplate
    from .stack_sets import StackSetClient

Options = t.Mapping[str, t.Any]
Result = dict[str, t.Any]
Operation = tuple[str, dict[str, t.Any]]

_BUSY = ("OperationInProgressException", "StaleRequestException", "NameAlreadyExistsException")
"""Errors of AWS if another operation began after the stack set was read."""
_NO_OPERATION: Result = {"operation_id": None, "operation_status": None, "failures": []}
_SETTINGS = {
    "description": "Description",
    "administration_role_arn": "AdministrationRoleARN",
    "execution_role_name": "ExecutionRoleName",
}
"""The settings of a stack set alone, with their names in a request."""
_DEFAULT_ROLES = ("AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole")


def present(client: StackSetClient, options: Options, template: StackSetTemplate, *, check_mode: bool) -> Result:
    """Create or update the stack set, and create and remove instances.

    :raises OctoAwsError: an operation failed, or timed out
    """
    return _repeat(client, lambda: _present(client, options, template, check_mode=check_mode))


def absent(client: StackSetClient, options: Options, _template: StackSetTemplate, *, check_mode: bool) -> Result:
    """Delete the stack set with its instances.

    :raises OctoAwsError: an operation failed, or timed out
    """
    return _repeat(client, lambda: _absent(client, options, check_mode=check_mode))


def _repeat(client: StackSetClient, work: t.Callable[[], Result]) -> Result:
    while True:
        try:
            return work()
        except OctoAwsError as error:
            if not error.is_refusal(*_BUSY):
                raise
        client.wait_for_others()


def _present(client: StackSetClient, options: Options, template: StackSetTemplate, *, check_mode: bool) -> Result:
    stack_set = client.read()
    plan = plan_for(
        stack_set,
        options,
        lambda present: client.work.step(lambda: template.is_same(present)),
        lambda: client.work.step(client.defaults),
    )
    shown = plan.as_result(stack_set.places if stack_set else [], exists=stack_set is not None)
    if check_mode or (stack_set and plan.is_empty):
        changed = not stack_set or not plan.is_empty or client.has_changed
        state = stack_set.as_result() if stack_set else no_stack_set_result(client.name)
        return {"changed": changed, **state, **shown, **_NO_OPERATION}
    if stack_set is None:
        client.create(**_creation(options), **template.parameters())
    return {"changed": True, **_run(client, options, _operations(options, template, stack_set, plan)), **shown}


def _absent(client: StackSetClient, options: Options, *, check_mode: bool) -> Result:
    stack_set = client.read()
    if stack_set is None:
        nothing: Result = {"settings": [], "changes": []}
        return {"changed": client.has_changed, **no_stack_set_result(client.name), **nothing, **_NO_OPERATION}
    plan = Plan([], [], [], stack_set.places)
    shown = plan.as_result(stack_set.places, exists=True)
    if check_mode:
        return {"changed": True, **stack_set.as_result(), **shown, **_NO_OPERATION}
    outcome = _run(client, options, _removals(options, plan.extra, managed=stack_set.service_managed))
    client.work.step(client.delete)
    return {"changed": True, **outcome, **shown, "status": "DELETED"}


def _run(client: StackSetClient, options: Options, operations: t.Sequence[Operation]) -> Result:
    """Run operations one after the other, as AWS has only one at a time on a stack set."""
    result = dict(_NO_OPERATION)
    for number, (operation, parameters) in enumerate(operations, 1):
        preferences = operation_preferences(options)
        operation_id = client.begin_operation(operation, **parameters, **preferences)
        result = {"operation_id": operation_id, "operation_status": "RUNNING", "failures": result["failures"]}
        if options["wait"] or number < len(operations):
            result["failures"] = [*result["failures"], *client.wait_for(operation_id)]
            result["operation_status"] = "SUCCEEDED"
    return {**client.state(), **result}


def _operations(
    options: Options, template: StackSetTemplate, stack_set: StackSet | None, plan: Plan
) -> list[Operation]:
    """Return the operations for a plan. The removals are first: an account that is closed would fail the update."""
    managed = options["permission_model"] == SERVICE_MANAGED
    operations = _removals(options, plan.extra, managed=managed)
    if stack_set and plan.updates:
        body = template.parameters() if "template" in plan.settings else {"UsePreviousTemplate": True}
        operations.append(
            ("update_stack_set", {**_content(options, update=True), **_own_settings(options, stack_set), **body})
        )
    for targets, regions in grouped(plan.missing):
        operations.append(("create_stack_instances", {**_targets(targets, managed=managed), "Regions": regions}))
    return operations


def _removals(options: Options, places: t.Sequence[Place], *, managed: bool) -> list[Operation]:
    return [
        (
            "delete_stack_instances",
            {**_targets(targets, managed=managed), "Regions": regions, "RetainStacks": options["retain_stacks"]},
        )
        for targets, regions in grouped(places)
    ]


def _targets(targets: t.Sequence[str], *, managed: bool) -> dict[str, t.Any]:
    if managed:
        return {"DeploymentTargets": {"OrganizationalUnitIds": list(targets)}}
    return {"Accounts": list(targets)}


def _creation(options: Options) -> dict[str, t.Any]:
    return {
        **_content(options, update=False),
        **_own_settings(options, None),
        "PermissionModel": options["permission_model"],
    }


def _content(options: Options, *, update: bool) -> dict[str, t.Any]:
    content = api_parameters(options, update=update)
    return {name: value for name, value in content.items() if name not in ("TemplateBody", "TemplateURL")}


def _own_settings(options: Options, stack_set: StackSet | None) -> dict[str, t.Any]:
    """Return the settings that stacks do not have. An update repeats those that AWS would reset to its defaults."""
    content: dict[str, t.Any] = {}
    for option, name in _SETTINGS.items():
        present = getattr(stack_set, option) if stack_set else ""
        # To name a default role needs permissions that a request without it does not need.
        value = options.get(option) or ("" if present.endswith(_DEFAULT_ROLES) else present)
        if value and (name == "Description" or options["permission_model"] != SERVICE_MANAGED):
            content[name] = value
    deployment = options.get("auto_deployment")
    if deployment:
        content["AutoDeployment"] = {"Enabled": deployment["enabled"]}
        if deployment["enabled"]:
            retained = deployment["retain_stacks_on_account_removal"]
            content["AutoDeployment"]["RetainStacksOnAccountRemoval"] = retained
    return content
