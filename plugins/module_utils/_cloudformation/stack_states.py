# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a stack into a state: present, absent or completed."""

from __future__ import annotations

import typing as t
from functools import partial

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .change_sets import preview
from .changes import changes_diff, changes_for, replacements
from .drift import detect_drift
from .errors import unexpected_response
from .failure_events import operation_failure
from .options import api_parameters, parameter_text, parse_policy
from .stack import GONE, IN_REVIEW, SUCCEEDED, no_stack_result

if t.TYPE_CHECKING:
    from .stack import Stack
    from .stacks import CloudFormation

Options = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

CREATION_FAILED = ("ROLLBACK_COMPLETE", "CREATE_FAILED")
"""States of stacks that were never created completely. These can be deleted and created again."""
_STUCK = {
    "UPDATE_ROLLBACK_FAILED": "Run `aws cloudformation continue-update-rollback --stack-name NAME` first.",
    "IMPORT_ROLLBACK_FAILED": "Delete it, or contact AWS Support.",
    "ROLLBACK_FAILED": "Delete it with state: absent. Set retain_resources to keep what cannot be deleted.",
    "DELETE_FAILED": "Delete it with state: absent. Set retain_resources to keep what cannot be deleted.",
}
_BUSY = ("_IN_PROGRESS state and can not be updated", "cannot be deleted while in status")
"""Words of AWS about a stack with an operation in progress."""


def check_updatable(stack: Stack | None, *, recreate_failed: bool = False) -> None:
    """Reject a stack that cannot be updated.

    :raises OctoAwsError: its state does not allow updates
    """
    if stack is None:
        return
    about = f"The stack {stack.name} is in the state {stack.status}"
    if stack.status in CREATION_FAILED and not recreate_failed:
        raise PartialFailure.of(
            ErrorCode.STACK_NEVER_CAME_UP,
            f"{about}: its creation failed, and it cannot be updated.",
            "Check its events, then delete it with state: absent, or set recreate_failed: true.",
            **stack.as_result(),
        )
    if stack.status in _STUCK:
        raise PartialFailure.of(
            ErrorCode.STACK_STUCK, f"{about}, and cannot be updated.", _STUCK[stack.status], **stack.as_result()
        )


def refuse_protected(stack: Stack) -> None:
    """Reject the deletion of a protected stack.

    :raises OctoAwsError: the stack is protected
    """
    if stack.protected:
        raise PartialFailure.of(
            ErrorCode.STACK_PROTECTED,
            f"The stack {stack.name} cannot be deleted: termination protection is enabled.",
            "Disable it first with termination_protection: false and state: present.",
            **stack.as_result(),
        )


def refuse_in_review(stack: Stack | None) -> None:
    """Reject a stack that exists only for a change set.

    :raises OctoAwsError: the change set has not been executed
    """
    if stack is not None and stack.status == IN_REVIEW:
        raise PartialFailure.of(
            ErrorCode.STACK_IN_REVIEW,
            f"The stack {stack.name} is in the state {IN_REVIEW}: its change set has not been executed.",
            "Execute its change set, or delete it, with octo.aws.cloudformation_change_set.",
            **stack.as_result(),
        )


def present(cfn: CloudFormation, options: Options, *, check_mode: bool, diff: bool) -> Result:
    """Create or update the stack.

    :raises OctoAwsError: the state of the stack does not allow it, the operation failed, or it timed out
    """
    while True:
        stack = cfn.wait_until_idle(options["stack_name"])
        refuse_in_review(stack)
        check_updatable(stack, recreate_failed=options["recreate_failed"])
        if check_mode:
            return _with_drift(cfn, options, _preview(cfn, options, stack))
        if stack is not None and stack.status in CREATION_FAILED:
            _delete(cfn, {**options, "wait": True}, stack)
            stack = None
        try:
            result = _create(cfn, options, diff) if stack is None else _update(cfn, options, stack, diff)
        except OctoAwsError as error:
            if not _is_concurrent_update(error):
                raise
        else:
            return _with_drift(cfn, options, result)
        cfn.wait_for_others(options["stack_name"])


def completed(cfn: CloudFormation, options: Options, *, check_mode: bool, diff: bool) -> Result:
    """Wait for the operation that is in progress on the stack.

    :raises OctoAwsError: there is no stack, its last operation failed, or the wait timed out
    """
    stack = cfn.wait_until_idle(options["stack_name"])
    if stack is None and cfn.was_seen:
        return {"changed": False, **no_stack_result(options["stack_name"]), "status": GONE}
    if stack is None:
        raise OctoAwsError(
            ErrorCode.STACK_UNKNOWN,
            f"There is no stack {options['stack_name']} to wait for.",
            hint="Check stack_name, account and region. To wait for a deletion, use state: absent.",
        )
    refuse_in_review(stack)
    operation = "CREATE" if stack.status in (*CREATION_FAILED, "ROLLBACK_FAILED") else stack.status.split("_")[0]
    check_succeeded(cfn, options, stack, "", operation)
    return _with_drift(cfn, options, {"changed": False, **stack.as_result()})


def _with_drift(cfn: CloudFormation, options: Options, result: Result) -> Result:
    """Add the drift to a result, if it is requested. A stack without an ID does not exist."""
    if not options.get("detect_drift"):
        return result
    return {**result, "drift": detect_drift(cfn, result) if result["stack_id"] else None}


def absent(cfn: CloudFormation, options: Options, *, check_mode: bool, diff: bool) -> Result:
    """Delete the stack.

    :raises OctoAwsError: the stack is protected, the operation failed, or it timed out
    """
    while True:
        stack = cfn.wait_until_idle(options["stack_name"])
        if stack is None:
            return {"changed": False, **no_stack_result(options["stack_name"])}
        refuse_protected(stack)
        result: Result = {"changed": True, **stack.as_result()}
        if check_mode or diff:
            result["changes"] = cfn.work.step(partial(_removals, cfn, stack))
            result["diff"] = changes_diff(stack.name, result["changes"])
        if check_mode:
            return result
        try:
            status = _delete(cfn, options, stack)
        except OctoAwsError as error:
            if not _is_concurrent_update(error):
                raise
        else:
            return {**result, "status": status}
        cfn.wait_for_others(options["stack_name"])


def _preview(cfn: CloudFormation, options: Options, stack: Stack | None) -> Result:
    if stack is not None and stack.status in CREATION_FAILED:
        refuse_protected(stack)
        return {"changed": True, **stack.as_result(), **_changes_result(options, _removals(cfn, stack))}
    expected = preview(cfn, options, stack)
    settings = _settings_to_change(cfn, options, stack) if stack else []
    changed = not expected.without_changes or bool(settings)
    return {
        "changed": changed,
        **(stack.as_result() if stack else no_stack_result(options["stack_name"])),
        **_changes_result(options, expected.changes, settings),
    }


def _removals(cfn: CloudFormation, stack: Stack) -> list[dict[str, t.Any]]:
    return changes_for(cfn.resources(stack.stack_id), "Remove")


def _additions(cfn: CloudFormation, stack: Stack) -> list[dict[str, t.Any]]:
    return changes_for(cfn.resources(stack.stack_id), "Add")


def _changes_result(
    options: Options, changes: t.Sequence[t.Mapping[str, t.Any]], settings: t.Sequence[str] = ()
) -> Result:
    return {
        "changes": list(changes),
        "replacements": replacements(changes),
        "diff": changes_diff(options["stack_name"], changes, settings),
    }


def _create(cfn: CloudFormation, options: Options, diff: bool) -> Result:
    parameters = api_parameters(options, update=False)
    if options.get("on_create_failure"):
        parameters["OnFailure"] = options["on_create_failure"]
    if options.get("termination_protection") is not None:
        parameters["EnableTerminationProtection"] = options["termination_protection"]
    if options.get("stack_policy"):
        parameters["StackPolicyBody"] = options["stack_policy"]
    token = cfn.request_token()
    name = options["stack_name"]
    stack_id = cfn.begin("create_stack", name, StackName=name, ClientRequestToken=token, **parameters)
    if not options.get("wait", True):
        return {"changed": True, **cfn.begun(stack_id or name, None, "CREATE").as_result()}
    stack = cfn.wait_for_operation(stack_id or name, None)
    if stack.name != options["stack_name"]:
        raise unexpected_response(f"the stack {options['stack_name']}", stack.name)
    check_succeeded(cfn, options, stack, token, "CREATE")
    shown = _changes_result(options, cfn.work.step(partial(_additions, cfn, stack))) if diff else {}
    return {"changed": True, **stack.as_result(), **shown}


def _update(cfn: CloudFormation, options: Options, stack: Stack, diff: bool) -> Result:
    changes = preview(cfn, options, stack).changes if diff else ()
    # Before the update, which a less strict stack policy may allow.
    settings = cfn.work.step(partial(_change_settings, cfn, options, stack))
    shown = _changes_result(options, changes, settings) if diff else {}
    token = cfn.request_token()
    parameters = api_parameters(options, update=True)
    begun = cfn.begin("update_stack", stack, StackName=stack.stack_id, ClientRequestToken=token, **parameters)
    if begun is None:
        return {"changed": bool(settings), **stack.as_result(), **shown}
    if not options.get("wait", True):
        return {"changed": True, **cfn.begun(stack.stack_id, stack, "UPDATE").as_result(), **shown}
    stack = cfn.wait_for_operation(stack.stack_id, stack)
    check_succeeded(cfn, options, stack, token, "UPDATE")
    return {"changed": True, **stack.as_result(), **shown}


def check_succeeded(
    cfn: CloudFormation, options: Options, stack: Stack, token: str, operation: str, *, failed: bool = False
) -> None:
    """Check the result of an operation.

    :param failed: whether the operation failed, regardless of the state of the stack
    :raises OctoAwsError: the operation failed; the error has its causes
    """
    if failed or stack.status not in SUCCEEDED:
        parameters = options.get("parameters") or {}
        hidden = [
            parameter_text(name, value) for name, value in parameters.items() if value and name not in stack.shown
        ]
        raise operation_failure(cfn, stack, token, operation, hidden)


def _settings_to_change(cfn: CloudFormation, options: Options, stack: Stack) -> list[str]:
    """Return the options of the stack itself that differ from its settings."""
    differing = []
    wanted = options.get("termination_protection")
    if wanted is not None and wanted != stack.protected:
        differing.append("termination_protection")
    if options.get("stack_policy"):
        policy = cfn.call("get_stack_policy", StackName=stack.stack_id).get("StackPolicyBody")
        if not policy or parse_policy(policy) != parse_policy(options["stack_policy"]):
            differing.append("stack_policy")
    return differing


def _change_settings(cfn: CloudFormation, options: Options, stack: Stack) -> list[str]:
    settings = _settings_to_change(cfn, options, stack)
    if "termination_protection" in settings:
        cfn.call(
            "update_termination_protection",
            StackName=stack.stack_id,
            EnableTerminationProtection=options["termination_protection"],
        )
        cfn.note(changed=True)
    if "stack_policy" in settings:
        cfn.call("set_stack_policy", StackName=stack.stack_id, StackPolicyBody=options["stack_policy"])
        cfn.note(changed=True)
    return settings


def _delete(cfn: CloudFormation, options: Options, stack: Stack) -> str:
    """Delete the stack. If that fails, delete it again without the resources to retain.

    :returns: its state
    """
    refuse_protected(stack)
    role = {"RoleARN": options["role_arn"]} if options.get("role_arn") else {}
    retained: dict[str, list[str]] = {}
    while True:
        token = cfn.request_token()
        cfn.begin("delete_stack", stack, StackName=stack.stack_id, ClientRequestToken=token, **role, **retained)
        if not options.get("wait", True):
            return cfn.begun(stack.stack_id, stack, "DELETE").status
        stack = cfn.wait_for_operation(stack.stack_id, stack)
        if stack.status == GONE:
            return stack.status
        # AWS retains only resources that it could not delete.
        failed = cfn.work.step(partial(_failed_resources, cfn, stack))
        to_retain = [name for name in options["retain_resources"] if name in failed]
        if retained or not to_retain:
            hint = f"To keep these resources, set retain_resources: [{', '.join(failed)}]." if failed else ""
            raise operation_failure(cfn, stack, token, "DELETE", hint=hint)
        retained = {"RetainResources": to_retain}


def _failed_resources(cfn: CloudFormation, stack: Stack) -> list[str]:
    resources = cfn.resources(stack.stack_id)
    return [item["LogicalResourceId"] for item in resources if item.get("ResourceStatus") == "DELETE_FAILED"]


def _is_concurrent_update(error: OctoAwsError) -> bool:
    """Whether another operation began on the stack after it was read."""
    busy = error.is_refusal("ValidationError") and error.find_in_response(_BUSY)
    return bool(busy) or error.is_refusal("AlreadyExistsException")
