# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the causes of a failed operation in the events of a stack and its nested stacks."""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._secrecy import redact
from .stack import GONE

if t.TYPE_CHECKING:
    import datetime

    from .stack import Stack
    from .stacks import CloudFormation

Event = t.Mapping[str, t.Any]

_STACK_TYPE = "AWS::CloudFormation::Stack"
_CANCELLED = re.compile(r"Resource \w+ cancell?ed", re.IGNORECASE)
"""The reason of a resource that CloudFormation cancelled after another failure. It is not a cause."""
_SHOWN = 5
_PAST_TENSE = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted", "IMPORT": "extended by the import"}


def operation_failure(
    cfn: CloudFormation, stack: Stack, token: str, operation: str, secrets: t.Iterable[str] = (), hint: str = ""
) -> PartialFailure:
    """Return the error of a failed operation, with its causes.

    :param token: the ``ClientRequestToken`` of the operation
    :param operation: ``CREATE``, ``UPDATE``, ``DELETE`` or ``IMPORT``
    :param secrets: values to mask in reasons
    """
    unread = ""
    failures: list[dict[str, t.Any]] = []
    try:
        failures = find_causes(cfn, stack.stack_id, operation_events(cfn, stack.stack_id, token, operation))
    except OctoAwsError as error:
        unread = f"cannot read its events ({error.message.rstrip('.')})"
    hide = [*cfn.secrets, *secrets]
    failures = [{**failure, "reason": redact(failure["reason"], hide)} for failure in failures]
    clauses = [_clause(failure) for failure in failures[:_SHOWN]]
    if len(failures) > _SHOWN:
        clauses.append(f"and {len(failures) - _SHOWN} more")
    reason = "; ".join(clauses) or redact(stack.reason, hide) or unread or "AWS returned no reason"
    outcome = "was deleted" if stack.status == GONE else f"is in the state {stack.status}"
    return PartialFailure.of(
        ErrorCode.STACK_FAILED,
        f"The stack {stack.name} could not be {_PAST_TENSE[operation]}, and {outcome}: {reason.rstrip('.')}.",
        hint,
        **stack.as_result(),
        changed=True,
        failures=failures,
    )


def operation_events(cfn: CloudFormation, stack_id: str, token: str, operation: str) -> list[Event]:
    """Return the events of one operation, oldest first.

    AWS returns all events of the stack, newest first. If none has the token, return all events since the stack entered
    the state of the operation: a stack has one operation at a time.

    :param operation: ``CREATE``, ``UPDATE`` or ``DELETE``
    """
    found: list[Event] = []
    since_begin: list[Event] = []
    begun = False
    for event in cfn.pages("describe_stack_events", "StackEvents", StackName=stack_id):
        own = event.get("PhysicalResourceId") == stack_id
        if event.get("ClientRequestToken") == token:
            found.append(event)
        elif found and own:
            break
        if not begun:
            since_begin.append(event)
            begun = own and event.get("ResourceStatus") == f"{operation}_IN_PROGRESS"
    return (found or (since_begin if begun else []))[::-1]


def find_causes(
    cfn: CloudFormation,
    stack_id: str,
    events: t.Sequence[Event],
    path: str = "",
    seen: frozenset[str] = frozenset(),
) -> list[dict[str, t.Any]]:
    """Return the resources that failed first, oldest first. A nested stack is replaced by its own causes.

    :param path: the path of a nested stack in the outermost one
    """
    found: list[dict[str, t.Any]] = []
    began = events[0]["Timestamp"] if events else None
    seen = seen | {stack_id}
    for event in select_failures(events, stack_id):
        nested = str(event.get("PhysicalResourceId") or "")
        inside: list[dict[str, t.Any]] = []
        if event.get("ResourceType") == _STACK_TYPE and nested.startswith("arn:") and nested not in seen:
            inner = [event for event in _events(cfn, nested) if _since(event, began)]
            inside = find_causes(cfn, nested, inner, f"{path}{event['LogicalResourceId']}/", seen)
        found += inside or [_failure(event, path)]
    return found


def select_failures(events: t.Sequence[Event], stack_id: str) -> list[Event]:
    """Select the events of the failed resources that were not just cancelled.

    If no resource failed, select the event of the stack itself, such as a failed transform or export.
    """
    failed = [event for event in events if str(event.get("ResourceStatus", "")).endswith("_FAILED")]
    resources = [event for event in failed if event.get("PhysicalResourceId") != stack_id]
    own = [event for event in resources if not _CANCELLED.search(event.get("ResourceStatusReason") or "")]
    if own:
        return own
    ended = [event for event in events if re.search("FAILED|ROLLBACK", str(event.get("ResourceStatus", "")))]
    return [event for event in ended if event.get("ResourceStatusReason")][:1]


def _events(cfn: CloudFormation, stack_id: str) -> list[Event]:
    newest_first: list[Event] = [*cfn.pages("describe_stack_events", "StackEvents", StackName=stack_id)]
    return newest_first[::-1]


def _since(event: Event, began: datetime.datetime | None) -> bool:
    return began is None or event["Timestamp"] >= began


def _failure(event: Event, path: str) -> dict[str, t.Any]:
    return {
        "stack_name": event.get("StackName"),
        "logical_id": f"{path}{event.get('LogicalResourceId')}",
        "physical_id": event.get("PhysicalResourceId") or None,
        "type": event.get("ResourceType"),
        "status": event.get("ResourceStatus"),
        "reason": event.get("ResourceStatusReason") or "",
        "time": event["Timestamp"].isoformat(),
    }


def _clause(failure: t.Mapping[str, t.Any]) -> str:
    return f"{failure['logical_id']} ({failure['type']}) {failure['status']}: {failure['reason'].rstrip('.') or '?'}"
