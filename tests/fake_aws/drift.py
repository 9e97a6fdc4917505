# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift of stacks, which moto does not have. A play ``DRIFT`` says how the next detection ends."""

from __future__ import annotations

import typing as t
import uuid

import cloudformation as formation
from moto.core.responses import ActionResult

DRIFTS_ON_A_PAGE = 1

_detections: dict[str, formation.Play] = {}
"""By the ID of the detection."""


def detect_stack_drift(self: t.Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    detection = str(uuid.uuid4())
    stack.detection = _detections[detection] = formation.play_for(stack.name, "DRIFT")
    return ActionResult({"StackDriftDetectionId": detection})


def describe_stack_drift_detection_status(self: t.Any) -> ActionResult:
    play = _detections[self._get_param("StackDriftDetectionId")]
    status = "DETECTION_IN_PROGRESS" if play.looks else "DETECTION_FAILED" if play.status else "DETECTION_COMPLETE"
    play.looks -= bool(play.looks)
    return ActionResult(
        {
            "StackDriftDetectionId": self._get_param("StackDriftDetectionId"),
            "StackDriftStatus": "DRIFTED" if play.drifts else "IN_SYNC",
            "DetectionStatus": status,
            "DetectionStatusReason": play.reason,
        }
    )


def describe_stack_resource_drifts(self: t.Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    wanted = self._get_param("StackResourceDriftStatusFilters", [])
    found = [drift for drift in stack.detection.drifts if drift["StackResourceDriftStatus"] in wanted]
    return ActionResult(formation.page(self, found, "StackResourceDrifts", DRIFTS_ON_A_PAGE))


DRIFT_METHODS = (detect_stack_drift, describe_stack_drift_detection_status, describe_stack_resource_drifts)
