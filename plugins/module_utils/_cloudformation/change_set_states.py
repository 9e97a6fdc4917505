# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a change set into a state: present, executed or absent."""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .change_sets import (
    CREATING,
    ChangeSet,
    create_change_set,
    delete_change_set,
    execution_status,
    find_change_set,
    preview,
    wait_until_created,
)
from .changes import changes_diff
from .options import template_sources
from .stack import IN_REVIEW, Stack, no_stack_result
from .stack_states import check_succeeded, check_updatable

if t.TYPE_CHECKING:
    from .stacks import CloudFormation

Options = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

_DONE = "EXECUTE_COMPLETE"
_AVAILABLE = "AVAILABLE"
_EXECUTING = "EXECUTE_IN_PROGRESS"
_FAILED = "EXECUTE_FAILED"


def present(cfn: CloudFormation, options: Options, *, check_mode: bool) -> Result:
    """Create a change set, or replace the one of the same name, and return its changes.

    :raises OctoAwsError: the stack cannot be updated, or the change set failed
    """
    stack, change_set = _create_change_set(cfn, options, check_mode)
    if stack is None and not check_mode and not change_set.without_changes:
        # AWS has created the stack for the change set.
        stack = cfn.describe(change_set.stack_id)
    return _result(options, stack, change_set, changed=not change_set.without_changes, kept=not check_mode)


def executed(cfn: CloudFormation, options: Options, *, check_mode: bool) -> Result:
    """Execute a new or an existing change set.

    :raises OctoAwsError: the change set does not exist or cannot be executed, or the stack failed
    """
    if template_sources(options):
        stack, change_set = _create_change_set(cfn, options, check_mode)
        changed = not change_set.without_changes
    else:
        stack, change_set = _find_existing(cfn, options)
        changed = change_set.execution != _DONE
    if changed and not check_mode:
        stack = _execute(cfn, options, stack, change_set)
    return _result(options, stack, change_set, changed=changed, kept=not check_mode or not template_sources(options))


def absent(cfn: CloudFormation, options: Options, *, check_mode: bool) -> Result:
    """Delete a change set, and with the last one a stack that exists only for change sets.

    :raises OctoAwsError: the change set is being executed
    """
    stack = cfn.wait_until_idle(options["stack_name"])
    change_set = _find(cfn, options, stack) if stack else None
    # AWS does not delete an executed change set.
    if stack is None or change_set is None or change_set.execution == _DONE:
        return {"changed": False, "stack_name": options["stack_name"], "change_set_name": options["change_set_name"]}
    _refuse_executing(change_set)
    if not check_mode:
        delete_change_set(cfn, change_set.change_set_id, stack.stack_id, with_stack=True)
    return _result(options, stack, change_set, changed=True, kept=False)


def _create_change_set(cfn: CloudFormation, options: Options, check_mode: bool) -> tuple[Stack | None, ChangeSet]:
    stack = cfn.wait_until_idle(options["stack_name"])
    check_updatable(stack)
    if check_mode:
        return stack, preview(cfn, options, stack)
    existing = _find(cfn, options, stack) if stack and options["change_set_name"] else None
    if existing and existing.execution != _DONE:
        _refuse_executing(existing)
        # The new change set needs the stack.
        delete_change_set(cfn, existing.change_set_id, existing.stack_id, with_stack=False)
        cfn.note(changed=True)
    change_set = create_change_set(cfn, options, stack, options["change_set_name"])
    if not change_set.without_changes:
        cfn.note(
            changed=True,
            **{
                **no_stack_result(options["stack_name"]),
                **(stack.as_result() if stack else {"stack_id": change_set.stack_id}),
            },
            **change_set.as_result(),
        )
    return stack, change_set


def _find_existing(cfn: CloudFormation, options: Options) -> tuple[Stack, ChangeSet]:
    stack = cfn.wait_until_idle(options["stack_name"])
    change_set = _find(cfn, options, stack) if stack else None
    if stack is None or change_set is None:
        raise OctoAwsError(
            ErrorCode.CHANGE_SET_UNKNOWN,
            f"The stack {options['stack_name']} has no change set {options['change_set_name']}."
            if stack
            else f"There is no stack {options['stack_name']} with a change set {options['change_set_name']}.",
            hint="Create it with state: present. When a change set is executed, AWS deletes the others of its stack.",
        )
    if change_set.execution not in (_AVAILABLE, _DONE):
        raise PartialFailure.of(
            ErrorCode.CHANGE_SET_UNUSABLE,
            f"The change set {change_set.name} cannot be executed: it is {change_set.status}, {change_set.execution}"
            f"{f' ({change_set.reason})' if change_set.reason else ''}.",
            "Create it again with state: present.",
            **change_set.as_result(),
        )
    return stack, change_set


def _find(cfn: CloudFormation, options: Options, stack: Stack) -> ChangeSet | None:
    """Return the change set of the options. If AWS still creates it, wait for it."""
    record = cfn.work.step(lambda: _find_record(cfn, options["change_set_name"], stack))
    if record is None:
        return None
    change_set = ChangeSet.from_record(record)
    if change_set.status in CREATING:
        return wait_until_created(cfn, change_set.change_set_id, change_set.stack_id)
    return change_set


def _find_record(cfn: CloudFormation, name: str, stack: Stack) -> dict[str, t.Any] | None:
    found = find_change_set(cfn, name, stack.stack_id)
    # AWS does not find an executed change set by its name.
    if found is None and f":changeSet/{name}/" in stack.change_set_id:
        found = find_change_set(cfn, stack.change_set_id)
    return dataclasses.asdict(found) if found else None


def _refuse_executing(change_set: ChangeSet) -> None:
    if change_set.execution == _EXECUTING:
        raise PartialFailure.of(
            ErrorCode.CHANGE_SET_UNUSABLE,
            f"The change set {change_set.name} is being executed, and cannot be deleted.",
            "Wait until the operation on the stack has ended, then run the task again.",
            **change_set.as_result(),
        )


def _execute(cfn: CloudFormation, options: Options, stack: Stack | None, change_set: ChangeSet) -> Stack:
    record = cfn.work.step(lambda: _record(stack or cfn.describe(change_set.stack_id)))
    before = Stack.from_record(record) if record else None
    token = cfn.request_token()
    cfn.begin(
        "execute_change_set",
        before or options["stack_name"],
        ChangeSetName=change_set.change_set_id,
        ClientRequestToken=token,
    )
    operation = _operation(before, change_set)
    if not options.get("wait", True):
        return cfn.begun(change_set.stack_id, before, operation)
    execution = _AVAILABLE

    def is_done() -> bool:
        nonlocal execution
        execution = execution_status(cfn, change_set.change_set_id)
        return execution not in (_AVAILABLE, _EXECUTING)

    after = cfn.wait_for_operation(change_set.stack_id, before, is_done)
    check_succeeded(cfn, options, after, token, operation, failed=execution == _FAILED)
    return after


def _operation(before: Stack | None, change_set: ChangeSet) -> str:
    if any(change["action"] == "Import" for change in change_set.changes):
        return "IMPORT"
    return "CREATE" if before is None or before.status == IN_REVIEW else "UPDATE"


def _record(stack: Stack | None) -> dict[str, t.Any] | None:
    return stack.as_record() if stack else None


def _result(options: Options, stack: Stack | None, change_set: ChangeSet, *, changed: bool, kept: bool) -> Result:
    result = {
        "changed": changed,
        **(stack.as_result() if stack else no_stack_result(options["stack_name"])),
        **change_set.as_result(),
        "diff": changes_diff(options["stack_name"], change_set.changes),
    }
    if not kept or change_set.without_changes:
        result["change_set_id"] = None
    return result
