# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: why an operation on a stack failed, from the events of the stack and of those inside it.

A part, above ``_stacks``.
"""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._secrecy import redact
from .stacks import GONE

if t.TYPE_CHECKING:
    import datetime

    from .stacks import CloudFormation, Stack

Event = t.Mapping[str, t.Any]

_STACK_TYPE = "AWS::CloudFormation::Stack"
_CANCELLED = re.compile(r"Resource \w+ cancell?ed", re.IGNORECASE)
"""What CloudFormation stops because something else failed is no cause."""
_SHOWN = 5
_PAST_TENSE = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}


def operation_failure(
    cfn: CloudFormation, stack: Stack, token: str, operation: str, secrets: t.Iterable[str] = (), hint: str = ""
) -> PartialFailure:
    """The failure of an operation, with its causes.

    :param token: the ``ClientRequestToken`` of the operation
    :param doing: ``CREATE``, ``UPDATE`` or ``DELETE``
    :param secrets: values that no reason may quote
    """
    unread = ""
    failures: list[dict[str, t.Any]] = []
    try:
        failures = find_causes(cfn, stack.stack_id, operation_events(cfn, stack.stack_id, token, operation))
    except OctoAwsError as error:
        unread = f"its events cannot be read ({error.message.rstrip('.')})"
    hide = [*cfn.secrets, *secrets]
    failures = [{**failure, "reason": redact(failure["reason"], hide)} for failure in failures]
    told = [_sentence(failure) for failure in failures[:_SHOWN]]
    if len(failures) > _SHOWN:
        told.append(f"and {len(failures) - _SHOWN} more")
    why = "; ".join(told) or redact(stack.reason, hide) or unread or "AWS says nothing about why"
    outcome = "it was deleted again" if stack.status == GONE else f"its state is {stack.status}"
    return PartialFailure.of(
        ErrorCode.STACK_FAILED,
        f"The stack {stack.name} could not be {_PAST_TENSE[operation]}, and {outcome}: {why.rstrip('.')}.",
        hint,
        **stack.as_result(),
        changed=True,
        failures=failures,
    )


def operation_events(cfn: CloudFormation, stack_id: str, token: str, operation: str) -> list[Event]:
    """The events of one operation, oldest first. AWS gives the newest first, over the whole life of the stack.

    Where no event since the operation began has its token, these are all of them: there is one operation at a time.

    :param doing: the state of the stack while it began was this with ``_IN_PROGRESS``
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
    """What failed by itself, oldest first, with what failed inside nested stacks in place of these.

    :param path: of the nested stack within the outermost one
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
    """The events, of one stack and oldest first, that say what failed.

    Resources, unless they were only cancelled. Where no resource failed, what the stack itself says: that a transform
    or an export cannot be, for one.
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


def _sentence(failure: t.Mapping[str, t.Any]) -> str:
    return f"{failure['logical_id']} ({failure['type']}) {failure['status']}: {failure['reason'].rstrip('.') or '?'}"
