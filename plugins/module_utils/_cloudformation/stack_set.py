# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a stack set and of its instances."""

from __future__ import annotations

import dataclasses
import typing as t

from .stack_set_options import SELF_MANAGED, SERVICE_MANAGED

HIDDEN = "****"
"""The value of AWS for parameters with ``NoEcho``."""
RUNNING = ("QUEUED", "RUNNING", "STOPPING")
"""States of an operation that has not ended."""


@dataclasses.dataclass(frozen=True)
class Instance:
    """A stack of a stack set, in one account and region.

    :param unit: the organizational unit that it belongs to, for service-managed permissions
    :param detailed: the state of the last operation on it
    """

    account: str
    region: str
    unit: str = ""
    status: str = ""
    detailed: str = ""
    reason: str = ""
    stack_id: str = ""

    @property
    def outdated(self) -> bool:
        """Whether the stack set has to be deployed to it. AWS does not deploy to suspended accounts."""
        return self.status == "OUTDATED" and self.detailed != "SKIPPED_SUSPENDED_ACCOUNT"

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any]) -> Instance:
        """Read an item of ListStackInstances."""
        return cls(
            account=response["Account"],
            region=response["Region"],
            unit=response.get("OrganizationalUnitId") or "",
            status=response.get("Status") or "",
            detailed=(response.get("StackInstanceStatus") or {}).get("DetailedStatus") or "",
            reason=response.get("StatusReason") or "",
            stack_id=response.get("StackId") or "",
        )

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
        return {
            "account": self.account,
            "region": self.region,
            "organizational_unit_id": self.unit or None,
            "status": self.status,
            "detailed_status": self.detailed or None,
            "reason": self.reason or None,
            "stack_id": self.stack_id or None,
        }


@dataclasses.dataclass(frozen=True)
class StackSet:
    """A stack set at one point in time.

    :param units: the organizational units that it is deployed to
    :param regions: where it is deployed
    """

    name: str
    set_id: str
    arn: str
    status: str
    template: str = ""
    description: str = ""
    parameters: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    administration_role_arn: str = ""
    execution_role_name: str = ""
    permission_model: str = SELF_MANAGED
    auto_deployment: t.Mapping[str, bool] = dataclasses.field(default_factory=dict)
    units: t.Sequence[str] = ()
    regions: t.Sequence[str] = ()
    instances: t.Sequence[Instance] = ()

    @property
    def service_managed(self) -> bool:
        """Whether AWS Organizations manages its permissions."""
        return self.permission_model == SERVICE_MANAGED

    @property
    def places(self) -> list[tuple[str, str]]:
        """The pairs of target and region with instances. A unit without accounts is a target, too."""
        if not self.service_managed:
            return [(instance.account, instance.region) for instance in self.instances]
        found = {(instance.unit, instance.region) for instance in self.instances if instance.unit}
        used = {unit for unit, _region in found}
        found.update((unit, region) for unit in self.units if unit not in used for region in self.regions)
        return sorted(found)

    def place_of(self, instance: Instance) -> tuple[str, str]:
        """Return the target and the region of an instance."""
        return (instance.unit if self.service_managed else instance.account, instance.region)

    @classmethod
    def from_response(cls, response: t.Mapping[str, t.Any]) -> StackSet:
        """Read the response of DescribeStackSet."""
        deployment = response.get("AutoDeployment") or {}
        return cls(
            name=response["StackSetName"],
            set_id=response["StackSetId"],
            arn=response.get("StackSetARN") or "",
            status=response.get("Status") or "",
            template=response.get("TemplateBody") or "",
            description=response.get("Description") or "",
            parameters={
                item["ParameterKey"]: item.get("ParameterValue") or "" for item in response.get("Parameters") or []
            },
            tags={tag["Key"]: tag["Value"] for tag in response.get("Tags") or []},
            administration_role_arn=response.get("AdministrationRoleARN") or "",
            execution_role_name=response.get("ExecutionRoleName") or "",
            permission_model=response.get("PermissionModel") or SELF_MANAGED,
            auto_deployment={
                "enabled": bool(deployment.get("Enabled")),
                "retain_stacks_on_account_removal": bool(deployment.get("RetainStacksOnAccountRemoval")),
            },
            units=response.get("OrganizationalUnitIds") or [],
            regions=response.get("Regions") or [],
        )

    @classmethod
    def from_record(cls, record: t.Mapping[str, t.Any]) -> StackSet:
        """Read plain data of :func:`dataclasses.asdict`."""
        return cls(**{**record, "instances": [Instance(**instance) for instance in record["instances"]]})

    def as_result(self) -> dict[str, t.Any]:
        """Return values for the result of a task."""
        return {
            "stack_set_name": self.name,
            "stack_set_id": self.set_id,
            "stack_set_arn": self.arn,
            "status": self.status,
            "instances": [instance.as_result() for instance in self.instances],
        }


def no_stack_set_result(name: str) -> dict[str, t.Any]:
    """Return values for the result of a task, for a stack set that does not exist."""
    return {"stack_set_name": name, "stack_set_id": None, "stack_set_arn": None, "status": None, "instances": []}
