# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a stack."""

from __future__ import annotations

import dataclasses
import typing as t

GONE = "DELETE_COMPLETE"
IN_REVIEW = "REVIEW_IN_PROGRESS"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

_NO_ECHO = "****"
"""The value of AWS for parameters with ``NoEcho``."""


@dataclasses.dataclass(frozen=True)
class Stack:
    """The state of a stack at one point in time.

    :param version: a value that each operation on the stack changes
    :param shown: the parameters with values that AWS returns
    :param change_set_id: of the last executed change set, which AWS no longer finds by its name
    """

    stack_id: str
    name: str
    status: str
    reason: str = ""
    outputs: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    protected: bool = False
    version: str = ""
    shown: tuple[str, ...] = ()
    change_set_id: str = ""

    @property
    def in_progress(self) -> bool:
        """Whether an operation on the stack is in progress."""
        return self.status.endswith("_IN_PROGRESS") and self.status != IN_REVIEW

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any]) -> Stack:
        """Read an item of DescribeStacks."""
        return cls(
            stack_id=response["StackId"],
            name=response["StackName"],
            status=response["StackStatus"],
            reason=response.get("StackStatusReason") or "",
            outputs={output["OutputKey"]: output["OutputValue"] for output in response.get("Outputs") or []},
            protected=bool(response.get("EnableTerminationProtection")),
            version=f"{response['StackStatus']} {response.get('LastUpdatedTime')} {response.get('DeletionTime')}",
            shown=tuple(
                parameter["ParameterKey"]
                for parameter in response.get("Parameters") or []
                if parameter.get("ParameterValue") != _NO_ECHO
            ),
            change_set_id=response.get("ChangeSetId") or "",
        )

    @classmethod
    def from_record(cls, record: t.Mapping[str, t.Any]) -> Stack:
        """Read plain data of :meth:`as_record`."""
        return cls(**{**record, "shown": (*record["shown"],)})

    def as_record(self) -> dict[str, t.Any]:
        """Return plain data."""
        return {**dataclasses.asdict(self), "outputs": dict(self.outputs)}

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
        return {
            "stack_name": self.name,
            "stack_id": self.stack_id,
            "status": self.status,
            "outputs": dict(self.outputs),
        }


def no_stack_result(name: str) -> dict[str, t.Any]:
    """Return values for the result of a task, for a stack that does not exist."""
    return {"stack_name": name, "stack_id": None, "status": None, "outputs": {}}


def stack_name(stack_id: str) -> str:
    """Return the name from the ARN of a stack, ``arn:...:stack/NAME/ID``."""
    return stack_id.split("/")[1] if "/" in stack_id else stack_id
