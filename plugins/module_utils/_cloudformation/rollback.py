# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rollback triggers: alarms that roll an operation back while it is in progress, and for some time after it.

Limits are those of RollbackConfiguration in the AWS CloudFormation API reference.
"""

from __future__ import annotations

import typing as t

from .._model.field_checks import refused
from .._model.option_forms import PARTITION, Form

_TYPES = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]
_MOST_TRIGGERS = 5
_LONGEST_MONITORING = 180
"""Minutes."""
_ALARM = Form(
    rf"{PARTITION}:cloudwatch:[a-z0-9-]+:[0-9]{{12}}:alarm:.+",
    2_048,
    "Use the ARN of a CloudWatch alarm: arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME.",
)

ROLLBACK_SPEC: dict[str, t.Any] = {
    "rollback_triggers": {
        "type": "list",
        "elements": "dict",
        "options": {
            "arn": {"type": "str", "required": True},
            "type": {"type": "str", "choices": _TYPES, "default": _TYPES[0]},
        },
    },
    "monitoring_time": {"type": "int"},
}


def check_rollback(options: t.Mapping[str, t.Any]) -> None:
    """Reject rollback triggers that are not valid.

    :raises OctoAwsError: an option is not valid
    """
    triggers = options.get("rollback_triggers") or []
    if len(triggers) > _MOST_TRIGGERS:
        raise refused("rollback_triggers", f"has more than {_MOST_TRIGGERS} items")
    for trigger in triggers:
        _ALARM.check("rollback_triggers.arn", trigger["arn"])
    minutes = options.get("monitoring_time")
    if minutes is not None and not 0 <= minutes <= _LONGEST_MONITORING:
        raise refused("monitoring_time", f"cannot be {minutes}", f"Use 0 to {_LONGEST_MONITORING} minutes.")


def rollback_configuration(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return ``RollbackConfiguration``; empty if the stack keeps its own. An empty list removes the triggers."""
    configuration: dict[str, t.Any] = {}
    if options.get("rollback_triggers") is not None:
        configuration["RollbackTriggers"] = [
            {"Arn": trigger["arn"], "Type": trigger["type"]} for trigger in options["rollback_triggers"]
        ]
    if options.get("monitoring_time") is not None:
        configuration["MonitoringTimeInMinutes"] = options["monitoring_time"]
    return configuration
