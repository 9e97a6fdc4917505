# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detect the drift of a stack: differences between its resources and its template."""

from __future__ import annotations

import typing as t
from functools import partial

from .._errors import ErrorCode, PartialFailure

if t.TYPE_CHECKING:
    from .stacks import CloudFormation

_IN_PROGRESS = "DETECTION_IN_PROGRESS"
_DRIFTED = ["MODIFIED", "DELETED"]


def detect_drift(cfn: CloudFormation, stack: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the drift of a stack. Values of properties are left out, since they may be secret.

    :param stack: values of a result; see :meth:`.stack.Stack.as_result`
    :raises OctoAwsError: the detection failed or timed out
    """
    stack_id = stack["stack_id"]
    begin = partial(cfn.call, "detect_stack_drift", StackName=stack_id)
    detection = cfn.work.step(lambda: str(begin()["StackDriftDetectionId"]))
    status = cfn.work.step(partial(_wait, cfn, stack["stack_name"], detection), may_wait=True)
    drifts = cfn.pages(
        "describe_stack_resource_drifts",
        "StackResourceDrifts",
        StackName=stack_id,
        StackResourceDriftStatusFilters=_DRIFTED,
    )
    drift = {"status": status["StackDriftStatus"], "resources": [_resource(item) for item in drifts]}
    if status["DetectionStatus"] == "DETECTION_FAILED":
        raise PartialFailure.of(
            ErrorCode.DRIFT_DETECTION_FAILED,
            f"The drift of the stack {stack['stack_name']} could not be detected for all resources: "
            f"{status['DetectionStatusReason'].rstrip('.') or 'AWS returned no reason'}.",
            "Allow the account to read the resources of the stack, or set detect_drift: false.",
            **stack,
            drift=drift,
        )
    return drift


def _wait(cfn: CloudFormation, name: str, detection: str) -> dict[str, str]:
    began = cfn.work.kept.setdefault("drift_began", cfn.work.elapsed)
    while True:
        response = cfn.call("describe_stack_drift_detection_status", StackDriftDetectionId=detection)
        if response.get("DetectionStatus") != _IN_PROGRESS:
            names = ("DetectionStatus", "DetectionStatusReason", "StackDriftStatus")
            return {name: str(response.get(name) or "") for name in names}
        cfn.pause(cfn.work.elapsed - began, f"The drift detection of the stack {name} is in progress")


def _resource(item: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "logical_id": item["LogicalResourceId"],
        "physical_id": item.get("PhysicalResourceId") or None,
        "type": item["ResourceType"],
        "status": item["StackResourceDriftStatus"],
        "differences": [
            {"path": difference["PropertyPath"], "type": difference["DifferenceType"]}
            for difference in item.get("PropertyDifferences") or []
        ],
    }
