# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: has CloudFormation make a stack what a task says, or take it away.

A service, above C(_change_sets) and C(_stack_events).
"""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .change_sets import all_of, diff_of, foretell, replacements_of, resources_of
from .failure_events import failure_of
from .options import content_of, policy_of, text_of_parameter
from .stacks import GONE, IN_REVIEW, SUCCEEDED, new_token, no_stack, other_than_asked, pauses

if t.TYPE_CHECKING:
    from .stacks import CloudFormation, Stack

Given = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

NEVER_CAME_UP = ("ROLLBACK_COMPLETE", "CREATE_FAILED")
"""The states of stacks that can be deleted and created anew: nothing of them was ever in use."""
_STUCK = {
    "UPDATE_ROLLBACK_FAILED": "Continue its rollback (aws cloudformation continue-update-rollback) first.",
    "IMPORT_ROLLBACK_FAILED": "Delete it, or have AWS support mend it.",
    "ROLLBACK_FAILED": "Delete it with state: absent, with retain_resources for what cannot be deleted.",
    "DELETE_FAILED": "Delete it with state: absent, with retain_resources for what cannot be deleted.",
}
_BUSY = ("_IN_PROGRESS state and can not be updated", "cannot be deleted while in status")
"""What AWS says of a stack that others work on."""


def check_workable(stack: Stack | None, *, recreate_failed: bool = False) -> None:
    """Refuse a stack that cannot be updated.

    :raises OctoAwsError: says what to do with it
    """
    if stack is None:
        return
    about = f"The stack {stack.name} is in the state {stack.status}"
    if stack.status in NEVER_CAME_UP and not recreate_failed:
        raise PartialFailure.of(
            ErrorCode.STACK_NEVER_CAME_UP,
            f"{about}: it never came up, and cannot be updated.",
            "Delete it with state: absent once nobody needs it to find out why, or set recreate_failed.",
            **stack.as_result(),
        )
    if stack.status in _STUCK:
        raise PartialFailure.of(
            ErrorCode.STACK_STUCK, f"{about}, and cannot be updated.", _STUCK[stack.status], **stack.as_result()
        )


def refuse_protected(stack: Stack) -> None:
    """Refuse to delete a stack that is protected.

    :raises OctoAwsError: it is
    """
    if stack.protected:
        raise PartialFailure.of(
            ErrorCode.STACK_PROTECTED,
            f"The stack {stack.name} cannot be deleted: its termination protection is on.",
            "Turn it off first, with termination_protection: false and state: present.",
            **stack.as_result(),
        )


def present(formation: CloudFormation, given: Given, *, check_mode: bool, diff: bool) -> Result:
    """Create or update the stack.

    :raises OctoAwsError: it cannot be, it failed, or it took too long
    """
    for pause in pauses():
        stack = formation.settled(given["stack_name"])
        if stack is not None and stack.status == IN_REVIEW:
            raise PartialFailure.of(
                ErrorCode.STACK_IN_REVIEW,
                f"The stack {stack.name} is in the state {IN_REVIEW}: it waits for a change set to be executed.",
                "Execute its change set, or delete it, with octo.aws.cloudformation_change_set.",
                **stack.as_result(),
            )
        check_workable(stack, recreate_failed=given["recreate_failed"])
        if check_mode:
            return _foretold(formation, given, stack)
        if stack is not None and stack.status in NEVER_CAME_UP:
            _delete(formation, given, stack)
            stack = None
        try:
            return _create(formation, given, diff) if stack is None else _update(formation, given, stack, diff)
        except OctoAwsError as error:
            if not _is_concurrent_update(error):
                raise
        formation.pause(pause, f"Others are at work on the stack {given['stack_name']}")
    raise AssertionError("there are pauses for ever")


def absent(formation: CloudFormation, given: Given, *, check_mode: bool, diff: bool) -> Result:
    """Delete the stack.

    :raises OctoAwsError: it cannot be, it failed, or it took too long
    """
    for pause in pauses():
        stack = formation.settled(given["stack_name"])
        if stack is None:
            return {"changed": False, **no_stack(given["stack_name"])}
        refuse_protected(stack)
        result: Result = {"changed": True, **stack.as_result()}
        if check_mode or diff:
            result["changes"] = all_of(resources_of(formation, stack.stack_id), "Remove")
            result["diff"] = diff_of(stack.name, result["changes"])
        if check_mode:
            return result
        try:
            _delete(formation, given, stack)
        except OctoAwsError as error:
            if not _is_concurrent_update(error):
                raise
        else:
            return {**result, "status": GONE}
        formation.pause(pause, f"Others are at work on the stack {given['stack_name']}")
    raise AssertionError("there are pauses for ever")


def _foretold(formation: CloudFormation, given: Given, stack: Stack | None) -> Result:
    if stack is not None and stack.status in NEVER_CAME_UP:
        refuse_protected(stack)
        again = all_of(resources_of(formation, stack.stack_id), "Remove")
        return {"changed": True, **stack.as_result(), **_shown(given, again)}
    expected = foretell(formation, given, stack)
    settings = _settings_to_change(formation, given, stack) if stack else []
    changed = not expected.without_changes or bool(settings)
    return {
        "changed": changed,
        **(stack.as_result() if stack else no_stack(given["stack_name"])),
        **_shown(given, expected.changes, settings),
    }


def _shown(given: Given, changes: t.Sequence[t.Mapping[str, t.Any]], settings: t.Sequence[str] = ()) -> Result:
    return {
        "changes": list(changes),
        "replacements": replacements_of(changes),
        "diff": diff_of(given["stack_name"], changes, settings),
    }


def _create(formation: CloudFormation, given: Given, diff: bool) -> Result:
    parameters = content_of(given, update=False)
    if given.get("on_create_failure"):
        parameters["OnFailure"] = given["on_create_failure"]
    if given.get("termination_protection") is not None:
        parameters["EnableTerminationProtection"] = given["termination_protection"]
    if given.get("stack_policy"):
        parameters["StackPolicyBody"] = given["stack_policy"]
    token = new_token()
    name = given["stack_name"]
    made = formation.begin("create_stack", name, StackName=name, ClientRequestToken=token, **parameters)
    stack = formation.finished(made["StackId"], None)
    if stack.name != given["stack_name"]:
        raise other_than_asked(f"the stack {given['stack_name']}", stack.name)
    check_succeeded(formation, given, stack, token, "CREATE")
    shown = _shown(given, all_of(resources_of(formation, stack.stack_id), "Add")) if diff else {}
    return {"changed": True, **stack.as_result(), **shown}


def _update(formation: CloudFormation, given: Given, stack: Stack, diff: bool) -> Result:
    changes = foretell(formation, given, stack).changes if diff else ()
    # Before the update, so that a policy that allows more allows it.
    settings = _settings_to_change(formation, given, stack)
    _change_settings(formation, given, stack, settings)
    shown = _shown(given, changes, settings) if diff else {}
    token = new_token()
    try:
        formation.begin(
            "update_stack", stack, StackName=stack.stack_id, ClientRequestToken=token, **content_of(given, update=True)
        )
    except OctoAwsError as error:
        if not error.is_refusal("ValidationError", saying="No updates are to be performed"):
            raise
        return {"changed": bool(settings), **stack.as_result(), **shown}
    stack = formation.finished(stack.stack_id, stack)
    check_succeeded(formation, given, stack, token, "UPDATE")
    return {"changed": True, **stack.as_result(), **shown}


def check_succeeded(
    formation: CloudFormation, given: Given, stack: Stack, token: str, doing: str, *, failed: bool = False
) -> None:
    """Look how an operation ended.

    :param failed: whether AWS says so elsewhere than in the state of the stack
    :raises OctoAwsError: it failed; its causes are shown
    """
    if failed or stack.status not in SUCCEEDED:
        parameters = given.get("parameters") or {}
        hidden = [text_of_parameter(name, parameters[name]) for name in stack.hidden if parameters.get(name)]
        raise failure_of(formation, stack, token, doing, hidden)


def _settings_to_change(formation: CloudFormation, given: Given, stack: Stack) -> list[str]:
    """The options of the stack itself that are others than the stack has."""
    found = []
    wanted = given.get("termination_protection")
    if wanted is not None and wanted != stack.protected:
        found.append("termination_protection")
    if given.get("stack_policy"):
        told = formation.ask("get_stack_policy", StackName=stack.stack_id).get("StackPolicyBody")
        if not told or policy_of(told) != policy_of(given["stack_policy"]):
            found.append("stack_policy")
    return found


def _change_settings(formation: CloudFormation, given: Given, stack: Stack, settings: t.Sequence[str]) -> None:
    if "termination_protection" in settings:
        formation.ask(
            "update_termination_protection",
            StackName=stack.stack_id,
            EnableTerminationProtection=given["termination_protection"],
        )
        formation.note(changed=True)
    if "stack_policy" in settings:
        formation.ask("set_stack_policy", StackName=stack.stack_id, StackPolicyBody=given["stack_policy"])
        formation.note(changed=True)


def _delete(formation: CloudFormation, given: Given, stack: Stack) -> None:
    """Delete the stack; where that fails, once more without the resources that may stay."""
    refuse_protected(stack)
    role = {"RoleARN": given["role_arn"]} if given.get("role_arn") else {}
    retained: dict[str, list[str]] = {}
    while True:
        token = new_token()
        formation.begin("delete_stack", stack, StackName=stack.stack_id, ClientRequestToken=token, **role, **retained)
        stack = formation.finished(stack.stack_id, stack)
        if stack.status == GONE:
            return
        # AWS lets nothing stay but what it could not delete.
        failed = [
            resource["LogicalResourceId"]
            for resource in resources_of(formation, stack.stack_id)
            if resource.get("ResourceStatus") == "DELETE_FAILED"
        ]
        may_stay = [name for name in given["retain_resources"] if name in failed]
        if retained or not may_stay:
            hint = f"If they may stay, give retain_resources: [{', '.join(failed)}]." if failed else ""
            raise failure_of(formation, stack, token, "DELETE", hint=hint)
        retained = {"RetainResources": may_stay}


def _is_concurrent_update(error: OctoAwsError) -> bool:
    """Whether others began to work on the stack between the look at it and the request."""
    busy = error.is_refusal("ValidationError") and error.words_of_aws(_BUSY)
    return bool(busy) or error.is_refusal("AlreadyExistsException")
