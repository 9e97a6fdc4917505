# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the states of a change set: made, executed, gone.

A service, above C(_deployment).
"""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .change_sets import diff_of, execution_of, find_change_set, foretell, make_change_set, remove_change_set
from .options import sources_of
from .stack_states import check_succeeded, check_workable
from .stacks import IN_REVIEW, new_token, no_stack

if t.TYPE_CHECKING:
    from .change_sets import ChangeSet
    from .stacks import CloudFormation, Stack

Given = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

_DONE = "EXECUTE_COMPLETE"
_AVAILABLE = "AVAILABLE"
_EXECUTING = "EXECUTE_IN_PROGRESS"
_FAILED = "EXECUTE_FAILED"


def present(formation: CloudFormation, given: Given, *, check_mode: bool) -> Result:
    """Make a change set, in place of one of the same name, and show what it would change.

    :raises OctoAwsError: it cannot be, or it failed
    """
    stack, change_set = _made(formation, given, check_mode)
    if stack is None and not check_mode and not change_set.without_changes:
        # AWS has made it for the change set.
        stack = formation.look(change_set.stack_id)
    return _result(given, stack, change_set, changed=not change_set.without_changes, kept=not check_mode)


def executed(formation: CloudFormation, given: Given, *, check_mode: bool) -> Result:
    """Execute a change set, one that is made for it or one that was made earlier.

    :raises OctoAwsError: there is none, it cannot be executed, or the stack failed
    """
    if sources_of(given):
        stack, change_set = _made(formation, given, check_mode)
        changed = not change_set.without_changes
    else:
        stack, change_set = _made_earlier(formation, given)
        changed = change_set.execution != _DONE
    if changed and not check_mode:
        stack = _execute(formation, given, stack, change_set)
    return _result(given, stack, change_set, changed=changed, kept=not check_mode or not sources_of(given))


def absent(formation: CloudFormation, given: Given, *, check_mode: bool) -> Result:
    """Remove a change set, and with the last one the stack that is there for change sets alone.

    :raises OctoAwsError: it is being executed
    """
    stack = formation.settled(given["stack_name"])
    change_set = _found(formation, given, stack) if stack else None
    # AWS keeps one that was executed for the record.
    if stack is None or change_set is None or change_set.execution == _DONE:
        return {"changed": False, "stack_name": given["stack_name"], "change_set_name": given["change_set_name"]}
    _refuse_at_work(change_set)
    if not check_mode:
        remove_change_set(formation, change_set.change_set_id, stack.stack_id, with_stack=True)
    return _result(given, stack, change_set, changed=True, kept=False)


def _made(formation: CloudFormation, given: Given, check_mode: bool) -> tuple[Stack | None, ChangeSet]:
    stack = formation.settled(given["stack_name"])
    check_workable(stack)
    if check_mode:
        return stack, foretell(formation, given, stack)
    former = _found(formation, given, stack) if stack and given["change_set_name"] else None
    if former and former.execution != _DONE:
        _refuse_at_work(former)
        # The stack stays: it is needed at once.
        remove_change_set(formation, former.change_set_id, former.stack_id, with_stack=False)
        formation.note(changed=True)
    change_set = make_change_set(formation, given, stack, given["change_set_name"])
    if not change_set.without_changes:
        formation.note(
            changed=True,
            **{**no_stack(given["stack_name"]), **(stack.as_result() if stack else {"stack_id": change_set.stack_id})},
            **change_set.as_result(),
        )
    return stack, change_set


def _made_earlier(formation: CloudFormation, given: Given) -> tuple[Stack, ChangeSet]:
    stack = formation.settled(given["stack_name"])
    change_set = _found(formation, given, stack) if stack else None
    if stack is None or change_set is None:
        raise OctoAwsError(
            ErrorCode.CHANGE_SET_UNKNOWN,
            f"The stack {given['stack_name']} has no change set {given['change_set_name']}."
            if stack
            else f"There is no stack {given['stack_name']}, and so no change set {given['change_set_name']}.",
            hint="Make it with state: present. When a change set is executed, AWS removes the others of its stack.",
        )
    if change_set.execution not in (_AVAILABLE, _DONE):
        raise PartialFailure.of(
            ErrorCode.CHANGE_SET_UNUSABLE,
            f"The change set {change_set.name} cannot be executed: it is {change_set.status}, {change_set.execution}"
            f"{f' ({change_set.reason})' if change_set.reason else ''}.",
            "Make it anew with state: present.",
            **change_set.as_result(),
        )
    return stack, change_set


def _found(formation: CloudFormation, given: Given, stack: Stack) -> ChangeSet | None:
    name = given["change_set_name"]
    found = find_change_set(formation, name, stack.stack_id)
    # By its name, AWS does not find one that was executed.
    if found is None and f":changeSet/{name}/" in stack.change_set_id:
        return find_change_set(formation, stack.change_set_id)
    return found


def _refuse_at_work(change_set: ChangeSet) -> None:
    if change_set.execution == _EXECUTING:
        raise PartialFailure.of(
            ErrorCode.CHANGE_SET_UNUSABLE,
            f"The change set {change_set.name} is being executed, and cannot be removed.",
            "Wait until the stack is done.",
            **change_set.as_result(),
        )


def _execute(formation: CloudFormation, given: Given, stack: Stack | None, change_set: ChangeSet) -> Stack:
    before = stack or formation.look(change_set.stack_id)
    token = new_token()
    formation.begin(
        "execute_change_set",
        before or given["stack_name"],
        ChangeSetName=change_set.change_set_id,
        ClientRequestToken=token,
    )
    execution = _AVAILABLE

    def is_over() -> bool:
        nonlocal execution
        execution = execution_of(formation, change_set.change_set_id)
        return execution not in (_AVAILABLE, _EXECUTING)

    after = formation.finished(change_set.stack_id, before, is_over)
    doing = "CREATE" if before is None or before.status == IN_REVIEW else "UPDATE"
    check_succeeded(formation, given, after, token, doing, failed=execution == _FAILED)
    return after


def _result(given: Given, stack: Stack | None, change_set: ChangeSet, *, changed: bool, kept: bool) -> Result:
    result = {
        "changed": changed,
        **(stack.as_result() if stack else no_stack(given["stack_name"])),
        **change_set.as_result(),
        "diff": diff_of(given["stack_name"], change_set.changes),
    }
    if not kept or change_set.without_changes:
        result["change_set_id"] = None
    return result
